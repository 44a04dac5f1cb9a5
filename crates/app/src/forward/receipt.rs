//! The platform's answer, row by row.

mod about;

use super::{keys, scope};
use crate::{
    Act, AppError, AppResult, Ctx,
    check::{self, checker},
    ctx::new_id,
    intake::kept_file_name,
    person::{self, PersonKey},
};
use about::About;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::path::Path;
use xinheng_checker::{Builtin, CheckedRow, Checker, FilePlace, Verdict};
use xinheng_domain::{
    code_list::{CodeEntry, CodeList},
    condition::Values as _,
    finding::{Finding, Severity},
    forward::ReceiptCounters,
    hex::hex,
    redact,
};
use xinheng_exchange::check::{Sink, SinkError};
use xinheng_store::{
    Map,
    forward::{self, Above, Receipt, ReceiptRow, Sent},
};

/// Codes of the findings about rows that cannot be told.
const NEVER_SENT: &str = "receipt-never-sent";
const AMBIGUOUS: &str = "receipt-ambiguous";
/// Code of the finding about a row that was found by its code and bears another name.
const NAME_DIFFERS: &str = "receipt-name-differs";
/// Code of the finding about a result that is neither yes nor no.
const RESULT_UNKNOWN: &str = "receipt-result-unknown";

/// The field of the result.
const RESULT: &str = "HZ_JG";

/// Title of the result that says a row is in.
const ACCEPTED: &str = "接收";

/// Rows of an answer read at once: a file for the platform has no more.
const MOST: usize = 200_000;

/// A row that the platform above refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusedAbove {
    /// Line or spreadsheet row of the answer.
    pub sheet_row: u64,
    /// Document number.
    pub document_number: String,
    /// The record; absent for a natural person's row.
    pub record: Option<String>,
    /// The platform's code.
    pub code: String,
    /// Its reason, identity numbers masked.
    pub reason: String,
    /// What the code is known to mean, and what to do.
    pub meaning: Option<String>,
}

/// An answer of the platform above, to be read in.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// The file.
    pub path: &'a Path,
    /// Its base name.
    pub file_name: &'a str,
    /// Sheet of a workbook.
    pub sheet: Option<&'a str>,
    /// Which file it is about, where that is known.
    pub dispatch: Option<&'a str>,
    /// The department whose files alone it may be about; those of all where absent.
    pub department: Option<&'a str>,
}

/// What an answer said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReceiptOutcome {
    /// It had been read before; nothing was changed.
    pub again: bool,
    /// The files it was about.
    pub dispatches: Vec<String>,
    /// What became of its rows.
    pub counters: ReceiptCounters,
    /// What was refused above.
    pub refused: Vec<RefusedAbove>,
    /// Rows that could not be read or found.
    pub findings: Vec<Finding>,
}

