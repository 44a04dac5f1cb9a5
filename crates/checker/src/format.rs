//! A catalogue item made ready: every name looked up once, every rule an index.

use super::{
    condition::{Test, index_of},
    persons,
    publicity::Compiled,
    report::{Code, Messages},
};
use foldhash::fast::FixedState;
use std::collections::HashMap;
use xinheng_domain::{
    basis::Basis,
    catalogue::{CrossCheck, Field, FieldKind, Form, Item, Requirement, Role},
    code_list::CodeList,
    finding::Severity,
};

/// By names of the rulebook: nobody outside chooses the keys.
type Table<V> = HashMap<String, V, FixedState>;

/// A rulebook that cannot be compiled. The loader checks the same, so this is met only by data
/// that went past it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRules {
    /// No sentence for a finding code.
    #[error("rulebook/messages：问题代码“{0}”没有说明")]
    NoMessage(String),
    /// A rule names a field that its item does not have.
    #[error("目录项“{item}”没有字段“{field}”")]
    NoField {
        /// Item id.
        item: String,
        /// Field id.
        field: String,
    },
    /// A coded field without its list.
    #[error("目录项“{item}”的字段“{field}”没有代码表")]
    NoCodeList {
        /// Item id.
        item: String,
        /// Field id.
        field: String,
    },
}

/// A compiled item.
#[derive(Debug)]
pub(super) struct Format {
    pub(super) item: Item,
    pub(super) id: String,
    pub(super) plans: Vec<Plan>,
    pub(super) rules: Vec<Rule>,
    pub(super) roles: Roles,
    /// Place of each field by its id.
    pub(super) by_id: Table<usize>,
    /// Place of each field that has a role.
    by_role: Vec<(Role, usize)>,
    /// Fields of the identity other than group and party.
    pub(super) identity_rest: Vec<usize>,
    /// Fields whose emptiness depends on others.
    pub(super) conditional: Vec<usize>,
    /// Fields whose texts are read for persons.
    pub(super) texts: Vec<usize>,
    /// Coded fields with values of limited validity.
    pub(super) dated_codes: Vec<usize>,
    /// What the row's own class and last day of publicity are held against.
    pub(super) publicity: Option<Compiled>,
}

/// Where the kernel's fields are.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Roles {
    pub(super) subject_name: Option<usize>,
    pub(super) subject_kind: Option<usize>,
    pub(super) legal_representative: Option<usize>,
    pub(super) subject_code: Option<usize>,
    pub(super) registration_number: Option<usize>,
    pub(super) document_number: Option<usize>,
    pub(super) decision_date: Option<usize>,
    pub(super) authority_name: Option<usize>,
    pub(super) authority_code: Option<usize>,
    pub(super) source_name: Option<usize>,
    pub(super) source_code: Option<usize>,
}

/// What to do with a cell of a field.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) kind: FieldKind,
    /// The cell holds a long number that spreadsheets like to round.
    pub(super) is_number: bool,
    pub(super) max_chars: u32,
    pub(super) too_long: Severity,
    pub(super) need: Need,
    pub(super) empty_when: Option<Test>,
    pub(super) placeholder_allowed: bool,
    pub(super) several: bool,
    /// One bit for the length in bytes of each spelling of the header, below 128.
    header_lengths: u128,
    pub(super) list: Option<Values>,
    /// The text is searched for personal data, with this finding.
    pub(super) personal_data: Option<usize>,
}

#[derive(Debug)]
pub(super) enum Need {
    Optional,
    Always,
    When(Test),
    WarnWhen(Test),
}

/// A compiled code list: every spelling leads to its entry.
#[derive(Debug)]
pub(super) struct Values {
    pub(super) list: CodeList,
    by_spelling: Table<u32>,
    pub(super) unknown: Severity,
}

impl Values {
    fn new(list: CodeList) -> Self {
        let mut by_spelling = Table::default();
        // Titles first: an alias or code never hides a title.
        let spellings = (0..).zip(&list.entries);
        for (i, entry) in spellings.clone() {
            by_spelling.entry(entry.title.clone()).or_insert(i);
        }
        for (i, entry) in spellings {
            by_spelling.entry(entry.code.clone()).or_insert(i);
            for alias in &entry.aliases {
                by_spelling.entry(alias.clone()).or_insert(i);
            }
        }
        let unknown = if list.unknown_warns {
            Severity::Warn
        } else {
            Severity::RefuseRow
        };
        Self {
            list,
            by_spelling,
            unknown,
        }
    }

