//! Reporting to the platform above (向上级平台报送): its own templates filled from stored records,
//! its answers read back row by row, so that nothing is typed twice and sending again is safe.

mod keys;
mod look;
mod make;
mod receipt;

pub use look::{DispatchLine, DispatchView, Listed, SentLine, Stands, file, list, open};
pub use make::{Made, Make, Skipped, keep, make, usable};
pub use receipt::{Answer, ReceiptOutcome, RefusedAbove, read_receipt};

use crate::{Act, AppError, AppResult, Ctx, Scope};
use serde::Serialize;
use xinheng_domain::forward::ForwardTemplate;

/// Where a file that was made is sealed for.
fn place_of(id: &str) -> String {
    format!("forward:{id}")
}

/// A template, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TemplateLine {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Catalogue item.
    pub item: String,
    /// Columns.
    pub columns: usize,
    /// Whether its sources are verified.
    pub verified: bool,
}

/// A department's own, or the district's.
fn scope(department: Option<&str>) -> Scope<'_> {
    department.map_or(Scope::District, Scope::Department)
}

/// The templates of the rulebook.
///
/// # Errors
/// Forbidden.
pub fn templates(ctx: &Ctx<'_>) -> AppResult<Vec<TemplateLine>> {
    ctx.allow(Act::ForwardList)?;
    let all = ctx.deployment().rulebook().forward_templates();
    let line = |t: &ForwardTemplate| TemplateLine {
        id: t.id.clone(),
        title: t.title.clone(),
        item: t.item.clone(),
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
