//! How the command line explains itself: clap's own words are English, our users' are not.

use crate::screen::{complaints, screen};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::{error::Error as _, io::Write as _, process::ExitCode};
use xinheng_domain::redact;

/// Layout of every help page.
pub const HELP: &str = "{before-help}{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

/// Commands that take one of two things: what is demanded depends on the other.
const EITHER: [(&str, &str); 1] = [(
    "xinheng import",
    "xinheng import [选项] <文件> --department <编号>\n　　　xinheng import [选项] --watch <文件夹>",
)];

/// A help text as it was meant: clap joins the lines of a comment with a blank, which Chinese has
/// none of.
fn joined(text: &str) -> String {
    let wide = |c: Option<char>| {
        c.is_some_and(|c| matches!(c, '\u{2014}'..='\u{2026}' | '\u{3000}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}'))
    };
    let mark = |c: Option<char>| {
        c.is_some_and(|c| {
            matches!(
                c,
                '。' | '，' | '；' | '：' | '、' | '？' | '（' | '）' | '“' | '”'
            )
        })
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let (before, after) = (out.chars().next_back(), rest.peek().copied());
        if c == ' ' && (wide(before) && wide(after) || mark(before) || mark(after)) {
            continue;
        }
        out.push(c);
    }
    out
}

/// Which values an option takes and which it has by itself, where its text does not say so.
fn values(arg: &clap::Arg) -> String {
    let mut said = Vec::new();
    if !arg.get_action().takes_values() {
        return String::new();
    }
    if !arg.is_hide_possible_values_set() {
        let possible = arg.get_possible_values();
        let each = possible.iter().map(|value| match value.get_help() {
            Some(help) => format!("{} {help}", value.get_name()),
            None => value.get_name().to_owned(),
        });
        let each: Vec<String> = each.collect();
        if !each.is_empty() {
            said.push(format!("可以是 {}", each.join("、")));
        }
    }
    if let (false, Some(value)) = (
        arg.is_hide_default_value_set(),
        arg.get_default_values().first(),
    ) {
        said.push(format!("缺省为 {}", value.to_string_lossy()));
    }
    if said.is_empty() {
        return String::new();
    }
    format!("（{}）", said.join("；"))
}

/// The command line with its own words in Chinese, page by page.
pub fn chinese(mut command: clap::Command, path: &str) -> clap::Command {
    let mut usage = format!("{path} [选项]");
    for arg in command.get_arguments().filter(|a| a.is_required_set()) {
        let name = arg
            .get_value_names()
            .and_then(|n| n.first())
            .map_or("", |n| n.as_str());
        match arg.get_long() {
            Some(long) => usage.push_str(&format!(" --{long} <{name}>")),
            None => usage.push_str(&format!(" <{name}>")),
        }
    }
    if command.has_subcommands() {
        usage.push_str(" <命令>");
    }
    if let Some((_, either)) = EITHER.iter().find(|(command, _)| *command == path) {
        usage = (*either).to_owned();
    }
    let names: Vec<String> = command
        .get_subcommands()
        .map(|c| c.get_name().to_owned())
        .collect();
    let about = command.get_about().map(|text| joined(&text.to_string()));
    let long_about = command.get_long_about();
    let long_about = long_about.map(|text| joined(&text.to_string()));
    if let Some(text) = about {
        command = command.about(text);
    }
    if let Some(text) = long_about {
        command = command.long_about(text);
    }
    let mut command = command
        .help_template(HELP)
        .subcommand_help_heading("命令")
        .override_usage(usage)
        .mut_args(|arg| {
            let heading = if arg.is_positional() {
                "内容"
            } else {
                "选项"
            };
            let values = values(&arg);
            let told = |text: &clap::builder::StyledStr| joined(&text.to_string()) + &values;
            let (short, long) = (arg.get_help().map(told), arg.get_long_help().map(told));
            let arg = arg.help_heading(heading).help(short.unwrap_or_default());
            let takes = arg.get_action().takes_values();
            let arg = arg.hide_possible_values(takes).hide_default_value(takes);
            match long {
                Some(text) => arg.long_help(text),
                None => arg,
            }
        });
    for name in names {
        let path = format!("{path} {name}");
        command = command.mut_subcommand(name, |sub| chinese(sub, &path));
    }
    command
}

