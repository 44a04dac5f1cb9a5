//! A subject's dossier: what may be public today, cut by `as_of` and `known_at` (I10).

use super::{LIMIT, item_of, mode::Publicness, scope, search::moved, shown, sources, when};
use crate::{
    Act, AppError, AppResult, Ctx, Deployment,
    view::{
        Dossier, LifeEvent, NameSpan, RecordGroup, RecordLine, RecordList, Scope, SearchHit,
        SubjectView, YearCount,
    },
    wording::{Wordings, public_name},
};
use jiff::{Timestamp, civil::Date};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};
use xinheng_domain::{
    name,
    record::RecordId,
    subject::{Subject, SubjectCode, SubjectKey, SubjectName},
};
use xinheng_store::{
    Conn,
    record::{self, Stored},
    search, subject,
};

/// Records of one item on the dossier page; the rest through [`subject_records`].
const PER_GROUP: u64 = 20;
/// Points on the life line.
const LIFE: usize = 30;
/// Years of the plot.
const YEARS: i16 = 12; // no law: what fits beside a list
/// Records read at once.
const PAGE: u32 = 500;
/// Organisations of the same name shown.
const SAME_NAME: usize = 20;

struct Loaded {
    subject: Subject,
    /// Former names.
    names: Vec<SubjectName>,
    codes: Vec<SubjectCode>,
    records: Vec<Stored>,
    public: Publicness,
}

fn load(ctx: &Ctx<'_>, code: &str) -> AppResult<Option<Loaded>> {
    ctx.public(Act::SubjectOpen, |conn| {
        let keys = subject::keys_of(conn, code)?;
        let Some(key) = keys.first() else {
            return Ok(None);
        };
        let Some(subject) = subject::get(conn, key)? else {
            return Ok(None);
        };
        if !subject::unseen(conn, [&subject])?.is_empty() {
            return Ok(None);
        }
        Ok(Some(Loaded {
            names: former(ctx, &subject, subject::names(conn, key)?),
            codes: subject::codes(conn, key)?,
            records: all_records(conn, &keys)?,
            public: Publicness::of(ctx, conn, &keys.iter().collect::<Vec<_>>())?,
            subject,
        }))
    })
}

/// Former names as the public sees them; none that is a person's: a shop may have been named by a
/// person before (I6).
fn former(ctx: &Ctx<'_>, subject: &Subject, mut names: Vec<SubjectName>) -> Vec<SubjectName> {
    let (book, words) = (ctx.deployment().rulebook(), ctx.deployment().trade_words());
    names.retain(|n| {
        !subject.person_named
            && n.name != subject.name
            && !book.is_person_named(&n.name, subject.kind, None, words)
    });
    for one in &mut names {
        one.name = public_name(ctx.deployment(), &one.name, false);
    }
    names
}

fn all_records(conn: &mut Conn, keys: &[SubjectKey]) -> AppResult<Vec<Stored>> {
    let mut all: Vec<Stored> = Vec::new();
    let mut after: Option<RecordId> = None;
    loop {
        let page = record::of_subjects(conn, keys, None, after.as_ref(), PAGE)?;
        let full = page.len() == PAGE as usize;
        after = page.last().map(|s| s.record.id.clone());
        all.extend(page);
        if !full {
            return Ok(all);
        }
    }
}

/// Other organisations that bear the same name: told apart by code, never mixed in. Who bears it
/// is kept while nothing is written; few names have two bearers.
fn same_name(ctx: &Ctx<'_>, own: &Subject) -> AppResult<Vec<Subject>> {
    if own.person_named {
        return Ok(Vec::new());
    }
    let others = ctx.deployment().cache().same_name(ctx, &own.key, || {
        ctx.public(Act::SubjectOpen, |conn| bearers(conn, own))
    })?;
    if others.is_empty() {
        return Ok(Vec::new());
    }
    let others: Vec<&SubjectKey> = others.iter().collect();
    ctx.public(Act::SubjectOpen, |conn| {
        let moved = moved(conn, others.iter().copied())?;
        let found = subject::get_many(conn, &others)?;
        let unseen = subject::unseen(conn, found.values())?;
        let mut same: Vec<Subject> = found
            .into_values()
            .filter(|s| !moved.contains(&s.key) && !unseen.contains(&s.key))
            .collect();
        // The same page every time it is asked for.
        same.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(same)
    })
}

/// Keys of the others whose name is that of `own`.
fn bearers(conn: &mut Conn, own: &Subject) -> AppResult<Arc<[SubjectKey]>> {
    let Some(query) = name::query_key(&own.name) else {
        return Ok(Arc::default());
    };
    let found = search::whole(conn, &query, SAME_NAME)?;
    Ok(found
        .hits
        .into_iter()
        .filter(|h| h.key != own.key && name::same(&h.name, &own.name))
        .map(|h| h.key)
        .collect())
}

/// Records the answer shows, newest decision first, and how many were cut for which reason.
struct Cut {
    shown: Vec<Stored>,
    not_in_force: u64,
    known_later: u64,
    unknown_item: u64,
}

