//! The district's invented organisations: names over time, codes, status.

use crate::{
    DIVISION, DemoError, Size, cast, person,
    random::Random,
    tables::{Department, Trade},
};
use jiff::{ToSpan, civil::Date};
use std::collections::{BTreeMap, BTreeSet};
use xinheng_domain::code;

/// One organisation.
#[derive(Debug, Clone)]
pub(crate) struct Organisation {
    pub(crate) code: String,
    /// A code it bore by mistake, and the day that was put right.
    pub(crate) former_code: Option<(String, Date)>,
    pub(crate) name: String,
    /// A former name, and the first day of the present one.
    pub(crate) former_name: Option<(String, Date)>,
    /// What the register calls its kind.
    pub(crate) form: &'static str,
    /// Id in `data/trades.toml`.
    pub(crate) trade: String,
    pub(crate) representative: String,
    pub(crate) registered_on: Date,
    pub(crate) dissolved_on: Option<Date>,
    /// Stands in the register; the others are met in files only.
    pub(crate) in_register: bool,
    /// Old registration number, where the organisation has no code at all.
    pub(crate) registration_number: Option<String>,
}

impl Organisation {
    pub(crate) fn name_on(&self, day: Date) -> &str {
        match &self.former_name {
            Some((former, from)) if day < *from => former,
            _ => &self.name,
        }
    }

    pub(crate) fn code_on(&self, day: Date) -> &str {
        match &self.former_code {
            Some((former, from)) if day < *from => former,
            _ => &self.code,
        }
    }

    /// The party category of the national standard.
    pub(crate) fn category(&self) -> &'static str {
        if self.code.starts_with("92") || self.registration_number.is_some() {
            "个体工商户"
        } else {
            "法人及非法人组织"
        }
    }

    pub(crate) fn exists_on(&self, day: Date) -> bool {
        self.registered_on <= day && self.dissolved_on.is_none_or(|end| day < end)
    }
}

/// All of them, found by trade or by the part they play.
#[derive(Debug)]
pub(crate) struct Organisations {
    pub(crate) list: Vec<Organisation>,
    /// Those that get rows at random.
    by_trade: BTreeMap<String, Vec<usize>>,
    cast: BTreeMap<&'static str, usize>,
}

impl Organisations {
    /// The one that plays a part of [`crate::cast`].
    pub(crate) fn part(&self, part: &str) -> Option<&Organisation> {
        self.list.get(*self.cast.get(part)?)
    }

    /// One of these trades that existed on the day; few have many records, many have few.
    pub(crate) fn draw(
        &self,
        trades: &[String],
        day: Date,
        random: &mut Random,
    ) -> Option<&Organisation> {
        let weights = trades
            .iter()
            .map(|t| self.by_trade.get(t).map_or(0, |l| l.len() as u64));
        for _ in 0..40 {
            let trade = trades.get(random.weighted(weights.clone()))?;
            let Some(pool) = self.by_trade.get(trade) else {
                continue;
            };
            let (a, b) = (random.below(pool.len()), random.below(pool.len()));
            let found = pool.get(a.min(b)).and_then(|i| self.list.get(*i))?;
            if found.exists_on(day) {
                return Some(found);
            }
        }
        None
    }
}

struct Maker<'a> {
    random: Random,
    trades: &'a [Trade],
    names: BTreeSet<String>,
    serials: BTreeSet<String>,
    today: Date,
}

