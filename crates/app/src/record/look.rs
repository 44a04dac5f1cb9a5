//! All of a record, or all records of a subject, for a stated purpose.

use super::{class_title, facts, find, publicity_sentence, purpose_given};
use crate::{
    Act, AppError, AppResult, Ctx, Scope,
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
    catalogue::FieldKind,
    condition::Values as _,
    publicity::RuleUse,
    record::{EndKind, Record, RecordActKind},
};
use xinheng_store::{
    record::{self, Stored},
    subject,
};

/// One version, as officials see it.
#[derive(Debug, Clone, Serialize)]
pub struct VersionView {
    /// From 1.
    pub version: u32,
    /// Batch.
    pub batch: String,
    /// Row in its file.
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
    /// How often the record has changed: named with an act, it says what was looked at.
    pub revision: u32,
    /// The day the decision was received for the first time.
    pub first_received_on: Date,
    /// What was done about it, the latest first, in Chinese.
    pub acts: Vec<String>,
    /// Cases about it: number, kind, where they stand.
    pub cases: Vec<(String, String, String)>,
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

/// All of a record, for a stated purpose.
///
/// # Errors
/// Forbidden; no purpose; unknown record.
pub fn show(ctx: &Ctx<'_>, id: &str, purpose: &str) -> AppResult<History> {
    ctx.allow(Act::RecordLook)?;
    purpose_given(purpose, "查看用途")?;
    let (current, versions, acts, revision, cases) =
        ctx.look(Act::RecordLook, purpose, |mut read| {
            let current = find(&mut read, id)?;
            let mut seen = read.permit(Scope::Department(&current.record.department))?;
            let id = &current.record.id;
            let versions = record::versions(&mut seen, id)?;
            let mut acts = record::acts(&mut seen, id)?;
            let logins = crate::account::logins(&mut seen)?;
            for act in &mut acts {
                act.actor = crate::account::shown(&act.actor, &logins);
            }
            let revision = record::whole(&mut seen, id)?.map_or(0, |w| w.revision);
            let cases = crate::case::about(ctx, &mut seen, &current.record)?;
            let (detail, key) = (json!({"record": id}), current.record.subject_key.clone());
            let done = seen.done((current, versions, acts, revision, cases), detail);
            Ok(done.about(Some(key)))
        })?;
    let item = ctx.deployment().rulebook().item(&current.record.item);
    let payload = Payload::parse(&current.record.payload)?;
    let facts = item.map_or_else(String::new, |item| facts(item, &payload));
    Ok(History {
        cases,
        id: current.record.id.to_string(),
        item_title: item.map_or_else(|| current.record.item.clone(), |i| i.title.clone()),
        subject_key: current.record.subject_key.to_string(),
        versions: versions
            .iter()
            .map(|v| version_view(ctx, v))
            .collect::<AppResult<_>>()?,
        revision,
        first_received_on: current.record.first_received_on,
        acts: acts
            .iter()
            .rev()
            .map(|d| {
                let now = d.facts.as_ref().is_none_or(|f| *f == facts);
                let lapsed = if now {
                    ""
                } else {
                    "（所依据的事实已经更正，不再适用）"
                };
                let class = d.class.as_deref().map_or_else(String::new, |c| {
                    format!("为{}", class_title(ctx, &current.record, c))
                });
                let at = d.at.to_zoned(TimeZone::fixed(offset(8)));
                format!(
                    "{}　{}{class}{lapsed}　{}　理由：{}",
                    at.strftime("%Y-%m-%d %H:%M"),
                    act_title(d.kind),
                    d.actor,
                    d.grounds
                )
            })
            .collect(),
    })
}

const fn act_title(kind: RecordActKind) -> &'static str {
    match kind {
        RecordActKind::Class => "记录作出决定的单位认定的类别",
        RecordActKind::Withhold => "撤下",
        RecordActKind::Release => "恢复公示",
        RecordActKind::Withdraw => "确认撤下",
        RecordActKind::Annul => "确认撤下，原决定已撤销",
        RecordActKind::Change => "确认撤下，原决定已变更",
        RecordActKind::Repair => "准予信用修复，终止公示",
        RecordActKind::Restore => "修复撤销，恢复公示",
    }
}

/// Every field of a version by its name, as officials see it.
pub(crate) fn official_fields(ctx: &Ctx<'_>, record: &Record) -> AppResult<Vec<(String, String)>> {
    let item = ctx.deployment().rulebook().item(&record.item);
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
            Some((shown_name(&f.name, f.kind), value))
        })
        .collect();
    let others = payload
        .iter()
        .filter(|(id, _)| !known.iter().any(|f| f.id == *id));
    fields.extend(others.map(|(id, v)| (id.trim_start_matches("flex_").to_owned(), v.to_owned())));
    Ok(fields)
}

fn version_view(ctx: &Ctx<'_>, stored: &Stored) -> AppResult<VersionView> {
    let record = &stored.record;
    let trace: Vec<RuleUse> = serde_json::from_str(&record.publicity.trace)
        .map_err(|e| AppError::Fault(format!("记录{}的规则依据不能读取：{e}", record.id)))?;
    Ok(VersionView {
        version: record.version,
        batch: record.batch_id.clone(),
        row: record.row,
        sealed_at: Some(stored.sealed_at),
        publicity: match record.ended.as_ref().map(|e| e.kind) {
            None => publicity_sentence(&record.publicity),
            Some(EndKind::Withheld) => "已撤下，待第二人确认".to_owned(),
            Some(_) => "不再公示".to_owned(),
        },
        why: trace
            .into_iter()
            .map(|r| rule_view(ctx.deployment(), r))
            .collect(),
        ended: record
            .ended
            .as_ref()
            .map(|e| format!("{}，{}", e.on, e.grounds)),
        fields: official_fields(ctx, record)?,
    })
}

/// Every current record of a subject, for a stated purpose.
///
/// # Errors
/// Forbidden; no purpose; unknown code.
pub fn of_subject(ctx: &Ctx<'_>, code: &str, purpose: &str) -> AppResult<Vec<OfficialLine>> {
    ctx.allow(Act::SubjectLook)?;
    purpose_given(purpose, "查看用途")?;
    let all = ctx.look(Act::SubjectLook, purpose, |read| {
        let (mut seen, reach) = read.within_reach();
        let keys = subject::keys_of(&mut seen, code)?;
        let Some(key) = keys.first().cloned() else {
            return Err(AppError::NotFound(format!(
                "没有代码为“{code}”的组织，请核对代码。"
            )));
        };
        let mut all = record::of_subjects(&mut seen, &keys, None, None, u32::from(u16::MAX))?;
        all.retain(|stored| reach.covers(&stored.record.department));
        let detail = json!({"code": code, "records": all.len()});
        Ok(seen.done(all, detail).about(Some(key)))
    })?;
    let title = |id: &str| {
        ctx.deployment()
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
