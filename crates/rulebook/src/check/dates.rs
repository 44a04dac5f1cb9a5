//! Dates: no overlap, no gap, nothing resting on a document that was not in force.

use crate::{
    load::{Parts, Placed},
    model::{Parameter, ParameterValue, Source, Unit},
    problem::Problem,
};
use jiff::civil::Date;
use std::collections::BTreeMap;
use xinheng_domain::{basis::Basis, publicity::Regime};

pub(super) fn check(parts: &Parts, problems: &mut Vec<Problem>) {
    for source in &parts.sources {
        let s = &source.value;
        if s.repealed.is_some_and(|end| end < s.in_force) {
            problems.push(Problem::new(&source.file, &s.id, "废止日期早于施行日期"));
        }
        if s.replaced_by.is_some() && s.repealed.is_none() {
            problems.push(Problem::new(
                &source.file,
                &s.id,
                "已被替代，却没有写明废止日期",
            ));
        }
    }
    parameters(parts, problems);
    tables(parts, problems);
    for item in &parts.items {
        let i = &item.value;
        // A catalogue item may rest on several documents; one of them must carry it.
        let carried = i.basis.iter().filter_map(|b| source(parts, b)).any(|s| {
            s.repealed
                .is_none_or(|end| i.until.is_some_and(|u| u <= end))
        });
        if !i.basis.is_empty() && !carried {
            problems.push(Problem::new(
                &item.file,
                &i.id,
                "目录项的依据都已废止，目录项却没有截止日期",
            ));
        }
    }
}

fn source<'a>(parts: &'a Parts, basis: &Basis) -> Option<&'a Source> {
    let mut sources = parts.sources.iter().map(|s| &s.value);
    sources.find(|s| s.id == basis.source)
}

/// A span of days that rests on a document must lie within the document's own days.
fn within_source(
    parts: &Parts,
    basis: &Basis,
    (from, until): (Option<Date>, Option<Date>),
    mut report: impl FnMut(String),
) {
    let Some(source) = source(parts, basis) else {
        return;
    };
    if from.is_some_and(|from| from < source.in_force) {
        report(format!(
            "依据《{}》自{}起施行，不能用于更早的日期",
            source.title, source.in_force
        ));
    }
    if let Some(repealed) = source.repealed
        && until.is_none_or(|until| until > repealed)
    {
        report(format!(
            "依据《{}》的效力到{repealed}为止，取值却没有在此之前截止",
            source.title
        ));
    }
}

fn parameters(parts: &Parts, problems: &mut Vec<Problem>) {
    let mut by_id: BTreeMap<&str, Vec<(&Placed<Parameter>, &ParameterValue)>> = BTreeMap::new();
    for p in &parts.parameters {
        let of_id = by_id.entry(&p.value.id).or_default();
        of_id.extend(p.value.values.iter().map(|v| (p, v)));
        if p.value.values.is_empty() {
            problems.push(Problem::new(&p.file, &p.value.id, "参数没有取值"));
        }
    }
    for (id, mut values) in by_id {
        values.sort_by_key(|(p, v)| (p.layer, v.from));
        for (i, (p, v)) in values.iter().enumerate() {
            let next = values.get(i + 1).filter(|(n, _)| n.layer == p.layer);
            let mut report = |text: String| {
                problems.push(Problem::new(&p.file, format!("{id} 自{}", v.from), text));
            };
            let is_text = parts
                .parameters
                .iter()
                .any(|q| q.value.id == id && q.value.unit == Unit::Text);
            match (&v.integer, &v.text) {
                (Some(_), None) if !is_text => {}
                (None, Some(word)) if is_text => {
                    let starts = ["next_day", "same_day"];
                    if crate::decide::NAMED_PARAMETERS.contains(&id)
                        && !starts.contains(&word.as_str())
                    {
                        report(format!("“{word}”不是可用的取值，可用：next_day、same_day"));
                    }
                }
                _ => report("应当有且只有一个取值：数字写 integer，文字写 text".to_owned()),
            }
            if v.integer.is_some_and(|n| n < 0) {
                report("取值不能为负数".to_owned());
            }
            if v.until.is_some_and(|until| until < v.from) {
                report("截止日期早于起始日期".to_owned());
            }
            if let Some((_, n)) = next {
                if n.from == v.from || v.until.is_some_and(|until| until >= n.from) {
                    report(format!("与自{}起的取值重叠", n.from));
                }
                if let Some(until) = v.until
                    && until.tomorrow().is_ok_and(|day| day < n.from)
                {
                    report(format!("{until}与{}之间没有取值", n.from));
                }
            }
            let until = v.until.or(next.and_then(|(_, n)| n.from.yesterday().ok()));
            within_source(parts, &v.basis, (Some(v.from), until), &mut report);
        }
    }
}

fn tables(parts: &Parts, problems: &mut Vec<Problem>) {
    let mut by_table: BTreeMap<&str, Vec<&Placed<Regime>>> = BTreeMap::new();
    for r in &parts.regimes {
        by_table.entry(&r.value.table).or_default().push(r);
        for basis in &r.value.basis {
            let span = (r.value.from, r.value.until);
            within_source(parts, basis, span, |text| {
                problems.push(Problem::new(&r.file, &r.value.id, text));
            });
        }
    }
    for regimes in by_table.values_mut() {
        regimes.sort_by_key(|r| r.value.from);
        for pair in regimes.windows(2) {
            let [a, b] = pair else { continue };
            let mut report = |text: String| {
                problems.push(Problem::new(&b.file, &b.value.id, text));
            };
            let Some(from) = b.value.from else {
                report(format!("与“{}”都没有起始日期", a.value.id));
                continue;
            };
            match a.value.until {
                None => report(format!("前一规定“{}”没有截止日期", a.value.id)),
                Some(until) if until >= from => {
                    report(format!("与前一规定“{}”（至{until}）重叠", a.value.id));
                }
                Some(until) if until.tomorrow().is_ok_and(|day| day < from) => {
                    report(format!("与前一规定“{}”（至{until}）之间有空档", a.value.id));
                }
                Some(_) => {}
            }
        }
    }
}
