//! How a spreadsheet calls its cells: `C3`. Page, workbook and lists say the same.

/// Letters of a column, from 1: `A`, `Z`, `AA`.
#[must_use]
pub fn letters(mut column: u32) -> String {
    let mut letters = String::new();
    while let Some(rest) = column.checked_sub(1) {
        letters.insert(0, char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        column = rest / 26;
    }
    letters
}

/// Name of a cell by its column and row, from 1.
#[must_use]
pub fn cell_name(column: u32, row: u64) -> String {
    format!("{}{row}", letters(column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_called_as_in_the_workbook() {
        let places = [
            (1, "A3"),
            (26, "Z3"),
            (27, "AA3"),
            (702, "ZZ3"),
            (703, "AAA3"),
        ];
        for (column, name) in places {
            assert_eq!(cell_name(column, 3), name);
        }
    }
}
