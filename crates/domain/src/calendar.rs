//! Working days (工作日): statutory holidays and make-up days as announced, and as known on a
//! given day.
//!
//! Nothing of the law stands here; the days come from `rulebook/calendars/`:
//!
//! ```toml
//! # rulebook/calendars/2019.toml, read as `CalendarYear`
//! year = 2019
//!
//! [[edition]]                       # in the order in which they became known
//! id = "2019.1"                     # stored with every deadline that rests on it
//! notice = "国务院办公厅关于2019年部分节假日安排的通知"
//! known_from = "2018-12-06T00:00:00+08:00"
//! off = [{ from = "2019-01-01", to = "2019-01-01", name = "元旦" }]  # the whole year, each time
//! work = ["2019-02-02"]             # weekend days on which people work
//! basis = [{ source = "holidays-2019" }]
//! ```
//!
//! ```toml
//! # rulebook/calendars/provisional.toml, read as `Provisional`
//! [[rule]]
//! from_year = 2025
//! known_from = "2024-11-12T00:00:00+08:00"
//! off = ["01-01", "05-01"]          # holidays fixed by the solar calendar
//! basis = [{ source = "holiday-measures-2024" }]
//! ```

use crate::basis::Basis;
use jiff::{
    Timestamp,
    civil::{Date, Weekday},
    tz::{TimeZone, offset},
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The civil day in Asia/Shanghai at a moment.
#[must_use]
pub fn civil_day(at: Timestamp) -> Date {
    // China has kept one offset without daylight saving since 1992.
    at.to_zoned(TimeZone::fixed(offset(8))).date()
}

/// The calendar of one year in all its editions (`rulebook/calendars/<year>.toml`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarYear {
    /// The year.
    pub year: i16,
    /// What was announced, and when; each edition states the whole year.
    #[serde(rename = "edition")]
    pub editions: Vec<CalendarEdition>,
}

/// What was known of a year from a moment on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarEdition {
    /// Id, e.g. `2019.2`.
    pub id: String,
    /// Title of the notice.
    pub notice: String,
    /// When it was published.
    pub known_from: Timestamp,
    /// Days off; may contain weekends.
    pub off: Vec<DaysOff>,
    /// Weekend days on which people work.
    #[serde(default)]
    pub work: Vec<Date>,
    /// Source.
    pub basis: Vec<Basis>,
}

/// A run of days off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DaysOff {
    /// First day.
    pub from: Date,
    /// Last day, inclusive.
    pub to: Date,
    /// The holiday, in Chinese.
    #[serde(default)]
    pub name: Option<String>,
}

/// What holds for a year that nobody has announced yet (`rulebook/calendars/provisional.toml`).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provisional {
    /// By year and knowledge; the last one that applies is used.
    #[serde(default, rename = "rule")]
    pub rules: Vec<ProvisionalRule>,
}

/// The holidays of a year that can be known without a notice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvisionalRule {
    /// First year it holds for.
    pub from_year: i16,
    /// When the rule was published.
    pub known_from: Timestamp,
    /// Days off, month and day.
    pub off: Vec<MonthDay>,
    /// Source.
    pub basis: Vec<Basis>,
}

/// A day of any year, written `MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MonthDay {
    /// 1 to 12.
    pub month: i8,
    /// From 1.
    pub day: i8,
}

impl TryFrom<String> for MonthDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        // A leap year, so that 02-29 is a day.
        format!("2024-{text}")
            .parse::<Date>()
            .map(|d| Self {
                month: d.month(),
                day: d.day(),
            })
            .map_err(|_| format!("“{text}”不是 MM-DD 形式的日期"))
    }
}

impl From<MonthDay> for String {
    fn from(d: MonthDay) -> Self {
        format!("{:02}-{:02}", d.month, d.day)
    }
}

/// From which day the count runs (parameter `count_start`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountStart {
    /// The day itself is day 0; the next working day is day 1.
    #[default]
    NextDay,
    /// The day itself, or the first working day after it, is day 1.
    SameDay,
}

/// The last day of a period of working days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deadline<'a> {
    /// Last day, inclusive.
    pub date: Date,
    /// Rests on a year that is not announced yet; to be computed again when it is.
    pub provisional: bool,
    /// Editions used, e.g. `2026.1` or `2025.1+2026.1`.
    pub calendar: Cow<'a, str>,
}

