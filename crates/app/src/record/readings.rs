//! Texts that somebody has to read. The finder masks in doubt and at once; only the department
//! unmasks (`say.rs`). Silence never does.

use crate::{
    Act, AppError, AppResult, Ctx, Scope,
    department::Names,
    present::{Payload, shown_name},
    site,
    wording::{self, About, Wordings},
};
use jiff::{ToSpan as _, civil::Date};
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use xinheng_domain::{
    catalogue::{Field, Item},
    condition::Values as _,
    record::RecordId,
    subject::{Subject, SubjectKey},
};
use xinheng_rulebook::{PUBLISHED_READING_DUE, READING_DUE};
use xinheng_store::{
    Conn, Map,
    forward::{self, Above},
    reading::{self, VersionPlace},
    record::{self, ListFilter, Stored},
    subject,
};

/// Records read at once.
const PAGE: u32 = 500;
/// Records of which a page tells.
const PART: u32 = 200;
/// Characters of a text that a list shows.
const SHOWN: usize = 60;

/// A text that waits to be read by its department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadingLine {
    /// The first record in which it stands.
    pub record: String,
    /// Its field: id and Chinese name.
    pub field: String,
    /// Chinese name of the field.
    pub field_name: String,
    /// Department whose text it is.
    pub department: String,
    /// Name of that department.
    pub department_name: String,
    /// Records in which the same text stands.
    pub records: u64,
    /// Doubtful pieces that are masked; their number alone, since the list tells no names.
    pub doubtful: u64,
    /// The whole text is withheld.
    pub withheld: bool,
    /// It was sent back to the department.
    pub returned: bool,
    /// The beginning of its public wording.
    pub wording: String,
    /// Last day for reading it, counted from the first receipt; from the day on which it was
    /// doubted first, where that was later.
    pub due: Date,
    /// That day is over.
    pub overdue: bool,
    /// It had been shown before it was doubted: an earlier program, or other words.
    pub published: bool,
    /// Where it was sent above before that, unmasked: to be corrected there as well.
    pub above: Vec<RowAbove>,
}

/// A row of a file for the platform above.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowAbove {
    /// Its record.
    pub record: String,
    /// Base name of the file.
    pub file: String,
    /// Row in it, from 1.
    pub row: u64,
    /// The day on which the file was made.
    pub made_on: Date,
}

/// A text in its place.
struct Place<'a> {
    stored: &'a Stored,
    field: &'a Field,
    text: &'a str,
    about: &'a About,
}

pub(super) fn about(
    wordings: &Wordings<'_>,
    item: &Item,
    (stored, payload): (&Stored, &Payload<'_>),
    subject: Option<&Subject>,
) -> About {
    let person_named = subject.is_some_and(|s| s.person_named)
        || site::names_a_person(wordings.deployment(), item, payload, subject);
    let record = &stored.record;
    wordings.about(
        (item, &record.department),
        payload,
        &record.subject_key,
        (person_named, subject),
    )
}

/// The list of texts to be read: those with doubtful pieces or withheld whole that their department
/// has not spoken of, the earliest due first. Equal texts of a department are one line.
///
/// # Errors
/// Forbidden; unknown department; faults of the store; the calendar does not reach.
pub fn readings(ctx: &Ctx<'_>, department: Option<&str>) -> AppResult<Vec<ReadingLine>> {
    let scope = department.map_or(Scope::District, Scope::Department);
    ctx.allow_in(Act::RecordReading, scope)?;
    if let Some(code) = department {
        crate::department::require(ctx, code)?;
    }
    let of = ctx.load(Act::RecordReading, |conn| whose(ctx, conn, department))?;
    let mut list = List::default();
    let noted = readings_are_noted(ctx)?;
    for department in &of {
        match noted {
            true => list.add_noted(ctx, department.as_deref())?,
            false => list.add_all(ctx, department.as_deref())?,
        }
    }
    list.lines(ctx, department)
}

/// A part of the list of texts to be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadingLines {
    /// Its lines, the earliest due first.
    pub lines: Vec<ReadingLine>,
    /// The record behind which the next part begins.
    pub next: Option<String>,
}

