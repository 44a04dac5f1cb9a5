//! Catalogue items as readers see them: one shape for the page and the interface.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use xinheng_domain::basis::Basis;
use xinheng_domain::catalogue::{
    Field, FieldKind, FieldPublicity, Item, PublicityRule, RepairVenue,
};
use xinheng_rulebook::Rulebook;

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
    /// Whether it is this office's reading of a text that leaves it open (本区适用口径).
    pub reading: bool,
    /// What a reader should know about the doubt, in Chinese.
    pub note: Option<String>,
}

impl CitationView {
    pub(super) fn of(rulebook: &Rulebook, basis: &Basis) -> Self {
        let title = rulebook.source(&basis.source).map(|s| &s.title);
        Self {
            source: basis.source.clone(),
            title: title.unwrap_or(&basis.source).clone(),
            article: basis.article.clone(),
            verified: basis.verified,
            reading: basis.reading,
            note: basis.note.clone(),
        }
    }

    /// `《title》article`.
    #[must_use]
    pub fn text(&self) -> String {
        let article = self.article.as_deref().unwrap_or_default();
        format!("《{}》{article}", self.title)
    }
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
    /// Lays an item out for readers, with the values in force on a day.
    pub(super) fn of(rulebook: &Rulebook, item: &Item, today: Date) -> Self {
        let name = |id: &str| {
            item.field(id)
                .map_or_else(|| id.to_owned(), |f| f.name.clone())
        };
        let clock = item
            .clock
            .as_ref()
            .map(|c| match number_of(rulebook, &c.parameter, today) {
                Some(n) => format!("{}起 {n} 个工作日内报送并公示", name(&c.from_field)),
                None => "今天没有报送和公示时限的规定".to_owned(),
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
                .map(|b| CitationView::of(rulebook, b))
                .collect(),
            identity: item
                .identity
                .iter()
                .map(|id| name(id))
                .collect::<Vec<_>>()
                .join("、"),
            clock,
            publicity: publicity(rulebook, item, today),
            does_not_mean: item.does_not_mean.clone(),
            how_it_ends: item
                .how_it_ends
                .replace("{repair_site}", &repair_sites(item)),
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

/// Where repair is applied for, whoever decided.
fn repair_sites(item: &Item) -> String {
    let venue = |v: &RepairVenue| format!("{}（{}）", v.site, v.whose);
    let venues: Vec<String> = item.repair_venues.iter().map(venue).collect();
    venues.join("或者")
}

/// The number in force on a day.
fn number_of(rulebook: &Rulebook, parameter: &str, today: Date) -> Option<u32> {
    rulebook.parameter(parameter, today)?.number()
}

fn publicity(rulebook: &Rulebook, item: &Item, today: Date) -> String {
    match &item.publicity {
        PublicityRule::Classes { .. } => "按决定日期当时的公示分类和期限".to_owned(),
        PublicityRule::UntilField { field, .. } => {
            let name = item
                .field(field)
                .map_or(field.as_str(), |f| f.name.as_str());
            format!("到“{name}”当天为止")
        }
        PublicityRule::Months { parameter } => number_of(rulebook, parameter, today).map_or_else(
            || "今天没有公示期限的规定".to_owned(),
            |n| format!("自决定之日起 {n} 个月"),
        ),
        PublicityRule::Never { reason, .. } => format!("不公示：{reason}"),
    }
}

fn field_info(rulebook: &Rulebook, item: &Item, field: &Field) -> FieldInfo {
    let kind = match field.kind {
        FieldKind::Text => "text",
        FieldKind::Name => "name",
        FieldKind::UnifiedCode => "unified_code",
        FieldKind::OrganisationCode => "organisation_code",
        FieldKind::Number => "number",
        FieldKind::DocumentNumber => "document_number",
        FieldKind::Coded => "coded",
        FieldKind::Date => "date",
        FieldKind::AmountWan => "amount_wan",
        FieldKind::IdentityNumber => "identity_number",
        FieldKind::RecordId => "record_id",
    };
    let publicity = match field.publicity {
        FieldPublicity::Withheld => "withheld",
        FieldPublicity::Public => "public",
        FieldPublicity::Redacted => "redacted",
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
        kind_title: field.kind_told(),
        several: field.several,
        max_chars: field.max_chars,
        required: item.form().requirement_told(field),
        publicity: publicity.to_owned(),
        publicity_title: field.publicity_told().to_owned(),
        beyond_standard: field.beyond_standard,
        choices: titles.into_iter().map(str::to_owned).collect(),
        help: field.help.clone(),
        example: field.example.clone(),
    }
}
