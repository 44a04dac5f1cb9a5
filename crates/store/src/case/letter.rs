//! Letters of cases, and the office's register of their numbers.

use crate::{Conn, Tx, dialect::table, error::Result, params};
use jiff::{Timestamp, civil::Date};
use xinheng_domain::case::CaseId;

table! {
    /// A letter as it went out.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Letter in "letter" by ["subject_key", "case_tail", "seq", "letter"] {
        /// The key by which the case is spread.
        subject_key: String,
        /// The rest of its number.
        case_tail: String,
        /// The event with which it was written.
        seq: u32,
        /// Its id in the kind.
        letter: String,
        /// Number; empty where the issuing department gives one of its own.
        number: String,
        /// Department that issues it; empty: the office.
        issuer: String,
        /// Title.
        title: String,
        /// To whom.
        addressee: String,
        /// Paragraphs, a line each.
        body: String,
        /// When.
        made_at: Timestamp,
    }
}

table! {
    /// A number of the office's register.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Numbered in "letter_number" by ["series", "year", "number"] {
        /// Series, as it stands before the year.
        series: String,
        /// Year.
        year: i64,
        /// From 1 in each year.
        number: i64,
        /// What is printed on it.
        code: String,
        /// The key by which the case is spread.
        subject_key: String,
        /// The rest of its number.
        case_tail: String,
        /// The event with which it was written.
        seq: u32,
        /// Its id in the kind.
        letter: String,
        /// The day on it.
        made_on: Date,
    }
}

impl Numbered {
    /// As it stands on the letter (GB/T 9704-2012, 7.2.5).
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{}〔{}〕{}号", self.series, self.year, self.number)
    }

    /// The case that wrote it.
    #[must_use]
    pub fn case(&self) -> CaseId {
        CaseId::new(&self.subject_key, &self.case_tail)
    }
}

/// The number that a series gives next in a year. Whoever adds it after another one comes too late
/// and runs again.
///
/// # Errors
/// The store's own.
pub fn next(conn: &mut Conn, series: &str, year: i64) -> Result<i64> {
    let last: Option<Option<i64>> = conn.query_one(
        "SELECT MAX(number) FROM letter_number WHERE series = $1 AND year = $2",
        params![series, year],
        |row| row.get(0),
    )?;
    Ok(last.flatten().unwrap_or(0) + 1)
}

/// Adds a letter, with its number where the office gives one.
///
/// # Errors
/// `Conflict` where the number was taken meanwhile.
pub fn add(tx: &mut Tx<'_>, letter: &Letter, number: Option<&Numbered>) -> Result<()> {
    if let Some(number) = number {
        tx.add(number)?;
    }
    tx.add(letter)
}

/// The letters of a case, in order.
///
/// # Errors
/// The store's own.
pub fn of_case(conn: &mut Conn, id: &CaseId) -> Result<Vec<Letter>> {
    conn.rows(
        "WHERE subject_key = $1 AND case_tail = $2 ORDER BY seq, letter",
        params![id.key(), id.tail()],
    )
}

/// The number of a letter; none where the office gave none.
///
/// # Errors
/// The store's own.
pub fn number_of(conn: &mut Conn, letter: &Letter) -> Result<Option<Numbered>> {
    conn.row(
        "WHERE subject_key = $1 AND case_tail = $2 AND seq = $3 AND letter = $4",
        params![
            &letter.subject_key,
            &letter.case_tail,
            i64::from(letter.seq),
            &letter.letter
        ],
    )
}

/// The number on which a code is printed.
///
/// # Errors
/// The store's own.
pub fn by_code(conn: &mut Conn, code: &str) -> Result<Option<Numbered>> {
    conn.row("WHERE code = $1", params![code])
}

/// The register of a year, the last number first.
///
/// # Errors
/// The store's own.
pub fn register(conn: &mut Conn, year: i64, limit: u32) -> Result<Vec<Numbered>> {
    conn.rows(
        "WHERE year = $1 ORDER BY made_on DESC, series, number DESC LIMIT $2",
        params![year, i64::from(limit)],
    )
}