/// No working day can be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// Before the first year on record.
    #[error("{date} 早于工作日历的起始年份（{first_year} 年），无法计算工作日")]
    BeforeFirst {
        /// The day asked for.
        date: Date,
        /// First year on record.
        first_year: i16,
    },
    /// Beyond the year after the last announced one.
    #[error(
        "{year} 年的放假安排尚未公布，无法计算工作日；待《国务院办公厅关于{year}年部分节假日安排的通知》发布后补录"
    )]
    NotAnnounced {
        /// The year whose notice is awaited.
        year: i16,
    },
    /// No calendar was known at that time.
    #[error("在 {known_at} 尚无已公布的工作日历")]
    NothingKnown {
        /// The moment asked for.
        known_at: Timestamp,
    },
}

/// Faulty calendar files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarDataError {
    /// No year, or no edition of a year.
    #[error("工作日历为空：{0}")]
    Empty(String),
    /// A year is missing, or there twice.
    #[error("工作日历的年份应当连续且不重复：{0} 年之后是 {1} 年")]
    YearsNotContiguous(i16, i16),
    /// A day that does not fit.
    #[error("工作日历 {edition}：{date} {fault}")]
    Day {
        /// The edition's id.
        edition: String,
        /// The day.
        date: Date,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// The edition as such.
    #[error("工作日历 {edition}：{fault}")]
    Edition {
        /// Its id.
        edition: String,
        /// What is wrong with it.
        fault: &'static str,
    },
}

/// All calendars, by the moment they became known.
#[derive(Debug, Clone)]
pub struct CalendarSet {
    /// Ascending; never empty.
    states: Vec<(Timestamp, Calendar)>,
}

impl CalendarSet {
    /// Checks the files and lays out every state of knowledge.
    ///
    /// # Errors
    /// A year is missing, or a day does not fit its year, its range or the week.
    pub fn new(
        mut years: Vec<CalendarYear>,
        provisional: &Provisional,
    ) -> Result<Self, CalendarDataError> {
        years.sort_by_key(|y| y.year);
        for pair in years.windows(2) {
            if let [a, b] = pair
                && b.year != a.year + 1
            {
                return Err(CalendarDataError::YearsNotContiguous(a.year, b.year));
            }
        }
        let mut ids = std::collections::BTreeSet::new();
        for year in &years {
            year.check()?;
            for edition in &year.editions {
                if !ids.insert(edition.id.as_str()) {
                    return Err(edition.fault("编号重复"));
                }
            }
        }
        let mut moments: Vec<Timestamp> = years
            .iter()
            .flat_map(|y| &y.editions)
            .map(|e| e.known_from)
            .chain(provisional.rules.iter().map(|r| r.known_from))
            .collect();
        moments.sort_unstable();
        moments.dedup();
        let states: Vec<_> = moments
            .into_iter()
            .filter_map(|at| Some((at, Calendar::build(&years, provisional, at)?)))
            .collect();
        if states.is_empty() {
            return Err(CalendarDataError::Empty("没有任何年份".to_owned()));
        }
        Ok(Self { states })
    }

    /// The calendar as it was known at a moment.
    ///
    /// # Errors
    /// Nothing was known then.
    pub fn at(&self, known_at: Timestamp) -> Result<&Calendar, CalendarError> {
        self.states
            .partition_point(|(from, _)| *from <= known_at)
            .checked_sub(1)
            .and_then(|i| self.states.get(i))
            .map(|(_, calendar)| calendar)
            .ok_or(CalendarError::NothingKnown { known_at })
    }

    /// The moments at which knowledge changed, ascending.
    pub fn moments(&self) -> impl Iterator<Item = Timestamp> + '_ {
        self.states.iter().map(|(at, _)| *at)
    }
}

impl CalendarYear {
    fn check(&self) -> Result<(), CalendarDataError> {
        if self.editions.is_empty() {
            return Err(CalendarDataError::Empty(format!("{} 年", self.year)));
        }
        for pair in self.editions.windows(2) {
            if let [a, b] = pair
                && b.known_from <= a.known_from
            {
                return Err(b.fault("应当按公布时间先后排列"));
            }
        }
        self.editions.iter().try_for_each(|e| e.check(self.year))
    }
}

impl CalendarEdition {
    fn fault(&self, fault: &'static str) -> CalendarDataError {
        CalendarDataError::Edition {
            edition: self.id.clone(),
            fault,
        }
    }