/// Invents the organisations: the cast first, then as many as the size asks for.
pub(crate) fn invent(
    seed: u64,
    today: Date,
    size: Size,
    departments: &[Department],
    trades: &[Trade],
) -> Result<Organisations, DemoError> {
    let mut maker = Maker {
        random: Random::new(seed, "organisations"),
        trades,
        names: BTreeSet::new(),
        serials: BTreeSet::new(),
        today,
    };
    let mut all = Organisations {
        list: Vec::new(),
        by_trade: BTreeMap::new(),
        cast: BTreeMap::new(),
    };
    for d in departments {
        let representative = person::name(&mut maker.random);
        maker.names.insert(d.name.clone());
        all.list.push(Organisation {
            code: d.code.clone(),
            former_code: None,
            name: d.name.clone(),
            former_name: None,
            form: if d.code.starts_with("11") {
                "机关"
            } else {
                "事业单位"
            },
            trade: "institution".to_owned(),
            representative,
            registered_on: maker.years_ago(12),
            dissolved_on: None,
            in_register: true,
            registration_number: None,
        });
    }
    for role in cast::ROLES {
        let organisation = maker.play(role)?;
        all.cast.insert(role.part, all.list.len());
        all.list.push(organisation);
    }
    while all.list.len() < size.organisations() {
        let organisation = maker.any()?;
        let place = all.list.len();
        all.by_trade
            .entry(organisation.trade.clone())
            .or_default()
            .push(place);
        all.list.push(organisation);
    }
    Ok(all)
}

