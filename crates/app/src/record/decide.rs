//! Records whose class is not stated yet, and the class that the unit which decided has stated
//! for one of them. The office has no power to class: an officer records whose word it is.

use super::{
    act, class_of, class_title, item_of, publicity_sentence, purpose_given,
    settle::{Loaded, facts},
};
use crate::{
    Act, AppError, AppResult, Ctx, RefusalCode, Scope, intake::land::At, present::Payload,
};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;
use xinheng_domain::{
    catalogue::Role,
    condition::Values as _,
    publicity::{Outcome, PublicityColumns, RuleRow},
    record::{RecordAct, RecordActKind, RecordId},
};
use xinheng_store::record::{self, Stored};

/// A record whose class is not determined: the unit that decided is to be asked.
#[derive(Debug, Clone, Serialize)]
pub struct HeldLine {
    /// Public number.
    pub id: String,
    /// Document number.
    pub document_number: String,
    /// Decision date.
    pub decided_on: Option<Date>,
    /// The unit that decided.
    pub authority: String,
    /// Classes that come into question, most lenient first.
    pub candidates: Vec<String>,
    /// Their titles.
    pub candidate_titles: Vec<String>,
    /// The day of the alarm.
    pub alarm_on: Date,
    /// That day has come.
    pub alarmed: bool,
}

/// Held-back records listed at once.
pub const HELD: u32 = 1000;

/// Records whose class is not determined, the earliest alarm first.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn held(ctx: &Ctx<'_>) -> AppResult<Vec<HeldLine>> {
    held_lines(ctx, None, HELD).map(|(lines, _)| lines)
}

/// Held-back records on one page.
const HELD_PART: u32 = 100;

/// A part of the list of [`held`].
#[derive(Debug, Clone, Default)]
pub struct HeldLines {
    /// Its lines.
    pub lines: Vec<HeldLine>,
    /// Where the next part begins.
    pub next: Option<String>,
}

/// A part of the list, from where the one before it has ended.
///
/// # Errors
/// Forbidden; `after` is no such place; faults of the store.
pub fn some_held(ctx: &Ctx<'_>, after: Option<&str>) -> AppResult<HeldLines> {
    let place = |text: &str| {
        let (alarm, id) = text.split_once('_')?;
        Some((alarm.parse().ok()?, RecordId(id.to_owned())))
    };
    let unread = || AppError::BadInput("请从列表的第一页重新打开。".to_owned());
    let after = after.map(|text| place(text).ok_or_else(unread));
    let (lines, next) = held_lines(ctx, after.transpose()?.as_ref(), HELD_PART)?;
    let next = next.map(|(alarm, id)| format!("{alarm}_{id}"));
    Ok(HeldLines { lines, next })
}

type HeldPlace = (Date, RecordId);

/// So many lines from a place on, and the place where they end, unless nothing follows.
fn held_lines(
    ctx: &Ctx<'_>,
    after: Option<&HeldPlace>,
    most: u32,
) -> AppResult<(Vec<HeldLine>, Option<HeldPlace>)> {
    let (held, next) = ctx.look(
        Act::RecordHeld,
        "查询作出决定的单位认定的类别",
        |read| {
            let (mut seen, reach) = read.within_reach();
            let mut held = match after {
                None => record::held(&mut seen, Date::MAX, most)?,
                Some((alarm, id)) => record::held_behind(&mut seen, (*alarm, id), most)?,
            };
            let last = held.last().filter(|_| held.len() == most as usize);
            let next = last.and_then(|stored| {
                let record = &stored.record;
                Some((record.publicity.alarm_on?, record.id.clone()))
            });
            held.retain(|stored| reach.covers(&stored.record.department));
            let detail = json!({"count": held.len()});
            Ok(seen.done((held, next), detail))
        },
    )?;
    let lines: AppResult<_> = held
        .iter()
        .map(|stored| {
            let record = &stored.record;
            let candidates = candidates(ctx, stored)?;
            let authority = item_of(ctx, record)?.by_role(Role::AuthorityName);
            let payload = Payload::parse(&record.payload)?;
            let title = |id: &String| {
                let class = class_of(ctx, record, id);
                class.map_or_else(|| id.clone(), |class| class.title.clone())
            };
            let alarm_on = record.publicity.alarm_on.unwrap_or(ctx.today());
            Ok(HeldLine {
                id: record.id.to_string(),
                document_number: record.document_number.clone(),
                decided_on: record.decided_on,
                authority: authority
                    .and_then(|f| payload.value(&f.id))
                    .unwrap_or_default()
                    .to_owned(),
                candidate_titles: candidates.iter().map(title).collect(),
                candidates,
                alarm_on,
                alarmed: alarm_on <= ctx.today(),
            })
        })
        .collect();
    Ok((lines?, next))
}

/// A class to be recorded.
#[derive(Debug, Clone, Copy)]
pub struct Decide<'a> {
    /// Record.
    pub id: &'a str,
    /// Class, by its id or title.
    pub class: &'a str,
    /// Where it was stated.
    pub stated: Stated<'a>,
    /// The revision that was looked at, where it is known.
    pub seen: Option<u32>,
}

/// The document in which the unit that decided stated the class.
#[derive(Debug, Clone, Copy)]
pub struct Stated<'a> {
    /// Title or number.
    pub document: &'a str,
    /// Its date.
    pub dated: Date,
    /// Who stated it: the unit, and whoever signed.
    pub by: &'a str,
}

