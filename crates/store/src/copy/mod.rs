//! Copies a whole deployment from one database into another, empty one: SQLite and PostgreSQL in
//! all directions.
//!
//! The source is read in one transaction, so what is copied is one state of it. Rows go over in
//! the order of their keys, some thousand a transaction, and each transaction notes in the target
//! how far it got: a run that is killed goes on from there, as long as the source is what it was.
//! Nothing opens the target as a deployment before it is whole and has been compared, table by
//! table; and while one process copies into it, no other does (`dialect/claim.rs`).

mod note;

pub(crate) use note::under_way;
use note::{Mark, NOTE, Note};

use crate::content::Content;
use crate::{
    Conn, Db, Location, audit,
    columns::{Table, tables},
    db::Options,
    dialect::{Cell, Claim, Kind, NameRow, Purpose, Value, index_names},
    error::{Result, StoreError},
    migrate::{self, Layout},
    search,
};
use jiff::Timestamp;
use std::ops::ControlFlow;
use xinheng_domain::subject::SubjectKey;

/// Rows of one transaction, at most.
const ROWS: usize = 5_000;
/// Bytes of one transaction, about.
const BYTES: usize = 4 << 20;
/// The table of names, whose index is made anew.
const NAMES: &str = "name_entry";

/// How far a copy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyProgress {
    /// So many of all rows are in the target.
    Copied(u64, u64),
    /// So many of all rows of both databases are compared.
    Compared(u64, u64),
}

/// A table in both databases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedTable {
    /// Its name.
    pub table: &'static str,
    /// Rows in the source and in the target.
    pub rows: (u64, u64),
    /// Hash over the content, in the source and in the target.
    pub hash: (String, String),
}

impl CopiedTable {
    /// Whether both hold the same.
    #[must_use]
    pub fn equal(&self) -> bool {
        self.rows.0 == self.rows.1 && self.hash.0 == self.hash.1
    }
}

/// What a copy did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Every table, compared.
    pub tables: Vec<CopiedTable>,
    /// An earlier run had begun.
    pub resumed: bool,
    /// An earlier run had finished; this one only compared.
    pub already: bool,
    /// Writes to the source since the state that was copied.
    pub written_since: u64,
    /// Position and chain hash of the last line of the audit log, in both.
    pub head: Option<(u64, String)>,
}

impl Copied {
    /// Whether every table holds the same in both.
    #[must_use]
    pub fn equal(&self) -> bool {
        self.tables.iter().all(CopiedTable::equal)
    }
}

/// What the target was found to be.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Found {
    Empty,
    Begun(Note),
    /// It holds a deployment: right only if it is this one, whole.
    Whole,
}

/// A copy that is about to run.
#[derive(Debug)]
pub struct Copy {
    source: Db,
    target: Conn,
    found: Found,
    /// Nobody else copies into the target meanwhile.
    claim: Option<Claim>,
}

impl Copy {
    /// Looks at the target, and makes its tables where there are none.
    ///
    /// # Errors
    /// `SchemaOlder`, `SchemaNewer` for a target of another program; `Unsupported` for one that
    /// holds something else, is the source itself, or is being copied into by another process;
    /// the store's own.
    pub fn prepare(source: &Db, target: &Location, at: Timestamp) -> Result<Self> {
        let itself = || {
            refused(format!(
                "目标库“{target}”就是源库，是同一个数据库，没有作任何改动。请换一个空的库"
            ))
        };
        if source.location().is_same(target) {
            return Err(itself());
        }
        if target.has_other_names() {
            return Err(refused(format!(
                "目标库“{target}”的文件还有别的名称（硬链接）：从两个名称同时写入会损坏数据，\
                 没有作任何改动。请换一个空的库"
            )));
        }
        // Advice about one's own database would mislead: this one is only to be written to.
        let open = || {
            Conn::open(target, Purpose::Create, &Options::default()).map_err(|e| match e {
                StoreError::Corrupt(_) => refused(format!(
                    "目标库“{target}”的文件不是数据库，或者已经损坏，没有作任何改动。请换一个空的库"
                )),
                other => other,
            })
        };
        let mut conn = open()?;
        if source.read(|here| conn.meets(here))? {
            return Err(itself());
        }
        conn.require_byte_order()?;
        if !conn.has_table("schema_migration")? {
            if let Some(other) = conn.table_names()?.first() {
                return Err(refused(format!(
                    "目标库“{target}”里已经有别的表（例如 {other}），没有作任何改动。请换一个空的库"
                )));
            }
            drop(conn);
            migrate::run(target, Layout::Whole, at)?;
            conn = open()?;
        }
        migrate::require(&mut conn)?;
        // Looked at only by whoever holds it; one that is whole is only read.
        let Some(claim) = Claim::take(target)? else {
            return Err(refused(format!(
                "另一个复制正在写入目标库“{target}”，这一次没有复制任何内容。\
                 请等它结束；如果它中断了，再次运行会接着复制"
            )));
        };
        let found = found(&mut conn)?;
        let claim = (found != Found::Whole).then_some(claim);
        if found == Found::Whole {
            let here = source.read(crate::deployment::get)?;
            if crate::deployment::get(&mut conn).map(|there| there.id).ok() != Some(here.id) {
                return Err(refused(format!(
                    "目标库“{target}”里已经有别的数据，没有作任何改动。请换一个空的库"
                )));
            }
        }
        Ok(Self {
            source: source.clone(),
            target: conn,
            found,
            claim,
        })
    }

