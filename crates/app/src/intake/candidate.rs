//! An accepted row, made ready to become a record.

use super::number;
use crate::{AppError, AppResult};
use jiff::civil::Date;
use serde::ser::{SerializeMap as _, Serializer as _};
use sha2::{Digest as _, Sha256};
use xinheng_checker::CheckedRow;
use xinheng_domain::{
    catalogue::{Item, Role},
    code,
    condition::{VALUE_SEPARATOR, Values},
    hex::hex,
    publicity::Decision,
    record::{ClockColumns, EndKind, RecordId},
    subject::SubjectKind,
};

/// What the first pass over a file learns of a row that goes in.
#[derive(Debug, Clone, Copy)]
pub struct Checked {
    /// It goes in with a warning.
    pub warned: bool,
    /// Its subject stands under the row's code already.
    pub linked: bool,
}

/// What an accepted row brings.
#[derive(Debug)]
pub struct Candidate {
    /// Row in the file.
    pub row: u64,
    /// Line or spreadsheet row.
    pub sheet_row: u64,
    /// What the first pass learnt of it.
    pub checked: Checked,
    /// The code to link by, where there is a usable one (I1).
    pub code: Option<String>,
    /// Subject's name as written.
    pub name: String,
    /// The cell of its representative.
    pub representative: String,
    /// For rows without a code: what tells one unlinked party from another.
    pub unlinked: Vec<String>,
    /// Kind by the code.
    pub kind: SubjectKind,
    /// An individual business named by a person.
    pub person_named: bool,
    /// Identity values; the place of the subject's code, where it is among them.
    pub identity: (Vec<String>, Option<usize>),
    /// Fields as JSON object text.
    pub payload: String,
    /// SHA-256 of the payload, hex.
    pub content_hash: String,
    /// Facets for lists.
    pub facets: String,
    /// Decision date.
    pub decided_on: Option<Date>,
    /// Document number.
    pub document_number: String,
    /// Record it takes the place of.
    pub replaces: Option<RecordId>,
    /// The rulebook's answer for a record first received now.
    pub decision: Decision,
    /// The publishing clock.
    pub clock: Option<ClockColumns>,
    /// How and why the row says that the decision is no more.
    pub ended: Option<(EndKind, String)>,
    /// It has a text that somebody may have to read.
    pub to_be_read: bool,
}

/// `|FIELD=value|` for every value of the item's filter fields.
fn facets<V: Values + ?Sized>(item: &Item, row: &V) -> String {
    let mut out = String::new();
    for field in &item.filters {
        for value in row
            .value(field)
            .into_iter()
            .flat_map(|v| v.split(VALUE_SEPARATOR))
        {
            if !value.is_empty() {
                out.push('|');
                out.push_str(field);
                out.push('=');
                out.push_str(value);
            }
        }
    }
    if !out.is_empty() {
        out.push('|');
    }
    out
}

impl Candidate {
    /// Reads what a record needs from a checked row.
    ///
    /// # Errors
    /// The calendar does not reach the decision's deadline.
    pub fn of(row: &CheckedRow<'_>, checked: Checked, at: &super::land::At<'_>) -> AppResult<Self> {
        let item = row.item();
        let role = |role| row.by_role(role).filter(|v| !v.is_empty());
        let name = role(Role::SubjectName).unwrap_or_default();
        let code = role(Role::SubjectCode).filter(|c| code::is_usable(c.as_bytes()));
        let kind = code.map_or(SubjectKind::Organisation, SubjectKind::from_code);
        let kind = match role(Role::SubjectKind) {
            Some(said) if said == SubjectKind::IndividualBusiness.title() => {
                SubjectKind::IndividualBusiness
            }
            _ => kind,
        };
        let legal = role(Role::LegalRepresentative);
        let decision = at.decide(item, row, at.received_on, None);
        let ended = at.ended(&decision);
        let payload = payload(row)?;
        Ok(Self {
            row: row.number(),
            sheet_row: row.sheet_row(),
            checked,
            unlinked: number::unlinked_parts(
                name,
                role(Role::RegistrationNumber).unwrap_or_default(),
            ),
            kind,
            person_named: at.is_person_named(name, kind, legal),
            identity: (item.identity_of(row), number::code_place(item)),
            content_hash: hex(&Sha256::digest(payload.as_bytes())),
            payload,
            facets: facets(item, row),
            decided_on: row.date_by_role(Role::DecisionDate),
            document_number: role(Role::DocumentNumber).unwrap_or_default().to_owned(),
            replaces: role(Role::Replaces).map(|id| RecordId(id.to_owned())),
            clock: at.clock(item, row)?,
            code: code.map(str::to_owned),
            name: name.to_owned(),
            representative: legal.unwrap_or_default().to_owned(),
            decision,
            ended,
            to_be_read: at.may_be_read(item, row),
        })
    }
}

pub(crate) fn payload(row: &CheckedRow<'_>) -> AppResult<String> {
    let fault = |e: serde_json::Error| AppError::Fault(format!("无法写出一行的内容：{e}"));
    let mut out = Vec::with_capacity(1024);
    let mut json = serde_json::Serializer::new(&mut out);
    let mut map = json.serialize_map(None).map_err(fault)?;
    for (field, value) in row.fields().filter(|(_, v)| !v.is_empty()) {
        map.serialize_entry(&*field, value).map_err(fault)?;
    }
    map.end().map_err(fault)?;
    // Thousands of these wait to be written.
    out.shrink_to_fit();
    String::from_utf8(out).map_err(|e| AppError::Fault(e.to_string()))
}
