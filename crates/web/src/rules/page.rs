//! `/rules`: every value in force with its day and its article; `/rules/sources/{id}`.

use crate::{filters, frame::Frame};
#[cfg(test)]
use crate::{frame::Page, samples};
use askama::Template;
use jiff::civil::Date;
use xinheng_app::{
    civil_day,
    rulebook::{Parameter, ParameterValue, Rulebook, Source, Unit},
};
use xinheng_domain::{basis::Basis, catalogue::Role, publicity::Regime};

/// A citation with what to say of it.
#[derive(Debug, Clone)]
pub(crate) struct Cite {
    pub(crate) source: String,
    pub(crate) cite: String,
    pub(crate) verified: bool,
    pub(crate) note: Option<String>,
}

impl Cite {
    fn of(rulebook: &Rulebook, basis: &Basis) -> Self {
        let title = rulebook
            .source(&basis.source)
            .map_or(basis.source.as_str(), |s| s.title.as_str());
        Self {
            source: basis.source.clone(),
            cite: format!(
                "《{title}》{}",
                basis.article.as_deref().unwrap_or_default()
            ),
            verified: basis.verified,
            note: basis.note.clone(),
        }
    }
}

/// A parameter's value as shown.
#[derive(Debug, Clone)]
pub(crate) struct ValueRow {
    pub(crate) shown: String,
    pub(crate) from: Date,
    pub(crate) until: Option<Date>,
    pub(crate) local: bool,
    pub(crate) source: String,
    pub(crate) cite: String,
    pub(crate) verified: bool,
    pub(crate) note: Option<String>,
}

/// A parameter: the value of the day, and the others.
#[derive(Debug, Clone)]
pub(crate) struct ParameterRow {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) now: Option<ValueRow>,
    pub(crate) others: Vec<ValueRow>,
}

impl ParameterRow {
    pub(crate) fn of(rulebook: &Rulebook, parameter: &Parameter, today: Date) -> Self {
        let row = |v: &ParameterValue| {
            let cite = Cite::of(rulebook, &v.basis);
            ValueRow {
                shown: shown(parameter, v),
                from: v.from,
                until: v.until,
                local: v.local,
                source: cite.source,
                cite: cite.cite,
                verified: cite.verified,
                note: cite.note,
            }
        };
        let now = rulebook.parameter(&parameter.id, today).map(|f| f.value);
        let others = parameter.values.iter().filter(|v| Some(*v) != now);
        Self {
            id: parameter.id.clone(),
            title: parameter.title.clone(),
            now: now.map(row),
            others: others.map(row).collect(),
        }
    }
}

/// A value in words. Words from a fixed set are told in Chinese.
fn shown(parameter: &Parameter, value: &ParameterValue) -> String {
    match (value.integer, value.text.as_deref()) {
        (Some(n), _) if parameter.unit == Unit::Count => n.to_string(),
        (Some(n), _) => format!("{n} {}", parameter.unit.title()),
        (None, Some("next_day")) => "从次日起算".to_owned(),
        (None, Some("same_day")) => "从当日起算".to_owned(),
        (None, Some(text)) => text.to_owned(),
        (None, None) => String::new(),
    }
}

/// A publicity class of a regime.
#[derive(Debug, Clone)]
pub(crate) struct ClassRow {
    pub(crate) title: String,
    pub(crate) shown: bool,
    pub(crate) min: Option<u32>,
    pub(crate) max: Option<u32>,
    pub(crate) value: String,
    pub(crate) verified: bool,
    pub(crate) note: Option<String>,
}

/// A rule that assigns classes.
#[derive(Debug, Clone)]
pub(crate) struct ClassRuleRow {
    pub(crate) value: String,
    pub(crate) classes: String,
    pub(crate) verified: bool,
    pub(crate) note: Option<String>,
}

/// A regime.
#[derive(Debug, Clone)]
pub(crate) struct RegimeRow {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) current: bool,
    pub(crate) basis: Vec<Cite>,
    pub(crate) classes: Vec<ClassRow>,
    pub(crate) rules: Vec<ClassRuleRow>,
    pub(crate) statement: Option<StatementRow>,
}

