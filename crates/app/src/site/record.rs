//! A record that explains itself, or the tombstone of one that is over.

use super::{mode::Publicness, shown, when};
use crate::{
    Act, AppError, AppResult, Ctx,
    present::{Shown, chinese_date},
    proof,
    view::{RecordAnswer, RecordView, RepairSite, RuleView, Tombstone},
    wording::Wordings,
};
use jiff::{Timestamp, civil::Date};
use xinheng_domain::{
    publicity::{Class, FileEnd},
    record::RecordId,
};
use xinheng_store::{
    Conn, department,
    record::{self, Stored},
    subject,
};

const GONE: &str = "这条信息已经不再公示。曾经的内容不再提供，也不应当继续使用。";

/// The record with this number, if it may be public today.
///
/// # Errors
/// Faults of the store.
pub fn record(
    ctx: &Ctx<'_>,
    id: &str,
    as_of: Option<Date>,
    known_at: Option<Timestamp>,
) -> AppResult<RecordAnswer> {
    let id = RecordId(id.to_owned());
    let mut answer = ctx.public(Act::RecordOpen, |conn| {
        answer(ctx, conn, &id, as_of, known_at)
    })?;
    if let RecordAnswer::Shown(view) = &mut answer {
        view.proof = proof::of(ctx, view);
    }
    Ok(answer)
}

/// What the public may know of a record.
pub(crate) fn answer(
    ctx: &Ctx<'_>,
    conn: &mut Conn,
    id: &RecordId,
    as_of: Option<Date>,
    known_at: Option<Timestamp>,
) -> AppResult<RecordAnswer> {
    let Some(stored) = record::current(conn, id)? else {
        return Ok(RecordAnswer::Unknown);
    };
    let public = Publicness::of(ctx, conn, &[&stored.record.subject_key])?;
    if public.shows(&stored) {
        let dates = &stored.record.publicity;
        let narrowed = as_of.is_some_and(|day| !dates.public_on(day))
            || known_at.is_some_and(|at| stored.sealed_at > at);
        if narrowed {
            return Ok(RecordAnswer::Unknown);
        }
        let view = view(ctx, conn, &stored, as_of, known_at)?;
        return Ok(view.map_or(RecordAnswer::Unknown, |v| RecordAnswer::Shown(Box::new(v))));
    }
    gone(ctx, conn, &stored, &public)
}

/// Whether one of the versions, the latest first, was public on a day up to `today` on which it
/// was the current one.
pub(super) fn was_public(versions: &[Stored], today: Date) -> bool {
    let mut last = today;
    versions.iter().any(|version| {
        let once = version.was_public(last);
        last = last.min(version.known_on());
        once
    })
}

/// What was public once leaves a tombstone; what never was is not told from what does not exist.
fn gone(
    ctx: &Ctx<'_>,
    conn: &mut Conn,
    stored: &Stored,
    public: &Publicness,
) -> AppResult<RecordAnswer> {
    let versions = record::versions(conn, &stored.record.id)?;
    if !was_public(&versions, ctx.today()) || !public.once_let(conn, &stored.record.id)? {
        return Ok(RecordAnswer::Unknown);
    }
    let next = stored
        .record
        .ended
        .as_ref()
        .and_then(|e| e.replaced_by.as_ref());
    let replaced_by = match next {
        Some(id) => public_now(ctx, conn, id)?.map(|s| s.record.id.to_string()),
        None => None,
    };
    Ok(RecordAnswer::Gone(Box::new(Tombstone {
        id: stored.record.id.to_string(),
        status: "no_longer_current".to_owned(),
        message: GONE.to_owned(),
        replaced_by,
        withdrawal: super::withdrawal::notice(ctx, conn, stored)?,
    })))
}

/// The record, where it is shown today.
fn public_now(ctx: &Ctx<'_>, conn: &mut Conn, id: &RecordId) -> AppResult<Option<Stored>> {
    let Some(stored) = record::current(conn, id)? else {
        return Ok(None);
    };
    let public = Publicness::of(ctx, conn, &[&stored.record.subject_key])?;
    Ok(Some(stored).filter(|stored| public.shows(stored)))
}