/// Exit status of wrong usage (contract in `docs/data-formats.md`).
pub const EXIT_USAGE: u8 = 2;

/// Answers what clap could not parse: help and version on standard output with status 0,
/// everything else in Chinese on standard error with status 2.
pub fn report(error: &clap::Error) -> ExitCode {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        // Nothing can be said to a closed standard output.
        let _ = write!(screen(), "{}", error.render());
        return ExitCode::SUCCESS;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = write!(complaints(), "{}", error.render());
        return ExitCode::from(EXIT_USAGE);
    }
    let said = sentence(error);
    let _ = writeln!(complaints(), "{}", redact::mask_identity_numbers(&said));
    ExitCode::from(EXIT_USAGE)
}

/// How a value is written, by the name of what it is.
fn form(arg: &str) -> &'static str {
    const FORMS: [(&str, &str); 7] = [
        ("--interval", "秒数请写成 1 至 86400 的整数，例如 15"),
        ("--settle", "秒数请写成 0 至 86400 的整数，例如 10"),
        ("日期", "日期请写成 2026-11-22"),
        (
            "时刻",
            "时刻请写成 2026-11-22T08:00:00Z 或者 2026-11-22T16:00:00+08:00",
        ),
        ("天数", "天数请写成 0 以上的整数，例如 7"),
        ("个数", "个数请写成 1 以上的整数，例如 20"),
        ("--listen", "监听地址请写成 127.0.0.1:8080"),
    ];
    FORMS
        .into_iter()
        .find(|(name, _)| arg.contains(name))
        .map_or("请对照说明填写", |(_, form)| form)
}

fn sentence(error: &clap::Error) -> String {
    let get = |kind| match error.get(kind) {
        Some(ContextValue::String(s)) => s.clone(),
        Some(ContextValue::Strings(list)) => list.join("、"),
        _ => String::new(),
    };
    let arg = get(ContextKind::InvalidArg);
    let value = get(ContextKind::InvalidValue);
    let what = match error.kind() {
        ErrorKind::UnknownArgument => format!("没有“{arg}”这个选项。"),
        ErrorKind::InvalidSubcommand => {
            format!("没有“{}”这个命令。", get(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingRequiredArgument => format!("缺少必须写明的内容：{arg}。"),
        ErrorKind::InvalidValue if value.is_empty() => format!("“{arg}”后面缺少内容。"),
        ErrorKind::InvalidValue => {
            format!(
                "“{arg}”不能是“{value}”，可以是：{}。",
                get(ContextKind::ValidValue)
            )
        }
        ErrorKind::ValueValidation => {
            // What a parser of ours says is Chinese, what the library's say is not.
            let told = error.source().map(ToString::to_string);
            let chinese = |c| matches!(c, '\u{4e00}'..='\u{9fff}');
            let told = told.filter(|told| told.contains(chinese));
            let told = told.unwrap_or_else(|| form(&arg).to_owned());
            format!("“{arg}”的内容“{value}”不能识别，{told}。")
        }
        ErrorKind::ArgumentConflict => {
            format!("“{arg}”不能与“{}”同时使用。", get(ContextKind::PriorArg))
        }
        ErrorKind::InvalidUtf8 => "命令行里有不是UTF-8编码的文字。".to_owned(),
        ErrorKind::MissingSubcommand => "请写明要做的事。".to_owned(),
        ErrorKind::TooManyValues | ErrorKind::WrongNumberOfValues => {
            format!("“{arg}”的内容个数不对。")
        }
        _ => error.to_string(),
    };
    let near = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ]
    .into_iter()
    .map(get)
    .find(|s| !s.is_empty())
    .map(|s| format!("您要的可能是“{s}”。"))
    .unwrap_or_default();
    format!("{what}{near}\n运行“xinheng --help”查看全部用法。")
}
