//! Names of representatives: kept by landing, and read off the records themselves while those of
//! earlier programs are not all kept.

use super::fill::names_are_kept;
use crate::{AppError, AppResult, Deployment, intake::candidate::Candidate, present::Payload};
use std::collections::BTreeSet;
use xinheng_domain::{catalogue::Role, condition::Values as _, subject::SubjectKey};
use xinheng_store::{Conn, Map, Tx, representative};

/// The representatives that a row names.
pub(super) fn of_row(deployment: &Deployment, item: &str, payload: &Payload<'_>) -> Vec<String> {
    let rulebook = deployment.rulebook();
    let field = rulebook
        .item(item)
        .and_then(|item| item.by_role(Role::LegalRepresentative));
    let cell = field.and_then(|field| payload.value(&field.id));
    cell.map_or_else(Vec::new, |cell| rulebook.finder().persons_in_cell(cell))
}

/// The names of all representatives that the organisations under these keys have had. Nothing may be
/// shown meanwhile: until those of all that had landed are kept, every row of theirs is read.
pub(super) fn of(
    deployment: &Deployment,
    conn: &mut Conn,
    keys: &[&SubjectKey],
) -> AppResult<Map<SubjectKey, Vec<String>>> {
    if names_are_kept(conn)? {
        return Ok(representative::names(conn, keys)?);
    }
    representative::names_in_rows(conn, keys, |item, payload| {
        Ok::<_, AppError>(of_row(deployment, item, &Payload::parse(payload)?))
    })
}

/// Keeps the representatives of rows that land.
pub(crate) fn land(
    deployment: &Deployment,
    tx: &mut Tx<'_>,
    rows: &[Candidate],
    keys: &[SubjectKey],
) -> AppResult<()> {
    let finder = deployment.rulebook().finder();
    let mut names = BTreeSet::new();
    for (row, key) in rows.iter().zip(keys) {
        let persons = finder.persons_in_cell(&row.representative);
        names.extend(persons.into_iter().map(|name| (key.clone(), name)));
    }
    representative::keep(tx, &names)?;
    Ok(())
}
