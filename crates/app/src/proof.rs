//! Proofs: what a record's public page said can be shown later by whoever holds it on paper or in a
//! file, while it stands there; afterwards nobody can show any more what it was (I10, ADR 23).
//!
//! A proof is a hash over the public wording and a random salt of the record. The hash stands in the
//! audit, the salt apart from it; it never leaves, and is destroyed with the publication.

use crate::{
    Act, AppError, AppResult, Ctx, Scope,
    account::{random, random_word},
    site,
    view::{ProofFile, ProofMark, ProofPlace, ProofState, ProofView, RecordAnswer, RecordView},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use xinheng_domain::{hex::hex, record::RecordId};
use xinheng_store::{
    Conn, audit,
    proof::{self, Proof, Salted},
};

/// What proofs of this kind begin with.
const FORMAT: &str = "xinheng-proof-1";
/// Signs of a code.
const SIGNS: usize = 16; // no law: eighty bits, none to be guessed
/// Groups of signs in a code.
const GROUP: usize = 4;

/// What a page says of a record, part by part: the facts, not how a sentence puts them.
pub type Wording = Vec<(String, String)>;

/// A proof as a file to be kept: everything that the page said, and nothing that proves it without us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofDocument {
    /// `xinheng-proof-1`.
    pub format: String,
    /// Address at which it is checked.
    pub check: String,
    /// Its code.
    pub code: String,
    /// Number of the record.
    pub record: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// What the page said.
    pub wording: Wording,
}

/// What the page says of a record now.
#[must_use]
pub fn wording(view: &RecordView) -> Wording {
    let line = &view.line;
    let day = |day: Option<jiff::civil::Date>| day.map(|d| d.to_string()).unwrap_or_default();
    let mut all = vec![
        ("信息类别".to_owned(), line.item_title.clone()),
        (
            "统一社会信用代码".to_owned(),
            line.subject_code.clone().unwrap_or_default(),
        ),
        ("单位名称".to_owned(), line.subject_name.clone()),
        (
            "失信信息类别".to_owned(),
            line.class_title.clone().unwrap_or_default(),
        ),
        ("公示起".to_owned(), line.shown_from.to_string()),
        ("公示止".to_owned(), day(line.shown_until)),
        ("最早可以申请修复".to_owned(), day(line.earliest_repair)),
    ];
    let fields = view.fields.iter();
    all.extend(fields.map(|f| (format!("{} {}", f.id, f.name), f.value.clone())));
    all
}

