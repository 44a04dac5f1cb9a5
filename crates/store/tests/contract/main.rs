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

mod audit;
mod batch;
mod build;
mod deployment;
mod record;
mod record_lists;
mod register;
mod search;
mod subject;
mod transaction;

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

macro_rules! contract {
    ($($module:ident :: $test:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $test() { crate::on_sqlite(crate::$module::$test); })*
        }
        mod postgres {
            $(#[test] fn $test() {
                crate::on_postgres(xinheng_store::Layout::Whole, crate::$module::$test);
            })*
        }
        mod partitions {
            $(#[test] fn $test() {
                crate::on_postgres(xinheng_store::Layout::Partitions(3), crate::$module::$test);
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
    audit::the_log_adds_up,
    audit::every_kind_of_tampering_is_named,
    audit::entries_are_paged_newest_first,
    batch::the_same_file_lands_once,
    batch::chunks_are_counted_once,
    batch::sealing_is_one_instant,
    batch::findings_keep_their_order,
    batch::freshness_per_source,
    subject::codes_lead_to_keys,
    subject::an_alias_wins_over_a_provisional_subject,
    subject::provisional_subjects_are_added_once,
    register::names_and_codes_over_time,
    register::a_provisional_subject_is_confirmed,
    register::the_same_register_changes_nothing,
    search::any_part_of_a_name,
    search::order_and_recall,
    search::persons_are_not_found_by_name,
    search::renamed_subjects_leave_no_stale_hit,
    search::signs_and_latin_letters,
    search::equal_ranks_stay_apart,
    record::visible_from_the_sealing,
    record::current_is_the_highest_visible_version,
    record::heads_tell_what_is_there,
    record::all_columns_come_back,
    record::officer_decisions_are_kept_in_order,
    record::new_rules_replace_the_cache_alone,
    record::held_records_by_alarm,
    record::dossier_reads_all_keys,
    record_lists::filters_narrow,
    record_lists::pages_join_without_gap_or_double,
    record_lists::public_dates_only_narrow,
    record_lists::shown_and_withheld_add_up,
    record_lists::tally_counts_public_ones,
];
