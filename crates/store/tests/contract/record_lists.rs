use crate::build::{at, day, id, read, record as built, sealed};
use xinheng_domain::{
    publicity::PublicityColumns,
    record::{ClockColumns, EndKind, Ended, Record, RecordId},
};
use xinheng_store::{
    Db,
    record::{self, Counts, ListFilter},
};

fn ids(db: &Db, filter: &ListFilter) -> Vec<RecordId> {
    let filter = ListFilter {
        limit: if filter.limit == 0 { 100 } else { filter.limit },
        ..filter.clone()
    };
    read(db, |c| record::list(c, &filter))
        .into_iter()
        .map(|s| s.record.id)
        .collect()
}

/// The numbers of the same, without an order.
fn numbers(db: &Db, filter: &ListFilter) -> Vec<RecordId> {
    let mut all = read(db, |c| record::ids(c, filter));
    all.sort();
    all
}

fn with(base: Record, from: Option<&str>, until: Option<&str>) -> Record {
    let publicity = PublicityColumns {
        from: from.map(day),
        until: until.map(day),
        ..base.publicity.clone()
    };
    Record { publicity, ..base }
}

pub fn filters_narrow(db: &Db) {
    let permit = Record {
        item: "permit".into(),
        facets: "|KIND=普通|AREA=甲|".into(),
        ..built(1, 1, 1, "b1")
    };
    let other = Record {
        department: "D02".into(),
        ..built(2, 1, 1, "b1")
    };
    let older = Record {
        decided_on: Some(day("2025-11-02")),
        ..built(3, 1, 1, "b1")
    };
    let undated = Record {
        decided_on: None,
        ..built(4, 1, 1, "b1")
    };
    sealed(db, "b1", 10, &[permit, other, older, undated]);
    let all = ListFilter::default();
    assert_eq!(ids(db, &all), [id(2, 1), id(1, 1), id(3, 1), id(4, 1)]);
    assert_eq!(numbers(db, &all).len(), 4);
    let only = |filter| {
        let mut listed = ids(db, &filter);
        let found = listed.clone();
        listed.sort();
        assert_eq!(numbers(db, &filter), listed);
        found
    };
    assert_eq!(
        only(ListFilter {
            item: Some("permit".into()),
            ..all.clone()
        }),
        [id(1, 1)]
    );
    assert_eq!(
        only(ListFilter {
            department: Some("D02".into()),
            ..all.clone()
        }),
        [id(2, 1)]
    );
    assert_eq!(
        only(ListFilter {
            decided_from: Some(day("2025-11-01")),
            decided_until: Some(day("2025-11-30")),
            ..all.clone()
        }),
        [id(3, 1)]
    );
    let facets = |list: &[&str]| ListFilter {
        facets: list.iter().map(|f| (*f).to_owned()).collect(),
        ..all.clone()
    };
    assert_eq!(only(facets(&["|KIND=普通|"])), [id(1, 1)]);
    assert_eq!(only(facets(&["|KIND=普通|", "|AREA=甲|"])), [id(1, 1)]);
    assert!(only(facets(&["|KIND=普|"])).is_empty());
    assert!(only(facets(&["|KIND=普通|", "|AREA=乙|"])).is_empty());
}

pub fn pages_join_without_gap_or_double(db: &Db) {
    let mut records = Vec::new();
    for n in 0..47_u32 {
        let decided = if n % 6 == 5 {
            None
        } else {
            Some(day(&format!("2025-12-{:02}", 1 + n % 5)))
        };
        records.push(Record {
            decided_on: decided,
            // Several items: their lists are put together.
            item: ["penalty", "permit", "water-saving"][n as usize % 3].to_owned(),
            // Some share a place: then their ids part them.
            row: u64::from(n % 15),
            ..built(n % 7, n, 1, "b1")
        });
    }
    sealed(db, "b1", 10, &records);
    let whole = ids(db, &ListFilter::default());
    assert_eq!(whole.len(), 47);
    let mut expected: Vec<&Record> = records.iter().collect();
    expected.sort_by(|a, b| (b.decided_on, b.row, &b.id).cmp(&(a.decided_on, a.row, &a.id)));
    let expected: Vec<RecordId> = expected.into_iter().map(|r| r.id.clone()).collect();
    assert_eq!(whole, expected, "the latest decision first, none last");
    assert_eq!(
        read(db, record::items),
        ["penalty", "permit", "water-saving"]
    );
    for size in [1, 2, 10, 46, 47, 48] {
        let (mut joined, mut after) = (Vec::new(), None);
        loop {
            let filter = ListFilter {
                after,
                limit: size,
                ..ListFilter::default()
            };
            let page = read(db, |c| record::list(c, &filter));
            let Some(last) = page.last() else { break };
            after = Some(last.cursor());
            joined.extend(page.into_iter().map(|s| s.record.id));
        }
        assert_eq!(joined, whole, "pages of {size}");
    }
}

