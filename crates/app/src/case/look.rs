//! A case, whole: where it stands, who is to act, what may be done now and why not, what was done.

use super::{
    Loaded, elsewhere,
    file::{self, FileLine},
    form, kind_today,
    letter::{self, LetterLine},
    load,
    matter::{Matter, terms},
    screen,
    step::{advance, concerned, matter_of, scope},
};
use crate::{
    Act, AppResult, Ctx, RefusalCode,
    kernel::{Reading, Seeing},
    present::shown_name,
};
use jiff::{Timestamp, civil::Date};
use serde_json::json;
use std::collections::HashMap;
use xinheng_domain::{
    case::{self, Case, Kind, Mover, Of, Refused, SCREENED, Step, Who, kind::About},
    permission::{AGENT, Membership, subject_of},
    refusal::Refusal,
};
use xinheng_store::{Conn, department};

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseView {
    /// Number.
    pub id: String,
    /// Id of its kind.
    pub kind: String,
    /// Title of its kind.
    pub title: String,
    /// What the kind is for.
    pub purpose: String,
    /// The rules it follows, cited.
    pub basis: Vec<String>,
    /// What it is about, in Chinese.
    pub about: String,
    /// The record it is about.
    pub record: Option<String>,
    /// The organisation it is about.
    pub subject: Option<String>,
    /// Where it stands, in Chinese.
    pub state: String,
    /// There is still something to do.
    pub open: bool,
    /// Who is to act, in Chinese.
    pub waits_for: Vec<String>,
    /// Its terms where it stands.
    pub terms: Vec<TermView>,
    /// Number of the last event: a form names it.
    pub seq: u32,
    /// What whoever looks may do.
    pub offers: Vec<OfferView>,
    /// What was done, the latest first.
    pub events: Vec<EventView>,
    /// Rows that it collected, by group.
    pub lines: Vec<LineView>,
    /// What was written in it.
    pub letters: Vec<LetterLine>,
    /// What follows from its steps and is not done yet: what, and why.
    pub unfinished: Vec<(String, String)>,
    /// What was added to it.
    pub files: Vec<FileLine>,
    /// Whoever looks may add to it.
    pub attaches: bool,
}

/// A term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermView {
    /// Chinese title.
    pub title: String,
    /// Its last day; none while it stands still.
    pub on: Option<Date>,
    /// It rests on a calendar that is not announced.
    pub provisional: bool,
    /// It is over.
    pub late: bool,
}

/// A step that may be done, or why not now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferView {
    /// Id of the step.
    pub step: String,
    /// Chinese title.
    pub title: String,
    /// One line for whoever fills it in.
    pub hint: String,
    /// What it asks.
    pub asks: Vec<form::Asked>,
    /// Why not now; none: now.
    pub refused: Option<Refusal>,
}

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventView {
    /// What, in Chinese.
    pub title: String,
    /// By whom: login, or the system.
    pub by: String,
    /// In which role, for which department.
    pub role: String,
    /// When.
    pub at: Timestamp,
    /// What was filled in: name and value.
    pub fields: Vec<(String, String)>,
    /// Where the case stood afterwards.
    pub state: String,
}

/// The rows of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineView {
    /// Chinese title.
    pub title: String,
    /// Names of the columns.
    pub head: Vec<String>,
    /// The rows; the last cell says whether something is to be done for it, where that is told.
    pub rows: Vec<Vec<String>>,
}

/// A case, as far as whoever asks may see it. Leaves a line.
///
/// # Errors
/// Forbidden; no such case.
pub fn show(ctx: &Ctx<'_>, id: &str) -> AppResult<CaseView> {
    ctx.look(Act::CaseLook, "办理办件", |read| {
        let Opened {
            mut seen,
            loaded,
            matter,
            memberships,
        } = opened(ctx, read, id)?;
        let actor = ctx.actor().audit_name();
        let mover = Mover {
            actor: &actor,
            memberships: &memberships,
        };
        let view = view(ctx, &mut seen, &loaded, &matter, &mover)?;
        let detail = json!({"case": loaded.case.id.0, "kind": loaded.kind.id});
        Ok(seen.done(view, detail))
    })
}

/// A case within reach of whoever looks.
pub(crate) struct Opened<'t, 'a> {
    pub(crate) seen: Seeing<'t>,
    pub(crate) loaded: Loaded<'a>,
    pub(crate) matter: Matter,
    pub(crate) memberships: Vec<Membership>,
}

