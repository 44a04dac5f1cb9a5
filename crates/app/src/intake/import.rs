//! The use case: a file of one department lands once, or not at all (I7).
//!
//! A copy of the file is read twice: what was checked and hashed is what lands, whatever becomes
//! of the file meanwhile. The first pass learns whether it may land and what is wrong with it;
//! the second makes records of the accepted rows (`second_pass.rs`). Between the two nothing is kept in memory but
//! three bits a row. A run that is killed leaves a staged batch that nobody sees; the same file
//! handed in again goes on where it stopped.

use super::{
    Input, Landing as Landed, Outcome, Progress,
    first_pass::FirstPass,
    kept_file_name,
    land::{At, Landing, OF_ANOTHER, OVER, Written},
    second_pass::SecondPass,
};
use crate::{
    Act, AppError, AppResult, Ctx, Scope,
    check::{self, checker},
    handin, person,
};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::io::{Seek as _, Write as _};
use xinheng_domain::{catalogue::Item, hex::hex};
use xinheng_exchange::patch::Patches;
use xinheng_store::{Conn, batch, deployment};

/// Takes in a file of a department.
///
/// # Errors
/// Forbidden; somebody of a department whose files another releases; unknown department; the file
/// cannot be read or changed while it was read; faults of the store. Whatever happens, nothing
/// half-landed is visible.
pub fn import(
    ctx: &Ctx<'_>,
    input: Input<'_>,
    progress: &mut dyn FnMut(Progress),
) -> AppResult<Outcome> {
    ctx.allow_in(Act::BatchStage, Scope::Department(input.department))?;
    let department = crate::department::require(ctx, input.department)?;
    if !input.dry_run {
        handin::not_past_the_reviewer(ctx, &department.code, input.file_name)?;
    }
    land(
        ctx,
        input,
        &department.code,
        &FileCopy::of(input)?,
        progress,
    )
}

/// The same of a file in memory, with cells corrected since: the batch knows it by the hash of both.
///
/// # Errors
/// As [`import`].
pub(crate) fn import_with(
    ctx: &Ctx<'_>,
    input: Input<'_>,
    (bytes, patches): (&[u8], &Patches),
) -> AppResult<Outcome> {
    ctx.allow_in(Act::BatchStage, Scope::Department(input.department))?;
    let department = crate::department::require(ctx, input.department)?;
    let copy = FileCopy::with(bytes, patches.clone())?;
    land(ctx, input, &department.code, &copy, &mut |_| {})
}

/// By what a file with corrections is known: the hash of the file where there are none.
pub(crate) fn hash_with(file_hash: &str, patches: &Patches) -> String {
    if patches.is_empty() {
        return file_hash.to_owned();
    }
    let mut hash = Sha256::new();
    hash.update(file_hash);
    for ((row, column), value) in patches.iter() {
        hash.update(row.to_be_bytes());
        hash.update(column.to_be_bytes());
        hash.update((value.len() as u64).to_be_bytes());
        hash.update(value);
    }
    hex(&hash.finalize())
}

