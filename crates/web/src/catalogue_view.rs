//! Catalogue items as readers see them: one shape for the page and the JSON API.

use serde::Serialize;
use utoipa::ToSchema;
use xinheng_app::rulebook::Rulebook;
use xinheng_domain::{
    catalogue::{Field, FieldKind, FieldPublicity, Item, PublicityRule, Requirement},
    condition::{Condition, FieldTest},
};

/// A citation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CitationView {
    /// Id of the source.
    pub source: String,
    /// Title of the source, in Chinese.
    pub title: String,
    /// Article, in the document's own words.
    pub article: Option<String>,
    /// Whether the value was read in the published text.
    pub verified: bool,
    /// What a reader should know about the doubt, in Chinese.
    pub note: Option<String>,
}

/// A field of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldInfo {
    /// Column code.
    pub id: String,
    /// Chinese name.
    pub name: String,
    /// Type id, e.g. `date`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Type, in Chinese.
    pub kind_title: String,
    /// Several values may stand in one cell.
    pub several: bool,
    /// Longest text, in characters.
    pub max_chars: Option<u32>,
    /// When it must be filled, in Chinese.
    pub required: String,
    /// `public`, `redacted` or `withheld`.
    pub publicity: String,
    /// The same, in Chinese.
    pub publicity_title: String,
    /// Not in the national standard.
    pub beyond_standard: bool,
    /// Values of its code list.
    pub choices: Vec<String>,
    /// Help, in Chinese.
    pub help: Option<String>,
    /// An invented example.
    pub example: Option<String>,
}

/// A check across fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RuleInfo {
    /// Finding code.
    pub code: String,
    /// Title, in Chinese.
    pub title: String,
    /// The cell that is blamed.
    pub field: String,
    /// Its Chinese name.
    pub field_name: String,
}

/// A kind of information.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ItemInfo {
    /// Id, e.g. `penalty`.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// Edition of the data standard.
    pub edition: String,
    /// Id of the file format.
    pub format: String,
    /// Unfavourable to its subject.
    pub adverse: bool,
    /// Why it may be collected.
    pub basis: Vec<CitationView>,
    /// Names of the fields that together name one record.
    pub identity: String,
    /// The publishing clock, in Chinese.
    pub clock: Option<String>,
    /// How long it is shown, in Chinese.
    pub publicity: String,
    /// What it does not mean, in Chinese.
    pub does_not_mean: String,
    /// How it ends, in Chinese.
    pub how_it_ends: String,
    /// Field ids offered as filters on lists.
    pub filters: Vec<String>,
    /// Number of fields the public may see.
    pub public_fields: usize,
    /// Fields in the standard's order.
    pub fields: Vec<FieldInfo>,
    /// Checks across fields.
    pub rules: Vec<RuleInfo>,
}

impl ItemInfo {
    /// Every item of the rulebook, in its order.
    #[must_use]
    pub fn all(rulebook: &Rulebook) -> Vec<Self> {
        rulebook
            .items()
            .iter()
            .map(|i| Self::of(rulebook, i))
            .collect()
    }

    /// Lays an item out for readers.
    #[must_use]
    pub fn of(rulebook: &Rulebook, item: &Item) -> Self {
        let name = |id: &str| {
            item.field(id)
                .map_or_else(|| id.to_owned(), |f| f.name.clone())
        };
        let clock = item.clock.as_ref().map(|c| {
            let days = rulebook.parameters().iter().find(|p| p.id == c.parameter);
            let newest = days.and_then(|p| p.values.iter().max_by_key(|v| v.from));
            let number = newest
                .and_then(|v| v.integer)
                .map_or_else(String::new, |n| format!("{n} 个工作日"));
            format!("{}起 {number}内报送并公示", name(&c.from_field))
        });
        let fields: Vec<FieldInfo> = item
            .fields
            .iter()
            .map(|f| field_info(rulebook, item, f))
            .collect();
        Self {
            id: item.id.clone(),
            title: item.title.clone(),
            edition: item.edition.clone(),
            format: item.format_id(),
            adverse: item.adverse,
            basis: item
                .basis
                .iter()
                .map(|b| CitationView {
                    source: b.source.clone(),
                    title: rulebook
                        .source(&b.source)
                        .map_or_else(|| b.source.clone(), |s| s.title.clone()),
                    article: b.article.clone(),
                    verified: b.verified,
                    note: b.note.clone(),
                })
                .collect(),
            identity: item
                .identity
                .iter()
                .map(|id| name(id))
                .collect::<Vec<_>>()
                .join("、"),
            clock,
            publicity: publicity(rulebook, item),
            does_not_mean: item.does_not_mean.clone(),
            how_it_ends: item.how_it_ends.clone(),
            filters: item.filters.clone(),
            public_fields: item
                .fields
                .iter()
                .filter(|f| f.publicity != FieldPublicity::Withheld)
                .count(),
            fields,
            rules: item
                .rules
                .iter()
                .map(|r| RuleInfo {
                    code: r.code.clone(),
                    title: rulebook
                        .message(&r.code)
                        .map_or_else(|| r.code.clone(), |m| m.title.clone()),
                    field: r.field.clone(),
                    field_name: name(&r.field),
                })
                .collect(),
        }
    }
}

