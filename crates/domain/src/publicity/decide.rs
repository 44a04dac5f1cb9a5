//! The decision: class, first and last day, and why.
//!
//! The trace names rules and never the row's own dates, so that records decided alike share one
//! trace in the store.
//!
//! A class that is not determined matters only where it changes the answer: if every candidate
//! leads to the same days, the record is shown; if every candidate is over already, it is ended;
//! otherwise it is held back (I5). See `docs/adr/0004-publicity-classes.md`.

use super::{
    Class, ClockStart, Decision, Effect, Effects, Outcome, PeriodStart, Regime, RuleUse,
    Undetermined,
};
use crate::{
    catalogue::{Item, PublicityRule, Role},
    condition::Values,
};
use jiff::{ToSpan, civil::Date};

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
    pub period_start: (PeriodStart, RuleUse),
    /// For [`PublicityRule::Months`]: how many, and the rule that says so.
    pub months: Option<(u32, RuleUse)>,
    /// The day the alarm is raised if the record is held back.
    pub alarm_on: Date,
    /// Class determined by a named officer. It counts among the candidates only: an officer
    /// settles what the rules leave open and overrides nothing they settle.
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

impl Decision {
    /// Whether the file's own end date differs from the computed one, and which was used.
    #[must_use]
    pub fn file_end(&self) -> Option<FileEnd> {
        self.trace.iter().find_map(|t| match t.rule.as_str() {
            FILE_END_EARLIER => Some(FileEnd::Earlier),
            FILE_END_LATER => Some(FileEnd::Later),
            _ => None,
        })
    }
}

/// The last day of a period of months that starts on `start`, inclusive. Where the month has no
/// such day, its last day (Civil Code, article 202).
#[must_use]
pub fn period_end(start: Date, months: u32, count: PeriodStart) -> Date {
    // More months than the calendar has would be refused by the library with a panic.
    let months = i64::from(months.min(12 * 9999));
    let end = start.saturating_add(months.months());
    match count {
        PeriodStart::NextDay => end,
        // Counting the first day moves the end one day forward, unless the month was too short
        // and has cut the end already.
        PeriodStart::SameDay if end.day() < start.day() => end,
        PeriodStart::SameDay => end.yesterday().unwrap_or(end),
    }
}

