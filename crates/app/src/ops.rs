//! Backup, verification, sealing of the audit.

use crate::{Action, AppError, AppResult, Ctx};
use serde::Serialize;
use serde_json::json;
use std::path::Path;
use xinheng_store::{audit, ops};

/// Copies the database to a file while it is in use.
///
/// # Errors
/// Forbidden; the file exists; faults of the store. PostgreSQL has its own tools, which the
/// error names.
pub fn backup(ctx: &Ctx<'_>, to: &Path) -> AppResult<()> {
    ctx.authorise(Action::Manage)?;
    if to.exists() {
        return Err(AppError::BadInput(format!(
            "「{}」已经存在，请换一个文件名，避免覆盖以前的备份。",
            to.display()
        )));
    }
    ctx.office().db().write(|_| {
        Ok::<_, AppError>((
            (),
            ctx.audit("database.backup", json!({"file": to.display().to_string()})),
        ))
    })?;
    seal_audit(ctx)?;
    Ok(ops::backup(ctx.office().db(), to)?)
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Nothing is wrong.
    pub sound: bool,
    /// Line by line, in Chinese.
    pub lines: Vec<String>,
    /// Audit entries in the chained log.
    pub audit_sealed: u64,
    /// Audit entries that wait for the sealer.
    pub audit_unsealed: u64,
}

/// Recomputes what can be recomputed: the engine's own check, the audit chain, the versions.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn verify(ctx: &Ctx<'_>) -> AppResult<Verified> {
    ctx.authorise(Action::Manage)?;
    let found = ops::verify(ctx.office().db())?;
    let mut lines = vec![format!("数据库结构：第{}版", found.schema)];
    if found.integrity.is_empty() {
        lines.push("数据库文件：完好".to_owned());
    }
    lines.extend(
        found
            .integrity
            .iter()
            .map(|problem| format!("数据库文件有问题：{problem}")),
    );
    for (table, rows) in &found.rows {
        lines.push(format!("　{table}：{rows}行"));
    }
    lines.push(format!(
        "审计：{}条已封存，{}条待封存",
        found.audit.sealed, found.audit.unsealed
    ));
    if found.audit.pruned > 0 {
        lines.push(format!(
            "　其中{}条按保存期限已清除内容，只留摘要",
            found.audit.pruned
        ));
    }
    match &found.audit.first_broken {
        None => lines.push("审计链：逐条重算相符".to_owned()),
        Some(at) => lines.push(format!(
            "审计链第{}条不符：{}。请保留现场，与备份核对。",
            at.position, at.fault
        )),
    }
    if found.unmarked_versions > 0 {
        lines.push(format!(
            "有{}个记录版本的先后标记不符，请联系维护人员。",
            found.unmarked_versions
        ));
    }
    Ok(Verified {
        sound: found.sound(),
        lines,
        audit_sealed: found.audit.sealed,
        audit_unsealed: found.audit.unsealed,
    })
}

/// Chains the hashes of entries that wait: the command does it at its end, the server every
/// second.
///
/// # Errors
/// Faults of the store.
pub fn seal_audit(ctx: &Ctx<'_>) -> AppResult<()> {
    audit::seal(ctx.office().db(), ctx.now())?;
    Ok(())
}
