//! All of a record, or all records of a subject, for a stated purpose.

use super::{class_title, find, publicity_sentence, purpose_given};
use crate::{
    Action, AppError, AppResult, Ctx,
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
use xinheng_domain::{catalogue::FieldKind, condition::Values as _, publicity::RuleUse};
use xinheng_store::{
    record::{self, DecisionKind, Stored},
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
        DecisionKind::Class => "记录作出决定的单位认定的类别",
        DecisionKind::Reopen => "类别不再适用",
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
