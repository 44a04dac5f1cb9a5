//! Letters (文书): what a step writes to somebody, and how its service (送达) is recorded.

use super::{
    Case, Event,
    kind::{CaseField, Kind, Of, Step, When, Who},
};
use crate::{
    basis::Basis,
    catalogue::FieldKind,
    condition::{Condition, FieldTest},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A letter that a procedure writes. Its text stands in the edition of the kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Letter {
    /// Id.
    pub id: String,
    /// Chinese title, as it stands above the text.
    pub title: String,
    /// Who writes it.
    pub issuer: Issuer,
    /// To whom.
    pub to: Addressee,
    /// Its paragraphs, with places (see [`Place`]).
    pub text: Vec<String>,
    /// The rules it follows.
    #[serde(default)]
    pub basis: Vec<Basis>,
    /// Its service is a step of the kind's own, which asks the day.
    #[serde(default)]
    pub served_by_step: bool,
}

/// Who writes a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Issuer {
    /// The office: the letter takes the next number of the office's series.
    Office,
    /// The department to which the case is assigned: it gives a number of its own.
    Assigned,
}

/// To whom a letter is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Addressee {
    /// The organisation that the case, or its record, is about.
    Subject,
    /// The department to which the case is assigned.
    Assigned,
    /// The office.
    Office,
    /// Whoever is named in a field.
    Field(String),
}

/// What stands in a place of a letter's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'a> {
    /// `{subject}`: name and code of the organisation.
    Subject,
    /// `{about}`: what the case is about.
    About,
    /// `{department}`: the department to which the case is assigned.
    Department,
    /// `{office}`: the office.
    Office,
    /// `{case}`: number of the case.
    Case,
    /// `{due:CLOCK}`: the last day of a term.
    Due(&'a str),
    /// `{FIELD}`: what was filled in.
    Field(&'a str),
}

/// A piece of a letter's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// As it stands.
    Text(&'a str),
    /// Something of the case.
    Place(Place<'a>),
}

/// The pieces of a paragraph, in order.
#[must_use]
pub fn pieces(paragraph: &str) -> Vec<Piece<'_>> {
    let mut all = Vec::new();
    let mut rest = paragraph;
    while let Some((before, place, after)) = next_place(rest) {
        if !before.is_empty() {
            all.push(Piece::Text(before));
        }
        all.push(Piece::Place(place));
        rest = after;
    }
    if !rest.is_empty() {
        all.push(Piece::Text(rest));
    }
    all
}

fn next_place(text: &str) -> Option<(&str, Place<'_>, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (inside, after) = rest.split_once('}')?;
    let place = match inside {
        "subject" => Place::Subject,
        "about" => Place::About,
        "department" => Place::Department,
        "office" => Place::Office,
        "case" => Place::Case,
        other => match other.strip_prefix("due:") {
            Some(clock) => Place::Due(clock),
            None => Place::Field(other),
        },
    };
    Some((before, place, after))
}

impl Letter {
    /// Its id, who writes it and to whom: `forward office>assigned`.
    #[must_use]
    pub fn sent(&self) -> String {
        let issuer = match self.issuer {
            Issuer::Office => "office",
            Issuer::Assigned => "assigned",
        };
        let to = match &self.to {
            Addressee::Subject => "subject",
            Addressee::Assigned => "assigned",
            Addressee::Office => "office",
            Addressee::Field(id) => id,
        };
        format!("{} {issuer}>{to}", self.id)
    }

    /// The places in its text.
    pub fn places(&self) -> impl Iterator<Item = Place<'_>> {
        let pieces = self.text.iter().flat_map(|p| pieces(p));
        pieces.filter_map(|piece| match piece {
            Piece::Place(place) => Some(place),
            Piece::Text(_) => None,
        })
    }

    /// The fields that it rests on.
    #[must_use]
    pub fn fields(&self) -> Vec<&str> {
        let in_text = self.places().filter_map(|place| match place {
            Place::Field(id) => Some(id),
            _ => None,
        });
        let to = match &self.to {
            Addressee::Field(id) => Some(id.as_str()),
            _ => None,
        };
        in_text.chain(to).collect()
    }
}

/// Field of a service: the way.
pub const SERVICE_WAY: &str = "SERVICE_WAY";
/// Field of a service: the day on which it counts as done.
pub const SERVED_ON: &str = "SERVED_ON";
const SERVICE_PROOF: &str = "SERVICE_PROOF";
const SERVICE_CONSENT: &str = "SERVICE_CONSENT";
/// Code list of the ways of service.
const WAYS: &str = "service-way";
/// The way that needs consent (行政处罚法第六十一条).
const BY_WIRE: &str = "电子送达";

/// A kind as its file says it, without the steps that [`with_services`] adds.
#[must_use]
pub fn without_services(mut kind: Kind) -> Kind {
    kind.steps.retain(|s| s.serves.is_none());
    let added = fields().map(|f| f.id);
    kind.fields.retain(|f| !added.contains(&f.id));
    kind
}

