//! Workbooks, and what is no table at all.

use super::{DECIDED, DepartmentFile, FACT, FINE, PENALTY, REFUSED, at, column, sent, three};
use crate::{
    kinds::{self, lines, repacked},
    table::Table,
};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, XlsxError};
use xinheng_testkit::xls;

/// A workbook whose making has no moment, with one sheet of texts.
fn workbook(
    table: &Table,
    more: impl Fn(&mut rust_xlsxwriter::Worksheet) -> Result<(), XlsxError>,
) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(2026, 11, 22)?;
    let about = rust_xlsxwriter::DocProperties::new();
    book.set_properties(&about.set_author("").set_creation_datetime(&made));
    let sheet = book.add_worksheet().set_name("行政处罚")?;
    for (r, line) in (0..).zip(lines(table)) {
        for (c, cell) in (0..).zip(line).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string(r, c, cell)?;
        }
    }
    more(sheet)?;
    book.save_to_buffer()
}

pub(super) fn workbooks() -> Result<Vec<DepartmentFile>, XlsxError> {
    let table = three();
    let (decided, fine, fact) = (
        column(&table, DECIDED),
        column(&table, FINE),
        column(&table, FACT),
    );
    let plain = workbook(&table, |_| Ok(()))?;
    let day = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    let days = workbook(&table, |sheet| {
        sheet.write_with_format(1, decided, &ExcelDateTime::from_ymd(2026, 11, 16)?, &day)?;
        sheet.write_number(2, fine, 0.2)?;
        sheet.write_number(3, decided, 46_342)?;
        Ok(())
    })?;
    let errors = workbook(&table, |sheet| {
        sheet.write_formula(1, fine, Formula::new("=1/0").set_result("#DIV/0!"))?;
        sheet.write_formula(2, fine, Formula::new("=2000/10000").set_result("0.2"))?;
        Ok(())
    })?;
    // Programs write formulas and leave the value to the spreadsheet.
    let uncomputed = workbook(&table, |sheet| {
        sheet.write_formula(1, fine, Formula::new("=2000/10000").set_result("VALUE"))?;
        Ok(())
    })?;
    let uncomputed = repacked(
        uncomputed,
        "sheet1.xml",
        |part| part.replace("<v>VALUE</v>", ""),
        &[],
    );
    let macros = repacked(
        plain.clone(),
        "",
        |part| part,
        &[("xl/vbaProject.bin", b"x")],
    );
    let links = repacked(
        plain.clone(),
        "",
        |part| part,
        &[("xl/externalLinks/externalLink1.xml", b"<externalLink/>")],
    );
    let long = workbook(&table, |sheet| {
        sheet.write_string(1, fact, "违".repeat(32_767))?;
        Ok(())
    })?;
    let wide = workbook(&table, |sheet| {
        sheet.write_string(1, 16_383, "最后一列")?;
        Ok(())
    })?;
    let deep = workbook(&table, |sheet| {
        for (c, cell) in (0..).zip(table.rows.first().into_iter().flatten()) {
            let cell = if cell == "衡信市监罚〔2026〕1号" {
                "衡信市监罚〔2026〕4号"
            } else {
                cell
            };
            if !cell.is_empty() {
                sheet.write_string(1_048_575, c, cell)?;
            }
        }
        Ok(())
    })?;
    let zeros = [b"<a/>".as_slice(), &vec![b' '; 1 << 20]]
        .concat()
        .repeat(24);
    let parts: [(&str, &[u8]); 2] = [("_rels/.rels", b"<a/>"), ("xl/workbook.xml", &zeros)];
    let bomb = kinds::package(&parts);
    let texts = b"<sst uniqueCount=\"99999999999\"></sst>";
    let texts = kinds::package(&[
        ("_rels/.rels", b"<a/>"),
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/sharedStrings.xml", texts),
    ]);
    let cut = plain.get(..plain.len() / 2).unwrap_or_default().to_vec();
    let locked = xls::container(&[
        ("EncryptionInfo", vec![4, 0, 4, 0]),
        ("EncryptedPackage", vec![7; 5000]),
    ]);
    Ok(vec![
        sent(
            "days-and-numbers.xlsx",
            "日期格式的单元格照读，没有日期格式的序号退回",
            PENALTY,
            [3, 2, 1, 0],
            &[("date-invalid", 4, at(DECIDED))],
            days,
        ),
        sent(
            "formula-error.xlsx",
            "公式出错的一格退回，有结果的照读",
            PENALTY,
            [3, 2, 1, 0],
            &[("cell-error", 2, at(FINE))],
            errors,
        ),
        sent(
            "formula-without-value.xlsx",
            "程序只写了公式，没有结果",
            PENALTY,
            [3, 2, 1, 0],
            &[("cell-formula-without-value", 2, at(FINE))],
            uncomputed,
        ),
        sent(
            "macros.xlsm",
            "含有宏，宏不运行",
            PENALTY,
            [3, 3, 0, 0],
            &[("workbook-macros-not-run", 0, 0)],
            macros,
        ),
        sent(
            "external-links.xlsx",
            "引用其他文件",
            PENALTY,
            [3, 3, 0, 0],
            &[("workbook-external-links", 0, 0)],
            links,
        ),
        sent(
            "longest-cell.xlsx",
            "一格有32767个字符",
            PENALTY,
            [3, 3, 0, 0],
            &[("text-too-long", 2, at(FACT))],
            long,
        ),
        sent(
            "last-column.xlsx",
            "第16384列有内容",
            PENALTY,
            [1, 0, 1, 0],
            &[("file-too-many-columns", 2, 16_384)],
            wide,
        ),
        sent(
            "last-row.xlsx",
            "最后一条在第1048576行",
            PENALTY,
            [4, 4, 0, 0],
            &[],
            deep,
        ),
        sent(
            "bomb.xlsx",
            "解压后极大",
            "",
            REFUSED,
            &[("file-bomb", 0, 0)],
            bomb,
        ),
        sent(
            "text-bomb.xlsx",
            "声明的共用文字数量不实",
            "",
            REFUSED,
            &[("file-bomb", 0, 0)],
            texts,
        ),
        sent(
            "cut-short.xlsx",
            "传输中断",
            "",
            REFUSED,
            &[("file-damaged", 0, 0)],
            cut,
        ),
        sent(
            "password.xlsx",
            "设有打开密码",
            "",
            REFUSED,
            &[("file-encrypted", 0, 0)],
            locked,
        ),
    ])
}

