//! `xinheng demo`

use crate::{
    args::{Demo, Global, Output},
    output::{self, Failure, Outcome},
    screen::screen,
};
use std::{io::Write as _, process::ExitCode};
use xinheng_app::{AppError, Deployment};
use xinheng_demo::{BuildError, Size, build, day_at};

/// Builds the invented district.
pub fn run(global: &Global, args: &Demo) -> Outcome {
    let size = if args.small { Size::Small } else { Size::Full };
    let bar = output::progress(0, "建立示范区");
    let day = day_at(global.now()?);
    let built = build(&global.located()?, day, size, &mut |p| {
        bar.set_length(p.all as u64);
        bar.set_position(p.done as u64);
    });
    bar.finish_and_clear();
    let built = built.map_err(|e| match e {
        BuildError::NotEmpty(said) => Failure::Usage(said),
        BuildError::App(e @ AppError::File { .. }) => Failure::Usage(e.to_string()),
        BuildError::App(e) => Failure::App(e),
        e => Failure::Start(e.to_string()),
    })?;
    super::db::fill(global, &Deployment::open(&global.located()?)?)?;
    let mut out = screen();
    if global.output == Output::Json {
        output::json_line(
            &mut out,
            &serde_json::json!({
                "departments": built.departments, "organisations": built.organisations,
                "files": built.files, "counters": built.counters, "decided": built.decided,
                "landmarks": built.landmarks, "accounts": built.accounts,
            }),
        )?;
    } else {
        let c = &built.counters;
        writeln!(
            out,
            "示范区已建立：{}个部门、登记库中{}个组织、{}份报送文件，共{}条（新增{}条，新版本{}条，替换{}条，需要改正{}条，自然人{}条不保存）。\n区、部门、组织和记录都是虚构的，{}个演示账号的人也是。",
            built.departments,
            built.organisations,
            built.files,
            c.reported,
            c.new,
            c.new_version,
            c.replaced,
            c.refused,
            c.set_aside,
            built.accounts
        )?;
    }
    Ok(ExitCode::SUCCESS)
}
