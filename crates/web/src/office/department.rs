//! `/departments`: how the rosters of all departments stand, and what has become of departments that
//! are no more.

use super::{
    after,
    roster::standing,
    who::{Sent, Who},
};
use crate::{
    error::WebError,
    filters,
    frame::Frame,
    respond::{self, Answer, Cache},
    site::Site,
};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use axum::extract::State;
use xinheng_app::{
    Act, Ctx,
    department::{self, Merge, Succeeded},
    roster::{self, RosterStanding, RosterState},
};

#[derive(Debug, Template)]
#[template(path = "office/departments.html")]
pub(crate) struct DepartmentsPage {
    pub(crate) frame: Frame,
    pub(crate) states: Vec<RosterState>,
    pub(crate) succeeded: Vec<Succeeded>,
    /// Departments are merged and their matters assigned here.
    pub(crate) merges: bool,
    pub(crate) done: Option<String>,
    pub(crate) wrong: Option<String>,
    /// What was typed: the department, the document, those after it.
    pub(crate) typed: (String, String, Vec<String>),
}

impl DepartmentsPage {
    fn standing(state: &RosterState) -> (&'static str, &'static str) {
        standing(state)
    }

    fn open(&self) -> usize {
        let open = |s: &&RosterState| s.standing != RosterStanding::Confirmed;
        self.states.iter().filter(open).count()
    }

    /// Name of one of those after a department.
    fn name<'p>(of: &'p Succeeded, code: &'p str) -> &'p str {
        let known = of.successors.iter().find(|(known, _)| known == code);
        known.map_or(code, |(_, name)| name)
    }
}

#[cfg(test)]
impl Page for DepartmentsPage {
    fn samples() -> Vec<Self> {
        let name = |n: u32| (format!("d00{n}"), "衡川市信衡区市场监督管理局".to_owned());
        let split = Succeeded {
            department: name(1),
            successors: vec![name(2), name(3)],
            from: samples::desk("/", true).today,
            document: "衡信编〔2026〕3号".to_owned(),
            matters: vec![
                (
                    "penalty".to_owned(),
                    "行政处罚".to_owned(),
                    Some("d002".to_owned()),
                ),
                ("permit".to_owned(), "行政许可".to_owned(), None),
            ],
        };
        let page = |states: Vec<RosterState>, succeeded: Vec<Succeeded>| Self {
            frame: samples::desk("/departments", true),
            merges: !states.is_empty(),
            done: succeeded.is_empty().then(|| "已经办理。".to_owned()),
            wrong: (!succeeded.is_empty()).then(|| "请选择承接的部门。".to_owned()),
            typed: (
                "d001".to_owned(),
                "文号".to_owned(),
                vec!["d001".to_owned()],
            ),
            states,
            succeeded,
        };
        vec![
            page(vec![samples::roster().state], vec![split]),
            page(Vec::new(), Vec::new()),
        ]
    }
}

fn page(ctx: &Ctx<'_>, frame: Frame, who: &Who) -> Result<DepartmentsPage, WebError> {
    Ok(DepartmentsPage {
        states: roster::list(ctx)?,
        succeeded: department::succeeded(ctx)?,
        merges: who.signed.may(Act::DepartmentMerge),
        done: None,
        wrong: None,
        typed: Default::default(),
        frame,
    })
}

pub(crate) async fn list(State(site): State<Site>, who: Who) -> Answer {
    let frame = who.frame(&site);
    site.act(who.actor(), move |ctx| {
        respond::html(&page(ctx, frame, &who)?, Cache::Never)
    })
    .await
}

/// Does an act, and shows the departments again with what became of it.
async fn act<F>(site: Site, who: Who, sent: Sent, act: F) -> Answer
where
    F: FnOnce(&Ctx<'_>, &Sent) -> Result<String, WebError> + Send + 'static,
{
    let typed = (
        sent.get("department").to_owned(),
        sent.get("document").to_owned(),
        sent.all("successor").map(str::to_owned).collect(),
    );
    let reader = who.clone();
    let done = move |ctx: &Ctx<'_>| act(ctx, &sent);
    after::act(&site, &who, done, move |ctx, frame, after| {
        let mut page = page(ctx, frame, &reader)?;
        let (status, done, wrong) = after.parts();
        if wrong.is_some() {
            page.typed = typed;
        }
        (page.done, page.wrong) = (done, wrong);
        respond::html_with(status, &page, Cache::Never)
    })
    .await
}

/// What is said of files that went over.
fn told(done: &str, over: usize) -> String {
    match over {
        0 => format!("{done}。"),
        over => format!("{done}，{over} 份准备报送的文件已经移交。"),
    }
}

pub(crate) async fn merge(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    act(site, who, sent, |ctx, sent| {
        let successors: Vec<&str> = sent
            .all("successor")
            .filter(|code| !code.is_empty())
            .collect();
        let merge = Merge {
            department: sent.get("department"),
            successors: &successors,
            document: sent.get("document"),
        };
        let over = department::merge(ctx, &merge)?;
        Ok(match successors.len() {
            1 => told("承接的部门从今天起办理", over),
            _ => "已经分设。承接的部门现在可以查看，分派事项以后才能办理。".to_owned(),
        })
    })
    .await
}

pub(crate) async fn assign(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    act(site, who, sent, |ctx, sent| {
        let (department, item) = (sent.get("department"), sent.get("item"));
        let over = department::assign(ctx, department, item, sent.get("to"))?;
        Ok(told("已经分派", over))
    })
    .await
}
