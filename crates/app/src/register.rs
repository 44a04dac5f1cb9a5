//! The register of organisations (登记库): names over time, codes and aliases, provisional
//! subjects confirmed. It never renames or links by name: the code alone decides (I1).

use crate::{
    Act, AppError, AppResult, Ctx, Scope,
    check::{self, checker},
    intake::land::At,
};
use jiff::{ToSpan as _, civil::Date};
use serde_json::json;
use std::path::Path;
use xinheng_checker::{CheckedRow, Checker, FilePlace, Verdict};
use xinheng_domain::{
    catalogue::Role,
    code,
    condition::Values as _,
    finding::{Finding, Severity, Summary},
    identity, name,
    subject::{Subject, SubjectCode, SubjectKey, SubjectKind, SubjectName},
};
use xinheng_exchange::check::{Sink, SinkError};
use xinheng_store::{
    Map,
    register::{self, Applied, RegisterEntry},
    subject::{self, Linked},
};

/// Organisations in one transaction: less than a tenth of a second.
const CHUNK: usize = 5000;

/// What became of a register file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The check.
    pub summary: Summary,
    /// What became of the organisations.
    pub applied: Applied,
    /// Organisations the file says nothing new about.
    pub unchanged: u64,
    /// The first findings of rows that stayed out.
    pub refused: Vec<Finding>,
    /// The whole file was refused.
    pub refused_file: bool,
}

/// Loads a register file. Rows that cannot be used stay out and are listed; the others go in
/// chunk by chunk, and the same file again changes nothing.
///
/// # Errors
/// Forbidden; the file cannot be read; faults of the store.
pub fn import(
    ctx: &Ctx<'_>,
    path: &Path,
    sheet: Option<&str>,
    progress: &mut dyn FnMut(u64),
) -> AppResult<Outcome> {
    ctx.allow_in(Act::RegisterImport, Scope::District)?;
    let rulebook = ctx.deployment().rulebook();
    let format = rulebook
        .format("register-1")
        .ok_or_else(|| AppError::Fault("规则库缺少登记名录的格式".to_owned()))?;
    let checker = checker(rulebook, std::slice::from_ref(format), ctx.today())?;
    let file_name = path
        .file_name()
        .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let mut sink = Load {
        ctx,
        checker: &checker,
        stayed_out: 0,
        at: At::new(ctx.deployment(), ctx.today(), ctx.now()),
        chunk: Vec::with_capacity(CHUNK),
        applied: Applied::default(),
        unchanged: 0,
        refused: Vec::new(),
        refused_file: false,
        rows: 0,
        progress,
    };
    let input = check::Input {
        path,
        file_name: &file_name,
        sheet,
    };
    let mut summary = check::with(&checker, input, None, &mut sink)?;
    sink.flush()?;
    summary.findings += sink.stayed_out;
    summary.refused += sink.stayed_out;
    summary.accepted = summary.accepted.saturating_sub(sink.stayed_out);
    let Load {
        applied,
        unchanged,
        refused,
        refused_file,
        ..
    } = sink;
    ctx.change(Act::RegisterImport, |load| {
        let detail = json!({
            "file": file_name, "sha256": summary.sha256, "rows": summary.rows,
            "refused": summary.refused, "new": applied.new, "updated": applied.updated,
        });
        Ok(load.permit(Scope::District)?.done((), detail))
    })?;
    Ok(Outcome {
        summary,
        applied,
        unchanged,
        refused,
        refused_file,
    })
}

/// One row of the register.
struct Row {
    code: String,
    name: String,
    registered_on: Option<Date>,
    status: String,
    name_from: Option<Date>,
    former_names: Vec<String>,
    former_codes: Vec<String>,
    kind: SubjectKind,
    person_named: bool,
    /// Who runs it: to tell persons' names by, and not kept.
    legal: Option<String>,
}

/// A code a register may have had for an organisation before: a unified code, an organisation
/// code, a registration number. Never an identity number (I6).
fn is_former_code(code: &str) -> bool {
    code::is_usable(code.as_bytes())
        || code::check_organisation_code(code) == code::OrganisationCodeVerdict::Ok
        || (8..=20).contains(&code.len())
            && code.bytes().all(|b| b.is_ascii_alphanumeric())
            && !identity::has_birthday(code.as_bytes())
}