/// Opens a case as it stands today.
pub(crate) fn opened<'t, 'a>(
    ctx: &Ctx<'a>,
    mut read: Reading<'t>,
    id: &str,
) -> AppResult<Opened<'t, 'a>> {
    let mut loaded = load(ctx, &mut read, id)?;
    let matter = matter_of(&mut read, &loaded)?;
    let memberships = ctx.memberships(&mut read, &matter.items())?;
    let concerned = concerned(&loaded);
    let concerns = |d: &str| concerned.iter().any(|c| c == d);
    let seen = read.permit(scope(&memberships, &matter, concerns))?;
    advance(ctx, &mut loaded, &matter);
    Ok(Opened {
        seen,
        loaded,
        matter,
        memberships,
    })
}

/// The steps with which whoever asks may open a case of a kind about something.
///
/// # Errors
/// Forbidden; no such kind or matter.
pub fn openings(ctx: &Ctx<'_>, kind: &str, about: &str) -> AppResult<(String, Vec<OfferView>)> {
    let kind = kind_today(ctx, kind)?;
    ctx.load(Act::CaseOpen, |conn| {
        let matter = Matter::to_open(ctx, conn, kind, about)?;
        let memberships = ctx.memberships(conn, &matter.items())?;
        let facts = matter.facts(ctx, conn, kind, None)?;
        let days = terms(ctx);
        let world = matter.world(ctx, &facts, &days);
        let actor = ctx.actor().audit_name();
        let mover = Mover {
            actor: &actor,
            memberships: &memberships,
        };
        let mut all = Vec::new();
        for offer in case::opening(kind, &mover, &world) {
            let refused = offer.refused.first();
            all.push(OfferView {
                step: offer.step.id.clone(),
                title: offer.step.title.clone(),
                hint: offer.step.hint.clone().unwrap_or_default(),
                asks: form::asked(ctx, conn, kind, offer.step, &matter)?,
                refused: match refused {
                    Some(r) => {
                        let against = screen::shown(ctx, conn, &matter, offer.step)?;
                        let said = said(ctx, kind, "", offer.step, r);
                        Some(screen::proved(r, said, against.as_deref()))
                    }
                    None => None,
                },
            });
        }
        // Who may open nothing is told nothing of it.
        let title = if all.is_empty() {
            String::new()
        } else {
            matter.title.clone()
        };
        Ok((title, all))
    })
}

fn view(
    ctx: &Ctx<'_>,
    conn: &mut Conn,
    loaded: &Loaded<'_>,
    matter: &Matter,
    mover: &Mover<'_>,
) -> AppResult<CaseView> {
    let (kind, case) = (loaded.kind, &loaded.case);
    let days = terms(ctx);
    let opened = case.opened();
    let facts = matter.facts(ctx, conn, kind, opened)?;
    let world = matter.world(ctx, &facts, &days);
    let stands = case::standing(kind, case, &days, ctx.today());
    let departments: HashMap<String, String> = department::all(conn)?
        .into_iter()
        .map(|d| (d.code, d.name))
        .collect();
    let mut offers = Vec::new();
    for offer in case::may(kind, case, mover, &world) {
        let refused = offer.refused.first();
        offers.push(OfferView {
            step: offer.step.id.clone(),
            title: offer.step.title.clone(),
            hint: offer.step.hint.clone().unwrap_or_default(),
            asks: form::asked(ctx, conn, kind, offer.step, matter)?,
            refused: match refused {
                Some(r) => {
                    let against = screen::shown(ctx, conn, matter, offer.step)?;
                    let said = said_of(ctx, loaded, offer.step, r);
                    Some(screen::proved(r, said, against.as_deref()))
                }
                None => None,
            },
        });
    }
    let state = kind.state(case.state());
    let names = Names {
        ctx,
        departments: &departments,
    };
    let of = matter.record.as_ref().map(|s| &s.record);
    let is_subject = kind.about == About::Subject;
    let outside = ctx.own_subject().is_ok();
    Ok(CaseView {
        id: case.id.0.clone(),
        kind: kind.id.clone(),
        title: kind.title.clone(),
        purpose: kind.purpose.clone(),
        basis: kind
            .basis
            .iter()
            .map(|b| ctx.deployment().rulebook().cite(b))
            .collect(),
        about: matter.title.clone(),
        record: of.map(|r| r.id.to_string()),
        subject: of
            .map(|r| r.subject_key.to_string())
            .or_else(|| matter.about.clone().filter(|_| is_subject)),
        state: state.map_or_else(String::new, |s| s.title.clone()),
        open: stands.phase == case::Phase::Open,
        waits_for: state.map_or_else(Vec::new, |s| {
            let waits = s.waits_for.iter();
            waits.map(|who| names.who(who, case)).collect()
        }),
        terms: stands
            .due
            .iter()
            .map(|due| TermView {
                title: due.clock.title.clone(),
                on: due.on,
                provisional: due.provisional,
                late: due.passed(ctx.today()),
            })
            .collect(),
        seq: case.seq(),
        offers,
        events: events(&names, conn, loaded, matter)?,
        lines: match outside {
            true => Vec::new(),
            false => lines(&names, conn, loaded, matter)?,
        },
        letters: letter::of(ctx, conn, loaded)?,
        unfinished: match outside {
            true => Vec::new(),
            false => elsewhere::unfinished(conn, loaded)?,
        },
        files: file::of(ctx, conn, loaded)?,
        attaches: file::attaches(ctx, conn, loaded)?,
    })
}

