//! Every help page is a snapshot: a change of the command line shows in review.

use crate::world::{text, xinheng};

const PAGES: &[&[&str]] = &[
    &[],
    &["check"],
    &["template"],
    &["import"],
    &["register"],
    &["register", "import"],
    &["department"],
    &["record"],
    &["record", "show"],
    &["record", "held"],
    &["record", "decide"],
    &["record", "withhold"],
    &["record", "confirm"],
    &["serve"],
    &["code"],
    &["deadline"],
    &["search"],
    &["subject"],
    &["rulebook"],
    &["rulebook", "sets"],
    &["rulebook", "propose"],
    &["rulebook", "adopt"],
    &["rulebook", "refuse"],
    &["db"],
    &["db", "migrate"],
    &["db", "backup"],
    &["db", "restore"],
    &["db", "copy"],
    &["db", "verify"],
    &["district"],
    &["demo"],
];

#[test]
fn help_pages() {
    let mut all = String::new();
    for page in PAGES {
        let out = xinheng(&[*page, &["--help"]].concat());
        assert!(out.status.success(), "{page:?}");
        all.push_str(&format!(
            "$ xinheng {} --help\n{}\n",
            page.join(" "),
            text(&out.stdout)
        ));
    }
    insta::assert_snapshot!("help", all);
}

/// The commands below one, by its help page.
fn below(page: &[String]) -> Vec<Vec<String>> {
    let args: Vec<&str> = page.iter().map(String::as_str).chain(["--help"]).collect();
    let help = text(&xinheng(&args).stdout);
    no_stray_blank(&args, &help);
    let Some((_, commands)) = help.split_once("命令:\n").or(help.split_once("命令：\n"))
    else {
        return Vec::new();
    };
    let names = commands.lines().take_while(|l| l.starts_with("  "));
    let names = names.filter(|l| !l.starts_with("   "));
    let name = |l: &str| l.split_whitespace().next().map(str::to_owned);
    let with = |name: String| page.iter().cloned().chain([name]).collect();
    names.filter_map(name).map(with).collect()
}

fn no_stray_blank(page: &[&str], help: &str) {
    // Words of the library that reads the command line.
    for word in ["default", "ossible", "sage", "ption", "rint", "see "] {
        assert!(!help.contains(word), "{page:?}: {word}");
    }
    let chinese = |c: char| matches!(c, '\u{4e00}'..='\u{9fff}');
    let mark = |c: char| {
        matches!(
            c,
            '。' | '，' | '；' | '：' | '、' | '？' | '（' | '）' | '“' | '”'
        )
    };
    for line in help.lines() {
        // Of two columns the second begins after several blanks.
        let line = line.trim();
        let chars: Vec<char> = line.chars().collect();
        for at in 1..chars.len().saturating_sub(1) {
            let (before, blank, after) = (chars[at - 1], chars[at], chars[at + 1]);
            let stray = chinese(before) && chinese(after) || mark(before) && after != ' ';
            assert!(blank != ' ' || !stray, "{page:?}: {line}");
        }
    }
}

#[test]
fn no_help_page_has_a_stray_blank_or_a_word_of_the_library() {
    let mut pages = vec![Vec::new()];
    let mut seen = 0;
    while let Some(page) = pages.pop() {
        seen += 1;
        pages.extend(below(&page));
    }
    assert!(seen > PAGES.len(), "every command was looked at: {seen}");
}
