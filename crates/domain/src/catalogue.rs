//! Catalogue items: what kinds of information there are, field by field.
//!
//! An item is data (`rulebook/catalogues/*.toml`); the kernel knows only the roles that its
//! fields play. A new kind of information is a new file, never a new line of Rust.

use crate::{
    basis::Basis,
    condition::{Condition, Values},
    finding::Severity,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One kind of information about organisations (目录项).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Short English id, e.g. `penalty`; part of addresses and of the record's identity.
    pub id: String,
    /// Chinese title, e.g. `行政处罚`.
    pub title: String,
    /// Edition of the data standard, e.g. `2018`. The file format's id is `<id>-<edition>`.
    pub edition: String,
    /// First day the item may be collected.
    pub from: Date,
    /// Last day, where it has ended.
    #[serde(default)]
    pub until: Option<Date>,
    /// Whether a record of this item is unfavourable to its subject (invariants I3, I5).
    pub adverse: bool,
    /// Why it may be collected.
    pub basis: Vec<Basis>,
    /// The fields that together name one record (identity key). Never empty.
    pub identity: Vec<String>,
    /// The clock that runs on publishing, if any.
    #[serde(default)]
    pub clock: Option<Clock>,
    /// How long it is shown.
    pub publicity: PublicityRule,
    /// Plain sentence on the record page, with `{FIELD}` places; `{subject}` is the shown name.
    /// What stands in `[…]` is left out where one of its places is empty.
    pub sentence: String,
    /// What it was about, as a row of a list says it, with places as in the sentence.
    #[serde(default)]
    pub matter: String,
    /// What was decided, with places as in the sentence.
    #[serde(default)]
    pub outcome: String,
    /// What a record of this kind does not mean, in Chinese.
    pub does_not_mean: String,
    /// How it may end and what the organisation can do, in Chinese.
    pub how_it_ends: String,
    /// Whom to ask, in Chinese; `{authority}` is the deciding body.
    pub whom_to_ask: String,
    /// Where repair is applied for, by who decided: the first that fits. None where there is none.
    #[serde(default, rename = "repair_venue")]
    pub repair_venues: Vec<RepairVenue>,
    /// Field ids offered as filters on the public list (coded fields).
    #[serde(default)]
    pub filters: Vec<String>,
    /// The fields, in the standard's order.
    #[serde(rename = "field")]
    pub fields: Vec<Field>,
    /// Checks across fields.
    #[serde(default, rename = "rule")]
    pub rules: Vec<CrossRule>,
}

/// Where repair of a record is applied for, by who decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepairVenue {
    /// Whose decisions, in Chinese.
    pub whose: String,
    /// What the names of these authorities have in them; empty for all others.
    #[serde(default)]
    pub authorities: Vec<String>,
    /// The site, in Chinese.
    pub site: String,
    /// Its address; none where the district's setting gives it.
    #[serde(default)]
    pub address: Option<String>,
    /// Why there.
    pub basis: Basis,
}

/// What rows are checked against: fields, and what must hold across them. Items have one, and so has
/// whatever else is filled in.
#[derive(Debug, Clone, Copy)]
pub struct Form<'a> {
    /// Whose it is.
    pub id: &'a str,
    /// The fields, in their order.
    pub fields: &'a [Field],
    /// Checks across fields.
    pub rules: &'a [CrossRule],
}

impl<'a> Form<'a> {
    /// The field with this id.
    #[must_use]
    pub fn field(&self, id: &str) -> Option<&'a Field> {
        self.fields.iter().find(|f| f.id == id)
    }

    /// Place of the field with this id.
    #[must_use]
    pub fn place(&self, id: &str) -> Option<usize> {
        self.fields.iter().position(|f| f.id == id)
    }

    /// Place of the field that plays `role`.
    #[must_use]
    pub fn place_of(&self, role: Role) -> Option<usize> {
        self.fields.iter().position(|f| f.role == Some(role))
    }
}

