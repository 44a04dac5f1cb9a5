//! What a request says of itself: address, text size, and its query with good Chinese errors.

use crate::error::WebError;
use axum::{
    extract::{FromRequestParts, Path as RawPath, Query as RawQuery},
    http::{Uri, header, request::Parts},
};
use jiff::{Timestamp, civil::Date};
use std::{borrow::Cow, convert::Infallible};
use xinheng_domain::identity;

/// Cookie that holds the text size; nothing else is ever kept in a browser.
pub(crate) const TEXT_COOKIE: &str = "xinheng_text";

/// Who looks, as far as the page must know.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    /// Address asked for, to come back to.
    pub(crate) path: String,
    /// Large text is chosen.
    pub(crate) large: bool,
    /// Host by which the site was asked, where it is a plain one.
    pub(crate) host: String,
}

impl Visitor {
    pub(crate) fn of(parts: &Parts) -> Self {
        let path = carried(&parts.uri).to_owned();
        let cookies = parts
            .headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|v| v.to_str().ok());
        let chosen = cookies
            .flat_map(|v| v.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        let cookie = chosen
            .filter(|(name, _)| *name == TEXT_COOKIE)
            .any(|(_, value)| value == "large");
        let by_link = parts
            .uri
            .query()
            .is_some_and(|q| q.split('&').any(|pair| pair == "text=large"));
        let host = parts
            .headers
            .get(header::HOST)
            .and_then(|v| v.to_str().ok());
        let plain = |b: u8| b.is_ascii_alphanumeric() || b".-:[]".contains(&b);
        let host = host.filter(|host| host.len() <= 253 && host.bytes().all(plain));
        Self {
            path,
            large: cookie || by_link,
            host: host.unwrap_or_default().to_owned(),
        }
    }
}

/// The address as the links of a page may carry it on: without the question, or nothing at all,
/// where somebody's identity number stands in it.
fn carried(uri: &Uri) -> &str {
    let whole = uri.path_and_query().map_or("/", |p| p.as_str());
    if !holds_number(whole) {
        whole
    } else if holds_number(uri.path()) {
        "/"
    } else {
        uri.path()
    }
}

/// Whether an identity number stands in a part of an address, however it is encoded.
pub(crate) fn holds_number(address: &str) -> bool {
    address.split(['/', '?', '&', '=', '#']).any(|part| {
        let spaced = part.replace('+', " ");
        let decoded = percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy();
        matches!(identity::mask_code(&decoded), Cow::Owned(_))
    })
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts))
    }
}

/// By which way a question comes: a mistake is told in the words of that way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// A page in a browser.
    Page,
    /// The JSON interface.
    Interface,
}

/// One part of the path.
pub(crate) struct Segment(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let RawPath(text) = RawPath::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| WebError::not_found())?;
        // No name, code or number of ours is longer, or holds a control character.
        if text.chars().count() > 200 || text.chars().any(char::is_control) {
            return Err(WebError::not_found());
        }
        Ok(Self(text))
    }
}

/// The query of a request, in order.
#[derive(Debug, Clone)]
pub(crate) struct Params(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Self::of(&parts.uri)
    }
}

impl Params {
    pub(crate) fn of(uri: &Uri) -> Result<Self, WebError> {
        let raw = RawQuery::<Vec<(String, String)>>::try_from_uri(uri);
        let pairs = raw
            .map_err(|_| WebError::bad_input("地址中问号后面的部分读不懂，请从页面上的链接进入。"))?
            .0;
        if pairs
            .iter()
            .any(|(name, value)| name.contains('\0') || value.contains('\0'))
        {
            return Err(WebError::bad_input("地址中含有空字符，请去掉后再试。"));
        }
        let params = if uri.path().starts_with("/api/") {
            Self::of_interface(pairs)?
        } else {
            Self::of_page(pairs)
        };
        let mut seen: Vec<&str> = Vec::new();
        for (name, value) in params.pairs() {
            // The search says itself that it finds no persons; a page's mark is ours.
            let free = matches!(name, "q" | "cursor");
            if !free && matches!(identity::mask_code(value), Cow::Owned(_)) {
                let shown: String = name.chars().take(40).collect();
                return Err(WebError::bad_input(format!(
                    "地址中的“{shown}”像是个人的身份证件号码，没有按它查找，也没有保存。本站只收录单位，请改写后再试。"
                )));
            }
            // Which of two values is meant cannot be known.
            if seen.contains(&name) {
                let shown: String = name.chars().take(40).collect();
                return Err(WebError::bad_input(format!(
                    "地址中的“{shown}”写了不止一次，请只留一个。"
                )));
            }
            seen.push(name);
        }
        Ok(params)
    }

