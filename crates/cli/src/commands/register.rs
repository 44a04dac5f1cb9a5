//! `xinheng register`

use super::{must_exist, must_have_sheets};
use crate::{
    args::{Global, Output, Register},
    output::{self, EXIT_REFUSED, Outcome},
    screen::screen,
};
use std::{io::Write as _, process::ExitCode};
use xinheng_app::{intake::SHOWN, register};

/// Loads a register file; status 1 where rows or the file are refused.
pub fn run(global: &Global, args: &Register) -> Outcome {
    let Register::Import { file, sheet } = args;
    must_exist(file)?;
    must_have_sheets(file, sheet.as_deref())?;
    let deployment = global.deployment()?;
    let ctx = global.acting(&deployment)?;
    let bar = output::progress(0, "导入登记名录");
    let found = register::import(&ctx, file, sheet.as_deref(), &mut |rows| {
        bar.set_message(format!("已导入{rows}行"));
        bar.tick();
    });
    bar.finish_and_clear();
    let found = found?;
    let mut out = screen();
    if global.output == Output::Json {
        output::json_line(
            &mut out,
            &serde_json::json!({
                "rows": found.summary.rows, "refused": found.summary.refused,
                "new": found.applied.new, "updated": found.applied.updated,
                "confirmed": found.applied.confirmed, "unchanged": found.unchanged,
                "refusals": found.refused,
            }),
        )?;
    } else {
        for finding in &found.refused {
            writeln!(out, "{}〔{}〕", finding.message, finding.code)?;
        }
        if found.refused.len() == SHOWN {
            writeln!(out, "（只列出前{SHOWN}个问题。）")?;
        }
        writeln!(
            out,
            "登记名录共{}行：新增{}个组织，更新{}个，其中确认{}个此前只在报送文件中出现的组织，未变化{}个，退回{}行。",
            found.summary.rows,
            found.applied.new,
            found.applied.updated,
            found.applied.confirmed,
            found.unchanged,
            found.summary.refused
        )?;
    }
    let refused = found.refused_file || found.summary.refused > 0;
    Ok(if refused {
        ExitCode::from(EXIT_REFUSED)
    } else {
        ExitCode::SUCCESS
    })
}
