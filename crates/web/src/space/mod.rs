//! `/my`: an organisation's own space, for its agent who signed in. It stands at the public listener,
//! with a cookie of its own; nobody of the house comes in here. What belongs to a person is kept by
//! no cache and is not compressed.

mod pages;

#[cfg(test)]
pub(crate) use pages::{HomePage, LooksPage, RecordPage, sample_view};

use crate::{
    office::{account, case, case_file, letter, sign_in, who},
    site::Site,
};
use axum::{
    Router,
    http::{Extensions, HeaderMap, StatusCode, Version, header},
    middleware,
};
use xinheng_app::Act;

/// What stands before every address of the space.
pub(crate) const BASE: &str = "/my";

/// The columns of the space.
pub(crate) const MENU: [(&str, &str, Act); 3] = [
    (BASE, "本单位", Act::DeskOpen),
    ("/my/looks", "谁查看过", Act::SpaceOpen),
    ("/my/account", "我的账号", Act::AccountPassword),
];

crate::router::routes! {
    SPACE_ROUTES, SPACE_FILE_ROUTES, table;
    get "/my" => SpaceOpen, pages::home;
    get "/my/sign-in" => AccountSignIn, sign_in::form;
    post "/my/sign-in" => AccountSignIn, sign_in::submit;
    post "/my/sign-in/demo" => AccountSignIn, sign_in::demo;
    post "/my/sign-out" => AccountSignOut, sign_in::out;
    get "/my/account" => DeskOpen, account::show;
    post "/my/account/password" => AccountPassword, account::password;
    post "/my/account/factor" => AccountFactor, account::factor;
    post "/my/account/factor/drop" => AccountFactor, account::drop_factor;
    post "/my/account/sessions/end" => AccountSignOut, account::end_all;
    get "/my/records/{id}" => SpaceOpen, pages::record;
    get "/my/looks" => SpaceOpen, pages::looks;
    get "/my/cases/new" => CaseOpen, case::new;
    post "/my/cases/new" => CaseOpen, case::open;
    get "/my/cases/{id}" => CaseLook, case::show;
    post "/my/cases/{id}/step" => CaseStep, case::step;
    get "/my/cases/{id}/letters/{place}" => CaseLook, letter::show;
    get "/my/cases/{id}/letters/{place}/docx" => CaseLook, letter::file;
    post "/my/cases/{id}/files" takes files => CaseAttach, case_file::attach;
    get "/my/cases/{id}/files/{file}" => CaseFile, case_file::download;
    post "/my/cases/{id}/files/{file}/remove" => CaseAttach, case_file::remove;
}

/// The addresses of the space, with whoever comes to them.
pub(crate) fn build(site: &Site) -> Router<Site> {
    table().layer(middleware::from_fn_with_state(site.clone(), who::resume))
}

/// Whether an answer is for everybody: one that bears a form's token is not compressed.
pub(crate) fn is_for_everybody(
    _: StatusCode,
    _: Version,
    headers: &HeaderMap,
    _: &Extensions,
) -> bool {
    let kept = headers.get(header::CACHE_CONTROL);
    kept.is_none_or(|kept| !kept.as_bytes().starts_with(b"private"))
}
