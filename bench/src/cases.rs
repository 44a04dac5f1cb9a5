//! Cases beside many records: a desk of fifty, a step, what may be done in a case of the largest kind,
//! and what a night brings. On SQLite and on PostgreSQL, against bounds.

use crate::{
    check::RULEBOOK,
    generate::{self, Parties},
    import::{self, TODAY},
    measure::{percentiles, processor},
    writer,
};
use jiff::{ToSpan as _, civil::Date};
use std::{
    collections::BTreeMap, error::Error, fs::File, hint::black_box, io::BufWriter, path::Path,
    time::Instant,
};
use xinheng_app::{
    Actor, Ctx, Deployment,
    account::{self, Grant, NewAccount},
    case::{self as work, Outcome, Stepping},
    intake, noon,
};
use xinheng_domain::{
    case::{self, Answer, Case, CaseId, Granted, Kind, Mover, Of, Phase, World},
    permission::Membership,
};
use xinheng_rulebook::{Rulebook, Terms};
use xinheng_store::{
    AuditEntry, Db, StoreError,
    case::{Head, Kept, OnDesk, WAITS_FOR_FILE},
    record::{ListFilter, Stored},
};

type Done<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

const CASES: u32 = 50_000;
const DEPARTMENTS: u32 = 50;
/// The records landed long before: no case has waited for them.
const LANDED: Date = jiff::civil::date(2026, 1, 5);
/// Cases were opened on so many days, the last of them before today.
const DAYS: u32 = 60;
/// The department whose desk holds this many.
const SMALL: &str = "d50";
const ON_DESK: u32 = 50;
/// Steps and desks that are measured.
const TIMES: usize = 300;
/// Rounds of what is pure.
const PURE: usize = 2_000;

/// Cases beside so many records.
///
/// # Errors
/// Whatever the use cases say.
pub fn run(rows: u32) -> Done {
    largest()?;
    let server = std::env::var("XINHENG_TEST_POSTGRES").ok();
    for address in [Some(String::new()), server].into_iter().flatten() {
        let database = if address.is_empty() {
            "SQLite"
        } else {
            "PostgreSQL"
        };
        println!("== {CASES} cases beside {rows} records, {database}");
        writer::on_schema(&address, |address| on(rows, address))?;
    }
    Ok(())
}

/// Prints a median beside its bound.
fn against(what: &str, times: &mut [f64], most: f64) {
    percentiles(&format!("{what} (ms, at most {most})"), times);
}

fn milliseconds(begin: Instant) -> f64 {
    begin.elapsed().as_secs_f64() * 1e3
}

/// What may be done in a case of the largest kind, wherever it stands: the slowest place.
fn largest() -> Done {
    let book = Rulebook::load(Some(Path::new(RULEBOOK)))?;
    let days = book.terms(noon(TODAY)?);
    let kinds = book.kinds().iter().filter(|k| k.covers(TODAY));
    let kind = kinds.max_by_key(|k| k.steps.len()).ok_or("no kind")?;
    let facts = kind.steps.iter().flat_map(|s| &s.when);
    let facts = facts.filter_map(|w| Some((w.fact?, Answer::Holds)));
    let facts: BTreeMap<_, _> = facts.collect();
    let world = World {
        facts: &facts,
        days: &days,
        concerned: Some("d1"),
        subject: None,
        today: TODAY,
    };
    let steps = kind.steps.iter();
    let roles = steps.flat_map(|s| &s.by).map(|who| Membership {
        role: who.role.clone(),
        department: (who.of != Of::Office).then(|| "d1".to_owned()),
        from: TODAY,
        until: None,
    });
    let roles: Vec<_> = roles.collect();
    let mover = Mover {
        actor: "测量",
        memberships: &roles,
    };
    let mut slowest: Option<(f64, String, Vec<f64>)> = None;
    for state in &kind.states {
        // Two events of each step, then the one that came here.
        let mut case = Case {
            id: CaseId::new("d:d1", "largestofall"),
            kind: kind.id.clone(),
            edition: kind.from,
            about: Some("d1".to_owned()),
            events: Vec::new(),
        };
        let here = kind
            .steps
            .iter()
            .filter(|s| s.to.as_ref() == Some(&state.id));
        for step in kind.steps.iter().chain(&kind.steps).chain(here) {
            let fields = kind.asked(step).into_iter();
            let fields = fields.map(|(field, _)| (field.id.clone(), "2026-11-02".to_owned()));
            let by = Some(("另一人", grant("officer", None)));
            let at = noon(jiff::civil::date(2026, 11, 2))?;
            let event = case::event(kind, &case, step, by, at, fields.collect(), Some("d1"));
            case.events.push(event);
        }
        let mut times = Vec::with_capacity(PURE);
        for _ in 0..PURE {
            let begin = Instant::now();
            black_box(case::may(black_box(kind), &case, &mover, &world));
            times.push(milliseconds(begin));
        }
        times.sort_by(f64::total_cmp);
        let median = times[PURE / 2];
        if slowest.as_ref().is_none_or(|(most, ..)| *most < median) {
            slowest = Some((median, state.id.clone(), times));
        }
    }
    let (_, state, mut times) = slowest.ok_or("no state")?;
    println!(
        "== what may be done: {}, {} steps",
        kind.id,
        kind.steps.len()
    );
    against(&format!("may, where it stands {state}"), &mut times, 0.2);
    Ok(())
}

