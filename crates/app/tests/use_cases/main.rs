//! The use cases on SQLite in a folder of their own, on days of their own.
//!
//! Every file is written by the test with the columns of the 2018 standard. Organisations,
//! divisions, names and numbers are invented.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test may fail by panicking, and nobody reads its documentation"
)]

mod account;
mod acts;
mod agent;
mod ask;
mod auditor;
mod bad_input;
mod case;
mod copy;
mod department;
mod forward;
mod forward_desk;
mod handin;
mod intake;
mod invariants;
mod kernel;
mod letter;
mod merge;
mod mode;
mod ops;
mod person;
mod proof;
mod publicity;
mod record;
mod register;
mod replace;
mod roster;
mod rule_set;
mod site;
mod space;
mod suggest;
mod support;
mod watch;
mod wording;
