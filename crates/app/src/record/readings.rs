//! Texts that somebody has to read, and what their departments said of them. The finder masks in
//! doubt and at once; only the department unmasks, by a document (I6). Silence never does.

use super::{find, purpose_given};
use crate::{
    Act, AppError, AppResult, Ctx, RefusalCode, Scope,
    present::{Payload, shown_name},
    site,
    wording::{self, About, Doubt, Wordings},
};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use xinheng_domain::{
    catalogue::{Field, Item},
    condition::Values as _,
    reading::{Says, TextReading},
    record::RecordId,
    subject::{Subject, SubjectKey},
};
use xinheng_rulebook::READING_DUE;
use xinheng_store::{
    reading,
    record::{self, ListFilter, Stored},
    subject,
};

/// Records read at once.
const PAGE: u32 = 500;
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
    /// Last day for reading it, counted from the first receipt.
    pub due: Date,
    /// That day is over.
    pub overdue: bool,
}

/// What is recorded of a text.
#[derive(Debug, Clone, Copy)]
pub struct Say<'a> {
    /// A record in which the text stands.
    pub record: &'a str,
    /// Its field, by id or Chinese name.
    pub field: &'a str,
    /// What was said.
    pub says: Says,
    /// The piece that is spoken of, or the new wording.
    pub text: Option<&'a str>,
    /// ReadingBasis which document.
    pub by: ReadingBasis<'a>,
}

/// The document in which a department has said something, or why the office acts by itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadingBasis<'a> {
    /// Title or number of the document.
    pub document: Option<&'a str>,
    /// Its date.
    pub dated: Option<Date>,
    /// Who stated it.
    pub stated_by: Option<&'a str>,
    /// The office's grounds.
    pub grounds: Option<&'a str>,
}

impl ReadingBasis<'_> {
    /// Whether all of a document is there.
    ///
    /// # Errors
    /// A part of it is missing, or its day is to come.
    fn document(&self, today: Date) -> AppResult<bool> {
        let Some(document) = self.document else {
            return Ok(false);
        };
        purpose_given(document, "文件名称或者文号")?;
        purpose_given(self.stated_by.unwrap_or_default(), "出具文件的单位和人员")?;
        match self.dated {
            Some(day) if day <= today => Ok(true),
            Some(day) => Err(AppError::BadInput(format!(
                "文件日期{day}晚于今天，请核对。"
            ))),
            None => Err(AppError::BadInput("请写明文件日期。".to_owned())),
        }
    }

    fn allow(&self, ctx: &Ctx<'_>, departments: bool, what: &str) -> AppResult<()> {
        if self.document(ctx.today())? {
            return Ok(());
        }
        if departments {
            return Err(ctx.refused(RefusalCode::DocumentMissing, &[("what", what)]));
        }
        purpose_given(self.grounds.unwrap_or_default(), "理由")
    }
}

/// A text in its place.
struct Place<'a> {
    stored: &'a Stored,
    field: &'a Field,
    text: &'a str,
    about: &'a About,
}

