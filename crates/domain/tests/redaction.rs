//! Nothing personal that was planted in a text is left after redaction (I6).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use proptest::prelude::*;
use std::sync::LazyLock;
use xinheng_domain::{
    code,
    finder::{Finder, Redacted, Words},
    identity,
    redact::{mask_identity_numbers, scan},
    text::narrow,
};

static FINDER: LazyLock<Finder> = LazyLock::new(|| {
    let words: Words =
        toml::from_str(include_str!("../../../rulebook/personal/words.toml")).unwrap();
    Finder::new(&words)
});

fn redact<'a>(text: &'a str, persons: &[&str]) -> Redacted<'a> {
    FINDER.redact(text, persons)
}

/// Ordinary text without digits or letters.
const PLAIN: &str = "[的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严，。；：（）、“”\n]{0,30}";

fn identity_number() -> impl Strategy<Value = String> {
    // 990101 is no division, so that nobody has the number.
    (1940..2015_u32, 1..=12_u32, 1..=28_u32, 0..1000_u32).prop_map(|(y, m, d, n)| {
        let front = format!("990101{y}{m:02}{d:02}{n:03}");
        "0123456789X"
            .chars()
            .map(|c| format!("{front}{c}"))
            .find(|n| identity::check_fits(n.as_bytes()))
            .unwrap()
    })
}

#[derive(Debug, Clone, Copy)]
enum Dress {
    Bare,
    Wide,
    Blanks,
    Dashes,
    Invisible,
}

fn dress() -> impl Strategy<Value = Dress> {
    prop_oneof![
        Just(Dress::Bare),
        Just(Dress::Wide),
        Just(Dress::Blanks),
        Just(Dress::Dashes),
        Just(Dress::Invisible),
    ]
}

/// A number as people write it, in groups of these sizes.
fn dressed(number: &str, groups: &[usize], dress: Dress) -> String {
    let between = match dress {
        Dress::Bare => return number.to_owned(),
        Dress::Wide => {
            return number
                .chars()
                .map(|c| char::from_u32(c as u32 + 0xfee0).unwrap())
                .collect();
        }
        Dress::Blanks => " ",
        Dress::Dashes => "-",
        Dress::Invisible => "\u{200b}",
    };
    let mut rest = number;
    let mut parts = Vec::new();
    for size in groups {
        let (part, more) = rest.split_at(*size);
        parts.push(part);
        rest = more;
    }
    parts.join(between)
}

/// Only what could tell a number.
fn digits(text: &str) -> String {
    text.chars()
        .map(narrow)
        .filter(char::is_ascii_digit)
        .collect()
}

proptest! {
    #[test]
    fn no_identity_number_is_left(
        before in PLAIN, number in identity_number(), dress in dress(), after in PLAIN,
    ) {
        let planted = format!("{before}{}{after}", dressed(&number, &[6, 8, 4], dress));
        let shown = redact(&planted, &[]);
        prop_assert_eq!(digits(&shown.text), "", "{}", shown.text);
        prop_assert!(scan(&planted).is_some());
        let masked = mask_identity_numbers(&planted);
        prop_assert!(digits(&masked).len() <= 3, "{}", masked);
    }

    #[test]
    fn no_old_identity_number_is_left(
        before in PLAIN, y in 30..99_u32, m in 1..=12_u32, d in 1..=28_u32, n in 0..1000_u32, after in PLAIN,
    ) {
        let planted = format!("{before}身份证号：990101{y}{m:02}{d:02}{n:03}{after}");
        let shown = redact(&planted, &[]);
        prop_assert_eq!(digits(&shown.text), "", "{}", shown.text);
    }

    #[test]
    fn no_phone_is_left(before in PLAIN, n in 0..10_000_u32, dress in dress(), after in PLAIN) {
        let planted = format!("{before}电话{}{after}", dressed(&format!("1990000{n:04}"), &[3, 4, 4], dress));
        let shown = redact(&planted, &[]);
        prop_assert_eq!(digits(&shown.text), "", "{}", shown.text);
        prop_assert!(scan(&planted).is_some());
    }

    #[test]
    fn no_bank_account_is_left(before in PLAIN, number in "6222[0-9]{15}", dress in dress(), after in PLAIN) {
        let planted = format!("{before}账号：{}{after}", dressed(&number, &[4, 4, 4, 4, 3], dress));
        let shown = redact(&planted, &[]);
        prop_assert_eq!(digits(&shown.text), "", "{}", shown.text);
    }

    #[test]
    fn no_given_name_is_left(
        before in PLAIN, name in "[甄禤逄亓仉][\u{9f00}-\u{9f90}]{1,3}", after in PLAIN, blanks in any::<bool>(),
    ) {
        let written: String = if blanks {
            name.chars().flat_map(|c| [c, ' ']).collect()
        } else {
            name.clone()
        };
        let planted = format!("{before}{written}{after}{written}");
        let shown = redact(&planted, &[&name]);
        let given: String = name.chars().skip(1).collect();
        prop_assert!(!shown.text.contains(&given), "{}", shown.text);
        prop_assert!(shown.text.chars().filter(|c| given.contains(*c)).count() == 0);
    }

    #[test]
    fn no_dwelling_is_left(before in PLAIN, house in 1..2000_u32) {
        let planted = format!("{before}，家庭住址：衡川市信衡区某路{house}号，");
        let shown = redact(&planted, &[]);
        prop_assert!(!shown.text.contains("衡川市"), "{}", shown.text);
        prop_assert_eq!(digits(&shown.text), "");
    }

    #[test]
    fn codes_dates_amounts_and_document_numbers_stay(
        before in PLAIN,
        serial in "[0-9A-HJ-NP-RTUWXY]{8}",
        y in 2016..2027_u32, m in 1..=12_u32, d in 1..=28_u32,
        fine in 1..99_999_999_u32,
        after in PLAIN,
    ) {
        let code = code::assemble("91", "990101", &serial).unwrap();
        for kept in [
            format!("，统一社会信用代码：{code}，"),
            format!("（{code}）"),
            format!("，衡市监罚〔{y}〕{d}号，"),
            format!("，{y}年{m}月{d}日，"),
            format!("，{y}-{m:02}-{d:02} 08:30:00，"),
            format!("，罚款{fine}元，"),
            format!("，罚款{fine}.50元，"),
        ] {
            let text = format!("{before}{kept}{after}");
            let shown = redact(&text, &[]);
            prop_assert!(shown.text.contains(&kept), "{kept}: {}", shown.text);
            prop_assert_eq!(scan(&text), None);
        }
    }

    #[test]
    fn any_text_is_redacted_once(text in "\\PC{0,60}|[0-9*Xx -住址：号法定代表人张三@.a，A-C浙]{0,60}") {
        let once = redact(&text, &["张三"]);
        let again = redact(&once.text, &["张三"]);
        prop_assert_eq!(&again.text, &once.text);
        if let Some(hit) = scan(&text) {
            prop_assert!(text.get(hit.range).is_some());
        }
        let _ = mask_identity_numbers(&text);
    }
}
