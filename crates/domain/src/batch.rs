//! One file of one department under one catalogue item (归集批次).

use serde::{Deserialize, Serialize};

/// What became of the rows of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counters {
    /// Data records in the file.
    pub reported: u64,
    /// Rows that stayed out.
    pub refused: u64,
    /// Rows that went in with a warning.
    pub warned: u64,
    /// Natural-person rows: no records are made of them.
    pub set_aside: u64,
    /// Those of them that are kept apart, sealed.
    #[serde(default)]
    pub kept_apart: u64,
    /// Records seen for the first time.
    pub new: u64,
    /// Records that got another version.
    pub new_version: u64,
    /// Rows equal to what is known already.
    pub unchanged: u64,
    /// Records that took the place of another.
    pub replaced: u64,
    /// Subjects met for the first time, not yet in the register.
    pub provisional_subjects: u64,
    /// Records whose publicity class is not determined.
    pub held: u64,
}

impl std::ops::AddAssign for Counters {
    fn add_assign(&mut self, o: Self) {
        self.reported += o.reported;
        self.refused += o.refused;
        self.warned += o.warned;
        self.set_aside += o.set_aside;
        self.kept_apart += o.kept_apart;
        self.new += o.new;
        self.new_version += o.new_version;
        self.unchanged += o.unchanged;
        self.replaced += o.replaced;
        self.provisional_subjects += o.provisional_subjects;
        self.held += o.held;
    }
}
