//! Checking a file: nothing is stored. Page, API and command all come through here.

use crate::{Act, AppError, AppResult, Ctx};
use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufRead, BufWriter, Read, Seek, SeekFrom, Write},
    path::Path,
    sync::Arc,
};
use xinheng_checker::{
    CheckedRow, Checker, Departments, FileCheck, Register, Registered, Rules, SkippedRow,
};
use xinheng_domain::{
    batch::Counters,
    catalogue::Item,
    finding::{Finding, Summary},
};
use xinheng_exchange::{
    annotate::{self, AnnotateError, Bounds, Dress, Gather},
    check::{CheckError, Options, check_file},
};
/// What a caller hands in to take the findings, named here so that it needs no other crate.
pub use xinheng_exchange::{
    check::{FindingLimit, Sink, SinkError},
    findings::JsonLines,
    patch::Patches,
};
use xinheng_rulebook::Rulebook;
use xinheng_store::{department, subject};

/// A checker for the rulebook's catalogue items on a day.
///
/// # Errors
/// A fault: the loader lets no rulebook through that does not compile.
pub fn checker(
    rulebook: &Rulebook,
    items: &[Item],
    today: jiff::civil::Date,
) -> AppResult<Checker> {
    Checker::new(Rules {
        items,
        lists: rulebook.code_lists(),
        messages: rulebook.messages(),
        codes: rulebook.code_tables().clone(),
        today,
        cite: &|basis| rulebook.cite(basis),
    })
    .and_then(|checker| checker.with_layouts(rulebook.layouts()))
    .map(|checker| checker.with_publicity(rulebook.publicity_rules()))
    .map(|checker| checker.with_finder(rulebook.shared_finder()))
    .map_err(|e| AppError::Fault(format!("规则库不能使用：{e}")))
}

/// The deployment's register, asked block by block, and its departments.
pub struct StoredRegister<'a> {
    ctx: &'a Ctx<'a>,
    /// Code of the department whose file is checked.
    reporting: Option<String>,
}

impl<'a> StoredRegister<'a> {
    /// The register of this deployment.
    #[must_use]
    pub const fn of(ctx: &'a Ctx<'a>) -> Self {
        Self {
            ctx,
            reporting: None,
        }
    }

    /// The file is of the department with this code.
    #[must_use]
    pub fn reported_by(self, department: &str) -> Self {
        Self {
            reporting: Some(department.to_owned()),
            ..self
        }
    }
}

impl Register for StoredRegister<'_> {
    fn lookup(&mut self, codes: &[&str]) -> Result<Vec<Option<Registered>>, SinkError> {
        let found: HashMap<String, Registered> = self.ctx.public(Act::FileCheck, |conn| {
            let linked = subject::link(conn, codes)?;
            let keys: Vec<_> = linked.values().map(|l| &l.key).collect();
            let former = subject::former_names(conn, &keys)?;
            let registered = |code: &str, l: xinheng_store::subject::Linked| Registered {
                former_names: former.get(&l.key).cloned().unwrap_or_default(),
                alias: l.key.as_str() != code,
                name: l.name,
                provisional: l.provisional,
            };
            Ok(linked
                .into_iter()
                .map(|(code, l)| {
                    let found = registered(&code, l);
                    (code, found)
                })
                .collect())
        })?;
        Ok(codes.iter().map(|code| found.get(*code).cloned()).collect())
    }

    fn departments(&mut self) -> Result<Option<Arc<Departments>>, SinkError> {
        let (all, succession) = self.ctx.public(Act::FileCheck, |conn| {
            let succession = department::succession(conn, self.ctx.today())?;
            Ok((department::all(conn)?, succession))
        })?;
        let own = self.reporting.as_ref();
        let own = all.iter().find(|d| Some(&d.code) == own).cloned();
        let before = own.as_ref().map(|own| succession.before(&own.code));
        let before = before.unwrap_or_default();
        let before: Vec<String> = all
            .iter()
            .filter(|d| before.contains(&d.code))
            .filter_map(|d| d.unified_code.clone())
            .collect();
        let known = Departments::new(all.into_iter().map(|d| (d.name, d.unified_code)));
        let known = match own {
            Some(own) => known.reported_by(&own.name, own.unified_code.as_deref(), before),
            None => known,
        };
        Ok(Some(Arc::new(known)))
    }
}

