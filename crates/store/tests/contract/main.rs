//! One list of tests, run on SQLite, on PostgreSQL, and on PostgreSQL with every distributed
//! table split by hash, where the engine itself refuses a breach of the distribution contract.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "tests"
)]

mod account;
mod audit;
mod batch;
mod build;
mod case;
mod copy;
mod deployment;
mod doctored;
mod forward;
mod hand_in;
mod mutation;
mod ops;
mod person;
mod proof;
mod reading;
mod record;
mod record_lists;
mod register;
mod roster;
mod rule_set;
mod search;
mod subject;
mod transaction;
mod upgrade;

use std::panic::AssertUnwindSafe;
use xinheng_store::{Db, Layout, Location};
use xinheng_testkit::{TempPostgres, TempSqlite};

fn on_sqlite(test: fn(&Db)) {
    let place = TempSqlite::new().unwrap();
    run(&Location::Sqlite(place.path()), Layout::Whole, test);
}

fn on_postgres(layout: Layout, test: fn(&Db)) {
    if let Some(place) = TempPostgres::new() {
        run(&Location::parse(&place.address()), layout, test);
    }
}

fn run(location: &Location, layout: Layout, test: fn(&Db)) {
    Db::migrate_with(location, layout, build::at(0)).unwrap();
    test(&Db::open(location).unwrap());
}