pub fn what_came_last_stands_first_of_its_day(db: &Db) {
    let early = "019b8b74-1800-7000-8000-000000000001";
    let late = "019b8b74-1801-7000-8000-000000000001";
    let of = |number, row, batch: &str| Record {
        row,
        ..built(number, 1, 1, batch)
    };
    // Handed in the other way round: the batch's own moment counts.
    sealed(db, late, 10, &[of(1, 2, late), of(2, 1, late)]);
    sealed(
        db,
        early,
        20,
        &[of(3, 2_000_000, early), of(4, 3_000_000, early)],
    );
    let all = [id(1, 1), id(2, 1), id(4, 1), id(3, 1)];
    assert_eq!(ids(db, &ListFilter::default()), all);
    let oldest = ListFilter {
        oldest_first: true,
        limit: 9,
        ..ListFilter::default()
    };
    let mut turned = all.clone();
    turned.reverse();
    assert_eq!(ids(db, &oldest), turned);
    let first = read(db, |c| record::list(c, &oldest)).remove(0);
    let after_first = ListFilter {
        after: Some(first.cursor()),
        ..oldest
    };
    assert_eq!(ids(db, &after_first), turned[1..]);
    let of = |numbers: &[usize]| ListFilter {
        subjects: Some(
            numbers
                .iter()
                .map(|n| built(*n as _, 1, 1, late).subject_key)
                .collect(),
        ),
        ..ListFilter::default()
    };
    assert_eq!(ids(db, &of(&[2])), [id(2, 1)]);
    assert_eq!(ids(db, &of(&[])), [], "nobody's, not everybody's");

    let after = |number, date| {
        let after = read(db, |c| {
            let now = record::current(c, &id(number, 1))?;
            Ok(record::cursor(now.as_ref(), date, id(number, 1), false))
        });
        ids(
            db,
            &ListFilter {
                after: Some(after),
                ..ListFilter::default()
            },
        )
    };
    let date = built(1, 1, 1, late).decided_on;
    assert_eq!(after(2, date), all[2..]);
    assert_eq!(after(4, date), all[3..], "these two share the last place");
    assert_eq!(after(9, date), all, "a record that is not there");
    // Corrected meanwhile: it stands under another date, and nothing of the old one is left out.
    let moved = Record {
        decided_on: Some(day("2025-11-02")),
        ..built(2, 1, 2, "b3")
    };
    sealed(db, "b3", 30, &[moved]);
    assert_eq!(after(2, date), [id(1, 1), id(4, 1), id(3, 1), id(2, 1)]);
}

pub fn the_newest_are_those_made_public_last(db: &Db) {
    three(db);
    let of = |today: &str, since: &str, limit| {
        read(db, |c| {
            record::newest(c, day(today), day(since), false, limit)
        })
    };
    assert_eq!(of("2026-03-31", "2026-01-01", 9).len(), 3);
    assert_eq!(of("2026-04-01", "2026-01-01", 9).len(), 2, "one has ended");
    assert_eq!(of("2026-04-01", "2026-01-01", 1).len(), 1);
    assert!(of("2026-04-01", "2026-03-30", 9).is_empty());
}

/// Three records: publicity until March, until June, and one that came later.
fn three(db: &Db) {
    sealed(
        db,
        "b1",
        10,
        &[
            with(built(1, 1, 1, "b1"), Some("2026-01-01"), Some("2026-03-31")),
            with(built(2, 1, 1, "b1"), Some("2026-01-01"), Some("2026-06-30")),
        ],
    );
    sealed(
        db,
        "b2",
        1000,
        &[with(built(3, 1, 1, "b2"), Some("2026-02-01"), None)],
    );
}

