//! `xinheng rulebook`

use crate::{
    args::{Global, Output, Rulebook as Args},
    output::{self, EXIT_REFUSED, Failure, Outcome},
};
use std::{
    io::{self, Write as _},
    process::ExitCode,
};
use xinheng_app::{AppError, publicity, rulebook::Rulebook};

/// Checks, shows or applies the rulebook.
pub fn run(global: &Global, args: &Args) -> Outcome {
    let mut out = io::stdout().lock();
    match args {
        Args::Check => match global.place().rulebook() {
            Ok(book) => {
                writeln!(
                    out,
                    "{}：没有发现问题。目录项{}个，来源{}份，参数{}个，代码表{}个，公示制度{}个，提示语{}条。",
                    book.label(),
                    book.items().len(),
                    book.sources().len(),
                    book.parameters().len(),
                    book.code_lists().len(),
                    book.regimes().len(),
                    book.messages().len()
                )?;
                Ok(ExitCode::SUCCESS)
            }
            Err(AppError::Rulebook(problems)) => {
                writeln!(out, "{problems}")?;
                Ok(ExitCode::from(EXIT_REFUSED))
            }
            Err(e) => Err(e.into()),
        },
        Args::Show { id } => {
            let book = global.place().rulebook()?;
            match id {
                None => overview(&mut out, &book, global)?,
                Some(id) => one(&mut out, &book, id, global.output)?,
            }
            Ok(ExitCode::SUCCESS)
        }
        Args::Apply => {
            let office = global.office()?;
            let count = publicity::rebuild(&global.ctx(&office)?, &mut |_| {})?;
            writeln!(
                out,
                "已按{}重新计算{count}条记录的公示日期。",
                office.rulebook().label()
            )?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn overview(out: &mut impl io::Write, book: &Rulebook, global: &Global) -> Result<(), Failure> {
    let today = global.day()?;
    if global.output == Output::Json {
        for p in book.parameters() {
            output::json_line(out, p)?;
        }
        return Ok(());
    }
    writeln!(out, "{}\n\n今天（{today}）有效的参数", book.label())?;
    let mut table = output::table(&["编号", "含义", "值", "自", "依据"]);
    for p in book.parameters() {
        if let Some(now) = book.parameter(&p.id, today) {
            table.add_row([
                p.id.clone(),
                p.title.clone(),
                now.shown(),
                now.value.from.to_string(),
                book.cite(&now.value.basis),
            ]);
        }
    }
    writeln!(out, "{table}\n\n目录项")?;
    let mut table = output::table(&["编号", "名称", "格式", "字段"]);
    for item in book.items() {
        table.add_row([
            item.id.clone(),
            item.title.clone(),
            item.format_id(),
            item.fields.len().to_string(),
        ]);
    }
    writeln!(out, "{table}\n\n来源")?;
    let mut table = output::table(&["编号", "文件", "文号"]);
    for s in book.sources() {
        table.add_row([&s.id, &s.title, &s.number]);
    }
    writeln!(out, "{table}")?;
    Ok(())
}

fn one(out: &mut impl io::Write, book: &Rulebook, id: &str, form: Output) -> Result<(), Failure> {
    let json = form == Output::Json;
    if let Some(p) = book.parameters().iter().find(|p| p.id == id) {
        if json {
            return output::json_line(out, p);
        }
        writeln!(out, "{}　{}", p.id, p.title)?;
        for v in &p.values {
            let until = v
                .until
                .map_or_else(|| "至今".to_owned(), |d| format!("至{d}"));
            let value = v
                .integer
                .map_or_else(|| v.text.clone().unwrap_or_default(), |n| n.to_string());
            writeln!(
                out,
                "　自{}{until}：{value}{}　{}",
                v.from,
                p.unit.title(),
                book.cite(&v.basis)
            )?;
        }
        return Ok(());
    }
    if let Some(s) = book.source(id) {
        return if json {
            output::json_line(out, s)
        } else {
            Ok(writeln!(out, "{}　{}\n{}", s.id, s.title, s.number)?)
        };
    }
    if let Some(item) = book.item(id).or_else(|| book.format(id)) {
        if json {
            return output::json_line(out, item);
        }
        writeln!(out, "{}　{}　{}", item.id, item.title, item.format_id())?;
        let mut table = output::table(&["字段", "名称", "说明"]);
        for f in &item.fields {
            table.add_row([
                f.id.as_str(),
                f.name.as_str(),
                f.help.as_deref().unwrap_or(""),
            ]);
        }
        writeln!(out, "{table}")?;
        return Ok(());
    }
    Err(AppError::NotFound(format!(
        "规则库里没有「{id}」。运行「xinheng rulebook show」查看全部编号。"
    ))
    .into())
}
