//! The first look at a text: which places are worth a second one. A few bits of each character and
//! of its neighbours tell, for eight characters at a time; what is struck off here holds nothing.

use super::{
    called::ABROAD,
    class::{self, Class},
    lexicon::{self, Lexicon},
    scan::Glyph,
};

/// Characters of the basic plane.
pub(super) const BASIC: usize = 0x1_0000;
/// Stands for a character above the basic plane until it is looked up: no text holds this one.
const ABOVE: u16 = 0xd800;

/// What the first look needs to know of a character.
pub(super) type Light = u16;

/// Looked at whatever stands beside it.
pub(super) const ALWAYS: Light = 1;
/// A family name by itself.
const NAME: Light = 1 << 1;
/// The first character of a family name of two, of a part of a minority's name, of a word behind
/// which somebody's nickname stands.
pub(super) const PAIR: Light = 1 << 2;
/// The second one.
pub(super) const SECOND: Light = 1 << 3;
/// May stand in a given name.
const GIVEN: Light = 1 << 4;
/// Behind it no name begins, unless what follows the name says so.
const INNER: Light = 1 << 5;
/// The first character of what stands only behind persons.
const MARK: Light = 1 << 6;
/// What stands before it may say by itself that a name begins.
const ANNOUNCES: Light = 1 << 7;
/// May begin what stands behind names.
pub(super) const BEHIND: Light = 1 << 8;
/// A Chinese digit; without [`DIGIT`] what stands before a family name in a nickname: `老李`.
const CHINESE: Light = 1 << 9;
/// A digit of any script, a Latin letter.
const DIGIT: Light = 1 << 10;
/// A family name that is hardly anything else, or a character of many given names.
const LIKELY: Light = 1 << 11;
/// May stand inside a number.
const JOIN: Light = 1 << 12;
/// Ends a word that announces a dwelling.
const DWELL: Light = 1 << 13;
/// Stands before such a last character.
const BEFORE_DWELL: Light = 1 << 14;
/// 某: a name was made unreadable before; 姓: it may be told in parts.
pub(super) const HIDDEN: Light = 1 << 15;

/// A character above the basic plane: all that it may be.
pub(super) const BEYOND: Light = !(INNER | HIDDEN);
/// What is left whole: a Chinese character of no other kind.
pub(super) const BLANKED: Light = GIVEN | INNER;
/// Beyond the end of a text a clause ends.
const END: Light = BEHIND;

/// So many characters are looked at together.
const TOGETHER: usize = 16;
/// And with them the one before the first and so many behind the last.
const BEHIND_LAST: usize = 3;

/// What a character is, by its class; `words` is what words say of it.
pub(super) fn light(c: char, class: Class, words: Light) -> Light {
    let announces = class & (class::ROLE_END | class::GENERIC) != 0
        || "为是系叫姓即由名和与及跟同或".contains(c)
        || class & class::HAN == 0 && !matches!(c, '\0' | ',' | '。' | ';');
    let always = class::ALWAYS & !class::MINORITY;
    [
        (class & always != 0 || c == ABROAD, ALWAYS),
        (
            class & class::DWELL != 0 && matches!(c, '住' | '家'),
            ALWAYS,
        ),
        (class & (class::FAMILY | class::CAREFUL) != 0, NAME),
        (class & (class::DOUBLE | class::MINORITY) != 0, PAIR),
        (
            class & (class::HAN | class::NEVER) == class::HAN
                || class & (class::TYPICAL | class::BLANK) != 0,
            GIVEN,
        ),
        (class & (class::HAN | class::FRONT_END) == class::HAN, INNER),
        (class & class::MARK_FIRST != 0, MARK),
        (announces, ANNOUNCES),
        (class & (class::PERSON_BEHIND | class::STOP) != 0, BEHIND),
        (
            class & class::CHINESE_DIGIT != 0 || class::is_call(c),
            CHINESE,
        ),
        (
            class & (class::DIGIT | class::CHINESE_DIGIT | class::LATIN) != 0,
            DIGIT,
        ),
        (
            class & class::TYPICAL != 0 || class & class::SURE != 0 && class & class::FAMILY != 0,
            LIKELY,
        ),
        (class & (class::SOFT | class::HARD) != 0, JOIN),
        (class & class::DWELL != 0, DWELL),
        (
            class & (class::DWELL_BEFORE | class::BLANK) != 0,
            BEFORE_DWELL,
        ),
        (matches!(c, '某' | '姓'), HIDDEN),
    ]
    .iter()
    .filter(|(is, _)| *is)
    .fold(words, |light, (_, bit)| light | bit)
}

