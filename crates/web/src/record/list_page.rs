//! `/records` and `/subjects/{code}/records`: filters in the address, pages by cursor.

use crate::{
    filters::{self, encode},
    frame::Frame,
    visitor::Params,
};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use xinheng_app::{
    civil_day,
    view::{RecordList, When},
};

/// Rows on a page unless asked otherwise.
pub(crate) const DEFAULT_LIMIT: u32 = 50;
/// Most rows on a page.
pub(crate) const MAX_LIMIT: u32 = 100;

/// The query to carry from page to page: all but the cursor.
pub(crate) fn asked(params: &Params) -> Vec<(String, String)> {
    let kept = params.pairs().filter(|(name, _)| *name != "cursor");
    kept.map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[derive(Debug, Template)]
#[template(path = "record/list.html")]
pub(crate) struct ListPage {
    pub(crate) frame: Frame,
    pub(crate) heading: String,
    /// Address without query.
    pub(crate) base: String,
    /// Code of the subject where the list is one subject's.
    pub(crate) subject: Option<String>,
    /// The query as asked, without the cursor.
    pub(crate) asked: Vec<(String, String)>,
    pub(crate) list: RecordList,
    /// No cursor was given.
    pub(crate) first: bool,
}

/// A chosen filter and the address without it.
struct Chosen {
    title: String,
    without: String,
}

impl ListPage {
    fn is_filter(&self, name: &str) -> bool {
        self.list.filters.iter().any(|f| f.name == name)
    }

    fn is_filtered(&self) -> bool {
        self.list
            .filters
            .iter()
            .any(|f| f.choices.iter().any(|c| c.chosen))
    }

    /// More than one kind of information is on the page, so each row says which it is.
    fn mixed(&self) -> bool {
        let first = self.list.records.first().map(|r| r.item.as_str());
        self.list
            .records
            .iter()
            .any(|r| Some(r.item.as_str()) != first)
    }

    /// What the filter form must carry along: dates, page length.
    fn kept(&self) -> Vec<&(String, String)> {
        self.asked
            .iter()
            .filter(|(name, _)| !self.is_filter(name))
            .collect()
    }

    fn chosen(&self) -> Vec<Chosen> {
        let filters = self.list.filters.iter();
        filters
            .filter_map(|f| f.choices.iter().find(|c| c.chosen).map(|c| (f, c)))
            .map(|(f, c)| Chosen {
                title: format!("{}：{}", f.title, c.title),
                without: self.address(|name| name != f.name, None),
            })
            .collect()
    }

    fn next_page(&self) -> Option<String> {
        self.list
            .next
            .as_deref()
            .map(|cursor| self.address(|_| true, Some(cursor)))
    }

    fn first_page(&self) -> String {
        self.address(|_| true, None)
    }

    fn address(&self, keep: impl Fn(&str) -> bool, cursor: Option<&str>) -> String {
        let kept = self
            .asked
            .iter()
            .filter(|(name, value)| keep(name) && !value.is_empty());
        let mut parts: Vec<String> = kept
            .map(|(n, v)| format!("{}={}", encode(n), encode(v)))
            .collect();
        parts.extend(cursor.map(|c| format!("cursor={}", encode(c))));
        if parts.is_empty() {
            self.base.clone()
        } else {
            format!("{}?{}", self.base, parts.join("&"))
        }
    }
}

/// The dates of an answer as more of a query, beginning with `&`.
pub(crate) fn dates_query(when: &When) -> String {
    let as_of = when.as_of.map(|d| format!("&as_of={d}"));
    let known_at = when.known_at.map(|t| format!("&known_at={}", civil_day(t)));
    [as_of, known_at].into_iter().flatten().collect()
}

#[cfg(test)]
impl Page for ListPage {
    fn samples() -> Vec<Self> {
        let page = |list: RecordList, first| Self {
            frame: samples::frame("/records"),
            heading: "公示列表".to_owned(),
            base: "/records".to_owned(),
            subject: None,
            asked: vec![
                ("item".to_owned(), "penalty".to_owned()),
                ("limit".to_owned(), "50".to_owned()),
            ],
            list,
            first,
        };
        let mut empty = samples::list();
        empty.records.clear();
        empty.next = None;
        let mut own = page(samples::list(), false);
        own.subject = Some("91990100MA0X00015Q".to_owned());
        own.list.filters.clear();
        own.list.next = None;
        vec![page(samples::list(), true), page(empty, true), own]
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a missing sample should stop the test

    use super::*;

    #[test]
    fn the_next_page_keeps_the_filters_and_adds_the_cursor() {
        let page = ListPage::samples().into_iter().next().unwrap();
        assert_eq!(
            page.next_page().unwrap(),
            "/records?item=penalty&limit=50&cursor=MjAyNi0wMy0wMnw3azJt"
        );
        assert_eq!(page.first_page(), "/records?item=penalty&limit=50");
    }

    #[test]
    fn a_chosen_filter_can_be_taken_away() {
        let page = ListPage::samples().into_iter().next().unwrap();
        let chosen = page.chosen();
        assert_eq!(chosen.first().unwrap().without, "/records?limit=50");
    }
}
