//! The home page and the departments.

use super::{
    list::{lines, of_unknown_items, week_ago},
    mode::{self, Publicness},
    sources, when,
};
use crate::{
    Act, AppResult, Ctx,
    view::{DepartmentView, Door, Home, RecordLine, SourceState},
    wording::public_name,
};
use jiff::{ToSpan as _, civil::Date};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};
use xinheng_domain::{
    publicity::Mode,
    subject::{Subject, SubjectKey},
};
use xinheng_store::{
    department,
    record::{self, ListFilter, Stored},
    subject,
};

/// Records of the week shown on the home page.
const WEEK: usize = 8;
/// Records looked at for these, so that one file of a department does not fill the page.
const LOOKED_AT: u32 = 40;
/// Records looked at for what to propose.
const EXAMPLES: u32 = 20;

/// The home page.
///
/// # Errors
/// Faults of the store.
pub fn home(ctx: &Ctx<'_>) -> AppResult<Home> {
    ctx.allow(Act::HomeOpen)?;
    if mode::mode(ctx) == Mode::Guide {
        return guide(ctx);
    }
    let deployment = ctx.deployment();
    let since = week_ago(ctx.today());
    let filter = ListFilter {
        public_since: Some(since),
        ..mode::filter(ctx)
    };
    let shown = deployment.cache().counts(ctx, &filter)?.shown;
    let (week, gone) = week(ctx, since)?;
    let week_count = shown
        .saturating_sub(of_unknown_items(ctx, &filter)?)
        .saturating_sub(gone);
    let year_ago = ctx.today().checked_sub(1.year()).unwrap_or(ctx.today());
    let in_time = deployment.cache().in_time(ctx, year_ago)?;
    let title = |id: &str| {
        deployment
            .rulebook()
            .item(id)
            .map_or_else(|| id.to_owned(), |i| i.title.clone())
    };
    Ok(Home {
        when: when(ctx, None, None),
        office: deployment.district().office.clone(),
        examples: examples(ctx)?.to_vec(),
        doors: doors(ctx),
        since,
        week,
        week_count,
        subjects: deployment.cache().subjects(ctx)?,
        sources: sources(ctx)?,
        in_time: in_time
            .iter()
            .map(|t| (title(&t.item), t.in_time, t.all))
            .collect(),
    })
}

/// The home page of a site that shows no record: where to look instead stands on the page.
fn guide(ctx: &Ctx<'_>) -> AppResult<Home> {
    Ok(Home {
        when: when(ctx, None, None),
        office: ctx.deployment().district().office.clone(),
        examples: Vec::new(),
        doors: doors(ctx),
        since: week_ago(ctx.today()),
        week: Vec::new(),
        week_count: 0,
        subjects: 0,
        sources: sources(ctx)?,
        in_time: Vec::new(),
    })
}

/// What was made public last, of each organisation first one: which records is kept, what they say
/// and whether they are public is looked at each time. Also how many have ceased to be public since
/// the figures were made.
fn week(ctx: &Ctx<'_>, since: Date) -> AppResult<(Vec<RecordLine>, u64)> {
    let ids = ctx.deployment().cache().newest(ctx, since, LOOKED_AT)?;
    let found = ctx.public(Act::PublicRead, |conn| {
        let mut found = record::current_many(conn, &ids)?;
        let mut found: Vec<_> = ids.iter().filter_map(|id| found.remove(id)).collect();
        let keys: Vec<&SubjectKey> = found.iter().map(|s| &s.record.subject_key).collect();
        let public = Publicness::of(ctx, conn, &keys)?;
        found.retain(|stored| public.shows(stored));
        Ok(found)
    })?;
    let gone = ids.len().saturating_sub(found.len());
    Ok((lines(ctx, &spread(found))?, gone as u64))
}

/// The first of each organisation, filled up with the others, in their order.
fn spread(found: Vec<Stored>) -> Vec<Stored> {
    let mut seen = HashSet::new();
    let mut ranked: Vec<_> = found
        .into_iter()
        .enumerate()
        .map(|(at, stored)| (!seen.insert(stored.record.subject_key.clone()), at, stored))
        .collect();
    ranked.sort_by_key(|(again, at, _)| (*again, *at));
    ranked.truncate(WEEK);
    ranked.sort_by_key(|(_, at, _)| *at);
    ranked.into_iter().map(|(.., stored)| stored).collect()
}

/// Three searches that lead to something: a part of a name, a whole name, a code. Kept, so that
/// the names are looked for once.
fn examples(ctx: &Ctx<'_>) -> AppResult<Arc<Vec<String>>> {
    let deployment = ctx.deployment();
    deployment.cache().examples(ctx, || {
        let filter = ListFilter {
            limit: EXAMPLES,
            ..mode::filter(ctx)
        };
        let subjects = ctx.public(Act::PublicRead, |conn| {
            let found = record::list(conn, &filter)?;
            let keys: Vec<&SubjectKey> = found.iter().map(|s| &s.record.subject_key).collect();
            let mut subjects = subject::get_many(conn, &keys)?;
            // In the order of the list, each once.
            Ok(keys
                .into_iter()
                .filter_map(|key| subjects.remove(key))
                .filter(|s| public_name(deployment, &s.name, s.person_named) == s.name)
                .collect::<Vec<Subject>>())
        })?;
        Ok(proposed(&subjects))
    })
}