/// A part of the list behind this record, from so many records that a page is quick however many
/// there are. Nothing where the list would have to read every record.
///
/// # Errors
/// As [`readings`].
pub fn some_readings(
    ctx: &Ctx<'_>,
    department: Option<&str>,
    after: Option<&str>,
) -> AppResult<Option<ReadingLines>> {
    let scope = department.map_or(Scope::District, Scope::Department);
    ctx.allow_in(Act::RecordReading, scope)?;
    if let Some(code) = department {
        crate::department::require(ctx, code)?;
    }
    let after = after.map(|id| RecordId(id.to_owned()));
    let (noted, page) = ctx.load(Act::RecordReading, |conn| {
        let noted = wording::all_noted(ctx.deployment(), conn)?;
        let mut records = Vec::new();
        for department in whose(ctx, conn, department)?.iter().filter(|_| noted) {
            let some = record::doubted(conn, department.as_deref(), after.as_ref(), PART)?;
            records.extend(some);
        }
        records.sort_by(|a, b| {
            let (a, b) = (&a.record.id, &b.record.id);
            (a.key_text(), a.tail()).cmp(&(b.key_text(), b.tail()))
        });
        records.truncate(PART as usize);
        Ok((noted, Page::of(ctx, conn, records)?))
    })?;
    if !noted {
        return Ok(None);
    }
    let mut list = List::default();
    list.add_page(ctx, &page)?;
    let next = page.full_until(PART).map(|last| last.record.id.to_string());
    let lines = list.lines(ctx, department)?;
    Ok(Some(ReadingLines { lines, next }))
}

/// How many lines the list has, of its first records, and whether there may be more: counted quickly,
/// for a desk. Nothing where the list would have to read every record.
///
/// # Errors
/// Forbidden; faults of the store.
pub(crate) fn unread(ctx: &Ctx<'_>, department: Option<&str>) -> AppResult<(u64, bool)> {
    let page = ctx.load(Act::RecordReading, |conn| {
        let noted = wording::all_noted(ctx.deployment(), conn)?;
        let (mut records, mut more) = (Vec::new(), !noted);
        for department in whose(ctx, conn, department)?.iter().filter(|_| noted) {
            let some = record::doubted(conn, department.as_deref(), None, PAGE)?;
            more |= some.len() == PAGE as usize;
            records.extend(some);
        }
        Ok((Page::of(ctx, conn, records)?, more))
    });
    let (page, more) = page?;
    let mut list = List::default();
    list.add_page(ctx, &page)?;
    Ok((list.0.len() as u64, more))
}

/// A department with those before it; all of them together where none is named.
fn whose(
    ctx: &Ctx<'_>,
    conn: &mut Conn,
    department: Option<&str>,
) -> AppResult<Vec<Option<String>>> {
    let Some(code) = department else {
        return Ok(vec![None]);
    };
    let codes = crate::department::with_those_before(ctx, conn, code)?;
    Ok(codes.into_iter().map(Some).collect())
}

/// Whether the list looks where texts to be read are noted. Where another finder has come since, it
/// reads every record, until `db migrate` or `rulebook apply` has noted them anew.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn readings_are_noted(ctx: &Ctx<'_>) -> AppResult<bool> {
    ctx.load(Act::RecordReading, |conn| {
        wording::all_noted(ctx.deployment(), conn)
    })
}

/// Lines by department and text, and the records of those texts that were shown before they were
/// doubted.
#[derive(Default)]
struct List(BTreeMap<(String, String), (ReadingLine, Vec<Before>)>);

/// A record that was shown before a text of it was doubted.
struct Before {
    record: String,
    found_on: Date,
}

