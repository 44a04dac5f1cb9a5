//! `/subjects/{code}`: one organisation, what is public of it today and what is not.

use crate::{filters, frame::Frame, record::list_page, subject::plot::Plot};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use jiff::civil::Date;
use xinheng_app::{
    civil_day,
    view::{Dossier, RecordGroup},
};

#[derive(Debug, Template)]
#[template(path = "subject/dossier.html")]
pub(crate) struct DossierPage {
    pub(crate) frame: Frame,
    pub(crate) d: Dossier,
    pub(crate) plot: Option<Plot>,
}

impl DossierPage {
    pub(crate) fn new(frame: Frame, d: Dossier) -> Self {
        Self {
            frame,
            plot: Plot::of(&d),
            d,
        }
    }

    /// Groups that have something.
    fn counted(&self) -> impl Iterator<Item = &RecordGroup> {
        self.d.groups.iter().filter(|g| g.total > 0)
    }

    /// Groups that speak against it.
    fn against(&self) -> impl Iterator<Item = &RecordGroup> {
        self.d.groups.iter().filter(|g| g.adverse)
    }

    fn narrowed(&self) -> bool {
        self.d.when.as_of.is_some() || self.d.when.known_at.is_some()
    }

    fn known_day(&self) -> Option<Date> {
        self.d.when.known_at.map(civil_day)
    }

    /// The chosen dates as more of a query.
    fn dates(&self) -> String {
        list_page::dates_query(&self.d.when)
    }

    /// The same as the only query.
    fn only_dates(&self) -> String {
        self.dates().replacen('&', "?", 1)
    }
}

#[cfg(test)]
impl Page for DossierPage {
    fn samples() -> Vec<Self> {
        let full = samples::dossier();
        let mut narrowed = full.clone();
        narrowed.when.as_of = Some(jiff::civil::date(2026, 3, 2));
        narrowed.when.known_at = Some(samples::stamp());
        [full, narrowed, samples::dossier_bare()]
            .map(|d| Self::new(samples::frame("/subjects/91990100MA0X00015Q"), d))
            .into()
    }
}
