//! The desks on which cases lie, and the lists of cases.

use super::{
    LetterLine, kind_of, letter, load,
    step::{advance, matter_of},
};
use crate::{Act, AppError, AppResult, Ctx, desk::Work};
use jiff::civil::Date;
use std::collections::BTreeMap;
use xinheng_domain::{
    case::{Effect, Kind, is_told, kind::About},
    permission::{AGENT, Membership, Reach},
    record::{Record, RecordId},
    refusal::RefusalCode,
    subject::SubjectKey,
};
use xinheng_store::{
    Conn,
    case::{self, Head, Wanted},
    department, record, subject,
};

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseLine {
    /// Number.
    pub id: String,
    /// Id of its kind.
    pub kind_id: String,
    /// Title of its kind.
    pub kind: String,
    /// What it is about, in Chinese.
    pub about: String,
    /// Where it stands, in Chinese.
    pub state: String,
    /// Name of the department to which it is assigned.
    pub department: String,
    /// The day on which it was opened.
    pub opened_on: Date,
    /// The last day of the term that ends first.
    pub due_on: Option<Date>,
    /// That day is over.
    pub late: bool,
}

/// Cases, and whether there are more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// The cases.
    pub lines: Vec<CaseLine>,
    /// There are more than are listed.
    pub more: bool,
}

/// Which cases are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseWork {
    /// Of this kind.
    pub kind: Option<String>,
    /// `open`, `rest` or `end`.
    pub phase: Option<String>,
    /// Late ones alone.
    pub late: bool,
    /// Behind this one: its day, and the rest of its number.
    pub after: Option<(Date, String)>,
    /// So many; 200 where none is said.
    pub limit: Option<u32>,
}

/// Cases listed at once.
const LISTED: u32 = 200;

/// What waits for whoever asks, the earliest due first.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn inbox(ctx: &Ctx<'_>) -> AppResult<Listed> {
    ctx.desk(Act::CaseList, |conn, _| {
        let mut heads: Vec<Head> = Vec::new();
        for membership in everywhere(ctx, conn)? {
            let department = membership.department.as_deref().unwrap_or_default();
            for head in case::on_desk(conn, &membership.role, department, LISTED)? {
                if !heads.iter().any(|h| h.id() == head.id()) {
                    heads.push(head);
                }
            }
        }
        heads.sort_by_key(|h| (h.due_on.unwrap_or(Date::MAX), h.case_tail.clone()));
        listed(ctx, conn, heads, LISTED)
    })
}

/// The roles that somebody has, for whatever item a case is of.
pub(crate) fn everywhere(ctx: &Ctx<'_>, conn: &mut Conn) -> AppResult<Vec<Membership>> {
    let items = ctx.deployment().rulebook().items();
    let items: Vec<&str> = items.iter().map(|item| item.id.as_str()).collect();
    ctx.memberships(conn, &items)
}

/// Cases within reach, the last opened first.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn list(ctx: &Ctx<'_>, asked: &CaseWork) -> AppResult<Listed> {
    ctx.desk(Act::CaseList, |conn, reach| {
        let mut heads = Vec::new();
        let limit = asked.limit.unwrap_or(LISTED).min(LISTED);
        let wanted = |department| Wanted {
            department,
            kind: asked.kind.as_deref(),
            phase: asked.phase.as_deref(),
            late: asked.late,
            after: asked.after.as_ref().map(|(day, tail)| (*day, &**tail)),
        };
        match reach {
            Reach::Everywhere => {
                heads = case::list(conn, &wanted(None), ctx.today(), limit + 1)?;
            }
            Reach::Departments(own) => {
                for code in own {
                    let some = case::list(conn, &wanted(Some(code)), ctx.today(), limit + 1)?;
                    heads.extend(some);
                }
                heads.sort_by(|a, b| {
                    let place = |h: &Head| (h.opened_on, h.case_tail.clone());
                    place(b).cmp(&place(a))
                });
            }
        }
        listed(ctx, conn, heads, limit)
    })
}

