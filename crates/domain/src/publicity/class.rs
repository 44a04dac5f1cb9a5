//! Which class, and what follows from it.
//!
//! A class that is not determined matters only where it changes the answer: if every candidate
//! leads to the same days, the record is shown; if every candidate is over already, it is ended;
//! otherwise it is held back (I5). What the rules leave open, the unit that decided states, in the
//! row or later. See `docs/adr/0014-who-classes-a-penalty.md`.

use super::{Class, ClassRule, ClockStart, PeriodStart, Regime, RuleUse, Said, Undetermined};
use jiff::{ToSpan, civil::Date};
use std::sync::Arc;

/// Last part of the rule of a class that the row states.
pub(super) const STATED: &str = "stated";
/// Last part of the rule of a class that was recorded later.
const RECORDED: &str = "recorded";

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

/// What a check of a file has to know of a row's class.
#[derive(Debug, PartialEq)]
pub struct ClassView<'a> {
    /// The last day by the rules, inclusive, where it is settled and the class is shown.
    pub until: Option<Date>,
    /// Classes the rules leave open, most lenient first; none where nothing hangs on the class.
    pub open: Vec<&'a Class>,
    /// Classes that come into question by the rules, where the row states none of them.
    pub against: Vec<&'a Class>,
}

/// The same answer as [`decide`](super::decide()) without its reasons: for whoever asks it of a
/// million rows. `days` are those of the decision and of the receipt, `stated` what the row
/// states; `holds` says whether a rule holds for the row: the regime by its place in `regimes`,
/// the rule by its place in the regime.
#[must_use]
pub fn class_view<'a>(
    regimes: &'a [Regime],
    table: &'a str,
    (decided_on, first_day): (Date, Date),
    period: PeriodStart,
    stated: Option<&'a str>,
    holds: &'a dyn Fn(usize, usize) -> bool,
) -> ClassView<'a> {
    let question = Question {
        regimes,
        table,
        decided_on,
        first_day,
        public_from: first_day,
        period,
        statement: stated.map(Stated::InRow),
        holds,
    };
    let mut trace = Trace::default();
    let answer = question.answer(&mut trace);
    let (until, open) = match answer {
        Answer::Settled { window, .. } | Answer::Ended(window) => (window.until, Vec::new()),
        Answer::Open(classes) => (None, classes),
    };
    ClassView {
        until,
        open,
        against: trace.against,
    }
}

/// What the unit that decided states of the class. The latest word counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stated<'a> {
    /// The word in the row.
    InRow(&'a str),
    /// Id of the class that was recorded from a document of that unit after the row came.
    Later(&'a str),
}

impl Stated<'_> {
    fn names(self, class: &Class) -> bool {
        match self {
            Self::InRow(word) => class.stated.as_deref() == Some(word),
            Self::Later(id) => class.id == id,
        }
    }
}

/// All that the class and its days depend on.
pub(super) struct Question<'a> {
    pub(super) regimes: &'a [Regime],
    pub(super) table: &'a str,
    pub(super) decided_on: Date,
    /// The day the record was received.
    pub(super) first_day: Date,
    /// The day it may be shown at the earliest.
    pub(super) public_from: Date,
    pub(super) period: PeriodStart,
    pub(super) statement: Option<Stated<'a>>,
    /// Whether a rule holds: place of the regime, place of the rule in it.
    pub(super) holds: &'a dyn Fn(usize, usize) -> bool,
}

/// What follows.
pub(super) enum Answer<'a> {
    /// The days are settled; so is the class, unless several lead to the same days.
    Settled {
        window: Window<'a>,
        class: Option<&'a str>,
        repair: Option<Date>,
    },
    /// Whichever class it was, it is over; the longest of them.
    Ended(Window<'a>),
    /// Open, most lenient first.
    Open(Vec<&'a Class>),
}

/// What is noted on the way to an answer.
#[derive(Default)]
pub(super) struct Trace<'t, 'a> {
    /// Where the reasons go; nowhere, if nobody asks for them.
    uses: Option<&'t mut Vec<Arc<RuleUse>>>,
    /// See [`ClassView::against`].
    against: Vec<&'a Class>,
    /// A regime has known the class that is stated: it speaks of that one's classes.
    heard: bool,
}

impl<'t> Trace<'t, '_> {
    /// The reasons go there.
    pub(super) fn into(uses: &'t mut Vec<Arc<RuleUse>>) -> Self {
        Self {
            uses: Some(uses),
            ..Self::default()
        }
    }

    fn push(&mut self, said: &Said, rule: impl FnOnce() -> RuleUse) {
        if let Some(trace) = &mut self.uses {
            trace.push(said.say(rule));
        }
    }
}

