//! The one way in which a case begins and moves on.

use super::{
    Loaded, elsewhere, form, kind_today, letter, load,
    look::said_of,
    matter::{Matter, terms},
    screen,
};
use crate::{
    Act, AppError, AppResult, Ctx, RefusalCode, Scope,
    record::{self, Effect as OnRecord, Stated},
};
use jiff::civil::Date;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use xinheng_domain::{
    case::{
        self, Case, CaseId, Effect, Filled, Kind, Mover, Phase, Refused, SCREENED, Step,
        kind::{On, Unique},
    },
    condition::Values as _,
    finding::Finding,
    permission::{Membership, OFFICER, own_place, subject_of},
    record::{RecordActKind, RecordId},
    subject::SubjectKey,
};
use xinheng_store::{
    Tx,
    case::{Head, Kept, OnDesk, WAITS_FOR_FILE},
    rule_set::CaseEdition,
};

/// A case to be opened.
#[derive(Clone, Copy)]
pub struct Opening<'a> {
    /// Kind.
    pub kind: &'a str,
    /// The step with which it begins.
    pub step: &'a str,
    /// What it is about: a record's number, a subject's key, a department's code.
    pub about: &'a str,
    /// What was filled in, by field.
    pub typed: &'a dyn Fn(&str) -> String,
}

/// A step to be taken.
#[derive(Clone, Copy)]
pub struct Stepping<'a> {
    /// Number of the case.
    pub id: &'a str,
    /// The step.
    pub step: &'a str,
    /// Number of the last event that was seen; none where nothing was looked at before.
    pub seen: Option<u32>,
    /// What was filled in, by field.
    pub typed: &'a dyn Fn(&str) -> String,
}

/// A case that moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Its number.
    pub id: String,
    /// Where it stands now, in Chinese.
    pub state: String,
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Moved(Moved),
    /// To be corrected: by field.
    Wrong(Vec<Finding>),
}

/// Opens a case.
///
/// # Errors
/// Forbidden; no such kind, step or matter; refused by what must hold; there is an open one.
pub fn open(ctx: &Ctx<'_>, input: &Opening<'_>) -> AppResult<Outcome> {
    ctx.allow(Act::CaseOpen)?;
    let kind = kind_today(ctx, input.kind)?;
    let step = kind.step(input.step).filter(|s| s.opens());
    let step = step.ok_or_else(|| no_step(kind))?;
    let tail = new_tail()?;
    let outcome = ctx.change(Act::CaseOpen, |mut load| {
        let matter = Matter::to_open(ctx, &mut load, kind, input.about)?;
        let memberships = ctx.memberships(&mut load, &matter.items())?;
        let concerned = |d: &str| matter.concerns(d);
        let mut tx = load.permit(scope(&memberships, &matter, concerned))?;
        let mut opened = new_case(ctx, kind, &matter, &tail);
        let moving = Moving {
            ctx,
            matter: &matter,
            memberships: &memberships,
            typed: input.typed,
        };
        match moving.person(&mut tx, &mut opened, step)? {
            Some(wrong) => Ok(tx.nothing(Outcome::Wrong(wrong))),
            None => {
                moving.write(&mut tx, &mut opened)?;
                Ok(tx
                    .done(moved(&opened), told(&opened))
                    .about(key_of(&opened)))
            }
        }
    })?;
    Ok(followed(ctx, step, outcome))
}

/// What a step came to, once what follows from it elsewhere was tried.
fn followed(ctx: &Ctx<'_>, step: &Step, outcome: Outcome) -> Outcome {
    if let Outcome::Moved(moved) = &outcome
        && step.does.iter().any(Effect::elsewhere)
    {
        elsewhere::follow(ctx, &moved.id);
    }
    outcome
}

