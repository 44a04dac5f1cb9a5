//! `xinheng import`

use super::{base_name, must_exist, must_have_sheets};
use crate::{
    args::{Global, Import, Output},
    output::{self, EXIT_REFUSED, Failure, Outcome},
    screen::screen,
};
use comfy_table::Table;
use serde::Serialize;
use std::{io, process::ExitCode};
use xinheng_app::intake::{self, Input, Landing, Outcome as Imported, Progress};
use xinheng_domain::{batch::Counters, finding::Finding};

#[derive(Serialize)]
struct Line<'a> {
    landing: &'static str,
    batch: Option<&'a str>,
    sha256: &'a str,
    format: Option<&'a str>,
    counters: &'a Counters,
    refused: &'a [Finding],
    warnings: &'a [Finding],
    notices: &'a [Finding],
    persons_without_key: u64,
    persons_at_fault: u64,
}

/// Takes in a file; status 1 where rows or the file are refused.
pub fn run(global: &Global, args: &Import) -> Outcome {
    if let Some(folder) = &args.watch {
        return super::watch::run(global, args, folder);
    }
    if args.once || args.interval.is_some() || args.settle.is_some() {
        return Err(Failure::Usage(
            "“--once”“--interval”“--settle”与“--watch”同用，请写明要收取的文件夹，或者去掉它们。"
                .to_owned(),
        ));
    }
    // The command line demands both where no folder is watched.
    let (Some(file), Some(department)) = (&args.file, &args.department) else {
        return Err(Failure::Usage("请写明要导入的文件和报送部门。".to_owned()));
    };
    must_exist(file)?;
    must_have_sheets(file, args.sheet.as_deref())?;
    let deployment = global.deployment()?;
    let ctx = global.acting(&deployment)?;
    let file_name = base_name(file);
    let input = Input {
        path: file,
        file_name: &file_name,
        sheet: args.sheet.as_deref(),
        department,
        dry_run: args.dry_run,
    };
    let bar = output::progress(0, "导入");
    let found = intake::import(&ctx, input, &mut |step| show(&bar, step));
    bar.finish_and_clear();
    let found = found?;
    let (word, batch) = word(&found.landing);
    let mut out = screen();
    if global.output == Output::Json {
        let line = Line {
            landing: word,
            batch,
            sha256: &found.summary.sha256,
            format: found.summary.format.as_deref(),
            counters: &found.counters,
            refused: &found.refused,
            warnings: &found.warnings,
            notices: &found.notices,
            persons_without_key: found.persons_without_key,
            persons_at_fault: found.persons_at_fault,
        };
        output::json_line(&mut out, &line)?;
    } else {
        write_outcome(&mut out, &found)?;
    }
    let refused = matches!(found.landing, Landing::Refused)
        || found.counters.refused > 0
        || found.persons_at_fault > 0;
    Ok(if refused {
        ExitCode::from(EXIT_REFUSED)
    } else {
        ExitCode::SUCCESS
    })
}

/// What became of a file, for people.
fn write_outcome(out: &mut impl io::Write, found: &Imported) -> io::Result<()> {
    let mut sheet = None;
    for finding in found.findings() {
        output::finding(out, &mut sheet, finding)?;
    }
    if found.more() {
        writeln!(
            out,
            "（只列出前面的问题；用“xinheng check 文件”查看全部。）"
        )?;
    }
    let whole = found.whole_file_refused();
    if let Some(refused) = whole {
        writeln!(out, "{refused}请改正后重新导入。")?;
    }
    if whole.is_none() || matches!(found.landing, Landing::Tried) {
        writeln!(out, "{}", landed(&found.landing))?;
    }
    if whole.is_some() {
        return Ok(());
    }
    if matches!(found.landing, Landing::Already { .. }) {
        writeln!(out, "下表是那一次导入的行数：")?;
    }
    let c = &found.counters;
    writeln!(out, "{}", counted(c))?;
    if c.warned > 0 {
        writeln!(
            out,
            "有{}行请核对；用“xinheng check 文件 --out 批注.xlsx”把全部问题写进工作簿。",
            c.warned
        )?;
    }
    for told in found.persons_told() {
        writeln!(out, "{told}")?;
    }
    if c.held > 0 {
        writeln!(
            out,
            "有{}条类别未定，暂缓公示：失信信息类别由作出决定的单位载明，请报送部门在“失信信息类别”栏补报，或者取得其书面说明后用“xinheng record decide”记录。用“xinheng record held”查看。",
            c.held
        )?;
    }
    Ok(())
}

fn counted(c: &Counters) -> Table {
    let header = [
        "报送",
        "需要改正",
        "请核对",
        "自然人",
        "其中加密另存",
        "新增",
        "新版本",
        "未变化",
        "替换",
        "类别未定",
        "新见组织",
    ];
    let mut table = output::table(&header, &[]);
    table.add_row([
        c.reported,
        c.refused,
        c.warned,
        c.set_aside,
        c.kept_apart,
        c.new,
        c.new_version,
        c.unchanged,
        c.replaced,
        c.held,
        c.provisional_subjects,
    ]);
    table
}

/// Moves the bar.
pub(super) fn show(bar: &indicatif::ProgressBar, step: Progress) {
    match step {
        Progress::Checked(rows) => bar.set_message(format!("已检查{rows}行")),
        Progress::Landed(done, all) => {
            bar.set_message("写入");
            bar.set_length(all);
            bar.set_position(done);
        }
    }
}

/// What became of a file, as programs read it, and its batch.
pub(super) fn word(landing: &Landing) -> (&'static str, Option<&str>) {
    match landing {
        Landing::Sealed { batch, .. } => ("sealed", Some(batch.as_str())),
        Landing::Already { batch, .. } => ("already", Some(batch.as_str())),
        Landing::Refused => ("refused", None),
        Landing::Tried => ("dry_run", None),
    }
}

pub(super) fn landed(landing: &Landing) -> String {
    match landing {
        Landing::Sealed {
            batch,
            resumed_chunks: 0,
        } => format!("已导入并封存，批次编号 {batch}。"),
        Landing::Sealed {
            batch,
            resumed_chunks,
        } => {
            format!("接着上次中断的地方（已完成{resumed_chunks}段）导入并封存，批次编号 {batch}。")
        }
        Landing::Already { batch, at } => {
            let at = output::beijing(*at);
            format!("这份文件此前已经导入（批次 {batch}，封存于 {at}），没有作任何改动。")
        }
        Landing::Refused => "整个文件需要改正，没有导入任何一行。请改正后重新导入。".to_owned(),
        Landing::Tried => "这是试算，没有导入任何内容；试算已写入审计。".to_owned(),
    }
}
