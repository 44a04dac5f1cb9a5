//! Names of organisations and persons.

use super::Cell;
use crate::{builtin::Builtin, names, report::Found, scan, spelling::Spelling, state::State};
use xinheng_domain::{
    catalogue::Role,
    compatibility::{is_compatibility, named, unify},
    finding::Severity,
    redact, text,
};

impl Cell<'_> {
    pub(super) fn name(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        self.characters(value, false, state, found);
        self.length(value, state, found);
        if state.is_bad(self.field) {
            return;
        }
        if scan::has_digits(value, MOBILE) {
            if scan::may_hold_identity_number(value) && Self::is_personal(value) {
                self.refuse(Builtin::IdentityNumberMisplaced, state, found);
                return;
            }
            self.personal(value, found);
        }
        if self.is_header(value) {
            self.refuse(Builtin::NameHeader, state, found);
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
        if !scan::odd_for_a_name(value)
            && !value.starts_with(|c: char| c.is_ascii_digit())
            && (!scan::has_bracket(value) || names::is_paired(value))
        {
            return;
        }
        if value.contains(['*', '＊', '×']) {
            self.refuse(Builtin::NameMasked, state, found);
        } else if let Some(c) = value.chars().find(|c| is_special(*c)) {
            self.special(c, value, state, found);
        } else {
            self.odd_name(value, state, found);
        }
    }

    /// Whether the cell repeats its column's header, as where a header was pasted among the rows.
    fn is_header(&self, value: &str) -> bool {
        let field = self.format.field(self.field);
        let field = field.filter(|_| self.plan.is_header_long(value));
        field.is_some_and(|f| f.name == value || f.headers.iter().any(|h| h == value))
    }

    /// A name with a character that stands in none. A semicolon parts two names, or stands at an
    /// end.
    #[cold]
    fn special(&self, c: char, value: &str, state: &mut State, found: &mut Vec<Found>) {
        state.set_bad(self.field);
        let parted = value
            .chars()
            .all(|c| !is_special(c) || names::is_separator(c));
        let (builtin, suggestion) = if parted && names::holds_two(value) {
            (Builtin::NameTwo, None)
        } else if parted && !names::without_separators(value).contains(is_special) {
            (Builtin::NameSeparator, self.tidy_name(value))
        } else {
            (Builtin::NameSpecial, None)
        };
        found.push(
            self.found(builtin, Severity::RefuseRow)
                .other(c.to_string())
                .suggestion(suggestion),
        );
    }

    /// A name with something in it that is another character, or one too many.
    fn odd_name(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        let refused = if value.chars().any(is_compatibility) {
            self.found(Builtin::TextCompatibility, Severity::RefuseRow)
                .other(named(value))
        } else if without_full_stop(value).len() < value.len() {
            self.found(Builtin::NameFullStop, Severity::RefuseRow)
        } else {
            if let Some(read) = scan::without_blanks(value, idle) {
                state.write(self.field, |out| out.push_str(&read));
                state.note(self.field, Spelling::NameBlank);
            }
            for (builtin, shown) in names::faults(value) {
                found.push(
                    self.found(builtin, Severity::Warn)
                        .other(shown)
                        .suggestion(self.tidy_name(value)),
                );
            }
            if value.chars().any(is_wide) {
                found.push(
                    self.found(Builtin::FullWidth, Severity::Warn)
                        .suggestion(self.tidy_name(value)),
                );
            }
            return;
        };
        state.set_bad(self.field);
        found.push(refused.suggestion(self.tidy_name(value)));
    }

    /// The name without all of that, to be suggested; `None` where nothing would change, or
    /// something stays that is no name.
    fn tidy_name(&self, value: &str) -> Option<String> {
        let unified = names::with_latin(&unify(value).unwrap_or_else(|| value.to_owned()));
        let mut bare = unified.as_str();
        loop {
            let shorter = without_full_stop(names::without_separators(bare));
            if shorter.len() == bare.len() {
                break;
            }
            bare = shorter;
        }
        let joined = scan::without_blanks(bare, idle).unwrap_or_else(|| bare.to_owned());
        let narrow = |c| if is_wide(c) { text::narrow(c) } else { c };
        let tidy: String = joined.chars().map(narrow).collect();
        let sound = tidy != self.raw
            && !is_placeholder_name(&tidy)
            && !tidy.chars().any(|c| is_compatibility(c) || is_special(c))
            && names::faults(&tidy).is_empty();
        sound.then(|| redact::mask_identity_numbers(&tidy).into_owned())
    }
}

/// Digits of a mobile number, the shortest of a person's numbers that is looked for in names.
const MOBILE: usize = 11;

/// A letter or digit of full width.
fn is_wide(c: char) -> bool {
    !c.is_ascii() && text::narrow(c).is_ascii_alphanumeric()
}

/// Whether a blank between these two says nothing: between Chinese characters, or beside a
/// bracket. Beside letters and digits it parts words.
const fn idle(before: char, behind: char) -> bool {
    const fn whole(c: char) -> bool {
        scan::is_han(c) || matches!(c, '（' | '）' | '(' | ')' | '·')
    }
    whole(before) && whole(behind)
}

/// The name without full stops at its end. That of an abbreviation (`Co., Ltd.`) is part of it.
fn without_full_stop(name: &str) -> &str {
    let bare = name.trim_end_matches(|c| matches!(c, '。' | '.' | '．' | '｡') || scan::is_blank(c));
    let abbreviated = bare.ends_with(|c: char| c.is_ascii_alphabetic());
    if abbreviated && name.len() == bare.len() + 1 && name.ends_with('.') {
        return name;
    }
    bare
}

fn is_placeholder_name(value: &str) -> bool {
    const WORDS: [&str; 23] = [
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
        // Lines below a table, and names cut to their form.
        "合计",
        "总计",
        "小计",
        "共计",
        "公司",
        "有限公司",
        "单位",
    ];
    let short = value.len() <= 12;
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
