//! `xinheng subject`

use crate::{
    args::{Global, Output, Subject},
    output::{self, EXIT_REFUSED, Outcome},
    screen::{complaints, screen},
};
use std::{
    io::{self, Write as _},
    process::ExitCode,
};
use xinheng_app::{record, site, view::Dossier};
use xinheng_domain::{
    identity,
    text::{code_groups, half_width},
};

/// Shows a dossier as the public sees it; with a purpose, every record and every reason.
pub fn run(global: &Global, args: &Subject) -> Outcome {
    let deployment = global.deployment()?;
    // A look with a purpose is audited: with the real time.
    let ctx = match args.purpose {
        Some(_) => global.acting(&deployment)?,
        None => global.ctx(&deployment)?,
    };
    // As people copy codes: in groups, in small letters, in full width.
    let code: String = half_width(&args.code).split_whitespace().collect();
    let code = code.to_ascii_uppercase();
    // A program has no second page to ask for: what it counts is what it gets.
    let found = if identity::is_identity_code(code.as_bytes()) {
        None
    } else if args.all || global.output == Output::Json {
        site::whole_dossier(&ctx, &code, args.as_of, args.known_at)?
    } else {
        site::dossier(&ctx, &code, args.as_of, args.known_at)?
    };
    let mut out = screen();
    let Some(dossier) = found else {
        let shown = identity::mask_code(&args.code);
        if identity::is_masked_as_code(&args.code) {
            writeln!(
                complaints(),
                "“{shown}”像是个人的身份证件号码，不是组织的代码（已遮盖）。这里只有组织，没有自然人，请核对代码。"
            )?;
        } else {
            writeln!(complaints(), "没有代码为“{shown}”的组织，请核对代码。")?;
        }
        return Ok(ExitCode::from(EXIT_REFUSED));
    };
    let all = match &args.purpose {
        Some(purpose) => Some(record::of_subject(&ctx, &code, purpose)?),
        None => None,
    };
    if global.output == Output::Json {
        match &all {
            None => output::json_line(&mut out, &dossier)?,
            Some(all) => output::json_line(
                &mut out,
                &serde_json::json!({"dossier": dossier, "records": all}),
            )?,
        }
        return Ok(ExitCode::SUCCESS);
    }
    write_dossier(&mut out, &dossier)?;
    if let Some(all) = &all {
        writeln!(out, "\n全部记录（含未公开的，本次查看已写入审计）：")?;
        for line in all {
            writeln!(out, "{}", line.id)?;
            let facts = [
                ("类别", line.item_title.clone()),
                ("文书号", line.document_number.clone()),
                (
                    "决定日期",
                    line.decided_on.map_or_else(String::new, |d| d.to_string()),
                ),
                ("公示", line.publicity.clone()),
            ];
            output::facts(&mut out, &facts)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn write_dossier(out: &mut impl io::Write, d: &Dossier) -> io::Result<()> {
    let s = &d.subject;
    writeln!(
        out,
        "{}\n{}　{}　{}",
        s.name,
        code_groups(&s.code),
        s.kind_title,
        s.status
    )?;
    if s.provisional {
        writeln!(out, "（只在报送文件中出现，尚未经登记库确认）")?;
    }
    for former in &s.former_names {
        writeln!(out, "曾用名：{}", former.name)?;
    }
    writeln!(
        out,
        "{}：共{}条，显示{}条。{}",
        d.scope.of, d.scope.in_scope, d.scope.shown, d.scope.outside
    )?;
    for reason in &d.scope.withheld {
        writeln!(out, "　未显示{}条：{}", reason.count, reason.title)?;
    }
    for group in d.groups.iter().filter(|g| g.total > 0) {
        let listed = group.records.len();
        let first = if group.total > listed as u64 {
            format!("，先列出最近的{listed}条，查看全部请加“--all”")
        } else {
            String::new()
        };
        writeln!(out, "\n{}（{}条{first}）", group.title, group.total)?;
        for line in &group.records {
            let until = line
                .shown_until
                .map_or_else(|| "长期".to_owned(), |u| u.to_string());
            writeln!(out, "　{}　公示至{until}　{}", line.sentence, line.id)?;
        }
    }
    for source in &d.sources {
        match source.complete_up_to {
            Some(day) if source.connected => writeln!(out, "{}：数据截至{day}", source.title)?,
            _ => writeln!(out, "{}：数据来源尚未接入", source.title)?,
        }
    }
    Ok(())
}
