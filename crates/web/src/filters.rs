//! How dates, codes and shares are written for readers. Used by the templates.

// The attribute macro makes one public item per filter and cannot carry our comments over.
#![allow(missing_docs)]

use crate::assets;
use jiff::{Timestamp, civil::Date};
use xinheng_app::view::{NearCode, SearchHit};
use xinheng_domain::finding::Severity;

const WEEKDAYS: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];

/// `2026-11-22（周日）`.
pub(crate) fn day_text(day: Date) -> String {
    let index = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
    format!(
        "{day}（周{}）",
        WEEKDAYS.get(index).copied().unwrap_or_default()
    )
}

/// `11 月 26 日`.
pub(crate) fn month_day_text(day: Date) -> String {
    format!("{} 月 {} 日", day.month(), day.day())
}

/// Date and minute in Shanghai.
pub(crate) fn minute_text(at: Timestamp) -> String {
    let local = at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)));
    local.strftime("%Y-%m-%d %H:%M").to_string()
}

/// Calendar days from `from` to `to`; negative where `to` is earlier.
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// Days up to which time is told in days; beyond, in years and months.
const IN_DAYS: i64 = 90; // no law: how people say it

/// A day as people say it: the year always, unless it is this one.
pub(crate) fn said_day(today: Date, day: Date) -> String {
    if day.year() == today.year() {
        month_day_text(day)
    } else {
        day.to_string()
    }
}

/// What remains until the last day: `53 天`, `2 年 10 个月`.
fn remaining(today: Date, until: Date) -> String {
    let days = days_between(today, until);
    let span = today.until((jiff::Unit::Year, until)).unwrap_or_default();
    match (span.get_years(), span.get_months()) {
        _ if days <= IN_DAYS => format!("{days} 天"),
        (0, months) => format!("{months} 个月"),
        (years, 0) => format!("{years} 年"),
        (years, months) => format!("{years} 年 {months} 个月"),
    }
}

/// When it ends, seen from `today`: `2029-09-29 结束（还有 2 年 10 个月）`.
pub(crate) fn end_text(today: Date, until: Date) -> String {
    let day = said_day(today, until);
    // A blank stands between a digit and a word.
    let gap = if day.ends_with('日') { "" } else { " " };
    match days_between(today, until) {
        0 => format!("今天（{day}）是最后一天"),
        n if n > 0 => format!("{day}{gap}结束（还有 {}）", remaining(today, until)),
        _ => format!("已于 {day}{gap}结束"),
    }
}

/// What remains until the last day, alone.
pub(crate) fn left_text(today: Date, until: Date) -> String {
    match days_between(today, until) {
        0 => "今天是最后一天".to_owned(),
        n if n > 0 => format!("还有 {}", remaining(today, until)),
        _ => "已经结束".to_owned(),
    }
}

#[askama::filter_fn]
pub fn day(value: &Date, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(day_text(*value))
}

#[askama::filter_fn]
pub fn minute(value: &Timestamp, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(minute_text(*value))
}

/// `HH:MM` in Shanghai.
#[askama::filter_fn]
pub fn clock(value: &Timestamp, _: &dyn askama::Values) -> askama::Result<String> {
    let text = minute_text(*value);
    Ok(text.rsplit(' ').next().unwrap_or_default().to_owned())
}

/// How an entry of the audit ended, in Chinese.
#[askama::filter_fn]
pub fn outcome(value: &str, _: &dyn askama::Values) -> askama::Result<&'static str> {
    Ok(match value {
        "begun" => "成功",
        "wrong" => "失败",
        _ => "",
    })
}

/// Titles, joined.
#[askama::filter_fn]
pub fn joined(
    value: &[impl AsRef<str>],
    _: &dyn askama::Values,
    with: &str,
) -> askama::Result<String> {
    let parts: Vec<&str> = value.iter().map(AsRef::as_ref).collect();
    Ok(parts.join(with))
}

/// A code in groups of four for the eye; the parts carry no blanks, so it copies whole.
#[askama::filter_fn]
pub fn groups(value: &str, _: &dyn askama::Values) -> askama::Result<Vec<String>> {
    let chars: Vec<char> = value.chars().collect();
    Ok(chars.chunks(4).map(|part| part.iter().collect()).collect())
}

