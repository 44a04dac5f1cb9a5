//! A natural person's row: sealed as it is read, landed with the organisations' rows of its
//! chunk. Nothing links it, to a subject or to another row of the same person (I6).

use super::PersonKey;
use crate::{
    AppError, AppResult,
    intake::{
        land::{Landing, OF_ANOTHER},
        payload,
    },
};
use jiff::civil::Date;
use std::collections::HashMap;
use xinheng_checker::CheckedRow;
use xinheng_domain::{
    batch::Counters,
    catalogue::{Item, Role},
    condition::Values,
    finding::Finding,
    name,
};
use xinheng_store::{
    Tx,
    person::{self, PersonRow},
};

/// Code of the finding about a row that says something about a decision for the second time.
const TWICE: &str = "duplicate-record";

/// A row that is sealed and waits to be written.
pub struct PersonCandidate {
    row: u64,
    sheet_row: u64,
    key: String,
    content_index: String,
    key_id: String,
    sealed: String,
    decided_on: Option<Date>,
    document_number: String,
}

/// What names the row: the decision and its party together, so that the rows of one person under
/// two decisions have nothing in common.
pub(super) fn row_key<V: Values + ?Sized>(item: &Item, row: &V, key: &PersonKey) -> String {
    let mut parts = vec![item.id.clone()];
    parts.extend(item.identity_of(row));
    parts.push(party(item, row));
    key.index("row", parts.iter().map(String::as_str))
}

/// The identity number, or the name where there is none.
pub(super) fn party<V: Values + ?Sized>(item: &Item, row: &V) -> String {
    let value = |role| {
        let field = item.by_role(role);
        field.and_then(|f| row.value(&f.id)).unwrap_or_default()
    };
    let number = value(Role::PartyIdentity);
    if number.is_empty() {
        format!("name:{}", name::comparison_key(value(Role::SubjectName)))
    } else {
        number.to_uppercase()
    }
}

impl PersonCandidate {
    /// Seals a row.
    ///
    /// # Errors
    /// A fault: the system gives no random bytes.
    pub fn of(row: &CheckedRow<'_>, key: &PersonKey) -> AppResult<Self> {
        let item = row.item();
        let name = row_key(item, row, key);
        let payload = payload(row)?;
        Ok(Self {
            row: row.number(),
            sheet_row: row.sheet_row(),
            content_index: key.index("content", [payload.as_str()]),
            key_id: key.id().to_owned(),
            sealed: key.seal(&name, &payload)?,
            decided_on: row.date_by_role(Role::DecisionDate),
            document_number: row
                .by_role(Role::DocumentNumber)
                .unwrap_or_default()
                .to_owned(),
            key: name,
        })
    }
}

/// The versions to be written for a chunk's rows. A row of another department's decision, and one
/// that comes twice in a file, are refused with the others.
///
/// # Errors
/// The store's own.
pub(crate) fn land(
    tx: &mut Tx<'_>,
    landing: &Landing<'_>,
    rows: &[PersonCandidate],
    counters: &mut Counters,
    refused: &mut Vec<Finding>,
) -> AppResult<Vec<PersonRow>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<&str> = rows.iter().map(|r| r.key.as_str()).collect();
    let heads = person::heads(tx, &keys)?;
    let mut met: HashMap<&str, u64> = HashMap::new();
    let mut kept = Vec::with_capacity(rows.len());
    for row in rows {
        let place = (row.row, row.sheet_row, row.document_number.as_str());
        let head = heads.get(&row.key);
        let before = head.filter(|h| h.batch_id == landing.batch).map(|h| h.row);
        if let Some(first) = met.get(row.key.as_str()).copied().or(before) {
            refused.push(landing.cannot_land(TWICE, place, &first.to_string()));
            continue;
        }
        met.insert(&row.key, row.sheet_row);
        if let Some(other) = head.filter(|h| h.visible && h.department != landing.department) {
            refused.push(landing.cannot_land(OF_ANOTHER, place, &other.department));
            continue;
        }
        counters.kept_apart += 1;
        if head.is_some_and(|h| h.visible && h.content_index == row.content_index) {
            continue;
        }
        kept.push(PersonRow {
            key: row.key.clone(),
            version: head.map_or(1, |h| h.version + 1),
            batch_id: landing.batch.to_owned(),
            row: row.sheet_row,
            item: landing.item.id.clone(),
            department: landing.department.to_owned(),
            decided_on: row.decided_on,
            received_on: landing.at.received_on,
            content_index: row.content_index.clone(),
            key_id: row.key_id.clone(),
            sealed: row.sealed.clone(),
        });
    }
    Ok(kept)
}

/// A row as it was sealed.
///
/// # Errors
/// It does not open.
pub(crate) fn opened(row: &PersonRow, key: &PersonKey) -> AppResult<String> {
    if row.key_id != key.id() {
        return Err(AppError::BadInput(format!(
            "一条自然人信息是用另一把密钥（{}）加密的，现在的密钥（{}）打不开。请换回原来的密钥文件。",
            row.key_id,
            key.id()
        )));
    }
    key.open(&row.key, &row.sealed)
}
