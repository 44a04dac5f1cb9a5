//! Use cases: authorise, load, decide, write with its audit entry in one transaction.

pub mod view;
