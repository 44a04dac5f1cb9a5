//! What anybody asks without an account (公众提问、页面报错): begun by the public, answered by way
//! of a private link. Persons in the text are masked before anything is kept.

use super::{
    Loaded, form, kind_of, kind_today, load,
    look::OfferView,
    matter::{Matter, terms},
    step::{Moving, advance, new_case, new_tail},
};
use crate::{
    Act, AppError, AppResult, Ctx,
    account::random_word,
    wording::{About, Wordings},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{Timestamp, civil::Date};
use serde_json::json;
use sha2::Sha256;
use std::sync::LazyLock;
use xinheng_domain::{
    case::{
        self, CaseId, Filled, Kind,
        kind::{About as Of, On, Step},
    },
    catalogue::FieldKind,
    condition::Values as _,
    finding::Finding,
    hex::{hex, unhex},
};
use xinheng_store::case::{self as store, Link};

/// Signs of a private link's token.
const SIGNS: usize = 16; // no law: eighty bits, none to be guessed
/// How long a form may be filled in.
const FORM_HOURS: i64 = 4; // no law: ours, about forms

/// A form for something that anybody may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskForm {
    /// Id of the kind.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub purpose: String,
    /// What is asked.
    pub offer: OfferView,
    /// What makes the form count once, and for some hours.
    pub stamp: String,
}

/// Something that is asked.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    /// Id of the kind.
    pub kind: &'a str,
    /// The form's stamp.
    pub stamp: &'a str,
    /// What was filled in, by field.
    pub typed: &'a dyn Fn(&str) -> String,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AskOutcome {
    /// It was kept: the token of the private link.
    Kept(String),
    /// To be corrected: by field.
    Wrong(Vec<Finding>),
}

/// What whoever asked reads by their private link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedView {
    /// Title of the kind.
    pub title: String,
    /// Where it stands, in Chinese.
    pub state: String,
    /// Somebody is still to act.
    pub open: bool,
    /// The day on which it was asked.
    pub asked_on: Date,
    /// The last day of the term that runs.
    pub due_on: Option<Date>,
    /// What was asked: name and text, persons masked.
    pub asked: Vec<(String, String)>,
    /// What is answered: name and text.
    pub answer: Vec<(String, String)>,
}

/// An answer that everybody reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedAnswer {
    /// Heading.
    pub heading: String,
    /// Texts.
    pub texts: Vec<String>,
    /// The day on which it was published.
    pub on: Date,
}

/// What anybody may ask: id, title and purpose of the kinds.
#[must_use]
pub fn asks(ctx: &Ctx<'_>) -> Vec<(String, String, String)> {
    let kinds = ctx.deployment().rulebook().kinds().iter();
    let today = kinds.filter(|kind| kind.covers(ctx.today()) && by_public(kind).is_some());
    let all = today.map(|k| (k.id.clone(), k.title.clone(), k.purpose.clone()));
    all.collect()
}

fn by_public(kind: &Kind) -> Option<&Step> {
    kind.opening().find(|step| step.on == Some(On::Public))
}

fn asked_today<'a>(ctx: &Ctx<'a>, id: &str) -> AppResult<(&'a Kind, &'a Step)> {
    let kind = kind_today(ctx, id)?;
    let step = by_public(kind);
    let step = step.ok_or_else(|| AppError::NotFound("这里不受理这一类事项。".to_owned()))?;
    Ok((kind, step))
}

/// A form for a kind.
///
/// # Errors
/// No such kind that anybody may ask; the system gives no random bytes.
pub fn ask_form(ctx: &Ctx<'_>, kind: &str) -> AppResult<AskForm> {
    let (kind, step) = asked_today(ctx, kind)?;
    let stamp = stamp(ctx.now())?;
    ctx.public(Act::CaseAsked, |conn| {
        let matter = Matter::of(conn, kind, "")?;
        Ok(AskForm {
            kind: kind.id.clone(),
            title: kind.title.clone(),
            purpose: kind.purpose.clone(),
            offer: OfferView {
                step: step.id.clone(),
                title: step.title.clone(),
                hint: step.hint.clone().unwrap_or_default(),
                asks: form::asked(ctx, conn, kind, step, &matter)?,
                refused: None,
            },
            stamp: stamp.clone(),
        })
    })
}

