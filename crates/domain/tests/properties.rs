//! Properties that must hold for any input: codes, calendars, amounts, dates, text, names.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use jiff::civil::{Date, date};
use proptest::prelude::*;
use std::sync::LazyLock;
use xinheng_domain::{
    amount::{Fen, find_amount},
    calendar::{Calendar, CalendarSet, CalendarYear, CountStart, Provisional},
    code::{self, CodeSeverity, CodeTables, Verdict},
    date as dates, name, text,
};

fn tables() -> &'static CodeTables {
    static TABLES: LazyLock<CodeTables> =
        LazyLock::new(|| CodeTables::new(["91", "N2"], [990_101], [""; 0]).unwrap());
    &TABLES
}

fn a_code() -> impl Strategy<Value = String> {
    ("91|N2|54", "99[0-9]{4}", "[0-9A-HJ-NP-RTUWXY]{8}")
        .prop_filter_map("both checks exist", |(pair, division, serial)| {
            code::assemble(&pair, &division, &serial)
        })
}

fn in_alphabet(index: usize) -> char {
    char::from(code::ALPHABET[index % 31])
}

/// The standard's text, word for word.
fn check_by_the_book(text: &str) -> bool {
    let value = |c: char| code::ALPHABET.iter().position(|&a| char::from(a) == c);
    let values: Option<Vec<usize>> = text.chars().map(value).collect();
    let Some(values) = values.filter(|v| v.len() == 18) else {
        return false;
    };
    let sum: usize = (0..17)
        .map(|i| values[i] * 3_usize.pow(i as u32) % 31)
        .sum();
    values[17] == (31 - sum % 31) % 31
}

proptest! {
    #[test]
    fn any_code_has_one_verdict_and_the_rest_in_order(text in "\\PC{0,24}|[0-9A-Za-z]{18}") {
        let answer = code::check(&text, tables());
        let mut all = vec![answer.verdict];
        all.extend(&answer.also);
        prop_assert!(all.windows(2).all(|w| w[0] < w[1]), "{all:?}");
        prop_assert_eq!(answer.severity, answer.verdict.severity());
        if let Some(suggestion) = &answer.suggestion {
            prop_assert_eq!(suggestion, &text.to_ascii_uppercase());
            prop_assert_ne!(code::check(suggestion, tables()).severity, CodeSeverity::Error);
        }
        if text.chars().count() == 18 {
            let named = code::bad_chars(&text).next().is_some();
            prop_assert_eq!(all.contains(&Verdict::BadChar), named);
        }
        let faults = [Verdict::BadLength, Verdict::BadChar, Verdict::BadCheck, Verdict::BadOrgCheck];
        let sound = !all.iter().any(|v| faults.contains(v)) && answer.verdict != Verdict::Placeholder;
        prop_assert_eq!(code::is_valid(text.as_bytes()), sound);
    }

    #[test]
    fn the_fast_sum_agrees_with_the_book(code in a_code(), at in 0..18_usize, to in 0..31_usize) {
        prop_assert!(check_by_the_book(&code) && code::is_valid(code.as_bytes()));
        let mut wrong: Vec<char> = code.chars().collect();
        let before = wrong[at];
        wrong[at] = in_alphabet(to);
        let wrong: String = wrong.into_iter().collect();
        // One wrong character never passes; the sum modulo a prime sees each.
        let same = before == in_alphabet(to);
        prop_assert_eq!(check_by_the_book(&wrong), same);
        prop_assert_eq!(code::is_valid(wrong.as_bytes()), same);
        prop_assert_eq!(code::check(&wrong, tables()).severity == CodeSeverity::Error, !same);
    }

    #[test]
    fn two_neighbours_in_the_wrong_order_are_seen(code in a_code(), at in 0..17_usize) {
        let mut bytes = code.clone().into_bytes();
        bytes.swap(at, at + 1);
        prop_assert_eq!(code::is_valid(&bytes), bytes == code.as_bytes());
    }

    #[test]
    fn lower_case_is_mended_by_a_suggestion(code in a_code()) {
        let lower = code.to_ascii_lowercase();
        prop_assume!(lower != code);
        let answer = code::check(&lower, tables());
        prop_assert_eq!(answer.verdict, Verdict::BadChar);
        prop_assert_eq!(answer.suggestion, Some(code));
    }
}

