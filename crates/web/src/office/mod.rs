//! The office's side: for those who sign in, at a listener of its own. Its answers are kept by no
//! cache and are not compressed, its forms carry a token, and what is posted comes from its own pages.

pub(crate) mod account;
mod accounts;
mod after;
mod agent;
mod audit;
mod auditor;
mod batch;
pub(crate) mod case;
mod case_api;
pub(crate) mod case_file;
mod department;
mod extract;
mod forward;
mod hand_in;
mod home;
pub(crate) mod letter;
mod one;
mod reading;
mod record;
mod roster;
mod rows;
mod rule_set;
mod sample;
pub(crate) mod sign_in;
pub(crate) mod who;

pub(crate) use case::{Tried, tried_of};
#[cfg(test)]
pub(crate) use case::{sample_offers, sample_tries};
pub(crate) use who::{address, from_here, not_from_here};

use crate::{
    around, assets, health, incoming,
    router::{nothing_here, wrong_method},
    site::Site,
    text_size,
};
use axum::{Router, middleware};
use xinheng_app::Act;

crate::router::routes! {
    OFFICE_ROUTES, OFFICE_FILE_ROUTES, table;
    get "/" => DeskOpen, home::show;
    get "/sign-in" => AccountSignIn, sign_in::form;
    post "/sign-in" => AccountSignIn, sign_in::submit;
    post "/sign-in/demo" => AccountSignIn, sign_in::demo;
    post "/sign-out" => AccountSignOut, sign_in::out;
    post "/desk" => DeskSwitch, sign_in::switch;
    get "/account" => DeskOpen, account::show;
    post "/account/password" => AccountPassword, account::password;
    post "/account/factor" => AccountFactor, account::factor;
    post "/account/factor/drop" => AccountFactor, account::drop_factor;
    post "/account/sessions/end" => AccountSignOut, account::end_all;
    get "/hand-in" => HandInList, hand_in::list;
    post "/hand-in" takes files => HandInStage, hand_in::stage;
    get "/hand-in/one" => HandInStage, one::form;
    post "/hand-in/one" takes files => HandInStage, one::submit;
    get "/hand-in/{id}" => HandInOpen, hand_in::open;
    get "/hand-in/{id}/rows" => HandInOpen, rows::list;
    get "/hand-in/{id}/row" => HandInOpen, rows::one;
    get "/hand-in/{id}/workbook.xlsx" => HandInOpen, hand_in::workbook;
    post "/hand-in/{id}/edit" takes files => HandInEdit, hand_in::edit;
    post "/hand-in/{id}/release" => HandInRelease, hand_in::release;
    post "/hand-in/{id}/withdraw" => HandInWithdraw, hand_in::withdraw;
    get "/cases" => CaseList, case::inbox;
    get "/cases/all" => CaseList, case::list;
    get "/cases/new" => CaseOpen, case::new;
    post "/cases/new" => CaseOpen, case::open;
    get "/cases/{id}" => CaseLook, case::show;
    post "/cases/{id}/step" => CaseStep, case::step;
    get "/cases/{id}/letters/{place}" => CaseLook, letter::show;
    get "/cases/{id}/letters/{place}/docx" => CaseLook, letter::file;
    post "/cases/{id}/files" takes files => CaseAttach, case_file::attach;
    get "/cases/{id}/files/{file}" => CaseFile, case_file::download;
    post "/cases/{id}/files/{file}/remove" => CaseAttach, case_file::remove;
    get "/cases/{id}/extract" => CaseExtract, extract::show;
    get "/api/office/cases" => CaseList, case_api::list;
    post "/api/office/cases" => CaseOpen, case_api::open;
    get "/api/office/cases/openings" => CaseOpen, case_api::openings;
    get "/api/office/cases/{id}" => CaseLook, case_api::one;
    post "/api/office/cases/{id}/steps" => CaseStep, case_api::step;
    get "/api/office/openapi.json" => SiteOpen, case_api::described;
    get "/help/problems" => SiteOpen, case_api::problems;
    get "/letters" => LetterList, letter::register;
    get "/batches" => BatchList, batch::list;
    get "/batches/{id}" => BatchList, batch::one;
    get "/batches/{id}/findings" => BatchList, batch::findings;
    get "/batches/{id}/receipt.txt" => BatchList, batch::receipt;
    post "/batches/{id}/abandon" => BatchAbandon, batch::abandon;
    get "/forward" => ForwardList, forward::list;
    post "/forward" => ForwardMake, forward::make;
    post "/forward/receipt" takes files => ForwardReceipt, forward::receipt;
    get "/forward/{id}" => ForwardList, forward::one;
    get "/forward/{id}/file" => ForwardFile, forward::file;
    post "/forward/{id}/receipt" takes files => ForwardReceipt, forward::receipt_of;
    get "/accounts" => AccountList, accounts::list;
    post "/accounts" => AccountMake, accounts::make;
    post "/accounts/reset" => AccountReset, accounts::reset;
    post "/accounts/lock" => AccountLock, accounts::lock;
    post "/accounts/grant" => AccountGrant, accounts::grant;
    post "/accounts/revoke" => AccountRevoke, accounts::revoke;
    get "/roles" => RoleList, accounts::roles;
    get "/rules" => RulesList, rule_set::list;
    post "/rules/propose" => RulesPropose, rule_set::propose;
    get "/rules/{number}" => RulesList, rule_set::one;
    post "/rules/{number}/adopt" => RulesAdopt, rule_set::adopt;
    post "/rules/{number}/refuse" => RulesRefuse, rule_set::refuse;
    get "/departments" => RosterList, department::list;
    post "/departments/merge" => DepartmentMerge, department::merge;
    post "/departments/assign" => DepartmentAssign, department::assign;
    get "/roster" => RosterList, roster::show;
    post "/roster" => RosterPropose, roster::propose;
    post "/roster/end" => RosterPropose, roster::end;
    post "/roster/withdraw" => RosterPropose, roster::withdraw;
    post "/roster/confirm" => RosterConfirm, roster::confirm;
    get "/readings" => RecordReadings, reading::list;
    get "/readings/one" => RecordText, reading::one;
    post "/readings" => RecordReading, reading::say;
    get "/records/held" => RecordHeld, record::held;
    get "/records/withheld" => RecordWithheld, record::withheld;
    get "/records/look" => RecordLook, record::look;
    get "/records/of" => SubjectLook, record::subject;
    get "/agents" => AgentList, agent::list;
    post "/agents" => AgentBind, agent::bind;
    post "/agents/end" => AgentEnd, agent::end;
    get "/auditors" => AuditorList, auditor::list;
    post "/auditors" => AuditorEnter, auditor::enter;
    post "/auditors/end" => AuditorEnd, auditor::end;
    get "/samples" => SampleDraw, sample::show;
    get "/samples.xlsx" => SampleDraw, sample::workbook;
    get "/audit" => AuditSearch, audit::show;
    get "/audit.csv" => AuditSearch, audit::export;
    post "/text-size" => SiteOpen, text_size::choose;
    get "/healthz" => SiteOpen, health::alive;
    get "/readyz" => SiteOpen, health::ready;
    get "/static/{tag}/{name}" => SiteOpen, assets::serve;
}