pub fn public_dates_only_narrow(db: &Db) {
    three(db);
    let public = |today: &str, as_of: Option<&str>, known_at: Option<i64>| {
        let mut found = ids(
            db,
            &ListFilter {
                public_on: Some(day(today)),
                as_of: as_of.map(day),
                known_at: known_at.map(at),
                ..ListFilter::default()
            },
        );
        found.sort();
        found
    };
    assert_eq!(public("2026-01-15", None, None), [id(1, 1), id(2, 1)]);
    assert_eq!(
        public("2026-03-31", None, None),
        [id(1, 1), id(2, 1), id(3, 1)]
    );
    assert_eq!(public("2026-04-01", None, None), [id(2, 1), id(3, 1)]);
    // An earlier day never brings back what has ended (I10).
    assert_eq!(public("2026-04-01", Some("2026-01-15"), None), [id(2, 1)]);
    assert_eq!(public("2026-04-01", Some("2026-07-01"), None), [id(3, 1)]);
    assert_eq!(public("2026-04-01", None, Some(999)), [id(2, 1)]);
    assert_eq!(public("2026-04-01", None, Some(1000)), [id(2, 1), id(3, 1)]);

    // A newer version that is not public takes the record away, whatever `known_at` says.
    let withheld = Record {
        ended: Some(Ended {
            kind: EndKind::Withheld,
            on: day("2026-02-01"),
            grounds: "核实".into(),
            replaced_by: None,
        }),
        ..built(2, 1, 2, "b3")
    };
    sealed(db, "b3", 2000, &[withheld]);
    assert_eq!(public("2026-04-01", None, Some(999)), []);
    assert_eq!(public("2026-04-01", None, None), [id(3, 1)]);
}

/// I2 on every day of half a year and for every narrowing.
pub fn shown_and_withheld_add_up(db: &Db) {
    three(db);
    let never = Record {
        publicity: PublicityColumns {
            never: Some("不公示".into()),
            ..PublicityColumns::default()
        },
        ..built(4, 1, 1, "b4")
    };
    let held = Record {
        publicity: PublicityColumns {
            alarm_on: Some(day("2026-01-09")),
            ..PublicityColumns::default()
        },
        ..built(5, 1, 1, "b4")
    };
    let over = Record {
        ended: Some(Ended {
            kind: EndKind::Withdrawn,
            on: day("2026-02-01"),
            grounds: "撤销".into(),
            replaced_by: None,
        }),
        ..built(6, 1, 1, "b4")
    };
    let later = with(built(7, 1, 1, "b4"), Some("2026-05-01"), None);
    sealed(db, "b4", 5, &[never, held, over, later]);
    let mut today = day("2026-01-01");
    while today < day("2026-07-15") {
        for (as_of, known_at) in [
            (None, None),
            (Some(day("2026-02-15")), None),
            (None, Some(at(50))),
            (Some(day("2026-05-05")), Some(at(50))),
        ] {
            let filter = ListFilter {
                as_of,
                known_at,
                ..ListFilter::default()
            };
            let c = read(db, |conn| record::counts(conn, &filter, today));
            assert_eq!(c.in_scope, 7);
            let sum =
                c.shown + c.never + c.held + c.not_yet + c.ended_publicity + c.over + c.narrowed;
            assert_eq!(sum, c.in_scope, "{today} {c:?}");
            let shown = ids(
                db,
                &ListFilter {
                    public_on: Some(today),
                    ..filter
                },
            );
            assert_eq!(shown.len() as u64, c.shown, "{today} {c:?}");
        }
        today = today.tomorrow().unwrap();
    }
    let counts = read(db, |c| {
        record::counts(c, &ListFilter::default(), day("2026-04-15"))
    });
    assert_eq!(
        counts,
        Counts {
            in_scope: 7,
            shown: 2,
            never: 1,
            held: 1,
            not_yet: 1,
            ended_publicity: 1,
            over: 1,
            not_accepted: 0,
            narrowed: 0
        }
    );
    let scope = ListFilter {
        department: Some("D09".into()),
        ..ListFilter::default()
    };
    assert_eq!(
        read(db, |c| record::counts(c, &scope, today)),
        Counts::default()
    );
}

pub fn tally_counts_public_ones(db: &Db) {
    let other = Record {
        department: "D02".into(),
        ..built(2, 1, 1, "b1")
    };
    let older = Record {
        decided_on: Some(day("2025-11-02")),
        ..built(3, 1, 1, "b1")
    };
    let undated = Record {
        decided_on: None,
        ..built(4, 1, 1, "b1")
    };
    let ended = with(built(5, 1, 1, "b1"), Some("2026-01-05"), Some("2026-01-06"));
    sealed(
        db,
        "b1",
        10,
        &[
            built(1, 1, 1, "b1"),
            built(1, 2, 1, "b1"),
            other,
            older,
            undated,
            ended,
        ],
    );
    let tally = read(db, |c| record::tally(c, day("2026-01-07"), false));
    let told: Vec<_> = tally
        .iter()
        .map(|t| (t.department.as_str(), t.month.as_str(), t.shown))
        .collect();
    assert_eq!(
        told,
        [
            ("D01", "", 1),
            ("D01", "2025-11", 1),
            ("D01", "2025-12", 2),
            ("D02", "2025-12", 1)
        ]
    );
}