fn calendar() -> &'static Calendar {
    static SET: LazyLock<CalendarSet> = LazyLock::new(|| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rulebook/calendars");
        let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}.toml")).unwrap();
        let years = (2016..=2026)
            .map(|year| toml::from_str::<CalendarYear>(&read(&year.to_string())).unwrap())
            .collect();
        let provisional: Provisional = toml::from_str(&read("provisional")).unwrap();
        CalendarSet::new(years, &provisional).unwrap()
    });
    SET.at("2026-11-22T00:00:00Z".parse().unwrap()).unwrap()
}

fn a_day() -> impl Strategy<Value = Date> {
    (0..3900_i64).prop_map(|n| {
        date(2016, 1, 1)
            .checked_add(jiff::Span::new().days(n))
            .unwrap()
    })
}

proptest! {
    #[test]
    fn a_deadline_is_what_counting_on_fingers_gives(
        decided in a_day(),
        days in 1..60_u32,
        same_day in any::<bool>(),
    ) {
        let start = if same_day { CountStart::SameDay } else { CountStart::NextDay };
        let mut day = if same_day { decided } else { decided.tomorrow().unwrap() };
        let mut left = days;
        loop {
            if calendar().is_working_day(day).unwrap() {
                left -= 1;
                if left == 0 {
                    break;
                }
            }
            day = day.tomorrow().unwrap();
        }
        let answer = calendar().deadline_from(decided, days, start).unwrap();
        prop_assert_eq!(answer.date, day);
        prop_assert_eq!(answer.provisional, day.year() > 2026);
        if !same_day {
            let between = calendar().working_days_between(decided, answer.date).unwrap();
            prop_assert_eq!(between, i64::from(days));
        }
    }

    #[test]
    fn a_later_decision_never_ends_earlier(a in a_day(), b in a_day(), days in 0..30_u32) {
        let (first, second) = (a.min(b), a.max(b));
        let end = |d| calendar().deadline(d, days).unwrap().date;
        prop_assert!(end(first) <= end(second));
    }

    #[test]
    fn no_year_makes_the_calendar_panic(year in -9999..9999_i16, days in any::<u32>()) {
        let day = Date::new(year, 6, 15).unwrap();
        let _ = calendar().deadline(day, days);
        let _ = calendar().is_working_day(day);
        let _ = calendar().working_days_in(year);
    }
}

/// Capital numerals as decisions write them.
fn capitals(mut yuan: u64) -> String {
    const DIGITS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
    let section = |n: u64| {
        let mut out = String::new();
        let mut zero = false;
        for (worth, unit) in [(1000, "仟"), (100, "佰"), (10, "拾"), (1, "")] {
            let digit = (n / worth % 10) as usize;
            if digit == 0 {
                zero = !out.is_empty();
            } else {
                if zero {
                    out.push('零');
                }
                zero = false;
                out.push_str(DIGITS[digit]);
                out.push_str(unit);
            }
        }
        out
    };
    let mut out = String::new();
    for (worth, unit) in [(100_000_000, "亿"), (10_000, "万"), (1, "")] {
        let part = yuan / worth;
        yuan %= worth;
        if part > 0 {
            if !out.is_empty() && part < 1000 {
                out.push('零');
            }
            out.push_str(&section(part));
            out.push_str(unit);
        }
    }
    out
}

