//! One class for each character: what the finder must look at, and what it may pass over.

/// Bits of a character.
pub(super) type Class = u32;

/// A Chinese character.
pub(super) const HAN: Class = 1;
/// A family name by itself.
pub(super) const FAMILY: Class = 1 << 1;
/// A family name that is more often another word.
pub(super) const CAREFUL: Class = 1 << 2;
/// The first character of a family name of two.
pub(super) const DOUBLE: Class = 1 << 3;
/// Stands in no given name.
pub(super) const NEVER: Class = 1 << 4;
/// A digit of any script but Chinese.
pub(super) const DIGIT: Class = 1 << 5;
/// A Chinese digit.
pub(super) const CHINESE_DIGIT: Class = 1 << 6;
/// A Latin letter.
pub(super) const LATIN: Class = 1 << 7;
/// May stand inside a number without ending it.
pub(super) const SOFT: Class = 1 << 8;
/// May stand inside a number that is announced.
pub(super) const HARD: Class = 1 << 9;
/// Middle dots, inside names.
pub(super) const DOT: Class = 1 << 10;
/// Ends a clause.
pub(super) const STOP: Class = 1 << 11;
/// Stands for a hidden digit.
pub(super) const MASK: Class = 1 << 12;
/// The last character of a word that announces a dwelling.
pub(super) const DWELL: Class = 1 << 13;
/// The first character of a part of a minority's name.
pub(super) const MINORITY: Class = 1 << 14;
/// A province's sign on a number plate.
pub(super) const PROVINCE: Class = 1 << 15;
/// `@`, and `#` that is written for it; a colon, behind which a name may follow.
pub(super) const SIGN: Class = 1 << 16;
/// The last character of a word that announces a personal number.
pub(super) const ANNOUNCES: Class = 1 << 17;
/// Blank of any kind, or without width.
pub(super) const BLANK: Class = 1 << 18;

/// Where this is not behind a name, no sex, age, form of address and no row is: see
/// [`Behind`](super::frames::Behind).
pub(super) const PERSON_BEHIND: Class = 1 << 19;

/// The last character of a word for what persons are, or of a title.
pub(super) const ROLE_END: Class = 1 << 20;
/// The last character of a word that stands before names, or a place, a time.
pub(super) const FRONT_END: Class = 1 << 21;
/// Ends words for what persons are: 员, 人, 师.
pub(super) const GENERIC: Class = 1 << 22;
/// Places and times that may stand before a name.
pub(super) const WEAK: Class = 1 << 23;
/// The first character of what stands only behind persons.
pub(super) const MARK_FIRST: Class = 1 << 24;

/// The character before the last of a word that announces a dwelling.
pub(super) const DWELL_BEFORE: Class = 1 << 25;
/// Names an area or a street in an address.
pub(super) const AREA: Class = 1 << 26;
/// Names a house or a part of one.
pub(super) const HOUSE: Class = 1 << 27;
/// May end an address.
pub(super) const ADDRESS: Class = 1 << 28;

/// Has a simplified form.
pub(super) const TRADITIONAL: Class = 1 << 29;

/// Stands in many given names; with [`NEVER`] only before another such: `为民`.
pub(super) const TYPICAL: Class = 1 << 30;
/// A family name that is hardly anything else; of other characters, those that begin what somebody is
/// called behind a family name.
pub(super) const SURE: Class = 1 << 31;

/// What is looked at whatever stands beside it.
pub(super) const ALWAYS: Class = DIGIT | LATIN | DOT | MINORITY | SIGN;

/// What is looked at for more than a name.
pub(super) const BESIDE_NAMES: Class = DIGIT | CHINESE_DIGIT | LATIN | SIGN | DWELL;

/// What begins a name.
pub(super) const NAME: Class = FAMILY | CAREFUL | DOUBLE | MINORITY | DOT;

/// Stands before a family name in what somebody is called: `老李`.
pub(super) const fn is_call(c: char) -> bool {
    matches!(c, '老' | '小' | '阿')
}

const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
const CHINESE_DIGITS: &str = "〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺";
const STOPS: &str = "，。；：、\u{ff01}？（）()【】[]〔〕《》“”‘’\"'\n\r\t,;:!?…—|/∶﹕";
const SOFTS: &str = " \t-_.·~\u{a0}\u{ad}•‧∙⋅・･－‐‑‒–—―−～＿．\u{3000}\u{2060}\u{feff}";
const HARDS: &str = ",，、/／:：()（）[]［］【】\n\r…+＋;；";
const MASKS: &str = "*＊●○□■×✕✖※◎☆★";
const BLANKS: &str = " \t\u{a0}\u{3000}\u{ad}\u{2060}\u{feff}\n\r";

