//! What the register knows of the codes of a block: asked once, before its first row.

use super::SinkError;
use crate::rows::Rows;
use std::collections::HashMap;
use xinheng_checker::{FileCheck, LayoutRow, Register, Registered};

/// The register's answers about the codes of a block.
pub(super) fn ask(
    register: &mut dyn Register,
    file: &FileCheck<'_>,
    rows: Rows<'_>,
) -> Result<HashMap<String, Option<Registered>>, SinkError> {
    if file.is_arranged() {
        let mut codes: Vec<String> = Vec::new();
        let mut arranged = LayoutRow::default();
        for row in rows.iter() {
            let row = file.arrange(&row, &mut arranged).unwrap_or(row);
            codes.extend(file.subject_code(&row).map(str::to_owned));
        }
        return answers(register, codes.iter().map(String::as_str).collect());
    }
    let mut codes: Vec<&str> = Vec::new();
    for row in rows.iter() {
        codes.extend(file.subject_code(&row));
    }
    answers(register, codes)
}

fn answers(
    register: &mut dyn Register,
    mut codes: Vec<&str>,
) -> Result<HashMap<String, Option<Registered>>, SinkError> {
    codes.sort_unstable();
    codes.dedup();
    let answers = register.lookup(&codes)?;
    Ok(codes.into_iter().map(str::to_owned).zip(answers).collect())
}
