//! `xinheng account letter`

use crate::{
    args::{Global, Letter, Output},
    output::{self, Failure},
};
use std::io::Write;
use xinheng_app::{
    Deployment,
    auditor::{self, NewLetter},
};

/// Keeps the letters by which auditors look.
pub fn run(
    global: &Global,
    deployment: &Deployment,
    args: &Letter,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let json = global.output == Output::Json;
    let mut told = |letter: &str, text: &str| -> Result<(), Failure> {
        if json {
            return output::json_line(out, &serde_json::json!({"letter": letter}));
        }
        writeln!(out, "{text}")?;
        Ok(())
    };
    match args {
        Letter::Add {
            login,
            issuer,
            number,
            dated,
            department,
            from,
            until,
        } => {
            let departments: Vec<&str> = department.iter().map(String::as_str).collect();
            let new = NewLetter {
                login,
                issuer,
                number,
                dated: *dated,
                departments: &departments,
                from: *from,
                until: *until,
            };
            let id = auditor::enter(&global.acting(deployment)?, &new)?;
            told(&id, &format!("已登记，函件编号 {id}。"))
        }
        Letter::End { letter } => {
            auditor::end(&global.acting(deployment)?, letter)?;
            told(letter, "已结束，从今天起不能再凭这份函件查看。")
        }
        Letter::List => {
            let mut table = output::table(&["编号", "函件", "账号", "范围", "期限"], &[0]);
            for letter in auditor::letters(&global.ctx(deployment)?)? {
                if json {
                    let line = serde_json::json!({
                        "letter": letter.id, "login": letter.auditor.0, "issuer": letter.issuer,
                        "number": letter.number, "departments": letter.departments,
                        "from": letter.from, "until": letter.until,
                    });
                    output::json_line(out, &line)?;
                    continue;
                }
                let scope = match letter.departments.is_empty() {
                    true => "全区".to_owned(),
                    false => letter.departments.join("、"),
                };
                table.add_row([
                    letter.id,
                    format!("{}{}", letter.issuer, letter.number),
                    letter.auditor.0,
                    scope,
                    format!("{} 至 {}", letter.from, letter.until),
                ]);
            }
            if !json {
                writeln!(out, "{table}")?;
            }
            Ok(())
        }
    }
}