/// A code in groups as [`groups`] gives it, in parts; what was not typed like that is marked.
#[askama::filter_fn]
pub fn near_groups(
    near: &NearCode,
    _: &dyn askama::Values,
) -> askama::Result<Vec<Vec<(String, bool)>>> {
    Ok(marked_groups(near))
}

fn marked_groups(near: &NearCode) -> Vec<Vec<(String, bool)>> {
    let (start, length) = near.at.unwrap_or_default();
    let marked = start as usize..(start + length) as usize;
    let chars: Vec<(usize, char)> = near.code.chars().enumerate().collect();
    let parts = |group: &[(usize, char)]| {
        group
            .chunk_by(|(one, _), (other, _)| marked.contains(one) == marked.contains(other))
            .filter_map(|part| {
                let mark = marked.contains(&part.first()?.0);
                Some((part.iter().map(|(_, c)| c).collect(), mark))
            })
            .collect()
    };
    chars.chunks(4).map(parts).collect()
}

/// Whether a field's value is a unified code, to be grouped for the eye.
#[askama::filter_fn]
pub fn is_code(value: &str, _: &dyn askama::Values) -> askama::Result<bool> {
    let plain = |b: u8| b.is_ascii_digit() || b.is_ascii_uppercase();
    Ok(value.len() == 18 && value.bytes().all(plain))
}

/// The id of a rule without its edition: `sgs.report_deadline` of `sgs.report_deadline@2018-07-25`.
#[askama::filter_fn]
pub fn rule_id(value: &str, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(value.split('@').next().unwrap_or_default().to_owned())
}

/// A citation without the words that the mark beside it says.
#[askama::filter_fn]
pub fn without_doubt(value: &str, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(value.strip_suffix("（未核实）").unwrap_or(value).to_owned())
}

/// Address of an embedded file, with its content hash.
#[askama::filter_fn]
pub fn asset(value: &str, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(assets::address(value))
}

/// The colour beside a mark; the mark itself is the word.
#[askama::filter_fn]
pub fn mark_tone(value: &str, _: &dyn askama::Values) -> askama::Result<&'static str> {
    Ok(
        if value.contains("结束公示")
            || value.contains("到期")
            || value.contains("暂定")
            || value.contains("未核实")
        {
            "soon"
        } else if value.contains('迟') || value.contains("撤销") {
            "late"
        } else if value.contains("已修复") || value.contains("已履行") {
            "done"
        } else {
            "plain"
        },
    )
}

/// Thousands parted by commas: `12,034`.
#[askama::filter_fn]
pub fn thousands(value: &u64, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(xinheng_app::view::grouped(*value))
}

/// Text into paragraphs at blank lines.
#[askama::filter_fn]
pub fn paragraphs(value: &str, _: &dyn askama::Values) -> askama::Result<Vec<String>> {
    Ok(value
        .split("\n\n")
        .map(|p| p.trim().to_owned())
        .filter(|p| !p.is_empty())
        .collect())
}

/// `11 月 26 日`.
#[askama::filter_fn]
pub fn month_day(value: &Date, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(month_day_text(*value))
}

/// Share of the second in the third, one decimal, rounded, but never to nothing or to all.
#[askama::filter_fn]
pub fn share(value: &(String, u64, u64), _: &dyn askama::Values) -> askama::Result<String> {
    Ok(share_text(value.1, value.2))
}

/// What remains until the last day, seen from `today`.
#[askama::filter_fn]
pub fn left(value: &Date, _: &dyn askama::Values, today: &Date) -> askama::Result<String> {
    Ok(left_text(*today, *value))
}

/// A day with its year, unless it is that of `today`.
#[askama::filter_fn]
pub fn said(value: &Date, _: &dyn askama::Values, today: &Date) -> askama::Result<String> {
    Ok(said_day(*today, *value))
}

/// A sentence in parts; a date is one that no line end may tear apart.
#[askama::filter_fn]
pub fn dates(value: &str, _: &dyn askama::Values) -> askama::Result<Vec<(String, bool)>> {
    Ok(date_parts(value))
}