/// Reads an answer in. The same bytes again change nothing, for the department or the office that
/// read them before: what a department cannot place may be about files of another.
///
/// # Errors
/// Forbidden; the file is no answer (the findings are in the sentence); unknown file.
pub fn read_receipt(ctx: &Ctx<'_>, receipt: Answer<'_>) -> AppResult<ReceiptOutcome> {
    ctx.allow_in(Act::ForwardReceipt, scope(receipt.department))?;
    let rulebook = ctx.deployment().rulebook();
    let format = rulebook
        .format("receipt-1")
        .ok_or_else(|| AppError::Fault("规则库缺少回执的格式".to_owned()))?;
    let checker = checker(rulebook, std::slice::from_ref(format), ctx.today())?;
    let file_name = kept_file_name(receipt.file_name);
    let input = check::Input {
        path: receipt.path,
        file_name: &file_name,
        sheet: receipt.sheet,
    };
    let mut read = Read {
        checker: &checker,
        nothing_wrong: rulebook.code_list("receipt-no-error"),
        answers: Vec::new(),
        findings: Vec::new(),
        whole_file: None,
    };
    let summary = check::with(&checker, input, None, &mut read)?;
    if let Some(fault) = read.whole_file {
        return Err(AppError::BadInput(format!(
            "“{file_name}”不能作为回执读入，没有改动：{fault}"
        )));
    }
    let file_hash = known_as(&summary.sha256, receipt.department);
    let known = ctx.load(Act::ForwardReceipt, |conn| {
        Ok(forward::receipt_by_hash(conn, &file_hash)?)
    })?;
    if let Some(known) = known {
        return Ok(ReceiptOutcome {
            again: true,
            dispatches: Vec::new(),
            counters: known.counters,
            refused: Vec::new(),
            findings: Vec::new(),
        });
    }
    let mut counters = ReceiptCounters {
        rows: summary.rows,
        faulty: summary.rows - read.answers.len() as u64,
        ..ReceiptCounters::default()
    };
    let key = person::configured(ctx)?;
    let matching = Matching {
        sent: sent(ctx, &read.answers, receipt)?,
        key,
        checker: &checker,
    };
    let mut findings = read.findings;
    let mut refused = Vec::new();
    let mut said: Map<(&str, u64), About<'_>> = Map::default();
    for answer in &read.answers {
        match matching.find(answer) {
            Ok(found) => {
                if !answer.accepted {
                    counters.refused += 1;
                    refused.push(answer.refusal(ctx, found));
                }
                findings.extend(matching.other_name(ctx, answer, found));
                let about = said.entry((&found.dispatch_id, found.position));
                about.or_insert_with(|| About::new(found)).add(answer);
            }
            Err(finding) => {
                counters.unknown += 1;
                findings.push(*finding);
            }
        }
    }
    let before = accepted_before(ctx, said.values())?;
    let mut rows: Vec<ReceiptRow> = Vec::with_capacity(said.len());
    for about in said.values() {
        let known = before.get(&about.sent.key());
        if let Some((finding, refusals)) = known.and_then(|k| about.taken_back(k, &checker)) {
            counters.taken_back += refusals;
            findings.push(finding);
        }
        let accepted = about.accepted.len() as u64;
        if let Some(finding) = about.contradiction(&checker) {
            counters.contradicted += accepted;
            findings.push(finding);
        } else {
            counters.accepted += accepted;
        }
        rows.extend(about.counts().map(|answer| answer.row(ctx, about.sent)));
    }
    rows.sort_by_key(|r| r.row);
    findings.sort_by_key(|f| f.sheet_row);
    let mut dispatches: Vec<String> = rows.iter().map(|r| r.dispatch_id.clone()).collect();
    dispatches.sort_unstable();
    dispatches.dedup();
    let department = receipt.department;
    let mut receipt = Receipt {
        id: String::new(),
        file_name,
        file_hash,
        counters,
        actor: ctx.actor().audit_name(),
        read_at: ctx.now(),
    };
    ctx.change(Act::ForwardReceipt, |mut load| {
        receipt.read_at = forward::next_reading(&mut load, ctx.now())?;
        receipt.id = new_id(receipt.read_at);
        let mut tx = load.permit(scope(department))?;
        forward::keep_receipt(&mut tx, &receipt, &rows)?;
        let detail = json!({
            "receipt": receipt.id, "file": receipt.file_name, "sha256": summary.sha256,
            "counters": receipt.counters, "department": department,
        });
        Ok(tx.done((), detail))
    })?;
    Ok(ReceiptOutcome {
        again: false,
        dispatches,
        counters,
        refused,
        findings,
    })
}

/// By what an answer is known that was read before.
fn known_as(sha256: &str, department: Option<&str>) -> String {
    let Some(department) = department else {
        return sha256.to_owned();
    };
    hex(&Sha256::digest(format!("{sha256}:{department}")))
}

/// How the rows that are refused now stood accepted until now; those that did not are left out.
fn accepted_before<'a>(
    ctx: &Ctx<'_>,
    said: impl Iterator<Item = &'a About<'a>>,
) -> AppResult<Map<(String, u32), Above>> {
    let refused = said.filter(|about| about.counts().is_some_and(|answer| !answer.accepted));
    let versions: Vec<(String, u32)> = refused.map(|about| about.sent.key()).collect();
    let mut above = ctx.load(Act::ForwardReceipt, |conn| {
        Ok(forward::states(conn, &versions)?)
    })?;
    above.retain(|_, above| matches!(above, Above::Accepted { .. }));
    Ok(above)
}

