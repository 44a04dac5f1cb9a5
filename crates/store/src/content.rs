//! What tables hold, as sums of the hashes of their rows: the same on both databases and in
//! whatever order rows are read or written.
//!
//! Every write adds to the sums what it put in and takes from them what it took out, and tells so
//! in its audit entry. The sums of all entries together are the sums of the tables: whatever was
//! changed, moved, added or deleted behind the program's back is the difference.

mod sum;
mod upgrade;

pub(crate) use sum::Content;
#[cfg(debug_assertions)]
pub(crate) use upgrade::as_before;
pub(crate) use upgrade::{tell_steps, upgradable, upgrade};

use crate::{
    Conn, Tx,
    columns::{LEDGER, Table, ledger, tables},
    dialect::{Cell, Insert, Value, places},
    error::Result,
    subject::padded,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    ops::ControlFlow,
    sync::LazyLock,
};
use sum::{RowHash, WIDE};
use xinheng_domain::act::Act;

impl Content {
    /// A name in the index of names.
    pub(crate) fn put_name(&mut self, key: &str, name: &str, normalised: &str, current: bool) {
        self.put(&RowHash::of(&[
            ("subject_key", Value::Text(key)),
            ("name", Value::Text(name)),
            ("normalised", Value::Text(normalised)),
            ("current", Value::Bool(current)),
        ]));
    }

    /// The content of a table, as far as `filter` holds, without these columns.
    pub(crate) fn of(
        conn: &mut Conn,
        table: &Table,
        (filter, without): (&str, &[&str]),
        shown: &mut dyn FnMut(u64),
    ) -> Result<Self> {
        let columns = table.columns.iter();
        let kept = Accounted {
            table: Table {
                columns: columns
                    .filter(|(name, _)| !without.contains(&name.as_str()))
                    .cloned()
                    .collect(),
                ..table.clone()
            },
            part: None,
        };
        let mut content = Self::default();
        image(conn, &kept, (filter, &[]), Aim::Look, &mut |row| {
            content.put(&RowHash::of(row));
            if content.rows % 10_000 == 0 {
                shown(10_000);
            }
        })?;
        shown(u64::try_from(content.rows % 10_000).unwrap_or_default());
        Ok(content)
    }
}

/// A table of whose rows a sum is kept.
struct Accounted {
    table: Table,
    /// The column by whose values the sum is parted, so that a difference says where it is.
    part: Option<&'static str>,
}

/// The audit has its own chain; `deployment` is made with the database; names are an index over
/// subjects, compared by `db verify --deep`; a salt is destroyed at any time, and only the right one
/// gives the digest of its proof; who is signed in and who failed to is of the moment; a staged file,
/// one for the platform above and one of a case are sealed, and their hashes are in the rows of
/// `hand_in`, `dispatch` and `case_file`.
const APART: [&str; 12] = [
    "audit_entry",
    "audit_head",
    "audit_log",
    "audit_pending",
    "case_file_content",
    "deployment",
    "dispatch_content",
    "hand_in_content",
    "name_entry",
    "proof_salt",
    "session",
    "sign_in",
];

/// Columns of `record` that no sum holds: `followed` and `revision` tell nobody anything, and the
/// payload is held by its own hash beside it.
const LEFT_OUT: [&str; 3] = ["followed", "revision", "payload"];

static ACCOUNTED: LazyLock<BTreeMap<&'static str, Accounted>> = LazyLock::new(|| {
    let mut found = BTreeMap::new();
    for mut table in tables().into_iter().chain([ledger()]) {
        if APART.contains(&table.name) {
            continue;
        }
        let part = match table.name {
            "record" => {
                table
                    .columns
                    .retain(|(name, _)| !LEFT_OUT.contains(&name.as_str()));
                Some("batch_id")
            }
            "batch" | "batch_chunk" | "batch_finding" | "person_row" => Some("batch_id"),
            _ => None,
        };
        found.insert(table.name, Accounted { table, part });
    }
    found
});

/// Sums by table, and by batch where a table is parted by it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sums<const N: usize = WIDE> {
    sums: BTreeMap<String, Content<N>>,
    /// The name of the row before, kept for its memory.
    name: String,
}

