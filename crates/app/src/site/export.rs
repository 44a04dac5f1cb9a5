//! A public list as a table to take away.

use super::{
    LIMIT,
    list::{self, ListQuery},
};
use crate::{Act, AppError, AppResult, Ctx, view::RecordLine};
use std::io::{Seek, Write};
use xinheng_domain::system;
use xinheng_exchange::plain::{PlainKind, PlainTable};
use xinheng_store::record;

/// Rows of a table at most.
pub const EXPORT_LIMIT: usize = 5_000;

const HEADER: [&str; 14] = [
    "信息类别",
    "单位名称",
    "统一社会信用代码",
    "事由或者内容",
    "决定",
    "金额（元）",
    "文书号",
    "决定机关",
    "决定日期",
    "失信信息类别",
    "公示起",
    "公示止",
    "最早可以申请修复",
    "记录编号",
];

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
    let mut table = PlainTable::new(out, kind, "公示信息", &HEADER).map_err(fault)?;
    let mut left = EXPORT_LIMIT;
    loop {
        let most = left.min(LIMIT as usize);
        filter.limit = u32::try_from(most).unwrap_or(LIMIT) + 1;
        let mut found = ctx.public(Act::RecordList, |conn| Ok(record::list(conn, &filter)?))?;
        let more = found.len() > most;
        found.truncate(most);
        filter.after = found.last().map(record::Stored::cursor);
        for line in list::lines(ctx, &found)? {
            table.row(&row(&line)).map_err(fault)?;
        }
        left -= found.len();
        if !more || left == 0 {
            table.finish().map_err(fault)?;
            return Ok(more);
        }
    }
}

fn row(line: &RecordLine) -> [String; 14] {
    let day = |day: Option<jiff::civil::Date>| day.map(|d| d.to_string()).unwrap_or_default();
    let amounts = line
        .amounts
        .iter()
        .map(|a| format!("{} {}", a.title, a.yuan));
    let matter = if line.matter.is_empty() && line.outcome.is_empty() {
        &line.sentence
    } else {
        &line.matter
    };
    [
        line.item_title.clone(),
        line.subject_name.clone(),
        line.subject_code.clone().unwrap_or_default(),
        matter.clone(),
        line.outcome.clone(),
        amounts.collect::<Vec<_>>().join("；"),
        line.document_number.clone(),
        line.authority.clone(),
        day(line.decided_on),
        line.class_title.clone().unwrap_or_default(),
        line.shown_from.to_string(),
        day(line.shown_until),
        day(line.earliest_repair),
        line.id.clone(),
    ]
}