/// Records followed from one that takes another's place: a chain is short, and never a circle.
const CHAIN: usize = 16; // no law: a bound for a loop

/// When the decision became visible for the first time, under this number or one it replaces.
fn first_sealed_at(conn: &mut Conn, stored: &Stored) -> AppResult<Timestamp> {
    let mut first = stored.sealed_at;
    let mut next = Some(stored.record.id.clone());
    let mut replaces = stored.record.replaces.clone();
    for _ in 0..CHAIN {
        let Some(id) = next else { break };
        if let Some(at) = record::first_sealed_at(conn, &id)? {
            first = first.min(at);
        }
        next = replaces.take();
        if let Some(id) = &next {
            replaces = record::current(conn, id)?.and_then(|s| s.record.replaces);
        }
    }
    Ok(first)
}

/// What the class is, in one line; where the file has set an earlier end, that too: the longest
/// time is not what this record has.
fn class_note(class: &Class, until: Option<Date>, why: &[RuleView]) -> String {
    let earlier = |rule: &RuleView| FileEnd::of(&rule.rule) == Some(FileEnd::Earlier);
    match until.filter(|_| why.iter().any(earlier)) {
        Some(until) => format!(
            "{}；报送的公示截止期更早，这一条公示到{}为止",
            class.value,
            chinese_date(until)
        ),
        None => class.value.clone(),
    }
}

/// Where repair is applied for; the address of the national site is the district's setting.
fn repair_site(ctx: &Ctx<'_>, shown: &Shown<'_>) -> Option<RepairSite> {
    let venue = shown.repair_venue()?;
    let address = venue.address.clone();
    Some(RepairSite {
        title: venue.site.clone(),
        address: address.or_else(|| ctx.deployment().district().platform.clone()),
    })
}

fn view(
    ctx: &Ctx<'_>,
    conn: &mut Conn,
    stored: &Stored,
    as_of: Option<Date>,
    known_at: Option<Timestamp>,
) -> AppResult<Option<RecordView>> {
    let record = &stored.record;
    let owner = subject::get(conn, &record.subject_key)?;
    let department = department::get(conn, &record.department)?;
    let wordings = Wordings::of(ctx.deployment(), conn, &[&record.subject_key])?;
    let Some(shown) = shown(&wordings, stored, owner.as_ref())? else {
        return Ok(None);
    };
    let mut line = shown
        .line(ctx.today())?
        .ok_or_else(|| AppError::Fault(format!("记录{}的公示日期自相矛盾", record.id)))?;
    line.marks.extend(crate::case::marks(ctx, conn, record)?);
    let (fields, fields_withheld) = shown.fields();
    let why = shown.why()?;
    let line_repairs = line.earliest_repair.is_some();
    Ok(Some(RecordView {
        when: when(ctx, as_of, known_at),
        line,
        fields,
        fields_withheld,
        class_note: shown
            .class()
            .map(|c| class_note(c, record.publicity.until, &why)),
        why,
        does_not_mean: shown.item.does_not_mean.clone(),
        how_it_ends: shown.fill(&shown.item.how_it_ends),
        repair_at: line_repairs.then(|| repair_site(ctx, &shown)).flatten(),
        whom_to_ask: format!(
            "{}{}",
            shown.fill(&shown.item.whom_to_ask),
            ctx.deployment().district().contact
        ),
        department: record.department.clone(),
        department_name: department
            .as_ref()
            .map_or_else(|| record.department.clone(), |d| d.name.clone()),
        department_contact: department.map_or_else(String::new, |d| d.contact),
        // The last part of a UUIDv7 is random: enough to name the batch, nothing of its time.
        batch: record
            .batch_id
            .rsplit('-')
            .next()
            .unwrap_or_default()
            .to_owned(),
        timeliness: shown.timeliness(first_sealed_at(conn, stored)?, stored.received_on),
        version: record.version,
        known_since: stored.sealed_at,
        replaces: record.replaces.as_ref().map(ToString::to_string),
        proof: None,
    }))
}
