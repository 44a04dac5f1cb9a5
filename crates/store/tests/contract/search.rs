use crate::build::{day, key, load, read, registered};
use xinheng_domain::subject::{Subject, SubjectKey, SubjectKind, SubjectName};
use xinheng_store::{Db, register::RegisterEntry, search};

fn found(db: &Db, query: &str, limit: usize) -> (Vec<String>, bool) {
    let answer = read(db, |c| search::names(c, query, limit));
    (
        answer.hits.into_iter().map(|hit| hit.name).collect(),
        answer.truncated,
    )
}

fn names(db: &Db, query: &str) -> Vec<String> {
    found(db, query, 100).0
}

pub fn any_part_of_a_name(db: &Db) {
    load(
        db,
        &[
            registered(1, "衡川市信衡区红叶食品有限公司"),
            registered(2, "红叶衡川贸易有限公司"),
            registered(3, "信衡区青叶合作社"),
        ],
    );
    let (food, trade, farm) = (
        "衡川市信衡区红叶食品有限公司",
        "红叶衡川贸易有限公司",
        "信衡区青叶合作社",
    );
    assert_eq!(names(db, "红叶"), [trade, food]);
    assert_eq!(names(db, "信衡区"), [farm, food]);
    assert_eq!(names(db, "公司"), [trade, food]);
    assert_eq!(names(db, "红叶食品有"), [food]);
    assert_eq!(names(db, food), [food]);
    // All its pairs stand in a name, but not side by side.
    assert!(names(db, "红叶贸易").is_empty());
    assert!(names(db, "叶").is_empty());
    assert!(names(db, "").is_empty());
    assert!(names(db, "不存").is_empty());
}

pub fn whole_names_alone(db: &Db) {
    let same = "衡川市和顺物流有限公司";
    load(
        db,
        &[
            registered(3, same),
            registered(1, same),
            registered(2, "衡川市顺和物流有限公司"),
            registered(4, "衡川市和顺物流有限公司信衡分公司"),
        ],
    );
    let whole = |name: &str, limit| {
        let answer = read(db, |c| search::whole(c, name, limit));
        let keys: Vec<SubjectKey> = answer.hits.into_iter().map(|hit| hit.key).collect();
        (keys, answer.truncated)
    };
    assert_eq!(whole(same, 9), (vec![key(1), key(3)], false));
    assert_eq!(whole(same, 1), (vec![key(1)], true));
    assert_eq!(whole("和顺物流", 9), (vec![], false), "a part is no name");
    assert_eq!(whole("", 9), (vec![], false));
}

/// Against a plain look at every name.
pub fn order_and_recall(db: &Db) {
    let parts = [
        "衡川", "信衡", "红叶", "青山", "食品", "贸易", "科技", "有限", "公司",
    ];
    let mut all = Vec::new();
    for number in 0..400_u32 {
        let n = number as usize;
        let name: String = [n % 9, n / 9 % 9, n / 81 % 9, (n * 7) % 9]
            .iter()
            .take(2 + n % 3)
            .filter_map(|at| parts.get(*at))
            .copied()
            .collect();
        all.push((number, name));
    }
    // Not in the order of the answers.
    let entries: Vec<_> = all
        .iter()
        .rev()
        .map(|(n, name)| registered(*n, name))
        .collect();
    for some in entries.chunks(37) {
        load(db, some);
    }
    let chars: Vec<char> = parts.iter().flat_map(|p| p.chars()).collect();
    for (n, first) in chars.iter().enumerate() {
        for second in &chars {
            let mut query: String = [*first, *second].iter().collect();
            if n % 3 == 0 {
                query.push_str("红叶");
            }
            let mut expected: Vec<_> = all
                .iter()
                .filter(|(_, name)| name.contains(&query))
                .collect();
            expected.sort_by_key(|(number, name)| {
                (
                    !name.starts_with(&query),
                    name.chars().count(),
                    *number / 10,
                    *number,
                )
            });
            let expected: Vec<_> = expected.into_iter().map(|(_, name)| name.clone()).collect();
            assert_eq!(
                found(db, &query, 1000),
                (expected.clone(), false),
                "{query}"
            );
            let limit = 7.min(expected.len());
            let cut = found(db, &query, 7);
            assert_eq!(
                cut,
                (expected[..limit].to_vec(), expected.len() > 7),
                "{query}"
            );
        }
    }
}

pub fn persons_are_not_found_by_name(db: &Db) {
    let person = RegisterEntry {
        subject: Subject {
            kind: SubjectKind::IndividualBusiness,
            person_named: true,
            ..registered(1, "张三丰").subject
        },
        ..registered(1, "张三丰")
    };
    load(db, std::slice::from_ref(&person));
    assert!(names(db, "张三").is_empty());
    // Nor when the register learns of it later.
    load(db, &[registered(2, "李四海")]);
    assert_eq!(names(db, "李四"), ["李四海"]);
    load(
        db,
        &[RegisterEntry {
            subject: Subject {
                key: key(2),
                code: key(2).0,
                ..person.subject.clone()
            },
            ..person
        }],
    );
    assert!(names(db, "李四").is_empty());
    assert!(names(db, "张三").is_empty());
}

pub fn renamed_subjects_leave_no_stale_hit(db: &Db) {
    load(
        db,
        &[registered(1, "衡川甲食品"), registered(2, "衡川乙食品")],
    );
    load(db, &[registered(1, "衡川甲贸易")]);
    assert_eq!(names(db, "食品"), ["衡川乙食品"]);
    assert_eq!(names(db, "衡川"), ["衡川甲贸易", "衡川乙食品"]);
    assert_eq!(names(db, "甲食").len(), 0);
}