/// Hash over the salt and a wording, each part with its length before it.
fn digest(salt: &str, record: &str, wording: &Wording) -> String {
    let mut hash = Sha256::new();
    let parts = wording.iter().flat_map(|(name, value)| [name, value]);
    for part in [FORMAT, salt, record]
        .into_iter()
        .chain(parts.map(String::as_str))
    {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}

/// Whether a proof is of this wording.
fn is_of(kept: &Salted, wording: &Wording) -> bool {
    let record = kept.proof.record_id();
    let salt = kept.salt.as_deref();
    salt.is_some_and(|salt| digest(salt, record.as_str(), wording) == kept.proof.digest)
}

fn mark(proof: &Proof) -> ProofMark {
    ProofMark {
        code: proof.code.clone(),
        made_at: proof.made_at,
    }
}

/// The proof of what a page shows: the one that there is, or a new one where the page says something
/// that none was made of. A page is shown without one where it cannot be made now; the log says why.
pub(crate) fn of(ctx: &Ctx<'_>, view: &RecordView) -> Option<ProofMark> {
    let id = RecordId(view.line.id.clone());
    let now = wording(view);
    let there = ctx.public(Act::PublicRead, |conn| present(conn, &id, &now));
    let made = match there {
        Ok(Some(mark)) => return Some(mark),
        Ok(None) => make(ctx, &id),
        Err(error) => Err(error),
    };
    made.unwrap_or_else(|error| {
        tracing::warn!(record = id.as_str(), %error, "no proof could be made");
        None
    })
}

fn present(conn: &mut Conn, id: &RecordId, now: &Wording) -> AppResult<Option<ProofMark>> {
    let kept = proof::of_record(conn, id)?;
    Ok(kept
        .filter(|kept| is_of(kept, now))
        .map(|kept| mark(&kept.proof)))
}

/// Makes the proof of what is public of a record in this transaction, and destroys the salt of the
/// one before.
fn make(ctx: &Ctx<'_>, id: &RecordId) -> AppResult<Option<ProofMark>> {
    ctx.change(Act::ProofMake, |mut load| {
        let answer = site::answer(ctx, &mut load, id, None, None)?;
        let now = match &answer {
            RecordAnswer::Shown(view) => Some((wording(view), view.version)),
            RecordAnswer::Gone(_) | RecordAnswer::Unknown => None,
        };
        let there = match &now {
            Some((now, _)) => present(&mut load, id, now)?,
            None => None,
        };
        let mut tx = load.permit(Scope::District)?;
        let Some((now, version)) = now.filter(|_| there.is_none()) else {
            return Ok(tx.nothing(there));
        };
        let salt = hex(&random::<32>()?);
        let made = Proof {
            subject_key: id.key_text().to_owned(),
            record_tail: id.tail().to_owned(),
            code: random_word(SIGNS)?,
            version,
            digest: digest(&salt, id.as_str(), &now),
            made_at: ctx.moment(),
        };
        proof::keep(&mut tx, &made, &salt)?;
        let detail = json!({"record": id, "proof": made.code, "digest": made.digest});
        Ok(tx.done(Some(mark(&made)), detail).about(id.subject_key()))
    })
}

/// The proof of what a page shows, as a file; `site` is the address of the site. Nothing where the
/// record is not public or has no proof now.
///
/// # Errors
/// Faults of the store.
pub fn document(ctx: &Ctx<'_>, id: &str, site: &str) -> AppResult<Option<ProofDocument>> {
    let RecordAnswer::Shown(view) = site::record(ctx, id, None, None)? else {
        return Ok(None);
    };
    Ok(view.proof.as_ref().map(|proof| ProofDocument {
        format: FORMAT.to_owned(),
        check: format!("{site}/verify/{}", proof.code),
        code: proof.code.clone(),
        record: view.line.id.clone(),
        made_at: proof.made_at,
        wording: wording(&view),
    }))
}

/// Reads a file with a proof.
///
/// # Errors
/// Bad input: it is none.
pub fn read(bytes: &[u8]) -> AppResult<ProofDocument> {
    let read = serde_json::from_slice::<ProofDocument>(bytes);
    read.ok()
        .filter(|read| read.format == FORMAT)
        .ok_or_else(|| {
            AppError::BadInput(
            "这个文件不是本站的凭证文件。请选择从记录页面下载的凭证文件（JSON），不要改动它的内容。"
                .to_owned(),
        )
        })
}

/// A code as people type it: letters large or small, with or without what stands between groups.
#[must_use]
pub fn code(typed: &str) -> String {
    let signs = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
    let signs: Vec<char> = signs.map(|c| c.to_ascii_lowercase()).collect();
    let groups = signs.chunks(GROUP).map(|group| group.iter().collect());
    groups.collect::<Vec<String>>().join("-")
}

/// How a proof stands: whether it was made here, and whether what it was made of stands there now.
/// `file`: the file that was given with it.
///
/// # Errors
/// Faults of the store.
pub fn check(
    ctx: &Ctx<'_>,
    code: &str,
    file: Option<&ProofDocument>,
) -> AppResult<Option<ProofView>> {
    ctx.public(Act::ProofCheck, |conn| {
        let Some(kept) = proof::by_code(conn, code)? else {
            return Ok(None);
        };
        let id = kept.proof.record_id();
        let (state, record) = match site::answer(ctx, conn, &id, None, None)? {
            RecordAnswer::Shown(view) if is_of(&kept, &wording(&view)) => {
                (ProofState::Current, Some(view.line.id))
            }
            RecordAnswer::Shown(view) => (ProofState::Updated, Some(view.line.id)),
            RecordAnswer::Gone(_) | RecordAnswer::Unknown => (ProofState::Over, None),
        };
        let file = file.map(|file| match (state, &kept.salt) {
            // What is over is not compared, though its salt may be there for some minutes.
            (ProofState::Over, _) | (_, None) => ProofFile::Closed,
            _ if file.record == id.as_str() && is_of(&kept, &file.wording) => ProofFile::Same,
            _ => ProofFile::Altered,
        });
        Ok(Some(ProofView {
            state,
            made_at: kept.proof.made_at,
            record,
            file,
            audit: place(conn, &kept.proof, &id)?,
            code: kept.proof.code,
        }))
    })
}

fn place(conn: &mut Conn, proof: &Proof, id: &RecordId) -> AppResult<Option<ProofPlace>> {
    let Some(key) = id.subject_key() else {
        return Ok(None);
    };
    let is = |detail: &serde_json::Value| detail["proof"] == proof.code.as_str();
    let place = audit::place(conn, &key, Act::ProofMake.id(), |d| {
        is(d) && d["digest"] == proof.digest.as_str()
    })?;
    Ok(place.map(|place| ProofPlace {
        position: place.position,
        chain_hash: place.chain_hash,
        sealed_at: place.sealed_at,
        sound: place.sound,
    }))
}

/// Destroys the salts of what is not public today: a period that is over ends without an act. Gives
/// how many.
///
/// # Errors
/// Faults of the store.
pub fn tidy(ctx: &Ctx<'_>) -> AppResult<u64> {
    let over = ctx.load(Act::ProofEnd, |conn| {
        Ok(proof::outlived(conn, ctx.today())?)
    })?;
    if over == 0 {
        return Ok(0);
    }
    ctx.change(Act::ProofEnd, |load| {
        let mut tx = load.permit(Scope::District)?;
        let ended = proof::forget_over(&mut tx, ctx.today())?;
        Ok(tx.done(ended, json!({"ended": ended})))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        for typed in [
            "abcd-efgh-jkmn-pqrs",
            " ABCD EFGH jkmn pqrs",
            "abcdefghjkmnpqrs",
        ] {
            assert_eq!(code(typed), "abcd-efgh-jkmn-pqrs");
        }
        assert_eq!(code(""), "");
    }

    #[test]
    fn a_digest_parts_what_it_is_made_of() {
        let of = |parts: &[(&str, &str)]| {
            let parts = parts.iter();
            let parts = parts.map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
            digest("salt", "record", &parts.collect())
        };
        assert_ne!(of(&[("a", "bc")]), of(&[("ab", "c")]));
        assert_ne!(of(&[("a", "b"), ("c", "")]), of(&[("a", "b")]));
        assert_ne!(digest("1", "r", &Vec::new()), digest("2", "r", &Vec::new()));
    }
}
