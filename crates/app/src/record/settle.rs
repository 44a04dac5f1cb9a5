//! What hangs on acts is computed from a version's content and the acts, for the visible version
//! and every staged one above it, so that no landing brings back what an act has ended.

use crate::{
    AppError, AppResult, Ctx, RefusalCode,
    intake::{land::At, number_under},
    present::Payload,
};
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};
use xinheng_domain::{
    catalogue::Item,
    condition::Values,
    hex::hex,
    publicity::{self, states_class},
    record::{Ended, RecordAct, RecordId, Said, standing},
};
use xinheng_store::{
    Conn, Tx,
    record::{self, Computed, Stored, Whole},
};

/// A record and the acts about it, read in the transaction that acts on it.
pub struct Loaded {
    whole: Whole,
    /// In the order in which they were done.
    pub(super) acts: Vec<RecordAct>,
}

impl Loaded {
    /// The record with this number.
    ///
    /// # Errors
    /// Unknown; it has changed since it was `seen` in this revision.
    pub(super) fn of(
        ctx: &Ctx<'_>,
        conn: &mut Conn,
        id: &str,
        seen: Option<u32>,
    ) -> AppResult<Self> {
        let id = RecordId(id.trim().to_owned());
        let Some(whole) = record::whole(conn, &id)? else {
            return Err(super::unknown(&id));
        };
        if seen.is_some_and(|seen| seen != whole.revision) {
            let places = [
                ("id", id.as_str()),
                ("revision", &whole.revision.to_string()),
            ];
            return Err(ctx.refused(RefusalCode::RecordChanged, &places));
        }
        let acts = record::acts(conn, &id)?;
        Ok(Self { whole, acts })
    }

    /// The visible version.
    ///
    /// # Errors
    /// A fault: there is always one.
    pub(super) fn current(&self) -> AppResult<&Stored> {
        self.whole.current().ok_or_else(nothing_visible)
    }

    /// Adds an act, and writes what hangs on it. Gives what the visible version has now.
    ///
    /// # Errors
    /// `Conflict` where the record has changed meanwhile: the whole write runs again.
    pub(super) fn add(
        &mut self,
        ctx: &Ctx<'_>,
        tx: &mut Tx<'_>,
        act: RecordAct,
    ) -> AppResult<Computed> {
        record::add_act(tx, &act)?;
        self.acts.push(act);
        self.settle(ctx, tx)
    }

    /// Writes anew what is computed of the visible version and of those above it. Gives what the
    /// visible one has now.
    fn settle(&self, ctx: &Ctx<'_>, tx: &mut Tx<'_>) -> AppResult<Computed> {
        let id = &self.current()?.record.id;
        // A batch that was abandoned has received nothing.
        let first = record::first_received_on(tx, id)?;
        let all = self.all(ctx, first)?;
        for (version, computed) in &all {
            record::update(tx, (id, *version), computed)?;
        }
        record::guard(tx, id, self.whole.revision)?;
        let of_current = all.into_iter().next();
        of_current.map_or_else(|| Err(nothing_visible()), |(_, computed)| Ok(computed))
    }

    /// What is to be computed of each version, the visible one first. `first`: the first receipt.
    fn all(&self, ctx: &Ctx<'_>, first: Option<Date>) -> AppResult<Vec<(u32, Computed)>> {
        let mut shown_from = None;
        let mut all = Vec::with_capacity(self.whole.versions.len());
        for (above, stored) in self.whole.versions.iter().enumerate() {
            let record = &stored.record;
            let item = super::item_of(ctx, record)?;
            let at = At::new(ctx.deployment(), stored.received_on, ctx.now());
            let replaced = record
                .ended
                .as_ref()
                .is_some_and(|e| e.replaced_by.is_some());
            let mut computed = if replaced {
                // Its row speaks of another record; nothing of its own is computed.
                Computed {
                    publicity: at.replaced(),
                    clock: None,
                    first_received_on: record.first_received_on,
                    ended: record.ended.clone(),
                    once_public: false,
                }
            } else {
                self.computed(ctx, &at, item, stored, shown_from)?
            };
            computed.once_public = above == 0 && stored.was_public(ctx.today());
            if record.replaces.is_none() && !replaced {
                computed.first_received_on = first.unwrap_or(computed.first_received_on);
            }
            shown_from = computed.publicity.from.or(shown_from);
            all.push((record.version, computed));
        }
        Ok(all)
    }

