//! The version that a row makes of its record, and the last one of a record it replaces.

use super::Landing;
use crate::{AppError, AppResult, intake::candidate::Candidate, present::Payload, record::facts};
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};
use xinheng_domain::{
    hex::hex,
    publicity::states_class,
    record::{EndKind, Ended, Record, RecordActKind, RecordId, Said, standing},
    subject::SubjectKey,
};
use xinheng_store::{
    Tx,
    record::{self, Head},
};

impl Landing<'_> {
    pub(super) fn record(
        &self,
        tx: &mut Tx<'_>,
        row: &Candidate,
        key: &SubjectKey,
        (id, head): (RecordId, Option<&Head>),
        reopened: &mut Vec<RecordId>,
    ) -> AppResult<Record> {
        let own = row.ended.as_ref().map(|(kind, grounds)| Ended {
            kind: *kind,
            on: self.at.received_on,
            grounds: grounds.clone(),
            replaced_by: None,
        });
        let mut made = Record {
            subject_key: key.clone(),
            version: head.map_or(1, |h| h.max_version + 1),
            item: self.item.id.clone(),
            department: self.department.to_owned(),
            batch_id: self.batch.to_owned(),
            row: row.row,
            first_received_on: self.at.received_on,
            decided_on: row.decided_on,
            document_number: row.document_number.clone(),
            facets: row.facets.clone(),
            content_hash: row.content_hash.clone(),
            payload: row.payload.clone(),
            publicity: self.at.columns_written(&row.decision, &self.written)?,
            clock: row.clock.clone(),
            replaces: row.replaces.clone().filter(|old| *old != id),
            ended: own.clone(),
            id,
        };
        if head.is_none() && made.replaces.is_none() {
            return Ok(made);
        }
        let before = self.before(tx, row, head)?;
        made.first_received_on = made.first_received_on.min(before.first_received_on);
        // A correction does not start the period anew.
        let first_day = before.public_from.unwrap_or(self.at.received_on);
        // Acts were done about the record, not about a version: they hold for this one too, the
        // class as long as the facts that it rests on do.
        let acts = match head {
            Some(_) => record::acts(tx, &made.id)?,
            None => Vec::new(),
        };
        let payload = Payload::parse(&row.payload)?;
        let digest = facts(self.item, &payload);
        let said = Said {
            facts: &digest,
            states_class: states_class(self.item, &payload).then_some(self.staged_at),
        };
        let stands = standing(&acts, said, own);
        if first_day != self.at.received_on || stands.class.is_some() {
            let decision = self
                .at
                .decide_from(self.item, &payload, first_day, stands.class);
            made.publicity = self.at.columns_written(&decision, &self.written)?;
        }
        let stated = acts.iter().any(|act| act.kind == RecordActKind::Class);
        if stated && stands.class.is_none() && made.publicity.alarm_on.is_some() {
            reopened.push(made.id.clone());
        }
        made.ended = stands.ended;
        Ok(made)
    }

    /// What is known of the decision from earlier versions of the record, or of the one whose place
    /// it takes.
    fn before(&self, tx: &mut Tx<'_>, row: &Candidate, head: Option<&Head>) -> AppResult<Before> {
        let mut before = Before {
            first_received_on: self.at.received_on,
            public_from: head.and_then(|h| h.public_from),
        };
        if let Some(day) = head.and_then(|h| h.first_received_on) {
            before.first_received_on = day;
        }
        let replaced = match &row.replaces {
            Some(old) => record::current(tx, old)?.map(|s| s.record),
            None => None,
        };
        if let Some(old) = replaced {
            before.first_received_on = before.first_received_on.min(old.first_received_on);
            before.public_from = before.public_from.or(old.publicity.from);
        }
        Ok(before)
    }

    /// The last version of a record whose place another takes; `here` is the highest version
    /// this chunk has made of it. `None` where it is over already.
    pub(super) fn tombstone(
        &self,
        tx: &mut Tx<'_>,
        old: &RecordId,
        here: Option<u32>,
        new: &Record,
    ) -> AppResult<Option<Record>> {
        let Some(stored) = record::current(tx, old)? else {
            return Err(AppError::BadInput(format!(
                "第{}行要替换的记录“{old}”不存在，请核对记录编号后重新报送。",
                new.row
            )));
        };
        let last = stored.record;
        let heads = record::heads(tx, &[(&last.subject_key, old)], self.batch)?;
        let head = heads.get(old);
        let ended = last.ended.as_ref().map(|e| e.kind);
        if over_for_good(ended) || head.is_some_and(|h| over_for_good(h.ended)) {
            return Ok(None);
        }
        let highest = head
            .map_or(last.version, |h| h.max_version)
            .max(here.unwrap_or(0));
        if let Some(head) = head.filter(|_| here.is_none()) {
            record::guard(tx, old, head.revision)?;
        }
        Ok(Some(Record {
            version: highest + 1,
            batch_id: self.batch.to_owned(),
            row: new.row,
            // The row speaks of another record: it says nothing of this one but that it is over.
            content_hash: hex(&Sha256::digest(format!(
                "{}\n{}",
                hex(&Sha256::digest(NOTHING)),
                new.id
            ))),
            payload: NOTHING.to_owned(),
            publicity: self.at.replaced(),
            clock: None,
            ended: Some(Ended {
                kind: EndKind::Replaced,
                on: self.at.received_on,
                grounds: format!("关键字段更正，由记录{}替换", new.id),
                replaced_by: Some(new.id.clone()),
            }),
            ..last
        }))
    }
}

/// What a version takes over.
struct Before {
    first_received_on: Date,
    public_from: Option<Date>,
}

/// A payload without a field.
const NOTHING: &str = "{}";

/// Over, and not only withheld until a second person has confirmed it.
pub(super) fn over_for_good(ended: Option<EndKind>) -> bool {
    ended.is_some_and(EndKind::is_final)
}

/// A record that is over, and a row that one of its versions has said already.
pub(super) fn known_of_old(head: &Head, row: &Candidate) -> bool {
    over_for_good(head.ended) && head.contents.contains(&row.content_hash)
}

/// Equal to what everybody can see already. A version that is not visible proves nothing: its
/// batch may never be sealed.
pub(super) fn same(head: &Head, row: &Candidate) -> bool {
    !head.staged && head.content_hash == row.content_hash
}
