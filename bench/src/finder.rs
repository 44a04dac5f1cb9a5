//! Personal data in running text: nanoseconds a row, on one core.

use crate::{check::RULEBOOK, measure::Meter};
use std::{error::Error, hint::black_box, path::Path};
use xinheng_domain::finder::Context;
use xinheng_rulebook::Rulebook;

/// What decisions and permits say where nobody is named.
const ORDINARY: &str = include_str!("../../crates/domain/tests/data/personal/ordinary.txt");
/// The same with persons in them.
const PERSONS: &str = include_str!("../../crates/domain/tests/data/personal/fresh.jsonl");

/// Bytes of running text in a row.
const ROW: usize = 310;
const ROUNDS: u32 = 5_000;
/// How often a text full of suspects is read.
const LONG_ROUNDS: u32 = 50;

/// Measures both.
///
/// # Errors
/// The rulebook cannot be loaded; an ordinary text is read as somebody's data.
pub fn run() -> Result<(), Box<dyn Error + Send + Sync>> {
    println!("== the finder of personal data, one core");
    let rulebook = Rulebook::load(Some(Path::new(RULEBOOK)))?;
    let finder = rulebook.finder();
    for (what, texts) in [("ordinary text", ORDINARY), ("text with persons", PERSONS)] {
        let mut rows = vec![String::new()];
        for line in texts.lines() {
            if rows.last().is_some_and(|row| row.len() > ROW) {
                rows.push(String::new());
            }
            if let Some(row) = rows.last_mut() {
                row.push_str(line);
            }
        }
        let bytes: usize = rows.iter().map(String::len).sum();
        println!("{what}: {} bytes a row", bytes / rows.len());
        let mut meter = Meter::new("finder: rows read");
        let found = meter.run(|| {
            let mut found = 0;
            for _ in 0..ROUNDS {
                for row in &rows {
                    let reading = finder.read(black_box(row), &Context::default());
                    found += usize::from(!reading.spans.is_empty());
                }
            }
            found
        });
        let read = rows.len() as u64 * u64::from(ROUNDS);
        meter.report(read);
        #[allow(clippy::cast_precision_loss, reason = "a count of rows")]
        let nanoseconds = meter.used() * 1e9 / read as f64;
        println!("finder: {nanoseconds:.0} ns a row");
        if texts == ORDINARY && found > 0 {
            return Err(format!("{found} of {read} ordinary rows hold personal data").into());
        }
    }
    // Eight times the text, with eight times the suspects, should take eight times as long.
    let one = "经查，赵拟安、钱样禾于当日在该店从事经营，电话19900001234，住样例路12号。";
    let mut used = Vec::new();
    for times in [100, 800] {
        let text = one.repeat(times);
        let mut meter = Meter::new("finder: a text full of suspects");
        meter.run(|| {
            for _ in 0..LONG_ROUNDS {
                black_box(finder.read(black_box(&text), &Context::default()));
            }
        });
        used.push(meter.used());
    }
    if let [few, many] = used.as_slice() {
        println!(
            "finder: 8 times the suspects take {:.1} times as long",
            many / few
        );
    }
    Ok(())
}