/// A case in which nothing was done yet.
pub(super) fn new_case<'a>(
    ctx: &Ctx<'_>,
    kind: &'a Kind,
    matter: &Matter,
    tail: &str,
) -> Loaded<'a> {
    let key = if matter.key.is_empty() {
        format!("q:{tail}")
    } else {
        matter.key.clone()
    };
    Loaded {
        case: Case {
            id: CaseId::new(&key, tail),
            kind: kind.id.clone(),
            edition: kind.from,
            about: matter.about.clone(),
            events: Vec::new(),
        },
        head: Head {
            subject_key: key,
            case_tail: tail.to_owned(),
            kind: kind.id.clone(),
            edition: kind.from,
            about: matter.about.clone(),
            opened_on: ctx.today(),
            seq: 0,
            state: String::new(),
            phase: String::new(),
            assigned: None,
            due_on: None,
            due_clock: None,
            late_since: None,
            next_on: None,
        },
        kind,
        acts: Vec::new(),
    }
}

/// Takes a step in a case.
///
/// # Errors
/// Forbidden; no such case or step; it has moved since it was seen; refused by what must hold.
pub fn step(ctx: &Ctx<'_>, input: &Stepping<'_>) -> AppResult<Outcome> {
    let (outcome, step) = ctx.change(Act::CaseStep, |mut conn| {
        let mut loaded = load(ctx, &mut conn, input.id)?;
        let kind = loaded.kind;
        let step = kind
            .step(input.step)
            .filter(|s| !s.opens() && !s.by.is_empty());
        let step = step.ok_or_else(|| no_step(kind))?;
        let matter = matter_of(&mut conn, &loaded)?;
        let memberships = ctx.memberships(&mut conn, &matter.items())?;
        let concerned = concerned(&loaded);
        let concerns = |d: &str| concerned.iter().any(|c| c == d);
        let mut tx = conn.permit(scope(&memberships, &matter, concerns))?;
        advance(ctx, &mut loaded, &matter);
        if let Some(last) = loaded.case.events.last()
            && input.seen.is_some_and(|seen| seen != last.seq)
        {
            let logins = crate::account::logins(&mut tx)?;
            let by = match ctx.own_subject() {
                // No official's name is told outside.
                Ok(_) => "其他办理人员".to_owned(),
                Err(_) => crate::account::shown(&last.actor, &logins),
            };
            let what = kind.step(&last.step).map_or(&*last.step, |s| &*s.title);
            let places = [("by", by.as_str()), ("what", what)];
            return Err(ctx.refused(RefusalCode::CaseChanged, &places));
        }
        let moving = Moving {
            ctx,
            matter: &matter,
            memberships: &memberships,
            typed: input.typed,
        };
        match moving.person(&mut tx, &mut loaded, step)? {
            Some(wrong) => Ok(tx.nothing((Outcome::Wrong(wrong), step))),
            None => {
                moving.write(&mut tx, &mut loaded)?;
                Ok(tx
                    .done((moved(&loaded), step), told(&loaded))
                    .about(key_of(&loaded)))
            }
        }
    })?;
    Ok(followed(ctx, step, outcome))
}

/// Cases taken up in one go.
const AT_ONCE: u32 = 500;

/// Takes the steps that time and records have brought, and puts late cases on the desks that have to
/// know. Gives how many cases were changed. One that cannot be moved keeps no other one.
///
/// # Errors
/// Forbidden; faults of the store; the first of the cases that cannot be moved.
pub fn clocks(ctx: &Ctx<'_>) -> AppResult<u64> {
    let (mut changed, mut failed, mut first) = (0, BTreeSet::new(), None);
    // Gives how many were taken up that had not failed before, and how many have failed by now.
    let mut take = |ids: &[CaseId]| {
        let before = failed.clone();
        let new = ids.iter().filter(|id| !before.contains(*id));
        let mut taken = 0;
        for id in new {
            taken += 1;
            match clock(ctx, id) {
                Ok(did) => changed += u64::from(did),
                Err(error) => {
                    tracing::error!(case = id.0, %error, "a case was not moved");
                    failed.insert(id.clone());
                    first.get_or_insert(error);
                }
            }
        }
        (taken, u32::try_from(failed.len()).unwrap_or(u32::MAX))
    };
    let mut most = AT_ONCE;
    loop {
        let due = ctx.load(Act::CaseClocks, |conn| {
            Ok(xinheng_store::case::brought(conn, ctx.today(), most)?)
        })?;
        let (taken, failed) = take(&due);
        if taken == 0 {
            break;
        }
        most = AT_ONCE.saturating_add(failed);
    }
    let mut after = None;
    loop {
        let waiting = ctx.load(Act::CaseClocks, |conn| {
            Ok(xinheng_store::case::waiting(conn, after.as_ref(), AT_ONCE)?)
        })?;
        take(&waiting);
        match waiting.last() {
            Some(last) => after = Some(last.clone()),
            None => break,
        }
    }
    let followed = elsewhere::resume(ctx)?;
    first.map_or(Ok(changed + followed), Err)
}