/// A text as glyphs, and the light of each by itself, with one place before the first and some behind
/// the last. Gives how many there are, and what all lights are together.
#[inline(never)]
pub(super) fn fill(
    text: &str,
    words: &Lexicon,
    glyphs: &mut Vec<Glyph>,
    lights: &mut Vec<Light>,
) -> (usize, Light) {
    let (known, shine) = words.plane();
    let (Some(known), Some(shine)) = (known.first_chunk(), shine.first_chunk()) else {
        return (0, 0);
    };
    let (known, shine): (&[Glyph; BASIC], &[Light; BASIC]) = (known, shine);
    // No text has more characters than bytes.
    if glyphs.len() < text.len() {
        glyphs.resize(text.len(), Glyph::NONE);
        lights.resize(1 + text.len() + TOGETHER + BEHIND_LAST, 0);
    }
    let most = text.len();
    let own = lights.get_mut(1..).and_then(|own| own.get_mut(..most));
    let (Some(own), Some(room)) = (own, glyphs.get_mut(..most)) else {
        return (0, 0);
    };
    let (mut length, mut above) = (0, false);
    let mut rest = text.as_bytes();
    loop {
        while let Some(fours) = eight(rest)
            && let Some(place) = room
                .get_mut(length..)
                .and_then(<[Glyph]>::first_chunk_mut::<8>)
            && let Some(light) = own
                .get_mut(length..)
                .and_then(<[Light]>::first_chunk_mut::<8>)
        {
            for (n, [a, b]) in fours.into_iter().enumerate() {
                (place[2 * n], place[2 * n + 1]) = (known[usize::from(a)], known[usize::from(b)]);
                (light[2 * n], light[2 * n + 1]) = (shine[usize::from(a)], shine[usize::from(b)]);
            }
            length += 8;
            rest = rest.get(24..).unwrap_or_default();
        }
        while let Some(codes) = two(rest)
            && length + 1 < most
        {
            for code in codes {
                room[length] = known[usize::from(code)];
                own[length] = shine[usize::from(code)];
                length += 1;
            }
            rest = rest.get(6..).unwrap_or_default();
        }
        let low = |byte: u8| u16::from(byte & 0x3f);
        let code = match *rest {
            [a, ref behind @ ..] if a < 0x80 => {
                rest = behind;
                a.into()
            }
            [a, b, ref behind @ ..] if a < 0xe0 => {
                rest = behind;
                u16::from(a & 0x1f) << 6 | low(b)
            }
            // The top bits of the first fall off.
            [a, b, c, ref behind @ ..] if a < 0xf0 => {
                rest = behind;
                u16::from(a) << 12 | low(b) << 6 | low(c)
            }
            [_, _, _, _, ref behind @ ..] => {
                rest = behind;
                above = true;
                ABOVE
            }
            _ => break,
        };
        if let (Some(place), Some(light)) = (room.get_mut(length), own.get_mut(length)) {
            *place = known[usize::from(code)];
            *light = shine[usize::from(code)];
        }
        length += 1;
    }
    let all = own.iter().take(length).fold(0, |all, light| all | light);
    let behind = lights.get_mut(1 + length..1 + length + TOGETHER + BEHIND_LAST);
    behind.unwrap_or_default().fill(END);
    if above {
        fill_above(text, glyphs);
    }
    (length, all)
}

/// Two characters of three bytes each, as nearly all are: both at once.
#[inline]
fn two(text: &[u8]) -> Option<[u16; 2]> {
    let bytes = u64::from_le_bytes(*text.first_chunk()?);
    (bytes & FIRSTS == THREE).then(|| both(bytes))
}