impl Maker<'_> {
    fn years_ago(&self, years: i64) -> Date {
        self.today.saturating_sub(years.years())
    }

    fn play(&mut self, role: &cast::Role) -> Result<Organisation, DemoError> {
        let code = self.code(role.pair)?;
        let former_code = match role.wrong_code_until {
            Some(days) => Some((
                self.code(role.pair)?,
                self.today.saturating_sub(days.days()),
            )),
            None => None,
        };
        let name = match role.name {
            Some(name) => name.to_owned(),
            None => person::name(&mut self.random),
        };
        self.names.insert(name.clone());
        let representative = if role.name.is_none() {
            name.clone()
        } else {
            person::name(&mut self.random)
        };
        let registration_number = role.without_code.then(|| "990102600099999".to_owned());
        Ok(Organisation {
            code: if role.without_code {
                code::PLACEHOLDER.to_owned()
            } else {
                code
            },
            former_code,
            name,
            former_name: role
                .former_name
                .map(|(former, days)| (former.to_owned(), self.today.saturating_sub(days.days()))),
            form: role.form,
            trade: role.trade.to_owned(),
            representative,
            registered_on: self
                .years_ago(8)
                .saturating_add(self.random.between(0, 300).days()),
            dissolved_on: role
                .dissolved
                .map(|days| self.today.saturating_sub(days.days())),
            in_register: role.in_register,
            registration_number,
        })
    }

    fn any(&mut self) -> Result<Organisation, DemoError> {
        let trades = self.trades;
        let trade = trades
            .get(self.random.weighted(trades.iter().map(|t| t.weight)))
            .ok_or_else(|| DemoError::Data("trades.toml: empty".to_owned()))?;
        let pair = trade
            .pairs
            .get(self.random.weighted(trade.pairs.iter().map(|p| p.1)))
            .map_or("91", |p| p.0.as_str());
        let person_named = pair == "92" && self.random.permille(30);
        let representative = person::name(&mut self.random);
        let name = if person_named {
            representative.clone()
        } else {
            self.free_name(trade, pair)
        };
        // A person's name alone is not unique, and need not be: such a business is found by code.
        self.names.insert(name.clone());
        let age = if self.random.permille(720) {
            (5 * 365, 15 * 365)
        } else {
            (25, 5 * 365)
        };
        let registered_on = self
            .today
            .saturating_sub(self.random.between(age.0, age.1).days());
        let dissolved_on = self
            .random
            .permille(45)
            .then(|| {
                self.today
                    .saturating_sub(self.random.between(30, 1400).days())
            })
            .filter(|d| *d > registered_on.saturating_add(90.days()));
        let former_name = (!person_named && self.random.permille(45))
            .then(|| {
                self.today
                    .saturating_sub(self.random.between(60, 1700).days())
            })
            .filter(|d| *d > registered_on.saturating_add(60.days()))
            .map(|from| (self.free_name(trade, pair), from));
        Ok(Organisation {
            code: self.code(pair)?,
            former_code: None,
            form: form_of(pair, &name),
            name,
            former_name,
            trade: trade.id.clone(),
            representative,
            registered_on,
            dissolved_on,
            in_register: !self.random.permille(5),
            registration_number: None,
        })
    }

    /// A code with both check characters, of a division that does not exist, used once.
    fn code(&mut self, pair: &str) -> Result<String, DemoError> {
        const CHARACTERS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
        let head = match pair {
            "12" => "MB",
            "51" | "52" => "MJ",
            "31" => "MD",
            _ => "MA",
        };
        loop {
            let tail: String = (0..6)
                .filter_map(|_| self.random.pick(CHARACTERS).map(|b| char::from(*b)))
                .collect();
            let serial = format!("{head}{tail}");
            if self.serials.insert(serial.clone()) {
                return code::assemble(pair, DIVISION, &serial)
                    .ok_or_else(|| DemoError::Data(format!("{pair} {serial}")));
            }
        }
    }

    /// A name nobody else in the district bears; homonyms are cast, not left to chance.
    fn free_name(&mut self, trade: &Trade, pair: &str) -> String {
        loop {
            let name = self.name(trade, pair);
            if self.names.insert(name.clone()) {
                return name;
            }
        }
    }

    fn name(&mut self, trade: &Trade, pair: &str) -> String {
        const BRAND: &[&str] = &[
            "澄", "岚", "禾", "锐", "谷", "启", "铭", "岳", "沐", "昊", "朗", "栎", "泽", "辰",
            "屿", "淼", "瑞", "泓", "翎", "恒", "桐", "皓", "砚", "衍", "隽", "陌", "鹿", "渡",
            "梧", "杉", "岑", "汀", "琅", "峤", "屹", "霁", "湛", "煦", "颂", "蔚",
        ];
        let first = self.random.below(BRAND.len());
        // Never the same character twice.
        let second = first + 1 + self.random.below(BRAND.len() - 1);
        let brand: String = [first, second % BRAND.len()]
            .iter()
            .filter_map(|i| BRAND.get(*i).copied())
            .collect();
        let suits = |word: &&String| match pair {
            "51" => word.ends_with('会'),
            "52" if trade.id == "society" => word.ends_with("中心"),
            _ => true,
        };
        let words: Vec<&String> = trade.words.iter().filter(suits).collect();
        let word = self.random.pick(&words).map_or("服务", |w| w.as_str());
        match pair {
            "91" => {
                let form = match self.random.below(40) {
                    0 => "股份有限公司",
                    1 => "（普通合伙）",
                    2 => "有限责任公司",
                    _ => "有限公司",
                };
                match self.random.below(20) {
                    0 => format!("衡川{brand}（信衡）{word}{form}"),
                    1 => format!("衡川{brand}(信衡){word}{form}"),
                    2 => format!("衡川{brand}{word}{form}信衡分公司"),
                    3..=8 => format!("信衡{brand}{word}{form}"),
                    9..=11 => format!("衡川市{brand}{word}{form}"),
                    _ => format!("衡川{brand}{word}{form}"),
                }
            }
            "93" => format!("衡川市信衡区{brand}{word}专业合作社"),
            "31" => format!("衡川{brand}{word}"),
            "12" => format!("衡川市信衡区{brand}{word}"),
            _ => format!("信衡区{brand}{word}"),
        }
    }
}

fn form_of(pair: &str, name: &str) -> &'static str {
    match pair {
        "92" => "个体工商户",
        "93" => "农民专业合作社",
        "51" => "社会团体",
        "52" => "民办非企业单位",
        "31" => "律师事务所",
        "12" => "事业单位",
        _ if name.ends_with("分公司") => "分公司",
        _ if name.contains("股份") => "股份有限公司",
        _ if name.contains("合伙") => "合伙企业",
        _ => "有限责任公司",
    }
}
