//! Texts of an old workbook: in two bytes a character or one, in pieces, or in a code page.

use super::record::Record;
use encoding_rs::{Encoding, GBK, UTF_16LE, WINDOWS_1252};

/// How the texts of the workbook are written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Script {
    /// Each text says for itself (Excel 97 and later).
    Unicode,
    /// Bytes of a code page (Excel 5 and 95).
    Page(&'static Encoding),
}

/// The encoding of a code page; Chinese where it is unknown.
pub(super) fn page(number: u64) -> &'static Encoding {
    match number {
        1200 => UTF_16LE,
        1252 | 32_769 => WINDOWS_1252,
        950 => encoding_rs::BIG5,
        932 => encoding_rs::SHIFT_JIS,
        949 => encoding_rs::EUC_KR,
        65_001 => encoding_rs::UTF_8,
        _ => GBK,
    }
}

/// Every shared text, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Shared {
    text: String,
    ends: Vec<u32>,
}

impl Shared {
    /// The text at `index`.
    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)? as usize;
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)? as usize,
            None => 0,
        };
        self.text.get(start..end)
    }

    /// Reads the table. Texts that are cut off end it.
    pub(super) fn read(record: &Record) -> Self {
        let mut shared = Self::default();
        let mut cursor = Cursor { record, at: 8 };
        let said = record.number(4, 4) as usize;
        while shared.ends.len() < said.min(crate::limits::SHARED_TEXTS) {
            if cursor.rich(&mut shared.text).is_none() {
                break;
            }
            shared.ends.push(shared.text.len() as u32);
        }
        shared
    }
}

/// Reads across the joints of a record.
struct Cursor<'a> {
    record: &'a Record,
    at: usize,
}

impl Cursor<'_> {
    fn number(&mut self, length: usize) -> Option<u64> {
        self.record.bytes.get(self.at..self.at + length)?;
        let number = self.record.number(self.at, length);
        self.at += length;
        Some(number)
    }

    /// Bytes up to the next joint or the end.
    fn room(&self) -> usize {
        let joints = self.record.joints.iter();
        let next = joints.copied().find(|j| *j > self.at);
        next.unwrap_or(self.record.bytes.len())
            .saturating_sub(self.at)
    }

    /// A text with its formats, which are passed over.
    fn rich(&mut self, out: &mut String) -> Option<()> {
        let mut characters = self.number(2)? as usize;
        let mut flags = self.number(1)?;
        let runs = if flags & 8 == 0 { 0 } else { self.number(2)? };
        let extra = if flags & 4 == 0 { 0 } else { self.number(4)? };
        loop {
            let width = if flags & 1 == 0 { 1 } else { 2 };
            let here = characters.min(self.room() / width);
            let bytes = self.record.bytes.get(self.at..self.at + here * width)?;
            push(out, bytes, width == 2);
            self.at += here * width;
            characters -= here;
            if characters == 0 {
                break;
            }
            // A text that goes on in the next piece says anew how it is written.
            if !self.record.joints.contains(&self.at) {
                return None;
            }
            flags = self.number(1)?;
        }
        self.at += (runs * 4 + extra) as usize;
        (self.at <= self.record.bytes.len()).then_some(())
    }
}

fn push(out: &mut String, bytes: &[u8], wide: bool) {
    if wide {
        let units = bytes.chunks_exact(2);
        let units = units.map(|c| super::compound::number(c, 0, 2) as u16);
        let characters = char::decode_utf16(units);
        out.extend(characters.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    } else {
        out.extend(bytes.iter().map(|b| char::from(*b)));
    }
}

/// A text inside a record, with a length of `prefix` bytes before it.
pub(super) fn plain(bytes: &[u8], prefix: usize, script: Script, out: &mut String) {
    let characters = super::compound::number(bytes, 0, prefix) as usize;
    let rest = bytes.get(prefix..).unwrap_or_default();
    match script {
        Script::Page(encoding) => {
            let bytes = rest.get(..characters.min(rest.len())).unwrap_or_default();
            out.push_str(&encoding.decode_without_bom_handling(bytes).0);
        }
        Script::Unicode => {
            let Some((flags, rest)) = rest.split_first() else {
                return;
            };
            let wide = flags & 1 == 1;
            // Formats and phonetics may stand between.
            let runs = if flags & 8 == 0 { 0 } else { 2 };
            let extra = if flags & 4 == 0 { 0 } else { 4 };
            let rest = rest.get(runs + extra..).unwrap_or_default();
            let length = characters * if wide { 2 } else { 1 };
            let bytes = rest.get(..length.min(rest.len())).unwrap_or_default();
            push(out, bytes, wide);
        }
    }
}

/// Whether a number format shows a day or a time.
pub(super) fn is_date_format(format: &str) -> bool {
    let mut characters = format.chars();
    while let Some(c) = characters.next() {
        match c {
            '"' => while characters.next().is_some_and(|c| c != '"') {},
            '\\' | '_' | '*' => drop(characters.next()),
            '[' => while characters.next().is_some_and(|c| c != ']') {},
            // The first part is for numbers above zero, as days are.
            ';' => return false,
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' | '年' | '月' => {
                return true;
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_both_ages() {
        let read = |bytes: &[u8], prefix, script| {
            let mut out = String::new();
            plain(bytes, prefix, script, &mut out);
            out
        };
        let gbk = Script::Page(page(936));
        assert_eq!(read(b"\x04\xb4\xa6\xb7\xa3rest", 1, gbk), "处罚");
        assert_eq!(read(b"\x02\x00\x00ab", 2, Script::Unicode), "ab");
        assert_eq!(read(b"\x01\x00\x01\x04\x59", 2, Script::Unicode), "处");
        // With formats (8) and phonetics (4) before the characters; cut off in the middle.
        assert_eq!(
            read(b"\x01\x00\x0d\0\0\0\0\0\0\x04\x59", 2, Script::Unicode),
            "处"
        );
        assert_eq!(read(b"\x09\x00\x01\x04\x59\x5a", 2, Script::Unicode), "处");
        assert_eq!(read(b"", 2, Script::Unicode), "");
    }

    #[test]
    fn formats_of_days() {
        for day in [
            "yyyy/m/d",
            "[$-804]yyyy\"年\"m\"月\";@",
            "m/d/yy h:mm",
            "yyyy年m月d日",
        ] {
            assert!(is_date_format(day), "{day}");
        }
        for number in [
            "General",
            "0.00",
            "#,##0_);[Red](#,##0)",
            "@",
            "\"days\"0",
            "0;yyyy",
        ] {
            assert!(!is_date_format(number), "{number}");
        }
    }
}