pub fn timeliness_by_item(db: &Db) {
    let clocked = |n: u32, received: &str| Record {
        clock: Some(ClockColumns {
            deadline: day("2026-01-08"),
            provisional: false,
            rule: "rule".into(),
            calendar: "2026".into(),
        }),
        first_received_on: day(received),
        ..built(n, 1, 1, "b1")
    };
    let permit = Record {
        item: "permit".into(),
        ..clocked(3, "2026-01-09")
    };
    let earlier = Record {
        decided_on: Some(day("2025-11-02")),
        ..clocked(4, "2026-01-09")
    };
    sealed(
        db,
        "b1",
        10,
        &[
            clocked(1, "2026-01-08"),
            clocked(2, "2026-01-09"),
            permit,
            earlier,
            built(5, 1, 1, "b1"),
        ],
    );
    let told: Vec<_> = read(db, |c| record::in_time(c, day("2025-12-01")))
        .into_iter()
        .map(|t| (t.item, t.in_time, t.all))
        .collect();
    assert_eq!(
        told,
        [("penalty".to_owned(), 1, 2), ("permit".to_owned(), 0, 1)]
    );
}

/// Lists, counts, tallies and single records ask one thing: whether the platform above has accepted the
/// version that stands here, by its last answer about it. It is what `forward::states` tells.
pub fn what_is_accepted_above_is_one_thing_everywhere(db: &Db) {
    use crate::forward::{answered, sent};
    let records: Vec<Record> = (1..=6).map(|n| built(n, 1, 1, "b1")).collect();
    sealed(db, "b1", 10, &records);
    let names: Vec<String> = (1..=6).map(|n| id(n, 1).to_string()).collect();
    let of = |n: usize| (names[n - 1].as_str(), 1);
    // 1 accepted; 2 refused; 3 waits; 4 refused, then accepted; 5 accepted, then refused; 6 not sent.
    sent(db, "d1", false, &[of(1), of(2), of(3), of(4), of(5)]);
    answered(
        db,
        "e1",
        100,
        &[
            ("d1", 1, true),
            ("d1", 2, false),
            ("d1", 4, false),
            ("d1", 5, true),
        ],
    );
    sent(db, "d2", false, &[of(4), of(5)]);
    answered(db, "e2", 200, &[("d2", 1, true), ("d2", 2, false)]);
    let all: Vec<(String, u32)> = names.iter().map(|name| (name.clone(), 1)).collect();
    let states = read(db, |c| xinheng_store::forward::states(c, &all));
    let told: Vec<RecordId> = all
        .iter()
        .filter(|one| {
            use xinheng_store::forward::Above::Accepted;
            matches!(states.get(*one), Some(Accepted { .. }))
        })
        .map(|one| RecordId(one.0.clone()))
        .collect();
    assert_eq!(told, [id(1, 1), id(4, 1)]);

    let today = day("2026-01-07");
    let public = |accepted| ListFilter {
        public_on: Some(today),
        accepted,
        ..ListFilter::default()
    };
    let sorted = |mut ids: Vec<RecordId>| {
        ids.sort_unstable();
        ids
    };
    assert_eq!(sorted(ids(db, &public(true))), told);
    assert_eq!(ids(db, &public(false)).len(), 6);
    let keys: Vec<_> = (1..=6).map(crate::build::key).collect();
    let found = read(db, |c| {
        record::accepted(c, &keys.iter().collect::<Vec<_>>())
    });
    assert_eq!(sorted(found.into_iter().collect()), told);
    let counts = read(db, |c| record::counts(c, &public(true), today));
    assert_eq!(
        (counts.in_scope, counts.shown, counts.not_accepted),
        (6, 2, 4)
    );
    let tally = read(db, |c| record::tally(c, today, true));
    assert_eq!(tally.iter().map(|t| t.shown).sum::<u64>(), 2);
    let newest = read(db, |c| {
        record::newest(c, today, day("2020-01-01"), true, 10)
    });
    assert_eq!(sorted(newest), told);

    // A later version was not sent yet: what was accepted is not what stands here.
    sealed(db, "b2", 20, &[built(1, 1, 2, "b2")]);
    assert_eq!(ids(db, &public(true)), [id(4, 1)]);
    let found = read(db, |c| {
        record::accepted(c, &keys.iter().collect::<Vec<_>>())
    });
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [id(4, 1)]);
}
