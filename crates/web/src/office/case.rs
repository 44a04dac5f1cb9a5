//! `/cases`: what waits for whoever has signed in, all cases within reach, a case with what may be done
//! in it, and the beginning of a new one. One page serves all kinds.

use super::who::{Sent, Who};
use crate::{
    error::WebError,
    filters,
    frame::Frame,
    respond::{self, Answer, Cache},
    site::Site,
    visitor::Params,
};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use std::collections::HashMap;
use xinheng_app::{
    Act, AppError, Ctx,
    case::{self, Asked, CaseView, CaseWork, Listed, OfferView, Opening, Outcome, Stepping},
};
use xinheng_domain::finding::{Finding, Severity};

/// A step that was sent and not done: what was typed, and what is said of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tried {
    /// The step; empty where none was sent.
    pub(crate) step: String,
    pub(crate) typed: HashMap<String, String>,
    pub(crate) findings: Vec<Finding>,
    /// What is said of no field.
    pub(crate) wrong: Option<String>,
}

impl Tried {
    pub(crate) fn is_of(&self, offer: &OfferView) -> bool {
        self.step == offer.step
    }

    pub(crate) fn value(&self, offer: &OfferView, asked: &Asked) -> &str {
        let typed = self.typed.get(&asked.id).filter(|_| self.is_of(offer));
        typed.map_or("", String::as_str)
    }

    pub(crate) fn said<'a>(
        &'a self,
        offer: &'a OfferView,
        asked: &'a Asked,
    ) -> impl Iterator<Item = &'a Finding> {
        let own = self.is_of(offer);
        self.findings
            .iter()
            .filter(move |f| own && f.field == asked.id)
    }

    pub(crate) fn is_wrong(&self, offer: &OfferView, asked: &Asked) -> bool {
        self.said(offer, asked).next().is_some()
    }

    pub(crate) fn must(&self) -> usize {
        let all = self.findings.iter();
        all.filter(|f| f.severity != Severity::Warn).count()
    }

    pub(crate) fn is_refused(&self) -> bool {
        self.wrong.is_some() || !self.findings.is_empty()
    }
}

#[derive(Debug, Template)]
#[template(path = "office/cases.html")]
pub(crate) struct CasesPage {
    pub(crate) frame: Frame,
    pub(crate) cases: Listed,
    /// What waits for whoever asks, or all within reach.
    pub(crate) mine: bool,
    pub(crate) asked: CaseWork,
    /// Kinds: id, title, what for.
    pub(crate) kinds: Vec<(String, String, String)>,
    /// The register of letters is within reach.
    pub(crate) letters: bool,
    /// The agents of organisations are.
    pub(crate) agents: bool,
}

impl CasesPage {
    fn is_kind(&self, id: &str) -> bool {
        self.asked.kind.as_deref() == Some(id)
    }

    fn is_phase(&self, phase: &str) -> bool {
        self.asked.phase.as_deref() == Some(phase)
    }
}

#[derive(Debug, Template)]
#[template(path = "office/case.html")]
pub(crate) struct CasePage {
    pub(crate) frame: Frame,
    pub(crate) c: CaseView,
    pub(crate) t: Tried,
    pub(crate) done: bool,
    /// Files may be added here.
    pub(crate) attaches: bool,
    pub(crate) most_mb: usize,
}

#[derive(Debug, Template)]
#[template(path = "office/case_new.html")]
pub(crate) struct NewCasePage {
    pub(crate) frame: Frame,
    pub(crate) kinds: Vec<(String, String, String)>,
    pub(crate) kind: String,
    pub(crate) about: String,
    /// What it is about, and the steps with which it may begin.
    pub(crate) found: Option<(String, Vec<OfferView>)>,
    pub(crate) t: Tried,
}

impl CasePage {
    fn action(&self) -> String {
        format!("{}/cases/{}/step", self.frame.base(), self.c.id)
    }

    /// Whether what a slip lets somebody see is printed here.
    fn prints(&self) -> bool {
        let lets = |offer: &OfferView| offer.step == "look";
        self.c.kind == "authorisation" && self.c.offers.iter().any(lets)
    }