fn grant(role: &str, department: Option<&str>) -> Granted {
    Granted {
        role: role.to_owned(),
        department: department.map(str::to_owned),
    }
}

fn operator(deployment: &Deployment, day: Date) -> Done<Ctx<'_>> {
    let name = "测量".to_owned();
    Ok(deployment.ctx(Actor::Operator { name }, noon(day)?))
}

fn on(rows: u32, address: &str) -> Done {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let parties = Parties::InOrder((rows / 4).max(1));
    let make = |name: &str| File::create(folder.join(name)).map(BufWriter::new);
    generate::register(&mut make("register.csv")?, parties)?;
    let deployment = import::deployment_on(folder, address, DEPARTMENTS, LANDED)?;
    let ctx = operator(&deployment, LANDED)?;
    xinheng_app::register::import(&ctx, &folder.join("register.csv"), None, &mut |_| {})?;
    let each = rows / DEPARTMENTS;
    for number in 0..DEPARTMENTS {
        let file = format!("of-{number}.csv");
        generate::penalties(
            &mut make(&file)?,
            number * each..(number + 1) * each,
            parties,
        )?;
        let input = intake::Input {
            path: &folder.join(&file),
            file_name: &file,
            sheet: None,
            department: &format!("d{}", number + 1),
            dry_run: false,
        };
        intake::import(&operator(&deployment, LANDED)?, input, &mut |_| ())?;
    }
    let filled = fill(folder, address)?;
    println!(
        "{} cases lie open, {} of them with departments",
        filled.all, filled.asked
    );
    let officer = person(&deployment, "officer", None)?;
    let responsible = person(&deployment, "responsible", Some(SMALL))?;
    let desk = |what: &str, actor: &Actor| -> Done<usize> {
        let mut times = Vec::new();
        let mut shown = 0;
        for _ in 0..TIMES {
            let ctx = deployment.ctx(actor.clone(), noon(TODAY)?);
            let begin = Instant::now();
            shown = work::inbox(&ctx)?.lines.len();
            times.push(milliseconds(begin));
        }
        against(&format!("{what}: {shown} shown"), &mut times, 5.0);
        Ok(shown)
    };
    if desk("a department's desk", &responsible)? != ON_DESK as usize {
        return Err("the small desk holds another number of cases".into());
    }
    desk("the office's desk", &officer)?;
    let mut times = Vec::new();
    for id in filled.received.iter().take(TIMES) {
        let ctx = deployment.ctx(officer.clone(), noon(TODAY)?);
        let step = Stepping {
            id: &id.0,
            step: "forward",
            seen: Some(1),
            typed: &|_| String::new(),
        };
        let begin = Instant::now();
        match work::step(&ctx, &step)? {
            Outcome::Moved(_) => times.push(milliseconds(begin)),
            Outcome::Wrong(wrong) => return Err(format!("{wrong:?}").into()),
        }
    }
    against("a step with its letter", &mut times, 20.0);
    for night in [1, 2] {
        let ctx = operator(&deployment, TODAY.checked_add(night.days())?)?;
        let (used, begin) = (processor(), Instant::now());
        let changed = work::clocks(&ctx)?;
        println!(
            "night {night}: {changed} cases changed, {:.2} CPU-s (at most 5), {:.2} s",
            processor() - used,
            begin.elapsed().as_secs_f64()
        );
    }
    Ok(())
}

fn person(deployment: &Deployment, role: &str, department: Option<&str>) -> Done<Actor> {
    let ctx = operator(deployment, TODAY)?;
    let new = NewAccount {
        login: role,
        name: "程样清",
        demo: false,
    };
    let made = account::make(&ctx, new)?;
    let grant = Grant {
        login: role,
        role,
        department,
        from: None,
        until: None,
    };
    account::grant(&ctx, grant)?;
    Ok(Actor::Account {
        id: made.id,
        department: department.map(str::to_owned),
    })
}

