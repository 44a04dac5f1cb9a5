//! What is in force against an organisation: shown to whoever is refused by it, and kept with every step
//! that was judged by it.

use super::matter::Matter;
use crate::{AppResult, Ctx, record};
use xinheng_domain::{
    case::{Fact, Refused, Step},
    catalogue::{Item, PublicityRule},
    record::{Record, RecordId},
    refusal::Refusal,
    subject::SubjectKey,
};
use xinheng_store::{
    Conn,
    record::{self as records, Stored},
    subject,
};

/// Records read at once.
const PAGE: u32 = 500;
/// Named one by one; of the others their number is said.
const NAMED: usize = 10;

/// Every key under which an organisation's records stand.
pub(super) fn keys_of(conn: &mut Conn, key: &str) -> AppResult<Vec<SubjectKey>> {
    let keys = subject::keys_of(conn, key)?;
    Ok(if keys.is_empty() {
        vec![SubjectKey(key.to_owned())]
    } else {
        keys
    })
}

/// The records under these keys, of all items or of one.
pub(super) fn records_of(
    conn: &mut Conn,
    keys: &[SubjectKey],
    item: Option<&str>,
) -> AppResult<Vec<Stored>> {
    let mut all: Vec<Stored> = Vec::new();
    let mut after: Option<RecordId> = None;
    loop {
        let page = records::of_subjects(conn, keys, item, after.as_ref(), PAGE)?;
        let full = page.len() == PAGE as usize;
        after = page.last().map(|s| s.record.id.clone());
        all.extend(page);
        if !full {
            return Ok(all);
        }
    }
}

/// What is in force against an organisation: decisions of a grave class, and lists.
pub(super) fn against(ctx: &Ctx<'_>, conn: &mut Conn, key: &str) -> AppResult<Vec<String>> {
    let book = ctx.deployment().rulebook();
    let keys = keys_of(conn, key)?;
    let mut found = Vec::new();
    for item in book.items().iter().filter(|item| item.adverse) {
        let all = records_of(conn, &keys, Some(&item.id))?;
        let standing = all.iter().map(|s| &s.record);
        for one in standing.filter(|record| is_grave(ctx, item, record)) {
            found.push(format!("{}（{}）", one.document_number, item.title));
        }
    }
    Ok(found)
}

fn is_grave(ctx: &Ctx<'_>, item: &Item, record: &Record) -> bool {
    let grave = match (&item.publicity, &record.publicity.class) {
        (PublicityRule::Classes { .. }, Some(class)) => record::is_grave(ctx, record, class),
        (PublicityRule::Classes { .. }, None) => false,
        _ => true,
    };
    grave && record.ended.is_none() && record.publicity.public_on(ctx.today())
}

/// What a step's screening has found, in words; none where it asks for none.
pub(super) fn shown(
    ctx: &Ctx<'_>,
    conn: &mut Conn,
    matter: &Matter,
    step: &Step,
) -> AppResult<Option<String>> {
    if !step.when.iter().any(|w| w.fact == Some(Fact::NothingGrave)) {
        return Ok(None);
    }
    let found = against(ctx, conn, &matter.key)?;
    let named = found
        .iter()
        .take(NAMED)
        .cloned()
        .collect::<Vec<_>>()
        .join("、");
    Ok(Some(match found.len() {
        0 => format!("{}没有有效的严重失信信息和名单信息", ctx.today()),
        few if few <= NAMED => named,
        many => format!("{named}等{many}条"),
    }))
}

/// A refusal with what it rests on.
pub(super) fn proved(refused: &Refused<'_>, said: Refusal, against: Option<&str>) -> Refusal {
    match (refused, against) {
        (Refused::When(when, _), Some(against)) if when.fact == Some(Fact::NothingGrave) => {
            Refusal {
                message: format!("{}筛查结果：{against}。", said.message),
                ..said
            }
        }
        _ => said,
    }
}