    /// What a step's form carries beside what was filled in.
    fn hidden(&self) -> Vec<(&'static str, String)> {
        vec![("seq", self.c.seq.to_string())]
    }
}

impl NewCasePage {
    fn action(&self) -> String {
        format!("{}/cases/new", self.frame.base())
    }

    fn hidden(&self) -> Vec<(&'static str, String)> {
        vec![("kind", self.kind.clone()), ("about", self.about.clone())]
    }

    fn title(&self) -> &str {
        let known = self.kinds.iter().find(|(id, ..)| *id == self.kind);
        known.map_or("办件", |(_, title, _)| title)
    }
}

#[cfg(test)]
pub(crate) fn sample_offers() -> Vec<OfferView> {
    let asked = |id: &str, control: &'static str, choices: &[&str]| Asked {
        id: id.to_owned(),
        name: format!("核实情况{id}"),
        control,
        must: control != "line",
        help: "写明核实的经过".to_owned(),
        choices: choices.iter().map(|c| (*c).to_owned()).collect(),
        max_chars: Some(500),
    };
    let refused = xinheng_app::Refusal {
        code: xinheng_app::RefusalCode::CaseWhen,
        message: "最短公示期没有届满，不能受理。".to_owned(),
        basis: Some("《信用修复管理办法》第九条".to_owned()),
        until: Some(samples::desk("/", true).today),
        remedy: "请告知申请人可以申请的日期。".to_owned(),
    };
    vec![
        OfferView {
            step: "uphold".to_owned(),
            title: "异议成立".to_owned(),
            hint: "随后报送更正后的数据。".to_owned(),
            asks: vec![
                asked("A", "text", &[]),
                asked("B", "choice", &["内容", "期限"]),
                asked("C", "date", &[]),
                asked("D", "line", &[]),
                asked("E", "amount", &[]),
            ],
            refused: None,
        },
        OfferView {
            step: "accept".to_owned(),
            title: "受理".to_owned(),
            hint: String::new(),
            asks: Vec::new(),
            refused: Some(refused),
        },
    ]
}

#[cfg(test)]
pub(crate) fn sample_tries() -> [Tried; 3] {
    let finding = samples::check_refused().shown.into_iter().next();
    let finding = finding.map(|f| Finding {
        field: "A".to_owned(),
        ..f
    });
    [
        Tried::default(),
        Tried {
            step: "uphold".to_owned(),
            typed: HashMap::from([("B".to_owned(), "期限".to_owned())]),
            findings: finding.into_iter().collect(),
            wrong: None,
        },
        Tried {
            step: "accept".to_owned(),
            wrong: Some("办件已经由另一人办理。".to_owned()),
            ..Tried::default()
        },
    ]
}

#[cfg(test)]
impl Page for CasesPage {
    fn samples() -> Vec<Self> {
        let day = samples::desk("/", true).today;
        let line = |late| case::CaseLine {
            id: "91990100MA0X00015Q-7k2m9d4q8w3x".to_owned(),
            kind_id: "objection".to_owned(),
            kind: "信用信息异议".to_owned(),
            about: "衡信建罚〔2026〕3号".to_owned(),
            state: "由作出决定的单位核实".to_owned(),
            department: "衡川市信衡区住房和城乡建设局".to_owned(),
            opened_on: day,
            due_on: Some(day),
            late,
        };
        let kinds = vec![(
            "objection".to_owned(),
            "信用信息异议".to_owned(),
            "单位认为公示的内容有误时提出。".to_owned(),
        )];
        let page = |lines: Vec<case::CaseLine>, mine: bool, asked| Self {
            frame: samples::desk("/cases", true),
            cases: Listed { lines, more: !mine },
            mine,
            asked,
            kinds: kinds.clone(),
            letters: mine,
            agents: mine,
        };
        let asked = CaseWork {
            kind: Some("objection".to_owned()),
            phase: Some("open".to_owned()),
            late: true,
            ..CaseWork::default()
        };
        vec![
            page(vec![line(true), line(false)], true, CaseWork::default()),
            page(Vec::new(), true, CaseWork::default()),
            page(vec![line(false)], false, asked),
            page(Vec::new(), false, CaseWork::default()),
        ]
    }
}

