//! Codes that a mistyped one may have been meant for.
//!
//! The check character shows every single slip, and nearly always which readings of it cannot be
//! right: of more than five hundred texts one slip away about twenty can be codes. So it is cheap
//! to ask which of them somebody bears, and hardly ever more than one does.

use super::{ALPHABET, CodeTables, LENGTH, is_usable};

/// A code one slip away from what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// The code.
    pub code: String,
    /// In what they differ.
    pub slip: Slip,
}

/// What was done to a code. Places are counted from 0, in the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slip {
    /// A character is another.
    Wrong {
        /// Where.
        at: usize,
        /// What was typed.
        typed: char,
        /// What stands in the code.
        meant: char,
    },
    /// This character and the next changed places.
    Exchanged {
        /// Where.
        at: usize,
    },
    /// A character of the code was left out.
    Missing {
        /// Where.
        at: usize,
        /// What stands in the code.
        meant: char,
    },
    /// Before this place there is a character that the code has not.
    Surplus {
        /// Where.
        at: usize,
        /// What was typed.
        typed: char,
    },
}

/// All codes one slip away from a text in capitals: a character wrong, or changed with its
/// neighbour, and of 17 or 19 characters one missing or too many. Only those whose check character
/// fits, or that are accepted although it does not.
#[must_use]
pub fn one_slip_away(text: &str, tables: &CodeTables) -> Vec<Near> {
    let typed = text.as_bytes();
    let mut near = Vec::new();
    if !typed.is_ascii() {
        return near;
    }
    match typed.len() {
        LENGTH => {
            for at in 0..LENGTH {
                replaced(typed, at, &mut |code, typed, meant| {
                    let slip = Slip::Wrong { at, typed, meant };
                    keep(code, slip, tables, &mut near);
                });
                let mut code = typed.to_vec();
                if at + 1 < LENGTH {
                    code.swap(at, at + 1);
                    keep(&code, Slip::Exchanged { at }, tables, &mut near);
                }
            }
            near.retain(|other| other.code != text);
        }
        n if n + 1 == LENGTH => {
            for at in 0..LENGTH {
                let mut longer = typed.to_vec();
                longer.insert(at, b' ');
                replaced(&longer, at, &mut |code, _, meant| {
                    keep(code, Slip::Missing { at, meant }, tables, &mut near);
                });
            }
        }
        n if n == LENGTH + 1 => {
            for at in 0..n {
                let mut code = typed.to_vec();
                let typed = char::from(code.remove(at));
                keep(&code, Slip::Surplus { at, typed }, tables, &mut near);
            }
        }
        _ => {}
    }
    near
}

/// The text with each character of a code at this place; and which stood and stands there.
fn replaced(text: &[u8], at: usize, each: &mut impl FnMut(&[u8], char, char)) {
    let mut code = text.to_vec();
    let Some(before) = text.get(at).copied() else {
        return;
    };
    for &meant in ALPHABET {
        if let Some(place) = code.get_mut(at) {
            *place = meant;
        }
        each(&code, char::from(before), char::from(meant));
    }
}

fn keep(code: &[u8], slip: Slip, tables: &CodeTables, near: &mut Vec<Near>) {
    let accepted = || {
        let is = |exception: &[u8; LENGTH]| exception.as_slice().cmp(code);
        tables.exceptions.binary_search_by(is).is_ok()
    };
    if !is_usable(code) && !accepted() {
        return;
    }
    let code: String = code.iter().copied().map(char::from).collect();
    // Of two equal neighbours either one may be the one too many.
    if near.iter().all(|other| other.code != code) {
        near.push(Near { code, slip });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;
    use crate::code::assemble;
    use proptest::prelude::*;

    fn near(text: &str) -> Vec<Near> {
        one_slip_away(text, &CodeTables::default())
    }

    fn code() -> impl Strategy<Value = String> {
        ("(91|92|11|N2)", "99[0-9]{4}", "[0-9A-HJ-NPQRTUWXY]{8}")
            .prop_map(|(pair, division, serial)| assemble(&pair, &division, &serial).unwrap())
    }

    #[test]
    fn each_slip_is_told() {
        let good = assemble("91", "990101", "MA7XWK4B").unwrap();
        let slips = |text: &str| {
            let all = near(text);
            let one: Vec<_> = all.into_iter().filter(|n| n.code == good).collect();
            assert_eq!(one.len(), 1, "{text}");
            one[0].slip
        };
        let (at, typed, meant) = (10, 'V', '7');
        let wrong = format!("{}V{}", &good[..10], &good[11..]);
        assert_eq!(slips(&wrong), Slip::Wrong { at, typed, meant });
        let exchanged = format!("{}7A{}", &good[..9], &good[11..]);
        assert_eq!(slips(&exchanged), Slip::Exchanged { at: 9 });
        let missing = format!("{}{}", &good[..10], &good[11..]);
        assert_eq!(slips(&missing), Slip::Missing { at, meant });
        let surplus = format!("{}V{}", &good[..10], &good[10..]);
        assert_eq!(slips(&surplus), Slip::Surplus { at, typed });
    }

    #[test]
    fn an_accepted_code_is_near_although_its_check_does_not_fit() {
        let good = assemble("91", "990101", "MA7XWK4B").unwrap();
        let other = if good.ends_with('0') { '1' } else { '0' };
        let accepted = format!("{}{other}", &good[..17]);
        let tables = CodeTables::new(["91"], [990_101], [&accepted]).unwrap();
        let found = one_slip_away(&good, &tables);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].code, accepted);
    }

    #[test]
    fn what_is_no_code_is_near_none() {
        for text in ["", "91", "青禾食品", "甲乙丙丁戊己", "91990101MA7XWK4B0A91"] {
            assert_eq!(near(text), [], "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_one_slip_does_the_code_is_among_few(
            code in code(), at in 0_usize..18, kind in 0..4, other in "[0-9A-Z]",
        ) {
            let mut typed = code.clone();
            match kind {
                0 => typed.replace_range(at..=at, &other),
                1 => typed.insert_str(at, &other),
                2 => { typed.remove(at); }
                _ => if at > 0 {
                    let (one, two) = (typed.remove(at - 1), at - 1);
                    typed.insert(two + 1, one);
                },
            }
            let found = near(&typed);
            prop_assert!(typed == code || found.iter().any(|n| n.code == code), "{typed}");
            prop_assert!(found.len() <= 2 * LENGTH);
            prop_assert!(found.iter().all(|n| is_usable(n.code.as_bytes())));
        }

        /// The arithmetic shows every single slip: who typed a code that fits did not mean
        /// another that is one slip away.
        #[test]
        fn no_two_codes_that_fit_are_one_slip_apart(code in code()) {
            prop_assert_eq!(near(&code), []);
        }
    }
}
