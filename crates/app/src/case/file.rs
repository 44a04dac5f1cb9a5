//! Files that belong to a case (办件材料): sealed, recognised by their content, never shown inline.

use super::{
    Loaded, load,
    look::{Opened, opened},
    step::{concerned, matter_of, scope},
};
use crate::{
    Act, AppError, AppResult, Ctx, RefusalCode, ctx::new_id, handin::StagedKey,
    intake::kept_file_name,
};
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::path::Path;
use xinheng_domain::{
    case::{CaseId, Phase},
    hex::hex,
    permission::{AGENT, COUNTER},
};
use xinheng_store::{
    Conn,
    case::file::{self, CaseFile},
};

/// Largest file, and how many a case may have.
pub const MOST_BYTES: usize = 20 << 20; // no law: ours, about one scanned document
const MOST_FILES: usize = 50; // no law: ours

/// What is taken: media type, endings of the name, the word for it.
const TAKEN: [(&str, &[&str]); 9] = [
    ("application/pdf", &["pdf"]),
    ("image/jpeg", &["jpg", "jpeg"]),
    ("image/png", &["png"]),
    (DOCX, &["docx"]),
    (XLSX, &["xlsx"]),
    ("application/msword", &["doc"]),
    ("application/vnd.ms-excel", &["xls"]),
    // WPS and older programs write these two kinds without telling which.
    ("application/x-ole-storage", &["doc", "xls", "wps", "et"]),
    // GB/T 33190-2016.
    ("application/ofd", &["ofd"]),
];
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A file of a case, in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLine {
    /// Id.
    pub id: String,
    /// Base name.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Who added it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// When its content was removed.
    pub removed_at: Option<Timestamp>,
    /// Whoever asks may remove it.
    pub removable: bool,
}

impl FileLine {
    /// Size in kilobytes, rounded up.
    #[must_use]
    pub const fn kilobytes(&self) -> u64 {
        self.bytes.div_ceil(1024)
    }
}

/// The media type of a file; refused where its content is none that is taken, or not what its name says.
fn recognised(name: &str, bytes: &[u8]) -> AppResult<&'static str> {
    let told = "请添加 PDF、OFD、JPG、PNG、Word 或者 Excel 文件。";
    let holds = |part: &str| memchr::memmem::find(bytes, part.as_bytes()).is_some();
    let ending = Path::new(name).extension().and_then(|e| e.to_str());
    let ending = ending.unwrap_or_default().to_ascii_lowercase();
    let kind = infer::get(bytes).map(|kind| kind.mime_type());
    // A container says by what is in it what it is.
    let inside = match kind {
        Some("application/zip") if holds("OFD.xml") => Some("application/ofd"),
        Some("application/zip") if holds("word/document.xml") => Some(DOCX),
        Some("application/zip") if holds("xl/workbook.xml") => Some(XLSX),
        Some("application/zip") => None,
        other => other,
    };
    let taken = inside.and_then(|kind| TAKEN.iter().find(|(media, _)| *media == kind));
    match taken {
        Some((media, endings)) if endings.contains(&ending.as_str()) => Ok(media),
        Some((_, endings)) => Err(AppError::BadInput(format!(
            "“{name}”的内容是 {} 文件，和文件名的后缀不一致，没有保存。请核对文件，用正确的后缀另存后再添加。",
            endings.join(" / ")
        ))),
        None => Err(AppError::BadInput(format!(
            "认不出“{name}”是什么文件，没有保存。{told}"
        ))),
    }
}

