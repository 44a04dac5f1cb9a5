//! Amounts as a Chinese text writes them: `罚款2000元`, `处以人民币3万元罚款`, `罚款叁仟元整`.

use super::Fen;
use crate::text::narrow;

/// What may stand between the word and its amount.
const BETWEEN: [&str; 22] = [
    "人民币",
    "金额",
    "数额",
    "总额",
    "共计",
    "合计",
    "总计",
    "大写",
    "小写",
    "计",
    "为",
    "的",
    "：",
    ":",
    "（",
    "(",
    "）",
    ")",
    "￥",
    "¥",
    "RMB",
    "\u{3000}",
];

/// What turns an amount into the end of a range, as when a statute is quoted.
const RANGE: [&str; 11] = [
    "以上", "以下", "以内", "至", "到", "-", "—", "－", "~", "～", "倍",
];

/// What makes an amount inexact, or one of several.
const INEXACT: [&str; 6] = ["左右", "余", "多", "/", "／", "每"];

/// The amount that a Chinese text names after (or right before) one of the words, e.g. `罚款`.
/// `None` where it names none, several different ones, or one that is not exact: whoever asks
/// wants to compare, and a wrong comparison is worse than none.
#[must_use]
pub fn find_amount<W: AsRef<str>>(text: &str, words: &[W]) -> Option<Fen> {
    let mut found = None;
    for word in words.iter().map(AsRef::as_ref).filter(|w| !w.is_empty()) {
        for (at, _) in text.match_indices(word) {
            let before = text.get(..at).unwrap_or_default();
            // A surcharge for paying late is not the amount of the decision.
            if before.ends_with("加处") {
                continue;
            }
            let after = text.get(at + word.len()..).unwrap_or_default();
            let named = match behind(after) {
                Named::Nothing => ahead(before),
                named => named,
            };
            match named {
                Named::Nothing => {}
                Named::Unclear => return None,
                Named::Amount(fen) if found.is_none_or(|f| f == fen) => found = Some(fen),
                Named::Amount(_) => return None,
            }
        }
    }
    found.map(Fen)
}

/// The amount that a cell names with its unit and nothing else: `2,000元`, `0.2万元`, `贰仟元整`.
#[must_use]
pub fn whole_amount(text: &str) -> Option<Fen> {
    let mut text = crate::text::trim(text);
    while let Some(rest) = ["人民币", "￥", "¥", "RMB"]
        .iter()
        .find_map(|b| text.strip_prefix(b))
    {
        text = rest.trim_start();
    }
    let (fen, length) = amount(text)?;
    (length == text.len()).then_some(Fen(fen))
}

enum Named {
    Nothing,
    Unclear,
    Amount(i64),
}

/// The amount that `rest` begins with.
fn behind(rest: &str) -> Named {
    let mut rest = rest.trim_start();
    while let Some(shorter) = BETWEEN.iter().find_map(|b| rest.strip_prefix(b)) {
        rest = shorter.trim_start();
    }
    let Some((fen, length)) = amount(rest) else {
        return Named::Nothing;
    };
    let tail = rest.get(length..).unwrap_or_default();
    if RANGE.iter().any(|r| tail.starts_with(r)) {
        Named::Nothing
    } else if INEXACT.iter().any(|r| tail.starts_with(r)) {
        Named::Unclear
    } else {
        Named::Amount(fen)
    }
}

/// The amount that `text` ends with.
fn ahead(text: &str) -> Named {
    let mut text = text.trim_end();
    text = text.strip_suffix("的").unwrap_or(text).trim_end();
    if text.ends_with(['）', ')'])
        && let Some(open) = text.rfind(['（', '('])
    {
        text = text.get(..open).unwrap_or_default().trim_end();
    }
    let bare = text.strip_suffix(['整', '正']).unwrap_or(text).trim_end();
    let Some(bare) = bare.strip_suffix(['元', '圆']) else {
        return Named::Nothing;
    };
    let start = bare
        .char_indices()
        .rev()
        .take_while(|&(_, c)| is_numeral(c))
        .last()
        .map_or(bare.len(), |(i, _)| i);
    let run = text.get(start..).unwrap_or_default();
    let trimmed = run.trim_start_matches([',', '.', '，', '．', ' ']);
    let front = text.get(..text.len() - trimmed.len()).unwrap_or_default();
    let Some((fen, length)) = amount(trimmed) else {
        return Named::Nothing;
    };
    if length != trimmed.len() {
        return Named::Nothing;
    }
    if front.ends_with(['至', '到', '-', '—', '－', '~', '～', '约', '近']) {
        return Named::Nothing;
    }
    // `处每平方米20元的罚款` is a rate.
    let rate = front
        .chars()
        .rev()
        .take(8)
        .take_while(|c| c.is_alphanumeric())
        .any(|c| c == '每');
    if rate {
        Named::Unclear
    } else {
        Named::Amount(fen)
    }
}

