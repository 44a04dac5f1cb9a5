//! A file is prepared: checked as a whole, sealed and kept for some days.

use super::{Checked, MOST_ROWS, Said, StagedKey, kept_since, rows::Table, sealed::place_of};
use crate::{
    Act, AppResult, Ctx, RefusalCode, Scope,
    check::{self, FindingLimit, Patches, Sink, SinkError, StoredRegister, checker},
    ctx::new_id,
    intake::{self, Fate, hash_with, import_with, kept_file_name},
};
use serde_json::json;
use std::{
    collections::{BTreeSet, HashMap},
    io::Cursor,
    path::Path,
};
use xinheng_checker::{CheckedRow, FileCheck, SkippedRow, Verdict};
use xinheng_domain::{
    batch::Counters,
    finding::{Finding, Severity, Summary},
};
use xinheng_exchange::annotate;
use xinheng_store::{
    forward,
    hand_in::{self, HandIn, HandInContent, HandInState},
};

/// A file to be prepared.
#[derive(Debug, Clone, Copy)]
pub struct Staging<'a> {
    /// Its content.
    pub bytes: &'a [u8],
    /// Its base name.
    pub file_name: &'a str,
    /// Sheet of a workbook.
    pub sheet: Option<&'a str>,
    /// Department that prepares it.
    pub department: &'a str,
}

/// Prepares a file, and gives its id. The same file twice is one, as long as it is being prepared.
///
/// # Errors
/// Forbidden; the file as a whole cannot be handed in; there is no key; faults of the store.
pub fn stage(ctx: &Ctx<'_>, staging: Staging<'_>) -> AppResult<String> {
    ctx.allow_in(Act::HandInStage, Scope::Department(staging.department))?;
    let (checked, said) = checked(ctx, staging, &Patches::default())?;
    keep(ctx, staging, &checked, &said)
}

/// Keeps a file that was checked.
pub(super) fn keep(
    ctx: &Ctx<'_>,
    staging: Staging<'_>,
    checked: &Checked,
    said: &Said,
) -> AppResult<String> {
    let key = StagedKey::made(ctx)?;
    let id = new_id(ctx.now());
    let content = HandInContent {
        hand_in_id: id.clone(),
        content: key.seal(&place_of(&id), staging.bytes)?,
        findings: key.seal_said(&id, said)?,
    };
    let hash = &checked.summary.sha256;
    let sheet = staging.sheet.unwrap_or_default();
    let format = checked.summary.format.as_deref();
    let item = format.and_then(|format| ctx.deployment().rulebook().format(format));
    let file = HandIn {
        id,
        department: staging.department.to_owned(),
        item: item.map(|item| item.id.clone()),
        file_name: kept_file_name(staging.file_name),
        file_hash: hash.clone(),
        edited_hash: hash.clone(),
        sheet: sheet.to_owned(),
        staged_by: ctx.actor().audit_name(),
        staged_at: ctx.now(),
        state: HandInState::Prepared,
        revision: 1,
        ended_by: None,
        ended_at: None,
        batch_id: None,
        counters: counters(checked)?,
    };
    let since = kept_since(ctx)?;
    ctx.change(Act::HandInStage, |mut load| {
        let known = hand_in::prepared(&mut load, staging.department, (hash, sheet))?;
        let mut tx = load.permit(Scope::Department(staging.department))?;
        if let Some(known) = known.filter(|known| known.staged_at >= since) {
            return Ok(tx.nothing(known.id));
        }
        let removed = hand_in::sweep(&mut tx, since)?;
        forward::sweep(&mut tx, since)?;
        hand_in::add(&mut tx, &file, &content)?;
        let detail = json!({
            "hand_in": file.id, "file": file.file_name, "sha256": hash, "removed": removed,
        });
        Ok(tx.done(file.id.clone(), detail))
    })
}

pub(super) fn counters(checked: &Checked) -> AppResult<String> {
    serde_json::to_string(checked).map_err(|e| crate::AppError::Fault(e.to_string()))
}

