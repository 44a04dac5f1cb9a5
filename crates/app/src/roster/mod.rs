//! Rosters of departments (人员名册): the responsible person proposes who reports and who reviews, and
//! deputies with their days; confirmed, it grants these roles. It is confirmed anew every year. Where
//! that is late it is told, and nobody loses a role by it.

mod change;

pub use change::{Proposal, confirm, end, propose, withdraw};

use crate::{AppError, AppResult, Ctx, account::hashed};
use jiff::{
    ToSpan as _,
    civil::{Date, date},
};
use std::collections::{BTreeSet, HashMap};
use xinheng_domain::{
    act::Act,
    calendar::civil_day,
    permission::{Body, GrantedBy, Membership, Reach},
};
use xinheng_rulebook::ROSTER_DUE;
use xinheng_store::{
    Conn,
    account::{self, Account, Granted},
    department,
    roster::{self, RosterConfirmation, RosterProposal},
};

/// How a roster stands in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RosterStanding {
    /// Confirmed this year.
    Confirmed,
    /// Not yet, and there is time.
    Due,
    /// Not yet, and its day is over.
    Overdue,
}

/// The roster of a department, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterState {
    /// Department code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Names of the responsible persons of today.
    pub responsible: Vec<String>,
    /// People with a role there today.
    pub people: usize,
    /// Changes that are proposed.
    pub proposed: usize,
    /// The day and the name of the last confirmation.
    pub confirmed: Option<(Date, String)>,
    /// The last day for this year's.
    pub due: Date,
    /// How it stands.
    pub standing: RosterStanding,
}

/// Somebody with a role, or for whom one is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterLine {
    /// Login.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Role id.
    pub role: String,
    /// Its title.
    pub role_title: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Option<Date>,
    /// The roster grants it; else an administrator does.
    pub by_roster: bool,
}

/// The roster of a department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterView {
    /// In short.
    pub state: RosterState,
    /// Roles of today and later, as granted.
    pub lines: Vec<RosterLine>,
    /// What is proposed.
    pub proposals: Vec<RosterLine>,
    /// Roles that can be proposed: id and title; whether it needs a last day.
    pub roles: Vec<(String, String, bool)>,
    /// Says what was seen: goes with its confirmation.
    pub mark: String,
}

/// The rosters that the actor sees: the own department's, or all.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn list(ctx: &Ctx<'_>) -> AppResult<Vec<RosterState>> {
    ctx.desk(Act::RosterList, |conn, reach| states(ctx, conn, reach))
}

/// The rosters within reach, in the order of the departments.
pub(crate) fn states(ctx: &Ctx<'_>, conn: &mut Conn, reach: &Reach) -> AppResult<Vec<RosterState>> {
    let all = department::all(conn)?;
    let known = Known::of(ctx, conn)?;
    let succession = department::succession(conn, ctx.today())?;
    let covered = all
        .into_iter()
        .filter(|d| reach.covers(&d.code) && !succession.is_over(&d.code));
    covered.map(|d| known.state(ctx, &d)).collect()
}

/// The roster of a department.
///
/// # Errors
/// Forbidden; no such department; faults of the store.
pub fn open(ctx: &Ctx<'_>, department: &str) -> AppResult<RosterView> {
    ctx.desk(Act::RosterList, |conn, reach| {
        let known = department::get(conn, department)?.filter(|d| reach.covers(&d.code));
        let here = known.ok_or_else(|| not_found(department))?;
        let all = Known::of(ctx, conn)?;
        Ok(RosterView {
            state: all.state(ctx, &here)?,
            lines: all
                .granted(ctx, &here.code)
                .map(|g| all.line(ctx, g))
                .collect(),
            proposals: all
                .proposals(&here.code)
                .map(|p| all.line(ctx, &as_granted(ctx, p)))
                .collect(),
            roles: nameable(ctx),
            mark: all.mark(ctx, &here.code),
        })
    })
}

fn not_found(department: &str) -> AppError {
    AppError::NotFound(format!("没有编号是“{department}”的部门。"))
}

/// Roles that a roster may propose: those it grants, and the responsible person's for a deputy, who
/// needs a last day.
fn nameable(ctx: &Ctx<'_>) -> Vec<(String, String, bool)> {
    let roles = ctx.deployment().rulebook().permissions().roles().iter();
    let of_department = roles.filter(|role| role.body == Body::Department);
    let named = of_department.filter_map(|role| {
        let deputy = role.own_department.contains(&Act::RosterConfirm);
        let ours = deputy || role.granted_by == GrantedBy::Roster;
        ours.then(|| (role.id.clone(), role.title.clone(), deputy))
    });
    named.collect()
}

/// What a proposal would grant.
fn as_granted(ctx: &Ctx<'_>, of: &RosterProposal) -> Granted {
    Granted {
        account_id: of.account_id.clone(),
        role: of.role.clone(),
        department: of.department.clone(),
        from: of.from,
        until: of.until,
        granted_by: ctx.actor().audit_name(),
        granted_at: ctx.now(),
    }
}

/// Everything that rosters are told from.
struct Known {
    accounts: HashMap<String, Account>,
    granted: Vec<Granted>,
    proposals: Vec<RosterProposal>,
    confirmed: Vec<RosterConfirmation>,
    due: Date,
}