#[cfg(test)]
impl Page for CasePage {
    fn samples() -> Vec<Self> {
        let day = samples::desk("/", true).today;
        let view = CaseView {
            id: "91990100MA0X00015Q-7k2m9d4q8w3x".to_owned(),
            kind: "objection".to_owned(),
            title: "信用信息异议".to_owned(),
            purpose: "单位认为公示的内容有误时提出。".to_owned(),
            basis: vec!["《实施方案》异议处理（未核实）".to_owned()],
            about: "衡信建罚〔2026〕3号".to_owned(),
            record: Some("91990100MA0X00015Q-7k2m9d4q8w3x5c1v".to_owned()),
            subject: Some("91990100MA0X00015Q".to_owned()),
            state: "由作出决定的单位核实".to_owned(),
            open: true,
            waits_for: vec!["衡川市信衡区住房和城乡建设局的分管负责人".to_owned()],
            terms: vec![
                case::TermView {
                    title: "核实并答复".to_owned(),
                    on: Some(day),
                    provisional: true,
                    late: true,
                },
                case::TermView {
                    title: "专业鉴定".to_owned(),
                    on: None,
                    provisional: false,
                    late: false,
                },
            ],
            seq: 3,
            offers: sample_offers(),
            events: vec![case::EventView {
                title: "登记异议".to_owned(),
                by: "officer".to_owned(),
                role: "信用办工作人员".to_owned(),
                at: samples::stamp(),
                fields: vec![("理由".to_owned(), "文书号有误".to_owned())],
                state: "已收到".to_owned(),
            }],
            attaches: true,
            unfinished: vec![(
                "代码91990102MAEX00010W改为91990102MAEX00011U".to_owned(),
                "还没有办理，系统会自动继续。".to_owned(),
            )],
            letters: vec![case::LetterLine {
                place: "2-forward".to_owned(),
                number: "衡信信用函〔2026〕1号".to_owned(),
                title: "关于核实信用信息异议的函".to_owned(),
                addressee: "衡川市信衡区住房和城乡建设局".to_owned(),
                made_on: day,
                served: None,
            }],
            files: vec![
                case::FileLine {
                    id: "f1".to_owned(),
                    name: "营业执照.pdf".to_owned(),
                    bytes: 120_000,
                    by: "officer".to_owned(),
                    at: samples::stamp(),
                    removed_at: None,
                    removable: true,
                },
                case::FileLine {
                    id: "f2".to_owned(),
                    name: "申请书.docx".to_owned(),
                    bytes: 20_000,
                    by: "officer".to_owned(),
                    at: samples::stamp(),
                    removed_at: Some(samples::stamp()),
                    removable: false,
                },
            ],
            lines: vec![case::LineView {
                title: "配合单位".to_owned(),
                head: vec!["单位".to_owned(), "状态".to_owned()],
                rows: vec![vec!["甲局".to_owned(), "办理中".to_owned()]],
            }],
        };
        let over = CaseView {
            open: false,
            waits_for: Vec::new(),
            terms: Vec::new(),
            offers: Vec::new(),
            lines: Vec::new(),
            letters: Vec::new(),
            files: Vec::new(),
            record: None,
            ..view.clone()
        };
        let page = |c: &CaseView, t, done| Self {
            frame: samples::desk("/cases/one", true),
            attaches: c.open,
            most_mb: case::MOST_BYTES >> 20,
            c: c.clone(),
            t,
            done,
        };
        let mut pages: Vec<Self> = sample_tries()
            .into_iter()
            .map(|t| page(&view, t, false))
            .collect();
        pages.push(page(&over, Tried::default(), true));
        pages
    }
}

