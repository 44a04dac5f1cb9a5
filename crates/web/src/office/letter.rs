//! Letters of cases: the page that prints, the .docx file, and the office's register.

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
use axum::extract::{Path, State};
use xinheng_app::case::{self, LetterView, Registered};

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

#[derive(Debug, Template)]
#[template(path = "office/letter.html")]
pub(crate) struct LetterPage {
    pub(crate) frame: Frame,
    pub(crate) l: LetterView,
}

#[derive(Debug, Template)]
#[template(path = "office/letters.html")]
pub(crate) struct LettersPage {
    pub(crate) frame: Frame,
    pub(crate) year: i16,
    pub(crate) letters: Vec<Registered>,
}

#[cfg(test)]
impl Page for LetterPage {
    fn samples() -> Vec<Self> {
        let day = samples::desk("/", true).today;
        let view = LetterView {
            line: case::LetterLine {
                place: "2-forward".to_owned(),
                number: "衡信信用函〔2026〕1号".to_owned(),
                title: "关于核实信用信息异议的函".to_owned(),
                addressee: "衡川市信衡区住房和城乡建设局".to_owned(),
                made_on: day,
                served: Some((day, "直接送达".to_owned())),
            },
            case: "91990100MA0X00015Q-7k2m9d4q8w3x".to_owned(),
            about: "衡信建罚〔2026〕3号".to_owned(),
            issuer: "信衡区社会信用体系建设办公室".to_owned(),
            day: "2026年7月1日".to_owned(),
            body: vec!["请核实。".to_owned(), "请书面答复。".to_owned()],
            note: Some("凭证编号 abcd-efgh-jkmn-pqrs。".to_owned()),
        };
        let mut of_department = view.clone();
        of_department.line.number = String::new();
        of_department.line.served = None;
        of_department.note = None;
        [view, of_department]
            .map(|l| Self {
                frame: samples::desk("/cases/one/letters/2-forward", true),
                l,
            })
            .into()
    }
}

#[cfg(test)]
impl Page for LettersPage {
    fn samples() -> Vec<Self> {
        let frame = || samples::desk("/letters", true);
        let day = frame().today;
        let registered = Registered {
            number: "衡信信用函〔2026〕1号".to_owned(),
            title: "关于核实信用信息异议的函".to_owned(),
            made_on: day,
            case: "91990100MA0X00015Q-7k2m9d4q8w3x".to_owned(),
            place: "2-forward".to_owned(),
        };
        [vec![registered], Vec::new()]
            .map(|letters| Self {
                frame: frame(),
                year: day.year(),
                letters,
            })
            .into()
    }
}

pub(crate) async fn show(
    State(site): State<Site>,
    who: Who,
    Path((id, place)): Path<(String, String)>,
) -> Answer {
    let frame = who.frame(&site);
    site.act(who.actor(), move |ctx| {
        let page = LetterPage {
            frame,
            l: case::letter(ctx, &id, &place)?,
        };
        respond::html(&page, Cache::Never)
    })
    .await
}

pub(crate) async fn file(
    State(site): State<Site>,
    who: Who,
    Path((id, place)): Path<(String, String)>,
) -> Answer {
    site.act(who.actor(), move |ctx| {
        let (name, bytes) = case::letter_file(ctx, &id, &place)?;
        let response = respond::bytes(DOCX, bytes, Cache::Never);
        Ok(check::attachment(response, &name))
    })
    .await
}

pub(crate) async fn register(State(site): State<Site>, who: Who, params: Params) -> Answer {
    let frame = who.frame(&site);
    let asked = params.get("year").map(str::trim).filter(|y| !y.is_empty());
    let asked = asked.map(str::parse::<i16>).transpose();
    let asked = asked.map_err(|_| WebError::bad_input("年份应当是四位数字，例如 2026。"))?;
    site.act(who.actor(), move |ctx| {
        let year = asked.unwrap_or_else(|| frame.today.year());
        let page = LettersPage {
            year,
            letters: case::register(ctx, year)?,
            frame,
        };
        respond::html(&page, Cache::Never)
    })
    .await
}
