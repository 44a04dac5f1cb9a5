//! `xinheng record`

use crate::{
    args::{Global, Output, Record},
    output::{self, Outcome},
};
use std::{
    io::{self, Write as _},
    process::ExitCode,
};
use xinheng_app::record::{self, Decide};

/// Looks at and decides records; every look and every decision is audited.
pub fn run(global: &Global, args: &Record) -> Outcome {
    let office = global.office()?;
    let ctx = global.ctx(&office)?;
    let mut out = io::stdout().lock();
    match args {
        Record::Show { id, purpose } => {
            let found = record::show(&ctx, id, purpose)?;
            if global.output == Output::Json {
                output::json_line(&mut out, &found)?;
            } else {
                write_history(&mut out, &found)?;
            }
        }
        Record::Held => {
            let held = record::held(&ctx)?;
            if global.output == Output::Json {
                for line in &held {
                    output::json_line(&mut out, line)?;
                }
            } else if held.is_empty() {
                writeln!(out, "没有暂缓公示的记录。")?;
            } else {
                let mut table =
                    output::table(&["记录编号", "文书号", "决定日期", "可能的类别", "提醒日期"]);
                for line in &held {
                    table.add_row([
                        line.id.clone(),
                        line.document_number.clone(),
                        line.decided_on.map_or_else(String::new, |d| d.to_string()),
                        line.candidates.join("、"),
                        format!(
                            "{}{}",
                            line.alarm_on,
                            if line.alarmed { "（已到）" } else { "" }
                        ),
                    ]);
                }
                writeln!(out, "{table}")?;
            }
        }
        Record::Decide { id, class, grounds } => {
            let done = record::decide(&ctx, &Decide { id, class, grounds })?;
            writeln!(out, "{done}")?;
        }
        Record::Withhold { id, grounds } => {
            record::withhold(&ctx, id, grounds)?;
            writeln!(
                out,
                "已撤下记录「{id}」，各公开页面和接口立即停止展示。请由第二人用「xinheng record confirm」确认。"
            )?;
        }
        Record::Confirm {
            id,
            restore,
            grounds,
        } => {
            record::confirm(&ctx, id, *restore, grounds)?;
            let what = if *restore {
                "已恢复公示"
            } else {
                "已确认撤下"
            };
            writeln!(out, "{what}：记录「{id}」。")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn write_history(out: &mut impl io::Write, found: &record::History) -> io::Result<()> {
    writeln!(
        out,
        "记录编号：{}\n目录项：{}\n所属组织：{}",
        found.id, found.item_title, found.subject_key
    )?;
    for version in &found.versions {
        writeln!(
            out,
            "\n第{}版　批次 {} 第{}行　{}",
            version.version,
            version.batch,
            version.row,
            version
                .sealed_at
                .map_or_else(|| "尚未封存".to_owned(), |at| format!("封存于 {at}")),
        )?;
        writeln!(out, "  公示：{}", version.publicity)?;
        if let Some(ended) = &version.ended {
            writeln!(out, "  已结束：{ended}")?;
        }
        for rule in &version.why {
            writeln!(
                out,
                "  · {}{}{}",
                rule.value,
                rule.source_title
                    .as_ref()
                    .map_or_else(String::new, |s| format!("（{s}）")),
                if rule.verified { "" } else { "【未核实】" },
            )?;
        }
        for (name, value) in &version.fields {
            writeln!(out, "  {name}：{value}")?;
        }
    }
    for decision in &found.decisions {
        writeln!(out, "\n认定：{decision}")?;
    }
    Ok(())
}