/// Rows that were sent under the answers' document numbers, by the number's key.
fn sent(
    ctx: &Ctx<'_>,
    answers: &[AnsweredRow],
    receipt: Answer<'_>,
) -> AppResult<Map<String, Vec<Sent>>> {
    let mut numbers: Vec<&str> = answers.iter().map(|a| a.number_key.as_str()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    ctx.load(Act::ForwardReceipt, |conn| {
        let mut sent = forward::sent(conn, &numbers)?;
        let own = |department: &str| receipt.department.is_none_or(|own| own == department);
        for rows in sent.values_mut() {
            rows.retain(|s| own(&s.department));
        }
        if let Some(id) = receipt.dispatch {
            let known = forward::dispatch(conn, id)?;
            if known.is_none_or(|known| !own(&known.department)) {
                return Err(AppError::NotFound(format!(
                    "没有编号为“{id}”的报送文件，请用“xinheng forward list”查看编号。"
                )));
            }
            for rows in sent.values_mut() {
                rows.retain(|s| s.dispatch_id == id);
            }
        }
        Ok(sent)
    })
}

/// One row of an answer.
struct AnsweredRow {
    row: u64,
    sheet_row: u64,
    number: String,
    number_key: String,
    name: String,
    code: String,
    identity: String,
    /// It says that the row is in.
    says_accepted: bool,
    /// The same, and nothing in it speaks against that: a row with a code of an error counts as
    /// refused, since what was accepted is not sent again.
    accepted: bool,
    error: String,
    reason: String,
}

impl AnsweredRow {
    fn of(row: &CheckedRow<'_>, nothing_wrong: Option<&CodeList>) -> Self {
        let get = |field: &str| row.value(field).unwrap_or_default().to_owned();
        let number = get("HZ_WSH");
        let (error, reason) = (get("HZ_CWM"), get("HZ_YY"));
        let says_accepted = get(RESULT) == ACCEPTED;
        let objects = |said: &str| {
            let entries = nothing_wrong.map_or(&[][..], |list| &list.entries);
            let said = said.trim().trim_end_matches(['。', '.']);
            let harmless = |e: &CodeEntry| {
                e.code == said || e.title == said || e.aliases.iter().any(|a| a == said)
            };
            !said.is_empty() && !entries.iter().any(harmless)
        };
        Self {
            row: row.number(),
            sheet_row: row.sheet_row(),
            number_key: keys::number(&number),
            number,
            name: get("HZ_MC"),
            code: get("HZ_DM"),
            identity: get("HZ_ZJHM"),
            says_accepted,
            accepted: says_accepted && !(objects(&error) || objects(&reason)),
            error,
            reason,
        }
    }

    /// Whether it says nothing of the party.
    fn says_no_party(&self) -> bool {
        self.name.is_empty() && self.code.is_empty() && self.identity.is_empty()
    }

    /// What is kept. The platform's words may repeat what the row said: of a natural person's row
    /// none are kept, of the others no identity number (I6).
    fn row(&self, ctx: &Ctx<'_>, sent: &Sent) -> ReceiptRow {
        let reason = if is_person(ctx, sent) {
            String::new()
        } else {
            redact::mask_identity_numbers(&self.reason).into_owned()
        };
        ReceiptRow {
            dispatch_id: sent.dispatch_id.clone(),
            position: sent.position,
            row: self.row,
            accepted: self.accepted,
            code: redact::mask_identity_numbers(&self.error).into_owned(),
            reason,
        }
    }

    fn refusal(&self, ctx: &Ctx<'_>, sent: &Sent) -> RefusedAbove {
        let person = is_person(ctx, sent);
        let list = ctx.deployment().rulebook().code_list("receipt-code");
        let meaning = list
            .and_then(|l| l.entries.iter().find(|e| e.code == self.error))
            .map(|e| e.title.clone());
        RefusedAbove {
            sheet_row: self.sheet_row,
            document_number: self.number.clone(),
            record: (!person).then(|| sent.name.clone()),
            code: redact::mask_identity_numbers(&self.error).into_owned(),
            reason: redact::mask_identity_numbers(&self.reason).into_owned(),
            meaning,
        }
    }
}

/// Whether a row sent is a natural person's; where its template is gone, it is taken for one.
fn is_person(ctx: &Ctx<'_>, sent: &Sent) -> bool {
    let templates = ctx.deployment().rulebook().forward_templates();
    let template = templates.iter().find(|t| t.id == sent.template);
    template.is_none_or(|t| t.persons)
}

/// Finds the rows that answers are about.
struct Matching<'a> {
    sent: Map<String, Vec<Sent>>,
    key: Option<PersonKey>,
    checker: &'a Checker,
}

