//! One decision, filled in as a form: a file of one row, through the same check.

use super::stage::{Staging, checked, keep};
use crate::{Act, AppError, AppResult, Ctx, Scope, check::Patches};
use xinheng_domain::{catalogue::Item, finding::Finding};

/// What became of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum One {
    /// Prepared, under this id.
    Prepared(String),
    /// To be corrected: by field, those of no field first.
    Wrong(Vec<Finding>),
}

/// Prepares one row of an item from what was typed, by field id.
///
/// # Errors
/// Forbidden; no such item; nothing was typed; as [`super::stage()`].
pub fn one(
    ctx: &Ctx<'_>,
    department: &str,
    item: &str,
    typed: impl Fn(&str) -> String,
) -> AppResult<One> {
    ctx.allow_in(Act::HandInStage, Scope::Department(department))?;
    let known = ctx.deployment().rulebook().item(item);
    let known = known.ok_or_else(|| AppError::NotFound("没有这一类信息。".to_owned()))?;
    let (text, filled) = file(known, typed);
    if !filled {
        return Err(AppError::BadInput("一项也没有填写。".to_owned()));
    }
    let name = format!("单条填报（{}）.csv", known.title);
    let staging = Staging {
        bytes: text.as_bytes(),
        file_name: &name,
        sheet: None,
        department,
    };
    let (checked, said) = checked(ctx, staging, &Patches::default())?;
    if checked.counters.refused > 0 {
        let findings = said.findings.into_iter().map(without_row);
        return Ok(One::Wrong(findings.collect()));
    }
    keep(ctx, staging, &checked, &said).map(One::Prepared)
}

/// The row of the file below its head, as the check names it in its sentences.
const ROW: &str = "第2行";

/// Who fills in a form sees no rows: nothing is said of one.
fn without_row(mut finding: Finding) -> Finding {
    if let Some(rest) = finding.message.strip_prefix(ROW) {
        finding.message = rest.to_owned();
    }
    if finding.is_about_spelling() {
        let first = format!("，第一处在{ROW}");
        finding.message = finding.message.replacen(&first, "", 1);
    }
    finding
}

/// The file of one row, and whether anything stands in it.
fn file(item: &Item, typed: impl Fn(&str) -> String) -> (String, bool) {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let form = item.form();
    let head: Vec<String> = form.fields.iter().map(|f| quoted(&f.id)).collect();
    let values: Vec<String> = form.fields.iter().map(|f| typed(&f.id)).collect();
    let filled = values.iter().any(|value| !value.is_empty());
    let cells: Vec<String> = values.iter().map(|value| quoted(value)).collect();
    let text = format!("{}\r\n{}\r\n", head.join(","), cells.join(","));
    (text, filled)
}
