//! How near a mistyped or scanned name is to one that is registered.
//!
//! One slip is forgiven: a character that is wrong, missing, too many or changed with its
//! neighbour; or two that look alike. So is `公司` for `有限公司`, as everybody says it, also beside
//! a slip in a longer name. More than that is another name: two organisations may well differ in
//! two characters, and who asks for one that is not there shall not be shown others.

use std::collections::HashMap;

/// Which characters look alike, and what names end with.
#[derive(Debug, Clone, Default)]
pub struct Likeness {
    group: HashMap<char, usize>,
    /// The longest first.
    forms: Vec<Vec<char>>,
}

/// What a slip costs; a character that looks alike costs half.
const SLIP: u32 = 4;
const ALIKE: u32 = 2;
/// What it costs that a whole name begins later, or ends with another legal form.
const ELSE: u32 = 2;
/// What it costs that the legal form is shortened, or longer (`公司` for `有限公司`): nearer than
/// any other form, so that the cooperative of the same name comes after the company.
const SHORTENED: u32 = 1;
/// Characters before the legal form from which a whole name may hold a slip.
const WHOLE: usize = 4;
/// Characters from which a part of a name, or one with a shortened form, may hold a slip.
const PART: usize = 6;

impl Likeness {
    /// Groups of characters that look alike, and legal forms (`有限公司`), as in search keys.
    pub fn new<'a>(
        groups: impl IntoIterator<Item = impl IntoIterator<Item = char>>,
        forms: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let numbered = groups.into_iter().enumerate();
        let group = numbered
            .flat_map(|(number, group)| group.into_iter().map(move |c| (c, number)))
            .collect();
        let mut forms: Vec<Vec<char>> = forms.into_iter().map(|f| f.chars().collect()).collect();
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        Self { group, forms }
    }

    /// How far the name is from what was asked for, both as search keys: 0 where it holds it,
    /// 1 where its legal form is shortened, 2 for a character that looks alike, 4 for a slip, and
    /// the sum where a form is shortened beside a slip.
    /// `None` where it is another name.
    #[must_use]
    pub fn distance(&self, query: &str, name: &str) -> Option<u32> {
        let query: Vec<char> = query.chars().collect();
        let name: Vec<char> = name.chars().collect();
        let (asked, asked_form) = self.parted(&query);
        if asked_form.is_empty() {
            let most = match asked.len() {
                0..=2 => return None,
                PART.. => SLIP,
                _ => ALIKE,
            };
            return self.fits(asked, &name, true, most);
        }
        let most = match asked.len() {
            0 | 1 => return None,
            WHOLE.. => SLIP,
            _ => ALIKE,
        };
        let (own, own_form) = self.parted(&name);
        let form = form_cost(asked_form, own_form);
        let clipped = form == SHORTENED && asked_form.len() < own_form.len();
        let most_of_both = if clipped && asked.len() >= PART {
            most + SHORTENED
        } else {
            most
        };
        let before = most_of_both
            .checked_sub(form)
            .and_then(|most| self.fits(asked, own, false, most));
        // The slip may stand in the form itself, and what is left of it be another form.
        let whole = self.fits(&query, &name, false, most);
        before
            .map(|cost| cost + form)
            .into_iter()
            .chain(whole)
            .min()
    }

    /// A name before its legal form, and the form.
    fn parted<'n>(&self, name: &'n [char]) -> (&'n [char], &'n [char]) {
        let form = self.forms.iter().find(|form| name.ends_with(form));
        name.split_at(name.len() - form.map_or(0, Vec::len))
    }

    fn exchange(&self, a: char, b: char) -> u32 {
        let (one, other) = (self.group.get(&a), self.group.get(&b));
        match (a == b, one.is_some() && one == other) {
            (true, _) => 0,
            (_, true) => ALIKE,
            _ => SLIP,
        }
    }

    /// The cost of finding `query` in `name`, at most `most`. A part of a name may stand
    /// anywhere; a whole one ends where the name ends, and may lack its beginning (the place).
    fn fits(&self, query: &[char], name: &[char], part: bool, most: u32) -> Option<u32> {
        let start = |at: usize| if part || at == 0 { 0 } else { ELSE };
        // Rows of the table: the one before the last, the last, the present.
        let mut before: Vec<u32> = Vec::new();
        let mut last: Vec<u32> = (0..=name.len()).map(start).collect();
        for (i, asked) in query.iter().enumerate() {
            let mut row = vec![last.first().map_or(0, |cost| cost + SLIP)];
            for (j, own) in name.iter().enumerate() {
                let cell = |row: &[u32], at: usize| row.get(at).copied().unwrap_or(u32::MAX / 2);
                let mut cost = cell(&last, j) + self.exchange(*asked, *own);
                cost = cost.min(cell(&last, j + 1) + SLIP);
                cost = cost.min(cell(&row, j) + SLIP);
                let crossed = i > 0
                    && j > 0
                    && query.get(i - 1) == Some(own)
                    && name.get(j - 1) == Some(asked);
                if crossed {
                    cost = cost.min(cell(&before, j - 1) + SLIP);
                }
                row.push(cost);
            }
            if row.iter().all(|cost| *cost > most) {
                return None;
            }
            before = std::mem::replace(&mut last, row);
        }
        let cost = if part { last.iter().min() } else { last.last() };
        cost.copied().filter(|cost| *cost <= most)
    }
}

