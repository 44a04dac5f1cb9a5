//! What a step asks, and what was filled in: through the same checker as a department's files.

use super::matter::Matter;
use crate::{AppError, AppResult, Ctx, present::yuan, record};
use std::collections::BTreeMap;
use xinheng_checker::{Checker, HeaderRow, Rules};
use xinheng_domain::{
    basis::Basis,
    case::{
        Kind, Step,
        kind::{CaseField, Choices},
    },
    catalogue::{FieldKind, FieldPublicity, Item, PublicityRule},
    code_list::{CodeEntry, CodeList},
    finding::Finding,
    subject::SubjectKey,
};
use xinheng_store::{Conn, department, subject};

/// A field of a step, as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Id.
    pub id: String,
    /// Chinese name.
    pub name: String,
    /// What is filled in: `text`, `date`, `amount`, `choice`, `line`.
    pub control: &'static str,
    /// It must be filled in.
    pub must: bool,
    /// One line of help, in Chinese.
    pub help: String,
    /// What may be chosen.
    pub choices: Vec<String>,
    /// Longest text.
    pub max_chars: Option<u32>,
}

/// What may be chosen: the value that is kept, and what is shown.
type Choice = (String, String);

/// What may be chosen in a field; `None` where it is filled in freely.
pub(crate) fn choices(
    ctx: &Ctx<'_>,
    conn: &mut Conn,
    field: &CaseField,
    matter: &Matter,
) -> AppResult<Option<Vec<Choice>>> {
    let book = ctx.deployment().rulebook();
    if let Some(list) = field.codes.as_ref().and_then(|id| book.code_list(id)) {
        let titles = list.entries.iter().map(|e| e.title.clone());
        return Ok(Some(titles.map(|t| (t.clone(), t)).collect()));
    }
    Ok(match field.choices {
        None => None,
        Some(Choices::Departments) => {
            let all = department::all(conn)?;
            Some(all.into_iter().map(|d| (d.code, d.name)).collect())
        }
        Some(Choices::FieldsOfRecord) => {
            let item = matter
                .record
                .as_ref()
                .and_then(|s| book.item(&s.record.item));
            let fields = item.map_or(&[][..], |item| &item.fields).iter();
            let shown = fields.filter(|f| f.publicity != FieldPublicity::Withheld);
            Some(shown.map(|f| (f.id.clone(), f.name.clone())).collect())
        }
        Some(Choices::OpenClasses) => match &matter.record {
            Some(stored) => Some(record::open_classes(ctx, stored)?),
            None => Some(Vec::new()),
        },
    })
}

/// What a kept value is called: amounts in yuan, a code with the name that the register has.
pub(crate) fn called(
    ctx: &Ctx<'_>,
    conn: &mut Conn,
    field: &CaseField,
    value: &str,
    matter: &Matter,
) -> AppResult<String> {
    match (field.choices, field.kind) {
        (None, FieldKind::AmountWan) => return Ok(yuan(value)),
        (None, FieldKind::UnifiedCode) => {
            let known = subject::get(conn, &SubjectKey(value.to_owned()))?;
            return Ok(known.map_or_else(|| value.to_owned(), |s| with_code(&s.name, value)));
        }
        (None, _) => return Ok(value.to_owned()),
        (Some(_), _) => {}
    }
    if let (Some(Choices::OpenClasses), Some(stored)) = (field.choices, &matter.record) {
        // What was open once need not be open now.
        return Ok(record::class_name(ctx, &stored.record, value));
    }
    let choices = choices(ctx, conn, field, matter)?.unwrap_or_default();
    let known = choices.into_iter().find(|(id, _)| id == value);
    Ok(known.map_or_else(|| value.to_owned(), |(_, title)| title))
}

/// An organisation by its name and code.
pub(super) fn with_code(name: &str, code: &str) -> String {
    format!("{name}（统一社会信用代码：{code}）")
}

/// The fields of a step, for a page.
pub(crate) fn asked(
    ctx: &Ctx<'_>,
    conn: &mut Conn,
    kind: &Kind,
    step: &Step,
    matter: &Matter,
) -> AppResult<Vec<Asked>> {
    let mut all = Vec::new();
    for (field, must) in kind.asked(step) {
        let choices = choices(ctx, conn, field, matter)?;
        let titles = choices.map(|c| c.into_iter().map(|(_, title)| title).collect());
        let control = match field.kind {
            FieldKind::Coded => "choice",
            FieldKind::Date => "date",
            FieldKind::AmountWan => "amount",
            FieldKind::Text if field.long => "text",
            _ => "line",
        };
        all.push(Asked {
            id: field.id.clone(),
            name: field.name.clone(),
            control,
            must,
            help: field.help.clone().unwrap_or_default(),
            choices: titles.unwrap_or_default(),
            max_chars: field.max_chars(),
        });
    }
    Ok(all)
}

