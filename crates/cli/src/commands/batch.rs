//! `xinheng batch`

use crate::{
    args::{Batch, Global, Output},
    output::{self, Outcome},
    screen::screen,
};
use std::{io::Write as _, process::ExitCode};
use xinheng_app::intake::{self, BatchLine, Batches};

/// Lists batches, and gives one up that was interrupted.
pub fn run(global: &Global, args: &Batch) -> Outcome {
    let deployment = global.deployment()?;
    let ctx = global.acting(&deployment)?;
    let json = global.output == Output::Json;
    let mut out = screen();
    match args {
        Batch::List { department, limit } => {
            let asked = Batches {
                department: department.as_deref(),
                ..Batches::default()
            };
            let lines = intake::batches(&ctx, asked, *limit)?;
            if json {
                for line in &lines {
                    output::json_line(&mut out, line)?;
                }
            } else if lines.is_empty() {
                writeln!(out, "还没有收到过文件。")?;
            } else {
                for line in &lines {
                    writeln!(out, "{}", line.id)?;
                    output::facts(&mut out, &facts(line))?;
                }
            }
        }
        Batch::Abandon { id, grounds } => {
            intake::abandon(&ctx, id, grounds)?;
            if json {
                let line = serde_json::json!({"batch": id.trim(), "done": "abandoned"});
                output::json_line(&mut out, &line)?;
            } else {
                writeln!(
                    out,
                    "已放弃批次“{}”，其中的内容不会公示。同一份文件可以重新导入。",
                    id.trim()
                )?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn facts(line: &BatchLine) -> Vec<(&'static str, String)> {
    let state = match (line.state, line.sealed_at) {
        (_, Some(at)) => format!("{}导入完成", output::beijing(at)),
        ("refused", _) => line.refusal.clone().unwrap_or_default(),
        _ => "没有导入完成：重新导入同一份文件可以继续，也可以用 batch abandon 放弃".to_owned(),
    };
    let rows = line.counters.map_or_else(String::new, |c| {
        format!(
            "{}条，收到{}条，需要改正{}条",
            c.reported,
            c.new + c.new_version + c.unchanged,
            c.refused
        )
    });
    let facts = [
        ("部门", line.department_name.clone()),
        ("目录项", line.item_title.clone()),
        ("文件", line.file_name.clone()),
        ("收到", line.received_on.to_string()),
        ("状态", state),
        ("内容", rows),
    ];
    facts.into()
}
