//! The version that a row makes of its record, and the last one of a record it replaces.

use super::Landing;
use crate::{
    AppError, AppResult,
    intake::candidate::{Candidate, hex},
    present::Payload,
};
use sha2::{Digest as _, Sha256};
use xinheng_domain::{
    catalogue::FieldKind,
    condition::Values as _,
    record::{EndKind, Ended, Record, RecordId},
    subject::SubjectKey,
};
use xinheng_store::{
    Tx,
    record::{self, DecisionKind, Head, OfficerDecision},
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
        // A correction does not start the period anew, and an officer's decision stays as long as
        // the facts it rests on do.
        let first_day = head
            .and_then(|h| h.public_from)
            .filter(|day| *day != self.at.received_on);
        let class = match head {
            Some(_) => self.class_that_stays(tx, row, &id, reopened)?,
            None => None,
        };
        let decision = if first_day.is_some() || class.is_some() {
            let payload = Payload::parse(&row.payload)?;
            let first_day = first_day.unwrap_or(self.at.received_on);
            &self
                .at
                .decide(self.item, &payload, first_day, class.as_deref())
        } else {
            &row.decision
        };
        Ok(Record {
            subject_key: key.clone(),
            version: head.map_or(1, |h| h.max_version + 1),
            item: self.item.id.clone(),
            department: self.department.to_owned(),
            batch_id: self.batch.to_owned(),
            row: row.row,
            decided_on: row.decided_on,
            document_number: row.document_number.clone(),
            facets: row.facets.clone(),
            content_hash: row.content_hash.clone(),
            payload: row.payload.clone(),
            publicity: self.at.columns_written(decision, &self.written)?,
            clock: row.clock.clone(),
            replaces: row.replaces.clone().filter(|old| *old != id),
            ended: self.end_of(tx, row, &id, head)?,
            id,
        })
    }

    /// The class an officer decided, unless the row changes a fact it rests on: then it is open
    /// again, and that is kept beside the decision.
    fn class_that_stays(
        &self,
        tx: &mut Tx<'_>,
        row: &Candidate,
        id: &RecordId,
        opened: &mut Vec<RecordId>,
    ) -> AppResult<Option<String>> {
        let Some(class) = officer_class(tx, id)? else {
            return Ok(None);
        };
        let Some(before) = record::current(tx, id)? else {
            return Ok(Some(class));
        };
        let (old, new) = (
            Payload::parse(&before.record.payload)?,
            Payload::parse(&row.payload)?,
        );
        let facts = self.item.fields.iter().filter(|f| is_fact(f.kind));
        let changed: Vec<&str> = facts
            .filter(|f| old.value(&f.id) != new.value(&f.id))
            .map(|f| f.name.as_str())
            .collect();
        if changed.is_empty() {
            return Ok(Some(class));
        }
        let reopened = OfficerDecision {
            record_id: id.clone(),
            kind: DecisionKind::Reopen,
            class: None,
            grounds: format!("报送部门更正了{}，原认定不再适用", changed.join("、")),
            actor: self.ctx.actor().audit_name(),
            at: self.ctx.now(),
        };
        record::add_decision(tx, &reopened)?;
        opened.push(id.clone());
        Ok(None)
    }

    /// How a new version is over from its first day: the row says that the decision is no more,
    /// or an officer withholds the record, which a correction does not change.
    fn end_of(
        &self,
        tx: &mut Tx<'_>,
        row: &Candidate,
        id: &RecordId,
        head: Option<&Head>,
    ) -> AppResult<Option<Ended>> {
        if let Some(grounds) = &row.annulled {
            return Ok(Some(Ended {
                kind: EndKind::Withdrawn,
                on: self.at.received_on,
                grounds: grounds.clone(),
                replaced_by: None,
            }));
        }
        if head.is_none_or(|h| h.ended.is_none()) {
            return Ok(None);
        }
        Ok(record::current(tx, id)?.and_then(|s| s.record.ended))
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
                "第{}行要替换的记录「{old}」不存在，请核对记录编号后重新报送。",
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
        Ok(Some(Record {
            version: highest + 1,
            batch_id: self.batch.to_owned(),
            row: new.row,
            content_hash: hex(&Sha256::digest(format!(
                "{}\n{}",
                last.content_hash, new.id
            ))),
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

/// Over, and not only withheld until a second person has confirmed it.
pub(super) fn over_for_good(ended: Option<EndKind>) -> bool {
    ended.is_some_and(|kind| kind != EndKind::Withheld)
}

/// Equal to what everybody can see already. A version that is not visible proves nothing: its
/// batch may never be sealed.
pub(super) fn same(head: &Head, row: &Candidate) -> bool {
    head.visible_version == Some(head.max_version) && head.content_hash == row.content_hash
}

/// Facts a class may rest on: what is counted, dated or chosen from a list. A text is not.
const fn is_fact(kind: FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Coded | FieldKind::Date | FieldKind::AmountWan
    )
}

/// The class an officer determined for a record, the latest word; `None` where it was opened
/// again.
pub fn officer_class(tx: &mut xinheng_store::Conn, id: &RecordId) -> AppResult<Option<String>> {
    let mut decisions = record::decisions(tx, id)?.into_iter();
    let latest = decisions.find(|d| matches!(d.kind, DecisionKind::Class | DecisionKind::Reopen));
    Ok(latest.and_then(|d| d.class))
}