pub(crate) fn listed(
    ctx: &Ctx<'_>,
    conn: &mut Conn,
    mut heads: Vec<Head>,
    limit: u32,
) -> AppResult<Listed> {
    let more = heads.len() > limit as usize;
    heads.truncate(limit as usize);
    let names: BTreeMap<String, String> = department::all(conn)?
        .into_iter()
        .map(|d| (d.code, d.name))
        .collect();
    // In one go each: a desk is opened all day.
    let about = |of: About| {
        let some = heads.iter().filter_map(move |head| {
            kind_of(ctx, head).ok().filter(|kind| kind.about == of)?;
            head.about.clone()
        });
        some.collect::<Vec<_>>()
    };
    let records: Vec<RecordId> = about(About::Record).into_iter().map(RecordId).collect();
    let numbers = record::document_numbers(conn, &records)?;
    let keys: Vec<SubjectKey> = about(About::Subject).into_iter().map(SubjectKey).collect();
    let keys: Vec<&SubjectKey> = keys.iter().collect();
    let subjects = subject::get_many(conn, &keys)?;
    let mut lines = Vec::with_capacity(heads.len());
    for head in heads {
        // A case whose kind was taken away is listed all the same: opened, it says what is missing.
        let about = head.about.as_deref().unwrap_or_default();
        let (title, state, about) = match kind_of(ctx, &head) {
            Ok(kind) => {
                let state = kind.state(&head.state).map_or("", |s| s.title.as_str());
                let called = match kind.about {
                    About::Record => numbers.get(&RecordId(about.to_owned())),
                    About::Subject => subjects.get(&SubjectKey(about.to_owned())).map(|s| &s.name),
                    About::Department => names.get(about),
                    About::Nothing => None,
                };
                let called = called.map_or(about, String::as_str);
                (kind.title.as_str(), state, called.to_owned())
            }
            Err(_) => (head.kind.as_str(), "规则库中没有这一类型", about.to_owned()),
        };
        let assigned = head.assigned.as_ref();
        lines.push(CaseLine {
            id: head.id().0,
            kind_id: head.kind.clone(),
            kind: title.to_owned(),
            about,
            state: state.to_owned(),
            department: assigned
                .map(|code| names.get(code).cloned().unwrap_or_else(|| code.clone()))
                .unwrap_or_default(),
            opened_on: head.opened_on,
            due_on: head.due_on,
            late: head.due_on.is_some_and(|on| on < ctx.today()),
        });
    }
    Ok(Listed { lines, more })
}

/// A case of an organisation, as its space lists it.
pub(crate) struct InSpace {
    pub(crate) head: Head,
    /// Letters to the organisation.
    pub(crate) letters: Vec<LetterLine>,
    /// It waits for the organisation.
    pub(crate) waits: bool,
}

/// The cases of an organisation of which it knows, the last opened first.
pub(crate) fn of_space(
    ctx: &Ctx<'_>,
    conn: &mut Conn,
    key: &SubjectKey,
    most: u32,
) -> AppResult<Vec<InSpace>> {
    let mut all = Vec::new();
    for head in case::of_subject(conn, key.as_str(), most)? {
        let mut loaded = match load(ctx, conn, &head.id().0) {
            Ok(loaded) => loaded,
            // The others are shown whether this procedure is known or not.
            Err(error @ AppError::Rulebook(_)) => {
                tracing::error!(case = head.id().0, %error, "not in the organisation's space");
                continue;
            }
            Err(error) => return Err(error),
        };
        if !is_told(loaded.kind, &loaded.case) {
            continue;
        }
        let matter = matter_of(conn, &loaded)?;
        advance(ctx, &mut loaded, &matter);
        let state = loaded.kind.state(loaded.case.state());
        all.push(InSpace {
            letters: letter::of(ctx, conn, &loaded)?,
            waits: state.is_some_and(|s| s.waits_for.iter().any(|w| w.role == AGENT)),
            head: Head {
                state: loaded.case.state().to_owned(),
                ..head
            },
        });
    }
    Ok(all)
}

