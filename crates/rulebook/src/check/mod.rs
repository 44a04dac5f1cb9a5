//! What the loader holds a rulebook to: every value has a basis that was in force, nothing
//! overlaps, no gap goes unnoticed, every id used exists and every id is used.

mod cases;
mod dates;
mod examples;
mod forward;
mod items;
mod layouts;
mod lists;
mod permissions;
mod regimes;

pub(crate) use examples::check as examples;

use crate::{
    Rulebook,
    load::{Parts, Placed},
    problem::Problem,
};
use std::collections::{BTreeMap, BTreeSet};
use xinheng_domain::{basis::Basis, refusal::RefusalCode};

/// Faults that need to know which file something came from.
pub(crate) fn parts(parts: &Parts, problems: &mut Vec<Problem>) {
    unique(&parts.sources, |s| &s.id, "法律文件", problems);
    unique(&parts.lists, |l| &l.id, "代码集", problems);
    unique(&parts.layouts, |l| &l.id, "版式", problems);
    unique(&parts.regimes, |r| &r.id, "公示规定", problems);
    unique(&parts.messages, |m| &m.code, "提示", problems);
    for code in RefusalCode::ALL {
        let mut said = parts.refusals.iter().filter(|r| r.value.code == *code);
        if said.next().is_none() || said.next().is_some() {
            problems.push(Problem::new(
                "refusals/refusals.toml",
                code.as_str(),
                "每个不予办理的代码应当有一条说明，也只能有一条",
            ));
        }
    }
    unique(&parts.forward, |t| &t.id, "报送模板", problems);
    let items = || parts.items.iter().chain(&parts.formats);
    let mut seen = BTreeMap::new();
    for item in items() {
        if let Some(first) = seen.insert(&item.value.id, &item.file) {
            problems.push(Problem::new(
                &item.file,
                &item.value.id,
                format!("目录项编号“{}”已在 {first} 中使用", item.value.id),
            ));
        }
    }
    bases(parts, problems);
    dates::check(parts, problems);
    items().for_each(|item| items::check(item, parts, problems));
    parts.items.iter().for_each(|i| items::record(i, problems));
    lists::check(parts, problems);
    let permissions = permissions::check(parts, problems);
    cases::check(parts, &permissions, problems);
    forward::check(parts, problems);
    layouts::check(parts, problems);
    regimes::check(parts, problems);
    for message in &parts.messages {
        let m = &message.value;
        for (key, text) in [
            ("title", &m.title),
            ("text", &m.text),
            ("why", &m.why),
            ("remedy", &m.remedy),
        ] {
            if text.trim().is_empty() {
                problems.push(Problem::new(
                    &message.file,
                    &m.code,
                    format!("“{key}”没有内容"),
                ));
            }
        }
    }
}

/// Faults of the whole.
pub(crate) fn book(book: &Rulebook, problems: &mut Vec<Problem>) {
    let mut used: BTreeSet<&str> = crate::decide::NAMED_PARAMETERS.into_iter().collect();
    used.extend(crate::decide::REPAIR_TOLD);
    used.extend(crate::decide::REMEDIES_TOLD);
    for item in book.items.iter().chain(&book.formats) {
        used.extend(items::parameters_of(item));
    }
    used.extend(book.kinds.iter().flat_map(cases::parameters_of));
    for id in &used {
        if !book.parameters.iter().any(|p| p.id == *id) {
            problems.push(Problem::new("parameters", *id, "规则中用到的参数没有定义"));
        }
    }
    for parameter in &book.parameters {
        if !used.contains(parameter.id.as_str()) {
            problems.push(Problem::new(
                "parameters",
                &parameter.id,
                "参数没有被任何规则使用，请删除或者更正编号",
            ));
        }
        if parameter.title.trim().is_empty() {
            problems.push(Problem::new("parameters", &parameter.id, "参数没有名称"));
        }
    }
}

fn unique<T>(
    placed: &[Placed<T>],
    id: impl Fn(&T) -> &String,
    what: &str,
    problems: &mut Vec<Problem>,
) {
    let mut seen = BTreeMap::new();
    for p in placed {
        let id = id(&p.value);
        if id.trim().is_empty() {
            problems.push(Problem::new(&p.file, "", format!("{what}没有编号")));
        }
        if let Some(first) = seen.insert(id, &p.file) {
            problems.push(Problem::new(
                &p.file,
                id,
                format!("{what}编号“{id}”已在 {first} 中使用"),
            ));
        }
    }
}

