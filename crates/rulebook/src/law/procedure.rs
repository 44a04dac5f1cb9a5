//! Cases of procedures: a case from its opening on, what each step leads to, who may do what next, and
//! what is refused.

use super::{Verdicts, expect};
use crate::Rulebook;
use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use xinheng_domain::{
    case::{
        self, Answer, Case, CaseId, Fact, Filled, Kind, Mover, Phase, Refused, Step, World,
        kind::{Choices, On, RecordEvent},
        letter::Letter,
    },
    catalogue::FieldKind,
    condition::Values as _,
    permission::{Membership, own_place},
    subject::SubjectKey,
};

/// A case of a kind, about something that concerns the department `d1`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProcedureCase {
    kind: String,
    moves: Vec<Move>,
}

/// Something that is done, or that time or the record brings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    on: Date,
    /// The step; none: the day alone, or what happened.
    step: Option<String>,
    /// Who: `officer`, `officer:2` for another one, `responsible@d1`, `public`.
    #[serde(rename = "as")]
    who: Option<String>,
    /// The person, where it is somebody who did another step in another role.
    actor: Option<String>,
    /// What is filled in, beyond what the runner invents.
    #[serde(default)]
    fields: BTreeMap<String, String>,
    /// Facts that do not hold; the others do.
    #[serde(default)]
    fails: Vec<Fact>,
    /// What happened to the record since.
    happened: Option<RecordEvent>,
    /// Document number of a record that arrived.
    stored: Option<String>,
    /// Why the step is not done.
    refused: Option<String>,
    /// The step that the day or the record has brought.
    brought: Option<String>,
    /// Where the case stands.
    state: Option<String>,
    phase: Option<Phase>,
    /// The record's public page says so.
    #[serde(default)]
    marked: Option<bool>,
    /// Fields that whoever asked reads.
    shows: Option<Vec<String>>,
    /// Fields that everybody reads.
    publishes: Option<Vec<String>>,
    /// Kinds of effects.
    #[serde(default)]
    does: Vec<String>,
    /// Letters that are written: `id issuer>addressee`.
    #[serde(default)]
    letters: Vec<String>,
    /// The department to which it is assigned; empty: the office.
    assigned: Option<String>,
    /// Last days of terms; an empty one stands still.
    due: Option<BTreeMap<String, String>>,
    /// On whose desks it lies: `officer`, `responsible@d1`.
    desks: Option<Vec<String>>,
    /// What each may do now; who is not named may do nothing.
    offers: Option<BTreeMap<String, BTreeSet<String>>>,
}

/// Whoever has no account.
const PUBLIC: &str = "public";

/// The organisation's own agent.
const AGENT: &str = "agent@own";
/// Key of the organisation that every case is about.
const KEY: &str = "k";

/// Everybody who is asked what they may do.
const EVERYBODY: [&str; 11] = [
    AGENT,
    "counter",
    "officer",
    "officer:2",
    "head",
    "clerk@d1",
    "reviewer@d1",
    "responsible@d1",
    "clerk@d2",
    "responsible@d2",
    "responsible@d3",
];

fn memberships(who: &str, on: Date) -> Vec<Membership> {
    let (role, department) = match who.split_once('@') {
        Some((role, "own")) => (role, Some(own_place(&SubjectKey(KEY.to_owned())))),
        Some((role, department)) => (role, Some(department.to_owned())),
        None => (who, None),
    };
    vec![Membership {
        role: role.split(':').next().unwrap_or(role).to_owned(),
        department,
        from: on,
        until: None,
    }]
}

