//! The home page and the departments.

use super::{
    list::{lines, week_ago},
    sources, when,
};
use crate::{
    Action, AppError, AppResult, Ctx,
    view::{DepartmentView, Door, Home, SourceState},
};
use jiff::ToSpan as _;
use xinheng_domain::name;
use xinheng_store::{
    record::{self, ListFilter},
    search,
};

/// Records of the week shown on the home page.
const WEEK: u32 = 8;

/// The home page.
///
/// # Errors
/// Faults of the store.
pub fn home(ctx: &Ctx<'_>) -> AppResult<Home> {
    ctx.authorise(Action::ReadPublic)?;
    let office = ctx.office();
    let filter = ListFilter {
        public_on: Some(ctx.today()),
        public_since: Some(week_ago(ctx.today())),
        limit: WEEK,
        ..ListFilter::default()
    };
    let week_count = office.cache().counts(ctx, &filter)?.shown;
    let found = office
        .db()
        .read(|conn| Ok::<_, AppError>(record::list(conn, &filter)?))?;
    let year_ago = ctx.today().checked_sub(1.year()).unwrap_or(ctx.today());
    let in_time = office.cache().in_time(ctx, year_ago)?;
    let title = |id: &str| {
        office
            .rulebook()
            .item(id)
            .map_or_else(|| id.to_owned(), |i| i.title.clone())
    };
    Ok(Home {
        when: when(ctx, None, None),
        office: office.district().office.clone(),
        examples: examples(ctx)?,
        doors: doors(ctx),
        week: lines(ctx, &found)?,
        week_count,
        subjects: office.cache().subjects(ctx)?,
        sources: sources(ctx)?,
        in_time: in_time
            .iter()
            .map(|t| (title(&t.item), t.in_time, t.all))
            .collect(),
    })
}

/// Three searches that lead somewhere: a part of a name, a whole name, a code.
fn examples(ctx: &Ctx<'_>) -> AppResult<Vec<String>> {
    let Some(common) = name::query_key("公司") else {
        return Ok(Vec::new());
    };
    let some = ctx
        .office()
        .db()
        .read(|conn| Ok::<_, AppError>(search::names(conn, &common, 2)?))?
        .hits;
    let mut examples = Vec::new();
    if let Some(first) = some.first() {
        examples.push(first.name.chars().skip(2).take(2).collect());
        examples.push(first.name.clone());
    }
    examples.extend(some.get(1).map(|h| h.key.to_string()));
    Ok(examples)
}

fn doors(ctx: &Ctx<'_>) -> Vec<Door> {
    let items = ctx.office().rulebook().items().iter().map(|i| Door {
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
    doors
}

/// Departments with what they have reported.
///
/// # Errors
/// Faults of the store.
pub fn departments(ctx: &Ctx<'_>) -> AppResult<Vec<DepartmentView>> {
    let all = crate::department::list(ctx)?;
    let fresh = ctx.office().cache().freshness(ctx)?;
    let tally = ctx.office().cache().tally(ctx)?;
    let items = ctx.office().rulebook().items();
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
            code: d.code,
            name: d.name,
        })
        .collect())
}
