//! Publicity regimes: classes that end, rules that name them.

use super::items;
use crate::{load::Parts, problem::Problem};
use std::collections::BTreeSet;
use xinheng_domain::{
    basis::Basis,
    catalogue::{Item, PublicityRule, Role},
    code_list::CodeList,
    publicity::{ClassRule, Regime},
};

pub(super) fn bases_of(regime: &Regime) -> impl Iterator<Item = &Basis> {
    regime
        .basis
        .iter()
        .chain(regime.classes.iter().map(|c| &c.basis))
        .chain(regime.rules.iter().map(|r| &r.basis))
        .chain(regime.statement.iter().map(|s| &s.basis))
        .chain(regime.transition.iter().map(|t| &t.basis))
}

pub(super) fn check(parts: &Parts, problems: &mut Vec<Problem>) {
    for placed in &parts.regimes {
        let regime = &placed.value;
        let mut report = |text| problems.push(Problem::new(&placed.file, &regime.id, text));
        if regime.basis.is_empty() {
            report("公示规定没有依据".to_owned());
        }
        if regime.from.zip(regime.until).is_some_and(|(a, b)| b < a) {
            report("截止日期早于起始日期".to_owned());
        }
        let mut ids = BTreeSet::new();
        for class in &regime.classes {
            if !ids.insert(&class.id) {
                report(format!("类别“{}”重复", class.id));
            }
            if class.stated.is_some() != regime.statement.is_some() && class.shown {
                report(format!(
                    "类别“{}”：写明可以载明的字样（stated）的，规定里应当写明怎样载明（[statement]），反之也是",
                    class.id
                ));
            }
            // Everything adverse ends (I5): a class that is shown has a last day.
            match (class.shown, class.min_months, class.max_months) {
                (true, _, None) => report(format!("类别“{}”没有最长公示期", class.id)),
                (true, Some(min), Some(max)) if min > max => {
                    report(format!("类别“{}”的最短公示期长于最长公示期", class.id));
                }
                (false, min, max) if min.is_some() || max.is_some() => {
                    report(format!("类别“{}”不予公示，却有公示期", class.id));
                }
                _ => {}
            }
        }
        let items = items_of(parts, &regime.table);
        if items.is_empty() {
            report(format!("没有目录项使用公示规定“{}”", regime.table));
        }
        words(parts, regime, &items, &mut report);
        rules(parts, regime, &regime.rules, &items, &mut report);
    }
    for placed in &parts.regime_extensions {
        let regime = parts
            .regimes
            .iter()
            .map(|r| &r.value)
            .find(|r| r.id == placed.value.extends);
        if let Some(regime) = regime {
            let items = items_of(parts, &regime.table);
            rules(parts, regime, &placed.value.rule, &items, &mut |text| {
                problems.push(Problem::new(&placed.file, &regime.id, text));
            });
        }
    }
    for item in &parts.items {
        if let PublicityRule::Classes { table } = &item.value.publicity
            && !parts.regimes.iter().any(|r| r.value.table == *table)
        {
            problems.push(Problem::new(
                &item.file,
                "publicity",
                format!("公示规定“{table}”不存在"),
            ));
        }
    }
}

/// The words by which classes are stated are values that the items' files can have, under the
/// class's id as their code.
fn words(parts: &Parts, regime: &Regime, items: &[&Item], report: &mut impl FnMut(String)) {
    let fields = items.iter().filter_map(|i| i.by_role(Role::StatedClass));
    let lists: Vec<_> = fields
        .filter_map(|field| field.codes.as_ref())
        .filter_map(|id| parts.lists.iter().find(|l| l.value.id == *id))
        .map(|list| &list.value)
        .collect();
    for class in &regime.classes {
        let Some(word) = &class.stated else { continue };
        let known = |list: &&CodeList| {
            let mut entries = list.entries.iter();
            entries.any(|e| e.title == *word && e.code == class.id)
        };
        if !lists.iter().any(known) {
            report(format!(
                "类别“{}”载明的字样“{word}”不在目录项的代码集中（代码应为“{}”）",
                class.title, class.id
            ));
        }
    }
}

fn items_of<'a>(parts: &'a Parts, table: &str) -> Vec<&'a Item> {
    parts
        .items
        .iter()
        .map(|i| &i.value)
        .filter(|i| matches!(&i.publicity, PublicityRule::Classes { table: t } if t == table))
        .collect()
}

fn rules(
    parts: &Parts,
    regime: &Regime,
    rules: &[ClassRule],
    items: &[&Item],
    report: &mut impl FnMut(String),
) {
    let mut ids = BTreeSet::new();
    for rule in rules {
        if !ids.insert(&rule.id) {
            report(format!("规则“{}”重复", rule.id));
        }
        if rule.classes.is_empty() {
            report(format!("规则“{}”没有写明类别", rule.id));
        }
        for class in &rule.classes {
            if regime.class(class).is_none() {
                report(format!("规则“{}”写明的类别“{class}”不存在", rule.id));
            }
        }
        for other in &rule.instead_of {
            if !regime.rules.iter().any(|r| r.id == *other) {
                report(format!("规则“{}”要代替的规则“{other}”不存在", rule.id));
            }
        }
        for item in items {
            items::condition(&rule.when, item, parts, |text| {
                report(format!("规则“{}”：{text}", rule.id));
            });
        }
    }
}