/// How the unit that decided states the class.
#[derive(Debug, Clone)]
pub(crate) struct StatementRow {
    pub(crate) value: String,
    pub(crate) verified: bool,
    pub(crate) note: Option<String>,
}

impl RegimeRow {
    pub(crate) fn of(rulebook: &Rulebook, regime: &Regime, today: Date) -> Self {
        let title = |id: &String| {
            regime
                .class(id)
                .map_or_else(|| id.clone(), |c| c.title.clone())
        };
        let classes = regime.classes.iter().map(|c| ClassRow {
            title: c.title.clone(),
            shown: c.shown,
            min: c.min_months,
            max: c.max_months,
            value: c.value.clone(),
            verified: c.basis.verified,
            note: c.basis.note.clone(),
        });
        let rules = regime.rules.iter().map(|r| ClassRuleRow {
            value: r.value.clone(),
            classes: r.classes.iter().map(title).collect::<Vec<_>>().join("或者"),
            verified: r.basis.verified,
            note: r.basis.note.clone(),
        });
        Self {
            id: regime.id.clone(),
            title: regime.title.clone(),
            current: regime.covers(today),
            basis: regime.basis.iter().map(|b| Cite::of(rulebook, b)).collect(),
            classes: classes.collect(),
            rules: rules.collect(),
            statement: regime.statement.as_ref().map(|s| StatementRow {
                value: s.value.clone(),
                verified: s.basis.verified,
                note: s.basis.note.clone(),
            }),
        }
    }
}

/// What withholds a record whatever its class.
#[derive(Debug, Clone)]
pub(crate) struct EffectRow {
    pub(crate) title: String,
    pub(crate) value: String,
    pub(crate) source: String,
    pub(crate) cite: String,
    pub(crate) verified: bool,
    pub(crate) note: Option<String>,
}

/// One edition of a year's calendar.
#[derive(Debug, Clone)]
pub(crate) struct YearRow {
    pub(crate) year: i16,
    pub(crate) notice: String,
    pub(crate) known_from: Date,
    pub(crate) source: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "rules/rules.html")]
pub(crate) struct RulesPage {
    pub(crate) frame: Frame,
    pub(crate) label: String,
    pub(crate) unverified: usize,
    pub(crate) parameters: Vec<ParameterRow>,
    pub(crate) regimes: Vec<RegimeRow>,
    pub(crate) effects: Vec<EffectRow>,
    pub(crate) years: Vec<YearRow>,
    pub(crate) sources: Vec<Source>,
}

impl RulesPage {
    pub(crate) fn of(frame: Frame, rulebook: &Rulebook) -> Self {
        let today = frame.today;
        let mut regimes: Vec<&Regime> = rulebook.regimes().iter().collect();
        regimes.sort_by_key(|r| std::cmp::Reverse(r.from));
        let effects = rulebook.effects();
        // A value says something only beside the name of its column.
        let column = |role, otherwise: &str| {
            let fields = rulebook.items().iter().filter_map(|i| i.by_role(role));
            let name = fields.map(|f| f.name.clone()).next();
            name.unwrap_or_else(|| otherwise.to_owned())
        };
        let (publish, dispute) = (
            column(Role::Publish, "是否公开"),
            column(Role::DisputeState, "争议状态"),
        );
        let publish = effects.publish.iter().map(|e| (publish.as_str(), e));
        let dispute = effects.dispute.iter().map(|e| (dispute.as_str(), e));
        let effects = publish.chain(dispute).map(|(column, e)| {
            let cite = Cite::of(rulebook, &e.basis);
            EffectRow {
                title: format!("{column}填“{}”", e.value),
                value: e.reason.trim_end_matches('。').to_owned(),
                source: cite.source,
                cite: cite.cite,
                verified: cite.verified,
                note: cite.note,
            }
        });
        let mut years: Vec<YearRow> = rulebook
            .calendar_years()
            .iter()
            .flat_map(|y| y.editions.iter().map(move |e| (y.year, e)))
            .map(|(year, e)| YearRow {
                year,
                notice: e.notice.clone(),
                known_from: civil_day(e.known_from),
                source: e.basis.first().map(|b| b.source.clone()),
            })
            .collect();
        years.sort_by_key(|y| std::cmp::Reverse((y.year, y.known_from)));
        let mut sources = rulebook.sources().to_vec();
        sources.sort_by_key(|s| std::cmp::Reverse(s.in_force));
        Self {
            label: rulebook.label(),
            unverified: unverified(rulebook),
            parameters: rulebook
                .parameters()
                .iter()
                .map(|p| ParameterRow::of(rulebook, p, today))
                .collect(),
            regimes: regimes
                .into_iter()
                .map(|r| RegimeRow::of(rulebook, r, today))
                .collect(),
            effects: effects.collect(),
            years,
            sources,
            frame,
        }
    }
}

