//! A letter as an editable .docx file, in the form of official documents (GB/T 9704-2012): the
//! district's people finish it, print it and put the seal on it.

use docx_rs::{
    AlignmentType, Docx, LineSpacing, LineSpacingType, PageMargin, Paragraph, Run, RunFonts,
    SpecialIndentType,
};
use std::io::Cursor;

/// What a letter says.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// Name of whoever issues it.
    pub issuer: &'a str,
    /// Number; empty: room is left for one.
    pub number: &'a str,
    /// Title.
    pub title: &'a str,
    /// To whom.
    pub addressee: &'a str,
    /// Paragraphs.
    pub body: &'a [String],
    /// The day on it, in Chinese.
    pub day: &'a str,
    /// Below everything, small: by what anybody asks whether it is genuine.
    pub note: Option<&'a str>,
}

// GB/T 9704-2012, 5.1 and 5.2: A4; 37 mm above, 28 mm at the left, a page of 156 mm by 225 mm; 22
// lines of 28 characters in size 3 (16 points). In twips, of which a millimetre has 56.7.
const TOP: i32 = 2098;
const LEFT: i32 = 1587;
const RIGHT: i32 = 1474;
const BOTTOM: i32 = 1984;
const LINE: i32 = 579; // 225 mm in 22 lines
const SIGN: i32 = 320; // one character of 16 points
/// Half points: size 3, size 2, the issuer's name above, and a note.
const TEXT_SIZE: usize = 32;
const TITLE_SIZE: usize = 44;
const MARK_SIZE: usize = 56;
const NOTE_SIZE: usize = 21;

const SONG: &str = "方正小标宋简体";
const FANG: &str = "仿宋_GB2312";

fn run(text: &str, size: usize, font: &str) -> Run {
    let fonts = RunFonts::new().east_asia(font).ascii("Times New Roman");
    Run::new().add_text(text).size(size).fonts(fonts)
}

fn line() -> Paragraph {
    let spacing = LineSpacing::new()
        .line_rule(LineSpacingType::Exact)
        .line(LINE);
    Paragraph::new().line_spacing(spacing)
}

fn text(words: &str) -> Paragraph {
    line().add_run(run(words, TEXT_SIZE, FANG))
}

/// The bytes of the file.
///
/// # Errors
/// Faults of writing, which memory does not have.
pub fn docx(letter: &Letter<'_>) -> std::io::Result<Vec<u8>> {
    let centred = AlignmentType::Center;
    let right = |characters: i32| (None, None, Some(characters * SIGN), None);
    let signed = |words: &str, characters| {
        let (left, special, end, start) = right(characters);
        text(words)
            .align(AlignmentType::Right)
            .indent(left, special, end, start)
    };
    let number = match letter.number {
        "" => "〔　　　　〕　　号",
        number => number,
    };
    let mark = run(letter.issuer, MARK_SIZE, SONG).color("C00000");
    let mut file = Docx::new()
        .page_size(11_906, 16_838)
        .page_margin(
            PageMargin::new()
                .top(TOP)
                .bottom(BOTTOM)
                .left(LEFT)
                .right(RIGHT),
        )
        .add_paragraph(Paragraph::new().align(centred).add_run(mark))
        .add_paragraph(text("").align(centred))
        .add_paragraph(text(number).align(AlignmentType::Right))
        .add_paragraph(text(""))
        .add_paragraph(
            Paragraph::new()
                .align(centred)
                .add_run(run(letter.title, TITLE_SIZE, SONG)),
        )
        .add_paragraph(text(""))
        .add_paragraph(text(&format!("{}：", letter.addressee)));
    for paragraph in letter.body {
        let first = Some(SpecialIndentType::FirstLine(2 * SIGN));
        file = file.add_paragraph(text(paragraph).indent(None, first, None, None));
    }
    file = file
        .add_paragraph(text(""))
        .add_paragraph(signed(letter.issuer, 2))
        .add_paragraph(signed(letter.day, 4));
    if let Some(note) = letter.note {
        file = file
            .add_paragraph(text(""))
            .add_paragraph(line().add_run(run(note, NOTE_SIZE, FANG)));
    }
    let mut bytes = Cursor::new(Vec::new());
    file.pack(&mut bytes).map_err(std::io::Error::other)?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;
    use std::io::Read as _;

    #[test]
    fn a_letter_is_a_word_document_that_says_what_it_was_given() {
        let body = ["第一段<甲&乙>。".to_owned(), "第二段。".to_owned()];
        let bytes = docx(&Letter {
            issuer: "信衡区信用办",
            number: "衡信信用函〔2026〕1号",
            title: "关于核实信用信息异议的函",
            addressee: "信衡区住房和城乡建设局",
            body: &body,
            day: "2026年7月1日",
            note: Some("凭证编号 abcd"),
        })
        .unwrap();
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut xml = String::new();
        let mut part = zip.by_name("word/document.xml").unwrap();
        part.read_to_string(&mut xml).unwrap();
        for words in [
            "信衡区信用办",
            "衡信信用函〔2026〕1号",
            "关于核实信用信息异议的函",
            "信衡区住房和城乡建设局：",
            "第一段&lt;甲&amp;乙&gt;。",
            "2026年7月1日",
            "凭证编号 abcd",
        ] {
            assert!(xml.contains(words), "{words} is not in {xml}");
        }
    }
}
