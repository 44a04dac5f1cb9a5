//! What officers do with a record: look at all of it, record the class that was stated for it,
//! withhold, withdraw. Every look and every act leaves an audit entry with its purpose or grounds.
//!
//! An act loads, decides and writes in one transaction, and what it rests on may not have changed
//! when it commits.

mod decide;
mod effect;
mod look;
mod readings;
mod say;
mod settle;
mod withhold;

pub(crate) use decide::open_classes;
pub use decide::{Decide, HELD, HeldLine, HeldLines, Stated, decide, held, some_held};
pub(crate) use effect::{Effect, take};
pub(crate) use look::official_fields;
pub use look::{History, OfficialLine, VersionView, of_subject, show};
pub(crate) use readings::unread;
pub use readings::{
    ReadingLine, ReadingLines, RowAbove, readings, readings_are_noted, some_readings,
};
pub use say::{ReadingBasis, Say, TextToRead, said, say, text_to_read, unsay};
pub(crate) use settle::{agrees, facts, settle};
pub use withhold::{Because, Confirm, WithheldLine, confirm, withheld, withhold};

use crate::{AppError, AppResult, Ctx};
use xinheng_domain::{
    catalogue::{Item, PublicityRule},
    publicity::{Class, PublicityColumns},
    record::{Record, RecordAct, RecordActKind, RecordId},
};
use xinheng_store::{
    Conn,
    record::{self, Stored},
};

pub(crate) fn purpose_given(text: &str, what: &str) -> AppResult<()> {
    if text.trim().chars().count() >= 2 {
        return Ok(());
    }
    Err(AppError::BadInput(if text.trim().is_empty() {
        format!("请写明{what}，它会写入审计。")
    } else {
        format!("{what}“{}”太短，请至少写2个字，它会写入审计。", text.trim())
    }))
}

fn find(conn: &mut Conn, id: &str) -> AppResult<Stored> {
    let id = RecordId(id.trim().to_owned());
    record::current(conn, &id)?.ok_or_else(|| unknown(&id))
}

fn unknown(id: &RecordId) -> AppError {
    AppError::NotFound(format!("没有编号为“{id}”的记录，请核对编号。"))
}

pub(crate) fn publicity_sentence(p: &PublicityColumns) -> String {
    match (p.from, p.until, &p.never, p.alarm_on) {
        (Some(from), Some(until), ..) => format!("{from}至{until}"),
        (Some(from), None, ..) => format!("{from}起，至事由终止"),
        (None, _, Some(reason), _) => format!("不公示：{reason}"),
        (None, _, None, Some(alarm)) => {
            format!("类别未定，等待作出决定的单位载明，暂缓公示，{alarm}提醒")
        }
        (None, ..) => "不公示".to_owned(),
    }
}

fn item_of<'a>(ctx: &Ctx<'a>, record: &Record) -> AppResult<&'a Item> {
    ctx.deployment()
        .rulebook()
        .item(&record.item)
        .ok_or_else(|| {
            AppError::Rulebook(format!(
                "目录项“{}”已有记录，但规则库中不再有这一项。",
                record.item
            ))
        })
}

fn class_of<'a>(ctx: &Ctx<'a>, record: &Record, class: &str) -> Option<&'a Class> {
    let rulebook = ctx.deployment().rulebook();
    match rulebook.item(&record.item).map(|i| &i.publicity) {
        Some(PublicityRule::Classes { table }) => rulebook.class(table, class, record.decided_on),
        _ => None,
    }
}

/// Whether a class stands against honours while it is in force.
pub(crate) fn is_grave(ctx: &Ctx<'_>, record: &Record, class: &str) -> bool {
    class_of(ctx, record, class).is_some_and(|c| c.grave)
}

/// A class in words.
pub(crate) fn class_name(ctx: &Ctx<'_>, record: &Record, class: &str) -> String {
    let known = class_of(ctx, record, class);
    known.map_or_else(|| class.to_owned(), |c| c.title.clone())
}

fn class_title(ctx: &Ctx<'_>, record: &Record, class: &str) -> String {
    let known = class_of(ctx, record, class);
    known.map_or_else(|| class.to_owned(), |c| format!("{}（{class}）", c.title))
}

/// An act of this context.
fn act(ctx: &Ctx<'_>, id: &RecordId, kind: RecordActKind, grounds: &str) -> RecordAct {
    RecordAct {
        record_id: id.clone(),
        kind,
        class: None,
        facts: None,
        grounds: grounds.trim().to_owned(),
        actor: ctx.actor().audit_name(),
        at: ctx.now(),
    }
}