fn events(
    names: &Names<'_>,
    conn: &mut Conn,
    loaded: &Loaded<'_>,
    matter: &Matter,
) -> AppResult<Vec<EventView>> {
    let kind = loaded.kind;
    let logins = crate::account::logins(conn)?;
    let outside = names.ctx.own_subject().is_ok();
    let mut all = Vec::new();
    for event in loaded.case.events.iter().rev() {
        let step = kind.step(&event.step);
        let mut fields = Vec::new();
        // Outside, what the organisation itself said is shown; what was decided stands in the letters.
        let opens = |step: &&Step| step.opens() && step.by.iter().any(|w| w.role == AGENT);
        let own = event.role.as_deref() == Some(AGENT) || step.as_ref().is_some_and(opens);
        let told = step.filter(|_| own || !outside);
        let asked = told.map_or_else(Vec::new, |step| kind.asked(step));
        for (field, _) in asked {
            let Some(value) = event.fields.get(&field.id).filter(|v| !v.is_empty()) else {
                continue;
            };
            let name = shown_name(&field.name, field.kind);
            fields.push((name, names.value(conn, field, value, matter)?));
        }
        if let Some(screened) = event.fields.get(SCREENED).filter(|_| !outside) {
            fields.push(("筛查结果".to_owned(), screened.clone()));
        }
        let title = step.map_or_else(|| event.step.clone(), |s| s.title.clone());
        let role = event.role.as_ref().map(|role| names.role(role));
        let department = event.department.as_ref().map(|d| names.department(d));
        if outside {
            all.push(EventView {
                title,
                by: String::new(),
                role: match (event.role.as_deref(), department) {
                    (Some(AGENT), _) => "本单位".to_owned(),
                    (Some(_), Some(department)) => department,
                    (Some(_), None) => names.ctx.deployment().district().office.clone(),
                    (None, _) => "系统".to_owned(),
                },
                at: event.at,
                fields,
                state: kind
                    .state(&event.state)
                    .map_or_else(String::new, |s| s.title.clone()),
            });
            continue;
        }
        all.push(EventView {
            title,
            by: match event.actor.as_str() {
                "system" => "系统".to_owned(),
                actor => crate::account::shown(actor, &logins),
            },
            role: [department, role]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" "),
            at: event.at,
            fields,
            state: kind
                .state(&event.state)
                .map_or_else(String::new, |s| s.title.clone()),
        });
    }
    Ok(all)
}

fn lines(
    names: &Names<'_>,
    conn: &mut Conn,
    loaded: &Loaded<'_>,
    matter: &Matter,
) -> AppResult<Vec<LineView>> {
    let mut all = Vec::new();
    for line in &loaded.kind.lines {
        let closes = loaded
            .kind
            .steps
            .iter()
            .any(|s| s.close.as_ref() == Some(&line.id));
        let mut head: Vec<String> = line
            .fields
            .iter()
            .map(|f| shown_name(&f.name, f.kind))
            .collect();
        if closes {
            head.push("状态".to_owned());
        }
        let mut rows = Vec::new();
        for row in loaded.case.lines(loaded.kind, line) {
            let mut cells = Vec::new();
            for field in &line.fields {
                let value = row.fields.get(&field.id).map_or("", String::as_str);
                cells.push(names.value(conn, field, value, matter)?);
            }
            if closes {
                cells.push(if row.closed { "已完成" } else { "办理中" }.to_owned());
            }
            rows.push(cells);
        }
        if !rows.is_empty() {
            all.push(LineView {
                title: line.title.clone(),
                head,
                rows,
            });
        }
    }
    Ok(all)
}