/// A hit's name in parts; the matched one is marked. Where the match was found in a normalised
/// form of the name, the words as typed are looked for in the name as written.
#[askama::filter_fn]
pub fn matched(
    hit: &SearchHit,
    _: &dyn askama::Values,
    query: &str,
) -> askama::Result<Vec<(String, bool)>> {
    let name = &hit.matched_name;
    let typed = name.find(query.trim()).filter(|_| !query.trim().is_empty());
    let span = hit
        .matched_at
        .map(|(start, len)| (start as usize, len as usize))
        .or_else(|| {
            let start = name.get(..typed?)?.chars().count();
            Some((start, query.trim().chars().count()))
        });
    let Some((start, len)) = span else {
        return Ok(vec![(name.clone(), false)]);
    };
    let mut chars = name.chars();
    let before: String = chars.by_ref().take(start).collect();
    let inside: String = chars.by_ref().take(len).collect();
    Ok(vec![
        (before, false),
        (inside, true),
        (chars.collect(), false),
    ])
}

/// A value as far as a page shows it.
#[askama::filter_fn]
pub fn shortened(value: &str, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(xinheng_domain::finding::shortened(value))
}

/// The tone of a severity.
#[askama::filter_fn]
pub fn severity_tone(value: &Severity, _: &dyn askama::Values) -> askama::Result<&'static str> {
    Ok(if *value == Severity::Warn {
        "soon"
    } else {
        "late"
    })
}

/// The first sentence of a text.
#[askama::filter_fn]
pub fn first_sentence(value: &str, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(value
        .split_inclusive('。')
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned())
}

/// Percent-encodes a value for a query.
#[askama::filter_fn]
pub fn query(value: &str, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(encode(value))
}

fn date_parts(text: &str) -> Vec<(String, bool)> {
    let mut parts = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(length) = date_length(rest) {
            // A bracket stays with its date.
            let before = text.get(from..at).unwrap_or_default();
            let plain = before.strip_suffix('（').unwrap_or(before);
            let start = from + plain.len();
            at += length;
            at += rest
                .get(length..)
                .filter(|r| r.starts_with('）'))
                .map_or(0, |_| '）'.len_utf8());
            parts.push((plain.to_owned(), false));
            parts.push((text.get(start..at).unwrap_or_default().to_owned(), true));
            from = at;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    parts.push((text.get(from..).unwrap_or_default().to_owned(), false));
    parts.retain(|(part, _)| !part.is_empty());
    parts
}

/// Length in bytes of the date that `text` starts with: `2026-11-13`, `2026年11月13日` or
/// `11 月 13 日`.
fn date_length(text: &str) -> Option<usize> {
    let digits = |s: &str, most: usize| s.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if digits(text, 4) != 4 {
        let month = Some(digits(text, 2)).filter(|n| *n > 0)?;
        let rest = text.get(month..)?.strip_prefix(" 月 ")?;
        let day = Some(digits(rest, 2)).filter(|n| *n > 0)?;
        let rest = rest.get(day..)?.strip_prefix(" 日")?;
        return Some(text.len() - rest.len());
    }
    let [first, second, last] = match text.get(4..)?.chars().next()? {
        '-' => ["-", "-", ""],
        '年' => ["年", "月", "日"],
        _ => return None,
    };
    let mut at = 4;
    for mark in [first, second] {
        at += text.get(at..)?.strip_prefix(mark).map(|_| mark.len())?;
        at += Some(digits(text.get(at..)?, 2)).filter(|n| *n > 0)?;
    }
    text.get(at..)?.starts_with(last).then_some(at + last.len())
}

/// `98.2%`, rounded: but what is not all is not "100%", what is not nothing not "0%".
pub(crate) fn share_text(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "没有数据".to_owned();
    }
    let (part, whole) = (u128::from(part), u128::from(whole));
    let tenths = match (part * 1000 + whole / 2) / whole {
        0 if part > 0 => 1,
        1000 if part < whole => 999,
        tenths => tenths,
    };
    format!("{}.{}%", tenths / 10, tenths % 10)
}