fn publicity(rulebook: &Rulebook, item: &Item) -> String {
    match &item.publicity {
        PublicityRule::Classes { .. } => "按决定日期当时的公示分类和期限".to_owned(),
        PublicityRule::UntilField { field, .. } => {
            let name = item
                .field(field)
                .map_or(field.as_str(), |f| f.name.as_str());
            format!("到“{name}”当天为止")
        }
        PublicityRule::Months { parameter } => {
            let found = rulebook.parameters().iter().find(|p| p.id == *parameter);
            let newest = found
                .and_then(|p| p.values.iter().max_by_key(|v| v.from))
                .and_then(|v| v.integer);
            newest.map_or_else(
                || "按规则库的期限".to_owned(),
                |n| format!("自决定之日起 {n} 个月"),
            )
        }
        PublicityRule::Never { reason, .. } => format!("不公示：{reason}"),
    }
}

fn field_info(rulebook: &Rulebook, item: &Item, field: &Field) -> FieldInfo {
    let (kind, kind_title) = match field.kind {
        FieldKind::Text => ("text", "文字"),
        FieldKind::Name => ("name", "名称"),
        FieldKind::UnifiedCode => ("unified_code", "统一社会信用代码"),
        FieldKind::OrganisationCode => ("organisation_code", "组织机构代码"),
        FieldKind::Number => ("number", "编号"),
        FieldKind::DocumentNumber => ("document_number", "文书号"),
        FieldKind::Coded => ("coded", "代码列表中的值"),
        FieldKind::Date => ("date", "日期"),
        FieldKind::AmountWan => ("amount_wan", "金额，单位万元"),
        FieldKind::IdentityNumber => ("identity_number", "证件号码"),
        FieldKind::RecordId => ("record_id", "本站的记录编号"),
    };
    let (publicity, publicity_title) = match field.publicity {
        FieldPublicity::Withheld => ("withheld", "不公开"),
        FieldPublicity::Public => ("public", "公开"),
        FieldPublicity::Redacted => ("redacted", "隐去个人信息后公开"),
    };
    let titles = field
        .codes
        .as_deref()
        .map(|list| rulebook.titles(list))
        .unwrap_or_default();
    FieldInfo {
        id: field.id.clone(),
        name: field.name.clone(),
        kind: kind.to_owned(),
        kind_title: if field.several {
            format!("{kind_title}，可以有几个，用“、”分开")
        } else {
            kind_title.to_owned()
        },
        several: field.several,
        max_chars: field.max_chars,
        required: match &field.required {
            Requirement::Optional => "可以不填".to_owned(),
            Requirement::Always => "必填".to_owned(),
            Requirement::When(c) => format!("{}时必填", told(item, c)),
            Requirement::WarnWhen(c) => format!("{}时应当填写", told(item, c)),
        },
        publicity: publicity.to_owned(),
        publicity_title: publicity_title.to_owned(),
        beyond_standard: field.beyond_standard,
        choices: titles.into_iter().map(str::to_owned).collect(),
        help: field.help.clone(),
        example: field.example.clone(),
    }
}

/// A condition in Chinese.
fn told(item: &Item, condition: &Condition) -> String {
    let join = |parts: &[Condition], word: &str| {
        parts
            .iter()
            .map(|c| told(item, c))
            .collect::<Vec<_>>()
            .join(word)
    };
    match condition {
        Condition::All { all } => join(all, "，并且"),
        Condition::Any { any } => join(any, "，或者"),
        Condition::Not { not } => format!("不属于（{}）", told(item, not)),
        Condition::Field(test) => told_test(item, test),
    }
}

fn told_test(item: &Item, test: &FieldTest) -> String {
    let name = item
        .field(&test.field)
        .map_or(test.field.as_str(), |f| f.name.as_str());
    let words = |list: &[String]| {
        list.iter()
            .map(|w| format!("“{w}”"))
            .collect::<Vec<_>>()
            .join("或者")
    };
    let mut parts = Vec::new();
    let lists = [
        ("是", &test.is),
        ("含有", &test.has),
        ("只有", &test.only),
        ("中写有", &test.contains),
        ("以", &test.starts_with),
    ];
    for (verb, list) in lists {
        if !list.is_empty() {
            let tail = if verb == "以" { "开头" } else { "" };
            parts.push(format!("{verb}{}{tail}", words(list)));
        }
    }
    match test.present {
        Some(true) => parts.push("已填写".to_owned()),
        Some(false) => parts.push("没有填写".to_owned()),
        None => {}
    }
    parts.extend(test.on_or_after.map(|d| format!("不早于 {d}")));
    parts.extend(test.before.map(|d| format!("早于 {d}")));
    parts.extend(test.at_least_yuan.map(|y| format!("不少于 {y} 元")));
    parts.extend(test.below_yuan.map(|y| format!("少于 {y} 元")));
    format!("“{name}”{}", parts.join("，"))
}
