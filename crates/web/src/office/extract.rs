//! What an organisation's slip lets somebody see, as a page that prints.

use super::who::Who;
use crate::{
    filters,
    frame::Frame,
    respond::{self, Answer, Cache},
    site::Site,
};
#[cfg(test)]
use crate::{frame::Page, samples, space};
use askama::Template;
use axum::extract::{Path, State};
use xinheng_app::space::{Extract, extract};

#[derive(Debug, Template)]
#[template(path = "office/extract.html")]
pub(crate) struct ExtractPage {
    pub(crate) frame: Frame,
    pub(crate) e: Extract,
}

#[cfg(test)]
impl Page for ExtractPage {
    fn samples() -> Vec<Self> {
        let day = samples::desk("/", true).today;
        [true, false]
            .map(|some| Self {
                frame: samples::desk("/cases/one/extract", true),
                e: Extract {
                    case: "91990100MA0X00015Q-7k2m9d4q8w3x".to_owned(),
                    subject: (
                        "衡川样例建筑有限公司".to_owned(),
                        "91990100MA0X00015Q".to_owned(),
                    ),
                    recipient: "衡川样例银行信衡支行".to_owned(),
                    purpose: "申请流动资金贷款".to_owned(),
                    sections: "公示中的记录".to_owned(),
                    until: "2026-12-31".to_owned(),
                    on: day,
                    records: match some {
                        true => vec![space::sample_view(true)],
                        false => Vec::new(),
                    },
                },
            })
            .into()
    }
}

pub(crate) async fn show(State(site): State<Site>, who: Who, Path(id): Path<String>) -> Answer {
    let frame = who.frame(&site);
    site.act(who.actor(), move |ctx| {
        let e = extract(ctx, &id)?;
        respond::html(&ExtractPage { frame, e }, Cache::Never)
    })
    .await
}
