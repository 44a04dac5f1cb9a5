//! `xinheng case`

use crate::{
    args::{Case, Global, Output},
    output::{self, Failure, Outcome},
    screen::screen,
};
use std::{io::Write as _, process::ExitCode};
use xinheng_app::{
    AppError,
    case::{self, CaseView, CaseWork, Opening, Stepping},
};

/// Lists cases, shows one, opens one and moves it on.
pub fn run(global: &Global, args: &Case) -> Outcome {
    let deployment = global.deployment()?;
    let ctx = global.acting(&deployment)?;
    let mut out = screen();
    let json = global.output == Output::Json;
    match args {
        Case::Kinds => {
            for (id, title, purpose) in case::kinds(&ctx) {
                writeln!(out, "{id}　{title}：{purpose}")?;
            }
        }
        Case::List { kind, late, all } => {
            let listed = if *all {
                case::list(
                    &ctx,
                    &CaseWork {
                        kind: kind.clone(),
                        phase: None,
                        late: *late,
                        ..CaseWork::default()
                    },
                )?
            } else {
                case::inbox(&ctx)?
            };
            if listed.lines.is_empty() {
                writeln!(out, "没有办件。")?;
            }
            for line in &listed.lines {
                let due = line.due_on.map_or_else(String::new, |d| d.to_string());
                let late = if line.late { "，已超过" } else { "" };
                writeln!(out, "{}", line.id)?;
                let facts = [
                    ("办件", format!("{}：{}", line.kind, line.about)),
                    ("情况", line.state.clone()),
                    ("承办", line.department.clone()),
                    ("期限", format!("{due}{late}")),
                ];
                output::facts(&mut out, &facts)?;
            }
            if listed.more {
                writeln!(out, "还有更多，请缩小范围。")?;
            }
        }
        Case::Show { id } => show(&mut out, &case::show(&ctx, id)?)?,
        Case::Open {
            kind,
            step,
            about,
            fields,
        } => {
            let typed = typed(fields)?;
            let opening = Opening {
                kind,
                step,
                about,
                typed: &|field| value(&typed, field),
            };
            moved(&mut out, json, case::open(&ctx, &opening)?)?;
        }
        Case::Step { id, step, fields } => {
            let typed = typed(fields)?;
            let stepping = Stepping {
                id,
                step,
                seen: None,
                typed: &|field| value(&typed, field),
            };
            moved(&mut out, json, case::step(&ctx, &stepping)?)?;
        }
        Case::Clocks => {
            let changed = case::clocks(&ctx)?;
            writeln!(out, "到期和记录变动引起{changed}件办件变化。")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// `FIELD=text`, as typed.
fn typed(fields: &[String]) -> Result<Vec<(String, String)>, Failure> {
    let pairs = fields.iter().map(|field| match field.split_once('=') {
        Some((id, text)) => Ok((id.trim().to_owned(), text.trim().to_owned())),
        None => Err(Failure::Usage(format!(
            "“{field}”应当写成“字段=内容”，例如 WHY=主体有误。"
        ))),
    });
    pairs.collect()
}

fn value(typed: &[(String, String)], field: &str) -> String {
    let found = typed.iter().find(|(id, _)| id == field);
    found.map_or_else(String::new, |(_, text)| text.clone())
}

/// Writes what became of a step.
pub(super) fn moved(
    out: &mut impl std::io::Write,
    json: bool,
    outcome: case::Outcome,
) -> Result<(), Failure> {
    match outcome {
        case::Outcome::Moved(moved) if json => {
            let line = serde_json::json!({"case": moved.id, "state": moved.state});
            output::json_line(out, &line)?;
            Ok(())
        }
        case::Outcome::Moved(moved) => {
            writeln!(out, "已经办理。办件“{}”现在是：{}。", moved.id, moved.state)?;
            Ok(())
        }
        case::Outcome::Wrong(findings) => {
            let said: Vec<String> = findings
                .iter()
                .map(|f| format!("{}：{}", f.field, f.message))
                .collect();
            Err(AppError::BadInput(said.join("\n")).into())
        }
    }
}

fn show(out: &mut impl std::io::Write, view: &CaseView) -> Result<(), Failure> {
    writeln!(out, "{}：{}", view.title, view.about)?;
    let terms = view.terms.iter().map(|t| {
        let on =
            t.on.map_or_else(|| "暂停计算".to_owned(), |d| d.to_string());
        format!("{} {on}{}", t.title, if t.late { "，已超过" } else { "" })
    });
    let terms: Vec<String> = terms.collect();
    let facts = [
        ("情况", view.state.clone()),
        ("等待", view.waits_for.join("、")),
        ("期限", terms.join("；")),
        ("记录", view.record.clone().unwrap_or_default()),
        ("依据", view.basis.join("；")),
    ];
    output::facts(out, &facts)?;
    for offer in &view.offers {
        let asks: Vec<&str> = offer.asks.iter().map(|a| a.id.as_str()).collect();
        let why = offer.refused.as_ref();
        let why = why.map_or_else(String::new, |r| format!("（现在不能办理：{r}）"));
        writeln!(
            out,
            "可以办理：{}　{}　{}{why}",
            offer.step,
            offer.title,
            asks.join(" ")
        )?;
    }
    for event in view.events.iter().rev() {
        writeln!(
            out,
            "{}　{}　{} {}",
            output::beijing(event.at),
            event.title,
            event.role,
            event.by
        )?;
        for (name, value) in &event.fields {
            writeln!(out, "    {name}：{value}")?;
        }
    }
    Ok(())
}
