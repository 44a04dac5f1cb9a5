//! `xinheng check`

use super::{base_name, must_exist, must_have_sheets};
use crate::{
    args::{Check, Global, Output},
    new_file::NewFile,
    output::{self, EXIT_REFUSED, Failure, Outcome},
    screen::buffered,
};
use std::{
    io::{self, Write},
    process::ExitCode,
};
use xinheng_app::check::{self, FindingLimit, Input, JsonLines, Sink, SinkError, StoredRegister};
use xinheng_checker::Register;
use xinheng_domain::finding::{Finding, Summary};

/// Checks a file; status 1 where anything is refused.
pub fn run(global: &Global, args: &Check) -> Outcome {
    if !args.register && global.names_database() {
        return Err(Failure::Usage(
            "写了“--database”，没有写“--register”，就不会与登记库核对。\
             要核对的，请加上“--register”；不要核对的，请去掉“--database”。"
                .to_owned(),
        ));
    }
    must_exist(&args.file)?;
    must_have_sheets(&args.file, args.sheet.as_deref())?;
    let file_name = base_name(&args.file);
    let input = Input {
        path: &args.file,
        file_name: &file_name,
        sheet: args.sheet.as_deref(),
    };
    let today = global.day()?;
    let deployment = if args.register {
        Some(global.deployment()?)
    } else {
        None
    };
    let ctx = deployment
        .as_ref()
        .map(|deployment| global.on_any_day(deployment))
        .transpose()?;
    let mut register = ctx.as_ref().map(StoredRegister::of);
    let register: Option<&mut dyn Register> = register.as_mut().map(|r| r as &mut dyn Register);
    let own;
    let rulebook = match &deployment {
        Some(deployment) => deployment.rulebook(),
        None => {
            own = global.rulebook()?;
            &own
        }
    };
    let back = match &args.out {
        Some(path) => Some(NewFile::at(path, Some(&args.file))?),
        None => None,
    };
    let listed = if args.all {
        FindingLimit::ALL
    } else {
        FindingLimit::USUAL
    };
    let run = |register, sink: &mut dyn Sink| match &back {
        Some(back) => check::annotated(
            rulebook,
            today,
            input,
            register,
            listed,
            sink,
            back.writer(),
        ),
        None => check::run(rulebook, today, input, register, listed, sink),
    };
    let out = buffered();
    let summary = if global.output == Output::Json {
        let mut lines = JsonLines::new(out.0);
        let summary = run(register, &mut lines).map_err(pipe)?;
        lines.finish(&summary)?;
        summary
    } else {
        let mut text = Text { out, sheet: None };
        let summary = run(register, &mut text).map_err(pipe)?;
        write_summary(&mut text.out, &summary)?;
        if let Some(path) = &args.out {
            writeln!(text.out, "批注后的工作簿：{}", path.display())?;
        }
        text.out.flush()?;
        summary
    };
    if let Some(back) = back {
        back.keep()?;
    }
    let refused = summary.refused > 0 || summary.format.is_none() || summary.rows == 0;
    Ok(if refused {
        ExitCode::from(EXIT_REFUSED)
    } else {
        ExitCode::SUCCESS
    })
}

/// A closed pipe is the reader's choice, not a fault.
fn pipe(e: xinheng_app::AppError) -> Failure {
    match e {
        xinheng_app::AppError::File { source, .. }
            if source.kind() == io::ErrorKind::BrokenPipe =>
        {
            Failure::Pipe
        }
        e => e.into(),
    }
}

/// Findings as lines for people.
struct Text<W: Write> {
    out: W,
    sheet: Option<String>,
}

impl<W: Write> Sink for Text<W> {
    fn finding(&mut self, f: &Finding) -> Result<(), SinkError> {
        output::finding(&mut self.out, &mut self.sheet, f)?;
        Ok(())
    }
}

/// The last lines for people.
fn write_summary(out: &mut impl Write, s: &Summary) -> io::Result<()> {
    if s.rows == 0 && s.format.is_none() {
        return writeln!(
            out,
            "\n{}：整个文件需要改正，没有读取任何一行；问题共{}处。",
            s.file, s.findings
        );
    }
    writeln!(out, "\n{}：{}。", s.file, s.counts())?;
    if s.unlisted > 0 {
        writeln!(
            out,
            "问题太多，其中{}处没有逐一列出；要全部列出，请加上“--all”。",
            s.unlisted
        )?;
    }
    if s.format.is_some() && s.accepted == s.rows && s.findings == 0 {
        writeln!(out, "没有发现问题，可以报送。")?;
    }
    Ok(())
}
