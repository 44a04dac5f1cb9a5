//! Values as departments' systems really send them, case by case: what is read and said, what
//! is refused and with which advice. Nothing is mended in silence.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests"
)]

use crate::support::{Rows, checker, code, codes, csv, findings, penalty, penalty_with};
use proptest::prelude::*;
use xinheng_domain::finding::Severity;
use xinheng_exchange::check::{Options, check_file};

const NAME: &str = "行政相对人名称";
const CODE: &str = "行政相对人代码_1(统一社会信用代码)";
const NUMBER: &str = "行政处罚决定书文号";
const FINE: &str = "罚款金额(万元)";
const DECIDED: &str = "处罚决定日期";
const HEAD: &str = "法定代表人";
const CERTIFICATE: &str = "法定代表人证件号码";

/// A case: column, value; the finding; whether the row goes in; the suggestion; what was read.
type Case<'a> = (
    &'static str,
    &'a str,
    &'static str,
    bool,
    Option<&'a str>,
    Option<&'a str>,
);

#[test]
fn dirty_values() {
    let sound = code("91", 2);
    let at = |place: usize, c: char| -> String {
        let put = |(i, old)| if i == place { c } else { old };
        sound.chars().enumerate().map(put).collect()
    };
    let spaced = format!("{} {} {}", &sound[..6], &sound[6..12], &sound[12..]);
    let hyphens = spaced.replace(' ', "-");
    let two = format!("{sound}、{}", code("91", 3));
    let radical = format!("统\u{2f00}社会信用代码：{sound}");
    let spaced_wrong = spaced.replacen("99", "98", 1);
    let wide: String = sound
        .chars()
        .map(|c| char::from_u32(c as u32 + 0xfee0).unwrap())
        .collect();
    let prefixed = format!("统一社会信用代码：{sound}");
    let (first, second, empty) = (
        format!("{sound}（1/1）"),
        format!("{sound}(1/1)"),
        format!("{sound}()"),
    );
    let quoted = format!("'{sound}");
    let formula = format!("=\"{sound}\"");
    let (lower, letter_o, cyrillic, eight) =
        (sound.to_lowercase(), at(4, 'O'), at(8, 'М'), at(7, 'D'));
    let good = Some(sound.as_str());
    let cases: Vec<Case<'_>> = vec![
        // Codes: always refused, with a suggestion only where the code then fits.
        (CODE, &prefixed, "code-extra-characters", false, good, None),
        (CODE, &first, "code-extra-characters", false, good, None),
        (CODE, &second, "code-extra-characters", false, good, None),
        (CODE, &empty, "code-extra-characters", false, good, None),
        (CODE, &spaced, "code-extra-characters", false, good, None),
        (CODE, &hyphens, "code-extra-characters", false, good, None),
        (CODE, &radical, "code-extra-characters", false, good, None),
        // Nobody can tell which of two is meant.
        (CODE, &two, "code-bad-length", false, None, None),
        // A blank, and another fault besides: no suggestion.
        (
            CODE,
            &spaced_wrong,
            "code-extra-characters",
            false,
            None,
            None,
        ),
        (CODE, &wide, "code-bad-char", false, good, None),
        (CODE, &quoted, "code-extra-characters", false, good, None),
        (CODE, &lower, "code-bad-char", false, good, None),
        (CODE, &letter_o, "code-look-alike", false, good, None),
        (CODE, &eight, "code-look-alike", false, good, None),
        (CODE, &cyrillic, "code-look-alike", false, good, None),
        (
            CODE,
            &formula,
            "cell-formula-without-value",
            false,
            good,
            None,
        ),
        (
            CODE,
            "990100600000012",
            "code-bad-length",
            false,
            None,
            None,
        ),
        (CODE, "9.19901E+17", "number-digits-lost", false, None, None),
        (CODE, "undefined", "value-placeholder", false, None, None),
        (
            CODE,
            "=VLOOKUP(A2,表!A:B,2)",
            "cell-formula-without-value",
            false,
            None,
            None,
        ),
        // Names.
        (NAME, "undefined", "name-placeholder", false, None, None),
        (NAME, "衡川市*****公司", "name-masked", false, None, None),
        (HEAD, "甲*", "name-masked", false, None, None),
        (HEAD, "undefined", "name-placeholder", true, None, None),
        (
            NAME,
            "衡川样例食品有限公司。",
            "name-full-stop",
            false,
            Some("衡川样例食品有限公司"),
            None,
        ),
        (
            NAME,
            "衡川样例食品有限公司 .",
            "name-full-stop",
            false,
            Some("衡川样例食品有限公司"),
            None,
        ),
        (HEAD, "甲例．", "name-full-stop", false, Some("甲例"), None),
        (
            NAME,
            "衡川样例食品有限公司Ａ２",
            "text-full-width",
            true,
            Some("衡川样例食品有限公司A2"),
            Some("衡川样例食品有限公司Ａ２"),
        ),
        (
            NAME,
            "衡川样例\u{2f5f}品有限公司",
            "text-compatibility-character",
            false,
            Some("衡川样例玉品有限公司"),
            None,
        ),
        (
            NAME,
            "衡川样例\u{2ed3} 城有限公司。",
            "text-compatibility-character",
            false,
            Some("衡川样例长城有限公司"),
            None,
        ),
        (
            NAME,
            "衡川样\u{f9b5}食品有限公司",
            "text-compatibility-character",
            false,
            Some("衡川样例食品有限公司"),
            None,
        ),
        // A part of characters: nobody knows which one was meant.
        (
            NAME,
            "衡川样例\u{2eae}品有限公司",
            "text-compatibility-character",
            false,
            None,
            None,
        ),
        // What is no name: kept, and told.
        (NAME, "衡川锟斤拷公司", "name-garbled", true, None, None),
        (NAME, "衡川样例烫烫烫", "name-garbled", true, None, None),
        (
            NAME,
            "鏍蜂緥椋熷搧鏈夐檺鍏徃",
            "name-garbled",
            true,
            None,
            None,
        ),
        (
            NAME,
            "衡川АВС有限公司",
            "name-look-alike",
            true,
            Some("衡川ABC有限公司"),
            Some("衡川АВС有限公司"),
        ),
        (NAME, "衡川АЖbc公司", "name-look-alike", true, None, None),
        (NAME, "㈱衡川样例", "name-sign", true, None, None),
        (NAME, "①衡川样例公司", "name-sign", true, None, None),
        (NAME, "衡川样例公司✅", "name-sign", true, None, None),
        (NAME, "20260410", "name-digits-only", true, None, None),
        (
            NAME,
            "衡川样例公司、",
            "name-separator-at-end",
            true,
            Some("衡川样例公司"),
            Some("衡川样例公司、"),
        ),
        (
            NAME,
            "， 衡川样例公司。,",
            "name-separator-at-end",
            true,
            Some("衡川样例公司"),
            None,
        ),
        (
            NAME,
            "衡川样例公司；",
            "name-separator-at-end",
            false,
            Some("衡川样例公司"),
            None,
        ),
        (
            NAME,
            "衡川甲例有限公司、衡川乙例厂",
            "name-two-organisations",
            true,
            None,
            None,
        ),
        (
            NAME,
            "衡川甲例有限公司；衡川乙例厂",
            "name-two-organisations",
            false,
            None,
            None,
        ),
        // Document numbers.
        (
            NUMBER,
            "衡信市监罚【2026】2号",
            "document-number-brackets",
            true,
            Some("衡信市监罚〔2026〕2号"),
            Some("衡信市监罚〔2026〕2号"),
        ),
        (
            NUMBER,
            "衡信市监罚〖2026〗2号",
            "document-number-brackets",
            true,
            Some("衡信市监罚〔2026〕2号"),
            Some("衡信市监罚〔2026〕2号"),
        ),
        (
            NUMBER,
            "衡信市监罚[2026]2号",
            "document-number-brackets",
            true,
            Some("衡信市监罚〔2026〕2号"),
            Some("衡信市监罚〔2026〕2号"),
        ),
        (
            NUMBER,
            "衡信\u{2f42}罚【2026】 2号",
            "text-compatibility-character",
            false,
            Some("衡信文罚〔2026〕2号"),
            None,
        ),
        (
            NUMBER,
            "衡信市监罚 【 2026 】 2号",
            "document-number-brackets",
            true,
            Some("衡信市监罚〔2026〕2号"),
            Some("衡信市监罚〔2026〕2号"),
        ),
        (NUMBER, "#REF!", "cell-error", false, None, None),
        (NUMBER, "null", "value-placeholder", false, None, None),
        // Amounts, in 10,000 yuan.
        (
            FINE,
            "0.2万元",
            "amount-unit-written",
            true,
            Some("0.2"),
            Some("2000.00"),
        ),
        (
            FINE,
            "0.2万",
            "amount-unit-written",
            true,
            Some("0.2"),
            Some("2000.00"),
        ),
        (
            FINE,
            "0.2 万",
            "amount-unit-written",
            true,
            Some("0.2"),
            Some("2000.00"),
        ),
        (
            FINE,
            "￥0.2万元",
            "amount-unit-written",
            true,
            Some("0.2"),
            Some("2000.00"),
        ),
        (FINE, "2000元", "amount-invalid", false, Some("0.2"), None),
        (FINE, "二十万", "amount-invalid", false, Some("20"), None),
        (FINE, "1 2万", "amount-invalid", false, None, None),
        // Yuan or 万元: nobody can tell.
        (FINE, "¥0.2", "amount-invalid", false, None, None),
        (FINE, "￥2,000", "amount-invalid", false, None, None),
        (FINE, "贰仟", "amount-invalid", false, None, None),
        (
            FINE,
            "￥2,000.00元",
            "amount-invalid",
            false,
            Some("0.2"),
            None,
        ),
        (FINE, "贰仟元整", "amount-invalid", false, Some("0.2"), None),
        (FINE, "二千元", "amount-invalid", false, Some("0.2"), None),
        (FINE, "2000元左右", "amount-invalid", false, None, None),
        (FINE, "#DIV/0!", "cell-error", false, None, None),
        // Dates.
        (
            DECIDED,
            "二〇二六年四月十日",
            "date-in-words",
            true,
            Some("2026-04-10"),
            Some("2026-04-10"),
        ),
        (
            DECIDED,
            "46122",
            "date-invalid",
            false,
            Some("2026-04-10"),
            None,
        ),
        (
            DECIDED,
            "贰零贰陆年零肆月壹拾日",
            "date-in-words",
            true,
            Some("2026-04-10"),
            Some("2026-04-10"),
        ),
        (
            DECIDED,
            "2026年四月十日",
            "date-in-words",
            true,
            Some("2026-04-10"),
            Some("2026-04-10"),
        ),
        (
            DECIDED,
            "16/4/2026",
            "date-invalid",
            false,
            Some("2026-04-16"),
            None,
        ),
        (
            DECIDED,
            "4/16/2026",
            "date-invalid",
            false,
            Some("2026-04-16"),
            None,
        ),
        (
            DECIDED,
            "2026\\4\\10",
            "date-invalid",
            false,
            Some("2026-04-10"),
            None,
        ),
        (
            DECIDED,
            "2026年4月10",
            "date-invalid",
            false,
            Some("2026-04-10"),
            None,
        ),
        (DECIDED, "11/12/2026", "date-invalid", false, None, None),
        (DECIDED, "26.4.10", "date-invalid", false, None, None),
        (DECIDED, "2026年4月", "date-invalid", false, None, None),
        (DECIDED, "NaN", "value-placeholder", false, None, None),
        // Certificates of representatives: not asked for, never a reason to refuse.
        (
            CERTIFICATE,
            "990101900101001",
            "identity-number-old",
            true,
            None,
            None,
        ),
        (
            CERTIFICATE,
            "9901**********0015",
            "identity-number-bad",
            true,
            None,
            None,
        ),
        (
            CERTIFICATE,
            "甲乙丙",
            "certificate-not-a-number",
            true,
            None,
            None,
        ),
        (
            CERTIFICATE,
            "undefined",
            "value-placeholder",
            true,
            None,
            None,
        ),
    ];
    for (header, value, expected, accepted, suggestion, read) in cases {
        let mut changes = vec![(header, value)];
        if header == CERTIFICATE {
            changes.push(("法定代表人证件类型", "身份证"));
        }
        let file = csv(&[
            penalty_with(1, &[(CERTIFICATE, ""), ("法定代表人证件类型", "")]),
            penalty_with(2, &changes),
        ]);
        let mut rows = Rows::default();
        let summary = check_file(
            std::io::Cursor::new(&file),
            &checker(),
            Options::named("a"),
            &mut rows,
        )
        .unwrap();
        let case = format!("{header} = {value}: {:#?}", rows.found);
        let found = rows.found.iter().find(|f| f.code == expected).expect(&case);
        assert_eq!((found.row, found.sheet_row), (2, 3), "{case}");
        assert!(!accepted || found.severity == Severity::Warn, "{case}");
        assert_eq!(found.suggestion.as_deref(), suggestion, "{case}");
        assert_eq!(summary.accepted, 1 + u64::from(accepted), "{case}");
        assert!(!found.message.contains('{'), "{case}");
        if let Some(read) = read {
            assert!(
                rows.second.iter().any(|(_, v)| v == read),
                "{case} {:?}",
                rows.second
            );
        }
    }
}

