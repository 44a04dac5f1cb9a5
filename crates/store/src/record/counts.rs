//! No silent omission (I2): how many are in scope, how many shown, how many withheld and why.

use super::{
    CURRENT_ALONE,
    list::{Clause, ListFilter},
};
use crate::{Conn, error::Result, forward::ACCEPTED};
use jiff::civil::Date;

/// Current records in scope, each counted under exactly one of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Records in scope.
    pub in_scope: u64,
    /// Public on the day.
    pub shown: u64,
    /// Never public.
    pub never: u64,
    /// Held back until an officer decides.
    pub held: u64,
    /// Their publicity begins later.
    pub not_yet: u64,
    /// Their publicity has ended.
    pub ended_publicity: u64,
    /// Replaced, withdrawn or withheld.
    pub over: u64,
    /// Public on the day, but not accepted by the platform above, where that is asked for.
    pub not_accepted: u64,
    /// Public on the day, but cut by `as_of` or `known_at`.
    pub narrowed: u64,
}

/// Counts for `filter` on `day`; its place and limit play no part. Fan-out.
///
/// # Errors
/// The store's own.
pub fn counts(conn: &mut Conn, filter: &ListFilter, day: Date) -> Result<Counts> {
    let mut clause = Clause::scope(conn, filter, CURRENT_ALONE);
    let today = clause.place(day.into());
    let mut narrow = String::from("FALSE");
    if let Some(day) = filter.as_of {
        let day = clause.place(day.into());
        narrow.push_str(&format!(
            " OR r.public_from > {day} OR r.public_until < {day}"
        ));
    }
    if let Some(at) = filter.known_at {
        let at = clause.place(at.into());
        narrow.push_str(&format!(
            " OR r.batch_id IN (SELECT batch_id FROM batch WHERE sealed_at > {at})"
        ));
    }
    let above = if filter.accepted {
        format!("WHEN NOT {ACCEPTED} THEN 8 ")
    } else {
        String::new()
    };
    let narrow_scope = filter.department.is_some()
        || filter.subjects.is_some()
        || filter.decided_from.is_some()
        || filter.decided_until.is_some();
    let from = if narrow_scope {
        "record r"
    } else {
        conn.whole_record()
    };
    let sql = format!(
        "SELECT CAST(CASE WHEN r.ended_kind IS NOT NULL THEN 6 \
         WHEN r.public_from IS NULL AND r.alarm_on IS NOT NULL THEN 3 \
         WHEN r.public_from IS NULL THEN 2 \
         WHEN r.public_from > {today} THEN 4 \
         WHEN r.public_until < {today} THEN 5 \
         {above}WHEN {narrow} THEN 7 ELSE 1 END AS BIGINT), \
         count(*) FROM {from} WHERE {} GROUP BY 1",
        clause.text
    );
    let mut counts = Counts::default();
    for (kind, count) in conn.query(&sql, &clause.values, |row| {
        Ok((row.get::<i64>(0)?, row.get::<u64>(1)?))
    })? {
        counts.in_scope += count;
        *match kind {
            1 => &mut counts.shown,
            2 => &mut counts.never,
            3 => &mut counts.held,
            4 => &mut counts.not_yet,
            5 => &mut counts.ended_publicity,
            6 => &mut counts.over,
            8 => &mut counts.not_accepted,
            _ => &mut counts.narrowed,
        } += count;
    }
    Ok(counts)
}

/// Public records of one item, department and month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Catalogue item.
    pub item: String,
    /// Department.
    pub department: String,
    /// Month of the decision, `YYYY-MM`; empty where there is no decision date.
    pub month: String,
    /// Records public on the day.
    pub shown: u64,
}

/// Public records by item, department and month on `day`, or of them those accepted above. Fan-out, a whole scan: keep the
/// answer until the next sealing ([`crate::batch::last_sealed_at`]) or the next day.
///
/// # Errors
/// The store's own.
pub fn tally(conn: &mut Conn, day: Date, accepted: bool) -> Result<Vec<Tally>> {
    let filter = ListFilter::default();
    let mut clause = Clause::scope(conn, &filter, CURRENT_ALONE);
    clause.and_public(day);
    if accepted {
        clause.and_accepted();
    }
    let (month, from) = (conn.month("r.decided_on"), conn.whole_record());
    let sql = format!(
        "SELECT r.item, r.department, {month}, count(*) FROM {from} \
         WHERE {} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        clause.text
    );
    conn.query(&sql, &clause.values, |row| {
        let month: String = row.get(2)?;
        Ok(Tally {
            item: row.get(0)?,
            department: row.get(1)?,
            month: if month == "0001-01" {
                String::new()
            } else {
                month
            },
            shown: row.get(3)?,
        })
    })
}

/// Records of one item against their publishing clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InTime {
    /// Catalogue item.
    pub item: String,
    /// Received for the first time on or before the deadline.
    pub in_time: u64,
    /// With a clock.
    pub all: u64,
}

/// Current records decided on `from` or later that have a publishing clock, by item: how many
/// were received in time. Fan-out, a whole scan: keep the answer as that of [`tally`].
///
/// # Errors
/// The store's own.
pub fn in_time(conn: &mut Conn, from: Date) -> Result<Vec<InTime>> {
    let filter = ListFilter {
        decided_from: Some(from),
        ..ListFilter::default()
    };
    let clause = Clause::scope(conn, &filter, CURRENT_ALONE);
    let sql = format!(
        "SELECT r.item, count(*) FILTER (WHERE r.first_received_on <= r.deadline), count(*) \
         FROM record r WHERE {} AND r.deadline IS NOT NULL GROUP BY 1 ORDER BY 1",
        clause.text
    );
    conn.query(&sql, &clause.values, |row| {
        Ok(InTime {
            item: row.get(0)?,
            in_time: row.get(1)?,
            all: row.get(2)?,
        })
    })
}