impl Known {
    fn of(ctx: &Ctx<'_>, conn: &mut Conn) -> AppResult<Self> {
        let accounts = account::all(conn)?.into_iter();
        let days = i64::from(ctx.number(ROSTER_DUE)?);
        // The first of January is the first of these days.
        let first = date(ctx.today().year(), 1, 1);
        Ok(Self {
            accounts: accounts.map(|a| (a.id.clone(), a)).collect(),
            granted: account::all_granted(conn)?,
            proposals: roster::all_proposals(conn)?,
            confirmed: roster::confirmed(conn)?,
            due: first.saturating_add((days - 1).days()),
        })
    }

    fn locked(&self, id: &str) -> bool {
        self.accounts.get(id).is_none_or(|account| account.locked)
    }

    /// Roles of today and later in a department, of accounts that are in use.
    fn granted<'k>(&'k self, ctx: &Ctx<'_>, code: &'k str) -> impl Iterator<Item = &'k Granted> {
        let today = ctx.today();
        let here = self.granted.iter().filter(move |g| g.department == code);
        here.filter(move |g| {
            g.until.is_none_or(|until| until >= today) && !self.locked(&g.account_id)
        })
    }

    fn proposals<'k>(&'k self, code: &'k str) -> impl Iterator<Item = &'k RosterProposal> {
        self.proposals.iter().filter(move |p| p.department == code)
    }

    fn name(&self, actor: &str) -> String {
        let id = actor.strip_prefix("account:").unwrap_or_default();
        let known = self.accounts.get(id);
        known.map_or_else(|| actor.to_owned(), |account| account.name.clone())
    }

    fn state(&self, ctx: &Ctx<'_>, of: &department::Department) -> AppResult<RosterState> {
        let permissions = ctx.deployment().rulebook().permissions();
        let today: Vec<&Granted> = self
            .granted(ctx, &of.code)
            .filter(|g| g.membership().covers(ctx.today()))
            .collect();
        let people: BTreeSet<&str> = today.iter().map(|g| g.account_id.as_str()).collect();
        let responsible = today
            .iter()
            .filter(|g| permissions.holds(&g.role, Act::RosterConfirm));
        let last = self.confirmed.iter().find(|c| c.department == of.code);
        let confirmed = last.map(|c| (civil_day(c.confirmed_at), self.name(&c.confirmed_by)));
        let this_year = confirmed
            .as_ref()
            .is_some_and(|(day, _)| day.year() == ctx.today().year());
        Ok(RosterState {
            code: of.code.clone(),
            name: of.name.clone(),
            responsible: responsible
                .filter_map(|g| Some(self.accounts.get(&g.account_id)?.name.clone()))
                .collect(),
            people: people.len(),
            proposed: self.proposals(&of.code).count(),
            confirmed,
            due: self.due,
            standing: match (this_year, ctx.today() <= self.due) {
                (true, _) => RosterStanding::Confirmed,
                (false, true) => RosterStanding::Due,
                (false, false) => RosterStanding::Overdue,
            },
        })
    }

    fn line(&self, ctx: &Ctx<'_>, of: &Granted) -> RosterLine {
        let role = ctx.deployment().rulebook().permissions().role(&of.role);
        let account = self.accounts.get(&of.account_id);
        let known = |part: fn(&Account) -> &String| account.map(part).cloned().unwrap_or_default();
        let deputy = of.until.is_some();
        RosterLine {
            login: known(|a| &a.login),
            name: known(|a| &a.name),
            role: of.role.clone(),
            role_title: role.map_or_else(|| of.role.clone(), |role| role.title.clone()),
            from: of.from,
            until: of.until,
            by_roster: deputy || role.is_some_and(|r| r.granted_by == GrantedBy::Roster),
        }
    }

    /// Changes with every change of the roster or of what is proposed.
    fn mark(&self, ctx: &Ctx<'_>, code: &str) -> String {
        let granted = self.granted(ctx, code).map(|g| {
            let day = g.until.map(|day| day.to_string());
            format!("{} {} {} {day:?}", g.account_id, g.role, g.from)
        });
        let proposed = self.proposals(code).map(|p| {
            let day = p.until.map(|day| day.to_string());
            format!("+{} {} {} {day:?}", p.account_id, p.role, p.from)
        });
        hashed(&granted.chain(proposed).collect::<Vec<_>>().join("\n"))
    }

    /// All roles of an account anywhere, today and later, with what is proposed for it here.
    fn roles_of(&self, ctx: &Ctx<'_>, (id, code): (&str, &str)) -> Vec<Membership> {
        let own = self.granted.iter().filter(|g| g.account_id == id);
        let own = own.filter(|g| {
            let kept = |p: &RosterProposal| {
                (p.account_id.as_str(), p.role.as_str(), p.from)
                    == (g.account_id.as_str(), g.role.as_str(), g.from)
            };
            let changed = g.department == code && self.proposals(code).any(kept);
            !changed && g.until.is_none_or(|until| until >= ctx.today())
        });
        let proposed = self.proposals(code).filter(|p| p.account_id == id);
        let proposed = proposed.map(|p| as_granted(ctx, p).membership());
        own.map(Granted::membership).chain(proposed).collect()
    }
}