/// Whether time or a record has changed a case: if so it is written.
fn clock(ctx: &Ctx<'_>, id: &CaseId) -> AppResult<bool> {
    // Most of those that wait for a file wait on: no turn to write is taken for them.
    let due = ctx.load(Act::CaseClocks, |conn| {
        let mut loaded = load(ctx, conn, &id.0)?;
        let matter = matter_of(conn, &loaded)?;
        advance(ctx, &mut loaded, &matter);
        let head = &loaded.head;
        Ok(loaded.case.seq() > head.seq || head.next_on.is_some_and(|on| on <= ctx.today()))
    })?;
    if !due {
        return Ok(false);
    }
    ctx.change(Act::CaseClocks, |mut conn| {
        let mut loaded = load(ctx, &mut conn, &id.0)?;
        let matter = matter_of(&mut conn, &loaded)?;
        let mut tx = conn.permit(Scope::District)?;
        advance(ctx, &mut loaded, &matter);
        let moving = Moving {
            ctx,
            matter: &matter,
            memberships: &[],
            typed: &|_| String::new(),
        };
        let before = loaded.head.clone();
        moving.write(&mut tx, &mut loaded)?;
        if loaded.head == before {
            return Ok(tx.nothing(false));
        }
        let told = told(&loaded);
        Ok(tx.done(true, told).about(key_of(&loaded)))
    })
}

fn no_step(kind: &Kind) -> AppError {
    AppError::NotFound(format!("“{}”没有这一步骤。", kind.title))
}

pub(super) fn matter_of(conn: &mut xinheng_store::Conn, loaded: &Loaded<'_>) -> AppResult<Matter> {
    let about = loaded.case.about.as_deref().unwrap_or_default();
    let mut matter = Matter::of(conn, loaded.kind, about)?;
    matter.look_for(conn, loaded.kind, &loaded.case)?;
    Ok(matter)
}

/// The departments that a case concerns, and the organisation, where it knows of it.
pub(super) fn concerned(loaded: &Loaded<'_>) -> Vec<String> {
    let case = &loaded.case;
    let of_lines = loaded
        .kind
        .lines
        .iter()
        .flat_map(|line| case.lines(loaded.kind, line));
    let of_lines = of_lines.filter_map(|row| row.department);
    let opener = case.opened().and_then(|e| e.department.as_deref());
    let all = case.assigned().into_iter().chain(opener).chain(of_lines);
    // For an organisation its own case counts, not that its agent opened one.
    let departments = all.filter(|place| subject_of(place).is_none());
    let told = key_of(loaded).filter(|_| case::is_told(loaded.kind, case));
    let own = told.as_ref().map(own_place);
    departments.map(str::to_owned).chain(own).collect()
}

/// As whom somebody acts who has these roles: for a department that is concerned.
pub(super) fn scope<'s>(
    memberships: &'s [Membership],
    matter: &'s Matter,
    concerned: impl Fn(&str) -> bool,
) -> Scope<'s> {
    let departments = memberships.iter().filter_map(|m| m.department.as_deref());
    let mut own = departments.filter(|d| concerned(d));
    match (own.next(), &matter.record) {
        (None, _) => Scope::District,
        (Some(own), Some(stored)) => Scope::Matter(own, &stored.record.item),
        (Some(own), None) => Scope::Department(own),
    }
}