    fn check(&self, year: i16) -> Result<(), CalendarDataError> {
        let day_fault = |date, fault| CalendarDataError::Day {
            edition: self.id.clone(),
            date,
            fault,
        };
        if self.basis.is_empty() {
            return Err(self.fault("没有依据"));
        }
        for (i, run) in self.off.iter().enumerate() {
            if run.from.year() != year || run.to.year() != year {
                return Err(day_fault(run.from, "不在该年度内"));
            }
            if run.to < run.from {
                return Err(day_fault(run.from, "晚于本段放假的最后一日"));
            }
            let overlaps = |o: &DaysOff| o.from <= run.to && run.from <= o.to;
            if self.off.iter().skip(i + 1).any(overlaps) {
                return Err(day_fault(run.from, "与另一段放假重叠"));
            }
        }
        for (i, &day) in self.work.iter().enumerate() {
            if day.year() != year {
                return Err(day_fault(day, "不在该年度内"));
            }
            if !is_weekend(day) {
                return Err(day_fault(day, "本来就是工作日，不能列为调休上班日"));
            }
            if self.is_off(day) {
                return Err(day_fault(day, "既列为放假又列为上班"));
            }
            if self.work.iter().skip(i + 1).any(|&d| d == day) {
                return Err(day_fault(day, "重复列出"));
            }
        }
        Ok(())
    }

    fn is_off(&self, day: Date) -> bool {
        self.off.iter().any(|r| r.from <= day && day <= r.to)
    }
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Working days as known at one moment. Every answer is two look-ups: how many working days up
/// to a day, and which day is the nth.
#[derive(Debug, Clone)]
pub struct Calendar {
    first_year: i16,
    /// Last year that was announced; one more may follow provisionally.
    announced: i16,
    /// By year from the first.
    years: Vec<YearSpan>,
    /// By day from the first: working days up to and with it.
    rank: Vec<u32>,
    /// The working days in order.
    select: Vec<Date>,
}

#[derive(Debug, Clone)]
struct YearSpan {
    /// Index of the day before its 1 January, plus one.
    start: usize,
    edition: String,
    /// This year's and the next year's edition, joined.
    with_next: String,
}

impl Calendar {
    /// `None` where nothing of any year was known.
    fn build(years: &[CalendarYear], provisional: &Provisional, at: Timestamp) -> Option<Self> {
        let known: Vec<_> = years
            .iter()
            .map_while(|y| {
                let edition = y.editions.iter().rfind(|e| e.known_from <= at)?;
                Some((y.year, edition))
            })
            .collect();
        let first_year = known.first()?.0;
        let announced = known.last()?.0;
        let mut calendar = Self {
            first_year,
            announced,
            years: Vec::new(),
            rank: Vec::new(),
            select: Vec::new(),
        };
        for (year, edition) in known {
            calendar.push_year(year, edition.id.clone(), |day| {
                edition.work.contains(&day) || !is_weekend(day) && !edition.is_off(day)
            });
        }
        let next = announced + 1;
        let rule = provisional
            .rules
            .iter()
            .filter(|r| r.from_year <= next && r.known_from <= at)
            .max_by_key(|r| (r.from_year, r.known_from));
        if let Some(rule) = rule {
            calendar.push_year(next, format!("{next}.provisional"), |day| {
                let off = |d: &MonthDay| d.month == day.month() && d.day == day.day();
                !is_weekend(day) && !rule.off.iter().any(off)
            });
        }
        let editions: Vec<_> = calendar.years.iter().map(|y| y.edition.clone()).collect();
        for (span, next) in calendar.years.iter_mut().zip(editions.iter().skip(1)) {
            span.with_next = format!("{}+{next}", span.edition);
        }
        Some(calendar)
    }

    fn push_year(&mut self, year: i16, edition: String, works: impl Fn(Date) -> bool) {
        let start = self.rank.len();
        let Ok(first) = Date::new(year, 1, 1) else {
            return;
        };
        let mut next = Some(first);
        while let Some(day) = next.filter(|d| d.year() == year) {
            if works(day) {
                self.select.push(day);
            }
            self.rank
                .push(u32::try_from(self.select.len()).unwrap_or(u32::MAX));
            next = day.tomorrow().ok();
        }
        self.years.push(YearSpan {
            start,
            with_next: edition.clone(),
            edition,
        });
    }

    /// First year on record.
    #[must_use]
    pub const fn first_year(&self) -> i16 {
        self.first_year
    }

