//! Files of other layouts: recognised, read as the item's, with findings that point at the
//! file's own columns; nothing of them is lost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests"
)]

use crate::support::{checker, code, codes, findings};
use std::io::Cursor;
use xinheng_checker::{CheckedRow, Register, Registered};
use xinheng_domain::finding::Finding;
use xinheng_exchange::check::{Options, Sink, SinkError, check_file};

const HEADER: &str = "CF_WSH,CF_AJMC,CF_BM,CF_CFLB1,CF_CFLB2,CF_SY,CF_YJ,CF_XDR_MC,CF_XDR_SHXYM,CF_XDR_ZDM,CF_XDR_GSDJ,CF_XDR_SWDJ,CF_XDR_SFZ,CF_FR,CF_JG,CF_JDRQ,CF_JZQ,CF_XZJG,CF_ZT,DFBM,SJC,BZ,CF_SYFW,CF_SXYZCD,CF_GSJZQ,经办人";

fn row(serial: u32, changes: &[(&str, &str)]) -> String {
    let party = code("91", serial);
    let number = format!("衡信市监罚〔2017〕{serial}号");
    let cells: Vec<&str> = HEADER
        .split(',')
        .map(|column| {
            let changed = changes.iter().find(|(c, _)| *c == column).map(|(_, v)| *v);
            changed.unwrap_or(match column {
                "CF_WSH" => &number,
                "CF_AJMC" => "销售不合格产品案",
                "CF_CFLB1" => "罚款",
                "CF_SY" => "当事人销售不合格产品。",
                "CF_YJ" => "《中华人民共和国产品质量法》第五十条",
                "CF_XDR_MC" => "衡川市样例商贸有限公司",
                "CF_XDR_SHXYM" => &party,
                "CF_FR" => "甲乙丙",
                "CF_JG" => "警告",
                "CF_JDRQ" => "2017/04/10",
                "CF_JZQ" => "2099/12/31",
                "CF_XZJG" => "衡川市信衡区市场监督管理局",
                "CF_ZT" | "CF_SYFW" => "0",
                "DFBM" => "990100",
                "经办人" => "某科",
                _ => "",
            })
        })
        .collect();
    cells.join(",") + "\n"
}

fn column(name: &str) -> u32 {
    HEADER.split(',').position(|h| h == name).unwrap() as u32 + 1
}

#[derive(Default)]
struct Fields(Vec<Vec<(String, String)>>);

impl Sink for Fields {
    fn finding(&mut self, _: &Finding) -> Result<(), SinkError> {
        Ok(())
    }

    fn row(&mut self, row: &CheckedRow<'_>) -> Result<(), SinkError> {
        let fields = row.fields();
        self.0.push(
            fields
                .map(|(f, v)| (f.into_owned(), v.to_owned()))
                .collect(),
        );
        Ok(())
    }
}

#[test]
fn an_old_file_goes_in_and_says_so() {
    let file = format!(
        "{HEADER}\n{}{}",
        row(1, &[]),
        row(2, &[("CF_CFLB2", "没收违法所得"), ("CF_BM", "A-1")])
    );
    let (found, summary) = findings(&checker(), file.as_bytes());
    assert_eq!(
        codes(&found),
        [
            "layout-recognised",
            "recommended-missing",
            "recommended-missing",
            "recommended-missing"
        ],
        "{found:#?}"
    );
    for word in [
        "2015—2018年旧版式",
        "行政处罚（penalty-2018）",
        "CF_BM、DFBM、SJC、CF_SXYZCD、经办人",
    ] {
        assert!(found[0].message.contains(word), "{}", found[0].message);
    }
    assert_eq!((summary.rows, summary.accepted), (2, 2));
    assert_eq!(summary.format.as_deref(), Some("penalty-2018"));
    let mut fields = Fields::default();
    check_file(
        Cursor::new(&file),
        &checker(),
        Options::named("a"),
        &mut fields,
    )
    .unwrap();
    let second = |id: &str| {
        let pair = fields.0[1].iter().find(|(f, _)| f == id);
        pair.map_or("", |(_, v)| v.as_str())
    };
    assert_eq!(second("CF_CFLB"), "罚款、没收违法所得");
    assert_eq!(second("CF_YXQ"), "2099-12-31");
    // Carried through: what no field takes, known to the layout or not.
    for (id, value) in [
        ("flex_CF_BM", "A-1"),
        ("flex_DFBM", "990100"),
        ("flex_经办人", "某科"),
    ] {
        assert_eq!(second(id), value, "{id}");
    }
}

