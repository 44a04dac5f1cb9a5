#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

static FINDER: LazyLock<Finder> = LazyLock::new(|| Finder::new(&words()));

fn words() -> Words {
    toml::from_str(include_str!("../../../../rulebook/personal/words.toml")).unwrap()
}

fn redact<'a>(text: &'a str, persons: &[&str]) -> Redacted<'a> {
    FINDER.redact(text, persons)
}

// Invented: 990101 is no division, 1990000xxxx no number in use.
const ID: &str = "990101199003078812";

fn identity() -> String {
    let front = &ID[..17];
    "0123456789X"
        .chars()
        .map(|c| format!("{front}{c}"))
        .find(|n| crate::identity::check_fits(n.as_bytes()))
        .unwrap()
}

fn code() -> String {
    crate::code::assemble("91", "990101", "MA7XWK4B").unwrap()
}

fn shown(text: &str) -> String {
    redact(text, &[]).text.into_owned()
}

fn kinds(text: &str) -> Vec<Kind> {
    redact(text, &[]).struck
}

#[test]
fn identity_numbers_in_every_dress() {
    let id = identity();
    let spaced = format!("{} {} {}", &id[..6], &id[6..14], &id[14..]);
    let wide: String = id
        .chars()
        .map(|c| char::from_u32(c as u32 + 0xfee0).unwrap())
        .collect();
    for text in [
        format!("当事人身份证号：{id}，违法"),
        format!("（{id}）"),
        format!("身份证号码为{spaced}。"),
        format!("证件{wide}号"),
        format!("ID{id}"),
        format!("编号{id}号"),
        format!("{id}19900001234"),
        format!("身份证号码为{}·{}·{}，", &id[..6], &id[6..14], &id[14..]),
        format!("身份证号码为{}・{}•{}，", &id[..6], &id[6..14], &id[14..]),
        "身份证号：990101900307882".to_owned(),
        "身份证号990101 900307 882。".to_owned(),
        "身份证号：990101********8812".to_owned(),
        "990101199003******".to_owned(),
        "990101XXXXXXXX8812".to_owned(),
        "身份证：99010119900307881".to_owned(),
        "护照号：E12345678，".to_owned(),
        "99010119900307881x".to_owned(),
    ] {
        let answer = redact(&text, &[]);
        assert_eq!(
            answer.struck.first(),
            Some(if text.contains("护照") {
                &Kind::Passport
            } else {
                &Kind::IdentityNumber
            }),
            "{text} → {}",
            answer.text
        );
        assert!(!answer.text.contains("8812"), "{}", answer.text);
        assert!(answer.text.contains(STRUCK));
        assert!(scan(&text).is_some(), "{text}");
    }
}

#[test]
fn representatives_cells() {
    for (cell, persons) in [
        ("赵拟安、钱样禾", &["赵拟安", "钱样禾"][..]),
        ("赵拟安 钱样禾", &["赵拟安", "钱样禾"]),
        ("赵拟安/钱样禾，孙例宁", &["赵拟安", "钱样禾", "孙例宁"]),
        ("赵 拟 安", &["赵拟安"]),
        ("赵\u{2002}拟安", &["赵拟安"]),
        ("赵拟安（执行董事）", &["赵拟安"]),
        ("赵拟安先生", &["赵拟安"]),
        ("执行董事赵拟安", &["赵拟安"]),
        ("委派代表：赵拟安", &["赵拟安"]),
        ("负责人:赵拟安", &["赵拟安"]),
        ("赵拟安等2人", &["赵拟安"]),
        ("張擬安", &["张拟安"]),
        ("JOHN SMITH", &["JOHN SMITH"]),
        ("阿依古丽·拟安", &["阿依古丽·拟安"]),
        ("赵某安", &["赵某安"]),
        // Beside an investor a bracket names who stands for it.
        (
            "衡川样例投资有限公司（委派代表：赵拟安）",
            &["衡川样例投资有限公司", "赵拟安"],
        ),
        (
            "衡川样例投资有限公司(委派代表:赵 拟 安)",
            &["衡川样例投资有限公司", "赵拟安"],
        ),
        (
            "衡川样例创业投资合伙企业（有限合伙）（委派代表赵拟安、钱样禾）",
            &["衡川样例创业投资合伙企业", "赵拟安", "钱样禾"],
        ),
        (
            "衡川样例投资有限公司【执行事务合伙人委派代表赵拟安】",
            &["衡川样例投资有限公司", "赵拟安"],
        ),
        (
            "衡川样例投资有限公司（委派 趙擬安）",
            &["衡川样例投资有限公司", "赵拟安"],
        ),
        (
            "衡川样例投资有限公司（委派代表：JOHN SMITH）",
            &["衡川样例投资有限公司", "JOHN SMITH"],
        ),
        (
            "衡川样例投资有限公司（委派代表：赵*安）",
            &["衡川样例投资有限公司", "赵*安"],
        ),
        (
            "衡川样例投资有限公司（委派代表：阿依古丽·拟安）",
            &["衡川样例投资有限公司", "阿依古丽·拟安"],
        ),
        ("钱样禾（法定代表人：赵拟安）", &["钱样禾", "赵拟安"]),
        // No name stands there.
        ("赵拟安（执行董事兼总经理）", &["赵拟安"]),
        ("赵拟安（委派代表）", &["赵拟安"]),
        ("赵拟安（衡川样例投资有限公司委派代表）", &["赵拟安"]),
        (
            "衡川样例投资有限公司（委派代表：待定）",
            &["衡川样例投资有限公司"],
        ),
        ("", &[]),
        ("赵", &[]),
    ] {
        assert_eq!(FINDER.persons_in_cell(cell), persons, "{cell}");
    }
}