impl Item {
    /// What its rows are checked against.
    #[must_use]
    pub fn form(&self) -> Form<'_> {
        Form {
            id: &self.id,
            fields: &self.fields,
            rules: &self.rules,
        }
    }

    /// Where repair of a record that this authority decided is applied for.
    #[must_use]
    pub fn repair_venue(&self, authority: &str) -> Option<&RepairVenue> {
        let of = |part: &String| authority.contains(part.as_str());
        let mut all = self.repair_venues.iter();
        all.find(|v| v.authorities.is_empty() || v.authorities.iter().any(of))
    }

    /// Id of the file format in which the item arrives.
    #[must_use]
    pub fn format_id(&self) -> String {
        format!("{}-{}", self.id, self.edition)
    }

    /// The field with this id.
    #[must_use]
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.form().field(id)
    }

    /// The values that together name the record a row speaks of. Where the subject's code is
    /// empty or the filler, the subject's name stands in its place: two parties without a code
    /// under one document number stay two records.
    #[must_use]
    pub fn identity_of<V: Values + ?Sized>(&self, row: &V) -> Vec<String> {
        let code = self.by_role(Role::SubjectCode);
        let name = self.by_role(Role::SubjectName);
        self.identity
            .iter()
            .map(|id| {
                let value = row.value(id).unwrap_or_default();
                let is_code = code.is_some_and(|f| f.id == *id);
                if is_code && (value.is_empty() || value == crate::code::PLACEHOLDER) {
                    let name = name.and_then(|f| row.value(&f.id)).unwrap_or_default();
                    return format!("name:{}", crate::name::comparison_key(name));
                }
                value.to_owned()
            })
            .collect()
    }

    /// The field that plays `role`.
    #[must_use]
    pub fn by_role(&self, role: Role) -> Option<&Field> {
        self.fields.iter().find(|f| f.role == Some(role))
    }
}

/// The clock of an item: so many working days after a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// Rulebook parameter that holds the number of working days, e.g. `sgs.report_deadline`.
    pub parameter: String,
    /// Field the days are counted from.
    pub from_field: String,
}

/// How long records of an item are public.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum PublicityRule {
    /// By publicity class, from the regimes in `rulebook/publicity/` that name this table.
    Classes {
        /// Table name, e.g. `penalty`.
        table: String,
    },
    /// Until the date in a field (last day inclusive); `long_term` means no end of its own.
    UntilField {
        /// Field id.
        field: String,
        /// Values that mean "long-term".
        #[serde(default)]
        long_term: Vec<Date>,
        /// Why.
        basis: Vec<Basis>,
    },
    /// A number of months held in a rulebook parameter, from the decision date.
    Months {
        /// Parameter id.
        parameter: String,
    },
    /// Never public.
    Never {
        /// Chinese reason.
        reason: String,
        /// Why.
        basis: Vec<Basis>,
    },
}

/// One column of an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Column code, e.g. `CF_XDR_SHXYM`.
    pub id: String,
    /// The standard's Chinese item name; the header in a Chinese file.
    pub name: String,
    /// Other headers under which the column arrives.
    #[serde(default)]
    pub headers: Vec<String>,
    /// What a cell holds.
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// Code list in `rulebook/codes/`, for `coded`.
    #[serde(default)]
    pub codes: Option<String>,
    /// Several values may stand in one cell, parted by `、` `,` `，` `;` `；` or blanks.
    #[serde(default)]
    pub several: bool,
    /// Longest text, in characters.
    #[serde(default)]
    pub max_chars: Option<u32>,
    /// The length comes from practice, not from the standard's text: a breach only warns.
    #[serde(default)]
    pub max_unverified: bool,
    /// When the cell must be filled.
    #[serde(default)]
    pub required: Requirement,
    /// When the cell must be empty.
    #[serde(default)]
    pub empty_when: Option<Condition>,
    /// What the kernel uses it for.
    #[serde(default)]
    pub role: Option<Role>,
    /// What may be shown to the public. Nothing, unless the file says so.
    #[serde(default)]
    pub publicity: FieldPublicity,
    /// Values of coded fields whose amount this is: sentences say it right behind them.
    #[serde(default)]
    pub amount_of: Vec<String>,
    /// Accepts the filler code (17 zeros and `X`) where the standard allows it.
    #[serde(default)]
    pub placeholder_allowed: bool,
    /// Not in the national standard: a column the district's work needs.
    #[serde(default)]
    pub beyond_standard: bool,
    /// One line of help for the clerk, in Chinese.
    #[serde(default)]
    pub help: Option<String>,
    /// An invented example value.
    #[serde(default)]
    pub example: Option<String>,
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Free text; scanned for personal data before it is shown.
    Text,
    /// A name of an organisation or of a person in an office.
    Name,
    /// Unified social credit code.
    UnifiedCode,
    /// Organisation code of nine characters (GB 11714).
    OrganisationCode,
    /// A number or certificate name with no structure we check.
    Number,
    /// Document number, e.g. `〔2026〕12号`.
    DocumentNumber,
    /// Value of a code list, by title or by code.
    Coded,
    /// A civil date.
    Date,
    /// An amount in 10,000 yuan (万元), up to six decimals.
    AmountWan,
    /// An identity document's number. Never shown, masked in findings.
    IdentityNumber,
    /// Id of a record of ours.
    RecordId,
}

