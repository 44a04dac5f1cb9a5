//! Personal data in words: names, dwellings, mail addresses, number plates.

use super::{Hit, Kind};
use std::ops::Range;

/// Words behind which a person's dwelling stands.
pub(super) const DWELLING: [&str; 16] = [
    "家庭住址",
    "家庭地址",
    "居住地址",
    "居住地",
    "居住于",
    "居住在",
    "户籍所在地",
    "户籍地址",
    "户籍地",
    "户籍住址",
    "户口所在地",
    "经常居住地",
    "现住址",
    "现住",
    "家住",
    "住址",
];

/// Words behind which a person's name stands.
pub(super) const PERSON: [&str; 18] = [
    "法定代表人姓名",
    "法定代表人",
    "法人代表",
    "主要负责人",
    "直接负责的主管人员",
    "其他直接责任人员",
    "负责人",
    "经营者姓名",
    "经营者",
    "投资人",
    "联系人",
    "委托代理人",
    "代理人",
    "实际控制人",
    "执行事务合伙人",
    "执法人员",
    "身份证姓名",
    "姓名",
];

/// Words behind which a person's name may stand, and as often something else: only what begins
/// with a family name counts.
pub(super) const ROLE: [&str; 24] = [
    "当事人",
    "投诉人",
    "举报人",
    "投诉举报人",
    "患者",
    "员工",
    "职工",
    "雇员",
    "股东",
    "证人",
    "被询问人",
    "受害人",
    "消费者",
    "顾客",
    "委托人",
    "驾驶员",
    "司机",
    "死者",
    "伤者",
    "业主",
    "承租人",
    "房东",
    "家属",
    "受送达人",
];

/// The common family names, so that `负责人签字` is not taken for a name. Not those that also
/// begin common words in this place (应、任、能、所、和、还、有).
const FAMILY_NAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田姜范石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦柳邢骆岳齐梅庄辛管祝左涂谷祁耿牟卜路詹关苗凌费纪靳盛童欧甄项曲游阳裴席卫查屈鲍霍翁隋甘景薄柴蒲阮柯桂闵解强丘华车冉房边辜吉饶刁瞿戚古米池滕晋苑邬臧畅宫嵇荀宁仇栾暴厉戎祖符刀上诸司欧阳慕容令狐";

/// How far a dwelling is followed, in characters.
const LONGEST_DWELLING: usize = 80;

pub(super) fn find(text: &str, names: &[&str], hits: &mut Vec<Hit>) {
    for name in names {
        given(text, name, hits);
    }
    for (at, c) in text.char_indices().filter(|&(_, c)| is_trigger(c)) {
        let rest = text.get(at..).unwrap_or_default();
        if matches!(c, '@' | '＠') {
            mail(text, at, c, hits);
            continue;
        }
        // The second character settles nearly every case.
        let next = rest.chars().nth(1).unwrap_or('\0');
        let (kind, range) = match (c, next) {
            // The word began before.
            ('住', _)
                if text
                    .get(..at)
                    .is_some_and(|b| b.ends_with(['居', '家', '现'])) =>
            {
                continue;
            }
            ('住', _)
            | ('家', '庭' | '住')
            | ('居', '住')
            | ('户', '籍' | '口')
            | ('现', '住')
            | ('经', '常') => (Kind::Address, dwelling(rest)),
            ('法', '定' | '人')
            | ('主', '要')
            | ('直', '接')
            | ('其', '他')
            | ('负', '责')
            | ('经', '营')
            | ('投', '资')
            | ('联', '系')
            | ('委', '托')
            | ('代', '理')
            | ('实', '际')
            | ('执', '行' | '法')
            | ('身', '份')
            | ('姓', '名') => (Kind::Name, person(rest)),
            // Within a unified code stands no account.
            ('Q', 'Q')
                if text
                    .get(..at)
                    .is_some_and(|b| b.ends_with(|c: char| c.is_ascii_alphanumeric())) =>
            {
                continue;
            }
            ('微', '信') | ('Q', 'Q') => (Kind::Account, account(rest)),
            ('台', '胞') | ('军', '官') => (Kind::IdentityNumber, card(rest)),
            (_, 'A'..='Z') => (Kind::NumberPlate, plate(rest)),
            _ => continue,
        };
        if let Some(range) = range {
            let end = at + range.end;
            push(hits, kind, at, range);
            if kind == Kind::Name {
                others(text, end, hits);
            }
        }
    }
    for word in ROLE {
        for (at, _) in text.match_indices(word) {
            if let Some(range) = text.get(at..).and_then(|rest| role(rest, word)) {
                let end = at + range.end;
                push(hits, Kind::Name, at, range);
                others(text, end, hits);
            }
        }
    }
}