#[test]
fn a_representative_is_found_however_the_cell_is_written() {
    for cell in [
        "赵拟安、钱样禾",
        "赵拟安（执行董事）",
        "执行董事赵拟安",
        "趙擬安",
        "赵拟安等2人",
    ] {
        for text in [
            "赵拟安到场",
            "公司由拟安经营",
            "赵 拟\n安",
            "趙拟安系实际控制人",
        ] {
            let shown = redact(text, &[cell]).text.into_owned();
            assert!(
                !shown.contains("拟安") && !shown.contains("拟\n安"),
                "{cell}: {shown}"
            );
        }
    }
    assert!(
        !redact("由JOHN Smith签字", &["john smith"])
            .text
            .contains("Smith")
    );
}

#[test]
fn names_of_organisations_hold_no_person() {
    for (name, kind) in [
        ("衡川测例有限公司（联系电话19900001234）", Kind::Mobile),
        ("衡川测例有限公司19900001234", Kind::Mobile),
        ("衡川测例有限公司6222021202099001234", Kind::BankAccount),
        ("衡川测例有限公司（浙A12345）", Kind::NumberPlate),
        ("衡川测例有限公司（法定代表人赵拟安）", Kind::Name),
        ("衡川测例有限公司（负责人：赵拟安）", Kind::Name),
        ("衡川测例有限公司990101199003078818", Kind::IdentityNumber),
    ] {
        let fault = FINDER.organisation_name_fault(name).unwrap();
        assert_eq!(fault.kinds, [kind], "{name}");
        assert!(
            fault.masked.starts_with("衡川测例有限公司"),
            "{}",
            fault.masked
        );
        assert!(!fault.masked.contains("拟安") && !fault.masked.contains("1234"));
    }
    for name in [
        "衡川测例有限公司",
        "衡川测例（信衡）有限公司",
        "张小泉剪刀店",
        "衡川360安全服务有限公司",
        "李宁体育用品店",
        "第七建筑工程公司",
        "衡川测例有限公司（普通合伙）",
        "周黑鸭食品（衡川）有限公司",
        "2026届毕业生创业服务中心",
    ] {
        assert_eq!(FINDER.organisation_name_fault(name), None, "{name}");
    }
}

#[test]
fn businesses_named_by_a_person() {
    use crate::subject::SubjectKind::{IndividualBusiness, Organisation};
    let words = ["店", "小吃店", "面馆", "超市", "水果店", "经营部", "百货"];
    let named = |name, cell| FINDER.person_named(name, IndividualBusiness, cell, &words);
    for cell in [
        "赵拟安（经营者）",
        "赵拟安、钱样禾",
        "经营者：赵拟安",
        "赵拟安女士",
        "赵某安",
        "趙擬安",
    ] {
        assert_eq!(
            named("赵拟安小吃店", Some(cell)),
            Some(Verdict::Certain),
            "{cell}"
        );
    }
    // Whoever runs it.
    for name in ["赵拟安水果店", "衡川市信衡区钱样禾超市", "小吃店（赵拟安）"]
    {
        assert_eq!(
            named(name, Some("孙例宁")),
            Some(Verdict::Doubtful),
            "{name}"
        );
    }
    for name in [
        "老赵面馆",
        "赵记面馆",
        "好又多超市",
        "张家口莜面馆",
        "金龙鱼经营部",
        "白云百货",
        "信衡区老街面馆",
    ] {
        assert_eq!(named(name, Some("孙例宁")), None, "{name}");
    }
    assert_eq!(
        FINDER.person_named("赵拟安", Organisation, None, &words),
        None
    );
}

#[test]
fn what_the_record_knows_stays_whole() {
    let context = Context {
        persons: &[],
        whole: &["高明亮食品厂", "向阳市监局"],
    };
    let text = "高明亮食品厂员工钱样禾到向阳市监局接受询问。";
    let reading = FINDER.read(text, &context);
    assert_eq!(
        reading.masked(text),
        "高明亮食品厂员工钱**到向阳市监局接受询问。"
    );
}

