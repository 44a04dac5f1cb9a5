//! Rows of natural persons (自然人信息): with a key configured they are kept apart, counted,
//! forwarded to the platform above and deleted afterwards. They are never linked, listed or
//! searched, and nothing but a file for the platform above ever opens one (I6).

mod key;
mod row;

pub use key::PersonKey;
pub(crate) use row::{PersonCandidate, land, opened};

use crate::{Act, AppError, AppResult, Ctx, RefusalCode, Scope};
use jiff::ToSpan as _;
use serde::Serialize;
use serde_json::json;
use std::path::Path;
use xinheng_rulebook::PERSONS_KEPT;
use xinheng_store::{
    department, deployment,
    person::{self, PersonCount},
};

/// Setting that says under which key rows were kept first.
const KEY: &str = "person_key";

/// The key for rows of natural persons; `None` where this deployment keeps none.
///
/// # Errors
/// Bad input: the key file cannot be used, or is not the one rows were kept under before.
pub(crate) fn key(ctx: &Ctx<'_>) -> AppResult<Option<PersonKey>> {
    let configured = ctx.deployment().person_key()?;
    let recorded = recorded(ctx)?;
    match (&configured, recorded) {
        (None, None) => Ok(None),
        (None, Some(id)) => Err(AppError::BadInput(format!(
            "本部署保存自然人信息，用的是密钥 {id}，但是没有找到密钥文件。请把 person.key 放回数据目录，或者用“--person-key 文件”指明；没有写入任何内容。"
        ))),
        (Some(key), Some(id)) if key.id() != id => Err(AppError::BadInput(format!(
            "密钥文件不对：本部署的自然人信息用的是密钥 {id}，这一份是 {}。请换回原来的密钥文件；没有写入任何内容。",
            key.id()
        ))),
        (Some(_), _) => Ok(configured),
    }
}

/// The key where it can be used, for telling rows apart; whoever opens one asks [`key()`].
///
/// # Errors
/// As [`key()`].
pub(crate) fn configured(ctx: &Ctx<'_>) -> AppResult<Option<PersonKey>> {
    if recorded(ctx)?.is_none() {
        return Ok(None);
    }
    key(ctx)
}

/// Whether this deployment keeps rows of natural persons, or did.
pub(crate) fn is_begun(ctx: &Ctx<'_>) -> AppResult<bool> {
    Ok(ctx.deployment().person_key().is_ok_and(|key| key.is_some()) || recorded(ctx)?.is_some())
}

fn recorded(ctx: &Ctx<'_>) -> AppResult<Option<String>> {
    ctx.load(Act::BatchLand, |conn| Ok(deployment::setting(conn, KEY)?))
}

/// Notes under which key rows are kept from now on.
///
/// # Errors
/// Bad input: another import has noted another key meanwhile.
pub(crate) fn record_key(ctx: &Ctx<'_>, key: &PersonKey, department: &str) -> AppResult<()> {
    if recorded(ctx)?.is_some() {
        return Ok(());
    }
    ctx.change(Act::BatchLand, |load| {
        let mut tx = load.permit(Scope::Department(department))?;
        // Asked again where nobody else writes: one table under two keys could not be compared.
        if deployment::setting(&mut tx, KEY)?.is_some_and(|id| id != key.id()) {
            return Err(AppError::BadInput(
                "另一次导入刚刚用另一把密钥保存了自然人信息，没有写入任何内容。请核对密钥文件后重试。"
                    .to_owned(),
            ));
        }
        deployment::set(&mut tx, KEY, key.id())?;
        let detail = json!({"key": key.id()});
        Ok(tx.done((), detail).instead(Act::PersonKey))
    })
}

