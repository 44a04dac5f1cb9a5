//! The space itself, and one record of the organisation.

use crate::{
    filters,
    frame::Frame,
    office::who::Who,
    respond::{self, Answer, Cache},
    site::Site,
};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use axum::extract::{Path, State};
use xinheng_app::space::{self, Looks, OwnRecordView, SpaceView};

#[derive(Debug, Template)]
#[template(path = "space/home.html")]
pub(crate) struct HomePage {
    pub(crate) frame: Frame,
    pub(crate) s: SpaceView,
}

#[derive(Debug, Template)]
#[template(path = "space/record.html")]
pub(crate) struct RecordPage {
    pub(crate) frame: Frame,
    pub(crate) r: OwnRecordView,
}

#[derive(Debug, Template)]
#[template(path = "space/looks.html")]
pub(crate) struct LooksPage {
    pub(crate) frame: Frame,
    pub(crate) l: Looks,
}

#[cfg(test)]
impl Page for LooksPage {
    fn samples() -> Vec<Self> {
        let look = space::SeenBy {
            on: samples::desk("/", true).today,
            body: "信衡区社会信用体系建设办公室".to_owned(),
            act: "查看组织的全部信息",
            purpose: "核实异议".to_owned(),
        };
        [(vec![look], 0), (Vec::new(), 30)]
            .map(|(looks, told_after)| Self {
                frame: sample_frame("/my/looks"),
                l: Looks {
                    more: !looks.is_empty(),
                    looks,
                    told_after,
                },
            })
            .into()
    }
}

#[cfg(test)]
fn sample_frame(path: &str) -> Frame {
    let mut frame = samples::desk(path, true);
    if let Some(desk) = &mut frame.desk {
        desk.base = super::BASE;
        desk.menu = super::MENU.map(|(href, title, _)| (href, title)).into();
    }
    frame
}

#[cfg(test)]
pub(crate) fn sample_record(public: bool) -> space::OwnRecord {
    let day = samples::desk("/", true).today;
    space::OwnRecord {
        id: "91990100MA0X00015Q-7k2m9d4q8w3x5c1v".to_owned(),
        item_title: "行政处罚".to_owned(),
        document_number: "衡信建罚〔2026〕3号".to_owned(),
        decided_on: public.then_some(day),
        department: "衡川市信衡区住房和城乡建设局".to_owned(),
        public,
        standing: "2026-03-01至2029-03-01".to_owned(),
        earliest_repair: public.then_some(day),
        marks: vec!["异议处理中".to_owned()],
    }
}

#[cfg(test)]
impl Page for HomePage {
    fn samples() -> Vec<Self> {
        use xinheng_app::case::{CaseLine, LetterLine};
        let day = samples::desk("/", true).today;
        let case = |waits: bool| space::OwnCase {
            line: CaseLine {
                id: "91990100MA0X00015Q-7k2m9d4q8w3x".to_owned(),
                kind_id: "objection".to_owned(),
                kind: "信用信息异议".to_owned(),
                about: "衡信建罚〔2026〕3号".to_owned(),
                state: "由作出决定的单位核实".to_owned(),
                department: "衡川市信衡区住房和城乡建设局".to_owned(),
                opened_on: day,
                due_on: waits.then_some(day),
                late: waits,
            },
            waits,
        };
        let letter = LetterLine {
            place: "3-upheld".to_owned(),
            number: "衡信信用函〔2026〕2号".to_owned(),
            title: "信用信息异议处理结果告知书".to_owned(),
            addressee: "衡川样例建筑有限公司".to_owned(),
            made_on: day,
            served: Some((day, "直接送达".to_owned())),
        };
        let view = SpaceView {
            name: "衡川样例建筑有限公司".to_owned(),
            code: "91990100MA0X00015Q".to_owned(),
            records: vec![sample_record(true), sample_record(false)],
            cases: vec![case(true), case(false)],
            letters: vec![("91990100MA0X00015Q-7k2m9d4q8w3x".to_owned(), letter)],
            openings: vec![("authorisation".to_owned(), "授权查询".to_owned())],
        };
        let empty = SpaceView {
            records: Vec::new(),
            cases: Vec::new(),
            letters: Vec::new(),
            openings: Vec::new(),
            ..view.clone()
        };
        [view, empty]
            .map(|s| Self {
                frame: sample_frame("/my"),
                s,
            })
            .into()
    }
}

#[cfg(test)]
impl Page for RecordPage {
    fn samples() -> Vec<Self> {
        [true, false]
            .map(|public| Self {
                frame: sample_frame("/my/records/one"),
                r: sample_view(public),
            })
            .into()
    }
}

#[cfg(test)]
pub(crate) fn sample_view(public: bool) -> OwnRecordView {
    OwnRecordView {
        line: sample_record(public),
        fields: vec![xinheng_app::view::FieldView {
            id: "CF_WSH".to_owned(),
            name: "行政处罚决定书文号".to_owned(),
            value: "衡信建罚〔2026〕3号".to_owned(),
            redacted: public,
            origin: false,
        }],
        why: Vec::new(),
        how_it_ends: "到期自动终止公示。".to_owned(),
        whom_to_ask: "向作出决定的机关提出。".to_owned(),
        openings: match public {
            true => vec![("objection".to_owned(), "信用信息异议".to_owned())],
            false => Vec::new(),
        },
        repair_text: public.then(|| space::RepairText {
            site: "“信用中国”网站".to_owned(),
            address: Some("https://credit.example/".to_owned()),
            basis: "《实施方案》".to_owned(),
            fields: vec![("决定书文号".to_owned(), "衡信建罚〔2026〕3号".to_owned())],
            promise: "我单位承诺。".to_owned(),
        }),
    }
}

pub(crate) async fn home(State(site): State<Site>, who: Who) -> Answer {
    let frame = who.frame(&site);
    site.act(who.actor(), move |ctx| {
        let s = space::home(ctx)?;
        respond::html(&HomePage { frame, s }, Cache::Never)
    })
    .await
}

pub(crate) async fn record(State(site): State<Site>, who: Who, Path(id): Path<String>) -> Answer {
    let frame = who.frame(&site);
    site.act(who.actor(), move |ctx| {
        let r = space::record(ctx, &id)?;
        respond::html(&RecordPage { frame, r }, Cache::Never)
    })
    .await
}

pub(crate) async fn looks(State(site): State<Site>, who: Who) -> Answer {
    let frame = who.frame(&site);
    site.act(who.actor(), move |ctx| {
        let l = space::looks(ctx)?;
        respond::html(&LooksPage { frame, l }, Cache::Never)
    })
    .await
}
