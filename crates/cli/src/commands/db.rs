//! `xinheng db`

use super::{backdated, operator, usage};
use crate::{
    args::{Db, Global, Output},
    output::{self, EXIT_FAULT, Failure, Outcome},
    screen::{complaints, screen},
};
use serde::Serialize;
use std::{io::Write as _, path::Path, process::ExitCode};
use xinheng_app::{
    Deployment, District,
    ops::{self, Deep, Verified},
    wording,
};

/// Makes, upgrades, copies, restores and verifies the database.
pub fn run(global: &Global, args: &Db) -> Outcome {
    match args {
        Db::Migrate { training } => migrate(global, *training),
        Db::Backup { to } => backup(global, to),
        Db::Restore { from } => restore(global, from),
        Db::Copy { from, to } => super::db_copy::run(global, from, to),
        Db::Verify { noted, deep } => verify(global, noted.as_deref(), *deep),
    }
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    report: &'a Verified,
    noted: Option<bool>,
    /// What was computed anew, where it was asked for.
    deep: Option<&'a Deep>,
}

fn verify(global: &Global, noted: Option<&str>, deep: bool) -> Outcome {
    let deployment = global.deployment()?;
    let ctx = global.ctx(&deployment)?;
    let mut report = ops::verify(&ctx)?;
    let noted = match noted {
        Some(noted) => Some(ops::has_noted(&ctx, noted).map_err(usage)?),
        None => None,
    };
    match noted {
        Some(true) => report
            .lines
            .push("抄录的审计链末端：仍在原处，此前的审计没有被删改".to_owned()),
        Some(false) => report.lines.push(
            "抄录的审计链末端对不上：审计被删改过，或者数据库是用更早的备份恢复的。请保留现场，与备份核对。"
                .to_owned(),
        ),
        None => {}
    }
    report.sound &= noted != Some(false);
    let deep = if deep {
        let bar = output::progress(0, "重算");
        let found = ops::verify_deep(&ctx, &mut |done, all| {
            bar.set_length(all);
            bar.set_position(done);
        })?;
        bar.finish_and_clear();
        report.sound &= found.sound;
        report.lines.extend(found.lines.iter().cloned());
        Some(found)
    } else {
        None
    };
    if global.output == Output::Json {
        let report = &report;
        output::json_line(
            &mut screen(),
            &Line {
                report,
                noted,
                deep: deep.as_ref(),
            },
        )?;
    } else {
        tell(&report)?;
    }
    Ok(status(&report))
}

/// A deployment is for training from its beginning or never: what is real stays real.
fn migrate(global: &Global, training: bool) -> Outcome {
    let place = global.located()?;
    let demo = Deployment::open(&place).ok().map(|o| o.district().demo);
    if training && demo == Some(false) {
        return Err(not_new());
    }
    if global.today.is_some() && !training && demo != Some(true) {
        return Err(backdated());
    }
    let done = Deployment::migrate(&place, global.now()?).map_err(usage)?;
    if training && demo.is_none() {
        if done.from != 0 {
            return Err(not_new());
        }
        let deployment = Deployment::open(&place)?;
        let district = District {
            demo: true,
            ..District::default()
        };
        // It is for training from now on.
        let ctx = global.on_any_day(&deployment)?;
        Deployment::set_district(&ctx, &district)?;
    }
    let names = fill(global, &Deployment::open(&place)?)?;
    if names > 0 {
        writeln!(
            complaints(),
            "已从以前的记录补存{names}个法定代表人、经营者的姓名，只用于隐去，不检索、不公开。"
        )?;
    }
    let mut out = screen();
    if global.output == Output::Json {
        let line = serde_json::json!({
            "from": done.from, "to": done.to, "training": training || demo == Some(true),
        });
        output::json_line(&mut out, &line)?;
    } else if done.from == done.to {
        writeln!(
            out,
            "数据库已是本程序的版本（第{}版），表没有改动。",
            done.to
        )?;
    } else {
        let what = if training {
            "，用于培训，每一页都标明是演示数据"
        } else {
            ""
        };
        writeln!(out, "数据库已建立或升级到第{}版{what}。", done.to)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Goes through what has landed: names that are masked, texts that are to be read.
pub fn fill(global: &Global, deployment: &Deployment) -> Result<u64, Failure> {
    let bar = output::progress(0, "整理");
    let ctx = global.acting(deployment)?;
    let filled = wording::fill(&ctx, &mut |seen| bar.set_position(seen));
    bar.finish_and_clear();
    Ok(filled?)
}

fn not_new() -> Failure {
    Failure::Usage(
        "“--training”只能在建立部署时写明，这里已经有一个正式的部署。请换一个“--data”目录。"
            .to_owned(),
    )
}

fn backup(global: &Global, to: &Path) -> Outcome {
    let deployment = global.deployment()?;
    let bar = output::progress(0, "备份");
    let audited = ops::backup(&global.acting(&deployment)?, to, &mut |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let audited = audited.map_err(usage)?;
    if !audited {
        writeln!(
            complaints(),
            "数据库所在的磁盘是只读的，这次备份没有写入审计，请另行登记。"
        )?;
    }
    let mut out = screen();
    if global.output == Output::Json {
        let line = serde_json::json!({"file": to.display().to_string(), "audited": audited});
        output::json_line(&mut out, &line)?;
    } else {
        writeln!(
            out,
            "已备份到“{0}”。需要恢复时运行：xinheng db restore {0} --data {1}（不要自己覆盖 xinheng.db）。",
            to.display(),
            global
                .data
                .as_deref()
                .unwrap_or(Path::new("数据目录"))
                .display()
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

fn restore(global: &Global, from: &Path) -> Outcome {
    let place = global.located()?;
    // The day of a restore goes into the audit: another one only where nothing is real.
    if global.today.is_some() && !Deployment::open(&place).is_ok_and(|o| o.district().demo) {
        return Err(backdated());
    }
    let now = global.now()?;
    let done = ops::restore(&place, operator(), now, from, global.clock_is_right).map_err(usage)?;
    if global.output == Output::Json {
        output::json_line(&mut screen(), &done)?;
        return Ok(status(&done.verified));
    }
    let mut out = screen();
    writeln!(out, "已用“{}”恢复数据库，并写入审计。", from.display())?;
    match &done.kept {
        Some(kept) if done.damaged => writeln!(
            out,
            "原来的数据库已经损坏，文件移到了“{kept}”，请保留备查。"
        )?,
        Some(kept) => writeln!(
            out,
            "恢复前的数据另存为“{kept}”；如果恢复错了，可以用它再恢复回来。"
        )?,
        None => writeln!(out, "恢复前这里没有数据库。")?,
    }
    writeln!(out, "网站如果正在运行，请重新启动。恢复后的核验：")?;
    drop(out);
    tell(&done.verified)?;
    Ok(status(&done.verified))
}

fn tell(report: &Verified) -> Result<(), Failure> {
    let mut out = screen();
    for line in &report.lines {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn status(report: &Verified) -> ExitCode {
    if report.sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(EXIT_FAULT)
    }
}
