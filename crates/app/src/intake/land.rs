//! A chunk of rows becomes records: linked by code, versioned, dated, written at once.

use super::{
    candidate::{Candidate, hex},
    number,
};
use crate::{
    AppError, AppResult, Ctx, Office,
    person::{self, PersonCandidate, PersonKey},
    present::Payload,
};
use jiff::{Timestamp, civil::Date};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    sync::Arc,
};
use xinheng_domain::{
    batch::Counters,
    catalogue::{FieldKind, Item, Role},
    check::{Checker, FilePlace},
    condition::Values,
    finding::{Finding, Severity},
    publicity::{Decision, PublicityColumns, RuleUse},
    record::{ClockColumns, EndKind, Ended, Record, RecordId},
    subject::{Subject, SubjectKey},
};
use xinheng_rulebook::Rulebook;
use xinheng_store::{
    Map, Tx, batch,
    record::{self, DecisionKind, Head, OfficerDecision},
    subject::{self, Linked},
};

/// The moment and rules under which rows become records.
pub struct At<'a> {
    pub(super) rulebook: &'a Rulebook,
    /// Civil day of receipt.
    pub(crate) received_on: Date,
    /// What is known of calendars.
    pub(super) now: Timestamp,
    /// Words that tell a business's name from a person's.
    pub(crate) trade_words: &'a [String],
    /// Digest of the rulebook, shared by all records.
    digest: Arc<str>,
}

impl<'a> At<'a> {
    /// Under the deployment's rulebook, for a batch received on a day.
    pub fn new(office: &'a Office, received_on: Date, now: Timestamp) -> Self {
        Self {
            rulebook: office.rulebook(),
            received_on,
            now,
            trade_words: office.trade_words(),
            digest: office.rulebook().digest().into(),
        }
    }

    /// The rulebook's answer on publicity.
    pub fn decide<V: Values + ?Sized>(
        &self,
        item: &Item,
        row: &V,
        first_day: Date,
        class: Option<&str>,
    ) -> Decision {
        self.rulebook
            .decide_publicity(item, row, first_day, class, self.now)
    }

    /// The columns of a decision, with this rulebook's digest.
    ///
    /// # Errors
    /// A fault: the trace cannot be written.
    pub fn columns(&self, decision: &Decision) -> AppResult<PublicityColumns> {
        self.columns_written(decision, &Written::default())
    }

    /// The same for many decisions, whose reasons are written once.
    fn columns_written(
        &self,
        decision: &Decision,
        written: &Written,
    ) -> AppResult<PublicityColumns> {
        let trace = written.trace(decision)?;
        Ok(decision.columns_with(trace, Arc::clone(&self.digest)))
    }

    /// The publishing clock.
    ///
    /// # Errors
    /// The calendar does not reach.
    pub fn clock<V: Values + ?Sized>(
        &self,
        item: &Item,
        row: &V,
    ) -> AppResult<Option<ClockColumns>> {
        self.rulebook
            .clock(item, row, self.received_on, self.now)
            .map_err(|e| AppError::BadInput(e.to_string()))
    }

    /// Whether a used rule says that the decision is no more, not only withheld for a while.
    pub fn ends(&self, rule: &str) -> bool {
        let dispute = rule.strip_prefix("publicity.dispute.");
        dispute.is_some_and(|id| {
            self.rulebook
                .effects()
                .dispute
                .iter()
                .any(|e| e.id == id && e.ends)
        })
    }
}

/// Reasons written as JSON: most records share theirs with many others.
#[derive(Default)]
pub struct Written(RefCell<Map<Vec<Arc<RuleUse>>, Arc<str>>>);

/// Written reasons kept at once. Beyond that somebody writes reasons of their own.
const WRITTEN: usize = 1024;

impl Written {
    fn trace(&self, decision: &Decision) -> AppResult<Arc<str>> {
        let mut written = self.0.borrow_mut();
        if let Some(trace) = written.get(&decision.trace) {
            return Ok(Arc::clone(trace));
        }
        let trace = serde_json::to_string(&decision.trace);
        let trace: Arc<str> = trace.map_err(|e| AppError::Fault(e.to_string()))?.into();
        if written.len() == WRITTEN {
            written.clear();
        }
        written.insert(decision.trace.clone(), Arc::clone(&trace));
        Ok(trace)
    }
}