fn about(
    wordings: &Wordings<'_>,
    item: &Item,
    (stored, payload): (&Stored, &Payload<'_>),
    subject: Option<&Subject>,
) -> About {
    let person_named = subject.is_some_and(|s| s.person_named)
        || site::names_a_person(wordings.office(), item, payload, subject);
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
    ctx.allow_in(Act::RecordReading, Scope::District)?;
    if let Some(code) = department {
        crate::department::require(ctx, code)?;
    }
    let mut lines: BTreeMap<(String, String), ReadingLine> = BTreeMap::new();
    for item in ctx.office().rulebook().items() {
        let mut filter = ListFilter {
            item: Some(item.id.clone()),
            department: department.map(str::to_owned),
            limit: PAGE,
            ..ListFilter::default()
        };
        loop {
            let (page, subjects, wordings) = ctx.load(Act::RecordReading, |conn| {
                let page = record::list(conn, &filter)?;
                let keys: Vec<&SubjectKey> = page.iter().map(|s| &s.record.subject_key).collect();
                let subjects = subject::get_many(conn, &keys)?;
                let wordings = Wordings::of(ctx.office(), conn, &keys)?;
                Ok((page, subjects, wordings))
            })?;
            for stored in page.iter().filter(|s| s.record.ended.is_none()) {
                let payload = Payload::parse(&stored.record.payload)?;
                let subject = subjects.get(&stored.record.subject_key);
                let about = about(&wordings, item, (stored, &payload), subject);
                for field in item.fields.iter().filter(|f| wording::is_read(f)) {
                    let text = payload.value(&field.id).unwrap_or_default();
                    let place = Place {
                        stored,
                        field,
                        text,
                        about: &about,
                    };
                    add(ctx, &wordings, &place, &mut lines)?;
                }
            }
            match page.last().filter(|_| page.len() == PAGE as usize) {
                Some(last) => filter.after = Some(last.cursor()),
                None => break,
            }
        }
    }
    let mut lines: Vec<ReadingLine> = lines.into_values().collect();
    lines.sort_by(|a, b| (a.due, &a.department, &a.record).cmp(&(b.due, &b.department, &b.record)));
    Ok(lines)
}

fn add(
    ctx: &Ctx<'_>,
    wordings: &Wordings<'_>,
    place: &Place<'_>,
    lines: &mut BTreeMap<(String, String), ReadingLine>,
) -> AppResult<()> {
    let about = place.about.for_cell(place.text);
    let Some(doubt) = wordings.doubt(place.text, &about) else {
        return Ok(());
    };
    if doubt.settled || doubt.pieces.is_empty() && doubt.withhold.is_none() {
        return Ok(());
    }
    let record = &place.stored.record;
    let due = due(ctx, record.first_received_on)?;
    let key = (record.department.clone(), doubt.text_hash.clone());
    let line = lines.entry(key).or_insert_with(|| ReadingLine {
        record: record.id.to_string(),
        field: place.field.id.clone(),
        field_name: shown_name(place.field),
        department: record.department.clone(),
        records: 0,
        doubtful: doubt.pieces.len() as u64,
        withheld: doubt.withhold.is_some(),
        returned: doubt.said.returned,
        wording: wordings
            .worded(place.text, &about)
            .text
            .chars()
            .take(SHOWN)
            .collect(),
        due,
        overdue: due < ctx.today(),
    });
    line.records += 1;
    line.due = line.due.min(due);
    line.overdue |= due < ctx.today();
    Ok(())
}

/// The last day for reading a text that was first received on a day.
fn due(ctx: &Ctx<'_>, received_on: Date) -> AppResult<Date> {
    let rulebook = ctx.office().rulebook();
    let days = rulebook
        .parameter(READING_DUE, received_on)
        .and_then(|p| p.number())
        .ok_or_else(|| AppError::Rulebook(format!("规则库中没有参数「{READING_DUE}」。")))?;
    let bad = |e: xinheng_domain::calendar::CalendarError| AppError::BadInput(e.to_string());
    let calendar = rulebook.calendars().at(ctx.now()).map_err(bad)?;
    Ok(calendar.deadline(received_on, days).map_err(bad)?.date)
}

/// What was recorded so far, in order. The pieces are names at times: they are not told.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn said(ctx: &Ctx<'_>) -> AppResult<Vec<TextReading>> {
    ctx.look(Act::RecordSaid, "对文字的说明", |read| {
        let mut seen = read.permit(Scope::District)?;
        let mut all = reading::all(&mut seen)?;
        for one in &mut all {
            one.piece = None;
        }
        let detail = json!({"count": all.len()});
        Ok(seen.done(all, detail))
    })
}

/// Records what was said of a text. Gives the number under which it can be taken back.
///
/// # Errors
/// Forbidden; unknown record or field; nothing stands there; no document where only the department
/// can say so; a piece that is not doubtful, or not there.
pub fn say(ctx: &Ctx<'_>, input: &Say<'_>) -> AppResult<u64> {
    ctx.allow(Act::RecordReading)?;
    if input.says == Says::Undone {
        return Err(AppError::BadInput("撤销请用专门的命令办理。".to_owned()));
    }
    input
        .by
        .allow(ctx, input.says.is_the_departments(), input.says.title())?;
    let stored = ctx.load(Act::RecordReading, |conn| find(conn, input.record))?;
    let item = super::item_of(ctx, &stored.record)?;
    let named = input.field.trim();
    let field = item
        .fields
        .iter()
        .find(|f| f.id == named || f.name == named)
        .filter(|f| wording::is_read(f))
        .ok_or_else(|| {
            AppError::NotFound(format!(
                "「{}」没有名称或者编号为「{named}」的文字栏，请核对。",
                item.title
            ))
        })?;
    let payload = Payload::parse(&stored.record.payload)?;
    let text = payload.value(&field.id).unwrap_or_default();
    if text.is_empty() {
        return Err(AppError::BadInput(format!(
            "记录「{}」的「{}」没有填写。",
            stored.record.id,
            shown_name(field)
        )));
    }
    let (doubt, about) = ctx.load(Act::RecordReading, |conn| {
        let key = &stored.record.subject_key;
        let wordings = Wordings::of(ctx.office(), conn, &[key])?;
        let subject = subject::get(conn, key)?;
        let about = about(&wordings, item, (&stored, &payload), subject.as_ref());
        let about = about.for_cell(text).into_owned();
        Ok((wordings.doubt(text, &about), about))
    })?;
    let piece = checked(ctx, input, text, (doubt.as_ref(), &about))?;
    let hash = wording::hash(text);
    let entry = TextReading {
        position: 0,
        department: stored.record.department.clone(),
        skeleton_hash: doubt.map_or_else(|| hash.clone(), |d| d.skeleton_hash),
        text_hash: hash,
        says: input.says,
        piece,
        undoes: None,
        record_id: stored.record.id.clone(),
        field: field.id.clone(),
        ..blank(ctx, &input.by)
    };
    kept(ctx, entry)
}

