//! Catalogue items: fields, conditions, roles, cross-field rules.

use crate::{
    load::{Parts, Placed},
    problem::Problem,
};
use std::collections::{BTreeMap, BTreeSet};
use xinheng_domain::{
    basis::Basis,
    catalogue::{
        CrossCheck, Field, FieldKind, FieldPublicity, Item, PublicityRule, Requirement, Role,
    },
    condition::{Condition, FieldTest},
    text::header_key,
};

pub(super) fn bases_of(item: &Item) -> Vec<(String, &Basis)> {
    let own = item.basis.iter().map(|b| (item.id.clone(), b));
    let rules = item
        .rules
        .iter()
        .filter_map(|r| Some((r.code.clone(), r.basis.as_ref()?)));
    let publicity = match &item.publicity {
        PublicityRule::UntilField { basis, .. } | PublicityRule::Never { basis, .. } => &basis[..],
        PublicityRule::Classes { .. } | PublicityRule::Months { .. } => &[],
    };
    let publicity = publicity.iter().map(|b| ("publicity".to_owned(), b));
    let venues = item.repair_venues.iter();
    let venues = venues.map(|v| ("repair_venue".to_owned(), &v.basis));
    own.chain(rules).chain(publicity).chain(venues).collect()
}

pub(super) fn parameters_of(item: &Item) -> impl Iterator<Item = &str> {
    let clock = item.clock.as_ref().map(|c| c.parameter.as_str());
    let months = match &item.publicity {
        PublicityRule::Months { parameter } => Some(parameter.as_str()),
        _ => None,
    };
    clock.into_iter().chain(months)
}

pub(super) fn check(placed: &Placed<Item>, parts: &Parts, problems: &mut Vec<Problem>) {
    let item = &placed.value;
    let mut report =
        |place: &str, text: String| problems.push(Problem::new(&placed.file, place, text));
    whole(item, &mut report);
    fields(item, parts, &mut report);
    publicity(item, &mut report);
    rules(item, parts, &mut report);
}

/// A record belongs to a subject, by its code; a mere file format need not.
pub(super) fn record(placed: &Placed<Item>, problems: &mut Vec<Problem>) {
    for role in [Role::SubjectName, Role::SubjectCode] {
        if placed.value.by_role(role).is_none() {
            problems.push(Problem::new(
                &placed.file,
                "field",
                format!("没有字段担任“{role:?}”（role）"),
            ));
        }
    }
}

fn whole(item: &Item, report: &mut impl FnMut(&str, String)) {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if item.id.is_empty() || !item.id.chars().all(plain) {
        report("id", "编号只能用小写字母、数字和连字符".to_owned());
    }
    let texts = [
        ("title", &item.title),
        ("edition", &item.edition),
        ("sentence", &item.sentence),
        ("does_not_mean", &item.does_not_mean),
        ("how_it_ends", &item.how_it_ends),
        ("whom_to_ask", &item.whom_to_ask),
    ];
    for (key, text) in texts {
        if text.trim().is_empty() {
            report(key, "没有内容".to_owned());
        }
    }
    // No local item without a cited basis.
    if item.basis.is_empty() {
        report("basis", "目录项没有依据".to_owned());
    }
    if item.until.is_some_and(|until| until < item.from) {
        report("until", "截止日期早于起始日期".to_owned());
    }
    if item.identity.is_empty() {
        report("identity", "没有写明哪些字段共同确定一条信息".to_owned());
    }
    for id in item.identity.iter().chain(&item.filters) {
        if item.field(id).is_none() {
            report("identity/filters", format!("字段“{id}”不存在"));
        }
    }
    if let Some(clock) = &item.clock
        && item.field(&clock.from_field).map(|f| f.kind) != Some(FieldKind::Date)
    {
        report("clock", format!("“{}”不是日期字段", clock.from_field));
    }
    for (at, venue) in item.repair_venues.iter().enumerate() {
        // Whoever decided, there is one answer.
        if venue.authorities.is_empty() != (at + 1 == item.repair_venues.len()) {
            report(
                "repair_venue",
                "只有最后一个修复渠道不写 authorities，适用于其他机关".to_owned(),
            );
        }
        let parts = venue.authorities.iter();
        if parts
            .chain([&venue.whose, &venue.site])
            .any(|t| t.trim().is_empty())
        {
            report("repair_venue", "修复渠道有空的内容".to_owned());
        }
        if venue
            .address
            .as_ref()
            .is_some_and(|a| !a.starts_with("https://"))
        {
            report("repair_venue", "网址要以 https:// 开头".to_owned());
        }
    }
    let more = [("matter", &item.matter), ("outcome", &item.outcome)];
    for (key, text) in texts.into_iter().chain(more) {
        if text.matches('[').count() != text.matches(']').count() {
            report(key, "方括号没有成对".to_owned());
        }
        for place in places(text) {
            let own = ["subject", "authority", "repair_site"].contains(&place);
            if !own && item.field(place).is_none() {
                report(key, format!("花括号中的“{place}”不是本项的字段"));
            }
        }
    }
}

