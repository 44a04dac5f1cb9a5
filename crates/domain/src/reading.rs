//! What departments said of their own texts after reading them, and what the office did about
//! one: acts, never changed, each taken back by another one.

use crate::record::RecordId;
use jiff::{Timestamp, civil::Date};
use std::collections::{HashMap, HashSet};

/// What was said of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Says {
    /// It stays masked as it is.
    Masked,
    /// A doubtful piece names no person.
    NoPerson,
    /// A piece is to be masked that was not.
    Mask,
    /// The whole text is withheld.
    Withhold,
    /// The department has worded it anew.
    Rewritten,
    /// The office has sent it back to the department, to be worded anew.
    Returned,
    /// What was said before is taken back.
    Undone,
}

impl Says {
    const ALL: [Self; 7] = [
        Self::Masked,
        Self::NoPerson,
        Self::Mask,
        Self::Withhold,
        Self::Rewritten,
        Self::Returned,
        Self::Undone,
    ];

    /// Id in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Masked => "masked",
            Self::NoPerson => "no_person",
            Self::Mask => "mask",
            Self::Withhold => "withhold",
            Self::Rewritten => "rewritten",
            Self::Returned => "returned",
            Self::Undone => "undone",
        }
    }

    /// What has this id.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|says| says.as_str() == text)
    }

    /// Chinese term.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Masked => "维持隐去",
            Self::NoPerson => "不是人名",
            Self::Mask => "加隐一处",
            Self::Withhold => "整段不公开",
            Self::Rewritten => "另写公示文本",
            Self::Returned => "退回改写",
            Self::Undone => "撤销",
        }
    }

    /// Only the department can say so, by a document.
    #[must_use]
    pub const fn is_the_departments(self) -> bool {
        matches!(self, Self::Masked | Self::NoPerson | Self::Rewritten)
    }

    /// Taken back, more can be seen than before: that is the department's to say as well.
    #[must_use]
    pub const fn hides(self) -> bool {
        matches!(self, Self::Mask | Self::Withhold)
    }
}

/// What was said of a text, and by which document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextReading {
    /// From 1: the order.
    pub position: u64,
    /// Whose text it is.
    pub department: String,
    /// SHA-256 of the text, hex.
    pub text_hash: String,
    /// SHA-256 of the text without what was found in it, hex.
    pub skeleton_hash: String,
    /// What was said.
    pub says: Says,
    /// The piece that is spoken of, or the new wording.
    pub piece: Option<String>,
    /// Position of what is taken back.
    pub undoes: Option<u64>,
    /// A record in which the text stood.
    pub record_id: RecordId,
    /// Its field.
    pub field: String,
    /// Title or number of the document; empty where the office acted by itself.
    pub document: String,
    /// Its date.
    pub dated_on: Option<Date>,
    /// Who stated it: the department, and whoever signed.
    pub stated_by: String,
    /// Why the office acted, where it did by itself.
    pub grounds: String,
    /// Who recorded it.
    pub actor: String,
    /// When.
    pub acted_at: Timestamp,
}

/// What was said of one whole text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfText {
    /// It is withheld.
    pub withheld: bool,
    /// The department's own wording.
    pub rewritten: Option<String>,
    /// Pieces to be masked as well.
    pub mask: Vec<String>,
    /// The department has read it: it is not asked again.
    pub settled: bool,
    /// It was sent back.
    pub returned: bool,
}

/// What is in force of what one department said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfDepartment {
    texts: HashMap<String, OfText>,
    /// Pieces that name no person in this department's texts.
    no_person: HashSet<String>,
    /// Skeletons that stay masked as they are.
    skeletons: HashSet<String>,
}

impl OfDepartment {
    /// What was said of the text with this hash.
    #[must_use]
    pub fn text(&self, hash: &str) -> Option<&OfText> {
        self.texts.get(hash)
    }

    /// Whether anything was said of a whole text.
    #[must_use]
    pub fn knows_texts(&self) -> bool {
        !self.texts.is_empty()
    }

    /// Whether the department said of this piece that it names no person.
    #[must_use]
    pub fn is_no_person(&self, piece: &str) -> bool {
        self.no_person.contains(piece)
    }

    /// Whether texts with this skeleton stay masked as they are.
    #[must_use]
    pub fn keeps_skeleton(&self, hash: &str) -> bool {
        self.skeletons.contains(hash)
    }
}

/// What is in force of all that was said, by department.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextReadings {
    departments: HashMap<String, OfDepartment>,
}

impl TextReadings {
    /// Adds up what was said, in its order. What was taken back counts as never said; what was
    /// said after a withholding by the department lifts it, nothing else does.
    #[must_use]
    pub fn of(all: &[TextReading]) -> Self {
        let undone: HashSet<u64> = all.iter().filter_map(|r| r.undoes).collect();
        let mut departments: HashMap<String, OfDepartment> = HashMap::new();
        for one in all.iter().filter(|r| !undone.contains(&r.position)) {
            if one.says == Says::Undone {
                continue;
            }
            let own = departments.entry(one.department.clone()).or_default();
            let piece = one.piece.clone().unwrap_or_default();
            if one.says == Says::NoPerson {
                own.no_person.insert(piece);
                continue;
            }
            if one.says == Says::Masked {
                own.skeletons.insert(one.skeleton_hash.clone());
            }
            let text = own.texts.entry(one.text_hash.clone()).or_default();
            match one.says {
                Says::Masked => text.settled = true,
                Says::Mask => text.mask.push(piece),
                Says::Withhold => text.withheld = true,
                Says::Rewritten => {
                    text.rewritten = Some(piece);
                    text.withheld = false;
                    text.settled = true;
                }
                Says::Returned => text.returned = true,
                Says::NoPerson | Says::Undone => {}
            }
        }
        Self { departments }
    }

    /// What this department said.
    #[must_use]
    pub fn department(&self, code: &str) -> Option<&OfDepartment> {
        self.departments.get(code)
    }
}
