#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use super::*;

fn tables() -> CodeTables {
    CodeTables::new(
        ["91", "92", "11", "N2", "Y1"],
        [990_101, 350_203],
        ["91350203M0001QKT19"],
    )
    .unwrap()
}

fn verdict(code: &str) -> Verdict {
    check(code, &tables()).verdict
}

fn good() -> String {
    assemble("91", "990101", "MA7XWK4B").unwrap()
}

#[test]
fn assembled_codes_are_in_order() {
    for pair in ["91", "92", "N2", "Y1"] {
        let code = assemble(pair, "990101", "MA01ABCD").unwrap();
        assert_eq!(check(&code, &tables()).verdict, Verdict::Ok, "{code}");
        assert!(is_valid(code.as_bytes()));
    }
}

#[test]
fn outer_modulo_gives_zero_where_the_sum_is_a_multiple() {
    // The classic fault: 31 - 0 = 31 has no character.
    let mut seen = false;
    for n in 0..100 {
        let code = assemble("91", "990101", &format!("MA00{n:04}")).unwrap();
        seen |= code.ends_with('0');
        assert!(is_valid(code.as_bytes()), "{code}");
    }
    assert!(seen);
}

#[test]
fn the_filler_is_a_placeholder_and_an_error() {
    let answer = check(PLACEHOLDER, &tables());
    assert_eq!(answer.verdict, Verdict::Placeholder);
    assert_eq!(answer.severity, CodeSeverity::Error);
    assert_eq!(
        answer.also,
        [
            Verdict::BadCheck,
            Verdict::UnknownAuthorityPair,
            Verdict::UnknownDivision
        ]
    );
    assert!(!is_valid(PLACEHOLDER.as_bytes()));
}

#[test]
fn length_is_counted_in_characters() {
    assert_eq!(verdict(""), Verdict::BadLength);
    assert_eq!(verdict("990101000000000"), Verdict::BadLength);
    assert_eq!(verdict(&format!("{} ", good())), Verdict::BadLength);
    assert_eq!(
        verdict("９１９９０１０１ＭＡ７ＸＷＫ４Ｂ０Ａ"),
        Verdict::BadChar
    );
    let both = check("9199010１", &tables());
    assert_eq!(
        (both.verdict, both.also),
        (Verdict::BadLength, vec![Verdict::BadChar])
    );
}

#[test]
fn upper_casing_is_suggested_only_where_it_alone_mends() {
    let code = good();
    let answer = check(&code.to_lowercase(), &tables());
    assert_eq!(answer.verdict, Verdict::BadChar);
    assert_eq!(answer.suggestion.as_deref(), Some(code.as_str()));
    // A letter that the alphabet does not have, and a wrong check: nothing to suggest.
    assert_eq!(check(&code.replace('M', "i"), &tables()).suggestion, None);
    let mut wrong = code.clone().into_bytes();
    wrong[17] = if wrong[17] == b'1' { b'2' } else { b'1' };
    let wrong = String::from_utf8(wrong).unwrap().to_lowercase();
    assert_eq!(check(&wrong, &tables()).suggestion, None);
}

#[test]
fn a_letter_in_the_division_is_a_bad_character() {
    let answer = check("9199A101MA7XWK4B00", &tables());
    assert_eq!(answer.verdict, Verdict::BadChar);
}

#[test]
fn an_exception_in_the_register_is_accepted_and_still_told() {
    let answer = check("91350203M0001QKT19", &tables());
    assert_eq!(answer.verdict, Verdict::AcceptedException);
    assert_eq!(answer.severity, CodeSeverity::Ok);
    assert_eq!(answer.also, [Verdict::BadCheck]);
    let without = CodeTables::new(["91"], [350_203], [""; 0]).unwrap();
    assert_eq!(
        check("91350203M0001QKT19", &without).verdict,
        Verdict::BadCheck
    );
}

#[test]
fn a_wrong_inner_check_only_warns() {
    let mut first = *b"91990101MA7XWK4B0";
    first[16] = if good().as_bytes()[16] == b'0' {
        b'1'
    } else {
        b'0'
    };
    let mut code = first.to_vec();
    code.push(check_character(&first).unwrap());
    let answer = check(std::str::from_utf8(&code).unwrap(), &tables());
    assert_eq!(
        (answer.verdict, answer.severity),
        (Verdict::BadOrgCheck, CodeSeverity::Warn)
    );
    assert!(is_usable(&code) && !is_valid(&code));
}

#[test]
fn unknown_pair_and_division_warn_together() {
    let code = assemble("54", "990102", "MA7XWK4B").unwrap();
    let answer = check(&code, &tables());
    assert_eq!(answer.verdict, Verdict::UnknownAuthorityPair);
    assert_eq!(answer.severity, CodeSeverity::Warn);
    assert_eq!(answer.also, [Verdict::UnknownDivision]);
}

#[test]
fn organisation_codes() {
    use OrganisationCodeVerdict as O;
    let inner = organisation_check_character(b"MA7XWK4B").unwrap() as char;
    let code = format!("MA7XWK4B{inner}");
    assert_eq!(check_organisation_code(&code), O::Ok);
    assert_eq!(check_organisation_code(&format!("MA7XWK4B-{inner}")), O::Ok);
    assert_eq!(organisation_code_of(&good()), Some(code.as_str()));
    assert_eq!(check_organisation_code("MA7XWK4"), O::BadLength);
    assert_eq!(check_organisation_code("ma7xwk4b1"), O::BadChar);
    let wrong = if inner == '1' { '2' } else { '1' };
    assert_eq!(
        check_organisation_code(&format!("MA7XWK4B{wrong}")),
        O::BadCheck
    );
    assert_eq!(organisation_code_of("短"), None);
}

#[test]
fn tables_refuse_entries_of_another_form() {
    let none: [&str; 0] = [];
    assert!(CodeTables::new(["9"], [], none).is_err());
    assert!(CodeTables::new(none, [1_000_000], none).is_err());
    assert!(CodeTables::new(none, [], ["91"]).is_err());
    let full = CodeTables::new(none, [0, 999_999], none).unwrap();
    assert!(full.knows_division(0) && full.knows_division(999_999));
    assert!(!full.knows_division(1) && !full.knows_division(u32::MAX));
}

#[test]
fn look_alikes_are_read_where_the_code_then_fits() {
    let tables = CodeTables::new(["91"], [990_100], [""; 0]).unwrap();
    let sound =
        assemble("91", "990100", "MA0000I5").or_else(|| assemble("91", "990100", "MA000015"));
    let sound = sound.unwrap();
    let with = |at: usize, c: char| -> String {
        let put = |(i, old)| if i == at { c } else { old };
        sound.chars().enumerate().map(put).collect()
    };
    for (at, c) in [(4, 'O'), (4, 'D'), (6, 'О'), (8, 'М'), (9, 'Α'), (10, 'o')] {
        let (code, changed) = look_alike(&with(at, c), &tables).unwrap();
        assert_eq!(code, sound, "{c} {at}");
        assert!(changed.contains(&format!("第{}位", at + 1)), "{changed}");
    }
    // Nothing to read otherwise; a wrong check character; a check character that looks alike.
    assert_eq!(look_alike(&sound, &tables), None);
    let wrong = if sound.ends_with('1') { '2' } else { '1' };
    assert_eq!(look_alike(&with(17, wrong), &tables), None);
    for serial in 0..200 {
        let code = assemble("91", "990100", &format!("MA{serial:06}")).unwrap();
        if let Some(stem) = code.strip_suffix('0') {
            assert_eq!(look_alike(&format!("{stem}O"), &tables), None);
            return;
        }
    }
}
