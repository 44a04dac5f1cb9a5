//! `/api/office`: the JSON interface of cases, for whoever has signed in at the office's listener. Page
//! and interface rest on the same use cases, sessions and roles.

use super::who::{Who, from_here, not_from_here};
use crate::{
    api::problem::Problem,
    error::WebError,
    help::problems::ProblemsPage,
    respond::{self, Answer, Cache},
    site::Site,
    visitor::{Params, Segment},
};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request, State},
    http::{StatusCode, header, request::Parts},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use utoipa::{OpenApi, ToSchema};
use xinheng_app::{
    Actor,
    case::{self, Asked, CaseView, CaseWork, OfferView, Opening, Outcome, Stepping},
};

/// Whoever asks by the interface: not signed in is told, not led to a page.
pub(crate) struct Caller(Who);

impl Caller {
    fn actor(&self) -> Actor {
        self.0.actor()
    }
}

impl FromRequestParts<Site> for Caller {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, WebError> {
        let who = parts.extensions.get::<Who>();
        let who = who.ok_or_else(WebError::not_signed_in)?;
        if who.signed.password_given || who.signed.password_due {
            return Err(WebError::forbidden("请先在网页上修改密码。"));
        }
        Ok(Self(who.clone()))
    }
}

/// What was sent, as JSON and from a page of ours: the rule for forms.
pub(crate) struct Told<T>(T);

impl<T: DeserializeOwned> FromRequest<Site> for Told<T> {
    type Rejection = WebError;

    async fn from_request(request: Request, site: &Site) -> Result<Self, WebError> {
        if !from_here(request.headers()) {
            return Err(not_from_here());
        }
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let bytes = match kind.split(';').next().map(str::trim) {
            Some("application/json") => Bytes::from_request(request, site).await,
            _ => {
                let text = "请求的正文应当是 JSON，Content-Type 写 application/json。";
                return Err(WebError::bad_input(text));
            }
        };
        let bytes = bytes.map_err(|_| WebError::bad_input("请求的正文没有收全，请再发一次。"))?;
        serde_json::from_slice(&bytes).map(Self).map_err(|e| {
            WebError::bad_input(format!(
                "请求的正文与接口说明（/api/office/openapi.json）不符：{e}。"
            ))
        })
    }
}

/// A case in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseItem {
    /// Number.
    id: String,
    /// Id of its kind.
    kind: String,
    /// Chinese: title of its kind.
    title: String,
    /// Chinese: what it is about.
    about: String,
    /// Chinese: where it stands.
    state: String,
    /// Chinese: the department to which it is assigned.
    department: String,
    /// The day on which it was opened.
    #[schema(value_type = String, format = Date)]
    opened_on: Date,
    /// The last day of the term that ends first.
    #[schema(value_type = Option<String>, format = Date)]
    due_on: Option<Date>,
    /// That day is over.
    late: bool,
}

/// A page of cases.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseList {
    cases: Vec<CaseItem>,
    /// There are more than are listed.
    more: bool,
    /// The next page: goes back as `cursor`; none where this is the last one, and for `mine`.
    next: Option<String>,
}

/// What stands against a step now, and the way out.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseRefusal {
    /// Stable id of the refusal.
    #[schema(example = "case-too-early")]
    code: String,
    /// Chinese: what is not done, and why.
    message: String,
    /// Chinese: the article it rests on.
    basis: Option<String>,
    /// The first day on which it may be done.
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Date>,
    /// Chinese: what to do instead.
    remedy: String,
}

/// What a step asks.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseField {
    /// Id, as in `fields`.
    id: String,
    /// Chinese.
    name: String,
    /// `text`, `date`, `amount`, `choice` or `line`.
    control: &'static str,
    /// It must be filled in.
    must: bool,
    /// Chinese: how to fill it in.
    help: String,
    /// What may be chosen.
    choices: Vec<String>,
    /// Longest text, in characters.
    max_chars: Option<u32>,
}

