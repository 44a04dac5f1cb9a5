//! The public pages: one struct = one template, each with sample values.

pub(crate) mod about;
pub(crate) mod catalogue;
pub(crate) mod check;
pub(crate) mod check_result;
pub(crate) mod department;
pub(crate) mod dossier;
mod frame;
pub(crate) mod guide;
pub(crate) mod help;
pub(crate) mod home;
pub(crate) mod list;
pub(crate) mod problems;
pub(crate) mod rail;
pub(crate) mod reason;
pub(crate) mod record;
pub(crate) mod rules;
#[cfg(test)]
pub(crate) mod samples;
pub(crate) mod search;
#[cfg(test)]
mod tests;

pub(crate) use frame::Frame;

/// A page: a template with the frame around it and values to try it with.
#[cfg(test)]
pub(crate) trait Page: askama::Template + Sized {
    /// Values that show every branch of the template.
    fn samples() -> Vec<Self>;
}
