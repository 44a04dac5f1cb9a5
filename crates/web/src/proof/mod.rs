//! `/verify`: is this proof ours, and does what it was made of still stand there?

pub(crate) mod api;
pub(crate) mod page;

use crate::{
    error::WebError,
    proof::page::ProofPage,
    respond::{self, Answer, Cache},
    site::Site,
    visitor::{Params, Segment, Visitor},
};
use axum::{
    extract::{FromRequest as _, Multipart, Request, State, multipart::MultipartError},
    http::{HeaderValue, StatusCode, header},
};
use xinheng_app::{
    case,
    proof::{self, ProofDocument},
};

/// Longest code that is looked for, in characters.
const LONGEST_CODE: usize = 40;

fn asked(typed: &str) -> Result<String, WebError> {
    let code = proof::code(typed);
    if code.is_empty() || code.chars().count() > LONGEST_CODE {
        return Err(WebError::no_proof());
    }
    Ok(code)
}

/// The form, or on to the proof whose code was typed.
pub(crate) async fn form(State(site): State<Site>, visitor: Visitor, params: Params) -> Answer {
    if let Some(typed) = params.get("code") {
        let code = asked(typed)?;
        let code = crate::filters::encode(&code);
        return Ok(respond::see_other(&format!("/verify/{code}")));
    }
    let page = ProofPage::empty(site.frame(&visitor), None);
    respond::html(&page, Cache::Minutes)
}

pub(crate) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Segment(typed): Segment,
) -> Answer {
    answer(&site, visitor, typed, None).await
}

/// A downloaded file with a proof.
pub(crate) async fn submit(State(site): State<Site>, visitor: Visitor, request: Request) -> Answer {
    let form = Multipart::from_request(request, &()).await;
    let form = form.map_err(|_| WebError::bad_input("请用页面上的表单选择凭证文件后提交。"))?;
    let wrong = match sent(form).await? {
        None => "请先选择一个凭证文件。".to_owned(),
        Some(bytes) => match proof::read(&bytes) {
            Ok(file) => return answer(&site, visitor, file.code.clone(), Some(file)).await,
            Err(error) => WebError::from(error).detail,
        },
    };
    let page = ProofPage::empty(site.frame(&visitor), Some(wrong));
    respond::html_with(StatusCode::BAD_REQUEST, &page, Cache::Never)
}

/// The bytes of the form's file; none where nothing was chosen.
async fn sent(mut form: Multipart) -> Result<Option<Vec<u8>>, WebError> {
    let broken = |_: MultipartError| WebError::bad_input("文件没有传完就断开了，请再传一次。");
    while let Some(field) = form.next_field().await.map_err(broken)? {
        if field.name() == Some("file") {
            let bytes = field.bytes().await.map_err(broken)?;
            return Ok((!bytes.is_empty()).then(|| bytes.to_vec()));
        }
    }
    Ok(None)
}

async fn answer(
    site: &Site,
    visitor: Visitor,
    typed: String,
    file: Option<ProofDocument>,
) -> Answer {
    let frame = site.frame(&visitor);
    site.read(move |ctx| {
        let code = asked(&typed)?;
        if let Some(found) = proof::check(ctx, &code, file.as_ref())? {
            return respond::html(&ProofPage::of(frame, found), Cache::Never);
        }
        let letter = case::letter_mark(ctx, &code)?;
        let letter = letter.ok_or_else(WebError::no_proof)?;
        respond::html(&ProofPage::of_letter(frame, letter), Cache::Never)
    })
    .await
}

/// A record's proof as a file to be kept.
pub(crate) async fn file(
    State(site): State<Site>,
    visitor: Visitor,
    Segment(id): Segment,
) -> Answer {
    let address = site.frame(&visitor).site;
    site.read(move |ctx| {
        let file = proof::document(ctx, &id, &address)?.ok_or_else(WebError::no_record)?;
        let mut response = respond::json(&file, Cache::Never)?;
        let name = format!("attachment; filename=\"xinheng-proof-{}.json\"", file.code);
        if let Ok(name) = HeaderValue::from_str(&name) {
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_DISPOSITION, name);
        }
        Ok(response)
    })
    .await
}
