//! The text of a cell: entities read, blanks as a browser shows them.

/// Named characters that exports use. Others stay as they are written.
const NAMED: [(&str, char); 22] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{a0}'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("middot", '·'),
    ("bull", '•'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("mdash", '—'),
    ("ndash", '–'),
    ("hellip", '…'),
    ("times", '×'),
    ("yen", '¥'),
    ("deg", '°'),
    ("copy", '©'),
    ("reg", '®'),
];

/// Appends bytes of a page as a browser shows them: a stretch of blanks is one.
pub(super) fn push_flowing(raw: &mut Vec<u8>, text: &[u8]) {
    for &byte in text {
        if !byte.is_ascii_whitespace() {
            raw.push(byte);
        } else if !matches!(raw.last(), None | Some(b' ' | b'\n')) {
            raw.push(b' ');
        }
    }
}

/// Writes the text of a cell. Bytes that are no text in the file's encoding become the
/// character SUBSTITUTE, which the checker refuses.
pub(super) fn write(raw: &[u8], out: &mut String) {
    for chunk in raw.utf8_chunks() {
        let mut rest = chunk.valid();
        while let Some((before, after)) = rest.split_once('&') {
            out.push_str(before);
            match entity(after) {
                Some((character, length)) => {
                    out.push(character);
                    rest = after.get(length..).unwrap_or_default();
                }
                None => {
                    out.push('&');
                    rest = after;
                }
            }
        }
        out.push_str(rest);
        out.extend(chunk.invalid().iter().map(|_| '\u{1a}'));
    }
}

/// The character behind a `&`, and the length of its name with the semicolon.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(12).position(|b| b == b';')?;
    let name = text.get(..end)?;
    let character = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
        None => NAMED.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((character, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(raw: &[u8]) -> String {
        let mut out = String::new();
        write(raw, &mut out);
        out
    }

    #[test]
    fn entities() {
        assert_eq!(
            shown("A&amp;B&lt;&#20013;&#x56fd;&nbsp;&unknown;&#99999999;&".as_bytes()),
            "A&B<中国\u{a0}&unknown;&#99999999;&"
        );
        assert_eq!(shown(b"a\xffb"), "a\u{1a}b");
    }

    #[test]
    fn blanks_as_a_browser_shows_them() {
        let mut raw = Vec::new();
        push_flowing(&mut raw, b"\r\n   a \n b");
        raw.push(b'\n');
        push_flowing(&mut raw, b"  c");
        assert_eq!(raw, b"a b\nc");
    }
}