    /// A form sends every field of it: one left empty is none.
    fn of_page(mut pairs: Vec<(String, String)>) -> Self {
        for (_, value) in &mut pairs {
            *value = value.trim().to_owned();
        }
        pairs.retain(|(_, value)| !value.is_empty());
        Self(pairs)
    }

    /// A program says what it means, as the description of the interface has it.
    fn of_interface(pairs: Vec<(String, String)>) -> Result<Self, WebError> {
        match pairs.iter().find(|(_, value)| value.is_empty()) {
            None => Ok(Self(pairs)),
            Some((name, _)) => {
                let shown: String = name.chars().take(40).collect();
                Err(WebError::bad_input(format!(
                    "地址中的“{shown}”没有写值。请写上，或者把它去掉。"
                )))
            }
        }
    }

    /// The pairs, without what only concerns the looks.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.0.iter();
        let pairs = pairs.map(|(name, value)| (name.as_str(), value.as_str()));
        pairs.filter(|(name, _)| *name != "text")
    }

    /// The value of `name`; an empty one counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.pairs()
            .find(|(n, _)| *n == name)
            .map(|(_, value)| value)
    }

    /// The same without one of them.
    pub(crate) fn without(&self, name: &str) -> Self {
        let pairs = self.0.iter().filter(|(known, _)| known != name);
        Self(pairs.cloned().collect())
    }

    /// A civil date.
    pub(crate) fn date(&self, name: &str) -> Result<Option<Date>, WebError> {
        self.get(name)
            .map(|text| parse_date(text).ok_or_else(|| WebError::bad(name, text)))
            .transpose()
    }

    /// A moment: RFC 3339, or a civil date, which means the end of that day in Shanghai.
    pub(crate) fn moment(&self, name: &str) -> Result<Option<Timestamp>, WebError> {
        self.get(name)
            .map(|text| parse_moment(text).ok_or_else(|| WebError::bad(name, text)))
            .transpose()
    }

    /// `as_of` and `known_at`.
    pub(crate) fn dates(&self) -> Result<(Option<Date>, Option<Timestamp>), WebError> {
        Ok((self.date("as_of")?, self.moment("known_at")?))
    }

    /// A month, `YYYY-MM`.
    pub(crate) fn month(&self, name: &str) -> Result<Option<&str>, WebError> {
        match self.get(name) {
            Some(text) if text.len() != 7 || parse_date(&format!("{text}-01")).is_none() => {
                Err(WebError::bad(name, text))
            }
            other => Ok(other),
        }
    }

    /// A number from 1 to `most`; `more` says how to get more than that.
    pub(crate) fn limit(&self, default: u32, most: u32, more: &str) -> Result<u32, WebError> {
        let Some(text) = self.get("limit") else {
            return Ok(default);
        };
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        match text.parse::<u32>() {
            _ if !digits => Err(WebError::bad("limit", text)),
            Ok(n) if (1..=most).contains(&n) => Ok(n),
            Ok(n) if n > most => Err(WebError::bad_input(format!(
                "limit 最大是 {most}，现在是 {n}。{more}"
            ))),
            _ => Err(WebError::bad("limit", text)),
        }
    }
}

/// Exactly `YYYY-MM-DD`: a lenient reader would take what others refuse.
fn parse_date(text: &str) -> Option<Date> {
    let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    plain.then(|| text.parse().ok()).flatten()
}

fn parse_moment(text: &str) -> Option<Timestamp> {
    if let Some(day) = parse_date(text) {
        let end = day.at(23, 59, 59, 0);
        return end
            .to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)))
            .ok()
            .map(|z| z.timestamp());
    }
    // A plus sign in a query arrives as a blank unless it was encoded.
    let text = text.replace(' ', "+");
    is_rfc_3339(&text).then(|| text.parse().ok()).flatten()
}