/// What to check.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The file.
    pub path: &'a Path,
    /// Its base name, for the summary.
    pub file_name: &'a str,
    /// Sheet of a workbook.
    pub sheet: Option<&'a str>,
}

/// Checks a file against the rulebook alone: no deployment is needed. So many findings about its
/// rows are listed; every channel lists as many unless it is asked for all.
///
/// # Errors
/// The file cannot be read; the sink refuses.
pub fn run<'a>(
    rulebook: &Rulebook,
    today: jiff::civil::Date,
    input: Input<'a>,
    register: Option<&'a mut (dyn Register + 'a)>,
    listed: FindingLimit,
    sink: &mut dyn Sink,
) -> AppResult<Summary> {
    let checker = checker(rulebook, rulebook.items(), today)?;
    let file = (open(input)?, None);
    listing(&checker, file, input, register, listed, sink)
}

/// Checks a file with a compiled checker; every finding is handed on.
///
/// # Errors
/// As [`run`].
pub fn with<'a>(
    checker: &Checker,
    input: Input<'a>,
    register: Option<&'a mut (dyn Register + 'a)>,
    sink: &mut dyn Sink,
) -> AppResult<Summary> {
    opened(checker, (open(input)?, None), input, register, sink)
}

fn open(input: Input<'_>) -> AppResult<File> {
    File::open(input.path).map_err(|source| AppError::File {
        path: input.file_name.to_owned(),
        source,
    })
}

/// Checks a file, hands the findings to `sink`, and writes the clerk's own workbook with what is
/// wrong written into it to `out`: from the first byte of an empty file.
///
/// # Errors
/// As [`run`]; the workbook cannot be written.
pub fn annotated<'a>(
    rulebook: &Rulebook,
    today: jiff::civil::Date,
    input: Input<'a>,
    register: Option<&'a mut (dyn Register + 'a)>,
    listed: FindingLimit,
    sink: &mut dyn Sink,
    out: impl Write + Seek + Send,
) -> AppResult<Summary> {
    let checker = checker(rulebook, rulebook.items(), today)?;
    let mut gather = gather(input, sink)?;
    let file = (open(input)?, None);
    let summary = listing(&checker, file, input, register, listed, &mut gather)?;
    dressed(
        (rulebook, today),
        (open(input)?, input),
        gather,
        &summary,
        out,
    )?;
    Ok(summary)
}

/// The same of a file in memory with corrections laid over it, which the workbook holds.
///
/// # Errors
/// As [`annotated`].
pub(crate) fn annotated_with<'a>(
    ctx: &Ctx<'_>,
    (bytes, patches): (&'a [u8], &'a Patches),
    input: Input<'a>,
    register: &'a mut (dyn Register + 'a),
    out: impl Write + Seek + Send,
) -> AppResult<()> {
    let rulebook = ctx.deployment().rulebook();
    let checker = checker(rulebook, rulebook.items(), ctx.today())?;
    let mut silent = Silent(ctx);
    let mut gather = gather(input, &mut silent)?.laid_over(patches.clone());
    let file = (io::Cursor::new(bytes), Some(patches));
    let (register, listed) = (Some(register), FindingLimit::USUAL);
    let summary = listing(&checker, file, input, register, listed, &mut gather)?;
    let (rules, out) = ((rulebook, ctx.today()), Awaited { ctx, out });
    dressed(
        rules,
        (io::Cursor::new(bytes), input),
        gather,
        &summary,
        out,
    )
}

