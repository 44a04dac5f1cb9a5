//! The audit as its administrator reads it: who did what, when, from where, with what outcome. Never
//! names, file names or content; an id may hold an organisation's code.

use crate::{
    AppResult, Ctx, Scope,
    account::{logins, shown},
};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use serde_json::json;
use std::collections::HashMap;
use xinheng_domain::{act::Act, calendar::civil_day};
use xinheng_store::audit;

/// Entries that one search goes through at most; it says where to go on.
const SCANNED: usize = 20_000;
/// Entries read at once.
const PAGE: u32 = 1_000;

/// Which entries.
#[derive(Debug, Clone, Copy, Default)]
pub struct AuditQuery<'a> {
    /// First civil day.
    pub from: Option<Date>,
    /// Last civil day.
    pub until: Option<Date>,
    /// Id of an act.
    pub act: Option<&'a str>,
    /// Login of an account, or the name in the entry.
    pub actor: Option<&'a str>,
    /// From before this entry.
    pub before: Option<&'a str>,
    /// At most so many.
    pub limit: usize,
}

/// An entry, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditLine {
    /// Id of the entry.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// Who: login of an account, or the name in the entry.
    pub actor: String,
    /// The department for which they acted; none for the office.
    pub acts_for: Option<String>,
    /// Id of the act.
    pub act: String,
    /// The act in Chinese.
    pub title: String,
    /// From where, where it is told.
    pub address: Option<String>,
    /// How it ended, where that is told.
    pub outcome: Option<String>,
    /// What it was about: id of a record, a batch, an account.
    pub about: Option<String>,
    /// Why, where somebody looked at what is not public.
    pub purpose: Option<String>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditPage {
    /// Entries, newest first.
    pub lines: Vec<AuditLine>,
    /// Where to go on, where there may be more.
    pub next: Option<String>,
}

/// Particulars that name what an entry is about.
const ABOUT: [&str; 6] = [
    "record", "batch", "account", "dispatch", "receipt", "reading",
];

fn line(kept: audit::KeptEntry, logins: &HashMap<String, String>) -> AuditLine {
    let entry = kept.entry;
    let text = |name: &str| entry.detail.get(name)?.as_str().map(str::to_owned);
    let about = ABOUT.iter().find_map(|name| text(name));
    let about = about.map(|id| logins.get(&id).cloned().unwrap_or(id));
    let own = entry
        .subject_key
        .as_ref()
        .map(|key| key.as_str().to_owned());
    AuditLine {
        title: Act::parse(&entry.action).map_or("", Act::title).to_owned(),
        acts_for: text("acts_for"),
        address: text("address"),
        outcome: text("outcome"),
        about: about.or(own),
        actor: shown(&entry.actor, logins),
        id: kept.id,
        at: entry.at,
        act: entry.action,
        purpose: entry.purpose,
    }
}

/// Searches the audit; the search leaves its own entry.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn search(ctx: &Ctx<'_>, query: &AuditQuery<'_>) -> AppResult<AuditPage> {
    ctx.look(Act::AuditSearch, "查询审计记录", |read| {
        let mut see = read.permit(Scope::District)?;
        let logins = logins(&mut see)?;
        let mut page = AuditPage::default();
        let mut before = query.before.map(str::to_owned);
        let mut scanned = 0;
        'scan: loop {
            let some = audit::page(&mut see, before.as_deref(), PAGE)?;
            let whole = some.len() < PAGE as usize;
            for kept in some {
                let day = civil_day(kept.entry.at);
                before = Some(kept.id.clone());
                scanned += 1;
                if query.from.is_some_and(|from| day < from) {
                    break 'scan;
                }
                let line = line(kept, &logins);
                let wanted = query.until.is_none_or(|until| day <= until)
                    && query.act.is_none_or(|act| line.act == act)
                    && query.actor.is_none_or(|actor| line.actor == actor);
                if wanted {
                    page.lines.push(line);
                }
                if page.lines.len() == query.limit || scanned == SCANNED {
                    page.next = before;
                    break 'scan;
                }
            }
            if whole {
                break;
            }
        }
        let detail = json!({
            "from": query.from, "until": query.until, "act": query.act, "found": page.lines.len(),
        });
        Ok(see.done(page, detail))
    })
}
