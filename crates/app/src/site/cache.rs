//! Figures over many records, kept while nothing changes. Never content: what is withdrawn leaves
//! at once, only a count or an order may be a little old.

use super::{
    kept::{Kept, Watch},
    mode,
};
use crate::{Act, AppResult, Ctx};
use jiff::civil::Date;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use xinheng_domain::{publicity::Mode, record::RecordId, subject::SubjectKey};
use xinheng_store::{
    Conn, audit,
    batch::{self, Freshness},
    record::{self, Counts, InTime, ListFilter, Tally},
};

/// How often it is looked whether anything was changed.
const LOOK: Duration = Duration::from_secs(1);
/// Counts of different filters kept at once.
const FILTERS: usize = 500;
/// Days or single figures kept at once.
const FEW: usize = 8;
/// Organisations kept at once.
const SUBJECTS: usize = 50_000;

/// The figures of a deployment.
pub struct Cache {
    watch: Watch,
    mark: Mutex<Option<(Duration, u64)>>,
    freshness: Kept<(), Arc<Vec<Freshness>>>,
    tally: Kept<Date, Arc<Vec<Tally>>>,
    in_time: Kept<Date, Arc<Vec<InTime>>>,
    newest: Kept<(Date, Date), Arc<Vec<RecordId>>>,
    counts: Kept<(Date, String), Counts>,
    items: Kept<(), Arc<Vec<String>>>,
    subjects: Kept<(), u64>,
    same_name: Kept<SubjectKey, Arc<[SubjectKey]>>,
    examples: Kept<Date, Arc<Vec<String>>>,
}

impl Default for Cache {
    fn default() -> Self {
        Self {
            watch: Watch::default(),
            mark: Mutex::default(),
            freshness: Kept::new(FEW),
            tally: Kept::new(FEW),
            in_time: Kept::new(FEW),
            newest: Kept::new(FEW),
            counts: Kept::new(FILTERS),
            items: Kept::new(FEW),
            subjects: Kept::new(FEW),
            same_name: Kept::new(SUBJECTS),
            examples: Kept::new(FEW),
        }
    }
}

fn read<T>(ctx: &Ctx<'_>, look: impl FnOnce(&mut Conn) -> AppResult<T>) -> AppResult<T> {
    ctx.public(Act::PublicRead, look)
}

impl Cache {
    /// How many changes of what is public there have been, as of a second ago at most.
    fn mark(&self, ctx: &Ctx<'_>) -> AppResult<u64> {
        let mut last = self.mark.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.watch.now();
        if let Some((at, mark)) = *last
            && now.saturating_sub(at) < LOOK
        {
            return Ok(mark);
        }
        let mark = read(ctx, |conn| Ok(audit::changes(conn)?))?;
        *last = Some((now, mark));
        Ok(mark)
    }

    /// How far each department has reported.
    pub fn freshness(&self, ctx: &Ctx<'_>) -> AppResult<Arc<Vec<Freshness>>> {
        self.freshness.get(
            &self.watch,
            (),
            || self.mark(ctx),
            || read(ctx, |conn| Ok(Arc::new(batch::freshness(conn, None)?))),
        )
    }

    /// Public records by item, department and month; of items that the rulebook knows.
    pub fn tally(&self, ctx: &Ctx<'_>) -> AppResult<Arc<Vec<Tally>>> {
        let day = ctx.today();
        let rulebook = ctx.deployment().rulebook();
        self.tally.get(
            &self.watch,
            day,
            || self.mark(ctx),
            || {
                if mode::mode(ctx) == Mode::Guide {
                    return Ok(Arc::default());
                }
                let public = mode::filter(ctx);
                let mut all = read(ctx, |conn| Ok(record::tally(conn, day, public.accepted)?))?;
                all.retain(|t| rulebook.item(&t.item).is_some());
                Ok(Arc::new(all))
            },
        )
    }

    /// Received in time among those decided since a day.
    pub fn in_time(&self, ctx: &Ctx<'_>, since: Date) -> AppResult<Arc<Vec<InTime>>> {
        self.in_time.get(
            &self.watch,
            since,
            || self.mark(ctx),
            || read(ctx, |conn| Ok(Arc::new(record::in_time(conn, since)?))),
        )
    }

    /// Ids of what was made public last. Whether each is public now is to be looked at again.
    pub fn newest(&self, ctx: &Ctx<'_>, since: Date, most: u32) -> AppResult<Arc<Vec<RecordId>>> {
        let day = ctx.today();
        let key = (day, since);
        self.newest.get(
            &self.watch,
            key,
            || self.mark(ctx),
            || {
                read(ctx, |conn| {
                    let accepted = mode::filter(ctx).accepted;
                    Ok(Arc::new(record::newest(conn, day, since, accepted, most)?))
                })
            },
        )
    }

    /// Counts of a list.
    pub fn counts(&self, ctx: &Ctx<'_>, filter: &ListFilter) -> AppResult<Counts> {
        let day = ctx.today();
        let scope = ListFilter {
            after: None,
            limit: 0,
            ..filter.clone()
        };
        let key = (day, format!("{scope:?}"));
        self.counts.get(
            &self.watch,
            key,
            || self.mark(ctx),
            || read(ctx, |conn| Ok(record::counts(conn, &scope, day)?)),
        )
    }

    /// Items that have records and that the rulebook does not know.
    pub fn unknown_items(&self, ctx: &Ctx<'_>) -> AppResult<Vec<String>> {
        let all = self.items.get(
            &self.watch,
            (),
            || self.mark(ctx),
            || read(ctx, |conn| Ok(Arc::new(record::items(conn)?))),
        )?;
        let rulebook = ctx.deployment().rulebook();
        let unknown = all.iter().filter(|i| rulebook.item(i).is_none());
        Ok(unknown.cloned().collect())
    }

    /// Organisations known.
    pub fn subjects(&self, ctx: &Ctx<'_>) -> AppResult<u64> {
        self.subjects.get(
            &self.watch,
            (),
            || self.mark(ctx),
            || read(ctx, |conn| Ok(xinheng_store::subject::count(conn)?)),
        )
    }

    /// Keys of the organisations that bear the same name as `own`.
    pub fn same_name(
        &self,
        ctx: &Ctx<'_>,
        own: &SubjectKey,
        make: impl FnOnce() -> AppResult<Arc<[SubjectKey]>>,
    ) -> AppResult<Arc<[SubjectKey]>> {
        self.same_name
            .get(&self.watch, own.clone(), || self.mark(ctx), make)
    }

    /// What the home page proposes to search for.
    pub fn examples(
        &self,
        ctx: &Ctx<'_>,
        make: impl FnOnce() -> AppResult<Vec<String>>,
    ) -> AppResult<Arc<Vec<String>>> {
        let day = ctx.today();
        self.examples
            .get(&self.watch, day, || self.mark(ctx), || make().map(Arc::new))
    }
}