    /// Index of the entry with this spelling.
    pub(super) fn find(&self, spelling: &str) -> Option<u32> {
        // Most cells hold a title of one of the first entries.
        let quick = self.list.entries.iter().take(4);
        if let Some((i, _)) = (0..).zip(quick).find(|(_, e)| e.title == spelling) {
            return Some(i);
        }
        self.by_spelling.get(spelling).copied()
    }

    pub(super) fn title(&self, index: u32) -> &str {
        self.list
            .entries
            .get(index as usize)
            .map_or("", |e| &e.title)
    }
}

/// A compiled rule across fields.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) code: Code,
    pub(super) severity: Severity,
    pub(super) field: usize,
    pub(super) when: Option<Test>,
    pub(super) check: Check,
    pub(super) expected: Option<String>,
    pub(super) basis: Option<String>,
}

#[derive(Debug)]
pub(super) enum Check {
    Holds(Test),
    NotAfterToday,
    NotBeforeToday,
    NotBefore(usize),
    TogetherWith(usize),
    DiffersFrom(usize),
    AmountAsWrittenIn(usize, Vec<String>),
    AmountNotInYuan(usize, Vec<String>),
    YearNear(usize),
    /// Done with the cell, see [`Plan::personal_data`].
    NoPersonalData,
    LooksLikeDocumentNumber,
}

impl Rule {
    /// Whether the rule cannot speak in a file without some columns.
    pub(super) fn is_dormant(&self, missing: &dyn Fn(usize) -> bool) -> bool {
        let blamed = missing(self.field);
        self.when.as_ref().is_some_and(|t| t.never_holds(missing))
            || match &self.check {
                Check::NotAfterToday | Check::NotBeforeToday | Check::LooksLikeDocumentNumber => {
                    blamed
                }
                Check::NotBefore(other)
                | Check::DiffersFrom(other)
                | Check::YearNear(other)
                | Check::AmountNotInYuan(other, _)
                | Check::AmountAsWrittenIn(other, _) => blamed || missing(*other),
                Check::TogetherWith(other) => blamed && missing(*other),
                Check::NoPersonalData => true,
                Check::Holds(_) => false,
            }
    }
}

impl Format {
    pub(super) fn compile(
        item: &Item,
        lists: &[CodeList],
        messages: &Messages,
        cite: &dyn Fn(&Basis) -> String,
    ) -> Result<Self, BadRules> {
        let no_field = |field: String| BadRules::NoField {
            item: item.id.clone(),
            field,
        };
        let form = item.form();
        let plans: Vec<Plan> = form
            .fields
            .iter()
            .map(|field| Plan::compile(field, form, lists))
            .collect::<Result<_, _>>()?;
        let places = form.fields.iter().enumerate();
        let mut format = Self {
            id: item.format_id(),
            roles: Roles::of(form),
            by_id: places.clone().map(|(i, f)| (f.id.clone(), i)).collect(),
            by_role: places.filter_map(|(i, f)| Some((f.role?, i))).collect(),
            conditional: Vec::new(),
            texts: Vec::new(),
            dated_codes: Vec::new(),
            publicity: None,
            identity_rest: Vec::new(),
            rules: Vec::new(),
            plans,
            item: item.clone(),
        };
        for rule in form.rules {
            let index = |id: &str| index_of(form, id).map_err(no_field);
            let test = |c| Test::compile(c, form).map_err(no_field);
            let check = match &rule.check {
                CrossCheck::Holds(condition) => Check::Holds(test(condition)?),
                CrossCheck::NotAfterToday {} => Check::NotAfterToday,
                CrossCheck::NotBeforeToday {} => Check::NotBeforeToday,
                CrossCheck::NotBefore { other } => Check::NotBefore(index(other)?),
                CrossCheck::TogetherWith { other } => Check::TogetherWith(index(other)?),
                CrossCheck::DiffersFrom { other } => Check::DiffersFrom(index(other)?),
                CrossCheck::AmountAsWrittenIn { other, after } => {
                    Check::AmountAsWrittenIn(index(other)?, after.clone())
                }
                CrossCheck::AmountNotInYuan { other, after } => {
                    Check::AmountNotInYuan(index(other)?, after.clone())
                }
                CrossCheck::YearNear { other } => Check::YearNear(index(other)?),
                CrossCheck::NoPersonalData {} => Check::NoPersonalData,
                CrossCheck::LooksLikeDocumentNumber {} => Check::LooksLikeDocumentNumber,
            };
            let compiled = Rule {
                code: messages
                    .find(&rule.code)
                    .ok_or_else(|| BadRules::NoMessage(rule.code.clone()))?,
                severity: rule.severity,
                field: index(&rule.field)?,
                when: rule.when.as_ref().map(test).transpose()?,
                check,
                expected: rule.expected.clone(),
                basis: rule.basis.as_ref().map(cite),
            };
            format.rules.push(compiled);
        }
        format.arrange();
        for id in &item.identity {
            let index = index_of(form, id).map_err(no_field)?;
            let roles = &format.roles;
            let named = [
                roles.authority_code,
                roles.document_number,
                roles.subject_code,
            ];
            if !named.contains(&Some(index)) {
                format.identity_rest.push(index);
            }
        }
        Ok(format)
    }