/// A step that whoever asks may take, or why not now.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseOffer {
    /// Id of the step.
    step: String,
    /// Chinese.
    title: String,
    /// Chinese: for whoever fills it in.
    hint: String,
    /// What it asks.
    asks: Vec<CaseField>,
    /// Why not now; none: now.
    refused: Option<CaseRefusal>,
}

/// With which steps a case may begin.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseOpenings {
    /// Chinese: what it would be about.
    about: String,
    may: Vec<CaseOffer>,
}

/// A term.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseTerm {
    /// Chinese.
    title: String,
    /// Its last day; none while it stands still.
    #[schema(value_type = Option<String>, format = Date)]
    on: Option<Date>,
    /// It rests on a calendar that is not announced.
    provisional: bool,
    /// It is over.
    late: bool,
}

/// Something that was filled in.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseValue {
    /// Chinese: name of the field.
    name: String,
    value: String,
}

/// Something that was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseEvent {
    /// Chinese: what.
    title: String,
    /// By whom: login, or the system.
    by: String,
    /// Chinese: in which role, for which department.
    role: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// What was filled in.
    fields: Vec<CaseValue>,
    /// Chinese: where the case stood afterwards.
    state: String,
}

/// Rows of a group that it collected.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseLines {
    /// Chinese.
    title: String,
    /// Names of the columns.
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// A letter that was written in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseLetter {
    /// Number; empty where the issuing department gives one of its own.
    number: String,
    /// Chinese.
    title: String,
    /// To whom.
    addressee: String,
    #[schema(value_type = String, format = Date)]
    made_on: Date,
    /// The day on which it was served.
    #[schema(value_type = Option<String>, format = Date)]
    served_on: Option<Date>,
    /// Chinese: the way in which it was served.
    served_by: Option<String>,
    /// Address of its page; with `/docx` behind it the file.
    page: String,
}

/// A file that was added to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseFile {
    name: String,
    bytes: u64,
    /// Who added it.
    by: String,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Where its content is; none once that was removed.
    address: Option<String>,
}

/// A case, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseDocument {
    /// Number.
    id: String,
    /// Id of its kind.
    kind: String,
    /// Chinese: title of its kind.
    title: String,
    /// Chinese: the rules it follows, cited.
    basis: Vec<String>,
    /// Chinese: what it is about.
    about: String,
    /// The record it is about.
    record: Option<String>,
    /// The organisation it is about.
    subject: Option<String>,
    /// Chinese: where it stands.
    state: String,
    /// There is still something to do.
    open: bool,
    /// Chinese: who is to act.
    waits_for: Vec<String>,
    /// Its terms where it stands.
    terms: Vec<CaseTerm>,
    /// Number of the last event: goes with a step as `seen`.
    seq: u32,
    /// What whoever asks may do, and why not.
    may: Vec<CaseOffer>,
    /// What was done, the latest first.
    timeline: Vec<CaseEvent>,
    lines: Vec<CaseLines>,
    letters: Vec<CaseLetter>,
    files: Vec<CaseFile>,
}

/// A case to be opened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseOpening {
    /// Id of the kind.
    #[schema(example = "rectification")]
    kind: String,
    /// The step with which it begins.
    #[schema(example = "open")]
    step: String,
    /// What it is about: a record's number, an organisation's code, a department's code.
    about: String,
    /// What is filled in, by field.
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

/// A step to be taken.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseStepping {
    /// The step.
    step: String,
    /// `seq` of the case as it was looked at: a step on what has moved since is refused.
    seen: u32,
    /// What is filled in, by field.
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

/// A case that moved.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseMoved {
    /// Its number.
    id: String,
    /// Chinese: where it stands now.
    state: String,
}

/// What is wrong with a field.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseFault {
    /// Id of the field.
    field: String,
    /// Chinese: what is wrong and what to do.
    message: String,
}

/// Fields to be corrected (`application/problem+json`).
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseFaults {
    /// Address of the kind of problem; stable.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Chinese: what.
    title: &'static str,
    /// HTTP status.
    status: u16,
    /// Chinese: why, and what to do.
    detail: String,
    /// Stable id of the problem.
    code: &'static str,
    /// By field.
    fields: Vec<CaseFault>,
}

