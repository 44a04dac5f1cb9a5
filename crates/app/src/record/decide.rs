//! What waits for an officer, and the decision of its class.

use super::{
    act, class_of, class_title, item_of, publicity_sentence, purpose_given,
    settle::{Loaded, facts},
};
use crate::{Action, AppError, AppResult, Ctx, intake::land::At, present::Payload};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;
use xinheng_domain::{
    publicity::{Outcome, PublicityColumns},
    record::{Act, ActKind},
};
use xinheng_store::record::{self, Stored};

/// A record that waits for an officer.
#[derive(Debug, Clone, Serialize)]
pub struct HeldLine {
    /// Public number.
    pub id: String,
    /// Document number.
    pub document_number: String,
    /// Decision date.
    pub decided_on: Option<Date>,
    /// Classes that come into question, most lenient first.
    pub candidates: Vec<String>,
    /// The day of the alarm.
    pub alarm_on: Date,
    /// That day has come.
    pub alarmed: bool,
}

/// Held-back records listed at once.
const HELD: u32 = 1000;

/// Records that wait for an officer, the earliest alarm first.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn held(ctx: &Ctx<'_>) -> AppResult<Vec<HeldLine>> {
    ctx.authorise(Action::Decide)?;
    let held = ctx.office().db().write(|tx| {
        let held = record::held(tx, Date::MAX, HELD)?;
        let entry = ctx
            .audit("record.held", json!({"count": held.len()}))
            .for_purpose("认定类别");
        Ok::<_, AppError>((held, entry))
    })?;
    crate::ops::seal_audit(ctx)?;
    held.iter()
        .map(|stored| {
            let record = &stored.record;
            let candidates = candidates(ctx, stored)?;
            let alarm_on = record.publicity.alarm_on.unwrap_or(ctx.today());
            Ok(HeldLine {
                id: record.id.to_string(),
                document_number: record.document_number.clone(),
                decided_on: record.decided_on,
                candidates,
                alarm_on,
                alarmed: alarm_on <= ctx.today(),
            })
        })
        .collect()
}

/// A class to be decided.
#[derive(Debug, Clone, Copy)]
pub struct Decide<'a> {
    /// Record.
    pub id: &'a str,
    /// Class id.
    pub class: &'a str,
    /// Grounds.
    pub grounds: &'a str,
    /// The revision that was looked at, where it is known.
    pub seen: Option<u32>,
}

/// Decides the class of a held-back record. An officer settles what the rules leave open and
/// nothing they settle (I3, I5). Gives a Chinese sentence that says what follows.
///
/// # Errors
/// Forbidden; unknown record; not held back; a class that does not come into question, or the one
/// it is in already; no grounds.
pub fn decide(ctx: &Ctx<'_>, input: &Decide<'_>) -> AppResult<String> {
    ctx.authorise(Action::Decide)?;
    purpose_given(input.grounds, "认定理由")?;
    let said = ctx.office().db().write(|tx| {
        let mut loaded = Loaded::of(tx, input.id, input.seen)?;
        let stored = loaded.current()?;
        let record = &stored.record;
        let class = open_class(ctx, &loaded, input.class)?;
        let item = item_of(ctx, record)?;
        let facts = facts(item, &Payload::parse(&record.payload)?);
        let (id, key) = (record.id.clone(), record.subject_key.clone());
        let before = record.publicity.clone();
        let of = (record.clone(), stored.received_on);
        let done = Act {
            class: Some(class.clone()),
            facts: Some(facts),
            ..act(ctx, &id, ActKind::Class, input.grounds)
        };
        let at = done.at.to_string();
        let dates = loaded.add(ctx, tx, done)?.publicity;
        // Held back, it is decided for the first time; a lenient class leaves no alarm either.
        let again = before.alarm_on.is_none();
        if again && span(&before) == span(&dates) {
            return Err(AppError::Refused {
                code: "class-unchanged",
                message: format!(
                    "记录「{id}」已经认定为{}（{}），与这次相同，没有作任何改动。",
                    class_title(ctx, &of.0, &class),
                    period(&before)
                ),
            });
        }
        let title = class_title(ctx, &of.0, &class);
        let said = if again {
            let old = before.class.as_deref();
            let old = old.map_or_else(|| "另一类别".to_owned(), |id| class_title(ctx, &of.0, id));
            format!(
                "记录「{id}」此前已经认定为{old}（{}），现改为{title}（{}）。",
                period(&before),
                period(&dates)
            )
        } else {
            format!("已认定记录「{id}」为{title}。{}。", period(&dates))
        };
        let detail = json!({
            "record": id, "class": class, "grounds": input.grounds.trim(), "at": at,
            "from": dates.from, "until": dates.until,
            "before": {"class": before.class, "from": before.from, "until": before.until},
        });
        Ok((said, ctx.audit("record.decide", detail).about(key)))
    })?;
    crate::ops::seal_audit(ctx)?;
    Ok(said)
}

/// The id of the class that was named, by its id or its title, where it comes into question.
fn open_class(ctx: &Ctx<'_>, loaded: &Loaded, named: &str) -> AppResult<String> {
    let record = &loaded.current()?.record;
    let candidates = match loaded.unstated(ctx)?.outcome {
        Outcome::Held { candidates, .. } => candidates,
        _ => Vec::new(),
    };
    // What was stated may be stated again: a mistake has an exit.
    if candidates.is_empty() || record.ended.is_some() {
        return Err(AppError::Refused {
            code: "class-not-open",
            message: format!(
                "记录「{}」的类别已由规则确定或者已经结束，不需要认定。",
                record.id
            ),
        });
    }
    let title_of = |id: &String| class_of(ctx, record, id).map(|class| class.title.as_str());
    let class = candidates
        .iter()
        .find(|id| id.as_str() == named.trim() || title_of(id) == Some(named.trim()));
    class.cloned().ok_or_else(|| {
        let known = candidates
            .iter()
            .map(|c| class_title(ctx, record, c))
            .collect::<Vec<_>>()
            .join("、");
        AppError::Refused {
            code: "class-not-candidate",
            message: format!("类别「{named}」不在可以认定的范围内。按规则可能的类别有：{known}。"),
        }
    })
}

/// What a decision settles: whether another one would change anything.
fn span(p: &PublicityColumns) -> (Option<&str>, Option<Date>, Option<Date>) {
    (p.class.as_deref(), p.from, p.until)
}

fn period(p: &PublicityColumns) -> String {
    match p.from {
        Some(_) => format!("公示期间：{}", publicity_sentence(p)),
        None => publicity_sentence(p),
    }
}

/// Class ids that come into question.
fn candidates(ctx: &Ctx<'_>, stored: &Stored) -> AppResult<Vec<String>> {
    let record = &stored.record;
    let item = item_of(ctx, record)?;
    let at = At::new(ctx.office(), stored.received_on, ctx.now());
    let payload = Payload::parse(&record.payload)?;
    let decision = at.decide(item, &payload, stored.received_on, None);
    Ok(match decision.outcome {
        Outcome::Held { candidates, .. } => candidates,
        _ => Vec::new(),
    })
}
