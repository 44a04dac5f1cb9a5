//! Files that a department prepares in the browser (待报送文件): checked, corrected cell by cell,
//! released by another person where the department has a reviewer, and only then handed in.
//!
//! The file stays as it came. What is corrected is laid over its rows, and the same check sees both;
//! on release it goes the way of every file (`intake::import`).

mod edit;
mod look;
mod one;
mod release;
mod rows;
mod sealed;
mod stage;

pub use edit::{CellEdit, edit};
pub use look::{FaultyCell, HandInLine, HandInView, Kind, Waiting, list, open, waiting, workbook};
pub use one::{One, one};
pub use release::{release, withdraw};
pub use rows::{Fates, RowLine, RowView, RowsView, row, rows};
pub use stage::{Staging, stage};

pub use crate::intake::Fate;

use crate::{Act, Actor, AppError, AppResult, Ctx, RefusalCode, Scope, intake};
use jiff::{SignedDuration, Timestamp};
pub(crate) use sealed::StagedKey;
use serde::{Deserialize, Serialize};
use xinheng_domain::{
    batch::Counters,
    catalogue::{Field, FieldKind},
    finding::{Finding, Summary},
    permission::REVIEWER,
    redact,
};
use xinheng_exchange::patch::Patches;
use xinheng_rulebook::HAND_IN_KEPT;
use xinheng_store::{
    Conn, account,
    hand_in::{self, HandIn, HandInEdit, HandInState},
};

/// Rows up to which cells are corrected in the browser: each correction checks the whole file.
const MOST_ROWS: u64 = intake::TRIED_ROWS as u64;

/// What the last check counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// The check.
    pub summary: Summary,
    /// What would become of the rows if it were handed in now.
    pub counters: Counters,
}

impl Checked {
    /// Rows that can be handed in.
    #[must_use]
    pub const fn ready(&self) -> u64 {
        let out = self.counters.refused + self.counters.set_aside;
        self.counters.reported.saturating_sub(out)
    }

    /// Whether anything of it can be handed in now.
    #[must_use]
    pub const fn any(&self) -> bool {
        self.ready() + self.counters.set_aside > 0
    }

    /// Whether cells can be corrected in the browser.
    #[must_use]
    pub const fn editable(&self) -> bool {
        self.summary.rows <= MOST_ROWS
    }
}

/// How a prepared file stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// To be corrected, released or withdrawn.
    Prepared,
    /// Released, and its rows have not all landed yet.
    Landing,
    /// Handed in.
    Released,
    /// Taken back.
    Withdrawn,
    /// Not released in its time.
    Expired,
}

impl Standing {
    fn of(ctx: &Ctx<'_>, file: &HandIn) -> AppResult<Self> {
        let since = kept_since(ctx)?;
        Ok(match (file.state, &file.batch_id) {
            (HandInState::Prepared, _) if file.staged_at < since => Self::Expired,
            (HandInState::Prepared, _) => Self::Prepared,
            (HandInState::Released, None) => Self::Landing,
            (HandInState::Released, Some(_)) => Self::Released,
            (HandInState::Withdrawn, _) => Self::Withdrawn,
        })
    }

    /// In Chinese.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Prepared => "正在准备",
            Self::Landing => "正在导入",
            Self::Released => "已经报送",
            Self::Withdrawn => "已经撤回",
            Self::Expired => "已经过期",
        }
    }
}

/// Files staged before this moment are over.
pub(crate) fn kept_since(ctx: &Ctx<'_>) -> AppResult<Timestamp> {
    let kept = SignedDuration::from_hours(i64::from(ctx.number(HAND_IN_KEPT)?) * 24);
    Ok(ctx.now().checked_sub(kept).unwrap_or(Timestamp::UNIX_EPOCH))
}

fn not_found() -> AppError {
    AppError::NotFound("没有这份准备报送的文件，或者它不属于本部门。".to_owned())
}

/// A file of the own department, for an act; others learn not even that there is one.
fn own(ctx: &Ctx<'_>, act: Act, id: &str) -> AppResult<HandIn> {
    let file = ctx.load(act, |conn| Ok(hand_in::get(conn, id)?))?;
    let file = file.ok_or_else(not_found)?;
    match ctx.allow_in(act, Scope::Department(&file.department)) {
        Err(AppError::Forbidden(_)) => Err(not_found()),
        other => other.map(|()| file),
    }
}

/// Refuses what is over, or has changed since it was seen.
fn still(ctx: &Ctx<'_>, file: &HandIn, revision: u32) -> AppResult<()> {
    let standing = Standing::of(ctx, file)?;
    let named = ("file", file.file_name.as_str());
    if standing != Standing::Prepared {
        let places = [named, ("state", standing.title())];
        return Err(ctx.refused(RefusalCode::HandInOver, &places));
    }
    if file.revision != revision {
        return Err(ctx.refused(RefusalCode::HandInChanged, &[named]));
    }
    Ok(())
}

