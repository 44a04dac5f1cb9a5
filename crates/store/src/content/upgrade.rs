//! From the first kind of sums to wide ones: what a database holds is told anew, once.

use super::{
    ACCOUNTED, Aim, Difference, LATER, LEDGER, Sums, begun, each_held, each_told, sum::NARROW,
    sums_of,
};
use crate::{
    Conn, Tx,
    audit::{self, AuditEntry},
    error::{Result, StoreError},
    migrate::SCHEMA_VERSION,
    params,
};
use jiff::Timestamp;
use xinheng_domain::act::Act;

/// Who brings a database up to this program: whoever may run it, and nobody by name.
const ACTOR: &str = "program";

/// The wide sums of a content that is what the entries tell by sums of the first kind.
///
/// # Errors
/// `Differs` where it is not: it would be told as right for ever. The store's own.
pub(crate) fn upgradable(conn: &mut Conn) -> Result<Sums> {
    let mut told = Sums::<NARROW>::default();
    each_told(conn, &mut |action, sums| {
        for (name, sum) in sums {
            told.hear(name, sum, action);
        }
    })?;
    let mut narrow = Sums::<NARROW>::default();
    let mut wide = Sums::default();
    each_held(conn, &mut |kept, row| {
        // When steps were taken was not told then.
        if kept.table.name != LEDGER {
            narrow.put(kept, row);
        }
        wide.put(kept, row);
    })?;
    narrow.take(told);
    let amiss: Vec<String> = narrow.places().map(|place| place.named()).collect();
    if !amiss.is_empty() {
        return Err(StoreError::Differs(amiss.join("、")));
    }
    Ok(wide)
}

/// Writes the entry that tells the wide sums of the whole content, behind every entry there is. Where
/// there is none, nothing was written yet, and the first one will begin.
///
/// # Errors
/// As [`upgradable`].
pub(crate) fn upgrade(tx: &mut Tx<'_>, at: Timestamp) -> Result<()> {
    let wide = upgradable(tx)?;
    while audit::seal_some(tx, at)? > 0 {}
    let Some(last) = audit::last(tx)? else {
        return tell_steps(tx, 0, at);
    };
    let detail = serde_json::json!({ audit::BEGUN: audit::begun(tx)? });
    let mut entry = AuditEntry::new(at.max(last), ACTOR, Act::DatabaseUpgrade.id(), detail);
    tx.parts().1.join(wide);
    tx.tell(&mut entry);
    audit::append(tx, &entry)?;
    audit::seal_some(tx, at).map(drop)
}

/// Writes the entry that tells when the steps behind the first `steps` were taken.
pub(crate) fn tell_steps(tx: &mut Tx<'_>, steps: u32, at: Timestamp) -> Result<()> {
    let begun = begun(tx)?;
    let Some(kept) = ACCOUNTED.get(LEDGER) else {
        return Ok(());
    };
    let filter = format!("{LATER} AND version > $2");
    let places = params![&begun, steps];
    let told = sums_of(tx.parts().0, kept, (&filter, places), Aim::Look)?;
    if told.is_empty() {
        return Ok(());
    }
    while audit::seal_some(tx, at)? > 0 {}
    let at = audit::last(tx)?.map_or(at, |last| at.max(last));
    let detail = serde_json::json!({ "to": SCHEMA_VERSION });
    let mut entry = AuditEntry::new(at, ACTOR, Act::DatabaseMigrate.id(), detail);
    tx.parts().1.join(told);
    tx.tell(&mut entry);
    audit::append(tx, &entry)?;
    audit::seal_some(tx, at).map(drop)
}

impl Difference {
    /// Table and batch, as an operator is told them.
    fn named(&self) -> String {
        match &self.batch {
            Some(batch) => format!("{}（批次 {batch}）", self.table),
            None => self.table.clone(),
        }
    }
}

/// Makes of a database of this program one as the program before left it, for tests: one entry of
/// an act of theirs tells all there is.
#[cfg(debug_assertions)]
pub(crate) fn as_before(tx: &mut Tx<'_>, at: Timestamp) -> Result<()> {
    let mut narrow = Sums::<NARROW>::default();
    each_held(tx, &mut |kept, row| narrow.put(kept, row))?;
    for table in ["audit_entry", "audit_log", "audit_pending"] {
        tx.execute(&format!("DELETE FROM {table}"), &[])?;
    }
    let detail = serde_json::json!({ super::TOLD: narrow.told() });
    audit::append(tx, &AuditEntry::new(at, "test", "test.write", detail))?;
    audit::seal_some(tx, at)?;
    audit::begin_as_before(tx)?;
    for back in crate::migrate::back_before(crate::migrate::WIDE_SUMS) {
        tx.batch(&back)?;
    }
    let later = crate::params![crate::migrate::WIDE_SUMS];
    let sql = "DELETE FROM schema_migration WHERE version >= $1";
    tx.parts().0.execute(sql, later).map(drop)
}
