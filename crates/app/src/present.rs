//! From a stored record to what the public may see of it: cut, struck, masked. The only way
//! out for a record's content.

use crate::{
    AppResult, Deployment,
    view::{AmountView, FieldView, RecordLine, RuleView, Timeliness},
    wording::{About, Wordings},
};
use jiff::{Timestamp, civil::Date};
use std::{borrow::Cow, collections::BTreeMap};
use xinheng_domain::{
    amount::Fen,
    basis::Basis,
    catalogue::{Field, FieldKind, FieldPublicity, Item, PublicityRule, RepairVenue, Role},
    condition::Values,
    publicity::{Class, RuleUse},
    record::Record,
};
use xinheng_rulebook::ENDING_SOON;

/// A record's fields by id, read from its stored payload.
#[derive(Debug, Default)]
pub struct Payload<'a>(BTreeMap<Cow<'a, str>, Cow<'a, str>>);

impl<'a> Payload<'a> {
    /// Reads the stored JSON object; anything else is an inconsistency of the database.
    pub fn parse(text: &'a str) -> AppResult<Self> {
        serde_json::from_str(text).map(Self).map_err(|e| {
            crate::AppError::Fault(format!(
                "数据库中一条记录的内容不是有效的 JSON：{e}。请运行“xinheng db verify”。"
            ))
        })
    }

    fn role(&self, item: &Item, role: Role) -> Option<&str> {
        item.by_role(role)
            .and_then(|f| self.value(&f.id))
            .filter(|v| !v.is_empty())
    }

    /// Every field, for officials.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(k, v)| (k.as_ref(), v.as_ref()))
    }
}

impl Values for Payload<'_> {
    fn value(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(AsRef::as_ref)
    }
}

/// One record with what is needed to show it.
pub struct Shown<'a> {
    /// The deployment.
    pub deployment: &'a Deployment,
    /// What its texts are worded by.
    pub(crate) wordings: &'a Wordings<'a>,
    /// What it tells about its texts.
    pub(crate) about: About,
    /// Its catalogue item.
    pub item: &'a Item,
    /// The stored version.
    pub record: &'a Record,
    /// Its fields.
    pub payload: Payload<'a>,
    /// Name of the subject as the public sees it.
    pub name: String,
    /// Code now in force, where it is linked.
    pub subject_code: Option<String>,
}

/// Roles of fields that say where the data comes from.
const ORIGIN: [Role; 4] = [
    Role::SubjectCode,
    Role::AuthorityCode,
    Role::SourceName,
    Role::SourceCode,
];

/// Longest part of a sentence that a free text gives; the whole stands in its field.
const TEXT: usize = 80; // no law: what a reader takes in at once

