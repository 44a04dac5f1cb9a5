//! The JSON interface under `/api/v1`: the same use cases as the pages.

pub(crate) mod check;
pub(crate) mod openapi;
pub(crate) mod problem;
pub(crate) mod records;
pub(crate) mod reference;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod subjects;
