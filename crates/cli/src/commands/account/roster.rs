//! `xinheng account roster`

use crate::{
    args::{Global, Output, Roster, RosterChange},
    output::{self, Failure},
};
use std::io::Write;
use xinheng_app::{
    Deployment,
    roster::{self, Proposal, RosterLine, RosterStanding, RosterState},
};

const fn standing(state: &RosterState) -> &'static str {
    match state.standing {
        RosterStanding::Confirmed => "已经确认",
        RosterStanding::Due => "等待确认",
        RosterStanding::Overdue => "逾期没有确认",
    }
}

fn proposal(of: &RosterChange) -> Proposal<'_> {
    Proposal {
        department: &of.department,
        login: &of.login,
        role: &of.role,
        from: of.from,
        until: of.until,
    }
}

/// Keeps the rosters of departments.
pub fn run(
    global: &Global,
    deployment: &Deployment,
    args: &Roster,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let json = global.output == Output::Json;
    let mut told = |department: &str, text: &str| -> Result<(), Failure> {
        if json {
            return output::json_line(out, &serde_json::json!({"department": department}));
        }
        writeln!(out, "{text}")?;
        Ok(())
    };
    match args {
        Roster::Propose(of) => {
            roster::propose(&global.acting(deployment)?, proposal(of))?;
            told(&of.department, "已拟定，确认名册以后有效。")
        }
        Roster::End(of) => {
            roster::end(&global.acting(deployment)?, proposal(of))?;
            told(&of.department, "已拟定结束，确认名册以后有效。")
        }
        Roster::Withdraw(of) => {
            roster::withdraw(&global.acting(deployment)?, proposal(of))?;
            told(&of.department, "已撤回拟定的变动。")
        }
        Roster::Confirm { department } => {
            let ctx = global.acting(deployment)?;
            let seen = roster::open(&ctx, department)?;
            roster::confirm(&ctx, department, &seen.mark)?;
            told(department, "已确认名册。")
        }
        Roster::List => list(out, json, &roster::list(&global.ctx(deployment)?)?),
        Roster::Show { department } => {
            let view = roster::open(&global.ctx(deployment)?, department)?;
            let lines = view.lines.iter().map(|line| (line, false));
            let proposed = view.proposals.iter().map(|line| (line, true));
            people(out, json, lines.chain(proposed))
        }
    }
}

fn list(out: &mut impl Write, json: bool, all: &[RosterState]) -> Result<(), Failure> {
    let mut table = output::table(&["编号", "部门", "分管负责人", "今年的名册"], &[0]);
    for state in all {
        let confirmed = state.confirmed.as_ref().map(|(day, _)| day.to_string());
        if json {
            let line = serde_json::json!({
                "department": state.code, "name": state.name, "responsible": state.responsible,
                "people": state.people, "proposed": state.proposed, "confirmed_on": confirmed,
                "due_on": state.due, "standing": standing(state),
            });
            output::json_line(out, &line)?;
            continue;
        }
        let day = confirmed.unwrap_or_default();
        table.add_row([
            state.code.clone(),
            state.name.clone(),
            state.responsible.join("、"),
            format!("{} {day}", standing(state)),
        ]);
    }
    if !json {
        writeln!(out, "{table}")?;
    }
    Ok(())
}

fn people<'l>(
    out: &mut impl Write,
    json: bool,
    all: impl Iterator<Item = (&'l RosterLine, bool)>,
) -> Result<(), Failure> {
    let mut table = output::table(&["账号", "姓名", "角色", "日期", ""], &[0]);
    for (line, proposed) in all {
        if json {
            let line = serde_json::json!({
                "login": line.login, "name": line.name, "role": line.role, "from": line.from,
                "until": line.until, "proposed": proposed,
            });
            output::json_line(out, &line)?;
            continue;
        }
        let until = line.until.map(|day| format!("，到 {day}"));
        table.add_row([
            line.login.clone(),
            line.name.clone(),
            line.role_title.clone(),
            format!("{} 起{}", line.from, until.unwrap_or_default()),
            if proposed { "拟定" } else { "" }.to_owned(),
        ]);
    }
    if !json {
        writeln!(out, "{table}")?;
    }
    Ok(())
}