struct Load<'a, 'p> {
    ctx: &'a Ctx<'a>,
    checker: &'a Checker,
    /// Rows that the check let pass and that stay out.
    stayed_out: u64,
    at: At<'a>,
    chunk: Vec<Row>,
    applied: Applied,
    unchanged: u64,
    refused: Vec<Finding>,
    refused_file: bool,
    rows: u64,
    progress: &'p mut dyn FnMut(u64),
}

const PRESENT: &str = "存续";

impl Load<'_, '_> {
    fn take(&mut self, row: &CheckedRow<'_>) -> AppResult<()> {
        let get = |field: &str| row.value(field).filter(|v| !v.is_empty());
        let list = |field: &str| -> Vec<String> {
            let parts = get(field)
                .unwrap_or_default()
                .split([';', '；', '、', '\n', '|']);
            parts
                .map(str::trim)
                .filter(|p| !p.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let code = get("REG_CODE").unwrap_or_default().to_owned();
        let name = get("REG_NAME").unwrap_or_default().to_owned();
        let kind = SubjectKind::from_code(&code);
        let legal = row.by_role(Role::LegalRepresentative);
        let day = |field: &str| get(field).and_then(|v| v.parse().ok());
        let former_codes = list("REG_FORMER_CODE");
        let former_names = list("REG_FORMER");
        let said = former_names
            .iter()
            .find_map(|name| self.checker.person_in_name(name));
        if let Some(kinds) = said {
            let name = row.item().field("REG_FORMER").map_or("", |f| &f.name);
            return self.stays_out(
                row,
                ("name-holds-personal-data", "REG_FORMER", name),
                &kinds,
            );
        }
        if former_codes.iter().any(|code| !is_former_code(code)) {
            return self.stays_out(row, ("former-code-bad", "REG_FORMER_CODE", ""), "");
        }
        self.chunk.push(Row {
            registered_on: day("REG_DATE"),
            status: get("REG_STATUS").unwrap_or(PRESENT).to_owned(),
            name_from: day("REG_NAME_FROM"),
            former_names,
            former_codes,
            legal: legal.map(str::to_owned),
            person_named: self.at.is_person_named(&name, kind, legal),
            kind,
            code,
            name,
        });
        if self.chunk.len() == CHUNK {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// A row that passed the check and cannot be used all the same: listed like a refused one.
    fn stays_out(
        &mut self,
        row: &CheckedRow<'_>,
        (code, field, name): (&str, &str, &str),
        other: &str,
    ) -> AppResult<()> {
        let place = FilePlace {
            row: row.number(),
            sheet_row: row.sheet_row(),
            name,
            other,
            ..FilePlace::default()
        };
        let mut finding = self.checker.finding(code, Severity::RefuseRow, place);
        field.clone_into(&mut finding.field);
        self.stayed_out += 1;
        self.finding(&finding).map_err(check::unbox)
    }

    fn flush(&mut self) -> AppResult<()> {
        let rows = std::mem::take(&mut self.chunk);
        if rows.is_empty() {
            return Ok(());
        }
        let ctx = self.ctx;
        let (applied, unchanged) = ctx.change(Act::RegisterApply, |load| {
            let mut tx = load.permit(Scope::District)?;
            let (entries, unchanged) = entries(&mut tx, &rows, ctx.today(), &self.at)?;
            let applied = register::apply(&mut tx, &entries)?;
            let detail = json!({"new": applied.new, "updated": applied.updated});
            Ok(tx.done((applied, unchanged), detail))
        })?;
        self.applied.new += applied.new;
        self.applied.updated += applied.updated;
        self.applied.confirmed += applied.confirmed;
        self.unchanged += unchanged;
        self.chunk = rows;
        self.chunk.clear();
        (self.progress)(self.rows);
        Ok(())
    }
}

impl Sink for Load<'_, '_> {
    fn finding(&mut self, finding: &Finding) -> Result<(), SinkError> {
        self.refused_file |= finding.severity == Severity::RefuseFile;
        if finding.severity != Severity::Warn && self.refused.len() < crate::intake::SHOWN {
            self.refused.push(finding.clone());
        }
        Ok(())
    }

    fn row(&mut self, row: &CheckedRow<'_>) -> Result<(), SinkError> {
        self.rows += 1;
        if matches!(row.verdict(), Verdict::Accepted { .. }) {
            self.take(row)?;
        }
        Ok(())
    }
}

/// What the rows say anew, and the number of those that say nothing new.
fn entries(
    tx: &mut xinheng_store::Conn,
    rows: &[Row],
    today: Date,
    at: &At<'_>,
) -> AppResult<(Vec<RegisterEntry>, u64)> {
    let mut codes: Vec<&str> = Vec::with_capacity(rows.len());
    for row in rows {
        codes.push(&row.code);
        codes.extend(row.former_codes.iter().map(String::as_str));
    }
    let linked = subject::link(tx, &codes)?;
    let keys: Vec<&SubjectKey> = linked.values().map(|l| &l.key).collect();
    let known = subject::get_many(tx, &keys)?;
    let mut entries = Vec::with_capacity(rows.len());
    let mut unchanged = 0;
    let entry = |row: &Row, before, names, codes| {
        let mut entry = entry(row, before, names, codes, today);
        // A name that is a person's cannot be searched, also where it is a former one (I6).
        for (name, key) in entry.names.iter().zip(&mut entry.search_names) {
            let legal = row.legal.as_deref();
            if at.is_person_named(&name.name, row.kind, legal) {
                key.clear();
            }
        }
        entry
    };
    for row in rows {
        match known_as(row, &linked).and_then(|key| known.get(key)) {
            None => entries.push(entry(row, None, Vec::new(), Vec::new())),
            Some(before) => {
                let names = subject::names(tx, &before.key)?;
                let codes = subject::codes(tx, &before.key)?;
                let now = entry(row, Some(before), names.clone(), codes.clone());
                if now.subject
                    == (Subject {
                        as_of: now.subject.as_of,
                        ..before.clone()
                    })
                    && now.names == names
                    && now.codes == codes
                {
                    unchanged += 1;
                    // The register has spoken of it again: known up to today.
                    if before.as_of < now.subject.as_of {
                        entries.push(now);
                    }
                } else {
                    entries.push(now);
                }
            }
        }
    }
    Ok((entries, unchanged))
}

/// The key the row's code leads to; where the code is new, the key of a code it had before.
fn known_as<'k>(row: &Row, linked: &'k Map<String, Linked>) -> Option<&'k SubjectKey> {
    std::iter::once(&row.code)
        .chain(&row.former_codes)
        .find_map(|code| linked.get(code))
        .map(|l| &l.key)
}

fn entry(
    row: &Row,
    before: Option<&Subject>,
    mut names: Vec<SubjectName>,
    mut codes: Vec<SubjectCode>,
    today: Date,
) -> RegisterEntry {
    let key = before.map_or_else(|| SubjectKey(row.code.clone()), |b| b.key.clone());
    let renamed = before.is_none_or(|b| b.name != row.name);
    if renamed {
        let from = row.name_from.or_else(|| {
            if before.is_some() {
                Some(today)
            } else {
                row.registered_on
            }
        });
        let last = from.and_then(|d| d.checked_sub(1.day()).ok());
        // The name met in a file before the register spoke was never the register's: it is kept
        // as a former name only where a register gave it.
        let provisional = before.is_some_and(|b| b.provisional);
        names.retain(|n| n.until.is_some() || !provisional);
        // Only the name given up ends now; when those before it ended, nobody said.
        let given_up = |n: &SubjectName| before.is_some_and(|b| n.name == b.name);
        for name in names.iter_mut().filter(|n| given_up(n)) {
            name.until = last.or(Some(today));
        }
        names.retain(|n| n.name != row.name);
        names.insert(
            0,
            SubjectName {
                name: row.name.clone(),
                from,
                until: None,
            },
        );
    }
    for former in &row.former_names {
        if !names.iter().any(|n| n.name == *former) {
            names.push(SubjectName {
                name: former.clone(),
                from: None,
                until: None,
            });
        }
    }
    for code in std::iter::once(&row.code).chain(&row.former_codes) {
        if !codes.iter().any(|c| c.code == *code) {
            codes.push(SubjectCode {
                code: code.clone(),
                current: false,
                from: None,
            });
        }
    }
    for code in &mut codes {
        code.current = code.code == row.code;
    }
    codes.sort_by_key(|c| !c.current);
    let search_names = names.iter().map(|n| name::search_key(&n.name)).collect();
    RegisterEntry {
        subject: Subject {
            key,
            code: row.code.clone(),
            name: row.name.clone(),
            kind: row.kind,
            status: row.status.clone(),
            registered_on: row
                .registered_on
                .or_else(|| before.and_then(|b| b.registered_on)),
            provisional: false,
            person_named: row.person_named,
            as_of: Some(today),
        },
        names,
        codes,
        search_names,
    }
}
