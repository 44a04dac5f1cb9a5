//! Case kinds: a procedure of the district as data (`rulebook/cases/*.toml`).
//!
//! Facts, effects and triggers are closed enums read by serde: an unknown name does not load, and
//! one that nothing implements does not compile.

use super::letter::Letter;
use crate::{
    basis::Basis,
    catalogue::{Field, FieldKind, FieldPublicity, Form, Requirement},
    condition::Condition,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A procedure (办件类型): who may do what, in which order, by when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Short English id, e.g. `objection`.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// First day on which a case of this kind can be opened.
    pub from: Date,
    /// Last day, where it has ended.
    #[serde(default)]
    pub until: Option<Date>,
    /// What a case is about.
    pub about: About,
    /// Of which catalogue item its records are; none: of any.
    #[serde(default)]
    pub item: Option<String>,
    /// What it is for, in Chinese.
    pub purpose: String,
    /// The rules it follows.
    pub basis: Vec<Basis>,
    /// What may not have two open cases.
    #[serde(default)]
    pub unique: Unique,
    /// What the public page of the record says while a marked state lasts.
    #[serde(default)]
    pub mark: Option<String>,
    /// What is asked in its steps.
    #[serde(default, rename = "field")]
    pub fields: Vec<CaseField>,
    /// Rows that a case collects: instalments, units that join in.
    #[serde(default, rename = "line")]
    pub lines: Vec<Line>,
    /// Terms, apart from states.
    #[serde(rename = "clock")]
    pub clocks: Vec<Clock>,
    /// Where it can stand.
    #[serde(rename = "state")]
    pub states: Vec<State>,
    /// What can be done.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
    /// What is written to somebody.
    #[serde(default, rename = "letter")]
    pub letters: Vec<Letter>,
    /// SHA-256 over what its file provides, hex: tells whether it was edited.
    #[serde(skip)]
    pub digest: String,
}

impl Kind {
    /// The state with this id.
    #[must_use]
    pub fn state(&self, id: &str) -> Option<&State> {
        self.states.iter().find(|s| s.id == id)
    }

    /// The step with this id.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|s| s.id == id)
    }

    /// The field with this id, a line's among them.
    #[must_use]
    pub fn field(&self, id: &str) -> Option<&CaseField> {
        let of_lines = self.lines.iter().flat_map(|l| &l.fields);
        self.fields.iter().chain(of_lines).find(|f| f.id == id)
    }

    /// The group of lines with this id.
    #[must_use]
    pub fn line(&self, id: &str) -> Option<&Line> {
        self.lines.iter().find(|l| l.id == id)
    }

    /// The letter with this id.
    #[must_use]
    pub fn letter(&self, id: &str) -> Option<&Letter> {
        self.letters.iter().find(|l| l.id == id)
    }

    /// Steps with which a case begins.
    pub fn opening(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|s| s.opens())
    }

    /// Whether a case of it can be opened on a day.
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// What a step asks, in the order in which it is asked: those it must have first.
    #[must_use]
    pub fn asked(&self, step: &Step) -> Vec<(&CaseField, bool)> {
        let must = step.asks.iter().map(|id| (id, true));
        let may = step.may.iter().map(|id| (id, false));
        let own = must.chain(may);
        let mut asked: Vec<_> = own
            .filter_map(|(id, must)| Some((self.field(id)?, must)))
            .collect();
        if let Some(line) = step.add.as_ref().and_then(|id| self.line(id)) {
            asked.extend(line.fields.iter().map(|field| (field, true)));
        }
        asked
    }
}

/// What a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A record.
    Record,
    /// An organisation.
    Subject,
    /// A department.
    Department,
    /// Nothing that we keep.
    Nothing,
}

/// What may not have two open cases of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unique {
    /// Anything may.
    #[default]
    No,
    /// What the case is about.
    About,
    /// What the case is about together with these fields of its opening.
    Fields(Vec<String>),
}