/// The same with findings that are known, from when the file was handed in, and the counters of
/// that time: what a receipt tells and the workbook beside it shows is one and the same.
///
/// # Errors
/// As [`run`]; the workbook cannot be written.
pub(crate) fn annotated_as_told(
    ctx: &Ctx<'_>,
    input: Input<'_>,
    (mut findings, counters): (Vec<Finding>, &Counters),
    out: impl Write + Seek + Send,
) -> AppResult<()> {
    let rulebook = ctx.deployment().rulebook();
    let checker = checker(rulebook, rulebook.items(), ctx.today())?;
    findings.sort_by_key(|finding| (finding.row, finding.column));
    let count = findings.len() as u64;
    let mut silent = Silent(ctx);
    let mut told = Told {
        gather: gather(input, &mut silent)?,
        findings: findings.into_iter().peekable(),
    };
    let summary = with(&checker, input, None, &mut told)?;
    let summary = Summary {
        rows: counters.reported,
        accepted: counters
            .reported
            .saturating_sub(counters.refused + counters.set_aside),
        refused: counters.refused,
        set_aside: counters.set_aside,
        rows_with_warnings: counters.warned,
        findings: count,
        ..summary
    };
    let rules = (rulebook, ctx.today());
    dressed(rules, (open(input)?, input), told.gather, &summary, out)
}

fn failed(input: Input<'_>, e: AnnotateError) -> AppError {
    match e {
        AnnotateError::Io(source) => AppError::File {
            path: input.file_name.to_owned(),
            source,
        },
        AnnotateError::Write(e) => AppError::Fault(format!("批注后的工作簿没有写成：{e}")),
    }
}

fn gather<'s>(input: Input<'_>, sink: &'s mut dyn Sink) -> AppResult<Gather<'s>> {
    Gather::new(sink).map_err(|e| failed(input, e.into()))
}

fn dressed(
    (rulebook, today): (&Rulebook, jiff::civil::Date),
    (file, input): (impl Read + Seek, Input<'_>),
    gather: Gather<'_>,
    summary: &Summary,
    out: impl Write + Seek + Send,
) -> AppResult<()> {
    let failed = |e| failed(input, e);
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let dress = dress(rulebook, today);
    annotate::write(file, gather, summary, dress, &mut out).map_err(failed)?;
    out.flush().map_err(|e| failed(e.into()))
}

fn dress(rulebook: &Rulebook, today: jiff::civil::Date) -> Dress<'_> {
    Dress {
        items: rulebook.items(),
        lists: rulebook.code_lists(),
        today,
        bounds: Bounds::default(),
    }
}

/// The same for a file that is open, with cells corrected since; `input` says its name and sheet.
///
/// # Errors
/// As [`run`].
pub(crate) fn opened<'a>(
    checker: &Checker,
    file: (impl Read + Seek, Option<&'a Patches>),
    input: Input<'a>,
    register: Option<&'a mut (dyn Register + 'a)>,
    sink: &mut dyn Sink,
) -> AppResult<Summary> {
    listing(checker, file, input, register, FindingLimit::ALL, sink)
}

/// As [`opened`], as many findings as every channel lists.
///
/// # Errors
/// As [`run`].
pub(crate) fn listing<'a>(
    checker: &Checker,
    (file, patches): (impl Read + Seek, Option<&'a Patches>),
    input: Input<'a>,
    register: Option<&'a mut (dyn Register + 'a)>,
    listed: FindingLimit,
    sink: &mut dyn Sink,
) -> AppResult<Summary> {
    let options = Options {
        file: input.file_name,
        sheet: input.sheet,
        register,
        listed,
        patches,
    };
    check_file(file, checker, options, sink).map_err(|e| match e {
        CheckError::Io(source) => AppError::File {
            path: input.file_name.to_owned(),
            source,
        },
        CheckError::Sink(e) => unbox(e),
    })
}

/// The use case's own error that went through a sink, or a fault.
pub(crate) fn unbox(e: SinkError) -> AppError {
    match e.downcast::<AppError>() {
        Ok(own) => *own,
        Err(e) => match e.downcast::<std::io::Error>() {
            Ok(io) => unwritten(*io),
            Err(e) => AppError::Fault(e.to_string()),
        },
    }
}

