//! Reporting to the platform above (向上级平台报送): its own templates filled from stored records,
//! its answers read back row by row, so that nothing is typed twice and sending again is safe.

mod keys;
mod make;
mod receipt;

pub use make::{Made, Make, Skipped, make, usable};
pub use receipt::{ReceiptOutcome, RefusedAbove, read_receipt};

use crate::{Act, AppError, AppResult, Ctx, Scope};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use serde_json::json;
use xinheng_domain::forward::ForwardTemplate;
use xinheng_store::forward;

/// A template, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TemplateLine {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Columns.
    pub columns: usize,
    /// Whether its sources are verified.
    pub verified: bool,
}

/// The templates of the rulebook.
///
/// # Errors
/// Forbidden.
pub fn templates(ctx: &Ctx<'_>) -> AppResult<Vec<TemplateLine>> {
    ctx.allow_in(Act::ForwardMake, Scope::District)?;
    let all = ctx.deployment().rulebook().forward_templates();
    let line = |t: &ForwardTemplate| TemplateLine {
        id: t.id.clone(),
        title: t.title.clone(),
        columns: t.columns.len(),
        verified: t.basis.iter().all(|b| b.verified),
    };
    Ok(all.iter().map(line).collect())
}

fn template<'a>(ctx: &Ctx<'a>, id: &str) -> AppResult<&'a ForwardTemplate> {
    let all = ctx.deployment().rulebook().forward_templates();
    all.iter().find(|t| t.id == id).ok_or_else(|| {
        let known: Vec<String> = all
            .iter()
            .map(|t| format!("{}（{}）", t.id, t.title))
            .collect();
        AppError::NotFound(format!(
            "没有报送模板“{id}”。可用的有：{}。",
            known.join("、")
        ))
    })
}

/// A file that was made, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DispatchLine {
    /// Id.
    pub id: String,
    /// Template, in Chinese.
    pub template_title: String,
    /// Department; empty for all.
    pub department: String,
    /// First decision day.
    pub from: Date,
    /// Last decision day.
    pub until: Date,
    /// Name of the file.
    pub file: String,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
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

/// Files shown at once.
const SHOWN: u32 = 100;

/// The latest files made for the platform above, and what it answered.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn list(ctx: &Ctx<'_>) -> AppResult<Vec<DispatchLine>> {
    let templates = ctx.deployment().rulebook().forward_templates();
    ctx.look(Act::ForwardList, "报送文件一览", |read| {
        let mut seen = read.permit(Scope::District)?;
        let mut lines = Vec::new();
        for d in forward::dispatches(&mut seen, SHOWN)? {
            let (accepted, refused, waiting) = forward::answered(&mut seen, &d.id)?;
            let known = templates.iter().find(|t| t.id == d.template);
            lines.push(DispatchLine {
                template_title: known.map_or(d.template, |t| t.title.clone()),
                id: d.id,
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
            });
        }
        let count = lines.len();
        Ok(seen.done(lines, json!({"count": count})))
    })
}
