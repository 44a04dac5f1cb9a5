//! Cases: what a case is about, what may be done in it, the desks on which it lies, and the one way
//! in which it moves on. What the kinds are is data (`rulebook/cases/`).

mod ask;
mod desk;
mod elsewhere;
mod file;
mod form;
mod letter;
mod look;
mod matter;
mod screen;
mod step;

pub use ask::{
    AskForm, AskOutcome, AskedView, Asking, PublishedAnswer, answers, ask, ask_form, asked, asks,
};
pub use desk::{CaseLine, CaseWork, Listed, inbox, kinds, list};
pub(crate) use desk::{about, for_agents, listed, marks, not_in_a_case, of_space, work};
pub use file::{FileLine, MOST_BYTES, attach, detach, download};
pub use form::Asked;
pub use letter::{
    LetterLine, LetterMark, LetterView, Registered, letter, letter_file, letter_mark, register,
};
pub use look::{CaseView, EventView, LineView, OfferView, TermView, openings, show};
pub(crate) use look::{Opened, opened};
pub use step::{Moved, Opening, Outcome, Stepping, clocks, open, step};

use crate::{AppError, AppResult, Ctx};
use xinheng_domain::{
    case::{Case, CaseId, Kind},
    refusal::RefusalCode,
};
use xinheng_store::{
    Conn,
    case::{self, Head},
};

/// A case with its kind, in the edition under which it was opened.
pub(crate) struct Loaded<'a> {
    pub(crate) head: Head,
    pub(crate) case: Case,
    pub(crate) kind: &'a Kind,
    /// What the steps of now did to records, as their entry tells it.
    pub(crate) acts: Vec<serde_json::Value>,
}

fn load<'a>(ctx: &Ctx<'a>, conn: &mut Conn, id: &str) -> AppResult<Loaded<'a>> {
    let id = CaseId(id.trim().to_owned());
    let found = case::get(conn, &id)?;
    let (head, case) = found.ok_or_else(|| unknown(&id))?;
    let kind = kind_of(ctx, &head)?;
    Ok(Loaded {
        head,
        case,
        kind,
        acts: Vec::new(),
    })
}

fn unknown(id: &CaseId) -> AppError {
    AppError::NotFound(format!("没有编号为“{id}”的办件，请核对编号。"))
}

fn kind_of<'a>(ctx: &Ctx<'a>, head: &Head) -> AppResult<&'a Kind> {
    let book = ctx.deployment().rulebook();
    book.edition(&head.kind, head.edition).ok_or_else(|| {
        AppError::Rulebook(format!(
            "办件类型“{}”自{}起的版本还有办件，规则库中却没有了。请恢复这一版本的文件。",
            head.kind, head.edition
        ))
    })
}

/// The edition of a kind under which a case is opened today.
fn kind_today<'a>(ctx: &Ctx<'a>, id: &str) -> AppResult<&'a Kind> {
    let book = ctx.deployment().rulebook();
    if let Some(kind) = book.kind(id, ctx.today()) {
        return Ok(kind);
    }
    let known = book.kinds().iter().filter(|k| k.id == id);
    Err(match known.min_by_key(|k| k.from) {
        Some(kind) => ctx.refused(
            RefusalCode::CaseKindOver,
            &[("kind", &kind.title), ("from", &kind.from.to_string())],
        ),
        None => AppError::NotFound("没有这一类办件。".to_owned()),
    })
}
