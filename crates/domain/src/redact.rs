//! The names under which the rest of the tree asks the [finder](crate::finder) where it needs no
//! word of the rulebook.

pub use crate::finder::{
    Hit, Kind, Redacted, STRUCK, mask_identity_numbers, scan, unmask_identity_numbers,
};