/// The words in braces.
fn places(text: &str) -> impl Iterator<Item = &str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(place, _)| place))
}

fn fields(item: &Item, parts: &Parts, report: &mut impl FnMut(&str, String)) {
    let mut ids = BTreeSet::new();
    let mut roles = BTreeSet::new();
    let mut headers: BTreeMap<String, &str> = BTreeMap::new();
    for field in &item.fields {
        let mut report = |text: String| report(&field.id, text);
        if field.id.is_empty() || field.name.trim().is_empty() {
            report("字段没有编号或者名称".to_owned());
        }
        if !ids.insert(&field.id) {
            report("字段编号重复".to_owned());
        }
        if let Some(role) = field.role
            && !roles.insert(format!("{role:?}"))
        {
            report(format!("用途“{role:?}”已由另一个字段担任"));
        }
        for header in [&field.id, &field.name].into_iter().chain(&field.headers) {
            if let Some(other) = headers.insert(header_key(header), &field.id)
                && other != field.id
            {
                report(format!("列名“{header}”也是字段“{other}”的列名"));
            }
        }
        coded(field, parts, &mut report);
        let hidden = field.kind == FieldKind::IdentityNumber
            || field.role == Some(Role::LegalRepresentative);
        if hidden && field.publicity != FieldPublicity::Withheld {
            report("证件号码和法定代表人不得公开".to_owned());
        }
        if !field.amount_of.is_empty() && field.kind != FieldKind::AmountWan {
            report("只有金额字段可以写明是哪些取值的金额（amount_of）".to_owned());
        }
        if field.kind == FieldKind::Text && field.publicity == FieldPublicity::Public {
            report("自由文本只能在隐去个人信息后公开（publicity = \"redacted\"）".to_owned());
        }
        let conditions = match &field.required {
            Requirement::When(c) | Requirement::WarnWhen(c) => Some(c),
            Requirement::Optional | Requirement::Always => None,
        };
        for c in conditions.into_iter().chain(&field.empty_when) {
            condition(c, item, parts, &mut report);
        }
    }
}

fn coded(field: &Field, parts: &Parts, report: &mut impl FnMut(String)) {
    match (field.kind == FieldKind::Coded, &field.codes) {
        (true, None) => report("代码字段没有写明代码集（codes）".to_owned()),
        (true, Some(id)) if !parts.lists.iter().any(|l| l.value.id == *id) => {
            report(format!("代码集“{id}”不存在"));
        }
        (false, Some(_)) => report("不是代码字段，不应当有代码集".to_owned()),
        _ => {}
    }
    if field.several && field.kind != FieldKind::Coded {
        report("只有代码字段可以有多个取值".to_owned());
    }
}