/// When a cell must be filled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Requirement {
    /// Never.
    #[default]
    Optional,
    /// In every row; the column itself may not be missing.
    Always,
    /// In rows for which the condition holds.
    When(Condition),
    /// As `When`, but a missing value only warns (the mark rests on practice).
    WarnWhen(Condition),
}

/// What the public may see of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum FieldPublicity {
    /// Nothing.
    #[default]
    Withheld,
    /// As it is.
    Public,
    /// After personal data was struck from the text.
    Redacted,
}

/// What the kernel uses a field for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The subject's name.
    SubjectName,
    /// Kind of party: organisation, individual business, natural person.
    SubjectKind,
    /// The subject's unified social credit code.
    SubjectCode,
    /// Business registration number, where the filler stands in place of a code.
    RegistrationNumber,
    /// Legal representative: never indexed, never shown, struck from free text.
    LegalRepresentative,
    /// Identity number of a natural person who is the party: sealed, never shown or linked (I6).
    PartyIdentity,
    /// Number of the decision.
    DocumentNumber,
    /// Title of the decision.
    DocumentTitle,
    /// Day of the decision.
    DecisionDate,
    /// Day the decision was served; no publicity before it (I11).
    ServedOn,
    /// First day of validity.
    ValidFrom,
    /// Last day of validity.
    ValidUntil,
    /// The file's own last day of publicity.
    PublicityEnd,
    /// Name of the deciding body.
    AuthorityName,
    /// Code of the deciding body.
    AuthorityCode,
    /// Name of the body the data comes from.
    SourceName,
    /// Code of the body the data comes from.
    SourceCode,
    /// `否` where the department does not publish the record.
    Publish,
    /// The reason for that, from a code list.
    PublishReason,
    /// Reconsideration, litigation, stay, annulment.
    DisputeState,
    /// The publicity class, as the unit that decided stated it to the party.
    StatedClass,
    /// What that unit based it on.
    StatedBasis,
    /// The record this row takes the place of.
    Replaces,
}

/// A check across the fields of a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrossRule {
    /// Finding code, which must have a message in `rulebook/messages/`.
    pub code: String,
    /// What a breach does.
    pub severity: Severity,
    /// The cell that is blamed.
    pub field: String,
    /// Rows the rule is for; all rows where absent.
    #[serde(default)]
    pub when: Option<Condition>,
    /// What must hold.
    pub check: CrossCheck,
    /// What should stand there, in Chinese.
    #[serde(default)]
    pub expected: Option<String>,
    /// Where the rule comes from.
    #[serde(default)]
    pub basis: Option<Basis>,
}

/// What must hold across fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CrossCheck {
    /// The condition holds.
    Holds(Condition),
    /// The blamed date is not after `today`.
    NotAfterToday {},
    /// The blamed date is not before `today`.
    NotBeforeToday {},
    /// The blamed date is not before the date in `other`.
    NotBefore {
        /// Field id.
        other: String,
    },
    /// The blamed field and `other` are both filled or both empty.
    TogetherWith {
        /// Field id.
        other: String,
    },
    /// The blamed field differs from `other`.
    DiffersFrom {
        /// Field id.
        other: String,
    },
    /// An amount of a fine written in the text of `other` equals the blamed amount.
    AmountAsWrittenIn {
        /// Field id of the text.
        other: String,
        /// Words before the amount, e.g. `罚款`.
        after: Vec<String>,
    },
    /// The blamed amount is not ten thousand times what is written in the text of `other`, as
    /// where yuan stand in a column of 万元.
    AmountNotInYuan {
        /// Field id of the text.
        other: String,
        /// Words before the amount, e.g. `罚款`.
        after: Vec<String>,
    },
    /// The year of the blamed document number is that of the date in `other`, or next to it.
    YearNear {
        /// Field id of the date.
        other: String,
    },
    /// The text holds no identity number, mobile number or bank account.
    NoPersonalData {},
    /// The text looks like a document number: a year in 〔〕 and a serial number.
    LooksLikeDocumentNumber {},
}