/// The accounts that review for a department today.
fn reviewers(ctx: &Ctx<'_>, conn: &mut Conn, department: &str) -> AppResult<Vec<String>> {
    let mut reviewers = Vec::new();
    for one in account::all_granted(conn)? {
        let here = one.role == REVIEWER && one.department == department;
        if here && one.membership().covers(ctx.today()) {
            let account = account::get(conn, &one.account_id)?;
            reviewers.extend(account.filter(|a| !a.locked).map(|a| a.id));
        }
    }
    Ok(reviewers)
}

/// Why the actor may not release a file: page and act ask the same.
fn barred(
    ctx: &Ctx<'_>,
    reviewers: &[String],
    file: &HandIn,
    edits: &[HandInEdit],
) -> Option<RefusalCode> {
    let me = ctx.actor().audit_name();
    let mine = file.staged_by == me || edits.iter().any(|edit| edit.edited_by == me);
    barred_from(ctx, reviewers, mine)
}

/// Refuses to take a file in at once, by command or folder, for somebody of a department that has a
/// reviewer: whoever brings a file has prepared it. What the office brings goes in as before.
pub(crate) fn not_past_the_reviewer(
    ctx: &Ctx<'_>,
    department: &str,
    file_name: &str,
) -> AppResult<()> {
    match ctx.allow_in(Act::BatchStage, Scope::District) {
        Err(AppError::Forbidden(_)) => {}
        other => return other,
    }
    let reviewers = ctx.load(Act::BatchStage, |conn| reviewers(ctx, conn, department))?;
    match barred_from(ctx, &reviewers, true) {
        Some(_) => {
            let named = [("file", &*intake::kept_file_name(file_name))];
            Err(ctx.refused(RefusalCode::PastReviewer, &named))
        }
        None => Ok(()),
    }
}

fn barred_from(ctx: &Ctx<'_>, reviewers: &[String], mine: bool) -> Option<RefusalCode> {
    let reviews = match ctx.actor() {
        Actor::Account { id, .. } => reviewers.contains(id),
        _ => false,
    };
    match (reviewers.is_empty(), mine, reviews) {
        (true, ..) | (false, false, true) => None,
        (false, true, _) => Some(RefusalCode::OwnFile),
        (false, false, false) => Some(RefusalCode::ReviewerNeeded),
    }
}

/// What the last check said.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Said {
    findings: Vec<Finding>,
    /// The table, row by row.
    #[serde(default)]
    table: rows::Table,
    /// What stands in the cells of which something is said, and in those that were corrected: what a
    /// finding quotes need not be the whole of its cell.
    cells: Vec<((u64, u32), String)>,
}

impl Said {
    /// What stands in a cell.
    fn text(&self, at: (u64, u32)) -> Option<&str> {
        let found = self.cells.binary_search_by_key(&at, |(at, _)| *at).ok()?;
        self.cells.get(found).map(|(_, text)| text.as_str())
    }

    /// What is shown of a cell: numbers of persons are masked.
    fn shown(&self, at: (u64, u32)) -> Option<String> {
        self.text(at).map(shown)
    }
}

/// Whether a field takes running text.
fn is_long(field: &Field) -> bool {
    const LINE: u32 = 200; // no law: what is written on more than one line
    field.kind == FieldKind::Text && field.max_chars.is_some_and(|most| most > LINE)
}

/// What stands in a cell, as a browser sends it: every end of a line alike.
fn lines_alike(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// What is shown of a cell.
fn shown(text: &str) -> String {
    redact::mask_identity_numbers(&lines_alike(text)).into_owned()
}

/// A file with what was corrected in it and what the last check said, opened.
struct Opened {
    bytes: Vec<u8>,
    patches: Patches,
    said: Said,
}

/// Opens what was read of a file.
fn opened(ctx: &Ctx<'_>, act: Act, file: &HandIn) -> AppResult<Opened> {
    let (content, edits) = ctx.load(act, |conn| {
        let content = hand_in::content(conn, &file.id)?;
        Ok((content, hand_in::edits(conn, &file.id)?))
    })?;
    let content = content.ok_or_else(|| {
        AppError::NotFound("这份文件的内容已经按期限删除，请重新上传。".to_owned())
    })?;
    let key = StagedKey::there(ctx)?;
    Ok(Opened {
        bytes: key.file(file, &content.content)?,
        patches: key.patches(&edits)?,
        said: key.said(file, &content.findings)?,
    })
}

/// The person behind a name in the audit.
pub(crate) fn name_of(conn: &mut Conn, actor: &str) -> AppResult<String> {
    let known = match actor.strip_prefix("account:") {
        Some(id) => account::get(conn, id)?,
        None => None,
    };
    Ok(known.map_or_else(|| actor.to_owned(), |account| account.name))
}