/// A check on the site: all findings as JSON lines into `lines` (the same bytes as the command's),
/// and the annotated workbook into `book`, where one is wanted.
///
/// # Errors
/// As [`annotated`].
pub fn file(
    ctx: &Ctx<'_>,
    input: Input<'_>,
    lines: &mut dyn Write,
    book: Option<impl Write + Seek + Send>,
) -> AppResult<Summary> {
    ctx.allow(Act::FileCheck)?;
    let mut sink = Awaiting {
        ctx,
        lines: JsonLines::new(lines),
    };
    let (rulebook, today) = (ctx.deployment().rulebook(), ctx.today());
    let listed = FindingLimit::USUAL;
    let summary = match book {
        Some(out) => {
            let out = Awaited { ctx, out };
            annotated(rulebook, today, input, None, listed, &mut sink, out)
        }
        None => run(rulebook, today, input, None, listed, &mut sink),
    }?;
    sink.lines.finish(&summary).map_err(unwritten)?;
    Ok(summary)
}

/// Writes the findings that [`file()`] wrote as JSON lines as a workbook of one table.
///
/// # Errors
/// The lines cannot be read; the workbook cannot be written.
pub fn list(
    ctx: &Ctx<'_>,
    lines: impl BufRead,
    summary: &Summary,
    out: impl Write + Seek + Send,
) -> AppResult<()> {
    ctx.allow(Act::FileCheck)?;
    // The last line is the summary.
    let listed = usize::try_from(summary.findings - summary.unlisted).unwrap_or(usize::MAX);
    let findings = lines.lines().take(listed);
    let findings = findings.map(|line| Ok(serde_json::from_str(&line?)?));
    let dress = dress(ctx.deployment().rulebook(), ctx.today());
    let mut out = BufWriter::with_capacity(1 << 16, Awaited { ctx, out });
    annotate::list(findings, summary, dress, &mut out).map_err(|e| match e {
        AnnotateError::Io(source) => unwritten(source),
        AnnotateError::Write(e) => AppError::Fault(format!("问题清单没有写成：{e}")),
    })?;
    out.flush().map_err(unwritten)
}

fn unwritten(source: io::Error) -> AppError {
    AppError::File {
        path: "输出".to_owned(),
        source,
    }
}

/// A check that answers with the annotated workbook alone; on the site without a register.
///
/// # Errors
/// As [`annotated`].
pub fn workbook<'a>(
    ctx: &Ctx<'_>,
    input: Input<'a>,
    register: Option<&'a mut (dyn Register + 'a)>,
    out: impl Write + Seek + Send,
) -> AppResult<Summary> {
    ctx.allow(Act::FileCheck)?;
    let (rulebook, listed) = (ctx.deployment().rulebook(), FindingLimit::USUAL);
    annotated(
        rulebook,
        ctx.today(),
        input,
        register,
        listed,
        &mut Silent(ctx),
        Awaited { ctx, out },
    )
}

/// What a finding says in a line for people: its sentence, and what would be right. A notice about a
/// column says itself how its example was read, and nothing is to be changed.
#[must_use]
pub fn sentence(finding: &Finding) -> String {
    let better = finding.suggestion.as_ref();
    match better.filter(|_| !finding.is_about_spelling()) {
        Some(better) => format!("{}建议改为“{better}”。", finding.message),
        None => finding.message.clone(),
    }
}

/// Takes findings and says nothing, as long as somebody waits.
struct Silent<'a>(&'a Ctx<'a>);

impl Sink for Silent<'_> {
    fn finding(&mut self, _: &Finding) -> Result<(), SinkError> {
        Ok(())
    }

    fn row(&mut self, _: &CheckedRow<'_>) -> Result<(), SinkError> {
        Ok(self.0.still_wanted()?)
    }

    fn beside(&mut self, _: u64, _: SkippedRow) -> Result<(), SinkError> {
        Ok(self.0.still_wanted()?)
    }
}

/// Is written to as long as somebody waits: the workbook is copied after its rows are checked.
struct Awaited<'a, W> {
    ctx: &'a Ctx<'a>,
    out: W,
}

