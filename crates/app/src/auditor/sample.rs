//! Seeded samples (抽样): anybody who has the seed, the population and SHA-256 comes to the same rows.
//! The seed is published before anybody knows the population's hashes, so that nobody picks.

use crate::{
    AppError, AppResult, Ctx, Scope,
    record::{official_fields, purpose_given},
};
use jiff::civil::Date;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::{
    collections::BTreeSet,
    io::{Seek, Write},
};
use xinheng_domain::{act::Act, hex::hex, permission::Reach, record::RecordId};
use xinheng_exchange::plain::{PlainKind, PlainTable};
use xinheng_store::{
    department,
    record::{self, ListFilter, Stored},
};

/// Rows that one sample takes.
pub const MOST: usize = 500; // no law: ours, about what one person looks through

/// What is drawn from.
#[derive(Debug, Clone, Copy)]
pub struct Draw<'a> {
    /// Catalogue item.
    pub item: &'a str,
    /// Of this department; of all within the letter where absent.
    pub department: Option<&'a str>,
    /// Decided on this day or later.
    pub from: Option<Date>,
    /// Decided on this day or earlier.
    pub until: Option<Date>,
    /// So many.
    pub size: usize,
    /// Published beforehand.
    pub seed: &'a str,
    /// What for.
    pub purpose: &'a str,
}

/// A row of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleRow {
    /// SHA-256 of seed and number, by which it was drawn.
    pub hash: String,
    /// Number of the record.
    pub record: String,
    /// Name of the department.
    pub department: String,
    /// Document number.
    pub document_number: String,
    /// Decision date.
    pub decided_on: Option<Date>,
    /// Every field: name and value.
    pub fields: Vec<(String, String)>,
}

/// What was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sampled {
    /// Title of the item.
    pub item_title: String,
    /// Records that were drawn from.
    pub population: usize,
    /// SHA-256 of their numbers in order, one a line: says whether another draws from the same.
    pub digest: String,
    /// The rows, in the order in which they were drawn.
    pub rows: Vec<SampleRow>,
}

/// Items from which samples are drawn: id and title.
#[must_use]
pub fn items(ctx: &Ctx<'_>) -> Vec<(String, String)> {
    let items = ctx.deployment().rulebook().items().iter();
    items
        .map(|item| (item.id.clone(), item.title.clone()))
        .collect()
}

/// The place of a record in the order of a seed.
fn place(seed: &str, id: &RecordId) -> String {
    let mut hash = Sha256::new();
    hash.update(seed);
    hash.update("\n");
    hash.update(id.as_str());
    hex(&hash.finalize())
}

/// The first so many of the population in the order of the seed.
fn drawn(seed: &str, population: &BTreeSet<RecordId>, size: usize) -> Vec<(String, RecordId)> {
    let all = population.iter();
    let mut all: Vec<_> = all.map(|id| (place(seed, id), id.clone())).collect();
    all.sort();
    all.truncate(size);
    all
}

fn digest(population: &BTreeSet<RecordId>) -> String {
    let mut hash = Sha256::new();
    for id in population {
        hash.update(id.as_str());
        hash.update("\n");
    }
    hex(&hash.finalize())
}

