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
    Ok(())
}
