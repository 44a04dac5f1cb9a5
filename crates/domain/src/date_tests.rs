#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use jiff::civil::date;

#[test]
fn five_spellings_and_their_variants() {
    let day = date(2026, 1, 5);
    for (text, form) in [
        ("2026/01/05", DateForm::Slash),
        ("2026/1/5", DateForm::Slash),
        ("2026-01-05", DateForm::Dash),
        ("2026-1-05", DateForm::Dash),
        ("2026.1.5", DateForm::Dot),
        ("2026.01.05", DateForm::Dot),
        ("2026年1月5日", DateForm::Chinese),
        ("2026年01月05日", DateForm::Chinese),
        ("2026 年 1 月 5 日", DateForm::Chinese),
        ("20260105", DateForm::Compact),
        ("2026年1月5号", DateForm::Chinese),
        ("2026。1。5", DateForm::Dot),
        ("2026、1、5", DateForm::Dot),
        ("2026·1·5", DateForm::Dot),
        ("2026—01—05", DateForm::Dash),
        ("２０２６０１０５", DateForm::Compact),
        ("２０２６／０１／０５", DateForm::Slash),
        (" 2026-01-05\u{3000}", DateForm::Dash),
        ("\u{feff}2026-01-05", DateForm::Dash),
    ] {
        let parsed = parse(text).unwrap();
        assert_eq!((parsed.date, parsed.form), (day, form), "{text}");
        assert!(!parsed.timed, "{text}");
    }
}

#[test]
fn how_it_was_written_is_told() {
    for (text, wide, spaced, timed) in [
        ("2026-01-05", false, false, false),
        ("2026/1/5", false, false, false),
        (" 2026/1/5 ", false, false, false),
        ("2026－01－05", true, false, false),
        ("2026–01–05", true, false, false),
        ("２０２６０１０５", true, false, false),
        ("2026 年 1 月 5 日", false, true, false),
        ("2026-01- 05", false, true, false),
        ("2026年1月5日 9:05", false, false, true),
        ("2026/1/5 0:00", false, false, true),
        ("２０２６/１/５　０：００", true, false, true),
    ] {
        let parsed = parse(text).unwrap();
        assert_eq!(parsed.date, date(2026, 1, 5), "{text}");
        let told = (parsed.wide, parsed.spaced, parsed.timed);
        assert_eq!(told, (wide, spaced, timed), "{text}");
    }
}

#[test]
fn in_words() {
    for (text, day) in [
        ("二〇二四年三月五日", date(2024, 3, 5)),
        ("二○二四年十月十日", date(2024, 10, 10)),
        ("二零二四年 十二月 三十一日", date(2024, 12, 31)),
        ("二OO九年零五月二十号", date(2009, 5, 20)),
        ("贰零贰肆年壹拾壹月零玖日", date(2024, 11, 9)),
        ("贰零贰陆年零肆月壹拾日", date(2026, 4, 10)),
        ("2026年四月十日", date(2026, 4, 10)),
        ("二〇二六年4月10日", date(2026, 4, 10)),
    ] {
        let parsed = parse(text).unwrap();
        assert_eq!((parsed.date, parsed.form), (day, DateForm::Words), "{text}");
    }
    for (text, error) in [
        ("二〇二四年三月", DateError::NotADate),
        ("二四年三月五日", DateError::TwoDigitYear),
        ("二千零二十四年三月五日", DateError::NotADate),
        ("二〇二四年二月三十日", DateError::Impossible),
        ("二〇二四年十三月一日", DateError::Impossible),
        ("本年三月五日", DateError::NotADate),
    ] {
        assert_eq!(parse(text), Err(error), "{text}");
    }
}

#[test]
fn a_time_of_day_is_dropped() {
    for text in [
        "2026-01-05 00:00:00",
        "2026-01-05T00:00:00",
        "2026-01-05T08:30:00.000",
        "2026-01-05T08:30:00+08:00",
        "2026/1/5 0:00",
        "2026年1月5日 9:05",
        "20260105 00:00:00",
    ] {
        let parsed = parse(text).unwrap();
        assert!(parsed.timed && parsed.date == date(2026, 1, 5), "{text}");
    }
    // 16:00 in Greenwich is the next day here.
    assert_eq!(parse("2026-01-04T16:00:00Z"), Err(DateError::NotADate));
    assert_eq!(parse("2026-01-05 24:00"), Err(DateError::NotADate));
    assert_eq!(parse("2026-01-05T"), Err(DateError::NotADate));
    assert_eq!(parse("2026-01-05 长期"), Err(DateError::NotADate));
}

#[test]
fn what_is_no_date() {
    for (text, error) in [
        ("", DateError::Empty),
        (" \u{3000}", DateError::Empty),
        ("长期", DateError::NotADate),
        ("2026", DateError::NotADate),
        ("2026-01", DateError::NoDay),
        ("2026-01/05", DateError::OddlyParted(date(2026, 1, 5))),
        ("2026\\1\\5", DateError::OddlyParted(date(2026, 1, 5))),
        (
            "01/05/2026",
            DateError::TwoDays(date(2026, 1, 5), date(2026, 5, 1)),
        ),
        (
            "11.12.2026",
            DateError::TwoDays(date(2026, 11, 12), date(2026, 12, 11)),
        ),
        ("16/11/2026", DateError::YearLast(date(2026, 11, 16))),
        ("11/16/2026", DateError::YearLast(date(2026, 11, 16))),
        ("5-5-2026", DateError::YearLast(date(2026, 5, 5))),
        ("31/31/2026", DateError::Impossible),
        ("2026-13/40", DateError::Impossible),
        ("2026-1-500", DateError::NotADate),
        ("2026年1月5", DateError::OddlyParted(date(2026, 1, 5))),
        ("2025-02-30", DateError::Impossible),
        ("2025/2/29", DateError::Impossible),
        ("2026-13-01", DateError::Impossible),
        ("2026-00-10", DateError::Impossible),
        ("0000-00-00", DateError::Impossible),
        ("20261301", DateError::Impossible),
        ("26/1/5", DateError::TwoDigitYear),
        ("26年1月5日", DateError::TwoDigitYear),
        ("46027", DateError::Serial(date(2026, 1, 5))),
        ("46027.5", DateError::Serial(date(2026, 1, 5))),
    ] {
        assert_eq!(parse(text), Err(error), "{text}");
    }
    assert_eq!(parse("2024-02-29").map(|p| p.date), Ok(date(2024, 2, 29)));
}

#[test]
fn serial_numbers() {
    assert_eq!(from_serial(1.0, false), Ok(date(1900, 1, 1)));
    assert_eq!(from_serial(59.0, false), Ok(date(1900, 2, 28)));
    assert_eq!(from_serial(60.0, false), Err(DateError::Impossible));
    assert_eq!(from_serial(61.0, false), Ok(date(1900, 3, 1)));
    assert_eq!(from_serial(45_292.75, false), Ok(date(2024, 1, 1)));
    assert_eq!(from_serial(1462.0, true), Ok(date(1908, 1, 2)));
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY, 3e6] {
        assert_eq!(from_serial(bad, false), Err(DateError::NotADate));
    }
}
