//! What may be done in a case, and by whom. The page that offers a step and the write that does it
//! ask one guard.

use super::{
    Case, Event, Filled, SYSTEM,
    clock::{self, Days, Due},
    kind::{Assign, Choices, Fact, Kind, LineTest, Of, On, Passing, Phase, Step, When, Who},
    letter::{Addressee, SERVED_ON},
};
use crate::{
    amount::Fen,
    condition::Values as _,
    permission::{AGENT, Membership, own_place, subject_of},
    subject::SubjectKey,
};
use jiff::{Timestamp, civil::Date};
use std::collections::BTreeMap;

/// What is known of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is so.
    Holds,
    /// It is not.
    Fails {
        /// The day from which it will be, where that is known.
        until: Option<Date>,
    },
}

/// Who does a step.
#[derive(Debug, Clone, Copy)]
pub struct Mover<'a> {
    /// As the audit names them.
    pub actor: &'a str,
    /// The roles they have where they act now.
    pub memberships: &'a [Membership],
}

/// What a step is judged by.
pub struct World<'a> {
    /// What is known of the facts that the kind asks for.
    pub facts: &'a BTreeMap<Fact, Answer>,
    /// How days are counted.
    pub days: &'a dyn Days,
    /// The department that an opening concerns: the record's, or the one it is about; none where
    /// any may open it.
    pub concerned: Option<&'a str>,
    /// Key of the organisation that the case is about, or its record: its agent acts for it.
    pub subject: Option<&'a str>,
    /// The day.
    pub today: Date,
}

/// Why a step cannot be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Refused<'k> {
    /// Others do it.
    Forbidden(&'k [Who]),
    /// Not where the case stands.
    Elsewhere,
    /// It was done once already.
    Once(Date),
    /// Whoever did the step before is the same person.
    SecondPerson,
    /// The term in which it could be done is over.
    TooLate(&'k str, Option<Date>),
    /// A term has to pass first.
    TooEarly(&'k str, Option<Date>),
    /// No row of the group is open for the department.
    NoRow(&'k str),
    /// The letter is served on no day before it was written, and on none that is still to come.
    NotThen(Date),
    /// Something else has to hold.
    When(&'k When, Option<Date>),
}

/// In which role a step is done, and for which department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// Role id.
    pub role: String,
    /// Department; none for the office.
    pub department: Option<String>,
}

/// A step that somebody may do, now or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer<'k> {
    /// The step.
    pub step: &'k Step,
    /// Why not now; empty: now.
    pub refused: Vec<Refused<'k>>,
}

/// The steps that somebody may do from where a case stands, with what stands against them now.
#[must_use]
pub fn may<'k>(
    kind: &'k Kind,
    case: &Case,
    mover: &Mover<'_>,
    world: &World<'_>,
) -> Vec<Offer<'k>> {
    let here = case.state();
    let nothing = BTreeMap::new();
    kind.steps
        .iter()
        .filter(|s| s.from.iter().any(|f| f == here) && !s.by.is_empty())
        .filter(|s| s.serves.as_ref().is_none_or(|l| unserved(kind, case, l)))
        .filter_map(|step| {
            let refused = match guard(kind, Some(case), step, Some(mover), &nothing, world) {
                Ok(_) => Vec::new(),
                Err(refused) if refused.iter().any(|r| matches!(r, Refused::Forbidden(_))) => {
                    return None;
                }
                Err(refused) => refused,
            };
            Some(Offer { step, refused })
        })
        .collect()
}

/// The steps with which somebody may open a case.
#[must_use]
pub fn opening<'k>(kind: &'k Kind, mover: &Mover<'_>, world: &World<'_>) -> Vec<Offer<'k>> {
    let nothing = BTreeMap::new();
    let by_people = kind.opening().filter(|s| !s.by.is_empty());
    by_people
        .filter_map(|step| {
            let refused = match guard(kind, None, step, Some(mover), &nothing, world) {
                Ok(_) => Vec::new(),
                Err(refused) if refused.iter().any(|r| matches!(r, Refused::Forbidden(_))) => {
                    return None;
                }
                Err(refused) => refused,
            };
            Some(Offer { step, refused })
        })
        .collect()
}

