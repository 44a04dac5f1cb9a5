//! Departments that are no more, and who has come after them (机构合并、更名、分设). Records keep the
//! code under which they were reported; who answers for them is computed from this.

use std::collections::{BTreeMap, BTreeSet};

/// Who has come after whom, as of a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Succession {
    /// Department that is no more → those after it. One: merged or renamed; more: split.
    after: BTreeMap<String, BTreeSet<String>>,
    /// Of a split one: catalogue item → who answers for it.
    matters: BTreeMap<(String, String), String>,
}

impl Succession {
    /// From pairs of predecessor and successor, and what was assigned: predecessor, item, successor.
    #[must_use]
    pub fn new(
        steps: impl IntoIterator<Item = (String, String)>,
        matters: impl IntoIterator<Item = (String, String, String)>,
    ) -> Self {
        let mut after: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (predecessor, successor) in steps {
            after.entry(predecessor).or_default().insert(successor);
        }
        let matters = matters.into_iter();
        Self {
            after,
            matters: matters.map(|(from, item, to)| ((from, item), to)).collect(),
        }
    }

    /// Those right after a department; none as long as it stands.
    #[must_use]
    pub fn successors(&self, code: &str) -> Vec<&str> {
        let after = self.after.get(code).into_iter().flatten();
        after.map(String::as_str).collect()
    }

    /// Whether the department is no more.
    #[must_use]
    pub fn is_over(&self, code: &str) -> bool {
        self.after.contains_key(code)
    }

    /// Whether it was split.
    #[must_use]
    pub fn is_split(&self, code: &str) -> bool {
        self.after.get(code).is_some_and(|after| after.len() > 1)
    }

    /// To whom an item of a split department was assigned.
    #[must_use]
    pub fn assigned(&self, code: &str, item: &str) -> Option<&str> {
        let key = (code.to_owned(), item.to_owned());
        self.matters.get(&key).map(String::as_str)
    }

    /// Who answers today for what a department reported of an item: itself as long as it stands. After
    /// a split nobody does until it is assigned; what is of no one item is never.
    #[must_use]
    pub fn holder<'s>(&'s self, code: &'s str, item: Option<&str>) -> Option<&'s str> {
        let mut here = code;
        // No department comes after itself; what was written past the program leads nowhere.
        for _ in 0..=self.after.len() {
            let mut after = self.after.get(here).into_iter().flatten();
            here = match (after.next(), after.next()) {
                (None, _) => return Some(here),
                (Some(only), None) => only,
                (Some(_), Some(_)) => self.assigned(here, item?)?,
            };
        }
        None
    }

    /// All that came before a department, however far back.
    #[must_use]
    pub fn before(&self, code: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut open = vec![code.to_owned()];
        while let Some(here) = open.pop() {
            for (predecessor, after) in &self.after {
                if after.contains(&here) && predecessor != code && found.insert(predecessor.clone())
                {
                    open.push(predecessor.clone());
                }
            }
        }
        found
    }

    /// The departments whose records of an item it may change: itself, and those for which it answers.
    #[must_use]
    pub fn answers_for(&self, code: &str, item: Option<&str>) -> BTreeSet<String> {
        let mut all = self.before(code);
        all.retain(|before| self.holder(before, item) == Some(code));
        all.insert(code.to_owned());
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        let pairs = text.split(' ').filter_map(|pair| pair.split_once('>'));
        pairs.map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
    }

    #[test]
    fn one_successor_answers_for_everything_however_often_it_goes_on() {
        let all = Succession::new(pairs("a>b x>b b>c"), []);
        assert_eq!(all.holder("a", None), Some("c"));
        assert_eq!(all.holder("c", Some("penalty")), Some("c"));
        assert_eq!(all.before("c"), ["a", "b", "x"].map(str::to_owned).into());
        assert!(all.before("a").is_empty() && all.is_over("a") && !all.is_over("c"));
        assert_eq!(all.answers_for("c", None).len(), 4);
        assert_eq!(all.answers_for("b", None), ["b".to_owned()].into());
    }

    #[test]
    fn after_a_split_both_read_and_nobody_answers_before_it_is_assigned() {
        let split = "o>p p>a p>b";
        let all = Succession::new(pairs(split), []);
        assert_eq!(all.before("a"), ["o", "p"].map(str::to_owned).into());
        assert_eq!(all.before("a"), all.before("b"));
        assert_eq!(all.holder("p", Some("penalty")), None);
        assert_eq!(
            all.answers_for("a", Some("penalty")),
            ["a".to_owned()].into()
        );
        let assigned = ["p", "penalty", "a"].map(str::to_owned).into();
        let all = Succession::new(pairs(split), [assigned]);
        assert_eq!(all.holder("o", Some("penalty")), Some("a"));
        assert_eq!(all.holder("p", Some("permit")), None);
        assert_eq!(all.holder("p", None), None);
        assert_eq!(all.answers_for("a", Some("penalty")).len(), 3);
        assert_eq!(all.answers_for("b", Some("penalty")).len(), 1);
    }

    #[test]
    fn a_circle_leads_nowhere_and_ends() {
        let all = Succession::new(pairs("a>b b>a"), []);
        assert_eq!(all.holder("a", None), None);
        assert_eq!(all.before("a"), ["b".to_owned()].into());
    }
}
