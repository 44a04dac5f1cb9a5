//! An invented district and five years of its departments' files, for trying and testing.
//!
//! 衡川市信衡区 does not exist: no province has the digits 99, so none of its codes can be that of
//! a real organisation, and no identity number in it can be that of a person. [`Demo::new`] gives
//! the district's own files in the order in which they came in; nothing here reaches into the
//! product by a side door.

mod build;
mod cases;
mod cast;
mod columns;
mod draft;
mod event;
mod history;
mod landmark;
mod organisation;
mod people;
mod person;
mod random;
mod register;
mod row;
mod scene;
mod season;
mod sheet;
mod tables;

pub use build::{BuildError, Built, Progress, build, day_at};
pub use event::{Batch, Demo, Event, EventKind};
pub use landmark::Landmark;
pub use row::NaturalKey;
pub use sheet::Lookup;

/// The district's division code. The first two digits belong to no province.
pub const DIVISION: &str = "990102";

/// The district's own rule files, by path below a deployment's `rulebook/`: its division code, and
/// thresholds of fines for some departments, so that there are penalties to look at while others
/// wait for an officer.
pub const RULEBOOK: &[(&str, &str)] = &[
    (
        "sources/demo.toml",
        include_str!("../rulebook/sources/demo.toml"),
    ),
    (
        "codes/divisions.txt",
        include_str!("../rulebook/codes/divisions.txt"),
    ),
    (
        "publicity/penalty-demo-order-36.toml",
        include_str!("../rulebook/publicity/penalty-demo-order-36.toml"),
    ),
    (
        "publicity/penalty-demo-notice-527.toml",
        include_str!("../rulebook/publicity/penalty-demo-notice-527.toml"),
    ),
];

/// How much is invented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// About 150 organisations and 600 records: for browser tests.
    Small,
    /// About 3,000 organisations and 12,000 records: for a look around.
    Full,
}

impl Size {
    const fn organisations(self) -> usize {
        match self {
            Self::Small => 200,
            Self::Full => 3_000,
        }
    }

    const fn records(self) -> usize {
        match self {
            Self::Small => 600,
            Self::Full => 12_300,
        }
    }
}

/// What can go wrong: our own data files contradict the code.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A data file or the cast has a fault.
    #[error("演示数据有误：{0}")]
    Data(String),
}
