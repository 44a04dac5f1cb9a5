//! `/records/{id}`: a record that explains itself, in the order a worried reader asks.

use crate::{
    filters::{self, end_text},
    frame::Frame,
    record::rail::Rail,
};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use xinheng_app::view::{FieldView, RecordView, Tombstone};

#[derive(Debug, Template)]
#[template(path = "record/record.html")]
pub(crate) struct RecordPage {
    pub(crate) frame: Frame,
    pub(crate) r: RecordView,
    pub(crate) rail: Option<Rail>,
}

impl RecordPage {
    pub(crate) fn new(mut frame: Frame, record: RecordView) -> Self {
        let proof = record.proof.as_ref();
        frame.paper = proof.map(|proof| format!("/verify/{}", proof.code));
        Self {
            frame,
            rail: Rail::of(&record),
            r: record,
        }
    }

    /// Fields that say on which law the decision rests: shown first, outside the long list.
    fn basis_fields(&self) -> Vec<&FieldView> {
        self.r
            .fields
            .iter()
            .filter(|f| f.name.contains("依据"))
            .collect()
    }

    /// The rest, without what the head of the page says already.
    fn other_fields(&self) -> Vec<&FieldView> {
        let line = &self.r.line;
        self.r
            .fields
            .iter()
            .filter(|f| !f.name.contains("依据"))
            .filter(|f| f.value != line.document_number && f.value != line.subject_name)
            .filter(|f| f.value != line.authority && !f.name.contains("决定日期"))
            .filter(|f| Some(f.value.as_str()) != line.subject_code.as_deref())
            .collect()
    }

    /// What happened and what it is about, before what tells where the data comes from.
    fn content(&self) -> Vec<&FieldView> {
        let fields = self.other_fields().into_iter();
        fields.filter(|f| !f.origin).collect()
    }

    fn origin(&self) -> Vec<&FieldView> {
        let fields = self.other_fields().into_iter();
        fields.filter(|f| f.origin).collect()
    }

    /// When it ends, for the strip and for the state.
    fn end(&self) -> String {
        match self.r.line.shown_until {
            Some(until) => end_text(self.r.when.today, until),
            None => "没有固定的结束日期".to_owned(),
        }
    }

    /// The second fact of the strip: amounts, or what was decided, or what kind it is.
    fn decided(&self) -> String {
        let line = &self.r.line;
        let amounts = line.amounts.iter();
        let amounts: Vec<String> = amounts
            .map(|a| format!("{} {}", a.title, a.shown))
            .collect();
        match (amounts.is_empty(), line.outcome.is_empty()) {
            (false, _) => amounts.join("，"),
            (true, false) => line.outcome.clone(),
            (true, true) => line.item_title.clone(),
        }
    }

    /// What kind it is, and its class where that says more.
    fn eyebrow(&self) -> String {
        let line = &self.r.line;
        match &line.class_title {
            Some(class) if class.starts_with(&line.item_title) => class.clone(),
            Some(class) => format!("{} · {class}", line.item_title),
            None => line.item_title.clone(),
        }
    }

    /// What stands under the second fact: what was decided besides the amounts, or what kind it is.
    fn beside_decided(&self) -> String {
        let line = &self.r.line;
        let amounts = line.amounts.iter();
        let without = amounts.fold(line.outcome.clone(), |text, a| {
            text.replacen(&a.shown, "", 1)
        });
        let told = |part: &str| line.amounts.iter().any(|a| a.title == part);
        let said = line.amounts.is_empty() || without.split('、').all(told);
        if said {
            line.item_title.clone()
        } else {
            without
        }
    }

    /// Rules among the reasons whose text was not read.
    fn open_rules(&self) -> usize {
        self.r.why.iter().filter(|rule| !rule.verified).count()
    }

    fn repairable(&self) -> bool {
        let today = self.r.when.today;
        self.r.line.earliest_repair.is_some_and(|day| day <= today)
    }
}

#[cfg(test)]
impl Page for RecordPage {
    fn samples() -> Vec<Self> {
        let unproved = RecordView {
            proof: None,
            ..samples::permit()
        };
        [
            samples::penalty(),
            samples::permit(),
            samples::unlinked(),
            unproved,
        ]
        .map(|r| Self::new(samples::frame("/records/sample"), r))
        .into()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a missing sample should stop the test

    use super::*;

    #[test]
    fn nothing_is_said_twice_beside_itself() {
        let mut page = RecordPage::samples().into_iter().next().unwrap();
        page.r.line.item_title = "行政处罚".to_owned();
        page.r.line.class_title = Some("行政处罚信息".to_owned());
        assert_eq!(page.eyebrow(), "行政处罚信息");
        page.r.line.class_title = Some("一般失信信息".to_owned());
        assert_eq!(page.eyebrow(), "行政处罚 · 一般失信信息");
        let amount = |title: &str, shown: &str| xinheng_app::view::AmountView {
            field: "CF_NR_FK".to_owned(),
            title: title.to_owned(),
            shown: shown.to_owned(),
            yuan: "54000.00".to_owned(),
        };
        page.r.line.amounts = vec![amount("罚款", "5.4万元")];
        page.r.line.outcome = "罚款5.4万元".to_owned();
        assert_eq!(page.decided(), "罚款 5.4万元");
        assert_eq!(page.beside_decided(), "行政处罚");
        page.r.line.outcome = "罚款5.4万元、责令停产停业".to_owned();
        assert_eq!(page.beside_decided(), "罚款、责令停产停业");
    }
}

/// `410`: what is left of a record that is over.
#[derive(Debug, Template)]
#[template(path = "record/gone.html")]
pub(crate) struct GonePage {
    pub(crate) frame: Frame,
    pub(crate) t: Tombstone,
}

impl GonePage {
    /// What its number begins with: the organisation's code, where there was one.
    fn begin(&self) -> &str {
        self.t.id.split('-').next().unwrap_or_default()
    }
}

#[cfg(test)]
impl Page for GonePage {
    fn samples() -> Vec<Self> {
        [
            samples::tombstone(None),
            samples::tombstone(Some("91990100MA0X00015Q-7k2m9d4q8w3x5c1v")),
            Tombstone {
                withdrawal: Some(samples::withdrawal()),
                ..samples::tombstone(None)
            },
        ]
        .map(|t| Self {
            frame: samples::frame("/records/sample"),
            t,
        })
        .into()
    }
}
