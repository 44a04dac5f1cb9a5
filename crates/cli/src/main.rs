//! The one binary: reads the command line, calls one use case, prints its answer.

mod args;
mod commands;
mod output;
mod usage;

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    match args::Cli::try_parse() {
        Ok(cli) => commands::run(cli).unwrap_or_else(output::Failure::report),
        Err(error) => usage::report(&error),
    }
}