pub(super) fn no_tables() -> Vec<DepartmentFile> {
    let sheets = kinds::package(&[("_rels/.rels", b"<a/>"), ("xl/workbook.bin", b"x")]);
    let open = kinds::package(&[("mimetype", b"x"), ("content.xml", b"<a/>")]);
    let archive = kinds::package(&[("处罚.csv", b"a,b\n")]);
    vec![
        sent(
            "binary.xlsb",
            "二进制工作簿，暂不读取",
            "",
            REFUSED,
            &[("file-kind-not-read", 0, 0)],
            sheets,
        ),
        sent(
            "open-document.ods",
            "开放文档表格，暂不读取",
            "",
            REFUSED,
            &[("file-kind-not-read", 0, 0)],
            open,
        ),
        sent(
            "archive.zip",
            "压缩包",
            "",
            REFUSED,
            &[("file-not-a-table", 0, 0)],
            archive,
        ),
        sent(
            "single-file-page.xls",
            "单个文件网页改名的工作簿",
            "",
            REFUSED,
            &[("file-not-a-table", 0, 0)],
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n".to_vec(),
        ),
        sent(
            "interface.json",
            "接口的原始返回",
            "",
            REFUSED,
            &[("file-kind-not-read", 0, 0)],
            b"{\"data\":[]}\n".to_vec(),
        ),
        sent(
            "picture.xlsx",
            "扫描件改名的工作簿",
            "",
            REFUSED,
            &[("file-not-a-table", 0, 0)],
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(),
        ),
    ]
}
