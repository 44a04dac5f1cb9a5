//! The decision: class, first and last day, and why.
//!
//! The trace names rules and never the row's own dates, so that records decided alike share one
//! trace in the store.
//!
//! How the class is found is in `class.rs`.

use super::{
    Decision, Effect, Effects, Outcome, PeriodStart, Regime, RuleUse,
    class::{Answer, Question, Stated, Trace, period_end},
};
use crate::{
    catalogue::{Item, PublicityRule, Role},
    condition::Values,
};
use jiff::civil::Date;
use std::sync::Arc;

/// All a decision is made from. Nothing else counts: no clock, no database.
#[derive(Debug)]
pub struct Inputs<'a, V: Values + ?Sized> {
    /// The catalogue item.
    pub item: &'a Item,
    /// The row, normalised.
    pub row: &'a V,
    /// First day the record could be public here: the day its batch was received.
    pub first_day: Date,
    /// The rulebook's regimes, of any table.
    pub regimes: &'a [Regime],
    /// What withholds a record whatever its class.
    pub effects: &'a Effects,
    /// How months are counted, and the rule that says so.
    pub period_start: (PeriodStart, Arc<RuleUse>),
    /// For [`PublicityRule::Months`]: how many, and the rule that says so.
    pub months: Option<(u32, Arc<RuleUse>)>,
    /// The day the alarm is raised if the record is held back.
    pub alarm_on: Date,
    /// Class that an officer recorded from a document of the unit that decided, after this row
    /// came. It goes before what the row itself states, and counts among the candidates only:
    /// nobody overrides what the rules settle. See [`standing`](crate::record::standing).
    pub officer_class: Option<&'a str>,
}

/// How the file's own end date stood to the computed one; the earlier wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileEnd {
    /// The file's date is earlier and was used.
    Earlier,
    /// The file's date is later and was not used.
    Later,
}

const FILE_END_EARLIER: &str = "publicity.file-end.earlier";
const FILE_END_LATER: &str = "publicity.file-end.later";

impl FileEnd {
    /// What a rule of a trace says of it.
    #[must_use]
    pub fn of(rule: &str) -> Option<Self> {
        match rule {
            FILE_END_EARLIER => Some(Self::Earlier),
            FILE_END_LATER => Some(Self::Later),
            _ => None,
        }
    }
}

impl Decision {
    /// Whether the file's own end date differs from the computed one, and which was used.
    #[must_use]
    pub fn file_end(&self) -> Option<FileEnd> {
        self.trace.iter().find_map(|t| FileEnd::of(&t.rule))
    }
}

/// Says from when to when the record is public, and why.
#[must_use]
pub fn decide<V: Values + ?Sized>(inputs: &Inputs<'_, V>) -> Decision {
    let mut trace = Vec::new();
    let outcome = match withheld(inputs) {
        Some((effect, rule, reason)) => {
            trace.push(Arc::new(RuleUse {
                rule: format!("publicity.{rule}.{}", effect.id),
                value: reason.clone(),
                basis: Some(effect.basis.clone()),
            }));
            Outcome::Never {
                class: None,
                reason,
            }
        }
        None => {
            let outcome = by_rule(inputs, &mut trace);
            narrow(inputs, outcome, &mut trace)
        }
    };
    Decision { outcome, trace }
}

fn text<'a, V: Values + ?Sized>(inputs: &'a Inputs<'_, V>, role: Role) -> Option<&'a str> {
    let field = inputs.item.by_role(role)?;
    inputs.row.value(&field.id).filter(|v| !v.is_empty())
}

fn date<V: Values + ?Sized>(inputs: &Inputs<'_, V>, role: Role) -> Option<Date> {
    text(inputs, role)?.parse().ok()
}

/// What keeps the record from the public whatever its class: the department's own word first,
/// then the state of a dispute.
fn withheld<'a, V: Values + ?Sized>(
    inputs: &'a Inputs<'_, V>,
) -> Option<(&'a Effect, &'static str, String)> {
    fn find<'a>(effects: &'a [Effect], value: Option<&str>) -> Option<&'a Effect> {
        let value = value?;
        effects.iter().find(|e| e.value == value)
    }
    if let Some(effect) = find(&inputs.effects.publish, text(inputs, Role::Publish)) {
        let reason = match text(inputs, Role::PublishReason) {
            Some(given) => format!("{}：{given}", effect.reason),
            None => effect.reason.clone(),
        };
        return Some((effect, "publish", reason));
    }
    let effect = find(&inputs.effects.dispute, text(inputs, Role::DisputeState))?;
    Some((effect, "dispute", effect.reason.clone()))
}

