//! How it looks: never colour alone, and nothing that a black and white print loses.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

const INK: Color = Color::RGB(0x001D_2129);
const LATE: Color = Color::RGB(0x009C_1C1C);
const SOON: Color = Color::RGB(0x007A_4B00);
const DOUBT: Color = Color::RGB(0x004B_2E83);
const DONE: Color = Color::RGB(0x001C_6B3A);
const LATE_GROUND: Color = Color::RGB(0x00FB_DEDE);
const SOON_GROUND: Color = Color::RGB(0x00FF_F0CC);
const DOUBT_GROUND: Color = Color::RGB(0x00E9_E1F7);
const HEAD_GROUND: Color = Color::RGB(0x00E4_EBF5);
const LINE: Color = Color::RGB(0x00C9_CDD4);

/// Formats in use.
pub(crate) struct Looks {
    /// A cell of the clerk's: text, whatever it looks like, so that zeros in front stay.
    pub(crate) text: Format,
    pub(crate) late: Format,
    pub(crate) soon: Format,
    /// What somebody has to read: neither right nor wrong so far.
    pub(crate) doubt: Format,
    pub(crate) head: Format,
    /// The header of a column that every row needs.
    pub(crate) head_must: Format,
    pub(crate) head_late: Format,
    pub(crate) head_soon: Format,
    /// The verdict of a row.
    pub(crate) result: Format,
    pub(crate) result_late: Format,
    pub(crate) result_soon: Format,
    pub(crate) title: Format,
    pub(crate) verdict_late: Format,
    pub(crate) verdict_soon: Format,
    pub(crate) verdict_done: Format,
    pub(crate) label: Format,
    pub(crate) plain: Format,
    /// The same over several lines.
    pub(crate) wrapped: Format,
    /// A cell of a table of ours.
    pub(crate) cell: Format,
    pub(crate) cell_late: Format,
    pub(crate) cell_soon: Format,
    pub(crate) cell_doubt: Format,
    pub(crate) link: Format,
}

impl Looks {
    pub(crate) fn new() -> Self {
        /// A spreadsheet's own number for the format of text.
        const TEXT: u8 = 49;
        let text = Format::new().set_num_format_index(TEXT).set_font_color(INK);
        let framed = |f: Format| f.set_border(FormatBorder::Thin).set_border_color(LINE);
        let fault = |ground: Color, color: Color| {
            let f = framed(text.clone());
            f.set_background_color(ground).set_font_color(color)
        };
        let head = framed(text.clone())
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::VerticalCenter)
            .set_background_color(HEAD_GROUND);
        let cell = framed(text.clone())
            .set_text_wrap()
            .set_align(FormatAlign::Top);
        let verdict = |color: Color| {
            let bold = Format::new().set_bold().set_font_size(14);
            bold.set_font_color(color)
        };
        Self {
            late: fault(LATE_GROUND, LATE),
            soon: fault(SOON_GROUND, SOON),
            doubt: fault(DOUBT_GROUND, DOUBT).set_italic(),
            head_must: head.clone().set_font_color(LATE),
            head_late: head.clone().set_background_color(LATE_GROUND),
            head_soon: head.clone().set_background_color(SOON_GROUND),
            result: text.clone().set_font_color(DONE),
            result_late: text.clone().set_bold().set_font_color(LATE),
            result_soon: text.clone().set_font_color(SOON),
            title: Format::new().set_font_size(11).set_font_color(INK),
            verdict_late: verdict(LATE),
            verdict_soon: verdict(SOON),
            verdict_done: verdict(DONE),
            label: Format::new().set_bold().set_font_color(INK),
            plain: Format::new()
                .set_font_color(INK)
                .set_align(FormatAlign::Left),
            wrapped: Format::new()
                .set_font_color(INK)
                .set_text_wrap()
                .set_align(FormatAlign::Left)
                .set_align(FormatAlign::Top),
            cell_late: cell.clone().set_bold().set_font_color(LATE),
            cell_soon: cell.clone().set_font_color(SOON),
            cell_doubt: cell.clone().set_font_color(DOUBT).set_italic(),
            link: framed(Format::new())
                .set_align(FormatAlign::Top)
                .set_font_color(Color::RGB(0x001B_4B8F))
                .set_underline(rust_xlsxwriter::FormatUnderline::Single),
            cell,
            head,
            text,
        }
    }
}

/// Width of a text in a column: a Chinese character takes two places. Lines count apart.
pub(crate) fn width(text: &str) -> usize {
    let of = |line: &str| line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    text.lines().map(of).max().unwrap_or(0)
}

/// Height of a row of so many lines, in points.
pub(crate) fn row_height(lines: usize) -> f64 {
    /// A spreadsheet's rows are no higher.
    const HIGHEST: f64 = 400.0;
    /// Chinese fonts stand higher than the usual one.
    const EACH: f64 = 16.5;
    let lines = u32::try_from(lines).map_or(HIGHEST, f64::from);
    (lines * EACH + 3.0).min(HIGHEST)
}

/// A text as a cell can hold it, and whether it was cut: 32,767 units of UTF-16.
pub(crate) fn fit(text: &str) -> (&str, bool) {
    const LONGEST: usize = 32_767;
    // No character has fewer bytes than units.
    if text.len() <= LONGEST {
        return (text, false);
    }
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > LONGEST {
            return (text.get(..at).unwrap_or_default(), true);
        }
    }
    (text, false)
}