/// `YYYY-MM-DDThh:mm:ss[.f](Z|±hh:mm)`, what the description of the interface calls a date and
/// time; other ways to write one are left to others.
fn is_rfc_3339(text: &str) -> bool {
    let shaped = |shape: &[u8], text: &[u8]| {
        shape.len() == text.len()
            && shape.iter().zip(text).all(|(s, t)| match s {
                b'0' => t.is_ascii_digit(),
                b'+' => matches!(t, b'+' | b'-'),
                other => other.eq_ignore_ascii_case(t),
            })
    };
    let Some((moment, rest)) = text.as_bytes().split_at_checked(19) else {
        return false;
    };
    let zone = match rest.strip_prefix(b".") {
        None => Some(rest),
        Some(fraction) => {
            let end = fraction.iter().position(|b| !b.is_ascii_digit());
            end.filter(|end| (1..=9).contains(end))
                .and_then(|end| fraction.get(end..))
        }
    };
    let zoned = zone.is_some_and(|zone| shaped(b"Z", zone) || shaped(b"+00:00", zone));
    shaped(b"0000-00-00T00:00:00", moment) && zoned
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a value that does not parse should stop the test

    use super::*;
    use jiff::civil::date;

    fn params(query: &str) -> Params {
        Params::of(&format!("/x?{query}").parse().unwrap()).unwrap()
    }

    #[test]
    fn dates_are_read_strictly() {
        assert_eq!(
            params("as_of=2026-03-02").date("as_of").unwrap(),
            Some(date(2026, 3, 2))
        );
        assert_eq!(params("as_of=").date("as_of").unwrap(), None);
        for wrong in [
            "2026-13-01",
            "2026-3-2",
            "20260302",
            "2026-03-02T00:00",
            "昨天",
        ] {
            assert!(
                params(&format!("as_of={wrong}")).date("as_of").is_err(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_day_means_its_end_in_shanghai() {
        let end: Timestamp = "2026-03-02T15:59:59Z".parse().unwrap();
        assert_eq!(
            params("known_at=2026-03-02").moment("known_at").unwrap(),
            Some(end)
        );
        for wrong in [
            "20260302T235959Z",
            "2026-03-02T23:59Z",
            "2026-03-02T23:59:59.Z",
            "2026-03-02T23:59:59%2B08",
            "2026-03-02T23:59:59[Asia/Shanghai]",
            "-002026-03-02T23:59:59Z",
        ] {
            let asked = params(&format!("known_at={wrong}"));
            assert!(asked.moment("known_at").is_err(), "{wrong}");
        }
        for text in [
            "2026-03-02T23:59:59.000%2B08:00",
            "2026-03-02T23:59:59%2B08:00",
            "2026-03-02T23:59:59+08:00",
            "2026-03-02T15:59:59Z",
        ] {
            assert_eq!(
                params(&format!("known_at={text}"))
                    .moment("known_at")
                    .unwrap(),
                Some(end),
                "{text}"
            );
        }
        assert!(
            params("known_at=2026-03-02T10:00:00")
                .moment("known_at")
                .is_err(),
            "no zone given"
        );
    }

    #[test]
    fn a_name_has_one_value() {
        let of = |query: &str| Params::of(&format!("/x?{query}").parse().unwrap());
        assert!(of("item=a&item=b").is_err());
        assert!(of("item=a&item=a").is_err());
        assert!(of("item=a&item=").is_ok(), "an empty one is none");
    }

    #[test]
    fn limits_have_an_end() {
        assert_eq!(params("").limit(20, 100, "").unwrap(), 20);
        assert_eq!(params("limit=100").limit(20, 100, "").unwrap(), 100);
        for wrong in ["0", "-1", "101", "abc", "99999999999", "%2B5"] {
            assert!(
                params(&format!("limit={wrong}"))
                    .limit(20, 100, "")
                    .is_err(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn on_a_page_what_is_left_empty_is_none_and_a_program_says_what_it_means() {
        let of = |path: &str| Params::of(&path.parse().unwrap());
        let page = of("/records?month=&item=%20&limit=%2010").unwrap();
        assert_eq!(page.pairs().collect::<Vec<_>>(), [("limit", "10")]);
        for query in ["month=", "known_at=", "limit=", "x=", "item=a&item="] {
            assert!(of(&format!("/api/v1/records?{query}")).is_err(), "{query}");
        }
        let spaced = of("/api/v1/records?limit=%2010").unwrap();
        assert!(spaced.limit(20, 100, "").is_err());
    }

    #[test]
    fn months_are_months() {
        assert_eq!(
            params("month=2026-03").month("month").unwrap(),
            Some("2026-03")
        );
        for wrong in ["2026-13", "2026-3", "2026", "5777-60"] {
            assert!(
                params(&format!("month={wrong}")).month("month").is_err(),
                "{wrong}"
            );
        }
    }
}
