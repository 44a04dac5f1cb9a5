//! The rulebook of a day as readers see it: what pages and interface show of rules, catalogue and
//! findings. They read no rulebook themselves.

mod item;
mod rules;

pub use item::{CitationView, FieldInfo, ItemInfo, RuleInfo};
pub use rules::{
    CitationRow, ClassRow, ParameterRow, RegimeRow, RuleRow, RulesView, SourceView, ValueRow,
    YearRow,
};

use crate::AppResult;
use jiff::civil::Date;
use std::io::{Seek, Write};
use xinheng_domain::{catalogue::RepairVenue, message::Message};
use xinheng_rulebook::{REMEDIES_TOLD, REPAIR_TOLD, Rulebook};

/// The rules on a day.
#[derive(Debug, Clone, Copy)]
pub struct Law<'a> {
    rulebook: &'a Rulebook,
    today: Date,
}

/// What a finding's code means, and where the catalogue gives it.
#[derive(Debug, Clone)]
pub struct FindingView {
    /// Its texts.
    pub message: Message,
    /// Item id, item title, blamed field's name: rules of the catalogue that give this code.
    pub used_by: Vec<(String, String, String)>,
}

/// What the guide to repair needs.
#[derive(Debug, Clone)]
pub struct RepairView {
    /// Regimes under which records may still be shown, newest first.
    pub regimes: Vec<RegimeRow>,
    /// Parameters on the handling of applications, where the rulebook has any.
    pub parameters: Vec<ParameterRow>,
    /// Until when reconsideration is applied for or a suit brought.
    pub remedies: Vec<ParameterRow>,
    /// Where repair is applied for, by who decided.
    pub venues: Vec<VenueRow>,
    /// How many of the values of these rest on a text that was not read.
    pub open: usize,
}

/// Where repair is applied for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VenueRow {
    /// Whose decisions, in Chinese.
    pub whose: String,
    /// The site, in Chinese.
    pub site: String,
    /// Its address; none where the district's setting gives it.
    pub address: Option<String>,
}

impl<'a> Law<'a> {
    pub(crate) const fn new(rulebook: &'a Rulebook, today: Date) -> Self {
        Self { rulebook, today }
    }

    /// Every item of the catalogue, in its order, with the values in force.
    #[must_use]
    pub fn items(&self) -> Vec<ItemInfo> {
        let items = self.rulebook.items().iter();
        items
            .map(|item| ItemInfo::of(self.rulebook, item, self.today))
            .collect()
    }

    /// An item with the values in force.
    #[must_use]
    pub fn item(&self, id: &str) -> Option<ItemInfo> {
        let item = self.rulebook.item(id)?;
        Some(ItemInfo::of(self.rulebook, item, self.today))
    }

    /// Title of an item, in Chinese.
    #[must_use]
    pub fn item_title(&self, id: &str) -> Option<&'a str> {
        Some(self.rulebook.item(id)?.title.as_str())
    }

    /// Whether lists of an item, or with `None` of any, may be narrowed by a field.
    #[must_use]
    pub fn filters(&self, item: Option<&str>, field: &str) -> bool {
        let mut items = self.rulebook.items().iter();
        items.any(|i| item.is_none_or(|id| i.id == id) && i.filters.iter().any(|f| f == field))
    }

    /// All rules.
    #[must_use]
    pub fn rules(&self) -> RulesView {
        RulesView::of(self.rulebook, self.today)
    }

    /// A document that rules rest on.
    #[must_use]
    pub fn source(&self, id: &str) -> Option<SourceView> {
        SourceView::of(self.rulebook, id)
    }

    /// What the guide to repair needs.
    #[must_use]
    pub fn repair(&self) -> RepairView {
        let mut regimes: Vec<_> = self.rulebook.regimes().iter().collect();
        regimes.retain(|r| !r.classes.is_empty());
        regimes.sort_by_key(|r| std::cmp::Reverse(r.from));
        let told = |ids: [&str; 2]| -> Vec<ParameterRow> {
            let parameters = self.rulebook.parameters().iter();
            parameters
                .filter(|p| ids.contains(&p.id.as_str()))
                .map(|p| ParameterRow::of(self.rulebook, p, self.today))
                .collect()
        };
        let regimes: Vec<RegimeRow> = regimes
            .into_iter()
            .map(|r| RegimeRow::of(self.rulebook, r, self.today))
            .collect();
        let (parameters, remedies) = (told(REPAIR_TOLD), told(REMEDIES_TOLD));
        let values = parameters.iter().chain(&remedies);
        let values = values.filter_map(|p| p.now.as_ref()).map(|v| &v.cite);
        let classes = regimes.iter().flat_map(|r| &r.classes).map(|c| &c.cite);
        let open = classes.chain(values).filter(|c| !c.verified).count();
        let mut venues: Vec<&RepairVenue> = Vec::new();
        for venue in self.rulebook.items().iter().flat_map(|i| &i.repair_venues) {
            if !venues.contains(&venue) {
                venues.push(venue);
            }
        }
        let open = open + venues.iter().filter(|v| !v.basis.verified).count();
        let venue = |v: &RepairVenue| VenueRow {
            whose: v.whose.clone(),
            site: v.site.clone(),
            address: v.address.clone(),
        };
        RepairView {
            regimes,
            parameters,
            remedies,
            venues: venues.into_iter().map(venue).collect(),
            open,
        }
    }

    /// Every code of a finding.
    #[must_use]
    pub fn findings(&self) -> &'a [Message] {
        self.rulebook.messages()
    }

    /// What a finding's code means.
    #[must_use]
    pub fn finding(&self, code: &str) -> Option<FindingView> {
        let message = self.rulebook.message(code)?.clone();
        let mut used_by = Vec::new();
        for item in self.rulebook.items() {
            for rule in item.rules.iter().filter(|r| r.code == code) {
                let field = item.field(&rule.field);
                let field = field.map_or(rule.field.as_str(), |f| f.name.as_str());
                used_by.push((item.id.clone(), item.title.clone(), field.to_owned()));
            }
        }
        Some(FindingView { message, used_by })
    }

    /// Title and edition of a file's format, in Chinese; empty where there is no such format.
    #[must_use]
    pub fn format_title(&self, id: &str) -> String {
        let format = self.rulebook.format(id);
        format.map_or_else(String::new, |i| {
            format!("{}（{} 年标准）", i.title, i.edition)
        })
    }

    /// Title of a field of a file's format, in Chinese.
    #[must_use]
    pub fn field_title(&self, format: &str, field: &str) -> Option<String> {
        let field = self.rulebook.format(format)?.field(field)?;
        Some(field.name.clone())
    }

    /// Writes an item's blank workbook to `out`, from the first byte of an empty file.
    ///
    /// # Errors
    /// The rulebook has no such item; the workbook cannot be written.
    pub fn template(&self, item: &str, out: impl Write + Seek + Send) -> AppResult<()> {
        crate::template::write(self.rulebook, self.today, item, out)
    }
}
