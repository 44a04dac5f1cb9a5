//! How loading a record and looking one up grow with what is there already: from a hundred
//! thousand records to ten million. Not a part of `all`: it takes a quarter of an hour and 20 GB
//! in the folder for temporary files.

use crate::store;
use std::{error::Error, process::Command};

type Done<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Records of each step.
const STEPS: [u32; 3] = [100_000, 1_000_000, 10_000_000];
/// Before the figures of a step, on its last line.
const MARK: &str = "per row and per look-up, µs:";

/// Runs every step in a process of its own, and prints how much more each costs than the first.
///
/// # Errors
/// Whatever the database says.
pub fn run() -> Done {
    let mut first = None;
    for rows in STEPS {
        println!("== {rows} records on SQLite");
        let mut command = Command::new(std::env::current_exe()?);
        let out = command.args(["large-step", &rows.to_string()]).output()?;
        let said = String::from_utf8_lossy(&out.stdout);
        print!("{said}");
        if !out.status.success() {
            return Err(String::from_utf8_lossy(&out.stderr).into());
        }
        let figures = said.lines().find_map(|line| line.strip_prefix(MARK));
        let figures = figures.ok_or("a step told no figures")?;
        let mut figures = figures.split_whitespace().map(str::parse::<f64>);
        let mut next = || figures.next().ok_or("a figure is missing");
        let (load, look) = (next()??, next()??);
        let (load_first, look_first) = *first.get_or_insert((load, look));
        println!(
            "  against {} records: load {:.2} ×, look-up {:.2} ×",
            STEPS[0],
            load / load_first,
            look / look_first
        );
    }
    Ok(())
}

/// One step.
///
/// # Errors
/// Whatever the database says.
pub fn step(rows: u32) -> Done {
    let (load, look) = store::grown(rows)?;
    println!("{MARK} {load:.2} {look:.2}");
    Ok(())
}