/// A batch that is landing.
pub struct Landing<'a> {
    /// Who lands it.
    pub ctx: &'a Ctx<'a>,
    /// Rules and moment.
    pub at: &'a At<'a>,
    /// The batch.
    pub batch: &'a str,
    /// Its item.
    pub item: &'a Item,
    /// Its department.
    pub department: &'a str,
    /// Words a refusal.
    pub checker: &'a Checker,
    /// Only say what would happen.
    pub dry_run: bool,
    /// The key for rows of natural persons, where they are kept.
    pub person_key: Option<&'a PersonKey>,
    /// Reasons of the records so far.
    pub written: Written,
}

/// Code of the finding about a row of another department's record.
pub(crate) const OF_ANOTHER: &str = "record-of-another-department";

/// What a chunk makes of its rows.
struct Made {
    records: Vec<Record>,
    counters: Counters,
    refused: Vec<Finding>,
    /// Records whose class an officer decided and that a corrected fact has opened again.
    reopened: Vec<RecordId>,
}

impl Landing<'_> {
    /// Lands one chunk, in one transaction with its mark and audit entry, and says what became of
    /// the rows and which cannot land after all. A chunk that landed before changes nothing; a
    /// dry run is taken back before it is written.
    ///
    /// # Errors
    /// The store's own; a replaced record is gone since it was checked.
    pub fn chunk(
        &self,
        number: u64,
        (rows, persons): (&[Candidate], &[PersonCandidate]),
        counters: Counters,
    ) -> AppResult<(Counters, Vec<Finding>)> {
        let mut tried = None;
        self.ctx
            .office()
            .db()
            .write(|tx| {
                let mut made = self.records(tx, rows, counters)?;
                let kept = person::land(tx, self, persons, &mut made.counters, &mut made.refused)?;
                if self.dry_run {
                    tried = Some((made.counters, made.refused));
                    return Err(AppError::AlreadyLanded);
                }
                let refused = |row: u64| made.refused.iter().any(|f| f.row == row);
                let landed = rows.iter().filter(|r| !refused(r.row));
                let latest = landed.filter_map(|r| r.decided_on).max();
                if !batch::mark_chunk(tx, self.batch, number, &made.counters, latest)? {
                    // Landed by an earlier run, or by another one at this moment.
                    return Err(AppError::AlreadyLanded);
                }
                batch::add_findings(tx, self.batch, number, &made.refused)?;
                record::insert(tx, &made.records)?;
                xinheng_store::person::insert(tx, &kept)?;
                let mut detail =
                    json!({"batch": self.batch, "chunk": number, "records": made.records.len()});
                if !kept.is_empty() {
                    detail["persons"] = json!(kept.len());
                }
                if !made.reopened.is_empty() {
                    detail["reopened"] = json!(made.reopened);
                }
                let told = (made.counters, made.refused);
                Ok((told, self.ctx.audit("batch.land", detail)))
            })
            .or_else(|e| match e {
                AppError::AlreadyLanded => Ok(tried.take().unwrap_or_default()),
                other => Err(other),
            })
    }

    fn records(
        &self,
        tx: &mut Tx<'_>,
        rows: &[Candidate],
        mut counters: Counters,
    ) -> AppResult<Made> {
        let keys = self.link(tx, rows, &mut counters)?;
        let ids: Vec<RecordId> = rows
            .iter()
            .zip(&keys)
            .map(|(row, key)| self.id(row, key))
            .collect();
        let wanted: Vec<(&SubjectKey, &RecordId)> = keys.iter().zip(&ids).collect();
        let heads = record::heads(tx, &wanted, self.batch)?;
        let mut records = Vec::with_capacity(rows.len());
        let mut refused = Vec::new();
        let mut reopened = Vec::new();
        // Records this chunk has ended already: a row for one of them comes too late.
        let mut over: HashSet<RecordId> = HashSet::new();
        // Records this chunk has met: a code and its alias in one file name one record, of which
        // the first row counts, as with any other row that comes twice.
        let mut met: HashSet<RecordId> = HashSet::new();
        for ((row, key), id) in rows.iter().zip(&keys).zip(ids) {
            let head = heads.get(&id);
            let twice = !met.insert(id.clone());
            let visible = head.filter(|h| h.visible_version.is_some());
            if let Some(other) = visible.filter(|h| h.department != self.department) {
                // Only who reported a record corrects it.
                refused.push(self.of_another_department(row, &other.department));
                counters.refused += 1;
                counters.warned -= u64::from(row.warned);
                continue;
            }
            if head.is_some_and(|h| same(h, row) || over_for_good(h.ended))
                || over.contains(&id)
                || twice
            {
                // What is over stays over: an old file handed in again brings nothing back.
                counters.unchanged += 1;
                continue;
            }
            let record = self.record(tx, row, key, (id, head), &mut reopened)?;
            if visible.is_some() {
                counters.new_version += 1
            } else {
                counters.new += 1
            }
            counters.held += u64::from(record.publicity.alarm_on.is_some());
            if let Some(old) = &record.replaces {
                let here = records
                    .iter()
                    .filter(|r: &&Record| r.id == *old)
                    .map(|r| r.version)
                    .max();
                if let Some(tombstone) = self.tombstone(tx, old, here, &record)? {
                    counters.replaced += 1;
                    over.insert(old.clone());
                    records.push(tombstone);
                }
            }
            records.push(record);
        }
        Ok(Made {
            records,
            counters,
            refused,
            reopened,
        })
    }

    /// The refusal of a row that would change what another department reported.
    fn of_another_department(&self, row: &Candidate, department: &str) -> Finding {
        let place = (row.row, row.sheet_row, row.document_number.as_str());
        self.cannot_land(OF_ANOTHER, place, department)
    }

    /// The refusal of a row, blamed on its document number.
    pub(crate) fn cannot_land(
        &self,
        code: &str,
        (row, sheet_row, value): (u64, u64, &str),
        other: &str,
    ) -> Finding {
        let place = FilePlace {
            row,
            sheet_row,
            value,
            other,
            ..FilePlace::default()
        };
        let mut finding = self.checker.finding(code, Severity::RefuseRow, place);
        if let Some(field) = self.item.by_role(Role::DocumentNumber) {
            finding.field.clone_from(&field.id);
        }
        finding
    }

    /// The keys of the rows' subjects; unknown codes make provisional subjects.
    fn link(
        &self,
        tx: &mut Tx<'_>,
        rows: &[Candidate],
        counters: &mut Counters,
    ) -> AppResult<Vec<SubjectKey>> {
        let mut codes: Vec<&str> = rows.iter().filter_map(|r| r.code.as_deref()).collect();
        codes.sort_unstable();
        codes.dedup();
        let known: Map<String, Linked> = subject::link(tx, &codes)?;
        let mut new: HashMap<SubjectKey, Subject> = HashMap::new();
        let keys: Vec<SubjectKey> = rows
            .iter()
            .map(|row| {
                let key = match &row.code {
                    Some(code) => match known.get(code) {
                        Some(linked) => return linked.key.clone(),
                        None => SubjectKey(code.clone()),
                    },
                    // Parties without a code are no subjects: no dossier is made of them.
                    None => return number::unlinked_key(self.ctx.office(), &row.unlinked),
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
    fn id(&self, row: &Candidate, key: &SubjectKey) -> RecordId {
        let (values, code) = &row.identity;
        number::record_id(self.ctx.office(), self.item, (values, *code), key)
    }

    fn record(
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
    fn tombstone(
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
fn over_for_good(ended: Option<EndKind>) -> bool {
    ended.is_some_and(|kind| kind != EndKind::Withheld)
}

/// Equal to what everybody can see already. A version that is not visible proves nothing: its
/// batch may never be sealed.
fn same(head: &Head, row: &Candidate) -> bool {
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
