//! What a case is about, and the facts that its steps are judged by.

use super::screen;
use crate::{AppError, AppResult, Ctx, record};
use jiff::{ToSpan as _, civil::Date};
use std::collections::{BTreeMap, btree_map::Entry};
use xinheng_domain::{
    calendar::civil_day,
    case::{
        Answer, Case, Days as _, Effect, Event, Fact, Filled, Kind, LengthUnit, Step, VERSION,
        World,
        kind::{About, On, RecordEvent},
    },
    code,
    condition::Values as _,
    identity,
    permission::subject_of,
    record::{EndKind, RecordId},
    subject::SubjectKey,
    text,
};
use xinheng_rulebook::{REPAIR_BAR, Terms};
use xinheng_store::{
    Conn, case, department,
    record::{self as records, Stored},
    subject,
};

/// What a case is about.
#[derive(Debug, Clone)]
pub(crate) struct Matter {
    /// The key by which the case is spread; empty where the case itself gives it.
    pub(crate) key: String,
    /// As the case keeps it.
    pub(crate) about: Option<String>,
    /// What it is called, in Chinese.
    pub(crate) title: String,
    /// The record, where it is about one.
    pub(crate) record: Option<Stored>,
    /// The department that it concerns, where it concerns one.
    pub(crate) department: Option<String>,
    /// Records that the case waits for and that have arrived.
    pub(crate) arrived: Vec<On>,
}

impl Matter {
    /// What a case of a kind is about.
    ///
    /// # Errors
    /// There is nothing of the kind with this number.
    pub(crate) fn of(conn: &mut Conn, kind: &Kind, about: &str) -> AppResult<Self> {
        let about = about.trim();
        Ok(match kind.about {
            About::Record => {
                let id = RecordId(about.to_owned());
                let stored = records::current(conn, &id)?.ok_or_else(|| {
                    AppError::NotFound(format!("没有编号为“{id}”的记录，请核对编号。"))
                })?;
                let of = &stored.record;
                Self {
                    key: of.subject_key.to_string(),
                    about: Some(of.id.to_string()),
                    title: of.document_number.clone(),
                    department: Some(of.department.clone()),
                    record: Some(stored),
                    arrived: Vec::new(),
                }
            }
            About::Subject
                if identity::has_birthday(about.as_bytes())
                    && !code::is_usable(about.as_bytes()) =>
            {
                return Err(AppError::BadInput(
                    "这像是个人的身份证件号码，没有办理，也没有保存。这一类事项只为有统一社会信用代码的单位办理；\
                     个人（包括农户）的信用信息由征信机构依法采集，本系统不归集。"
                        .to_owned(),
                ));
            }
            About::Subject => {
                let key = subject::key_of(conn, about)?;
                let key = key.unwrap_or_else(|| SubjectKey(about.to_owned()));
                let known = subject::get(conn, &key)?;
                let known = known.ok_or_else(|| {
                    AppError::NotFound(format!("登记库中没有代码“{about}”，请核对代码。"))
                })?;
                Self {
                    key: known.key.to_string(),
                    about: Some(known.key.to_string()),
                    title: known.name,
                    department: None,
                    record: None,
                    arrived: Vec::new(),
                }
            }
            About::Department => {
                let known = department::get(conn, about)?;
                let known = known.ok_or_else(|| {
                    AppError::NotFound(format!("没有代码为“{about}”的部门，请核对。"))
                })?;
                Self {
                    key: format!("d:{}", known.code),
                    about: Some(known.code.clone()),
                    title: known.name,
                    department: Some(known.code),
                    record: None,
                    arrived: Vec::new(),
                }
            }
            About::Nothing => Self {
                key: String::new(),
                about: None,
                title: String::new(),
                department: None,
                record: None,
                arrived: Vec::new(),
            },
        })
    }