/// A citation with the file and place it stands in.
pub(super) struct Cited<'a> {
    file: &'a str,
    place: String,
    basis: &'a Basis,
}

/// Every citation of the rulebook.
pub(super) fn citations(parts: &Parts) -> Vec<Cited<'_>> {
    let mut all = Vec::new();
    for p in &parts.parameters {
        for v in &p.value.values {
            all.push(Cited {
                file: &p.file,
                place: format!("{} 自{}", p.value.id, v.from),
                basis: &v.basis,
            });
        }
    }
    for p in parts.items.iter().chain(&parts.formats) {
        for (place, basis) in items::bases_of(&p.value) {
            all.push(Cited {
                file: &p.file,
                place,
                basis,
            });
        }
    }
    for p in &parts.layouts {
        all.extend(p.value.basis.iter().map(|basis| Cited {
            file: &p.file,
            place: p.value.id.clone(),
            basis,
        }));
    }
    for p in &parts.lists {
        all.extend(p.value.basis.iter().map(|basis| Cited {
            file: &p.file,
            place: p.value.id.clone(),
            basis,
        }));
    }
    for p in &parts.list_extensions {
        all.extend(p.value.basis.iter().map(|basis| Cited {
            file: &p.file,
            place: p.value.id.clone(),
            basis,
        }));
    }
    for p in &parts.regimes {
        all.extend(regimes::bases_of(&p.value).map(|basis| Cited {
            file: &p.file,
            place: p.value.id.clone(),
            basis,
        }));
    }
    for p in &parts.regime_extensions {
        all.extend(p.value.rule.iter().map(|rule| Cited {
            file: &p.file,
            place: rule.id.clone(),
            basis: &rule.basis,
        }));
    }
    for p in &parts.effects {
        let effects = p.value.publish.iter().chain(&p.value.dispute);
        all.extend(effects.map(|e| Cited {
            file: &p.file,
            place: e.id.clone(),
            basis: &e.basis,
        }));
    }
    for p in &parts.forward {
        all.extend(forward::bases_of(&p.value).map(|basis| Cited {
            file: &p.file,
            place: p.value.id.clone(),
            basis,
        }));
    }
    for p in &parts.roles {
        all.extend(p.value.basis.iter().map(|basis| Cited {
            file: &p.file,
            place: p.value.id.clone(),
            basis,
        }));
    }
    for p in &parts.kinds {
        all.extend(cases::bases_of(&p.value).map(|basis| Cited {
            file: &p.file,
            place: p.value.id.clone(),
            basis,
        }));
    }
    for p in &parts.calendars {
        for edition in &p.value.editions {
            all.extend(edition.basis.iter().map(|basis| Cited {
                file: &p.file,
                place: edition.id.clone(),
                basis,
            }));
        }
    }
    for p in &parts.provisional {
        for rule in &p.value.rules {
            all.extend(rule.basis.iter().map(|basis| Cited {
                file: &p.file,
                place: format!("{}年起", rule.from_year),
                basis,
            }));
        }
    }
    for p in &parts.divisions {
        all.extend(p.value.basis.iter().map(|basis| Cited {
            file: &p.file,
            place: String::new(),
            basis,
        }));
    }
    all
}

/// Every source cited exists, every source is cited.
fn bases(parts: &Parts, problems: &mut Vec<Problem>) {
    let mut used = BTreeSet::new();
    for cited in citations(parts) {
        let id = cited.basis.source.as_str();
        used.insert(id);
        if !parts.sources.iter().any(|s| s.value.id == id) {
            problems.push(Problem::new(
                cited.file,
                cited.place,
                format!("依据“{id}”不在 sources 所列的法律文件中"),
            ));
        }
    }
    for source in &parts.sources {
        if let Some(next) = &source.value.replaced_by {
            used.insert(next);
            if !parts.sources.iter().any(|s| s.value.id == *next) {
                problems.push(Problem::new(
                    &source.file,
                    &source.value.id,
                    format!("替代文件“{next}”不在 sources 所列的法律文件中"),
                ));
            }
        }
    }
    for source in &parts.sources {
        // Pages link to it.
        let url = source.value.url.as_deref();
        if url.is_some_and(|url| !url.starts_with("https://")) {
            problems.push(Problem::new(
                &source.file,
                &source.value.id,
                "公布的文本的地址以 https:// 开头",
            ));
        }
        if !used.contains(source.value.id.as_str()) {
            problems.push(Problem::new(
                &source.file,
                &source.value.id,
                "法律文件没有被任何规则引用，请删除或者更正编号",
            ));
        }
    }
}
