//! `/records`: filters in the address.

use crate::{
    check,
    error::WebError,
    record::list_page::{self, ListPage, Wrong},
    respond::{self, Answer, Cache},
    site::Site,
    visitor::{Params, Visitor, Way},
};
use axum::{extract::State, http::StatusCode};
use jiff::{Timestamp, civil::Date};
use xinheng_app::{
    Ctx,
    site::{ListQuery, PlainKind},
    view::RecordList,
};
use xinheng_domain::redact;

/// Names that every list takes.
const OWN: [&str; 5] = ["item", "cursor", "limit", "as_of", "known_at"];
/// Names that a list over all organisations takes beside these; the rest are fields of an item.
const OVER_ALL: [&str; 7] = [
    "department",
    "month",
    "name",
    "from",
    "until",
    "since",
    "order",
];

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor, params: Params) -> Answer {
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        // What the site does not show at all is told before what was typed wrongly.
        ctx.allow(xinheng_app::Act::RecordList)?;
        let found = listed(ctx, &params);
        let (query, list, wrong) = match found {
            Ok((query, list)) => (query, list, None),
            Err(error) => form_again(ctx, &params, error)?,
        };
        let status = match wrong {
            None => StatusCode::OK,
            Some(_) => StatusCode::BAD_REQUEST,
        };
        let item = query.item.as_deref();
        let title = item.and_then(|id| ctx.law().item_title(id));
        let page = ListPage {
            frame,
            heading: title.map_or_else(|| "公示列表".to_owned(), |t| format!("公示中的{t}")),
            base: "/records".to_owned(),
            subject: None,
            asked: list_page::asked(&params),
            list,
            first: query.cursor.is_none(),
            wrong,
        };
        respond::html_with(status, &page, Cache::Ask)
    })
    .await
}

fn listed(ctx: &Ctx<'_>, params: &Params) -> Result<(ListQuery, RecordList), WebError> {
    let query = query(ctx, params, Way::Page)?;
    let list = xinheng_app::site::list(ctx, &query)?;
    Ok((query, list))
}

/// Fields of the form that people write in.
const WRITTEN: [&str; 3] = ["name", "from", "until"];

/// The form again, with what is wrong in one of the fields that people write in, and nothing
/// listed; an error where it is something else.
fn form_again(
    ctx: &Ctx<'_>,
    params: &Params,
    error: WebError,
) -> Result<(ListQuery, RecordList, Option<Wrong>), WebError> {
    if error.status != StatusCode::BAD_REQUEST {
        return Err(error);
    }
    let written = WRITTEN
        .into_iter()
        .filter(|name| params.get(name).is_some());
    for field in written {
        if let Ok((query, mut list)) = listed(ctx, &params.without(field)) {
            list.records.clear();
            list.next = None;
            let text = error.told();
            return Ok((query, list, Some(Wrong { field, text })));
        }
    }
    Err(error)
}

/// The list as a table, CSV.
pub(crate) async fn csv(State(site): State<Site>, params: Params) -> Answer {
    table(
        site,
        params,
        PlainKind::Csv,
        "csv",
        "text/csv; charset=utf-8",
    )
    .await
}

/// The list as a workbook.
pub(crate) async fn workbook(State(site): State<Site>, params: Params) -> Answer {
    table(site, params, PlainKind::Workbook, "xlsx", check::WORKBOOK).await
}

/// Made whole before the first byte goes out: who breaks off holds nothing.
async fn table(
    site: Site,
    params: Params,
    kind: PlainKind,
    end: &'static str,
    media: &'static str,
) -> Answer {
    site.read(move |ctx| {
        let query = query(ctx, &params, Way::Page)?;
        let mut file = std::io::Cursor::new(Vec::new());
        let more = xinheng_app::site::export(ctx, &query, kind, &mut file)?;
        let title = query
            .item
            .as_deref()
            .and_then(|id| ctx.law().item_title(id));
        let title = title.unwrap_or("公示信息");
        let first = if more {
            format!("（前{}条）", xinheng_app::site::EXPORT_LIMIT)
        } else {
            String::new()
        };
        let response = respond::bytes(media, file.into_inner(), Cache::Ask);
        let name = format!("{title}{first}-{}.{end}", ctx.today());
        Ok(check::attachment(response, &name))
    })
    .await
}

/// What every list is asked.
pub(crate) struct Asked {
    pub(crate) item: Option<String>,
    pub(crate) cursor: Option<String>,
    pub(crate) limit: u32,
    pub(crate) as_of: Option<Date>,
    pub(crate) known_at: Option<Timestamp>,
}

