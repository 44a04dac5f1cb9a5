//! The district's own rules (本地规则): one person proposes them as they lie in the deployment's
//! folder, a second one adopts them. From then on they are read from the database (ADR 26).

mod change;
mod view;

pub use change::{adopt, propose, refuse};
pub use view::{FileChange, FileState, SetLine, SetView, SetsView, list, one, unadopted};

use crate::{Act, AppResult, Ctx, RefusalCode, rules::LocalFiles};
use std::collections::BTreeMap;
use xinheng_rulebook::{Rulebook, listing};
use xinheng_store::{
    Conn,
    rule_set::{self, EditionInUse},
};

/// What a set of files would change, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Examined {
    /// The files that differ from those that hold, by path.
    pub changes: Vec<FileChange>,
    /// What keeps it from being adopted: file, place, what is wrong and what to do (Chinese).
    pub problems: Vec<String>,
    /// Cases of the law to which it gives another answer: nothing wrong, and to be known.
    pub answers: Vec<String>,
}

/// The rules of a set with ours, tried as a whole: every problem of the loader, every law case that
/// does not hold, what nobody could take back, procedures that are edited under their cases.
fn examine(
    ctx: &Ctx<'_>,
    before: &BTreeMap<String, String>,
    files: LocalFiles,
    in_use: &[EditionInUse],
) -> (Examined, Option<Rulebook>) {
    let now = texts(&files);
    let tried = listing::tried(&files.files, files.problems);
    let mut problems: Vec<String> = tried.problems.iter().map(ToString::to_string).collect();
    let broken = tried.broken.iter();
    problems.extend(broken.map(|case| format!("案例不成立：{case}")));
    if let Some(book) = &tried.book {
        for act in [Act::RulesPropose, Act::RulesAdopt] {
            if book.permissions().holders(act).is_empty() {
                problems.push(format!(
                    "本地/permissions：采用以后没有人可以“{}”，本地规则就不能再变动。请不要收回这项权限",
                    act.title()
                ));
            }
        }
        let known = Some(ctx.deployment().rulebook());
        if let Err(refused) = kept(ctx, (book, known), in_use) {
            problems.push(refused.to_string());
        }
    }
    let examined = Examined {
        changes: view::changes(before, &now),
        problems,
        answers: tried.changed,
    };
    (examined, tried.book)
}

fn texts(files: &LocalFiles) -> BTreeMap<String, String> {
    let all = files.files.iter();
    all.map(|f| (f.path.clone(), f.text.clone())).collect()
}

/// Refuses rules in which a procedure was edited or taken away while cases go on by it. `before`: the
/// rules that hold, for editions of which nothing was kept.
fn kept(
    ctx: &Ctx<'_>,
    (book, before): (&Rulebook, Option<&Rulebook>),
    in_use: &[EditionInUse],
) -> AppResult<()> {
    let mut wrong = Vec::new();
    for used in in_use {
        let there = book.edition(&used.kind, used.edition);
        let before = before.and_then(|book| book.edition(&used.kind, used.edition));
        let before = used.digest.as_ref().or(before.map(|kind| &kind.digest));
        let what = match there {
            None => "没有这个版本的文件",
            Some(kind) if before.is_some_and(|digest| *digest != kind.digest) => "文件有改动",
            Some(_) => continue,
        };
        wrong.push(format!(
            "“{}”自{}起施行的版本（{what}，{}件没有办结）",
            used.kind, used.edition, used.cases
        ));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(ctx.refused(
        RefusalCode::EditionInUse,
        &[("editions", &wrong.join("；"))],
    ))
}

fn in_use(conn: &mut Conn) -> AppResult<Vec<EditionInUse>> {
    Ok(rule_set::editions_in_use(conn)?)
}

/// Refuses to begin under rules that lack a procedure, or have it edited, by which cases go on: another
/// version of the program may have brought other procedures.
///
/// # Errors
/// Forbidden; refused, with each edition and its cases; faults of the store.
pub fn editions_kept(ctx: &Ctx<'_>) -> AppResult<()> {
    let in_use = ctx.load(Act::CaseClocks, in_use)?;
    kept(ctx, (ctx.deployment().rulebook(), None), &in_use)
}
