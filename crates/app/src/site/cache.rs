//! Figures over many records, kept for moments. Never content: what is withdrawn leaves at once,
//! only a count may be a few seconds old.

use crate::{AppError, AppResult, Ctx};
use jiff::civil::Date;
use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use xinheng_store::{
    batch::{self, Freshness},
    record::{self, Counts, InTime, ListFilter, Tally},
};

/// How old a figure may be.
const AGE: Duration = Duration::from_secs(5);
/// Counts of different filters kept at once.
const FILTERS: usize = 500;

/// The figures of a deployment.
#[derive(Debug, Default)]
pub struct Cache {
    freshness: Kept<(), Arc<Vec<Freshness>>>,
    tally: Kept<Date, Arc<Vec<Tally>>>,
    in_time: Kept<Date, Arc<Vec<InTime>>>,
    counts: Kept<(Date, String), Counts>,
    subjects: Kept<(), u64>,
}

#[derive(Debug)]
struct Kept<K, V>(Mutex<HashMap<K, (Instant, V)>>);

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<K: Eq + Hash, V: Clone> Kept<K, V> {
    fn get(&self, key: K, make: impl FnOnce() -> AppResult<V>) -> AppResult<V> {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, value)) = lock().get(&key)
            && at.elapsed() < AGE
        {
            return Ok(value.clone());
        }
        // Not under the lock: a slow figure must not hold up the others.
        let value = make()?;
        let mut all = lock();
        if all.len() >= FILTERS {
            all.clear();
        }
        all.insert(key, (Instant::now(), value.clone()));
        Ok(value)
    }
}

impl Cache {
    /// How far each department has reported.
    pub fn freshness(&self, ctx: &Ctx<'_>) -> AppResult<Arc<Vec<Freshness>>> {
        self.freshness.get((), || {
            ctx.office()
                .db()
                .read(|conn| Ok::<_, AppError>(Arc::new(batch::freshness(conn, None)?)))
        })
    }

    /// Public records by item, department and month.
    pub fn tally(&self, ctx: &Ctx<'_>) -> AppResult<Arc<Vec<Tally>>> {
        let day = ctx.today();
        self.tally.get(day, || {
            ctx.office()
                .db()
                .read(|conn| Ok::<_, AppError>(Arc::new(record::tally(conn, day)?)))
        })
    }

    /// Received in time among those decided since a day.
    pub fn in_time(&self, ctx: &Ctx<'_>, since: Date) -> AppResult<Arc<Vec<InTime>>> {
        self.in_time.get(since, || {
            ctx.office()
                .db()
                .read(|conn| Ok::<_, AppError>(Arc::new(record::in_time(conn, since)?)))
        })
    }

    /// Counts of a list.
    pub fn counts(&self, ctx: &Ctx<'_>, filter: &ListFilter) -> AppResult<Counts> {
        let day = ctx.today();
        let scope = ListFilter {
            after: None,
            limit: 0,
            ..filter.clone()
        };
        self.counts.get((day, format!("{scope:?}")), || {
            ctx.office()
                .db()
                .read(|conn| Ok::<_, AppError>(record::counts(conn, &scope, day)?))
        })
    }

    /// Organisations known.
    pub fn subjects(&self, ctx: &Ctx<'_>) -> AppResult<u64> {
        self.subjects.get((), || {
            ctx.office()
                .db()
                .read(|conn| Ok::<_, AppError>(xinheng_store::subject::count(conn)?))
        })
    }
}
