//! A whole deployment copied into another, empty database.

use crate::{Act, Actor, AppError, AppResult, Deployment, Place, Scope, wording};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use xinheng_store::{
    StoreError,
    copy::{Copied, Copy},
};

pub use xinheng_store::copy::CopyProgress;

/// A table in both databases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CopyLine {
    /// Its name.
    pub table: &'static str,
    /// Rows in the source.
    pub rows: u64,
    /// Hash over the rows in the source.
    pub hash: String,
    /// Rows in the target.
    pub target_rows: u64,
    /// Hash over the rows in the target.
    pub target_hash: String,
    /// Whether both hold the same.
    pub equal: bool,
}

/// What a copy did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CopyReport {
    /// The target.
    pub target: String,
    /// Every table holds the same in both: only then can the target be opened.
    pub equal: bool,
    /// An earlier run had begun.
    pub resumed: bool,
    /// An earlier run had finished; nothing was written.
    pub already: bool,
    /// Writes to the source since the state that was copied: they are not in the target.
    pub written_since: u64,
    /// The end of the audit chain in both, `position:hash`.
    pub audit_head: Option<String>,
    /// Every table, compared.
    #[serde(skip)]
    pub tables: Vec<CopyLine>,
}

/// What an operator gives: a PostgreSQL address, or the folder of a deployment.
#[must_use]
pub fn place_of(text: &str) -> Place {
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        Place {
            data: None,
            database: Some(text.to_owned()),
            ..Place::default()
        }
    } else {
        Place {
            data: Some(text.into()),
            database: None,
            ..Place::default()
        }
    }
}

/// Copies the deployment `office` into the database at `to`, which is made where there is none
/// and must be empty, or hold an unfinished copy of the same. The beginning of a copy is in the
/// source's audit, and so in both; a run that goes on writes nothing to the source.
///
/// # Errors
/// Forbidden; bad input where the target holds something else, is of another program, or where
/// the source has been written to since an earlier run, or was upgraded and not gone through yet;
/// faults of the store.
pub fn copy(
    deployment: &Deployment,
    actor: Actor,
    now: Timestamp,
    to: &Place,
    progress: &mut dyn FnMut(CopyProgress),
) -> AppResult<CopyReport> {
    let ctx = deployment.ctx(actor, now);
    let db = ctx.whole(Act::DatabaseCopy)?;
    if !ctx.load(Act::DatabaseCopy, wording::names_are_kept)? {
        return Err(AppError::BadInput(
            "源库升级后还没有整理完，请先运行“xinheng db migrate”，再复制。".to_owned(),
        ));
    }
    let target = to.location()?;
    if let Some(dir) = &to.data {
        let fault = |source| AppError::File {
            path: dir.display().to_string(),
            source,
        };
        std::fs::create_dir_all(dir).map_err(fault)?;
    }
    let refusal = |e| match e {
        StoreError::Unsupported(said) => AppError::BadInput(format!("{said}。")),
        fault => fault.into(),
    };
    let copy = Copy::prepare(db, &target, now).map_err(refusal)?;
    if copy.begins() {
        ctx.change(Act::DatabaseCopy, |load| {
            let tx = load.permit(Scope::District)?;
            Ok(tx.done((), json!({"to": target.to_string()})))
        })?;
        // Sealed before it is copied.
        ctx.whole(Act::DatabaseCopy)?;
    }
    Ok(report(
        target.to_string(),
        copy.run(progress).map_err(refusal)?,
    ))
}

fn report(target: String, copied: Copied) -> CopyReport {
    let equal = copied.equal();
    CopyReport {
        target,
        equal,
        resumed: copied.resumed,
        already: copied.already,
        written_since: copied.written_since,
        audit_head: copied.head.map(|(at, hash)| format!("{at}:{hash}")),
        tables: copied
            .tables
            .into_iter()
            .map(|t| CopyLine {
                table: t.table,
                equal: t.equal(),
                rows: t.rows.0,
                target_rows: t.rows.1,
                hash: t.hash.0,
                target_hash: t.hash.1,
            })
            .collect(),
    }
}
