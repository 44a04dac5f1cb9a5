//! A checker from the rulebook's own files, and rows to feed it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    dead_code,
    reason = "tests; each uses a part of it"
)]

pub mod annotated;
pub mod book;

use jiff::civil::{Date, date};
use serde::Deserialize;
use std::{fs, io::Cursor, path::Path, sync::Arc};
use xinheng_checker::{CheckedRow, Checker, Rules};
use xinheng_domain::{
    basis::Basis,
    catalogue::Item,
    code::{self, CodeTables},
    code_list::CodeList,
    finder::{Finder, Words},
    finding::{Finding, Summary},
    layout::Layout,
    message::Message,
};
use xinheng_exchange::{
    check::{Options, Sink, SinkError, check_file},
    findings::JsonLines,
};

/// The day of every test.
pub const TODAY: Date = date(2026, 11, 20);

#[derive(Deserialize)]
struct Lists {
    list: Vec<CodeList>,
}

#[derive(Deserialize)]
struct Messages {
    message: Vec<Message>,
}

pub fn rulebook() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../rulebook"))
}

fn files<T: for<'de> Deserialize<'de>>(folder: &str) -> Vec<T> {
    let mut paths: Vec<_> = fs::read_dir(rulebook().join(folder))
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .collect();
    paths.sort();
    let read = |p| toml::from_str(&fs::read_to_string(p).unwrap()).unwrap();
    paths.into_iter().map(read).collect()
}

pub fn items() -> Vec<Item> {
    files("catalogues")
}

pub fn messages() -> Vec<Message> {
    files::<Messages>("messages")
        .into_iter()
        .flat_map(|m| m.message)
        .collect()
}

/// The code lists.
pub fn lists() -> Vec<CodeList> {
    let texts: Vec<toml::Table> = files("codes");
    texts
        .into_iter()
        .filter(|t| t.contains_key("list"))
        .flat_map(|t| t.try_into::<Lists>().unwrap().list)
        .collect()
}

/// The checker of penalties and permits; the invented divisions 9901xx are known.
pub fn checker() -> Checker {
    checker_of(&items())
}

pub fn checker_of(items: &[Item]) -> Checker {
    let lists = lists();
    let pairs = lists
        .iter()
        .find(|l| l.id == "uscc-authority-pair")
        .unwrap();
    let pairs = pairs.entries.iter().map(|e| e.code.clone());
    let codes = CodeTables::new(pairs, 990_100..=990_130, ["91350203M0001QKT19"]).unwrap();
    Checker::new(Rules {
        items,
        lists: &lists,
        messages: &messages(),
        codes,
        today: TODAY,
        cite: &cite,
    })
    .and_then(|checker| checker.with_layouts(&files::<Layout>("layouts")))
    .unwrap()
}

/// One that also looks for persons, by the rulebook's words.
pub fn finding_checker() -> Checker {
    let words = files::<Words>("personal").into_iter().next().unwrap();
    checker().with_finder(Arc::new(Finder::new(&words)))
}

fn cite(basis: &Basis) -> String {
    format!(
        "{} {}",
        basis.source,
        basis.article.as_deref().unwrap_or_default()
    )
}

/// Checks bytes and gives the lines as written, and the summary.
pub fn check(checker: &Checker, name: &str, bytes: &[u8]) -> (String, Summary) {
    let mut lines = JsonLines::new(Vec::new());
    let summary = check_file(
        Cursor::new(bytes),
        checker,
        Options::named(name),
        &mut lines,
    )
    .unwrap();
    let lines = lines.finish(&summary).unwrap();
    (String::from_utf8(lines).unwrap(), summary)
}

/// Checks bytes and gives the findings.
pub fn findings(checker: &Checker, bytes: &[u8]) -> (Vec<Finding>, Summary) {
    let mut found = Vec::new();
    let options = Options::named("test.csv");
    let summary = check_file(Cursor::new(bytes), checker, options, &mut found).unwrap();
    (found, summary)
}

/// Findings, and the values of the second record.
#[derive(Default)]
pub struct Rows {
    pub found: Vec<Finding>,
    pub second: Vec<(String, String)>,
}

impl Sink for Rows {
    fn finding(&mut self, finding: &Finding) -> Result<(), SinkError> {
        self.found.push(finding.clone());
        Ok(())
    }

    fn row(&mut self, row: &CheckedRow<'_>) -> Result<(), SinkError> {
        if row.number() == 2 {
            let fields = row.fields();
            self.second = fields
                .map(|(f, v)| (f.into_owned(), v.to_owned()))
                .collect();
        }
        Ok(())
    }
}

/// A sound code in the invented division.
pub fn code(pair: &str, serial: u32) -> String {
    code::assemble(pair, "990100", &format!("MA{serial:06}")).unwrap()
}

/// A sound penalty row: Chinese header and value.
pub fn penalty(serial: u32) -> Vec<(&'static str, String)> {
    let text = str::to_owned;
    vec![
        (
            "行政相对人名称",
            format!("衡川市样例{serial}号商贸有限公司"),
        ),
        ("行政相对人类别", text("法人及非法人组织")),
        ("行政相对人代码_1(统一社会信用代码)", code("91", serial)),
        ("法定代表人", text("甲乙丙")),
        (
            "行政处罚决定书文号",
            format!("衡信市监罚〔2026〕{serial}号"),
        ),
        (
            "违法行为类型",
            text("违反《中华人民共和国产品质量法》第三十九条的规定"),
        ),
        (
            "违法事实",
            text("当事人在产品中以次充好，2026年3月2日被查获，货值金额较小。"),
        ),
        ("处罚依据", text("《中华人民共和国产品质量法》第五十条")),
        ("处罚类别", text("罚款")),
        ("处罚内容", text("罚款2000元")),
        ("罚款金额(万元)", text("0.2")),
        ("处罚决定日期", text("2026-04-10")),
        ("处罚有效期", text("2099-12-31")),
        ("处罚机关", text("衡川市信衡区市场监督管理局")),
        ("处罚机关统一社会信用代码", code("11", 900_001)),
        ("数据来源单位", text("衡川市信衡区市场监督管理局")),
        ("数据来源单位统一社会信用代码", code("11", 900_001)),
    ]
}

/// A penalty row with some values changed; a header that is not there is added.
pub fn penalty_with(serial: u32, changes: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let mut row = penalty(serial);
    for (header, value) in changes {
        match row.iter_mut().find(|(h, _)| h == header) {
            Some((_, place)) => (*value).clone_into(place),
            None => row.push((header, (*value).to_owned())),
        }
    }
    row
}

/// A CSV file of rows, under the headers of all of them.
pub fn csv(rows: &[Vec<(&'static str, String)>]) -> Vec<u8> {
    let mut headers: Vec<&str> = Vec::new();
    for (header, _) in rows.iter().flatten() {
        if !headers.contains(header) {
            headers.push(header);
        }
    }
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(&headers).unwrap();
    for row in rows {
        let cell = |h: &&str| {
            row.iter()
                .find(|(header, _)| header == h)
                .map_or("", |(_, v)| v)
        };
        out.write_record(headers.iter().map(cell)).unwrap();
    }
    out.into_inner().unwrap()
}

/// Codes of the findings, in order.
pub fn codes(found: &[Finding]) -> Vec<&str> {
    found.iter().map(|f| f.code.as_str()).collect()
}