pub fn signs_and_latin_letters(db: &Db) {
    load(
        db,
        &[
            registered(1, "衡川A&B商行"),
            registered(2, "衡川AB商行"),
            registered(3, "衡川“老号”(东店)"),
            registered(4, "TEA HOUSE \"OR\" 茶馆"),
            registered(5, "衡川𠮷𠮷面馆"),
        ],
    );
    assert_eq!(names(db, "A&B"), ["衡川A&B商行"]);
    assert_eq!(names(db, "AB"), ["衡川AB商行"]);
    assert!(names(db, "ab").is_empty());
    assert_eq!(names(db, "”("), ["衡川“老号”(东店)"]);
    assert_eq!(names(db, "\" 茶"), ["TEA HOUSE \"OR\" 茶馆"]);
    assert_eq!(names(db, "OR"), ["TEA HOUSE \"OR\" 茶馆"]);
    assert_eq!(names(db, "𠮷𠮷"), ["衡川𠮷𠮷面馆"]);
    assert!(names(db, "* NOT").is_empty());
}

/// Two subjects whose codes differ in category or division alone, and one of many names.
pub fn equal_ranks_stay_apart(db: &Db) {
    let of = |code: &str| {
        let subject = Subject {
            key: SubjectKey(code.into()),
            code: code.into(),
            ..registered(1, "x").subject
        };
        RegisterEntry {
            subject: Subject {
                name: "衡川茶馆".into(),
                ..subject
            },
            ..registered(1, "衡川茶馆")
        }
    };
    let codes = [
        "9199010000000001XA",
        "9299010000000001XA",
        "9199010100000001XA",
        "9199010000000001XB",
    ];
    let entries: Vec<_> = codes.iter().map(|c| of(c)).collect();
    load(db, &entries);
    let mut answer: Vec<_> = read(db, |c| search::names(c, "茶馆", 9)).hits;
    assert_eq!(answer.len(), 4);
    answer.sort_by(|a, b| a.key.cmp(&b.key));
    answer.dedup_by(|a, b| a.key == b.key);
    assert_eq!(answer.len(), 4);

    let former = |n: u32| SubjectName {
        name: format!("信衡第{:02}茶楼", n % 3 * 30 + n),
        from: None,
        until: Some(day("2020-01-01")),
    };
    let mut many = registered(9, "信衡茶楼");
    many.names.extend((0..40).map(former));
    many.search_names = many.names.iter().map(|n| n.name.clone()).collect();
    load(db, &[many]);
    let answer = read(db, |c| search::names(c, "茶楼", 99)).hits;
    assert_eq!(answer.len(), 41);
    assert!(answer[0].current);
}

/// What is near by its parts, against a plain look at every name.
pub fn candidates_share_rare_parts(db: &Db) {
    let all = [
        (1, "衡川市青禾食品有限公司"),
        (2, "衡川市青禾食品有限公司"),
        (3, "衡川市远岫建材有限公司"),
        (4, "清泉食品商行"),
        (5, "青禾"),
    ];
    let entries: Vec<_> = all.iter().map(|(n, name)| registered(*n, name)).collect();
    load(db, &entries);
    let near = |query: &str| -> Vec<(SubjectKey, String)> {
        let hits = read(db, |c| search::candidates(c, query));
        hits.into_iter().map(|hit| (hit.key, hit.name)).collect()
    };
    let meant = near("衡川市青木食品有限公司");
    // Both that bear the name, and others that share as much as a place; short ones do not.
    assert!(meant.contains(&(key(1), all[0].1.to_owned())));
    assert!(meant.contains(&(key(2), all[1].1.to_owned())));
    assert!(!meant.iter().any(|(k, _)| *k == key(5)), "{meant:?}");
    assert_eq!(near("泉食口"), [(key(4), all[3].1.to_owned())]);
    assert!(near("子丑寅卯").is_empty());
    assert!(near("").is_empty() && near("青").is_empty());
}

/// Where every part is common, two together are not.
pub fn candidates_among_common_parts(db: &Db) {
    let parts = ["衡川", "信合", "远达", "明德", "建业", "贸易"];
    let name = |n: usize| {
        let at = |step: usize| parts[n / step % 6];
        format!("{}{}{}{}{}", at(1), at(6), at(36), at(216), at(1296))
    };
    let entries: Vec<_> = (0..7_776)
        .map(|n| registered(u32::try_from(n).unwrap(), &name(n)))
        .collect();
    load(db, &entries);
    // 衡川信合远达明德建业, with a slip anywhere; asked twice, since what is common is remembered.
    let whole = name(6 + 2 * 36 + 3 * 216 + 4 * 1_296);
    for at in (0..10).chain(0..10) {
        let mut chars: Vec<char> = whole.chars().collect();
        chars[at] = '错';
        let typed: String = chars.into_iter().collect();
        let hits = read(db, |c| search::candidates(c, &typed));
        assert!(hits.len() <= 1_024);
        assert!(
            hits.iter().any(|hit| hit.name == whole),
            "{typed}: {} others",
            hits.len()
        );
    }
    // What is remembered as common is left to the look at the name, and changes no answer.
    for query in [
        "明德",
        "衡川信合远达",
        "信合远达明德建业",
        "达明德建",
        "远达错",
        "衡川衡",
    ] {
        let held = (0..7_776).filter(|n| name(*n).contains(query)).count();
        let hits = read(db, |c| {
            search::candidates(c, query)?;
            search::names(c, query, 8_000)
        })
        .hits;
        assert_eq!(hits.len(), held, "{query}");
        let first = hits.iter().position(|hit| !hit.name.starts_with(query));
        let begin = hits.iter().filter(|hit| hit.name.starts_with(query));
        assert_eq!(first.unwrap_or(held), begin.count(), "{query}");
    }
}
