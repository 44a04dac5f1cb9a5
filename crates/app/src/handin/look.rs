//! Prepared files, as their department sees them.

use super::{
    Checked, Fates, Opened, Said, StagedKey, Standing, barred, name_of, not_found, opened,
    reviewers,
};
use crate::{
    Act, AppError, AppResult, Ctx,
    check::{self, Patches, StoredRegister},
};
use jiff::{Timestamp, civil::Date};
use std::{
    collections::{BTreeMap, HashMap},
    io::{Seek, Write},
    path::Path,
};
use xinheng_checker::NATURAL_PERSON;
use xinheng_domain::{
    batch::Counters,
    calendar::civil_day,
    catalogue::Field,
    cell_name::cell_name,
    finding::{Finding, Severity},
    permission::Reach,
};
use xinheng_rulebook::HAND_IN_KEPT;
use xinheng_store::{
    Conn, batch,
    hand_in::{self, HandIn},
};

/// Files listed at once.
const LISTED: u32 = 100;

/// A prepared file in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandInLine {
    /// Id.
    pub id: String,
    /// Name of the file.
    pub file_name: String,
    /// Title of the item; empty where it was not recognised.
    pub item_title: String,
    /// Who prepared it.
    pub prepared_by: String,
    /// When.
    pub prepared_at: Timestamp,
    /// The last day on which it is kept.
    pub kept_until: Date,
    /// How it stands.
    pub standing: Standing,
    /// What the last check counted.
    pub checked: Checked,
    /// The batch it became.
    pub batch: Option<String>,
    /// How often it has changed: what a form carries.
    pub revision: u32,
}

/// Findings of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Finding code.
    pub code: String,
    /// In Chinese.
    pub title: String,
    /// The gravest of them.
    pub severity: Severity,
    /// How many.
    pub count: u64,
}

/// A cell of which something is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultyCell {
    /// Line or spreadsheet row from 1.
    pub sheet_row: u64,
    /// Column from 1.
    pub column: u32,
    /// As a workbook calls it: `C3`.
    pub place: String,
    /// Title of its column.
    pub title: String,
    /// What stands there now; numbers of persons are masked.
    pub value: String,
    /// It was corrected already.
    pub edited: bool,
    /// It takes running text: several lines to write in.
    pub long: bool,
    /// So many cells of its column hold the same and something is said of them, where it is the
    /// first of them on its page.
    pub alike: usize,
    /// What is said of it, the gravest first.
    pub findings: Vec<Finding>,
}

impl FaultyCell {
    /// What could be written there instead.
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        let mut all = self.findings.iter().filter_map(|f| f.suggestion.as_deref());
        all.next()
    }
}

/// A prepared file, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandInView {
    /// As in the list.
    pub line: HandInLine,
    /// How many rows would become what; none where there are too many, or the file is over.
    pub fates: Option<Fates>,
    /// What is said, by kind.
    pub kinds: Vec<Kind>,
    /// What is said of no one cell.
    pub notices: Vec<Finding>,
    /// How many of them there are in all.
    pub notices_in_all: usize,
    /// Faulty cells in all, of the kind that is looked at.
    pub cells_in_all: usize,
    /// Those of this page.
    pub cells: Vec<FaultyCell>,
    /// Cells that were corrected and of which nothing is said any more, the first of them.
    pub mended: Vec<FaultyCell>,
    /// Cells corrected so far.
    pub edits: usize,
    /// Why the reader may not release it, where they may not.
    pub barred: Option<String>,
    /// Who released or withdrew it, and when.
    pub ended: Option<(String, Timestamp)>,
    /// What became of its rows.
    pub landed: Option<Counters>,
}

/// What the last check counted.
pub(super) fn last_check(file: &HandIn) -> AppResult<Checked> {
    serde_json::from_str(&file.counters).map_err(|e| AppError::Fault(e.to_string()))
}

pub(super) fn line(ctx: &Ctx<'_>, conn: &mut Conn, file: HandIn) -> AppResult<HandInLine> {
    let item = file.item.as_ref();
    let item = item.and_then(|item| ctx.deployment().rulebook().item(item));
    let days = i64::from(ctx.number(HAND_IN_KEPT)?);
    let day = civil_day(file.staged_at);
    Ok(HandInLine {
        item_title: item.map_or_else(String::new, |item| item.title.clone()),
        prepared_by: name_of(conn, &file.staged_by)?,
        prepared_at: file.staged_at,
        kept_until: day.checked_add(jiff::Span::new().days(days)).unwrap_or(day),
        standing: Standing::of(ctx, &file)?,
        checked: last_check(&file)?,
        id: file.id,
        file_name: file.file_name,
        batch: file.batch_id,
        revision: file.revision,
    })
}

