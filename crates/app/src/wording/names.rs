//! Names of representatives: kept by landing, and filled once for what had landed before the
//! program kept them.

use crate::{
    Act, AppError, AppResult, Ctx, Office, Scope, intake::candidate::Candidate, present::Payload,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeSet;
use xinheng_domain::{
    catalogue::Role, condition::Values as _, record::RecordId, subject::SubjectKey,
};
use xinheng_store::{Tx, deployment, representative};

/// Versions whose names are kept in one transaction.
const CHUNK: u32 = 1000;
/// Setting that says how far the names of old records are kept.
const MARK: &str = "subject_person";

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Mark {
    /// The last version whose names are kept.
    after: Option<(RecordId, u32)>,
    /// There is nothing left.
    done: bool,
}

/// The representatives that a row names.
pub(crate) fn representatives(
    office: &Office,
    item: &str,
    payload: &str,
) -> AppResult<Vec<String>> {
    let rulebook = office.rulebook();
    let field = rulebook
        .item(item)
        .and_then(|item| item.by_role(Role::LegalRepresentative));
    let Some(field) = field else {
        return Ok(Vec::new());
    };
    let payload = Payload::parse(payload)?;
    let cell = payload.value(&field.id).unwrap_or_default();
    Ok(rulebook.finder().persons_in_cell(cell))
}

/// Keeps the representatives of rows that land.
pub(crate) fn land(
    office: &Office,
    tx: &mut Tx<'_>,
    rows: &[Candidate],
    keys: &[SubjectKey],
) -> AppResult<()> {
    let finder = office.rulebook().finder();
    let mut names = BTreeSet::new();
    for (row, key) in rows.iter().zip(keys) {
        let persons = finder.persons_in_cell(&row.representative);
        names.extend(persons.into_iter().map(|name| (key.clone(), name)));
    }
    representative::keep(tx, &names)?;
    Ok(())
}

/// Keeps the names of representatives of everything that has landed, in pieces: a run that was
/// killed goes on where it stopped, and one that has finished does nothing. Gives how many names
/// were new.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn fill(ctx: &Ctx<'_>, progress: &mut dyn FnMut(u64)) -> AppResult<u64> {
    let act = Act::SubjectPersons;
    ctx.allow_in(act, Scope::District)?;
    let mut mark: Mark = match ctx.load(act, |conn| Ok(deployment::setting(conn, MARK)?))? {
        Some(text) => serde_json::from_str(&text)
            .map_err(|e| AppError::Fault(format!("设置「{MARK}」不是有效的 JSON：{e}")))?,
        None => Mark::default(),
    };
    let (mut kept, mut seen) = (0, 0);
    let mut begun = mark.after.is_some();
    while !mark.done {
        let after = mark.after.clone();
        let page = ctx.load(act, |conn| {
            let after = after.as_ref().map(|(id, version)| (id, *version));
            Ok(representative::contents(conn, after, CHUNK)?)
        })?;
        let mut names = BTreeSet::new();
        for version in &page {
            let found = representatives(ctx.office(), &version.item, &version.payload)?;
            let key = SubjectKey(version.id.key_text().to_owned());
            names.extend(found.into_iter().map(|name| (key.clone(), name)));
        }
        let last = page
            .last()
            .map(|version| (version.id.clone(), version.version));
        mark = Mark {
            done: page.len() < CHUNK as usize,
            after: last.or(mark.after),
        };
        let missing = ctx.load(act, |conn| Ok(representative::missing(conn, &names)?))?;
        // Where landing has kept all of them, there is nothing to write, and nothing is.
        if !missing.is_empty() || begun {
            begun = true;
            let text = serde_json::to_string(&mark).map_err(|e| AppError::Fault(e.to_string()))?;
            kept += ctx.change(act, |load| {
                let mut tx = load.permit(Scope::District)?;
                let new = representative::keep(&mut tx, &missing)?;
                deployment::set(&mut tx, MARK, &text)?;
                let detail = json!({"versions": page.len(), "names": new, "done": mark.done});
                Ok(tx.done(new, detail))
            })?;
        }
        seen += page.len() as u64;
        progress(seen);
    }
    Ok(kept)
}
