//! `/`: what is to be done.

use super::who::Who;
use crate::{
    filters,
    frame::Frame,
    respond::{self, Answer, Cache},
    site::Site,
};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use axum::extract::State;
use xinheng_app::{
    Act,
    desk::{self, Work},
};

#[derive(Debug, Template)]
#[template(path = "office/home.html")]
pub(crate) struct DeskPage {
    pub(crate) frame: Frame,
    pub(crate) name: String,
    pub(crate) acts_for: String,
    pub(crate) work: Vec<Work>,
    /// Files may be handed in here.
    pub(crate) hands_in: bool,
}

#[cfg(test)]
impl Page for DeskPage {
    fn samples() -> Vec<Self> {
        let work = Work {
            title: "类别未定的记录".to_owned(),
            text: "由报送部门询问作出决定的单位".to_owned(),
            count: Some(3),
            overdue: 1,
            href: None,
        };
        [vec![work], Vec::new()]
            .map(|work| Self {
                frame: samples::desk("/", true),
                name: "程样清".to_owned(),
                acts_for: "衡川市信衡区市场监督管理局".to_owned(),
                hands_in: !work.is_empty(),
                work,
            })
            .into()
    }
}

pub(crate) async fn show(State(site): State<Site>, who: Who) -> Answer {
    let frame = who.frame(&site);
    let signed = who.signed.clone();
    site.act(who.actor(), move |ctx| {
        let acts_for = frame
            .desk
            .as_ref()
            .map_or_else(String::new, |d| d.acts_for.clone());
        let page = DeskPage {
            work: desk::work(ctx, &signed)?,
            hands_in: signed.may(Act::HandInStage),
            name: signed.name,
            acts_for,
            frame,
        };
        respond::html(&page, Cache::Never)
    })
    .await
}
