//! Web pages and text files.

use super::{DepartmentFile, FACT, NUMBER, PENALTY, PERMIT, REFUSED, at, sent, three};
use crate::{
    files::permit,
    kinds::{self, gb18030, lines, page, page_table, parted, utf16},
};

pub(super) fn markup() -> Vec<DepartmentFile> {
    let table = lines(&three());
    let permits = lines(&permit());
    let plain = page(&page_table(&table, None), "utf-8");
    let titled = page(&page_table(&table, Some("行政处罚信息公示表")), "gb2312");
    let two = page(
        &[page_table(&table, None), page_table(&permits, None)].concat(),
        "utf-8",
    );
    let cut: String = plain.chars().take(plain.chars().count() * 3 / 4).collect();
    let login = page(
        "<form action=\"/login\"><p>登录已超时，请重新登录</p></form>",
        "utf-8",
    );
    vec![
        sent(
            "web-page.xls",
            "网页改名的工作簿",
            PENALTY,
            [3, 3, 0, 0],
            &[],
            plain.into_bytes(),
        ),
        sent(
            "web-page-gb18030.xls",
            "国标编码的网页，表名占一行",
            PENALTY,
            [3, 3, 0, 0],
            &[("rows-above-header", 2, 0)],
            gb18030(&titled),
        ),
        sent(
            "web-page-two-tables.xls",
            "网页中有两个表，第二个没有读，要说明",
            PENALTY,
            [3, 3, 0, 0],
            &[("sheet-not-read", 0, 0)],
            two.into_bytes(),
        ),
        sent(
            "web-page-cut-short.xls",
            "网页没有下载完",
            PENALTY,
            [1, 0, 1, 0],
            &[("file-damaged", 3, 0)],
            cut.into_bytes(),
        ),
        sent(
            "login-page.xls",
            "导出的是登录页",
            "",
            REFUSED,
            &[("file-not-a-table", 0, 0)],
            login.into_bytes(),
        ),
        sent(
            "excel-2003-xml.xls",
            "Excel 2003的XML工作簿",
            PERMIT,
            [1, 1, 0, 0],
            &[],
            kinds::xml_workbook(&permits).into_bytes(),
        ),
    ]
}

pub(super) fn texts() -> Vec<DepartmentFile> {
    let table = three();
    let text = String::from_utf8_lossy(&table.csv()).into_owned();
    let mark = [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat();
    let cells = lines(&table);
    // The second of three lines in another encoding than the others.
    let mixed = |ours: &dyn Fn(&str) -> Vec<u8>, other: &dyn Fn(&str) -> Vec<u8>| {
        let lines = text.split_inclusive('\n').enumerate();
        let bytes = lines.map(|(i, line)| if i == 2 { other(line) } else { ours(line) });
        bytes.collect::<Vec<_>>().concat()
    };
    let utf8 = |line: &str| line.as_bytes().to_vec();
    let book = three().xlsx("行政处罚").unwrap_or_default();
    // Every cell of the line that holds Chinese characters is named.
    let second = table
        .header
        .iter()
        .zip(table.rows.get(1).into_iter().flatten());
    let chinese = (1..).zip(second).filter(|(_, (_, cell))| !cell.is_ascii());
    let garbled: Vec<(&'static str, u64, u32)> = chinese
        .map(|(column, _)| ("text-undecodable", 3, column))
        .collect();
    let astray =
        ["501", "502", "503"]
            .into_iter()
            .fold(crate::files::penalty(), |table, serial| {
                let number = format!("衡信市监罚〔2026〕{serial}号");
                table.row(&[(NUMBER, number.as_str()), ("备注", "见附件")])
            });
    let astray =
        String::from_utf8_lossy(&astray.only_changed().csv()).replace("见附件", "\"见附件");
    let quote = text.replacen("2026年10月12日检查", "\"2026年10月12日检查", 1);
    vec![
        sent(
            "text-named.xls",
            "CSV改名的工作簿",
            PENALTY,
            [3, 3, 0, 0],
            &[],
            table.csv(),
        ),
        sent(
            "new-workbook-named.xls",
            "新版工作簿改名为.xls",
            PENALTY,
            [3, 3, 0, 0],
            &[],
            book,
        ),
        sent(
            "byte-order-mark.csv",
            "UTF-8带标记",
            PENALTY,
            [3, 3, 0, 0],
            &[],
            mark,
        ),
        sent(
            "tabs.tsv",
            "制表符分隔",
            PENALTY,
            [3, 3, 0, 0],
            &[],
            parted(&cells, "\t").into_bytes(),
        ),
        sent(
            "unicode-text.txt",
            "电子表格软件的“Unicode文本”：UTF-16，制表符",
            PENALTY,
            [3, 3, 0, 0],
            &[],
            utf16(&parted(&cells, "\t"), true),
        ),
        sent(
            "utf-16-no-mark.csv",
            "UTF-16不带标记",
            PENALTY,
            [3, 3, 0, 0],
            &[],
            utf16(&text, false),
        ),
        sent(
            "semicolons.csv",
            "分号分隔",
            PENALTY,
            [3, 3, 0, 0],
            &[],
            parted(&cells, ";").into_bytes(),
        ),
        sent(
            "full-width-commas.csv",
            "全角逗号分隔，无法可靠分列",
            "",
            REFUSED,
            &[("file-separator-unsafe", 1, 0)],
            parted(&cells, "，").into_bytes(),
        ),
        sent(
            "mixed-in-utf-8.csv",
            "UTF-8文件里混入一行国标编码，只退回这一行",
            PENALTY,
            [3, 2, 1, 0],
            &garbled,
            mixed(&utf8, &gb18030),
        ),
        sent(
            "mixed-in-gb18030.csv",
            "国标编码文件里混入一行UTF-8，只退回这一行",
            PENALTY,
            [3, 2, 1, 0],
            &garbled,
            mixed(&gb18030, &utf8),
        ),
        sent(
            "quotes-astray.csv",
            "不加引号的导出程序写出的引号：两个引号之间的整行数据会并入一格",
            PENALTY,
            REFUSED,
            &[("file-quote-across-rows", 2, at("备注"))],
            astray.into_bytes(),
        ),
        sent(
            "quote-unclosed.csv",
            "引号没有成对",
            PENALTY,
            REFUSED,
            &[("file-quote-unclosed", 2, at(FACT))],
            quote.into_bytes(),
        ),
    ]
}