/// Whether a step may be done: `mover` is none where the system does it. What was filled in is judged
/// where it is there; an offer is made before.
///
/// # Errors
/// Everything that stands against it.
pub fn guard<'k>(
    kind: &'k Kind,
    case: Option<&Case>,
    step: &'k Step,
    mover: Option<&Mover<'_>>,
    fields: &BTreeMap<String, String>,
    world: &World<'_>,
) -> Result<Option<Granted>, Vec<Refused<'k>>> {
    let mut refused = Vec::new();
    let here = case.map_or("", Case::state);
    if step.opens() != case.is_none() || !(step.opens() || step.from.iter().any(|f| f == here)) {
        refused.push(Refused::Elsewhere);
    }
    let granted = mover.and_then(|mover| granted(kind, case, step, mover, world));
    if mover.is_some() && granted.is_none() {
        refused.push(Refused::Forbidden(&step.by));
    }
    if let Some(case) = case {
        of_the_past(kind, case, step, mover, world, &mut refused);
        if let Some(letter) = &step.serves {
            of_a_service(kind, case, letter, fields, world.today, &mut refused);
        }
    }
    if let (Some(case), Some(line)) = (case, step.close.as_ref().and_then(|id| kind.line(id))) {
        let own = granted.as_ref().and_then(|g| g.department.as_deref());
        let rows = case.lines(kind, line);
        if !rows.iter().any(|row| !row.closed && row.department == own) {
            refused.push(Refused::NoRow(&line.title));
        }
    }
    for when in &step.when {
        if let Answer::Fails { until } = holds(kind, case, when, step, fields, world) {
            refused.push(Refused::When(when, until));
        }
    }
    if refused.is_empty() {
        Ok(granted)
    } else {
        Err(refused)
    }
}

fn unserved(kind: &Kind, case: &Case, letter: &str) -> bool {
    case.written(kind, letter).is_some() && case.served(kind, letter).is_none()
}

fn of_a_service(
    kind: &Kind,
    case: &Case,
    letter: &str,
    fields: &BTreeMap<String, String>,
    today: Date,
    refused: &mut Vec<Refused<'_>>,
) {
    if !unserved(kind, case, letter) {
        refused.push(Refused::Elsewhere);
    }
    let written = case.written(kind, letter).map(Event::day);
    let on: Option<Date> = fields.get(SERVED_ON).and_then(|d| d.parse().ok());
    if let (Some(written), Some(on)) = (written, on)
        && !(written..=today).contains(&on)
    {
        refused.push(Refused::NotThen(written));
    }
}

fn of_the_past<'k>(
    kind: &'k Kind,
    case: &Case,
    step: &'k Step,
    mover: Option<&Mover<'_>>,
    world: &World<'_>,
    refused: &mut Vec<Refused<'k>>,
) {
    if let Some(done) = case.last(&step.id).filter(|_| step.once) {
        refused.push(Refused::Once(done.day()));
    }
    if let (Some(first), Some(mover)) = (&step.second_to, mover)
        && case.last(first).is_some_and(|e| e.actor == mover.actor)
    {
        refused.push(Refused::SecondPerson);
    }
    let term = |id: &String| clock::one(kind, case, id, world.days);
    if let Some(due) = step.within.as_ref().and_then(term)
        && due.passed(world.today)
    {
        refused.push(Refused::TooLate(&due.clock.title, due.on));
    }
    if let Some(due) = step.after.as_ref().and_then(term)
        && !due.passed(world.today)
    {
        let from = due.on.and_then(|on| on.tomorrow().ok());
        refused.push(Refused::TooEarly(&due.clock.title, from));
    }
}

/// In which of somebody's roles they may do a step.
fn granted(
    kind: &Kind,
    case: Option<&Case>,
    step: &Step,
    mover: &Mover<'_>,
    world: &World<'_>,
) -> Option<Granted> {
    let fits = |who: &Who, membership: &Membership| {
        let department = membership.department.as_deref();
        membership.role == who.role
            && match who.of {
                Of::Office => department.is_none(),
                Of::Assigned => department.is_some() && department == case.and_then(Case::assigned),
                Of::Own => department.is_some_and(|own| is_own(kind, case, step, own, world)),
            }
    };
    let mut both = step
        .by
        .iter()
        .flat_map(|who| mover.memberships.iter().map(move |m| (who, m)));
    let (who, membership) = both.find(|(who, membership)| fits(who, membership))?;
    Some(Granted {
        role: who.role.clone(),
        department: membership.department.clone(),
    })
}

fn is_own(kind: &Kind, case: Option<&Case>, step: &Step, own: &str, world: &World<'_>) -> bool {
    if let Some(key) = subject_of(own) {
        return world.subject == Some(key.as_str());
    }
    let Some(case) = case else {
        return world.concerned.is_none_or(|concerned| concerned == own);
    };
    if let Some(line) = step.close.as_ref().and_then(|id| kind.line(id)) {
        let rows = case.lines(kind, line);
        return rows.iter().any(|row| row.department == Some(own));
    }
    case.opened().and_then(|e| e.department.as_deref()) == Some(own)
}

