//! Identity numbers that stand where a code or a name belongs: taken in before they were refused.

use crate::{Act, AppResult, Ctx, present::Payload};
use xinheng_domain::{
    catalogue::{FieldKind, Item, Role},
    condition::Values as _,
    identity, redact,
};
use xinheng_store::representative;

/// Rows read at once.
const PAGE: u32 = 1000;
/// Places named.
const NAMED: usize = 20;

/// What was found: how many, and the first places, with the numbers masked.
#[derive(Debug, Default)]
pub(super) struct Misplaced {
    pub count: u64,
    pub first: Vec<String>,
}

impl Misplaced {
    fn add(&mut self, place: &str) {
        self.count += 1;
        if self.first.len() < NAMED {
            let masked = redact::mask_identity_numbers(place);
            self.first.push(masked.into_owned());
        }
    }
}

fn is_number(code: &str) -> bool {
    let bytes = code.as_bytes();
    identity::is_identity_code(bytes) || identity::is_misplaced_in_registration(bytes)
}

fn holds_number(name: &str) -> bool {
    redact::mask_identity_numbers(name) != name
}

fn row_holds(item: &Item, payload: &Payload<'_>) -> bool {
    item.fields.iter().any(|field| {
        let value = payload.value(&field.id).unwrap_or_default();
        match field.kind {
            FieldKind::UnifiedCode | FieldKind::OrganisationCode | FieldKind::Number => {
                field.role != Some(Role::PartyIdentity) && is_number(value)
            }
            FieldKind::Name => field.role == Some(Role::SubjectName) && holds_number(value),
            _ => false,
        }
    })
}

/// Looks through every version of every record and every organisation.
///
/// # Errors
/// Faults of the store.
pub(super) fn misplaced(ctx: &Ctx<'_>) -> AppResult<Misplaced> {
    let db = ctx.whole(Act::DatabaseVerify)?;
    let mut found = Misplaced::default();
    let mut after = None;
    loop {
        let page = db.read(|conn| {
            let place = after.as_ref().map(|(id, version)| (id, *version));
            representative::contents(conn, place, PAGE)
        })?;
        for version in &page {
            let Some(item) = ctx.deployment().rulebook().item(&version.item) else {
                continue;
            };
            if row_holds(item, &Payload::parse(&version.payload)?) {
                found.add(&format!(
                    "记录{}（批次{}第{}行）",
                    version.id, version.batch_id, version.row
                ));
            }
        }
        match page.last().filter(|_| page.len() == PAGE as usize) {
            Some(last) => after = Some((last.id.clone(), last.version)),
            None => break,
        }
    }
    let mut after = String::new();
    loop {
        let page = db.read(|conn| representative::organisations(conn, &after, PAGE))?;
        for (key, code, name) in &page {
            if is_number(code) || is_number(key.as_str()) || holds_number(name) {
                found.add(&format!("组织{code}"));
            }
        }
        match page.last().filter(|_| page.len() == PAGE as usize) {
            Some((key, ..)) => after = key.0.clone(),
            None => return Ok(found),
        }
    }
}
