//! Spellings that are safe to read, said once for a column: how many cells, the first row, the
//! value there and how it was read. A warning at each cell would bury a clerk whose system writes
//! every date with dots.

use super::{
    builtin::Builtin,
    report::{Code, Found},
    row::Row,
    state::View,
};
use xinheng_domain::{
    amount::Fen,
    compatibility::{is_compatibility, unified, unify},
    finding::{Finding, Severity},
    redact,
};

/// What was read although it is written otherwise than the standard has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    DateDots,
    DateWords,
    DateCompact,
    DateWide,
    DateTimed,
    DateSpaced,
    AmountCommas,
    AmountWide,
    AmountZeros,
    NameBlank,
    NumberBlank,
    CodedWide,
    CodedSeparator,
    CodedTwice,
    TextCompatibility,
}

impl Spelling {
    const ALL: [Self; 15] = [
        Self::DateDots,
        Self::DateWords,
        Self::DateCompact,
        Self::DateWide,
        Self::DateTimed,
        Self::DateSpaced,
        Self::AmountCommas,
        Self::AmountWide,
        Self::AmountZeros,
        Self::NameBlank,
        Self::NumberBlank,
        Self::CodedWide,
        Self::CodedSeparator,
        Self::CodedTwice,
        Self::TextCompatibility,
    ];

    /// What so many cells are.
    const fn title(self) -> &'static str {
        match self {
            Self::DateDots => "用点号或者顿号分隔年月日",
            Self::DateWords => "写作“年月日”",
            Self::DateCompact => "写作八位数字",
            Self::DateWide => "含有全角数字或者符号",
            Self::DateTimed => "带有时间",
            Self::DateSpaced => "中间有空格",
            Self::AmountCommas => "含有千分位逗号",
            Self::AmountWide | Self::CodedWide => "含有全角字符",
            Self::AmountZeros => "前面有多余的0",
            Self::NameBlank | Self::NumberBlank => "含有空格",
            Self::CodedSeparator => "没有用顿号分隔各值",
            Self::CodedTwice => "同一个值填了不止一次",
            Self::TextCompatibility => "含有部首或者兼容汉字",
        }
    }

    const fn builtin(self) -> Builtin {
        match self {
            Self::DateDots
            | Self::DateWords
            | Self::DateCompact
            | Self::DateWide
            | Self::DateTimed
            | Self::DateSpaced => Builtin::SpellingDate,
            Self::AmountCommas | Self::AmountWide | Self::AmountZeros => Builtin::SpellingAmount,
            Self::NameBlank => Builtin::SpellingName,
            Self::NumberBlank => Builtin::SpellingNumber,
            Self::CodedWide | Self::CodedSeparator | Self::CodedTwice => Builtin::SpellingCoded,
            Self::TextCompatibility => Builtin::SpellingText,
        }
    }

    const fn expected(self) -> Option<&'static str> {
        match self.builtin() {
            Builtin::SpellingDate => Some("YYYY-MM-DD或者YYYY/MM/DD"),
            Builtin::SpellingAmount => Some("不带逗号的半角数字，单位是万元"),
            Builtin::SpellingCoded => Some("代码表中的名称，有几项的用顿号分开"),
            _ => None,
        }
    }
}

/// The cells of a file that were read so, by field and spelling.
#[derive(Debug, Default)]
pub(super) struct Spellings {
    tallies: Vec<Tally>,
}

#[derive(Debug, Default, Clone)]
struct Tally {
    cells: u64,
    /// Line or spreadsheet row of the first cell.
    first: u64,
    /// Some cell may be a person's, and nobody knows.
    doubtful: bool,
    example: Option<Example>,
}

/// The first cell that may be shown.
#[derive(Debug, Clone)]
struct Example {
    row: u64,
    value: String,
    /// How it was read, where that is all that is to be written instead.
    read: Option<String>,
    sentence: String,
}

/// Whether a cell may be shown as an example, and its value kept with the batch (I6).
#[derive(Debug, Clone, Copy)]
pub(super) enum Told {
    /// Its row is no person's.
    Shown {
        /// Nothing else is found in the cell.
        alone: bool,
    },
    /// Its row is a person's.
    Person,
    /// Its row is refused, and may be a person's.
    Doubtful,
}

