//! A record as the organisation sees it of which it is: also where the public does not.

use super::{PURPOSE, openings};
use crate::{
    Act, AppError, AppResult, Ctx, Scope,
    present::{Shown, chinese_date, citation},
    record::publicity_sentence,
    site,
    view::{FieldView, RuleView},
    wording::Wordings,
};
use jiff::civil::Date;
use serde_json::json;
use xinheng_domain::{
    case::{Kind, kind::About},
    catalogue::Role,
    permission::own_place,
    record::{EndKind, RecordId},
    subject::{Subject, SubjectKey},
};
use xinheng_store::{
    Conn, department,
    record::{self as records, Stored},
    subject as subjects,
};

/// A record of the organisation, in its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRecord {
    /// Public number.
    pub id: String,
    /// Item, in Chinese.
    pub item_title: String,
    /// Document number.
    pub document_number: String,
    /// Decision date.
    pub decided_on: Option<Date>,
    /// Name of the department that reported it.
    pub department: String,
    /// It is shown to the public today.
    pub public: bool,
    /// From when to when, or why not, in Chinese.
    pub standing: String,
    /// The first day on which repair may be applied for.
    pub earliest_repair: Option<Date>,
    /// What the public page says of cases about it.
    pub marks: Vec<String>,
}

/// A record of the organisation, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRecordView {
    /// As in the list.
    pub line: OwnRecord,
    /// Its fields, persons masked.
    pub fields: Vec<FieldView>,
    /// The rules by which it is shown, or not.
    pub why: Vec<RuleView>,
    /// How it ends.
    pub how_it_ends: String,
    /// Whom to ask.
    pub whom_to_ask: String,
    /// What may be begun about it: id and title of the kinds.
    pub openings: Vec<(String, String)>,
    /// What to type and to sign where repair is applied for.
    pub repair_text: Option<RepairText>,
}

/// What is typed where repair is applied for, ready to be copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepairText {
    /// The site.
    pub site: String,
    /// Its address, where it is known.
    pub address: Option<String>,
    /// Why there, cited.
    pub basis: String,
    /// Fields to be typed: name and value.
    pub fields: Vec<(String, String)>,
    /// The promise, to be signed.
    pub promise: String,
}

pub(super) fn subject(conn: &mut Conn, key: &SubjectKey) -> AppResult<Subject> {
    let known = subjects::get(conn, key)?;
    known.ok_or_else(|| AppError::Fault(format!("单位“{key}”不在库中")))
}

/// A record, in the list of its organisation.
pub(super) fn line(ctx: &Ctx<'_>, conn: &mut Conn, stored: &Stored) -> AppResult<OwnRecord> {
    let record = &stored.record;
    let item = ctx.deployment().rulebook().item(&record.item);
    let department = department::get(conn, &record.department)?;
    let ended = record.ended.as_ref();
    let public = ended.is_none() && record.publicity.public_on(ctx.today());
    Ok(OwnRecord {
        id: record.id.to_string(),
        item_title: item.map_or_else(|| record.item.clone(), |i| i.title.clone()),
        document_number: record.document_number.clone(),
        decided_on: record.decided_on,
        department: department.map_or_else(|| record.department.clone(), |d| d.name),
        public,
        standing: match ended {
            Some(end) => format!("{}起{}", end.on, over(end.kind)),
            None => publicity_sentence(&record.publicity),
        },
        earliest_repair: record.publicity.earliest_repair.filter(|_| public),
        marks: crate::case::marks(ctx, conn, record)?,
    })
}

/// How a record ended, as the organisation is told: not what officials noted of it.
const fn over(kind: EndKind) -> &'static str {
    match kind {
        EndKind::Replaced => "由更正后的另一条记录代替",
        EndKind::Withdrawn => "不再公示：公示有误，已经撤下",
        EndKind::Withheld => "暂停公示，正在核实",
        EndKind::Annulled => "不再公示：原决定已经撤销",
        EndKind::Changed => "不再公示：原决定已经变更",
        EndKind::Repaired => "不再公示：信用已经修复",
    }
}

