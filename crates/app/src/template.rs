//! Blank workbooks to fill in, made from the rulebook as it stands.

use crate::{AppError, AppResult};
use std::io::{BufWriter, Seek, Write};
use xinheng_domain::system;
use xinheng_exchange::template::{self, Template};
use xinheng_rulebook::Rulebook;

/// Writes the template of a catalogue item to `out`, from the first byte of an empty file.
///
/// # Errors
/// The rulebook has no such item; the workbook cannot be written.
pub fn write(
    rulebook: &Rulebook,
    today: jiff::civil::Date,
    item: &str,
    out: impl Write + Seek + Send,
) -> AppResult<()> {
    let known = rulebook.item(item).ok_or_else(|| unknown(rulebook, item))?;
    let basis: Vec<String> = known.basis.iter().map(|b| rulebook.cite(b)).collect();
    let template = Template {
        item: known,
        lists: rulebook.code_lists(),
        basis: &basis,
        today,
    };
    let fault = |e: String| AppError::Fault(format!("模板没有写成：{e}"));
    let mut out = BufWriter::with_capacity(1 << 16, out);
    template::write(template, &mut out).map_err(|e| fault(e.to_string()))?;
    out.flush().map_err(|e| fault(system::told(&e)))
}

fn unknown(rulebook: &Rulebook, item: &str) -> AppError {
    let items = rulebook.items().iter();
    let known: Vec<String> = items.map(|i| format!("{}（{}）", i.id, i.title)).collect();
    AppError::NotFound(format!(
        "规则库里没有“{item}”这一类信息，可以是：{}。",
        known.join("、")
    ))
}