/// What the public page of a record says of the cases about it.
pub(crate) fn marks(ctx: &Ctx<'_>, conn: &mut Conn, record: &Record) -> AppResult<Vec<String>> {
    let key = record.subject_key.as_str();
    let mut marks = Vec::new();
    for head in case::about(conn, key, record.id.as_str())? {
        match kind_of(ctx, &head) {
            Ok(kind) => {
                let marked = kind.state(&head.state).is_some_and(|s| s.marked);
                marks.extend(kind.mark.clone().filter(|_| marked));
            }
            // The record is shown whether its procedure is known or not.
            Err(error) => tracing::error!(case = head.id().0, %error, "no mark on the page"),
        }
    }
    Ok(marks)
}

/// Refuses what an open case decides: a record that a case has withheld is shown again, or not, by its
/// steps, else the case could never end.
pub(crate) fn not_in_a_case(ctx: &Ctx<'_>, conn: &mut Conn, record: &Record) -> AppResult<()> {
    let key = record.subject_key.as_str();
    for head in case::about(conn, key, record.id.as_str())? {
        let kind = kind_of(ctx, &head)?;
        let mut effects = kind.steps.iter().flat_map(|s| &s.does);
        let withholds = effects.any(|e| matches!(e, Effect::Withhold { .. }));
        if withholds && head.phase == "open" {
            let places = [("kind", kind.title.as_str()), ("id", &head.id().0)];
            return Err(ctx.refused(RefusalCode::CaseAlready, &places));
        }
    }
    Ok(())
}

/// Cases about a record, for whoever looks at it for a purpose: number, kind, where they stand.
///
/// # Errors
/// Faults of the store; the rulebook no longer has a kind.
pub(crate) fn about(
    ctx: &Ctx<'_>,
    conn: &mut Conn,
    record: &Record,
) -> AppResult<Vec<(String, String, String)>> {
    let heads = case::about(conn, record.subject_key.as_str(), record.id.as_str())?;
    let told = heads.into_iter().map(|head| {
        let kind = kind_of(ctx, &head)?;
        let state = kind.state(&head.state).map_or("", |s| s.title.as_str());
        Ok((head.id().0, kind.title.clone(), state.to_owned()))
    });
    told.collect()
}

/// Whether an organisation's agent may open a case of a kind.
pub(crate) fn for_agents(kind: &Kind) -> bool {
    let mut by = kind.opening().flat_map(|step| &step.by);
    by.any(|who| who.role == AGENT)
}

/// The kinds that whoever asks may open today, or that anybody of the house may: id, title, what for.
#[must_use]
pub fn kinds(ctx: &Ctx<'_>) -> Vec<(String, String, String)> {
    let outside = ctx.own_subject().is_ok();
    let book = ctx.deployment().rulebook();
    let today = book.kinds().iter().filter(|k| k.covers(ctx.today()));
    today
        .filter(|k| !outside || for_agents(k))
        .map(|k| (k.id.clone(), k.title.clone(), k.purpose.clone()))
        .collect()
}

/// Counted up to here; beyond it the list says how many there are.
const MOST: u32 = 1_000;

/// What waits for whoever asks, as their home shows it.
pub(crate) fn work(ctx: &Ctx<'_>, conn: &mut Conn) -> AppResult<Work> {
    let (mut count, mut overdue) = (0, 0);
    for membership in everywhere(ctx, conn)? {
        let department = membership.department.as_deref().unwrap_or_default();
        let place = (membership.role.as_str(), department);
        let (all, late) = case::count_on_desk(conn, place, ctx.today(), MOST)?;
        count += all;
        overdue += late;
    }
    Ok(Work {
        title: "待办的办件".to_owned(),
        text: match (count, overdue) {
            (0, _) => "没有等待您办理的办件".to_owned(),
            (_, 0) => "按期限先后办理".to_owned(),
            (_, late) => format!("其中{late}件已经超过期限"),
        },
        count: Some(count),
        overdue,
        href: Some("/cases".to_owned()),
    })
}