#[test]
fn a_sentence_says_why_nothing_is_suggested() {
    for (header, value, why) in [
        (FINE, "¥0.2", "没有写明是元还是万元"),
        (
            DECIDED,
            "11/12/2026",
            "可能是2026-11-12，也可能是2026-12-11",
        ),
    ] {
        let (found, _) = findings(&checker(), &csv(&[penalty_with(1, &[(header, value)])]));
        let said = found
            .iter()
            .any(|f| f.message.contains(why) && f.suggestion.is_none());
        assert!(said, "{value}: {found:#?}");
    }
}

#[test]
fn a_name_read_without_blanks_is_suggested_only_where_that_is_all() {
    for (name, suggestions) in [
        (
            "衡川 甲例有限公司",
            &[("spelling-name-blank", Some("衡川甲例有限公司"))][..],
        ),
        (
            "衡川 甲例公司，",
            &[
                ("spelling-name-blank", None),
                ("name-separator-at-end", Some("衡川甲例公司")),
            ],
        ),
    ] {
        let (found, _) = findings(&checker(), &csv(&[penalty_with(1, &[(NAME, name)])]));
        for (code, suggestion) in suggestions {
            let told = found.iter().find(|f| f.code == *code).expect(code);
            assert_eq!(told.suggestion.as_deref(), *suggestion, "{found:#?}");
        }
        assert_eq!(found.len(), suggestions.len(), "{found:#?}");
    }
}

