//! What departments said of texts of theirs, and what the office did about one: each an act with its
//! document or grounds. Only the department unmasks, by a document (I6).

use super::{find, purpose_given, readings::about};
use crate::{
    Action, AppError, AppResult, Ctx,
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

    fn allow(&self, today: Date, departments: bool, what: &str) -> AppResult<()> {
        if self.document(today)? {
            return Ok(());
        }
        if departments {
            return Err(AppError::Refused {
                code: "document-missing",
                message: format!(
                    "“{what}”只能由报送部门说明：请写明部门的文件（--document）、日期（--dated）、出具的单位和人员（--by）。没有文件的，信用办只能加隐、整段不公开或者退回。"
                ),
            });
        }
        purpose_given(self.grounds.unwrap_or_default(), "理由")
    }
}

/// What was recorded so far, in order. The pieces are names at times: they are not told.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn said(ctx: &Ctx<'_>) -> AppResult<Vec<TextReading>> {
    ctx.authorise(Action::Decide)?;
    let mut all = ctx
        .office()
        .db()
        .read(|conn| Ok::<_, AppError>(reading::all(conn)?))?;
    for one in &mut all {
        one.piece = None;
    }
    Ok(all)
}

/// Records what was said of a text. Gives the number under which it can be taken back.
///
/// # Errors
/// Forbidden; unknown record or field; nothing stands there; no document where only the department
/// can say so; a piece that is not doubtful, or not there.
pub fn say(ctx: &Ctx<'_>, input: &Say<'_>) -> AppResult<u64> {
    ctx.authorise(Action::Decide)?;
    if input.says == Says::Undone {
        return Err(AppError::BadInput("撤销请用专门的命令办理。".to_owned()));
    }
    input.by.allow(
        ctx.today(),
        input.says.is_the_departments(),
        input.says.title(),
    )?;
    let stored = find(ctx, input.record)?;
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
    let (doubt, about) = ctx.office().db().read(|conn| {
        let key = &stored.record.subject_key;
        let wordings = Wordings::of(ctx.office(), conn, &[key])?;
        let subject = subject::get(conn, key)?;
        let about = about(&wordings, item, (&stored, &payload), subject.as_ref());
        let about = about.for_cell(text).into_owned();
        Ok::<_, AppError>((wordings.doubt(text, &about), about))
    })?;
    let piece = checked(input, text, doubt.as_ref(), &about)?;
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
    input: &Say<'_>,
    text: &str,
    doubt: Option<&Doubt>,
    about: &About,
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
    let refuse = |code, message: &str| {
        Err(AppError::Refused {
            code,
            message: message.to_owned(),
        })
    };
    match input.says {
        Says::Masked if doubt.is_none_or(|d| d.masked == 0 && d.withhold.is_none()) => refuse(
            "nothing-masked",
            "这一栏没有隐去的内容，不需要记录。请核对记录编号和栏目。",
        ),
        Says::NoPerson if about.is_own(given) => refuse(
            "own-person",
            "这几个字是这条记录的法定代表人、经营者姓名，或者是其中一部分，不能恢复。请部门改写这段文字。",
        ),
        Says::NoPerson if !doubt.is_some_and(|d| d.pieces.iter().any(|p| p == given)) => refuse(
            "not-doubtful",
            "这几个字在这一栏里没有作为存疑的内容隐去，不能用“不是人名”恢复。确定是个人信息的，请部门改写这段文字。",
        ),
        Says::Mask if !text.contains(given) => {
            refuse("piece-not-there", "这一栏里没有这几个字，请核对。")
        }
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
    let number = ctx.office().db().write(|tx| {
        let number = reading::add(tx, &reading)?;
        let detail = json!({
            "reading": number, "record": reading.record_id, "field": reading.field,
            "department": reading.department, "text": reading.text_hash,
            "says": reading.says.as_str(), "undoes": reading.undoes,
            "document": reading.document, "dated": reading.dated_on.map(|d| d.to_string()),
            "by": reading.stated_by, "grounds": reading.grounds,
        });
        let entry = ctx.audit("record.reading", detail);
        let entry = match reading.record_id.subject_key() {
            Some(key) => entry.about(key),
            None => entry,
        };
        Ok::<_, AppError>((number, entry))
    })?;
    crate::ops::seal_audit(ctx)?;
    Ok(number)
}

/// Takes back what was recorded under a number: an act of its own.
///
/// # Errors
/// Forbidden; unknown number; taken back already, or itself what takes another back; no document where more can be seen afterwards.
pub fn unsay(ctx: &Ctx<'_>, number: u64, by: &ReadingBasis<'_>) -> AppResult<u64> {
    ctx.authorise(Action::Decide)?;
    let all = ctx
        .office()
        .db()
        .read(|conn| Ok::<_, AppError>(reading::all(conn)?))?;
    let old = all.iter().find(|r| r.position == number);
    let Some(old) = old else {
        return Err(AppError::NotFound(format!(
            "没有编号为「{number}」的阅读结果，请核对编号（见「xinheng record readings --said」）。"
        )));
    };
    if old.says == Says::Undone {
        return Err(AppError::Refused {
            code: "undoing",
            message: format!(
                "第{number}号本身就是撤销，不能再撤销。需要恢复原来的阅读结果的，请重新记录。"
            ),
        });
    }
    if all.iter().any(|r| r.undoes == Some(number)) {
        return Err(AppError::Refused {
            code: "undone-already",
            message: format!("编号为「{number}」的阅读结果已经撤销。"),
        });
    }
    by.allow(ctx.today(), old.says.hides(), "撤销加隐或者整段不公开")?;
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
