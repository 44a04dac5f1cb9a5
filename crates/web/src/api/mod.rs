//! What the JSON interface under `/api/v1` shares: description, problems, shapes. Its addresses stand
//! with their nouns.

pub(crate) mod openapi;
pub(crate) mod problem;
pub(crate) mod schema;