fn by_rule<V: Values + ?Sized>(inputs: &Inputs<'_, V>, trace: &mut Vec<Arc<RuleUse>>) -> Outcome {
    let held = |candidates| Outcome::Held {
        candidates,
        alarm_on: inputs.alarm_on,
    };
    let shown = |until| Outcome::Shown {
        class: None,
        from: inputs.first_day,
        until,
        earliest_repair: None,
    };
    match &inputs.item.publicity {
        PublicityRule::Never { reason, basis } => {
            trace.push(Arc::new(RuleUse {
                rule: format!("publicity.item.{}", inputs.item.id),
                value: reason.clone(),
                basis: basis.first().cloned(),
            }));
            Outcome::Never {
                class: None,
                reason: reason.clone(),
            }
        }
        PublicityRule::UntilField {
            field,
            long_term,
            basis,
        } => {
            let day: Option<Date> = inputs.row.value(field).and_then(|v| v.parse().ok());
            let title = inputs.item.field(field).map_or(field.as_str(), |f| &f.name);
            let (outcome, value) = match day {
                Some(day) if long_term.contains(&day) => (
                    shown(None),
                    format!("{title}填写为长期有效，不设公示截止日"),
                ),
                Some(day) => (shown(Some(day)), format!("公示至“{title}”所填的日期")),
                None => (
                    held(Vec::new()),
                    format!("{title}没有填写，公示期限不能确定"),
                ),
            };
            trace.push(Arc::new(RuleUse {
                rule: format!("publicity.item.{}", inputs.item.id),
                value,
                basis: basis.first().cloned(),
            }));
            outcome
        }
        PublicityRule::Months { .. } => match (&inputs.months, date(inputs, Role::DecisionDate)) {
            (Some((months, rule)), Some(decided_on)) => {
                trace.push(Arc::clone(rule));
                trace.push(Arc::clone(&inputs.period_start.1));
                shown(Some(period_end(decided_on, *months, inputs.period_start.0)))
            }
            _ => held(Vec::new()),
        },
        PublicityRule::Classes { table } => match date(inputs, Role::DecisionDate) {
            Some(decided_on) => by_class(inputs, table, decided_on, trace),
            None => held(Vec::new()),
        },
    }
}

fn by_class<V: Values + ?Sized>(
    inputs: &Inputs<'_, V>,
    table: &str,
    decided_on: Date,
    trace: &mut Vec<Arc<RuleUse>>,
) -> Outcome {
    let question = Question {
        regimes: inputs.regimes,
        table,
        decided_on,
        first_day: inputs.first_day,
        public_from: first_public_day(inputs),
        period: inputs.period_start.0,
        statement: match inputs.officer_class {
            Some(id) => Some(Stated::Later(id)),
            None => text(inputs, Role::StatedClass).map(Stated::InRow),
        },
        holds: &|regime, rule| {
            let regime = inputs.regimes.get(regime);
            let rule = regime.and_then(|r| r.rules.get(rule));
            rule.is_some_and(|rule| rule.when.holds(inputs.row))
        },
    };
    let answer = question.answer(&mut Trace::into(trace));
    if let Answer::Settled { window, .. } | Answer::Ended(window) = &answer
        && window.class.shown
        && window.until.is_some()
    {
        trace.push(Arc::clone(&inputs.period_start.1));
    }
    match answer {
        Answer::Settled { window, class, .. } if !window.class.shown => Outcome::Never {
            class: class.map(str::to_owned),
            reason: window.class.value.clone(),
        },
        Answer::Settled {
            window,
            class,
            repair,
        } => Outcome::Shown {
            class: class.map(str::to_owned),
            from: inputs.first_day,
            until: window.until,
            earliest_repair: repair,
        },
        Answer::Ended(window) => {
            trace.push(Arc::new(RuleUse {
                rule: "publicity.every-candidate-ended".to_owned(),
                value: "失信类别虽未确定，但无论属于哪一类，公示期都已届满，不再公示".to_owned(),
                basis: None,
            }));
            Outcome::Shown {
                class: None,
                from: inputs.first_day,
                until: window.until,
                earliest_repair: None,
            }
        }
        Answer::Open(candidates) => Outcome::Held {
            candidates: candidates.iter().map(|c| c.id.clone()).collect(),
            alarm_on: inputs.alarm_on,
        },
    }
}

fn first_public_day<V: Values + ?Sized>(inputs: &Inputs<'_, V>) -> Date {
    date(inputs, Role::ServedOn).map_or(inputs.first_day, |served| served.max(inputs.first_day))
}

/// Service, and the file's own end date.
fn narrow<V: Values + ?Sized>(
    inputs: &Inputs<'_, V>,
    outcome: Outcome,
    trace: &mut Vec<Arc<RuleUse>>,
) -> Outcome {
    let Outcome::Shown {
        class,
        mut until,
        earliest_repair,
        ..
    } = outcome
    else {
        return outcome;
    };
    let from = first_public_day(inputs);
    if from > inputs.first_day {
        trace.push(Arc::new(RuleUse {
            rule: "publicity.served".to_owned(),
            value: "决定书送达之前不公示，自送达之日起公示".to_owned(),
            basis: None,
        }));
    }
    if let Some(end) = date(inputs, Role::PublicityEnd) {
        let (rule, value) = match until {
            Some(computed) if end > computed => (
                FILE_END_LATER,
                "报送的公示截止期晚于按规定计算的日期，以较早的规定日期为准",
            ),
            Some(computed) if end == computed => ("", ""),
            Some(_) => (
                FILE_END_EARLIER,
                "报送的公示截止期早于按规定计算的日期，以较早的报送日期为准",
            ),
            None => (FILE_END_EARLIER, "按报送的公示截止期停止公示"),
        };
        if !rule.is_empty() {
            trace.push(Arc::new(RuleUse {
                rule: rule.to_owned(),
                value: value.to_owned(),
                basis: None,
            }));
        }
        until = Some(until.map_or(end, |computed| computed.min(end)));
    }
    if until.is_some_and(|until| until < from) {
        trace.push(Arc::new(RuleUse {
            rule: "publicity.ended-before-shown".to_owned(),
            value: "公示期在可以公示之前已经届满，不再公示".to_owned(),
            basis: None,
        }));
    }
    Outcome::Shown {
        class,
        from,
        until,
        // Nothing is left to repair once the record is over.
        earliest_repair: earliest_repair
            .filter(|day| until.is_none_or(|until| from <= until && *day <= until)),
    }
}
