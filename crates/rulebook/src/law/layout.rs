//! Cases of layouts: a row of an older or foreign file, and what it becomes.

use super::{Verdicts, expect, message_title};
use crate::Rulebook;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use xinheng_checker::{Checker, HeaderRow, LayoutRow, Rules, Verdict};
use xinheng_domain::{condition::Values as _, finding::Finding};

/// A row under its headers, and the item's fields after reading.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LayoutCase {
    /// Id of the layout; `None` = the file is of the item's own layout or of none.
    layout: Option<String>,
    on: Date,
    /// Header → cell.
    given: BTreeMap<String, String>,
    /// Field → normalised value; an empty one says that the field is not filled.
    #[serde(default)]
    becomes: BTreeMap<String, String>,
    /// Codes of findings that must be among those of the row or the header.
    #[serde(default)]
    findings: Vec<String>,
    #[serde(default)]
    refused: bool,
    #[serde(default)]
    set_aside: bool,
    /// The header alone refuses the file.
    #[serde(default)]
    header_refused: bool,
}

impl LayoutCase {
    pub(super) fn run(&self, book: &Rulebook) -> Verdicts {
        let checker = Checker::new(Rules {
            items: book.items(),
            lists: book.code_lists(),
            messages: book.messages(),
            codes: book.code_tables().clone(),
            today: self.on,
            cite: &|basis| book.cite(basis),
        })
        .and_then(|checker| checker.with_layouts(book.layouts()))
        .map_err(|e| e.to_string())?;
        let header = HeaderRow::new(self.given.keys().map(String::as_str), 1);
        let cells = HeaderRow::new(self.given.values().map(String::as_str), 2);
        let mut said: Vec<Finding> = Vec::new();
        let opened = checker.open(&header.row(), None, &mut |f| said.push(f.clone()));
        let recognised = said.iter().find(|f| f.code == "layout-recognised");
        let title = recognised.map(|f| f.value.clone());
        let known = self.layout.as_ref().map(|id| {
            let layout = book.layouts().iter().find(|l| l.id == *id);
            layout.map_or_else(|| id.clone(), |l| l.title.clone())
        });
        expect("版式", &title, &known)?;
        let Some(mut file) = opened else {
            let codes: Vec<String> = said.iter().map(|f| message_title(book, &f.code)).collect();
            let expected = self.header_refused;
            return expected
                .then_some(())
                .ok_or_else(|| format!("表头被退回：{}", codes.join("、")));
        };
        expect("表头退回", &false, &self.header_refused)?;
        let mut buffer = LayoutRow::default();
        let row = file.arrange(&cells.row(), &mut buffer);
        let row = file.check(row.unwrap_or(cells.row()), None);
        for (field, value) in &self.becomes {
            let given = row.value(field).unwrap_or_default().to_owned();
            expect(field, &given, value)?;
        }
        let mut finding = xinheng_checker::blank(None);
        let taken = row.findings(&mut finding, |f| {
            said.push(f.clone());
            Ok::<_, String>(())
        });
        taken?;
        for code in &self.findings {
            if !said.iter().any(|f| f.code == *code) {
                let title = |code: &str| message_title(book, code);
                let titles: Vec<String> = said.iter().map(|f| title(&f.code)).collect();
                return Err(format!(
                    "应有问题“{}”，实为{}",
                    title(code),
                    titles.join("、")
                ));
            }
        }
        let verdict = row.verdict();
        expect("退回", &(verdict == Verdict::Refused), &self.refused)?;
        expect("单列", &(verdict == Verdict::SetAside), &self.set_aside)
    }
}