/// Says from when to when the record is public, and why.
#[must_use]
pub fn decide<V: Values + ?Sized>(inputs: &Inputs<'_, V>) -> Decision {
    let mut trace = Vec::new();
    let outcome = match withheld(inputs) {
        Some((effect, rule, reason)) => {
            trace.push(RuleUse {
                rule: format!("publicity.{rule}.{}", effect.id),
                value: reason.clone(),
                basis: Some(effect.basis.clone()),
            });
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

fn by_rule<V: Values + ?Sized>(inputs: &Inputs<'_, V>, trace: &mut Vec<RuleUse>) -> Outcome {
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
            trace.push(RuleUse {
                rule: format!("publicity.item.{}", inputs.item.id),
                value: reason.clone(),
                basis: basis.first().cloned(),
            });
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
            trace.push(RuleUse {
                rule: format!("publicity.item.{}", inputs.item.id),
                value,
                basis: basis.first().cloned(),
            });
            outcome
        }
        PublicityRule::Months { .. } => match (&inputs.months, date(inputs, Role::DecisionDate)) {
            (Some((months, rule)), Some(decided_on)) => {
                trace.push(rule.clone());
                trace.push(inputs.period_start.1.clone());
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

/// What one class, or a pair of classes of two regimes, leads to.
#[derive(Clone)]
struct Window<'a> {
    class: &'a Class,
    regime: &'a Regime,
    /// Last day, inclusive; `None` = not ended by a period.
    until: Option<Date>,
    repair: Option<Date>,
}

impl Window<'_> {
    /// The days the public would see: nothing, or up to a day.
    fn answer(&self) -> (bool, Option<Date>) {
        (self.class.shown, self.until)
    }

    /// Whether the public sees less of it than of the other.
    fn is_milder_than(&self, other: &Self) -> bool {
        match (self.class.shown, other.class.shown) {
            (true, true) => match (self.until, other.until) {
                (Some(a), Some(b)) => a < b,
                (a, b) => a.is_some() && b.is_none(),
            },
            (a, b) => b && !a,
        }
    }
}

fn by_class<V: Values + ?Sized>(
    inputs: &Inputs<'_, V>,
    table: &str,
    decided_on: Date,
    trace: &mut Vec<RuleUse>,
) -> Outcome {
    let of_table = || inputs.regimes.iter().filter(|r| r.table == table);
    let Some(own) = of_table().find(|r| r.covers(decided_on)) else {
        return Outcome::Held {
            candidates: Vec::new(),
            alarm_on: inputs.alarm_on,
        };
    };
    let newer = of_table().find(|r| {
        r.transition.is_some() && r.id != own.id && r.from.is_some_and(|from| decided_on < from)
    });
    trace.push(RuleUse {
        rule: format!("publicity.{}", own.id),
        value: format!("按决定日期适用：{}", own.title),
        basis: own.basis.first().cloned(),
    });
    let window = |regime, class| window(inputs, regime, class, decided_on);
    let own_classes = candidates(inputs, own, trace);
    let (windows, open): (Vec<Window<'_>>, Vec<&Class>) = match newer {
        None => {
            let windows = own_classes.iter().map(|&c| window(own, c)).collect();
            (windows, own_classes)
        }
        // No rule of its own: any class of the newer regime comes into question.
        Some(newer) if own.classes.is_empty() => {
            push_transition(newer, trace);
            let all: Vec<&Class> = newer.classes.iter().collect();
            let all = settle(inputs, newer, all, trace);
            (all.iter().map(|&c| window(newer, c)).collect(), all)
        }
        Some(newer) => {
            push_transition(newer, trace);
            let newer_classes = candidates(inputs, newer, trace);
            let theirs: Vec<_> = newer_classes.iter().map(|&c| window(newer, c)).collect();
            let hold = newer
                .transition
                .as_ref()
                .is_some_and(|t| t.undetermined == Undetermined::Hold);
            let windows = own_classes
                .iter()
                .map(|&c| window(own, c))
                .flat_map(|mine| match theirs.as_slice() {
                    [one] => vec![milder(mine, one)],
                    several if hold => several.iter().map(|t| milder(mine.clone(), t)).collect(),
                    several => vec![cut(mine, several)],
                })
                .collect();
            let open = if own_classes.len() > 1 {
                own_classes
            } else {
                newer_classes
            };
            (windows, open)
        }
    };
    outcome_of(inputs, &windows, &open, trace)
}

fn push_transition(newer: &Regime, trace: &mut Vec<RuleUse>) {
    if let Some(transition) = &newer.transition {
        trace.push(RuleUse {
            rule: format!("publicity.{}.transition", newer.id),
            value: transition.value.clone(),
            basis: Some(transition.basis.clone()),
        });
    }
}

/// The window the public sees less of; the earlier repair day of the two.
fn milder<'a>(mine: Window<'a>, other: &Window<'a>) -> Window<'a> {
    let repair = match (mine.repair, other.repair) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    let kept = if other.is_milder_than(&mine) {
        other.clone()
    } else {
        mine
    };
    Window { repair, ..kept }
}

/// Cuts a window by the latest end of the candidates: whichever class it will be, nothing is
/// shown longer.
fn cut<'a>(mine: Window<'a>, candidates: &[Window<'a>]) -> Window<'a> {
    let latest = candidates
        .iter()
        .filter(|t| t.class.shown)
        .map(|t| t.until)
        .max_by_key(|until| until.unwrap_or(Date::MAX))
        .flatten();
    let until = match (mine.until, latest) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    Window { until, ..mine }
}

fn outcome_of<V: Values + ?Sized>(
    inputs: &Inputs<'_, V>,
    windows: &[Window<'_>],
    open: &[&Class],
    trace: &mut Vec<RuleUse>,
) -> Outcome {
    let held = || Outcome::Held {
        candidates: open.iter().map(|c| c.id.clone()).collect(),
        alarm_on: inputs.alarm_on,
    };
    let Some(first) = windows.first() else {
        return held();
    };
    let same_class = windows.iter().all(|w| w.class.id == first.class.id);
    let class = same_class.then(|| first.class.id.clone());
    if windows.iter().all(|w| w.answer() == first.answer()) {
        push_class(inputs, first, trace);
        if !first.class.shown {
            return Outcome::Never {
                class,
                reason: first.class.value.clone(),
            };
        }
        let same_repair = windows.iter().all(|w| w.repair == first.repair);
        return Outcome::Shown {
            class,
            from: inputs.first_day,
            until: first.until,
            earliest_repair: first.repair.filter(|_| same_repair),
        };
    }
    let latest = windows
        .iter()
        .filter(|w| w.class.shown)
        .max_by_key(|w| w.until.unwrap_or(Date::MAX));
    match latest {
        Some(w) if w.until.is_some_and(|until| until < inputs.first_day) => {
            push_class(inputs, w, trace);
            trace.push(RuleUse {
                rule: "publicity.every-candidate-ended".to_owned(),
                value: "失信类别虽未确定，但无论属于哪一类，公示期都已届满，不再公示".to_owned(),
                basis: None,
            });
            Outcome::Shown {
                class: None,
                from: inputs.first_day,
                until: w.until,
                earliest_repair: None,
            }
        }
        _ => held(),
    }
}

fn push_class<V: Values + ?Sized>(
    inputs: &Inputs<'_, V>,
    window: &Window<'_>,
    trace: &mut Vec<RuleUse>,
) {
    trace.push(RuleUse {
        rule: format!("publicity.{}.{}", window.regime.id, window.class.id),
        value: window.class.value.clone(),
        basis: Some(window.class.basis.clone()),
    });
    if window.class.shown && window.until.is_some() {
        trace.push(inputs.period_start.1.clone());
    }
}

fn window<'a, V: Values + ?Sized>(
    inputs: &Inputs<'_, V>,
    regime: &'a Regime,
    class: &'a Class,
    decided_on: Date,
) -> Window<'a> {
    let start = match regime.clock {
        ClockStart::DecisionDate => decided_on,
        ClockStart::FirstPublicDay => first_public_day(inputs),
    };
    let end = |months| period_end(start, months, inputs.period_start.0);
    Window {
        class,
        regime,
        until: class.max_months.filter(|_| class.shown).map(end),
        repair: class
            .min_months
            .filter(|_| class.shown)
            .map(|months| end(months).tomorrow().unwrap_or(Date::MAX)),
    }
}

fn first_public_day<V: Values + ?Sized>(inputs: &Inputs<'_, V>) -> Date {
    date(inputs, Role::ServedOn).map_or(inputs.first_day, |served| served.max(inputs.first_day))
}

/// The classes that come into question under a regime, most lenient first.
fn candidates<'a, V: Values + ?Sized>(
    inputs: &Inputs<'_, V>,
    regime: &'a Regime,
    trace: &mut Vec<RuleUse>,
) -> Vec<&'a Class> {
    let holding: Vec<_> = regime
        .rules
        .iter()
        .filter(|rule| rule.when.holds(inputs.row))
        .collect();
    let counted: Vec<_> = match holding.iter().find(|rule| rule.decisive) {
        Some(decisive) => vec![*decisive],
        None => holding
            .iter()
            .filter(|rule| !holding.iter().any(|r| r.instead_of.contains(&rule.id)))
            .copied()
            .collect(),
    };
    // Of several kinds the heaviest counts: with sets, every pick's heaviest.
    let mut ranks: Option<Vec<usize>> = None;
    for rule in counted {
        trace.push(RuleUse {
            rule: format!("publicity.{}.rule.{}", regime.id, rule.id),
            value: rule.value.clone(),
            basis: Some(rule.basis.clone()),
        });
        let these: Vec<usize> = (0..regime.classes.len())
            .filter(|&i| {
                regime
                    .classes
                    .get(i)
                    .is_some_and(|c| rule.classes.contains(&c.id))
            })
            .collect();
        ranks = Some(match ranks {
            None => these,
            Some(so_far) => {
                let mut all: Vec<usize> = so_far
                    .iter()
                    .flat_map(|&a| these.iter().map(move |&b| a.max(b)))
                    .collect();
                all.sort_unstable();
                all.dedup();
                all
            }
        });
    }
    let classes: Vec<&Class> = match ranks {
        Some(ranks) => ranks
            .iter()
            .filter_map(|&i| regime.classes.get(i))
            .collect(),
        None => regime.classes.iter().collect(),
    };
    settle(inputs, regime, classes, trace)
}

/// Takes the officer's class where the rules leave it open.
fn settle<'a, V: Values + ?Sized>(
    inputs: &Inputs<'_, V>,
    regime: &Regime,
    classes: Vec<&'a Class>,
    trace: &mut Vec<RuleUse>,
) -> Vec<&'a Class> {
    let determined = inputs
        .officer_class
        .filter(|_| classes.len() > 1)
        .and_then(|id| classes.iter().find(|c| c.id == id).copied());
    match determined {
        Some(class) => {
            trace.push(RuleUse {
                rule: format!("publicity.{}.officer", regime.id),
                value: format!("失信类别由经办人员认定：{}", class.title),
                basis: regime.basis.first().cloned(),
            });
            vec![class]
        }
        None => classes,
    }
}

/// Service, and the file's own end date.
fn narrow<V: Values + ?Sized>(
    inputs: &Inputs<'_, V>,
    outcome: Outcome,
    trace: &mut Vec<RuleUse>,
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
        trace.push(RuleUse {
            rule: "publicity.served".to_owned(),
            value: "决定书送达之前不公示，自送达之日起公示".to_owned(),
            basis: None,
        });
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
            trace.push(RuleUse {
                rule: rule.to_owned(),
                value: value.to_owned(),
                basis: None,
            });
        }
        until = Some(until.map_or(end, |computed| computed.min(end)));
    }
    if until.is_some_and(|until| until < from) {
        trace.push(RuleUse {
            rule: "publicity.ended-before-shown".to_owned(),
            value: "公示期在可以公示之前已经届满，不再公示".to_owned(),
            basis: None,
        });
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