/// What a step may ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseField {
    /// Id, in capitals.
    pub id: String,
    /// Chinese name.
    pub name: String,
    /// What is filled in.
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// Code list whose values may be chosen.
    #[serde(default)]
    pub codes: Option<String>,
    /// What may be chosen, where it is no code list.
    #[serde(default)]
    pub choices: Option<Choices>,
    /// A text of several lines.
    #[serde(default)]
    pub long: bool,
    /// One line of help, in Chinese.
    #[serde(default)]
    pub help: Option<String>,
}

/// Choices that follow from what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choices {
    /// Departments that report.
    Departments,
    /// Fields of the record that the case is about.
    FieldsOfRecord,
    /// Classes that the rules leave open for the record.
    OpenClasses,
}

/// The longest text of several lines, and of one line.
const LONG: u32 = 2_000; // no law: ours, about forms
const SHORT: u32 = 200; // no law: ours, about forms

impl CaseField {
    /// The longest text, where it is one.
    #[must_use]
    pub fn max_chars(&self) -> Option<u32> {
        let most = if self.long { LONG } else { SHORT };
        (self.kind == FieldKind::Text).then_some(most)
    }

    /// The field as the checker knows one. `list` is the code list that holds its choices.
    #[must_use]
    pub fn checked(&self, must: bool, list: Option<String>) -> Field {
        Field {
            id: self.id.clone(),
            name: self.name.clone(),
            headers: Vec::new(),
            kind: self.kind,
            codes: list,
            several: false,
            max_chars: self.max_chars(),
            max_unverified: false,
            required: if must {
                Requirement::Always
            } else {
                Requirement::Optional
            },
            empty_when: None,
            role: None,
            publicity: FieldPublicity::Withheld,
            amount_of: Vec::new(),
            placeholder_allowed: false,
            beyond_standard: true,
            help: self.help.clone(),
            example: None,
        }
    }
}

/// The form of a step, for the checker.
#[must_use]
pub fn form<'a>(id: &'a str, fields: &'a [Field]) -> Form<'a> {
    Form {
        id,
        fields,
        rules: &[],
    }
}

/// A group of rows that a case collects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Id.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// Field with the department that the row is for.
    #[serde(default)]
    pub department: Option<String>,
    /// Field with its due day.
    #[serde(default)]
    pub due: Option<String>,
    /// Its columns.
    #[serde(rename = "field")]
    pub fields: Vec<CaseField>,
}

/// A term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// Id.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// Rulebook parameter with its length; none where it runs until a day that is given.
    #[serde(default)]
    pub parameter: Option<String>,
    /// What it is counted from.
    pub from: ClockFrom,
    /// States in which it runs.
    pub runs_in: Vec<String>,
    /// States in which it stands still, and goes on afterwards.
    #[serde(default)]
    pub pauses_in: Vec<String>,
    /// It ends when this letter is served: a term for serving it.
    #[serde(default)]
    pub until_served: Option<String>,
    /// What happens when it has passed.
    pub passing: Passing,
}

/// What a term is counted from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockFrom {
    /// The day on which the states in which it runs were entered.
    Entered,
    /// The day of a step, the last time it was done.
    Step(String),
    /// The day in a field.
    Field(String),
    /// The earliest due day of the open rows of a group.
    LineDue(String),
    /// The day on which a letter was served, the last time it was written.
    Served(String),
}

/// What a passed term means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passing {
    /// It is late: from then on these have it on their desk as well.
    Late {
        /// Roles.
        to: Vec<String>,
    },
    /// A right has ended.
    Ends,
    /// The system takes a step.
    Step(String),
}

/// Whether there is still something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Somebody has to act.
    #[default]
    Open,
    /// Nobody has to, but it may go on.
    Rest,
    /// Over.
    End,
}

