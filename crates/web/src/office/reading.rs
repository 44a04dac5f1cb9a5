//! `/readings`: texts that somebody has to read before they are published in full (公示审查). The
//! department's reviewer reads the department's own; the office may mask, withhold and return.

use super::{
    after,
    who::{Sent, Who},
};
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
    record::{self, ReadingBasis, ReadingLines, Say, TextToRead},
};
use xinheng_domain::reading::Says;

#[derive(Debug, Template)]
#[template(path = "office/readings.html")]
pub(crate) struct ReadingsPage {
    pub(crate) frame: Frame,
    /// Nothing where texts are gone through anew by other words: that list reads every record.
    pub(crate) part: Option<ReadingLines>,
    /// It is not the first part.
    pub(crate) behind: bool,
    pub(crate) done: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "office/reading.html")]
pub(crate) struct ReadingPage {
    pub(crate) frame: Frame,
    pub(crate) t: TextToRead,
    /// The reader is of the department whose text it is.
    pub(crate) own: bool,
    pub(crate) wrong: Option<String>,
}

#[cfg(test)]
impl Page for ReadingsPage {
    fn samples() -> Vec<Self> {
        let day = samples::desk("/", true).today;
        let line = record::ReadingLine {
            record: "91990100MA0X00015Q-7k2m9d4q8w3x5c1v".to_owned(),
            field: "CF_SY".to_owned(),
            field_name: "违法事实".to_owned(),
            department: "d001".to_owned(),
            department_name: "衡川市信衡区市场监督管理局".to_owned(),
            records: 3,
            doubtful: 1,
            withheld: false,
            returned: true,
            wording: "当事人＊＊未公示价格".to_owned(),
            due: day,
            overdue: true,
            published: true,
            above: Vec::new(),
        };
        let part = ReadingLines {
            lines: vec![line],
            next: Some("91990100MA0X00015Q-7k2m9d4q8w3x5c1v".to_owned()),
        };
        [Some(part), Some(ReadingLines::default()), None]
            .map(|part| Self {
                frame: samples::desk("/readings", true),
                done: part.is_none().then(|| "已经记录。".to_owned()),
                behind: part.as_ref().is_some_and(|part| part.next.is_some()),
                part,
            })
            .into()
    }
}

#[cfg(test)]
impl Page for ReadingPage {
    fn samples() -> Vec<Self> {
        let text = TextToRead {
            record: "91990100MA0X00015Q-7k2m9d4q8w3x5c1v".to_owned(),
            field: ("CF_SY".to_owned(), "违法事实".to_owned()),
            department: "d001".to_owned(),
            pieces: vec![
                ("销售的".to_owned(), false),
                ("万方".to_owned(), true),
                ("牌食品没有标签".to_owned(), false),
            ],
            doubtful: vec!["万方".to_owned()],
            wording: "销售的＊＊牌食品没有标签".to_owned(),
        };
        [true, false]
            .map(|own| Self {
                frame: samples::desk("/readings", true),
                t: text.clone(),
                own,
                wrong: (!own).then(|| "请写明理由。".to_owned()),
            })
            .into()
    }
}

/// Those of the department for which somebody acts; of all where they act for the office.
fn page(
    ctx: &Ctx<'_>,
    frame: Frame,
    who: &Who,
    after: Option<&str>,
) -> Result<ReadingsPage, WebError> {
    Ok(ReadingsPage {
        part: record::some_readings(ctx, who.signed.department.as_deref(), after)?,
        behind: after.is_some(),
        done: None,
        frame,
    })
}

pub(crate) async fn list(State(site): State<Site>, who: Who, params: Params) -> Answer {
    let frame = who.frame(&site);
    let after = params.get("after").map(str::to_owned);
    // The list rests on the act of reading as well: what may be read is looked for by it.
    site.show(who.actor(), move |ctx| {
        respond::html(&page(ctx, frame, &who, after.as_deref())?, Cache::Never)
    })
    .await
}

fn text(
    ctx: &Ctx<'_>,
    frame: Frame,
    who: &Who,
    (record, field): (&str, &str),
) -> Result<ReadingPage, WebError> {
    let t = record::text_to_read(ctx, record, field)?;
    Ok(ReadingPage {
        own: who.signed.department.is_some(),
        frame,
        t,
        wrong: None,
    })
}

pub(crate) async fn one(State(site): State<Site>, who: Who, params: Params) -> Answer {
    let frame = who.frame(&site);
    let asked = |name: &str| params.get(name).unwrap_or_default().to_owned();
    let (record, field) = (asked("record"), asked("field"));
    site.act(who.actor(), move |ctx| {
        ctx.allow(Act::RecordText)?;
        let page = text(ctx, frame, &who, (&record, &field))?;
        respond::html(&page, Cache::Never)
    })
    .await
}

pub(crate) async fn say(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    let (record, field) = (sent.get("record").to_owned(), sent.get("field").to_owned());
    let reader = who.clone();
    let act = move |ctx: &Ctx<'_>| {
        let says = Says::parse(sent.get("says"));
        let says = says.ok_or_else(|| WebError::bad_input("请选择读过以后的结论。"))?;
        let piece = match says {
            Says::NoPerson => sent.optional("piece"),
            Says::Mask => sent.optional("mask"),
            Says::Rewritten => sent.optional("rewritten"),
            _ => None,
        };
        let by = ReadingBasis {
            document: sent.optional("document"),
            dated: sent.day("dated")?,
            stated_by: sent.optional("by"),
            grounds: sent.optional("grounds"),
        };
        let input = Say {
            record: sent.get("record"),
            field: sent.get("field"),
            says,
            text: piece,
            by,
        };
        Ok(record::say(ctx, &input)?)
    };
    after::act(&site, &who, act, move |ctx, frame, after| {
        match after.outcome {
            Ok(number) => {
                let mut page = page(ctx, frame, &reader, None)?;
                page.done = Some(format!("已经记录，编号{number}。"));
                respond::html(&page, Cache::Never)
            }
            Err(wrong) => {
                let mut page = text(ctx, frame, &reader, (&record, &field))?;
                page.wrong = Some(wrong);
                respond::html_with(after.status, &page, Cache::Never)
            }
        }
    })
    .await
}