#[cfg(test)]
impl Page for NewCasePage {
    fn samples() -> Vec<Self> {
        let kinds = vec![(
            "objection".to_owned(),
            "信用信息异议".to_owned(),
            "单位认为公示的内容有误时提出。".to_owned(),
        )];
        let page = |found: Option<Vec<OfferView>>, t| Self {
            frame: samples::desk("/cases/new", true),
            kinds: kinds.clone(),
            kind: "objection".to_owned(),
            about: "91990100MA0X00015Q-7k2m9d4q8w3x5c1v".to_owned(),
            found: found.map(|offers| ("衡信建罚〔2026〕3号".to_owned(), offers)),
            t,
        };
        let [none, wrong, refused] = sample_tries();
        vec![
            page(None, none.clone()),
            page(None, refused),
            page(Some(sample_offers()), wrong),
            page(Some(Vec::new()), none),
        ]
    }
}

pub(crate) async fn inbox(State(site): State<Site>, who: Who) -> Answer {
    let frame = who.frame(&site);
    let letters = who.signed.may(Act::LetterList);
    let agents = who.signed.may(Act::AgentList);
    site.act(who.actor(), move |ctx| {
        let page = CasesPage {
            frame,
            cases: case::inbox(ctx)?,
            mine: true,
            asked: CaseWork::default(),
            kinds: case::kinds(ctx),
            letters,
            agents,
        };
        respond::html(&page, Cache::Never)
    })
    .await
}

pub(crate) async fn list(State(site): State<Site>, who: Who, params: Params) -> Answer {
    let frame = who.frame(&site);
    let some = |name: &str| {
        let value = params.get(name).unwrap_or_default().trim();
        (!value.is_empty()).then(|| value.to_owned())
    };
    let letters = who.signed.may(Act::LetterList);
    let agents = who.signed.may(Act::AgentList);
    let asked = CaseWork {
        kind: some("kind"),
        phase: some("phase"),
        late: some("late").is_some(),
        ..CaseWork::default()
    };
    site.act(who.actor(), move |ctx| {
        let page = CasesPage {
            frame,
            cases: case::list(ctx, &asked)?,
            mine: false,
            asked,
            kinds: case::kinds(ctx),
            letters,
            agents,
        };
        respond::html(&page, Cache::Never)
    })
    .await
}

pub(crate) async fn show(
    State(site): State<Site>,
    who: Who,
    Path(id): Path<String>,
    params: Params,
) -> Answer {
    let frame = who.frame(&site);
    let done = params.get("done").is_some();
    site.act(who.actor(), move |ctx| {
        let page = CasePage {
            done,
            ..case_page(ctx, frame, &id, Tried::default())?
        };
        respond::html(&page, Cache::Never)
    })
    .await
}

fn case_page(ctx: &Ctx<'_>, frame: Frame, id: &str, t: Tried) -> Result<CasePage, WebError> {
    let c = case::show(ctx, id)?;
    Ok(CasePage {
        frame,
        attaches: c.attaches,
        most_mb: case::MOST_BYTES >> 20,
        c,
        t,
        done: false,
    })
}

/// The case again, with what is said of something that was not done.
pub(super) async fn refused(site: &Site, who: &Who, id: String, wrong: String) -> Answer {
    let frame = who.frame(site);
    site.show(who.actor(), move |ctx| {
        let t = Tried {
            wrong: Some(wrong),
            ..Tried::default()
        };
        let page = case_page(ctx, frame, &id, t)?;
        respond::html_with(StatusCode::BAD_REQUEST, &page, Cache::Never)
    })
    .await
}

fn new_page(
    ctx: &Ctx<'_>,
    frame: Frame,
    (kind, about): (String, String),
    mut t: Tried,
) -> Result<NewCasePage, WebError> {
    let mut found = None;
    if !kind.is_empty() && !about.is_empty() {
        match case::openings(ctx, &kind, &about).map_err(WebError::from) {
            Ok(openings) => found = Some(openings),
            Err(error) if error.is_refusal() => t.wrong = t.wrong.or(Some(error.told())),
            Err(error) => return Err(error),
        }
    }
    Ok(NewCasePage {
        frame,
        kinds: case::kinds(ctx),
        kind,
        about,
        found,
        t,
    })
}

