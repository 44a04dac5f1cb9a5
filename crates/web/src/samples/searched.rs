//! Answers to searches.

use crate::samples::*;

pub(crate) fn search() -> SearchAnswer {
    SearchAnswer {
        query: "青禾".to_owned(),
        hits: vec![
            hit(CODE, NAME, Some((6, 2)), "present_name", false),
            hit(
                "91990100MA0X00023K",
                "衡川青禾农业科技有限公司",
                Some((2, 2)),
                "present_name",
                false,
            ),
            hit(CODE, "衡川市青禾副食店", Some((3, 2)), "former_name", false),
        ],
        more: true,
        note: None,
        suggestions: Vec::new(),
    }
}

pub(crate) fn search_homonyms() -> SearchAnswer {
    SearchAnswer {
        query: CODE.to_owned(),
        hits: vec![
            hit(CODE, NAME, None, "alias_code", false),
            hit(
                "91990100MA0X00023K",
                "衡川市和顺物流有限公司",
                Some((3, 4)),
                "present_name",
                true,
            ),
            hit(
                "91990100MA0X00031E",
                "衡川市和顺物流有限公司",
                Some((3, 4)),
                "present_name",
                true,
            ),
        ],
        more: false,
        note: Some("输入的是 18 位代码，已按代码查询，同时列出名称相近的单位。".to_owned()),
        suggestions: Vec::new(),
    }
}

pub(crate) fn search_nothing() -> SearchAnswer {
    SearchAnswer {
        query: "没有的名字".to_owned(),
        hits: Vec::new(),
        more: false,
        note: None,
        suggestions: Vec::new(),
    }
}

pub(crate) fn search_mistyped_code() -> SearchAnswer {
    let typed = CODE.replacen('9', "8", 1);
    let near = |code: &str, at, difference: &str| SearchHit {
        near: Some(NearCode {
            code: code.to_owned(),
            at,
            difference: difference.to_owned(),
        }),
        ..hit(CODE, NAME, None, "near_code", false)
    };
    SearchAnswer {
        note: Some(format!(
            "“{typed}”不是正确的统一社会信用代码，请核对登记证照上的18位代码。"
        )),
        query: typed,
        suggestions: vec![
            near(CODE, Some((0, 1)), "第1位是9，输入的是8"),
            near("91990100MA0X00023K", None, "输入的第3位“9”是多出的"),
        ],
        ..search_nothing()
    }
}

pub(crate) fn search_mistyped() -> SearchAnswer {
    let other = "91990100MA0X00023K";
    SearchAnswer {
        query: "衡川市和须物流有限公司".to_owned(),
        note: Some("没有名称中含有“衡川市和须物流有限公司”的单位。请核对用字。".to_owned()),
        suggestions: [CODE, other]
            .map(|code| hit(code, "衡川市和顺物流有限公司", None, "present_name", true))
            .into(),
        ..search_nothing()
    }
}

pub(super) fn hit(
    code: &str,
    name: &str,
    at: Option<(u32, u32)>,
    by: &str,
    homonym: bool,
) -> SearchHit {
    SearchHit {
        code: code.to_owned(),
        matched_name: name.to_owned(),
        matched_at: at,
        matched_by: by.to_owned(),
        name: if by == "former_name" {
            NAME.to_owned()
        } else {
            name.to_owned()
        },
        kind_title: "法人和非法人组织".to_owned(),
        status: "存续".to_owned(),
        homonym,
        near: None,
    }
}