/// A part of a name, a whole name and a code out of organisations with something to see.
fn proposed(subjects: &[Subject]) -> Vec<String> {
    let mut examples = Vec::new();
    let part = subjects.iter().find_map(|s| Some((part_of(&s.name)?, s)));
    let whole = match part {
        Some((part, whole)) => {
            examples.push(part);
            Some(whole)
        }
        None => subjects.first(),
    };
    examples.extend(whole.map(|s| s.name.clone()));
    let other = subjects
        .iter()
        .find(|s| whole.is_none_or(|w| w.key != s.key));
    examples.extend(other.or(whole).map(|s| s.code.clone()));
    examples
}

/// The two characters after the name of the place (`衡川市青禾食品有限公司` gives `青禾`), where
/// the name begins with one: any other cut could be nonsense.
fn part_of(name: &str) -> Option<String> {
    const ENDS: [char; 6] = ['省', '市', '区', '县', '旗', '州'];
    let chars: Vec<char> = name.chars().collect();
    let head = chars.get(..8.min(chars.len()))?;
    let place = head
        .iter()
        .rposition(|c| ENDS.contains(c))
        .filter(|at| *at > 0)?;
    let part = chars.get(place + 1..place + 3)?;
    let chinese = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
    // What is left must be more than the kind of organisation.
    let whole: String = part.iter().collect();
    let rest = chars.len() > place + 5;
    let kind = ["有限", "公司", "集团", "股份"].contains(&whole.as_str());
    (head.iter().take(place).all(chinese) && part.iter().all(chinese) && rest && !kind)
        .then_some(whole)
}

fn doors(ctx: &Ctx<'_>) -> Vec<Door> {
    let guide = mode::mode(ctx) == Mode::Guide;
    let items = ctx.deployment().rulebook().items().iter();
    let items = items.filter(|_| !guide).map(|i| Door {
        href: format!("/records?item={}", i.id),
        title: i.title.clone(),
        text: format!("按部门、类别和月份查看正在公示的{}信息", i.title),
    });
    let mut doors: Vec<Door> = items.collect();
    doors.push(Door {
        href: "/departments".to_owned(),
        title: "报送部门".to_owned(),
        text: "各部门报送了什么、截止到哪一天".to_owned(),
    });
    doors.push(Door {
        href: "/guide/repair".to_owned(),
        title: "信用修复指南".to_owned(),
        text: "信息公示多久、怎样提前终止、去哪里办".to_owned(),
    });
    if guide {
        doors.push(Door {
            href: "/check".to_owned(),
            title: "报送前校核表格".to_owned(),
            text: "逐格指出要改正的地方，文件不入库".to_owned(),
        });
        doors.push(Door {
            href: "/rules".to_owned(),
            title: "规则和依据".to_owned(),
            text: "期限、类别、目录各依据哪一条".to_owned(),
        });
    }
    doors
}

/// Departments with what they have reported.
///
/// # Errors
/// Faults of the store.
pub fn departments(ctx: &Ctx<'_>) -> AppResult<Vec<DepartmentView>> {
    let all = crate::department::list(ctx)?;
    let succession = ctx.public(Act::DepartmentList, |conn| {
        Ok(department::succession(conn, ctx.today())?)
    })?;
    let names: HashMap<String, String> = all
        .iter()
        .map(|d| (d.code.clone(), d.name.clone()))
        .collect();
    let fresh = ctx.deployment().cache().freshness(ctx)?;
    let tally = ctx.deployment().cache().tally(ctx)?;
    let items = ctx.deployment().rulebook().items();
    Ok(all
        .into_iter()
        .map(|d| DepartmentView {
            sources: items
                .iter()
                .map(|item| {
                    let mine = fresh
                        .iter()
                        .find(|f| f.department == d.code && f.item == item.id);
                    SourceState {
                        item: item.id.clone(),
                        title: item.title.clone(),
                        department: d.code.clone(),
                        department_name: d.name.clone(),
                        connected: mine.is_some(),
                        last_received_on: mine.map(|f| crate::civil_day(f.last_sealed_at)),
                        complete_up_to: mine.and_then(|f| f.last_decided_on),
                    }
                })
                .collect(),
            shown: tally
                .iter()
                .filter(|t| t.department == d.code)
                .map(|t| t.shown)
                .sum(),
            continued_by: succession
                .successors(&d.code)
                .into_iter()
                .filter_map(|code| names.get(code).cloned())
                .collect(),
            code: d.code,
            name: d.name,
            contact: d.contact,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::part_of;

    #[test]
    fn a_part_of_a_name_is_a_word_or_nothing() {
        for (name, part) in [
            ("衡川市青禾食品有限公司", Some("青禾")),
            ("衡川市信衡区和顺物流有限公司", Some("和顺")),
            ("测试1有限公司", None),
            ("衡川市1有限公司", None),
            ("衡川市有限公司", None),
            ("青禾食品有限公司", None),
            ("市", None),
            ("", None),
        ] {
            assert_eq!(part_of(name).as_deref(), part, "{name}");
        }
    }
}