/// Adds a file to an open case. Gives its id.
///
/// # Errors
/// Forbidden; no such case; the case is over; the file is empty, too large, or none that is taken.
pub fn attach(ctx: &Ctx<'_>, id: &str, name: &str, bytes: &[u8]) -> AppResult<String> {
    ctx.allow(Act::CaseAttach)?;
    if bytes.len() > MOST_BYTES {
        return Err(AppError::BadInput(format!(
            "“{name}”超过{}MB，没有保存。请压缩扫描的清晰度，或者分成几个文件。",
            MOST_BYTES >> 20
        )));
    }
    let media = recognised(name, bytes)?;
    let key = StagedKey::made(ctx)?;
    let file_id = new_id(ctx.now());
    let sealed = key.seal(&place_of(&file_id), bytes)?;
    let hash = hex(&Sha256::digest(bytes));
    ctx.change(Act::CaseAttach, |mut conn| {
        let loaded = load(ctx, &mut conn, id)?;
        let there = file::of_case(&mut conn, &loaded.case.id)?;
        let matter = matter_of(&mut conn, &loaded)?;
        let memberships = ctx.memberships(&mut conn, &matter.items())?;
        let concerned = concerned(&loaded);
        let concerns = |d: &str| concerned.iter().any(|c| c == d);
        let mut tx = conn.permit(scope(&memberships, &matter, concerns))?;
        refuse_over(ctx, &loaded)?;
        let kept = || there.iter().filter(|f| f.removed_at.is_none());
        if let Some(known) = kept().find(|f| f.file_hash == hash) {
            return Ok(tx.nothing(known.id.clone()));
        }
        if kept().count() >= MOST_FILES {
            return Err(AppError::BadInput(format!(
                "一个办件最多有{MOST_FILES}份材料，请先合并文件。"
            )));
        }
        let mine = memberships.iter().find(|m| {
            let of_case = m.department.as_deref().is_none_or(concerns);
            let permissions = ctx.deployment().rulebook().permissions();
            of_case && permissions.holds(&m.role, Act::CaseAttach)
        });
        let case: &CaseId = &loaded.case.id;
        let row = CaseFile {
            subject_key: case.key().to_owned(),
            case_tail: case.tail().to_owned(),
            id: file_id.clone(),
            file_name: kept_file_name(name),
            media_type: media.to_owned(),
            bytes: bytes.len() as u64,
            file_hash: hash.clone(),
            added_by: ctx.actor().audit_name(),
            role: mine.map_or_else(String::new, |m| m.role.clone()),
            department: mine.and_then(|m| m.department.clone()),
            added_at: ctx.now(),
            removed_by: None,
            removed_at: None,
        };
        file::add(&mut tx, &row, sealed.clone())?;
        let detail = json!({"case": case.0, "file": file_id, "sha256": hash});
        Ok(tx.done(file_id.clone(), detail))
    })
}

/// Removes the content of a file from an open case: by whoever added it, or by the office.
///
/// # Errors
/// Forbidden; no such case or file; the case is over.
pub fn detach(ctx: &Ctx<'_>, id: &str, file_id: &str) -> AppResult<()> {
    ctx.change(Act::CaseAttach, |mut conn| {
        let loaded = load(ctx, &mut conn, id)?;
        let known = one(&mut conn, &loaded.case.id, file_id)?;
        let matter = matter_of(&mut conn, &loaded)?;
        let memberships = ctx.memberships(&mut conn, &matter.items())?;
        let concerned = concerned(&loaded);
        let concerns = |d: &str| concerned.iter().any(|c| c == d);
        let mut tx = conn.permit(scope(&memberships, &matter, concerns))?;
        refuse_over(ctx, &loaded)?;
        let actor = ctx.actor().audit_name();
        if known.removed_at.is_some() {
            return Ok(tx.nothing(()));
        }
        let of_office = memberships.iter().any(|m| m.department.is_none());
        if known.added_by != actor && !of_office {
            return Err(ctx.refused(RefusalCode::CaseFileOfAnother, &[]));
        }
        let removed = CaseFile {
            removed_by: Some(actor),
            removed_at: Some(ctx.now()),
            ..known
        };
        file::remove(&mut tx, &removed)?;
        let detail = json!({"case": loaded.case.id.0, "file": file_id, "removed": true});
        Ok(tx.done((), detail))
    })
}