/// Percent-encodes everything but unreserved characters.
pub(crate) fn encode(value: &str) -> String {
    use std::fmt::Write as _;
    value
        .bytes()
        .fold(String::with_capacity(value.len()), |mut out, b| {
            if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~') {
                out.push(char::from(b));
            } else {
                let _ = write!(out, "%{b:02X}");
            }
            out
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_written_with_their_weekday() {
        assert_eq!(day_text(date(2026, 11, 22)), "2026-11-22（周日）");
        assert_eq!(day_text(date(2026, 11, 23)), "2026-11-23（周一）");
    }

    #[test]
    fn dates_stay_whole() {
        let parts = date_parts("局于2026-05-18对甲作出决定（2026）");
        let expected = [
            ("局于", false),
            ("2026-05-18", true),
            ("对甲作出决定（2026）", false),
        ];
        assert_eq!(parts, expected.map(|(text, date)| (text.to_owned(), date)));
        let chinese = date_parts("于2026年1月13日对甲〔2026〕1号");
        assert_eq!(chinese.get(1), Some(&("2026年1月13日".to_owned(), true)));
        assert_eq!(chinese.len(), 3);
        let short = date_parts("还剩 4 天（11 月 26 日）");
        assert_eq!(short.get(1), Some(&("（11 月 26 日）".to_owned(), true)));
        let open = date_parts("（2029-09-29 结束");
        assert_eq!(open.first(), Some(&("（2029-09-29".to_owned(), true)));
        assert!(date_parts("").is_empty());
    }

    #[test]
    fn the_last_day_counts() {
        let last = date(2026, 11, 26);
        let today = date(2026, 11, 22);
        assert_eq!(end_text(today, last), "11 月 26 日结束（还有 4 天）");
        assert_eq!(end_text(last, last), "今天（11 月 26 日）是最后一天");
        assert_eq!(end_text(date(2026, 11, 27), last), "已于 11 月 26 日结束");
    }

    #[test]
    fn beyond_ninety_days_it_is_years_and_months_and_the_year_is_told() {
        let today = date(2026, 11, 30);
        for (until, text) in [
            (date(2027, 2, 28), "2027-02-28 结束（还有 90 天）"),
            (date(2027, 3, 1), "2027-03-01 结束（还有 3 个月）"),
            (date(2027, 6, 23), "2027-06-23 结束（还有 6 个月）"),
            (date(2027, 11, 30), "2027-11-30 结束（还有 1 年）"),
            (date(2029, 9, 30), "2029-09-30 结束（还有 2 年 10 个月）"),
        ] {
            assert_eq!(end_text(today, until), text);
        }
    }

    #[test]
    fn shares_are_rounded_and_never_to_all_or_nothing() {
        assert_eq!(share_text(935, 1_058), "88.4%");
        assert_eq!(share_text(9_999, 10_000), "99.9%");
        assert_eq!(share_text(1, 100_000), "0.1%");
        assert_eq!(
            (share_text(3, 3).as_str(), share_text(0, 3).as_str()),
            ("100.0%", "0.0%")
        );
        assert_eq!(share_text(0, 0), "没有数据");
    }

    #[test]
    fn numbers_are_written_in_one_way() {
        let written = [0, 999, 2_996, 12_201, 1_000_000].map(xinheng_app::view::grouped);
        assert_eq!(written, ["0", "999", "2,996", "12,201", "1,000,000"]);
    }

    #[test]
    fn minutes_are_shanghai() {
        let at: Timestamp = "2026-11-21T16:05:09Z".parse().unwrap_or_default();
        assert_eq!(minute_text(at), "2026-11-22 00:05");
    }

    #[test]
    fn the_place_of_a_slip_is_marked_within_its_group() {
        let written = |at| {
            let near = NearCode {
                code: "9199AB".to_owned(),
                at,
                difference: String::new(),
            };
            let one = |(part, mark)| if mark { format!("[{part}]") } else { part };
            let group = |parts: Vec<_>| parts.into_iter().map(one).collect::<String>();
            let groups: Vec<String> = marked_groups(&near).into_iter().map(group).collect();
            groups.join(" ")
        };
        assert_eq!(written(None), "9199 AB");
        assert_eq!(written(Some((1, 1))), "9[1]99 AB");
        assert_eq!(written(Some((3, 2))), "919[9] [A]B");
    }

    #[test]
    fn queries_are_encoded() {
        assert_eq!(encode("罚款&a b"), "%E7%BD%9A%E6%AC%BE%26a%20b");
    }
}
