//! `xinheng code`

use crate::{
    args::{Code, Global, Output},
    output::{self, EXIT_REFUSED, Outcome},
    screen::buffered,
};
use serde::Serialize;
use std::{
    io::{self, BufRead as _, Write as _},
    process::ExitCode,
};
use xinheng_domain::{
    code::{CodeSeverity, Verdict, check},
    identity,
};

#[derive(Serialize)]
struct Line<'a> {
    code: &'a str,
    verdict: Verdict,
    severity: CodeSeverity,
    also: Vec<Verdict>,
    suggestion: Option<String>,
}

/// Checks codes; status 1 where one of them is in error.
pub fn run(global: &Global, args: &Code) -> Outcome {
    let rulebook = global.place().rulebook()?;
    let tables = rulebook.code_tables();
    let mut out = buffered();
    let mut refused = false;
    let mut one = |text: &str| -> Result<(), crate::output::Failure> {
        let found = check(text.trim(), tables);
        refused |= found.severity == CodeSeverity::Error;
        // Terminals and logs keep what is printed.
        let text = &*identity::mask_code(text);
        match global.output {
            Output::Json => output::json_line(
                &mut out,
                &Line {
                    code: text,
                    verdict: found.verdict,
                    severity: found.severity,
                    also: found.also,
                    suggestion: found.suggestion,
                },
            ),
            Output::Text => {
                // Beside an error the good news of a warning would mislead.
                let also: Vec<_> = found
                    .also
                    .iter()
                    .map(|v| sentence(*v).trim_start_matches("可以使用，但"))
                    .collect();
                write!(out, "{text}\t{}", sentence(found.verdict))?;
                if !also.is_empty() {
                    write!(out, "（另外：{}）", also.join("；"))?;
                }
                if let Some(better) = found.suggestion {
                    write!(out, "。应当是“{better}”吗？")?;
                }
                writeln!(out)?;
                Ok(())
            }
        }
    };
    for code in &args.codes {
        if code == "-" {
            for line in io::stdin().lock().lines() {
                let line = line?;
                if !line.trim().is_empty() {
                    one(&line)?;
                }
            }
        } else {
            one(code)?;
        }
    }
    out.flush()?;
    Ok(if refused {
        ExitCode::from(EXIT_REFUSED)
    } else {
        ExitCode::SUCCESS
    })
}

const fn sentence(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "正确",
        Verdict::IdentityNumber => "是个人的身份证件号码，不能作为组织的代码",
        Verdict::Placeholder => "是占位代码（17个0加X），不能作为组织的代码",
        Verdict::BadLength => "不是18位",
        Verdict::BadChar => "含有不允许使用的字符（不用I、O、S、V、Z和小写字母）",
        Verdict::AcceptedException => "校验不符，但已在例外登记中确认",
        Verdict::BadCheck => "校验码不符，请核对登记证照",
        Verdict::BadOrgCheck => "可以使用，但其中的组织机构代码校验码不符，请核对",
        Verdict::UnknownAuthorityPair => {
            "可以使用，但登记管理部门和机构类别的组合不在代码表中，请核对"
        }
        Verdict::UnknownDivision => {
            "可以使用，但行政区划码不在历年区划代码表中（开发区等可能如此），请核对"
        }
    }
}