impl Stated<'_> {
    /// As it is kept beside the class.
    fn grounds(&self) -> String {
        let (by, document) = (self.by.trim(), self.document.trim());
        format!("{by}书面说明：{document}（{}）", self.dated)
    }

    fn check(&self, today: Date) -> AppResult<()> {
        purpose_given(self.document, "载明类别的文件名称或者文号")?;
        purpose_given(self.by, "出具文件的单位和人员")?;
        if self.dated > today {
            return Err(AppError::BadInput(format!(
                "文件日期{}晚于今天，请按文件落款的日期填写。",
                self.dated
            )));
        }
        Ok(())
    }
}

/// Records the class that the unit which decided has stated for a record. It settles what the
/// rules leave open and nothing they settle (I3, I5). Gives a Chinese sentence that says what
/// follows.
///
/// # Errors
/// Forbidden; unknown record; the rules leave nothing open; a class that does not come into
/// question, or the one it is in already; no document, no unit, a date in the future.
pub fn decide(ctx: &Ctx<'_>, input: &Decide<'_>) -> AppResult<String> {
    ctx.allow(Act::RecordDecide)?;
    ctx.change(Act::RecordDecide, |mut load| {
        let mut loaded = Loaded::of(ctx, &mut load, input.id, input.seen)?;
        let mut tx = load.permit(Scope::District)?;
        let current = loaded.current()?.clone();
        let record = &current.record;
        let done = class_act(ctx, &current, input)?;
        let class = done.class.clone().unwrap_or_default();
        let (at, grounds) = (done.at.to_string(), done.grounds.clone());
        let before = &record.publicity;
        let dates = loaded.add(ctx, &mut tx, done)?.publicity;
        // Held back, it is stated for the first time; a lenient class leaves no alarm either.
        let again = before.alarm_on.is_none();
        let title = class_title(ctx, record, &class);
        if again && span(before) == span(&dates) {
            let places = [
                ("id", record.id.as_str()),
                ("class", &title),
                ("period", &period(before)),
            ];
            return Err(ctx.refused(RefusalCode::ClassUnchanged, &places));
        }
        let said = if again {
            let old = before.class.as_deref();
            let old = old.map_or_else(|| "另一类别".to_owned(), |id| class_title(ctx, record, id));
            format!(
                "已按作出决定的单位的说明更改，记录“{}”的类别此前是{old}（{}），现在是{title}（{}）。",
                record.id,
                period(before),
                period(&dates)
            )
        } else {
            format!(
                "已记录作出决定的单位认定的类别，记录“{}”为{title}。{}。",
                record.id,
                period(&dates)
            )
        };
        let detail = json!({
            "record": record.id, "class": class, "grounds": grounds, "at": at,
            "stated": {
                "document": input.stated.document.trim(),
                "dated": input.stated.dated,
                "by": input.stated.by.trim(),
            },
            "from": dates.from, "until": dates.until,
            "before": {"class": before.class, "from": before.from, "until": before.until},
        });
        Ok(tx.done(said, detail).about(Some(record.subject_key.clone())))
    })
}

/// The act that records a class, where it comes into question and the document speaks of it.
pub(super) fn class_act(
    ctx: &Ctx<'_>,
    current: &Stored,
    input: &Decide<'_>,
) -> AppResult<RecordAct> {
    input.stated.check(ctx.today())?;
    let record = &current.record;
    if record.decided_on.is_some_and(|on| input.stated.dated < on) {
        return Err(AppError::BadInput(format!(
            "文件日期{}早于决定日期{}，不能说明这个决定的类别，请核对文件和日期。",
            input.stated.dated,
            record.decided_on.unwrap_or_default()
        )));
    }
    let class = open_class(ctx, current, input.class)?;
    let item = item_of(ctx, record)?;
    Ok(RecordAct {
        class: Some(class),
        facts: Some(facts(item, &Payload::parse(&record.payload)?)),
        ..act(
            ctx,
            &record.id,
            RecordActKind::Class,
            &input.stated.grounds(),
        )
    })
}

/// The id of the class that was named, by its id or its title, where it comes into question.
fn open_class(ctx: &Ctx<'_>, current: &Stored, named: &str) -> AppResult<String> {
    let record = &current.record;
    let candidates = candidates(ctx, current)?;
    // What was stated may be stated anew: a mistake has an exit.
    if candidates.is_empty() || record.ended.is_some() {
        let places = [("id", record.id.as_str())];
        return Err(ctx.refused(RefusalCode::ClassNotOpen, &places));
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
        ctx.refused(
            RefusalCode::ClassNotCandidate,
            &[("class", named), ("known", &known)],
        )
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

/// Ids of the classes that the rules alone leave open, whatever was stated.
/// Classes that come into question for a record, with their titles; none where the rules settle it.
pub(crate) fn open_classes(ctx: &Ctx<'_>, stored: &Stored) -> AppResult<Vec<(String, String)>> {
    let record = &stored.record;
    if record.publicity.alarm_on.is_none() || record.ended.is_some() {
        return Ok(Vec::new());
    }
    let title = |id: &String| {
        let class = class_of(ctx, record, id);
        class.map_or_else(|| id.clone(), |class| class.title.clone())
    };
    let candidates = candidates(ctx, stored)?.into_iter();
    Ok(candidates.map(|id| (id.clone(), title(&id))).collect())
}

fn candidates(ctx: &Ctx<'_>, stored: &Stored) -> AppResult<Vec<String>> {
    let record = &stored.record;
    let item = item_of(ctx, record)?;
    let at = At::new(ctx.deployment(), stored.received_on, ctx.now());
    let row = &Payload::parse(&record.payload)?;
    let decision = at.decide(item, &RuleRow { row, item }, stored.received_on, None);
    Ok(match decision.outcome {
        Outcome::Held { candidates, .. } => candidates,
        _ => Vec::new(),
    })
}
