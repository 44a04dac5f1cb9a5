//! Templates of the platform above.

use crate::{load::Parts, problem::Problem};
use std::collections::BTreeSet;
use xinheng_domain::{basis::Basis, catalogue::Role, forward::ForwardTemplate};

pub(super) fn bases_of(template: &ForwardTemplate) -> impl Iterator<Item = &Basis> {
    let excluded = template.exclude.iter().map(|e| &e.basis);
    template.basis.iter().chain(excluded)
}

pub(super) fn check(parts: &Parts, problems: &mut Vec<Problem>) {
    for placed in &parts.forward {
        let template = &placed.value;
        let mut report =
            |text: String| problems.push(Problem::new(&placed.file, &template.id, text));
        if template.basis.is_empty() {
            report("报送模板没有依据".to_owned());
        }
        let item = parts.items.iter().find(|i| i.value.id == template.item);
        let Some(item) = item.map(|i| &i.value) else {
            report(format!("目录项“{}”不存在", template.item));
            continue;
        };
        if template.columns.is_empty() {
            report("报送模板没有列".to_owned());
        }
        let known = |field: &str| item.field(field).is_some();
        let mut headers = BTreeSet::new();
        for column in &template.columns {
            let header = match (&column.field, &column.constant) {
                (Some(field), None) => {
                    if !known(field) {
                        report(format!("目录项“{}”没有字段“{field}”", item.id));
                    }
                    // Of this deployment's own: the platform above has no such columns, and what
                    // the unit states here is not for the office to hand on.
                    let role = item.field(field).and_then(|f| f.role);
                    if [Some(Role::StatedClass), Some(Role::StatedBasis)].contains(&role) {
                        report(format!("“{field}”只供本区使用，不得报送上级平台"));
                    }
                    let own = item.field(field).map(|f| f.name.clone());
                    column.header.clone().or(own).unwrap_or_default()
                }
                (None, Some(_)) => column.header.clone().unwrap_or_default(),
                _ => {
                    report("每一列应当写明 field 或者 constant 之一".to_owned());
                    continue;
                }
            };
            if header.trim().is_empty() {
                report("固定内容的列应当写明 header".to_owned());
            } else if !headers.insert(header.clone()) {
                report(format!("列名“{header}”重复"));
            }
        }
        for exclusion in &template.exclude {
            let mut fields = Vec::new();
            exclusion.when.fields(&mut fields);
            for field in fields.into_iter().filter(|f| !known(f)) {
                report(format!("目录项“{}”没有字段“{field}”", item.id));
            }
            if exclusion.reason.trim().is_empty() {
                report("不报送的情形没有写明理由".to_owned());
            }
        }
        // The platform's answer is matched by it.
        let number = item.by_role(Role::DocumentNumber);
        let carried = |field: &str| {
            let columns = template.columns.iter();
            columns
                .filter_map(|c| c.field.as_deref())
                .any(|f| f == field)
        };
        if number.is_none_or(|f| !carried(&f.id)) {
            report("报送模板没有文书号一列，上级平台的回执无法对应".to_owned());
        }
    }
}
