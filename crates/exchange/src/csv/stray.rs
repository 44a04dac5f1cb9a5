//! Marks of quotation that a writer who does not quote left at the start of a cell: all up to
//! the next one became one cell, line breaks and whole records included.

use memchr::memchr_iter;

/// Tables of fewer columns are not looked at: there a remark of two lines has as many commas
/// as a record by mere chance.
pub(super) const COLUMNS: usize = 5;

/// Where a cell of several lines stands.
pub(super) struct Place {
    /// Its column from 1.
    pub(super) column: usize,
    /// Cells of its record.
    pub(super) cells: usize,
    /// Columns of the table.
    pub(super) columns: usize,
}

/// Whether the lines of a quoted cell are the rest of one record, perhaps whole records, and the
/// beginning of another.
///
/// Told by the number of separators alone. Either a line between two line breaks has exactly
/// those of a record; or the first line has exactly those that follow this column, each line
/// between has those of a record, and the last exactly those that make up the record in hand.
/// An honest text would have to hit every one of these numbers.
pub(super) fn swallows(cell: &[u8], delimiter: u8, place: &Place) -> bool {
    let lines = lines(cell).filter(|line| !line.trim_ascii().is_empty());
    let counts: Vec<usize> = lines
        .map(|line| memchr_iter(delimiter, line).count())
        .collect();
    let [first, between @ .., last] = counts.as_slice() else {
        return false;
    };
    let whole = place.columns - 1;
    if between.contains(&whole) {
        return true;
    }
    // Cells before this one come from its own record, those behind it from the last swallowed.
    let behind = place.cells - place.column;
    let rest = place.columns.checked_sub(place.column);
    let begun = whole.checked_sub(behind);
    between.is_empty() && rest == Some(*first) && begun == Some(*last)
}

/// Number of line breaks, however they are written.
pub(super) fn line_breaks(cell: &[u8]) -> u64 {
    lines(cell).count().saturating_sub(1) as u64
}

fn lines(cell: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(cell);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(at) = memchr::memchr2(b'\n', b'\r', text) else {
            return rest.take();
        };
        let (line, behind) = text.split_at(at);
        let behind = behind.strip_prefix(b"\r\n").or_else(|| behind.get(1..));
        rest = behind;
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(cell: &str, column: usize, cells: usize) -> bool {
        let place = Place {
            column,
            cells,
            columns: 5,
        };
        swallows(cell.as_bytes(), b',', &place)
    }

    #[test]
    fn what_has_swallowed_records() {
        // From the third column to the third of the next record, and to the one after it.
        assert!(told("见附件,4,5\na,b,见附件", 3, 5));
        assert!(told("见附件,4,5\r\na,b,c,d,e\r\na,b,见附件", 3, 5));
        // Up to another column.
        assert!(told("见附件,4,5\na,b,c,见附件", 3, 4));
        // From the last column to the last.
        assert!(told("见附件\na,b,c,d,见附件", 5, 5));
        // Honest texts.
        assert!(!told("甲,乙\n丙", 3, 5));
        assert!(!told("一,二,三,四,五,六\n七,八,九", 3, 5));
        assert!(!told("一,二,三", 3, 5));
        assert!(!told("见附件\n照片", 5, 5));
    }

    #[test]
    fn line_breaks_of_every_kind() {
        assert_eq!(line_breaks(b"a\r\nb\rc\nd"), 3);
        assert_eq!(line_breaks(b"a\n"), 1);
        assert_eq!(line_breaks(b""), 0);
    }
}