/// A file's name, media type and content. Leaves a line.
///
/// # Errors
/// Forbidden; no such case or file; its content was removed or does not open.
pub fn download(
    ctx: &Ctx<'_>,
    id: &str,
    file_id: &str,
) -> AppResult<(String, &'static str, Vec<u8>)> {
    ctx.look(Act::CaseFile, "查看办件材料", |read| {
        let Opened {
            mut seen, loaded, ..
        } = opened(ctx, read, id)?;
        let known = one(&mut seen, &loaded.case.id, file_id)?;
        if !is_for(ctx, &known) {
            return Err(AppError::NotFound("办件中没有这份材料。".to_owned()));
        }
        let sealed = file::content(&mut seen, &known)?;
        let sealed = sealed.ok_or_else(|| AppError::NotFound("这份材料已经删除。".to_owned()))?;
        let key = StagedKey::there(ctx)?;
        let bytes = key.open(&place_of(&known.id), &sealed, &known.file_hash)?;
        let media = TAKEN.iter().find(|(media, _)| *media == known.media_type);
        let media = media.map_or("application/octet-stream", |(media, _)| media);
        let detail = json!({"case": loaded.case.id.0, "file": file_id});
        Ok(seen.done((known.file_name, media, bytes), detail))
    })
}

/// The files of a case, as its page lists them.
pub(super) fn of(ctx: &Ctx<'_>, conn: &mut Conn, loaded: &Loaded<'_>) -> AppResult<Vec<FileLine>> {
    let kept = file::of_case(conn, &loaded.case.id)?;
    let logins = crate::account::logins(conn)?;
    let actor = ctx.actor().audit_name();
    let memberships = ctx.memberships(conn, &[])?;
    let of_office = memberships.iter().any(|m| m.department.is_none());
    let open = !is_over(loaded);
    let outside = ctx.own_subject().is_ok();
    let line = |file: CaseFile| FileLine {
        removable: open && file.removed_at.is_none() && (of_office || file.added_by == actor),
        id: file.id,
        name: file.file_name,
        bytes: file.bytes,
        by: match outside {
            true if file.role == AGENT => "本单位".to_owned(),
            true => "服务大厅窗口".to_owned(),
            false => crate::account::shown(&file.added_by, &logins),
        },
        at: file.added_at,
        removed_at: file.removed_at,
    };
    let kept = kept.into_iter().filter(|file| is_for(ctx, file));
    Ok(kept.map(line).collect())
}

/// Whether whoever asks may see a file: an organisation those that it added, or had added at the
/// counter.
fn is_for(ctx: &Ctx<'_>, file: &CaseFile) -> bool {
    ctx.own_subject().is_err() || [AGENT, COUNTER].contains(&file.role.as_str())
}

/// Whether whoever looks may add a file.
pub(super) fn attaches(ctx: &Ctx<'_>, conn: &mut Conn, loaded: &Loaded<'_>) -> AppResult<bool> {
    let permissions = ctx.deployment().rulebook().permissions();
    let memberships = ctx.memberships(conn, &[])?;
    let mut roles = memberships.iter().map(|m| &*m.role);
    Ok(!is_over(loaded) && roles.any(|role| permissions.holds(role, Act::CaseAttach)))
}

fn place_of(id: &str) -> String {
    format!("case-file:{id}")
}

fn one(conn: &mut Conn, case: &CaseId, file_id: &str) -> AppResult<CaseFile> {
    let mut all = file::of_case(conn, case)?.into_iter();
    let known = all.find(|f| f.id == file_id);
    known.ok_or_else(|| AppError::NotFound("办件中没有这份材料。".to_owned()))
}

fn is_over(loaded: &Loaded<'_>) -> bool {
    let state = loaded.kind.state(loaded.case.state());
    state.is_none_or(|s| s.phase == Phase::End)
}

fn refuse_over(ctx: &Ctx<'_>, loaded: &Loaded<'_>) -> AppResult<()> {
    if is_over(loaded) {
        return Err(ctx.refused(RefusalCode::CaseOver, &[]));
    }
    Ok(())
}
