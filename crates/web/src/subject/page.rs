//! `/subjects/{code}`: one organisation, what is public of it today and what is not.

use crate::{filters, frame::Frame, record::list_page};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use jiff::civil::Date;
use xinheng_app::{civil_day, view::Dossier};

#[derive(Debug, Template)]
#[template(path = "subject/dossier.html")]
pub(crate) struct DossierPage {
    pub(crate) frame: Frame,
    pub(crate) d: Dossier,
}

impl DossierPage {
    fn narrowed(&self) -> bool {
        self.d.when.as_of.is_some() || self.d.when.known_at.is_some()
    }

    fn withheld(&self) -> u64 {
        self.d.scope.withheld.iter().map(|w| w.count).sum()
    }

    fn known_day(&self) -> Option<Date> {
        self.d.when.known_at.map(civil_day)
    }

    /// The chosen dates as more of a query.
    fn dates(&self) -> String {
        list_page::dates_query(&self.d.when)
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
            .map(|d| Self {
                frame: samples::frame("/subjects/91990100MA0X00015Q"),
                d,
            })
            .into()
    }
}