/// Adds to a kind the steps with which the service of its letters is recorded: by anybody of the
/// issuing side who acts in the case, wherever it stands afterwards.
#[must_use]
pub fn with_services(mut kind: Kind) -> Kind {
    if kind.letters.is_empty() {
        return kind;
    }
    kind.fields.extend(fields());
    let states: Vec<String> = kind.states.iter().map(|s| s.id.clone()).collect();
    let mut everybody: Vec<Who> = kind.steps.iter().flat_map(|s| s.by.clone()).collect();
    everybody.sort();
    everybody.dedup();
    for letter in kind.letters.iter().filter(|l| !l.served_by_step) {
        let side = match letter.issuer {
            Issuer::Office => Of::Office,
            Issuer::Assigned => Of::Assigned,
        };
        let of_side = everybody.iter().filter(|who| who.of == side);
        let by = of_side.cloned().collect();
        kind.steps.push(Step {
            id: format!("serve-{}", letter.id),
            title: format!("登记送达：{}", letter.title),
            from: states.clone(),
            by,
            asks: vec![SERVICE_WAY.to_owned(), SERVED_ON.to_owned()],
            may: vec![SERVICE_PROOF.to_owned(), SERVICE_CONSENT.to_owned()],
            when: vec![consent()],
            serves: Some(letter.id.clone()),
            ..Step::default()
        });
    }
    kind
}

fn fields() -> [CaseField; 4] {
    let field = |id: &str, name: &str, kind, help: Option<&str>| CaseField {
        id: id.to_owned(),
        name: name.to_owned(),
        kind,
        codes: (kind == FieldKind::Coded).then(|| WAYS.to_owned()),
        choices: None,
        long: false,
        help: help.map(str::to_owned),
    };
    [
        field(SERVICE_WAY, "送达方式", FieldKind::Coded, None),
        field(
            SERVED_ON,
            "送达日期",
            FieldKind::Date,
            Some("按送达回证上的日期填写；公告送达填写公告期满视为送达的日期"),
        ),
        field(
            SERVICE_PROOF,
            "送达凭证",
            FieldKind::Text,
            Some("例如送达回证、邮寄单号、公告的网址"),
        ),
        field(
            SERVICE_CONSENT,
            "电子送达的同意书",
            FieldKind::Text,
            Some("电子送达时填写同意书的名称和日期"),
        ),
    ]
}

fn consent() -> When {
    let test = |field: &str| FieldTest {
        field: field.to_owned(),
        ..FieldTest::default()
    };
    let by_wire = Condition::Field(FieldTest {
        is: vec![BY_WIRE.to_owned()],
        ..test(SERVICE_WAY)
    });
    let agreed = Condition::Field(FieldTest {
        present: Some(true),
        ..test(SERVICE_CONSENT)
    });
    When {
        fact: None,
        field: Some(Condition::Any {
            any: vec![
                Condition::Not {
                    not: Box::new(by_wire),
                },
                agreed,
            ],
        }),
        lines: None,
        refuse: "电子送达应当先取得受送达人的书面同意".to_owned(),
        remedy: "请填写同意书的名称和日期，或者改用其他方式送达。".to_owned(),
        basis: None,
    }
}

impl Case {
    /// The event with which a letter was written, the last time.
    #[must_use]
    pub fn written(&self, kind: &Kind, letter: &str) -> Option<&Event> {
        let writes = |e: &&Event| {
            let step = kind.step(&e.step);
            step.is_some_and(|s| s.letters.iter().any(|l| l == letter))
        };
        self.events.iter().rev().find(writes)
    }

    /// The event with which the service of a letter was recorded, since it was written last.
    #[must_use]
    pub fn served(&self, kind: &Kind, letter: &str) -> Option<&Event> {
        let written = self.written(kind, letter)?;
        let serves = |e: &&Event| {
            let step = kind.step(&e.step);
            step.is_some_and(|s| s.serves.as_deref() == Some(letter))
        };
        let since = self.events.iter().filter(|e| e.seq > written.seq);
        since.rev().find(serves)
    }
}

/// The day of service that an event records.
#[must_use]
pub fn served_on(event: &Event) -> Option<Date> {
    event.fields.get(SERVED_ON)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_is_read_in_pieces() {
        let read = pieces("请{department}于{due:answer}前核实{WHY}。");
        let expected = [
            Piece::Text("请"),
            Piece::Place(Place::Department),
            Piece::Text("于"),
            Piece::Place(Place::Due("answer")),
            Piece::Text("前核实"),
            Piece::Place(Place::Field("WHY")),
            Piece::Text("。"),
        ];
        assert_eq!(read, expected);
        assert_eq!(pieces("没有｛位置｝"), [Piece::Text("没有｛位置｝")]);
    }
}