/// `2026年3月5日`
#[must_use]
pub fn chinese_date(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// What an amount that may be shown is of; none where the field is no such amount.
pub fn amount_title(field: &Field) -> Option<String> {
    let amount = field.kind == FieldKind::AmountWan && field.publicity != FieldPublicity::Withheld;
    let title = || match field.amount_of.is_empty() {
        true => shown_name(&field.name, field.kind),
        false => field.amount_of.join("、"),
    };
    amount.then(title)
}

impl Shown<'_> {
    /// The value of a field as the public sees it, or `None` where it may not.
    pub fn field(&self, field: &Field) -> Option<FieldView> {
        if field.publicity == FieldPublicity::Withheld {
            return None;
        }
        let raw = self.payload.value(&field.id).filter(|v| !v.is_empty())?;
        let (value, redacted) = if field.role == Some(Role::SubjectName) {
            (self.name.clone(), self.name != raw)
        } else if matches!(field.kind, FieldKind::Date) {
            (
                raw.parse().map_or_else(|_| raw.to_owned(), chinese_date),
                false,
            )
        } else if matches!(field.kind, FieldKind::AmountWan) {
            (yuan(raw), false)
        } else if matches!(field.kind, FieldKind::UnifiedCode | FieldKind::Coded) {
            (raw.to_owned(), false)
        } else {
            // Every other text goes through the same filter, whatever the item's file says:
            // `Public` only promises that nothing is expected there.
            let wording = self.wordings.worded(raw, &self.about.for_cell(raw));
            (wording.text.into_owned(), wording.worded)
        };
        Some(FieldView {
            id: field.id.clone(),
            name: shown_name(&field.name, field.kind),
            value,
            redacted,
            origin: field.role.is_some_and(|role| ORIGIN.contains(&role)),
        })
    }

    /// Fields that may be shown, and the number of filled ones that may not.
    pub fn fields(&self) -> (Vec<FieldView>, u32) {
        let mut withheld = 0;
        let mut shown = Vec::new();
        for field in &self.item.fields {
            // Said with the class, and only where that counts.
            let of_class = [Some(Role::StatedClass), Some(Role::StatedBasis)].contains(&field.role);
            match self.field(field).filter(|_| !of_class) {
                None if of_class => {}
                Some(view) => shown.push(view),
                None if self.payload.value(&field.id).is_some_and(|v| !v.is_empty()) => {
                    withheld += 1
                }
                None => {}
            }
        }
        // Columns outside the standard were carried through for the department, not for the public.
        withheld += u32::try_from(
            self.payload
                .iter()
                .filter(|(k, v)| k.starts_with("flex_") && !v.is_empty())
                .count(),
        )
        .unwrap_or(u32::MAX);
        (shown, withheld)
    }

    pub(crate) fn role_shown(&self, role: Role) -> String {
        self.item
            .by_role(role)
            .and_then(|f| self.field(f))
            .map(|v| v.value)
            .unwrap_or_default()
    }

    /// The text with `{FIELD}`, `{subject}`, `{authority}` filled in, from shown values only. What
    /// stands in `[…]` is left out where one of its places is empty.
    pub fn fill(&self, template: &str) -> String {
        let mut out = String::with_capacity(template.len() + 64);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('[') {
            self.fill_part(before, &mut out);
            let (optional, tail) = after.split_once(']').unwrap_or((after, ""));
            let filled = out.len();
            if !self.fill_part(optional, &mut out) {
                out.truncate(filled);
            }
            rest = tail;
        }
        self.fill_part(rest, &mut out);
        out
    }

    /// Fills a part without `[…]`; says whether every place had a value.
    fn fill_part(&self, template: &str, out: &mut String) -> bool {
        let mut whole = true;
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let Some((place, tail)) = after.split_once('}') else {
                out.push('{');
                rest = after;
                continue;
            };
            let value = match place {
                "subject" => Some(self.name.clone()),
                "authority" => Some(self.role_shown(Role::AuthorityName)),
                "repair_site" => self.repair_venue().map(|v| v.site.clone()),
                id => self.item.field(id).and_then(|f| self.said(f)),
            };
            whole &= value.is_some();
            out.push_str(value.as_deref().unwrap_or("（未填）"));
            rest = tail;
        }
        out.push_str(rest);
        whole
    }

    /// Where repair is applied for: as the authority's name in the record has it.
    pub fn repair_venue(&self) -> Option<&RepairVenue> {
        let authority = self.item.by_role(Role::AuthorityName);
        let authority = authority.and_then(|f| self.payload.value(&f.id));
        self.item.repair_venue(authority.unwrap_or_default())
    }

    /// A field's value as a sentence says it: an amount behind what it is of, a free text not
    /// longer than a reader takes in.
    fn said(&self, field: &Field) -> Option<String> {
        let value = self.field(field)?.value;
        match field.kind {
            FieldKind::Coded => Some(self.with_amounts(&value)),
            FieldKind::Text => Some(cut(&value)).filter(|text| !text.is_empty()),
            _ => Some(value),
        }
    }

    /// Each amount right behind the last of the values that it is of: `罚款21万元、责令停产停业`.
    fn with_amounts(&self, values: &str) -> String {
        let mut parts: Vec<String> = values.split('、').map(str::to_owned).collect();
        for (field, fen) in self.amount_fields() {
            let its_own = |part: &&mut String| field.amount_of.contains(part);
            if let Some(part) = parts.iter_mut().rfind(its_own) {
                part.push_str(&fen.spoken());
            }
        }
        parts.join("、")
    }

    /// Amounts that may be shown and are more than nothing.
    fn amount_fields(&self) -> impl Iterator<Item = (&Field, Fen)> {
        let shown = |f: &&Field| amount_title(f).is_some();
        self.item.fields.iter().filter(shown).filter_map(|field| {
            let fen = Fen::parse_yuan(self.payload.value(&field.id)?)?;
            (fen.0 > 0).then_some((field, fen))
        })
    }

    fn amounts(&self) -> Vec<AmountView> {
        let view = |(field, fen): (&Field, Fen)| AmountView {
            field: field.id.clone(),
            title: amount_title(field).unwrap_or_default(),
            shown: fen.spoken(),
            yuan: fen.yuan(),
        };
        self.amount_fields().map(view).collect()
    }

    /// The record's publicity class as the rules of its day have it.
    pub(crate) fn class(&self) -> Option<&Class> {
        let PublicityRule::Classes { table } = &self.item.publicity else {
            return None;
        };
        let class = self.record.publicity.class.as_ref()?;
        let rulebook = self.deployment.rulebook();
        rulebook.class(table, class, self.record.decided_on)
    }

    /// The record as a line. `None` where its dates do not make it public on `today`.
    ///
    /// # Errors
    /// The rulebook does not say from when a record is marked as ending soon.
    pub fn line(&self, today: Date) -> AppResult<Option<RecordLine>> {
        let dates = &self.record.publicity;
        let from = dates.from.filter(|_| dates.public_on(today));
        let Some(shown_from) = from.filter(|_| self.record.ended.is_none()) else {
            return Ok(None);
        };
        let mut marks = Vec::new();
        if let Some(state) = self
            .payload
            .role(self.item, Role::DisputeState)
            .filter(|s| *s != "无")
        {
            marks.push(state.to_owned());
        }
        if let Some(until) = dates.until {
            let left = today.until(until).map(|s| s.get_days()).unwrap_or(0);
            let soon = self.deployment.number(ENDING_SOON, today)?;
            if i64::from(left) <= i64::from(soon) {
                marks.push(if left == 0 {
                    "今天是公示的最后一天".to_owned()
                } else {
                    format!("{left}天后结束公示")
                });
            }
        }
        let authority = self.role_shown(Role::AuthorityName);
        Ok(Some(RecordLine {
            id: self.record.id.to_string(),
            item: self.item.id.clone(),
            item_title: self.item.title.clone(),
            adverse: self.item.adverse,
            subject_code: self.subject_code.clone(),
            subject_name: self.name.clone(),
            sentence: self.fill(&self.item.sentence),
            matter: self.fill(&self.item.matter),
            outcome: self.fill(&self.item.outcome),
            amounts: self.amounts(),
            document_number: self.role_shown(Role::DocumentNumber),
            authority_short: self.short(&authority).to_owned(),
            authority,
            decided_on: self.record.decided_on,
            shown_from,
            shown_until: dates.until,
            class_title: self.class().map(|c| c.title.clone()),
            earliest_repair: dates.earliest_repair,
            marks,
        }))
    }

    /// The name of an authority without the district's before it.
    fn short<'n>(&self, name: &'n str) -> &'n str {
        let rest = name.strip_prefix(self.deployment.district().name.as_str());
        rest.filter(|rest| !rest.is_empty()).unwrap_or(name)
    }

    /// Received and published in time, or not. `first_sealed_at`: when the decision became visible
    /// for the first time; `received_on`: when this version came.
    pub fn timeliness(&self, first_sealed_at: Timestamp, received_on: Date) -> Option<Timeliness> {
        let clock = self.record.clock.as_ref()?;
        let first = self.record.first_received_on;
        let visible_on = crate::civil_day(first_sealed_at);
        // What was held back, or not served yet, was public later than it was here.
        let published_on = visible_on.max(self.record.publicity.from.unwrap_or(visible_on));
        let corrected = self.record.version > 1 || self.record.replaces.is_some();
        Some(Timeliness {
            deadline: clock.deadline,
            provisional: clock.provisional,
            received_on: first,
            published_on,
            corrected_on: corrected.then_some(received_on),
            received_in_time: first <= clock.deadline,
            published_in_time: published_on <= clock.deadline,
            rule: clock.rule.clone(),
            calendar: clock.calendar.clone(),
        })
    }

    /// Why it is shown that long, rule by rule.
    ///
    /// # Errors
    /// The stored trace cannot be read.
    pub fn why(&self) -> crate::AppResult<Vec<RuleView>> {
        let trace: Vec<RuleUse> =
            serde_json::from_str(&self.record.publicity.trace).map_err(|e| {
                crate::AppError::Fault(format!("记录{}的规则依据不能读取：{e}", self.record.id))
            })?;
        Ok(trace
            .into_iter()
            .map(|rule| {
                let basis = rule.is_stated().then(|| self.stated_basis());
                let mut view = rule_view(self.deployment, rule);
                view.value.push_str(&basis.unwrap_or_default());
                view
            })
            .collect())
    }

    /// What the unit that decided bases a class on that it states.
    fn stated_basis(&self) -> String {
        let field = self.item.by_role(Role::StatedBasis);
        match field.and_then(|f| self.field(f)) {
            Some(basis) => format!("；所依据的是：{}", basis.value),
            None => "；没有写明依据".to_owned(),
        }
    }
}

