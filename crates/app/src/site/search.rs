//! Search by code, by present or former name. A name never decides identity: homonyms are listed
//! as different organisations.

use super::{LIMIT, dossier::hit};
use crate::{
    Action, AppError, AppResult, Ctx,
    view::{SearchAnswer, SearchHit},
};
use std::collections::{HashMap, HashSet};
use xinheng_domain::{code, identity, name, subject::SubjectKey, text};
use xinheng_store::{Conn, search, subject};

/// Finds organisations.
///
/// # Errors
/// Faults of the store.
pub fn search(ctx: &Ctx<'_>, query: &str, limit: u32) -> AppResult<SearchAnswer> {
    ctx.authorise(Action::ReadPublic)?;
    let limit = limit.clamp(1, LIMIT) as usize;
    let mut answer = SearchAnswer {
        query: query.to_owned(),
        hits: Vec::new(),
        more: false,
        note: None,
    };
    let compact: String = text::half_width(query).split_whitespace().collect();
    if compact.is_empty() {
        return Ok(answer);
    }
    let upper = compact.to_ascii_uppercase();
    if let Some(found) = by_code(ctx, &upper)? {
        answer.hits.push(found);
        return Ok(answer);
    }
    // An old identity number may pass for a registration number, so no such number is repeated.
    let old_number = upper.len() == 15 && identity::has_birthday(upper.as_bytes());
    if old_number || identity::looks_like_identity_number(&upper) {
        answer.query = String::new();
        answer.note = Some(
            "本站只收录组织，不收录自然人，也不能按身份证件号码查找。您输入的号码没有被保存。"
                .to_owned(),
        );
        return Ok(answer);
    }
    if upper.len() == code::LENGTH && upper.bytes().all(|b| b.is_ascii_alphanumeric()) {
        let checked = code::check(&upper, ctx.office().rulebook().code_tables());
        answer.note = Some(if checked.severity == code::CodeSeverity::Error {
            format!("「{upper}」不是正确的统一社会信用代码，请核对登记证照上的18位代码。")
        } else {
            format!(
                "没有代码为「{upper}」的组织。代码本身格式正确，可能不在本区登记或者没有报送过信息。"
            )
        });
        return Ok(answer);
    }
    let Some(key) = name::query_key(query) else {
        answer.note = Some("请至少输入名称中相连的两个字，或者完整的统一社会信用代码。".to_owned());
        return Ok(answer);
    };
    by_name(ctx, &key, limit, &mut answer)?;
    if answer.hits.is_empty() {
        answer.note = Some(format!(
            "没有名称中含有「{}」的组织。请核对用字，或者用统一社会信用代码查找；以个人姓名命名的个体工商户只能用代码查找。",
            query.trim()
        ));
    }
    Ok(answer)
}

fn by_code(ctx: &Ctx<'_>, code: &str) -> AppResult<Option<SearchHit>> {
    ctx.office().db().read(|conn| {
        let Some(key) = subject::key_of(conn, code)? else {
            return Ok(None);
        };
        let Some(found) = subject::get(conn, &key)? else {
            return Ok(None);
        };
        if !subject::unseen(conn, [&found])?.is_empty() {
            return Ok(None);
        }
        let by = if found.code == code {
            "code"
        } else {
            "alias_code"
        };
        Ok::<_, AppError>(Some(SearchHit {
            matched_by: by.to_owned(),
            ..hit(&found, false)
        }))
    })
}

fn by_name(ctx: &Ctx<'_>, key: &str, limit: usize, answer: &mut SearchAnswer) -> AppResult<()> {
    let (found, subjects) = ctx.office().db().read(|conn| {
        let mut found = search::names(conn, key, limit)?;
        let moved = moved(conn, found.hits.iter().map(|h| &h.key))?;
        found.hits.retain(|h| !moved.contains(&h.key));
        let keys: Vec<&SubjectKey> = found.hits.iter().map(|h| &h.key).collect();
        let subjects = subject::get_many(conn, &keys)?;
        let unseen = subject::unseen(conn, subjects.values())?;
        found.hits.retain(|h| !unseen.contains(&h.key));
        Ok::<_, AppError>((found, subjects))
    })?;
    answer.more = found.truncated;
    let mut bearers: HashMap<String, Vec<&SubjectKey>> = HashMap::new();
    for hit in &found.hits {
        let same = bearers.entry(name::comparison_key(&hit.name)).or_default();
        if !same.contains(&&hit.key) {
            same.push(&hit.key);
        }
    }
    for one in &found.hits {
        let Some(subject) = subjects.get(&one.key).filter(|s| !s.person_named) else {
            continue;
        };
        let homonym = bearers
            .get(&name::comparison_key(&one.name))
            .is_some_and(|b| b.len() > 1);
        let by = if one.current {
            "present_name"
        } else {
            "former_name"
        };
        answer.hits.push(SearchHit {
            matched_name: one.name.clone(),
            matched_at: place(&one.name, key),
            matched_by: by.to_owned(),
            ..hit(subject, homonym)
        });
    }
    Ok(())
}

/// Those of the keys that are by now another organisation's former code: met in a file before the
/// register said whose they are. They are no organisations of their own.
pub(super) fn moved<'k>(
    conn: &mut Conn,
    keys: impl Iterator<Item = &'k SubjectKey>,
) -> AppResult<HashSet<SubjectKey>> {
    let codes: Vec<&str> = keys.map(SubjectKey::as_str).collect();
    let linked = subject::link(conn, &codes)?;
    Ok(linked
        .into_iter()
        .filter(|(code, to)| to.key.as_str() != code)
        .map(|(code, _)| SubjectKey(code))
        .collect())
}

/// Where the query stands in the name, in characters, where normalising moved none.
fn place(shown: &str, key: &str) -> Option<(u32, u32)> {
    let normalised = name::search_key(shown);
    if normalised.chars().count() != shown.chars().count() {
        return None;
    }
    let start = normalised.get(..normalised.find(key)?)?.chars().count();
    Some((
        u32::try_from(start).ok()?,
        u32::try_from(key.chars().count()).ok()?,
    ))
}