/// What was filled in.
#[derive(Default)]
struct Filled {
    all: u32,
    asked: u32,
    /// Cases that wait at the office.
    received: Vec<CaseId>,
}

/// Objections against as many records: every second one lies with the department that decided.
fn fill(folder: &Path, address: &str) -> Done<Filled> {
    let book = Rulebook::load(Some(Path::new(RULEBOOK)))?;
    let kind = book.kind("objection", TODAY).ok_or("no such kind")?;
    let days = book.terms(noon(TODAY)?);
    let db = Db::open(&import::place(folder, address).location()?)?;
    let mut filled = Filled::default();
    let mut small = 0;
    for number in 1..=DEPARTMENTS {
        let filter = ListFilter {
            department: Some(format!("d{number}")),
            limit: CASES / DEPARTMENTS,
            ..ListFilter::default()
        };
        let records = db.read(|conn| xinheng_store::record::list(conn, &filter))?;
        let mut cases = Vec::new();
        for (at, stored) in records.iter().enumerate() {
            let own = &stored.record.department;
            let asked = at % 2 == 0 && (own != SMALL || small < ON_DESK);
            small += u32::from(asked && own == SMALL);
            let case = one(kind, stored, filled.all, asked)?;
            filled.all += 1;
            filled.asked += u32::from(asked);
            if !asked {
                filled.received.push(case.id.clone());
            }
            cases.push(case);
        }
        let at = noon(TODAY)?;
        db.write(|tx| {
            for case in &cases {
                keep(tx, kind, case, &days)?;
            }
            let told = serde_json::json!({"cases": cases.len()});
            Ok::<_, StoreError>(((), AuditEntry::new(at, "测量", "case.open", told)))
        })?;
    }
    Ok(filled)
}

fn one(kind: &Kind, stored: &Stored, number: u32, asked: bool) -> Done<Case> {
    let of = &stored.record;
    let mut case = Case {
        id: CaseId::new(of.subject_key.as_str(), &format!("{number:012}")),
        kind: kind.id.clone(),
        edition: kind.from,
        about: Some(of.id.to_string()),
        events: Vec::new(),
    };
    let day = TODAY.checked_sub(i64::from(number % DAYS + 1).days())?;
    let steps = ["open", "forward"].into_iter().take(1 + usize::from(asked));
    for step in steps {
        let step = kind.step(step).ok_or("no such step")?;
        let given = kind.asked(step).into_iter().filter(|(_, must)| *must);
        let given = given.map(|(field, _)| (field.id.clone(), "内容".to_owned()));
        let mut fields: BTreeMap<_, _> = given.collect();
        fields.insert(case::VERSION.to_owned(), of.version.to_string());
        let by = Some(("account:officer", grant("officer", None)));
        let concerned = Some(of.department.as_str());
        let event = case::event(kind, &case, step, by, noon(day)?, fields, concerned);
        case.events.push(event);
    }
    Ok(case)
}

/// Keeps a case as its steps would have.
fn keep(
    tx: &mut xinheng_store::Tx<'_>,
    kind: &Kind,
    case: &Case,
    days: &Terms<'_>,
) -> Result<(), StoreError> {
    let stands = case::standing(kind, case, days, TODAY);
    let opened = case.opened().map_or(TODAY, case::Event::day);
    let head = Head {
        subject_key: case.id.key().to_owned(),
        case_tail: case.id.tail().to_owned(),
        kind: case.kind.clone(),
        edition: case.edition,
        about: case.about.clone(),
        opened_on: opened,
        seq: case.seq(),
        state: case.state().to_owned(),
        phase: if stands.phase == Phase::Open {
            "open"
        } else {
            "end"
        }
        .to_owned(),
        assigned: case.assigned().map(str::to_owned),
        due_on: stands.first.and_then(|d| d.on),
        due_clock: stands.first.map(|d| d.clock.id.clone()),
        late_since: stands.late_since,
        next_on: stands.next_on,
    };
    let desk = |role: &str, department: Option<&str>, due_on: Date| OnDesk {
        subject_key: head.subject_key.clone(),
        case_tail: head.case_tail.clone(),
        role: role.to_owned(),
        department: department.unwrap_or_default().to_owned(),
        due_on,
    };
    let due = head.due_on.unwrap_or(Date::MAX);
    let waits = stands.desks.iter();
    let mut desks: Vec<_> = waits
        .map(|d| desk(&d.role, d.department.as_deref(), due))
        .collect();
    desks.push(desk(WAITS_FOR_FILE, None, opened));
    for event in &case.events {
        xinheng_store::case::add(tx, &case.id, event)?;
    }
    let kept = Kept {
        head: &head,
        unique: case.about.as_deref(),
        desks: &desks,
    };
    xinheng_store::case::keep(tx, &kept)
}