fn holds(
    kind: &Kind,
    case: Option<&Case>,
    when: &When,
    step: &Step,
    fields: &BTreeMap<String, String>,
    world: &World<'_>,
) -> Answer {
    const FAILS: Answer = Answer::Fails { until: None };
    if let Some(fact) = when.fact {
        let answer = world.facts.get(&fact).copied().unwrap_or(FAILS);
        if answer != Answer::Holds {
            return answer;
        }
    }
    let filled = Filled { case, now: fields };
    if let Some(condition) = &when.field {
        // What this step asks is not filled in yet where it is only offered.
        let mut read = Vec::new();
        condition.fields(&mut read);
        let asked = |id: &&str| step.asks.iter().chain(&step.may).any(|f| f == id);
        let open = fields.is_empty() && read.iter().any(asked);
        if !open && !condition.holds(&filled) {
            return FAILS;
        }
    }
    if let Some(test) = &when.lines
        && !adds_up(kind, case, test, step, &filled)
    {
        return FAILS;
    }
    Answer::Holds
}

fn adds_up(kind: &Kind, case: Option<&Case>, test: &LineTest, step: &Step, f: &Filled<'_>) -> bool {
    let rows = |group: &str| match (case, kind.line(group)) {
        (Some(case), Some(line)) => case.lines(kind, line),
        _ => Vec::new(),
    };
    let yuan = |text: Option<&str>| text.and_then(Fen::parse_yuan).map_or(0, |fen| fen.0);
    let sums = |sum: &str, field: &str| {
        let (group, column) = sum.split_once('.').unwrap_or((sum, ""));
        let value = |row: &super::LineRow<'_>| yuan(row.fields.get(column).map(String::as_str));
        let mut total: i64 = rows(group).iter().map(value).fold(0, i64::saturating_add);
        if step.add.as_deref() == Some(group) {
            total = total.saturating_add(yuan(f.now.get(column).map(String::as_str)));
        }
        (total, yuan(f.value(field)))
    };
    match test {
        LineTest::Some(group) => !rows(group).is_empty(),
        LineTest::Closed(group) => rows(group).iter().all(|row| row.closed),
        LineTest::SumEquals { sum, field } => {
            let (total, whole) = sums(sum, field);
            total == whole
        }
        LineTest::SumAtMost { sum, field } => {
            let (total, whole) = sums(sum, field);
            total <= whole
        }
    }
}

/// Who did a step: none where the system did.
pub type By<'a> = Option<(&'a str, Granted)>;

/// The event of a step that was judged. `concerned`: the department that the case concerns.
#[must_use]
pub fn event(
    kind: &Kind,
    case: &Case,
    step: &Step,
    by: By<'_>,
    at: Timestamp,
    fields: BTreeMap<String, String>,
    concerned: Option<&str>,
) -> Event {
    let (actor, granted) = match by {
        Some((actor, granted)) => (actor, Some(granted)),
        None => (SYSTEM, None),
    };
    let (role, department) = granted.map_or((None, None), |g| (Some(g.role), g.department));
    let chosen = || {
        let asked = step.asks.iter().filter_map(|id| kind.field(id));
        let mut asked = asked.filter(|f| f.choices == Some(Choices::Departments));
        asked.next().and_then(|f| fields.get(&f.id).cloned())
    };
    let assigned = match step.assign {
        None => case.assigned().map(str::to_owned),
        Some(Assign::DepartmentOfRecord | Assign::DepartmentConcerned) => {
            concerned.map(str::to_owned)
        }
        Some(Assign::OwnDepartment) => department.clone().filter(|d| subject_of(d).is_none()),
        Some(Assign::DepartmentChosen) => chosen(),
        Some(Assign::Office) => None,
    };
    Event {
        seq: case.seq() + 1,
        step: step.id.clone(),
        actor: actor.to_owned(),
        role,
        department,
        at,
        state: step.to.clone().unwrap_or_else(|| case.state().to_owned()),
        assigned,
        fields,
    }
}

/// Whether the organisation that a case is about knows of it: it may open such a case itself, something
/// waits for it, or a letter was written to it. What departments prepare before stays theirs.
#[must_use]
pub fn is_told(kind: &Kind, case: &Case) -> bool {
    let is_agent = |who: &Who| who.role == AGENT;
    let opening = case.opened().and_then(|e| kind.step(&e.step));
    let own = opening.is_some_and(|step| step.by.iter().any(is_agent));
    let waits = kind
        .state(case.state())
        .is_some_and(|s| s.waits_for.iter().any(is_agent));
    let steps = case.events.iter().filter_map(|e| kind.step(&e.step));
    let mut letters = steps
        .flat_map(|s| &s.letters)
        .filter_map(|id| kind.letter(id));
    own || waits || letters.any(|letter| letter.to == Addressee::Subject)
}