/// Keeps what somebody asks. The same form sent again leads to the same.
///
/// # Errors
/// The form is too old or none of ours; a text tells of somebody what nobody may keep.
pub fn ask(ctx: &Ctx<'_>, asking: &Asking<'_>) -> AppResult<AskOutcome> {
    let (kind, step) = asked_today(ctx, asking.kind)?;
    let token = of_stamp(asking.stamp, ctx.now()).ok_or_else(|| {
        AppError::BadInput(
            "这张表单放得太久，或者不是从本站打开的。下面保留了您填写的内容，请再提交一次。"
                .to_owned(),
        )
    })?;
    let tail = new_tail()?;
    ctx.change(Act::CaseAsk, |mut load| {
        let matter = Matter::of(&mut load, kind, "")?;
        let known = store::link(&mut load, &hash(token))?;
        let wordings = Wordings::of(ctx.deployment(), &mut load, &[])?;
        let mut tx = load.permit(crate::Scope::District)?;
        if known.is_some() {
            return Ok(tx.nothing(AskOutcome::Kept(token.to_owned())));
        }
        let mut fields = match form::read(ctx, &mut tx, kind, step, &matter, asking.typed)? {
            Ok(fields) => fields,
            Err(wrong) => return Ok(tx.nothing(AskOutcome::Wrong(wrong))),
        };
        for (id, value) in &mut fields {
            let field = kind.field(id).filter(|f| f.kind == FieldKind::Text);
            let Some(field) = field else { continue };
            let worded = wordings.worded(value, &About::default());
            if worded.withheld {
                return Err(AppError::BadInput(format!(
                    "“{}”写到了个人的病情、未成年人或者其他不能保存的情况。请删去这些内容，只写事情本身，再提交。",
                    field.name
                )));
            }
            *value = worded.text.into_owned();
        }
        let mut opened = new_case(ctx, kind, &matter, &tail);
        let mut event =
            case::event(kind, &opened.case, step, None, ctx.now(), fields, None);
        event.actor = ctx.actor().audit_name();
        opened.case.events.push(event);
        let moving = Moving {
            ctx,
            matter: &matter,
            memberships: &[],
            typed: asking.typed,
        };
        moving.write(&mut tx, &mut opened)?;
        let id: &CaseId = &opened.case.id;
        store::add_link(
            &mut tx,
            &Link {
                token_hash: hash(token),
                subject_key: id.key().to_owned(),
                case_tail: id.tail().to_owned(),
                made_on: ctx.today(),
            },
        )?;
        let detail = json!({"case": id.0, "kind": kind.id});
        Ok(tx.done(AskOutcome::Kept(token.to_owned()), detail))
    })
}

/// What became of what somebody asked, for whoever holds the private link.
///
/// # Errors
/// Faults of the store.
pub fn asked(ctx: &Ctx<'_>, token: &str) -> AppResult<Option<AskedView>> {
    let token = crate::proof::code(token);
    ctx.public(Act::CaseAsked, |conn| {
        let Some(link) = store::link(conn, &hash(&token))? else {
            return Ok(None);
        };
        let id = CaseId::new(&link.subject_key, &link.case_tail);
        let mut loaded = load(ctx, conn, &id.0)?;
        let matter = Matter::of(conn, loaded.kind, "")?;
        advance(ctx, &mut loaded, &matter);
        let stands = case::standing(loaded.kind, &loaded.case, &terms(ctx), ctx.today());
        let state = loaded.kind.state(loaded.case.state());
        let first = loaded.case.opened();
        let opening = first.and_then(|e| loaded.kind.step(&e.step));
        let ids = opening.map_or_else(Vec::new, |s| s.asks.iter().chain(&s.may).collect());
        let shows = state.map_or(&[][..], |s| &s.shows);
        Ok(Some(AskedView {
            title: loaded.kind.title.clone(),
            state: state.map_or_else(String::new, |s| s.title.clone()),
            open: stands.phase == case::Phase::Open,
            asked_on: first.map_or(ctx.today(), case::Event::day),
            due_on: stands.first.and_then(|d| d.on),
            asked: filled(&loaded, ids.into_iter()),
            answer: filled(&loaded, shows.iter()),
        }))
    })
}