/// Draws a sample from what is current today. It leaves one entry, with seed and population.
///
/// # Errors
/// Forbidden, or outside the letter; no such item or department; no seed, no purpose, or a size that
/// is none; faults of the store.
pub fn draw(ctx: &Ctx<'_>, ask: &Draw<'_>) -> AppResult<Sampled> {
    ctx.allow(Act::SampleDraw)?;
    purpose_given(ask.seed, "事先公布的种子")?;
    purpose_given(ask.purpose, "查看用途")?;
    let seed = ask.seed.trim();
    if !(1..=MOST).contains(&ask.size) {
        return Err(AppError::BadInput(format!("样本数应当是 1 到 {MOST}。")));
    }
    let item = ctx.deployment().rulebook().item(ask.item);
    let item = item.ok_or_else(|| AppError::NotFound("没有这一类信息，请重新选择。".to_owned()))?;
    let (names, population, stored) = ctx.look(Act::SampleDraw, ask.purpose, |mut read| {
        let names = department::all(&mut read)?;
        let (mut seen, within) = match ask.department {
            None => read.within_reach(),
            Some(code) => {
                let seen = read.permit(Scope::Department(code))?;
                if !names.iter().any(|d| d.code == code) {
                    return Err(AppError::NotFound(format!("没有编号是“{code}”的部门。")));
                }
                (seen, Reach::Departments([code.to_owned()].into()))
            }
        };
        let mut population = BTreeSet::new();
        let of = match within {
            Reach::Everywhere => vec![None],
            Reach::Departments(own) => own.into_iter().map(Some).collect(),
        };
        for department in of {
            let filter = ListFilter {
                item: Some(item.id.clone()),
                department,
                decided_from: ask.from,
                decided_until: ask.until,
                ..ListFilter::default()
            };
            population.extend(record::ids(&mut seen, &filter)?);
        }
        let mut stored: Vec<(String, Stored)> = Vec::new();
        for (hash, id) in drawn(seed, &population, ask.size) {
            let current = record::current(&mut seen, &id)?;
            stored.extend(current.map(|stored| (hash, stored)));
        }
        let detail = json!({
            "item": item.id, "department": ask.department, "from": ask.from, "until": ask.until,
            "seed": seed, "size": ask.size, "population": population.len(),
            "digest": digest(&population),
        });
        Ok(seen.done((names, population, stored), detail))
    })?;
    let row = |(hash, stored): (String, Stored)| {
        let of = &stored.record;
        let known = names.iter().find(|d| d.code == of.department);
        Ok(SampleRow {
            hash,
            record: of.id.to_string(),
            department: known.map_or_else(|| of.department.clone(), |d| d.name.clone()),
            document_number: of.document_number.clone(),
            decided_on: of.decided_on,
            fields: official_fields(ctx, of)?,
        })
    };
    Ok(Sampled {
        item_title: item.title.clone(),
        population: population.len(),
        digest: digest(&population),
        rows: stored.into_iter().map(row).collect::<AppResult<_>>()?,
    })
}

/// Writes a sample as a workbook: every row with all its fields.
///
/// # Errors
/// It cannot be written.
pub fn table(sampled: &Sampled, out: impl Write + Seek + Send) -> AppResult<()> {
    let failed = |e: std::io::Error| AppError::Fault(format!("样本不能写成工作簿：{e}"));
    let mut columns: Vec<&str> = Vec::new();
    for (name, _) in sampled.rows.iter().flat_map(|row| &row.fields) {
        if !columns.contains(&name.as_str()) {
            columns.push(name);
        }
    }
    let mut header = vec!["序号", "排序值", "记录编号", "报送部门"];
    header.extend(&columns);
    let mut table = PlainTable::new(out, PlainKind::Workbook, "样本", &header).map_err(failed)?;
    for (at, row) in sampled.rows.iter().enumerate() {
        let number = (at + 1).to_string();
        let mut cells = vec![number.as_str(), &row.hash, &row.record, &row.department];
        cells.extend(columns.iter().map(|column| {
            let field = row.fields.iter().find(|(name, _)| name == column);
            field.map_or("", |(_, value)| value.as_str())
        }));
        table.row(&cells).map_err(failed)?;
    }
    table.finish().map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: printf 'S\na' | sha256sum, and so on.
    #[test]
    fn the_order_is_that_of_sha256_over_seed_and_number() {
        let ids = ["a", "b", "c"].map(|id| RecordId(id.to_owned()));
        let population: BTreeSet<RecordId> = ids.clone().into();
        let all = drawn("S", &population, 9);
        assert_eq!(all.len(), 3);
        let mut hashes: Vec<String> = ids.iter().map(|id| place("S", id)).collect();
        hashes.sort();
        assert_eq!(
            all.iter().map(|(hash, _)| hash).collect::<Vec<_>>(),
            hashes.iter().collect::<Vec<_>>()
        );
        assert_eq!(drawn("S", &population, 2), all[..2]);
        assert_ne!(place("S", &ids[0]), place("T", &ids[0]));
        assert_eq!(
            place("S", &ids[0]),
            "e699567d64986c0e4705c216aef57fc6660cad90d9f3e7a563a073fef96bf222"
        );
        assert_eq!(
            digest(&population),
            "880553fca8fcea94e325ee2cfb48e5a985cc797f39a14cc6d3cedecfeb2ae4d2"
        );
    }
}
