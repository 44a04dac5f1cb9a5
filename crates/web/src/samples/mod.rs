//! Invented values that show every branch of the templates. The district, the bodies and the
//! organisations do not exist; province digits 99 are not assigned.

// A sample that does not parse should stop the test; a table of samples reads best as one call a row.
#![allow(clippy::unwrap_used, clippy::too_many_arguments)]

mod checked;
mod dossiers;
mod forwarded;
mod front;
mod handed;
mod records;
mod searched;

pub(crate) use checked::{check_clean, check_refused};
pub(crate) use dossiers::{dossier, dossier_bare, list};
pub(crate) use forwarded::{dispatch, dispatch_view, forward_template, made, receipt};
use front::sources;
pub(crate) use front::{departments, home};
pub(crate) use handed::{batch_view, batches, hand_in_row, hand_in_rows, hand_in_views, hand_ins};
pub(crate) use records::{penalty, permit, proof, tombstone, unlinked, withdrawal};
use searched::hit;
pub(crate) use searched::{
    search, search_homonyms, search_mistyped, search_mistyped_code, search_nothing,
};

use crate::{
    check::result_page::{CheckResultPage, Group},
    frame::{Desk, Frame},
};
use jiff::{
    Timestamp,
    civil::{Date, date},
};
use std::sync::Arc;
use xinheng_app::{
    District, Imprint, Link, Logo, Portal,
    account::{AccountView, Granted, RoleView},
    law::Law,
    roster::{RosterLine, RosterStanding, RosterState, RosterView},
    view::*,
};
use xinheng_domain::{
    finding::{Finding, Severity, Summary},
    publicity::Mode,
};

const TODAY: Date = date(2026, 11, 22);

pub(crate) const CODE: &str = "91990100MA0X00015Q";

/// The rules in the binary.
pub(crate) fn law() -> Law<'static> {
    xinheng_app::testing::law(TODAY)
}

/// The frame of somebody who has signed in, or has not yet.
pub(crate) fn desk(path: &str, signed: bool) -> Frame {
    let desk = Desk {
        base: "",
        name: "程样清".to_owned(),
        acts_for: "衡川市信衡区市场监督管理局".to_owned(),
        roles: "信息报送员".to_owned(),
        menu: vec![("/", "工作台"), ("/account", "我的账号")],
        token: "t".to_owned(),
        elsewhere: vec![("d002".to_owned(), "衡川市信衡区文化和旅游局".to_owned())],
    };
    Frame {
        desk: Some(if signed { desk } else { Desk::default() }),
        ..frame(path)
    }
}

pub(crate) fn roster() -> RosterView {
    let line = |login: &str, by_roster: bool, until: Option<Date>| RosterLine {
        login: login.to_owned(),
        name: "程样清".to_owned(),
        role: "clerk".to_owned(),
        role_title: "信息报送员".to_owned(),
        from: TODAY,
        until,
        by_roster,
    };
    RosterView {
        state: RosterState {
            code: "d001".to_owned(),
            name: "衡川市信衡区市场监督管理局".to_owned(),
            responsible: vec!["欧阳拟川".to_owned()],
            people: 3,
            proposed: 1,
            confirmed: Some((TODAY, "欧阳拟川".to_owned())),
            due: TODAY,
            standing: RosterStanding::Overdue,
        },
        lines: vec![line("clerk", true, None), line("responsible", false, None)],
        proposals: vec![line("deputy", true, Some(TODAY))],
        roles: vec![
            ("clerk".to_owned(), "信息报送员".to_owned(), false),
            ("responsible".to_owned(), "分管负责人".to_owned(), true),
        ],
        mark: "0f".to_owned(),
    }
}

pub(crate) fn accounts() -> Vec<AccountView> {
    let granted = Granted {
        account_id: "x".to_owned(),
        role: "clerk".to_owned(),
        department: "d001".to_owned(),
        from: TODAY,
        until: Some(TODAY),
        granted_by: "operator:甲".to_owned(),
        granted_at: stamp(),
    };
    let account = |login: &str, locked: bool| AccountView {
        id: login.to_owned(),
        login: login.to_owned(),
        name: "程样清".to_owned(),
        locked,
        factor: !locked,
        password_given: locked,
        os_user: locked.then(|| "cheng".to_owned()),
        roles: if locked {
            Vec::new()
        } else {
            vec![granted.clone()]
        },
        demo: false,
    };
    vec![account("clerk", false), account("gone", true)]
}

pub(crate) fn roles() -> Vec<RoleView> {
    let role = |id: &str, title: &str, of_department: bool| RoleView {
        id: id.to_owned(),
        title: title.to_owned(),
        duty: "准备和报送本部门的文件。".to_owned(),
        of_department,
        granted_here: !of_department,
        any: if of_department {
            Vec::new()
        } else {
            vec!["查看账号"]
        },
        own_department: if of_department {
            vec!["报送文件"]
        } else {
            Vec::new()
        },
        excludes: if of_department {
            Vec::new()
        } else {
            vec!["审计管理员".to_owned()]
        },
    };
    vec![
        role("clerk", "信息报送员", true),
        role("system-admin", "系统管理员", false),
    ]
}

pub(crate) fn stamp() -> Timestamp {
    "2026-05-20T09:12:40Z".parse().unwrap()
}

pub(crate) fn frame(path: &str) -> Frame {
    Frame {
        district: "信衡区".to_owned(),
        office: "信衡区社会信用体系建设办公室".to_owned(),
        contact:
            "电话 0990-0000000（工作日 9:00—17:00），衡川市信衡区平准路 1 号政务服务大厅 3 层。"
                .to_owned(),
        platform: Some("https://www.example.gov.cn/".to_owned()),
        demo: true,
        path: path.to_owned(),
        paper: None,
        large: false,
        today: TODAY,
        site: "https://credit.example".to_owned(),
        canonical: false,
        settings: Arc::default(),
        desk: None,
    }
}

