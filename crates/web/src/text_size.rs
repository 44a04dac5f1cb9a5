//! `/text-size`: the one thing a browser keeps for us.

use crate::{
    error::WebError,
    respond::{self, Answer},
    site::Site,
    visitor::TEXT_COOKIE,
};
use axum::{
    extract::{Form, State},
    http::{HeaderValue, header},
};

/// A year, in seconds.
const YEAR: u32 = 365 * 24 * 60 * 60; // no law: how long a browser remembers

pub(crate) async fn choose(
    State(site): State<Site>,
    form: Result<Form<Vec<(String, String)>>, axum::extract::rejection::FormRejection>,
) -> Answer {
    let Form(form) = form.map_err(|_| WebError::bad_input("请用页面上的按钮选择字号。"))?;
    let get = |name: &str| {
        form.iter()
            .find(|(n, _)| n == name)
            .map_or("", |(_, value)| value.as_str())
    };
    let mut response = respond::see_other(&local(get("back")));
    let cookie = match get("size") {
        "large" => format!("{TEXT_COOKIE}=large; Max-Age={YEAR}"),
        _ => format!("{TEXT_COOKIE}=; Max-Age=0"),
    };
    let path = Some(site.path()).filter(|path| !path.is_empty());
    let path = path.unwrap_or("/");
    let cookie = format!("{cookie}; Path={path}; SameSite=Lax; HttpOnly");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    Ok(response)
}

/// An address on this site, or the home page: never a door to elsewhere.
pub(crate) fn local(back: &str) -> String {
    let plain = back.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if plain && back.starts_with('/') && !back.starts_with("//") {
        back.to_owned()
    } else {
        "/".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn only_addresses_of_this_site() {
        assert_eq!(local("/records?item=penalty"), "/records?item=penalty");
        for elsewhere in [
            "//example.org/",
            "https://example.org",
            "/\\example.org",
            "",
            "/a\r\nb",
            "/\t/example.org",
            "/ /example.org",
        ] {
            assert_eq!(local(elsewhere), "/", "{elsewhere:?}");
        }
    }
}
