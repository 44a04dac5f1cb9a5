//! The moment and the rules under which rows become records.

use crate::{AppError, AppResult, Deployment, wording};
use jiff::{Timestamp, civil::Date};
use std::{cell::RefCell, sync::Arc};
use xinheng_domain::{
    catalogue::Item,
    condition::Values,
    publicity::{Decision, Outcome, PublicityColumns, RuleUse},
    record::{ClockColumns, EndKind},
    subject::SubjectKind,
};
use xinheng_rulebook::Rulebook;
use xinheng_store::Map;

/// The moment and rules under which rows become records.
pub struct At<'a> {
    deployment: &'a Deployment,
    pub(in crate::intake) rulebook: &'a Rulebook,
    /// Civil day of receipt.
    pub(crate) received_on: Date,
    /// What is known of calendars.
    pub(in crate::intake) now: Timestamp,
    /// Words that tell a business's name from a person's.
    trade_words: &'a [String],
    /// Digest of the rulebook, shared by all records.
    digest: Arc<str>,
}

impl<'a> At<'a> {
    /// Under the deployment's rulebook, for a batch received on a day.
    pub fn new(deployment: &'a Deployment, received_on: Date, now: Timestamp) -> Self {
        Self {
            deployment,
            rulebook: deployment.rulebook(),
            received_on,
            now,
            trade_words: deployment.trade_words(),
            digest: deployment.rulebook().publicity_digest().into(),
        }
    }

    /// Whether a business is named by a person, so that its name is masked and not searched.
    pub(crate) fn is_person_named(
        &self,
        name: &str,
        kind: SubjectKind,
        representative: Option<&str>,
    ) -> bool {
        self.rulebook
            .is_person_named(name, kind, representative, self.trade_words)
    }

    /// Whether a text of the row may have to be read by somebody.
    pub(in crate::intake) fn may_be_read<V: Values + ?Sized>(&self, item: &Item, row: &V) -> bool {
        wording::may_be_read(self.deployment, item, row)
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

    /// The same for a version whose publicity begins with `first_day`: where it is held back, the
    /// alarm counts from the receipt of the version, whenever this is asked.
    pub fn decide_from<V: Values + ?Sized>(
        &self,
        item: &Item,
        row: &V,
        first_day: Date,
        class: Option<&str>,
    ) -> Decision {
        let decision = self.decide(item, row, first_day, class);
        match decision.outcome {
            Outcome::Held { .. } => self.decide(item, row, self.received_on, class),
            _ => decision,
        }
    }

    /// The columns of a decision, with this rulebook's digest.
    ///
    /// # Errors
    /// A fault: the trace cannot be written.
    pub fn columns(&self, decision: &Decision) -> AppResult<PublicityColumns> {
        self.columns_written(decision, &Written::default())
    }

    /// The same for many decisions, whose reasons are written once.
    pub(super) fn columns_written(
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
            .clock(item, row, self.now)
            .map_err(|e| AppError::BadInput(e.to_string()))
    }

    /// How and why the row says that the decision is no more, not only withheld for a while.
    pub fn ended(&self, decision: &Decision) -> Option<(EndKind, String)> {
        let effects = &self.rulebook.effects().dispute;
        decision.trace.iter().find_map(|used| {
            let id = used.rule.strip_prefix("publicity.dispute.")?;
            let effect = effects.iter().find(|e| e.id == id)?;
            Some((effect.ends?, used.value.clone()))
        })
    }

    /// The columns of a version that says of its record that another one took its place.
    pub fn replaced(&self) -> PublicityColumns {
        PublicityColumns {
            never: Some("由另一条记录替换".to_owned()),
            trace: "[]".into(),
            rulebook: Arc::clone(&self.digest),
            ..PublicityColumns::default()
        }
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
