//! Invented persons. Every given name carries one of the characters 例 样 拟 设 ("example"), so
//! that nobody is meant; identity numbers bear a division that does not exist, and phone numbers
//! a range that is not assigned.

use crate::{DIVISION, random::Random};
use jiff::civil::Date;

const SURNAMES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林",
    "何", "郭", "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹",
    "袁", "邓", "许", "傅", "沈", "曾", "彭", "吕", "欧阳", "司马",
];
const MARKS: &[&str] = &["例", "样", "拟", "设"];
const GIVEN: &[&str] = &[
    "安", "平", "禾", "宁", "明", "远", "清", "和", "立", "文", "成", "岚", "川", "衡", "信", "同",
    "正", "宜", "舟", "竹", "云", "山", "泉", "松",
];

/// A name such as `张例安`.
pub(crate) fn name(random: &mut Random) -> String {
    [SURNAMES, MARKS, GIVEN]
        .iter()
        .filter_map(|list| random.pick(list).copied())
        .collect()
}

/// A well-formed identity number of a division that does not exist.
pub(crate) fn identity_number(random: &mut Random) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let body = format!(
        "{DIVISION}{:04}{:02}{:02}{:03}",
        random.between(1960, 2001),
        random.between(1, 12),
        random.between(1, 28),
        random.between(1, 999),
    );
    let sum: u32 = body
        .bytes()
        .zip(WEIGHTS)
        .map(|(b, w)| u32::from(b.saturating_sub(b'0')) * w)
        .sum();
    let check = match (12 - sum % 11) % 11 {
        10 => 'X',
        n => char::from_digit(n, 10).unwrap_or('0'),
    };
    format!("{body}{check}")
}

/// A mobile number of a range that is not assigned.
pub(crate) fn phone(random: &mut Random) -> String {
    format!("1990000{:04}", random.between(0, 9999))
}

/// A day as texts write it, e.g. `2026年3月5日`.
pub(crate) fn chinese_day(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}