#[test]
fn whole_texts_are_withheld_only_for_what_must_not_be_told() {
    for (text, reason) in [
        (
            "该网吧接纳未成年人孙例宁（14周岁）上网。",
            Some(Reason::Minor),
        ),
        ("被害人孙例宁被其殴打。", Some(Reason::Victim)),
        ("员工孙某患有乙肝。", Some(Reason::Illness)),
        ("该浴场介绍孙例宁卖淫。", Some(Reason::Sexual)),
        (
            "经办人孙例宁，990101199003078818，19900001234",
            Some(Reason::MostlyMasked),
        ),
        // Facts without a person stay.
        ("该网吧接纳未成年人上网。", None),
        ("该浴场介绍卖淫。", None),
        ("从业人员患有乙肝仍上岗。", None),
        (
            "幼儿园园长孙例宁未落实留样制度，食堂无食品经营许可证。",
            None,
        ),
        ("店主孙例宁销售过期儿童玩具3件，货值90元。", None),
    ] {
        assert_eq!(
            FINDER.read(text, &Context::default()).withhold,
            reason,
            "{text}"
        );
    }
}

#[test]
fn doubtful_places_are_told_with_the_word_before_them() {
    let text = "驾驶员孙例宁偷运货物。";
    let reading = FINDER.read(text, &Context::default());
    let span = reading.spans.first().unwrap();
    assert_eq!(text.get(span.announced_by.clone().unwrap()), Some("驾驶员"));
    assert_eq!(text.get(span.start..span.end), Some("孙例宁"));
}

#[test]
fn what_was_masked_for_the_reader_comes_back_whole_or_not_at_all() {
    let id = identity();
    let back = |text: &str, typed: &str| unmask_identity_numbers(text, typed);
    let text = format!("身份证{id}，手机19900001234，另有****。");
    let seen = mask_identity_numbers(&text).into_owned();
    assert!(!seen.contains(&id) && seen.contains("990***************"));
    assert_eq!(
        back(&text, &seen).as_deref(),
        Some(&*text),
        "left as it was"
    );
    let mended = seen.replace("，手机19900001234", "");
    let kept = text.replace("，手机19900001234", "");
    assert_eq!(back(&text, &mended), Some(kept), "beside it");
    assert_eq!(back(&text, "当事人。").as_deref(), Some("当事人。"));
    let twice = seen.clone() + &seen;
    assert_eq!(back(&text, &twice), Some(text.clone() + &text));
    assert_eq!(back(&text, "计3*5个。").as_deref(), Some("计3*5个。"));
    // A part of a mask, a mask of another cell, and stars for no number.
    for typed in [
        "身份证990****",
        "身份证990*",
        "身份证110***************",
        "***************",
    ] {
        assert_eq!(back(&text, typed), None, "{typed}");
    }
    assert_eq!(back("当事人。", &seen), None, "nothing was masked there");
    // Two that look alike: both, in their order, or neither.
    let other = "990101199003077774";
    assert_ne!(other, id);
    let text = format!("{id}和{other}");
    let seen = mask_identity_numbers(&text).into_owned();
    assert_eq!(back(&text, &seen).as_deref(), Some(&*text));
    let (one, _) = seen.split_once('和').unwrap();
    assert_eq!(back(&text, one), None);
}

#[test]
fn phones() {
    for text in [
        "联系电话19900001234。",
        "手机：199 0000 1234",
        "199-0000-1234",
        "+86 19900001234",
        "8619900001234",
        "tel19900001234",
        "１９９００００１２３４",
        "199****1234",
    ] {
        assert_eq!(kinds(text), [Kind::Mobile], "{text}");
        assert!(scan(text).is_some());
    }
    for text in [
        "0990-88880000",
        "（0990）88880000",
        "(0990)88880000",
        "099088880000",
        "联系电话：88880000",
        "电话 8888 0000，",
        "010 88880000",
    ] {
        assert_eq!(kinds(text), [Kind::Landline], "{text}");
        assert_eq!(scan(text), None);
    }
}

