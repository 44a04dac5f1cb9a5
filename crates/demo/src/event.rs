//! The district's files in the order in which they came in.

use crate::{
    DemoError, Landmark, Lookup, Size, history,
    history::Filing,
    organisation,
    random::Random,
    register,
    row::{Kind, NaturalKey, Row},
    scene,
    sheet::Habits,
    tables::{self, Department},
};
use jiff::{Timestamp, ToSpan, civil::Date, tz};

/// The invented district.
#[derive(Debug)]
pub struct Demo {
    /// What came in, oldest first.
    pub events: Vec<Event>,
    /// Cases worth showing.
    pub landmarks: Vec<Landmark>,
}

/// Something handed in at a moment.
#[derive(Debug)]
pub struct Event {
    /// When. Whole seconds, strictly increasing.
    pub at: Timestamp,
    /// What.
    pub kind: EventKind,
}

/// What is handed in.
#[derive(Debug)]
pub enum EventKind {
    /// The list of departments (CSV).
    Departments {
        /// Name of the file.
        file_name: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// The register, or what changed in it (CSV).
    Register {
        /// Name of the file.
        file_name: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// One file of one department under one catalogue item.
    Batch(Batch),
}

/// One file of one department. Its bytes depend on the deployment where it replaces records,
/// since a record's number is made with the deployment's secret.
#[derive(Debug)]
pub struct Batch {
    /// The district's number for the department.
    pub department: String,
    /// Catalogue item id.
    pub item: &'static str,
    /// Name of the file.
    pub file_name: String,
    kind: Kind,
    habits: Habits,
    rows: Vec<Row>,
}

impl Batch {
    /// The file's bytes; `lookup` gives the id of a record that is replaced.
    pub fn bytes(&self, lookup: &mut Lookup<'_>) -> Vec<u8> {
        self.habits.render(self.kind, &self.rows, lookup)
    }

    /// The natural keys of its rows.
    pub(crate) fn keys(&self) -> impl Iterator<Item = NaturalKey> + '_ {
        self.rows.iter().map(Row::key)
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows.len()
    }
}

impl Demo {
    /// Invents the district as it stands at noon of `today`. The same arguments give the same
    /// files.
    ///
    /// # Errors
    /// Our own data files contradict the code.
    pub fn new(seed: u64, today: Date, size: Size) -> Result<Self, DemoError> {
        let departments = tables::departments()?;
        let trades = tables::trades()?;
        let organisations = organisation::invent(seed, today, size, &departments, &trades)?;
        let mut filings = history::invent(seed, today, size, &departments, &trades, &organisations);
        let (scenes, landmarks) = scene::play(seed, today, &departments, &trades, &organisations)?;
        filings.extend(scenes);

        let mut clock = Clock(Random::new(seed, "clock"));
        let first = today.saturating_sub(5.years()).saturating_sub(11.days());
        let mut events = vec![Event {
            at: clock.at(first, today),
            kind: EventKind::Departments {
                file_name: "部门清单.csv".to_owned(),
                bytes: department_file(&departments),
            },
        }];
        for (day, bytes) in register::files(&organisations, today) {
            let file_name = format!("组织登记名录-{}.csv", compact(day));
            events.push(Event {
                at: clock.at(day, today),
                kind: EventKind::Register { file_name, bytes },
            });
        }
        for filing in filings {
            let at = clock.at(filing.received, today);
            if let Some(batch) = batch(filing, &departments) {
                events.push(Event {
                    at,
                    kind: EventKind::Batch(batch),
                });
            }
        }
        events.sort_by_key(|e| (e.at, rank(&e.kind)));
        // Known times tell batches apart, so no two are equal.
        let mut last = Timestamp::MIN;
        for event in &mut events {
            if event.at <= last {
                event.at = last.saturating_add(1.second()).unwrap_or(last);
            }
            last = event.at;
        }
        Ok(Self { events, landmarks })
    }
}

/// On one day the departments come first, then the register, then the files.
const fn rank(kind: &EventKind) -> u8 {
    match kind {
        EventKind::Departments { .. } => 0,
        EventKind::Register { .. } => 1,
        EventKind::Batch(_) => 2,
    }
}

struct Clock(Random);

impl Clock {
    /// A moment in office hours; on the demo's own day in the morning.
    fn at(&mut self, day: Date, today: Date) -> Timestamp {
        let minutes = if day < today {
            self.0.between(0, 8 * 60)
        } else {
            self.0.between(0, 150)
        };
        let minutes = i16::try_from(minutes).unwrap_or(0) + 9 * 60;
        let hour = i8::try_from(minutes / 60).unwrap_or(9);
        let minute = i8::try_from(minutes % 60).unwrap_or(0);
        day.at(hour, minute, 0, 0)
            .to_zoned(tz::TimeZone::fixed(tz::offset(8)))
            .map_or(Timestamp::UNIX_EPOCH, |z| z.timestamp())
    }
}

fn compact(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

fn batch(filing: Filing, departments: &[Department]) -> Option<Batch> {
    let department = departments.get(filing.department)?;
    Some(Batch {
        department: department.short.clone(),
        item: filing.kind.item(),
        file_name: format!(
            "{}-{}-{}.csv",
            department.short_name(),
            filing.kind.title(),
            compact(filing.received)
        ),
        kind: filing.kind,
        habits: filing.habits,
        rows: filing.rows,
    })
}

fn department_file(departments: &[Department]) -> Vec<u8> {
    let mut text = String::from("部门编号,部门名称,统一社会信用代码,部门类别,公开的联系方式\r\n");
    for (at, d) in (1..).zip(departments) {
        text.push_str(&format!(
            "{},{},{},{},平准路{at}号；办公电话 0990-00000{at:02}（工作日 9:00—17:00，虚构）\r\n",
            d.short,
            d.name,
            d.code,
            d.kind()
        ));
    }
    text.into_bytes()
}
