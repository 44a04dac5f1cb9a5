//! What departments said of texts of theirs, and what the office did about one: each an act with its
//! document or grounds. Only the department unmasks, by a document (I6).

use super::{find, purpose_given, readings::about};
use crate::{
    Act, Actor, AppError, AppResult, Ctx, RefusalCode, Scope,
    present::{Payload, shown_name},
    wording::{self, About, Doubt, Wordings},
};
use jiff::civil::Date;
use serde_json::json;
use xinheng_domain::{
    condition::Values as _,
    reading::{Says, TextReading},
    record::RecordId,
};
use xinheng_store::{reading, subject};

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
    /// What a department's own reviewer says is the department's word: no other document is asked for.
    /// Whoever acts for a department and may speak of a text speaks of its own.
    fn or_own(&self, ctx: &Ctx<'_>) -> Self {
        match ctx.actor() {
            Actor::Account {
                department: Some(_),
                ..
            } if self.document.is_none() => Self {
                document: Some("公示审查"),
                dated: Some(ctx.today()),
                stated_by: Some("本部门审核人"),
                grounds: self.grounds,
            },
            _ => *self,
        }
    }

    /// Whether all of a document is there.
    ///
    /// # Errors
    /// A part of it is missing, or its day is to come.
    fn document(&self, today: Date) -> AppResult<bool> {
        let Some(document) = self.document else {
            if self.dated.is_some() || self.stated_by.is_some() {
                return Err(AppError::BadInput(
                    "写明了日期或者单位和人员的，请一并写明文件（--document）。".to_owned(),
                ));
            }
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
    let stored = ctx.load(Act::RecordReading, |conn| find(conn, input.record))?;
    let department = stored.record.department.as_str();
    ctx.allow_in(
        Act::RecordReading,
        Scope::Matter(department, &stored.record.item),
    )?;
    let by = input.by.or_own(ctx);
    by.allow(ctx, input.says.is_the_departments(), input.says.title())?;
    let item = super::item_of(ctx, &stored.record)?;
    let named = input.field.trim();
    let field = item
        .fields
        .iter()
        .find(|f| f.id == named || f.name == named)
        .filter(|f| wording::is_read(f))
        .ok_or_else(|| {
            AppError::NotFound(format!(
                "“{}”没有名称或者编号为“{named}”的文字栏，请核对。",
                item.title
            ))
        })?;
    let payload = Payload::parse(&stored.record.payload)?;
    let text = payload.value(&field.id).unwrap_or_default();
    if text.is_empty() {
        return Err(AppError::BadInput(format!(
            "记录“{}”的“{}”没有填写。",
            stored.record.id,
            shown_name(&field.name, field.kind)
        )));
    }
    let (doubt, about) = ctx.load(Act::RecordReading, |conn| {
        let key = &stored.record.subject_key;
        let wordings = Wordings::of(ctx.deployment(), conn, &[key])?;
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
        ..blank(ctx, &by)
    };
    kept(ctx, entry, &stored.record.item)
}

/// A text as its department reads it before it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextToRead {
    /// The record in which it stands.
    pub record: String,
    /// Its field: id and Chinese name.
    pub field: (String, String),
    /// Department whose text it is.
    pub department: String,
    /// Its words, and whether the finder doubts them.
    pub pieces: Vec<(String, bool)>,
    /// The words that are doubted, each once.
    pub doubtful: Vec<String>,
    /// What leaves of it now.
    pub wording: String,
}

/// A text that somebody has to read, as it was handed in.
///
/// # Errors
/// Forbidden; unknown record or field.
pub fn text_to_read(ctx: &Ctx<'_>, record: &str, field: &str) -> AppResult<TextToRead> {
    ctx.look(Act::RecordText, "公示审查", |mut read| {
        let stored = find(&mut read, record)?;
        let department = stored.record.department.clone();
        let mut seen = read.permit(Scope::Department(&department))?;
        let item = super::item_of(ctx, &stored.record)?;
        let field = item.field(field).filter(|f| wording::is_read(f));
        let field = field.ok_or_else(|| AppError::NotFound("没有这一栏文字。".to_owned()))?;
        let payload = Payload::parse(&stored.record.payload)?;
        let text = payload.value(&field.id).unwrap_or_default();
        let key = &stored.record.subject_key;
        let wordings = Wordings::of(ctx.deployment(), &mut seen, &[key])?;
        let subject = subject::get(&mut seen, key)?;
        let about = about(&wordings, item, (&stored, &payload), subject.as_ref());
        let about = about.for_cell(text).into_owned();
        let mut doubtful = wordings
            .doubt(text, &about)
            .map_or_else(Vec::new, |d| d.pieces);
        doubtful.sort();
        doubtful.dedup();
        let found = TextToRead {
            record: stored.record.id.to_string(),
            field: (field.id.clone(), shown_name(&field.name, field.kind)),
            pieces: marked(text, &doubtful),
            wording: wordings.worded(text, &about).text.into_owned(),
            doubtful,
            department: department.clone(),
        };
        let detail = json!({"record": found.record, "field": found.field.0});
        let key = stored.record.subject_key.clone();
        Ok(seen.done(found, detail).about(Some(key)))
    })
}

/// The text cut where a doubted piece begins and ends; the longest of those that begin at a place.
fn marked(text: &str, doubtful: &[String]) -> Vec<(String, bool)> {
    let mut pieces: Vec<(String, bool)> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let here = doubtful
            .iter()
            .filter(|piece| rest.starts_with(piece.as_str()));
        let (piece, marked) = match here.max_by_key(|piece| piece.len()) {
            Some(piece) if !piece.is_empty() => (piece.as_str(), true),
            _ => (
                rest.get(..rest.chars().next().map_or(0, char::len_utf8))
                    .unwrap_or(rest),
                false,
            ),
        };
        rest = rest.get(piece.len()..).unwrap_or_default();
        match pieces.last_mut() {
            Some((last, false)) if !marked => last.push_str(piece),
            _ => pieces.push((piece.to_owned(), marked)),
        }
    }
    pieces
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
    if !needed && !given.is_empty() {
        // Whoever names a piece may mean that piece alone.
        return Err(AppError::BadInput(format!(
            "“{}”是对整段文字说的，不用 --text。只隐去几个字的，请用 --says mask。",
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
fn kept(ctx: &Ctx<'_>, reading: TextReading, item: &str) -> AppResult<u64> {
    ctx.change(Act::RecordReading, |load| {
        let mut tx = load.permit(Scope::Matter(&reading.department, item))?;
        let number = reading::add(&mut tx, &reading)?;
        let detail = json!({
            "reading": number, "record": reading.record_id, "field": reading.field,
            "department": reading.department, "text": reading.text_hash,
            "says": reading.says.as_str(), "undoes": reading.undoes,
            "document": reading.document, "dated": reading.dated_on.map(|d| d.to_string()),
            "by": reading.stated_by, "grounds": reading.grounds,
        });
        let key = reading.record_id.subject_key();
        Ok(tx.done(number, detail).about(key))
    })
}

/// Takes back what was recorded under a number: an act of its own.
///
/// # Errors
/// Forbidden; unknown number; taken back already, or itself what takes another back; no document where more can be seen afterwards.
pub fn unsay(ctx: &Ctx<'_>, number: u64, by: &ReadingBasis<'_>) -> AppResult<u64> {
    ctx.allow(Act::RecordReading)?;
    let all = ctx.load(Act::RecordReading, |conn| Ok(reading::all(conn)?))?;
    let old = all.iter().find(|r| r.position == number);
    let Some(old) = old else {
        return Err(AppError::NotFound(format!(
            "没有编号为“{number}”的阅读结果，请核对编号（见“xinheng record readings --said”）。"
        )));
    };
    let of = ctx.load(Act::RecordReading, |conn| {
        find(conn, old.record_id.as_str())
    })?;
    let item = of.record.item.as_str();
    ctx.allow_in(Act::RecordReading, Scope::Matter(&old.department, item))?;
    if old.says == Says::Undone {
        return Err(ctx.refused(RefusalCode::Undoing, &[("number", &number.to_string())]));
    }
    if all.iter().any(|r| r.undoes == Some(number)) {
        let number = number.to_string();
        return Err(ctx.refused(RefusalCode::UndoneAlready, &[("number", &number)]));
    }
    let by = &by.or_own(ctx);
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
    kept(ctx, entry, item)
}
