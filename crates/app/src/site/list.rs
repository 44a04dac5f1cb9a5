//! Public lists by item, department, kind and month.

use super::{
    LIMIT,
    mode::{self, Publicness},
    scope, shown, when,
};
use crate::{
    Act, AppError, AppResult, Ctx,
    view::{Choice, FilterView, RecordLine, RecordList, grouped},
    wording::Wordings,
};
use jiff::{Timestamp, ToSpan as _, civil::Date};
use std::collections::BTreeMap;
use xinheng_domain::{catalogue::Item, record::RecordId, subject::SubjectKey};
use xinheng_store::{
    Conn,
    record::{self, ListFilter, Stored},
    subject,
};

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// Catalogue item id.
    pub item: Option<String>,
    /// Department code.
    pub department: Option<String>,
    /// Month of the decision, `YYYY-MM`.
    pub month: Option<String>,
    /// Words of a name, or a code: only records of the organisations they lead to.
    pub words: Option<String>,
    /// Decided on this day or later.
    pub from: Option<Date>,
    /// Decided on this day or earlier.
    pub until: Option<Date>,
    /// Made public on this day or later.
    pub since: Option<Date>,
    /// The oldest decision first.
    pub oldest_first: bool,
    /// Filter fields of the item and their values.
    pub facets: Vec<(String, String)>,
    /// Place after which to go on.
    pub cursor: Option<String>,
    /// Rows, at most [`LIMIT`].
    pub limit: u32,
    /// Only in force on this day.
    pub as_of: Option<Date>,
    /// Only known at this moment.
    pub known_at: Option<Timestamp>,
}

impl ListQuery {
    /// Whether it asks for less than a kind of information: what is not public is counted for
    /// whole kinds alone.
    fn has_conditions(&self) -> bool {
        let Self {
            item: _,
            department,
            month,
            words,
            from,
            until,
            since,
            oldest_first: _,
            facets,
            cursor: _,
            limit: _,
            // These cut what is public, and nothing else.
            as_of: _,
            known_at: _,
        } = self;
        department.is_some()
            || month.is_some()
            || words.is_some()
            || from.is_some()
            || until.is_some()
            || since.is_some()
            || !facets.is_empty()
    }
}

/// Months offered as a filter.
const MONTHS: usize = 60; // no law: what a visitor can pick from

/// Organisations that the words of a search within a list may lead to.
const NAMED: usize = 200; // no law: what one query takes

/// A list of what is public today.
///
/// # Errors
/// A filter that cannot be; faults of the store.
pub fn list(ctx: &Ctx<'_>, query: &ListQuery) -> AppResult<RecordList> {
    let item = item_asked(ctx, query)?;
    let mut filter = filter(ctx, query, item)?;
    let oldest_first = filter.oldest_first;
    let counts = ctx.deployment().cache().counts(ctx, &filter)?;
    let limit = query.limit.clamp(1, LIMIT);
    filter.limit = limit + 1;
    let after = query.cursor.as_deref().map(cursor).transpose()?;
    let mut found = ctx.public(Act::RecordList, |conn| {
        if let Some((day, id)) = after {
            filter.after = Some(place(ctx, conn, day, id, oldest_first)?);
        }
        Ok(record::list(conn, &filter)?)
    })?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = if more {
        found.last().map(cursor_text)
    } else {
        None
    };
    let records = lines(ctx, &found)?;
    let unknown_item = of_unknown_items(ctx, &filter)?;
    let scope = if query.has_conditions() {
        scope::of_conditions(ctx, &counts, unknown_item)
    } else {
        scope::of_kinds(ctx, &filter, &counts, unknown_item)?
    };
    Ok(RecordList {
        when: when(ctx, query.as_of, query.known_at),
        sentence: sentence(item, &scope, query.has_conditions()),
        filters: filters(ctx, query, item)?,
        scope,
        records,
        next,
    })
}

fn item_asked<'a>(ctx: &Ctx<'a>, query: &ListQuery) -> AppResult<Option<&'a Item>> {
    let Some(id) = &query.item else {
        return Ok(None);
    };
    let item = ctx.deployment().rulebook().item(id);
    item.map(Some).ok_or_else(|| {
        ctx.deployment().meet_unknown_item();
        AppError::BadInput(format!("没有“{id}”这一类信息。"))
    })
}

