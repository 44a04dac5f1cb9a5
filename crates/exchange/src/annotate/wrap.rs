//! How many lines a text takes in a column. A spreadsheet that opens the file does not count them
//! again where a height is set, and prints what does not fit not at all: rather a line too many.

/// Widths in hundredths of a place, which is a digit of the usual font. Other machines have
/// other fonts, so all are a little wider than they would have to be.
const PLACE: usize = 100;
const WIDE: usize = 215;
const CAPITAL: usize = 130;
const NARROW: usize = 108;

/// Lines that a text takes in a column of so many places, as they are parted at the ends of words
/// and never before a mark that closes.
pub(crate) fn lines(text: &str, places: f64) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a column"
    )]
    // A column's padding takes a place.
    let room = (places as usize).saturating_sub(1).max(2) * PLACE;
    text.lines()
        .map(|line| of_line(line, room))
        .sum::<usize>()
        .max(1)
}

fn of_line(line: &str, room: usize) -> usize {
    let (mut lines, mut used, mut word) = (1, 0, 0);
    let mut before = ' ';
    for c in line.chars() {
        if may_part(before, c) {
            put(&mut lines, &mut used, word, room);
            word = 0;
        }
        word += width(c);
        before = c;
    }
    put(&mut lines, &mut used, word, room);
    lines
}

/// Puts what is not parted into the line, or into the next; what is longer than a line is broken.
fn put(lines: &mut usize, used: &mut usize, word: usize, room: usize) {
    if *used > 0 && *used + word > room {
        *lines += 1;
        *used = 0;
    }
    let full = word.saturating_sub(1) / room;
    *lines += full;
    *used += word - full * room;
}

fn width(c: char) -> usize {
    match c {
        'A'..='Z' | 'm' | 'w' | '@' | '%' | '_' => CAPITAL,
        c if c.is_ascii() => NARROW,
        _ => WIDE,
    }
}

/// Whether a line may end between two characters. Quotation marks hold on both sides, since the
/// same ones open and close.
fn may_part(before: char, after: char) -> bool {
    const HOLDS: &str = "“”‘’\"'";
    const OPENS: &str = "（《〈「『【〔［｛([{";
    const CLOSES: &str = "，。、；：？）》〉」』】〕］｝…—～·,.;:?!)]}%";
    if before == ' ' {
        return after != ' ';
    }
    let held = |c: char| HOLDS.contains(c);
    let closes = |c: char| CLOSES.contains(c) || c == '！';
    if held(before) || held(after) || OPENS.contains(before) || closes(after) {
        return false;
    }
    !before.is_ascii() || !after.is_ascii() || closes(before) && before != '.'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_and_marks_stay_whole() {
        // Ten places: nine of them used, four Chinese characters.
        for (text, expected) in [
            ("", 1),
            ("一二三四", 1),
            ("一二三四五", 2),
            ("一二三四\n五", 2),
            ("一二三四。", 2),
            ("一二三ABCD", 2),
            ("一ABC二", 1),
            ("一ABCD二", 2),
            ("12345678901234567", 3),
            ("一1234567890123", 3),
            ("ab cd ef gh", 2),
        ] {
            assert_eq!(lines(text, 10.0), expected, "{text}");
        }
        // The quotation marks carry both neighbours along: two lines by the characters alone.
        assert_eq!(lines("一二三四“A”五六", 13.0), 3);
    }

    #[test]
    fn what_was_cut_in_print_gets_its_line() {
        let text = "第2行“数据来源单位统一社会信用代码”的“11990102001002219C”第3至8位不在历年行政区划代码中，请核对。";
        assert_eq!(lines(text, 52.0), 3);
    }

    proptest! {
        /// Never fewer lines than the characters alone would need, and never more than one each.
        #[test]
        fn lines_are_enough(text in "[一二A1“”，（） ]{0,60}", places in 2_u32..40) {
            let room = (places as usize - 1).max(2) * PLACE;
            let all: usize = text.chars().map(width).sum();
            let counted = lines(&text, f64::from(places));
            prop_assert!(counted >= all.div_ceil(room), "{counted}");
            prop_assert!(counted <= text.chars().count() + all / room + 1);
        }
    }
}
