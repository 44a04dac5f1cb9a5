//! A page after an act: what was done, or why not, on the page from which it was sent.

use super::who::Who;
use crate::{error::WebError, frame::Frame, respond::Answer, site::Site};
use axum::http::StatusCode;
use xinheng_app::Ctx;

/// How an act has ended, for the page that tells it.
pub(super) struct After<D> {
    /// Of the answer.
    pub(super) status: StatusCode,
    /// What was done, or why it was not.
    pub(super) outcome: Result<D, String>,
}

impl<D> After<D> {
    /// What was done and what was wrong, of which a page shows one.
    pub(super) fn parts(self) -> (StatusCode, Option<D>, Option<String>) {
        match self.outcome {
            Ok(done) => (self.status, Some(done), None),
            Err(wrong) => (self.status, None, Some(wrong)),
        }
    }
}

/// Does an act, and lays out the page behind it. What the reader can mend is told there; whoever may
/// not do it at all, or meets a fault, gets a page of its own.
pub(super) async fn act<D, A, P>(site: &Site, who: &Who, act: A, page: P) -> Answer
where
    D: Send + 'static,
    A: FnOnce(&Ctx<'_>) -> Result<D, WebError> + Send + 'static,
    P: FnOnce(&Ctx<'_>, Frame, After<D>) -> Answer + Send + 'static,
{
    let after = match site.act(who.actor(), act).await {
        Ok(done) => After {
            status: StatusCode::OK,
            outcome: Ok(done),
        },
        Err(error) if error.is_refusal() => After {
            status: error.status,
            outcome: Err(error.told()),
        },
        Err(error) => return Err(error),
    };
    let frame = who.frame(site);
    site.show(who.actor(), move |ctx| page(ctx, frame, after))
        .await
}
