//! `xinheng forward`

use super::{base_name, must_exist, must_have_sheets, usage};
use crate::{
    args::{Forward, Global, Output},
    output::{self, EXIT_REFUSED, Outcome},
    screen::screen,
};
use std::{io::Write as _, path::Path, process::ExitCode};
use xinheng_app::{
    Ctx, check,
    forward::{self, Answer, Listed, Make},
};

/// Numbers of records shown for a reason.
const SHOWN: usize = 5;

/// Makes files for the platform above and reads its answers; status 1 where rows were refused.
pub fn run(global: &Global, args: &Forward) -> Outcome {
    if let Forward::Receipt { file, sheet, .. } = args {
        must_exist(file)?;
        must_have_sheets(file, sheet.as_deref())?;
    }
    let deployment = global.deployment()?;
    match args {
        Forward::Templates => templates(global, &global.ctx(&deployment)?),
        Forward::List => list(global, &global.ctx(&deployment)?),
        Forward::Make {
            template,
            department,
            from,
            until,
            out,
            again,
        } => {
            let input = Make {
                template,
                department: department.as_deref(),
                from: *from,
                until: *until,
                again: *again,
                out,
            };
            make(global, &global.acting(&deployment)?, input)
        }
        Forward::Receipt {
            file,
            sheet,
            dispatch,
        } => {
            let ctx = global.acting(&deployment)?;
            receipt(global, &ctx, file, (sheet.as_deref(), dispatch.as_deref()))
        }
    }
}

fn templates(global: &Global, ctx: &Ctx<'_>) -> Outcome {
    let mut out = screen();
    let all = forward::templates(ctx)?;
    if global.output == Output::Json {
        for line in &all {
            output::json_line(&mut out, line)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = output::table(&["模板", "名称", "列数", "依据"], &[]);
    for line in &all {
        let verified = if line.verified { "" } else { "未核实" };
        table.add_row([
            line.id.clone(),
            line.title.clone(),
            line.columns.to_string(),
            verified.to_owned(),
        ]);
    }
    writeln!(out, "{table}")?;
    Ok(ExitCode::SUCCESS)
}

fn list(global: &Global, ctx: &Ctx<'_>) -> Outcome {
    let mut out = screen();
    let all = forward::list(ctx, Listed::default())?;
    if global.output == Output::Json {
        for line in &all {
            output::json_line(&mut out, line)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    if all.is_empty() {
        writeln!(out, "还没有生成过报送文件。")?;
    }
    for line in &all {
        writeln!(out, "{}", line.id)?;
        let facts = [
            ("模板", line.template_title.clone()),
            ("决定日期", format!("{}至{}", line.from, line.until)),
            (
                "部门",
                Some(&line.department)
                    .filter(|d| !d.is_empty())
                    .map_or("全部", String::as_str)
                    .to_owned(),
            ),
            ("文件", line.file.clone()),
            ("生成时间", output::beijing(line.made_at)),
            (
                "行数",
                format!(
                    "{}（已接收{}，已退回{}，等待回执{}）",
                    line.rows, line.accepted, line.refused, line.waiting
                ),
            ),
        ];
        output::facts(&mut out, &facts)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn make(global: &Global, ctx: &Ctx<'_>, input: Make<'_>) -> Outcome {
    let mut out = screen();
    forward::usable(&input).map_err(usage)?;
    let made = forward::make(ctx, input)?;
    if global.output == Output::Json {
        output::json_line(&mut out, &made)?;
        return Ok(ExitCode::SUCCESS);
    }
    match &made.dispatch {
        Some(id) => writeln!(
            out,
            "已生成“{}”{}行：{}\n编号 {id}，sha256 {}。\n报送以后，请用“xinheng forward receipt”读入上级平台的回执。",
            made.template_title,
            made.rows,
            input.out.display(),
            made.sha256
        )?,
        None => writeln!(out, "没有要报送的，没有生成文件。")?,
    }
    if made.worded > 0 {
        writeln!(
            out,
            "其中{}行的文字内容是隐去个人信息后的公示文本，不是部门报送的原文。",
            made.worded
        )?;
    }
    if !made.withheld.is_empty() {
        writeln!(
            out,
            "有{}条记录的一栏或者几栏整段不公开，只写明原因，请报送部门改写：",
            made.withheld.len()
        )?;
        for record in &made.withheld {
            writeln!(out, "        {record}")?;
        }
    }
    if !made.skipped.is_empty() {
        writeln!(out, "没有列入这份文件的：")?;
    }
    for skipped in &made.skipped {
        writeln!(out, "  {}条　{}", skipped.count, skipped.reason)?;
        for record in skipped.records.iter().take(SHOWN) {
            writeln!(out, "        {record}")?;
        }
        let more = skipped.records.len().saturating_sub(SHOWN);
        if more > 0 {
            writeln!(out, "        （只列出前{SHOWN}条，全部见“--output json”）")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn receipt(
    global: &Global,
    ctx: &Ctx<'_>,
    file: &Path,
    (sheet, dispatch): (Option<&str>, Option<&str>),
) -> Outcome {
    let mut out = screen();
    let answer = Answer {
        path: file,
        file_name: &base_name(file),
        sheet,
        dispatch,
        department: None,
    };
    let read = forward::read_receipt(ctx, answer)?;
    let c = read.counters;
    if global.output == Output::Json {
        output::json_line(&mut out, &read)?;
    } else {
        for line in &read.refused {
            let code = Some(&line.code).filter(|c| !c.is_empty());
            writeln!(
                out,
                "退回：第{}行　{}　{}{}",
                line.sheet_row,
                line.document_number,
                code.map_or_else(String::new, |c| format!("〔{c}〕")),
                line.reason
            )?;
            if let Some(meaning) = &line.meaning {
                writeln!(out, "      {meaning}")?;
            }
            if let Some(record) = &line.record {
                writeln!(out, "      记录 {record}")?;
            }
        }
        for finding in &read.findings {
            let (mark, said) = (finding.severity.word(), check::sentence(finding));
            writeln!(out, "{mark}：{said}〔{}〕", finding.code)?;
        }
        if read.again {
            writeln!(out, "这份回执此前已经读入，没有作任何改动。")?;
        }
        let contradicted = match c.contradicted {
            0 => String::new(),
            n => format!("（另有{n}行写接收，因同一份回执又写退回而不计）"),
        };
        let taken_back = match c.taken_back {
            0 => String::new(),
            n => format!("（其中{n}行此前的回执写接收）"),
        };
        writeln!(
            out,
            "回执共{}行：接收{}{contradicted}，退回{}{taken_back}，不是本系统报送或者无法对应{}，读不出{}。",
            c.rows, c.accepted, c.refused, c.unknown, c.faulty
        )?;
    }
    Ok(if c.refused + c.unknown + c.faulty > 0 {
        ExitCode::from(EXIT_REFUSED)
    } else {
        ExitCode::SUCCESS
    })
}
