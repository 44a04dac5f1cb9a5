//! `xinheng department`

use super::must_exist;
use crate::{
    args::{Department, Global, Output},
    output::{self, Failure, Outcome},
    screen::screen,
};
use std::{io::Write as _, process::ExitCode};
use xinheng_app::department::{self, Merge};

/// Loads and lists departments.
pub fn run(global: &Global, args: &Department) -> Outcome {
    let deployment = global.deployment()?;
    let mut out = screen();
    match args {
        Department::Import { file } => {
            must_exist(file)?;
            let count = department::import(&global.acting(&deployment)?, file)?;
            if global.output == Output::Json {
                output::json_line(&mut out, &serde_json::json!({"departments": count}))?;
            } else {
                writeln!(out, "已导入{count}个部门。")?;
            }
        }
        Department::Merge {
            department,
            successors,
            document,
        } => {
            let after: Vec<&str> = successors.iter().map(String::as_str).collect();
            let merge = Merge {
                department,
                successors: &after,
                document,
            };
            let over = department::merge(&global.acting(&deployment)?, &merge)?;
            handed_over(&mut out, global, over)?;
        }
        Department::Assign {
            department,
            item,
            to,
        } => {
            let over = department::assign(&global.acting(&deployment)?, department, item, to)?;
            handed_over(&mut out, global, over)?;
        }
        Department::List => {
            let all = department::list(&global.ctx(&deployment)?)?;
            if global.output == Output::Json {
                for d in &all {
                    output::json_line(&mut out, d)?;
                }
            } else if all.is_empty() {
                writeln!(
                    out,
                    "还没有部门。请用“xinheng department import 名单.csv”导入。"
                )?;
            } else {
                let mut table = output::table(&["编号", "名称", "统一社会信用代码"], &[0, 2]);
                for d in &all {
                    table.add_row([&d.code, &d.name, d.unified_code.as_deref().unwrap_or("")]);
                }
                writeln!(out, "{table}")?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn handed_over(out: &mut impl std::io::Write, global: &Global, over: usize) -> Result<(), Failure> {
    if global.output == Output::Json {
        return output::json_line(out, &serde_json::json!({"hand_ins": over}));
    }
    writeln!(out, "已办理，移交{over}份准备报送的文件。")?;
    Ok(())
}