/// The own department's files, the newest first.
///
/// # Errors
/// Forbidden; faults of the store.
pub fn list(ctx: &Ctx<'_>) -> AppResult<Vec<HandInLine>> {
    ctx.desk(Act::HandInList, |conn, reach| {
        let mut lines = Vec::new();
        if let Reach::Departments(own) = reach {
            for department in own {
                for file in hand_in::list(conn, department, LISTED)? {
                    lines.push(line(ctx, conn, file)?);
                }
            }
        }
        Ok(lines)
    })
}

/// How many files of a department wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waiting {
    /// Being prepared, or not landed whole.
    pub all: u64,
    /// Of them those that the reader may release.
    pub mine: u64,
    /// Of them those of which nothing can be handed in before they are corrected.
    pub stuck: u64,
}

/// Files of a department that are being prepared or have not landed whole.
///
/// # Errors
/// Faults of the store.
pub fn waiting(ctx: &Ctx<'_>, conn: &mut Conn, department: &str) -> AppResult<Waiting> {
    let reviewers = reviewers(ctx, conn, department)?;
    let mut waiting = Waiting::default();
    for file in hand_in::list(conn, department, LISTED)? {
        let standing = Standing::of(ctx, &file)?;
        if matches!(standing, Standing::Prepared | Standing::Landing) {
            let edits = hand_in::edits(conn, &file.id)?;
            waiting.all += 1;
            if standing == Standing::Prepared && !last_check(&file)?.any() {
                waiting.stuck += 1;
            } else if barred(ctx, &reviewers, &file, &edits).is_none() {
                waiting.mine += 1;
            }
        }
    }
    Ok(waiting)
}

/// A file of the own department: what is said of it, a page of its faulty cells from `first` on, of
/// one kind where `code` names it.
///
/// # Errors
/// No such file, or not of the own department; the key does not open it; faults of the store.
pub fn open(
    ctx: &Ctx<'_>,
    id: &str,
    code: Option<&str>,
    (first, most): (usize, usize),
) -> AppResult<HandInView> {
    let (file, sealed, edits, mut view) = ctx.desk(Act::HandInOpen, |conn, reach| {
        let file = hand_in::get(conn, id)?;
        let file = file.filter(|file| reach.covers(&file.department));
        let file = file.ok_or_else(not_found)?;
        let edits = hand_in::edits(conn, id)?;
        let reviewers = reviewers(ctx, conn, &file.department)?;
        let code = barred(ctx, &reviewers, &file, &edits);
        let rulebook = ctx.deployment().rulebook();
        let places = [("file", file.file_name.as_str())];
        let ended = match (&file.ended_by, file.ended_at) {
            (Some(by), Some(at)) => Some((name_of(conn, by)?, at)),
            _ => None,
        };
        let landed = match &file.batch_id {
            Some(batch) => batch::get(conn, batch)?.and_then(|b| b.counters),
            None => None,
        };
        let view = HandInView {
            line: line(ctx, conn, file.clone())?,
            fates: None,
            kinds: Vec::new(),
            notices: Vec::new(),
            notices_in_all: 0,
            cells_in_all: 0,
            cells: Vec::new(),
            mended: Vec::new(),
            edits: edits.len(),
            barred: code.map(|code| rulebook.refusal(code, &places).to_string()),
            ended,
            landed,
        };
        Ok((file, hand_in::findings(conn, id)?, edits, view))
    })?;
    let standing = view.line.standing;
    let Some(sealed) = sealed.filter(|_| standing == Standing::Prepared) else {
        return Ok(view);
    };
    let key = StagedKey::there(ctx)?;
    let said = key.said(&file, &sealed)?;
    // That a row is a person's is counted; there is nothing to be corrected.
    let findings = said.findings.iter().filter(|f| f.value != NATURAL_PERSON);
    let findings: Vec<&Finding> = findings.collect();
    let patches = key.patches(&edits)?;
    view.fates = said.table.fates();
    view.kinds = kinds(ctx, &findings);
    let asked = |f: &&&Finding| code.is_none_or(|code| f.code == code);
    let (of_cells, notices): (Vec<&Finding>, Vec<&Finding>) = findings
        .iter()
        .filter(asked)
        .copied()
        .partition(|f| f.row > 0 && f.column > 0);
    view.notices_in_all = notices.len();
    view.notices = notices.into_iter().take(most).cloned().collect();
    let mut cells: BTreeMap<(u64, u32), Vec<Finding>> = BTreeMap::new();
    for finding in of_cells {
        let at = (finding.sheet_row, finding.column);
        cells.entry(at).or_default().push(finding.clone());
    }
    view.cells_in_all = cells.len();
    for findings in cells.values_mut() {
        findings.sort_by_key(|f| f.severity);
    }
    // What keeps a row out goes first, then by place.
    let mut cells: Vec<_> = cells.into_iter().collect();
    cells.sort_by_key(|(_, findings)| findings.first().map(|f| f.severity));
    let item = file.item.as_ref();
    let item = item.and_then(|item| ctx.deployment().rulebook().item(item));
    let mut alike: HashMap<(u32, &str), usize> = HashMap::new();
    for ((sheet_row, column), _) in &cells {
        let text = said.text((*sheet_row, *column)).unwrap_or_default();
        *alike.entry((*column, text)).or_default() += 1;
    }
    let page = cells.into_iter().skip(first).take(most);
    view.cells = page
        .map(|((sheet_row, column), findings)| {
            let at = (sheet_row, column);
            let text = said.text(at).unwrap_or_default();
            let field = findings.first().map_or("", |f| f.field.as_str());
            let field = item.and_then(|item| item.field(field));
            FaultyCell {
                // Told once.
                alike: alike.remove(&(column, text)).unwrap_or_default(),
                ..cell(&said, &patches, at, field, findings)
            }
        })
        .collect();
    let faulty = |at| {
        findings
            .iter()
            .any(|f| f.row > 0 && (f.sheet_row, f.column) == at)
    };
    let mended = patches.iter().filter(|(at, _)| !faulty(*at)).take(most);
    view.mended = mended
        .map(|(at, _)| {
            let field = said.table.field(at.1);
            let field = field.and_then(|field| item?.field(field));
            cell(&said, &patches, at, field, Vec::new())
        })
        .collect();
    Ok(view)
}