proptest! {
    #[test]
    fn amounts_come_back_as_they_went(fen in 0..999_999_999_999_999_999_i64) {
        let fen = Fen(fen);
        let wan = fen.wan();
        prop_assert_eq!(Fen::parse_wan(wan.trim_end_matches("万元")), Ok(fen));
        let grouped = fen.grouped_yuan().replace([',', '元'], "");
        if fen.0 < 90_000_000_000_000 {
            prop_assert_eq!(Fen::parse_yuan(&fen.yuan()), Some(fen));
            prop_assert_eq!(Fen::parse_yuan(&grouped), Some(fen));
        }
    }

    #[test]
    fn an_amount_in_a_sentence_is_found(yuan in 1..999_999_999_u64, before in any::<bool>()) {
        let fen = Fen(i64::try_from(yuan).unwrap() * 100);
        let digits = fen.grouped_yuan();
        for amount in [format!("{yuan}元"), digits, format!("{}元整", capitals(yuan))] {
            let sentence = if before {
                format!("决定给予警告，处以人民币{amount}的罚款。")
            } else {
                format!("1.警告；2.罚款人民币{amount}。")
            };
            prop_assert_eq!(find_amount(&sentence, &["罚款"]), Some(fen), "{}", sentence);
        }
    }

    #[test]
    fn two_different_fines_are_none(a in 1..9999_u32, b in 1..9999_u32) {
        let sentence = format!("对甲罚款{a}元，对乙罚款{b}元");
        prop_assert_eq!(find_amount(&sentence, &["罚款"]).is_some(), a == b);
    }

    #[test]
    fn no_text_makes_the_readers_panic(text in "\\PC{0,40}|[0-9,.年月日万千百十元罚款 :T/-]{0,40}") {
        let _ = find_amount(&text, &["罚款", "款"]);
        let _ = Fen::parse_wan(&text);
        let _ = Fen::parse_yuan(&text);
        let _ = dates::parse(&text);
    }

    #[test]
    fn a_date_is_read_in_every_spelling(year in 1900..9999_i16, month in 1..=12_i8, day in 1..=28_i8) {
        let expected = date(year, month, day);
        for written in [
            format!("{year}/{month:02}/{day:02}"),
            format!("{year}/{month}/{day}"),
            format!("{year}-{month:02}-{day:02}"),
            format!("{year}.{month}.{day}"),
            format!("{year}年{month}月{day}日"),
            format!("{year}{month:02}{day:02}"),
            format!("{year}-{month:02}-{day:02} 00:00:00"),
        ] {
            prop_assert_eq!(dates::parse(&written).map(|p| p.date), Ok(expected), "{}", written);
        }
    }

    #[test]
    fn cleaning_is_done_once(raw in any::<String>()) {
        let clean = text::clean(&raw).into_owned();
        prop_assert_eq!(text::clean(&clean), clean.as_str());
        let left: Vec<_> = text::dangers(&clean).iter().collect();
        prop_assert!(left.iter().all(|d| matches!(d, text::Danger::Replacement | text::Danger::Private)), "{left:?}");
        prop_assert_eq!(text::dangers(&raw).is_empty(), !raw.chars().any(|c| text::Danger::of(c).is_some()));
        let narrow = text::half_width(&raw).into_owned();
        prop_assert_eq!(text::half_width(&narrow), narrow.as_str());
    }

    #[test]
    fn a_part_of_a_name_has_only_terms_of_the_name(
        full in "[\u{4e00}-\u{4eff}A-Za-z（）() ]{2,20}",
        from in 0..20_usize,
        length in 2..8_usize,
    ) {
        let key = name::search_key(&full);
        let part: String = key.chars().skip(from).take(length).collect();
        let terms: Vec<&str> = name::bigrams(&key).collect();
        prop_assert_eq!(terms.len(), key.chars().count().saturating_sub(1));
        prop_assert!(name::bigrams(&part).all(|t| terms.contains(&t)));
        prop_assert!(name::same(&full, &full.replace('(', "（").replace(')', "）")));
    }
}