#[test]
fn findings_point_at_the_files_own_columns() {
    let cases: &[(&str, &str, &str)] = &[
        ("CF_JDRQ", "2017-02-30", "date-invalid"),
        ("CF_CFLB1", "批评教育", "coded-unknown"),
        ("CF_ZT", "2", "coded-unknown"),
        ("CF_XDR_SHXYM", "123456789012345", "code-bad-length"),
        ("CF_XZJG", "#REF!", "cell-error"),
    ];
    for (name, value, expected) in cases {
        let file = format!("{HEADER}\n{}{}", row(1, &[]), row(2, &[(name, value)]));
        let (found, summary) = findings(&checker(), file.as_bytes());
        let finding = found.iter().find(|f| f.code == *expected).expect(expected);
        assert_eq!(
            (finding.sheet_row, finding.column),
            (3, column(name)),
            "{finding:?}"
        );
        assert!(finding.value.contains(value), "{finding:?}");
        assert_eq!((summary.accepted, summary.refused), (1, 1), "{name}");
        let columns: Vec<_> = found.iter().map(|f| (f.row, f.column)).collect();
        assert!(columns.is_sorted(), "{columns:?}");
    }
    // Something beyond the last column.
    let file = format!("{HEADER}\n{},多出\n", row(1, &[]).trim_end());
    let (found, _) = findings(&checker(), file.as_bytes());
    let wide = found.iter().find(|f| f.code == "row-too-wide").unwrap();
    assert_eq!(
        (wide.column, wide.value.as_str()),
        (column("经办人") + 1, "多出")
    );
}

struct Asked(Vec<String>);

impl Register for Asked {
    fn lookup(&mut self, codes: &[&str]) -> Result<Vec<Option<Registered>>, SinkError> {
        self.0.extend(codes.iter().map(|c| (*c).to_owned()));
        Ok(codes.iter().map(|_| None).collect())
    }
}

#[test]
fn the_register_is_asked_for_the_right_column() {
    let file = format!(
        "行政处罚决定书文号,当事人名称,当事人类型,当事人证件类型,当事人证件号码,法定代表人,违法行为类型,违法事实,处罚依据,处罚种类,处罚内容,处罚决定日期,处罚有效期,处罚机关,处罚机关统一社会信用代码\n衡信市监罚〔2024〕1号,衡川市样例商贸有限公司,02,001,{},甲乙丙,某行为,某事实,某依据,01,警告,2024-04-10,2099-12-31,衡川市信衡区市场监督管理局,{}\n",
        code("91", 1),
        code("11", 900_001),
    );
    let mut register = Asked(Vec::new());
    let mut found: Vec<Finding> = Vec::new();
    let mut options = Options::named("a");
    options.register = Some(&mut register);
    let summary = check_file(Cursor::new(&file), &checker(), options, &mut found).unwrap();
    assert_eq!(codes(&found), ["layout-recognised", "register-unknown"]);
    assert_eq!((found[1].column, summary.accepted), (5, 1));
    assert_eq!(register.0, [code("91", 1)]);
}

#[test]
fn a_column_that_every_row_needs_is_missed() {
    let file = format!("{HEADER}\n{}", row(1, &[])).replace("CF_JZQ", "CF_JZQX");
    let (found, summary) = findings(&checker(), file.as_bytes());
    assert!(codes(&found).contains(&"column-missing"), "{found:#?}");
    assert_eq!(summary.accepted, 0);
}
