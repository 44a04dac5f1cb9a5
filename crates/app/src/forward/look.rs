//! The files that were made for the platform above, and how each of their rows stands.

use super::scope;
use crate::{
    Act, AppError, AppResult, Ctx, Scope,
    handin::{StagedKey, kept_since, name_of},
    present::Payload,
};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use serde_json::json;
use xinheng_domain::{catalogue::Role, condition::Values as _, record::RecordId};
use xinheng_store::{
    Conn, department,
    forward::{self, Above, Dispatch},
    record,
};

/// A file that was made, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DispatchLine {
    /// Id.
    pub id: String,
    /// Template, in Chinese.
    pub template_title: String,
    /// Rows of natural persons.
    pub persons: bool,
    /// Department; empty for all.
    pub department: String,
    /// Its name; empty for all.
    pub department_name: String,
    /// First decision day.
    pub from: Date,
    /// Last decision day.
    pub until: Date,
    /// Name of the file.
    pub file: String,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
    /// Who made it.
    pub made_by: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// Rows.
    pub rows: u64,
    /// Accepted above.
    pub accepted: u64,
    /// Refused above.
    pub refused: u64,
    /// Not answered.
    pub waiting: u64,
}

/// Which files are listed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Listed<'a> {
    /// Of one department; all where absent.
    pub department: Option<&'a str>,
    /// By one template.
    pub template: Option<&'a str>,
}

/// Files shown at once.
const SHOWN: u32 = 100;

fn line(
    ctx: &Ctx<'_>,
    conn: &mut Conn,
    names: &[department::Department],
    d: Dispatch,
) -> AppResult<DispatchLine> {
    let (accepted, refused, waiting) = forward::answered(conn, &d.id)?;
    let templates = ctx.deployment().rulebook().forward_templates();
    let known = templates.iter().find(|t| t.id == d.template);
    let named = names.iter().find(|known| known.code == d.department);
    Ok(DispatchLine {
        template_title: known.map_or(d.template, |t| t.title.clone()),
        department_name: named.map_or_else(|| d.department.clone(), |named| named.name.clone()),
        made_by: name_of(conn, &d.actor)?,
        id: d.id,
        persons: d.persons,
        department: d.department,
        from: d.decided_from,
        until: d.decided_until,
        file: d.file_name,
        sha256: d.file_hash,
        made_at: d.made_at,
        rows: d.rows,
        accepted,
        refused,
        waiting,
    })
}

/// The latest files made for the platform above, and what it answered.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn list(ctx: &Ctx<'_>, listed: Listed<'_>) -> AppResult<Vec<DispatchLine>> {
    ctx.look(Act::ForwardList, "报送文件一览", |read| {
        let mut seen = read.permit(scope(listed.department))?;
        let names = department::all(&mut seen)?;
        let all = forward::dispatches(&mut seen, listed.department, listed.template, SHOWN)?;
        let mut lines = Vec::with_capacity(all.len());
        for dispatch in all {
            lines.push(line(ctx, &mut seen, &names, dispatch)?);
        }
        let detail = json!({"count": lines.len(), "department": listed.department});
        Ok(seen.done(lines, detail))
    })
}

/// How a row stands above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// Sent, not answered.
    Waiting,
    /// Accepted.
    Accepted,
    /// Refused.
    Refused,
}

impl Stands {
    const fn of(above: &Above) -> Self {
        match above {
            Above::Waiting => Self::Waiting,
            Above::Accepted { .. } => Self::Accepted,
            Above::Refused { .. } => Self::Refused,
        }
    }
}

/// A row of a file that was made; of a natural person's nothing but its place and the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentLine {
    /// From 1, as in the file.
    pub position: u64,
    /// How it stands.
    pub stands: Stands,
    /// The record.
    pub record: Option<String>,
    /// Number of its document.
    pub number: String,
    /// The party's name.
    pub party: String,
    /// It has been corrected since: its new version goes with the next file.
    pub corrected: bool,
    /// The platform's code, where it refused the row.
    pub code: String,
    /// Its reason.
    pub reason: String,
    /// What the code is known to mean, and what to do.
    pub meaning: Option<String>,
}

/// A file that was made, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatchView {
    /// As in the list.
    pub line: DispatchLine,
    /// The file itself is still kept.
    pub kept: bool,
    /// Rows that are asked for, in all.
    pub in_all: usize,
    /// Those of this page.
    pub rows: Vec<SentLine>,
}

/// The file with this id, for those who may see it: others learn not even that there is one.
fn known(conn: &mut Conn, id: &str) -> AppResult<Dispatch> {
    forward::dispatch(conn, id)?.ok_or_else(absent)
}