/// The classes of the basic plane that no word list decides.
pub(super) fn basic() -> Vec<Class> {
    let mut classes = vec![0; 0x1_0000];
    let mut mark = |c: u32, bits: Class| {
        if let Some(class) = classes.get_mut(c as usize) {
            *class |= bits;
        }
    };
    for c in (0x4e00..=0x9fff)
        .chain(0x3400..=0x4dbf)
        .chain(0xf900..=0xfaff)
    {
        mark(c, HAN);
    }
    for (text, bits) in [
        (PROVINCES, PROVINCE),
        (CHINESE_DIGITS, CHINESE_DIGIT | HAN),
        (STOPS, STOP),
        (SOFTS, SOFT),
        (HARDS, HARD),
        (MASKS, MASK),
        (BLANKS, BLANK),
        ("·•‧∙⋅・･●．", DOT),
        ("员人工师长者手商户民客妇生友属子徒", GENERIC | FRONT_END),
        ("的内中时后日许处里上下该名岁在称至另", WEAK | FRONT_END),
        ("省市区县镇乡村路街道巷", AREA | ADDRESS),
        ("号室组幢栋单户层弄楼座元期", HOUSE),
        ("号室组队幢栋户层弄楼座元期院园苑城里湾庄屯社坊", ADDRESS),
        ("@＠#＃:：∶﹕", SIGN),
        // Quotes and blanks are passed over, numbers and marks of rows lead on.
        (
            "”\"＂’」】]］(（,，、等和与及跟同以/／或十百两多余数",
            PERSON_BEHIND,
        ),
        (CHINESE_DIGITS, PERSON_BEHIND),
        (BLANKS, PERSON_BEHIND),
    ] {
        for c in text.chars() {
            mark(c as u32, bits);
        }
    }
    for c in (0x2000..=0x200f).chain(0x2028..=0x202f) {
        mark(c, SOFT | BLANK | PERSON_BEHIND);
    }
    for c in 0..0x1_0000_u32 {
        let Some(c) = char::from_u32(c) else { continue };
        if super::lexicon::narrow(c).is_ascii_alphabetic() {
            mark(c as u32, LATIN);
        } else if digit(c).is_some() && !CHINESE_DIGITS.contains(c) {
            mark(c as u32, DIGIT | PERSON_BEHIND);
        }
    }
    classes
}

/// The class of a character above the basic plane.
pub(super) fn beyond(c: char) -> Class {
    if digit(c).is_some() {
        DIGIT | PERSON_BEHIND
    } else if (0x2_0000..=0x3_ffff).contains(&(c as u32)) {
        HAN
    } else {
        0
    }
}

/// The value of a digit of any script in which people write numbers.
pub(super) fn digit(c: char) -> Option<u8> {
    let value = match c {
        '0'..='9' => c as u32 - '0' as u32,
        '\u{ff10}'..='\u{ff19}' => c as u32 - 0xff10,
        '〇' | '零' | '⓪' | '⓿' => 0,
        '一' | '壹' | '幺' => 1,
        '二' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        // Circled, in brackets, with a full stop.
        '\u{2460}'..='\u{2468}' => c as u32 - 0x245f,
        '\u{2474}'..='\u{247c}' => c as u32 - 0x2473,
        '\u{2488}'..='\u{2490}' => c as u32 - 0x2487,
        '\u{2776}'..='\u{277e}' => c as u32 - 0x2775,
        '\u{2780}'..='\u{2788}' => c as u32 - 0x277f,
        '\u{278a}'..='\u{2792}' => c as u32 - 0x2789,
        // Raised and lowered.
        '⁰' => 0,
        '¹' => 1,
        '²' => 2,
        '³' => 3,
        '\u{2074}'..='\u{2079}' => c as u32 - 0x2070,
        '\u{2080}'..='\u{2089}' => c as u32 - 0x2080,
        // Arabic-Indic, Persian, Devanagari, Bengali, Thai, Tibetan.
        '\u{660}'..='\u{669}' => c as u32 - 0x660,
        '\u{6f0}'..='\u{6f9}' => c as u32 - 0x6f0,
        '\u{966}'..='\u{96f}' => c as u32 - 0x966,
        '\u{9e6}'..='\u{9ef}' => c as u32 - 0x9e6,
        '\u{e50}'..='\u{e59}' => c as u32 - 0xe50,
        '\u{f20}'..='\u{f29}' => c as u32 - 0xf20,
        // Mathematical, five alphabets of ten.
        '\u{1d7ce}'..='\u{1d7ff}' => (c as u32 - 0x1_d7ce) % 10,
        _ => return None,
    };
    u8::try_from(value).ok()
}