    /// Whether this is the first run: then the source notes that it is copied.
    #[must_use]
    pub fn begins(&self) -> bool {
        self.found == Found::Empty
    }

    /// Copies what is not copied yet, compares both databases, and opens the target for use
    /// where they are equal.
    ///
    /// # Errors
    /// `Unsupported` where the source has been written to since an earlier run; the store's own.
    /// What was copied stays, and the next run goes on from there.
    pub fn run(mut self, progress: &mut dyn FnMut(CopyProgress)) -> Result<Copied> {
        let source = self.source.clone();
        let (tables, mark, steps) = source.read(|conn| {
            conn.without_haste()?;
            let mark = Mark::of(conn)?;
            self.copy(conn, &mark, progress)?;
            let steps = migrate::moments(conn)?;
            Ok::<_, StoreError>((self.compare(conn, progress)?, mark, steps))
        })?;
        let now = source.read(audit::count)?;
        let copied = Copied {
            tables,
            resumed: matches!(self.found, Found::Begun(_)),
            already: self.found == Found::Whole,
            written_since: now.saturating_sub(mark.writes()),
            head: mark.head(),
        };
        if copied.equal() && !copied.already {
            // It may rest on a row that is written now. Whoever comes meanwhile finds all rows there,
            // and ends as this one does.
            self.claim = None;
            self.target.begin_write()?;
            self.target
                .execute("DELETE FROM setting WHERE name = $1", &[NOTE.into()])?;
            migrate::take_over(&mut self.target, &steps)?;
            self.target.commit()?;
            self.target.analyze()?;
        }
        Ok(copied)
    }

    fn copy(
        &mut self,
        source: &mut Conn,
        mark: &Mark,
        progress: &mut dyn FnMut(CopyProgress),
    ) -> Result<()> {
        let tables = tables();
        let all = count(source, &tables)?;
        let mut done = 0;
        let mut note = match &self.found {
            Found::Whole => {
                if Mark::of(&mut self.target)? == *mark {
                    return Ok(());
                }
                return Err(refused(
                    "目标库已经是本部署的一份副本，但与源库现在的状态不同，没有作任何改动。请换一个空的库重新复制"
                        .to_owned(),
                ));
            }
            Found::Empty => Note::begin(&mut self.target, mark)?,
            Found::Begun(note) if note.mark == *mark => {
                done = count(&mut self.target, &tables)?;
                note.clone()
            }
            Found::Begun(_) => {
                return Err(refused(
                    "源库在复制中断以后又有写入，或者目标库里是另一个部署的副本，不能接着复制，没有作任何改动。\
                     请换一个空的库重新复制，复制完成以前不要写入源库"
                        .to_owned(),
                ));
            }
        };
        progress(CopyProgress::Copied(done, all));
        let first = tables
            .iter()
            .position(|t| t.name == note.table)
            .unwrap_or(0);
        for table in tables.iter().skip(first) {
            let mut after = if table.name == note.table {
                note.after_cells(&key_kinds(table))
            } else {
                None
            };
            loop {
                let (rows, more) = page(source, table, after.as_deref())?;
                let Some(last) = rows.last() else { break };
                let key: Vec<Cell> = order(table).iter().map(|at| last[*at].clone()).collect();
                let next = note.at(table.name, &key);
                self.target.begin_write()?;
                let written = write(&mut self.target, table, &rows)
                    .and_then(|()| note.replace(&mut self.target, &next))
                    .and_then(|()| self.target.commit());
                if let Err(error) = written {
                    self.target.rollback();
                    return Err(error);
                }
                (note, after) = (next, Some(key));
                done += rows.len() as u64;
                progress(CopyProgress::Copied(done, all));
                if !more {
                    break;
                }
            }
        }
        Ok(())
    }

    fn compare(
        &mut self,
        source: &mut Conn,
        progress: &mut dyn FnMut(CopyProgress),
    ) -> Result<Vec<CopiedTable>> {
        let tables = tables();
        self.target.begin_read()?;
        self.target.without_haste()?;
        let all = count(source, &tables)? + count(&mut self.target, &tables)?;
        let mut done = 0;
        let mut shown = |rows: u64| {
            done += rows;
            progress(CopyProgress::Compared(done, all));
        };
        let mut compared = Vec::with_capacity(tables.len());
        for table in &tables {
            // Left out is what is each database's own: where a name stands in its index, and the
            // note of the copy under way.
            let filter = own(table);
            let without: &[&str] = if table.name == NAMES { &["rank"] } else { &[] };
            let here = Content::of(source, table, (&filter, without), &mut shown)?;
            let there = Content::of(&mut self.target, table, (&filter, without), &mut shown)?;
            compared.push(CopiedTable {
                table: table.name,
                rows: (here.rows.unsigned_abs(), there.rows.unsigned_abs()),
                hash: (here.hash(), there.hash()),
            });
        }
        self.target.rollback();
        Ok(compared)
    }
}

