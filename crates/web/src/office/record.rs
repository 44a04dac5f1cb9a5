//! `/records`: what officers look at and do. Looking at what is not public asks for a purpose, which
//! goes into the audit and is carried on from page to page of the same task.

use super::who::Who;
use crate::{
    error::WebError,
    filters,
    frame::Frame,
    respond::{self, Answer, Cache},
    site::Site,
    visitor::Params,
};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use axum::extract::State;
use xinheng_app::{
    Act, Ctx,
    record::{self, HeldLines, History, OfficialLine, WithheldLine},
};

#[derive(Debug, Template)]
#[template(path = "office/held.html")]
pub(crate) struct HeldPage {
    pub(crate) frame: Frame,
    pub(crate) held: HeldLines,
    /// It is not the first part.
    pub(crate) behind: bool,
}

#[derive(Debug, Template)]
#[template(path = "office/withheld.html")]
pub(crate) struct WithheldPage {
    pub(crate) frame: Frame,
    pub(crate) withheld: Vec<WithheldLine>,
}

/// What was asked for and found.
#[derive(Debug, Clone, Default)]
pub(crate) struct Look {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) purpose: String,
    pub(crate) record: Option<History>,
    pub(crate) records: Vec<OfficialLine>,
    pub(crate) wrong: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "office/look.html")]
pub(crate) struct LookPage {
    pub(crate) frame: Frame,
    pub(crate) l: Look,
}

#[cfg(test)]
impl Page for HeldPage {
    fn samples() -> Vec<Self> {
        let line = record::HeldLine {
            id: "91990100MA0X00015Q-7k2m9d4q8w3x5c1v".to_owned(),
            document_number: "衡信建罚〔2026〕3号".to_owned(),
            decided_on: Some(samples::desk("/", true).today),
            authority: "衡川市信衡区住房和城乡建设局".to_owned(),
            candidates: vec!["minor".to_owned(), "general".to_owned()],
            candidate_titles: vec!["轻微".to_owned(), "一般".to_owned()],
            alarm_on: samples::desk("/", true).today,
            alarmed: true,
        };
        let part = HeldLines {
            lines: vec![line],
            next: Some("2026-11-20_91990100MA0X00015Q-7k2m9d4q8w3x5c1v".to_owned()),
        };
        [part, HeldLines::default()]
            .map(|held| Self {
                frame: samples::desk("/records/held", true),
                behind: held.next.is_some(),
                held,
            })
            .into()
    }
}

#[cfg(test)]
impl Page for WithheldPage {
    fn samples() -> Vec<Self> {
        let line = WithheldLine {
            id: "91990100MA0X00015Q-7k2m9d4q8w3x5c1v".to_owned(),
            document_number: "衡信建罚〔2026〕3号".to_owned(),
            department: "d001".to_owned(),
            department_name: "衡川市信衡区市场监督管理局".to_owned(),
            since: samples::desk("/", true).today,
            by: "officer".to_owned(),
            grounds: "文书号有误".to_owned(),
        };
        [vec![line], Vec::new()]
            .map(|withheld| Self {
                frame: samples::desk("/records/withheld", true),
                withheld,
            })
            .into()
    }
}