/// Eight such characters.
#[inline]
fn eight(text: &[u8]) -> Option<[[u16; 2]; 4]> {
    let bytes: &[u8; 26] = text.first_chunk()?;
    let at = |n: usize| u64::from_le_bytes(std::array::from_fn(|i| bytes[n + i]));
    let pairs = [at(0), at(6), at(12), at(18)];
    let other = pairs
        .iter()
        .fold(0, |other, pair| other | (pair & FIRSTS ^ THREE));
    (other == 0).then(|| pairs.map(both))
}

/// The bits that tell how many bytes two characters have, and those of three bytes.
const FIRSTS: u64 = 0xf000_00f0;
const THREE: u64 = 0xe000_00e0;

/// The codes of two characters of three bytes.
#[inline]
const fn both(bytes: u64) -> [u16; 2] {
    // One in each half.
    let both = bytes & 0xff_ffff | (bytes & 0xffff_ff00_0000) << 8;
    let codes =
        (both & 0xf_0000_000f) << 12 | both >> 2 & 0xfc0_0000_0fc0 | both >> 16 & 0x3f_0000_003f;
    [codes as u16, (codes >> 32) as u16]
}

/// Characters above the basic plane.
#[cold]
fn fill_above(text: &str, glyphs: &mut [Glyph]) {
    for (c, place) in text.chars().zip(glyphs) {
        if c > '\u{ffff}' {
            *place = lexicon::beyond(c);
        }
    }
}

/// For each character whether anything may be found that begins or ends with it: 1 or 0; zeros
/// behind the last.
#[inline(never)]
pub(super) fn sift(lights: &[Light], length: usize, wanted: &mut Vec<u8>) {
    wanted.resize(length.next_multiple_of(TOGETHER), 0);
    let (wanted, _) = wanted.as_chunks_mut::<TOGETHER>();
    for (n, wanted) in wanted.iter_mut().enumerate() {
        let around = lights.get(n * TOGETHER..);
        let around = around.and_then(<[Light]>::first_chunk::<{ 1 + TOGETHER + BEHIND_LAST }>);
        let Some(around) = around else { break };
        for (i, wanted) in wanted.iter_mut().enumerate() {
            let [before, here, next, second, third] = [0, 1, 2, 3, 4].map(|n| around[i + n]);
            *wanted = u8::from(is_wanted(before, here, next, second, third));
        }
    }
}

/// Whether a character is wanted, by its light and those around it. Reckoned without a branch.
#[inline]
fn is_wanted(before: Light, here: Light, next: Light, second: Light, third: Light) -> bool {
    // One bit at the bottom.
    let is = |light: Light, bit: Light| light >> bit.trailing_zeros();
    // Inside a clause, something that stands before names must end before this one, or something
    // begin behind it that stands only there.
    let free = !is(before, INNER) | is(second | third, MARK) | is(here, PAIR);
    // What stands before says that a name begins here, what follows one may follow, or it is likely.
    let likely = is(here, LIKELY) & is(next & second, GIVEN) | is(next & second, LIKELY);
    let framed =
        is(before, ANNOUNCES) | is(second, BEHIND) | is(second, GIVEN) & is(third, BEHIND) | likely;
    let name = is(here, NAME) & is(next, GIVEN) & free & framed;
    let pair = is(here, PAIR) & is(next, SECOND);
    // One Chinese digit beside no other is a word.
    let joined = is(next, DIGIT) | is(next, JOIN) & is(second, DIGIT);
    let number = is(here, CHINESE) & joined;
    let dwelling = is(here, DWELL) & is(before, BEFORE_DWELL);
    let call = is(here, CHINESE) & !is(here, DIGIT) & is(next, NAME);
    (is(here, ALWAYS) | name | pair | number | dwelling | call) & 1 != 0
}

/// Looks at the places that are wanted, in order.
#[inline]
pub(super) fn each(wanted: &[u8], mut look: impl FnMut(usize)) {
    let (eights, _) = wanted.as_chunks::<8>();
    for (n, eight) in eights.iter().enumerate() {
        let mut left = u64::from_le_bytes(*eight);
        while left != 0 {
            look(n * 8 + left.trailing_zeros() as usize / 8);
            left &= left - 1;
        }
    }
}
