//! The number of a record, from what names it.

use crate::{Act, AppError, AppResult, Ctx, Deployment, Scope};
use serde_json::json;
use xinheng_domain::{
    catalogue::{Item, Role},
    code,
    condition::Values,
    name,
    record::RecordId,
    subject::SubjectKey,
};
use xinheng_store::{record, subject};

/// The number of a record of `item`: the same identity gives the same one, and nobody outside
/// can guess it. The subject's key stands for its code, so that an alias leads to the same record.
pub(super) fn record_id(
    deployment: &Deployment,
    item: &Item,
    (values, code): (&[String], Option<usize>),
    key: &SubjectKey,
) -> RecordId {
    let mut parts: Vec<&str> = vec![&item.id];
    parts.extend(values.iter().enumerate().map(|(i, value)| {
        if Some(i) == code && !key.is_unlinked() {
            key.as_str()
        } else {
            value.as_str()
        }
    }));
    RecordId::new(key, &deployment.tail("record", &parts))
}

/// The key of a party without a usable code.
pub(super) fn unlinked_key(deployment: &Deployment, unlinked: &[String]) -> SubjectKey {
    let parts: Vec<&str> = unlinked.iter().map(String::as_str).collect();
    SubjectKey(format!("x:{}", deployment.tail("subject", &parts)))
}

/// What tells one party without a code from another.
pub(super) fn unlinked_parts(name: &str, registration: &str) -> Vec<String> {
    vec![name::comparison_key(name), registration.to_owned()]
}

/// The number of the record that a row with these values belongs to, if there is one: for a
/// clerk who has to name the record that a correction replaces.
///
/// # Errors
/// Forbidden; unknown item; faults of the store.
pub fn number_of<V: Values + ?Sized>(
    ctx: &Ctx<'_>,
    item: &str,
    row: &V,
) -> AppResult<Option<RecordId>> {
    ctx.allow(Act::RecordNumber)?;
    let deployment = ctx.deployment();
    let item = deployment
        .rulebook()
        .item(item)
        .ok_or_else(|| AppError::NotFound(format!("没有目录项“{item}”。")))?;
    let value = |role| {
        let field = item.by_role(role);
        field.and_then(|f| row.value(&f.id)).unwrap_or_default()
    };
    let code = Some(value(Role::SubjectCode)).filter(|c| code::is_usable(c.as_bytes()));
    ctx.look(
        Act::RecordNumber,
        "查询更正所替换的记录编号",
        |read| {
            let mut seen = read.permit(Scope::District)?;
            let key = match code {
                Some(code) => subject::link(&mut seen, &[code])?
                    .remove(code)
                    .map(|linked| linked.key),
                None => {
                    let name = value(Role::SubjectName);
                    let parts = unlinked_parts(name, value(Role::RegistrationNumber));
                    Some(unlinked_key(deployment, &parts))
                }
            };
            let id = match key {
                Some(key) => {
                    let identity = (&*item.identity_of(row), code_place(item));
                    let id = record_id(deployment, item, identity, &key);
                    record::current(&mut seen, &id)?.map(|s| s.record.id)
                }
                None => None,
            };
            let detail = json!({"item": item.id, "record": id});
            Ok(seen.done(id, detail))
        },
    )
}

/// The number that a row with these values has under this subject's key.
pub(crate) fn number_under<V: Values + ?Sized>(
    deployment: &Deployment,
    item: &Item,
    row: &V,
    key: &SubjectKey,
) -> RecordId {
    record_id(
        deployment,
        item,
        (&*item.identity_of(row), code_place(item)),
        key,
    )
}

/// The place of the subject's code among the identity values.
pub(super) fn code_place(item: &Item) -> Option<usize> {
    let code = item.by_role(Role::SubjectCode)?;
    item.identity.iter().position(|f| *f == code.id)
}
