//! The one binary: reads the command line, calls one use case, prints its answer.

mod account;
mod args;
mod commands;
mod log;
mod new_file;
mod output;
mod screen;
mod usage;

use clap::{CommandFactory as _, FromArgMatches as _};
use std::process::ExitCode;

/// Rows become many small strings, which it hands out in half the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let command = usage::chinese(args::Cli::command(), "xinheng");
    match command
        .try_get_matches()
        .and_then(|m| args::Cli::from_arg_matches(&m))
    {
        Ok(cli) => commands::run(cli).unwrap_or_else(output::Failure::report),
        Err(error) => usage::report(&error),
    }
}
