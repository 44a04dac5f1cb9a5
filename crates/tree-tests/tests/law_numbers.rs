//! No number of law in code (I8): a rule of thumb over source, pages and scripts.
//!
//! A line that needs such a number for another reason says so: `// no law: <reason>`.

use xinheng_tree_tests::{files, report, source};

/// `.days(7)`, `7.months()`, `days: 7`, `DAYS: i64 = 7`, `7 * day`.
fn is_law_like(code: &str) -> bool {
    let lower = code.to_lowercase();
    ["day", "month", "year"].iter().any(|unit| {
        lower.match_indices(unit).any(|(at, _)| {
            // `days_since`, `today`, `daylight` are other words.
            let before = lower[..at].chars().next_back();
            if before.is_some_and(|c| c.is_ascii_alphabetic()) {
                return false;
            }
            let after = lower[at + unit.len()..].trim_start_matches('s');
            // `{year:04}` writes one.
            if lower[..at].ends_with('{') {
                return false;
            }
            number_after(after) || number_before(&lower[..at])
        })
    })
}

fn number_after(text: &str) -> bool {
    let text = text.trim_start();
    let text = [
        "(",
        ": i64 =",
        ": i32 =",
        ": u32 =",
        ": u64 =",
        ": usize =",
        ": i16 =",
        ":",
        "= ",
    ]
    .iter()
    .find_map(|mark| text.strip_prefix(mark));
    text.is_some_and(|rest| is_large_number(rest.trim_start()))
}

fn number_before(text: &str) -> bool {
    let text = text.trim_end_matches(['.', '*', ' ', '_']);
    let digits: String = text
        .chars()
        .rev()
        .take_while(char::is_ascii_digit)
        .collect();
    let number: String = digits.chars().rev().collect();
    let name = text[..text.len() - digits.len()].chars().next_back();
    !name.is_some_and(|c| c.is_alphanumeric() || c == '_') && is_large_number(&number)
}

/// 0 and 1 are steps of arithmetic, not terms of law; four digits are a year.
fn is_large_number(text: &str) -> bool {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    digits.len() < 4 && digits.parse::<u32>().is_ok_and(|number| number > 1)
}

/// `七个工作日`, `3 个月`, `1 年内`; not `近十二个月`, which is a span that we chose to count.
fn chinese_term(text: &str) -> bool {
    let numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十两".contains(c);
    ["个工作日", "工作日内", "个月", "日内", "年内"]
        .iter()
        .any(|unit| {
            text.match_indices(unit).any(|(at, _)| {
                let number = text[..at].trim_end();
                let before = number.trim_end_matches(numeral);
                number.len() > before.len()
                    && !before.trim_end().ends_with('近')
                    && !text[at..].starts_with("个月份")
            })
        })
}

#[test]
fn no_number_of_law_stands_in_code() {
    let mut faults = Vec::new();
    for file in files("crates", &[".rs"])
        .into_iter()
        .filter(|file| !file.is_test())
    {
        // The invented district is data, not law.
        if file.path.starts_with("crates/demo/") {
            continue;
        }
        for line in source::without_tests(&file.text) {
            if line.comment.trim_start().starts_with("no law:") {
                continue;
            }
            if is_law_like(line.code) || chinese_term(line.code) {
                faults.push(format!(
                    "{}:{}: {}",
                    file.path,
                    line.number,
                    line.code.trim()
                ));
            }
        }
    }
    report(
        "numbers next to days, months or years: rulebook, or `// no law: reason`",
        &faults,
    );
}

#[test]
fn no_number_of_law_stands_on_a_page() {
    let mut faults = Vec::new();
    for file in files("templates", &[])
        .into_iter()
        .chain(files("static", &[".js"]))
    {
        for (index, line) in file.text.lines().enumerate() {
            if chinese_term(line) {
                faults.push(format!("{}:{}: {}", file.path, index + 1, line.trim()));
            }
        }
    }
    report("terms of law written into a page", &faults);
}

#[test]
fn the_rule_of_thumb_sees_what_it_should() {
    for bad in [
        "date.checked_add(7.days())",
        "Span::new().months(3)",
        "const DEADLINE_DAYS: i64 = 7;",
        "working_days(7, from)",
        "let days = 30;",
        "6 * MONTH",
    ] {
        assert!(is_law_like(bad), "{bad}");
    }
    for good in [
        "date.checked_add(1.day())",
        "let today = ctx.today();",
        "value2.days()",
        "let year = 2026;",
        "days_between(a, b)",
        "date(2026, 11, 22)",
        "per_month[3]",
        "format!(\"{year:04}-{month:02}\")",
    ] {
        assert!(!is_law_like(good), "{good}");
    }
    assert!(chinese_term("自决定之日起七个工作日内"));
    assert!(chinese_term("满 3 个月"));
    assert!(!chinese_term("还剩 {{ days }} 个工作日"));
    assert!(!chinese_term("近十二个月按时报送"));
    assert!(!chinese_term("换一个月份"));
}
