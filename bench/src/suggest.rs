//! What is suggested for a mistyped name: a made test over a register of made names, seeded.

use crate::{
    measure::percentiles,
    store::{Done, load_names, name, own_characters, pick, scatter},
};
use jiff::{Timestamp, civil::date};
use std::{collections::HashMap, path::Path, time::Instant};
use xinheng_app::{Actor, Deployment, Place, site};
use xinheng_rulebook::Rulebook;
use xinheng_store::Db;

/// Cases of the made test.
const CASES: u32 = 10_000;
/// What names end with; as in the rulebook's list.
const FORMS: [&str; 6] = [
    "股份有限公司",
    "有限责任公司",
    "有限公司",
    "合作社",
    "经营部",
    "商行",
];

/// How people shorten them.
const SHORTER: [(&str, &[&str]); 3] = [
    ("股份有限公司", &["有限公司", "股份公司", "公司"]),
    ("有限责任公司", &["有限公司", "公司"]),
    ("有限公司", &["公司"]),
];

/// What was done to a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slip {
    Substitution,
    Deletion,
    Insertion,
    LookAlike,
    MissingForm,
    ShortForm,
    Absent,
}

const SLIPS: [Slip; 7] = [
    Slip::Substitution,
    Slip::Deletion,
    Slip::Insertion,
    Slip::LookAlike,
    Slip::MissingForm,
    Slip::ShortForm,
    Slip::Absent,
];