/// Adds the events that time and the record have brought.
pub(super) fn advance(ctx: &Ctx<'_>, loaded: &mut Loaded<'_>, matter: &Matter) {
    let days = terms(ctx);
    // Steps that time alone takes run in no circle: the loader has proved it.
    for _ in 0..loaded.kind.steps.len() {
        let happened = |on: &On, since: &case::Event| matter.happened(on, since);
        let brought = case::brought(loaded.kind, &loaded.case, &days, ctx.today(), &happened);
        let Some(step) = brought else {
            return;
        };
        let (case, fields) = (&loaded.case, matter.stamp(BTreeMap::new()));
        let event = case::event(loaded.kind, case, step, None, ctx.now(), fields, None);
        loaded.case.events.push(event);
    }
}

pub(super) struct Moving<'a> {
    pub(super) ctx: &'a Ctx<'a>,
    pub(super) matter: &'a Matter,
    pub(super) memberships: &'a [Membership],
    pub(super) typed: &'a dyn Fn(&str) -> String,
}

impl Moving<'_> {
    /// A person's step: judged, filled in, done. Gives what is wrong with what was filled in.
    fn person(
        &self,
        tx: &mut Tx<'_>,
        loaded: &mut Loaded<'_>,
        step: &Step,
    ) -> AppResult<Option<Vec<Finding>>> {
        let (ctx, kind) = (self.ctx, loaded.kind);
        let case = (!loaded.case.events.is_empty()).then_some(&loaded.case);
        let opened = case.and_then(Case::opened);
        let facts = self.matter.facts(ctx, tx, kind, opened)?;
        let days = terms(ctx);
        let world = self.matter.world(ctx, &facts, &days);
        let actor = ctx.actor().audit_name();
        let mover = Mover {
            actor: &actor,
            memberships: self.memberships,
        };
        let against = screen::shown(ctx, tx, self.matter, step)?;
        let nothing = BTreeMap::new();
        case::guard(kind, case, step, Some(&mover), &nothing, &world)
            .map_err(|refused| self.refusal(loaded, step, &refused, &against))?;
        let fields = match form::read(ctx, tx, kind, step, self.matter, self.typed)? {
            Ok(fields) => fields,
            Err(wrong) => return Ok(Some(wrong)),
        };
        let granted = case::guard(kind, case, step, Some(&mover), &fields, &world)
            .map_err(|refused| self.refusal(loaded, step, &refused, &against))?;
        let granted = granted.ok_or_else(|| AppError::Fault("步骤没有办理人".to_owned()))?;
        if step.opens() {
            self.refuse_second(tx, loaded, &fields)?;
        }
        let granted_role = granted.role.clone();
        let by = Some((actor.as_str(), granted));
        let concerned = self.matter.department.as_deref();
        let mut fields = self.matter.stamp(fields);
        if let Some(screened) = &against {
            fields.insert(SCREENED.to_owned(), screened.clone());
        }
        let done = case::event(kind, &loaded.case, step, by, ctx.now(), fields, concerned);
        loaded.case.events.push(done);
        for (effect, position) in step.does.iter().zip(1..) {
            // The loader has proved it; a district may have taken it from the role since.
            let permissions = ctx.deployment().rulebook().permissions();
            if !permissions.holds(&granted_role, effect.act()) {
                return Err(crate::kernel::forbidden(permissions, effect.act()));
            }
            if effect.elsewhere() {
                elsewhere::note(tx, loaded, position, effect)?;
                continue;
            }
            let told = self.effect(tx, loaded, effect)?;
            loaded.acts.push(told);
        }
        Ok(None)
    }

    fn refuse_second(
        &self,
        tx: &mut Tx<'_>,
        loaded: &Loaded<'_>,
        fields: &BTreeMap<String, String>,
    ) -> AppResult<()> {
        let Some(unique) = unique(loaded.kind, &loaded.case, Some(fields)) else {
            return Ok(());
        };
        let key = loaded.case.id.key();
        let there = xinheng_store::case::open(tx, key, &loaded.kind.id, &unique)?;
        match there {
            None => Ok(()),
            Some(tail) => Err(self.ctx.refused(
                RefusalCode::CaseAlready,
                &[
                    ("kind", &loaded.kind.title),
                    ("id", &CaseId::new(key, &tail).0),
                ],
            )),
        }
    }

    fn effect(
        &self,
        tx: &mut Tx<'_>,
        loaded: &Loaded<'_>,
        effect: &Effect,
    ) -> AppResult<serde_json::Value> {
        let nothing = BTreeMap::new();
        let filled = Filled {
            case: Some(&loaded.case),
            now: &nothing,
        };
        let value = |field: &str| filled.value(field).unwrap_or_default();
        let about = loaded.case.about.clone().unwrap_or_default();
        let id = RecordId(about);
        let end = |kind, grounds| OnRecord::End(kind, value(grounds));
        let effect = match effect {
            Effect::Withhold { grounds } => end(RecordActKind::Withhold, grounds),
            Effect::Release { grounds } => end(RecordActKind::Release, grounds),
            Effect::Withdraw { grounds } => end(RecordActKind::Withdraw, grounds),
            Effect::Annul { grounds } => end(RecordActKind::Annul, grounds),
            Effect::EndPublicity { grounds } => end(RecordActKind::Repair, grounds),
            Effect::RestorePublicity { grounds } => end(RecordActKind::Restore, grounds),
            Effect::SetClass {
                class,
                document,
                dated,
                by,
            } => OnRecord::class(
                id.as_str(),
                value(class),
                Stated {
                    document: value(document),
                    dated: value(dated).parse().unwrap_or(Date::MAX),
                    by: value(by),
                },
            ),
            Effect::WriteAlias { .. } => {
                return Err(AppError::Fault("这一效果在别处作出".to_owned()));
            }
        };
        record::take(self.ctx, tx, &id, effect)
    }

    /// Writes the events that are not kept yet, and what lists need.
    pub(super) fn write(&self, tx: &mut Tx<'_>, loaded: &mut Loaded<'_>) -> AppResult<()> {
        let before = loaded.head.seq;
        if before == 0 {
            let edition = CaseEdition {
                kind: loaded.kind.id.clone(),
                edition: loaded.kind.from,
                digest: loaded.kind.digest.clone(),
                used_at: self.ctx.now(),
            };
            xinheng_store::rule_set::use_edition(tx, &edition)?;
        }
        for event in loaded.case.events.iter().filter(|e| e.seq > before) {
            xinheng_store::case::add(tx, &loaded.case.id, event)?;
        }
        letter::write(self.ctx, tx, loaded, self.matter, before)?;
        self.keep(tx, loaded, false)
    }

    /// Keeps what lists need, where it has changed or the desks may have.
    pub(super) fn keep(
        &self,
        tx: &mut Tx<'_>,
        loaded: &mut Loaded<'_>,
        desks_changed: bool,
    ) -> AppResult<()> {
        let days = terms(self.ctx);
        let kind = loaded.kind;
        let stands = case::standing(kind, &loaded.case, &days, self.ctx.today());
        let head = Head {
            seq: loaded.case.seq(),
            state: loaded.case.state().to_owned(),
            phase: phase(stands.phase).to_owned(),
            assigned: loaded.case.assigned().map(str::to_owned),
            due_on: stands.first.and_then(|d| d.on),
            due_clock: stands.first.map(|d| d.clock.id.clone()),
            late_since: stands.late_since,
            next_on: stands.next_on.filter(|_| stands.phase != Phase::End),
            ..loaded.head.clone()
        };
        let desk = |role: &str, department: Option<&str>, due_on: Option<Date>| OnDesk {
            subject_key: head.subject_key.clone(),
            case_tail: head.case_tail.clone(),
            role: role.to_owned(),
            department: department.unwrap_or_default().to_owned(),
            due_on: due_on.unwrap_or(Date::MAX),
        };
        let waits = stands.desks.iter();
        let mut desks: Vec<OnDesk> = waits
            .map(|d| desk(&d.role, d.department.as_deref(), head.due_on))
            .collect();
        if stands.watches && stands.phase != Phase::End {
            // What came on the day before may have been committed after the event.
            let last = loaded.case.events.last().map(case::Event::day);
            let since = last.and_then(|day| day.yesterday().ok());
            desks.push(desk(WAITS_FOR_FILE, None, since.or(Some(Date::MIN))));
        }
        let mut does = kind.steps.iter().flat_map(|s| &s.does);
        if does.any(Effect::elsewhere) && !elsewhere::unfinished(tx, loaded)?.is_empty() {
            let office = desk(OFFICER, None, head.due_on);
            if !desks.contains(&office) {
                desks.push(office);
            }
        }
        if head != loaded.head || desks_changed {
            let unique = unique(kind, &loaded.case, None);
            let kept = Kept {
                head: &head,
                unique: unique.as_deref(),
                desks: &desks,
            };
            xinheng_store::case::keep(tx, &kept)?;
        }
        loaded.head = head;
        Ok(())
    }

    /// The first of what stands against a step, in words.
    fn refusal(
        &self,
        loaded: &Loaded<'_>,
        step: &Step,
        refused: &[Refused<'_>],
        against: &Option<String>,
    ) -> AppError {
        let first = refused.iter().find(|r| matches!(r, Refused::Forbidden(_)));
        match first.or(refused.first()) {
            Some(refused) => {
                let said = said_of(self.ctx, loaded, step, refused);
                screen::proved(refused, said, against.as_deref()).into()
            }
            None => AppError::Fault("步骤没有办理，也没有理由".to_owned()),
        }
    }
}

const fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Open => "open",
        Phase::Rest => "rest",
        Phase::End => "end",
    }
}

/// What may not have two open cases.
fn unique(kind: &Kind, case: &Case, opening: Option<&BTreeMap<String, String>>) -> Option<String> {
    let about = case.about.clone().unwrap_or_default();
    match &kind.unique {
        Unique::No => None,
        Unique::About => Some(about),
        Unique::Fields(ids) => {
            let own = case.opened().map(|e| &e.fields);
            let fields = opening.or(own)?;
            let values = ids
                .iter()
                .map(|id| fields.get(id).map_or("", String::as_str));
            Some(
                std::iter::once(about.as_str())
                    .chain(values)
                    .collect::<Vec<_>>()
                    .join("|"),
            )
        }
    }
}

fn moved(loaded: &Loaded<'_>) -> Outcome {
    let state = loaded.kind.state(loaded.case.state());
    Outcome::Moved(Moved {
        id: loaded.case.id.0.clone(),
        state: state.map_or_else(String::new, |s| s.title.clone()),
    })
}

/// What the entry of a step tells: what it did to records, and of what was filled in nothing else.
fn told(loaded: &Loaded<'_>) -> serde_json::Value {
    let last = loaded.case.events.last();
    json!({
        "case": loaded.case.id.0, "kind": loaded.kind.id, "edition": loaded.kind.from,
        "step": last.map(|e| &e.step), "seq": last.map(|e| e.seq), "state": loaded.case.state(),
        "role": last.and_then(|e| e.role.as_ref()),
        "department": last.and_then(|e| e.department.as_ref()), "acts": loaded.acts,
    })
}

/// The organisation that a case is about, where it is about one.
fn key_of(loaded: &Loaded<'_>) -> Option<SubjectKey> {
    let key = loaded.case.id.key();
    let of_subject = !key.starts_with("d:") && !key.starts_with("q:");
    of_subject.then(|| SubjectKey(key.to_owned()))
}

/// Twelve characters that nobody guesses.
pub(super) fn new_tail() -> AppResult<String> {
    const SIGNS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";
    let mut bytes = [0_u8; 12];
    getrandom::fill(&mut bytes).map_err(|e| AppError::Fault(format!("系统不能提供随机数：{e}")))?;
    let sign = |byte: &u8| SIGNS.get(usize::from(byte % 32)).map(|s| char::from(*s));
    Ok(bytes.iter().filter_map(sign).collect())
}
