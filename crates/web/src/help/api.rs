//! What the codes of findings mean.

use crate::{
    api::openapi::tag,
    respond::{self, Answer, Cache},
    site::Site,
};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// What a finding's code means.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingHelp {
    /// Stable code.
    #[schema(example = "code-bad-check")]
    pub code: String,
    /// Short title, in Chinese.
    pub title: String,
    /// The sentence with its places, in Chinese.
    pub text: String,
    /// What the fault is and why it matters, in Chinese.
    pub why: String,
    /// What to do, in Chinese.
    pub remedy: String,
    /// Citation in short form.
    pub basis: Option<String>,
    /// Page of it.
    pub help: String,
}

/// Every code of a finding.
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingHelpList {
    /// The codes.
    pub findings: Vec<FindingHelp>,
}

/// What every code of a finding means and how to mend it
#[utoipa::path(
    get, path = "/api/v1/findings", tag = tag::CHECK, operation_id = "listFindingHelp",
    responses((status = 200, description = "校核问题说明", body = FindingHelpList))
)]
pub(crate) async fn all(State(site): State<Site>) -> Answer {
    let path = site.path().to_owned();
    site.read(move |ctx| {
        let messages = ctx.law().findings().iter();
        let findings = messages.map(|m| FindingHelp {
            help: format!("{path}/help/findings/{}", m.code),
            code: m.code.clone(),
            title: m.title.clone(),
            text: m.text.clone(),
            why: m.why.clone(),
            remedy: m.remedy.clone(),
            basis: m.basis.clone(),
        });
        let findings = findings.collect();
        respond::json(&FindingHelpList { findings }, Cache::Minutes)
    })
    .await
}
