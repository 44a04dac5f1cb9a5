//! Benchmarks: figures are read as ratios against a baseline of the same run.
#![allow(
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a tool that prints figures"
)]

mod measure;
mod store;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_else(|| "all".to_owned());
    let count = arguments.next().map_or(Ok(1_000_000), |n| n.parse())?;
    match what.as_str() {
        "store" | "all" => store::run(count)?,
        other => return Err(format!("unknown benchmark: {other}").into()),
    }
    Ok(())
}
