//! `/rules`: every value in force with its day and its article; `/rules/sources/{id}`; `/guide/repair`:
//! plain words, every number from the rulebook.

use crate::{filters, frame::Frame};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use xinheng_app::law::{RepairView, RulesView, SourceView, VenueRow};

#[derive(Debug, Template)]
#[template(path = "rules/rules.html")]
pub(crate) struct RulesPage {
    pub(crate) frame: Frame,
    pub(crate) law: RulesView,
}

#[derive(Debug, Template)]
#[template(path = "rules/source.html")]
pub(crate) struct SourcePage {
    pub(crate) frame: Frame,
    pub(crate) s: SourceView,
}

#[derive(Debug, Template)]
#[template(path = "rules/guide.html")]
pub(crate) struct RepairGuidePage {
    pub(crate) frame: Frame,
    pub(crate) law: RepairView,
}

impl RepairGuidePage {
    /// Address of a site where repair is applied for.
    fn address<'v>(&'v self, venue: &'v VenueRow) -> Option<&'v str> {
        let address = venue.address.as_deref();
        address.or(self.frame.platform.as_deref())
    }
}

#[cfg(test)]
impl Page for RulesPage {
    fn samples() -> Vec<Self> {
        vec![Self {
            frame: samples::frame("/rules"),
            law: samples::law().rules(),
        }]
    }
}

#[cfg(test)]
impl Page for SourcePage {
    fn samples() -> Vec<Self> {
        let sources = samples::law().rules().sources;
        let views = sources.iter().filter_map(|s| samples::law().source(&s.id));
        views
            .map(|s| Self {
                frame: samples::frame("/rules/sources/x"),
                s,
            })
            .collect()
    }
}

#[cfg(test)]
impl Page for RepairGuidePage {
    fn samples() -> Vec<Self> {
        vec![Self {
            frame: samples::frame("/guide/repair"),
            law: samples::law().repair(),
        }]
    }
}
