//! The district's departments and trades, read from `data/`.

use crate::{DIVISION, DemoError};
use serde::Deserialize;
use xinheng_domain::code;

/// A unit of the district.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Department {
    pair: String,
    serial: String,
    /// The district's own number for it, e.g. `scjg`: what a clerk writes behind `--department`.
    pub(crate) short: String,
    pub(crate) name: String,
    /// Sign before the year in its document numbers, e.g. `衡信市监`.
    pub(crate) mark: String,
    #[serde(default)]
    pub(crate) permits: Vec<PermitMatter>,
    #[serde(default)]
    pub(crate) penalties: Vec<PenaltyMatter>,
    /// Unified social credit code; put together after reading.
    #[serde(skip)]
    pub(crate) code: String,
}

impl Department {
    /// What its standards are about, as they call it.
    pub(crate) fn field(&self) -> &str {
        if self.kind() == "街道和镇" {
            return "基层综合执法";
        }
        let name = self.name.trim_end_matches("信衡分局");
        let name = ["衡川市信衡区", "衡川市"]
            .into_iter()
            .find_map(|of| Some(name.split_once(of)?.1));
        name.map_or("", |name| name.trim_end_matches('局'))
    }

    /// What kind of unit it is.
    pub(crate) fn kind(&self) -> &'static str {
        if self.name.ends_with("办事处") || self.name.ends_with("镇人民政府") {
            "街道和镇"
        } else if self.pair == "12" {
            "事业单位"
        } else {
            "区级部门"
        }
    }

    /// The name without city and district, for file names.
    pub(crate) fn short_name(&self) -> &str {
        let name = self.name.strip_prefix("国家税务总局").unwrap_or(&self.name);
        ["衡川市信衡区人民政府", "衡川市信衡区", "衡川市"]
            .iter()
            .find_map(|p| name.strip_prefix(p))
            .unwrap_or(name)
    }
}

/// A kind of permit that a unit grants.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PermitMatter {
    pub(crate) weight: u64,
    pub(crate) document: String,
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) certificate: Option<String>,
    pub(crate) content: String,
    /// Years of validity; 0 = long-term.
    pub(crate) years: i16,
    pub(crate) trades: Vec<String>,
}

/// A kind of penalty that a unit imposes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PenaltyMatter {
    pub(crate) weight: u64,
    #[serde(rename = "type")]
    pub(crate) offence: String,
    pub(crate) fact: String,
    pub(crate) basis: String,
    pub(crate) kinds: Vec<String>,
    /// Lowest and highest fine in yuan.
    #[serde(default)]
    pub(crate) fine: Option<(i64, i64)>,
    /// The licence that is suspended, lowered or revoked.
    #[serde(default)]
    pub(crate) licence: Option<String>,
    pub(crate) trades: Vec<String>,
}

/// What an organisation does.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trade {
    pub(crate) id: String,
    pub(crate) weight: u64,
    pub(crate) words: Vec<String>,
    pub(crate) goods: Vec<String>,
    /// Pairs at the head of the code, with weights.
    pub(crate) pairs: Vec<(String, u64)>,
}

#[derive(Deserialize)]
struct Departments {
    department: Vec<Department>,
}

#[derive(Deserialize)]
struct Trades {
    trade: Vec<Trade>,
}

pub(crate) fn departments() -> Result<Vec<Department>, DemoError> {
    let mut list: Departments = toml::from_str(include_str!("../data/departments.toml"))
        .map_err(|e| DemoError::Data(format!("departments.toml: {e}")))?;
    for d in &mut list.department {
        d.code = code::assemble(&d.pair, DIVISION, &d.serial)
            .ok_or_else(|| DemoError::Data(format!("departments.toml: {}", d.serial)))?;
    }
    Ok(list.department)
}

pub(crate) fn trades() -> Result<Vec<Trade>, DemoError> {
    toml::from_str::<Trades>(include_str!("../data/trades.toml"))
        .map(|t| t.trade)
        .map_err(|e| DemoError::Data(format!("trades.toml: {e}")))
}
