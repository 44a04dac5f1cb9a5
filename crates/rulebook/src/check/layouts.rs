//! Layouts: every column is used or said to be carried, every field and value exists.

use crate::{
    load::{Parts, Placed},
    problem::Problem,
};
use std::collections::BTreeMap;
use xinheng_domain::{
    catalogue::{Field, FieldKind, Item},
    layout::{Layout, LayoutField, LayoutForm},
    text::header_key,
};

pub(super) fn check(parts: &Parts, problems: &mut Vec<Problem>) {
    for layout in &parts.layouts {
        let mut report = |place: &str, text: String| {
            let place = format!("{} {place}", layout.value.id);
            problems.push(Problem::new(&layout.file, place.trim_end(), text));
        };
        let item = parts.items.iter().find(|i| i.value.id == layout.value.item);
        if layout.value.basis.is_empty() {
            report("", "版式没有依据".to_owned());
        }
        columns(layout, &mut report);
        match item {
            Some(item) => {
                signature(&layout.value, &item.value, parts, &mut report);
                for field in &layout.value.fields {
                    one(field, &layout.value, &item.value, parts, &mut report);
                }
            }
            None => report("", format!("目录项“{}”不存在", layout.value.item)),
        }
    }
}

type Report<'a> = dyn FnMut(&str, String) + 'a;

fn columns(placed: &Placed<Layout>, report: &mut Report<'_>) {
    let layout = &placed.value;
    let mut seen = BTreeMap::new();
    for column in &layout.columns {
        for header in std::iter::once(&column.id).chain(&column.headers) {
            if header.trim().is_empty() {
                report(&column.id, "有空白的列名".to_owned());
            }
            if let Some(other) = seen.insert(header_key(header), &column.id) {
                report(&column.id, format!("列名“{header}”已用于“{other}”"));
            }
        }
        let used = |f: &LayoutField| {
            f.from.contains(&column.id) || f.when.as_ref().is_some_and(|t| t.column == column.id)
        };
        let used = layout.fields.iter().any(used);
        match &column.carried {
            None if !used => report(
                &column.id,
                "没有对应到任何一项：请写明对应，或者用 carried 说明不能对应的原因".to_owned(),
            ),
            Some(_) if used => report(&column.id, "已对应到一项，不应再写 carried".to_owned()),
            Some(why) if why.trim().is_empty() => {
                report(&column.id, "carried 没有写原因".to_owned());
            }
            _ => {}
        }
    }
}

/// The columns that tell the layout are its own: no header of the item, and enough of them.
fn signature(layout: &Layout, item: &Item, parts: &Parts, report: &mut Report<'_>) {
    if layout.needed == 0 || layout.signature.len() < layout.needed {
        report("signature", "特征列少于识别所需的列数".to_owned());
    }
    for id in &layout.signature {
        let Some(column) = layout.columns.iter().find(|c| c.id == *id) else {
            report("signature", format!("没有列“{id}”"));
            continue;
        };
        let mut items = vec![item];
        items.extend(parts.items.iter().map(|i| &i.value));
        for header in std::iter::once(&column.id).chain(&column.headers) {
            let key = header_key(header);
            let is_own = |f: &Field| {
                let mut spellings = [&f.id, &f.name].into_iter().chain(&f.headers);
                spellings.any(|s| header_key(s) == key)
            };
            if let Some(other) = items.iter().find(|i| i.fields.iter().any(is_own)) {
                let text = format!("“{header}”也是“{}”现行的列名，不能作为特征列", other.title);
                report("signature", text);
                break;
            }
        }
    }
}

fn one(entry: &LayoutField, layout: &Layout, item: &Item, parts: &Parts, report: &mut Report<'_>) {
    let Some(field) = item.field(&entry.id) else {
        report(&entry.id, format!("目录项“{}”没有这一项", item.title));
        return;
    };
    let test = entry.when.iter().map(|t| &t.column);
    for id in entry.from.iter().chain(test) {
        if layout.column(id).is_none() {
            report(&entry.id, format!("没有列“{id}”"));
        }
    }
    if entry.from.is_empty() && entry.constant.is_none() {
        report(&entry.id, "既没有来源列，也没有固定值".to_owned());
    }
    let amount = entry.yuan || entry.form == LayoutForm::Sum;
    if amount && field.kind != FieldKind::AmountWan {
        report(&entry.id, "只有金额才能求和或者换算单位".to_owned());
    }
    if !entry.values.is_empty() && field.kind != FieldKind::Coded {
        report(&entry.id, "只有代码项才能写取值对照".to_owned());
    }
    if field.kind == FieldKind::Coded {
        let list = parts
            .lists
            .iter()
            .find(|l| field.codes.as_ref() == Some(&l.value.id));
        let added = parts.list_extensions.iter();
        let added = added.filter(|e| field.codes.as_ref() == Some(&e.value.id));
        let entries = list.iter().flat_map(|l| &l.value.entries);
        let titles: Vec<&String> = entries
            .chain(added.flat_map(|e| &e.value.entry))
            .map(|e| &e.title)
            .collect();
        for value in entry.values.values().chain(&entry.constant) {
            if !value.is_empty() && !titles.contains(&value) {
                report(&entry.id, format!("“{value}”不在代码集中"));
            }
        }
    }
}
