//! Pages of what anybody asks.

use crate::{filters, frame::Frame, office::Tried};
#[cfg(test)]
use crate::{
    frame::Page,
    office::{sample_offers, sample_tries},
    samples,
};
use askama::Template;
use xinheng_app::case::{AskForm, AskedView, PublishedAnswer};

#[derive(Debug, Template)]
#[template(path = "ask/all.html")]
pub(crate) struct AsksPage {
    pub(crate) frame: Frame,
    /// Id, title, what for.
    pub(crate) kinds: Vec<(String, String, String)>,
}

#[derive(Debug, Template)]
#[template(path = "ask/form.html")]
pub(crate) struct AskPage {
    pub(crate) frame: Frame,
    pub(crate) form: AskForm,
    pub(crate) t: Tried,
}

impl AskPage {
    fn action(&self) -> String {
        format!("/ask/{}", self.form.kind)
    }

    fn hidden(&self) -> Vec<(&'static str, String)> {
        vec![("stamp", self.form.stamp.clone())]
    }
}

#[derive(Debug, Template)]
#[template(path = "ask/asked.html")]
pub(crate) struct AskedPage {
    pub(crate) frame: Frame,
    pub(crate) view: AskedView,
    /// It was sent a moment ago.
    pub(crate) kept: bool,
    pub(crate) token: String,
}

#[derive(Debug, Template)]
#[template(path = "ask/answers.html")]
pub(crate) struct AnswersPage {
    pub(crate) frame: Frame,
    pub(crate) answers: Vec<PublishedAnswer>,
}

#[cfg(test)]
impl Page for AsksPage {
    fn samples() -> Vec<Self> {
        let kind = (
            "public-question".to_owned(),
            "提问".to_owned(),
            "有疑问时提出。".to_owned(),
        );
        [vec![kind], Vec::new()]
            .map(|kinds| Self {
                frame: samples::frame("/ask"),
                kinds,
            })
            .into()
    }
}

#[cfg(test)]
impl Page for AskPage {
    fn samples() -> Vec<Self> {
        sample_tries()
            .into_iter()
            .map(|t| Self {
                frame: samples::frame("/ask/public-question"),
                form: AskForm {
                    kind: "public-question".to_owned(),
                    title: "提问".to_owned(),
                    purpose: "有疑问时提出。".to_owned(),
                    offer: sample_offers().remove(0),
                    stamp: "abcd-efgh-jkmn-pqrs.1.00".to_owned(),
                },
                t,
            })
            .collect()
    }
}

#[cfg(test)]
impl Page for AskedPage {
    fn samples() -> Vec<Self> {
        let day = samples::frame("/").today;
        let view = AskedView {
            title: "提问".to_owned(),
            state: "部门起草答复".to_owned(),
            open: true,
            asked_on: day,
            due_on: Some(day),
            asked: vec![("问题".to_owned(), "怎样修复？".to_owned())],
            answer: Vec::new(),
        };
        let answered = AskedView {
            state: "已答复".to_owned(),
            open: false,
            due_on: None,
            answer: vec![("答复".to_owned(), "请看信用修复指南。".to_owned())],
            ..view.clone()
        };
        [(view, true), (answered, false)]
            .map(|(view, kept)| Self {
                frame: samples::frame("/ask"),
                view,
                kept,
                token: "abcd-efgh-jkmn-pqrs".to_owned(),
            })
            .into()
    }
}

#[cfg(test)]
impl Page for AnswersPage {
    fn samples() -> Vec<Self> {
        let answer = PublishedAnswer {
            heading: "简易程序的罚款公示吗？".to_owned(),
            texts: vec!["不公示。".to_owned()],
            on: samples::frame("/").today,
        };
        [vec![answer], Vec::new()]
            .map(|answers| Self {
                frame: samples::frame("/answers"),
                answers,
            })
            .into()
    }
}