/// How many values rest on a text that was not read.
fn unverified(rulebook: &Rulebook) -> usize {
    uses(rulebook).filter(|(basis, ..)| !basis.verified).count()
}

/// Every citation of the rulebook: basis, what cites it, where that is shown.
fn uses(rulebook: &Rulebook) -> impl Iterator<Item = (&Basis, String, String)> {
    let parameters = rulebook.parameters().iter().flat_map(|p| {
        p.values.iter().map(move |v| {
            (
                &v.basis,
                format!("{}：{}（{} 起）", p.title, shown(p, v), v.from),
                format!("/rules#p-{}", p.id),
            )
        })
    });
    let regimes = rulebook.regimes().iter().flat_map(|r| {
        let own = r.basis.iter().map(move |b| (b, r.title.clone()));
        let classes = r.classes.iter().map(|c| (&c.basis, c.value.clone()));
        let rules = r.rules.iter().map(|c| (&c.basis, c.value.clone()));
        own.chain(classes)
            .chain(rules)
            .map(move |(b, what)| (b, what, format!("/rules#r-{}", r.id)))
    });
    let effects = rulebook.effects();
    let effects = effects.publish.iter().chain(&effects.dispute).map(|e| {
        (
            &e.basis,
            format!("{}：{}", e.value, e.reason),
            "/rules#effects".to_owned(),
        )
    });
    let items = rulebook.items().iter().flat_map(|i| {
        i.basis.iter().map(move |b| {
            (
                b,
                format!("信息目录：{}", i.title),
                format!("/catalogue/{}", i.id),
            )
        })
    });
    let years = rulebook.calendar_years().iter().flat_map(|y| {
        y.editions.iter().flat_map(move |e| {
            e.basis.iter().map(move |b| {
                (
                    b,
                    format!("{} 年放假安排", y.year),
                    "/rules#calendar".to_owned(),
                )
            })
        })
    });
    parameters
        .chain(regimes)
        .chain(effects)
        .chain(items)
        .chain(years)
}

/// One use of a source.
#[derive(Debug, Clone)]
pub(crate) struct Use {
    pub(crate) what: String,
    pub(crate) href: String,
    pub(crate) article: Option<String>,
    pub(crate) verified: bool,
}

#[derive(Debug, Template)]
#[template(path = "rules/source.html")]
pub(crate) struct SourcePage {
    pub(crate) frame: Frame,
    pub(crate) s: Source,
    pub(crate) replaced_by: Option<Source>,
    pub(crate) uses: Vec<Use>,
}

impl SourcePage {
    /// The page of a document, or `None` where there is no such document.
    pub(crate) fn of(frame: Frame, rulebook: &Rulebook, id: &str) -> Option<Self> {
        let s = rulebook.source(id)?.clone();
        let replaced_by = s
            .replaced_by
            .as_deref()
            .and_then(|id| rulebook.source(id))
            .cloned();
        let uses = uses(rulebook)
            .filter(|(basis, ..)| basis.source == id)
            .map(|(basis, what, href)| Use {
                what,
                href,
                article: basis.article.clone(),
                verified: basis.verified,
            })
            .collect();
        Some(Self {
            frame,
            s,
            replaced_by,
            uses,
        })
    }
}

#[cfg(test)]
impl Page for RulesPage {
    fn samples() -> Vec<Self> {
        vec![Self::of(samples::frame("/rules"), samples::rulebook())]
    }
}

#[cfg(test)]
impl Page for SourcePage {
    fn samples() -> Vec<Self> {
        let book = samples::rulebook();
        let ids = book.sources().iter().map(|s| s.id.as_str());
        ids.filter_map(|id| Self::of(samples::frame("/rules/sources/x"), book, id))
            .collect()
    }
}
