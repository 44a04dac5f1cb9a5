//! Rows that take the place of a record whose key fields were wrong: which of them cannot.

use super::number;
use crate::{Act, AppResult, Ctx, department};
use std::collections::{BTreeSet, HashMap};
use xinheng_checker::{CheckedRow, Checker, FilePlace};
use xinheng_domain::{
    catalogue::{Item, Role},
    code,
    finding::{Finding, Severity},
    record::{EndKind, Ended, RecordId},
    subject::SubjectKey,
    text,
};
use xinheng_store::{Conn, record, subject};

/// A row that names a record whose place it takes.
pub(super) struct Replacing {
    row: u64,
    sheet_row: u64,
    old: RecordId,
    code: Option<String>,
    unlinked: Vec<String>,
    document_number: String,
    identity: (Vec<String>, Option<usize>),
}

impl Replacing {
    /// What is needed of the row; `None` where it takes no record's place.
    pub(super) fn of(row: &CheckedRow<'_>) -> Option<Self> {
        let value = |role| row.by_role(role).filter(|v| !v.is_empty());
        let old = RecordId(value(Role::Replaces)?.to_owned());
        let text = |role| value(role).unwrap_or_default();
        Some(Self {
            row: row.number(),
            sheet_row: row.sheet_row(),
            old,
            code: value(Role::SubjectCode)
                .filter(|c| code::is_usable(c.as_bytes()))
                .map(str::to_owned),
            unlinked: number::unlinked_parts(
                text(Role::SubjectName),
                text(Role::RegistrationNumber),
            ),
            document_number: text(Role::DocumentNumber).to_owned(),
            identity: (row.item().identity_of(row), number::code_place(row.item())),
        })
    }

    /// The key of the row's own subject.
    fn key(&self, ctx: &Ctx<'_>, conn: &mut Conn) -> AppResult<SubjectKey> {
        let Some(code) = &self.code else {
            return Ok(number::unlinked_key(ctx.deployment(), &self.unlinked));
        };
        let linked = subject::link(conn, &[code])?.remove(code);
        Ok(linked.map_or_else(|| SubjectKey(code.clone()), |l| l.key))
    }

    /// Code of the finding where the record cannot be replaced by this row.
    fn fault(
        &self,
        ctx: &Ctx<'_>,
        conn: &mut Conn,
        item: &Item,
        answers: &BTreeSet<String>,
    ) -> AppResult<Option<&'static str>> {
        let Some(stored) = record::current(conn, &self.old)? else {
            return Ok(Some("replaces-unknown"));
        };
        let known = stored.record;
        if known.item != item.id || !answers.contains(&known.department) {
            return Ok(Some("replaces-unknown"));
        }
        let key = self.key(ctx, conn)?;
        let (values, place) = &self.identity;
        let own = number::record_id(ctx.deployment(), item, (values, *place), &key);
        // One that was published wrongly may be reported again, rightly.
        let over = |e: &Ended| e.kind.is_final() && e.kind != EndKind::Withdrawn;
        if let Some(ended) = known.ended.filter(over) {
            // The same correction handed in again.
            let again = ended.replaced_by.is_some_and(|by| by == own);
            return Ok((!again).then_some("replaces-over"));
        }
        let number = text::document_number_key;
        let related = known.subject_key == key
            || number(&known.document_number) == number(&self.document_number);
        Ok((!related).then_some("replaces-unrelated"))
    }
}

/// Findings for the rows that name a record which they cannot replace: unknown, of another
/// department or item, over already, named twice in the file, or of another decision about
/// somebody else.
///
/// # Errors
/// Faults of the store.
pub(super) fn wrong(
    ctx: &Ctx<'_>,
    checker: &Checker,
    item: Option<&Item>,
    department: &str,
    all: &[Replacing],
) -> AppResult<Vec<Finding>> {
    let Some(item) = item else {
        return Ok(Vec::new());
    };
    let field = item.by_role(Role::Replaces).map(|f| f.id.clone());
    let mut first: HashMap<&RecordId, u64> = HashMap::new();
    ctx.load(Act::BatchStage, |conn| {
        let answers = department::answers_for(ctx, conn, (department, Some(&item.id)))?;
        let mut wrong = Vec::new();
        for one in all {
            let code = match first.get(&one.old) {
                Some(_) => Some("replaces-over"),
                None => one.fault(ctx, conn, item, &answers)?,
            };
            let Some(code) = code else {
                first.insert(&one.old, one.row);
                continue;
            };
            let place = FilePlace {
                row: one.row,
                sheet_row: one.sheet_row,
                value: one.old.as_str(),
                ..FilePlace::default()
            };
            let mut finding = checker.finding(code, Severity::RefuseRow, place);
            finding.field = field.clone().unwrap_or_default();
            wrong.push(finding);
        }
        Ok(wrong)
    })
}
