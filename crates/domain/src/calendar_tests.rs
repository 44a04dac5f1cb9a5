#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use super::*;
use jiff::civil::date;

fn year(text: &str) -> CalendarYear {
    toml::from_str(text).unwrap()
}

fn files() -> Vec<CalendarYear> {
    macro_rules! load {
        ($($year:literal)*) => {
            vec![$(year(include_str!(concat!("../../../rulebook/calendars/", $year, ".toml")))),*]
        };
    }
    load!(2016 2017 2018 2019 2020 2021 2022 2023 2024 2025 2026)
}

fn provisional() -> Provisional {
    toml::from_str(include_str!("../../../rulebook/calendars/provisional.toml")).unwrap()
}

fn set() -> CalendarSet {
    CalendarSet::new(files(), &provisional()).unwrap()
}

fn known(set: &CalendarSet, day: &str) -> Calendar {
    set.at(format!("{day}T12:00:00+08:00").parse().unwrap())
        .unwrap()
        .clone()
}

fn now() -> Calendar {
    known(&set(), "2026-11-22")
}

#[test]
fn deadlines_across_holidays() {
    let calendar = now();
    let table = [
        ("2025-01-24", "2025-02-05", "2025-02-10", "2025-02-13"),
        ("2025-09-25", "2025-09-29", "2025-10-11", "2025-10-15"),
        ("2025-09-30", "2025-10-11", "2025-10-16", "2025-10-21"),
        ("2026-01-01", "2026-01-06", "2026-01-12", "2026-01-15"),
        ("2026-02-10", "2026-02-13", "2026-02-26", "2026-03-02"),
        ("2026-02-13", "2026-02-25", "2026-03-02", "2026-03-05"),
        ("2026-04-30", "2026-05-08", "2026-05-13", "2026-05-18"),
        ("2026-09-18", "2026-09-22", "2026-09-29", "2026-10-09"),
        ("2026-09-30", "2026-10-10", "2026-10-15", "2026-10-20"),
    ];
    for (decided, three, seven, ten) in table {
        for (days, expected) in [(3, three), (7, seven), (10, ten)] {
            let answer = calendar.deadline(decided.parse().unwrap(), days).unwrap();
            assert_eq!(answer.date.to_string(), expected, "{decided} + {days}");
            assert!(!answer.provisional);
        }
    }
}

#[test]
fn working_days_of_each_year() {
    let calendar = now();
    let totals = [250, 249, 250, 250, 249, 250, 249, 249, 251, 248, 248];
    for (year, total) in (2016..).zip(totals) {
        assert_eq!(calendar.working_days_in(year), Some(total), "{year}");
    }
}

#[test]
fn same_day_counts_the_day_itself_where_people_work() {
    let calendar = now();
    let from = |day: &str, n, start| {
        calendar
            .deadline_from(day.parse().unwrap(), n, start)
            .unwrap()
            .date
            .to_string()
    };
    // A Friday, and a Saturday.
    assert_eq!(from("2026-03-06", 1, CountStart::SameDay), "2026-03-06");
    assert_eq!(from("2026-03-06", 1, CountStart::NextDay), "2026-03-09");
    assert_eq!(from("2026-03-07", 1, CountStart::SameDay), "2026-03-09");
    assert_eq!(from("2026-03-07", 0, CountStart::SameDay), "2026-03-07");
}

#[test]
fn may_day_2019_was_changed_afterwards() {
    let set = set();
    let (before, after) = (known(&set, "2019-03-21"), known(&set, "2019-03-22"));
    let decided = date(2019, 4, 26);
    let old = before.deadline(decided, 3).unwrap();
    assert_eq!(
        (old.date, old.calendar.as_ref()),
        (date(2019, 5, 2), "2019.1")
    );
    let new = after.deadline(decided, 3).unwrap();
    assert_eq!(
        (new.date, new.calendar.as_ref()),
        (date(2019, 4, 30), "2019.2")
    );
    assert!(!before.is_working_day(date(2019, 4, 28)).unwrap());
    assert!(after.is_working_day(date(2019, 5, 5)).unwrap());
    assert!(!after.is_working_day(date(2019, 5, 3)).unwrap());
}

#[test]
fn spring_festival_2020_was_prolonged() {
    let set = set();
    let (before, after) = (known(&set, "2020-01-26"), known(&set, "2020-01-27"));
    let decided = date(2020, 1, 23);
    assert_eq!(before.deadline(decided, 1).unwrap().date, date(2020, 1, 31));
    assert_eq!(after.deadline(decided, 1).unwrap().date, date(2020, 2, 3));
    assert!(before.is_working_day(date(2020, 2, 1)).unwrap());
    assert!(!after.is_working_day(date(2020, 2, 1)).unwrap());
}