/// A record of the organisation for which whoever asks acts. Leaves a line.
///
/// # Errors
/// Forbidden; no record of theirs with this number; faults of the store.
pub fn record(ctx: &Ctx<'_>, id: &str) -> AppResult<OwnRecordView> {
    ctx.look(Act::SpaceOpen, PURPOSE, |read| {
        let key = ctx.own_subject()?;
        let mut seen = read.permit(Scope::Department(&own_place(&key)))?;
        let own = subject(&mut seen, &key)?;
        let keys = subjects::keys_of(&mut seen, &own.code)?;
        let id = RecordId(id.trim().to_owned());
        let stored = records::current(&mut seen, &id)?;
        // One of somebody else is as unknown as one that is not there.
        let stored = stored.filter(|s| keys.contains(&s.record.subject_key));
        let stored = stored.ok_or_else(|| {
            AppError::NotFound("本单位没有这一编号的记录，请核对编号。".to_owned())
        })?;
        let view = whole(ctx, &mut seen, &own, &stored)?;
        let detail = json!({"record": id});
        Ok(seen.done(view, detail).about(Some(key)))
    })
}

/// All of a record, as its organisation sees it.
pub(super) fn whole(
    ctx: &Ctx<'_>,
    conn: &mut Conn,
    own: &Subject,
    stored: &Stored,
) -> AppResult<OwnRecordView> {
    let wordings = Wordings::of(ctx.deployment(), conn, &[&stored.record.subject_key])?;
    let shown = site::shown(&wordings, stored, Some(own))?;
    let shown = shown.ok_or_else(|| {
        AppError::Rulebook(format!("规则库中不再有目录项“{}”。", stored.record.item))
    })?;
    let line = line(ctx, conn, stored)?;
    let item = &stored.record.item;
    let about =
        |kind: &Kind| kind.about == About::Record && kind.item.as_ref().is_none_or(|of| of == item);
    Ok(OwnRecordView {
        fields: shown.fields().0,
        why: shown.why()?,
        how_it_ends: shown.fill(&shown.item.how_it_ends),
        whom_to_ask: shown.fill(&shown.item.whom_to_ask),
        openings: openings(ctx, about),
        repair_text: line
            .earliest_repair
            .and_then(|_| repair_text(ctx, &shown, own)),
        line,
    })
}

/// What is typed where repair is applied for.
fn repair_text(ctx: &Ctx<'_>, shown: &Shown<'_>, own: &Subject) -> Option<RepairText> {
    let venue = shown.repair_venue()?;
    let platform = || ctx.deployment().district().platform.clone();
    let role = |role| shown.role_shown(role);
    let decided = shown
        .record
        .decided_on
        .map_or_else(String::new, chinese_date);
    let number = shown.record.document_number.as_str();
    let fields = [
        ("单位名称", own.name.clone()),
        ("统一社会信用代码", own.code.clone()),
        ("决定书文号", number.to_owned()),
        ("决定日期", decided.clone()),
        ("决定机关", role(Role::AuthorityName)),
        ("本区记录编号", shown.record.id.to_string()),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value));
    Some(RepairText {
        site: venue.site.clone(),
        address: venue.address.clone().or_else(platform),
        basis: citation(ctx.deployment(), &venue.basis),
        fields: fields
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect(),
        promise: format!(
            "我单位{}（统一社会信用代码：{}）于{decided}受到行政处罚（{number}）。现承诺：违法行为已经改正，\
             决定确定的义务已经全部履行；所提供的材料真实、准确、完整；今后依法经营，诚实守信。如违背承诺，\
             愿意依法承担相应责任，并同意将本承诺和履行情况向社会公开。",
            own.name, own.code,
        ),
    })
}
