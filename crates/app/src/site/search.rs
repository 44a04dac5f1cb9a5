//! Search by code, by present or former name. A name never decides identity: homonyms are listed
//! as different organisations. Where nothing is found, what is a slip away is suggested.

use super::{LIMIT, dossier::hit, near};
use crate::{
    Act, AppError, AppResult, Ctx, Deployment,
    view::{SearchAnswer, SearchHit},
    wording::public_name,
};
use std::collections::{HashMap, HashSet};
use xinheng_domain::{
    code, identity, name, redact,
    subject::{Subject, SubjectKey},
    text,
};
use xinheng_store::{
    Conn,
    search::{self, NameHit, NameHits},
    subject,
};

/// Finds organisations.
///
/// # Errors
/// Faults of the store.
pub fn search(ctx: &Ctx<'_>, query: &str, limit: u32) -> AppResult<SearchAnswer> {
    ctx.allow(Act::SubjectSearch)?;
    let limit = limit.clamp(1, LIMIT) as usize;
    let mut answer = SearchAnswer {
        query: query.to_owned(),
        hits: Vec::new(),
        more: false,
        note: None,
        suggestions: Vec::new(),
    };
    let compact: String = text::half_width(query).split_whitespace().collect();
    if compact.is_empty() {
        return Ok(answer);
    }
    let upper = compact.to_ascii_uppercase();
    // No code is without a digit, and most names are.
    if upper.bytes().any(|b| b.is_ascii_digit())
        && let Some(found) = by_code(ctx, &upper)?
    {
        answer.hits.push(found);
        return Ok(answer);
    }
    // An old identity number may pass for a registration number, so no such number is repeated.
    let old_number = upper.len() == 15 && identity::has_birthday(upper.as_bytes());
    let among_words = redact::mask_identity_numbers(query) != query;
    if old_number || among_words || identity::looks_like_identity_number(&upper) {
        answer.query = String::new();
        answer.note = Some(
            "本站只收录单位，不收录自然人，也不能按身份证件号码查找。您输入的号码没有被保存。"
                .to_owned(),
        );
        return Ok(answer);
    }
    let like_a_code = upper.bytes().all(|b| b.is_ascii_alphanumeric());
    if upper.len() == code::LENGTH && like_a_code {
        answer.suggestions = near::codes(ctx, &upper)?;
        let checked = code::check(&upper, ctx.deployment().rulebook().code_tables());
        answer.note = Some(if checked.severity == code::CodeSeverity::Error {
            format!("“{upper}”不是正确的统一社会信用代码，请核对登记证照上的18位代码。")
        } else {
            format!(
                "没有代码为“{upper}”的单位。代码本身格式正确，可能不在本区登记或者没有报送过信息。"
            )
        });
        return Ok(answer);
    }
    let Some(key) = name::query_key(query) else {
        answer.note = Some("请至少输入名称中相连的两个字，或者完整的统一社会信用代码。".to_owned());
        return Ok(answer);
    };
    let near = by_name(ctx, &key, limit, &mut answer)?;
    if answer.hits.is_empty() && like_a_code {
        answer.suggestions = near::codes(ctx, &upper)?;
    }
    if !answer.suggestions.is_empty() {
        answer.note = Some(format!(
            "输入的“{upper}”有{}位，统一社会信用代码是{}位，请核对登记证照上的代码。",
            upper.len(),
            code::LENGTH
        ));
    } else if answer.hits.is_empty() {
        answer.suggestions = suggested(ctx.deployment(), near, &key);
        answer.note = Some(format!(
            "没有名称中含有“{}”的单位。请核对用字，或者用统一社会信用代码查找；以个人姓名命名的个体工商户只能用代码查找。",
            query.trim()
        ));
    }
    Ok(answer)
}

fn by_code(ctx: &Ctx<'_>, code: &str) -> AppResult<Option<SearchHit>> {
    ctx.public(Act::SubjectSearch, |conn| {
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
        Ok(Some(SearchHit {
            matched_by: by.to_owned(),
            ..hit(ctx.deployment(), &found, false)
        }))
    })
}

