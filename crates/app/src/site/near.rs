//! Organisations whose codes are one slip away from a mistyped one.

use super::dossier::hit;
use crate::{
    Act, AppResult, Ctx,
    view::{NearCode, SearchHit},
};
use std::collections::HashMap;
use xinheng_domain::{
    code::{self, Near, Slip},
    subject::SubjectKey,
};
use xinheng_store::subject;

/// Organisations that exist and whose code, present or former, is one slip away. A business named
/// by a person is found by its exact code alone (I6), and nobody who may not be seen yet is told.
pub(super) fn codes(ctx: &Ctx<'_>, typed: &str) -> AppResult<Vec<SearchHit>> {
    let tables = ctx.deployment().rulebook().code_tables();
    let near = code::one_slip_away(typed, tables);
    if near.is_empty() {
        return Ok(Vec::new());
    }
    let candidates: Vec<&str> = near.iter().map(|near| near.code.as_str()).collect();
    let (linked, subjects) = ctx.public(Act::PublicRead, |conn| {
        // A former code leads to the organisation that bears another by now.
        let mut linked = subject::link(conn, &candidates)?;
        linked.retain(|_, to| !to.person_named);
        let keys: Vec<&SubjectKey> = linked.values().map(|to| &to.key).collect();
        let mut subjects = subject::get_many(conn, &keys)?;
        let unseen = subject::unseen(conn, subjects.values())?;
        subjects.retain(|key, one| !one.person_named && !unseen.contains(key));
        let keys: HashMap<String, SubjectKey> = linked
            .into_iter()
            .map(|(code, to)| (code, to.key))
            .collect();
        Ok::<_, crate::AppError>((keys, subjects))
    })?;
    let shown = near.iter().filter_map(|near| {
        let subject = subjects.get(linked.get(&near.code)?)?;
        Some(SearchHit {
            matched_by: "near_code".to_owned(),
            near: Some(told(near)),
            ..hit(ctx.deployment(), subject, false)
        })
    });
    Ok(shown.collect())
}

fn told(near: &Near) -> NearCode {
    let (at, length, difference) = match near.slip {
        Slip::Wrong { at, typed, meant } => {
            (at, 1, format!("第{}位是{meant}，输入的是{typed}", at + 1))
        }
        Slip::Exchanged { at } => (
            at,
            2,
            format!("第{}位和第{}位与输入的前后相反", at + 1, at + 2),
        ),
        Slip::Missing { at, meant } => {
            (at, 1, format!("第{}位是{meant}，输入的少了这一位", at + 1))
        }
        Slip::Surplus { at, typed } => (at, 0, format!("输入的第{}位“{typed}”是多出的", at + 1)),
    };
    let place = u32::try_from(at).ok().filter(|_| length > 0);
    NearCode {
        code: near.code.clone(),
        at: place.map(|at| (at, length)),
        difference,
    }
}