fn is_numeral(c: char) -> bool {
    let c = narrow(c);
    c.is_ascii_digit() || matches!(c, ',' | '.' | ' ') || digit(c).is_some() || unit(c).is_some()
}

/// An amount with its unit at the beginning of a text, in fen, and its length in bytes.
fn amount(text: &str) -> Option<(i64, usize)> {
    let mut rest = Rest(text);
    let micro = if rest.peek()?.is_ascii_digit() {
        arabic(&mut rest)?
    } else {
        chinese(&mut rest)?.checked_mul(MICRO)?
    };
    rest.blanks();
    rest.take(|c| matches!(c, '元' | '圆'))?;
    // 角 and 分 behind the yuan.
    let mut fen = i64::try_from(micro / (MICRO / 100)).ok()?;
    if micro % (MICRO / 100) != 0 {
        return None;
    }
    for (name, worth) in [('角', 10), ('分', 1)] {
        let mark = rest;
        let number = rest.next().and_then(|c| {
            c.to_digit(10)
                .map(i64::from)
                .or_else(|| digit(c).map(|d| d as i64))
        });
        match (number, rest.next()) {
            (Some(n), Some(c)) if c == name => fen = fen.checked_add(n * worth)?,
            _ => rest = mark,
        }
    }
    rest.take(|c| matches!(c, '整' | '正'));
    Some((fen, text.len() - rest.0.len()))
}

const MICRO: i128 = 1_000_000;

/// `2,000.50`, `3万`, `1万2000`, in millionths.
fn arabic(rest: &mut Rest<'_>) -> Option<i128> {
    let mut total = 0_i128;
    let mut last = i128::MAX;
    loop {
        let (whole, commas) = whole_number(rest)?;
        let mut value = whole.checked_mul(MICRO)?;
        if rest.peek() == Some('.') {
            rest.next();
            let mut place = MICRO / 10;
            let mut any = false;
            while let Some(d) = rest.take(|c| c.is_ascii_digit()) {
                any = true;
                if place == 0 && d != '0' {
                    // Finer than anything that can be paid: not cut, not rounded.
                    return None;
                }
                value += i128::from(d.to_digit(10)?) * place;
                place /= 10;
            }
            if !any || commas && rest.peek() == Some(',') {
                return None;
            }
        }
        let mut multiple = 1;
        while let Some(c) = rest.take(|c| unit(c).is_some()) {
            multiple = i128::checked_mul(multiple, i128::from(unit(c)?))?;
        }
        if multiple >= last {
            return None;
        }
        last = multiple;
        total = total.checked_add(value.checked_mul(multiple)?)?;
        if multiple == 1 || !rest.peek()?.is_ascii_digit() {
            return Some(total);
        }
    }
}

/// Digits, with or without commas between thousands.
fn whole_number(rest: &mut Rest<'_>) -> Option<(i128, bool)> {
    let mut value = 0_i128;
    let mut group = 0;
    let mut commas = false;
    let mut leading_zero = false;
    let mut digits = 0;
    loop {
        match rest.peek() {
            Some(c) if c.is_ascii_digit() => {
                leading_zero |= digits == 0 && c == '0';
                value = value * 10 + i128::from(c.to_digit(10)?);
                group += 1;
                digits += 1;
                if digits > 15 {
                    return None;
                }
            }
            // Behind a leading zero a comma is a decimal one.
            Some(',') if !leading_zero && (group == 3 || !commas && matches!(group, 1..=3)) => {
                commas = true;
                group = 0;
            }
            _ if commas && group != 3 || digits == 0 => return None,
            _ => return Some((value, commas)),
        }
        rest.next();
    }
}

/// `叁仟`, `一万五千二百`. Digit strings (`二〇〇〇`) and the colloquial `一万五` are left alone.
fn chinese(rest: &mut Rest<'_>) -> Option<i128> {
    let (mut total, mut section) = (0_i128, 0_i128);
    let mut pending: Option<u32> = None;
    let mut after_zero = false;
    let mut smallest = u64::MAX;
    let mut last_unit = 1;
    let mut any = false;
    while let Some(c) = rest.peek() {
        if let Some(d) = digit(c) {
            if pending.is_some() {
                return None;
            }
            if d == 0 {
                after_zero = true;
            } else {
                pending = Some(d);
            }
        } else if let Some(worth) = unit(c) {
            if worth >= 10_000 {
                section += i128::from(pending.take().unwrap_or(0));
                let worth = i128::from(worth);
                // 万 counts what stands since 亿, 亿 counts all before it.
                total = match worth {
                    10_000 if section > 0 && total % 100_000_000 == 0 => {
                        total + section.checked_mul(worth)?
                    }
                    100_000_000 if total + section > 0 && total < worth => {
                        (total + section).checked_mul(worth)?
                    }
                    _ => return None,
                };
                section = 0;
                smallest = u64::MAX;
            } else {
                // `十五` stands for one ten and five.
                let count = match pending.take() {
                    Some(d) => d,
                    None if worth == 10 && section == 0 => 1,
                    None => return None,
                };
                if worth >= smallest {
                    return None;
                }
                smallest = worth;
                section += i128::from(count) * i128::from(worth);
            }
            after_zero = false;
            last_unit = worth;
        } else {
            break;
        }
        any = true;
        rest.next();
    }
    if let Some(d) = pending {
        if last_unit > 10 && !after_zero {
            return None;
        }
        section += i128::from(d);
    }
    (any && total + section > 0).then_some(total + section)
}