/// Keys of the organisations that a code, or a part of a name, leads to; `None` where there are
/// more than `most`. Nothing leads to what the search itself does not find.
pub(super) fn keys(
    deployment: &Deployment,
    conn: &mut Conn,
    words: &str,
    most: usize,
) -> AppResult<Option<Vec<SubjectKey>>> {
    let compact: String = text::half_width(words).split_whitespace().collect();
    let by_code = subject::keys_of(conn, &compact.to_ascii_uppercase())?;
    if !by_code.is_empty() {
        return Ok(Some(by_code));
    }
    let Some(key) = name::query_key(words) else {
        return Err(AppError::BadInput(
            "请至少写名称中相连的两个字，或者完整的统一社会信用代码。".to_owned(),
        ));
    };
    let mut found = search::names(conn, &key, most)?;
    if found.truncated {
        return Ok(None);
    }
    found.hits.retain_mut(|hit| shows(deployment, hit, &key));
    if found.hits.is_empty()
        && let Some(parts) = Parts::of(words)
    {
        found = parts.names(deployment, conn, most)?;
        if found.truncated {
            return Ok(None);
        }
    }
    let mut keys: Vec<SubjectKey> = found.hits.into_iter().map(|hit| hit.key).collect();
    keys.sort_unstable();
    keys.dedup();
    Ok(Some(keys))
}

/// Puts the name as the public sees it; what is struck from it does not lead to it either.
fn shows(deployment: &Deployment, hit: &mut NameHit, key: &str) -> bool {
    let shown = public_name(deployment, &hit.name, false);
    let same = shown == hit.name;
    hit.name = shown;
    same || name::search_key(&hit.name).contains(key)
}

/// What was typed with blanks in it: its parts, as names are searched.
struct Parts {
    /// The longest, by which names are looked up.
    longest: String,
    all: Vec<String>,
}

impl Parts {
    /// Names that hold the longest part and are looked at for the others.
    const LOOKED_AT: usize = 2000; // no law: a bound for one search

    fn of(typed: &str) -> Option<Self> {
        let parts = text::half_width(typed);
        let parts = parts.split_whitespace().map(name::search_key);
        let all: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
        // Of equal ones the first: what is special about a name mostly comes before its form.
        let longest = all.iter().rev().max_by_key(|part| part.chars().count())?;
        let longest = name::query_key(longest)?;
        (all.len() > 1).then_some(Self { longest, all })
    }

    /// Names that hold all parts, wherever they stand, as the public sees them.
    fn names(&self, deployment: &Deployment, conn: &mut Conn, most: usize) -> AppResult<NameHits> {
        let mut found = search::names(conn, &self.longest, Self::LOOKED_AT)?;
        found.hits.retain_mut(|hit| {
            hit.name = public_name(deployment, &hit.name, false);
            let own = name::search_key(&hit.name);
            self.all.iter().all(|part| own.contains(part))
        });
        found.truncated |= found.hits.len() > most;
        found.hits.truncate(most);
        Ok(found)
    }
}

/// Finds the names that hold what was asked for, or each of its parts; where there is none, gives those that are near.
fn by_name(ctx: &Ctx<'_>, key: &str, limit: usize, answer: &mut SearchAnswer) -> AppResult<Near> {
    let deployment = ctx.deployment();
    let parts = Parts::of(&answer.query);
    ctx.public(Act::SubjectSearch, |conn| {
        let mut found = search::names(conn, key, limit)?;
        found.hits.retain_mut(|hit| shows(deployment, hit, key));
        let mut at = key;
        if found.hits.is_empty()
            && let Some(parts) = &parts
        {
            found = parts.names(deployment, conn, limit)?;
            at = &parts.longest;
        }
        let subjects = seen(conn, &mut found.hits)?;
        answer.more = found.truncated;
        answer.hits = listed(deployment, &found.hits, &subjects, at);
        if answer.hits.is_empty() {
            near_names(conn, deployment, key)
        } else {
            Ok(Near::default())
        }
    })
}

/// Names that are suggested, at most; each with all who bear it.
const SUGGESTED: usize = 5;

/// Names that differ by a slip from what was asked for, the nearest first, with their subjects.
#[derive(Default)]
struct Near {
    names: Vec<NearName>,
    subjects: HashMap<SubjectKey, Subject>,
}

struct NearName {
    /// Half slips.
    distance: u32,
    /// Characters more or less than asked for.
    longer: usize,
    /// As it is searched.
    own: String,
    hit: NameHit,
}