    fn computed(
        &self,
        ctx: &Ctx<'_>,
        at: &At<'_>,
        item: &Item,
        stored: &Stored,
        shown_from: Option<Date>,
    ) -> AppResult<Computed> {
        let record = &stored.record;
        let payload = Payload::parse(&record.payload)?;
        // What was never shown is shown from now on at the earliest.
        let first_day = record
            .publicity
            .from
            .or(shown_from)
            .unwrap_or_else(|| ctx.today().max(stored.received_on));
        let digest = facts(item, &payload);
        let said = Said {
            facts: &digest,
            states_class: states_class(item, &payload).then_some(stored.staged_at),
        };
        let stands = standing(&self.acts, said, None);
        let decision = at.decide_from(item, &payload, first_day, stands.class);
        Ok(Computed {
            clock: at.clock(item, &payload)?,
            first_received_on: record.first_received_on,
            ended: at
                .ended(&decision)
                .map(|(kind, grounds)| Ended {
                    kind,
                    on: stored.received_on,
                    grounds,
                    replaced_by: None,
                })
                .or(stands.ended),
            publicity: at.columns(&decision)?,
            once_public: false,
        })
    }
}

fn nothing_visible() -> AppError {
    AppError::Fault("记录没有可见的版本".to_owned())
}

/// What was found of a record computed anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Computation {
    /// Its dates, class and end are what rules and acts give.
    pub computed: bool,
    /// Its number is the one that its content gives under this deployment's secret; `None` where it
    /// has no content of its own.
    pub number: Option<bool>,
}

/// Whether what is computed of the visible version of a record is what rules and acts give; `None`
/// where it is an answer of another rulebook.
///
/// # Errors
/// Faults of the store; the rulebook no longer has the item.
pub fn agrees(ctx: &Ctx<'_>, conn: &mut Conn, id: &RecordId) -> AppResult<Option<Computation>> {
    let Some(whole) = record::whole(conn, id)? else {
        return Ok(Some(Computation {
            computed: true,
            number: None,
        }));
    };
    let acts = record::acts(conn, id)?;
    let loaded = Loaded { whole, acts };
    let stored = &loaded.current()?.record;
    if *stored.publicity.rulebook != *ctx.deployment().rulebook().publicity_digest() {
        return Ok(None);
    }
    let first = record::first_received_on(conn, id)?;
    let kept = Computed {
        publicity: stored.publicity.clone(),
        clock: stored.clock.clone(),
        first_received_on: stored.first_received_on,
        ended: stored.ended.clone(),
        once_public: false,
    };
    let now = loaded.all(ctx, first)?.into_iter().next();
    let computed = now.is_some_and(|(_, computed)| {
        kept == Computed {
            once_public: false,
            ..computed
        }
    });
    let replaced = stored
        .ended
        .as_ref()
        .is_some_and(|e| e.replaced_by.is_some());
    let number = if replaced {
        None
    } else {
        let item = super::item_of(ctx, stored)?;
        let payload = Payload::parse(&stored.payload)?;
        Some(number_under(ctx.deployment(), item, &payload, &stored.subject_key) == *id)
    };
    Ok(Some(Computation { computed, number }))
}

/// Computes anew what hangs on rules and acts, after either has changed.
///
/// # Errors
/// `Conflict`; the rulebook no longer has the item.
pub fn settle(ctx: &Ctx<'_>, tx: &mut Tx<'_>, id: &RecordId) -> AppResult<()> {
    match record::whole(tx, id)? {
        Some(whole) => {
            let acts = record::acts(tx, id)?;
            Loaded { whole, acts }.settle(ctx, tx).map(drop)
        }
        None => Ok(()),
    }
}

/// Digest of the facts a class rests on.
pub fn facts<V: Values + ?Sized>(item: &Item, row: &V) -> String {
    let mut digest = Sha256::new();
    for part in publicity::facts(item, row).flat_map(|(id, value)| [id, value]) {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    hex(digest.finalize().get(..16).unwrap_or_default())
}
