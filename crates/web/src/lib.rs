//! The public site and the JSON API: thin handlers over the use cases.
//!
//! A page is a struct in `pages/` with its template in `templates/`; the route table is in
//! `router.rs`. Handlers hand a use case to a bounded pool of blocking threads (`site.rs`), lay
//! its answer out, and turn its refusals into a page or a problem document (`error.rs`).

mod assets;
mod catalogue_view;
mod error;
mod fault;
mod filters;
mod pages;