#[test]
fn bank_accounts() {
    for text in [
        "账号6222990000001234567",
        "6222 9900 0000 1234 567",
        "汇至6222990000001234",
        "开户行：信衡银行，账号：990012345678",
        "62229900****1234567",
    ] {
        let found = kinds(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert!(matches!(found[0], Kind::BankAccount | Kind::IdentityNumber));
        assert!(scan(text).is_some());
    }
}

#[test]
fn what_is_no_personal_data_stays() {
    let code = code();
    let numeric = (0..200)
        .filter_map(|n| crate::code::assemble("91", "990101", &format!("12345{n:03}")))
        .find(|c| c.bytes().all(|b| b.is_ascii_digit()))
        .unwrap();
    for text in [
        format!("统一社会信用代码：{code}，"),
        format!("统一社会信用代码{numeric}。"),
        format!("（{numeric}）"),
        "衡市监罚〔2026〕12号".to_owned(),
        "衡市监罚字2026000123号".to_owned(),
        "2026-01-05 00:00:00至2026年12月31日".to_owned(),
        "2026/01/05".to_owned(),
        "20260105".to_owned(),
        "罚款2000元，没收违法所得1,234,567.89元".to_owned(),
        "罚款13800138000元".to_owned(),
        "合同金额13812345678.00元".to_owned(),
        "食品经营许可证JY19901010012345".to_owned(),
        "商品条码6901234567892".to_owned(),
        "流水号1234567890123456".to_owned(),
        "规格5*10*20，共3000件".to_owned(),
        "2024 100 200 300".to_owned(),
        "信衡区住房和城乡建设局查明，位于信衡区甲路12号的工地".to_owned(),
        "法定代表人签字，负责人员到场。法定代表人身份证明。".to_owned(),
        "住所：衡川市信衡区甲路12号".to_owned(),
        "法定代表人变更为他人".to_owned(),
        "联系我们：a@b".to_owned(),
        "新A级标准".to_owned(),
        String::new(),
    ] {
        let answer = redact(&text, &[]);
        assert!(answer.struck.is_empty(), "{text} → {}", answer.text);
        assert!(matches!(answer.text, Cow::Borrowed(_)));
        assert_eq!(scan(&text), None, "{text}");
    }
}

#[test]
fn dwellings() {
    for (text, left) in [
        ("住址：衡川市信衡区甲路1号，", "住址：（已隐去），"),
        ("家住衡川市信衡区甲路1号2幢。", "家住（已隐去）。"),
        ("户籍地衡川市信衡区；", "户籍地（已隐去）；"),
        ("家庭住址：甲村；现年", "家庭住址：（已隐去）；现年"),
        ("住衡川市信衡区甲路1号302室，男", "住（已隐去），男"),
        ("现住于衡川市甲路", "现住于（已隐去）"),
    ] {
        assert_eq!(shown(text), left);
    }
}

#[test]
fn names_behind_their_words_and_names_given() {
    assert_eq!(shown("法定代表人：张三丰，男"), "法定代表人：张**，男");
    assert_eq!(shown("法定代表人张三，"), "法定代表人张*，");
    assert_eq!(shown("经营者：李四（身份证"), "经营者：李*（身份证");
    assert_eq!(shown("负责人：买买提·甲乙丙。"), "负责人：买******。");
    let answer = redact("张三丰于本月，张 三 丰到场", &["张三丰"]);
    assert_eq!(answer.text, "张**于本月，张**到场");
    assert_eq!(answer.struck, [Kind::Name, Kind::Name]);
    // A single character or a masked name would strike half the text.
    assert!(redact("张三", &["张", "", "张*"]).struck.is_empty());
}

#[test]
fn every_announcing_word_works() {
    let words = words();
    for word in words.dwellings.split_whitespace() {
        let text = format!("{word}：甲市乙路1号，");
        assert_eq!(shown(&text), format!("{word}：{STRUCK}，"));
    }
    for word in words.titles.split_whitespace() {
        assert_eq!(shown(&format!("{word}：张三，")), format!("{word}：张*，"));
    }
    for province in "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼".chars()
    {
        assert_eq!(shown(&format!("车{province}A12345")), format!("车{STRUCK}"));
    }
}

#[test]
fn mail_and_plates() {
    assert_eq!(shown("邮箱ab.c@example.com。"), "邮箱（已隐去）。");
    assert_eq!(shown("车辆浙A12345号"), "车辆（已隐去）号");
    assert_eq!(shown("浙A·D12345"), "（已隐去）");
    assert_eq!(shown("浙A1234挂"), "（已隐去）");
}

#[test]
fn redaction_is_stable() {
    let id = identity();
    let text = format!("法定代表人：张三，身份证{id}，住址：甲市乙路1号，电话19900001234");
    let once = shown(&text);
    assert_eq!(shown(&once), once);
    assert_eq!(
        once,
        "法定代表人：张*，身份证（已隐去），住址：（已隐去），电话（已隐去）"
    );
}

#[test]
fn masking_for_findings() {
    let id = identity();
    let text = format!("甲{id}乙19900001234");
    assert_eq!(
        mask_identity_numbers(&text),
        "甲990***************乙19900001234"
    );
    assert!(matches!(mask_identity_numbers("甲乙"), Cow::Borrowed(_)));
}

#[test]
fn hits_tell_their_place() {
    let text = "电话：19900001234，";
    let hit = scan(text).unwrap();
    assert_eq!(&text[hit.range], "19900001234");
}

#[test]
fn names_behind_roles() {
    for (text, expected) in [
        ("当事人：李明华，身份证号码", "当事人：李**，身份证号码"),
        ("员工赵伪名（女）询问", "员工赵**（女）询问"),
        ("投诉人李明华电话", "投诉人李**电话"),
        ("患者李明华，女，就诊", "患者李**，女，就诊"),
        ("股东：李明华、王小红。", "股东：李**、王**。"),
        // No names.
        ("当事人于当日改正。", "当事人于当日改正。"),
        ("员工安全，培训不足", "员工安全，培训不足"),
        ("消费者权益（第三条）", "消费者权益（第三条）"),
        ("当事人高度重视，", "当事人高度重视，"),
        ("当事人：衡川市甲乙有限公司", "当事人：衡川市甲乙有限公司"),
    ] {
        assert_eq!(shown(text), expected);
    }
}

#[test]
fn accounts_and_cards_of_other_kinds() {
    for (text, expected) in [
        ("微信：wxid_12ab，付款", "微信：（已隐去），付款"),
        ("QQ12345678联系", "QQ（已隐去）联系"),
        ("台胞证12345678，", "台胞证（已隐去），"),
        ("军官证号：南字第1234567号", "军官证号：（已隐去）号"),
        ("邮箱li＠example．com。", "邮箱（已隐去）。"),
        ("家住和平里3栋2单元401，", "家住（已隐去），"),
        ("微信支付平台", "微信支付平台"),
        ("居住在楼上的居民", "居住在楼上的居民"),
    ] {
        assert_eq!(shown(text), expected);
    }
}

#[test]
fn no_account_stands_in_a_code() {
    for text in ["代码91990102QQ0P0AAJ1X", "91QQ12345678", "QQ群聊"] {
        assert_eq!(shown(text), text);
    }
}

/// What the public sees of each text.
fn all_shown(texts: &[(&str, &str)]) {
    for (text, expected) in texts {
        assert_eq!(shown(text), *expected);
    }
}

#[test]
fn a_name_that_was_found_is_masked_wherever_it_stands() {
    all_shown(&[
        (
            "雇用曹拟峰、卢例敏两人。卢例敏2026年3月独自值守，曹拟峰仍在岗。",
            "雇用曹**、卢**两人。卢**2026年3月独自值守，曹**仍在岗。",
        ),
        (
            "其中郝样芬2026年1月受伤，郝样芬系当事人员工。",
            "其中郝**2026年1月受伤，郝**系当事人员工。",
        ),
        (
            "监事祁样山参与。祁样山分得2万元。",
            "监事祁**参与。祁**分得2万元。",
        ),
        (
            "经理郝样芬在场。样芬称未见异常。",
            "经理郝**在场。样*称未见异常。",
        ),
        (
            "负责人倪拟安到场，倪拟安饭店无证。",
            "负责人倪**到场，倪**饭店无证。",
        ),
    ]);
    let text = "经理倪拟安在场，衡川倪拟安商行4月停业。";
    let context = Context {
        persons: &[],
        whole: &["衡川倪拟安商行"],
    };
    let shown = FINDER.redact_in(text, &context).text;
    assert_eq!(shown, "经理倪**在场，衡川倪拟安商行4月停业。");
}

#[test]
fn names_in_brackets_behind_what_is_short_for_them() {
    all_shown(&[
        (
            "毕某（毕例安）与老孙（孙拟顺）共同",
            "毕某（毕**）与老*（孙**）共同",
        ),
        ("工人高某某（高样林）未系", "工人高某某（高**）未系"),
        ("户名“*芳（郝样芳）”，", "户名“*芳（郝**）”，"),
        ("本产品（高样林）牌", "本产品（高样林）牌"),
    ]);
}

#[test]
fn other_names_of_the_same_person() {
    all_shown(&[
        ("本名刘拟德，别名刘大例。", "本名刘**，别名刘**。"),
        ("又名潘例海，原名潘拟海。", "又名潘**，原名潘**。"),
        ("负责人姓邓，名例国，在场", "负责人姓邓****，在场"),
        (
            "别名金银花，原名高桥镇供销社。",
            "别名金银花，原名高桥镇供销社。",
        ),
        ("姓名一栏未填写，名称有误。", "姓名一栏未填写，名称有误。"),
    ]);
}

#[test]
fn labels_however_they_are_written() {
    all_shown(&[
        (
            "法定代表人（负责人）：邱拟海 地址：信衡区样例路8号",
            "法定代表人（负责人）：邱** 地址：（已隐去）",
        ),
        ("经营者（签字）：贺例", "经营者（签字）：贺*"),
        ("负责人/经营者∶郑和例；", "负责人/经营者∶郑**；"),
        (
            "法　定　代　表　人：马　拟　安，",
            "法　定　代　表　人：马**，",
        ),
        ("法定代表人  丁  样  到场", "法定代表人  丁*  到场"),
        (
            "被告知人（签名）：孔拟 2026年",
            "被告知人（签名）：孔* 2026年",
        ),
        (
            "法定代表入：郑例安，住所：信衡区样例村3组",
            "法定代表入：郑**，住所：（已隐去）",
        ),
        ("见证人：王 例、李 样。", "见证人：王*、李*。"),
        (
            "记录人：柯拟山，现名：孟例虹。",
            "记录人：柯**，现名：孟**。",
        ),
        ("联系人：　兰卡德，", "联系人：　兰**，"),
        ("联系人：办公室，", "联系人：办公室，"),
        ("法定代表人：详见附件", "法定代表人：详见附件"),
        (
            "法定代表人（负责人）未到场。",
            "法定代表人（负责人）未到场。",
        ),
        ("负责人 电话 地址 均未公示。", "负责人 电话 地址 均未公示。"),
        ("张 贴 公 告", "张 贴 公 告"),
    ]);
}

#[test]
fn who_stands_beside_a_name_in_a_list() {
    all_shown(&[
        (
            "尚欠郑拟军8500元、谭样花12000元、邱样7600元。",
            "尚欠郑**8500元、谭**12000元、邱*7600元。",
        ),
        ("与卢芳、程佳例签订合同", "与卢*、程**签订合同"),
        ("租户沈拟、于丽在屋内", "租户沈*、于*在屋内"),
        ("销售给谭例强一台旧冰箱，", "销售给谭**一台旧冰箱，"),
        (
            "尚欠货款19500元、押金12000元、水费860元。",
            "尚欠货款19500元、押金12000元、水费860元。",
        ),
        ("与高校、医院、广告公司合作", "与高校、医院、广告公司合作"),
        ("出售给周边居民三箱水果", "出售给周边居民三箱水果"),
    ]);
}

#[test]
fn what_somebody_does_at_the_party_and_names_of_minorities() {
    all_shown(&[
        ("贺鸣在当事人处从事按摩", "贺*在当事人处从事按摩"),
        ("达瓦到当事人处住宿", "达*到当事人处住宿"),
        ("扎西拉姆在茶楼内吸烟", "扎***在茶楼内吸烟"),
        ("乘客白玛卓嘎被甩客", "乘客白***被甩客"),
        ("货物在当事人仓库", "货物在当事人仓库"),
        ("负责人chen nianli签收", "负责人c*********签收"),
        ("联系人：liuxiaoli，", "联系人：l********，"),
        ("负责人haccp认证过期", "负责人haccp认证过期"),
        ("联系人：email，", "联系人：email，"),
    ]);
}

#[test]
fn numbers_of_cards_and_homes_beside_persons() {
    all_shown(&[
        (
            "执法人员：王例 99010200123，李样 99010200145检查",
            "执法人员：王* （已隐去），李* （已隐去）检查",
        ),
        (
            "周拟国（执法证号：99010200188）到场",
            "周**（执法证号：（已隐去））到场",
        ),
        (
            "员工李例强，电话19900001234，住衡川市信衡区样例路1号，在场",
            "员工李**，电话（已隐去），住（已隐去），在场",
        ),
        ("（91990101）米例圆，男，", "（91990101）米**，男，"),
        (
            "样例花园6栋2单元1103室（业主：尹拟华）被改为群租房，隔断7间。",
            "（已隐去）（业主：尹**）被改为群租房，隔断7间。",
        ),
        (
            "泄露信息：孙例兰 19900001234 3-2-501；郭例 19900001235 3-2-502，涉及业主。",
            "泄露信息：孙** （已隐去） （已隐去）；郭* （已隐去） （已隐去），涉及业主。",
        ),
        (
            "在样例花园6栋2单元1103室设立办公场所",
            "在样例花园6栋2单元1103室设立办公场所",
        ),
    ]);
}

#[test]
fn persons_of_whom_too_much_is_told() {
    for (text, reason) in [
        ("死者田某，男，46岁，系临时工。", Some(Reason::Victim)),
        ("患者冯某某，女，30岁，术后感染。", Some(Reason::Illness)),
        ("孕妇徐例红在当事人处检查。", Some(Reason::Illness)),
        ("四年级二班李例轩同学到场。", Some(Reason::Minor)),
        ("患者男性居多，年龄50岁以上。", None),
        ("患者冯某某投诉当事人。", None),
        ("初一年级作业本由当事人印制。", None),
    ] {
        let reading = FINDER.read(text, &Context::default());
        assert_eq!(reading.withhold, reason, "{text}");
    }
}

#[test]
fn facts_behind_much_that_is_masked_are_told() {
    let text = "负责人许例（身份证990101199003078818），私设暗管排放电镀废水。";
    let reading = FINDER.read(text, &Context::default());
    assert_eq!(reading.withhold, None);
    assert!(reading.masked(text).ends_with("，私设暗管排放电镀废水。"));
}

#[test]
fn ordinary_words_that_look_like_persons() {
    for text in [
        "当事人屠宰车间无证，屠宰记录缺失。",
        "当事人销售高汤、金酒、白兰地、黄连木、马尾松、柳杉。",
        "印制《毛泽东选集》《鲁迅全集》，张贴“鲁班奖”“雷锋班”字样。",
        "来源于马家营合作社、张家坪。",
        "设备编号锅10川Z00123、梯11川Z00456。",
        "热线400-123-4567、4008001234。",
        "邮件号码EMS1099012345678。",
        "当事人向广东、江西等地销售，向社会发布，向城镇管网排放。",
        "当事人于听证会上陈述，于案发后改正。",
        "火车站候客，收取植牙费用，包装上使用。",
    ] {
        assert_eq!(shown(text), text);
    }
}

#[test]
fn given_names_begin_with_function_words() {
    all_shown(&[
        ("当事人李为民签字。", "当事人李**签字。"),
        ("由刘向东驾驶该车。", "由刘**驾驶该车。"),
        ("周向军、陈从云等5人", "周**、陈**等5人"),
        ("被处罚人：张以诚", "被处罚人：张**"),
        // What is none.
        ("管线向东延伸200米。", "管线向东延伸200米。"),
        ("由张某为民警提供线索。", "由张某为民警提供线索。"),
    ]);
}

#[test]
fn what_people_are_called() {
    all_shown(&[
        ("李小姐投诉该店。", "李**投诉该店。"),
        ("接张女士举报。", "接张**举报。"),
        ("员工老李操作设备。", "员工老*操作设备。"),
        ("由小王负责。", "由小*负责。"),
        ("绰号“胖三”的男子送货。", "绰号“胖*”的男子送货。"),
        ("外号黑皮的货主", "外号黑*的货主"),
        // Shops, things, what somebody said.
        ("“王先生”面馆未设防鼠板。", "“王先生”面馆未设防鼠板。"),
        ("老马家拉面馆未亮证。", "老马家拉面馆未亮证。"),
        ("小龙虾检出药物残留。", "小龙虾检出药物残留。"),
        ("负责人称已整改。", "负责人称已整改。"),
        ("官网名称不规范。", "官网名称不规范。"),
    ]);
}

#[test]
fn words_that_are_names_as_well() {
    all_shown(&[
        ("当事人高尚未到场。", "当事人高*未到场。"),
        ("导游高尚擅自变更行程。", "导游高*擅自变更行程。"),
        ("司机成功（男）逃离。", "司机成*（男）逃离。"),
        ("法定代表人万方未到场。", "法定代表人万*未到场。"),
        ("当事人高度重视。", "当事人高度重视。"),
        ("当事人成功案例不实。", "当事人成功案例不实。"),
        ("员工安全培训缺失。", "员工安全培训缺失。"),
    ]);
}

#[test]
fn names_that_nothing_behind_them_announces() {
    all_shown(&[
        ("关于准予李例强设立诊所的决定", "关于准予李**设立诊所的决定"),
        ("行政处罚决定书（王样花）", "行政处罚决定书（王**）"),
        ("护士执业证书-王样花", "护士执业证书-王**"),
        ("从王样花小吃店购进", "从王**小吃店购进"),
        ("13900001234江样树", "（已隐去）江**"),
        ("抽查了慕容样的健康证", "抽查了慕**的健康证"),
        ("人员为凤来和花满楼。", "人员为凤*和花**。"),
        ("成建国将废油出售。", "成**将废油出售。"),
        ("将车辆出租给钱伟东从事营运。", "将车辆出租给钱**从事营运。"),
        ("李勇于当日入职。", "李*于当日入职。"),
        // Places and articles of law.
        ("向江河倾倒废水。", "向江河倾倒废水。"),
        ("郭村卫生室未登记", "郭村卫生室未登记"),
        ("《食品安全法》第五十三条", "《食品安全法》第五十三条"),
        ("由宋庄镇政府拆除", "由宋庄镇政府拆除"),
    ]);
}

#[test]
fn parties_that_a_frame_announces() {
    all_shown(&[
        ("丁峰2026年5月到岗。", "丁*2026年5月到岗。"),
        (
            "经核实，龙海自2024年起经营。",
            "经核实，龙*自2024年起经营。",
        ),
        ("陆样2026年5月离职。", "陆*2026年5月离职。"),
        ("从业人员于金玉未取得健康证。", "从业人员于**未取得健康证。"),
        ("金银花于2026年3月收购。", "金银花于2026年3月收购。"),
        ("对商铺处以警告。", "对商铺处以警告。"),
        ("安然系该公司保管员。", "安*系该公司保管员。"),
        ("万国强的劳动合同缺失。", "万**的劳动合同缺失。"),
        ("向建国自2024年起经营。", "向**自2024年起经营。"),
        ("对贺雷处以罚款。", "对贺*处以罚款。"),
        ("对任勤处以罚款。", "对任*处以罚款。"),
        ("对水厂处以罚款。", "对水厂处以罚款。"),
        ("对于永强处以罚款。", "对于**处以罚款。"),
        ("对江山所持的证书", "对江*所持的证书"),
        ("从路遥处购进", "从路*处购进"),
        ("与文静签订协议", "与文*签订协议"),
        ("责令云海于10日内改正", "责令云*于10日内改正"),
        ("该店聘用高远为厨师", "该店聘用高*为厨师"),
        // Organisations, persons in general, things.
        ("对单位处以罚款。", "对单位处以罚款。"),
        ("对房东处以罚款。", "对房东处以罚款。"),
        ("对商户处以罚款。", "对商户处以罚款。"),
        ("对金海公司处以罚款。", "对金海公司处以罚款。"),
        ("对相关人员处以罚款。", "对相关人员处以罚款。"),
        ("对水果店处以罚款。", "对水果店处以罚款。"),
        ("从农户处购进", "从农户处购进"),
        ("与员工签订合同", "与员工签订合同"),
        ("责令单位于10日内改正", "责令单位于10日内改正"),
        ("经查，车辆于2025年报废。", "经查，车辆于2025年报废。"),
        ("经查，白酒于2025年生产。", "经查，白酒于2025年生产。"),
        ("经查，项目自2025年起停工。", "经查，项目自2025年起停工。"),
        ("黄酒于2025年12月生产。", "黄酒于2025年12月生产。"),
        ("温控仪自2025年起未校准。", "温控仪自2025年起未校准。"),
    ]);
}

#[test]
fn a_mask_ends_with_the_name() {
    all_shown(&[
        ("董磊同时经营两家店。", "董*同时经营两家店。"),
        ("金鑫到不具备资质的机构", "金*到不具备资质的机构"),
        ("姚燕涂改检测数据。", "姚*涂改检测数据。"),
        ("江勇另案处理。", "江*另案处理。"),
        ("员工尹杰称其未培训。", "员工尹*称其未培训。"),
    ]);
}

#[test]
fn who_is_called_yu_and_names_that_are_words() {
    all_shown(&[
        ("当事人于春海未缴纳罚款。", "当事人于**未缴纳罚款。"),
        ("法定代表人于立拟在场。", "法定代表人于**在场。"),
        ("厨师安康未取得健康证。", "厨师安*未取得健康证。"),
        ("店员关兴在后厨吸烟。", "店员关*在后厨吸烟。"),
        ("当事人于建国路12号经营。", "当事人于建国路12号经营。"),
        ("当事人于海边倾倒垃圾。", "当事人于海边倾倒垃圾。"),
        // A family name that ends another word, or stands in one.
        ("与供应商签订合同。", "与供应商签订合同。"),
        ("销售康师傅冰红茶。", "销售康师傅冰红茶。"),
        ("产生扬尘。", "产生扬尘。"),
        ("冷链运输中断。", "冷链运输中断。"),
        ("高危作业未监护。", "高危作业未监护。"),
        ("从业人员未戴口罩。", "从业人员未戴口罩。"),
    ]);
}

#[test]
fn numbers_of_certificates_and_homes_told_by_what_follows() {
    all_shown(&[
        (
            "安全员申例安未到岗，证书编号豫141200001234。",
            "安全员申**未到岗，证书编号豫（已隐去）。",
        ),
        (
            "健康证编号沪202500001234过期。",
            "健康证编号沪（已隐去）过期。",
        ),
        (
            "执业医师证书编号210300001234567系伪造。",
            "执业医师证书编号（已隐去）系伪造。",
        ),
        (
            "在其位于样例家园7幢2单元301室的住宅内经营。",
            "在其位于（已隐去）的住宅内经营。",
        ),
        ("阿卜杜热西提·买买提在该店务工。", "阿*********在该店务工。"),
        (
            "排污许可证编号鲁370200123456。",
            "排污许可证编号鲁370200123456。",
        ),
        ("执行标准GB/T 19001-2016。", "执行标准GB/T 19001-2016。"),
    ]);
}

#[test]
fn what_a_product_heals_is_nobodys_illness() {
    let read = |text| FINDER.read(text, &Context::default()).withhold;
    assert_eq!(read("主播申例安宣称产品可治疗糖尿病。"), None);
    assert_eq!(read("医师申例安未取得职业病诊断资格。"), None);
    assert_eq!(read("员工申例安患有糖尿病。"), Some(Reason::Illness));
    let plate = "驾驶员申例安驾驶浙A·D12345出租汽车拒载。";
    assert_eq!(read(plate), None);
}
