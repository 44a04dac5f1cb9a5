//! Code lists and effects.

use crate::{load::Parts, problem::Problem};
use std::collections::BTreeMap;
use xinheng_domain::{
    catalogue::Role,
    code_list::{CodeEntry, CodeList},
};

pub(super) fn check(parts: &Parts, problems: &mut Vec<Problem>) {
    for list in &parts.lists {
        let added = parts
            .list_extensions
            .iter()
            .filter(|e| e.value.id == list.value.id)
            .flat_map(|e| &e.value.entry);
        let entries: Vec<&CodeEntry> = list.value.entries.iter().chain(added).collect();
        let mut report = |text| problems.push(Problem::new(&list.file, &list.value.id, text));
        if list.value.basis.is_empty() {
            report("代码集没有依据".to_owned());
        }
        let mut words: BTreeMap<&str, Vec<&CodeEntry>> = BTreeMap::new();
        for entry in &entries {
            if entry.from.zip(entry.until).is_some_and(|(a, b)| b < a) {
                report(format!("“{}”的截止日期早于起始日期", entry.title));
            }
            let all = [&entry.code, &entry.title]
                .into_iter()
                .chain(&entry.aliases);
            for word in all {
                if word.trim().is_empty() {
                    report(format!("“{}”有空白的代码、名称或者别名", entry.title));
                }
                let known = words.entry(word).or_default();
                let clash = known
                    .iter()
                    .find(|k| !std::ptr::eq(**k, *entry) && meet(k, entry));
                if let Some(other) = clash {
                    report(format!(
                        "“{word}”既指“{}”又指“{}”",
                        other.title, entry.title
                    ));
                }
                known.push(entry);
            }
        }
    }
    effects(parts, problems);
}

fn meet(a: &CodeEntry, b: &CodeEntry) -> bool {
    a.from
        .zip(b.until)
        .is_none_or(|(from, until)| from <= until)
        && b.from
            .zip(a.until)
            .is_none_or(|(from, until)| from <= until)
}

/// Every value that withholds a record can be written in some file.
fn effects(parts: &Parts, problems: &mut Vec<Problem>) {
    for file in &parts.effects {
        let by_role = [
            (Role::Publish, &file.value.publish),
            (Role::DisputeState, &file.value.dispute),
        ];
        for (role, effects) in by_role {
            let lists: Vec<&CodeList> = parts
                .items
                .iter()
                .filter_map(|i| i.value.by_role(role)?.codes.as_ref())
                .filter_map(|id| parts.lists.iter().find(|l| l.value.id == *id))
                .map(|l| &l.value)
                .collect();
            for effect in effects {
                let known = lists
                    .iter()
                    .any(|l| l.entries.iter().any(|e| e.title == effect.value));
                if !known {
                    problems.push(Problem::new(
                        &file.file,
                        &effect.id,
                        format!("“{}”不是任何相应字段的取值", effect.value),
                    ));
                }
            }
        }
    }
}
