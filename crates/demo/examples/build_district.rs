//! Builds the district in a folder and prints its landmarks as JSON: for measuring, and for
//! whoever wants the numbers without the command line.
//! `cargo run --release -p xinheng-demo --example build_district -- FOLDER [DAY] [small]`
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]

use std::error::Error;
use xinheng_app::Place;
use xinheng_demo::{Size, build};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("FOLDER [DAY] [small]")?;
    let today = arguments
        .next()
        .map_or(Ok(jiff::civil::date(2026, 11, 22)), |d| d.parse())?;
    let size = if arguments.next().is_some() {
        Size::Small
    } else {
        Size::Full
    };
    let place = Place {
        data: Some(folder.into()),
        database: None,
        ..Place::default()
    };
    let started = std::time::Instant::now();
    let built = build(&place, today, size, &mut |_| ())?;
    eprintln!(
        "{:?}: {} departments, {} organisations, {} files, {} decided, {:?}",
        started.elapsed(),
        built.departments,
        built.organisations,
        built.files,
        built.decided,
        built.counters
    );
    println!("{}", serde_json::to_string_pretty(&built.landmarks)?);
    Ok(())
}
