//! What is kept of texts: names of representatives, and which versions have a text to be read.
//! Landing keeps both; what had landed under an earlier program, or was read by another finder, is
//! gone through here.

use super::{is_open, names};
use crate::{Act, AppError, AppResult, Ctx, Deployment, Scope, present::Payload};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use xinheng_domain::{catalogue::Item, condition::Values, subject::SubjectKey};
use xinheng_store::{
    Conn, deployment,
    reading::{self, VersionPlace},
    representative::{self, VersionPayload},
};

/// Versions gone through in one transaction.
const CHUNK: u32 = 1000;
/// Setting that says how far it is.
const MARK: &str = "subject_person";
/// Digests of everything that the finder of this program finds in its sample texts: they change
/// with it.
const FINDER: &str = include_str!("../../../domain/src/finder/golden.txt");

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Mark {
    /// The last version gone through.
    after: Option<VersionPlace>,
    /// There is nothing left.
    done: bool,
    /// The finder by which; an earlier program knew names alone, and did not say.
    #[serde(default)]
    finder: String,
    /// All names were kept before this finder came.
    #[serde(default)]
    named: bool,
}

impl Mark {
    /// The mark there is. A new database needs none: landing has kept all names.
    fn of(conn: &mut Conn) -> AppResult<Self> {
        match deployment::setting(conn, MARK)? {
            Some(text) => serde_json::from_str(&text)
                .map_err(|e| AppError::Fault(format!("设置“{MARK}”不是有效的 JSON：{e}"))),
            None => Ok(Self {
                named: !representative::came_later(conn)?,
                ..Self::default()
            }),
        }
    }

    /// The same mark for this finder: with another one everything begins anew, but for the names
    /// that are kept.
    fn under(self, finder: String) -> Self {
        if self.finder == finder {
            return self;
        }
        Self {
            named: self.named || self.done,
            finder,
            ..Self::default()
        }
    }
}

/// The finder with its words.
fn finder(deployment: &Deployment) -> String {
    let mut digest = Sha256::new_with_prefix(FINDER);
    digest.update(deployment.rulebook().texts_digest());
    xinheng_domain::hex::hex(&digest.finalize())
}

/// Whether the names of everything that has landed are kept.
pub(crate) fn names_are_kept(conn: &mut Conn) -> AppResult<bool> {
    let mark = Mark::of(conn)?;
    Ok(mark.named || mark.done)
}

/// Whether every version with a text to be read is noted, as the finder in use finds them.
pub(crate) fn all_noted(deployment: &Deployment, conn: &mut Conn) -> AppResult<bool> {
    let mark = Mark::of(conn)?;
    Ok(mark.done && mark.finder == finder(deployment))
}

/// Whether somebody may have to read a text of a row, whatever else is known of the record: names
/// that stay whole take doubts away and bring none, a name that is known is no doubt any more.
pub(crate) fn may_be_read<V: Values + ?Sized>(
    deployment: &Deployment,
    item: &Item,
    row: &V,
) -> bool {
    let mut fields = item.fields.iter().filter(|f| super::is_read(f));
    fields.any(|field| {
        let text = row.value(&field.id).unwrap_or_default();
        !text.is_empty() && is_open(&super::alone(deployment, text).reading)
    })
}

/// Goes through everything that has landed, in pieces: a run that was killed goes on where it
/// stopped, and one that has finished does nothing until there is another finder. Gives how many
/// names were new.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn fill(ctx: &Ctx<'_>, progress: &mut dyn FnMut(u64)) -> AppResult<u64> {
    let act = Act::TextFill;
    ctx.allow_in(act, Scope::District)?;
    let mut mark = ctx.load(act, Mark::of)?.under(finder(ctx.deployment()));
    let (mut kept, mut seen) = (0, 0);
    while !mark.done {
        let after = mark.after.clone();
        let page = ctx.load(act, |conn| {
            let after = after.as_ref().map(|(id, version)| (id, *version));
            Ok(representative::contents(conn, after, CHUNK)?)
        })?;
        let (names, doubted) = found(ctx.deployment(), &page)?;
        let last = page.last().map(|v| (v.id.clone(), v.version));
        mark.done = page.len() < CHUNK as usize;
        mark.after = last.or(mark.after);
        let text = serde_json::to_string(&mark).map_err(|e| AppError::Fault(e.to_string()))?;
        kept += ctx.change(act, |load| {
            let mut tx = load.permit(Scope::District)?;
            let new = representative::keep(&mut tx, &names)?;
            let noted = match &mark.after {
                Some(last) => {
                    reading::note_all(&mut tx, (after.as_ref(), last), &doubted, ctx.today())?
                }
                None => 0,
            };
            deployment::set(&mut tx, MARK, &text)?;
            let detail = json!({
                "versions": page.len(), "names": new, "noted": noted, "done": mark.done,
            });
            Ok(tx.done(new, detail))
        })?;
        seen += page.len() as u64;
        progress(seen);
    }
    Ok(kept)
}

/// The names in these rows, and the versions with a text to be read.
#[allow(clippy::type_complexity, reason = "two sets")]
fn found(
    deployment: &Deployment,
    page: &[VersionPayload],
) -> AppResult<(BTreeSet<(SubjectKey, String)>, BTreeSet<VersionPlace>)> {
    let (mut names, mut doubted) = (BTreeSet::new(), BTreeSet::new());
    for version in page {
        let payload = Payload::parse(&version.payload)?;
        let key = SubjectKey(version.id.key_text().to_owned());
        let persons = names::of_row(deployment, &version.item, &payload);
        names.extend(persons.into_iter().map(|name| (key.clone(), name)));
        let item = deployment.rulebook().item(&version.item);
        if item.is_some_and(|item| may_be_read(deployment, item, &payload)) {
            doubted.insert((version.id.clone(), version.version));
        }
    }
    Ok((names, doubted))
}