/// What one class, or a pair of classes of two regimes, leads to.
#[derive(Clone)]
pub(super) struct Window<'a> {
    pub(super) class: &'a Class,
    regime: &'a Regime,
    /// Last day, inclusive; `None` = not ended by a period.
    pub(super) until: Option<Date>,
    repair: Option<Date>,
}

impl<'a> Window<'a> {
    /// The days the public would see: nothing, or up to a day.
    fn days(&self) -> (bool, Option<Date>) {
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

    /// The window the public sees less of; the earlier repair day of the two.
    fn milder(self, other: &Self) -> Self {
        let repair = match (self.repair, other.repair) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let kept = if other.is_milder_than(&self) {
            other.clone()
        } else {
            self
        };
        Self { repair, ..kept }
    }

    /// Cuts the window by the latest end of the candidates: whichever class it will be, nothing
    /// is shown longer.
    fn cut(self, candidates: &[Self]) -> Self {
        let latest = candidates
            .iter()
            .filter(|t| t.class.shown)
            .map(|t| t.until)
            .max_by_key(|until| until.unwrap_or(Date::MAX))
            .flatten();
        let until = match (self.until, latest) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self { until, ..self }
    }
}

impl<'a> Question<'a> {
    pub(super) fn answer(&self, trace: &mut Trace<'_, 'a>) -> Answer<'a> {
        let of_table = || {
            (0..)
                .zip(self.regimes)
                .filter(|(_, r)| r.table == self.table)
        };
        let Some((own_at, own)) = of_table().find(|(_, r)| r.covers(self.decided_on)) else {
            return Answer::Open(Vec::new());
        };
        let newer = of_table().find(|(i, r)| {
            let later = r.from.is_some_and(|from| self.decided_on < from);
            r.transition.is_some() && *i != own_at && later
        });
        trace.push(&own.said, || RuleUse {
            rule: format!("publicity.{}", own.id),
            value: format!("按决定日期适用：{}", own.title),
            basis: own.basis.first().cloned(),
        });
        let own_classes = self.candidates((own_at, own), trace);
        let Some((newer_at, newer)) = newer else {
            let windows: Vec<_> = own_classes.iter().map(|&c| self.window(own, c)).collect();
            return self.settled(&windows, own_classes, trace);
        };
        if let Some(transition) = &newer.transition {
            trace.push(&transition.said, || RuleUse {
                rule: format!("publicity.{}.transition", newer.id),
                value: transition.value.clone(),
                basis: Some(transition.basis.clone()),
            });
        }
        // No rule of its own: any class of the newer regime comes into question.
        if own.classes.is_empty() {
            let all = self.by_statement(newer, newer.classes.iter().collect(), trace);
            let windows: Vec<_> = all.iter().map(|&c| self.window(newer, c)).collect();
            return self.settled(&windows, all, trace);
        }
        let newer_classes = self.candidates((newer_at, newer), trace);
        let theirs: Vec<_> = newer_classes
            .iter()
            .map(|&c| self.window(newer, c))
            .collect();
        let hold = newer
            .transition
            .as_ref()
            .is_some_and(|t| t.undetermined == Undetermined::Hold);
        let mut windows = Vec::with_capacity(own_classes.len());
        for &class in &own_classes {
            let mine = self.window(own, class);
            match theirs.as_slice() {
                [one] => windows.push(mine.milder(one)),
                several if hold => windows.extend(several.iter().map(|t| mine.clone().milder(t))),
                several => windows.push(mine.cut(several)),
            }
        }
        let open = if own_classes.len() > 1 {
            own_classes
        } else {
            newer_classes
        };
        self.settled(&windows, open, trace)
    }