fn near_names(conn: &mut Conn, deployment: &Deployment, key: &str) -> AppResult<Near> {
    let likeness = deployment.likeness();
    let length = key.chars().count();
    let mut names: Vec<NearName> = search::candidates(conn, key)?
        .into_iter()
        .filter_map(|mut hit| {
            // Few are near, and only they are looked at for what is struck from names.
            likeness.distance(key, &name::search_key(&hit.name))?;
            hit.name = public_name(deployment, &hit.name, false);
            let own = name::search_key(&hit.name);
            Some(NearName {
                distance: likeness.distance(key, &own)?,
                longer: own.chars().count().abs_diff(length),
                own,
                hit,
            })
        })
        .collect();
    let order = |n: &NearName| (n.distance, n.longer);
    names.sort_by(|a, b| {
        (order(a).cmp(&order(b))).then_with(|| (&a.own, &a.hit.key).cmp(&(&b.own, &b.hit.key)))
    });
    let mut hits: Vec<NameHit> = names.iter().map(|n| n.hit.clone()).collect();
    let subjects = seen(conn, &mut hits)?;
    names.retain(|n| hits.contains(&n.hit));
    Ok(Near { names, subjects })
}

/// Organisations whose names differ by a slip from what was asked for, the nearest first. Where
/// more are equally near than can be told apart at a glance, none is.
fn suggested(deployment: &Deployment, near: Near, key: &str) -> Vec<SearchHit> {
    let Near {
        names: near,
        subjects,
    } = near;
    let nearest = near.first().map(|n| n.distance);
    let mut names: Vec<&str> = Vec::new();
    let mut hits = Vec::new();
    for one in &near {
        if !names.contains(&one.own.as_str()) {
            if names.len() == SUGGESTED {
                if Some(one.distance) == nearest {
                    return Vec::new();
                }
                break;
            }
            names.push(&one.own);
        }
        hits.push(one.hit.clone());
    }
    hits.truncate(LIMIT as usize);
    listed(deployment, &hits, &subjects, key)
}

/// Leaves the names that may be seen: not those of codes that lead elsewhere by now, nor of
/// organisations that nobody may know of yet. Gives whose they are.
fn seen(conn: &mut Conn, hits: &mut Vec<NameHit>) -> AppResult<HashMap<SubjectKey, Subject>> {
    let moved = moved(conn, hits.iter().map(|h| &h.key))?;
    hits.retain(|h| !moved.contains(&h.key));
    let keys: Vec<&SubjectKey> = hits.iter().map(|h| &h.key).collect();
    let subjects = subject::get_many(conn, &keys)?;
    let unseen = subject::unseen(conn, subjects.values())?;
    hits.retain(|h| !unseen.contains(&h.key));
    Ok(subjects)
}

/// The names as they are shown; a business named by a person is found by its code alone (I6).
fn listed(
    deployment: &Deployment,
    hits: &[NameHit],
    subjects: &HashMap<SubjectKey, Subject>,
    key: &str,
) -> Vec<SearchHit> {
    let mut bearers: HashMap<String, Vec<&SubjectKey>> = HashMap::new();
    for hit in hits {
        let same = bearers.entry(name::comparison_key(&hit.name)).or_default();
        if !same.contains(&&hit.key) {
            same.push(&hit.key);
        }
    }
    let mut shown = Vec::with_capacity(hits.len());
    for one in hits {
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
        shown.push(SearchHit {
            matched_name: one.name.clone(),
            matched_at: place(&one.name, key),
            matched_by: by.to_owned(),
            ..hit(deployment, subject, homonym)
        });
    }
    shown
}

/// Those of the keys that are by now another organisation's former code: met in a file before the
/// register said whose they are. They are no organisations of their own.
pub(super) fn moved<'k>(
    conn: &mut Conn,
    keys: impl Iterator<Item = &'k SubjectKey>,
) -> AppResult<HashSet<SubjectKey>> {
    let codes: Vec<&str> = keys.map(SubjectKey::as_str).collect();
    let aliases = subject::aliases(conn, &codes)?;
    Ok(aliases
        .into_iter()
        .filter(|(code, key)| key.as_str() != code)
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
