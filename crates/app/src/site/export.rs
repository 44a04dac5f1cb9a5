//! A public list as a table to take away.

use super::{
    LIMIT,
    list::{self, ListQuery},
};
use crate::{Act, AppError, AppResult, Ctx, present::amount_title, view::RecordLine};
use std::io::{Seek, Write};
use xinheng_domain::system;
use xinheng_exchange::plain::{PlainCell, PlainKind, PlainTable};
use xinheng_store::record;

/// Rows of a table at most.
pub const EXPORT_LIMIT: usize = 5_000;

/// Columns before the amounts and after them, with their widths in characters.
const BEFORE: [(&str, u32); 5] = [
    ("信息类别", 10),
    ("单位名称", 32),
    ("统一社会信用代码", 21),
    ("事由或者内容", 44),
    ("决定", 30),
];
const AFTER: [(&str, u32); 8] = [
    ("文书号", 24),
    ("决定机关", 28),
    ("决定日期", 12),
    ("失信信息类别", 16),
    ("公示起", 12),
    ("公示止", 12),
    ("最早可以申请修复", 18),
    ("记录编号", 42),
];
/// Width of a column of amounts.
const AMOUNT: u32 = 16;

/// Writes the list that `query` asks for to `out`, from its first row; its place and limit play
/// no part. At most [`EXPORT_LIMIT`] rows; says whether there are more.
///
/// # Errors
/// A filter that cannot be; faults of the store; the table cannot be written.
pub fn export(
    ctx: &Ctx<'_>,
    query: &ListQuery,
    kind: PlainKind,
    out: impl Write + Seek + Send,
) -> AppResult<bool> {
    let fault = |e: std::io::Error| AppError::Fault(format!("表格没有写成：{}", system::told(&e)));
    let mut filter = list::filter_of(ctx, query)?;
    let amounts = amounts(ctx, query.item.as_deref());
    let titles: Vec<String> = amounts.iter().map(|a| format!("{a}（元）")).collect();
    let titles = titles.iter().map(|title| (title.as_str(), AMOUNT));
    let columns: Vec<(&str, u32)> = BEFORE.into_iter().chain(titles).chain(AFTER).collect();
    let (header, widths): (Vec<&str>, Vec<u32>) = columns.into_iter().unzip();
    let mut table = PlainTable::new(out, kind, "公示信息", &header).map_err(fault)?;
    table.widths(&widths).map_err(fault)?;
    let mut left = EXPORT_LIMIT;
    loop {
        let most = left.min(LIMIT as usize);
        filter.limit = u32::try_from(most).unwrap_or(LIMIT) + 1;
        let mut found = ctx.public(Act::RecordList, |conn| Ok(record::list(conn, &filter)?))?;
        let more = found.len() > most;
        found.truncate(most);
        filter.after = found.last().map(record::Stored::cursor);
        for line in list::lines(ctx, &found)? {
            table.cells(&row(&line, &amounts)).map_err(fault)?;
        }
        left -= found.len();
        if !more || left == 0 {
            table.finish().map_err(fault)?;
            return Ok(more);
        }
    }
}

/// Kinds of amounts that records of an item, or of any, can have: each its own column of numbers.
fn amounts(ctx: &Ctx<'_>, item: Option<&str>) -> Vec<String> {
    let items = ctx.deployment().rulebook().items().iter();
    let mut titles: Vec<String> = Vec::new();
    for title in items
        .filter(|i| item.is_none_or(|id| i.id == id))
        .flat_map(|i| &i.fields)
        .filter_map(amount_title)
    {
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    titles
}

fn row(line: &RecordLine, amounts: &[String]) -> Vec<PlainCell> {
    let text = |text: &str| PlainCell::Text(text.to_owned());
    let day = |day: Option<jiff::civil::Date>| day.map_or(PlainCell::Empty, PlainCell::Day);
    let amount = |title: &String| {
        let found = line.amounts.iter().find(|a| a.title == *title);
        found.map_or(PlainCell::Empty, |a| PlainCell::Number(a.yuan.clone()))
    };
    let matter = if line.matter.is_empty() && line.outcome.is_empty() {
        &line.sentence
    } else {
        &line.matter
    };
    let mut row = vec![
        text(&line.item_title),
        text(&line.subject_name),
        text(line.subject_code.as_deref().unwrap_or_default()),
        text(matter),
        text(&line.outcome),
    ];
    row.extend(amounts.iter().map(amount));
    row.extend([
        text(&line.document_number),
        text(&line.authority),
        day(line.decided_on),
        text(line.class_title.as_deref().unwrap_or_default()),
        PlainCell::Day(line.shown_from),
        day(line.shown_until),
        day(line.earliest_repair),
        text(&line.id),
    ]);
    row
}
