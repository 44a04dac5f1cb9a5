//! What an organisation's slip (授权查询) lets somebody see: exactly its sections, to whoever was let in
//! by the step that says so, on that day.

use super::record::{OwnRecordView, subject, whole};
use crate::{
    Act, AppError, AppResult, Ctx,
    case::{Opened, opened},
};
use jiff::civil::Date;
use serde_json::json;
use std::collections::BTreeMap;
use xinheng_domain::{
    case::{Event, Filled},
    condition::Values as _,
    subject::SubjectKey,
};
use xinheng_store::{record as records, subject as subjects};

/// The kind of a slip, its step that lets somebody see, and its fields.
const KIND: &str = "authorisation";
const LOOK: &str = "look";
const FIELDS: [&str; 3] = ["RECIPIENT", "PURPOSE", "SECTIONS"];
const UNTIL: &str = "UNTIL";
/// The section that holds what the public sees.
const PUBLIC: &str = "公示中的记录";

/// What a slip lets somebody see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extract {
    /// Number of the slip's case.
    pub case: String,
    /// Name and code of the organisation.
    pub subject: (String, String),
    /// To whom.
    pub recipient: String,
    /// For what.
    pub purpose: String,
    /// What.
    pub sections: String,
    /// Until when.
    pub until: String,
    /// The day of the look.
    pub on: Date,
    /// The records.
    pub records: Vec<OwnRecordView>,
}

/// What a slip lets the one see who was let in today by whoever asks. Leaves a line, which the
/// organisation sees.
///
/// # Errors
/// Forbidden; no such case, or one of another kind; over; nobody was let in today.
pub fn extract(ctx: &Ctx<'_>, id: &str) -> AppResult<Extract> {
    ctx.look(Act::CaseExtract, "凭本单位的授权查询", |read| {
        let Opened {
            mut seen, loaded, ..
        } = opened(ctx, read, id)?;
        let case = &loaded.case;
        if loaded.kind.id != KIND {
            return Err(AppError::NotFound("这不是授权查询的办件。".to_owned()));
        }
        let actor = ctx.actor().audit_name();
        let by_me = |e: &&Event| e.actor == actor && e.day() == ctx.today();
        let step = loaded.kind.step(LOOK);
        let open = step.is_some_and(|s| s.from.iter().any(|state| state == case.state()));
        if !open {
            let state = loaded.kind.state(case.state()).map_or("", |s| &s.title);
            return Err(AppError::BadInput(format!(
                "{state}，不能再查询。需要查询的，请单位重新授权。"
            )));
        }
        let seen_by = case.events.iter().rev().filter(|e| e.step == LOOK);
        if seen_by.take(1).find(by_me).is_none() {
            return Err(AppError::BadInput(
                "请先核对查询人的文件，办理“凭授权查询”，再打印授权的内容。".to_owned(),
            ));
        }
        let nothing = BTreeMap::new();
        let filled = Filled {
            case: Some(case),
            now: &nothing,
        };
        let value = |field: &str| filled.value(field).unwrap_or_default().to_owned();
        let [recipient, purpose, sections] = FIELDS.map(value);
        let until = value(UNTIL);
        let key = SubjectKey(case.id.key().to_owned());
        let own = subject(&mut seen, &key)?;
        let keys = subjects::keys_of(&mut seen, &own.code)?;
        let mut views = Vec::new();
        for stored in records::of_subjects(&mut seen, &keys, None, None, super::LISTED)? {
            views.push(whole(ctx, &mut seen, &own, &stored)?);
        }
        views.retain(|view| sections != PUBLIC || view.line.public);
        let detail = json!({"case": case.id.0, "records": views.len()});
        let extract = Extract {
            case: case.id.to_string(),
            subject: (own.name, own.code),
            recipient,
            purpose,
            sections,
            until,
            on: ctx.today(),
            records: views,
        };
        Ok(seen.done(extract, detail).about(Some(key)))
    })
}