impl<const N: usize> Sums<N> {
    fn put(&mut self, kept: &Accounted, row: &[(&str, Value<'_>)]) {
        let part = row.iter().find_map(|(column, value)| match value {
            Value::Text(text) if kept.part == Some(*column) => Some(*text),
            _ => None,
        });
        self.name.clear();
        self.name.push_str(kept.table.name);
        if let Some(part) = part {
            self.name.push('/');
            self.name.push_str(part);
        }
        let hash = RowHash::of(row);
        match self.sums.get_mut(&self.name) {
            Some(content) => content.put(&hash),
            None => self.sums.entry(self.name.clone()).or_default().put(&hash),
        }
    }

    fn join(&mut self, other: Self) {
        for (name, content) in other.sums {
            self.sums.entry(name).or_default().join(content);
        }
    }

    fn take(&mut self, other: Self) {
        for (name, content) in other.sums {
            self.sums.entry(name).or_default().take(content);
        }
    }

    /// Whether nothing was put in or taken out.
    pub(crate) fn is_empty(&self) -> bool {
        self.sums.is_empty()
    }

    /// Whether such an act declares all tables that were written.
    pub(crate) fn declared(&self, action: &str) -> bool {
        let mut names = self.sums.keys();
        names.all(|name| writes(action, name.split('/').next().unwrap_or_default()))
    }

    /// What an audit entry tells; `None` where nothing has changed.
    pub(crate) fn told(self) -> Option<serde_json::Value> {
        let changed = self.sums.into_iter();
        let changed = changed.filter(|(_, content)| *content != Content::default());
        let told: serde_json::Map<String, serde_json::Value> = changed
            .map(|(name, content)| (name, content.written().into()))
            .collect();
        (!told.is_empty()).then(|| told.into())
    }

    /// Adds what an entry about `action` tells of a table that such an act writes. Gives whether it
    /// could be heard.
    fn hear(&mut self, name: &str, told: &serde_json::Value, action: &str) -> bool {
        let table = name.split('/').next().unwrap_or_default();
        let content = told.as_str().and_then(Content::read);
        let content = content.filter(|_| writes(action, table));
        if let Some(content) = content {
            self.sums.entry(name.to_owned()).or_default().join(content);
        }
        content.is_some()
    }

    /// The places where there is anything.
    fn places(self) -> impl Iterator<Item = Difference> {
        let there = self.sums.into_iter();
        let there = there.filter(|(_, content)| *content != Content::default());
        there.map(|(name, content)| Difference::at(&name, content.rows))
    }
}

/// Whether such an act writes a table: a look writes none, so that an entry made up as one covers
/// nothing. The upgrade tells all of them. Tests write by acts of their own.
fn writes(action: &str, table: &str) -> bool {
    cfg!(debug_assertions) && action.starts_with("test.")
        || is_upgrade(action)
        || Act::parse(action).is_some_and(|act| act.writes().contains(&table))
}

/// Name of the detail of an audit entry that tells what the write has changed.
pub(crate) const TOLD: &str = "sums";

/// What rows are read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aim {
    /// They will be changed: they stay as they are until then.
    Change,
    /// As they are.
    Look,
    /// As they are; a value that cannot be read differs from every other.
    Verify,
}

/// Takes a row: each column with its value.
type Each<'e> = dyn FnMut(&[(&str, Value<'_>)]) + 'e;