    fn settled(
        &self,
        windows: &[Window<'a>],
        open: Vec<&'a Class>,
        trace: &mut Trace<'_, 'a>,
    ) -> Answer<'a> {
        let Some(first) = windows.first() else {
            return Answer::Open(open);
        };
        if windows.iter().all(|w| w.days() == first.days()) {
            push_class(first, trace);
            let same_class = windows.iter().all(|w| w.class.id == first.class.id);
            let same_repair = windows.iter().all(|w| w.repair == first.repair);
            return Answer::Settled {
                class: same_class.then_some(first.class.id.as_str()),
                repair: first.repair.filter(|_| same_repair),
                window: first.clone(),
            };
        }
        let latest = windows
            .iter()
            .filter(|w| w.class.shown)
            .max_by_key(|w| w.until.unwrap_or(Date::MAX));
        match latest {
            Some(w) if w.until.is_some_and(|until| until < self.first_day) => {
                push_class(w, trace);
                Answer::Ended(w.clone())
            }
            _ => Answer::Open(open),
        }
    }

    fn window(&self, regime: &'a Regime, class: &'a Class) -> Window<'a> {
        let start = match regime.clock {
            ClockStart::DecisionDate => self.decided_on,
            ClockStart::FirstPublicDay => self.public_from,
        };
        let end = |months| period_end(start, months, self.period);
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

    /// The classes that come into question under a regime, most lenient first.
    fn candidates(
        &self,
        (at, regime): (usize, &'a Regime),
        trace: &mut Trace<'_, 'a>,
    ) -> Vec<&'a Class> {
        let rules = (0..).zip(&regime.rules);
        let holding: Vec<&ClassRule> = rules
            .filter(|(i, _)| (self.holds)(at, *i))
            .map(|(_, rule)| rule)
            .collect();
        let decisive = holding.iter().find(|rule| rule.decisive).copied();
        // Of several kinds the heaviest counts: with sets, every pick's heaviest.
        let mut ranks: Option<Vec<usize>> = None;
        for &rule in &holding {
            let counts = match decisive {
                Some(decisive) => std::ptr::eq(decisive, rule),
                None => !holding.iter().any(|r| r.instead_of.contains(&rule.id)),
            };
            if !counts {
                continue;
            }
            trace.push(&rule.said, || RuleUse {
                rule: format!("publicity.{}.rule.{}", regime.id, rule.id),
                value: rule.value.clone(),
                basis: Some(rule.basis.clone()),
            });
            let named = |c: &Class| rule.classes.contains(&c.id);
            let these = (0..).zip(&regime.classes).filter(|(_, c)| named(c));
            let these: Vec<usize> = these.map(|(i, _)| i).collect();
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
        self.by_statement(regime, classes, trace)
    }

    /// Takes the class that is stated where the rules leave it open; they stand where it is none
    /// of theirs.
    fn by_statement(
        &self,
        regime: &'a Regime,
        classes: Vec<&'a Class>,
        trace: &mut Trace<'_, 'a>,
    ) -> Vec<&'a Class> {
        let (Some(stated), Some(statement)) = (self.statement, &regime.statement) else {
            return classes;
        };
        let Some(class) = regime.classes.iter().find(|c| stated.names(c)) else {
            return classes;
        };
        let heard = std::mem::replace(&mut trace.heard, true);
        if !classes.iter().any(|c| c.id == class.id) {
            if !heard {
                trace.against.clone_from(&classes);
            }
            return classes;
        }
        if classes.len() == 1 {
            return classes;
        }
        let (said, word, value) = match stated {
            Stated::InRow(_) => (&class.said_stated, STATED, &statement.value),
            Stated::Later(_) => (&Said::default(), RECORDED, &statement.recorded),
        };
        trace.push(said, || RuleUse {
            rule: format!("publicity.{}.{word}", regime.id),
            value: format!("{value}：{}", class.title),
            basis: Some(statement.basis.clone()),
        });
        vec![class]
    }
}

fn push_class(window: &Window<'_>, trace: &mut Trace<'_, '_>) {
    trace.push(&window.class.said, || RuleUse {
        rule: format!("publicity.{}.{}", window.regime.id, window.class.id),
        value: window.class.value.clone(),
        basis: Some(window.class.basis.clone()),
    });
}