fn land(
    ctx: &Ctx<'_>,
    input: Input<'_>,
    department: &str,
    copy: &FileCopy,
    progress: &mut dyn FnMut(Progress),
) -> AppResult<Outcome> {
    // Before anything is read: a department that is no more hands nothing in.
    let whole = |conn: &mut Conn| crate::department::answers_for(ctx, conn, (department, None));
    ctx.load(Act::BatchStage, whole)?;
    let rulebook = ctx.deployment().rulebook();
    let checker = checker(rulebook, rulebook.items(), ctx.today())?;
    let mut first = FirstPass::run(ctx, &checker, input, copy, progress)?;
    first.summary.sha256 = hash_with(&first.summary.sha256, &copy.patches);
    let first = first;
    let item = first
        .summary
        .format
        .as_deref()
        .and_then(|f| rulebook.format(f));
    let mut outcome = Outcome {
        landing: Landed::Tried,
        counters: first.counters(),
        refused: first.shown.clone(),
        warnings: first.warnings.clone(),
        notices: first.notices.clone(),
        fates: Vec::new(),
        persons_warned: first.persons_warned,
        persons_without_key: 0,
        persons_at_fault: 0,
        summary: first.summary.clone(),
    };
    let answers = ctx.load(Act::BatchStage, |conn| {
        crate::department::answers_for(ctx, conn, (department, item.map(|item| item.id.as_str())))
    })?;
    let Some(item) = item.filter(|_| first.whole_file.is_none()) else {
        if input.dry_run {
            tried(ctx, input, &outcome)?;
        } else {
            refuse(ctx, input, &first)?;
            outcome.landing = Landed::Refused;
        }
        return Ok(outcome);
    };
    let persons = first.persons > 0;
    let person_key = if persons { person::key(ctx)? } else { None };
    let person_key = person_key.as_ref();
    // Rows at fault are not kept in any case, so a key that is missing or wrong stops nothing.
    if person_key.is_some() || person::is_begun(ctx)? {
        outcome.persons_at_fault = first.summary.set_aside.saturating_sub(first.persons);
    } else {
        outcome.persons_without_key = first.summary.set_aside;
    }
    if input.dry_run {
        let at = At::new(ctx.deployment(), ctx.today(), ctx.now());
        let landing = Landing {
            ctx,
            at: &at,
            batch: "",
            staged_at: ctx.now(),
            item,
            department,
            answers: &answers,
            checker: &checker,
            dry_run: true,
            person_key,
            written: Written::default(),
        };
        let second = SecondPass::run(ctx, input, copy, &first, &landing, progress)?;
        outcome.take_in(second.counters, second.refused);
        outcome.fates = second.fates;
        tried(ctx, input, &outcome)?;
        return Ok(outcome);
    }
    if let Some(key) = person_key {
        person::record_key(ctx, key, department)?;
    }
    let kept = person_key.is_some();
    let staged = stage(ctx, input, item, department, &first, kept)?;
    if let Some(at) = staged.sealed_at {
        outcome.counters = staged.counters.unwrap_or(outcome.counters);
        outcome.landing = Landed::Already {
            batch: staged.new.id,
            at,
        };
        return Ok(outcome);
    }
    let id = staged.new.id;
    // A run that goes on after an interruption keeps the day of receipt: the clock is the file's.
    let at = At::new(ctx.deployment(), staged.new.received_on, ctx.now());
    let landing = Landing {
        ctx,
        at: &at,
        batch: &id,
        staged_at: staged.new.staged_at,
        item,
        department,
        answers: &answers,
        checker: &checker,
        dry_run: false,
        person_key,
        written: Written::default(),
    };
    let second = SecondPass::run(ctx, input, copy, &first, &landing, progress)?;
    let counters = ctx.change(Act::BatchSeal, |load| {
        let mut tx = load.permit(Scope::Department(input.department))?;
        let (sum, _) = batch::seal(&mut tx, &id, ctx.moment())?;
        Ok(tx.done(sum, json!({"batch": id, "counters": sum})))
    })?;
    outcome.take_in(counters, second.refused);
    outcome.landing = Landed::Sealed {
        batch: id,
        resumed_chunks: second.resumed,
    };
    Ok(outcome)
}

/// A copy of the file handed in, in a file without a name that ends with the process.
pub(super) struct FileCopy {
    file: std::fs::File,
    /// Cells corrected since.
    patches: Patches,
}

impl FileCopy {
    fn of(input: Input<'_>) -> AppResult<Self> {
        let from = |source| AppError::File {
            path: input.file_name.to_owned(),
            source,
        };
        let mut file = std::fs::File::open(input.path).map_err(from)?;
        // A folder opens as well and says what it is only when read.
        if file.metadata().map_err(from)?.is_dir() {
            return Err(from(std::io::ErrorKind::IsADirectory.into()));
        }
        let mut copy = tempfile::tempfile().map_err(temporary)?;
        std::io::copy(&mut file, &mut copy).map_err(temporary)?;
        Ok(Self {
            file: copy,
            patches: Patches::default(),
        })
    }

    fn with(bytes: &[u8], patches: Patches) -> AppResult<Self> {
        let mut file = tempfile::tempfile().map_err(temporary)?;
        file.write_all(bytes).map_err(temporary)?;
        Ok(Self { file, patches })
    }

    /// From the beginning, with what was corrected.
    pub(super) fn read(&self) -> AppResult<(&std::fs::File, Option<&Patches>)> {
        let mut file = &self.file;
        file.rewind().map_err(temporary)?;
        Ok((file, Some(&self.patches)))
    }
}

/// The folder for temporary files is full or cannot be written.
pub(crate) fn temporary(source: std::io::Error) -> AppError {
    AppError::File {
        path: "临时文件".to_owned(),
        source,
    }
}

/// Enters a dry run before its outcome is told: what would become of the rows tells what is held
/// of their parties, public or not.
fn tried(ctx: &Ctx<'_>, input: Input<'_>, outcome: &Outcome) -> AppResult<()> {
    let detail = json!({
        "file": kept_file_name(input.file_name),
        "sha256": outcome.summary.sha256,
        "department": input.department,
        "counters": outcome.counters,
    });
    ctx.look(Act::BatchTry, Act::BatchTry.title(), |load| {
        let seen = load.permit(Scope::Department(input.department))?;
        Ok(seen.done((), detail))
    })
}

