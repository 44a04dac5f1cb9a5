//! `/verify`: how a proof stands, without a word of what the record says.

use crate::{filters, frame::Frame};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use xinheng_app::{
    case::LetterMark,
    view::{ProofFile, ProofState, ProofView},
};

#[derive(Debug, Template)]
#[template(path = "proof/proof.html")]
pub(crate) struct ProofPage {
    pub(crate) frame: Frame,
    pub(crate) answer: Option<ProofView>,
    /// A letter of the office on which the code is printed.
    pub(crate) letter: Option<LetterMark>,
    /// What is wrong with what was sent.
    pub(crate) wrong: Option<String>,
}

impl ProofPage {
    pub(crate) fn empty(mut frame: Frame, wrong: Option<String>) -> Self {
        "/verify".clone_into(&mut frame.path);
        Self {
            frame,
            answer: None,
            letter: None,
            wrong,
        }
    }

    /// The file that was sent says something else than what was published.
    fn altered(&self) -> bool {
        let file = self.answer.as_ref().and_then(|answer| answer.file.as_ref());
        matches!(file, Some(ProofFile::Altered))
    }

    pub(crate) fn of_letter(mut frame: Frame, letter: LetterMark) -> Self {
        frame.path = format!("/verify/{}", letter.code);
        Self {
            letter: Some(letter),
            ..Self::empty(frame, None)
        }
    }

    pub(crate) fn of(mut frame: Frame, answer: ProofView) -> Self {
        // A file that was sent is not sent again by whoever comes back.
        frame.path = format!("/verify/{}", answer.code);
        Self {
            frame,
            answer: Some(answer),
            letter: None,
            wrong: None,
        }
    }
}

#[cfg(test)]
impl Page for ProofPage {
    fn samples() -> Vec<Self> {
        use ProofFile::{Altered, Closed, Same};
        let page = |state, file, placed| {
            let frame = samples::frame("/verify/x");
            Self::of(frame, samples::proof(state, file, placed))
        };
        let letter = |replaced| {
            let letter = LetterMark {
                code: "abcd-efgh-jkmn-pqrs".to_owned(),
                number: "衡信信用函〔2026〕1号".to_owned(),
                title: "关于核实信用信息异议的函".to_owned(),
                made_on: samples::frame("/").today,
                replaced,
            };
            Self::of_letter(samples::frame("/verify/x"), letter)
        };
        vec![
            letter(false),
            letter(true),
            Self::empty(samples::frame("/verify"), None),
            Self::empty(
                samples::frame("/verify"),
                Some("请先选择一个凭证文件。".to_owned()),
            ),
            page(ProofState::Current, None, true),
            page(ProofState::Current, Some(Same), true),
            page(ProofState::Updated, Some(Altered), false),
            page(ProofState::Over, Some(Closed), true),
        ]
    }
}
