//! `xinheng record`

use crate::{
    args::{self, Global, Output, Record},
    output::{self, Failure, Outcome},
    screen::screen,
};
use std::{
    io::{self, Write as _},
    process::ExitCode,
};
use xinheng_app::{
    Actor,
    case::{self, Opening},
    record::{self, Because, Confirm, Decide, Stated},
    rulebook::Rulebook,
    site,
    view::RecordAnswer,
};

/// Looks at and decides records; every look and every decision is audited.
pub fn run(global: &Global, args: &Record) -> Outcome {
    let deployment = global.deployment()?;
    // A look is an act as well: its audit entry bears the real time.
    let ctx = global.acting(&deployment)?;
    let json = global.output == Output::Json;
    let mut out = screen();
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
                writeln!(out, "没有类别未定的记录。")?;
            } else {
                for line in &held {
                    writeln!(out, "{}", line.id)?;
                    let due = if line.alarmed { "（已到）" } else { "" };
                    let facts = [
                        ("文书号", line.document_number.clone()),
                        (
                            "决定日期",
                            line.decided_on.map_or_else(String::new, |d| d.to_string()),
                        ),
                        ("作出决定的单位", line.authority.clone()),
                        ("可能的类别", line.candidate_titles.join("、")),
                        ("提醒日期", format!("{}{due}", line.alarm_on)),
                    ];
                    output::facts(&mut out, &facts)?;
                }
                writeln!(
                    out,
                    "{}{}条。类别由作出决定的单位认定：请报送部门在文件中补报，或者取得书面说明后用“xinheng record decide 编号 --class 类别 --document 文件 --dated 日期 --by 单位和人员”记录。",
                    if held.len() == record::HELD as usize {
                        "先列出提醒日期最早的"
                    } else {
                        "共"
                    },
                    held.len()
                )?;
            }
        }
        Record::Withheld => {
            let waiting = record::withheld(&ctx)?;
            for line in &waiting {
                if json {
                    output::json_line(&mut out, line)?;
                    continue;
                }
                writeln!(out, "{}", line.id)?;
                let facts = [
                    ("文书号", line.document_number.clone()),
                    ("部门", line.department.clone()),
                    ("撤下日期", line.since.to_string()),
                    ("撤下的账号", line.by.clone()),
                    ("理由", line.grounds.clone()),
                ];
                output::facts(&mut out, &facts)?;
            }
            if waiting.is_empty() && !json {
                writeln!(out, "没有等待第二人确认的撤下。")?;
            }
        }
        Record::Decide {
            id,
            class,
            document,
            dated,
            by,
            seen,
        } => {
            let class = &class_id(deployment.rulebook(), class);
            let ctx = global.acting(&deployment)?;
            let stated = Stated {
                document,
                dated: *dated,
                by,
            };
            let input = Decide {
                id,
                class,
                stated,
                seen: *seen,
            };
            let done = record::decide(&ctx, &input)?;
            if json {
                let line = serde_json::json!({
                    "record": id.trim(), "done": "decided", "class": class, "message": done,
                });
                output::json_line(&mut out, &line)?;
            } else {
                writeln!(out, "{done}")?;
            }
        }
        Record::Readings {
            department,
            published,
            said,
        } => {
            drop(out);
            return if *said {
                super::readings::said(global, &ctx)
            } else {
                super::readings::list(global, &ctx, department.as_deref(), *published)
            };
        }
        Record::Reading {
            id,
            field,
            says,
            text,
            said,
        } => {
            drop(out);
            return super::readings::say(global, &ctx, (id, field, *says), text.as_deref(), said);
        }
        Record::Unsay { number, said } => {
            drop(out);
            return super::readings::unsay(global, &ctx, *number, said);
        }
        Record::Withhold { id, grounds, seen } => {
            let ctx = global.acting(&deployment)?;
            let before = site::record(&ctx, id.trim(), None, None)?;
            let was_public = matches!(before, RecordAnswer::Shown(_));
            // Who has an account has a second person as well: the case holds both, and the clock.
            if matches!(ctx.actor(), Actor::Account { .. }) {
                if seen.is_some() {
                    return Err(Failure::Usage(
                        "您的系统账号已经绑定到本系统的账号，撤下作为“暂停公示”的办件办理，不核对变动次数。\
                         请先用“xinheng record show”查看记录，再去掉“--seen”办理。"
                            .to_owned(),
                    ));
                }
                let opening = Opening {
                    kind: "withholding",
                    step: "open",
                    about: id,
                    typed: &|field| match field {
                        "WHY" => grounds.clone(),
                        _ => String::new(),
                    },
                };
                super::case::moved(&mut out, json, case::open(&ctx, &opening)?)?;
                return Ok(ExitCode::SUCCESS);
            }
            record::withhold(&ctx, id, grounds, *seen)?;
            if json {
                let line = serde_json::json!({
                    "record": id.trim(), "done": "withheld", "was_public": was_public,
                });
                output::json_line(&mut out, &line)?;
            } else {
                let follows = if was_public {
                    "各公开页面和接口立即停止展示"
                } else {
                    "这条记录今天没有公示，撤下期间也不会公示"
                };
                writeln!(
                    out,
                    "已撤下记录“{id}”，{follows}。请由第二人用本人的系统账号运行“xinheng record confirm”：核实确属公示有误的，确认以后不再公示；只需更正内容的，先由报送部门更正，再用 --restore 恢复公示。"
                )?;
            }
        }
        Record::Confirm {
            id,
            restore,
            because,
            grounds,
            seen,
        } => {
            let ctx = global.acting(&deployment)?;
            let because = match because {
                args::Because::Wrong => Because::Wrong,
                args::Because::Annulled => Because::Annulled,
                args::Because::Changed => Because::Changed,
            };
            let input = Confirm {
                id,
                over: (!restore).then_some(because),
                grounds,
                seen: *seen,
            };
            record::confirm(&ctx, &input)?;
            let after = site::record(&ctx, id.trim(), None, None)?;
            let (word, what) = match (restore, after) {
                (false, _) => ("withdrawn", "已确认撤下"),
                (true, RecordAnswer::Shown(_)) => ("restored", "已恢复公示"),
                (true, _) => ("restored", "已解除撤下，今天按规则不公示"),
            };
            if json {
                let line = serde_json::json!({"record": id.trim(), "done": word});
                output::json_line(&mut out, &line)?;
            } else {
                writeln!(out, "{what}：记录“{id}”。")?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The id of a class, by its id, its title or the beginning of its title; what is none of them
/// stays, and is refused with the list of those that come into question.
fn class_id(rulebook: &Rulebook, text: &str) -> String {
    let text = text.trim();
    let classes = || rulebook.regimes().iter().flat_map(|r| &r.classes);
    if classes().any(|c| c.id == text) {
        return text.to_owned();
    }
    let mut ids: Vec<&str> = classes()
        .filter(|c| text.chars().count() > 1 && c.title.starts_with(text))
        .map(|c| c.id.as_str())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    match ids.as_slice() {
        [one] => (*one).to_owned(),
        _ => text.to_owned(),
    }
}

fn write_history(out: &mut impl io::Write, found: &record::History) -> io::Result<()> {
    writeln!(
        out,
        "记录编号：{}\n目录项：{}\n所属组织：{}\n首次收到：{}\n变动次数：{}（办理时可以用 --seen {} 说明您看到的是这一次）",
        found.id,
        found.item_title,
        found.subject_key,
        found.first_received_on,
        found.revision,
        found.revision
    )?;
    for version in &found.versions {
        writeln!(
            out,
            "\n第{}版　批次 {} 第{}行　{}",
            version.version,
            version.batch,
            version.row,
            version.sealed_at.map_or_else(
                || "尚未封存".to_owned(),
                |at| format!("封存于 {}", output::beijing(at))
            ),
        )?;
        writeln!(out, "  公示：{}", version.publicity)?;
        if let Some(ended) = &version.ended {
            writeln!(out, "  已结束：{ended}")?;
        }
        for rule in &version.why {
            writeln!(
                out,
                "  · {}{}{}{}",
                rule.value,
                rule.source_title
                    .as_ref()
                    .map_or_else(String::new, |s| format!("（{s}）")),
                if rule.verified {
                    ""
                } else {
                    "【没有读到原文】"
                },
                if rule.reading {
                    "【本区适用口径】"
                } else {
                    ""
                },
            )?;
        }
        for (name, value) in &version.fields {
            writeln!(out, "  {name}：{value}")?;
        }
    }
    for act in &found.acts {
        writeln!(out, "\n办理：{act}")?;
    }
    Ok(())
}
