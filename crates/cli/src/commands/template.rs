//! `xinheng template`

use crate::{
    args::{Global, Output, Template},
    new_file::NewFile,
    output::{Outcome, json_line, table},
    screen::screen,
};
use serde_json::json;
use std::{io::Write as _, process::ExitCode};

/// Writes a blank workbook to fill in, or lists what there is one for.
pub fn run(global: &Global, args: &Template) -> Outcome {
    let rulebook = global.rulebook()?;
    let mut out = screen();
    let (Some(item), Some(path)) = (&args.item, &args.out) else {
        let mut rows = table(&["编号", "信息", "标准", "列数"], &[0]);
        for item in rulebook.items() {
            if global.output == Output::Json {
                let line = json!({
                    "item": item.id,
                    "title": item.title,
                    "format": item.format_id(),
                    "columns": item.fields.len(),
                });
                json_line(&mut out, &line)?;
            } else {
                let columns = item.fields.len().to_string();
                rows.add_row([&item.id, &item.title, &item.edition, &columns]);
            }
        }
        if global.output == Output::Text {
            writeln!(out, "{rows}")?;
            writeln!(out, "取一份模板：xinheng template 编号 --out 文件.xlsx")?;
        }
        return Ok(ExitCode::SUCCESS);
    };
    let file = NewFile::at(path, None)?;
    xinheng_app::template::write(&rulebook, global.day()?, item, file.writer())?;
    file.keep()?;
    let shown = path.display();
    if global.output == Output::Json {
        json_line(
            &mut out,
            &json!({ "item": item, "file": shown.to_string() }),
        )?;
    } else {
        writeln!(out, "填报模板：{shown}")?;
    }
    Ok(ExitCode::SUCCESS)
}