impl<W: Write> Write for Awaited<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.ctx.still_wanted().map_err(io::Error::other)?;
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl<W: Seek> Seek for Awaited<'_, W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.out.seek(to)
    }
}

/// Gives known findings in the places of those that the check has now.
struct Told<'s> {
    gather: Gather<'s>,
    /// By row, those of the whole file first.
    findings: std::iter::Peekable<std::vec::IntoIter<Finding>>,
}

impl Told<'_> {
    /// Those up to a row.
    fn tell(&mut self, row: u64) -> Result<(), SinkError> {
        while let Some(finding) = self.findings.next_if(|f| f.row <= row) {
            self.gather.finding(&finding)?;
        }
        Ok(())
    }
}

impl Sink for Told<'_> {
    fn finding(&mut self, _: &Finding) -> Result<(), SinkError> {
        Ok(())
    }

    fn opened(
        &mut self,
        sheet: Option<&str>,
        header: u64,
        file: &FileCheck<'_>,
    ) -> Result<(), SinkError> {
        self.gather.opened(sheet, header, file)?;
        self.tell(0)
    }

    fn row(&mut self, row: &CheckedRow<'_>) -> Result<(), SinkError> {
        self.tell(row.number())?;
        self.gather.row(row)
    }

    fn beside(&mut self, sheet_row: u64, beside: SkippedRow) -> Result<(), SinkError> {
        self.gather.beside(sheet_row, beside)
    }
}

/// Writes findings as lines, as long as somebody waits.
struct Awaiting<'a, W: Write> {
    ctx: &'a Ctx<'a>,
    lines: JsonLines<W>,
}

impl<W: Write> Sink for Awaiting<'_, W> {
    fn finding(&mut self, finding: &Finding) -> Result<(), SinkError> {
        self.lines.finding(finding)
    }

    fn row(&mut self, _: &CheckedRow<'_>) -> Result<(), SinkError> {
        Ok(self.ctx.still_wanted()?)
    }

    fn beside(&mut self, _: u64, _: SkippedRow) -> Result<(), SinkError> {
        Ok(self.ctx.still_wanted()?)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;
    use crate::{Actor, Deployment, Place, noon};
    use std::{io::Cursor, sync::atomic::AtomicBool};

    const TABLE: &str = "CF_XDR_MC,CF_XDR_LB,CF_XDR_SHXYM,CF_FRDB,CF_WSH,CF_WFXW,CF_SY,CF_YJ,CF_CFLB,CF_NR,CF_NR_WFFF,CF_JDRQ,CF_YXQ,CF_CFJG,CF_CFJGDM,CF_SJLY,CF_SJLYDM\n\
        甲公司,法人及非法人组织\n";

    #[test]
    fn a_check_stops_at_the_next_row_when_nobody_waits() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place {
            data: Some(dir.path().to_owned()),
            ..Place::default()
        };
        let now = noon(jiff::civil::date(2026, 11, 30)).unwrap();
        let deployment = Deployment::create(&place, now).unwrap();
        let path = dir.path().join("a.csv");
        std::fs::write(&path, TABLE).unwrap();
        let input = Input {
            path: &path,
            file_name: "a.csv",
            sheet: None,
        };
        for gone in [false, true] {
            let ctx = deployment.ctx(Actor::Public, now);
            let ctx = ctx.until(Arc::new(AtomicBool::new(gone)));
            let (listed, book) = (
                file(&ctx, input, &mut Vec::new(), None::<File>),
                workbook(&ctx, input, None, Cursor::new(Vec::new())),
            );
            let out = Vec::new();
            let wrote = Awaited { ctx: &ctx, out }.write(b"x");
            assert_eq!(wrote.is_err(), gone);
            if gone {
                let told = ctx.still_wanted().unwrap_err().to_string();
                assert_eq!(listed.unwrap_err().to_string(), told);
                assert_eq!(book.unwrap_err().to_string(), told);
            } else {
                assert_eq!(listed.unwrap().rows, 1);
                assert_eq!(book.unwrap().rows, 1);
            }
        }
    }
}