const fn digit(c: char) -> Option<u32> {
    Some(match c {
        '零' | '〇' => 0,
        '一' | '壹' => 1,
        '二' | '贰' | '两' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

const fn unit(c: char) -> Option<u64> {
    Some(match c {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1000,
        '万' | '萬' => 10_000,
        '亿' | '億' => 100_000_000,
        _ => return None,
    })
}

/// The unread rest of a text, in half-width characters.
#[derive(Clone, Copy)]
struct Rest<'a>(&'a str);

impl Rest<'_> {
    fn peek(&self) -> Option<char> {
        self.0.chars().next().map(narrow)
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.0.chars();
        let c = chars.next()?;
        self.0 = chars.as_str();
        Some(narrow(c))
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        let c = self.peek().filter(|&c| wanted(c))?;
        self.next();
        Some(c)
    }

    fn blanks(&mut self) {
        self.0 = self.0.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_with_a_unit() {
        for (text, fen) in [
            ("2000元", 200_000),
            ("人民币 2,000.50元整", 200_050),
            ("0.2万元", 200_000),
            ("１.２万元", 1_200_000),
            ("贰仟元整", 200_000),
            ("一万五千元", 1_500_000),
        ] {
            assert_eq!(whole_amount(text), Some(Fen(fen)), "{text}");
        }
        for text in ["0,200万元", "0.12345678万元", "0.0000009万元"] {
            assert_eq!(whole_amount(text), None, "{text}");
        }
        for text in [
            "",
            "2000",
            "0.2万",
            "2000元左右",
            "罚款2000元",
            "2000元、3000元",
            "-5元",
        ] {
            assert_eq!(whole_amount(text), None, "{text}");
        }
    }

    fn fine(text: &str) -> Option<i64> {
        find_amount(text, &["罚款"]).map(|f| f.0)
    }

    #[test]
    fn amounts_in_many_spellings() {
        for (text, yuan) in [
            ("罚款2000元", 2000),
            ("罚款 2,000.00 元整", 2000),
            ("罚款２０００元", 2000),
            ("处以人民币3万元罚款", 30_000),
            ("罚款人民币叁仟元整", 3000),
            ("处人民币伍仟元整的罚款", 5000),
            ("处5000元（伍仟元）罚款", 5000),
            ("罚款（大写）：壹万贰仟叁佰元（￥12300元）", 12_300),
            ("1.警告；2.罚款：0.5万元。", 5000),
            ("罚款3万5千元", 35_000),
            ("罚款1万2000元", 12_000),
            ("罚款一百二十万元", 1_200_000),
            ("罚款十五元", 15),
            ("罚款一万零五元", 10_005),
            ("罚款两千元", 2000),
            ("罚款金额为1.5亿元", 150_000_000),
            ("没收违法所得1000元，罚款5000元，罚没款合计6000元", 5000),
            ("没收违法所得1000元并处5000元罚款", 5000),
            ("罚款2000元。逾期每日按罚款数额的3%加处罚款。", 2000),
            ("罚款2000元，上述罚款2000元应于十五日内缴纳", 2000),
            (
                "依据“处一万元以上十万元以下罚款”的规定，罚款20000元",
                20_000,
            ),
            ("依据“罚款一万元以上”的规定，罚款20000元", 20_000),
        ] {
            assert_eq!(fine(text), Some(yuan * 100), "{text}");
        }
        assert_eq!(fine("罚款200元5角"), Some(20_050));
        assert_eq!(fine("罚款贰佰元伍角叁分"), Some(20_053));
        assert_eq!(fine("罚款0.01元"), Some(1));
    }

    #[test]
    fn silence_where_unclear() {
        for text in [
            "",
            "警告",
            "罚款",
            "罚款2000",
            "罚款5%",
            "罚款2000元，罚款3000元",
            "罚款2000余元",
            "罚款50元/只",
            "处每平方米20元的罚款",
            "处一万元以上十万元以下罚款",
            "处1万元至10万元罚款",
            "罚款1,23元",
            "罚款0.001元",
            "罚款二〇〇〇元",
            "罚款一万五元",
            "罚款一二元",
            "罚款万元",
            "罚款99999999999999999999元",
            "没收违法所得1000元",
            "加处罚款2000元",
        ] {
            assert_eq!(fine(text), None, "{text}");
        }
    }

    #[test]
    fn several_words() {
        let words = ["没收违法所得", "没收非法财物"];
        let text = "没收违法所得人民币1,200元，罚款5000元";
        assert_eq!(find_amount(text, &words), Some(Fen(120_000)));
        assert_eq!(find_amount(text, &[""]), None);
    }
}