#[cfg(test)]
impl Page for LookPage {
    fn samples() -> Vec<Self> {
        let day = samples::desk("/", true).today;
        let record = History {
            id: "91990100MA0X00015Q-7k2m9d4q8w3x5c1v".to_owned(),
            item_title: "行政处罚".to_owned(),
            subject_key: "91990100MA0X00015Q".to_owned(),
            versions: vec![record::VersionView {
                version: 1,
                batch: "0197".to_owned(),
                row: 3,
                sealed_at: Some(samples::stamp()),
                publicity: "2026-05-20至2027-05-20".to_owned(),
                why: Vec::new(),
                ended: Some("2026-06-01，文书号有误".to_owned()),
                fields: vec![("违法事实".to_owned(), "未公示价格".to_owned())],
            }],
            revision: 2,
            first_received_on: day,
            acts: vec!["2026-06-01 09:00　撤下　officer　理由：文书号有误".to_owned()],
            cases: vec![(
                "91990100MA0X00015Q-7k2m9d4q8w3x".to_owned(),
                "信用信息异议".to_owned(),
                "由作出决定的单位核实".to_owned(),
            )],
        };
        let line = OfficialLine {
            id: record.id.clone(),
            item_title: "行政处罚".to_owned(),
            document_number: "衡信建罚〔2026〕3号".to_owned(),
            decided_on: Some(day),
            publicity: "2026-05-20至2027-05-20".to_owned(),
        };
        let looks = [
            Look::default(),
            Look {
                id: record.id.clone(),
                purpose: "核实投诉".to_owned(),
                record: Some(record),
                ..Look::default()
            },
            Look {
                wrong: Some("请写明用途。".to_owned()),
                ..Look::default()
            },
            Look {
                code: "91990100MA0X00015Q".to_owned(),
                records: vec![line],
                ..Look::default()
            },
        ];
        looks
            .map(|l| Self {
                frame: samples::desk("/records/look", true),
                l,
            })
            .into()
    }
}

pub(crate) async fn held(State(site): State<Site>, who: Who, params: Params) -> Answer {
    let frame = who.frame(&site);
    let after = params.get("after").map(str::to_owned);
    site.act(who.actor(), move |ctx| {
        let page = HeldPage {
            held: record::some_held(ctx, after.as_deref())?,
            behind: after.is_some(),
            frame,
        };
        respond::html(&page, Cache::Never)
    })
    .await
}

pub(crate) async fn withheld(State(site): State<Site>, who: Who) -> Answer {
    let frame = who.frame(&site);
    site.act(who.actor(), move |ctx| {
        let withheld = record::withheld(ctx)?;
        respond::html(&WithheldPage { frame, withheld }, Cache::Never)
    })
    .await
}

/// A record with all of it, for a purpose; what was typed stands again where it is wrong.
fn look_at(ctx: &Ctx<'_>, id: &str, purpose: &str) -> Result<Look, WebError> {
    let mut look = Look {
        id: id.to_owned(),
        purpose: purpose.to_owned(),
        ..Look::default()
    };
    if id.is_empty() {
        return Ok(look);
    }
    match record::show(ctx, id, purpose) {
        Ok(history) => {
            look.record = Some(history);
        }
        Err(error) => {
            let error = WebError::from(error);
            if !error.is_refusal() {
                return Err(error);
            }
            look.wrong = Some(error.told());
        }
    }
    Ok(look)
}

pub(crate) async fn look(State(site): State<Site>, who: Who, params: Params) -> Answer {
    let frame = who.frame(&site);
    let text = |name: &str| params.get(name).unwrap_or_default().trim().to_owned();
    let (id, purpose) = (text("id"), text("purpose"));
    site.act(who.actor(), move |ctx| {
        ctx.allow(Act::RecordLook)?;
        let l = look_at(ctx, &id, &purpose)?;
        respond::html(&LookPage { frame, l }, Cache::Never)
    })
    .await
}

pub(crate) async fn subject(State(site): State<Site>, who: Who, params: Params) -> Answer {
    let frame = who.frame(&site);
    let text = |name: &str| params.get(name).unwrap_or_default().trim().to_owned();
    let (code, purpose) = (text("code"), text("purpose"));
    site.act(who.actor(), move |ctx| {
        ctx.allow(Act::SubjectLook)?;
        let mut l = Look {
            code: code.clone(),
            purpose: purpose.clone(),
            ..Look::default()
        };
        match record::of_subject(ctx, &code, &purpose).map_err(WebError::from) {
            Ok(records) => l.records = records,
            Err(error) if error.is_refusal() => l.wrong = Some(error.told()),
            Err(error) => return Err(error),
        }
        respond::html(&LookPage { frame, l }, Cache::Never)
    })
    .await
}
