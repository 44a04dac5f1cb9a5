//! The district's nouns as plain data and pure functions: no I/O, no clock, no randomness.
//!
//! A lawyer's sentence should be found here as a type or a test.

pub mod act;
pub mod amount;
pub mod basis;
pub mod batch;
pub mod calendar;
pub mod case;
pub mod catalogue;
pub mod cell_name;
pub mod code;
pub mod code_list;
pub mod compatibility;
pub mod condition;
pub mod date;
pub mod finder;
pub mod finding;
pub mod formula;
pub mod forward;
pub mod hex;
pub mod identity;
pub mod layout;
pub mod likeness;
pub mod message;
pub mod name;
pub mod permission;
pub mod publicity;
pub mod reading;
pub mod record;
pub mod redact;
pub mod refusal;
pub mod subject;
pub mod succession;
pub mod system;
pub mod text;
mod wording;