/// Checks a file with corrections laid over it, and tries what would become of its rows.
///
/// # Errors
/// The file as a whole cannot be handed in: refused, with what is said of it.
pub(super) fn checked(
    ctx: &Ctx<'_>,
    staging: Staging<'_>,
    patches: &Patches,
) -> AppResult<(Checked, Said)> {
    let rulebook = ctx.deployment().rulebook();
    let name = kept_file_name(staging.file_name);
    let checker = checker(rulebook, rulebook.items(), ctx.today())?;
    let mut register = StoredRegister::of(ctx).reported_by(staging.department);
    let mut keep = Keep {
        ctx,
        table: Table::default(),
        rows: Vec::new(),
        findings: Vec::new(),
    };
    let input = check::Input {
        path: Path::new(""),
        file_name: &name,
        sheet: staging.sheet,
    };
    let file = (Cursor::new(staging.bytes), Some(patches));
    let listed = FindingLimit::USUAL;
    let summary = check::listing(
        &checker,
        file,
        input,
        Some(&mut register),
        listed,
        &mut keep,
    )?;
    let Keep {
        mut table,
        mut findings,
        rows,
        ..
    } = keep;
    refuse_whole(ctx, &findings)?;
    let mut counters = Counters {
        reported: summary.rows,
        refused: summary.refused,
        set_aside: summary.set_aside,
        ..Counters::default()
    };
    let mut landing: HashMap<u64, Fate> = HashMap::new();
    // Where no row could go in there is nothing to be tried.
    if summary.accepted + summary.set_aside > 0 {
        let input = intake::Input {
            path: Path::new(""),
            file_name: &name,
            sheet: staging.sheet,
            department: staging.department,
            dry_run: true,
        };
        let tried = import_with(ctx, input, (staging.bytes, patches))?;
        refuse_whole(ctx, &tried.refused)?;
        counters = tried.counters;
        landing.extend(tried.fates);
        // What is known only when a row is about to land: whose record it would change.
        for late in tried.refused {
            if !findings.contains(&late) {
                findings.push(late);
            }
        }
    }
    if summary.rows <= MOST_ROWS {
        let told = |(row, fate)| (row, landing.get(&row).copied().unwrap_or(fate));
        table.tell(rows.into_iter().map(told));
    }
    findings.sort_by_key(|finding| (finding.row, finding.column));
    let summary = Summary {
        findings: summary.unlisted + findings.len() as u64,
        ..summary
    };
    // Those of which something is said, and those that were corrected.
    let of_cells = findings.iter().filter(|f| f.row > 0 && f.column > 0);
    let wanted = of_cells.map(|f| (f.sheet_row, f.column));
    let wanted = wanted.chain(patches.iter().map(|(at, _)| at)).collect();
    let cells = cells_of((staging.bytes, table.sheet.as_deref()), patches, &wanted)?;
    let mut cells: Vec<_> = cells.into_iter().collect();
    cells.sort();
    let said = Said {
        findings,
        table,
        cells,
    };
    Ok((Checked { summary, counters }, said))
}

/// What stands in cells of a file, with corrections laid over it.
pub(super) fn cells_of(
    (bytes, sheet): (&[u8], Option<&str>),
    patches: &Patches,
    wanted: &BTreeSet<(u64, u32)>,
) -> AppResult<HashMap<(u64, u32), String>> {
    let cells = annotate::cells(Cursor::new(bytes), sheet, patches, wanted);
    cells.map_err(intake::temporary)
}

/// By what a file with corrections is known.
pub(super) fn edited_hash(file: &HandIn, patches: &Patches) -> String {
    hash_with(&file.file_hash, patches)
}

/// Refuses a file that is refused as a whole, with what is said of it.
fn refuse_whole(ctx: &Ctx<'_>, findings: &[Finding]) -> AppResult<()> {
    let whole = findings
        .iter()
        .filter(|f| f.severity == Severity::RefuseFile);
    let why: Vec<&str> = whole.map(|f| f.message.as_str()).collect();
    match why.is_empty() {
        true => Ok(()),
        false => Err(ctx.refused(RefusalCode::NotClean, &[("why", &why.concat())])),
    }
}

/// Keeps the findings, as long as somebody waits.
struct Keep<'a> {
    ctx: &'a Ctx<'a>,
    table: Table,
    /// Rows with what the check makes of them; those that could land are tried.
    rows: Vec<(u64, Fate)>,
    findings: Vec<Finding>,
}

impl Sink for Keep<'_> {
    fn finding(&mut self, finding: &Finding) -> Result<(), SinkError> {
        self.findings.push(finding.clone());
        Ok(())
    }

    fn opened(
        &mut self,
        sheet: Option<&str>,
        header: u64,
        file: &FileCheck<'_>,
    ) -> Result<(), SinkError> {
        let (columns, ours) = (file.columns(), file.result_column());
        self.table.open((sheet, header), columns, ours);
        Ok(())
    }

    fn row(&mut self, row: &CheckedRow<'_>) -> Result<(), SinkError> {
        if self.rows.len() < intake::TRIED_ROWS {
            let fate = match row.verdict() {
                Verdict::SetAside => Fate::SetAside,
                Verdict::Accepted { .. } | Verdict::Refused => Fate::Refused,
            };
            self.rows.push((row.sheet_row(), fate));
        }
        Ok(self.ctx.still_wanted()?)
    }

    fn beside(&mut self, _: u64, _: SkippedRow) -> Result<(), SinkError> {
        Ok(self.ctx.still_wanted()?)
    }
}