/// Keeps a refused file's findings under a batch of its own, so that the clerk can be shown
/// what was wrong.
fn refuse(ctx: &Ctx<'_>, input: Input<'_>, first: &FirstPass) -> AppResult<()> {
    // The title alone: what the file says stays out of the audit log, which is never cut.
    let messages = ctx.deployment().rulebook().messages();
    let known = messages
        .iter()
        .find(|m| Some(&m.code) == first.whole_file.as_ref());
    let reason = known.map_or_else(|| "无法识别文件的格式".to_owned(), |m| m.title.clone());
    let item = first
        .summary
        .format
        .as_deref()
        .and_then(|f| ctx.deployment().rulebook().format(f));
    let id = ctx.change(Act::BatchRefuse, |load| {
        let mut tx = load.permit(Scope::Department(input.department))?;
        let new = new_batch(ctx, input, item.map_or("", |i| &i.id), first, 1);
        let id = new.id.clone();
        let detail =
            json!({"batch": id, "file": new.file_name, "sha256": new.file_hash, "reason": reason});
        batch::stage(&mut tx, &new)?;
        batch::refuse(&mut tx, &id, &reason, ctx.now())?;
        Ok(tx.done(id, detail))
    })?;
    first.keep_findings(ctx, (&id, input.department))
}

fn new_batch(
    ctx: &Ctx<'_>,
    input: Input<'_>,
    item: &str,
    first: &FirstPass,
    attempt: u32,
) -> batch::NewBatch {
    batch::NewBatch {
        sheet: input.sheet.unwrap_or_default().to_owned(),
        attempt,
        id: crate::ctx::new_id(ctx.now()),
        item: item.to_owned(),
        department: input.department.to_owned(),
        file_name: kept_file_name(input.file_name),
        file_hash: first.summary.sha256.clone(),
        format: first.summary.format.clone(),
        rulebook: ctx.deployment().rulebook().digest().to_owned(),
        actor: ctx.actor().audit_name(),
        received_on: ctx.today(),
        staged_at: ctx.now(),
    }
}

/// The batch of this file: a new one, one that was interrupted, or one that is sealed. Where
/// rows that were refused then can go in now, or natural persons' rows can be kept, it is a new one
/// again: the others are unchanged.
fn stage(
    ctx: &Ctx<'_>,
    input: Input<'_>,
    item: &Item,
    department: &str,
    first: &FirstPass,
    persons_kept: bool,
) -> AppResult<batch::Batch> {
    let hash = &first.summary.sha256;
    let staged = ctx.change(Act::BatchStage, |load| {
        let mut tx = load.permit(Scope::Department(department))?;
        let file = (hash.as_str(), input.sheet.unwrap_or_default());
        let known = batch::by_hash(&mut tx, file, department, &item.id)?;
        let before = known.as_ref().map_or(0, |k| k.new.attempt);
        let better = match &known {
            Some(known) => {
                let before = known.counters.unwrap_or_default();
                let persons = known.sealed_at.is_some() && persons_kept && before.kept_apart == 0;
                persons || refused_by_check(&mut tx, known)? > first.summary.refused
            }
            None => false,
        };
        if let Some(known) = known.filter(|_| !better) {
            let detail = json!({"batch": known.new.id, "sealed": known.sealed_at.is_some()});
            return Ok(tx.done(known, detail).instead(Act::BatchAgain));
        }
        let new = new_batch(ctx, input, &item.id, first, before + 1);
        batch::stage(&mut tx, &new)?;
        keep_rulebook(ctx, &mut tx)?;
        let detail = json!({"batch": new.id, "file": new.file_name, "sha256": hash, "department": department});
        let staged = batch::Batch { new, sealed_at: None, refused: None, counters: None, latest_decision: None };
        Ok(tx.done(staged, detail))
    })?;
    if staged.sealed_at.is_none() {
        first.keep_findings(ctx, (&staged.new.id, department))?;
    }
    Ok(staged)
}

/// Rows of a sealed batch that its check refused; those of another department and those of
/// records that are over were refused when they were to land.
fn refused_by_check(conn: &mut xinheng_store::Conn, batch: &batch::Batch) -> AppResult<u64> {
    let Some(counters) = batch.counters.filter(|_| batch.sealed_at.is_some()) else {
        return Ok(0);
    };
    let codes = batch::finding_codes(conn, &batch.new.id)?;
    let at_landing = |code: &str| [OF_ANOTHER, OVER].contains(&code);
    let foreign = codes.iter().filter(|(code, _)| at_landing(code));
    Ok(counters
        .refused
        .saturating_sub(foreign.map(|(_, count)| *count).sum()))
}

/// Every rulebook that was ever used is kept whole.
fn keep_rulebook(ctx: &Ctx<'_>, tx: &mut xinheng_store::Tx<'_>) -> AppResult<()> {
    let rulebook = ctx.deployment().rulebook();
    let edition = deployment::RulebookEdition {
        digest: rulebook.digest().to_owned(),
        label: rulebook.label(),
        files: ctx.deployment().rulebook_text().to_owned(),
        saved_at: ctx.now(),
    };
    deployment::save_rulebook(tx, &edition)?;
    Ok(())
}

impl<'a> Input<'a> {
    pub(crate) const fn as_check(&self) -> check::Input<'a> {
        check::Input {
            path: self.path,
            file_name: self.file_name,
            sheet: self.sheet,
        }
    }
}
