//! Case kinds: each proves that it can be walked through ([`case::faults`]); its terms, lists and
//! editions exist.

use crate::{
    load::{Parts, Placed},
    model::Unit,
    problem::Problem,
};
use std::collections::BTreeMap;
use xinheng_domain::{
    basis::Basis,
    case::{self, Kind, kind::On},
    permission::Permissions,
};

pub(super) fn bases_of(kind: &Kind) -> impl Iterator<Item = &Basis> {
    let when = kind.steps.iter().flat_map(|s| &s.when);
    kind.basis
        .iter()
        .chain(when.filter_map(|w| w.basis.as_ref()))
}

pub(super) fn parameters_of(kind: &Kind) -> impl Iterator<Item = &str> {
    let clocks = kind.clocks.iter().filter_map(|c| c.parameter.as_deref());
    let extensions = kind.steps.iter().filter_map(|s| s.extends.as_ref());
    clocks.chain(extensions.map(|e| e.parameter.as_str()))
}

pub(super) fn check(parts: &Parts, permissions: &Permissions, problems: &mut Vec<Problem>) {
    let mut editions: BTreeMap<&str, Vec<&Placed<Kind>>> = BTreeMap::new();
    for placed in &parts.kinds {
        let kind = &placed.value;
        editions.entry(&kind.id).or_default().push(placed);
        let mut say = |place: &str, text: String| {
            problems.push(Problem::new(&placed.file, place, text));
        };
        if kind.basis.is_empty() {
            say("", "没有写明依据".to_owned());
        }
        for (place, text) in [("title", &kind.title), ("purpose", &kind.purpose)] {
            if text.trim().is_empty() {
                say(place, format!("“{place}”没有内容"));
            }
        }
        for id in parameters_of(kind) {
            let parameter = parts.parameters.iter().find(|p| p.value.id == id);
            let unit = parameter.map(|p| p.value.unit);
            if !unit.is_none_or(|u| matches!(u, Unit::WorkingDays | Unit::Days | Unit::Months)) {
                say(id, "期限的参数应当以工作日、天或者月为单位".to_owned());
            }
        }
        let fields = kind
            .fields
            .iter()
            .chain(kind.lines.iter().flat_map(|l| &l.fields));
        for list in fields.filter_map(|f| f.codes.as_ref()) {
            if !parts.lists.iter().any(|l| l.value.id == *list) {
                say(list, format!("代码集“{list}”不存在"));
            }
        }
        let awaited = kind.steps.iter().filter_map(|step| match &step.on {
            Some(On::Stored { item, .. }) => Some((step.id.as_str(), item)),
            _ => None,
        });
        for (place, item) in awaited.chain(kind.item.iter().map(|item| ("item", item))) {
            if !parts.items.iter().any(|i| i.value.id == *item) {
                say(place, format!("目录项“{item}”不存在"));
            }
        }
        for (place, text) in case::faults(kind, permissions) {
            say(&place, text);
        }
    }
    for of_kind in editions.values_mut() {
        of_kind.sort_by_key(|p| p.value.from);
        for pair in of_kind.windows(2) {
            let [earlier, later] = pair else { continue };
            let ends = earlier.value.until;
            if ends.is_none_or(|until| later.value.from <= until) {
                problems.push(Problem::new(
                    &later.file,
                    &later.value.id,
                    format!(
                        "与自{}起的版本重叠，较早的版本应当写明截止日期",
                        earlier.value.from
                    ),
                ));
            }
        }
    }
}
