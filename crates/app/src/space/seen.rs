//! Which bodies looked at an organisation's records, why and on which day: by the entries of the looks.
//! No official's name is told.

use super::PURPOSE;
use crate::{
    Act, AppResult, Ctx, Scope, Way,
    wording::{About, Wordings},
};
use jiff::{ToSpan as _, civil::Date};
use serde_json::json;
use xinheng_domain::{
    calendar::civil_day,
    permission::{GrantedBy, own_place},
};
use xinheng_rulebook::LOOKS_TOLD;
use xinheng_store::{
    Conn, account,
    audit::{self, AuditEntry},
    department,
};

/// Looks listed at once.
const LISTED: u32 = 500; // no law: ours, about one page

/// A look at the organisation's records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenBy {
    /// On which day.
    pub on: Date,
    /// Which body.
    pub body: String,
    /// What it did.
    pub act: &'static str,
    /// Why, persons masked.
    pub purpose: String,
}

/// Looks at the organisation's records, and the days after which they are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looks {
    /// The looks, the latest first.
    pub looks: Vec<SeenBy>,
    /// They are told so many days later.
    pub told_after: u32,
    /// There are earlier ones, which are not listed.
    pub more: bool,
}

/// Who looked at the records of the organisation for which whoever asks acts. Leaves a line.
///
/// # Errors
/// Forbidden; the organisation is dissolved; faults of the store.
pub fn looks(ctx: &Ctx<'_>) -> AppResult<Looks> {
    let told_after = ctx.number(LOOKS_TOLD)?;
    let last = ctx.today().saturating_sub(i64::from(told_after).days());
    ctx.look(Act::SpaceOpen, PURPOSE, |read| {
        let key = ctx.own_subject()?;
        let mut seen = read.permit(Scope::Department(&own_place(&key)))?;
        let wordings = Wordings::of(ctx.deployment(), &mut seen, &[&key])?;
        let mut looks = Vec::new();
        // Its own looks are not asked for: however many, they leave no other out.
        let all = Act::ALL.iter().filter(|act| act.way() == Way::Look);
        let ids: Vec<&str> = all
            .filter(|a| **a != Act::SpaceOpen)
            .map(|a| a.id())
            .collect();
        let mut entries = audit::of_subject(&mut seen, key.as_str(), &ids, LISTED + 1)?;
        let more = entries.len() > LISTED as usize;
        entries.truncate(LISTED as usize);
        for entry in entries {
            let Some(act) = Act::parse(&entry.action) else {
                continue;
            };
            let on = civil_day(entry.at);
            if on > last {
                continue;
            }
            let purpose = entry.purpose.as_deref().unwrap_or_default();
            looks.push(SeenBy {
                on,
                body: body(ctx, &mut seen, &entry, on)?,
                act: act.title(),
                purpose: wordings
                    .worded(purpose, &About::default())
                    .text
                    .into_owned(),
            });
        }
        let detail = json!({"looks": looks.len()});
        let looks = Looks {
            looks,
            told_after,
            more,
        };
        Ok(seen.done(looks, detail).about(Some(key)))
    })
}

/// The body for which somebody looked.
fn body(ctx: &Ctx<'_>, conn: &mut Conn, entry: &AuditEntry, on: Date) -> AppResult<String> {
    let office = || ctx.deployment().district().office.clone();
    let acts_for = entry.detail.get("acts_for").and_then(|code| code.as_str());
    let of_folder = entry.actor.strip_prefix("department:");
    let of_folder = of_folder.and_then(|rest| rest.split(':').next());
    if let Some(code) = acts_for.or(of_folder) {
        let known = department::get(conn, code)?;
        return Ok(known.map_or_else(|| code.to_owned(), |d| d.name));
    }
    let Some(id) = entry.actor.strip_prefix("account:") else {
        return Ok(office());
    };
    // By their roles on that day: an auditor is not of the office.
    let permissions = ctx.deployment().rulebook().permissions();
    let granted = account::granted(conn, id)?;
    let then = granted.iter().filter(|g| g.membership().covers(on));
    let mut roles = then.filter_map(|g| permissions.role(&g.role));
    let auditor = roles.find(|role| role.granted_by == GrantedBy::Letter);
    Ok(auditor.map_or_else(office, |role| role.title.clone()))
}
