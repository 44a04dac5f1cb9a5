//! What officers do with a record: look at all of it, decide its class, withhold, withdraw.
//! Every look and every act leaves an audit entry with its purpose or grounds.

use crate::{
    Action, Actor, AppError, AppResult, Ctx,
    ctx::new_id,
    intake::land::At,
    present::{Payload, rule_view, shown_name, yuan},
    view::RuleView,
};
use jiff::{
    Timestamp,
    civil::Date,
    tz::{TimeZone, offset},
};
use serde::Serialize;
use serde_json::json;
use xinheng_domain::{
    catalogue::{FieldKind, PublicityRule},
    condition::Values as _,
    publicity::{Class, Outcome, PublicityColumns, RuleUse},
    record::{EndKind, Ended, Record, RecordId},
};
use xinheng_store::{
    Tx, batch,
    record::{self, DecisionKind, OfficerDecision, Stored},
    subject,
};

/// One version, as officials see it.
#[derive(Debug, Clone, Serialize)]
pub struct VersionView {
    /// From 1.
    pub version: u32,
    /// Batch.
    pub batch: String,
    /// Row in its file; 0 for an officer's act.
    pub row: u64,
    /// When it became visible.
    pub sealed_at: Option<Timestamp>,
    /// From when to when it is public, in Chinese.
    pub publicity: String,
    /// Why.
    pub why: Vec<RuleView>,
    /// How it ended, in Chinese.
    pub ended: Option<String>,
    /// Every field: name and value.
    pub fields: Vec<(String, String)>,
}

/// All of a record.
#[derive(Debug, Clone, Serialize)]
pub struct History {
    /// Public number.
    pub id: String,
    /// Item, in Chinese.
    pub item_title: String,
    /// Subject key.
    pub subject_key: String,
    /// Versions, the latest first.
    pub versions: Vec<VersionView>,
    /// Officers' decisions, in Chinese.
    pub decisions: Vec<String>,
}

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

fn purpose_given(text: &str, what: &str) -> AppResult<()> {
    if text.trim().chars().count() >= 2 {
        return Ok(());
    }
    Err(AppError::BadInput(format!("请写明{what}，它会写入审计。")))
}

fn find(ctx: &Ctx<'_>, id: &str) -> AppResult<Stored> {
    let id = RecordId(id.trim().to_owned());
    ctx.office()
        .db()
        .read(|conn| Ok::<_, AppError>(record::current(conn, &id)?))?
        .ok_or_else(|| AppError::NotFound(format!("没有编号为「{id}」的记录，请核对编号。")))
}

/// All of a record, for a stated purpose.
///
/// # Errors
/// Forbidden; no purpose; unknown record.
pub fn show(ctx: &Ctx<'_>, id: &str, purpose: &str) -> AppResult<History> {
    ctx.authorise(Action::ReadAll)?;
    purpose_given(purpose, "查看用途")?;
    let current = find(ctx, id)?;
    let id = current.record.id.clone();
    // The look is on record before anything is shown.
    let (versions, decisions) = ctx.office().db().write(|tx| {
        let versions = record::versions(tx, &id)?;
        let decisions = record::decisions(tx, &id)?;
        let entry = ctx
            .audit("record.look", json!({"record": id}))
            .about(current.record.subject_key.clone())
            .for_purpose(purpose);
        Ok::<_, AppError>(((versions, decisions), entry))
    })?;
    crate::ops::seal_audit(ctx)?;
    let item = ctx.office().rulebook().item(&current.record.item);
    Ok(History {
        id: id.to_string(),
        item_title: item.map_or_else(|| current.record.item.clone(), |i| i.title.clone()),
        subject_key: current.record.subject_key.to_string(),
        versions: versions
            .iter()
            .map(|v| version_view(ctx, v))
            .collect::<AppResult<_>>()?,
        decisions: decisions
            .iter()
            .map(|d| {
                let class = d.class.as_deref().map_or_else(String::new, |c| {
                    format!("为{}", class_title(ctx, &current.record, c))
                });
                let at = d.at.to_zoned(TimeZone::fixed(offset(8)));
                format!(
                    "{}　{}{class}　{}　理由：{}",
                    at.strftime("%Y-%m-%d %H:%M"),
                    act_title(d.kind),
                    d.actor,
                    d.grounds
                )
            })
            .collect(),
    })
}

const fn act_title(kind: DecisionKind) -> &'static str {
    match kind {
        DecisionKind::Class => "认定",
        DecisionKind::Reopen => "认定失效",
        DecisionKind::Withhold => "撤下",
        DecisionKind::Release => "恢复公示",
        DecisionKind::Withdraw => "确认撤下",
    }
}