fn absent() -> AppError {
    AppError::NotFound("没有这份报送上级平台的文件，或者它不属于本部门。".to_owned())
}

fn of(dispatch: &Dispatch) -> Scope<'_> {
    scope(Some(dispatch.department.as_str()).filter(|d| !d.is_empty()))
}

fn hidden(error: AppError) -> AppError {
    match error {
        AppError::Forbidden(_) => absent(),
        other => other,
    }
}

/// A file with its rows, those alone that stand so where that is named, from `first` on.
///
/// # Errors
/// No such file, or not of the own department; faults of the store.
pub fn open(
    ctx: &Ctx<'_>,
    id: &str,
    asked: Option<Stands>,
    (first, most): (usize, usize),
) -> AppResult<DispatchView> {
    ctx.allow(Act::ForwardList)?;
    let since = kept_since(ctx)?;
    ctx.look(Act::ForwardList, "查看报送文件", |mut read| {
        let dispatch = known(&mut read, id)?;
        let mut seen = read.permit(of(&dispatch)).map_err(hidden)?;
        let names = department::all(&mut seen)?;
        let kept = dispatch.made_at >= since && forward::content(&mut seen, id)?.is_some();
        let rows = forward::rows(&mut seen, id)?;
        let rows = rows.into_iter();
        let rows = rows.filter(|(.., above)| asked.is_none_or(|s| s == Stands::of(above)));
        let rows: Vec<_> = rows.collect();
        let in_all = rows.len();
        let page: Vec<_> = rows.into_iter().skip(first).take(most).collect();
        let ids = page.iter().filter(|_| !dispatch.persons);
        let ids: Vec<RecordId> = ids.map(|(_, (id, _), _)| RecordId(id.clone())).collect();
        let records = record::current_many(&mut seen, &ids)?;
        let item = ctx.deployment().rulebook().item(&dispatch.item);
        let party = item.and_then(|item| item.by_role(Role::SubjectName));
        let codes = ctx.deployment().rulebook().code_list("receipt-code");
        let mut lines = Vec::with_capacity(page.len());
        for (position, (name, version), above) in page {
            let stands = Stands::of(&above);
            let (code, reason) = match above {
                Above::Refused { code, reason } => (code, reason),
                _ => (String::new(), String::new()),
            };
            let meaning = codes.and_then(|list| list.entries.iter().find(|e| e.code == code));
            let stored = records.get(&RecordId(name));
            let payload = stored.map(|s| Payload::parse(&s.record.payload));
            let payload = payload.transpose()?;
            let named = payload.as_ref().zip(party);
            let named = named.and_then(|(payload, field)| payload.value(&field.id));
            lines.push(SentLine {
                position,
                stands,
                record: stored.map(|s| s.record.id.to_string()),
                number: stored.map_or_else(String::new, |s| s.record.document_number.clone()),
                party: named.unwrap_or_default().to_owned(),
                corrected: stored.is_some_and(|s| s.record.version > version),
                meaning: meaning.map(|entry| entry.title.clone()),
                code,
                reason,
            });
        }
        let view = DispatchView {
            line: line(ctx, &mut seen, &names, dispatch)?,
            kept,
            in_all,
            rows: lines,
        };
        Ok(seen.done(view, json!({"dispatch": id})))
    })
}

/// The file itself, as it was made, and its name.
///
/// # Errors
/// As [`open`]; its days are over, or it was made by command; the key does not open it.
pub fn file(ctx: &Ctx<'_>, id: &str) -> AppResult<(String, Vec<u8>)> {
    ctx.allow(Act::ForwardFile)?;
    let since = kept_since(ctx)?;
    let (dispatch, content) = ctx.look(Act::ForwardFile, "报送上级平台", |mut read| {
        let dispatch = known(&mut read, id)?;
        let mut seen = read.permit(of(&dispatch)).map_err(hidden)?;
        let content = forward::content(&mut seen, id)?;
        let content = content.filter(|_| dispatch.made_at >= since).ok_or_else(|| {
            AppError::NotFound(
                "这份文件不再保存，或者是用命令生成在服务器上的。文件没有送出的，请勾选“再报等待回执和退回的”重新生成。"
                    .to_owned(),
            )
        })?;
        Ok(seen.done((dispatch, content), json!({"dispatch": id})))
    })?;
    let key = StagedKey::there(ctx)?;
    let bytes = key.open(
        &super::place_of(&dispatch.id),
        &content.content,
        &dispatch.file_hash,
    )?;
    Ok((dispatch.file_name, bytes))
}