/// A test and what it is called.
type Named = (&'static str, fn(&Db));

macro_rules! contract {
    ($($module:ident :: $test:ident),* $(,)?; apart: $($apart:ident :: $alone:ident),* $(,)?) => {
        /// What `every_statement_runs_on_both` runs on SQLite and on one PostgreSQL, in one process.
        const ALL: &[Named] = &[$((stringify!($test), $module::$test)),*];

        // Each alone only where somebody looks for a fault: `cargo nextest run --run-ignored all`.
        contract![@run $(#[ignore = "every_statement_runs_on_both runs it"] $module :: $test),*];
        /// Those that only verify, again and again, and need no look at their statements.
        mod apart {
            contract![@run $($apart :: $alone),*];
        }
        mod partitions {
            $(#[test] fn $test() {
                crate::on_postgres(xinheng_store::Layout::Partitions(3), crate::$module::$test);
            })*
            $(#[test] fn $alone() {
                crate::on_postgres(xinheng_store::Layout::Partitions(3), crate::$apart::$alone);
            })*
        }
    };
    (@run $($(#[$ignored:meta])? $module:ident :: $test:ident),*) => {
        mod sqlite {
            $(#[test] $(#[$ignored])? fn $test() { crate::on_sqlite(crate::$module::$test); })*
        }
        mod postgres {
            $(#[test] $(#[$ignored])? fn $test() {
                crate::on_postgres(xinheng_store::Layout::Whole, crate::$module::$test);
            })*
        }
    };
}

contract![
    deployment::secret_is_made_once,
    deployment::settings_and_departments_are_upserted,
    deployment::rulebook_editions_are_kept,
    transaction::a_refused_write_leaves_nothing,
    transaction::a_commit_has_its_entry,
    transaction::a_conflict_runs_again_a_bounded_number_of_times,
    transaction::a_panic_leaves_the_pool_whole,
    transaction::two_writers_meet_and_both_succeed,
    transaction::writers_wait_for_writers_alone,
    account::accounts_and_roles_come_back,
    account::sessions_and_failures_are_of_the_moment,
    case::a_case_comes_back_with_its_events,
    case::desks_and_lists_hold_what_is_asked_for,
    case::effects_elsewhere_are_done_once,
    case::letters_files_and_links_come_back,
    case::what_waits_for_a_file_is_found_when_one_has_come,
    roster::proposals_and_confirmations_come_back,
    roster::successors_count_from_their_day,
    roster::bindings_are_ended_and_stay,
    roster::letters_hold_for_their_days,
    roster::the_last_passwords_are_kept,
    rule_set::the_set_adopted_last_holds,
    rule_set::editions_are_in_use_until_their_cases_end,
    hand_in::files_and_corrections_come_back,
    hand_in::a_file_is_forgotten_and_who_handed_it_in_is_not,
    audit::the_log_adds_up,
    audit::an_entry_is_found_at_its_place_in_the_log,
    audit::every_kind_of_tampering_is_named,
    audit::a_body_is_pruned_only_where_an_entry_says_so,
    audit::many_sealers_at_once_all_succeed,
    audit::looks_at_once_leave_a_line_each,
    audit::a_clock_that_was_set_back_writes_nothing,
    audit::a_clock_cannot_creep_back,
    audit::entries_are_paged_newest_first,
    ops::what_was_rewritten_is_found,
    copy::whole_deployments_go_over,
    copy::a_killed_copy_goes_on,
    copy::two_copies_do_not_meet,
    copy::nothing_is_copied_into_itself,
    copy::a_file_with_two_names_is_no_target,
    copy::what_changed_meanwhile_is_told,
    copy::a_foreign_target_is_refused,
    copy::a_difference_is_found,
    batch::the_same_file_lands_once,
    batch::chunks_are_counted_once,
    batch::sealing_is_one_instant,
    batch::findings_keep_their_order,
    batch::freshness_per_source,
    subject::codes_lead_to_keys,
    subject::an_alias_wins_over_a_provisional_subject,
    subject::provisional_subjects_are_added_once,
    register::another_code_leads_to_the_same_subject,
    register::names_and_codes_over_time,
    register::a_provisional_subject_is_confirmed,
    register::the_same_register_changes_nothing,
    search::any_part_of_a_name,
    search::whole_names_alone,
    search::order_and_recall,
    search::persons_are_not_found_by_name,
    search::renamed_subjects_leave_no_stale_hit,
    search::signs_and_latin_letters,
    search::equal_ranks_stay_apart,
    search::candidates_share_rare_parts,
    search::candidates_among_common_parts,
    doctored::rows_added_and_moved,
    doctored::foreign_objects_are_told,
    doctored::made_up_entries_and_a_log_taken_away,
    doctored::an_entry_in_the_log_twice,
    doctored::a_second_deployment,
    doctored::the_name_index_is_held_against_the_subjects,
    mutation::a_line_put_back_to_wait,
    record::visible_from_the_sealing,
    record::current_is_the_highest_visible_version,
    record::heads_tell_what_is_there,
    record::all_columns_come_back,
    record::acts_are_kept_in_order,
    record::a_whole_record_is_what_is_visible_and_what_is_staged_above,
    record::decisions_that_are_no_more,
    record::a_change_in_between_is_a_conflict,
    record::new_rules_replace_the_cache_alone,
    record::held_records_by_alarm,
    record::dossier_reads_all_keys,
    record_lists::filters_narrow,
    record_lists::pages_join_without_gap_or_double,
    record_lists::what_came_last_stands_first_of_its_day,
    record_lists::the_newest_are_those_made_public_last,
    record_lists::public_dates_only_narrow,
    record_lists::shown_and_withheld_add_up,
    record_lists::tally_counts_public_ones,
    record_lists::timeliness_by_item,
    record_lists::what_is_accepted_above_is_one_thing_everywhere,
    proof::the_last_proof_of_a_record_has_the_salt,
    proof::a_salt_ends_with_what_it_is_of,
    person::rows_are_visible_from_the_sealing,
    person::the_highest_visible_version_counts,
    person::pages_join,
    person::accepted_rows_are_deleted_after_their_time,
    reading::readings_come_back_in_order,
    reading::an_organisation_has_the_names_of_all_its_keys,
    reading::every_version_is_gone_through,
    reading::what_is_to_be_read_is_noted,
    reading::names_are_read_off_rows_while_they_are_not_kept,
    forward::files_come_back_in_the_order_they_were_made,
    forward::a_file_is_kept_until_its_days_are_over,
    forward::the_latest_answer_about_a_version_counts,
    forward::an_answer_is_kept_once,
    forward::the_last_file_of_a_record_is_told,
    upgrade::the_content_is_told_anew_and_holds,
    upgrade::what_the_entries_do_not_tell_is_not_made_right,
    upgrade::nothing_goes_back_behind_the_upgrade,
    upgrade::the_upgrade_cannot_be_taken_away,
    upgrade::when_steps_were_taken_is_told;
    apart:
    doctored::each_value_of_each_table,
    mutation::each_row_of_each_table,
    mutation::each_object_of_the_schema,
];

/// The whole list holds on both databases, and every place in our code that runs a statement has run
/// it there: a statement that one of them would not even prepare cannot go unseen.
#[test]
#[cfg(debug_assertions)]
fn every_statement_runs_on_both() {
    fn housekeeping(db: &Db) {
        xinheng_store::ops::size(db).unwrap();
        xinheng_store::ops::analyze(db).unwrap();
        db.ping().unwrap();
    }
    // Each has databases of its own, and waits for them more than it works.
    const AT_ONCE: usize = 4;
    let all: Vec<Named> = ALL
        .iter()
        .copied()
        .chain([("housekeeping", housekeeping as fn(&Db))])
        .collect();
    let failed = std::sync::Mutex::new(Vec::new());
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((name, test)) =
                    all.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
                {
                    let tries: [(&str, &dyn Fn()); 2] = [
                        ("sqlite", &|| on_sqlite(*test)),
                        ("postgres", &|| on_postgres(Layout::Whole, *test)),
                    ];
                    for (database, run) in tries {
                        // What the panic says is printed; one run names all that fail.
                        if std::panic::catch_unwind(AssertUnwindSafe(run)).is_err() {
                            failed.lock().unwrap().push(format!("{database}::{name}"));
                        }
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "failed: {failed:#?}");
    let wanted = statements(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(wanted.len() > 60, "the source was not looked at");
    for database in ["sqlite", "postgres"] {
        let run = xinheng_store::testing::statements_run(database);
        if run.is_empty() {
            continue; // No server; the notice was printed.
        }
        let missed: Vec<_> = wanted
            .iter()
            .filter(|(file, line)| !run.iter().any(|(f, l)| f.ends_with(file) && l == line))
            .collect();
        assert!(missed.is_empty(), "never run on {database}: {missed:#?}");
    }
}

/// File and line of every call of the driver contract outside the dialect.
fn statements(folder: &std::path::Path) -> Vec<(String, u32)> {
    let mut found = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() && path.ends_with("dialect") {
            continue;
        }
        if path.is_dir() {
            found.extend(statements(&path));
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let (_, name) = path.to_str().unwrap().rsplit_once("/store/").unwrap();
        for (at, line) in text.lines().enumerate() {
            let calls = [
                ".query(",
                ".query_one(",
                ".stream(",
                ".execute(",
                ".bulk(",
                ".among(",
                ".rows(",
                ".row(",
                "tx.put(",
                "tx.add(",
                ".batch(",
                "tx.insert(",
                "tx.change(",
            ];
            // The forwarding in `Tx`, what tests alone do, and hash partitions, which have a tier of
            // their own.
            let forwards = name == "src/content.rs" && !line.contains(".stream(");
            let not_ours = line.contains("self.conn.")
                || line.contains("partitioned(")
                || forwards
                || name == "src/lib.rs";
            if calls.iter().any(|call| line.contains(call)) && !not_ours {
                found.push((name.to_owned(), u32::try_from(at + 1).unwrap()));
            }
        }
    }
    found
}