impl Matching<'_> {
    fn find(&self, answer: &AnsweredRow) -> Result<&Sent, Box<Finding>> {
        let all = self.sent.get(&answer.number_key);
        let all = all.map_or(&[][..], Vec::as_slice);
        let parties = self.parties(answer);
        let fits = |s: &&Sent| {
            answer.says_no_party() || parties.iter().any(|party| party.may_be(&s.party_key))
        };
        let fitting: Vec<&Sent> = all.iter().filter(fits).collect();
        let Some(last) = fitting.last() else {
            return Err(self.cannot(NEVER_SENT, answer));
        };
        if fitting.iter().any(|s| s.name != last.name) {
            return Err(self.cannot(AMBIGUOUS, answer));
        }
        // Answers come in the order of the files: an old one must not be taken for one about what
        // was corrected since.
        let waiting = fitting.iter().find(|s| !s.answered);
        Ok(waiting.unwrap_or(last))
    }

    /// Whom an answer may be about: an organisation, or a person where a key is configured.
    fn parties(&self, answer: &AnsweredRow) -> Vec<keys::Party> {
        let person = self
            .key
            .as_ref()
            .map(|key| keys::Party::person(key, &answer.identity, &answer.name));
        let organisation = keys::Party::organisation(&answer.code, &answer.name);
        std::iter::once(organisation).chain(person).collect()
    }

    /// What is told of an answer that was found by its code and bears another name: it counts,
    /// but it may be another's.
    fn other_name(&self, ctx: &Ctx<'_>, answer: &AnsweredRow, sent: &Sent) -> Option<Finding> {
        let mut parties = self.parties(answer).into_iter();
        if answer.name.trim().is_empty() || parties.any(|party| party.is_named(&sent.party_key)) {
            return None;
        }
        let other = if is_person(ctx, sent) {
            "与报送的不同".to_owned()
        } else {
            let name = redact::mask_identity_numbers(&answer.name);
            format!("是“{name}”，与报送的不同")
        };
        let mut finding = *self.said(NAME_DIFFERS, Severity::Warn, answer, &other);
        "HZ_MC".clone_into(&mut finding.field);
        Some(finding)
    }

    fn cannot(&self, code: &str, answer: &AnsweredRow) -> Box<Finding> {
        self.said(code, Severity::RefuseRow, answer, "")
    }

    fn said(
        &self,
        code: &str,
        severity: Severity,
        answer: &AnsweredRow,
        other: &str,
    ) -> Box<Finding> {
        let place = FilePlace {
            row: answer.row,
            sheet_row: answer.sheet_row,
            value: &answer.number,
            other,
            ..FilePlace::default()
        };
        let mut finding = self.checker.finding(code, severity, place);
        "HZ_WSH".clone_into(&mut finding.field);
        Box::new(finding)
    }
}

/// Reads the rows.
struct Read<'a> {
    checker: &'a Checker,
    /// What codes and reasons say when nothing is wrong.
    nothing_wrong: Option<&'a CodeList>,
    answers: Vec<AnsweredRow>,
    findings: Vec<Finding>,
    whole_file: Option<String>,
}

impl Sink for Read<'_> {
    fn finding(&mut self, finding: &Finding) -> Result<(), SinkError> {
        match finding.severity {
            Severity::RefuseFile => {
                self.whole_file
                    .get_or_insert_with(|| finding.message.clone());
            }
            // What the checker says is for whoever fills in a file; an answer is the platform's.
            Severity::RefuseRow
                if finding.field == RESULT && finding.code == Builtin::CodedUnknown.as_str() =>
            {
                let place = FilePlace {
                    sheet: finding.sheet.as_deref(),
                    row: finding.row,
                    sheet_row: finding.sheet_row,
                    column: finding.column,
                    value: &finding.value,
                    ..FilePlace::default()
                };
                let severity = Severity::RefuseRow;
                let mut finding = self.checker.finding(RESULT_UNKNOWN, severity, place);
                RESULT.clone_into(&mut finding.field);
                self.findings.push(finding);
            }
            Severity::RefuseRow => self.findings.push(finding.clone()),
            // A platform's answer has columns of its own.
            Severity::Warn => {}
        }
        Ok(())
    }

    fn row(&mut self, row: &CheckedRow<'_>) -> Result<(), SinkError> {
        if matches!(row.verdict(), Verdict::Accepted { .. }) {
            if self.answers.len() == MOST {
                return Err(AppError::BadInput(format!(
                    "回执超过{MOST}行，没有读入。请分成几份。"
                ))
                .into());
            }
            self.answers.push(AnsweredRow::of(row, self.nothing_wrong));
        }
        Ok(())
    }
}
