//! What of the records that may be public today the site shows: what their dates say, and the mode
//! of publicity. Lists and counts ask the same of the database (`filter`).

use crate::{AppResult, Ctx};
use jiff::civil::Date;
use std::collections::HashSet;
use xinheng_domain::{publicity::Mode, record::RecordId, subject::SubjectKey};
use xinheng_store::{
    Conn, forward,
    record::{self, ListFilter, Stored},
};

/// Who of some organisations' records is public today.
pub(super) struct Publicness {
    today: Date,
    mode: Mode,
    /// Read where it counts.
    accepted: HashSet<RecordId>,
}

/// The mode of the deployment.
pub(super) fn mode(ctx: &Ctx<'_>) -> Mode {
    ctx.deployment().district().publicity
}

/// What is public today, as a filter of lists and counts.
pub(super) fn filter(ctx: &Ctx<'_>) -> ListFilter {
    ListFilter {
        public_on: Some(ctx.today()),
        accepted: mode(ctx) == Mode::Mirror,
        ..ListFilter::default()
    }
}

impl Publicness {
    /// Of the records of these organisations.
    pub(super) fn of(ctx: &Ctx<'_>, conn: &mut Conn, keys: &[&SubjectKey]) -> AppResult<Self> {
        let mode = mode(ctx);
        Ok(Self {
            today: ctx.today(),
            mode,
            accepted: match mode {
                Mode::Mirror => record::accepted(conn, keys)?,
                Mode::Own | Mode::Guide => HashSet::new(),
            },
        })
    }

    /// Whether its dates let it be public.
    fn may(&self, stored: &Stored) -> bool {
        stored.record.ended.is_none() && stored.record.publicity.public_on(self.today)
    }

    /// Whether the mode shows it, if its dates do.
    fn lets(&self, stored: &Stored) -> bool {
        self.mode.shows(self.accepted.contains(&stored.record.id))
    }

    /// Whether it is shown.
    pub(super) fn shows(&self, stored: &Stored) -> bool {
        self.may(stored) && self.lets(stored)
    }

    /// Whether the mode can have shown a record before: for tombstones.
    pub(super) fn once_let(&self, conn: &mut Conn, id: &RecordId) -> AppResult<bool> {
        Ok(match self.mode {
            Mode::Own => true,
            Mode::Mirror => !forward::accepted_before(conn, &[id.as_str()])?.is_empty(),
            Mode::Guide => false,
        })
    }
}