impl List {
    fn add_noted(&mut self, ctx: &Ctx<'_>, department: Option<&str>) -> AppResult<()> {
        let mut after = None;
        loop {
            let page = ctx.load(Act::RecordReading, |conn| {
                let records = record::doubted(conn, department, after.as_ref(), PAGE)?;
                Page::of(ctx, conn, records)
            })?;
            self.add_page(ctx, &page)?;
            match page.full_until(PAGE) {
                Some(last) => after = Some(last.record.id.clone()),
                None => return Ok(()),
            }
        }
    }

    fn add_all(&mut self, ctx: &Ctx<'_>, department: Option<&str>) -> AppResult<()> {
        for item in ctx.deployment().rulebook().items() {
            let mut filter = ListFilter {
                item: Some(item.id.clone()),
                department: department.map(str::to_owned),
                limit: PAGE,
                ..ListFilter::default()
            };
            loop {
                let page = ctx.load(Act::RecordReading, |conn| {
                    let records = record::list(conn, &filter)?;
                    Page::of(ctx, conn, records)
                })?;
                self.add_page(ctx, &page)?;
                match page.full_until(PAGE) {
                    Some(last) => filter.after = Some(last.cursor()),
                    None => break,
                }
            }
        }
        Ok(())
    }

    fn add_page(&mut self, ctx: &Ctx<'_>, page: &Page<'_>) -> AppResult<()> {
        for stored in page.records.iter().filter(|s| s.record.ended.is_none()) {
            let Some(item) = ctx.deployment().rulebook().item(&stored.record.item) else {
                continue;
            };
            let payload = Payload::parse(&stored.record.payload)?;
            let subject = page.subjects.get(&stored.record.subject_key);
            let about = about(&page.wordings, item, (stored, &payload), subject);
            for field in item.fields.iter().filter(|f| wording::is_read(f)) {
                let text = payload.value(&field.id).unwrap_or_default();
                let place = Place {
                    stored,
                    field,
                    text,
                    about: &about,
                };
                self.add(ctx, page, &place)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, ctx: &Ctx<'_>, page: &Page<'_>, place: &Place<'_>) -> AppResult<()> {
        let about = place.about.for_cell(place.text);
        let Some(doubt) = page.wordings.doubt(place.text, &about) else {
            return Ok(());
        };
        if doubt.settled || doubt.pieces.is_empty() && doubt.withhold.is_none() {
            return Ok(());
        }
        let record = &place.stored.record;
        let version = (record.id.clone(), record.version);
        // What is not noted yet counts from the day of its first list.
        let found_on = page.noted.get(&version).copied().unwrap_or(ctx.today());
        let (due, published) = due(ctx, place.stored, found_on)?;
        let key = (record.department.clone(), doubt.text_hash.clone());
        let (line, before) = self.0.entry(key).or_insert_with(|| {
            let line = ReadingLine {
                record: record.id.to_string(),
                field: place.field.id.clone(),
                field_name: shown_name(&place.field.name, place.field.kind),
                department: record.department.clone(),
                department_name: String::new(),
                records: 0,
                doubtful: doubt.pieces.len() as u64,
                withheld: doubt.withhold.is_some(),
                returned: doubt.said.returned,
                wording: page
                    .wordings
                    .worded(place.text, &about)
                    .text
                    .chars()
                    .take(SHOWN)
                    .collect(),
                due,
                overdue: due < ctx.today(),
                published: false,
                above: Vec::new(),
            };
            (line, Vec::new())
        });
        line.records += 1;
        line.due = line.due.min(due);
        line.overdue |= due < ctx.today();
        line.published |= published;
        if published {
            before.push(Before {
                record: record.id.to_string(),
                found_on,
            });
        }
        Ok(())
    }

    /// The lines, with the rows that were sent above as they had been shown.
    fn lines(self, ctx: &Ctx<'_>, department: Option<&str>) -> AppResult<Vec<ReadingLine>> {
        // Some of these records are not public: that they are there is told for a purpose alone.
        let mut lines = ctx.look(Act::RecordReadings, "待阅读的文字", |read| {
            let mut seen = read.permit(department.map_or(Scope::District, Scope::Department))?;
            let names = Names::of(&mut seen)?;
            let mut lines = Vec::with_capacity(self.0.len());
            for (mut line, before) in self.0.into_values() {
                line.above = rows_above(&mut seen, &before)?;
                line.department_name = names.name(&line.department);
                lines.push(line);
            }
            let detail = json!({"department": department, "count": lines.len()});
            Ok(seen.done(lines, detail))
        })?;
        lines.sort_by(|a, b| {
            (a.due, &a.department, &a.record).cmp(&(b.due, &b.department, &b.record))
        });
        Ok(lines)
    }
}

/// Records of a list with what they are read by.
struct Page<'a> {
    records: Vec<Stored>,
    subjects: HashMap<SubjectKey, Subject>,
    wordings: Wordings<'a>,
    /// The day on which something to be read was found first.
    noted: Map<VersionPlace, Date>,
}

impl<'a> Page<'a> {
    fn of(ctx: &Ctx<'a>, conn: &mut Conn, records: Vec<Stored>) -> AppResult<Self> {
        let keys: Vec<&SubjectKey> = records.iter().map(|s| &s.record.subject_key).collect();
        let subjects = subject::get_many(conn, &keys)?;
        let wordings = Wordings::of(ctx.deployment(), conn, &keys)?;
        let noted = reading::noted(conn, &keys)?;
        Ok(Self {
            subjects,
            wordings,
            noted,
            records,
        })
    }

