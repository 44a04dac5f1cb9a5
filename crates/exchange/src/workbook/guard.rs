//! Looks a workbook's container over before anything is opened in it: what it is, and how large
//! it really is when unpacked. Declared sizes are not believed; every part is inflated once
//! into nothing.

use super::parts;
use crate::{
    book::Notice,
    fault::{FaultKind, FileFault, Stop},
    limits,
    shape::Shape,
};
use memchr::memmem;
use std::{
    collections::HashMap,
    io::{self, Read, Seek, SeekFrom},
};
use zip::ZipArchive;

/// What was seen on the way.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) notices: Vec<Notice>,
    /// A sheet holds formulas.
    pub(super) formulas: bool,
    /// What each sheet hides and merges, in the workbook's order.
    pub(super) shapes: Vec<Shape>,
}

/// Lets a sound `.xlsx` container pass.
///
/// # Errors
/// Another kind of container, a damaged one, or one made to harm.
pub(super) fn inspect<R: Read + Seek>(input: &mut R) -> Result<Seen, Stop> {
    entries(input)?;
    input.seek(SeekFrom::Start(0))?;
    let damaged = |what: &str| FaultKind::Damaged.whole().met(what);
    let mut archive = ZipArchive::new(input).map_err(|_| damaged("压缩结构不完整"))?;
    let mut names = Vec::new();
    for index in 0..archive.len() {
        let part = archive
            .by_index_raw(index)
            .map_err(|_| damaged("压缩目录有误"))?;
        let name = String::from_utf8_lossy(part.name_raw()).into_owned();
        if part.encrypted() {
            return Err(FaultKind::Encrypted.whole().met(&name).into());
        }
        names.push(name);
    }
    what_it_is(&names)?;
    let mut seen = Seen::default();
    let lower = |name: &String| name.to_ascii_lowercase();
    if names.iter().any(|n| lower(n).ends_with("vbaproject.bin")) {
        seen.notices.push(Notice::Macros);
    }
    if names.iter().any(|n| lower(n).contains("/externallinks/")) {
        seen.notices.push(Notice::ExternalLinks);
    }
    let mut total = 0;
    let mut shapes = HashMap::new();
    for (index, name) in names.iter().enumerate() {
        let lower = name.to_ascii_lowercase();
        if !(lower.ends_with(".xml") || lower.ends_with(".rels")) {
            continue;
        }
        let part = archive
            .by_index(index)
            .map_err(|_| damaged(&format!("部件{name}无法打开")))?;
        let packed = part.compressed_size();
        let limit = limit_of(&lower).min(limits::WORKBOOK_BYTES.saturating_sub(total));
        let mut scan = Scan::new(name, limit, packed);
        scan.run(part)?;
        total += scan.inflated;
        seen.formulas |= scan.formulas;
        if scan.sheet {
            shapes.insert(lower, scan.shape);
        }
    }
    let sheets = parts::of_sheets(&mut archive);
    let shape = |part: String| {
        shapes
            .remove(&part.to_ascii_lowercase())
            .unwrap_or_default()
    };
    seen.shapes = sheets.into_iter().map(shape).collect();
    Ok(seen)
}

/// The number of entries, from the end of the container, before a directory of that many is
/// built in memory.
fn entries<R: Read + Seek>(input: &mut R) -> Result<(), Stop> {
    const END: &[u8] = b"PK\x05\x06";
    let size = input.seek(SeekFrom::End(0))?;
    input.seek(SeekFrom::Start(size.saturating_sub(65_557)))?;
    let mut tail = Vec::new();
    input.take(65_557).read_to_end(&mut tail)?;
    let count = memmem::rfind(&tail, END)
        .and_then(|at| tail.get(at + 10..at + 12)?.try_into().ok())
        .map(u16::from_le_bytes);
    match count {
        None => Err(FaultKind::Damaged.whole().met("文件末尾不完整").into()),
        Some(count) if usize::from(count) > limits::WORKBOOK_PARTS => {
            let most = format!("{}个部件", limits::WORKBOOK_PARTS);
            Err(bomb(&format!("{count}个部件")).expecting(most).into())
        }
        Some(_) => Ok(()),
    }
}

fn what_it_is(names: &[String]) -> Result<(), FileFault> {
    let has = |what: &str| names.iter().any(|n| n.eq_ignore_ascii_case(what));
    let within = |folder: &str| names.iter().any(|n| n.starts_with(folder));
    let kind = |kind: FaultKind, what: &str| Err(kind.whole().met(what));
    if has("xl/workbook.bin") {
        kind(FaultKind::NotYetRead, "二进制工作簿（.xlsb）")
    } else if has("_rels/.rels") && (within("xl/") || has("xl/workbook.xml")) {
        Ok(())
    } else if within("word/") {
        kind(FaultKind::NotATable, "文档（.docx）")
    } else if within("ppt/") {
        kind(FaultKind::NotATable, "演示文稿（.pptx）")
    } else if has("content.xml") && has("mimetype") {
        kind(FaultKind::NotYetRead, "开放文档表格（.ods）")
    } else if has("_rels/.rels") || has("[Content_Types].xml") {
        kind(FaultKind::Damaged, "缺少工作簿部件")
    } else {
        kind(FaultKind::NotATable, "压缩包（zip）")
    }
}

fn limit_of(name: &str) -> u64 {
    if name.ends_with("sharedstrings.xml") {
        limits::SHARED_TEXT_BYTES
    } else if name.contains("/worksheets/") || name.contains("sheet") {
        limits::SHEET_BYTES
    } else {
        limits::PART_BYTES
    }
}

