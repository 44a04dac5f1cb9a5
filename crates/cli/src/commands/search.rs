//! `xinheng search`

use crate::{
    args::{Global, Output, Search},
    output::{self, EXIT_REFUSED, Failure, Outcome},
    screen::screen,
};
use comfy_table::Table;
use std::{io::Write as _, process::ExitCode};
use xinheng_app::{site, view::SearchHit};
use xinheng_domain::text::code_groups;

/// Finds organisations as the public site does.
pub fn run(global: &Global, args: &Search) -> Outcome {
    if args.query.trim().is_empty() {
        return Err(Failure::Usage(
            "请写明要查找的内容：18位代码，或者名称中相连的两个以上的字。".to_owned(),
        ));
    }
    let deployment = global.deployment()?;
    let answer = site::search(&global.ctx(&deployment)?, &args.query, args.limit)?;
    let mut out = screen();
    if global.output == Output::Json {
        output::json_line(&mut out, &answer)?;
    } else {
        if !answer.hits.is_empty() {
            writeln!(out, "{}", listed(&answer.hits))?;
        }
        if let Some(note) = &answer.note {
            writeln!(out, "{note}")?;
        }
        if !answer.suggestions.is_empty() {
            let by_code = answer.suggestions.iter().any(|hit| hit.near.is_some());
            let how = if by_code {
                "这些代码与输入的只差一处，请与登记证照核对"
            } else {
                "名称有一两个字或者组织形式不同，请以代码为准"
            };
            writeln!(out, "您要找的是不是（{how}）：")?;
            writeln!(out, "{}", listed(&answer.suggestions))?;
        }
        if answer.more {
            writeln!(out, "还有更多结果，请多写几个字，或者用 --limit 增加个数。")?;
        }
    }
    Ok(if answer.hits.is_empty() {
        ExitCode::from(EXIT_REFUSED)
    } else {
        ExitCode::SUCCESS
    })
}

fn listed(hits: &[SearchHit]) -> Table {
    let header = ["统一社会信用代码", "现名称", "类型", "状态", "说明"];
    let mut table = output::table(&header, &[0]);
    for hit in hits {
        let mut notes = Vec::new();
        if hit.matched_by == "former_name" {
            notes.push(format!("曾用名：{}", hit.matched_name));
        }
        if hit.matched_by == "alias_code" {
            notes.push("曾用代码".to_owned());
        }
        if let Some(near) = &hit.near {
            notes.push(near.difference.clone());
            if near.code != hit.code {
                notes.push(format!("这是旧代码{}", code_groups(&near.code)));
            }
        }
        if hit.homonym {
            notes.push("另有同名组织，请以代码区分".to_owned());
        }
        table.add_row([
            code_groups(&hit.code),
            hit.name.clone(),
            hit.kind_title.clone(),
            hit.status.clone(),
            notes.join("；"),
        ]);
    }
    table
}
