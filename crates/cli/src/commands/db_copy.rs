//! `xinheng db copy`

use super::{operator, usage};
use crate::{
    args::{Global, Output},
    output::{self, EXIT_FAULT, EXIT_REFUSED, Failure, Outcome},
    screen::screen,
};
use std::{io::Write as _, process::ExitCode};
use xinheng_app::{
    Deployment,
    copy::{self, CopyProgress, CopyReport},
};

/// Copies a deployment into another database; status 1 where the source was written to
/// meanwhile, 3 where the two differ.
pub fn run(global: &Global, from: &str, to: &str) -> Outcome {
    // A variable that is not set would make a database in the current folder.
    if from.trim().is_empty() || to.trim().is_empty() {
        return Err(Failure::Usage(
            "“--from”和“--to”都应当写明目录或者 PostgreSQL 地址，不能是空的。".to_owned(),
        ));
    }
    let (from, to) = (copy::place_of(from), copy::place_of(to));
    if let Some(dir) = &from.data
        && !dir.join("xinheng.db").is_file()
    {
        return Err(Failure::Usage(format!(
            "目录“{}”里没有数据库 xinheng.db，请检查“--from”。",
            dir.display()
        )));
    }
    let deployment = Deployment::open(&from)?;
    // The beginning of a copy goes into the audit.
    global.acting(&deployment)?;
    let bar = output::progress(0, "复制");
    let done = copy::copy(&deployment, operator(), global.now()?, &to, &mut |step| {
        let (what, done, all) = match step {
            CopyProgress::Copied(done, all) => ("复制", done, all),
            CopyProgress::Compared(done, all) => ("核对", done, all),
        };
        bar.set_message(what);
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let report = done.map_err(usage)?;
    if global.output == Output::Json {
        let mut out = screen();
        for table in &report.tables {
            output::json_line(&mut out, table)?;
        }
        output::json_line(&mut out, &serde_json::json!({ "copy": report }))?;
    } else {
        let rules = from.local_rulebook().is_some() && from.data != to.data;
        tell(&report, rules)?;
    }
    Ok(match (report.equal, report.written_since) {
        (false, _) => ExitCode::from(EXIT_FAULT),
        (true, 0) => ExitCode::SUCCESS,
        (true, _) => ExitCode::from(EXIT_REFUSED),
    })
}

fn tell(report: &CopyReport, rules: bool) -> Result<(), Failure> {
    let mut out = screen();
    let mut table = output::table(&["表", "行数", "摘要", "核对"], &[0, 1]);
    for line in &report.tables {
        let (rows, hash, said) = if line.equal {
            (line.rows.to_string(), line.hash.clone(), "相符")
        } else {
            let rows = format!("{}／{}", line.rows, line.target_rows);
            (rows, format!("{}／{}", line.hash, line.target_hash), "不符")
        };
        table.add_row([line.table, &rows, &hash, said]);
    }
    writeln!(out, "{table}")?;
    let target = &report.target;
    if !report.equal {
        writeln!(
            out,
            "有的表与源库不符（行数和摘要先源库、后目标库），目标库“{target}”不能使用。\
             请换一个空的库重新复制；如果仍然不符，请用“xinheng db verify”核验源库。"
        )?;
        return Ok(());
    }
    let how = match (report.already, report.resumed) {
        (true, _) => "此前已经复制完成，没有作任何改动",
        (_, true) => "接着上次中断的地方复制完成",
        _ => "已复制完成",
    };
    writeln!(out, "{how}，逐表核对相符：“{target}”。")?;
    if let Some(head) = &report.audit_head {
        writeln!(out, "审计链末端两边相同：{head}")?;
    }
    if report.written_since > 0 {
        writeln!(
            out,
            "复制期间源库又有{}次写入，不在目标库里。要换用目标库的，请先停止写入，再换一个空的库重新复制。",
            report.written_since
        )?;
    }
    if rules {
        writeln!(
            out,
            "本地规则（源目录下的 rulebook/）和自然人信息的密钥文件（person.key，如果有）不在数据库里，请另行拷贝到目标库的数据目录；没有密钥文件，保存的自然人信息打不开。"
        )?;
    }
    Ok(())
}