fn version_view(ctx: &Ctx<'_>, stored: &Stored) -> AppResult<VersionView> {
    let record = &stored.record;
    let item = ctx.office().rulebook().item(&record.item);
    let payload = Payload::parse(&record.payload)?;
    let known = item.map(|i| i.fields.as_slice()).unwrap_or_default();
    let mut fields: Vec<(String, String)> = known
        .iter()
        .filter_map(|f| {
            let value = payload.value(&f.id)?;
            let value = match f.kind {
                FieldKind::AmountWan => yuan(value),
                _ => value.to_owned(),
            };
            Some((shown_name(f), value))
        })
        .collect();
    let others = payload
        .iter()
        .filter(|(id, _)| !known.iter().any(|f| f.id == *id));
    fields.extend(others.map(|(id, v)| (id.trim_start_matches("flex_").to_owned(), v.to_owned())));
    let trace: Vec<RuleUse> = serde_json::from_str(&record.publicity.trace)
        .map_err(|e| AppError::Fault(format!("记录{}的规则依据不能读取：{e}", record.id)))?;
    Ok(VersionView {
        version: record.version,
        batch: record.batch_id.clone(),
        row: record.row,
        sealed_at: Some(stored.sealed_at),
        publicity: publicity_sentence(&record.publicity),
        why: trace
            .into_iter()
            .map(|r| rule_view(ctx.office(), r))
            .collect(),
        ended: record
            .ended
            .as_ref()
            .map(|e| format!("{}，{}", e.on, e.grounds)),
        fields,
    })
}

fn publicity_sentence(p: &PublicityColumns) -> String {
    match (p.from, p.until, &p.never, p.alarm_on) {
        (Some(from), Some(until), ..) => format!("{from}至{until}"),
        (Some(from), None, ..) => format!("{from}起，至事由终止"),
        (None, _, Some(reason), _) => format!("不公示：{reason}"),
        (None, _, None, Some(alarm)) => format!("类别尚未认定，暂缓公示，{alarm}提醒"),
        (None, ..) => "不公示".to_owned(),
    }
}

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
            let (candidates, _) = open_classes(ctx, stored)?;
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

/// A record of a subject, as officials see it.
#[derive(Debug, Clone, Serialize)]
pub struct OfficialLine {
    /// Public number.
    pub id: String,
    /// Item, in Chinese.
    pub item_title: String,
    /// Document number.
    pub document_number: String,
    /// Decision date.
    pub decided_on: Option<Date>,
    /// From when to when it is public, or why not, in Chinese.
    pub publicity: String,
}

/// Every current record of a subject, for a stated purpose.
///
/// # Errors
/// Forbidden; no purpose; unknown code.
pub fn of_subject(ctx: &Ctx<'_>, code: &str, purpose: &str) -> AppResult<Vec<OfficialLine>> {
    ctx.authorise(Action::ReadAll)?;
    purpose_given(purpose, "查看用途")?;
    let all = ctx.office().db().write(|tx| {
        let keys = subject::keys_of(tx, code)?;
        let Some(key) = keys.first().cloned() else {
            return Err(AppError::NotFound(format!(
                "没有代码为「{code}」的组织，请核对代码。"
            )));
        };
        let all = record::of_subjects(tx, &keys, None, None, u32::from(u16::MAX))?;
        let detail = json!({"code": code, "records": all.len()});
        Ok((
            all,
            ctx.audit("subject.look", detail)
                .about(key)
                .for_purpose(purpose),
        ))
    })?;
    crate::ops::seal_audit(ctx)?;
    let title = |id: &str| {
        ctx.office()
            .rulebook()
            .item(id)
            .map_or_else(|| id.to_owned(), |i| i.title.clone())
    };
    Ok(all
        .into_iter()
        .map(|Stored { record, .. }| OfficialLine {
            id: record.id.to_string(),
            item_title: title(&record.item),
            document_number: record.document_number.clone(),
            decided_on: record.decided_on,
            publicity: match &record.ended {
                Some(e) => format!("已结束：{}", e.grounds),
                None => publicity_sentence(&record.publicity),
            },
        })
        .collect())
}

fn received_on(stored: &Stored) -> Date {
    let clock = stored.record.clock.as_ref();
    clock.map_or_else(|| crate::civil_day(stored.sealed_at), |c| c.received_on)
}