/// The part of an address that every list has.
pub(crate) fn asked(ctx: &Ctx<'_>, params: &Params, way: Way) -> Result<Asked, WebError> {
    let (as_of, known_at) = params.dates()?;
    let item = params.get("item").map(str::to_owned);
    if let Some(id) = &item
        && ctx.law().item_title(id).is_none()
    {
        ctx.deployment().meet_unknown_item();
        return Err(unknown(
            &format!("没有“{}”这一类信息", short(id)),
            way,
            "可用的 item 见 /api/v1/catalogue",
        ));
    }
    Ok(Asked {
        item,
        cursor: params.get("cursor").map(str::to_owned),
        limit: params.limit(
            list_page::DEFAULT_LIMIT,
            list_page::MAX_LIMIT,
            "要取更多，请用答复中的 next 翻页。",
        )?,
        as_of,
        known_at,
    })
}

/// What of an organisation's records is asked: nothing but what every list has.
pub(crate) fn of_subject(ctx: &Ctx<'_>, params: &Params, way: Way) -> Result<Asked, WebError> {
    if way == Way::Interface {
        no_other_names(params, &OWN)?;
    }
    asked(ctx, params, way)
}

fn no_other_names(params: &Params, known: &[&str]) -> Result<(), WebError> {
    match params.pairs().find(|(name, _)| !known.contains(name)) {
        None => Ok(()),
        Some((name, _)) => Err(WebError::bad_input(format!(
            "不认识参数“{}”。这里可用的参数见 /api/v1/openapi.json。",
            short(name)
        ))),
    }
}

/// The question behind an address. A name that is none of ours must be a filter field of the
/// chosen item; anything else is told, never silently ignored. On a page alone, a filter of
/// another item, left over when the item was changed, falls away.
pub(crate) fn query(ctx: &Ctx<'_>, params: &Params, way: Way) -> Result<ListQuery, WebError> {
    let asked = asked(ctx, params, way)?;
    let law = ctx.law();
    let item = asked.item.as_deref();
    let mut facets = Vec::new();
    let others = params
        .pairs()
        .filter(|(name, _)| !OWN.contains(name) && !OVER_ALL.contains(name));
    for (name, value) in others {
        if item.is_some() && law.filters(item, name) {
            facets.push((name.to_owned(), value.to_owned()));
        } else if !law.filters(None, name) {
            return Err(unknown(
                &format!("不认识筛选条件“{}”", short(name)),
                way,
                "可用的条件见 /api/v1/catalogue 中各类信息的 filters",
            ));
        } else if way == Way::Interface {
            return Err(WebError::bad_input(format!(
                "“{name}”只能和有这一项的信息种类一起使用，请用 item 写明种类；各类信息的 filters 见 /api/v1/catalogue。"
            )));
        }
    }
    let department = params.get("department").map(str::to_owned);
    if let Some(code) = &department
        && !xinheng_app::department::list(ctx)?
            .iter()
            .any(|d| d.code == *code)
    {
        return Err(unknown(
            &format!("没有编号是“{}”的报送部门", short(code)),
            way,
            "可用的 department 见 /api/v1/departments",
        ));
    }
    let words = params.get("name").map(str::to_owned);
    if let Some(words) = &words
        && redact::mask_identity_numbers(words) != *words
    {
        return Err(WebError::bad_input(
            "本站只收录单位，不能按身份证件号码查找。您输入的号码没有被保存。",
        ));
    }
    let oldest_first = match params.get("order") {
        None | Some("newest") => false,
        Some("oldest") => true,
        Some(other) => {
            return Err(unknown(
                &format!("没有“{}”这一种顺序", short(other)),
                way,
                "可用的 order 是 newest 和 oldest",
            ));
        }
    };
    Ok(ListQuery {
        words,
        from: params.date("from")?,
        until: params.date("until")?,
        since: params.date("since")?,
        oldest_first,
        month: params.month("month")?.map(str::to_owned),
        department,
        facets,
        item: asked.item,
        cursor: asked.cursor,
        limit: asked.limit,
        as_of: asked.as_of,
        known_at: asked.known_at,
    })
}

/// A value that does not exist, and where those that do are found.
fn unknown(what: &str, way: Way, where_else: &str) -> WebError {
    WebError::bad_input(match way {
        Way::Page => format!("{what}。请从列表上方的筛选中选择。"),
        Way::Interface => format!("{what}，{where_else}。"),
    })
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
