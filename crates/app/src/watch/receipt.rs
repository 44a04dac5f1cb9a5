//! The receipt of a file: a text for the clerk and the same for programs, written beside it.

use super::{DONE, readers};
use crate::{
    Act, AppError, AppResult, Ctx,
    check::{self, StoredRegister},
    department::Department,
    intake::{Input, Landing, Outcome, SHOWN, temporary},
};
use jiff::{civil::Date, tz::TimeZone};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::{
    fmt::Write as _,
    io::{self, Seek as _},
    path::{Path, PathBuf},
};
use xinheng_domain::{
    batch::Counters,
    finding::{Finding, Severity},
};
use xinheng_exchange::annotate::Bounds;
use xinheng_store::batch;

/// Ends of the names of receipts.
const TEXT: &str = ".回执.txt";
const JSON: &str = ".回执.json";
/// The file itself, annotated, as `xinheng check --out` writes it. Only among the files done: in
/// the department's folder it is a file like any other, corrected and handed in.
const WORKBOOK: &str = ".批注.xlsx";
/// Longest name of a receipt, in bytes: systems allow 255.
const LONGEST: usize = 240;

/// Whether this is the name of a receipt.
pub(super) fn is_receipt(name: &str) -> bool {
    name.ends_with(TEXT) || name.ends_with(JSON)
}

/// A file to be put beside the one handed in: the end of its name, and what it holds.
struct Part {
    end: &'static str,
    content: Content,
}

enum Content {
    Bytes(Vec<u8>),
    /// Larger than one wants in memory.
    File(std::fs::File),
}

impl Content {
    fn write(&self, out: &mut impl io::Write) -> io::Result<()> {
        match self {
            Self::Bytes(bytes) => out.write_all(bytes),
            Self::File(file) => {
                let mut file = file;
                file.rewind()?;
                io::copy(&mut file, out).map(drop)
            }
        }
    }
}

/// What is written beside a file.
pub(super) struct Receipt {
    parts: Vec<Part>,
    /// The text where the annotated workbook is not written with it.
    words: Option<Part>,
}

/// What programs read: the keys of `import --output json`, and of what file they speak.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    department: Option<&'a str>,
    day: Date,
    landing: &'a str,
    batch: Option<&'a str>,
    sha256: Option<&'a str>,
    format: Option<&'a str>,
    counters: Option<&'a Counters>,
    /// The first findings; `more` where there may be others.
    findings: &'a [Finding],
    more: bool,
    /// Rows of natural persons that were not kept: this deployment has no key; something is wrong
    /// with them, where the others are kept.
    persons_without_key: u64,
    persons_at_fault: u64,
    /// Why it was not handed in.
    problem: Option<&'a str>,
}

impl Receipt {
    /// The receipt of a file that was handed in; with the file itself, annotated, where something
    /// is wrong with it.
    pub(super) fn of(
        ctx: &Ctx<'_>,
        input: Input<'_>,
        department: &Department,
        outcome: &Outcome,
    ) -> AppResult<Self> {
        let (word, batch) = match &outcome.landing {
            Landing::Sealed { batch, .. } => ("sealed", Some(batch.as_str())),
            Landing::Already { batch, .. } => ("already", Some(batch.as_str())),
            Landing::Refused => ("refused", None),
            Landing::Tried => ("dry_run", None),
        };
        let mut findings = match batch {
            Some(batch) => kept(ctx, batch, SHOWN)?,
            // What is said of the file and its header belongs together, refusals and warnings:
            // a name misspelt is a column missing and a column unknown.
            None => {
                let mut all = outcome.notices.clone();
                all.extend_from_slice(&outcome.refused);
                all.sort_by_key(|finding| (finding.row, finding.column));
                all
            }
        };
        let more = findings.len() >= SHOWN;
        findings.truncate(SHOWN);
        let line = Line {
            file: input.file_name,
            department: Some(&department.code),
            day: ctx.today(),
            landing: word,
            batch,
            sha256: Some(&outcome.summary.sha256),
            format: outcome.summary.format.as_deref(),
            counters: Some(&outcome.counters),
            findings: &findings,
            more,
            persons_without_key: outcome.persons_without_key,
            persons_at_fault: outcome.persons_at_fault,
            problem: None,
        };
        let who = format!("{}（{}）", department.name, department.code);
        let said = said(outcome);
        let told = |workbook| text(&line, &who, &said, (Some(outcome), workbook));
        let mut receipt = Self::parts(&line, &told(true))?;
        if !line.findings.is_empty() {
            receipt.words = Some(text_part(&told(false)));
            let out = tempfile::tempfile().map_err(temporary)?;
            workbook(ctx, input, (batch, &outcome.counters), &out)?;
            receipt.parts.push(Part {
                end: WORKBOOK,
                content: Content::File(out),
            });
        }
        Ok(receipt)
    }