/// Class ids that come into question, and the day publicity would be counted from.
fn open_classes(ctx: &Ctx<'_>, stored: &Stored) -> AppResult<(Vec<String>, Date)> {
    let record = &stored.record;
    let item = item_of(ctx, record)?;
    let day = received_on(stored);
    let at = At::new(ctx.office(), day, ctx.now());
    let decision = at.decide(item, &Payload::parse(&record.payload)?, day, None);
    Ok(match decision.outcome {
        Outcome::Held { candidates, .. } => (candidates, day),
        _ => (Vec::new(), day),
    })
}

fn item_of<'a>(ctx: &Ctx<'a>, record: &Record) -> AppResult<&'a xinheng_domain::catalogue::Item> {
    ctx.office().rulebook().item(&record.item).ok_or_else(|| {
        AppError::Rulebook(format!(
            "目录项「{}」已有记录，但规则库中不再有这一项。",
            record.item
        ))
    })
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
}

/// Decides the class of a held-back record. An officer settles what the rules leave open and
/// nothing they settle (I3, I5). Gives a Chinese sentence that says what follows.
///
/// # Errors
/// Forbidden; unknown record; not held back; a class that does not come into question; no grounds.
pub fn decide(ctx: &Ctx<'_>, input: &Decide<'_>) -> AppResult<String> {
    ctx.authorise(Action::Decide)?;
    purpose_given(input.grounds, "认定理由")?;
    let stored = find(ctx, input.id)?;
    let record = &stored.record;
    let (candidates, day) = open_classes(ctx, &stored)?;
    // What an officer decided may be decided again: a mistake has an exit.
    if candidates.is_empty() || record.ended.is_some() {
        return Err(AppError::Refused {
            code: "class-not-open",
            message: format!(
                "记录「{}」的类别已由规则确定或者已经结束，不需要认定。",
                record.id
            ),
        });
    }
    // By its id or by its title.
    let title_of = |id: &String| class_of(ctx, record, id).map(|class| class.title.as_str());
    let class = candidates
        .iter()
        .find(|id| id.as_str() == input.class.trim() || title_of(id) == Some(input.class.trim()));
    let Some(class) = class.map(String::as_str) else {
        let known = candidates
            .iter()
            .map(|c| class_title(ctx, record, c))
            .collect::<Vec<_>>()
            .join("、");
        return Err(AppError::Refused {
            code: "class-not-candidate",
            message: format!(
                "类别「{}」不在可以认定的范围内。按规则可能的类别有：{known}。",
                input.class
            ),
        });
    };
    let item = item_of(ctx, record)?;
    let at = At::new(ctx.office(), day, ctx.now());
    let payload = Payload::parse(&record.payload)?;
    // Publicity begins with the first decision: it was nobody's before.
    let first_day = record.publicity.from.unwrap_or(ctx.today().max(day));
    let decision = at.decide(item, &payload, first_day, Some(class));
    let dates = at.columns(&decision)?;
    let clock = at.clock(item, &payload)?;
    ctx.office().db().write(|tx| {
        record::add_decision(
            tx,
            &act(
                ctx,
                &record.id,
                DecisionKind::Class,
                Some(class),
                input.grounds,
            ),
        )?;
        record::update_publicity(
            tx,
            (&record.id, record.version),
            &dates,
            clock.as_ref(),
            stored.was_public(ctx.today()),
        )?;
        let detail = json!({"record": record.id, "class": class, "grounds": input.grounds});
        Ok::<_, AppError>((
            (),
            ctx.audit("record.decide", detail)
                .about(record.subject_key.clone()),
        ))
    })?;
    crate::ops::seal_audit(ctx)?;
    let follows = match dates.from {
        Some(_) => format!("公示期间：{}", publicity_sentence(&dates)),
        None => publicity_sentence(&dates),
    };
    Ok(format!(
        "已认定记录「{}」为{}。{follows}。",
        record.id,
        class_title(ctx, record, class),
    ))
}

fn class_of<'a>(ctx: &Ctx<'a>, record: &Record, class: &str) -> Option<&'a Class> {
    let rulebook = ctx.office().rulebook();
    match rulebook.item(&record.item).map(|i| &i.publicity) {
        Some(PublicityRule::Classes { table }) => rulebook.class(table, class),
        _ => None,
    }
}

fn class_title(ctx: &Ctx<'_>, record: &Record, class: &str) -> String {
    let known = class_of(ctx, record, class);
    known.map_or_else(|| class.to_owned(), |c| format!("{}（{class}）", c.title))
}

fn act(
    ctx: &Ctx<'_>,
    id: &RecordId,
    kind: DecisionKind,
    class: Option<&str>,
    grounds: &str,
) -> OfficerDecision {
    OfficerDecision {
        record_id: id.clone(),
        kind,
        class: class.map(str::to_owned),
        grounds: grounds.to_owned(),
        actor: ctx.actor().audit_name(),
        at: ctx.now(),
    }
}

