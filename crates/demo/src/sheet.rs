//! Rows as a file: every department has its habits of headers, order, dates and encoding.

use crate::{
    columns::Column,
    random::Random,
    row::{Kind, NaturalKey, Row},
};

/// A department's habits.
#[derive(Debug, Clone)]
pub(crate) struct Habits {
    /// Headers are column codes instead of Chinese names.
    codes: bool,
    /// Columns stand in an order of the department's own.
    shuffled: bool,
    dates: Dates,
    encoding: Encoding,
    /// Carries a column that no standard knows.
    extra: Option<&'static str>,
    /// Leaves out the columns it has nothing for.
    lean: bool,
    seed: u64,
}

#[derive(Debug, Clone, Copy)]
enum Dates {
    Dashes,
    Slashes,
    Chinese,
}

#[derive(Debug, Clone, Copy)]
enum Encoding {
    Utf8,
    Utf8Mark,
    Gb18030,
}

/// Asks the deployment for the id of a record.
pub type Lookup<'a> = dyn FnMut(&NaturalKey) -> Option<String> + 'a;

impl Habits {
    pub(crate) fn of(random: &mut Random) -> Self {
        Self {
            codes: random.permille(350),
            shuffled: random.permille(300),
            dates: match random.below(4) {
                0 => Dates::Slashes,
                1 => Dates::Chinese,
                _ => Dates::Dashes,
            },
            encoding: match random.below(6) {
                0 => Encoding::Gb18030,
                1 => Encoding::Utf8Mark,
                _ => Encoding::Utf8,
            },
            extra: match random.below(6) {
                0 => Some("内部流水号"),
                1 => Some("案件来源"),
                _ => None,
            },
            lean: random.permille(700),
            seed: random.next(),
        }
    }

    /// Plain UTF-8 with Chinese headers in the standard's order.
    pub(crate) const fn plain() -> Self {
        Self {
            codes: false,
            shuffled: false,
            dates: Dates::Dashes,
            encoding: Encoding::Utf8,
            extra: None,
            lean: true,
            seed: 0,
        }
    }

    /// The file's bytes. Ids of replaced records are asked for here, since they depend on the
    /// deployment's secret; a record nobody knows leaves its cell empty.
    pub(crate) fn render(&self, kind: Kind, rows: &[Row], lookup: &mut Lookup<'_>) -> Vec<u8> {
        let mut columns: Vec<&Column> = kind
            .columns()
            .iter()
            .filter(|c| !c.optional || !self.lean || rows.iter().any(|r| filled(r, c.id)))
            .collect();
        if self.shuffled {
            let mut random = Random::new(self.seed, "columns");
            for i in (1..columns.len()).rev() {
                columns.swap(i, random.below(i + 1));
            }
        }
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::new());
        let mut header: Vec<&str> = columns
            .iter()
            .map(|c| if self.codes { c.id } else { c.name })
            .collect();
        header.extend(self.extra);
        // Writing to memory cannot fail, and every record has the header's length.
        let _ = writer.write_record(&header);
        let mut random = Random::new(self.seed, "extra");
        for row in rows {
            let replaced = row.replaces.as_ref().and_then(&mut *lookup);
            let mut record: Vec<String> = columns
                .iter()
                .map(|c| match (c.id, &replaced) {
                    ("XH_THJL", Some(id)) => id.clone(),
                    _ => self.cell(row.get(c.id)),
                })
                .collect();
            record.extend(self.extra.map(|_| format!("N{:05}", random.below(99_999))));
            let _ = writer.write_record(&record);
        }
        let text = writer.into_inner().unwrap_or_default();
        match self.encoding {
            Encoding::Utf8 => text,
            Encoding::Utf8Mark => [b"\xef\xbb\xbf".as_slice(), &text].concat(),
            Encoding::Gb18030 => encoding_rs::GB18030
                .encode(&String::from_utf8_lossy(&text))
                .0
                .into_owned(),
        }
    }

    /// A value as this department writes it: only dates differ.
    fn cell(&self, value: &str) -> String {
        let day = (value.len() == 10)
            .then(|| value.parse::<jiff::civil::Date>().ok())
            .flatten();
        let Some(day) = day else {
            return value.to_owned();
        };
        match self.dates {
            Dates::Dashes => value.to_owned(),
            Dates::Slashes => format!("{}/{:02}/{:02}", day.year(), day.month(), day.day()),
            Dates::Chinese => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        }
    }
}

fn filled(row: &Row, column: &str) -> bool {
    !row.get(column).is_empty() || column == "XH_THJL" && row.replaces.is_some()
}
