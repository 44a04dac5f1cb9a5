//! Which item a file is of, by its header: Chinese names, column codes or aliases, in any
//! order.

use super::{
    builtin::Builtin,
    format::{Format, Need},
    report::Found,
    row::{HeaderRow, Row},
};
use std::collections::HashMap;
use xinheng_domain::{finding::Severity, redact};

/// Header of the column that we add to a workbook on its way back to the clerk. A file that is
/// handed in with it is read as if the column were not there.
pub const RESULT_COLUMN: &str = "核对结果（交回时不必删除）";

/// Whether this is the header of the column we added ourselves.
pub(super) fn is_result(header: &str) -> bool {
    fold(header) == fold(RESULT_COLUMN)
}

/// Headers of every format, folded.
#[derive(Debug, Default)]
pub(super) struct Headers {
    /// Folded header to (format, field).
    known: HashMap<String, Vec<(usize, usize)>>,
}

/// Where a format's fields stand in a file.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// Columns in file order.
    pub(super) columns: Vec<Column>,
    /// Column index by field index.
    pub(super) of_field: Vec<Option<usize>>,
    /// Index of the column we added ourselves, which is no part of the file.
    pub(super) result: Option<usize>,
}

/// A column of a file.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// The field, or `None` for one the format does not know.
    pub(super) field: Option<usize>,
    /// The header as written, trimmed.
    pub(super) header: String,
}

impl Headers {
    pub(super) fn new(formats: &[Format]) -> Self {
        let mut known: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
        for (i, format) in formats.iter().enumerate() {
            for (j, field) in format.item.fields.iter().enumerate() {
                let spellings = [&field.name, &field.id];
                for spelling in spellings.into_iter().chain(&field.headers) {
                    let places = known.entry(fold(spelling)).or_default();
                    // The first field to claim a spelling within a format has it.
                    if places.iter().all(|(format, _)| *format != i) {
                        places.push((i, j));
                    }
                }
            }
        }
        Self { known }
    }

    /// Number of distinct fields of each format that `row` names, and of its filled cells.
    fn hits(&self, row: &Row<'_>, formats: usize) -> (Vec<usize>, usize) {
        let mut seen: Vec<Vec<usize>> = vec![Vec::new(); formats];
        let mut filled = 0;
        for cell in row.iter().filter(|c| !c.trim().is_empty()) {
            if is_result(cell) {
                continue;
            }
            filled += 1;
            for (format, field) in self.known.get(&fold(cell)).into_iter().flatten() {
                if let Some(fields) = seen.get_mut(*format)
                    && !fields.contains(field)
                {
                    fields.push(*field);
                }
            }
        }
        (seen.iter().map(Vec::len).collect(), filled)
    }

    /// The format the row is a header of: at least half of the columns every row needs, or all
    /// that the row has.
    pub(super) fn recognise(&self, row: &Row<'_>, formats: &[Format]) -> Option<usize> {
        let (hits, filled) = self.hits(row, formats.len());
        let mut best = None;
        for (i, format) in formats.iter().enumerate() {
            let hit = hits.get(i).copied().unwrap_or_default();
            let needed = format
                .plans
                .iter()
                .filter(|p| matches!(p.need, Need::Always));
            let enough = hit >= 2 && (hit * 2 >= needed.count().max(3) || hit == filled);
            if enough && best.is_none_or(|(_, most)| hit > most) {
                best = Some((i, hit));
            }
        }
        best.map(|(i, _)| i)
    }

    /// The format with the most headers in common, for advice.
    pub(super) fn nearest(&self, row: &Row<'_>, formats: &[Format]) -> Option<(usize, usize)> {
        let (hits, _) = self.hits(row, formats.len());
        let by_hits = hits.into_iter().enumerate().rev();
        by_hits
            .max_by_key(|(_, hit)| *hit)
            .filter(|(_, hit)| *hit > 0)
    }