/// Loads `count` names into SQLite, or into the PostgreSQL named in `XINHENG_TEST_POSTGRES`, and
/// asks for mistyped ones as the page does.
///
/// # Errors
/// Whatever the database says.
pub fn run(count: u32) -> Done {
    let folder = std::env::temp_dir().join(format!("xinheng-bench-suggest-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let outcome = measured(count, &folder);
    std::fs::remove_dir_all(&folder)?;
    outcome
}

fn measured(count: u32, folder: &Path) -> Done {
    println!("== suggestions among {count} names, {CASES} made cases");
    let place = Place {
        data: Some(folder.to_owned()),
        database: None,
        ..Place::default()
    };
    on(&place, count)?;
    if let Ok(address) = std::env::var("XINHENG_TEST_POSTGRES") {
        println!("== the same on PostgreSQL");
        let mut client = postgres::Client::connect(&address, postgres::NoTls)?;
        client.batch_execute("DROP SCHEMA IF EXISTS suggest CASCADE; CREATE SCHEMA suggest")?;
        let place = Place {
            data: None,
            database: Some(format!("{address}&options=-c%20search_path%3Dsuggest")),
            ..Place::default()
        };
        on(&place, count)?;
        client.batch_execute("DROP SCHEMA suggest CASCADE")?;
    }
    Ok(())
}

fn on(place: &Place, count: u32) -> Done {
    let deployment = Deployment::create(place, Timestamp::from_second(1_767_571_200)?)?;
    load_names(&Db::open(&place.location()?)?, count)?;
    let ctx = deployment.ctx(Actor::Public, xinheng_app::noon(date(2026, 1, 6))?);
    let alike = alike(deployment.rulebook());
    let (mut times, mut all) = (Vec::new(), Vec::new());
    let mut right = [(0_u32, 0_u32); SLIPS.len()];
    let mut of_slip = SLIPS.map(|_| Vec::new());
    let mut wrong = Vec::new();
    for case in 0..CASES {
        let Some((slip, meant, typed)) = made(case, count, &alike) else {
            continue;
        };
        let begin = Instant::now();
        let answer = site::search(&ctx, &typed, 20)?;
        let time = begin.elapsed().as_secs_f64() * 1e3;
        all.push(time);
        if answer.hits.is_empty() {
            times.push(time);
        }
        let first = answer.hits.iter().chain(&answer.suggestions).next();
        let found = first.map(|hit| hit.matched_name.as_str());
        let good = found == meant.as_deref();
        let at = SLIPS.iter().position(|s| *s == slip).unwrap_or(0);
        right[at].0 += u32::from(good);
        right[at].1 += 1;
        of_slip[at].push(time);
        if !good && wrong.len() < 12 {
            wrong.push(format!("{slip:?}: {typed} for {meant:?} gave {found:?}"));
        }
    }
    percentiles("search, mistyped or not (ms)", &mut all);
    percentiles("  of these with no hit, so suggested (ms)", &mut times);
    for ((slip, (good, of)), mut times) in SLIPS.iter().zip(right).zip(of_slip) {
        percentiles(
            &format!("  {slip:?}, {good} of {of} right first (ms)"),
            &mut times,
        );
    }
    let good: u32 = right.iter().map(|(good, _)| good).sum();
    let of: u32 = right.iter().map(|(_, of)| of).sum();
    println!(
        "right first: {:.2} % of {of}",
        f64::from(good) / f64::from(of) * 100.0
    );
    for line in wrong {
        println!("  {line}");
    }
    Ok(())
}

/// For each character the others of its group.
fn alike(book: &Rulebook) -> HashMap<char, Vec<char>> {
    let mut alike = HashMap::new();
    for entry in book
        .code_list("look-alike")
        .map_or(&[][..], |list| &list.entries)
    {
        let group: Vec<char> = std::iter::once(&entry.title)
            .chain(&entry.aliases)
            .flat_map(|text| text.chars())
            .collect();
        for c in &group {
            let others = group.iter().filter(|other| *other != c).copied().collect();
            alike.insert(*c, others);
        }
    }
    alike
}

/// A case: what was done, the name that is meant, and what is typed. `None` where the name drawn
/// has nothing of the kind.
fn made(
    case: u32,
    count: u32,
    alike: &HashMap<char, Vec<char>>,
) -> Option<(Slip, Option<String>, String)> {
    let slip = SLIPS[case as usize % SLIPS.len()];
    let n = u64::from(case) * 7 + 1_000_000_007;
    if slip == Slip::Absent {
        return Some((slip, None, absent(case, count)));
    }
    // The first of some names that has what is wanted.
    (0..50).find_map(|again| {
        let number = scatter(n + again) % u64::from(count);
        let meant = name(u32::try_from(number).ok()?);
        let mut chars: Vec<char> = meant.chars().collect();
        let at = usize::try_from(scatter(n + 100)).ok()? % chars.len();
        let other = char::from_u32(0x4e00 + u32::try_from(scatter(n + 200) % 3_000).ok()?)?;
        match slip {
            Slip::Substitution if chars[at] != other => chars[at] = other,
            Slip::Deletion => drop(chars.remove(at)),
            Slip::Insertion => chars.insert(at, other),
            Slip::LookAlike => {
                let places: Vec<usize> = (0..chars.len())
                    .filter(|at| alike.contains_key(&chars[*at]))
                    .collect();
                if places.is_empty() {
                    return None;
                }
                let at = pick(&places, n + 300);
                chars[at] = pick(&alike[&chars[at]], n + 400);
            }
            Slip::MissingForm => {
                let form = FORMS.iter().find(|form| meant.ends_with(*form))?;
                chars.truncate(chars.len() - form.chars().count());
            }
            Slip::ShortForm => {
                let (form, shorter) = SHORTER.iter().find(|(form, _)| meant.ends_with(form))?;
                chars.truncate(chars.len() - form.chars().count());
                chars.extend(pick(shorter, n + 500).chars());
            }
            Slip::Substitution | Slip::Absent => return None,
        }
        Some((slip, Some(meant), chars.into_iter().collect()))
    })
}

/// A name that nobody bears, nor one with a slip: its four own characters are drawn anew.
fn absent(case: u32, count: u32) -> String {
    let mut number = count + case * 50;
    while own_characters(number) < 4 {
        number += 1;
    }
    name(number)
}
