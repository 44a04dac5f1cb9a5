//! `/records`: filters in the address.

use super::Answer;
use crate::{
    error::WebError,
    pages::list::{self, ListPage},
    respond::{self, Cache},
    site::Site,
    visitor::{Params, Visitor},
};
use axum::extract::State;
use xinheng_app::{Ctx, site::ListQuery};

/// Names that are no field of an item.
const OWN: [&str; 7] = [
    "item",
    "department",
    "month",
    "cursor",
    "limit",
    "as_of",
    "known_at",
];

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor, params: Params) -> Answer {
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        let query = query(ctx, &params)?;
        let list = xinheng_app::site::list(ctx, &query)?;
        let item = query
            .item
            .as_deref()
            .and_then(|id| ctx.office().rulebook().item(id));
        let page = ListPage {
            frame,
            heading: item.map_or_else(|| "公示列表".to_owned(), |i| format!("公示中的{}", i.title)),
            base: "/records".to_owned(),
            subject: None,
            asked: list::asked(&params),
            list,
            first: query.cursor.is_none(),
        };
        respond::html(&page, Cache::Ask)
    })
    .await
}

/// The question behind an address. A name that is none of ours must be a filter field of the
/// chosen item; anything else is told, never silently ignored.
pub(crate) fn query(ctx: &Ctx<'_>, params: &Params) -> Result<ListQuery, WebError> {
    let (as_of, known_at) = params.dates()?;
    let owned = |name: &str| params.get(name).map(str::to_owned);
    let item = owned("item");
    let chosen = item
        .as_deref()
        .and_then(|id| ctx.office().rulebook().item(id));
    let mut facet = None;
    for (name, value) in params.pairs().filter(|(name, _)| !OWN.contains(name)) {
        let known = ctx
            .office()
            .rulebook()
            .items()
            .iter()
            .any(|i| i.filters.iter().any(|f| f == name));
        if chosen.is_some_and(|i| i.filters.iter().any(|f| f == name)) {
            facet = Some((name.to_owned(), value.to_owned()));
        } else if !known {
            let name: String = name.chars().take(40).collect();
            return Err(WebError::bad_input(format!(
                "不认识筛选条件“{name}”。请从列表上方的筛选中选择。"
            )));
        }
        // A filter of another item, left over when the item was changed, falls away.
    }
    Ok(ListQuery {
        month: params.month("month")?.map(str::to_owned),
        department: owned("department"),
        cursor: owned("cursor"),
        limit: params.limit(list::DEFAULT_LIMIT, list::MAX_LIMIT)?,
        item,
        facet,
        as_of,
        known_at,
    })
}