/// Gives the rows of a table for which `filter` holds to `each`.
fn image(
    conn: &mut Conn,
    kept: &Accounted,
    (filter, params): (&str, &[Value<'_>]),
    aim: Aim,
    each: &mut Each<'_>,
) -> Result<()> {
    let columns = &kept.table.columns;
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let lock = match aim {
        Aim::Change => conn.kept_until_commit(),
        Aim::Look | Aim::Verify => "",
    };
    let sql = format!(
        "SELECT {} FROM {} WHERE {filter}{lock}",
        names.join(", "),
        kept.table.name
    );
    conn.stream(&sql, params, |row| {
        let mut cells: Vec<Cell> = Vec::with_capacity(columns.len());
        for (at, (_, kind)) in columns.iter().enumerate() {
            cells.push(match row.cell(at, *kind) {
                Err(_) if aim == Aim::Verify => Cell::Bytes(Vec::new()),
                cell => cell?,
            });
        }
        let values = names.iter().copied().zip(cells.iter().map(Cell::value));
        each(&values.collect::<Vec<_>>());
        Ok(ControlFlow::Continue(()))
    })
}

/// The sums of the rows of a table for which `filter` holds.
fn sums_of(
    conn: &mut Conn,
    kept: &Accounted,
    filter: (&str, &[Value<'_>]),
    aim: Aim,
) -> Result<Sums> {
    let mut sums = Sums::default();
    image(conn, kept, filter, aim, &mut |row| sums.put(kept, row))?;
    Ok(sums)
}

/// A write to a table, with the sums that its entry tells.
impl Tx<'_> {
    /// Inserts rows by `sql`, which put in those for which `filter` holds afterwards. Gives how many.
    #[track_caller]
    pub(crate) fn insert(
        &mut self,
        table: &'static str,
        (sql, params): (&str, &[Value<'_>]),
        filter: (&str, &[Value<'_>]),
    ) -> Result<u64> {
        let done = self.parts().0.execute(sql, params)?;
        if let (true, Some(kept)) = (done > 0, ACCOUNTED.get(table)) {
            let after = sums_of(self.parts().0, kept, filter, Aim::Look)?;
            self.parts().1.join(after);
        }
        Ok(done)
    }

    /// Changes or deletes rows by `sql`, all of them among those for which `filter` holds before and
    /// after. Gives how many.
    #[track_caller]
    pub(crate) fn change(
        &mut self,
        table: &'static str,
        (sql, params): (&str, &[Value<'_>]),
        filter: (&str, &[Value<'_>]),
    ) -> Result<u64> {
        let Some(kept) = ACCOUNTED.get(table) else {
            return self.parts().0.execute(sql, params);
        };
        let before = sums_of(self.parts().0, kept, filter, Aim::Change)?;
        let done = self.parts().0.execute(sql, params)?;
        let after = sums_of(self.parts().0, kept, filter, Aim::Look)?;
        self.parts().1.take(before);
        self.parts().1.join(after);
        Ok(done)
    }

    /// Loads many rows. With `on_conflict`, whose first column is the key and which takes over every
    /// other one, rows that are there already are changed.
    #[track_caller]
    pub(crate) fn bulk<'v, const N: usize>(
        &mut self,
        insert: &Insert<N>,
        rows: impl Iterator<Item = [Value<'v>; N]>,
    ) -> Result<u64> {
        let Some(kept) = ACCOUNTED.get(insert.table) else {
            return self.parts().0.bulk(insert, rows);
        };
        let (conn, sums) = self.parts();
        let columns: Vec<(&str, usize)> = kept
            .table
            .columns
            .iter()
            .filter_map(|(name, _)| {
                let at = insert.columns.iter().position(|(own, _)| own == name)?;
                Some((name.as_str(), at))
            })
            .collect();
        let mut ordered = Vec::with_capacity(columns.len());
        let mut put = |row: &[Value<'v>; N]| {
            ordered.clear();
            let values = columns.iter();
            ordered.extend(values.filter_map(|(name, at)| Some((*name, *row.get(*at)?))));
            sums.put(kept, &ordered);
        };
        if insert.on_conflict.is_empty() {
            return conn.bulk(insert, rows.inspect(|row| put(row)));
        }
        let rows: Vec<[Value<'v>; N]> = rows.inspect(|row| put(row)).collect();
        let key = insert.columns.first().map_or("", |(name, _)| name);
        let mut there = HashSet::new();
        let mut before = Sums::default();
        for some in rows.chunks(KEYS) {
            let keys = padded(
                some.iter().filter_map(|row| row.first().copied()),
                some.len(),
            );
            let filter = format!("{key} IN {}", places(1, keys.len()));
            before.join(sums_of(conn, kept, (&filter, &keys), Aim::Change)?);
            let sql = format!("SELECT {key} FROM {} WHERE {filter}", insert.table);
            there.extend(conn.query(&sql, &keys, |row| row.get::<String>(0))?);
        }
        sums.take(before);
        let (old, new): (Vec<_>, Vec<_>) = rows
            .into_iter()
            .partition(|row| matches!(row.first(), Some(Value::Text(key)) if there.contains(*key)));
        // A row that another writer puts in meanwhile is a conflict: the whole write runs again.
        let once = Insert {
            table: insert.table,
            columns: insert.columns,
            on_conflict: "",
        };
        Ok(conn.bulk(&once, new.into_iter())? + conn.bulk(insert, old.into_iter())?)
    }
}

/// Keys asked for in one statement.
const KEYS: usize = 256;

/// Whether a statement writes to a table of which sums are kept, and changes what they hold.
pub(crate) fn concerns(sql: &str) -> bool {
    let mut words = sql.split_whitespace();
    let table = match (words.next(), words.next()) {
        (Some("INSERT"), Some("INTO")) | (Some("DELETE"), Some("FROM")) => words.next(),
        (Some("UPDATE"), table) => table,
        _ => None,
    };
    let apart = ["UPDATE record SET followed", "UPDATE record SET revision"];
    table.is_some_and(|table| ACCOUNTED.contains_key(table))
        && !apart.iter().any(|begin| sql.starts_with(begin))
}

/// A place where what a table holds is not what the audit entries tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Table.
    pub table: String,
    /// Batch, where the table is parted by batches.
    pub batch: Option<String>,
    /// Rows there are beyond those told; negative where there are fewer. With none of either, what
    /// is in the rows differs.
    pub rows: i64,
}

impl Difference {
    fn at(name: &str, rows: i64) -> Self {
        let (table, batch) = match name.split_once('/') {
            Some((table, batch)) => (table, Some(batch.to_owned())),
            None => (name, None),
        };
        Self {
            table: table.to_owned(),
            batch,
            rows,
        }
    }
}

fn is_upgrade(action: &str) -> bool {
    action == Act::DatabaseUpgrade.id()
}

/// Every place where what the tables hold is not what the audit entries tell. Fan-out, a whole scan.
///
/// Sums of the first kind stand only before the upgrade, which begins anew with the whole content:
/// told behind a wide one, they are a difference of their own, as a second upgrade is.
///
/// # Errors
/// The store's own.
pub(crate) fn differences(conn: &mut Conn) -> Result<Vec<Difference>> {
    let mut told = Sums::<WIDE>::default();
    let mut wide = false;
    let mut unheard = BTreeSet::new();
    each_told(conn, &mut |action, sums| {
        let begins = !is_upgrade(action) || !wide;
        for (name, sum) in sums {
            if begins && told.hear(name, sum, action) {
                wide = true;
            } else if wide {
                unheard.insert(name.clone());
            }
        }
    })?;
    let mut held = Sums::default();
    each_held(conn, &mut |kept, row| held.put(kept, row))?;
    held.take(told);
    let mut found: Vec<Difference> = held.places().collect();
    for name in unheard {
        let place = Difference::at(&name, 0);
        let known = |d: &Difference| (&d.table, &d.batch) == (&place.table, &place.batch);
        if !found.iter().any(known) {
            found.push(place);
        }
    }
    Ok(found)
}

/// Gives what the entries tell to `each`, in the order of the log, behind their acts. What cannot
/// be read tells nothing: the sums differ, and the audit's own check names the entry.
fn each_told(
    conn: &mut Conn,
    each: &mut dyn FnMut(&str, &serde_json::Map<String, serde_json::Value>),
) -> Result<()> {
    for sql in [
        "SELECT e.detail, e.action FROM audit_log l JOIN audit_entry e \
         ON e.subject_key = l.subject_key AND e.entry_id = l.entry_id ORDER BY l.position",
        "SELECT e.detail, e.action FROM audit_entry e WHERE NOT EXISTS (SELECT 1 FROM audit_log l \
         WHERE l.subject_key = e.subject_key AND l.entry_id = e.entry_id) ORDER BY e.entry_id",
    ] {
        conn.stream(sql, &[], |row| {
            let (detail, action): (String, String) = (row.get(0)?, row.get(1)?);
            if !detail.contains(TOLD) {
                return Ok(ControlFlow::Continue(()));
            }
            let detail: serde_json::Value = serde_json::from_str(&detail).unwrap_or_default();
            if let Some(sums) = detail.get(TOLD).and_then(serde_json::Value::as_object) {
                each(&action, sums);
            }
            Ok(ControlFlow::Continue(()))
        })?;
    }
    Ok(())
}

/// Takes a row of a table of which sums are kept.
type EachHeld<'e> = dyn FnMut(&Accounted, &[(&str, Value<'_>)]) + 'e;

/// Steps that were not taken when the deployment was made: an entry tells of each.
const LATER: &str = "applied_at <> $1";

/// When the deployment was made, as the ledger spells it.
fn begun(conn: &mut Conn) -> Result<String> {
    Ok(crate::deployment::get(conn)?.created_at.to_string())
}

/// Gives every row of which a sum is kept to `each`.
fn each_held(conn: &mut Conn, each: &mut EachHeld<'_>) -> Result<()> {
    let begun = begun(conn)?;
    for kept in ACCOUNTED.values() {
        // A backup of an older program has not all of them.
        if !conn.has_table(kept.table.name)? {
            continue;
        }
        let begun = [Value::Text(&begun)];
        let filter: (&str, &[Value<'_>]) = match kept.table.name {
            // The note of a copy under way is each database's own.
            "setting" => ("name <> 'copy'", &[]),
            LEDGER => (LATER, &begun),
            _ => ("1 = 1", &[]),
        };
        image(conn, kept, filter, Aim::Verify, &mut |row| each(kept, row))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(rows: &[&str]) -> Content {
        let mut content = Content::default();
        for row in rows {
            content.put(&RowHash::of(&[("a", Value::Text(row)), ("b", Value::Null)]));
        }
        content
    }

    #[test]
    fn order_makes_no_difference_and_content_does() {
        let one = content(&["甲", "乙", "丙"]);
        assert_eq!(one, content(&["丙", "甲", "乙"]));
        assert_ne!(one.hash(), content(&["丙", "甲", "丁"]).hash());
        // A row twice is not the row once, and two values are not one.
        assert_ne!(content(&["甲", "甲"]).hash(), content(&["甲"]).hash());
        let mut parted = Content::<WIDE>::default();
        parted.put(&RowHash::of(&[
            ("a", Value::Text("甲")),
            ("b", Value::Text("")),
        ]));
        assert_ne!(parted.hash(), content(&["甲"]).hash());
        assert_eq!(one.hash().len(), 64);
    }

    #[test]
    fn what_is_put_in_can_be_taken_out_and_told() {
        let mut one = content(&["甲", "乙", "丙"]);
        one.take(content(&["乙"]));
        assert_eq!(one, content(&["甲", "丙"]));
        one.take(content(&["甲", "丁"]));
        assert_eq!(Content::read(&one.written()), Some(one));
        one.join(content(&["丁"]));
        one.take(content(&["丙"]));
        assert_eq!(one, Content::default());
        for wrong in ["", "1", "x:00", "1:gg", &format!("1:{}", "é".repeat(256))] {
            assert_eq!(Content::<WIDE>::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn statements_that_write_to_accounted_tables_are_known() {
        for sql in [
            "INSERT INTO setting (name) VALUES ($1)",
            "UPDATE batch SET sealed_at = $1",
            "UPDATE record SET payload = $1",
            "DELETE FROM subject_name WHERE subject_key = $1",
        ] {
            assert!(concerns(sql), "{sql}");
        }
        for sql in [
            "SELECT 1 FROM record",
            "INSERT INTO audit_entry (at) VALUES ($1)",
            "UPDATE record SET revision = revision + 1",
            "UPDATE record SET followed = TRUE",
        ] {
            assert!(!concerns(sql), "{sql}");
        }
    }
}