    /// The receipt of a file that was not handed in.
    pub(super) fn refusal(ctx: &Ctx<'_>, file: &str, problem: &str) -> Self {
        let line = Line {
            file,
            department: None,
            day: ctx.today(),
            landing: "not_taken",
            batch: None,
            sha256: None,
            format: None,
            counters: None,
            findings: &[],
            more: false,
            persons_without_key: 0,
            persons_at_fault: 0,
            problem: Some(problem),
        };
        let text = text(&line, "", problem, (None, false));
        // Nothing in it can fail to be written as JSON; without that part the text remains.
        Self::parts(&line, &text).unwrap_or_else(|_| Self {
            parts: vec![text_part(&text)],
            words: None,
        })
    }

    fn parts(line: &Line<'_>, text: &str) -> AppResult<Self> {
        let mut json = serde_json::to_vec(line).map_err(|e| AppError::Fault(e.to_string()))?;
        json.push(b'\n');
        Ok(Self {
            words: None,
            parts: vec![
                text_part(text),
                Part {
                    end: JSON,
                    content: Content::Bytes(json),
                },
            ],
        })
    }

    /// Writes the receipt beside `place`, each part whole or not at all, for those who may read
    /// `file`.
    pub(super) fn write(&self, place: &Path, file: &Path) -> io::Result<()> {
        Self::write_parts(place, file, &self.parts)
    }

    /// The same without the annotated workbook.
    pub(super) fn write_words(&self, file: &Path) -> io::Result<()> {
        let words = self.parts.iter().take_while(|part| part.end != WORKBOOK);
        let words = words.map(|part| match &self.words {
            // It must not speak of a workbook that is not there.
            Some(words) if part.end == TEXT => words,
            _ => part,
        });
        Self::write_parts(file, file, words)
    }

    fn write_parts<'p>(
        place: &Path,
        file: &Path,
        parts: impl IntoIterator<Item = &'p Part>,
    ) -> io::Result<()> {
        for part in parts {
            let place = beside(place, part.end);
            let folder = place.parent().unwrap_or(Path::new("."));
            let mut builder = tempfile::Builder::new();
            // Nobody's but ours until it has its readers.
            let mut new = builder
                .prefix(".xinheng-")
                .suffix(".tmp")
                .tempfile_in(folder)?;
            readers::like(new.as_file(), file)?;
            part.content.write(&mut new)?;
            new.as_file().sync_all()?;
            new.persist(&place).map_err(|e| e.error)?;
        }
        Ok(())
    }
}

/// A text for the clerk: Windows' editor wants the mark and the line ends.
fn text_part(text: &str) -> Part {
    let text = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    Part {
        end: TEXT,
        content: Content::Bytes(text.into_bytes()),
    }
}

/// Takes away the receipt of an earlier look beside a file that has moved on.
pub(super) fn withdraw(file: &Path) {
    for end in [TEXT, JSON] {
        // Nearly always there is none.
        let _ = std::fs::remove_file(beside(file, end));
    }
}

/// The receipt's path: the file's name, shown, and the end. A long name is cut, and told from
/// others by its hash.
fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = super::shown(&super::name_of(file));
    if name.len() + end.len() > LONGEST {
        let hash = Sha256::digest(name.as_bytes());
        let tail: String = hash
            .iter()
            .take(4)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let most = LONGEST - end.len() - tail.len() - 3;
        let cut = (0..=most).rev().find(|at| name.is_char_boundary(*at));
        name.truncate(cut.unwrap_or(0));
        name = format!("{name}…{tail}");
    }
    file.with_file_name(format!("{name}{end}"))
}

/// The file itself, annotated with what the receipt tells: the findings kept with its batch, of
/// the register, the departments and the landing among them. A file that was refused as a whole
/// has none kept, and nothing has changed since it was checked: it is checked again in the same
/// way, and so is one with more findings than a workbook has notes.
fn workbook(
    ctx: &Ctx<'_>,
    input: Input<'_>,
    (batch, counters): (Option<&str>, &Counters),
    out: &std::fs::File,
) -> AppResult<()> {
    if let Some(batch) = batch {
        let notes = Bounds::default().notes;
        let findings = kept(ctx, batch, notes)?;
        if findings.len() <= notes {
            let told = (findings, counters);
            return check::annotated_as_told(ctx, input.as_check(), told, out);
        }
    }
    let mut register = StoredRegister::of(ctx).reported_by(input.department);
    check::workbook(ctx, input.as_check(), Some(&mut register), out).map(drop)
}

/// The first findings of a batch, one more than asked for where there are, by row.
fn kept(ctx: &Ctx<'_>, id: &str, most: usize) -> AppResult<Vec<Finding>> {
    let most = u32::try_from(most + 1).unwrap_or(u32::MAX);
    let found = ctx.load(Act::BatchFindings, |conn| {
        Ok(batch::findings(conn, id, None, most)?)
    })?;
    let mut findings: Vec<Finding> = found.into_iter().map(|(_, finding)| finding).collect();
    findings.sort_by_key(|finding| (finding.row, finding.column));
    Ok(findings)
}