pub(crate) async fn new(State(site): State<Site>, who: Who, params: Params) -> Answer {
    let frame = who.frame(&site);
    let text = |name: &str| params.get(name).unwrap_or_default().trim().to_owned();
    let asked = (text("kind"), text("about"));
    site.act(who.actor(), move |ctx| {
        ctx.allow(Act::CaseOpen)?;
        let page = new_page(ctx, frame, asked, Tried::default())?;
        respond::html(&page, Cache::Never)
    })
    .await
}

/// What was typed in a step, by field.
fn typed(sent: &Sent, field: &str) -> String {
    sent.get(&format!("field-{field}")).replace("\r\n", "\n")
}

/// What is shown of a step that was not done; faults are answered as such.
fn tried(
    sent: &Sent,
    outcome: Result<Outcome, AppError>,
) -> Result<Result<case::Moved, (StatusCode, Tried)>, WebError> {
    let typed = sent.under("field-");
    let typed = typed.map(|(field, value)| (field.to_owned(), value.to_owned()));
    let mut tried = Tried {
        step: sent.get("step").to_owned(),
        typed: typed.collect(),
        ..Tried::default()
    };
    let status = match outcome {
        Ok(Outcome::Moved(moved)) => return Ok(Ok(moved)),
        Ok(Outcome::Wrong(findings)) => {
            tried.findings = findings;
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(error) => {
            let (status, of_error) = tried_of(error)?;
            tried.wrong = of_error.wrong;
            status
        }
    };
    Ok(Err((status, tried)))
}

/// What a refusal says; faults are answered as such.
pub(crate) fn tried_of(error: AppError) -> Result<(StatusCode, Tried), WebError> {
    let error = WebError::from(error);
    if !error.is_refusal() {
        return Err(error);
    }
    let tried = Tried {
        wrong: Some(error.told()),
        ..Tried::default()
    };
    Ok((error.status, tried))
}

/// The case, after something was done in it.
fn moved(base: &str, id: &str) -> axum::response::Response {
    respond::see_other(&format!("{base}/cases/{id}?done=1"))
}

pub(crate) async fn open(State(site): State<Site>, who: Who, sent: Sent) -> Answer {
    let (frame, base) = (who.frame(&site), site.base());
    site.act(who.actor(), move |ctx| {
        let (kind, about) = (sent.get("kind").to_owned(), sent.get("about").to_owned());
        let outcome = case::open(
            ctx,
            &Opening {
                kind: &kind,
                step: sent.get("step"),
                about: &about,
                typed: &|field| typed(&sent, field),
            },
        );
        match tried(&sent, outcome)? {
            Ok(case) => Ok(moved(base, &case.id)),
            Err((status, t)) => {
                let page = new_page(ctx, frame, (kind, about), t)?;
                respond::html_with(status, &page, Cache::Never)
            }
        }
    })
    .await
}

pub(crate) async fn step(
    State(site): State<Site>,
    who: Who,
    Path(id): Path<String>,
    sent: Sent,
) -> Answer {
    let seen = sent.optional("seq").map(str::parse).transpose();
    let seen = seen.map_err(|_| WebError::bad_input("请重新打开办件后再办理。"))?;
    let again = id.clone();
    let outcome = site
        .act(who.actor(), move |ctx| {
            let outcome = case::step(
                ctx,
                &Stepping {
                    id: &id,
                    step: sent.get("step"),
                    seen,
                    typed: &|field| typed(&sent, field),
                },
            );
            tried(&sent, outcome)
        })
        .await?;
    let (status, t) = match outcome {
        Ok(case) => return Ok(moved(site.base(), &case.id)),
        Err(tried) => tried,
    };
    let frame = who.frame(&site);
    site.show(who.actor(), move |ctx| {
        let page = case_page(ctx, frame, &again, t)?;
        respond::html_with(status, &page, Cache::Never)
    })
    .await
}
