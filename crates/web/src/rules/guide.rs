//! `/guide/repair`: plain words; every number comes from the rulebook.

use crate::{
    filters,
    frame::Frame,
    rules::page::{ParameterRow, RegimeRow},
};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use xinheng_app::rulebook::Rulebook;

#[derive(Debug, Template)]
#[template(path = "rules/guide.html")]
pub(crate) struct RepairGuidePage {
    pub(crate) frame: Frame,
    /// Regimes under which records may still be shown, newest first.
    pub(crate) regimes: Vec<RegimeRow>,
    /// Parameters on the handling of applications, where the rulebook has any.
    pub(crate) repair: Vec<ParameterRow>,
}

impl RepairGuidePage {
    pub(crate) fn of(frame: Frame, rulebook: &Rulebook) -> Self {
        let today = frame.today;
        let mut regimes: Vec<_> = rulebook
            .regimes()
            .iter()
            .filter(|r| !r.classes.is_empty())
            .collect();
        regimes.sort_by_key(|r| std::cmp::Reverse(r.from));
        let repair = rulebook
            .parameters()
            .iter()
            .filter(|p| p.id.starts_with("repair."));
        Self {
            regimes: regimes
                .into_iter()
                .map(|r| RegimeRow::of(rulebook, r, today))
                .collect(),
            repair: repair
                .map(|p| ParameterRow::of(rulebook, p, today))
                .collect(),
            frame,
        }
    }
}

#[cfg(test)]
impl Page for RepairGuidePage {
    fn samples() -> Vec<Self> {
        vec![Self::of(
            samples::frame("/guide/repair"),
            samples::rulebook(),
        )]
    }
}