/// Names in a row: `股东李某某、王某某`.
fn others(text: &str, mut at: usize, hits: &mut Vec<Hit>) {
    while let Some(rest) = text.get(at..).and_then(|rest| rest.strip_prefix('、')) {
        let start = at + '、'.len_utf8();
        let Some(name) = familiar(rest) else { return };
        at = start + name;
        push(hits, Kind::Name, start, 0..name);
    }
}

/// Bytes of the name with a common family name at the beginning of `text`, if it ends there.
fn familiar(text: &str) -> Option<usize> {
    let run = han(text);
    // `张三男` and `张三身份证号…` have no boundary of their own.
    let run = [
        "身份证",
        "性别",
        "男",
        "女",
        "联系电话",
        "电话",
        "手机",
        "与",
        "和",
        "等",
        "及",
    ]
    .iter()
    .filter_map(|w| run.find(w).filter(|&i| i > 0))
    .min()
    .and_then(|i| run.get(..i))
    .unwrap_or(run);
    let known = run.chars().next().is_some_and(|c| FAMILY_NAMES.contains(c));
    let length = run.chars().count();
    (known && (2..=3).contains(&length)).then_some(run.len())
}

/// The name behind a word of [`ROLE`]: behind a colon, or where something personal follows.
/// `员工安全` and `当事人于当日` are no names.
fn role(rest: &str, word: &str) -> Option<Range<usize>> {
    let (name, sure) = announced(rest.get(word.len()..)?);
    let length = familiar(name)?;
    let behind = name.get(length..)?;
    let personal = |text: &str| {
        [
            "身份证",
            "性别",
            "男",
            "女",
            "联系",
            "电话",
            "手机",
            "现年",
            "住",
        ]
        .iter()
        .any(|word| text.starts_with(word))
    };
    let follows = behind.starts_with(['（', '('])
        || personal(behind)
        || behind.strip_prefix(['，', ',', ' ']).is_some_and(personal);
    let start = rest.len() - name.len();
    (sure || follows).then_some(start..start + length)
}

