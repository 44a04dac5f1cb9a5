//! Codes of organisations.

use super::Cell;
use crate::{builtin::Builtin, report::Found, scan, state::State};
use xinheng_domain::{
    code::{self, CodeSeverity, Verdict},
    compatibility::unify,
    finding::Severity,
    redact, text,
};

impl Cell<'_> {
    pub(super) fn unified_code(&self, value: &str, state: &mut State, found: &mut Vec<Found>) {
        let check = code::check(value, self.codes);
        if check.severity == CodeSeverity::Ok
            || check.verdict == Verdict::Placeholder && self.plan.placeholder_allowed
        {
            return;
        }
        if check.severity == CodeSeverity::Error {
            let Some(builtin) = Builtin::of_verdict(check.verdict) else {
                return;
            };
            if check.verdict == Verdict::IdentityNumber {
                self.refuse(builtin, state, found);
                return;
            }
            state.set_bad(self.field);
            if check.suggestion.is_none() && self.code_in_the_way(value, found) {
                return;
            }
            let other = if builtin == Builtin::CodeBadChar {
                bad_chars(value)
            } else {
                value.chars().count().to_string()
            };
            found.push(
                self.found(builtin, Severity::RefuseRow)
                    .suggestion(check.suggestion)
                    .other(other),
            );
            return;
        }
        for verdict in std::iter::once(check.verdict).chain(check.also) {
            if let Some(builtin) = Builtin::of_verdict(verdict) {
                found.push(self.found(builtin, Severity::Warn));
            }
        }
    }

    /// Says what keeps a code from being one, where that can be told.
    fn code_in_the_way(&self, value: &str, found: &mut Vec<Found>) -> bool {
        let is_sound = |code: &str| {
            let check = code::check(code, self.codes);
            check.severity != CodeSeverity::Error
                || check.verdict == Verdict::Placeholder && self.plan.placeholder_allowed
        };
        let tidy = Tidy::of(value);
        let sound = tidy.as_ref().is_some_and(|t| is_sound(&t.code));
        let found_here = match tidy {
            // Width and case are what the usual finding speaks of.
            Some(tidy) if sound && tidy.met.is_empty() => self
                .found(Builtin::CodeBadChar, Severity::RefuseRow)
                .other(bad_chars(value))
                .suggestion(Some(tidy.code)),
            Some(tidy) if sound => self
                .found(Builtin::CodeExtra, Severity::RefuseRow)
                .other(format!("{}，去掉后校验相符", tidy.met.join("、")))
                .suggestion(Some(tidy.code)),
            tidy => {
                let bare = tidy.as_ref().map_or(value, |t| &t.code);
                if let Some((code, changed)) = code::look_alike(bare, self.codes) {
                    self.found(Builtin::CodeLookAlike, Severity::RefuseRow)
                        .suggestion(Some(code))
                        .other(changed)
                } else if let Some(tidy) = tidy.filter(|t| !t.met.is_empty()) {
                    let met = tidy.met.join("、");
                    self.found(Builtin::CodeExtra, Severity::RefuseRow)
                        .other(format!("{met}，去掉后校验仍不相符，所以没有建议值"))
                } else {
                    return false;
                }
            }
        };
        found.push(found_here);
        true
    }

    pub(super) fn organisation_code(&self, value: &str, found: &mut Vec<Found>) {
        if code::check_organisation_code(value) != code::OrganisationCodeVerdict::Ok {
            found.push(self.found(Builtin::OrganisationCodeBad, Severity::Warn));
        }
    }
}

/// Characters of a code that are named one by one.
const NAMED: usize = 3;

/// `第9位“m”、第10位“a”`, and how many there are where not all are named.
fn bad_chars(value: &str) -> String {
    let mut said: Vec<String> = code::bad_chars(value)
        .take(NAMED)
        .map(|(place, c)| format!("第{place}位“{c}”"))
        .collect();
    let count = code::bad_chars(value).count();
    if count > NAMED {
        said.push(format!("共{count}处"));
    }
    said.join("、")
}

/// The code inside a cell that holds more, and what else is there. For a suggestion: it is
/// never taken by itself.
struct Tidy {
    code: String,
    met: Vec<String>,
}

impl Tidy {
    /// `None` where there are not the characters of one code alone, in one stretch but for blanks
    /// and dashes.
    fn of(value: &str) -> Option<Self> {
        let clean = text::clean(value);
        let clean = unify(&clean).unwrap_or_else(|| clean.into_owned());
        let mut met = Vec::new();
        let mut say = |said: bool, what: &str| {
            if said {
                met.push(what.to_owned());
            }
        };
        say(
            text::dangers(value) != text::Dangers::default(),
            "看不见的字符",
        );
        let mut key = String::new();
        let (mut blank, mut dash) = (false, false);
        for c in clean.chars().map(text::narrow) {
            match c {
                c if c.is_whitespace() => blank = true,
                '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => dash = true,
                c => key.push(c.to_ascii_uppercase()),
            }
        }
        say(blank, "空格");
        say(dash, "连字符");
        let stretches = key.split(|c: char| !c.is_alphanumeric() || scan::is_han(c));
        let mut codes = stretches.filter(|s| s.chars().count() == code::LENGTH);
        let code = codes.next()?;
        if codes.next().is_some() {
            return None;
        }
        let (before, behind) = key.split_once(code)?;
        for words in [before, behind] {
            // An apostrophe is how a spreadsheet is told to keep text.
            if matches!(words, "'" | "‘" | "’" | "`") {
                say(true, "撇号");
            } else if !words.is_empty() {
                let shown = redact::mask_identity_numbers(words);
                say(true, &format!("“{shown}”"));
            }
        }
        Some(Self {
            code: code.to_owned(),
            met,
        })
    }
}
