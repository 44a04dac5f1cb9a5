//! Values in every spelling.

use super::{
    CATEGORY, CODE, DECIDED, DepartmentFile, FACT, FINE, HEAD, NAME, NUMBER, PENALTY, at, sent,
};
use crate::{
    files::penalty,
    kinds::{lines, old_workbook},
    table::code,
};
use xinheng_testkit::xls::XlsSheet;

const BASIS: &str = "处罚依据";
const KIND: &str = "处罚类别";

pub(super) fn values() -> Vec<DepartmentFile> {
    let sound = code("91", 1);
    let spaced: String = sound.chars().flat_map(|c| [c, ' ']).collect();
    let look = |place: usize, letter: char| -> String {
        let read = |(i, c)| if i == place { letter } else { c };
        sound.chars().enumerate().map(read).collect()
    };
    let numbered: Vec<String> = (0..20)
        .map(|i| format!("衡信市监罚〔2026〕{}号", 100 + i))
        .collect();
    let number = |i: usize| numbered.get(i).map_or("", String::as_str);
    let each = |header: &str, values: &[&str]| {
        let rows = values.iter().enumerate();
        let table = rows.fold(penalty(), |table, (i, value)| {
            table.row(&[(NUMBER, number(i)), (header, value)])
        });
        table.only_changed().csv()
    };
    let codes = [
        format!("统一社会信用代码：{sound}"),
        format!("{sound}（1/1）"),
        sound.to_lowercase(),
        spaced.trim().to_owned(),
        // Division 990102: the first zero as the letter O, then a Cyrillic М in MAEX….
        look(4, 'O'),
        look(8, 'М'),
        "990102600012345".to_owned(),
        "undefined".to_owned(),
        format!("=\"{sound}\""),
        spaced.trim().replace(' ', "-"),
    ];
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let by_row = |header: &str, all: &[&'static str]| -> Vec<(&'static str, u64, u32)> {
        let rows = (2..).zip(all).filter(|(_, code)| !code.is_empty());
        rows.map(|(row, code)| (*code, row, at(header))).collect()
    };
    let dates = [
        "2026年11月16日",
        "2026.11.16",
        "20261116",
        "２０２６／１１／１６",
        "2026-11-16 00:00:00",
        "二〇二六年十一月十六日",
        "46342",
        "26.11.16",
        "2026年11月",
        "2026-02-30",
        "2026。11。16",
        "2026年11月16号",
        "16/11/2026",
        "11/12/2026",
    ];
    let amounts = [
        "0.2000",
        "０．２",
        "0.2万元",
        "2000元",
        "2,000.00元",
        "贰仟元整",
        "-0.2",
        "#REF!",
        "0.2万",
        "￥0.2",
        "1,234.5",
    ];
    let numbers = penalty()
        .row(&[(NUMBER, "衡信市监罚【2026】31号")])
        .row(&[(NUMBER, "衡信市监罚[2026]32号")])
        .row(&[(NUMBER, "衡信市监罚（2026）33号")])
        // The same decision as the first, in other brackets.
        .row(&[(NUMBER, "衡信市监罚〖2026〗31号")])
        // The same decision as the second, but for blanks.
        .row(&[(NUMBER, "衡信市监罚 〔2026〕 32号")])
        .row(&[(NUMBER, "衡信市监罚〔2026〕\u{3000}34 号")])
        .row(&[(NUMBER, "衡信\u{2f42}罚〔2026〕35号")])
        .only_changed();
    let names = penalty()
        .row(&[(NUMBER, number(0)), (NAME, "undefined")])
        .row(&[(NUMBER, number(1)), (NAME, "衡川**商贸有限公司")])
        .row(&[(NUMBER, number(2)), (NAME, "衡川样例?商贸有限公司")])
        .row(&[(NUMBER, number(3)), (HEAD, "张*安")])
        .row(&[(NUMBER, number(4)), (HEAD, "张\u{3000}例")])
        .row(&[(NUMBER, number(5)), (NAME, "衡川样例商贸有限公司。")])
        .row(&[(NUMBER, number(6)), (NAME, "衡川样例Ａ座商贸有限公司")])
        .row(&[
            (NUMBER, number(7)),
            (NAME, "衡川样例\u{2ed3}\u{2f32}商贸有限公司"),
        ])
        .row(&[(NUMBER, number(8)), (NAME, "衡川样例 ABC 商贸有限公司")])
        .row(&[
            (NUMBER, number(9)),
            (FACT, "当事\u{2f08}未按规定办理变更登记。"),
        ])
        .only_changed();
    let mut certificates = penalty();
    certificates.header.push("法定代表人证件类型".to_owned());
    certificates.header.push("法定代表人证件号码".to_owned());
    for row in &mut certificates.rows {
        row.push("身份证".to_owned());
        row.push(String::new());
    }
    let last = certificates.header.len() as u32;
    let number_of = "法定代表人证件号码";
    let certificates = certificates
        .row(&[(NUMBER, number(0)), (number_of, "990102900101001")])
        .row(&[(NUMBER, number(1)), (number_of, "9901**********0015")])
        .row(&[(NUMBER, number(2)), (number_of, "张例安")])
        .row(&[(NUMBER, number(3)), (number_of, &sound)])
        .row(&[(NUMBER, number(4)), (number_of, "undefined")])
        .only_changed();
    let persons = penalty()
        .row(&[
            (NAME, "王拟平"),
            (CATEGORY, "自然人"),
            (CODE, ""),
            (HEAD, ""),
            ("证件类型", "身份证"),
            ("证件号码", "990102199001010015"),
            (NUMBER, number(0)),
        ])
        .row(&[(NUMBER, "衡信市监罚〔2026〕1号")]);
    let meaning = penalty()
        .row(&[(NUMBER, number(0)), (BASIS, "无")])
        .row(&[(NUMBER, "/")])
        .row(&[(NUMBER, number(2)), (FINE, "2000")])
        .row(&[(NUMBER, number(3)), (KIND, "警告")])
        .row(&[(NUMBER, number(4)), (KIND, "没收非法财物"), (FINE, "")])
        .row(&[(NUMBER, "衡信市监罚〔1926〕106号"), (DECIDED, "1926-11-16")])
        .row(&[(NUMBER, "衡信市监罚〔2062〕107号")])
        .row(&[
            (NUMBER, number(7)),
            (NAME, "张例安"),
            (HEAD, "衡川样例商贸有限公司"),
        ])
        .row(&[(NUMBER, number(8)), (HEAD, HEAD)])
        .row(&[(NUMBER, number(9)), (NAME, "衡川样例（信衡商贸有限公司")])
        .row(&[(NUMBER, number(10)), (FACT, "当事人\u{e000}未办理登记。")])
        .only_changed();
    let below = penalty().row(&[(NUMBER, number(0))]).only_changed().csv();
    let below = [
        below,
        "合计,1\n填表人：张例安,,审核人：\n备注：以上数据已核对\n".into(),
    ]
    .concat();
    vec![
        sent(
            "meaning.csv",
            "写法没有问题、意思说不通的内容：占位的文字、按元填的罚款、与金额不符的类别、填反的名称",
            PENALTY,
            [11, 5, 6, 0],
            &[
                ("value-says-nothing", 2, at(BASIS)),
                ("value-says-nothing", 3, at(NUMBER)),
                ("fine-in-yuan", 4, at(FINE)),
                ("kind-missing-for-amount", 5, at(KIND)),
                ("kind-missing-for-text", 6, at(KIND)),
                ("decision-before-law", 7, at(DECIDED)),
                ("document-number-year", 8, at(NUMBER)),
                ("name-and-representative-swapped", 9, at(HEAD)),
                ("name-repeats-header", 10, at(HEAD)),
                ("name-bracket-unpaired", 11, at(NAME)),
                ("text-private-use", 12, at(FACT)),
            ],
            meaning.csv(),
        ),
        sent(
            "below-the-table.csv",
            "表格下面的合计、填表人和备注：不是数据，逐行说明",
            PENALTY,
            [1, 1, 0, 0],
            &[("rows-beside-table", 3, 1)],
            below,
        ),
        sent(
            "codes.csv",
            "代码的各种写法：只在校验相符时给出建议，一律不自动改",
            PENALTY,
            [10, 0, 10, 0],
            &by_row(
                CODE,
                &[
                    "code-extra-characters",
                    "code-extra-characters",
                    "code-bad-char",
                    "code-extra-characters",
                    "code-look-alike",
                    "code-look-alike",
                    "code-bad-length",
                    "value-placeholder",
                    "cell-formula-without-value",
                    "code-extra-characters",
                ],
            ),
            each(CODE, &codes),
        ),
        sent(
            "dates.csv",
            "日期的各种写法：确定的照读，每种写法提示一次，不确定的退回",
            PENALTY,
            [14, 8, 6, 0],
            &by_row(
                DECIDED,
                &[
                    "",
                    "",
                    "",
                    "",
                    "",
                    "date-in-words",
                    "date-invalid",
                    "date-invalid",
                    "date-invalid",
                    "date-invalid",
                    "",
                    "",
                    "date-invalid",
                    "date-invalid",
                ],
            )
            .into_iter()
            // With dots, in words, eight digits, full width, with a time of day.
            .chain([("spelling-date", 1, at(DECIDED)); 5])
            .collect::<Vec<_>>(),
            each(DECIDED, &dates),
        ),
        sent(
            "amounts.csv",
            "金额的各种写法：与本列单位一致的照读，其余给出建议",
            PENALTY,
            [11, 5, 6, 0],
            &by_row(
                FINE,
                &[
                    "",
                    "",
                    "amount-unit-written",
                    "amount-invalid",
                    "amount-invalid",
                    "amount-invalid",
                    "amount-invalid",
                    "cell-error",
                    "amount-unit-written",
                    "amount-invalid",
                    "",
                ],
            )
            .into_iter()
            // Of full width, with commas.
            .chain([("spelling-amount", 1, at(FINE)); 2])
            .chain([("fine-differs-from-text", 12, at(FINE))])
            .collect::<Vec<_>>(),
            each(FINE, &amounts),
        ),
        sent(
            "document-numbers.csv",
            "文号年份的各种括号、空格、形近的部首，改写后能查出重复",
            PENALTY,
            [7, 4, 3, 0],
            &by_row(
                NUMBER,
                &[
                    "document-number-brackets",
                    "document-number-brackets",
                    "document-number-brackets",
                    "document-number-brackets",
                ],
            )
            .into_iter()
            .chain([
                ("duplicate-record", 5, at(NUMBER)),
                ("duplicate-record", 6, at(NUMBER)),
                ("spelling-document-number-blank", 1, at(NUMBER)),
                ("text-compatibility-character", 8, at(NUMBER)),
            ])
            .collect::<Vec<_>>(),
            numbers.csv(),
        ),
        sent(
            "names.csv",
            "名称：程序的空值、遮盖、特殊字符、空格、句号、全角、形近的部首",
            PENALTY,
            [10, 4, 6, 0],
            &[
                ("name-placeholder", 2, at(NAME)),
                ("name-masked", 3, at(NAME)),
                ("name-special-character", 4, at(NAME)),
                ("name-masked", 5, at(HEAD)),
                ("spelling-name-blank", 1, at(HEAD)),
                ("name-full-stop", 7, at(NAME)),
                ("text-full-width", 8, at(NAME)),
                ("text-compatibility-character", 9, at(NAME)),
                ("spelling-text-compatibility", 1, at(FACT)),
            ],
            names.csv(),
        ),
        sent(
            "certificates.csv",
            "法定代表人证件：15位旧号码、遮盖、与姓名或者代码相同、程序的空值",
            PENALTY,
            [5, 5, 0, 0],
            &[
                ("identity-number-old", 2, last),
                ("identity-number-bad", 3, last),
                ("identity-number-bad", 4, last),
                ("certificate-not-a-number", 4, last),
                ("certificate-not-a-number", 5, last),
                ("value-placeholder", 6, last),
                ("certificate-pair", 6, last),
            ],
            certificates.csv(),
        ),
        sent(
            "person-and-duplicate.xls",
            "自然人单列，重复的退回",
            PENALTY,
            [3, 1, 1, 1],
            &[
                ("natural-person-set-aside", 3, at(CATEGORY)),
                ("duplicate-record", 4, at(NUMBER)),
            ],
            old_workbook(XlsSheet::of("行政处罚", &lines(&persons))),
        ),
    ]
}
