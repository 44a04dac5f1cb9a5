//! The rules in force as readers see them: values with their days and articles, and who cites what.

use super::CitationView;
use jiff::civil::Date;
use xinheng_domain::{basis::Basis, calendar::civil_day, catalogue::Role, publicity::Regime};
use xinheng_rulebook::{Parameter, ParameterValue, Rulebook, Source, Unit};

/// A parameter's value as shown.
#[derive(Debug, Clone)]
pub struct ValueRow {
    /// The value in words.
    pub shown: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Option<Date>,
    /// A rule of the district's own.
    pub local: bool,
    /// Where it is from.
    pub cite: CitationView,
}

/// A parameter: the value of the day, and the others.
#[derive(Debug, Clone)]
pub struct ParameterRow {
    /// Id, e.g. `sgs.report_deadline`.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// The value in force.
    pub now: Option<ValueRow>,
    /// Those of other times.
    pub others: Vec<ValueRow>,
    /// A setting of this program, no rule of law.
    pub setting: bool,
}

/// The source of what is no law: conventions of this program.
const CONVENTIONS: &str = "xinheng-conventions";

impl ParameterRow {
    pub(super) fn of(rulebook: &Rulebook, parameter: &Parameter, today: Date) -> Self {
        let row = |v: &ParameterValue| ValueRow {
            shown: shown(parameter, v),
            from: v.from,
            until: v.until,
            local: v.local,
            cite: CitationView::of(rulebook, &v.basis),
        };
        let now = rulebook.parameter(&parameter.id, today).map(|f| f.value);
        let others = parameter.values.iter().filter(|v| Some(*v) != now);
        Self {
            id: parameter.id.clone(),
            title: parameter.title.clone(),
            now: now.map(row),
            setting: parameter
                .values
                .iter()
                .all(|v| v.basis.source == CONVENTIONS),
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
pub struct ClassRow {
    /// Chinese title.
    pub title: String,
    /// Whether records of it are public.
    pub shown: bool,
    /// Shortest time in public, in months.
    pub min: Option<u32>,
    /// Longest, in months.
    pub max: Option<u32>,
    /// The rule's words.
    pub value: String,
    /// Where it is from.
    pub cite: CitationView,
}

/// A sentence of a regime: which classes a rule leaves, how the unit that decided states one, what
/// withholds a record whatever its class.
#[derive(Debug, Clone)]
pub struct RuleRow {
    /// The classes it leaves, or what was filled in where.
    pub title: String,
    /// The rule's words.
    pub value: String,
    /// Where it is from.
    pub cite: CitationView,
}

/// A regime.
#[derive(Debug, Clone)]
pub struct RegimeRow {
    /// Id.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// In force on the day.
    pub current: bool,
    /// Where it is from.
    pub basis: Vec<CitationView>,
    /// Its classes.
    pub classes: Vec<ClassRow>,
    /// How records come into them.
    pub rules: Vec<RuleRow>,
    /// How the unit that decided states the class.
    pub statement: Option<RuleRow>,
    /// What holds for decisions of before.
    pub transition: Option<RuleRow>,
}

impl RegimeRow {
    pub(super) fn of(rulebook: &Rulebook, regime: &Regime, today: Date) -> Self {
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
            cite: CitationView::of(rulebook, &c.basis),
        });
        let untitled = |value: &String, basis: &Basis| RuleRow {
            title: String::new(),
            value: value.clone(),
            cite: CitationView::of(rulebook, basis),
        };
        let rules = regime.rules.iter().map(|r| RuleRow {
            title: r.classes.iter().map(title).collect::<Vec<_>>().join("或者"),
            value: r.value.clone(),
            cite: CitationView::of(rulebook, &r.basis),
        });
        Self {
            id: regime.id.clone(),
            title: regime.title.clone(),
            current: regime.covers(today),
            basis: regime
                .basis
                .iter()
                .map(|b| CitationView::of(rulebook, b))
                .collect(),
            classes: classes.collect(),
            rules: rules.collect(),
            statement: (regime.statement.as_ref()).map(|s| untitled(&s.value, &s.basis)),
            transition: (regime.transition.as_ref()).map(|t| untitled(&t.value, &t.basis)),
        }
    }
}

/// One edition of a year's calendar.
#[derive(Debug, Clone)]
pub struct YearRow {
    /// The year.
    pub year: i16,
    /// The notice.
    pub notice: String,
    /// When it was published.
    pub known_from: Date,
    /// Id of its source.
    pub source: Option<String>,
}

/// All rules: what `/rules` shows.
#[derive(Debug, Clone)]
pub struct RulesView {
    /// Which rules they are, in Chinese.
    pub label: String,
    /// How many values rest on a text that was not read.
    pub unverified: usize,
    /// How many values are this office's reading of a text that leaves them open.
    pub readings: usize,
    /// Dated values.
    pub parameters: Vec<ParameterRow>,
    /// Regimes of publicity, newest first.
    pub regimes: Vec<RegimeRow>,
    /// What withholds a record whatever its class.
    pub effects: Vec<RuleRow>,
    /// Holidays.
    pub years: Vec<YearRow>,
    /// What rests on a text that was not read.
    pub open: Vec<CitationRow>,
    /// Documents, newest first.
    pub sources: Vec<Source>,
}

impl RulesView {
    pub(super) fn of(rulebook: &Rulebook, today: Date) -> Self {
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
        let effects = publish.chain(dispute).map(|(column, e)| RuleRow {
            title: format!("{column}填“{}”", e.value),
            value: e.reason.trim_end_matches('。').to_owned(),
            cite: CitationView::of(rulebook, &e.basis),
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
        sources.retain(|s| !is_internal(rulebook, &s.id));
        sources.sort_by_key(|s| std::cmp::Reverse(s.in_force));
        Self {
            label: rulebook.label(),
            unverified: uses(rulebook).filter(|(basis, ..)| !basis.verified).count(),
            readings: uses(rulebook).filter(|(basis, ..)| basis.reading).count(),
            parameters: rulebook
                .parameters()
                .iter()
                .filter(|p| !p.internal)
                .map(|p| ParameterRow::of(rulebook, p, today))
                .collect(),
            regimes: regimes
                .into_iter()
                .map(|r| RegimeRow::of(rulebook, r, today))
                .collect(),
            effects: effects.collect(),
            years,
            open: uses(rulebook)
                .filter(|(basis, ..)| !basis.verified)
                .map(CitationRow::of)
                .collect(),
            sources,
        }
    }
}

/// Whether a document is cited by nothing but what operators alone are told.
fn is_internal(rulebook: &Rulebook, source: &str) -> bool {
    let internal = rulebook.parameters().iter().filter(|p| p.internal);
    let mut internal = internal.flat_map(|p| &p.values);
    internal.any(|v| v.basis.source == source)
        && !uses(rulebook).any(|(basis, ..)| basis.source == source)
}

/// Every citation of the rulebook that the public is told: basis, what cites it, where that is shown.
fn uses(rulebook: &Rulebook) -> impl Iterator<Item = (&Basis, String, String)> {
    let parameters = rulebook.parameters().iter().filter(|p| !p.internal);
    let parameters = parameters.flat_map(|p| {
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
        let statement = r.statement.iter().map(|s| (&s.basis, s.value.clone()));
        let transition = r.transition.iter().map(|t| (&t.basis, t.value.clone()));
        let rules = r.rules.iter().map(|c| (&c.basis, c.value.clone()));
        own.chain(classes)
            .chain(rules)
            .chain(statement)
            .chain(transition)
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
    let venues = rulebook.items().iter().flat_map(|i| {
        i.repair_venues.iter().map(|v| {
            (
                &v.basis,
                format!("{}，通过{}申请修复", v.whose, v.site),
                "/guide/repair#where".to_owned(),
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
        .chain(venues)
        .chain(years)
}

/// One use of a source.
#[derive(Debug, Clone)]
pub struct CitationRow {
    /// What cites it, in Chinese.
    pub what: String,
    /// Where that is shown.
    pub href: String,
    /// Article, in the document's own words.
    pub article: Option<String>,
    /// Whether the value was read in the published text.
    pub verified: bool,
    /// Whether it is this office's reading of a text that leaves it open.
    pub reading: bool,
}

impl CitationRow {
    fn of((basis, what, href): (&Basis, String, String)) -> Self {
        Self {
            what,
            href,
            article: basis.article.clone(),
            verified: basis.verified,
            reading: basis.reading,
        }
    }
}

/// A document, and what rests on it.
#[derive(Debug, Clone)]
pub struct SourceView {
    /// The document.
    pub source: Source,
    /// The one that took its place.
    pub replaced_by: Option<Source>,
    /// What rests on it.
    pub uses: Vec<CitationRow>,
}

impl SourceView {
    pub(super) fn of(rulebook: &Rulebook, id: &str) -> Option<Self> {
        let source = rulebook.source(id)?.clone();
        if is_internal(rulebook, id) {
            return None;
        }
        let replaced_by = source.replaced_by.as_deref();
        Some(Self {
            replaced_by: replaced_by.and_then(|id| rulebook.source(id)).cloned(),
            uses: uses(rulebook)
                .filter(|(basis, ..)| basis.source == id)
                .map(CitationRow::of)
                .collect(),
            source,
        })
    }
}
