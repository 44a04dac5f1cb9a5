//! An organisation's own space (单位空间): what is kept of it, public or not, its cases and letters,
//! and what it may do. Its agent sees this and nothing of anybody else.

mod record;
mod seen;
mod slip;

pub use record::{OwnRecord, OwnRecordView, RepairText, record};
pub use seen::{Looks, SeenBy, looks};
pub use slip::{Extract, extract};

use crate::{
    Act, AppResult, Ctx, Scope,
    case::{CaseLine, LetterLine, for_agents, listed, of_space},
};
use serde_json::json;
use xinheng_domain::{
    case::{Kind, kind::About},
    permission::own_place,
    subject::SubjectKey,
};
use xinheng_store::{Conn, record as records, subject};

/// Records, and cases, listed at once.
const LISTED: u32 = 1_000; // no law: ours, about one page

/// An organisation's space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpaceView {
    /// Name.
    pub name: String,
    /// Unified code.
    pub code: String,
    /// Its records, the latest decision first.
    pub records: Vec<OwnRecord>,
    /// Its cases, the last opened first.
    pub cases: Vec<OwnCase>,
    /// Letters to it, the latest first: number of the case, and the letter.
    pub letters: Vec<(String, LetterLine)>,
    /// What its agent may begin about the organisation: id and title of the kinds.
    pub openings: Vec<(String, String)>,
}

/// A case of the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCase {
    /// As in other lists.
    pub line: CaseLine,
    /// It waits for the organisation.
    pub waits: bool,
}

/// The space of the organisation for which whoever asks acts. Leaves a line.
///
/// # Errors
/// Forbidden; the organisation is dissolved; faults of the store.
pub fn home(ctx: &Ctx<'_>) -> AppResult<SpaceView> {
    ctx.look(Act::SpaceOpen, PURPOSE, |read| {
        let key = ctx.own_subject()?;
        let mut seen = read.permit(Scope::Department(&own_place(&key)))?;
        let own = record::subject(&mut seen, &key)?;
        let keys = subject::keys_of(&mut seen, &own.code)?;
        let mut all = records::of_subjects(&mut seen, &keys, None, None, LISTED)?;
        all.sort_by_key(|s| std::cmp::Reverse((s.record.decided_on, s.record.id.clone())));
        let mut lines = Vec::new();
        for stored in &all {
            lines.push(record::line(ctx, &mut seen, stored)?);
        }
        let (cases, letters) = cases(ctx, &mut seen, &key)?;
        let detail = json!({"records": lines.len(), "cases": cases.len()});
        let view = SpaceView {
            name: own.name,
            code: own.code,
            records: lines,
            cases,
            letters,
            openings: openings(ctx, |kind| kind.about == About::Subject),
        };
        Ok(seen.done(view, detail).about(Some(key)))
    })
}

/// Why an agent looks, as the entry says it.
const PURPOSE: &str = "本单位查看自己的信息";

type Letters = Vec<(String, LetterLine)>;

fn cases(ctx: &Ctx<'_>, conn: &mut Conn, key: &SubjectKey) -> AppResult<(Vec<OwnCase>, Letters)> {
    let own = of_space(ctx, conn, key, LISTED)?;
    let heads = own.iter().map(|case| case.head.clone()).collect();
    let lines = listed(ctx, conn, heads, LISTED)?.lines;
    let mut letters = Vec::new();
    let mut cases = Vec::new();
    for (line, case) in lines.into_iter().zip(own) {
        letters.extend(case.letters.into_iter().map(|l| (line.id.clone(), l)));
        cases.push(OwnCase {
            line,
            waits: case.waits,
        });
    }
    letters.sort_by_key(|(_, letter)| std::cmp::Reverse(letter.made_on));
    Ok((cases, letters))
}

/// The kinds that an agent may open today.
fn openings(ctx: &Ctx<'_>, wanted: impl Fn(&Kind) -> bool) -> Vec<(String, String)> {
    let kinds = ctx.deployment().rulebook().kinds().iter();
    let today = kinds.filter(|kind| kind.covers(ctx.today()) && for_agents(kind) && wanted(kind));
    today
        .map(|kind| (kind.id.clone(), kind.title.clone()))
        .collect()
}