/// How many of those that could be shown are of items that the rulebook does not know.
pub(super) fn of_unknown_items(ctx: &Ctx<'_>, filter: &ListFilter) -> AppResult<u64> {
    if filter.item.is_some() {
        return Ok(0);
    }
    let cache = ctx.deployment().cache();
    let mut sum = 0;
    for item in cache.unknown_items(ctx)? {
        let one = ListFilter {
            item: Some(item),
            ..filter.clone()
        };
        sum += cache.counts(ctx, &one)?.shown;
    }
    Ok(sum)
}

/// Stored records as lines.
pub(super) fn lines(ctx: &Ctx<'_>, found: &[Stored]) -> AppResult<Vec<RecordLine>> {
    let keys: Vec<&SubjectKey> = found.iter().map(|s| &s.record.subject_key).collect();
    let (subjects, wordings) = ctx.public(Act::PublicRead, |conn| {
        let wordings = Wordings::of(ctx.deployment(), conn, &keys)?;
        Ok((subject::get_many(conn, &keys)?, wordings))
    })?;
    let mut lines = Vec::with_capacity(found.len());
    for stored in found {
        let owner = subjects.get(&stored.record.subject_key);
        if let Some(shown) = shown(&wordings, stored, owner)? {
            lines.extend(shown.line(ctx.today())?);
        }
    }
    Ok(lines)
}

/// The whole filter of a question, without place and limit.
pub(super) fn filter_of(ctx: &Ctx<'_>, query: &ListQuery) -> AppResult<ListFilter> {
    filter(ctx, query, item_asked(ctx, query)?)
}

fn sentence(item: Option<&Item>, scope: &crate::view::Scope, conditions: bool) -> String {
    let what = item.map_or("公示信息", |i| i.title.as_str());
    let which = if conditions { "符合条件的" } else { "" };
    match scope.shown {
        0 => format!("今天没有公示{which}{what}。"),
        shown => format!("今天公示{which}{what}{}条。", grouped(shown)),
    }
}

fn filter(ctx: &Ctx<'_>, query: &ListQuery, item: Option<&Item>) -> AppResult<ListFilter> {
    let mut filter = ListFilter {
        item: query.item.clone(),
        department: query.department.clone(),
        as_of: query.as_of,
        known_at: query.known_at,
        public_since: query.since,
        oldest_first: query.oldest_first,
        ..mode::filter(ctx)
    };
    if let Some(month) = &query.month {
        let first: Date = format!("{month}-01")
            .parse()
            .map_err(|_| AppError::BadInput(format!("月份“{month}”不能识别，请写成 2026-11。")))?;
        filter.decided_from = Some(first);
        filter.decided_until = Some(first.last_of_month());
    }
    if let (Some(from), Some(until)) = (query.from, query.until)
        && until < from
    {
        return Err(AppError::BadInput(format!(
            "决定日期从{from}到{until}，后一个日期早于前一个，请对调。"
        )));
    }
    filter.decided_from = filter.decided_from.max(query.from);
    let ends = [filter.decided_until, query.until];
    filter.decided_until = ends.into_iter().flatten().min();
    if let Some(words) = &query.words {
        filter.subjects = Some(named(ctx, words)?);
    }
    for (field, value) in &query.facets {
        if item.is_none_or(|i| !i.filters.contains(field)) {
            return Err(AppError::BadInput(format!(
                "“{field}”不能用来筛选这一类信息。"
            )));
        }
        filter.facets.push(format!("|{field}={value}|"));
    }
    Ok(filter)
}

/// Keys of the organisations that words of a name, or a code, lead to.
fn named(ctx: &Ctx<'_>, words: &str) -> AppResult<Vec<SubjectKey>> {
    let many = || {
        AppError::BadInput(format!(
            "名称中含有“{words}”的单位超过{NAMED}家，请多写几个字，或者写统一社会信用代码。"
        ))
    };
    ctx.public(Act::PublicRead, |conn| {
        super::search::keys(ctx.deployment(), conn, words, NAMED)?.ok_or_else(many)
    })
}

fn cursor_text(stored: &Stored) -> String {
    let day = stored
        .record
        .decided_on
        .map_or_else(|| "-".to_owned(), |d| d.to_string());
    format!("{day}_{}", stored.record.id)
}

