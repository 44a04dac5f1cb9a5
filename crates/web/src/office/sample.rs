//! `/samples`: an auditor draws a sample that anybody can draw again.

use super::who::Who;
use crate::{
    check,
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
use axum::{extract::State, http::StatusCode};
use jiff::civil::Date;
use xinheng_app::{
    Act, Ctx,
    auditor::{self, Draw, MOST, Sampled},
};

#[derive(Debug, Template)]
#[template(path = "office/samples.html")]
pub(crate) struct SamplesPage {
    pub(crate) frame: Frame,
    /// Items and departments: id and name.
    pub(crate) items: Vec<(String, String)>,
    pub(crate) departments: Vec<(String, String)>,
    pub(crate) asked: Asked,
    pub(crate) sampled: Option<Sampled>,
    pub(crate) wrong: Option<String>,
    /// Rows that one sample takes.
    pub(crate) most: usize,
}

/// What is asked, as it was typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub(crate) item: String,
    pub(crate) department: String,
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) size: String,
    pub(crate) seed: String,
    pub(crate) purpose: String,
}

impl Asked {
    fn of(params: &Params) -> Self {
        let text = |name: &str| params.get(name).unwrap_or_default().trim().to_owned();
        Self {
            item: text("item"),
            department: text("department"),
            from: text("from"),
            until: text("until"),
            size: text("size"),
            seed: text("seed"),
            purpose: text("purpose"),
        }
    }

    /// The same question as part of an address.
    pub(crate) fn address(&self) -> String {
        let all = [
            ("item", &self.item),
            ("department", &self.department),
            ("from", &self.from),
            ("until", &self.until),
            ("size", &self.size),
            ("seed", &self.seed),
            ("purpose", &self.purpose),
        ];
        let given = all.iter().filter(|(_, text)| !text.is_empty());
        let pairs = given.map(|(name, text)| format!("{name}={}", filters::encode(text)));
        pairs.collect::<Vec<_>>().join("&")
    }

    fn draw(&self, ctx: &Ctx<'_>) -> Result<Sampled, WebError> {
        let day = |text: &str| -> Result<Option<Date>, WebError> {
            let day = Some(text).filter(|text| !text.is_empty()).map(str::parse);
            day.transpose()
                .map_err(|_| WebError::bad_input("日期应当写成 2026-11-30 的形式。"))
        };
        let ask = Draw {
            item: &self.item,
            department: Some(self.department.as_str()).filter(|code| !code.is_empty()),
            from: day(&self.from)?,
            until: day(&self.until)?,
            // What is no number is none that a sample has.
            size: self.size.parse().unwrap_or_default(),
            seed: &self.seed,
            purpose: &self.purpose,
        };
        Ok(auditor::draw(ctx, &ask)?)
    }
}

#[cfg(test)]
impl Page for SamplesPage {
    fn samples() -> Vec<Self> {
        let row = auditor::SampleRow {
            hash: "0f".repeat(32),
            record: "91990100MA0X00015Q-7k2m9d4q8w3x5c1v".to_owned(),
            department: "衡川市信衡区市场监督管理局".to_owned(),
            document_number: "衡信市监罚〔2026〕3号".to_owned(),
            decided_on: Some(samples::desk("/", true).today),
            fields: Vec::new(),
        };
        let page = |rows: Option<Vec<auditor::SampleRow>>| Self {
            frame: samples::desk("/samples", true),
            items: vec![("penalty".to_owned(), "行政处罚".to_owned())],
            departments: vec![("d001".to_owned(), "衡川市信衡区市场监督管理局".to_owned())],
            asked: Asked {
                seed: "双色球 2026134 期".to_owned(),
                ..Asked::default()
            },
            wrong: rows.is_none().then(|| "请写明查看用途。".to_owned()),
            sampled: rows.map(|rows| Sampled {
                item_title: "行政处罚".to_owned(),
                population: rows.len(),
                digest: "00".repeat(32),
                rows,
            }),
            most: MOST,
        };
        vec![page(Some(vec![row])), page(Some(Vec::new())), page(None)]
    }
}

pub(crate) async fn show(State(site): State<Site>, who: Who, params: Params) -> Answer {
    let asked = Asked::of(&params);
    let frame = who.frame(&site);
    site.act(who.actor(), move |ctx| {
        ctx.allow(Act::SampleDraw)?;
        let mut page = SamplesPage {
            frame,
            items: auditor::items(ctx),
            departments: xinheng_app::department::list(ctx)?
                .into_iter()
                .map(|d| (d.code, d.name))
                .collect(),
            sampled: None,
            wrong: None,
            most: MOST,
            asked,
        };
        let mut status = StatusCode::OK;
        if !page.asked.seed.is_empty() || !page.asked.item.is_empty() {
            match page.asked.draw(ctx) {
                Ok(sampled) => page.sampled = Some(sampled),
                Err(error) if error.is_refusal() => {
                    status = error.status;
                    page.wrong = Some(error.told());
                }
                Err(error) => return Err(error),
            }
        }
        respond::html_with(status, &page, Cache::Never)
    })
    .await
}

pub(crate) async fn workbook(State(site): State<Site>, who: Who, params: Params) -> Answer {
    let asked = Asked::of(&params);
    let bytes = site
        .act(who.actor(), move |ctx| {
            let sampled = asked.draw(ctx)?;
            let mut bytes = std::io::Cursor::new(Vec::new());
            auditor::table(&sampled, &mut bytes)?;
            Ok(bytes.into_inner())
        })
        .await?;
    let response = respond::bytes(check::WORKBOOK, bytes, Cache::Never);
    Ok(check::attachment(response, "样本.xlsx"))
}