const fn refused(said: String) -> StoreError {
    StoreError::Unsupported(said)
}

fn found(target: &mut Conn) -> Result<Found> {
    if let Some(note) = under_way(target)? {
        return Ok(Found::Begun(note));
    }
    for table in tables() {
        // A migration makes an installation of its own, which says nothing yet.
        let any = format!("SELECT 1 FROM {} LIMIT 1", table.name);
        if table.name != "deployment" && target.query_one(&any, &[], |_| Ok(()))?.is_some() {
            return Ok(Found::Whole);
        }
    }
    Ok(Found::Empty)
}

/// Leaves out the note of the copy itself.
fn own(table: &Table) -> String {
    if table.name == "setting" {
        format!("name <> '{NOTE}'")
    } else {
        "1 = 1".to_owned()
    }
}

fn count(conn: &mut Conn, tables: &[Table]) -> Result<u64> {
    let mut all = 0;
    for table in tables {
        let sql = format!("SELECT count(*) FROM {} WHERE {}", table.name, own(table));
        all += conn
            .query_one(&sql, &[], |row| row.get::<u64>(0))?
            .unwrap_or_default();
    }
    Ok(all)
}

/// Places of the columns by which a table is read: its key, but names in the order of their
/// index, in which they load several times faster.
fn order(table: &Table) -> Vec<usize> {
    if table.name == NAMES {
        let place = |name: &str| table.columns.iter().position(|(column, _)| column == name);
        return ["rank", "subject_key"]
            .into_iter()
            .filter_map(place)
            .collect();
    }
    table.key_places()
}

fn key_kinds(table: &Table) -> Vec<Kind> {
    order(table).iter().map(|at| table.columns[*at].1).collect()
}

/// The rows after a key, as many as fit into one transaction, and whether more may follow.
fn page(
    source: &mut Conn,
    table: &Table,
    after: Option<&[Cell]>,
) -> Result<(Vec<Vec<Cell>>, bool)> {
    let columns = &table.columns;
    let list = |names: &mut dyn Iterator<Item = &str>| names.collect::<Vec<_>>().join(", ");
    let names = list(&mut columns.iter().map(|(name, _)| name.as_str()));
    let order = order(table);
    let key = list(&mut order.iter().map(|at| table.columns[*at].0.as_str()));
    let mut values: Vec<Value<'_>> = vec![Value::from(ROWS)];
    let mut from = String::new();
    if let Some(after) = after {
        let places: Vec<String> = (2..=after.len() + 1).map(|n| format!("${n}")).collect();
        from = format!("WHERE ({key}) > ({})", places.join(", "));
        values.extend(after.iter().map(Cell::value));
    }
    let sql = format!(
        "SELECT {names} FROM {} {from} ORDER BY {key} LIMIT $1",
        table.name
    );
    let (mut rows, mut bytes) = (Vec::new(), 0);
    source.stream(&sql, &values, |row| {
        let mut cells = Vec::with_capacity(columns.len());
        for (at, (_, kind)) in columns.iter().enumerate() {
            let cell = row.cell(at, *kind)?;
            bytes += cell.size() + std::mem::size_of::<Cell>();
            cells.push(cell);
        }
        rows.push(cells);
        Ok(if bytes < BYTES {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        })
    })?;
    let more = bytes >= BYTES || rows.len() == ROWS;
    Ok((rows, more))
}

fn write(target: &mut Conn, table: &Table, rows: &[Vec<Cell>]) -> Result<()> {
    if table.name != NAMES {
        return target.load(table.name, &table.columns, rows);
    }
    let at = |name: &str| table.columns.iter().position(|(column, _)| column == name);
    let places = ["rank", "subject_key", "name", "normalised", "current"].map(at);
    let keys: Vec<SubjectKey> = rows
        .iter()
        .map(|row| match places[1].and_then(|at| row.get(at)) {
            Some(Cell::Text(key)) => SubjectKey(key.clone()),
            _ => SubjectKey(String::new()),
        })
        .collect();
    let mut entries = Vec::with_capacity(rows.len());
    for (row, subject_key) in rows.iter().zip(&keys) {
        let cell = |place: usize| places[place].and_then(|at| row.get(at));
        let (
            Some(Cell::Int(rank)),
            Some(Cell::Text(name)),
            Some(Cell::Text(normalised)),
            Some(Cell::Bool(current)),
        ) = (cell(0), cell(2), cell(3), cell(4))
        else {
            return Err(crate::error::inconsistent(
                NAMES,
                "name",
                subject_key.as_str(),
            ));
        };
        entries.push(NameRow {
            rank: *rank,
            subject_key,
            name,
            normalised,
            current: *current,
            terms: search::index_terms(normalised),
        });
    }
    index_names(target, &mut entries)
}