/// On whose desk a case lies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Desk {
    /// Role id.
    pub role: String,
    /// Department; none for the office.
    pub department: Option<String>,
}

/// How a case stands on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing<'k> {
    /// Whether there is still something to do.
    pub phase: Phase,
    /// On whose desks it lies.
    pub desks: Vec<Desk>,
    /// Its terms where it stands.
    pub due: Vec<Due<'k>>,
    /// The term that ends first, of those that somebody has to keep.
    pub first: Option<Due<'k>>,
    /// The day after which it was late, where it is.
    pub late_since: Option<Date>,
    /// The next day on which time alone changes something.
    pub next_on: Option<Date>,
    /// A department's file may move it on.
    pub watches: bool,
}

/// The step that time, or what happened to the record since the case came where it stands, has
/// brought. `happened` says what happened since an event.
#[must_use]
pub fn brought<'k>(
    kind: &'k Kind,
    case: &Case,
    days: &dyn Days,
    today: Date,
    happened: &dyn Fn(&On, &Event) -> bool,
) -> Option<&'k Step> {
    let here = case.state();
    let since = case.arrived()?;
    let by_file = kind.steps.iter().find(|s| {
        let on = s.on.as_ref().filter(|on| on.is_by_file());
        s.from.iter().any(|f| f == here) && on.is_some_and(|on| happened(on, since))
    });
    by_file.or_else(|| {
        let due = clock::due(kind, case, days);
        let mut passed = due.iter().filter(|d| d.passed(today));
        passed.find_map(|d| match &d.clock.passing {
            Passing::Step(step) => kind.step(step),
            Passing::Late { .. } | Passing::Ends => None,
        })
    })
}

/// How a case stands.
#[must_use]
pub fn standing<'k>(kind: &'k Kind, case: &Case, days: &dyn Days, today: Date) -> Standing<'k> {
    let state = kind.state(case.state());
    let due = clock::due(kind, case, days);
    let opener = case.opened().and_then(|e| e.department.clone());
    let waits = state.map_or(&[][..], |s| &s.waits_for);
    let mut desks: Vec<Desk> = waits
        .iter()
        .map(|who| Desk {
            role: who.role.clone(),
            department: match who.of {
                Of::Office => None,
                Of::Assigned => case.assigned().map(str::to_owned),
                Of::Own if who.role == AGENT => {
                    Some(own_place(&SubjectKey(case.id.key().to_owned())))
                }
                Of::Own => opener.clone(),
            },
        })
        .collect();
    // Whoever has a row to close has the case on the desk for it.
    let here = case.state();
    for step in kind
        .steps
        .iter()
        .filter(|s| s.from.iter().any(|f| f == here))
    {
        let Some(line) = step.close.as_ref().and_then(|id| kind.line(id)) else {
            continue;
        };
        for row in case.lines(kind, line).iter().filter(|row| !row.closed) {
            desks.extend(step.by.iter().map(|who| Desk {
                role: who.role.clone(),
                department: row.department.map(str::to_owned),
            }));
        }
    }
    let late = clock::late_to(&due, today);
    desks.extend(late.into_iter().map(|role| Desk {
        role: role.to_owned(),
        department: None,
    }));
    desks.sort();
    desks.dedup();
    let kept = |d: &&Due<'_>| !matches!(d.clock.passing, Passing::Ends) && d.on.is_some();
    let first = due.iter().filter(kept).min_by_key(|d| d.on).copied();
    let is_late = |d: &&Due<'_>| matches!(d.clock.passing, Passing::Late { .. });
    let passed = due.iter().filter(|d| d.passed(today));
    let late_since = passed.filter(is_late).filter_map(|d| d.on).min();
    let watches = kind
        .steps
        .iter()
        .filter(|s| s.from.iter().any(|f| f == here))
        .any(|s| s.on.as_ref().is_some_and(On::is_by_file));
    let coming = due.iter().filter(|d| !d.passed(today));
    let next_on = coming.filter_map(|d| d.on?.tomorrow().ok()).min();
    Standing {
        phase: state.map_or(Phase::End, |s| s.phase),
        desks,
        due,
        first,
        late_since,
        next_on,
        watches,
    }
}