/// Where a case stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Id.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// Whether there is still something to do.
    #[serde(default)]
    pub phase: Phase,
    /// Who is to act.
    #[serde(default)]
    pub waits_for: Vec<Who>,
    /// The record's public page says so.
    #[serde(default)]
    pub marked: bool,
    /// Fields that whoever asked without an account reads by their private link.
    #[serde(default)]
    pub shows: Vec<String>,
    /// Fields that everybody reads: the first is the heading.
    #[serde(default)]
    pub publishes: Vec<String>,
}

/// Somebody in a role: `officer`, `responsible@assigned`, `clerk@own`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Who {
    /// Role id.
    pub role: String,
    /// For whom they act.
    pub of: Of,
}

/// For whom somebody acts in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Of {
    /// The office.
    Office,
    /// The department to which the case is assigned.
    Assigned,
    /// The department that the step concerns: the opener's own, or that of a row.
    Own,
}

impl TryFrom<String> for Who {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (role, of) = match text.split_once('@') {
            None => (text.as_str(), Of::Office),
            Some((role, "assigned")) => (role, Of::Assigned),
            Some((role, "own")) => (role, Of::Own),
            Some((_, other)) => return Err(format!("“@{other}”应当是 @assigned 或者 @own")),
        };
        Ok(Self {
            role: role.to_owned(),
            of,
        })
    }
}

impl From<Who> for String {
    fn from(who: Who) -> Self {
        match who.of {
            Of::Office => who.role,
            Of::Assigned => who.role + "@assigned",
            Of::Own => who.role + "@own",
        }
    }
}

/// Something that can be done.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Id.
    pub id: String,
    /// Chinese title, as the button says it.
    pub title: String,
    /// One line for whoever fills it in, in Chinese.
    #[serde(default)]
    pub hint: Option<String>,
    /// States in which it can be done; none: it opens a case.
    #[serde(default)]
    pub from: Vec<String>,
    /// Where the case stands afterwards; none: where it stood.
    #[serde(default)]
    pub to: Option<String>,
    /// Who may do it.
    #[serde(default)]
    pub by: Vec<Who>,
    /// What makes the system do it.
    #[serde(default)]
    pub on: Option<On>,
    /// It can be done once.
    #[serde(default)]
    pub once: bool,
    /// Not by whoever did this step last.
    #[serde(default)]
    pub second_to: Option<String>,
    /// Only until this clock has passed.
    #[serde(default)]
    pub within: Option<String>,
    /// Only once this clock has passed.
    #[serde(default)]
    pub after: Option<String>,
    /// It makes a clock longer.
    #[serde(default)]
    pub extends: Option<Extension>,
    /// Whose desk it comes to.
    #[serde(default)]
    pub assign: Option<Assign>,
    /// Fields that must be filled in.
    #[serde(default)]
    pub asks: Vec<String>,
    /// Fields that may be.
    #[serde(default)]
    pub may: Vec<String>,
    /// It adds a row to this group.
    #[serde(default)]
    pub add: Option<String>,
    /// It closes the open row of this group that is the actor's department's.
    #[serde(default)]
    pub close: Option<String>,
    /// What must hold.
    #[serde(default)]
    pub when: Vec<When>,
    /// What follows from it.
    #[serde(default)]
    pub does: Vec<Effect>,
    /// Letters that are written with it.
    #[serde(default)]
    pub letters: Vec<String>,
    /// The letter whose service it records; such steps follow from the letters.
    #[serde(skip)]
    pub serves: Option<String>,
}

impl On {
    /// Whether a department's file brings it.
    #[must_use]
    pub const fn is_by_file(&self) -> bool {
        matches!(self, Self::Record(_) | Self::Stored { .. })
    }
}

impl Step {
    /// Whether a case begins with it.
    #[must_use]
    pub fn opens(&self) -> bool {
        self.from.is_empty()
    }
}

/// A clock made longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// The clock.
    pub clock: String,
    /// Parameter with the length that is added.
    pub parameter: String,
}

