//! Characters that nobody sees, in cells of every kind: never taken in silence, at the ends of a
//! cell as little as inside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests"
)]

use crate::support::{checker, code, codes, csv, findings, penalty_with};

const CODE: &str = "行政相对人代码_1(统一社会信用代码)";

#[test]
fn invisible_characters_are_told_in_every_cell() {
    let sound = code("91", 1);
    for (header, value) in [
        ("处罚决定日期", "2026-04-10"),
        ("处罚有效期", "2027-04-10"),
        ("罚款金额(万元)", "0.2"),
        ("处罚类别", "罚款"),
        ("行政相对人类别", "法人及非法人组织"),
        (CODE, sound.as_str()),
        ("行政相对人名称", "衡川市样例食品有限公司"),
        ("行政处罚决定书文号", "衡信市监罚〔2026〕1号"),
        ("违法事实", "销售超过保质期的食品。"),
    ] {
        for hidden in ['\u{200b}', '\u{202e}', '\u{feff}', '\u{ad}'] {
            let inside = value.char_indices().nth(1).unwrap().0;
            let (before, behind) = value.split_at(inside);
            for written in [
                format!("{value}{hidden}"),
                format!("{hidden}{value}"),
                format!("{before}{hidden}{behind}"),
            ] {
                let file = csv(&[penalty_with(1, &[(header, &written)])]);
                let (found, summary) = findings(&checker(), &file);
                let case = format!("{header} = {written:?}: {found:#?}");
                assert_eq!(codes(&found), ["text-invisible-character"], "{case}");
                assert_eq!(found[0].suggestion.as_deref(), Some(value), "{case}");
                assert_eq!(summary.refused, 1, "{case}");
            }
        }
    }
}

#[test]
fn what_is_wrong_without_them_is_not_suggested() {
    for (header, value) in [
        ("处罚决定日期", "2026-02-30\u{200b}"),
        ("罚款金额(万元)", "2000元\u{200b}"),
        ("处罚类别", "\u{feff}批评教育"),
        (CODE, "91990100MA000001\u{200b}11"),
    ] {
        let file = csv(&[penalty_with(1, &[(header, value)])]);
        let (found, _) = findings(&checker(), &file);
        assert_eq!(codes(&found), ["text-invisible-character"], "{found:#?}");
        assert_eq!(found[0].suggestion, None, "{found:#?}");
    }
}