struct Names<'a> {
    ctx: &'a Ctx<'a>,
    departments: &'a HashMap<String, String>,
}

impl Names<'_> {
    fn role(&self, id: &str) -> String {
        let role = self.ctx.deployment().rulebook().permissions().role(id);
        role.map_or_else(|| id.to_owned(), |r| r.title.clone())
    }

    fn department(&self, code: &str) -> String {
        if subject_of(code).is_some() {
            return "当事单位".to_owned();
        }
        let known = self.departments.get(code);
        known.cloned().unwrap_or_else(|| code.to_owned())
    }

    fn who(&self, who: &Who, case: &Case) -> String {
        let role = self.role(&who.role);
        let opener = case.opened().and_then(|e| e.department.as_deref());
        let department = match who.of {
            Of::Office => None,
            Of::Assigned => case.assigned(),
            Of::Own if who.role == AGENT => return "当事单位".to_owned(),
            Of::Own => opener,
        };
        match department {
            Some(code) => format!("{}的{role}", self.department(code)),
            None => role,
        }
    }

    fn value(
        &self,
        conn: &mut Conn,
        field: &case::kind::CaseField,
        value: &str,
        matter: &Matter,
    ) -> AppResult<String> {
        form::called(self.ctx, conn, field, value, matter)
    }
}

/// What stands against a step of a case, in words.
pub(super) fn said_of(
    ctx: &Ctx<'_>,
    loaded: &Loaded<'_>,
    step: &Step,
    refused: &Refused<'_>,
) -> Refusal {
    let state = loaded.kind.state(loaded.case.state());
    let state = state.map_or("", |s| s.title.as_str());
    said(ctx, loaded.kind, state, step, refused)
}

fn said(ctx: &Ctx<'_>, kind: &Kind, state: &str, step: &Step, refused: &Refused<'_>) -> Refusal {
    let book = ctx.deployment().rulebook();
    let title = step.title.as_str();
    let of_step = ("step", title);
    let text = |day: Option<Date>| day.map_or_else(String::new, |d| d.to_string());
    match refused {
        Refused::Forbidden(by) => {
            let mut roles: Vec<String> = by
                .iter()
                .map(|who| {
                    let role = book.permissions().role(&who.role);
                    role.map_or_else(|| who.role.clone(), |r| r.title.clone())
                })
                .collect();
            roles.dedup();
            book.refusal(
                RefusalCode::CaseOnlyBy,
                &[of_step, ("who", &roles.join("或者"))],
            )
        }
        Refused::Elsewhere => {
            book.refusal(RefusalCode::CaseElsewhere, &[of_step, ("state", state)])
        }
        Refused::Once(day) => {
            book.refusal(RefusalCode::CaseOnce, &[of_step, ("day", &day.to_string())])
        }
        Refused::SecondPerson => {
            let first = step.second_to.as_ref().and_then(|id| kind.step(id));
            let first = first.map_or("", |s| s.title.as_str());
            book.refusal(RefusalCode::CaseSecondPerson, &[of_step, ("first", first)])
        }
        Refused::TooLate(clock, day) => book.refusal(
            RefusalCode::CaseTooLate,
            &[of_step, ("clock", clock), ("day", &text(*day))],
        ),
        Refused::TooEarly(clock, from) => Refusal {
            until: *from,
            ..book.refusal(RefusalCode::CaseTooEarly, &[of_step, ("clock", clock)])
        },
        Refused::NotThen(from) => {
            book.refusal(RefusalCode::CaseNotThen, &[("from", &from.to_string())])
        }
        Refused::NoRow(group) => book.refusal(RefusalCode::CaseNoRow, &[("group", group)]),
        Refused::When(when, until) => Refusal {
            until: *until,
            basis: when.basis.as_ref().map(|b| book.cite(b)),
            ..book.refusal(
                RefusalCode::CaseWhen,
                &[("why", &when.refuse), ("remedy", &when.remedy)],
            )
        },
    }
}