#[test]
fn the_newer_number_in_other_brackets_is_the_same_record() {
    let file = csv(&[
        penalty(1),
        penalty_with(1, &[(NUMBER, "衡信市监罚【2026】1号")]),
    ]);
    let (found, _) = findings(&checker(), &file);
    assert_eq!(
        codes(&found),
        ["document-number-brackets", "duplicate-record"]
    );
}

#[test]
fn names_as_they_are_registered_are_not_told() {
    for name in [
        "上海３Ｍ中国",
        "3M衡川有限公司",
        "A&B衡川有限公司",
        "中国（上海）自由贸易试验区某公司",
        "北京市朝阳区王老五餐饮店（个体工商户）",
        "某某·某某某商店",
        "《某》杂志社",
        "甲乙、丙丁村民委员会",
        "衡川五金、塑料制品厂",
        "香港銀鏈有限公司",
        "ООО Ромашка",
        "Hengchuan (Example) Co., Ltd.",
    ] {
        let (found, _) = findings(&checker(), &csv(&[penalty_with(1, &[(NAME, name)])]));
        let told = found.iter().filter(|f| f.code != "text-full-width");
        assert_eq!(told.count(), 0, "{found:#?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(xinheng_testkit::cases(96)))]

    #[test]
    fn a_name_that_is_suggested_is_sound(
        name in "[、，,；。 ]{0,2}[甲乙АСοxＡ１锟斤拷①公司 （）、；,。\u{2f08}]{1,10}(公司|厂、甲乙丙厂|)[、，,；;。. ]{0,3}",
    ) {
        let checker = checker();
        let told = |name: &str| {
            let (found, _) = findings(&checker, &csv(&[penalty_with(1, &[(NAME, name)])]));
            found
        };
        for suggestion in told(&name).iter().filter_map(|f| f.suggestion.as_deref()) {
            let again = told(suggestion);
            let names = again.iter().filter(|f| f.row > 0 && f.field == "CF_XDR_MC");
            prop_assert_eq!(names.count(), 0, "{} → {}: {:#?}", name, suggestion, again);
        }
    }

    #[test]
    fn chinese_characters_and_a_legal_form_are_a_name(
        name in "[一-龥]{2,12}(（[一-龥]{2,4}）)?(有限公司|股份有限公司|厂|专业合作社|店（个体工商户）)",
    ) {
        let (found, _) = findings(&checker(), &csv(&[penalty_with(1, &[(NAME, &name)])]));
        prop_assert_eq!(codes(&found), [""; 0]);
    }
}

const FACTS: &str = "违法事实";

/// What a spreadsheet would run goes in nowhere; what people write with the same signs does.
#[test]
fn cells_that_would_run_are_refused() {
    let one = |header: &'static str, value: &str| {
        let row = penalty_with(2, &[(header, value)]);
        findings(&checker(), &csv(&[penalty(1), row]))
    };
    for (value, plain) in [
        ("+cmd|' /C calc'!A0", "cmd|' /C calc'!A0"),
        ("-2+3+cmd|' /C calc'!A0", "2+3+cmd|' /C calc'!A0"),
        ("@SUM(1+1)*cmd|' /C calc'!A0", "SUM(1+1)*cmd|' /C calc'!A0"),
        ("＋cmd|' /C calc'!A0", "cmd|' /C calc'!A0"),
        ("＝1+1", "1+1"),
        ("－(1+1)", "(1+1)"),
    ] {
        for header in [FACTS, NAME, NUMBER, HEAD] {
            let (found, summary) = one(header, value);
            let case = format!("{header} {value}: {found:#?}");
            let refused = found.iter().find(|f| f.code == "cell-runs-as-formula");
            let refused = refused.expect(&case);
            assert_eq!(refused.suggestion.as_deref(), Some(plain), "{case}");
            assert_eq!((summary.accepted, summary.refused), (1, 1), "{case}");
        }
    }
    for value in [
        "-5",
        "- 无",
        "－（无）",
        "+86 571 0000",
        "@某",
        "A-1（+B）",
        "--",
        "——SUM(1)",
    ] {
        let (found, _) = one(FACTS, value);
        assert!(
            !found.iter().any(|f| f.code == "cell-runs-as-formula"),
            "{value}: {found:#?}"
        );
    }
    // An amount and a date are read as such or refused as such.
    for (header, code) in [(FINE, "amount-invalid"), (DECIDED, "date-invalid")] {
        let (found, summary) = one(header, "+cmd|' /C calc'!A0");
        assert!(found.iter().any(|f| f.code == code), "{found:#?}");
        assert_eq!(summary.refused, 1);
    }
}