fn field(of: Asked) -> CaseField {
    CaseField {
        id: of.id,
        name: of.name,
        control: of.control,
        must: of.must,
        help: of.help,
        choices: of.choices,
        max_chars: of.max_chars,
    }
}

fn offer(of: OfferView) -> CaseOffer {
    CaseOffer {
        step: of.step,
        title: of.title,
        hint: of.hint,
        asks: of.asks.into_iter().map(field).collect(),
        refused: of.refused.map(|refusal| CaseRefusal {
            code: refusal.code.as_str().to_owned(),
            message: refusal.message,
            basis: refusal.basis,
            until: refusal.until,
            remedy: refusal.remedy,
        }),
    }
}

fn document(of: CaseView) -> CaseDocument {
    let at = |rest: String| format!("/cases/{}/{rest}", of.id);
    let letters = of.letters.into_iter().map(|letter| {
        let (served_on, served_by) = letter.served.unzip();
        CaseLetter {
            page: at(format!("letters/{}", letter.place)),
            number: letter.number,
            title: letter.title,
            addressee: letter.addressee,
            made_on: letter.made_on,
            served_on,
            served_by,
        }
    });
    let letters = letters.collect();
    let files = of.files.into_iter().map(|file| CaseFile {
        address: file
            .removed_at
            .is_none()
            .then(|| at(format!("files/{}", file.id))),
        name: file.name,
        bytes: file.bytes,
        by: file.by,
        at: file.at,
    });
    let files = files.collect();
    CaseDocument {
        kind: of.kind,
        title: of.title,
        basis: of.basis,
        about: of.about,
        record: of.record,
        subject: of.subject,
        state: of.state,
        open: of.open,
        waits_for: of.waits_for,
        terms: of
            .terms
            .into_iter()
            .map(|term| CaseTerm {
                title: term.title,
                on: term.on,
                provisional: term.provisional,
                late: term.late,
            })
            .collect(),
        seq: of.seq,
        may: of.offers.into_iter().map(offer).collect(),
        timeline: of
            .events
            .into_iter()
            .map(|event| CaseEvent {
                title: event.title,
                by: event.by,
                role: event.role,
                at: event.at,
                fields: event
                    .fields
                    .into_iter()
                    .map(|(name, value)| CaseValue { name, value })
                    .collect(),
                state: event.state,
            })
            .collect(),
        lines: of
            .lines
            .into_iter()
            .map(|lines| CaseLines {
                title: lines.title,
                head: lines.head,
                rows: lines.rows,
            })
            .collect(),
        letters,
        files,
        id: of.id,
    }
}

