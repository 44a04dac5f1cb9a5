//! `/search`: exact code first, then names with the matched part marked.

use crate::{filters, frame::Frame};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use xinheng_app::view::{SearchAnswer, SearchHit};

/// Hits on a page unless asked otherwise.
pub(crate) const DEFAULT_LIMIT: u32 = 20;
/// Most hits on a page.
pub(crate) const MAX_LIMIT: u32 = 100;

#[derive(Debug, Template)]
#[template(path = "search/search.html")]
pub(crate) struct SearchPage {
    pub(crate) frame: Frame,
    pub(crate) answer: SearchAnswer,
    pub(crate) limit: u32,
}

impl SearchPage {
    fn by_code(&self) -> Vec<&SearchHit> {
        self.answer
            .hits
            .iter()
            .filter(|h| h.matched_by.ends_with("code"))
            .collect()
    }

    fn by_name(&self) -> Vec<&SearchHit> {
        self.answer
            .hits
            .iter()
            .filter(|h| !h.matched_by.ends_with("code"))
            .collect()
    }

    fn has_homonyms(&self) -> bool {
        self.answer.hits.iter().any(|h| h.homonym)
    }

    fn suggests_homonyms(&self) -> bool {
        self.answer.suggestions.iter().any(|h| h.homonym)
    }

    fn suggests_codes(&self) -> bool {
        self.answer.suggestions.iter().any(|h| h.near.is_some())
    }

    fn next_limit(&self) -> Option<u32> {
        (self.limit < MAX_LIMIT).then_some(MAX_LIMIT)
    }
}

#[cfg(test)]
impl Page for SearchPage {
    fn samples() -> Vec<Self> {
        [
            samples::search(),
            samples::search_homonyms(),
            samples::search_nothing(),
            samples::search_mistyped(),
            samples::search_mistyped_code(),
        ]
        .map(|answer| Self {
            frame: samples::frame("/search"),
            answer,
            limit: DEFAULT_LIMIT,
        })
        .into()
    }
}