impl Spellings {
    /// Counts a cell. `column` is its place in the row.
    pub(super) fn count(
        &mut self,
        (field, spelling): (usize, Spelling),
        column: usize,
        (row, view): (&Row<'_>, &View<'_>),
        told: Told,
    ) {
        let place = field * Spelling::ALL.len() + spelling as usize;
        if self.tallies.len() <= place {
            let fields = view.state.norm.len().max(field + 1);
            let places = fields * Spelling::ALL.len();
            self.tallies.resize(places, Tally::default());
        }
        let Some(tally) = self.tallies.get_mut(place) else {
            return;
        };
        tally.cells += 1;
        if tally.cells == 1 {
            tally.first = row.sheet_row();
        }
        tally.doubtful |= matches!(told, Told::Doubtful);
        if let Told::Shown { alone } = told
            && tally.example.is_none()
        {
            let mut example = Example::new(spelling, row, row.cell(column), view, field);
            // A name without its blanks is no name to suggest where it has other faults.
            if spelling == Spelling::NameBlank && !alone {
                example.read = None;
            }
            tally.example = Some(example);
        }
    }

    /// What is to be said, with the column of each field in the file.
    pub(super) fn found(&self, column_of: impl Fn(usize) -> Option<u32>) -> Vec<Found> {
        let mut all = Vec::new();
        for (field, tallies) in self.tallies.chunks(Spelling::ALL.len()).enumerate() {
            let met = Spelling::ALL.iter().zip(tallies);
            for (spelling, tally) in met.filter(|(_, tally)| tally.cells > 0) {
                let mut found = Found::new(Code::from(spelling.builtin()), Severity::Warn)
                    .field(field)
                    .other(tally.sentence(*spelling));
                found.column = column_of(field).unwrap_or_default();
                found.expected = spelling.expected().map(str::to_owned);
                match &tally.example {
                    Some(example) => {
                        found.value.clone_from(&example.value);
                        found.suggestion.clone_from(&example.read);
                    }
                    None => {
                        let [person, doubtful] = Finding::NOT_SHOWN;
                        let said = if tally.doubtful { doubtful } else { person };
                        said.clone_into(&mut found.value);
                    }
                }
                all.push(found);
            }
        }
        all
    }
}

impl Tally {
    fn sentence(&self, spelling: Spelling) -> String {
        let (cells, first, title) = (self.cells, self.first, spelling.title());
        let start = format!("{cells}格{title}，第一处在第{first}行");
        match &self.example {
            Some(example) if example.row == first => format!("{start}：{}", example.sentence),
            Some(example) => format!("{start}；例如第{}行：{}", example.row, example.sentence),
            None => start,
        }
    }
}

impl Example {
    fn new(spelling: Spelling, row: &Row<'_>, raw: &str, view: &View<'_>, field: usize) -> Self {
        let value = redact::mask_identity_numbers(raw).into_owned();
        let read = match spelling.builtin() {
            Builtin::SpellingAmount => {
                let fen = view.state.fens.get(field).copied().flatten();
                fen.map(|fen| Fen(fen).wan().replace("万元", ""))
            }
            Builtin::SpellingText => unify(&value),
            _ => {
                let read = view.get(field).map(redact::mask_identity_numbers);
                read.map(std::borrow::Cow::into_owned)
            }
        };
        let sentence = if spelling == Spelling::TextCompatibility {
            let odd = value.chars().find(|c| is_compatibility(*c));
            match (odd, odd.and_then(unified)) {
                (Some(odd), Some(meant)) => {
                    let point = u32::from(odd);
                    format!("其中的“{odd}”（字符编码U+{point:04X}）不是汉字“{meant}”")
                }
                (Some(odd), None) => format!("其中的“{odd}”是部首"),
                (None, _) => String::new(),
            }
        } else {
            let read = read.as_deref().unwrap_or_default();
            format!("“{}”读作“{}”", shortened(&value), shortened(read))
        };
        Self {
            row: row.sheet_row(),
            value,
            read,
            sentence,
        }
    }
}

fn shortened(value: &str) -> String {
    const SHOWN: usize = 40;
    match value.char_indices().nth(SHOWN) {
        Some((cut, _)) => format!("{}…", value.get(..cut).unwrap_or_default()),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_has_its_place() {
        for (place, spelling) in Spelling::ALL.iter().enumerate() {
            assert_eq!(place, *spelling as usize);
        }
    }
}