/// What was filled in, by field; or what is wrong with it.
pub(crate) fn read(
    ctx: &Ctx<'_>,
    conn: &mut Conn,
    kind: &Kind,
    step: &Step,
    matter: &Matter,
    typed: &dyn Fn(&str) -> String,
) -> AppResult<Result<BTreeMap<String, String>, Vec<Finding>>> {
    let asked = kind.asked(step);
    if asked.is_empty() {
        return Ok(Ok(BTreeMap::new()));
    }
    let book = ctx.deployment().rulebook();
    let mut lists = Vec::new();
    let mut fields = Vec::new();
    let mut chosen = BTreeMap::new();
    for (field, must) in asked {
        let list = match choices(ctx, conn, field, matter)? {
            Some(all) => {
                let id = format!("{}.{}", kind.id, field.id);
                lists.push(list_of(&id, &field.name, &all));
                chosen.insert(field.id.clone(), all);
                Some(id)
            }
            None => None,
        };
        fields.push(field.checked(must, list));
    }
    let cells: Vec<String> = fields.iter().map(|f| typed(&f.id)).collect();
    let checker = Checker::new(Rules {
        items: &[item_of(kind, step, fields)],
        lists: &lists,
        messages: book.messages(),
        codes: book.code_tables().clone(),
        today: ctx.today(),
        cite: &|basis: &Basis| book.cite(basis),
    });
    let checker = checker.map_err(|e| AppError::Fault(format!("办件的表单不能使用：{e}")))?;
    let Some(mut check) = checker.fill_in() else {
        return Err(AppError::Fault("办件的表单没有字段".to_owned()));
    };
    let row = HeaderRow::new(cells.iter().map(String::as_str), 0);
    let checked = check.check(row.row(), None);
    if checked.has_refusal() {
        let mut findings: Vec<Finding> = Vec::new();
        let mut finding = xinheng_checker::blank(None);
        let told = checked.findings(&mut finding, |f| {
            findings.push(f.clone());
            Ok::<(), std::convert::Infallible>(())
        });
        let Ok(()) = told;
        return Ok(Err(findings));
    }
    let mut values = BTreeMap::new();
    for (id, value) in checked.fields() {
        let kept = chosen.get(id.as_ref()).and_then(|all| {
            let same = |(_, title): &&Choice| title == value;
            all.iter().find(same).map(|(kept, _)| kept.clone())
        });
        values.insert(id.into_owned(), kept.unwrap_or_else(|| value.to_owned()));
    }
    Ok(Ok(values))
}

fn list_of(id: &str, title: &str, choices: &[Choice]) -> CodeList {
    CodeList {
        id: id.to_owned(),
        title: title.to_owned(),
        basis: Vec::new(),
        open_prefix: None,
        unknown_warns: false,
        entries: choices
            .iter()
            .map(|(code, title)| CodeEntry {
                code: code.clone(),
                title: title.clone(),
                aliases: Vec::new(),
                from: None,
                until: None,
            })
            .collect(),
    }
}

/// A step as the checker takes one: an item that nothing is published of.
fn item_of(kind: &Kind, step: &Step, fields: Vec<xinheng_domain::catalogue::Field>) -> Item {
    Item {
        id: format!("{}.{}", kind.id, step.id),
        title: step.title.clone(),
        edition: kind.from.to_string(),
        from: kind.from,
        until: kind.until,
        adverse: false,
        basis: kind.basis.clone(),
        identity: Vec::new(),
        clock: None,
        publicity: PublicityRule::Never {
            reason: "办件的内容".to_owned(),
            basis: Vec::new(),
        },
        sentence: String::new(),
        matter: String::new(),
        outcome: String::new(),
        does_not_mean: String::new(),
        how_it_ends: String::new(),
        whom_to_ask: String::new(),
        repair_venues: Vec::new(),
        filters: Vec::new(),
        fields,
        rules: Vec::new(),
    }
}