    /// The last record, where there may be more behind it: there are as many as were asked for.
    fn full_until(&self, most: u32) -> Option<&Stored> {
        self.records
            .last()
            .filter(|_| self.records.len() == most as usize)
    }
}

/// Where these records stood in the files sent above before their texts were doubted, unless the
/// platform has refused them.
fn rows_above(conn: &mut Conn, before: &[Before]) -> AppResult<Vec<RowAbove>> {
    let names: Vec<&str> = before.iter().map(|b| b.record.as_str()).collect();
    let sent = forward::last_sent(conn, &names)?;
    let places: Vec<(String, u32)> = sent.iter().map(|(n, s)| (n.clone(), s.version)).collect();
    let states = forward::states(conn, &places)?;
    let mut rows = Vec::new();
    for one in before {
        let Some(last) = sent.get(&one.record) else {
            continue;
        };
        let refused = matches!(
            states.get(&(one.record.clone(), last.version)),
            Some(Above::Refused { .. })
        );
        // On the day itself it is not told whether it was before or after.
        let made_on = crate::civil_day(last.made_at);
        if !refused && made_on <= one.found_on {
            rows.push(RowAbove {
                record: one.record.clone(),
                file: last.file_name.clone(),
                row: last.position,
                made_on,
            });
        }
    }
    Ok(rows)
}

/// The last day for reading a text, and whether it had been shown before it was doubted: then it
/// counts from that day, otherwise from the receipt.
fn due(ctx: &Ctx<'_>, stored: &Stored, found_on: Date) -> AppResult<(Date, bool)> {
    let later = found_on > stored.known_on();
    let start = if later {
        found_on
    } else {
        stored.record.first_received_on
    };
    let rulebook = ctx.deployment().rulebook();
    let days = |id| ctx.deployment().number(id, start);
    if later && stored.was_public(found_on) {
        let days = days(PUBLISHED_READING_DUE)?;
        return Ok((start.saturating_add(i64::from(days).days()), true));
    }
    let bad = |e: xinheng_domain::calendar::CalendarError| AppError::BadInput(e.to_string());
    let calendar = rulebook.calendars().at(ctx.now()).map_err(bad)?;
    let days = days(READING_DUE)?;
    Ok((calendar.deadline(start, days).map_err(bad)?.date, false))
}
