//! The register of organisations as the registration authorities hand it in, one file a quarter:
//! what is new or changed since the last one; the last one holds all of them.

use crate::organisation::{Organisation, Organisations};
use jiff::{ToSpan, civil::Date};

const HEADER: [&str; 9] = [
    "统一社会信用代码",
    "名称",
    "成立日期",
    "类型",
    "登记状态",
    "名称启用日期",
    "曾用名",
    "曾用代码",
    "法定代表人",
];

/// The organisation of `examples/penalties-many-faults.csv`: whoever hands that file in is told what
/// the check has told, and not of every row that nobody knows its party.
const OF_EXAMPLE: [&str; 9] = [
    "91990102MAEX00010W",
    "衡川样例商贸有限公司",
    "2020-03-02",
    "有限责任公司",
    "存续",
    "",
    "",
    "",
    "",
];

/// The files, oldest first, each with its day.
pub(crate) fn files(organisations: &Organisations, today: Date) -> Vec<(Date, Vec<u8>)> {
    let first = today.saturating_sub(5.years()).saturating_sub(10.days());
    let last = today.saturating_sub(3.days());
    let mut days: Vec<Date> = first.series(3.months()).take_while(|d| *d < last).collect();
    days.push(last);
    let mut files = Vec::new();
    let mut since: Option<Date> = None;
    for day in days {
        let rows: Vec<&Organisation> = organisations
            .list
            .iter()
            .filter(|o| o.in_register && o.registered_on <= day)
            .filter(|o| day == last || since.is_none_or(|since| spoken_of(o, since, day)))
            .collect();
        since = Some(day);
        if !rows.is_empty() {
            let of_example = (day == last).then_some(OF_EXAMPLE);
            files.push((day, render(&rows, day, of_example)));
        }
    }
    files
}

/// Whether something about it happened after `since`, up to `day`.
fn spoken_of(o: &Organisation, since: Date, day: Date) -> bool {
    [
        Some(o.registered_on),
        o.dissolved_on,
        o.former_name.as_ref().map(|f| f.1),
        o.former_code.as_ref().map(|f| f.1),
    ]
    .into_iter()
    .flatten()
    .any(|d| since < d && d <= day)
}

fn render(rows: &[&Organisation], day: Date, last: Option<[&str; 9]>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    // Writing to memory cannot fail, and every record has the header's length.
    let _ = writer.write_record(HEADER);
    for o in rows {
        let renamed = o.former_name.as_ref().filter(|f| f.1 <= day);
        let recoded = o.former_code.as_ref().filter(|f| f.1 <= day);
        let gone = o.dissolved_on.is_some_and(|d| d <= day);
        let registered_on = o.registered_on.to_string();
        let from = renamed.map(|f| f.1.to_string()).unwrap_or_default();
        let _ = writer.write_record([
            o.code_on(day),
            o.name_on(day),
            registered_on.as_str(),
            o.form,
            if gone { "注销" } else { "存续" },
            from.as_str(),
            renamed.map_or("", |f| f.0.as_str()),
            recoded.map_or("", |f| f.0.as_str()),
            o.representative.as_str(),
        ]);
    }
    if let Some(row) = last {
        let _ = writer.write_record(row);
    }
    writer.into_inner().unwrap_or_default()
}
