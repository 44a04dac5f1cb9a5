//! Names of organisations and persons.

use super::Cell;
use crate::{
    catalogue::Role,
    check::{builtin::Builtin, report::Found, scan, state::State},
    finding::Severity,
};

impl Cell<'_> {
    pub(super) fn name(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        self.characters(value, false, state, found);
        self.length(value, state, found);
        if state.is_bad(self.field) {
            return;
        }
        if is_placeholder_name(value) {
            let role = self.format.field(self.field).and_then(|f| f.role);
            if role == Some(Role::SubjectName) {
                self.refuse(Builtin::NamePlaceholder, state, found);
            } else {
                found.push(self.found(Builtin::NamePlaceholder, Severity::Warn));
            }
            return;
        }
        if !scan::odd_for_a_name(value) {
            return;
        }
        if value.contains(['*', '＊', '×']) {
            self.refuse(Builtin::NameMasked, state, found);
        } else if let Some(c) = value.chars().find(|c| is_special(*c)) {
            state.set_bad(self.field);
            found.push(
                self.found(Builtin::NameSpecial, Severity::RefuseRow)
                    .other(c.to_string()),
            );
        }
    }
}

fn is_placeholder_name(value: &str) -> bool {
    const WORDS: [&str; 16] = [
        "undefined",
        "null",
        "none",
        "nan",
        "n/a",
        "na",
        "无",
        "空",
        "暂无",
        "不详",
        "未知",
        "测试",
        "test",
        "待定",
        "同上",
        "略",
    ];
    let short = value.len() <= 9;
    short && WORDS.iter().any(|word| word.eq_ignore_ascii_case(value))
        || !value.bytes().any(is_letter) && !value.chars().any(char::is_alphanumeric)
}

/// ASCII letters and digits, and the lead bytes of nearly every Chinese character.
const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, 0xe4..=0xe9)
}

/// Characters that stand in no name: marks of programs and of lost encodings.
fn is_special(c: char) -> bool {
    matches!(
        c,
        '<' | '>'
            | '{'
            | '}'
            | '|'
            | '\\'
            | '^'
            | '~'
            | '`'
            | '$'
            | '%'
            | '@'
            | ';'
            | '='
            | '?'
            | '_'
            | '"'
            | '？'
            | '；'
            | '！'
            | '!'
            | '￥'
            | '…'
            | '�'
    ) || matches!(c as u32, 0xe000..=0xf8ff | 0x1f000..=0x1faff)
}