fn when() -> When {
    When {
        today: TODAY,
        as_of: None,
        known_at: None,
    }
}

fn line(
    id: &str,
    item: &str,
    name: &str,
    (matter, outcome): (&str, &str),
    number: &str,
    authority: &str,
    days: (Date, Date, Option<Date>),
    marks: &[&str],
) -> RecordLine {
    let adverse = item == "penalty";
    RecordLine {
        id: format!("{CODE}-{id}"),
        item: item.to_owned(),
        item_title: if adverse {
            "行政处罚"
        } else {
            "行政许可"
        }
        .to_owned(),
        adverse,
        subject_code: Some(CODE.to_owned()),
        subject_name: name.to_owned(),
        sentence: if adverse {
            format!(
                "{name}因{matter}，被处以{outcome}（{authority}，{}）。",
                days.0
            )
        } else {
            format!("{name}获得行政许可：{matter}（{authority}，{}）。", days.0)
        },
        matter: matter.to_owned(),
        outcome: outcome.to_owned(),
        amounts: Vec::new(),
        document_number: number.to_owned(),
        authority: authority.to_owned(),
        authority_short: authority.trim_start_matches("信衡区").to_owned(),
        class_title: adverse.then(|| "一般失信信息".to_owned()),
        earliest_repair: adverse.then(|| date(2026, 8, 18)),
        decided_on: Some(days.0),
        shown_from: days.1,
        shown_until: days.2,
        marks: marks.iter().map(|m| (*m).to_owned()).collect(),
    }
}

const NAME: &str = "衡川市信衡区青禾食品有限公司";

fn penalty_line() -> RecordLine {
    let mut penalty = line(
        "7k2m9d4q8w3x5c1v",
        "penalty",
        NAME,
        ("销售超过保质期的预包装食品", "罚款2万元、没收违法所得58元"),
        "衡信市监处罚〔2026〕112号",
        "信衡区市场监督管理局",
        (
            date(2026, 5, 18),
            date(2026, 5, 20),
            Some(date(2027, 5, 18)),
        ),
        &[],
    );
    let amount = |field: &str, title: &str, shown: &str, yuan: &str| AmountView {
        field: field.to_owned(),
        title: title.to_owned(),
        shown: shown.to_owned(),
        yuan: yuan.to_owned(),
    };
    penalty.amounts = vec![
        amount("CF_NR_FK", "罚款", "2万元", "20000.00"),
        amount("CF_NR_WFFF", "没收违法所得、没收非法财物", "58元", "58.00"),
    ];
    penalty
}

fn permit_line() -> RecordLine {
    line(
        "2h6t0p9r4n8y1b3z",
        "permit",
        NAME,
        ("热食类食品制售", "准予许可"),
        "衡信市监许可〔2026〕2041号",
        "信衡区市场监督管理局",
        (
            date(2026, 11, 18),
            date(2026, 11, 20),
            Some(date(2031, 11, 17)),
        ),
        &[],
    )
}

fn ending_line() -> RecordLine {
    line(
        "9c4v7x1k5m2d8q3w",
        "penalty",
        NAME,
        ("占用、堵塞疏散通道", "罚款5,000元"),
        "衡信消行罚决字〔2025〕38号",
        "信衡区消防救援大队",
        (
            date(2025, 12, 3),
            date(2025, 12, 10),
            Some(date(2026, 12, 3)),
        ),
        &["60 日内到期", "复议中"],
    )
}

fn long_term_line() -> RecordLine {
    line(
        "5w8e2r6t9y3u1p4a",
        "permit",
        NAME,
        (
            "在平准路 88 号商场南立面设置大型户外广告设施一处",
            "准予许可",
        ),
        "衡信城管许可〔2024〕17号",
        "信衡区城市管理局",
        (date(2024, 3, 11), date(2024, 3, 14), None),
        &["已变更"],
    )
}

/// The frame of a site inside a portal.
pub(crate) fn in_portal(path: &str) -> Frame {
    let link = |title: &str, path: &str| Link {
        title: title.to_owned(),
        href: format!("https://www.xinheng.gov.example/{path}"),
    };
    let settings = District {
        portal: Portal {
            name: Some("信衡区人民政府门户网站".to_owned()),
            home: Some("https://www.xinheng.gov.example/".to_owned()),
            logo: Some(Logo {
                hash: "0".repeat(64),
                width: 120,
                height: 40,
            }),
            header: vec![link("政务公开", "zwgk"), link("<b>互动</b>", "hdjl")],
            footer: vec![link("隐私声明", "privacy")],
        },
        imprint: Imprint {
            sponsor: Some("信衡区人民政府办公室".to_owned()),
            icp: Some("虚ICP备00000000号".to_owned()),
            police: Some("虚公网安备 00000000000000号".to_owned()),
            site_code: Some("9900000000".to_owned()),
        },
        publicity: Mode::Mirror,
        ..District::default()
    };
    Frame {
        site: "https://www.xinheng.gov.example/credit".to_owned(),
        canonical: true,
        settings: Arc::new(settings),
        ..frame(path)
    }
}

/// The frame of a site that shows no record.
pub(crate) fn guide(path: &str) -> Frame {
    let settings = District {
        publicity: Mode::Guide,
        ..District::default()
    };
    Frame {
        settings: Arc::new(settings),
        ..frame(path)
    }
}