fn publicity(item: &Item, report: &mut impl FnMut(&str, String)) {
    match &item.publicity {
        PublicityRule::UntilField {
            field,
            long_term,
            basis,
        } => {
            if item.field(field).map(|f| f.kind) != Some(FieldKind::Date) {
                report("publicity", format!("“{field}”不是日期字段"));
            }
            if basis.is_empty() {
                report("publicity", "公示期限没有依据".to_owned());
            }
            // Everything adverse ends (I5).
            if item.adverse && !long_term.is_empty() {
                report(
                    "publicity",
                    "不利信息必须有公示截止日，不能长期公示".to_owned(),
                );
            }
        }
        PublicityRule::Never { reason, .. } if reason.trim().is_empty() => {
            report("publicity", "不公示的，应当写明理由".to_owned());
        }
        PublicityRule::Classes { .. } | PublicityRule::Months { .. }
            if item.by_role(Role::DecisionDate).is_none() =>
        {
            report(
                "publicity",
                "公示期从决定日期起算，却没有决定日期字段".to_owned(),
            );
        }
        _ => {}
    }
}

fn rules(item: &Item, parts: &Parts, report: &mut impl FnMut(&str, String)) {
    for rule in &item.rules {
        let mut report = |text: String| report(&rule.code, text);
        if !parts.messages.iter().any(|m| m.value.code == rule.code) {
            report(format!("没有“{}”的提示语（messages）", rule.code));
        }
        let is_date = |id: &str| item.field(id).map(|f| f.kind) == Some(FieldKind::Date);
        if item.field(&rule.field).is_none() {
            report(format!("字段“{}”不存在", rule.field));
        }
        if let Some(when) = &rule.when {
            condition(when, item, parts, &mut report);
        }
        match &rule.check {
            CrossCheck::Holds(c) => condition(c, item, parts, &mut report),
            CrossCheck::NotAfterToday {} | CrossCheck::NotBeforeToday {} => {
                if !is_date(&rule.field) {
                    report(format!("“{}”不是日期字段", rule.field));
                }
            }
            CrossCheck::YearNear { other } => {
                if !is_date(other) {
                    report(format!("“{other}”不是日期字段"));
                }
            }
            CrossCheck::NotBefore { other } => {
                for id in [&rule.field, other] {
                    if !is_date(id) {
                        report(format!("“{id}”不是日期字段"));
                    }
                }
            }
            CrossCheck::TogetherWith { other }
            | CrossCheck::DiffersFrom { other }
            | CrossCheck::AmountAsWrittenIn { other, .. }
            | CrossCheck::AmountNotInYuan { other, .. } => {
                if item.field(other).is_none() {
                    report(format!("字段“{other}”不存在"));
                }
            }
            CrossCheck::NoPersonalData {} | CrossCheck::LooksLikeDocumentNumber {} => {}
        }
    }
}

/// A condition reads fields that exist and compares coded ones with values that exist.
pub(super) fn condition(
    condition: &Condition,
    item: &Item,
    parts: &Parts,
    mut report: impl FnMut(String),
) {
    walk(condition, &mut |test| {
        let Some(field) = item.field(&test.field) else {
            report(format!(
                "条件中的字段“{}”不是“{}”的字段",
                test.field, item.title
            ));
            return;
        };
        let Some(list) = field
            .codes
            .as_ref()
            .and_then(|id| parts.lists.iter().find(|l| l.value.id == *id))
        else {
            return;
        };
        let added = parts
            .list_extensions
            .iter()
            .filter(|e| e.value.id == list.value.id)
            .flat_map(|e| &e.value.entry);
        let titles: BTreeSet<&str> = list
            .value
            .entries
            .iter()
            .chain(added)
            .map(|e| e.title.as_str())
            .collect();
        for value in test.is.iter().chain(&test.has).chain(&test.only) {
            let open = list.value.open_prefix.as_ref();
            if !titles.contains(value.as_str()) && !open.is_some_and(|p| value.starts_with(p)) {
                report(format!(
                    "条件中的“{value}”不是代码集“{}”的取值",
                    list.value.id
                ));
            }
        }
    });
}

fn walk(condition: &Condition, visit: &mut impl FnMut(&FieldTest)) {
    match condition {
        Condition::All { all: parts } | Condition::Any { any: parts } => {
            parts.iter().for_each(|c| walk(c, visit));
        }
        Condition::Not { not } => walk(not, visit),
        Condition::Field(test) => visit(test),
    }
}
