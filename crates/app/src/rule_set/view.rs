//! Sets of rules as people read them: what holds, what waits, what lies in the folder and differs.

use super::{Examined, examine, in_use, texts};
use crate::{Act, AppError, AppResult, Ctx, Deployment, rules::LocalFiles};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};
use xinheng_store::rule_set::{self, RuleSet, RuleSetState};

/// How a file differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// It was not there.
    New,
    /// It says something else.
    Changed,
    /// It is no longer there.
    Removed,
}

impl FileState {
    /// The word for it in entries.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }

    /// Chinese.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::New => "新增",
            Self::Changed => "改动",
            Self::Removed => "删除",
        }
    }
}

/// A file that differs from the one that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Path within the rulebook.
    pub path: String,
    /// How.
    pub state: FileState,
    /// The line from which on both differ.
    pub line: usize,
    /// The lines that hold, from the first to the last that differs.
    pub before: String,
    /// Those that would hold.
    pub now: String,
}

/// A set in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetLine {
    /// Number.
    pub number: u64,
    /// What became of it, in Chinese.
    pub state: &'static str,
    /// It holds now.
    pub holds: bool,
    /// It waits for a second person.
    pub waits: bool,
    /// How many files.
    pub files: usize,
    /// SHA-256 over them, hex.
    pub digest: String,
    /// Login of who proposed it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: Timestamp,
    /// Login of who decided, and when.
    pub decided: Option<(String, Timestamp)>,
    /// Why it was refused.
    pub reason: String,
}

/// All sets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SetsView {
    /// The last one first.
    pub lines: Vec<SetLine>,
    /// The set that waits, with what it would change.
    pub waiting: Option<(SetLine, Examined)>,
    /// What the folder would change; none where it does not differ, or was proposed as it is.
    pub folder: Option<Examined>,
}

/// A set, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetView {
    /// In short.
    pub line: SetLine,
    /// Path and text.
    pub files: Vec<(String, String)>,
}

pub(super) const fn state(of: RuleSetState) -> &'static str {
    match of {
        RuleSetState::Proposed => "等待采用",
        RuleSetState::Adopted => "采用",
        RuleSetState::Refused => "不采用",
        RuleSetState::Replaced => "由另一次提出代替",
    }
}

pub(super) fn unknown(number: u64) -> AppError {
    AppError::NotFound(format!("没有第{number}号本地规则，请核对编号。"))
}

pub(super) fn line(
    set: &RuleSet,
    adopted: Option<u64>,
    logins: &HashMap<String, String>,
) -> SetLine {
    let shown = |actor: &String| crate::account::shown(actor, logins);
    SetLine {
        number: set.number,
        state: state(set.state),
        holds: adopted == Some(set.number),
        waits: set.state == RuleSetState::Proposed,
        files: set.files.len(),
        digest: set.digest.clone(),
        proposed_by: shown(&set.proposed_by),
        proposed_at: set.proposed_at,
        decided: set.decided_by.as_ref().map(shown).zip(set.decided_at),
        reason: set.reason.clone(),
    }
}

/// The files that differ: of each the lines from the first to the last that differs.
pub(super) fn changes(
    before: &BTreeMap<String, String>,
    now: &BTreeMap<String, String>,
) -> Vec<FileChange> {
    let paths = before.keys().chain(now.keys());
    let mut paths: Vec<&String> = paths.collect();
    paths.sort();
    paths.dedup();
    let mut all = Vec::new();
    for path in paths {
        let (old, new) = (before.get(path), now.get(path));
        if old == new {
            continue;
        }
        let state = match (old, new) {
            (None, _) => FileState::New,
            (_, None) => FileState::Removed,
            _ => FileState::Changed,
        };
        let lines = |text: Option<&String>| -> Vec<String> {
            let lines = text.into_iter().flat_map(|text| text.lines());
            lines.map(str::to_owned).collect()
        };
        let (mut old, mut new) = (lines(old), lines(new));
        let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
        old.drain(..same);
        new.drain(..same);
        let ends = old.iter().rev().zip(new.iter().rev());
        let same_end = ends.take_while(|(a, b)| a == b).count();
        old.truncate(old.len() - same_end);
        new.truncate(new.len() - same_end);
        all.push(FileChange {
            path: path.clone(),
            state,
            line: same + 1,
            before: old.join("\n"),
            now: new.join("\n"),
        });
    }
    all
}

/// All sets: what holds, what waits with its differences, and what lies in the folder and differs.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn list(ctx: &Ctx<'_>) -> AppResult<SetsView> {
    let (sets, logins, used) = ctx.desk(Act::RulesList, |conn, _| {
        let sets = rule_set::all(conn)?;
        Ok((sets, crate::account::logins(conn)?, in_use(conn)?))
    })?;
    let mut adopted = sets.iter().filter(|s| s.state == RuleSetState::Adopted);
    let adopted = adopted.next();
    let number = adopted.map(|set| set.number);
    let before = adopted.map(|set| set.files.clone()).unwrap_or_default();
    let waiting = sets.iter().find(|s| s.state == RuleSetState::Proposed);
    let place = ctx.deployment().place();
    let local = place.local_files();
    let now = texts(&local);
    let differs = place.local_rulebook().is_some() && (now != before || !local.problems.is_empty());
    let proposed = waiting.is_some_and(|set| set.files == now && local.problems.is_empty());
    Ok(SetsView {
        lines: sets.iter().map(|s| line(s, number, &logins)).collect(),
        waiting: waiting.map(|set| {
            let (examined, _) = examine(ctx, &before, LocalFiles::of_set(set), &used);
            (line(set, number, &logins), examined)
        }),
        folder: (differs && !proposed).then(|| examine(ctx, &before, local, &used).0),
    })
}

/// A set with the texts of its files.
///
/// # Errors
/// Forbidden; no such set; faults of the store.
pub fn one(ctx: &Ctx<'_>, number: u64) -> AppResult<SetView> {
    ctx.desk(Act::RulesList, |conn, _| {
        let set = rule_set::get(conn, number)?.ok_or_else(|| unknown(number))?;
        let logins = crate::account::logins(conn)?;
        let adopted = rule_set::mark(conn)?;
        Ok(SetView {
            line: line(&set, adopted, &logins),
            files: set.files.into_iter().collect(),
        })
    })
}

/// What whoever starts a server has to know: files in the folder that two people did not adopt, and
/// what that means. None where there is nothing to say.
///
/// # Errors
/// Faults of the store.
pub fn unadopted(deployment: &Deployment) -> AppResult<Option<String>> {
    let local = deployment.place().local_files();
    let adopted = deployment.adopted()?;
    let now = texts(&local);
    let do_it = "请用“xinheng rulebook propose”提出，由信用办负责人采用。";
    Ok(match adopted {
        Some(set) if deployment.place().local_rulebook().is_some() && set.files != now => {
            Some(format!(
                "文件夹中的本地规则与两人采用的（第{}号）不同，起作用的是采用的。{do_it}",
                set.number
            ))
        }
        Some(_) => None,
        None if now.is_empty() => None,
        None => {
            let held = local.without_adoption().files.len();
            let idle = now.len() - held;
            let mut text = format!("本地规则有{held}个文件没有经过两人采用，暂按文件夹中的使用。");
            if idle > 0 {
                text.push_str(&format!(
                    "cases、permissions 中的{idle}个文件没有采用，不起作用。"
                ));
            }
            Some(text + do_it)
        }
    })
}
