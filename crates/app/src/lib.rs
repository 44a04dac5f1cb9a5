//! Use cases: authorise, load, decide, write with its audit entry in one transaction.
//!
//! Folder or file = noun, function = verb. The page, the API and the command call the same one.

mod ctx;
mod error;
mod office;
pub mod view;

pub use ctx::{Action, Actor, Ctx, civil_day, noon};
pub use error::{AppError, AppResult};
pub use office::{District, Office, Place};
pub use xinheng_rulebook as rulebook;
