//! `xinheng db`

use crate::{
    args::{Db, Global, Output},
    output::{self, EXIT_FAULT, Outcome},
};
use std::{
    io::{self, Write as _},
    process::ExitCode,
};
use xinheng_app::{Office, ops};

/// Makes, upgrades, copies and verifies the database.
pub fn run(global: &Global, args: &Db) -> Outcome {
    let mut out = io::stdout().lock();
    match args {
        Db::Migrate => {
            let done = Office::migrate(&global.place(), global.now()?)?;
            if global.output == Output::Json {
                output::json_line(
                    &mut out,
                    &serde_json::json!({"from": done.from, "to": done.to}),
                )?;
            } else if done.from == done.to {
                writeln!(out, "数据库已是本程序的版本（第{}版），没有改动。", done.to)?;
            } else {
                writeln!(out, "数据库已建立或升级到第{}版。", done.to)?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Db::Backup { to } => {
            let office = global.office()?;
            ops::backup(&global.ctx(&office)?, to)?;
            writeln!(
                out,
                "已备份到「{}」。恢复时把它放回数据目录，改名为 xinheng.db。",
                to.display()
            )?;
            Ok(ExitCode::SUCCESS)
        }
        Db::Verify => {
            let office = global.office()?;
            let report = ops::verify(&global.ctx(&office)?)?;
            if global.output == Output::Json {
                output::json_line(&mut out, &report)?;
            } else {
                for line in &report.lines {
                    writeln!(out, "{line}")?;
                }
            }
            Ok(if report.sound {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(EXIT_FAULT)
            })
        }
    }
}
