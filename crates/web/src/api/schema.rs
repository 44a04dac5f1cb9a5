//! Shapes that several nouns share.

use utoipa::ToSchema;

/// A moment, or a day, which means its end in Shanghai.
#[expect(dead_code, reason = "only describes: it is read in `visitor.rs`")]
#[derive(Debug, ToSchema)]
#[serde(untagged)]
pub enum KnownAt {
    /// A day.
    #[schema(value_type = String, format = Date)]
    Day(String),
    /// A moment.
    #[schema(value_type = String, format = DateTime)]
    Moment(String),
}
