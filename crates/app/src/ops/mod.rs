//! Backup, restoring, verification.

mod clock;
mod deep;
mod numbers;
mod verify;

pub use clock::{clock_holds, confirm_clock};
pub use deep::{Deep, verify_deep};
pub use verify::{Verified, verify};

use crate::{Act, Actor, AppError, AppResult, Ctx, Deployment, Place, Scope};
use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;
use serde_json::json;
use std::path::Path;
use xinheng_store::{StoreError, audit, ops};

/// Copies the database to a file while it is in use, and says how far it is in pages. The file is
/// readable by its owner alone. Gives whether it is in the audit: where the database lies on a
/// medium that cannot be written, it is not.
///
/// # Errors
/// Forbidden; bad input where the file exists or cannot be made, and on PostgreSQL, whose own
/// tools the sentence names; faults of the store. Then nothing is in the audit.
pub fn backup(ctx: &Ctx<'_>, to: &Path, progress: &mut dyn FnMut(u64, u64)) -> AppResult<bool> {
    let db = ctx.whole(Act::DatabaseBackup)?;
    if to.exists() {
        return Err(AppError::BadInput(format!(
            "“{}”已经存在，请换一个文件名，避免覆盖以前的备份。",
            to.display()
        )));
    }
    // It bears its name only once it is in the audit.
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    let made = ops::backup(db, part, progress).map_err(|e| match e {
        StoreError::Unsupported(said) => AppError::BadInput(format!("{said}。")),
        fault => fault.into(),
    });
    let entered = made.and_then(|()| {
        if ops::is_read_only(db)? {
            return Ok(false);
        }
        ctx.change(Act::DatabaseBackup, |load| {
            let tx = load.permit(Scope::District)?;
            Ok(tx.done(true, json!({"file": to.display().to_string()})))
        })
    });
    let named = entered.and_then(|entered| {
        std::fs::rename(part, to).map_err(|source| AppError::File {
            path: to.display().to_string(),
            source,
        })?;
        Ok(entered)
    });
    named.inspect_err(|_| {
        let _ = std::fs::remove_file(part);
    })
}

/// What a restore did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// File that holds what was there before; `None` where there was nothing.
    pub kept: Option<String>,
    /// What was there before was damaged: the file is no backup, but the damaged one itself.
    pub damaged: bool,
    /// The database as it is now.
    pub verified: Verified,
}

/// Puts the content of a backup into the deployment's database, which may be in use, and keeps
/// what was there beside it. Only the operator does it; it opens no database before.
/// `clock_is_right` says that the clock counts although it stands before the backup's last entry.
///
/// # Errors
/// Forbidden; the clock stands before the backup's last entry, without that word; bad input where the file is no sound backup that this program knows, or is the
/// database itself, and on PostgreSQL; the folder cannot be made; faults of the store.
pub fn restore(
    place: &Place,
    actor: Actor,
    now: Timestamp,
    from: &Path,
    clock_is_right: bool,
) -> AppResult<Restored> {
    if !matches!(actor, Actor::Operator { .. }) {
        return Err(AppError::Forbidden(
            "只有区信用办可以恢复数据库。".to_owned(),
        ));
    }
    let location = place.location()?;
    if place.database.is_some() {
        return Err(AppError::BadInput(
            "PostgreSQL 数据库不用本命令恢复，请用 pg_restore（例如 pg_restore --clean --if-exists -d 库名 备份文件）。"
                .to_owned(),
        ));
    }
    let same = |a: &Path, b: &Path| {
        a.canonicalize()
            .ok()
            .is_some_and(|a| Some(a) == b.canonicalize().ok())
    };
    if same(from, Path::new(&location.to_string())) {
        return Err(AppError::BadInput(format!(
            "“{}”就是正在使用的数据库，请写明备份文件。",
            from.display()
        )));
    }
    let clock = ops::examine(from, |backup| {
        if clock_is_right || crate::district::of(backup)?.demo {
            return Ok(());
        }
        Ok(audit::require(backup, now)?)
    });
    let rulebook = place.rulebook()?;
    clock.map_err(|e: AppError| match e.or_clock(&rulebook) {
        AppError::Store(e) => AppError::BadInput(format!(
            "“{}”不能用来恢复，现有的数据没有改动：{e}。",
            from.display()
        )),
        refused => refused,
    })?;
    let stamp = now
        .to_zoned(TimeZone::fixed(jiff::tz::offset(8)))
        .strftime("%Y%m%d-%H%M%S")
        .to_string();
    if let Some(dir) = &place.data {
        std::fs::create_dir_all(dir).map_err(|source| AppError::File {
            path: dir.display().to_string(),
            source,
        })?;
    }
    let kept = ops::restore(&location, from, &stamp)?;
    let (kept, damaged) = match kept {
        ops::Kept::Nothing => (None, false),
        ops::Kept::Copy(path) => (Some(path.display().to_string()), false),
        ops::Kept::Aside(path) => (Some(path.display().to_string()), true),
    };
    // A backup of an older program is brought up to this one.
    let deployment = Deployment::create(place, now)?;
    let ctx = deployment.ctx(actor, now);
    if clock_is_right {
        confirm_clock(&ctx)?;
    }
    crate::wording::fill(&ctx, &mut |_| {})?;
    let detail = json!({"file": from.display().to_string(), "kept": kept, "damaged": damaged});
    ctx.change(Act::DatabaseRestore, |load| {
        let tx = load.permit(Scope::District)?;
        Ok(tx.done((), detail.clone()))
    })?;
    Ok(Restored {
        kept,
        damaged,
        verified: verify(&ctx)?,
    })
}

/// Whether the audit log still has a line that was noted as its end, `position:hash`.
///
/// # Errors
/// Forbidden; bad input where the note is no such line; faults of the store.
pub fn has_noted(ctx: &Ctx<'_>, noted: &str) -> AppResult<bool> {
    let db = ctx.whole(Act::DatabaseVerify)?;
    let (position, hash) = noted
        .trim()
        .split_once(':')
        .and_then(|(position, hash)| Some((position.parse::<u64>().ok()?, hash)))
        .filter(|(_, hash)| hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
        .ok_or_else(|| {
            AppError::BadInput(format!(
                "“{noted}”不是审计链的末端，应当照“db verify”打印的原样填写：序号、英文冒号、64位摘要。"
            ))
        })?;
    let kept = ops::chain_hash(db, position)?;
    Ok(kept.is_some_and(|kept| kept.eq_ignore_ascii_case(hash)))
}