fn noon(day: Date) -> Timestamp {
    let noon = day.at(4, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
    noon.map_or(Timestamp::UNIX_EPOCH, |z| z.timestamp())
}

impl ProcedureCase {
    pub(super) fn run(&self, book: &Rulebook) -> Verdicts {
        let first = self.moves.first().ok_or("案例没有步骤")?;
        let Some(kind) = book.kind(&self.kind, first.on) else {
            return expect("第一步", &first.refused.as_deref(), &Some("kind_over"));
        };
        let mut case = Case {
            id: CaseId::new(KEY, "t"),
            kind: kind.id.clone(),
            edition: kind.from,
            about: None,
            events: Vec::new(),
        };
        for (at, step) in self.moves.iter().enumerate() {
            step.run(book, kind, &mut case)
                .map_err(|e| format!("第{}步：{e}", at + 1))?;
        }
        Ok(())
    }

    /// The kind that it is about.
    pub(super) fn kind(&self) -> &str {
        &self.kind
    }
}

impl Move {
    fn run(&self, book: &Rulebook, kind: &Kind, case: &mut Case) -> Verdicts {
        let days = book.terms(Timestamp::MAX);
        let facts = self.facts(kind);
        let world = World {
            facts: &facts,
            days: &days,
            concerned: Some("d1"),
            subject: Some(KEY),
            today: self.on,
        };
        let (mut does, mut letters) = (Vec::new(), Vec::new());
        let happened = |on: &On, _: &case::Event| match on {
            On::Record(event) => self.happened == Some(*event),
            On::Stored { number, .. } => {
                let nothing = BTreeMap::new();
                let filled = Filled {
                    case: Some(&*case),
                    now: &nothing,
                };
                self.stored.as_deref() == filled.value(number) && self.stored.is_some()
            }
            On::Clock(_) | On::Public => false,
        };
        let brought = (!case.events.is_empty())
            .then(|| case::brought(kind, case, &days, self.on, &happened))
            .flatten();
        expect(
            "期限或者记录发动的步骤",
            &brought.map(|s| s.id.as_str()),
            &self.brought.as_deref(),
        )?;
        if let Some(step) = brought {
            let nothing = BTreeMap::new();
            case.events.push(case::event(
                kind,
                case,
                step,
                None,
                noon(self.on),
                nothing,
                None,
            ));
        }
        if let Some(id) = &self.step {
            let step = kind.step(id).ok_or_else(|| format!("步骤“{id}”不存在"))?;
            let who = self.who.as_deref().ok_or("没有写明由谁办理（as）")?;
            let memberships = memberships(who, self.on);
            let actor = self.actor.as_deref().unwrap_or(who);
            let mover = Mover {
                actor,
                memberships: &memberships,
            };
            // Whoever has no account is judged by no role.
            let mover = (who != PUBLIC).then_some(&mover);
            let fields = self.filled(kind, step);
            let opened = (!case.events.is_empty()).then_some(&*case);
            let judged = case::guard(kind, opened, step, mover, &fields, &world);
            let refused = judged.as_ref().err().and_then(|r| r.first()).map(code);
            expect("不予办理的理由", &refused, &self.refused)?;
            if let Ok(granted) = judged {
                let by = granted.map(|granted| (actor, granted));
                let event = case::event(kind, case, step, by, noon(self.on), fields, Some("d1"));
                case.events.push(event);
                let written = step.letters.iter().filter_map(|id| kind.letter(id));
                letters.extend(written.map(Letter::sent));
                does.extend(step.does.iter().filter_map(|e| {
                    let value = serde_json::to_value(e).ok()?;
                    Some(value.get("effect")?.as_str()?.to_owned())
                }));
            }
        }
        expect("效果", &does, &self.does)?;
        expect("制发的文书", &letters, &self.letters)?;
        self.stands(kind, case, &world)
    }

    fn facts(&self, kind: &Kind) -> BTreeMap<Fact, Answer> {
        let asked = kind.steps.iter().flat_map(|s| &s.when);
        let asked = asked.filter_map(|w| w.fact);
        asked
            .map(|fact| {
                let answer = if self.fails.contains(&fact) {
                    Answer::Fails { until: None }
                } else {
                    Answer::Holds
                };
                (fact, answer)
            })
            .collect()
    }

    fn filled(&self, kind: &Kind, step: &Step) -> BTreeMap<String, String> {
        let mut fields = self.fields.clone();
        for (field, must) in kind.asked(step) {
            if must {
                let invented = match (field.kind, field.choices) {
                    (FieldKind::Date, _) => self.on.to_string(),
                    (FieldKind::AmountWan, _) => "10000.00".to_owned(),
                    (_, Some(Choices::Departments)) => "d2".to_owned(),
                    _ => "甲".to_owned(),
                };
                fields.entry(field.id.clone()).or_insert(invented);
            }
        }
        fields
    }

    fn stands(&self, kind: &Kind, case: &Case, world: &World<'_>) -> Verdicts {
        let stands = case::standing(kind, case, world.days, self.on);
        if let Some(state) = &self.state {
            expect("现在的状态", &case.state(), &state.as_str())?;
        }
        if let Some(phase) = self.phase {
            expect("阶段", &stands.phase, &phase)?;
        }
        if let Some(marked) = self.marked {
            let state = kind.state(case.state());
            expect("公开页面标明", &state.map(|s| s.marked), &Some(marked))?;
        }
        let here = kind.state(case.state());
        if let Some(shows) = &self.shows {
            expect("提出的人看到的", &here.map(|s| &s.shows), &Some(shows))?;
        }
        if let Some(publishes) = &self.publishes {
            expect("公开的", &here.map(|s| &s.publishes), &Some(publishes))?;
        }
        if let Some(assigned) = &self.assigned {
            let given = case.assigned().unwrap_or_default();
            expect("承办部门", &given, &assigned.as_str())?;
        }
        if let Some(due) = &self.due {
            let given: BTreeMap<String, String> = stands
                .due
                .iter()
                .map(|d| {
                    let on = d.on.map_or_else(String::new, |on| on.to_string());
                    (d.clock.id.clone(), on)
                })
                .collect();
            expect("期限", &given, due)?;
        }
        if let Some(desks) = &self.desks {
            let given: Vec<String> = stands
                .desks
                .iter()
                .map(|d| match &d.department {
                    Some(place) if place.ends_with(&format!(":{KEY}")) => format!("{}@own", d.role),
                    Some(department) => format!("{}@{department}", d.role),
                    None => d.role.clone(),
                })
                .collect();
            expect("等待办理的人", &given, desks)?;
        }
        if let Some(offers) = &self.offers {
            let nobody = BTreeSet::new();
            for who in EVERYBODY {
                let memberships = memberships(who, self.on);
                let mover = Mover {
                    actor: who,
                    memberships: &memberships,
                };
                let offered = case::may(kind, case, &mover, world);
                let given: BTreeSet<String> = offered
                    .iter()
                    .filter(|o| o.refused.is_empty() && o.step.serves.is_none())
                    .map(|o| o.step.id.clone())
                    .collect();
                let expected = offers.get(who).unwrap_or(&nobody);
                expect(&format!("“{who}”可以办理的步骤"), &given, expected)?;
            }
        }
        Ok(())
    }
}

/// The reason of a refusal, as law cases name it.
fn code(refused: &Refused<'_>) -> String {
    match refused {
        Refused::Forbidden(_) => "forbidden".to_owned(),
        Refused::Elsewhere => "elsewhere".to_owned(),
        Refused::Once(_) => "once".to_owned(),
        Refused::SecondPerson => "second_person".to_owned(),
        Refused::TooLate(..) => "too_late".to_owned(),
        Refused::TooEarly(..) => "too_early".to_owned(),
        Refused::NoRow(_) => "no_row".to_owned(),
        Refused::NotThen(_) => "not_then".to_owned(),
        Refused::When(when, _) => match (&when.fact, &when.lines) {
            (Some(fact), _) => {
                let fact = serde_json::to_value(fact).ok();
                let fact = fact.as_ref().and_then(|f| f.as_str());
                fact.unwrap_or_default().to_owned()
            }
            (None, Some(_)) => "lines".to_owned(),
            (None, None) => "field".to_owned(),
        },
    }
}