/// The place after a record. When it came is looked up, unless it is none that the reader can have
/// seen: nothing in the answer may depend on what is not public.
fn place(
    ctx: &Ctx<'_>,
    conn: &mut Conn,
    day: Option<Date>,
    id: RecordId,
    oldest_first: bool,
) -> AppResult<record::Cursor> {
    let mut stored = record::current(conn, &id)?;
    if let Some(found) = &stored
        && !Publicness::of(ctx, conn, &[&found.record.subject_key])?.shows(found)
    {
        stored = None;
    }
    Ok(record::cursor(stored.as_ref(), day, id, oldest_first))
}

/// The decision date and the number of the record after which to go on.
fn cursor(text: &str) -> AppResult<(Option<Date>, RecordId)> {
    let bad = || AppError::BadInput("翻页位置不能识别，请从第一页重新查看。".to_owned());
    let (day, id) = text.split_once('_').ok_or_else(bad)?;
    let decided_on = if day == "-" {
        None
    } else {
        Some(day.parse().map_err(|_| bad())?)
    };
    let record_id = RecordId(id.to_owned());
    record_id.subject_key().ok_or_else(bad)?;
    Ok((decided_on, record_id))
}

fn filters(ctx: &Ctx<'_>, query: &ListQuery, item: Option<&Item>) -> AppResult<Vec<FilterView>> {
    let tally = ctx.deployment().cache().tally(ctx)?;
    let rulebook = ctx.deployment().rulebook();
    let count = |holds: &dyn Fn(&record::Tally) -> bool| -> Option<u64> {
        Some(tally.iter().filter(|t| holds(t)).map(|t| t.shown).sum())
    };
    let of_item = |t: &record::Tally| query.item.as_ref().is_none_or(|i| *i == t.item);
    let items = rulebook.items().iter().map(|i| Choice {
        value: i.id.clone(),
        title: i.title.clone(),
        count: count(&|t| t.item == i.id),
        chosen: query.item.as_ref() == Some(&i.id),
    });
    let mut all = vec![FilterView {
        name: "item".to_owned(),
        title: "信息类别".to_owned(),
        choices: items.collect(),
    }];
    let departments = crate::department::list(ctx)?;
    all.push(FilterView {
        name: "department".to_owned(),
        title: "报送部门".to_owned(),
        choices: departments
            .into_iter()
            .map(|d| Choice {
                count: count(&|t| of_item(t) && t.department == d.code),
                chosen: query.department.as_ref() == Some(&d.code),
                value: d.code,
                title: d.name,
            })
            .filter(|c| c.chosen || c.count.is_some_and(|n| n > 0))
            .collect(),
    });
    if let Some(item) = item {
        for field in item.filters.iter().filter_map(|f| item.field(f)) {
            let titles = field
                .codes
                .as_deref()
                .map(|c| rulebook.titles(c))
                .unwrap_or_default();
            let chosen = query
                .facets
                .iter()
                .find(|(f, _)| *f == field.id)
                .map(|(_, v)| v);
            all.push(FilterView {
                name: field.id.clone(),
                title: field.name.clone(),
                choices: titles
                    .into_iter()
                    .map(|t| Choice {
                        value: t.to_owned(),
                        title: t.to_owned(),
                        count: None,
                        chosen: chosen.is_some_and(|c| c == t),
                    })
                    .collect(),
            });
        }
    }
    let mut months: BTreeMap<&str, u64> = BTreeMap::new();
    for t in tally.iter().filter(|t| of_item(t) && !t.month.is_empty()) {
        *months.entry(&t.month).or_default() += t.shown;
    }
    // A month without records is a condition all the same: it can be seen and taken away.
    let asked = query.month.as_deref();
    if let Some(month) = asked {
        months.entry(month).or_default();
    }
    all.push(FilterView {
        name: "month".to_owned(),
        title: "决定月份".to_owned(),
        choices: months
            .into_iter()
            .rev()
            .enumerate()
            .filter(|(at, (month, _))| *at < MONTHS || asked == Some(*month))
            .map(|(_, month)| month)
            .map(|(month, n)| Choice {
                value: month.to_owned(),
                title: month.replace('-', "年") + "月",
                count: Some(n),
                chosen: query.month.as_deref() == Some(month),
            })
            .collect(),
    });
    Ok(all)
}

/// The day seven days before `today`, inclusive count.
pub(super) fn week_ago(today: Date) -> Date {
    today.checked_sub(6.days()).unwrap_or(today) // no law: a week
}