    /// What a case of a kind is opened about.
    ///
    /// # Errors
    /// There is nothing of the kind with this number, or its records are of another item.
    pub(crate) fn to_open(
        ctx: &Ctx<'_>,
        conn: &mut Conn,
        kind: &Kind,
        about: &str,
    ) -> AppResult<Self> {
        let matter = Self::of(conn, kind, about)?;
        let own = matter.record.as_ref().map(|s| &s.record.item);
        match &kind.item {
            Some(item) if own != Some(item) => {
                let known = ctx.deployment().rulebook().item(item);
                let item = known.map_or(item.as_str(), |i| &i.title);
                Err(AppError::NotFound(format!(
                    "“{}”只办理“{item}”的记录，这条记录不是。",
                    kind.title
                )))
            }
            _ => Ok(matter),
        }
    }

    /// Key of the organisation, where it is about one or about its record.
    pub(crate) fn subject(&self) -> Option<&str> {
        let of_other = self.key.is_empty() || self.key.contains(':');
        (!of_other).then_some(self.key.as_str())
    }

    /// Whether it concerns whoever acts there, for what is opened about it.
    pub(crate) fn concerns(&self, place: &str) -> bool {
        match subject_of(place) {
            Some(key) => self.subject() == Some(key.as_str()),
            None => self.department.as_deref().is_none_or(|own| own == place),
        }
    }

    /// The catalogue item of the record, where it is about one.
    pub(crate) fn items(&self) -> Vec<&str> {
        let of = self.record.iter();
        of.map(|stored| stored.record.item.as_str()).collect()
    }

    /// The facts that the steps of a kind ask for.
    pub(crate) fn facts(
        &self,
        ctx: &Ctx<'_>,
        conn: &mut Conn,
        kind: &Kind,
        opened: Option<&Event>,
    ) -> AppResult<BTreeMap<Fact, Answer>> {
        let asked = kind.steps.iter().flat_map(|s| &s.when);
        let mut facts = BTreeMap::new();
        for fact in asked.filter_map(|w| w.fact) {
            if let Entry::Vacant(place) = facts.entry(fact) {
                place.insert(self.answer(ctx, conn, (kind, fact), opened)?);
            }
        }
        Ok(facts)
    }

    fn answer(
        &self,
        ctx: &Ctx<'_>,
        conn: &mut Conn,
        (kind, fact): (&Kind, Fact),
        opened: Option<&Event>,
    ) -> AppResult<Answer> {
        let says = |holds: bool| {
            if holds {
                Answer::Holds
            } else {
                Answer::Fails { until: None }
            }
        };
        let Some(stored) = &self.record else {
            return Ok(match fact {
                Fact::SubjectKnown => Answer::Holds,
                Fact::NothingGrave => says(screen::against(ctx, conn, &self.key)?.is_empty()),
                _ => says(false),
            });
        };
        let of = &stored.record;
        let ended = of.ended.as_ref().map(|e| e.kind);
        Ok(match fact {
            Fact::RecordStands => says(ended.is_none()),
            Fact::RecordPublic => says(ended.is_none() && of.publicity.public_on(ctx.today())),
            Fact::RecordWithheld => says(ended == Some(EndKind::Withheld)),
            Fact::ClassOpen => says(!record::open_classes(ctx, stored)?.is_empty()),
            Fact::ClassSettled => says(record::open_classes(ctx, stored)?.is_empty()),
            Fact::EarliestRepairReached => match of.publicity.earliest_repair {
                Some(day) if day <= ctx.today() => Answer::Holds,
                until => Answer::Fails { until },
            },
            Fact::RecordCorrected => says(opened.is_some_and(|since| is_later(stored, since))),
            Fact::NotBarred => match self.barred_until(ctx, conn, kind)? {
                Some(day) if ctx.today() <= day => Answer::Fails {
                    until: day.tomorrow().ok(),
                },
                _ => Answer::Holds,
            },
            Fact::SubjectKnown => says(!of.subject_key.is_unlinked()),
            Fact::RecordUnlinked => says(of.subject_key.is_unlinked()),
            Fact::NothingGrave => says(screen::against(ctx, conn, &self.key)?.is_empty()),
        })
    }

