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
    site::EXPORT_LIMIT,
    view::{FilterView, RecordList, When, grouped},
};
use xinheng_domain::redact;

/// Rows on a page unless asked otherwise.
pub(crate) const DEFAULT_LIMIT: u32 = 50;
/// Most rows on a page.
pub(crate) const MAX_LIMIT: u32 = 100;

/// The query to carry from page to page: all but the cursor.
pub(crate) fn asked(params: &Params) -> Vec<(String, String)> {
    // A person's number is not repeated, wherever it was written.
    let kept = params.pairs().filter(|(name, value)| {
        *name != "cursor" && redact::mask_identity_numbers(value) == *value
    });
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
    /// What is wrong with what was asked, where nothing is listed.
    pub(crate) wrong: Option<Wrong>,
}

/// What is wrong with what was asked.
#[derive(Debug)]
pub(crate) struct Wrong {
    /// Field of the form.
    pub(crate) field: &'static str,
    pub(crate) text: String,
}

/// Conditions that are no filters with choices, in their order, and what they are called.
const CONDITIONS: [(&str, &str); 4] = [
    ("name", "单位"),
    ("from", "决定日期从"),
    ("until", "决定日期到"),
    ("since", "开始公示不早于"),
];
/// Names for which the form has a field of its own beside the filters.
const FIELDS: [&str; 4] = ["name", "from", "until", "order"];

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
        let chosen = |f: &FilterView| f.choices.iter().any(|c| c.chosen);
        self.list.filters.iter().any(chosen)
            || CONDITIONS.iter().any(|c| !self.value(c.0).is_empty())
    }

    /// What was asked under a name; empty where nothing was.
    fn value(&self, name: &str) -> &str {
        let asked = self.asked.iter().find(|(n, _)| n == name);
        asked.map_or("", |(_, value)| value)
    }

    fn oldest_first(&self) -> bool {
        self.value("order") == "oldest"
    }

    /// Address of the list as a file: the same conditions, from the first row.
    fn file(&self, end: &str) -> String {
        let kept = self.address(|name| name != "limit", None);
        kept.replacen("/records", &format!("/records.{end}"), 1)
    }

    /// The list is there to be taken away.
    fn takes(&self) -> bool {
        self.subject.is_none() && !self.list.records.is_empty()
    }

    /// Which part of the list paper holds; nothing where it is the whole.
    fn part(&self) -> Option<String> {
        let (here, all) = (self.list.records.len(), self.list.scope.shown);
        let all = grouped(all);
        match (self.first, self.list.next.is_some()) {
            (true, false) => None,
            (true, true) => Some(format!("本件没有列全：是全部 {all} 条中的第 1—{here} 条。")),
            (false, true) => Some(format!(
                "本件没有列全：是全部 {all} 条中间的 {here} 条，前面、后面还有。"
            )),
            (false, false) => Some(format!("本件没有列全：是全部 {all} 条中最后的 {here} 条。")),
        }
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
            .filter(|(name, _)| !self.is_filter(name) && !FIELDS.contains(&name.as_str()))
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
            .chain(self.conditions())
            .collect()
    }

    fn conditions(&self) -> impl Iterator<Item = Chosen> {
        CONDITIONS
            .iter()
            .map(|(name, title)| (*name, *title, self.value(name)))
            .filter(|(_, _, value)| !value.is_empty())
            .map(|(name, title, value)| Chosen {
                title: format!("{title} {value}"),
                without: self.address(|n| n != name, None),
            })
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
            wrong: None,
        };
        let mut empty = samples::list();
        empty.records.clear();
        empty.next = None;
        let mut own = page(samples::list(), false);
        own.subject = Some("91990100MA0X00015Q".to_owned());
        own.list.filters.clear();
        own.list.next = None;
        let mut narrowed = page(empty, true);
        let more = [
            ("name", "青禾"),
            ("from", "2026-01-01"),
            ("order", "oldest"),
        ];
        narrowed
            .asked
            .extend(more.map(|(n, v)| (n.to_owned(), v.to_owned())));
        let mut wrong = page(samples::list(), true);
        wrong.list.records.clear();
        wrong.wrong = Some(Wrong {
            field: "from",
            text: "决定日期从2026-03-02到2026-03-01，后一个日期早于前一个，请对调。".to_owned(),
        });
        vec![page(samples::list(), true), narrowed, own, wrong]
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
    fn a_file_holds_what_the_page_asks_for() {
        let page = ListPage::samples().into_iter().next().unwrap();
        assert_eq!(page.file("csv"), "/records.csv?item=penalty");
        let narrowed = ListPage::samples().into_iter().nth(1).unwrap();
        let asked = "item=penalty&name=%E9%9D%92%E7%A6%BE&from=2026-01-01&order=oldest";
        assert_eq!(narrowed.file("xlsx"), format!("/records.xlsx?{asked}"));
        let chips = narrowed.chosen();
        let titles: Vec<&str> = chips.iter().map(|c| c.title.as_str()).collect();
        assert_eq!(
            titles,
            ["种类：行政处罚", "单位 青禾", "决定日期从 2026-01-01"]
        );
    }

    #[test]
    fn a_chosen_filter_can_be_taken_away() {
        let page = ListPage::samples().into_iter().next().unwrap();
        let chosen = page.chosen();
        assert_eq!(chosen.first().unwrap().without, "/records?limit=50");
    }
}
