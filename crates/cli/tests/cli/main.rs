//! The binary as its users run it. One test program, so that it is linked once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may end at the first surprise"
)]

mod accounts;
mod bad_input;
mod contract;
mod copying;
mod forward;
mod help;
mod kernel;
mod landing;
mod operating;
mod own_rules;
mod people;
mod told;
mod traces;
mod watching;
mod workbooks;
mod world;
