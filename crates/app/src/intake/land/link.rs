//! Whose a row is, and which record: both by code alone (I1).

use super::Landing;
use crate::{
    AppResult,
    intake::{candidate::Candidate, number},
};
use std::collections::HashMap;
use xinheng_domain::{
    batch::Counters,
    record::RecordId,
    subject::{Subject, SubjectKey},
};
use xinheng_store::{Tx, subject};

impl Landing<'_> {
    /// The keys of the rows' subjects; unknown codes make provisional subjects.
    pub(super) fn link(
        &self,
        tx: &mut Tx<'_>,
        rows: &[Candidate],
        counters: &mut Counters,
    ) -> AppResult<Vec<SubjectKey>> {
        let codes = |linked: bool| {
            let rows = rows.iter().filter(|row| row.checked.linked == linked);
            let mut codes: Vec<&str> = rows.filter_map(|row| row.code.as_deref()).collect();
            codes.sort_unstable();
            codes.dedup();
            codes
        };
        let mut known = subject::keys(tx, &codes(false))?;
        // A code that was a subject's own may have become another one's meanwhile.
        known.extend(subject::aliases(tx, &codes(true))?);
        let mut new: HashMap<SubjectKey, Subject> = HashMap::new();
        let keys: Vec<SubjectKey> = rows
            .iter()
            .map(|row| {
                let key = match &row.code {
                    Some(code) => match known.get(code) {
                        Some(key) => return key.clone(),
                        None if row.checked.linked => return SubjectKey(code.clone()),
                        None => SubjectKey(code.clone()),
                    },
                    // Parties without a code are no subjects: no dossier is made of them.
                    None => return number::unlinked_key(self.ctx.deployment(), &row.unlinked),
                };
                new.entry(key.clone()).or_insert_with(|| Subject {
                    code: key.0.clone(),
                    name: row.name.clone(),
                    kind: row.kind,
                    status: String::new(),
                    registered_on: None,
                    provisional: true,
                    person_named: row.person_named,
                    as_of: None,
                    key: key.clone(),
                });
                key
            })
            .collect();
        let new: Vec<Subject> = new.into_values().collect();
        counters.provisional_subjects += new.len() as u64;
        subject::insert_provisional(tx, &new, xinheng_domain::name::search_key)?;
        Ok(keys)
    }

    /// The record's number: the same row gives the same one, and nobody outside can guess it.
    /// The subject's key stands for its code, so that an alias leads to the same record.
    pub(super) fn id(&self, row: &Candidate, key: &SubjectKey) -> RecordId {
        let (values, code) = &row.identity;
        number::record_id(self.ctx.deployment(), self.item, (values, *code), key)
    }
}