/// Cases within reach, the last opened first
///
/// With `mine=true` those that wait for whoever asks, the earliest due first, at most 200.
#[utoipa::path(
    get, path = "/api/office/cases", operation_id = "listCases",
    params(
        ("mine" = Option<bool>, Query, description = "true：等待本人办理的，期限在前的在前"),
        ("kind" = Option<String>, Query, min_length = 1, description = "类型编号", example = "objection"),
        ("phase" = Option<String>, Query, description = "open 正在办理，rest 暂时办完，end 已经办结"),
        ("late" = Option<bool>, Query, description = "true：只要超过期限的"),
        ("cursor" = Option<String>, Query, min_length = 1, description = "上一页答复中的 next"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "每页几件，默认 50"),
    ),
    responses(
        (status = 200, description = "一页办件", body = CaseList),
        (status = 400, description = "参数读不懂", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "没有登录", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "当前身份不能查看", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(State(site): State<Site>, who: Caller, params: Params) -> Answer {
    known(
        &params,
        &["mine", "kind", "phase", "late", "cursor", "limit"],
    )?;
    let flag = |name: &str| match params.get(name) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(other) => Err(WebError::bad(name, other)),
    };
    let (mine, late) = (flag("mine")?, flag("late")?);
    let phase = params.get("phase");
    if let Some(other) = phase.filter(|p| !["open", "rest", "end"].contains(p)) {
        return Err(WebError::bad("phase", other));
    }
    let after = match params.get("cursor") {
        None => None,
        Some(text) => Some(cursor(text).ok_or_else(|| WebError::bad("cursor", text))?),
    };
    let narrowed = ["kind", "phase", "late", "cursor"];
    if mine && narrowed.iter().any(|name| params.get(name).is_some()) {
        return Err(WebError::bad_input(
            "mine 列出等待本人办理的全部办件，不能和 kind、phase、late、cursor 一起用。",
        ));
    }
    let limit = params.limit(50, 200, "请用 cursor 翻页。")?;
    let asked = CaseWork {
        kind: params.get("kind").map(str::to_owned),
        phase: phase.map(str::to_owned),
        late,
        after,
        limit: Some(limit),
    };
    site.act(who.actor(), move |ctx| {
        let mut listed = match mine {
            true => case::inbox(ctx)?,
            false => case::list(ctx, &asked)?,
        };
        if mine && listed.lines.len() > limit as usize {
            listed.lines.truncate(limit as usize);
            listed.more = true;
        }
        let last = listed.lines.last().filter(|_| listed.more && !mine);
        let next = last.and_then(|line| {
            let (_, tail) = line.id.rsplit_once('-')?;
            Some(format!("{}.{tail}", line.opened_on))
        });
        let cases = listed.lines.into_iter().map(|line| CaseItem {
            id: line.id,
            kind: line.kind_id,
            title: line.kind,
            about: line.about,
            state: line.state,
            department: line.department,
            opened_on: line.opened_on,
            due_on: line.due_on,
            late: line.late,
        });
        let page = CaseList {
            cases: cases.collect(),
            more: listed.more,
            next,
        };
        respond::json(&page, Cache::Never)
    })
    .await
}

/// The last case of a page, as `next` names it.
fn cursor(text: &str) -> Option<(Date, String)> {
    let (day, tail) = text.split_once('.')?;
    Some((day.parse().ok()?, tail.to_owned()))
}

fn known(params: &Params, names: &[&str]) -> Result<(), WebError> {
    match params.pairs().find(|(name, _)| !names.contains(name)) {
        None => Ok(()),
        Some((name, _)) => {
            let shown: String = name.chars().take(40).collect();
            Err(WebError::bad_input(format!(
                "不认识参数“{shown}”。这里可用的有：{}。",
                names.join("、")
            )))
        }
    }
}

/// A case: where it stands, who is to act, what one may do and why not, what was done
#[utoipa::path(
    get, path = "/api/office/cases/{id}", operation_id = "getCase",
    params(("id" = String, Path, description = "办件编号")),
    responses(
        (status = 200, description = "办件", body = CaseDocument),
        (status = 401, description = "没有登录", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "当前身份不能查看", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "没有这个办件", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn one(State(site): State<Site>, who: Caller, Segment(id): Segment) -> Answer {
    site.act(who.actor(), move |ctx| {
        respond::json(&document(case::show(ctx, &id)?), Cache::Never)
    })
    .await
}

/// The steps with which whoever asks may open a case, and what they ask
#[utoipa::path(
    get, path = "/api/office/cases/openings", operation_id = "listCaseOpenings",
    params(
        ("kind" = String, Query, min_length = 1, description = "类型编号", example = "rectification"),
        ("about" = String, Query, min_length = 1, description = "涉及：记录编号、统一社会信用代码或者部门编号"),
    ),
    responses(
        (status = 200, description = "可以开始的步骤", body = CaseOpenings),
        (status = 400, description = "参数读不懂", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "没有登录", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "当前身份不能办理", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "没有这一类办件，或者没有所涉及的", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "按规定不能这样办理", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn openings(State(site): State<Site>, who: Caller, params: Params) -> Answer {
    known(&params, &["kind", "about"])?;
    let text = |name: &str| params.get(name).unwrap_or_default().to_owned();
    let (kind, about) = (text("kind"), text("about"));
    site.act(who.actor(), move |ctx| {
        ctx.allow(xinheng_app::Act::CaseOpen)?;
        let (about, may) = case::openings(ctx, &kind, &about)?;
        let openings = CaseOpenings {
            about,
            may: may.into_iter().map(offer).collect(),
        };
        respond::json(&openings, Cache::Never)
    })
    .await
}

fn moved(outcome: Outcome, status: StatusCode) -> Answer {
    match outcome {
        Outcome::Moved(moved) => {
            let moved = CaseMoved {
                id: moved.id,
                state: moved.state,
            };
            respond::json_with(status, "application/json", &moved, Cache::Never)
        }
        Outcome::Wrong(findings) => {
            let faults = CaseFaults {
                kind: "/help/problems#bad-request",
                title: "有的内容需要改正",
                status: 400,
                detail: format!("{}项内容需要改正，见 fields。没有办理。", findings.len()),
                code: "bad-request",
                fields: findings
                    .into_iter()
                    .map(|finding| CaseFault {
                        field: finding.field,
                        message: finding.message,
                    })
                    .collect(),
            };
            let kind = "application/problem+json";
            respond::json_with(StatusCode::BAD_REQUEST, kind, &faults, Cache::Never)
        }
    }
}

/// Opens a case
///
/// As for forms, the request has to come from this site (`Origin`, `Sec-Fetch-Site`).
#[utoipa::path(
    post, path = "/api/office/cases", operation_id = "openCase", request_body = CaseOpening,
    responses(
        (status = 201, description = "已经开始", body = CaseMoved),
        (status = 400, description = "有的内容需要改正", body = CaseFaults, content_type = "application/problem+json"),
        (status = 401, description = "没有登录", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "当前身份不能办理，或者请求不是从本站发出的", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "没有这一类办件，或者没有所涉及的", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "按规定不能这样办理", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn open(
    State(site): State<Site>,
    who: Caller,
    Told(sent): Told<CaseOpening>,
) -> Answer {
    site.act(who.actor(), move |ctx| {
        let opening = Opening {
            kind: &sent.kind,
            step: &sent.step,
            about: &sent.about,
            typed: &|field| sent.fields.get(field).cloned().unwrap_or_default(),
        };
        moved(case::open(ctx, &opening)?, StatusCode::CREATED)
    })
    .await
}

/// Takes a step in a case
///
/// As for forms, the request has to come from this site (`Origin`, `Sec-Fetch-Site`).
#[utoipa::path(
    post, path = "/api/office/cases/{id}/steps", operation_id = "stepCase", request_body = CaseStepping,
    params(("id" = String, Path, description = "办件编号")),
    responses(
        (status = 200, description = "已经办理", body = CaseMoved),
        (status = 400, description = "有的内容需要改正", body = CaseFaults, content_type = "application/problem+json"),
        (status = 401, description = "没有登录", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "当前身份不能办理，或者请求不是从本站发出的", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "没有这个办件或者步骤", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "按规定不能这样办理：代码、依据、何时可以、怎样办理", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn step(
    State(site): State<Site>,
    who: Caller,
    Segment(id): Segment,
    Told(sent): Told<CaseStepping>,
) -> Answer {
    site.act(who.actor(), move |ctx| {
        let stepping = Stepping {
            id: &id,
            step: &sent.step,
            seen: Some(sent.seen),
            typed: &|field| sent.fields.get(field).cloned().unwrap_or_default(),
        };
        moved(case::step(ctx, &stepping)?, StatusCode::OK)
    })
    .await
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Xinheng office interface",
        description = "办件接口，在工作人员的网址上，用网页登录的会话。\n\nCases, at the office's listener, with the session of the pages. Lists use keyset paging: pass `next` as `cursor`. Errors are problem details (RFC 9457); what is refused by rule has code, article, day and remedy.",
        license(name = "MIT OR Apache-2.0"),
    ),
    paths(list, one, openings, open, step),
    components(schemas(Problem))
)]
struct Description;

pub(crate) async fn described(_: Caller) -> Answer {
    respond::json(&Description::openapi(), Cache::Never)
}

/// The page to which problems lead.
pub(crate) async fn problems(State(site): State<Site>, who: Who) -> Answer {
    respond::html(&ProblemsPage::of(who.frame(&site)), Cache::Never)
}
