//! A department's desk: writes down permits and penalties as its files carry them.

use crate::{
    organisation::Organisation,
    person,
    random::Random,
    row::{Kind, Meaning, Row},
    tables::{Department, PenaltyMatter, PermitMatter, Trade},
};
use jiff::{ToSpan, civil::Date};
use std::collections::BTreeMap;

/// How files write "without end".
pub(crate) const LONG_TERM: &str = "2099-12-31";

const STREETS: &[&str] = &[
    "信义路",
    "衡平大道",
    "明诚街",
    "守约路",
    "归正巷",
    "长秤路",
    "南锚街",
    "望斗路",
    "清契街",
    "河尺路",
];

/// One department at work.
pub(crate) struct Desk<'a> {
    pub(crate) department: &'a Department,
    trades: &'a [Trade],
    pub(crate) random: Random,
    serials: BTreeMap<(Kind, i16), u32>,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(seed: u64, department: &'a Department, trades: &'a [Trade]) -> Self {
        Self {
            department,
            trades,
            random: Random::new(seed, &department.code),
            serials: BTreeMap::new(),
        }
    }

    /// The next document number of the year.
    pub(crate) fn document_number(&mut self, kind: Kind, decided: Date) -> String {
        let serial = self.serials.entry((kind, decided.year())).or_insert(0);
        *serial += 1;
        let word = match kind {
            Kind::Permit => "许",
            Kind::Penalty => "罚",
        };
        format!(
            "{}{word}〔{}〕{serial}号",
            self.department.mark,
            decided.year()
        )
    }

    fn start(&mut self, kind: Kind, party: &Organisation, decided: Date) -> Row {
        let mut row = Row::new(kind);
        let number = self.document_number(kind, decided);
        let code = party.code_on(decided);
        row.put(Meaning::Name, party.name_on(decided))
            .put(Meaning::Category, party.category())
            .put(Meaning::Code, code)
            .put(Meaning::Representative, party.representative.as_str())
            .put(Meaning::Document, number)
            .put(Meaning::Decided, decided.to_string())
            .put(Meaning::Authority, self.department.name.as_str())
            .put(Meaning::AuthorityCode, self.department.code.as_str())
            .put(Meaning::Source, self.department.name.as_str())
            .put(Meaning::SourceCode, self.department.code.as_str());
        if let Some(number) = &party.registration_number {
            row.put(Meaning::Registration, number.as_str());
        }
        row
    }

    /// A permit granted on the day.
    pub(crate) fn permit(
        &mut self,
        matter: &PermitMatter,
        party: &Organisation,
        decided: Date,
    ) -> Row {
        let mut row = self.start(Kind::Permit, party, decided);
        let content = self.fill(&matter.content, &party.trade, decided);
        let until = match matter.years {
            0 => LONG_TERM.to_owned(),
            years => decided
                .saturating_add(years.years())
                .saturating_sub(1.day())
                .to_string(),
        };
        row.set("XK_XKWS", matter.document.as_str())
            .set("XK_XKLB", matter.kind.as_str())
            .set("XK_NR", content)
            .set("XK_YXQZ", decided.to_string())
            .set("XK_YXQZI", until)
            .set("XK_ZT", "1");
        if let Some(certificate) = &matter.certificate {
            let number = format!("XH990102{:07}", self.random.between(1, 9_999_999));
            row.set("XK_XKZS", certificate.as_str())
                .set("XK_XKBH", number);
        }
        row
    }

    /// A penalty imposed on the day; `served` some days later.
    pub(crate) fn penalty(
        &mut self,
        matter: &PenaltyMatter,
        party: &Organisation,
        decided: Date,
    ) -> Row {
        let mut row = self.start(Kind::Penalty, party, decided);
        let fact = self.fill(&matter.fact, &party.trade, decided);
        row.set("CF_WFXW", matter.offence.as_str())
            .set("CF_SY", fact)
            .set("CF_YJ", matter.basis.as_str())
            .set("CF_YXQ", LONG_TERM)
            .set("XH_CX", "普通程序");
        let kinds: Vec<&str> = matter.kinds.iter().map(String::as_str).collect();
        let fine = matter.fine.map(|(low, high)| self.fine(low, high));
        self.impose(
            &mut row,
            &kinds,
            fine,
            matter.licence.as_deref(),
            &party.trade,
        );
        row
    }

    /// Writes kinds, content and amounts so that text and columns agree.
    pub(crate) fn impose(
        &mut self,
        row: &mut Row,
        kinds: &[&str],
        fine: Option<i64>,
        licence: Option<&str>,
        trade: &str,
    ) {
        let licence = licence.unwrap_or("经营许可证");
        let mut parts = Vec::new();
        let mut confiscated = 0;
        for kind in kinds {
            parts.push(match *kind {
                "警告" => "给予警告".to_owned(),
                "罚款" => format!("罚款人民币{}元", fine.unwrap_or(1000)),
                "没收违法所得" => {
                    let yuan = self.random.between(1, 80) * 50;
                    confiscated += yuan;
                    format!("没收违法所得人民币{yuan}元")
                }
                "没收非法财物" => {
                    let yuan = self.random.between(1, 60) * 20;
                    confiscated += yuan;
                    let goods = self.goods(trade);
                    format!("没收{goods}{}件，货值{yuan}元", self.random.between(2, 40))
                }
                "责令停产停业" => "责令停产停业整顿".to_owned(),
                "吊销许可证件" => format!("吊销{licence}"),
                "暂扣许可证件" => format!("暂扣{licence}{}个月", self.random.between(1, 3)),
                "降低资质等级" => format!("降低{licence}等级一级"),
                other => other.to_owned(),
            });
        }
        let content = match parts.as_slice() {
            [one] => format!("{one}。"),
            many => {
                let listed: Vec<String> = many
                    .iter()
                    .enumerate()
                    .map(|(i, p)| format!("{}.{p}", i + 1))
                    .collect();
                format!("{}。", listed.join("；"))
            }
        };
        row.set("CF_CFLB", kinds.join("、")).set("CF_NR", content);
        row.set(
            "CF_NR_FK",
            if kinds.contains(&"罚款") {
                wan(fine.unwrap_or(1000))
            } else {
                String::new()
            },
        );
        row.set(
            "CF_NR_WFFF",
            if confiscated > 0 {
                wan(confiscated)
            } else {
                String::new()
            },
        );
        if kinds
            .iter()
            .any(|k| k.starts_with("吊销") || k.starts_with("暂扣"))
        {
            let number = format!("XH990102{:07}", self.random.between(1, 9_999_999));
            row.set("CF_NR_ZKDX", format!("{licence}，编号{number}"));
        }
    }

    /// Most fines lie near the lower end.
    fn fine(&mut self, low: i64, high: i64) -> i64 {
        let share = self.random.between(0, 1000);
        let step = if high > 5000 { 500 } else { 50 };
        let drawn = low + (high - low) * share / 1000 * share / 1000 * share / 1000;
        (drawn / step * step).max(low)
    }

    fn goods(&mut self, trade: &str) -> String {
        let goods = self
            .trades
            .iter()
            .find(|t| t.id == trade)
            .map(|t| t.goods.as_slice());
        self.random
            .pick(goods.unwrap_or(&[]))
            .cloned()
            .unwrap_or_else(|| "商品".to_owned())
    }

    fn fill(&mut self, text: &str, trade: &str, decided: Date) -> String {
        let day = decided.saturating_sub(self.random.between(12, 60).days());
        let place = format!(
            "{}{}号",
            self.random.pick(STREETS).copied().unwrap_or("信义路"),
            self.random.between(1, 399),
        );
        let goods = self.goods(trade);
        text.replace("{day}", &person::chinese_day(day))
            .replace("{place}", &place)
            .replace("{goods}", &goods)
            .replace("{n}", &self.random.between(2, 18).to_string())
            .replace("{yuan}", &(self.random.between(3, 400) * 25).to_string())
    }
}

/// Yuan as the standard writes them: in 万元, without idle zeros.
pub(crate) fn wan(yuan: i64) -> String {
    let (whole, rest) = (yuan / 10_000, yuan % 10_000);
    if rest == 0 {
        return whole.to_string();
    }
    format!("{whole}.{}", format!("{rest:04}").trim_end_matches('0'))
}
