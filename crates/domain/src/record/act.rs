//! Acts: what people do about a record. They are added, never changed, and copy no content.

use super::{EndKind, Ended, RecordId};
use crate::calendar::civil_day;
use jiff::Timestamp;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordActKind {
    /// The class that the unit which made the decision has stated (I5).
    Class,
    /// Withheld at once by one person (I11).
    Withhold,
    /// A withheld record is shown again.
    Release,
    /// A second person confirms: the publication was wrong.
    Withdraw,
    /// A second person confirms: the decision was annulled.
    Annul,
    /// A second person confirms: the decision was changed.
    Change,
    /// The determining unit has granted repair: publicity ends.
    Repair,
    /// A repair was revoked: the record is shown again.
    Restore,
}

impl RecordActKind {
    const ALL: [Self; 8] = [
        Self::Class,
        Self::Withhold,
        Self::Release,
        Self::Withdraw,
        Self::Annul,
        Self::Change,
        Self::Repair,
        Self::Restore,
    ];

    /// Id in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Withhold => "withhold",
            Self::Release => "release",
            Self::Withdraw => "withdraw",
            Self::Annul => "annul",
            Self::Change => "change",
            Self::Repair => "repair",
            Self::Restore => "restore",
        }
    }

    /// The kind with this id.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// What the record is after it: over in some way (`Some(Some(…))`), not over (`Some(None)`),
    /// or as before (`None`).
    const fn end(self) -> Option<Option<EndKind>> {
        match self {
            Self::Class => None,
            Self::Release | Self::Restore => Some(None),
            Self::Repair => Some(Some(EndKind::Repaired)),
            Self::Withhold => Some(Some(EndKind::Withheld)),
            Self::Withdraw => Some(Some(EndKind::Withdrawn)),
            Self::Annul => Some(Some(EndKind::Annulled)),
            Self::Change => Some(Some(EndKind::Changed)),
        }
    }
}

/// An act about a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordAct {
    /// Which record.
    pub record_id: RecordId,
    /// What.
    pub kind: RecordActKind,
    /// The class stated, for [`RecordActKind::Class`].
    pub class: Option<String>,
    /// Digest of the facts the class rests on, for [`RecordActKind::Class`]: it counts for versions
    /// with these facts and for no other.
    pub facts: Option<String>,
    /// Grounds, in the words of whoever acted.
    pub grounds: String,
    /// Who.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

/// What acts say of one version of a record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing<'a> {
    /// The class stated for the facts of this version.
    pub class: Option<&'a str>,
    /// How the record is over.
    pub ended: Option<Ended>,
}

/// What acts look at in a version.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// Digest of the facts a class rests on.
    pub facts: &'a str,
    /// When the version came, where its row states a class itself.
    pub states_class: Option<Timestamp>,
}

/// What `acts`, in the order in which they were done, say of a version.
///
/// The latest word counts, the row's own among them: a class recorded before a row that states one
/// is overtaken by it, be it the same. What the version's own row says of its end (`own`) stands whatever
/// acts say: the decision is no more, or the record was replaced.
#[must_use]
pub fn standing<'a>(acts: &'a [RecordAct], said: Said<'_>, own: Option<Ended>) -> Standing<'a> {
    let class = acts
        .iter()
        .rev()
        .find(|act| act.kind == RecordActKind::Class && act.facts.as_deref() == Some(said.facts))
        .filter(|act| said.states_class.is_none_or(|came| came <= act.at))
        .and_then(|act| act.class.as_deref());
    let by_acts = || {
        let mut latest = acts.iter().rev();
        let (kind, act) = latest.find_map(|act| Some((act.kind.end()?, act)))?;
        Some(Ended {
            kind: kind?,
            on: civil_day(act.at),
            grounds: act.grounds.clone(),
            replaced_by: None,
        })
    };
    Standing {
        class,
        ended: own.or_else(by_acts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subject::SubjectKey;
    use jiff::civil::date;

    fn act(kind: RecordActKind, class: Option<(&str, &str)>, second: i64) -> RecordAct {
        RecordAct {
            record_id: RecordId::new(&SubjectKey("k".to_owned()), "0123456789abcdef"),
            kind,
            class: class.map(|(class, _)| class.to_owned()),
            facts: class.map(|(_, facts)| facts.to_owned()),
            grounds: format!("理由{second}"),
            actor: "operator:one".to_owned(),
            at: Timestamp::from_second(1_790_000_000 + second).unwrap_or_default(),
        }
    }

    /// A version whose row states no class.
    const fn silent(facts: &str) -> Said<'_> {
        Said {
            facts,
            states_class: None,
        }
    }

    #[test]
    fn a_row_that_states_a_class_overtakes_what_was_recorded_before() {
        let acts = [act(RecordActKind::Class, Some(("general", "a")), 5)];
        let came = |second: i64| Said {
            states_class: Timestamp::from_second(1_790_000_000 + second).ok(),
            ..silent("a")
        };
        assert_eq!(standing(&acts, came(4), None).class, Some("general"));
        assert_eq!(standing(&acts, came(6), None).class, None);
    }

    #[test]
    fn a_class_counts_for_the_facts_it_was_stated_for() {
        let acts = [
            act(RecordActKind::Class, Some(("general", "a")), 1),
            act(RecordActKind::Class, Some(("minor", "b")), 2),
            act(RecordActKind::Class, Some(("serious", "a")), 3),
        ];
        assert_eq!(standing(&acts, silent("a"), None).class, Some("serious"));
        assert_eq!(standing(&acts, silent("b"), None).class, Some("minor"));
        assert_eq!(standing(&acts, silent("c"), None).class, None);
        assert_eq!(standing(&[], silent("a"), None), Standing::default());
    }

    #[test]
    fn the_latest_word_on_the_end_counts() {
        let mut acts = vec![act(RecordActKind::Withhold, None, 1)];
        let end = |acts: &[RecordAct]| standing(acts, silent(""), None).ended.map(|e| e.kind);
        assert_eq!(end(&acts), Some(EndKind::Withheld));
        acts.push(act(RecordActKind::Class, Some(("general", "a")), 2));
        assert_eq!(end(&acts), Some(EndKind::Withheld));
        acts.push(act(RecordActKind::Release, None, 3));
        assert_eq!(end(&acts), None);
        for (kind, ended) in [
            (RecordActKind::Withdraw, EndKind::Withdrawn),
            (RecordActKind::Annul, EndKind::Annulled),
            (RecordActKind::Change, EndKind::Changed),
        ] {
            acts.push(act(kind, None, 4));
            assert_eq!(end(&acts), Some(ended));
        }
    }

    #[test]
    fn what_the_row_says_of_its_end_stands() {
        let own = Ended {
            kind: EndKind::Annulled,
            on: date(2026, 11, 2),
            grounds: "决定已依法撤销".to_owned(),
            replaced_by: None,
        };
        let acts = [act(RecordActKind::Release, None, 1)];
        assert_eq!(
            standing(&acts, silent(""), Some(own.clone())).ended,
            Some(own)
        );
    }

    #[test]
    fn kinds_have_ids() {
        for kind in RecordActKind::ALL {
            assert_eq!(RecordActKind::parse(kind.as_str()), Some(kind));
        }
        for kind in EndKind::ALL {
            assert_eq!(EndKind::parse(kind.as_str()), Some(kind));
        }
    }
}
