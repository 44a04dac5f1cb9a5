//! Auditors (审计、上级评估): they look by a letter, within its scope and its days, and change nothing.

mod letter;
mod sample;

pub use letter::{LetterLine, NewLetter, end, enter, letters};
pub use sample::{Draw, MOST, SampleRow, Sampled, draw, items, table};
