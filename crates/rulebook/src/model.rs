//! What only the rulebook itself knows: legal documents, dated parameters, the shapes of files.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use xinheng_domain::{
    basis::Basis,
    code_list::{CodeEntry, CodeList},
    permission::{Narrowing, Role},
    publicity::{ClassRule, Said},
};

/// A legal document (`rulebook/sources/*.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Id, e.g. `ndrc-order-36`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Who issued it.
    pub issuer: String,
    /// Full document number: two documents may bear the same bare number.
    pub number: String,
    /// First day in force.
    pub in_force: Date,
    /// Last day in force, where it was repealed.
    #[serde(default)]
    pub repealed: Option<Date>,
    /// The document that took its place.
    #[serde(default)]
    pub replaced_by: Option<String>,
    /// Whether its text was read in a published copy.
    pub verified: bool,
    /// The copy in which the whole text was read.
    #[serde(default)]
    pub read: Option<Copy>,
    /// Address of the published text.
    #[serde(default)]
    pub url: Option<String>,
    /// What a reader should know, in Chinese.
    #[serde(default)]
    pub note: Option<String>,
}

/// A published copy of a text that was read in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Copy {
    /// The collection that holds it.
    pub collection: String,
    /// Its day or month, in Chinese.
    pub dated: String,
}

/// A dated, cited value of the law (`rulebook/parameters/*.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Id, e.g. `sgs.report_deadline`.
    pub id: String,
    /// Chinese title. A local file that adds a value may leave it out.
    #[serde(default)]
    pub title: String,
    /// What the value counts.
    #[serde(default)]
    pub unit: Unit,
    /// How accounts are guarded: told to operators, on no public page.
    #[serde(default)]
    pub internal: bool,
    /// Values by date.
    #[serde(rename = "value")]
    pub values: Vec<ParameterValue>,
}

/// What a parameter's value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Working days.
    WorkingDays,
    /// Calendar days.
    Days,
    /// Months.
    Months,
    /// Minutes.
    Minutes,
    /// Yuan.
    Yuan,
    /// A word from a fixed set.
    Text,
    /// A bare number.
    #[default]
    Count,
}

impl Unit {
    /// Chinese.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::WorkingDays => "个工作日",
            Self::Days => "天",
            Self::Months => "个月",
            Self::Minutes => "分钟",
            Self::Yuan => "元",
            Self::Text | Self::Count => "",
        }
    }
}

/// A value of a parameter over a span of days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterValue {
    /// First day.
    pub from: Date,
    /// Last day; `None` = until the next value, or still.
    #[serde(default)]
    pub until: Option<Date>,
    /// The value, where it is a number.
    #[serde(default)]
    pub integer: Option<i64>,
    /// The value, where it is a word.
    #[serde(default)]
    pub text: Option<String>,
    /// Source.
    pub basis: Basis,
    /// Set in a deployment's own file: goes before the values in the binary.
    #[serde(skip)]
    pub local: bool,
    /// See [`Said`].
    #[serde(skip)]
    pub said: Said,
}

/// A parameter's value on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InForce<'a> {
    /// The parameter.
    pub parameter: &'a Parameter,
    /// The value.
    pub value: &'a ParameterValue,
}

impl InForce<'_> {
    /// Names the rule and its edition, e.g. `sgs.report_deadline@2018-07-25`; stored with every
    /// answer that used it.
    #[must_use]
    pub fn rule(&self) -> String {
        let local = if self.value.local { "+local" } else { "" };
        format!("{}@{}{local}", self.parameter.id, self.value.from)
    }

    /// The number, where it is one that fits.
    #[must_use]
    pub fn number(&self) -> Option<u32> {
        self.value.integer.and_then(|n| u32::try_from(n).ok())
    }

    /// The value in Chinese, e.g. `7个工作日`.
    #[must_use]
    pub fn shown(&self) -> String {
        match (&self.value.integer, &self.value.text) {
            (Some(n), _) => format!("{n}{}", self.parameter.unit.title()),
            (None, Some(text)) => match text.as_str() {
                "next_day" => "自次日起算".to_owned(),
                "same_day" => "自当日起算".to_owned(),
                other => other.to_owned(),
            },
            (None, None) => String::new(),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceFile {
    #[serde(default)]
    pub source: Vec<Source>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ParameterFile {
    #[serde(default)]
    pub parameter: Vec<Parameter>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeFile {
    #[serde(default)]
    pub list: Vec<CodeList>,
    /// Values added to a list that exists.
    #[serde(default)]
    pub extend: Vec<CodeExtension>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeExtension {
    pub id: String,
    pub basis: Vec<Basis>,
    pub entry: Vec<CodeEntry>,
}

/// Rules added to a regime that exists: a sector's standard, a threshold.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegimeExtension {
    pub extends: String,
    pub rule: Vec<ClassRule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PermissionFile {
    #[serde(default)]
    pub role: Vec<Role>,
    #[serde(default)]
    pub narrow: Vec<Narrowing>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefusalFile {
    pub refusal: Vec<xinheng_domain::refusal::RefusalText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessageFile {
    #[serde(default)]
    pub message: Vec<xinheng_domain::message::Message>,
}
