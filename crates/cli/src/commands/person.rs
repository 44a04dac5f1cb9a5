//! `xinheng person`

use crate::{
    args::{Global, Output, Person},
    output::{self, Failure, Outcome},
    screen::screen,
};
use std::{
    io::{ErrorKind, Write as _},
    process::ExitCode,
};
use xinheng_app::{
    AppError,
    person::{self, PersonKey},
};

/// A folder that is not there is wrong usage, as everywhere.
fn folder_missing(e: AppError) -> Failure {
    match e {
        AppError::File { ref source, .. }
            if matches!(
                source.kind(),
                ErrorKind::NotFound | ErrorKind::NotADirectory
            ) =>
        {
            Failure::Usage(e.to_string())
        }
        e => e.into(),
    }
}

/// Makes the key, counts, deletes; no row is ever shown.
pub fn run(global: &Global, args: &Person) -> Outcome {
    let json = global.output == Output::Json;
    let mut out = screen();
    match args {
        Person::Key { file } => {
            let own = || global.data.as_ref().map(|dir| dir.join("person.key"));
            let Some(path) = file.clone().or_else(own) else {
                return Err(Failure::Usage(
                    "没有指明密钥文件放在哪里，请写明文件名，或者加上“--data 目录”。".to_owned(),
                ));
            };
            // A key may be made before there is a database, and is nobody's yet.
            let begun = global.database.is_some()
                || (global.data.as_ref()).is_some_and(|dir| dir.join("xinheng.db").is_file());
            let id = if begun {
                let deployment = global.deployment()?;
                person::new_key(&global.acting(&deployment)?, &path)
            } else {
                PersonKey::create(&path)
            };
            let id = id.map_err(folder_missing)?;
            if json {
                let line = serde_json::json!({"key": id, "file": path.display().to_string()});
                output::json_line(&mut out, &line)?;
            } else {
                writeln!(out, "已建立密钥文件“{}”，密钥编号 {id}。", path.display())?;
                writeln!(
                    out,
                    "请另存一份并妥善保管：没有它，保存的自然人信息打不开。数据库备份里不含密钥。"
                )?;
            }
        }
        Person::Count => {
            let deployment = global.deployment()?;
            let lines = person::counts(&global.ctx(&deployment)?)?;
            if json {
                for line in &lines {
                    output::json_line(&mut out, line)?;
                }
            } else if lines.is_empty() {
                writeln!(out, "没有保存自然人信息。")?;
            } else {
                let mut table = output::table(&["目录项", "部门", "保存", "已删除"], &[]);
                for line in &lines {
                    table.add_row([
                        line.item_title.clone(),
                        line.department_name.clone(),
                        line.kept.to_string(),
                        line.deleted.to_string(),
                    ]);
                }
                writeln!(out, "{table}")?;
            }
        }
        Person::Delete => {
            let deployment = global.deployment()?;
            let done = person::delete(&global.acting(&deployment)?)?;
            if json {
                output::json_line(&mut out, &done)?;
            } else {
                let verified = if done.verified {
                    ""
                } else {
                    "（这一天数未核实）"
                };
                writeln!(
                    out,
                    "上级平台接收满{}天的{verified}，已删除{}条的内容。",
                    done.days, done.rows
                )?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