fn cell(
    said: &Said,
    patches: &Patches,
    (sheet_row, column): (u64, u32),
    field: Option<&Field>,
    findings: Vec<Finding>,
) -> FaultyCell {
    let at = (sheet_row, column);
    FaultyCell {
        sheet_row,
        column,
        place: cell_name(column, sheet_row),
        title: field.map_or_else(String::new, |field| field.name.clone()),
        value: said.shown(at).unwrap_or_default(),
        edited: patches.get(at).is_some(),
        long: field.is_some_and(super::is_long),
        alike: 0,
        findings,
    }
}

/// What is said, by kind: the gravest and most frequent first.
fn kinds(ctx: &Ctx<'_>, findings: &[&Finding]) -> Vec<Kind> {
    let mut kinds: HashMap<&str, (Severity, u64)> = HashMap::new();
    for finding in findings {
        let kind = kinds.entry(&finding.code);
        let (severity, count) = kind.or_insert((finding.severity, 0));
        *severity = finding.severity.min(*severity);
        *count += 1;
    }
    let kind = |(code, (severity, count)): (&str, _)| Kind {
        code: code.to_owned(),
        title: ctx.deployment().finding_title(code),
        severity,
        count,
    };
    let mut kinds: Vec<Kind> = kinds.into_iter().map(kind).collect();
    kinds.sort_by(|a, b| {
        let by = |k: &Kind| (k.severity, u64::MAX - k.count);
        by(a).cmp(&by(b)).then_with(|| a.code.cmp(&b.code))
    });
    kinds
}

/// Writes the annotated workbook of a file of the own department, with what was corrected in it.
///
/// # Errors
/// As [`open`]; the workbook cannot be written.
pub fn workbook(ctx: &Ctx<'_>, id: &str, out: impl Write + Seek + Send) -> AppResult<String> {
    let file = super::own(ctx, Act::HandInOpen, id)?;
    let Opened { bytes, patches, .. } = opened(ctx, Act::HandInOpen, &file)?;
    let input = check::Input {
        path: Path::new(""),
        file_name: &file.file_name,
        sheet: Some(file.sheet.as_str()).filter(|sheet| !sheet.is_empty()),
    };
    let mut register = StoredRegister::of(ctx).reported_by(&file.department);
    check::annotated_with(ctx, (&bytes, &patches), input, &mut register, out)?;
    Ok(file.file_name)
}