pub(crate) fn build(site: Site) -> Router {
    table()
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(site.clone(), who::resume))
        .layer(middleware::from_fn_with_state(
            site.clone(),
            incoming::admit,
        ))
        .layer(middleware::from_fn_with_state(site.clone(), around::around))
        .with_state(site)
}

/// Every page with its samples, rendered.
#[cfg(test)]
pub(crate) fn samples(each: &mut dyn FnMut(&str, Vec<String>)) {
    fn pages<P: crate::frame::Page>() -> Vec<String> {
        let pages = P::samples();
        let rendered = pages.iter().map(askama::Template::render);
        rendered.collect::<Result<_, _>>().unwrap_or_default()
    }
    each("sign-in", pages::<sign_in::SignInPage>());
    each("home", pages::<home::DeskPage>());
    each("account", pages::<account::AccountPage>());
    each("accounts", pages::<accounts::AccountsPage>());
    each("roles", pages::<accounts::RolesPage>());
    each("readings", pages::<reading::ReadingsPage>());
    each("reading", pages::<reading::ReadingPage>());
    each("held", pages::<record::HeldPage>());
    each("withheld", pages::<record::WithheldPage>());
    each("look", pages::<record::LookPage>());
    each("departments", pages::<department::DepartmentsPage>());
    each("roster", pages::<roster::RosterPage>());
    each("agents", pages::<agent::AgentsPage>());
    each("auditors", pages::<auditor::AuditorsPage>());
    each("samples", pages::<sample::SamplesPage>());
    each("audit", pages::<audit::AuditSearchPage>());
    each("hand-ins", pages::<hand_in::HandInsPage>());
    each("hand-in", pages::<hand_in::HandInPage>());
    each("rows", pages::<rows::RowsPage>());
    each("row", pages::<rows::RowPage>());
    each("rule-sets", pages::<rule_set::RuleSetsPage>());
    each("rule-set", pages::<rule_set::RuleSetPage>());
    each("one", pages::<one::OnePage>());
    each("forward", pages::<forward::ForwardPage>());
    each("forwarded", pages::<forward::ForwardedPage>());
    each("cases", pages::<case::CasesPage>());
    each("case", pages::<case::CasePage>());
    each("letter", pages::<letter::LetterPage>());
    each("extract", pages::<extract::ExtractPage>());
    each("letters", pages::<letter::LettersPage>());
    each("case-new", pages::<case::NewCasePage>());
    each("batches", pages::<batch::BatchesPage>());
    each("batch-findings", pages::<batch::BatchFindingsPage>());
    each("batch", pages::<batch::BatchPage>());
}