/// The Chinese characters `text` begins with.
fn han(text: &str) -> &str {
    let is_han =
        |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c) || ('\u{3400}'..='\u{4dbf}').contains(&c);
    let end = text.find(|c| !is_han(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// An account of a messenger: `微信：wxid_12ab`, `QQ12345678`.
fn account(rest: &str) -> Option<Range<usize>> {
    let bare = ["微信号", "微信", "QQ号", "QQ"]
        .iter()
        .find_map(|word| rest.strip_prefix(word))?;
    let (id, _) = announced(bare);
    let id = id.strip_prefix(['为', '是']).unwrap_or(id);
    let number = rest.starts_with('Q');
    let is_part = |c: char| {
        c.is_ascii_digit() || !number && (c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
    };
    let length = id.len() - id.trim_start_matches(is_part).len();
    let digits = id.bytes().take(length).any(|b| b.is_ascii_digit());
    let start = rest.len() - id.len();
    (length >= 5 && digits).then(|| start..start + length)
}

/// The number of a card that is no resident's: `台胞证12345678`, `军官证南字第1234567号`.
fn card(rest: &str) -> Option<Range<usize>> {
    let bare = ["台胞证", "军官证"]
        .iter()
        .find_map(|word| rest.strip_prefix(word))?;
    let bare = bare
        .trim_start_matches("号码")
        .trim_start_matches(['号', '为', '是']);
    let (number, _) = announced(bare);
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '字' || c == '第' || han_of_card(c);
    let length = number.len() - number.trim_start_matches(is_part).len();
    let digits = number
        .bytes()
        .take(length)
        .filter(u8::is_ascii_digit)
        .count();
    let start = rest.len() - number.len();
    (digits >= 5).then(|| start..start + length)
}

/// Characters in the number of an officer's card before `字第`.
const fn han_of_card(c: char) -> bool {
    matches!(
        c,
        '军' | '政'
            | '后'
            | '装'
            | '参'
            | '海'
            | '空'
            | '沈'
            | '京'
            | '兰'
            | '济'
            | '南'
            | '广'
            | '成'
            | '武'
    )
}

/// Characters that begin something personal: the words above, a number plate, the sign of a
/// mail address.
const TRIGGERS: [char; 56] = [
    '微', 'Q', '台', '军', '家', '居', '户', '经', '现', '住', '法', '主', '直', '其', '负', '投',
    '联', '委', '代', '实', '执', '身', '姓', '@', '＠', '京', '津', '沪', '渝', '冀', '豫', '云',
    '辽', '黑', '湘', '皖', '鲁', '新', '苏', '浙', '赣', '鄂', '桂', '甘', '晋', '蒙', '陕', '吉',
    '闽', '贵', '粤', '青', '藏', '川', '宁', '琼',
];

/// One bit for each character of the basic plane.
static IS_TRIGGER: [u64; 1024] = {
    let mut bits = [0; 1024];
    let mut i = 0;
    while i < TRIGGERS.len() {
        let c = TRIGGERS[i] as usize;
        bits[c / 64] |= 1 << (c % 64);
        i += 1;
    }
    bits
};

#[inline]
fn is_trigger(c: char) -> bool {
    let c = c as usize;
    IS_TRIGGER
        .get(c / 64)
        .is_some_and(|word| word >> (c % 64) & 1 == 1)
}

fn push(hits: &mut Vec<Hit>, kind: Kind, at: usize, range: Range<usize>) {
    hits.push(Hit {
        kind,
        range: at + range.start..at + range.end,
    });
}

/// A name known from the row, also with blanks between its characters.
fn given(text: &str, name: &str, hits: &mut Vec<Hit>) {
    let name: Vec<char> = name.chars().filter(|c| !c.is_whitespace()).collect();
    let Some((&first, more)) = name.split_first() else {
        return;
    };
    if more.is_empty() || name.len() > 40 || name.contains(&'*') {
        return;
    }
    for (at, _) in text.match_indices(first) {
        let mut rest = text.get(at + first.len_utf8()..).unwrap_or_default();
        let all = more.iter().all(|c| {
            match rest
                .trim_start_matches([' ', '\u{3000}', '\u{a0}'])
                .strip_prefix(*c)
            {
                Some(shorter) => {
                    rest = shorter;
                    true
                }
                None => false,
            }
        });
        if all {
            hits.push(Hit {
                kind: Kind::Name,
                range: at..text.len() - rest.len(),
            });
        }
    }
}

/// Cuts off what may stand between a word and what it announces; says whether a colon was there.
fn announced(rest: &str) -> (&str, bool) {
    let trimmed = rest.trim_start_matches([' ', '\u{3000}', '\u{a0}']);
    match trimmed.strip_prefix(['：', ':']) {
        Some(behind) => (behind.trim_start(), true),
        None => (trimmed, false),
    }
}

/// The dwelling announced at the beginning of `rest`.
fn dwelling(rest: &str) -> Option<Range<usize>> {
    let word = DWELLING.iter().find(|w| rest.starts_with(**w));
    let (place, sure) = match word {
        Some(word) => announced(rest.get(word.len()..)?),
        None => {
            let place = rest.strip_prefix('住')?;
            // 住房、住建、住宿、住所 … are no dwellings.
            if place.starts_with([
                '房', '建', '宿', '院', '所', '宅', '户', '客', '持', '进', '改', '店', '校', '读',
                '人', '用', '民', '区',
            ]) {
                return None;
            }
            announced(place)
        }
    };
    let place = place
        .strip_prefix(['为', '在', '于', '是'])
        .unwrap_or(place);
    let length = place
        .char_indices()
        .take(LONGEST_DWELLING)
        .find(|(_, c)| {
            matches!(
                c,
                '，' | ','
                    | '。'
                    | '；'
                    | ';'
                    | '\n'
                    | '\r'
                    | '（'
                    | '('
                    | '）'
                    | ')'
                    | '“'
                    | '”'
                    | '、'
            )
        })
        .map_or_else(
            || {
                place
                    .char_indices()
                    .nth(LONGEST_DWELLING)
                    .map_or(place.len(), |(i, _)| i)
            },
            |(i, _)| i,
        );
    let place_text = place.get(..length)?.trim_end();
    let area = place_text.contains(['省', '市', '县', '区', '镇', '乡', '村', '路', '街']);
    let house = place_text.contains([
        '号', '室', '组', '幢', '栋', '单', '户', '层', '弄', '楼', '村', '座',
    ]);
    let is_dwelling = match (sure, word) {
        // Behind `住址：` anything is one.
        (true, Some(_)) => !place_text.is_empty(),
        (false, Some(_)) => area || house && place_text.bytes().any(|b| b.is_ascii_digit()),
        (_, None) => area && house,
    };
    let start = rest.len() - place.len();
    is_dwelling.then(|| start..start + place_text.len())
}

/// The name announced at the beginning of `rest`.
fn person(rest: &str) -> Option<Range<usize>> {
    let word = PERSON.iter().find(|w| rest.starts_with(**w))?;
    let (name, sure) = announced(rest.get(word.len()..)?);
    let name = if sure {
        name
    } else {
        name.strip_prefix(['为', '是']).unwrap_or(name)
    };
    let is_han =
        |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c) || ('\u{3400}'..='\u{4dbf}').contains(&c);
    // `买买提·吐尔逊` is one name.
    let end = name
        .char_indices()
        .find(|&(_, c)| !is_han(c) && !matches!(c, '·' | '•'))
        .map_or(name.len(), |(i, _)| i);
    let run = name.get(..end)?;
    let dotted = run.contains(['·', '•']);
    let behind = name.get(end..)?;
    let bounded = behind.is_empty()
        || behind.starts_with(|c: char| c.is_whitespace() || c.is_ascii_digit())
        || behind.starts_with([
            '，', ',', '。', '；', ';', '、', '（', '(', '）', ')', '：', '/', '“', '”',
        ]);
    // `张三男` and `张三身份证号…` have no boundary of their own.
    let run = ["身份证", "性别", "男", "女", "联系电话", "电话", "手机"]
        .iter()
        .filter_map(|w| run.find(w).filter(|&i| i > 0))
        .min()
        .and_then(|i| run.get(..i))
        .unwrap_or(run);
    let length = run.chars().count();
    let familiar = run.chars().next().is_some_and(|c| FAMILY_NAMES.contains(c));
    let is_name = if sure {
        matches!(length, 2..=4) || dotted && length <= 20 || length > 4 && familiar && !bounded
    } else {
        familiar && (matches!(length, 2..=3) || dotted && length <= 20) && bounded
    };
    if !is_name {
        return None;
    }
    let start = rest.len() - name.len();
    Some(start..start + run.len())
}

/// The mail address around an `@`.
fn mail(text: &str, at: usize, sign: char, hits: &mut Vec<Hit>) {
    let is_part =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '．' | '_' | '%' | '+' | '-');
    let before = text.get(..at).unwrap_or_default();
    let after = text.get(at + sign.len_utf8()..).unwrap_or_default();
    let user = before.len() - before.trim_end_matches(is_part).len();
    let host = after.len() - after.trim_start_matches(is_part).len();
    let sound = user > 0
        && after
            .get(..host)
            .is_some_and(|h| h.trim_matches(['.', '．']).contains(['.', '．']));
    if sound {
        hits.push(Hit {
            kind: Kind::Email,
            range: at - user..at + sign.len_utf8() + host,
        });
    }
}

const fn is_province(c: char) -> bool {
    matches!(
        c,
        '京' | '津'
            | '沪'
            | '渝'
            | '冀'
            | '豫'
            | '云'
            | '辽'
            | '黑'
            | '湘'
            | '皖'
            | '鲁'
            | '新'
            | '苏'
            | '浙'
            | '赣'
            | '鄂'
            | '桂'
            | '甘'
            | '晋'
            | '蒙'
            | '陕'
            | '吉'
            | '闽'
            | '贵'
            | '粤'
            | '青'
            | '藏'
            | '川'
            | '宁'
            | '琼'
    )
}

/// A number plate at the beginning of `rest`: `浙A·12345`, `浙AD12345`.
fn plate(rest: &str) -> Option<Range<usize>> {
    let mut chars = rest.chars();
    chars.next().filter(|&c| is_province(c))?;
    chars.next().filter(char::is_ascii_uppercase)?;
    let tail = chars.as_str();
    let tail = tail.strip_prefix(['·', '•', ' ', '-']).unwrap_or(tail);
    let length = tail
        .bytes()
        .take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        .count();
    let digits = tail.bytes().take(length).filter(u8::is_ascii_digit).count();
    let special = tail
        .get(length..)
        .and_then(|t| t.chars().next())
        .filter(|c| "挂学警港澳".contains(*c));
    let (sound, extra) = match (length, special) {
        (4, Some(c)) => (digits >= 3, c.len_utf8()),
        (5 | 6, _) => (digits >= 3, 0),
        _ => (false, 0),
    };
    let start = rest.len() - tail.len();
    sound.then_some(0..start + length + extra)
}