/// The piece that is spoken of, if it may be.
fn checked(
    ctx: &Ctx<'_>,
    input: &Say<'_>,
    text: &str,
    (doubt, about): (Option<&Doubt>, &About),
) -> AppResult<Option<String>> {
    let given = input.text.map(str::trim).unwrap_or_default();
    let needed = matches!(input.says, Says::NoPerson | Says::Mask | Says::Rewritten);
    if needed && given.chars().count() < 2 {
        return Err(AppError::BadInput(format!(
            "“{}”应当用 --text 写明文字，至少2个字。",
            input.says.title()
        )));
    }
    let refuse = |code| Err(ctx.refused(code, &[]));
    match input.says {
        Says::Masked if doubt.is_none_or(|d| d.masked == 0 && d.withhold.is_none()) => {
            refuse(RefusalCode::NothingMasked)
        }
        Says::NoPerson if about.is_own(given) => refuse(RefusalCode::OwnPerson),
        Says::NoPerson if !doubt.is_some_and(|d| d.pieces.iter().any(|p| p == given)) => {
            refuse(RefusalCode::NotDoubtful)
        }
        Says::Mask if !text.contains(given) => refuse(RefusalCode::PieceNotThere),
        _ => Ok(needed.then(|| given.to_owned())),
    }
}

/// A reading of this context, by a document or for the office's grounds.
fn blank(ctx: &Ctx<'_>, by: &ReadingBasis<'_>) -> TextReading {
    let text = |text: Option<&str>| text.map(str::trim).unwrap_or_default().to_owned();
    TextReading {
        position: 0,
        department: String::new(),
        text_hash: String::new(),
        skeleton_hash: String::new(),
        says: Says::Undone,
        piece: None,
        undoes: None,
        record_id: RecordId(String::new()),
        field: String::new(),
        document: text(by.document),
        dated_on: by.document.and(by.dated),
        stated_by: text(by.document.and(by.stated_by)),
        grounds: text(by.grounds),
        actor: ctx.actor().audit_name(),
        acted_at: ctx.now(),
    }
}

/// Writes a reading with its audit entry, which holds no piece of any text.
fn kept(ctx: &Ctx<'_>, reading: TextReading) -> AppResult<u64> {
    ctx.change(Act::RecordReading, |load| {
        let mut tx = load.permit(Scope::District)?;
        let number = reading::add(&mut tx, &reading)?;
        let detail = json!({
            "reading": number, "record": reading.record_id, "field": reading.field,
            "department": reading.department, "text": reading.text_hash,
            "says": reading.says.as_str(), "undoes": reading.undoes,
            "document": reading.document, "dated": reading.dated_on.map(|d| d.to_string()),
            "by": reading.stated_by, "grounds": reading.grounds,
        });
        Ok(tx
            .done(number, detail)
            .about(reading.record_id.subject_key()))
    })
}

/// Takes back what was recorded under a number: an act of its own.
///
/// # Errors
/// Forbidden; unknown number; taken back already; no document where more can be seen afterwards.
pub fn unsay(ctx: &Ctx<'_>, number: u64, by: &ReadingBasis<'_>) -> AppResult<u64> {
    ctx.allow_in(Act::RecordReading, Scope::District)?;
    let all = ctx.load(Act::RecordReading, |conn| Ok(reading::all(conn)?))?;
    let old = all.iter().find(|r| r.position == number);
    let Some(old) = old.filter(|r| r.says != Says::Undone) else {
        return Err(AppError::NotFound(format!(
            "没有编号为「{number}」的阅读结果，请核对编号（见「xinheng record readings --said」）。"
        )));
    };
    if all.iter().any(|r| r.undoes == Some(number)) {
        let number = number.to_string();
        return Err(ctx.refused(RefusalCode::UndoneAlready, &[("number", &number)]));
    }
    by.allow(ctx, old.says.hides(), "撤销加隐或者整段不公开")?;
    let entry = TextReading {
        department: old.department.clone(),
        text_hash: old.text_hash.clone(),
        skeleton_hash: old.skeleton_hash.clone(),
        undoes: Some(number),
        record_id: old.record_id.clone(),
        field: old.field.clone(),
        ..blank(ctx, by)
    };
    kept(ctx, entry)
}
