//! The public site and the JSON API: thin handlers over the use cases.
//!
//! A page is a struct in `pages/` with its template in `templates/`; every address stands in
//! [`ROUTES`]. Handlers hand a use case to a bounded pool of blocking threads (`site.rs`), lay its
//! answer out, and the outermost layer (`around.rs`) turns refusals into a page or a problem
//! document.

mod api;
mod around;
mod assets;
mod catalogue_view;
mod connections;
mod error;
mod fault;
mod filters;
mod handlers;
mod handles;
mod incoming;
mod pages;
mod respond;
mod results;
mod router;
mod server;
mod site;
mod visitor;

pub use router::{FILE_ROUTES, ROUTES, router};
pub use server::{Config, ServeError, serve};
pub use site::{Clock, Limits};
