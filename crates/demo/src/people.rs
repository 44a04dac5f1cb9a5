//! People who sign in: invented ones, one for each role that has something to do, in the department
//! listed first, and three of the unit whose cases they work on together. They may be entered with
//! one click from the machine itself.

use crate::{BuildError, DemoError};
use jiff::{ToSpan as _, civil::Date};
use std::collections::BTreeMap;
use xinheng_app::{
    Actor, AppError, Ctx,
    account::{self, Grant, NewAccount},
    agent::{self, NewAgent},
    auditor::{self, NewLetter},
    department,
    roster::{self, Proposal},
};

/// Login, invented name, role that an administrator grants.
const PEOPLE: [(&str, &str, &str); 11] = [
    ("clerk", "程样清", ""),
    ("reviewer", "司马拟清", ""),
    ("deputy", "温样澄", ""),
    ("responsible", "欧阳拟川", "responsible"),
    ("officer", "黄设舟", "officer"),
    ("head", "张设同", "head"),
    ("counter", "钱样禾", "counter"),
    ("auditor", "沈样宁", ""),
    ("system", "陆拟安", "system-admin"),
    ("security", "顾样和", "security-admin"),
    ("audit", "纪设远", "audit-admin"),
];

/// The unit that has people of its own beside the first, and these, by login, name and role.
const MARKET: &str = "scjg";
const MARKET_PEOPLE: [(&str, &str, &str); 3] = [
    ("market-clerk", "许样泉", ""),
    ("market-reviewer", "傅拟云", ""),
    ("market-responsible", "彭设竹", "responsible"),
];

/// The second unit's reviewer has left some days before the demo's day: its files go in at once again.
const MARKET_REVIEWER_LEFT: i64 = 6;

/// Makes the accounts, and the rosters of their departments; gives as whom each of them acts.
pub(crate) fn settle(
    ctx: &Ctx<'_>,
    today: Date,
) -> Result<BTreeMap<&'static str, Actor>, BuildError> {
    let departments = department::list(ctx)?;
    let first = departments.first().map(|d| d.code.as_str());
    let mut actors = unit(ctx, &PEOPLE, first)?;
    actors.extend(unit(ctx, &MARKET_PEOPLE, Some(MARKET))?);
    let left = today.saturating_sub(MARKET_REVIEWER_LEFT.days());
    for (department, names, until) in [
        (first, ["responsible", "clerk", "reviewer"], None),
        (
            Some(MARKET),
            ["market-responsible", "market-clerk", "market-reviewer"],
            Some(left),
        ),
    ] {
        let [responsible, clerk, reviewer] = names;
        if let (Some(actor), Some(department)) = (actors.get(responsible), department) {
            let own = ctx.deployment().ctx(actor.clone(), ctx.now());
            confirmed(&own, department, clerk, (reviewer, until))?;
        }
    }
    Ok(actors)
}

fn unit(
    ctx: &Ctx<'_>,
    people: &[(&'static str, &'static str, &'static str)],
    first: Option<&str>,
) -> Result<BTreeMap<&'static str, Actor>, BuildError> {
    let permissions = ctx.deployment().rulebook().permissions();
    let mut actors = BTreeMap::new();
    for &(login, name, role) in people {
        let new = NewAccount {
            login,
            name,
            demo: true,
        };
        let made = account::make(ctx, new)?;
        let known = permissions.role(role);
        // Without a role from here, the roster or a letter gives one; clerks and reviewers are of
        // the department.
        let office = known.is_some_and(|k| k.body != account::Body::Department);
        let actor = Actor::Account {
            id: made.id,
            department: first.filter(|_| !office).map(str::to_owned),
        };
        actors.insert(login, actor);
        if known.is_none() {
            continue;
        }
        let grant = Grant {
            login,
            role,
            department: first.filter(|_| !office),
            from: None,
            until: None,
        };
        account::grant(ctx, grant)?;
    }
    Ok(actors)
}

/// What waits on the demo's day: an auditor's letter, and a deputy on the first department's roster.
pub(crate) fn wait(
    ctx: &Ctx<'_>,
    actors: &BTreeMap<&'static str, Actor>,
) -> Result<(), BuildError> {
    let letter = NewLetter {
        login: "auditor",
        issuer: "衡川市审计局",
        number: "衡审函〔2026〕7号",
        dated: ctx.today(),
        departments: &[],
        from: None,
        until: ctx.today().saturating_add(60.days()),
    };
    auditor::enter(ctx, &letter)?;
    let Some(actor) = actors.get("responsible") else {
        return Ok(());
    };
    if let Actor::Account {
        department: Some(department),
        ..
    } = actor
    {
        let leave = Proposal {
            department,
            login: "deputy",
            role: "reviewer",
            from: None,
            until: Some(ctx.today().saturating_add(30.days())),
        };
        roster::propose(&ctx.deployment().ctx(actor.clone(), ctx.now()), leave)?;
    }
    Ok(())
}

/// Agents of organisations: login and invented name.
const AGENTS: [(&str, &str); 2] = [("agent", "贺样川"), ("agent-two", "戚设宁")];

/// Binds the agents to the first of these organisations that the register knows; gives how many.
pub(crate) fn agents(ctx: &Ctx<'_>, organisations: Vec<String>) -> Result<usize, BuildError> {
    let mut names = AGENTS.iter();
    let Some(mut next) = names.next() else {
        return Ok(0);
    };
    let mut bound = Vec::new();
    for code in organisations {
        if bound.contains(&code) {
            continue;
        }
        let new = NewAgent {
            login: next.0,
            name: next.1,
            code: &code,
            document: "授权委托书",
            number: "",
            until: Some(ctx.today().saturating_add(365.days())),
            demo: true,
        };
        match agent::bind(ctx, &new) {
            Ok(_) => bound.push(code),
            // Met in a file alone, or dissolved: another one, then.
            Err(AppError::Refused(_)) => continue,
            Err(error) => return Err(error.into()),
        }
        match names.next() {
            Some(name) => next = name,
            None => return Ok(bound.len()),
        }
    }
    Err(DemoError::Data("no organisation that agents could act for".to_owned()).into())
}

/// A roster that is confirmed.
fn confirmed(
    ctx: &Ctx<'_>,
    department: &str,
    clerk: &str,
    (reviewer, until): (&str, Option<Date>),
) -> Result<(), AppError> {
    for (role, login, until) in [("clerk", clerk, None), ("reviewer", reviewer, until)] {
        let proposal = Proposal {
            department,
            login,
            role,
            from: None,
            until,
        };
        roster::propose(ctx, proposal)?;
    }
    let seen = roster::open(ctx, department)?;
    roster::confirm(ctx, department, &seen.mark)
}
