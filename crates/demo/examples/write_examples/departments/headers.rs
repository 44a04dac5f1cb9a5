//! Headers and what stands above them.

use super::{
    CATEGORY, DECIDED, DepartmentFile, FINE, NAME, NUMBER, PENALTY, REFUSED, at, sent, three,
};
use crate::kinds::{gb18030, lines, old_workbook};
use xinheng_testkit::xls::XlsSheet;

pub(super) fn headers() -> Vec<DepartmentFile> {
    let table = three();
    let text = String::from_utf8_lossy(&table.csv()).into_owned();
    let above =
        format!("衡川市信衡区行政处罚信息表\r\n填报单位：市场监督管理局,2026年11月\r\n\r\n{text}");
    let record = text.lines().nth(1).unwrap_or_default();
    let record = format!("{record}\r\n{text}");
    let marked = table.clone().headers(&[
        (NAME, "*行政相对人名称"),
        (CATEGORY, "2、行政相对人类别（必填）"),
        (NUMBER, "行政处罚\n决定书文号"),
        (FINE, "罚款金额【万元】"),
        (DECIDED, "处罚决定日期：\u{3000}"),
        ("备注", "经办人意见"),
    ]);
    let mut two_lines = lines(&table);
    let width = table.header.len();
    let mut below = vec![String::new(); width];
    for (i, (heading, name)) in [
        ("行政相对人", "名称"),
        ("", "类别"),
        ("", "代码_1(统一社会信用代码)"),
    ]
    .into_iter()
    .enumerate()
    {
        if let (Some(first), Some(second)) = (
            two_lines.first_mut().and_then(|l| l.get_mut(i)),
            below.get_mut(i),
        ) {
            heading.clone_into(first);
            name.clone_into(second);
        }
    }
    two_lines.insert(1, below);
    let mut titled = two_lines.clone();
    titled.insert(0, vec!["行政处罚信息表".to_owned()]);
    vec![
        sent(
            "titles-above.csv",
            "表头上面有表名和填报单位",
            PENALTY,
            [3, 3, 0, 0],
            &[("rows-above-header", 4, 0)],
            above.clone().into_bytes(),
        ),
        sent(
            "titles-above-gb18030.csv",
            "同上，国标编码",
            PENALTY,
            [3, 3, 0, 0],
            &[("rows-above-header", 4, 0)],
            gb18030(&above),
        ),
        sent(
            "record-above-header.csv",
            "表头上面有一行数据，不能丢弃，退回",
            "",
            REFUSED,
            &[("header-not-first", 2, 0)],
            record.into_bytes(),
        ),
        sent(
            "header-marks.csv",
            "表头里有星号、序号、换行、必填和不同的括号；备注改名的列按附加列保留",
            PENALTY,
            [3, 3, 0, 0],
            &[("column-unknown", 1, at("备注"))],
            marked.csv(),
        ),
        sent(
            "two-line-header.xls",
            "合并单元格的两行表头",
            PENALTY,
            [3, 3, 0, 0],
            &[("header-two-lines", 2, 0)],
            old_workbook(XlsSheet::of("行政处罚", &two_lines)),
        ),
        sent(
            "title-and-two-line-header.xls",
            "表名之下是两行表头",
            PENALTY,
            [3, 3, 0, 0],
            &[("header-two-lines", 3, 0), ("rows-above-header", 3, 0)],
            old_workbook(XlsSheet::of("行政处罚", &titled)),
        ),
    ]
}