    /// See [`Checker::join_headers`](super::Checker::join_headers).
    pub(super) fn join(
        &self,
        first: &Row<'_>,
        second: &Row<'_>,
        formats: &[Format],
    ) -> Option<HeaderRow> {
        let mut cells = Vec::new();
        let (mut heading, mut below_filled, mut known, mut refined) = ("", 0, 0, 0);
        for i in 0..first.len().max(second.len()) {
            let (above, below) = (first.cell(i).trim(), second.cell(i).trim());
            if !above.is_empty() {
                heading = above;
            }
            if below.is_empty() {
                cells.push(above.to_owned());
                // A heading that stands over nothing reaches no further.
                heading = "";
                continue;
            }
            below_filled += 1;
            match self.joined(heading, below) {
                Some((cell, refines)) => {
                    known += 1;
                    refined += usize::from(refines);
                    cells.push(cell);
                }
                None => cells.push(format!("{heading}{below}")),
            }
        }
        if known * 2 < below_filled.max(1) {
            return None;
        }
        let joined = HeaderRow::new(cells.iter().map(String::as_str), second.sheet_row());
        let (hits, _) = self.hits(&joined.row(), formats.len());
        let (alone, _) = self.hits(first, formats.len());
        let (below, _) = self.hits(second, formats.len());
        let most = |hits: &[usize]| hits.iter().copied().max().unwrap_or_default();
        let more = most(&hits) > most(&alone).max(most(&below));
        // Units and marks below some headings add no field, and are part of the header all the
        // same.
        let marks = refined == below_filled && most(&hits) >= most(&alone);
        (more || marks).then_some(())?;
        self.recognise(&joined.row(), formats)?;
        Some(joined)
    }

    /// The known header that a heading and the name below it make, and whether the heading is
    /// part of it.
    fn joined(&self, heading: &str, below: &str) -> Option<(String, bool)> {
        let tries = [
            format!("{heading}{below}"),
            format!("{heading}({below})"),
            format!("{heading}_{below}"),
        ];
        let is_known = |cell: &String| self.known.contains_key(&fold(cell));
        let refined = tries.into_iter().find(is_known);
        match refined.filter(|_| !heading.is_empty()) {
            Some(cell) => Some((cell, true)),
            None => Some((below.to_owned(), false)).filter(|(cell, _)| is_known(cell)),
        }
    }

    /// Assigns the columns, and says what is wrong with them.
    pub(super) fn lay_out(
        &self,
        row: &Row<'_>,
        index: usize,
        format: &Format,
        found: &mut Vec<Found>,
    ) -> Layout {
        let mut layout = Layout {
            columns: Vec::new(),
            of_field: vec![None; format.item.fields.len()],
            result: row.iter().position(is_result),
        };
        let width = row
            .iter()
            .enumerate()
            .filter(|(i, cell)| layout.result != Some(*i) && !cell.trim().is_empty())
            .last()
            .map_or(0, |(i, _)| i + 1);
        for (i, cell) in row.iter().enumerate().take(width) {
            let header = cell.trim();
            let places = self.known.get(&fold(header)).into_iter().flatten();
            let field = places.copied().find(|(f, _)| *f == index).map(|(_, j)| j);
            let column = i + 1;
            match field {
                Some(field) => match layout.of_field.get(field).copied().flatten() {
                    Some(first) => found.push(
                        Found::new(Builtin::ColumnDuplicate, Severity::RefuseFile)
                            .column(column)
                            .field(field)
                            .value(cell)
                            .other((first + 1_usize).to_string()),
                    ),
                    None => {
                        if let Some(place) = layout.of_field.get_mut(field) {
                            *place = Some(i);
                        }
                    }
                },
                None if layout.result == Some(i) => {}
                None if header.is_empty() => {
                    found.push(Found::new(Builtin::ColumnUnnamed, Severity::Warn).column(column));
                }
                None => found.push(self.unknown(header, column, (index, format))),
            }
            layout.columns.push(Column::new(field, header, i));
        }
        missing(&layout, format, found);
        advise(&layout, format, found);
        layout
    }

    /// A header that is none of the format's, or one of it in another unit.
    fn unknown(&self, header: &str, column: usize, (index, format): (usize, &Format)) -> Found {
        let places = |header: &str| self.known.get(header).into_iter().flatten();
        let folded = fold(header);
        let in_wan = folded
            .strip_suffix("元)")
            .and_then(|bare| places(&format!("{bare}万元)")).find(|(f, _)| *f == index));
        let value = redact::mask_identity_numbers(header);
        match in_wan.and_then(|(_, field)| format.field(*field)) {
            Some(field) => {
                Found::new(Builtin::ColumnInYuan, Severity::RefuseFile).expected(field.name.clone())
            }
            None => Found::new(Builtin::ColumnUnknown, Severity::Warn),
        }
        .column(column)
        .value(value)
    }
}

