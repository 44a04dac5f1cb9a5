//! Rows of a third kind of information, invented. Its rule files are written by hand, as a
//! district would: `examples/custom-item/rulebook/`.

use crate::table::{Table, code, office};

/// A correct file, a faulty one, a workbook.
pub fn files() -> Vec<(&'static str, Vec<u8>)> {
    let office = office("00100141");
    let correct = Table::of(&[
        ("单位名称", "衡川样例洗车有限公司"),
        ("统一社会信用代码", &code("91", 21)),
        ("检查文书号", "衡信水检〔2026〕1号"),
        ("检查结果", "需要整改"),
        ("检查日期", "2026-11-12"),
        ("年取水量(立方米)", "1200"),
        (
            "检查情况",
            "抽查用水台账2个月，循环水设施停用，已当场告知整改。",
        ),
        ("检查机关", "衡川市信衡区水务局"),
        ("检查机关代码", &office),
    ])
    .row(&[
        ("单位名称", "信衡区样例洗车行"),
        ("统一社会信用代码", &code("92", 22)),
        ("检查文书号", "衡信水检〔2026〕2号"),
        ("检查结果", "01"),
        ("检查情况", "循环水设施运行正常，用水台账完整。"),
    ])
    .row(&[
        ("单位名称", "衡川样例食品饮料有限公司"),
        ("统一社会信用代码", &code("91", 23)),
        ("检查文书号", "衡信水检〔2026〕3号"),
        ("检查结果", "符合要求"),
        (
            "检查情况",
            "冷却水重复利用率符合定额。联系电话19900005678。",
        ),
    ]);
    let faulty = correct
        .clone()
        // A result that asks for mending, without a word on what was found.
        .row(&[("检查文书号", "衡信水检〔2026〕4号"), ("检查情况", "")])
        .row(&[("检查文书号", "衡信水检〔2026〕5号"), ("检查结果", "优秀")])
        .row(&[
            ("检查文书号", "衡信水检〔2026〕6号"),
            ("检查日期", "2026-12-31"),
        ]);
    vec![
        ("custom-item/water-saving-correct.csv", correct.csv()),
        ("custom-item/water-saving-faults.csv", faulty.csv()),
        (
            "custom-item/water-saving-correct.xlsx",
            correct.xlsx("节水检查").unwrap_or_default(),
        ),
    ]
}