/// A rule that was used, with the title of its source.
#[must_use]
pub fn rule_view(deployment: &Deployment, rule: RuleUse) -> RuleView {
    let RuleUse { rule, value, basis } = rule;
    let source_title = basis.as_ref().map(|b| citation(deployment, b));
    RuleView {
        rule,
        value,
        source_title,
        verified: basis.as_ref().is_none_or(|b| b.verified),
        reading: basis.as_ref().is_some_and(|b| b.reading),
        note: basis.as_ref().and_then(|b| b.note.clone()),
        source: basis.map(|b| b.source),
    }
}

/// `《信用修复管理办法》（国家发展改革委令第36号）第十条`
#[must_use]
pub fn citation(deployment: &Deployment, basis: &Basis) -> String {
    deployment.rulebook().cite(basis)
}

/// The beginning of a free text, without the stop at its end.
fn cut(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(TEXT) {
        Some((at, _)) => format!("{}……", line.get(..at).unwrap_or_default()),
        None => line.trim_end_matches(['。', '；', ';', '.']).to_owned(),
    }
}

/// The field's name; amounts are shown in yuan, whatever unit the file has.
pub(crate) fn shown_name(name: &str, kind: FieldKind) -> String {
    match kind {
        FieldKind::AmountWan => name.replace("(万元)", "").replace("（万元）", ""),
        _ => name.to_owned(),
    }
}

/// Decimal yuan as people read it.
pub(crate) fn yuan(text: &str) -> String {
    xinheng_domain::amount::Fen::parse_yuan(text)
        .map_or_else(|| text.to_owned(), |fen| fen.grouped_yuan())
}