fn filled<'i>(loaded: &Loaded<'_>, ids: impl Iterator<Item = &'i String>) -> Vec<(String, String)> {
    let nothing = std::collections::BTreeMap::new();
    let all = Filled {
        case: Some(&loaded.case),
        now: &nothing,
    };
    let named = ids.filter_map(|id| {
        let name = loaded.kind.field(id)?.name.clone();
        Some((name, all.value(id)?.to_owned()))
    });
    named.collect()
}

/// The answers that everybody reads, the latest questions first. Persons are masked once more.
///
/// # Errors
/// Faults of the store.
pub fn answers(ctx: &Ctx<'_>) -> AppResult<Vec<PublishedAnswer>> {
    /// Answers listed at once.
    const LISTED: u32 = 100; // no law: ours, about one page
    ctx.public(Act::AnswerList, |conn| {
        let wordings = Wordings::of(ctx.deployment(), conn, &[])?;
        let worded = |text: &str| wordings.worded(text, &About::default()).text.into_owned();
        let kinds = ctx.deployment().rulebook().kinds();
        let open = kinds.iter().filter(|kind| kind.about == Of::Nothing);
        let mut all = Vec::new();
        for (kind, state) in open.flat_map(|k| k.states.iter().map(move |s| (k, s))) {
            if state.publishes.is_empty() {
                continue;
            }
            for head in store::in_state(conn, &kind.id, &state.id, LISTED)? {
                // An older edition may publish nothing here; one that is missing stops no page.
                if kind_of(ctx, &head).ok() != Some(kind) {
                    continue;
                }
                let loaded = load(ctx, conn, &head.id().0)?;
                let texts = filled(&loaded, state.publishes.iter());
                let mut texts = texts.into_iter().map(|(_, text)| worded(&text));
                all.push(PublishedAnswer {
                    heading: texts.next().unwrap_or_default(),
                    texts: texts.collect(),
                    on: loaded.case.arrived().map_or(ctx.today(), case::Event::day),
                });
            }
        }
        all.sort_by_key(|answer| std::cmp::Reverse(answer.on));
        Ok(all)
    })
}

/// What stamps are made with: of this process alone, so that a form does not outlive it.
static KEY: LazyLock<Option<[u8; 32]>> = LazyLock::new(|| crate::account::random::<32>().ok());

fn mark(text: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY.as_ref()?).ok()?;
    mac.update(text.as_bytes());
    Some(mac)
}

/// A stamp: the token that the private link will have, the moment, and what only we can make of both.
fn stamp(now: Timestamp) -> AppResult<String> {
    let signed = format!("{}.{}", random_word(SIGNS)?, now.as_second());
    let mark = mark(&signed);
    let mark = mark.ok_or_else(|| AppError::Fault("系统不能提供随机数".to_owned()))?;
    Ok(format!("{signed}.{}", hex(&mark.finalize().into_bytes())))
}

/// The token of a stamp that is ours and not too old.
fn of_stamp(stamp: &str, now: Timestamp) -> Option<&str> {
    let (signed, given) = stamp.rsplit_once('.')?;
    let (token, second) = signed.split_once('.')?;
    let made: i64 = second.parse().ok()?;
    let age = now.as_second().checked_sub(made)?;
    let kept = (0..=FORM_HOURS * 3600).contains(&age);
    let same = mark(signed)?.verify_slice(&unhex(given)?).is_ok();
    (kept && same).then_some(token)
}

fn hash(token: &str) -> String {
    crate::wording::hash(token)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;

    #[test]
    fn a_stamp_counts_for_some_hours_and_cannot_be_made_elsewhere() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let after = |seconds: i64| Timestamp::from_second(1_800_000_000 + seconds).unwrap();
        let made = stamp(now).unwrap();
        let token = of_stamp(&made, now).unwrap();
        assert_eq!(token.chars().count(), 19);
        assert_eq!(of_stamp(&made, after(4 * 3600)), Some(token));
        assert_eq!(of_stamp(&made, after(4 * 3600 + 1)), None);
        assert_eq!(of_stamp(&made, after(-1)), None);
        let other = made.replacen(token, "aaaa-aaaa-aaaa-aaaa", 1);
        assert_eq!(of_stamp(&other, now), None);
        for text in ["", ".", "..", "a.1.b"] {
            assert_eq!(of_stamp(text, now), None);
        }
    }
}
