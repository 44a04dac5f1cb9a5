//! One handler per page: read the address, call the use case, lay the answer out.

pub(crate) mod about;
pub(crate) mod catalogue;
pub(crate) mod check;
pub(crate) mod department;
pub(crate) mod dossier;
pub(crate) mod health;
pub(crate) mod help;
pub(crate) mod home;
pub(crate) mod list;
pub(crate) mod record;
pub(crate) mod rules;
pub(crate) mod search;
pub(crate) mod text_size;
pub(crate) mod upload;

use axum::response::Response;

/// A page, or why not.
pub(crate) type Answer = Result<Response, crate::error::WebError>;