#[test]
fn the_notice_for_2019_moved_a_day_of_2018() {
    let set = set();
    let (before, after) = (known(&set, "2018-12-05"), known(&set, "2018-12-06"));
    assert!(before.is_working_day(date(2018, 12, 31)).unwrap());
    assert!(after.is_working_day(date(2018, 12, 29)).unwrap());
    assert!(!after.is_working_day(date(2018, 12, 31)).unwrap());
    assert_eq!(after.edition(2018), Some("2018.2"));
}

#[test]
fn the_first_unannounced_year_is_provisional_and_the_next_an_error() {
    let calendar = now();
    let answer = calendar.deadline(date(2026, 12, 28), 7).unwrap();
    assert_eq!(answer.date, date(2027, 1, 7));
    assert!(answer.provisional);
    assert_eq!(answer.calendar, "2026.1+2027.provisional");
    // Ends before the turn of the year.
    assert!(
        !calendar
            .deadline(date(2026, 12, 28), 3)
            .unwrap()
            .provisional
    );
    assert_eq!(
        calendar.deadline(date(2027, 12, 31), 1),
        Err(CalendarError::NotAnnounced { year: 2028 })
    );
    let error = calendar.deadline(date(2028, 1, 3), 7).unwrap_err();
    assert!(error.to_string().contains("2028年部分节假日安排的通知"));
}

#[test]
fn before_the_first_year_is_an_error() {
    let error = now().deadline(date(2015, 12, 31), 7).unwrap_err();
    assert_eq!(
        error,
        CalendarError::BeforeFirst {
            date: date(2015, 12, 31),
            first_year: 2016
        }
    );
    let long_ago = "2015-01-01T00:00:00Z".parse().unwrap();
    assert!(matches!(
        set().at(long_ago),
        Err(CalendarError::NothingKnown { .. })
    ));
}

#[test]
fn long_periods_name_every_edition() {
    let answer = now();
    let answer = answer.deadline(date(2023, 6, 1), 500).unwrap();
    assert_eq!(answer.calendar, "2023.1+2024.1+2025.1");
}

#[test]
fn knowledge_before_a_notice_makes_that_year_provisional() {
    let calendar = known(&set(), "2024-11-01");
    assert_eq!(calendar.announced_year(), 2024);
    assert_eq!(calendar.edition(2025), Some("2025.provisional"));
    // The second of May became a holiday with the revision of November 2024.
    assert!(calendar.is_working_day(date(2025, 5, 2)).unwrap());
    assert!(!now().is_working_day(date(2025, 5, 2)).unwrap());
}

#[test]
fn without_a_provisional_rule_the_next_year_is_an_error() {
    let set = CalendarSet::new(files(), &Provisional::default()).unwrap();
    let answer = known(&set, "2026-11-22");
    let answer = answer.deadline(date(2026, 12, 28), 7);
    assert_eq!(answer, Err(CalendarError::NotAnnounced { year: 2027 }));
}

#[test]
fn faulty_files_are_refused() {
    let head =
        "[[edition]]\nid = \"2016.1\"\nnotice = \"\"\nknown_from = \"2015-12-10T00:00:00Z\"\n";
    let basis = "basis = [{ source = \"s\" }]\n";
    let refused = |off: &str, work: &str| {
        let text = format!("year = 2016\n{head}off = [{off}]\nwork = [{work}]\n{basis}");
        CalendarSet::new(vec![year(&text)], &Provisional::default())
            .unwrap_err()
            .to_string()
    };
    let run = |from: &str, to: &str| format!("{{ from = \"{from}\", to = \"{to}\" }}");
    assert!(refused(&run("2015-12-31", "2016-01-01"), "").contains("不在该年度内"));
    assert!(refused(&run("2016-01-02", "2016-01-01"), "").contains("晚于"));
    let twice = [
        run("2016-01-01", "2016-01-03"),
        run("2016-01-03", "2016-01-04"),
    ]
    .join(",");
    assert!(refused(&twice, "").contains("重叠"));
    assert!(refused("", "\"2016-01-04\"").contains("本来就是工作日"));
    assert!(refused(&run("2016-01-02", "2016-01-02"), "\"2016-01-02\"").contains("既列为放假"));
    let mut gap = files();
    gap.remove(3);
    assert_eq!(
        CalendarSet::new(gap, &provisional()).unwrap_err(),
        CalendarDataError::YearsNotContiguous(2018, 2020)
    );
}
