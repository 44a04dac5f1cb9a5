//! Old workbooks (`.xls`).

use super::{
    CODE, DECIDED, DepartmentFile, FINE, NAME, NUMBER, PENALTY, REFUSED, at, column, sent, three,
};
use crate::kinds::{lines, old_workbook};
use xinheng_testkit::xls::{self, XlsCell, XlsExtra, XlsSheet};

pub(super) fn old_workbooks() -> Vec<DepartmentFile> {
    let table = three();
    let sheet = XlsSheet::of("行政处罚", &lines(&table));
    let (decided, fine, name) = (
        column(&table, DECIDED),
        column(&table, FINE),
        column(&table, NAME),
    );
    let days = sheet
        .clone()
        .with(1, decided, XlsCell::Day(46_342.0))
        .with(2, decided, XlsCell::Day(46_342.4))
        .with(3, decided, XlsCell::Number(46_342.0))
        .with(1, fine, XlsCell::Number(0.2))
        .with(2, fine, XlsCell::Formula(0.2))
        .with(3, name, XlsCell::Inline("衡川样例建材有限公司".to_owned()));
    let broken = sheet
        .clone()
        .with(
            1,
            column(&table, CODE),
            XlsCell::Number(9.199_010_200_000_012e17),
        )
        .with(2, fine, XlsCell::Error(0x07))
        .with(3, column(&table, NUMBER), XlsCell::Error(0x17));
    let mut earlier = sheet.clone();
    earlier.name = "上期".to_owned();
    earlier.hidden = true;
    let notes = XlsSheet::of("填表说明", &[["请按数据标准填写"]]);
    let several = [earlier, notes, sheet.clone()];
    let whole = old_workbook(sheet.clone());
    let cut = whole
        .get(..whole.len() * 2 / 3)
        .unwrap_or_default()
        .to_vec();
    let with = |extra| xls::workbook(std::slice::from_ref(&sheet), extra);
    let password = XlsExtra {
        password: true,
        ..XlsExtra::default()
    };
    let macros = XlsExtra {
        macros: true,
        external: true,
        password: false,
    };
    vec![
        sent(
            "penalties-old.xls",
            "旧版工作簿，没有问题",
            PENALTY,
            [3, 3, 0, 0],
            &[],
            whole,
        ),
        sent(
            "days-and-numbers.xls",
            "旧版工作簿：日期格式的单元格、公式的结果照常读取，没有日期格式的序号退回",
            PENALTY,
            [3, 2, 1, 0],
            &[
                ("date-invalid", 4, at(DECIDED)),
                ("spelling-date", 1, at(DECIDED)),
            ],
            old_workbook(days),
        ),
        sent(
            "errors-and-lost-digits.xls",
            "旧版工作簿：代码存成数值、公式出错",
            PENALTY,
            [3, 0, 3, 0],
            &[
                ("number-digits-lost", 2, at(CODE)),
                ("cell-error", 3, at(FINE)),
                ("cell-error", 4, at(NUMBER)),
            ],
            old_workbook(broken),
        ),
        sent(
            "hidden-sheet.xls",
            "旧版工作簿：隐藏的上期数据、填表说明和本期数据",
            PENALTY,
            [3, 3, 0, 0],
            &[("sheet-hidden", 0, 0), ("sheet-not-read", 0, 0)],
            xls::workbook(&several, XlsExtra::default()),
        ),
        sent(
            "password.xls",
            "旧版工作簿设有密码",
            "",
            REFUSED,
            &[("file-encrypted", 0, 0)],
            with(password),
        ),
        sent(
            "macros-and-links.xls",
            "旧版工作簿含有宏，并引用其他文件",
            PENALTY,
            [3, 3, 0, 0],
            &[
                ("workbook-macros-not-run", 0, 0),
                ("workbook-external-links", 0, 0),
            ],
            with(macros),
        ),
        sent(
            "cut-short.xls",
            "旧版工作簿传输中断",
            "",
            REFUSED,
            &[("file-damaged", 0, 0)],
            cut,
        ),
        sent(
            "document-named.xls",
            "把文字文档改名为工作簿",
            "",
            REFUSED,
            &[("file-not-a-table", 0, 0)],
            xls::container(&[("WordDocument", vec![0; 64])]),
        ),
    ]
}