fn bomb(what: &str) -> FileFault {
    FaultKind::Bomb.whole().met(what)
}

/// One part on its way into nothing.
struct Scan<'a> {
    name: &'a str,
    limit: u64,
    packed: u64,
    inflated: u64,
    /// Bytes since the last `<`.
    stretch: usize,
    /// What is counted in this part, and how many there may be.
    counted: Option<(&'static [u8], usize)>,
    count: usize,
    /// A sheet's part, in which formulas are looked for.
    sheet: bool,
    formulas: bool,
    shape: Shape,
}

/// The tag of which a part must not have too many.
fn counted_in(name: &str) -> Option<(&'static [u8], usize)> {
    let name = name.to_ascii_lowercase();
    if name.ends_with("sharedstrings.xml") {
        Some((b"<si", limits::SHARED_TEXTS))
    } else if name.contains("/worksheets/") {
        Some((b"<row", limits::SHEET_ROWS))
    } else {
        None
    }
}

impl<'a> Scan<'a> {
    fn new(name: &'a str, limit: u64, packed: u64) -> Self {
        Self {
            counted: counted_in(name),
            count: 0,
            sheet: name.to_ascii_lowercase().contains("/worksheets/"),
            formulas: false,
            shape: Shape::default(),
            name,
            limit,
            packed,
            inflated: 0,
            stretch: 0,
        }
    }

    fn run(&mut self, mut part: impl Read) -> Result<(), Stop> {
        /// Kept of the last block, so that a tag across the border is seen.
        const OVERLAP: usize = 512;
        const BLOCK: usize = 64 << 10;
        const _: () = assert!(BLOCK < limits::MARKUP_BYTES);
        let mut buffer = vec![0; BLOCK];
        let mut kept = 0;
        loop {
            let free = buffer.get_mut(kept..).unwrap_or_default();
            let read = match part.read(free) {
                Ok(0) => return Ok(()),
                Ok(n) => n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                // Wrong checksum, broken stream: the part, not the disk, in all likelihood.
                Err(_) => {
                    let what = format!("部件{}内容不完整", self.name);
                    return Err(FaultKind::Damaged.whole().met(&what).into());
                }
            };
            self.inflated += read as u64;
            let end = kept + read;
            let block = buffer.get(..end).unwrap_or_default();
            self.look(block, kept)?;
            let from = end.saturating_sub(OVERLAP);
            buffer.copy_within(from..end, 0);
            kept = end - from;
        }
    }

    fn look(&mut self, block: &[u8], kept: usize) -> Result<(), FileFault> {
        let grown = self.inflated > limits::RATIO_FROM
            && self.inflated / self.packed.max(1) > limits::RATIO;
        if self.inflated > self.limit {
            // Less than its own was left to the part where those before it took the rest.
            let own = limit_of(&self.name.to_lowercase());
            let (whose, limit) = if self.limit < own {
                ("全部部件".to_owned(), limits::WORKBOOK_BYTES)
            } else {
                (format!("部件{}", self.name), own)
            };
            let most = format!("{}兆字节", limit >> 20);
            let what = format!("{whose}解压后超过{most}");
            return Err(bomb(&what).expecting(most));
        }
        if grown {
            let most = format!("{}倍", limits::RATIO);
            let what = format!("部件{}解压后超过压缩时的{most}", self.name);
            return Err(bomb(&what).expecting(most));
        }
        if memmem::find(block, b"<!DOCTYPE").is_some() || memmem::find(block, b"<!ENTITY").is_some()
        {
            return Err(bomb(&format!("部件{}含有实体定义", self.name)));
        }
        // The library sets aside room for as many texts as the part says it has.
        for at in memmem::find_iter(block, b"uniqueCount") {
            let after = block.get(at + 11..).unwrap_or_default();
            let after = after.iter().skip_while(|b| !b.is_ascii_digit());
            let digits = after.take_while(|b| b.is_ascii_digit()).count();
            // Seven digits: as many texts as one sheet has rows, ten times over.
            if digits > 7 {
                return Err(bomb(&format!("部件{}声明的文本数量不实", self.name)));
            }
        }
        if self.sheet && !self.formulas {
            self.formulas = [b"<f>".as_slice(), b"<f ", b"<f/", b":f>", b":f "]
                .iter()
                .any(|tag| memmem::find(block, tag).is_some());
        }
        if self.sheet {
            parts::note(block, kept, &mut self.shape);
        }
        if let Some((tag, most)) = self.counted {
            // A tag may begin in what was kept; one that ended there was counted.
            let seen = block.get(kept.saturating_sub(tag.len() - 1)..);
            self.count += memmem::find_iter(seen.unwrap_or_default(), tag).count();
            if self.count > most {
                let met = format!("部件{}超过{most}条", self.name);
                return Err(bomb(&met).expecting(format!("{most}条")));
            }
        }
        let new = block.get(kept..).unwrap_or_default();
        // A block is far shorter than the bound: only the first stretch can exceed it.
        match (memchr::memchr(b'<', new), memchr::memrchr(b'<', new)) {
            (Some(first), Some(last)) => {
                self.check_stretch(self.stretch + first)?;
                self.stretch = new.len() - last;
            }
            _ => self.stretch += new.len(),
        }
        self.check_stretch(self.stretch)
    }

    fn check_stretch(&self, bytes: usize) -> Result<(), FileFault> {
        if bytes > limits::MARKUP_BYTES {
            return Err(bomb(&format!("部件{}中有过大的单元格", self.name)));
        }
        Ok(())
    }
}