impl Cut {
    fn scope(&self, ctx: &Ctx<'_>) -> Scope {
        scope::of_subject(
            ctx,
            self.shown.len() as u64,
            self.not_in_force,
            self.known_later,
            self.unknown_item,
        )
    }
}

fn cut(
    ctx: &Ctx<'_>,
    records: Vec<Stored>,
    public: &Publicness,
    as_of: Option<Date>,
    known_at: Option<Timestamp>,
) -> Cut {
    let mut cut = Cut {
        shown: Vec::new(),
        not_in_force: 0,
        known_later: 0,
        unknown_item: 0,
    };
    for stored in records {
        let dates = &stored.record.publicity;
        if !public.shows(&stored) {
            continue;
        }
        if as_of.is_some_and(|day| !dates.public_on(day)) {
            cut.not_in_force += 1;
        } else if known_at.is_some_and(|at| stored.sealed_at > at) {
            cut.known_later += 1;
        } else if item_of(ctx.deployment(), &stored).is_none() {
            cut.unknown_item += 1;
        } else {
            cut.shown.push(stored);
        }
    }
    cut.shown.sort_by(|a, b| {
        (b.record.decided_on, &b.record.id).cmp(&(a.record.decided_on, &a.record.id))
    });
    cut
}

/// The dossier of the subject a code leads to; an alias answers with the code now in force. Of
/// each item the newest records, the rest through [`subject_records`].
///
/// # Errors
/// Faults of the store.
pub fn dossier(
    ctx: &Ctx<'_>,
    code: &str,
    as_of: Option<Date>,
    known_at: Option<Timestamp>,
) -> AppResult<Option<Dossier>> {
    compiled(ctx, code, as_of, known_at, PER_GROUP)
}

/// The dossier with every record that it counts, for whoever has no second page to turn to.
///
/// # Errors
/// Faults of the store.
pub fn whole_dossier(
    ctx: &Ctx<'_>,
    code: &str,
    as_of: Option<Date>,
    known_at: Option<Timestamp>,
) -> AppResult<Option<Dossier>> {
    compiled(ctx, code, as_of, known_at, u64::MAX)
}

fn compiled(
    ctx: &Ctx<'_>,
    code: &str,
    as_of: Option<Date>,
    known_at: Option<Timestamp>,
    per_group: u64,
) -> AppResult<Option<Dossier>> {
    let Some(loaded) = load(ctx, code)? else {
        return Ok(None);
    };
    let Loaded {
        subject,
        names,
        codes,
        records,
        public,
    } = loaded;
    let same = same_name(ctx, &subject)?;
    let cut = cut(ctx, records, &public, as_of, known_at);
    let scope = cut.scope(ctx);
    let view = subject_view(ctx.deployment(), &subject, names, codes);
    let years = years(ctx, &cut.shown);
    // Only what is listed is made ready: a file of twenty thousand costs no more than its first page.
    let mut totals: HashMap<String, (u64, u64)> = HashMap::new();
    let mut listed = cut.shown;
    listed.retain(|stored| {
        let (n, repairable) = totals.entry(stored.record.item.clone()).or_default();
        *n += 1;
        let repair = stored.record.publicity.earliest_repair;
        *repairable += u64::from(repair.is_some_and(|day| day <= ctx.today()));
        *n <= per_group
    });
    let mut lines = lines(ctx, &listed, Some(&subject))?;
    let mut groups = Vec::new();
    for item in ctx.deployment().rulebook().items() {
        let mine = lines.extract_if(.., |l| l.item == item.id);
        let (total, repairable) = totals.get(&item.id).copied().unwrap_or_default();
        groups.push(RecordGroup {
            records: mine.collect(),
            item: item.id.clone(),
            title: item.title.clone(),
            adverse: item.adverse,
            total,
            repairable,
        });
    }
    // What speaks against it is looked for first, and of many items those that have something.
    groups.sort_by_key(|g| (!g.adverse, g.total == 0));
    Ok(Some(Dossier {
        when: when(ctx, as_of, known_at),
        groups,
        life_line: life_line(&view),
        years,
        sources: sources(ctx)?,
        same_name: same
            .iter()
            .map(|s| hit(ctx.deployment(), s, true))
            .collect(),
        subject: view,
        scope,
    }))
}