    /// The last day on which a repair that was revoked bars a new one: the kind's own steps say where a
    /// case stands whose repair was taken back.
    fn barred_until(&self, ctx: &Ctx<'_>, conn: &mut Conn, kind: &Kind) -> AppResult<Option<Date>> {
        let restores = |s: &&Step| {
            let mut does = s.does.iter();
            does.any(|e| matches!(e, Effect::RestorePublicity { .. }))
        };
        let revoked = kind
            .steps
            .iter()
            .filter(restores)
            .filter_map(|s| s.to.as_ref());
        let mut last = None;
        for state in revoked {
            last = last.max(case::last_in(conn, &self.key, &kind.id, state)?);
        }
        let Some(on) = last.map(civil_day) else {
            return Ok(None);
        };
        let term = terms(ctx).length(REPAIR_BAR, on);
        let months = term.filter(|t| t.unit == LengthUnit::Months);
        let months = months.and_then(|t| i32::try_from(t.count).ok());
        let months = months.ok_or_else(|| {
            AppError::Rulebook(format!("规则库没有{on}有效的“{REPAIR_BAR}”，不能办理。"))
        })?;
        Ok(on.checked_add(months.months()).ok())
    }

    /// Whether files brought something since an event.
    pub(crate) fn happened(&self, on: &On, since: &Event) -> bool {
        let ended = self.record.as_ref().and_then(|s| s.record.ended.as_ref());
        match on {
            On::Record(RecordEvent::Versioned) => {
                self.record.as_ref().is_some_and(|s| is_later(s, since))
            }
            On::Record(RecordEvent::Ended) => ended.is_some_and(|e| e.kind.is_final()),
            On::Record(RecordEvent::Replaced) => ended.is_some_and(|e| e.replaced_by.is_some()),
            On::Stored { .. } => self.arrived.contains(on),
            On::Clock(_) | On::Public => false,
        }
    }

    /// Looks which of the records that a case waits for have arrived.
    pub(crate) fn look_for(&mut self, conn: &mut Conn, kind: &Kind, case: &Case) -> AppResult<()> {
        let nothing = BTreeMap::new();
        let filled = Filled {
            case: Some(case),
            now: &nothing,
        };
        let waits = kind
            .steps
            .iter()
            .filter(|s| s.from.iter().any(|f| f == case.state()));
        for on in waits.filter_map(|s| s.on.as_ref()) {
            let On::Stored { item, number } = on else {
                continue;
            };
            let wanted = filled.value(number).map(text::document_number_key);
            let keys = screen::keys_of(conn, &self.key)?;
            let all = screen::records_of(conn, &keys, Some(item))?;
            let same =
                |s: &Stored| Some(text::document_number_key(&s.record.document_number)) == wanted;
            if all.iter().any(same) {
                self.arrived.push(on.clone());
            }
        }
        Ok(())
    }

    /// The fields of an event, with what is known of the record at that moment.
    pub(crate) fn stamp(&self, mut fields: BTreeMap<String, String>) -> BTreeMap<String, String> {
        if let Some(stored) = &self.record {
            fields.insert(VERSION.to_owned(), stored.record.version.to_string());
        }
        fields
    }

    /// What a step is judged by.
    pub(crate) fn world<'w>(
        &'w self,
        ctx: &Ctx<'_>,
        facts: &'w BTreeMap<Fact, Answer>,
        days: &'w Terms<'_>,
    ) -> World<'w> {
        World {
            facts,
            days,
            concerned: self.department.as_deref(),
            subject: self.subject(),
            today: ctx.today(),
        }
    }
}

/// Whether the visible version of a record is later than the one of an event.
fn is_later(stored: &Stored, since: &Event) -> bool {
    let then = since.fields.get(VERSION).and_then(|v| v.parse().ok());
    then.is_some_and(|then: u32| stored.record.version > then)
}

/// How terms are counted here and now.
pub(crate) fn terms<'a>(ctx: &Ctx<'a>) -> Terms<'a> {
    ctx.deployment().rulebook().terms(ctx.now())
}