/// What makes the system take a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// A clock has passed.
    Clock(String),
    /// Something happened to the record that the case is about.
    Record(RecordEvent),
    /// Anybody, without an account: a private link leads to what becomes of it.
    Public,
    /// A record of the organisation that the case is about has arrived, by the way that files go.
    Stored {
        /// Its catalogue item.
        item: String,
        /// Field of the case with its document number.
        number: String,
    },
}

/// What happens to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordEvent {
    /// A later version came.
    Versioned,
    /// It ended.
    Ended,
    /// Another record took its place.
    Replaced,
}

/// To whom a step assigns its case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assign {
    /// The department that reported the record.
    DepartmentOfRecord,
    /// The department that the case is about.
    DepartmentConcerned,
    /// The department of whoever does the step.
    OwnDepartment,
    /// The department in the step's field of choices `departments`.
    DepartmentChosen,
    /// The office.
    Office,
}

/// What must hold for a step, and what is said where it does not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// What is known of the world.
    #[serde(default)]
    pub fact: Option<Fact>,
    /// What was filled in, in this step or an earlier one.
    #[serde(default)]
    pub field: Option<Condition>,
    /// What the rows add up to.
    #[serde(default)]
    pub lines: Option<LineTest>,
    /// Why not, in Chinese.
    pub refuse: String,
    /// What to do instead, in Chinese.
    #[serde(default)]
    pub remedy: String,
    /// The article it rests on.
    #[serde(default)]
    pub basis: Option<Basis>,
}

/// What is known of the world when a step is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// The record is not over and not withheld.
    RecordStands,
    /// The record is shown to the public today.
    RecordPublic,
    /// One person has withheld the record, and no second one has spoken.
    RecordWithheld,
    /// The rules leave several classes, and none is stated.
    ClassOpen,
    /// The rules, or what was stated, leave one class.
    ClassSettled,
    /// The day has come from which repair may be applied for.
    EarliestRepairReached,
    /// A later version of the record came after the case was opened.
    RecordCorrected,
    /// No repair of this organisation was revoked within the term that bars a new one.
    NotBarred,
    /// The organisation is in the register.
    SubjectKnown,
    /// The record is of a party without a usable code.
    RecordUnlinked,
    /// No list and no decision of a grave class is in force against the organisation.
    NothingGrave,
}

/// What the rows of a case add up to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineTest {
    /// There is a row of the group.
    Some(String),
    /// No row of the group is open.
    Closed(String),
    /// The amounts of a column equal a field.
    SumEquals {
        /// `group.COLUMN`.
        sum: String,
        /// Field of the case.
        field: String,
    },
    /// The amounts of a column are at most a field.
    SumAtMost {
        /// `group.COLUMN`.
        sum: String,
        /// Field of the case.
        field: String,
    },
}

/// What follows from a step: in its transaction, or, where it is about something that is kept
/// elsewhere, right after it and exactly once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// The record leaves the public at once.
    Withhold {
        /// Field with the grounds.
        grounds: String,
    },
    /// A withheld record is shown again.
    Release {
        /// Field with the grounds.
        grounds: String,
    },
    /// A withheld record is over for good: it was published wrongly.
    Withdraw {
        /// Field with the grounds.
        grounds: String,
    },
    /// A withheld record is over for good: the decision was annulled.
    Annul {
        /// Field with the grounds.
        grounds: String,
    },
    /// Publicity ends because credit was repaired.
    EndPublicity {
        /// Field with the grounds.
        grounds: String,
    },
    /// A repaired record is shown again.
    RestorePublicity {
        /// Field with the grounds.
        grounds: String,
    },
    /// The class that the deciding unit stated.
    SetClass {
        /// Field with the class.
        class: String,
        /// Field with the document in which it is stated.
        document: String,
        /// Field with the day of the document.
        dated: String,
        /// Field with the unit that stated it, and whoever signed.
        by: String,
    },
    /// A code leads to the one that has taken its place.
    WriteAlias {
        /// Field with the code that is no longer used.
        old: String,
        /// Field with the code in force.
        new: String,
    },
}