    /// Last year that was announced. Operators are warned before it ends.
    #[must_use]
    pub const fn announced_year(&self) -> i16 {
        self.announced
    }

    /// Edition used for a year, e.g. `2019.2`.
    #[must_use]
    pub fn edition(&self, year: i16) -> Option<&str> {
        self.span(year).map(|span| span.edition.as_str())
    }

    /// Whether people work on this day.
    ///
    /// # Errors
    /// The year is not on record.
    pub fn is_working_day(&self, day: Date) -> Result<bool, CalendarError> {
        let i = self.index(day)?;
        Ok(self.rank_at(i) > self.rank_before(i))
    }

    /// Working days after `from`, up to and with `to`; negative where `to` is earlier.
    ///
    /// # Errors
    /// A year is not on record.
    pub fn working_days_between(&self, from: Date, to: Date) -> Result<i64, CalendarError> {
        let (from, to) = (self.index(from)?, self.index(to)?);
        Ok(i64::from(self.rank_at(to)) - i64::from(self.rank_at(from)))
    }

    /// Number of working days of a year.
    #[must_use]
    pub fn working_days_in(&self, year: i16) -> Option<u32> {
        let start = self.span(year)?.start;
        let end = self
            .span(year + 1)
            .map_or(self.rank.len(), |next| next.start);
        Some(self.rank_before(end) - self.rank_before(start))
    }

    /// The last day of a period of `days` working days counted from the day after `date`.
    ///
    /// # Errors
    /// A year the count runs through is not on record.
    pub fn deadline(&self, date: Date, days: u32) -> Result<Deadline<'_>, CalendarError> {
        self.deadline_from(date, days, CountStart::NextDay)
    }

    /// The same with the starting day as a parameter. Zero days end on `date` itself.
    ///
    /// # Errors
    /// A year the count runs through is not on record.
    pub fn deadline_from(
        &self,
        date: Date,
        days: u32,
        start: CountStart,
    ) -> Result<Deadline<'_>, CalendarError> {
        let i = self.index(date)?;
        let before = match start {
            CountStart::NextDay => self.rank_at(i),
            CountStart::SameDay => self.rank_before(i),
        };
        let end = match days.checked_sub(1) {
            None => date,
            Some(more) => *self.select.get(before as usize + more as usize).ok_or(
                CalendarError::NotAnnounced {
                    year: self.first_missing_year(),
                },
            )?,
        };
        Ok(Deadline {
            date: end,
            provisional: end.year() > self.announced,
            calendar: self.editions_between(date.year(), end.year()),
        })
    }

    fn editions_between(&self, first: i16, last: i16) -> Cow<'_, str> {
        let Some(span) = self.span(first) else {
            return Cow::Borrowed("");
        };
        match last - first {
            0 => Cow::Borrowed(&span.edition),
            1 => Cow::Borrowed(&span.with_next),
            _ => Cow::Owned(
                (first..=last)
                    .filter_map(|year| self.edition(year))
                    .collect::<Vec<_>>()
                    .join("+"),
            ),
        }
    }

    fn first_missing_year(&self) -> i16 {
        i16::try_from(self.years.len()).map_or(i16::MAX, |n| self.first_year.saturating_add(n))
    }

    fn span(&self, year: i16) -> Option<&YearSpan> {
        let offset = usize::try_from(i32::from(year) - i32::from(self.first_year)).ok()?;
        self.years.get(offset)
    }

    #[inline]
    fn index(&self, day: Date) -> Result<usize, CalendarError> {
        let span = self.span(day.year()).ok_or_else(|| self.missing(day))?;
        Ok(span.start + usize::try_from(day.day_of_year()).unwrap_or(1) - 1)
    }

    #[cold]
    fn missing(&self, date: Date) -> CalendarError {
        if date.year() < self.first_year {
            CalendarError::BeforeFirst {
                date,
                first_year: self.first_year,
            }
        } else {
            CalendarError::NotAnnounced { year: date.year() }
        }
    }

    #[inline]
    fn rank_at(&self, i: usize) -> u32 {
        self.rank.get(i).copied().unwrap_or(0)
    }

    #[inline]
    fn rank_before(&self, i: usize) -> u32 {
        i.checked_sub(1).map_or(0, |i| self.rank_at(i))
    }
}

#[cfg(test)]
#[path = "calendar_tests.rs"]
mod tests;
