//! Records (信用信息): one fact about one subject under one catalogue item, in versions.
//!
//! A version is what a row said. What people and departments do about the record afterwards are
//! acts ([`RecordAct`]), which copy nothing: the dates and the end of every version are computed from
//! its own content and the acts.

mod act;

pub use act::{RecordAct, RecordActKind, Said, Standing, standing};

use crate::{publicity::PublicityColumns, subject::SubjectKey};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A record's public number: subject key, `-`, sixteen unguessable characters (I10). It holds
/// the key so that a record page asks one shard.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordId(pub String);

impl RecordId {
    /// Puts an id together from its parts.
    #[must_use]
    pub fn new(key: &SubjectKey, tail: &str) -> Self {
        Self(format!("{key}-{tail}"))
    }

    /// The subject key inside, or `None` where the text is no record id.
    #[must_use]
    pub fn subject_key(&self) -> Option<SubjectKey> {
        let key = self.key_text();
        (!key.is_empty() && self.tail().len() == 16).then(|| SubjectKey(key.to_owned()))
    }

    /// What stands before the tail: the subject's key, where the text is a record id.
    #[must_use]
    pub fn key_text(&self) -> &str {
        self.0.rsplit_once('-').map_or("", |(key, _)| key)
    }

    /// The unguessable characters after the subject's key.
    #[must_use]
    pub fn tail(&self) -> &str {
        self.0.rsplit_once('-').map_or(&*self.0, |(_, tail)| tail)
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for RecordId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// One version of a record, as stored. Versions are added, never overwritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Whose record.
    pub subject_key: SubjectKey,
    /// Which record.
    pub id: RecordId,
    /// From 1.
    pub version: u32,
    /// Catalogue item id.
    pub item: String,
    /// Department that reported it.
    pub department: String,
    /// Batch it came in; the version is visible once that batch is sealed.
    pub batch_id: String,
    /// Row in the batch's file, from 1.
    pub row: u64,
    /// The day the decision was received for the first time: kept through corrections and through
    /// records that take the place of others, so that a correction makes nothing late.
    pub first_received_on: Date,
    /// Decision date.
    pub decided_on: Option<Date>,
    /// Document number.
    pub document_number: String,
    /// SHA-256 over the normalised row, hex: equal content is no new version.
    pub content_hash: String,
    /// Values offered as filters on the public list, each as `|FIELD=value|`, joined without
    /// doubling the bars: `|CF_CFLB=罚款|CF_XDR_LB=法人|`. Empty where there is none.
    pub facets: String,
    /// All fields of the row by id, as JSON object text; written once, never queried by SQL.
    pub payload: String,
    /// Publicity dates: a cache of the rulebook's answer.
    pub publicity: PublicityColumns,
    /// The publishing clock.
    pub clock: Option<ClockColumns>,
    /// The record this one takes the place of.
    pub replaces: Option<RecordId>,
    /// Set where the record is over: this version's row says so, or acts do.
    pub ended: Option<Ended>,
}

/// Why a record is over. Its content leaves every public place (I9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// How.
    pub kind: EndKind,
    /// The day.
    pub on: Date,
    /// Grounds, for officials.
    pub grounds: String,
    /// The record that took its place.
    pub replaced_by: Option<RecordId>,
}

/// How a record ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndKind {
    /// Another record took its place (a key field was wrong).
    Replaced,
    /// It was published wrongly and is taken back for good.
    Withdrawn,
    /// Withheld at once by one person, awaiting a second (I11).
    Withheld,
    /// The decision was annulled.
    Annulled,
    /// The decision was changed; what it became is a decision of its own.
    Changed,
    /// Credit was repaired: publicity ended before its term.
    Repaired,
}

impl EndKind {
    const ALL: [Self; 6] = [
        Self::Replaced,
        Self::Withdrawn,
        Self::Withheld,
        Self::Annulled,
        Self::Changed,
        Self::Repaired,
    ];

    /// Id in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Replaced => "replaced",
            Self::Withdrawn => "withdrawn",
            Self::Withheld => "withheld",
            Self::Annulled => "annulled",
            Self::Changed => "changed",
            Self::Repaired => "repaired",
        }
    }

    /// The kind with this id.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Over, and not only withheld until a second person has spoken.
    #[must_use]
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Withheld)
    }

    /// The decision itself is no more: the public is told so for a while (Penalty Law, article
    /// 48).
    #[must_use]
    pub const fn is_of_the_decision(self) -> bool {
        matches!(self, Self::Annulled | Self::Changed)
    }
}

/// The publishing clock of a record: the day of receipt stands against one deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockColumns {
    /// Last day in time.
    pub deadline: Date,
    /// The deadline rests on a year whose calendar is not announced.
    pub provisional: bool,
    /// Rule used, e.g. `sgs.report_deadline@2018-07-25`.
    pub rule: String,
    /// Calendar edition used.
    pub calendar: String,
}
