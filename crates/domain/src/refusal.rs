//! Refusals: what is not done by rule, with the article, the day on which it may be done, and the
//! way out. The words are data (`rulebook/refusals/refusals.toml`), the codes a closed set.

use crate::basis::Basis;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($name:ident = $code:literal),+ $(,)?) => {
        /// Why something is refused. Codes are stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum RefusalCode {
            $(
                #[doc = $code]
                #[serde(rename = $code)]
                $name,
            )+
        }

        impl RefusalCode {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The code.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }
        }
    };
}

codes! {
    CorrectionsAsked = "corrections-asked",
    CaseAlready = "case-already",
    CaseChanged = "case-changed",
    CaseElsewhere = "case-elsewhere",
    CaseKindOver = "case-kind-over",
    CaseNoRow = "case-no-row",
    CaseNotThen = "case-not-then",
    CaseOver = "case-over",
    CaseFileOfAnother = "case-file-of-another",
    CaseOnce = "case-once",
    CaseOnlyBy = "case-only-by",
    CaseSecondPerson = "case-second-person",
    CaseTooEarly = "case-too-early",
    CaseTooLate = "case-too-late",
    CaseWhen = "case-when",
    HandInChanged = "hand-in-changed",
    HandInOver = "hand-in-over",
    NotClean = "not-clean",
    OwnFile = "own-file",
    PastReviewer = "past-reviewer",
    ReviewerNeeded = "reviewer-needed",
    TooManyRows = "too-many-rows",
    AdministratorAccount = "administrator-account",
    FactorMissing = "factor-missing",
    FactorWrong = "factor-wrong",
    LoginTaken = "login-taken",
    OsUserBound = "os-user-bound",
    OwnAccount = "own-account",
    PasswordSame = "password-same",
    PasswordUsed = "password-used",
    PasswordWeak = "password-weak",
    PasswordWrong = "password-wrong",
    RolesExclude = "roles-exclude",
    RosterChanged = "roster-changed",
    RosterDays = "roster-days",
    RosterGrants = "roster-grants",
    RosterHas = "roster-has",
    RosterOwn = "roster-own",
    SubjectNotKnown = "subject-not-known",
    SubjectOver = "subject-over",
    EditionInUse = "edition-in-use",
    RulesDecided = "rules-decided",
    RulesOwn = "rules-own",
    RulesSame = "rules-same",
    SignInLocked = "sign-in-locked",
    SignInWrong = "sign-in-wrong",
    BatchOver = "batch-over",
    BatchSealed = "batch-sealed",
    ClassNotCandidate = "class-not-candidate",
    ClassNotOpen = "class-not-open",
    ClassUnchanged = "class-unchanged",
    ClockBehind = "clock-behind",
    DepartmentOver = "department-over",
    DocumentMissing = "document-missing",
    AgentOver = "agent-over",
    DocumentGrants = "document-grants",
    LetterGrants = "letter-grants",
    LetterOver = "letter-over",
    MattersOpen = "matters-open",
    NotDoubtful = "not-doubtful",
    NothingMasked = "nothing-masked",
    NotWithheld = "not-withheld",
    OwnPerson = "own-person",
    PersonKeyInUse = "person-key-in-use",
    PieceNotThere = "piece-not-there",
    PublishedElsewhere = "published-elsewhere",
    RecordChanged = "record-changed",
    RecordOver = "record-over",
    SecondPerson = "second-person",
    Undoing = "undoing",
    UndoneAlready = "undone-already",
}

/// What is said under a code (`rulebook/refusals/refusals.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusalText {
    /// The code.
    pub code: RefusalCode,
    /// The sentence: what is not done, and why; with places `{name}`.
    pub text: String,
    /// What to do instead; with places as well. Empty where the sentence says all.
    #[serde(default)]
    pub remedy: String,
    /// The article it rests on, where it is one of law.
    #[serde(default)]
    pub basis: Option<Basis>,
}

/// A refusal, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code.
    pub code: RefusalCode,
    /// What is not done, and why (Chinese).
    pub message: String,
    /// The article, cited (Chinese).
    pub basis: Option<String>,
    /// The first day on which it may be done.
    pub until: Option<Date>,
    /// What to do (Chinese); empty where the message says all.
    pub remedy: String,
}

impl RefusalText {
    /// Fills the places. `cited` is the basis in words.
    #[must_use]
    pub fn filled(&self, places: &[(&str, &str)], cited: Option<String>) -> Refusal {
        Refusal {
            code: self.code,
            message: fill(&self.text, places),
            basis: cited,
            until: None,
            remedy: fill(&self.remedy, places),
        }
    }
}

/// Fills each place once, from left to right: what fills one is not looked at for places.
fn fill(text: &str, places: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((place, tail)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        let value = places.iter().find(|(name, _)| *name == place);
        debug_assert!(value.is_some(), "nothing fills {{{place}}} in: {text}");
        out.push_str(value.map_or("", |(_, value)| value));
        rest = tail;
    }
    out + rest
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.message, self.remedy)?;
        if let Some(until) = self.until {
            write!(f, "{until}起可以办理。")?;
        }
        match &self.basis {
            Some(basis) => write!(f, "依据：{basis}。"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_filled_once_and_the_sentence_ends_with_day_and_article() {
        let text = RefusalText {
            code: RefusalCode::RecordOver,
            text: "记录“{id}”已经结束。".to_owned(),
            remedy: "请核对{id}。".to_owned(),
            basis: None,
        };
        let refusal = Refusal {
            until: Some(jiff::civil::date(2026, 12, 1)),
            ..text.filled(&[("id", "{id}")], Some("《某办法》第一条".to_owned()))
        };
        assert_eq!(
            refusal.to_string(),
            "记录“{id}”已经结束。请核对{id}。2026-12-01起可以办理。依据：《某办法》第一条。"
        );
    }
}