/// Connects headers nobody knows with the columns that are not there, where they are a slip apart.
fn advise(layout: &Layout, format: &Format, found: &mut [Found]) {
    let absent = layout.of_field.iter().enumerate();
    let absent: Vec<usize> = absent
        .filter(|(_, c)| c.is_none())
        .map(|(f, _)| f)
        .collect();
    let mut advice = Vec::new();
    let unknown = found
        .iter_mut()
        .filter(|f| f.code == Builtin::ColumnUnknown.into());
    for unknown in unknown {
        let header = fold(&unknown.value);
        let meant = absent.iter().copied().find(|field| {
            let names = format.field(*field).into_iter();
            names
                .flat_map(|f| std::iter::once(&f.name).chain(&f.headers))
                .any(|name| is_slip(&header, &fold(name)))
        });
        if let Some(field) = meant {
            unknown.suggestion = format.field(field).map(|f| f.name.clone());
            advice.push((field, unknown.column, unknown.value.clone()));
        }
    }
    for missing in found
        .iter_mut()
        .filter(|f| f.code == Builtin::ColumnMissing.into())
    {
        let near = advice.iter().find(|(f, ..)| missing.field == Some(*f));
        if let Some((_, column, header)) = near {
            missing.other = format!("；第{column}列“{header}”可能就是这一列，是的话请改正表头");
        }
    }
}

/// Whether one header is the other with a character that is wrong, missing or too many; or with
/// the beginning of it alone, as `处罚内容及结果`.
fn is_slip(one: &str, other: &str) -> bool {
    const LONG: usize = 4;
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if a.len() < b.len() {
        (&a, &b)
    } else {
        (&b, &a)
    };
    if short.len() < LONG {
        return false;
    }
    let same = |x: &[char], y: &[char]| x.iter().zip(y).take_while(|(x, y)| x == y).count();
    let start = same(short, long);
    if start == short.len() {
        return true;
    }
    let end = short.iter().rev().zip(long.iter().rev());
    let end = end.take_while(|(x, y)| x == y).count();
    match long.len() - short.len() {
        0 => start + end + 1 >= short.len(),
        1 => start + end >= short.len(),
        _ => false,
    }
}

impl Column {
    /// A column at `index`, from 0.
    pub(super) fn new(field: Option<usize>, header: &str, index: usize) -> Self {
        let header = header.trim();
        Self {
            field,
            header: if header.is_empty() {
                format!("第{}列", index + 1)
            } else {
                header.to_owned()
            },
        }
    }
}

/// Columns every row needs that are not there.
pub(super) fn missing(layout: &Layout, format: &Format, found: &mut Vec<Found>) {
    for (field, plan) in format.plans.iter().enumerate() {
        let there = layout.of_field.get(field).copied().flatten().is_some();
        if matches!(plan.need, Need::Always) && !there {
            let name = format.field(field).map_or("", |f| &f.name);
            found.push(
                Found::new(Builtin::ColumnMissing, Severity::RefuseFile)
                    .field(field)
                    .expected(name),
            );
        }
    }
}

/// A header without what spreadsheets and hands add to it: blanks and line breaks, marks for
/// "required", a number in front, width, case, the shape of brackets.
pub(super) fn fold(header: &str) -> String {
    let mut folded = String::with_capacity(header.len());
    for c in header.chars() {
        let c = match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            c => c,
        };
        let c = match c {
            '〔' | '【' | '〖' | '[' | '{' => '(',
            '〕' | '】' | '〗' | ']' | '}' => ')',
            c => c,
        };
        let invisible = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
        let mark = matches!(c, '*' | '※' | '★' | '☆' | '●' | '▲');
        if !(c.is_whitespace() || invisible || mark) {
            folded.extend(c.to_uppercase());
        }
    }
    const MARKS: [&str; 9] = [
        "(必填)",
        "(选填)",
        "(必填项)",
        "(选填项)",
        "(非必填)",
        "(可选)",
        "(必录)",
        ":",
        "(必填项目)",
    ];
    while let Some(bare) = MARKS.iter().find_map(|mark| folded.strip_suffix(mark)) {
        folded.truncate(bare.len());
    }
    if let Some(bare) = MARKS.iter().find_map(|mark| folded.strip_prefix(mark)) {
        folded = bare.to_owned();
    }
    without_number(&folded).map_or(folded.clone(), str::to_owned)
}

/// `12.处罚类别` without its number.
fn without_number(header: &str) -> Option<&str> {
    let rest = header.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = header.len() - rest.len();
    let rest = rest.strip_prefix(['.', '、'])?;
    (matches!(digits, 1 | 2) && !rest.is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn folds_what_hands_add() {
        assert_eq!(fold(" 罚款\n金额（万元）* "), "罚款金额(万元)");
        assert_eq!(fold("cf_wsh（必填）"), "CF_WSH");
        for header in [
            "＊处罚类别",
            "【必填】处罚类别",
            "处罚类别：",
            "12、处罚类别（必填）",
            "处罚\u{3000}类别[选填]",
        ] {
            assert_eq!(fold(header), "处罚类别", "{header}");
        }
        assert_eq!(fold("2018年处罚"), "2018年处罚");
    }
}