    /// The lists of fields that need a second look.
    fn arrange(&mut self) {
        for (i, rule) in self.rules.iter().enumerate() {
            if matches!(rule.check, Check::NoPersonalData)
                && let Some(plan) = self.plans.get_mut(rule.field)
            {
                plan.personal_data = Some(i);
            }
        }
        for (i, plan) in self.plans.iter().enumerate() {
            if persons::is_read(plan) {
                self.texts.push(i);
            }
            if plan.empty_when.is_some() || matches!(plan.need, Need::When(_) | Need::WarnWhen(_)) {
                self.conditional.push(i);
            }
            let dated = |v: &Values| {
                let mut entries = v.list.entries.iter();
                entries.any(|e| e.from.is_some() || e.until.is_some())
            };
            if plan.list.as_ref().is_some_and(dated) {
                self.dated_codes.push(i);
            }
        }
    }

    pub(super) fn field(&self, index: usize) -> Option<&Field> {
        self.item.fields.get(index)
    }

    /// Place of the field with this role.
    pub(super) fn by_role(&self, role: Role) -> Option<usize> {
        let found = self.by_role.iter().find(|(r, _)| *r == role);
        found.map(|(_, place)| *place)
    }

    pub(super) fn plan(&self, index: usize) -> Option<&Plan> {
        self.plans.get(index)
    }
}

impl Roles {
    fn of(form: Form<'_>) -> Self {
        let find = |role| form.place_of(role);
        Self {
            subject_name: find(Role::SubjectName),
            subject_kind: find(Role::SubjectKind),
            legal_representative: find(Role::LegalRepresentative),
            subject_code: find(Role::SubjectCode),
            registration_number: find(Role::RegistrationNumber),
            document_number: find(Role::DocumentNumber),
            decision_date: find(Role::DecisionDate),
            authority_name: find(Role::AuthorityName),
            authority_code: find(Role::AuthorityCode),
            source_name: find(Role::SourceName),
            source_code: find(Role::SourceCode),
        }
    }
}

impl Plan {
    /// Whether a text is as long as a spelling of the header.
    pub(super) fn is_header_long(&self, text: &str) -> bool {
        text.len() < 128 && self.header_lengths >> text.len() & 1 == 1
    }

    fn compile(field: &Field, form: Form<'_>, lists: &[CodeList]) -> Result<Self, BadRules> {
        let no_field = |unknown: String| BadRules::NoField {
            item: form.id.to_owned(),
            field: unknown,
        };
        let test = |c| Test::compile(c, form).map_err(no_field);
        let list = (field.kind == FieldKind::Coded)
            .then(|| {
                let id = field.codes.as_ref();
                let list = lists.iter().find(|l| Some(&l.id) == id);
                let no_list = || BadRules::NoCodeList {
                    item: form.id.to_owned(),
                    field: field.id.clone(),
                };
                list.cloned().map(Values::new).ok_or_else(no_list)
            })
            .transpose()?;
        Ok(Self {
            kind: field.kind,
            is_number: matches!(
                field.kind,
                FieldKind::UnifiedCode
                    | FieldKind::OrganisationCode
                    | FieldKind::Number
                    | FieldKind::DocumentNumber
                    | FieldKind::IdentityNumber
            ),
            max_chars: field.max_chars.unwrap_or(u32::MAX),
            too_long: if field.max_unverified {
                Severity::Warn
            } else {
                Severity::RefuseRow
            },
            need: match &field.required {
                Requirement::Optional => Need::Optional,
                Requirement::Always => Need::Always,
                Requirement::When(c) => Need::When(test(c)?),
                Requirement::WarnWhen(c) => Need::WarnWhen(test(c)?),
            },
            empty_when: field.empty_when.as_ref().map(test).transpose()?,
            placeholder_allowed: field.placeholder_allowed,
            several: field.several,
            header_lengths: std::iter::once(&field.name)
                .chain(&field.headers)
                .filter(|header| header.len() < 128)
                .fold(0, |bits, header| bits | 1 << header.len()),
            list,
            personal_data: None,
        })
    }
}