/// One item's records of a subject, page by page (keyset by record).
///
/// # Errors
/// A cursor that is none; faults of the store.
pub fn subject_records(
    ctx: &Ctx<'_>,
    code: &str,
    item: Option<&str>,
    cursor: Option<&str>,
    limit: u32,
    as_of: Option<Date>,
    known_at: Option<Timestamp>,
) -> AppResult<Option<RecordList>> {
    let Some(loaded) = load(ctx, code)? else {
        return Ok(None);
    };
    let of_item = |s: &Stored| item.is_none_or(|i| s.record.item == i);
    let records = loaded.records.into_iter().filter(of_item).collect();
    let cut = cut(ctx, records, &loaded.public, as_of, known_at);
    let scope = cut.scope(ctx);
    let start = match cursor {
        None => 0,
        Some(id) => {
            let place = cut.shown.iter().position(|s| s.record.id.as_str() == id);
            place.map(|p| p + 1).ok_or_else(|| {
                AppError::BadInput("翻页位置已经失效，请从第一页重新查看。".to_owned())
            })?
        }
    };
    let limit = limit.clamp(1, LIMIT) as usize;
    let rest = cut.shown.get(start..).unwrap_or_default();
    let page = rest.get(..limit.min(rest.len())).unwrap_or_default();
    let next = if rest.len() > limit {
        page.last().map(|s| s.record.id.to_string())
    } else {
        None
    };
    Ok(Some(RecordList {
        when: when(ctx, as_of, known_at),
        sentence: format!(
            "{}：共{}条可以公示，显示{}条。",
            subject_name(ctx.deployment(), &loaded.subject),
            scope.in_scope,
            scope.shown
        ),
        scope,
        filters: Vec::new(),
        records: lines(ctx, page, Some(&loaded.subject))?,
        next,
    }))
}

fn lines(ctx: &Ctx<'_>, all: &[Stored], subject: Option<&Subject>) -> AppResult<Vec<RecordLine>> {
    let mut keys: Vec<&SubjectKey> = all.iter().map(|s| &s.record.subject_key).collect();
    keys.dedup();
    let wordings = ctx.public(Act::PublicRead, |conn| {
        Wordings::of(ctx.deployment(), conn, &keys)
    })?;
    let mut lines = Vec::with_capacity(all.len());
    for stored in all {
        if let Some(shown) = shown(&wordings, stored, subject)? {
            lines.extend(shown.line(ctx.today())?);
        }
    }
    Ok(lines)
}

/// The name the public sees.
fn subject_name(deployment: &Deployment, subject: &Subject) -> String {
    public_name(deployment, &subject.name, subject.person_named)
}

fn subject_view(
    deployment: &Deployment,
    subject: &Subject,
    names: Vec<SubjectName>,
    codes: Vec<SubjectCode>,
) -> SubjectView {
    SubjectView {
        code: subject.code.clone(),
        name: subject_name(deployment, subject),
        name_masked: subject.person_named,
        kind: subject.kind.as_str().to_owned(),
        kind_title: kind_title(deployment, subject),
        status: subject.status.clone(),
        registered_on: subject.registered_on,
        provisional: subject.provisional,
        former_names: names
            .into_iter()
            .map(|n| NameSpan {
                name: n.name,
                from: n.from,
                until: n.until,
            })
            .collect(),
        other_codes: codes
            .into_iter()
            .filter(|c| c.code != subject.code)
            .map(|c| c.code)
            .collect(),
        register_as_of: subject.as_of,
    }
}

/// What kind of organisation it is: as its code says, where the code list knows.
fn kind_title(deployment: &Deployment, subject: &Subject) -> String {
    let said = deployment.rulebook().organisation_kind(&subject.code);
    said.unwrap_or_else(|| subject.kind.title()).to_owned()
}

/// A subject as a search hit.
pub(super) fn hit(deployment: &Deployment, subject: &Subject, homonym: bool) -> SearchHit {
    let name = subject_name(deployment, subject);
    SearchHit {
        code: subject.code.clone(),
        matched_name: name.clone(),
        matched_at: None,
        matched_by: "present_name".to_owned(),
        name,
        kind_title: kind_title(deployment, subject),
        status: subject.status.clone(),
        homonym,
        near: None,
    }
}

fn life_line(subject: &SubjectView) -> Vec<LifeEvent> {
    let registered = subject.registered_on.map(|on| LifeEvent {
        on,
        title: "登记成立".to_owned(),
    });
    let renamed = subject.former_names.iter().filter_map(|former| {
        Some(LifeEvent {
            on: former.until?.tomorrow().ok()?,
            title: format!("不再使用名称“{}”", former.name),
        })
    });
    let mut events: Vec<LifeEvent> = registered.into_iter().chain(renamed).collect();
    events.sort_by_key(|e| std::cmp::Reverse(e.on));
    events.truncate(LIFE);
    events
}

/// How many records are shown of each year, without gaps; of the last [`YEARS`] years.
fn years(ctx: &Ctx<'_>, shown: &[Stored]) -> Vec<YearCount> {
    let rulebook = ctx.deployment().rulebook();
    let mut counts: BTreeMap<i16, (u64, u64)> = BTreeMap::new();
    for stored in shown {
        let Some(day) = stored.record.decided_on else {
            continue;
        };
        let (adverse, other) = counts.entry(day.year()).or_default();
        let against = rulebook
            .item(&stored.record.item)
            .is_some_and(|i| i.adverse);
        *(if against { adverse } else { other }) += 1;
    }
    let (Some(first), Some(last)) = (
        counts.keys().next().copied(),
        counts.keys().next_back().copied(),
    ) else {
        return Vec::new();
    };
    let first = first.max(last.saturating_sub(YEARS - 1));
    let count = |year| {
        let (adverse, other) = counts.get(&year).copied().unwrap_or_default();
        YearCount {
            year,
            adverse,
            other,
        }
    };
    (first..=last).map(count).collect()
}
