//! `xinheng rulebook`

use crate::{
    args::{Global, Output, Rulebook as Args},
    output::{self, EXIT_REFUSED, Failure, Outcome},
    screen::screen,
};
use std::{
    io::{self, Write as _},
    process::ExitCode,
};
use xinheng_app::{
    AppError, Deployment, publicity,
    rule_set::{self, SetLine, SetsView},
    rulebook::listing::{self, Report, Section},
};

/// Checks, shows or applies the rulebook.
pub fn run(global: &Global, args: &Args) -> Outcome {
    let mut out = screen();
    match args {
        Args::Check => {
            let place = global.place();
            if let Some(data) = place.data.as_deref().filter(|d| !d.is_dir()) {
                let text = format!("数据目录“{}”不存在，请核对路径。", data.display());
                return Err(Failure::Usage(text));
            }
            let report = listing::check(place.local_rulebook().as_deref());
            if global.output == Output::Json {
                let text = |p: &dyn std::fmt::Display| p.to_string();
                let problems: Vec<_> = report.problems.iter().map(|p| text(p)).collect();
                let counts: std::collections::BTreeMap<_, _> =
                    report.counts.iter().cloned().collect();
                output::json_line(
                    &mut out,
                    &serde_json::json!({
                        "sound": report.is_sound(), "rulebook": report.label, "counts": counts,
                        "cases": report.cases, "broken": report.broken,
                        "changed": report.changed, "problems": problems,
                    }),
                )?;
            } else {
                tell(&mut out, &report)?;
            }
            Ok(if report.is_sound() {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(EXIT_REFUSED)
            })
        }
        Args::Show { id } => {
            let book = global.place().rulebook()?;
            let sections = match id {
                None => book.overview(global.day()?),
                Some(id) => vec![book.show(id).ok_or_else(|| {
                    AppError::NotFound(format!(
                        "规则库里没有“{id}”。运行“xinheng rulebook show”查看全部编号。"
                    ))
                })?],
            };
            show_all(global, &mut out, &book.label(), &sections)
        }
        Args::Open => {
            let book = global.place().rulebook()?;
            show_all(global, &mut out, &book.label(), &book.open())
        }
        Args::Apply => {
            let deployment = global.deployment()?;
            let count = publicity::rebuild(&global.acting(&deployment)?, &mut |_| {})?;
            super::db::fill(global, &deployment)?;
            let label = deployment.rulebook().label();
            if global.output == Output::Json {
                let line = serde_json::json!({"rulebook": label, "rebuilt": count});
                output::json_line(&mut out, &line)?;
            } else {
                writeln!(out, "已按{label}重新计算{count}条记录的公示日期。")?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Args::Sets { .. } | Args::Propose | Args::Adopt { .. } | Args::Refuse { .. } => {
            let deployment = global.deployment_by(Deployment::open_to_mend)?;
            let ctx = global.acting(&deployment)?;
            match args {
                Args::Propose => tell_set(global, &mut out, &rule_set::propose(&ctx)?),
                Args::Adopt { number } => {
                    tell_set(global, &mut out, &rule_set::adopt(&ctx, *number)?)
                }
                Args::Refuse { number, why } => {
                    tell_set(global, &mut out, &rule_set::refuse(&ctx, *number, why)?)
                }
                Args::Sets {
                    number: Some(number),
                } => {
                    let set = rule_set::one(&ctx, *number)?;
                    tell_set(global, &mut out, &set.line)?;
                    for (path, text) in set.files {
                        writeln!(out, "\n# {path}\n{text}")?;
                    }
                    Ok(ExitCode::SUCCESS)
                }
                _ => tell_sets(global, &mut out, &rule_set::list(&ctx)?),
            }
        }
    }
}

fn tell_set(global: &Global, out: &mut impl io::Write, set: &SetLine) -> Outcome {
    if global.output == Output::Json {
        let line = serde_json::json!({
            "number": set.number, "state": set.state, "holds": set.holds, "files": set.files,
            "digest": set.digest, "proposed_by": set.proposed_by,
            "decided_by": set.decided.as_ref().map(|(by, _)| by), "reason": set.reason,
        });
        output::json_line(out, &line)?;
        return Ok(ExitCode::SUCCESS);
    }
    let holds = if set.holds { "，现在起作用" } else { "" };
    writeln!(out, "第{}号本地规则：{}{holds}", set.number, set.state)?;
    let decided = set.decided.as_ref();
    let decided = decided.map(|(by, at)| format!("{by}，{}", output::beijing(*at)));
    let facts = [
        (
            "提出",
            format!("{}，{}", set.proposed_by, output::beijing(set.proposed_at)),
        ),
        ("决定", decided.unwrap_or_default()),
        ("理由", set.reason.clone()),
        ("文件", format!("{}个", set.files)),
    ];
    output::facts(out, &facts)?;
    if set.waits {
        writeln!(
            out,
            "请由另一人运行“xinheng rulebook adopt {}”，或者在网页“本地规则”上采用。",
            set.number
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

fn tell_sets(global: &Global, out: &mut impl io::Write, sets: &SetsView) -> Outcome {
    let json = global.output == Output::Json;
    if sets.lines.is_empty() && !json {
        writeln!(out, "还没有提出过本地规则。")?;
    }
    for set in &sets.lines {
        tell_set(global, out, set)?;
    }
    if json {
        return Ok(ExitCode::SUCCESS);
    }
    let waiting = sets.waiting.as_ref();
    let waiting = waiting.map(|(set, examined)| (format!("第{}号", set.number), examined));
    let folder = sets.folder.as_ref();
    let folder = folder.map(|examined| ("文件夹里还没提出的改动".to_owned(), examined));
    for (title, examined) in [waiting, folder].into_iter().flatten() {
        writeln!(out, "\n{title}，与现在起作用的相比：")?;
        for change in &examined.changes {
            writeln!(out, "　{}：{}", change.state.title(), change.path)?;
        }
        for problem in &examined.problems {
            writeln!(out, "　问题：{problem}")?;
        }
        for answer in &examined.answers {
            writeln!(out, "　结果不同的案例：{answer}")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Every fault of the files, every law case that does not hold, then what was counted.
fn tell(out: &mut impl io::Write, report: &Report) -> Result<(), Failure> {
    for problem in &report.problems {
        writeln!(out, "{problem}")?;
    }
    for case in &report.broken {
        writeln!(out, "案例不成立：{case}")?;
    }
    if !report.changed.is_empty() {
        writeln!(
            out,
            "本地文件改变了{}个案例的结果（不是错误，请确认是有意的）：",
            report.changed.len()
        )?;
    }
    for case in &report.changed {
        writeln!(out, "　{case}")?;
    }
    if let Some(label) = &report.label {
        let counts = report.counts.iter();
        let counts: Vec<String> = counts.map(|(title, n)| format!("{title}{n}")).collect();
        writeln!(
            out,
            "{label}：{}。案例{}个，{}个不成立。",
            counts.join("，"),
            report.cases,
            report.broken.len()
        )?;
    }
    if report.is_sound() {
        writeln!(out, "没有发现问题。")?;
        writeln!(
            out,
            "没有读到原文的依据、本区适用口径，用“xinheng rulebook open”逐条列出，公示以前请核对。"
        )?;
    }
    Ok(())
}

fn show_all(
    global: &Global,
    out: &mut impl io::Write,
    label: &str,
    sections: &[Section],
) -> Outcome {
    if global.output == Output::Json {
        for section in sections {
            output::json_line(out, section)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(out, "{label}")?;
    for section in sections {
        show(out, section)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn show(out: &mut impl io::Write, section: &Section) -> Result<(), Failure> {
    writeln!(out, "\n{}", section.title)?;
    for line in &section.lines {
        // A citation says of itself that it is unverified; a legal document has none.
        let basis = match (line.basis.is_empty(), line.verified) {
            (true, false) => "未核实",
            _ => &line.basis,
        };
        let reading = if line.reading {
            "本区适用口径"
        } else {
            ""
        };
        writeln!(out, "{}", line.id)?;
        let facts = [
            ("名称", line.title.clone()),
            ("内容", line.value.clone()),
            ("依据", basis.to_owned()),
            ("口径", reading.to_owned()),
            ("说明", line.note.clone().unwrap_or_default()),
        ];
        output::facts(out, &facts)?;
    }
    Ok(())
}
