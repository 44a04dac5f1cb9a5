//! Every number and every date of the rulebook is held by a law case: moved by one step, at
//! least one case breaks. A value that no case holds could be wrong without anybody noticing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // A test ends by failing.

use jiff::{Timestamp, ToSpan, civil::Date};
use xinheng_rulebook::{
    Rulebook,
    files::{self, RawFile},
    law::{self, LawCase},
};

/// Values without any effect that a day's step could change, each with the reason.
const WITHOUT_EFFECT: &[(&str, &str)] = &[
    // 1 May 2016 was a Sunday after a Saturday: off either way.
    ("calendars/2016.toml", "edition[0].off[3].from"),
    // Known before the first calendar year on record: nothing could be asked of it until 2015.
    ("calendars/provisional.toml", "rule[0].known_from"),
    // The first year asked provisionally is 2017.
    ("calendars/provisional.toml", "rule[0].from_year"),
    // Between this rule and the older one only 2 May differs, a Saturday in 2026.
    ("calendars/provisional.toml", "rule[1].from_year"),
];

#[test]
fn moving_any_value_by_one_step_breaks_a_law_case() {
    let all = files::embedded();
    let book = Rulebook::from_files(&all).unwrap_or_else(|e| panic!("{e}"));
    let cases = law::cases(&all).unwrap();
    let ruled: Vec<&RawFile> = all
        .iter()
        .filter(|f| f.path.ends_with(".toml"))
        .filter(|f| !matches!(f.folder(), "tests" | "messages" | "refusals"))
        .collect();
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let next = std::sync::atomic::AtomicUsize::new(0);
    let (survivors, tried) = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..workers)
            .map(|_| {
                scope.spawn(|| {
                    let mut survivors = Vec::new();
                    let mut tried = 0;
                    while let Some(file) =
                        ruled.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
                    {
                        tried += mutate(&book, &cases, file, &mut survivors);
                    }
                    (survivors, tried)
                })
            })
            .collect();
        handles.into_iter().fold((Vec::new(), 0), |(mut s, n), h| {
            let (survivors, tried) = h.join().unwrap();
            s.extend(survivors);
            (s, n + tried)
        })
    });
    assert!(tried > 300, "only {tried} values were found");
    assert!(
        survivors.is_empty(),
        "{} of {tried} values are held by no law case:\n{}",
        survivors.len(),
        survivors.join("\n")
    );
}

/// Moves every value of one file; returns how many there were.
fn mutate(
    book: &Rulebook,
    cases: &[LawCase],
    file: &RawFile,
    survivors: &mut Vec<String>,
) -> usize {
    let table: toml::Table = toml::from_str(&file.text).unwrap();
    let root = toml::Value::Table(table);
    let mut places = Vec::new();
    find(&root, String::new(), &mut places);
    // The cases of the same year or subject first: they break soonest.
    let hint = file.name().trim_end_matches(".toml");
    let mut ordered: Vec<&LawCase> = cases.iter().collect();
    ordered.sort_by_key(|c| !(c.title.contains(hint) || c.source.contains(hint)));
    for place in &places {
        let exempt = WITHOUT_EFFECT
            .iter()
            .any(|(f, p)| *f == file.path && p == place);
        let mut broke = false;
        for step in [1, -1] {
            let mut moved = root.clone();
            shift(at(&mut moved, place), step);
            let file = RawFile {
                text: toml::to_string(&moved).unwrap(),
                ..file.clone()
            };
            // A calendar that no longer fits together is noticed too.
            broke = broke
                || book
                    .with_file(&file)
                    .map_or(true, |b| ordered.iter().any(|c| c.run(&b).is_err()));
        }
        if broke == exempt {
            let word = if exempt {
                "no longer without effect"
            } else {
                "held by no case"
            };
            survivors.push(format!("{} {place}: {word}", file.path));
        }
    }
    places.len()
}

/// Paths of all numbers and dates.
fn find(value: &toml::Value, path: String, into: &mut Vec<String>) {
    match value {
        toml::Value::Integer(_) => into.push(path),
        toml::Value::String(text) if moved(text, 1).is_some() => into.push(path),
        toml::Value::Array(list) => {
            for (i, v) in list.iter().enumerate() {
                find(v, format!("{path}[{i}]"), into);
            }
        }
        toml::Value::Table(table) => {
            for (key, v) in table {
                // An example shows a clerk what to write; no rule.
                if key != "example" {
                    let dot = if path.is_empty() { "" } else { "." };
                    find(v, format!("{path}{dot}{key}"), into);
                }
            }
        }
        _ => {}
    }
}

fn at<'a>(value: &'a mut toml::Value, path: &str) -> &'a mut toml::Value {
    let mut value = value;
    for part in path.replace('[', ".[").split('.') {
        value = match part.strip_prefix('[').and_then(|p| p.strip_suffix(']')) {
            Some(index) => &mut value.as_array_mut().unwrap()[index.parse::<usize>().unwrap()],
            None => value.as_table_mut().unwrap().get_mut(part).unwrap(),
        };
    }
    value
}

fn shift(value: &mut toml::Value, step: i64) {
    match value {
        toml::Value::Integer(n) => *n += step,
        toml::Value::String(text) => *text = moved(text, step).unwrap(),
        other => panic!("{other} cannot be moved"),
    }
}

/// A date, a moment or a day of any year, one day on or back.
fn moved(text: &str, step: i64) -> Option<String> {
    if let Ok(day) = text.parse::<Date>()
        && text.len() == 10
    {
        return Some(day.saturating_add(step.days()).to_string());
    }
    if text.len() == 25
        && let Ok(at) = text.parse::<Timestamp>()
    {
        return Some((at + (24 * step).hours()).to_string());
    }
    let day: Date = (text.len() == 5)
        .then(|| format!("2024-{text}"))?
        .parse()
        .ok()?;
    let day = day.saturating_add(step.days());
    Some(format!("{:02}-{:02}", day.month(), day.day()))
}