fn said(outcome: &Outcome) -> String {
    if let Some(refused) = outcome.whole_file_refused() {
        return format!("{refused}请改正后重新放入。");
    }
    match &outcome.landing {
        Landing::Sealed { batch, .. } => format!("已导入并封存，批次编号 {batch}。"),
        Landing::Already { batch, at } => {
            let at = at.to_zoned(TimeZone::fixed(jiff::tz::offset(8)));
            let at = at.strftime("%Y-%m-%d %H:%M");
            format!("这份文件此前已经导入（批次 {batch}，封存于 {at}），没有作任何改动。")
        }
        Landing::Refused | Landing::Tried => "没有写入任何内容。".to_owned(),
    }
}

/// `workbook`: the annotated workbook is written beside it.
fn text(
    line: &Line<'_>,
    who: &str,
    result: &str,
    (outcome, workbook): (Option<&Outcome>, bool),
) -> String {
    let mut text = format!("信衡回执\n\n文件：{}\n", line.file);
    if !who.is_empty() {
        let _ = writeln!(text, "报送部门：{who}");
    }
    let _ = writeln!(text, "日期：{}\n结果：{result}", line.day);
    let whole = outcome.and_then(Outcome::whole_file_refused).is_some();
    if let Some(c) = line.counters.filter(|_| !whole) {
        let of_then = if line.landing == "already" {
            "那一次导入的条数"
        } else {
            "条数"
        };
        let _ = writeln!(
            text,
            "{of_then}：报送{}，需要改正{}，请核对{}，自然人{}（其中加密另存{}），新增{}，新版本{}，未变化{}，替换{}，类别未定{}",
            c.reported,
            c.refused,
            c.warned,
            c.set_aside,
            c.kept_apart,
            c.new,
            c.new_version,
            c.unchanged,
            c.replaced,
            c.held
        );
    }
    for told in outcome.map(Outcome::persons_told).unwrap_or_default() {
        let _ = writeln!(text, "{told}");
    }
    if line.findings.is_empty() {
        return text;
    }
    text.push_str("\n问题：\n");
    for (at, finding) in line.findings.iter().enumerate() {
        let said = super::shown(&check::sentence(finding));
        let mark = finding.severity.word();
        let _ = writeln!(text, "{}. {mark}：{said}〔{}〕", at + 1, finding.code);
    }
    if line.more {
        let _ = writeln!(text, "（只列出前{}个问题。）", line.findings.len());
    }
    if !workbook {
        let _ = writeln!(
            text,
            "\n文件没有能够移到“{DONE}”，所以没有写出批注后的工作簿。需要改正的，请在原文件里改正，再把文件放入。"
        );
        return text;
    }
    // A file that is refused as a whole may not have been read: there is nothing to mend elsewhere.
    if line
        .findings
        .iter()
        .any(|f| f.severity == Severity::RefuseFile)
    {
        text.push_str("\n全部问题和改正办法，写在旁边的“.批注.xlsx”工作簿里。请在原文件里改正，再把文件放入。\n");
        return text;
    }
    text.push_str("\n全部问题和改正办法，已经逐格批注在旁边的“.批注.xlsx”工作簿里。\n");
    let warns = |finding: &Finding| finding.severity == Severity::Warn;
    if line.more || !line.findings.iter().all(warns) {
        text.push_str("需要改正的数据没有导入，请在批注后的工作簿或者原表里改正，再把文件放入。\n");
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;

    #[test]
    fn a_receipt_has_a_name_every_system_takes() {
        let name = |file: &str| super::super::name_of(&beside(Path::new(file), TEXT));
        assert_eq!(name("d/处罚.csv"), "处罚.csv.回执.txt");
        assert_eq!(name("d/处\n罚.csv"), "处\u{fffd}罚.csv.回执.txt");
        let (long, other) = (
            format!("{}甲.csv", "长".repeat(82)),
            format!("{}乙.csv", "长".repeat(82)),
        );
        assert!(name(&long).len() <= LONGEST && is_receipt(&name(&long)));
        assert_ne!(name(&long), name(&other));
    }

    #[test]
    fn each_part_is_there_whole() {
        let dir = tempfile::TempDir::new().unwrap();
        let file = dir.path().join("处罚.csv");
        let receipt = |content: &str| Receipt {
            words: None,
            parts: vec![Part {
                end: TEXT,
                content: Content::Bytes(content.as_bytes().to_vec()),
            }],
        };
        receipt("一").write(&file, &file).unwrap();
        receipt("二").write(&file, &file).unwrap();
        let names: Vec<_> = std::fs::read_dir(dir.path()).unwrap().collect();
        assert_eq!(names.len(), 1, "{names:?}");
        assert_eq!(std::fs::read_to_string(beside(&file, TEXT)).unwrap(), "二");
        withdraw(&file);
        assert!(!beside(&file, TEXT).exists());
        assert!(
            receipt("三")
                .write(&dir.path().join("无/处罚.csv"), &file)
                .is_err()
        );
    }
}