/// Makes the key file of this deployment, and gives the key's id. Where rows are kept already it is
/// refused: they open with their own key alone, and what one key kept the other cannot find again.
///
/// # Errors
/// Forbidden; rows are kept under another key; the file exists or cannot be written.
pub fn new_key(ctx: &Ctx<'_>, path: &Path) -> AppResult<String> {
    ctx.allow_in(Act::PersonKey, Scope::District)?;
    let Some(old) = recorded(ctx)? else {
        return PersonKey::create(path);
    };
    let mut made: Option<String> = None;
    let noted = ctx.change(Act::PersonKey, |load| {
        let mut tx = load.permit(Scope::District)?;
        if !person::is_empty(&mut tx)? {
            return Err(ctx.refused(RefusalCode::PersonKeyInUse, &[("old", &old)]));
        }
        // Named once and never used: whatever is kept from now on is kept under the new one.
        // A write that met another one runs again; the file is there by then.
        let id = match &made {
            Some(id) => id.clone(),
            None => made.insert(PersonKey::create(path)?).clone(),
        };
        deployment::set(&mut tx, KEY, &id)?;
        let detail = json!({"key": id, "instead_of": old});
        Ok(tx.done(id, detail))
    });
    noted.inspect_err(|_| {
        if made.is_some() {
            // Nothing was kept under it, and it would stand in the way of another attempt.
            let _ = std::fs::remove_file(path);
        }
    })
}

/// How many rows of an item and department are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PersonLine {
    /// Item, in Chinese.
    pub item_title: String,
    /// Department.
    pub department: String,
    /// Its name; the code where it is no longer listed.
    pub department_name: String,
    /// Kept now.
    pub kept: u64,
    /// Deleted by the rule of retention.
    pub deleted: u64,
}

/// How many rows are kept: the only thing that is told of them.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn counts(ctx: &Ctx<'_>) -> AppResult<Vec<PersonLine>> {
    let (counts, departments) = ctx.look(Act::PersonCount, "自然人信息的数量", |read| {
        let mut seen = read.permit(Scope::District)?;
        let departments = department::all(&mut seen)?;
        let counts = person::counts(&mut seen)?;
        let detail = json!({"lines": counts.len()});
        Ok(seen.done((counts, departments), detail))
    })?;
    let name_of = |code: &str| {
        let known = departments.iter().find(|d| d.code == code);
        known.map_or_else(|| code.to_owned(), |d| d.name.clone())
    };
    let line = |c: PersonCount| PersonLine {
        item_title: ctx
            .deployment()
            .rulebook()
            .item(&c.item)
            .map_or(c.item, |i| i.title.clone()),
        department_name: name_of(&c.department),
        department: c.department,
        kept: c.kept,
        deleted: c.deleted,
    };
    Ok(counts.into_iter().map(line).collect())
}

/// What the rule of retention did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deleted {
    /// Rows whose content is gone now.
    pub rows: u64,
    /// Days after acceptance for which a row is kept.
    pub days: u32,
    /// The days are a rule of the law or of this district; otherwise unverified.
    pub verified: bool,
}

/// Deletes what the platform above has accepted so many days ago.
///
/// # Errors
/// Forbidden; no rule of retention is in force; faults of the store.
pub fn delete(ctx: &Ctx<'_>) -> AppResult<Deleted> {
    ctx.allow_in(Act::PersonDelete, Scope::District)?;
    let rule = ctx
        .deployment()
        .rulebook()
        .parameter(PERSONS_KEPT, ctx.today());
    let Some((days, verified)) = rule.and_then(|r| {
        // A number that the law leaves open is no rule of the law.
        let basis = &r.value.basis;
        Some((r.number()?, basis.verified && !basis.reading))
    }) else {
        return Err(AppError::Rulebook(format!(
            "规则库没有今天有效的“{PERSONS_KEPT}”，不知道应当保存几天，没有删除。"
        )));
    };
    let before = ctx
        .now()
        .checked_sub((i64::from(days) * 24).hours())
        .map_err(|e| AppError::Fault(e.to_string()))?;
    let since = crate::handin::kept_since(ctx)?;
    let rows = ctx.change(Act::PersonDelete, |load| {
        let mut tx = load.permit(Scope::District)?;
        let rows = person::delete_accepted(&mut tx, before, ctx.now())?;
        // Nor in a file for the platform above whose days are over.
        xinheng_store::forward::sweep(&mut tx, since)?;
        Ok(tx.done(rows, json!({"rows": rows, "days": days})))
    })?;
    Ok(Deleted {
        rows,
        days,
        verified,
    })
}
