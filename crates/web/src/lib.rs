//! The public site and the JSON API: thin handlers over the use cases.
//!
//! A folder is a noun: its handlers, `page.rs` with a struct for each template of
//! `templates/<noun>/`, `api.rs` with its JSON. Every address stands in [`ROUTES`]. Handlers hand a
//! use case to a bounded pool of blocking threads (`site.rs`), lay its answer out, and the outermost
//! layer (`around.rs`) turns refusals into a page or a problem document.

mod about;
mod api;
mod around;
mod ask;
mod assets;
mod catalogue;
mod check;
mod connections;
mod department;
mod error;
mod fault;
mod filters;
mod frame;
mod handles;
mod health;
mod help;
mod home;
mod incoming;
mod office;
mod path;
mod portal;
mod proof;
mod reason;
mod record;
mod respond;
mod router;
mod rules;
#[cfg(test)]
mod samples;
mod search;
mod server;
mod site;
mod site_map;
mod space;
mod subject;
#[cfg(test)]
mod tests;
mod text_size;
mod visitor;

pub use office::{OFFICE_FILE_ROUTES, OFFICE_ROUTES};
pub use router::{FILE_ROUTES, ROUTES, office_router, router};
pub use server::{Config, ServeError, serve};
pub use site::{Clock, Limits};
pub use space::{SPACE_FILE_ROUTES, SPACE_ROUTES};