/// What it costs to write one legal form for another.
fn form_cost(asked: &[char], own: &[char]) -> u32 {
    let (short, long) = if asked.len() < own.len() {
        (asked, own)
    } else {
        (own, asked)
    };
    let mut rest = long.iter();
    let shortened = !short.is_empty() && short.iter().all(|c| rest.any(|other| other == c));
    match (asked == own, shortened) {
        (true, _) => 0,
        (_, true) => SHORTENED,
        _ => ELSE,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;
    use proptest::prelude::*;

    fn likeness() -> Likeness {
        let groups = ["青清", "禾木本", "末未"].map(str::chars);
        Likeness::new(groups, ["有限公司", "公司", "股份有限公司", "合作社"])
    }

    fn distance(query: &str, name: &str) -> Option<u32> {
        likeness().distance(query, name)
    }

    const NAME: &str = "衡川市青禾食品有限公司";

    #[test]
    fn one_slip_or_two_that_look_alike() {
        for (query, cost) in [
            (NAME, 0),
            ("衡川市清禾食品有限公司", 2),
            ("衡川市清木食品有限公司", 4),
            ("衡川市青石食品有限公司", 4),
            ("衡川市青食品有限公司", 4),
            ("衡川市青青禾食品有限公司", 4),
            ("衡川市禾青食品有限公司", 4),
            ("衡川市青石食品", 4),
            ("衡川市青禾食品股份有限公司", 1),
            ("衡川市青禾食口", 4),
            ("清禾食品", 2),
            ("川市青禾食品有限公司", 2),
            ("衡川市青禾食品有限公同", 4),
        ] {
            assert_eq!(distance(query, NAME), Some(cost), "{query}");
        }
        let shares = "衡川市青禾食品股份有限公司";
        assert_eq!(distance("衡川市青禾食品股分有限公司", shares), Some(4));
        assert_eq!(distance("衡川市青禾食品股有限公司", shares), Some(4));
        assert_eq!(distance("衡川市青禾食品股嚦份有限公司", shares), Some(4));
        // A form that is mistyped together with the name is too much.
        for query in [
            "衡川市青石食口有限公司",
            "衡川市山石食品有限公司",
            "衡川市清石食品有限公司",
            "衡川市青石食品股份有限公司",
            "山禾食品",
            "有限公司",
            "青",
            "",
        ] {
            assert_eq!(distance(query, NAME), None, "{query}");
        }
    }

    #[test]
    fn a_short_name_may_not_change_half() {
        assert_eq!(distance("青石有限公司", "青禾有限公司"), None);
        assert_eq!(distance("清禾有限公司", "青禾有限公司"), Some(2));
        assert_eq!(distance("未来有限公司", "末来有限公司"), Some(2));
    }

    #[test]
    fn a_shortened_legal_form_is_nearer_than_another() {
        for (query, cost) in [
            ("衡川市青禾食品公司", Some(1)),
            ("衡川市清禾食品公司", Some(3)),
            ("青禾食品公司", Some(3)),
            ("衡川市青禾食品合作社", Some(2)),
            ("衡川市青石食品公司", Some(5)),
            ("衡川市清木食品公司", Some(5)),
            // Two slips, or one in what is short.
            ("衡川市青石食口公司", None),
            ("青石食品公司", None),
            // The fuller form is no shortening.
            ("衡川市青石食品股份有限公司", None),
            ("食品公司", None),
            ("公司", None),
        ] {
            assert_eq!(distance(query, NAME), cost, "{query}");
        }
        assert_eq!(distance("青禾公司", "青禾有限公司"), Some(1));
        let longer = "衡川市青禾食品股份有限公司";
        assert_eq!(distance(longer, "衡川市青禾食品公司"), Some(1));
    }

    /// The plain table, without bounds, on short words.
    fn plain(likeness: &Likeness, a: &[char], b: &[char]) -> u32 {
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = match (i, j) {
                    (0, 0) => 0,
                    (0, j) => u32::try_from(j).unwrap() * SLIP,
                    (i, 0) => u32::try_from(i).unwrap() * SLIP,
                    (i, j) => {
                        let mut cost = table[i - 1][j - 1] + likeness.exchange(a[i - 1], b[j - 1]);
                        cost = cost.min(table[i - 1][j] + SLIP).min(table[i][j - 1] + SLIP);
                        if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                            cost = cost.min(table[i - 2][j - 2] + SLIP);
                        }
                        cost
                    }
                };
            }
        }
        table[a.len()][b.len()]
    }

    proptest! {
        /// A part of a name costs what its nearest piece costs.
        #[test]
        fn the_bounded_table_is_the_plain_one(
            query in "[青清禾木甲乙]{6,8}", name in "[青清禾木甲乙]{0,10}",
        ) {
            let likeness = likeness();
            let (a, b): (Vec<char>, Vec<char>) = (query.chars().collect(), name.chars().collect());
            let pieces = (0..=b.len()).flat_map(|from| (from..=b.len()).map(move |to| (from, to)));
            let nearest = pieces.map(|(from, to)| plain(&likeness, &a, &b[from..to])).min().unwrap();
            prop_assert_eq!(likeness.distance(&query, &name), (nearest <= SLIP).then_some(nearest));
        }

        /// Whatever one slip does to a name, it is found, and never more is asked than a slip.
        #[test]
        fn one_slip_is_always_forgiven(
            stem in "[甲乙丙丁戊己]{5,12}", at in 0_usize..12, kind in 0..4, other in "[子丑青]",
            form in "(有限|)公司",
        ) {
            let name = format!("{stem}有限公司");
            let mut chars: Vec<char> = stem.chars().collect();
            // One character may be missing.
            let form = if chars.len() > PART { &form } else { "有限公司" };
            let at = at % chars.len();
            let other = other.chars().next().unwrap();
            match kind {
                0 => chars[at] = other,
                1 => { chars.remove(at); }
                2 => chars.insert(at, other),
                _ => if at > 0 { chars.swap(at - 1, at) },
            }
            let typed: String = chars.into_iter().chain(form.chars()).collect();
            let found = likeness().distance(&typed, &name);
            prop_assert!(found.is_some_and(|cost| cost <= SLIP + SHORTENED), "{typed}: {found:?}");
        }

        /// A name that shares no character is never near, whatever it ends with.
        #[test]
        fn another_name_is_not_near(
            one in "[甲乙丙丁戊己]{2,9}", other in "[子丑寅卯辰]{2,9}", form in "(有限公司|合作社|)",
        ) {
            prop_assert_eq!(distance(&format!("{one}{form}"), &format!("{other}有限公司")), None);
        }
    }
}