/// Takes a wrong publication from the public at once; a second person confirms (I11).
///
/// # Errors
/// Forbidden; unknown record; over already; no grounds.
pub fn withhold(ctx: &Ctx<'_>, id: &str, grounds: &str) -> AppResult<()> {
    ctx.authorise(Action::Decide)?;
    purpose_given(grounds, "撤下理由")?;
    let stored = find(ctx, id)?;
    if stored.record.ended.is_some() {
        return Err(AppError::Refused {
            code: "record-over",
            message: format!("记录「{}」已经不在公示，不需要撤下。", stored.record.id),
        });
    }
    let ended = Ended {
        kind: EndKind::Withheld,
        on: ctx.today(),
        grounds: grounds.to_owned(),
        replaced_by: None,
    };
    office_version(ctx, stored, Some(ended), DecisionKind::Withhold, grounds)
}

/// Confirms a withholding for good, or shows the record again. Not by the person who withheld it.
///
/// # Errors
/// Forbidden; unknown record; not withheld; the same person; no grounds.
pub fn confirm(ctx: &Ctx<'_>, id: &str, restore: bool, grounds: &str) -> AppResult<()> {
    ctx.authorise(Action::Decide)?;
    purpose_given(grounds, "确认理由")?;
    let stored = find(ctx, id)?;
    if stored
        .record
        .ended
        .as_ref()
        .is_none_or(|e| e.kind != EndKind::Withheld)
    {
        return Err(AppError::Refused {
            code: "not-withheld",
            message: format!("记录「{}」没有处于待确认的撤下状态。", stored.record.id),
        });
    }
    let decisions = ctx
        .office()
        .db()
        .read(|conn| Ok::<_, AppError>(record::decisions(conn, &stored.record.id)?))?;
    let by = decisions.iter().find(|d| d.kind == DecisionKind::Withhold);
    if by.is_some_and(|d| d.actor == ctx.actor().audit_name()) {
        return Err(AppError::Refused {
            code: "second-person",
            message: "撤下和确认应当由两个人办理，请由另一人登录后确认。".to_owned(),
        });
    }
    let (ended, kind) = if restore {
        (None, DecisionKind::Release)
    } else {
        let ended = Ended {
            kind: EndKind::Withdrawn,
            on: ctx.today(),
            grounds: grounds.to_owned(),
            replaced_by: None,
        };
        (Some(ended), DecisionKind::Withdraw)
    };
    office_version(ctx, stored, ended, kind, grounds)
}

/// Adds a version that an officer's act makes, in a batch of its own that is sealed at once.
fn office_version(
    ctx: &Ctx<'_>,
    stored: Stored,
    ended: Option<Ended>,
    kind: DecisionKind,
    grounds: &str,
) -> AppResult<()> {
    let last = stored.record;
    ctx.office().db().write(|tx| {
        let batch = office_batch(ctx, tx, &last, kind)?;
        let heads = record::heads(tx, &[(&last.subject_key, &last.id)], &batch)?;
        let highest = heads.get(&last.id).map_or(last.version, |h| h.max_version);
        let next = Record {
            version: highest + 1,
            batch_id: batch.clone(),
            row: 0,
            ended: ended.clone(),
            ..last.clone()
        };
        record::insert(tx, std::slice::from_ref(&next))?;
        record::add_decision(tx, &act(ctx, &last.id, kind, None, grounds))?;
        batch::seal(tx, &batch, ctx.now())?;
        let detail = json!({"record": last.id, "kind": kind.as_str(), "grounds": grounds});
        Ok::<_, AppError>((
            (),
            ctx.audit("record.end", detail)
                .about(last.subject_key.clone()),
        ))
    })?;
    crate::ops::seal_audit(ctx)
}

fn office_batch(
    ctx: &Ctx<'_>,
    tx: &mut Tx<'_>,
    record: &Record,
    kind: DecisionKind,
) -> AppResult<String> {
    let id = new_id(ctx.now());
    batch::stage(
        tx,
        &batch::NewBatch {
            id: id.clone(),
            item: record.item.clone(),
            // The office's act is no report of the department.
            department: String::new(),
            file_name: format!("officer:{}", kind.as_str()),
            file_hash: format!("officer:{id}"),
            sheet: String::new(),
            attempt: 1,
            format: None,
            rulebook: ctx.office().rulebook().digest().to_owned(),
            actor: match ctx.actor() {
                Actor::Public => String::new(),
                other => other.audit_name(),
            },
            received_on: ctx.today(),
            staged_at: ctx.now(),
        },
    )?;
    Ok(id)
}
