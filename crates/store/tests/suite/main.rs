//! The store's conformance suite. Every case is a function over `Arc<dyn Store>`, so that each engine
//! runs the same cases; what only one engine promises has a file of its own.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, clippy::cloned_ref_to_slice_refs)] // all of this is test code

mod accounts;
mod backfill;
mod backup;
mod blocks;
mod changes;
mod cold;
mod connections;
mod erasure;
mod given;
mod inbox;
mod jobs;
mod messages;
mod moving;
mod names;
mod nats;
mod parts;
mod phones;
mod postgres_only;
mod records;
mod retention;
mod schema;
mod sealed;
mod slices;
mod sqlite_file;
mod statements;
mod usage;
mod users;

use model::Clock;
use std::sync::Arc;
use store::{SqlStore, Store};

/// Runs a case on a store of its own.
async fn on_sqlite<F: Future<Output = ()>>(case: impl FnOnce(Arc<dyn Store>) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> =
        Arc::new(SqlStore::open_embedded(&folder.path().join("store.db"), Clock::fixed(given::at(0))).unwrap());
    case(Arc::clone(&store)).await;
    store.close().await;
}

/// Runs a case on a schema of its own, where there is a server to make it on.
async fn on_postgres<F: Future<Output = ()>>(partitions: u16, case: impl FnOnce(Arc<dyn Store>) -> F) {
    let Some(schema) = schema::Schema::create().await else { return };
    let store: Arc<dyn Store> = Arc::new(schema.open_cut(Clock::fixed(given::at(0)), partitions).await);
    case(Arc::clone(&store)).await;
    store.close().await;
    schema.drop().await;
}

macro_rules! cases {
    ($($file:ident { $($case:ident)* })*) => {
        mod postgres_engine {
            $(mod $file {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    crate::on_postgres(0, crate::$file::$case).await;
                })*
            })*
        }

        mod postgres_in_partitions {
            $(mod $file {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    crate::on_postgres(2, crate::$file::$case).await;
                })*
            })*
        }
        mod sqlite {
            $(mod $file {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    crate::on_sqlite(crate::$file::$case).await;
                })*
            })*
        }
    };
}

cases! {
    names {
        names_are_found_by_their_provider_and_written_at_their_version
        the_latest_deletion_and_the_highest_shadow_stand
        names_go_when_they_are_old_and_with_their_user
    }
    phones {
        an_application_is_its_teams_alone
        a_code_is_good_once_and_until_the_next
        a_phones_token_may_come_again_until_its_successor_is_used
        a_phones_tokens_end_with_their_time_their_revocation_and_their_user
    }
    accounts {
        an_address_has_one_account_whatever_its_case
        a_developer_cannot_take_anothers_address
        an_access_session_holds_until_its_end
        a_refresh_token_used_twice_revokes_its_family_alone
        a_revoked_family_takes_no_sessions
        all_sessions_of_a_developer_can_be_revoked
        a_key_opens_until_its_end_and_is_rotated_in_place
        a_team_never_reaches_anothers_keys
        the_use_of_a_key_is_noted_to_the_minute
    }
    backfill {
        a_plan_is_written_once_and_the_youngest_days_are_asked_first
        no_minute_holds_more_days_than_the_budget
        apps_with_the_same_credentials_share_a_budget
        a_refusal_for_the_rate_empties_the_budget
        what_a_killed_process_asked_is_asked_again_and_still_counts
        the_floor_makes_older_days_unavailable_and_cuts_the_interval_on_it
        of_a_duplicate_only_the_rest_is_asked_again
        a_duplicate_of_another_range_counts_as_the_asked_one
        a_missing_permission_holds_one_type_or_all
        what_is_cancelled_stays_so_whatever_is_answered
        days_that_came_are_seen_when_looking_and_todays_own_push_is_no_history
        days_that_were_asked_for_in_vain_are_remembered
        connecting_leaves_a_wish_until_it_is_fulfilled
        a_run_ends_once_and_tells_each_step_once
        the_history_of_an_account_goes_with_its_last_user
        accounts_are_looked_at_for_gaps_when_their_time_has_come
    }
    users {
        a_team_never_reaches_anothers_users
        addresses_and_external_ids_are_unique_within_a_team
        what_is_changed_of_a_user_is_kept
        users_are_searched_sorted_and_paged
    }
    connections {
        a_teams_own_app_goes_before_the_default
        an_authorization_is_taken_once_and_before_its_end
        connecting_again_keeps_the_id_and_tells_once
        nobody_connects_anothers_user
        an_account_is_found_for_all_who_linked_it
        what_waited_for_an_account_is_adopted
        a_part_split_before_its_account_was_connected_is_matched_when_kept
        one_renews_tokens_at_a_time
        an_ended_connection_takes_no_tokens_any_more
        a_source_keeps_its_number
        devices_of_one_model_are_told_apart_and_the_first_takes_what_was_there
        priorities_are_kept_for_teams_users_and_series
    }
    inbox {
        a_delivery_comes_back_as_it_was_accepted
        the_oldest_deliveries_are_claimed_first_over_all_lanes
        a_delivery_is_done_once_finished
        a_receipt_is_given_once
        nothing_is_accepted_for_a_user_who_is_gone
        a_failed_delivery_waits_then_dies_and_is_replayed
        claims_of_a_process_that_is_gone_are_released_but_retries_still_wait
        lost_claims_of_deliveries_are_released_but_retries_still_wait
        spooled_bodies_that_something_refers_to_are_told_apart
    }
    parts {
        putting_parts_twice_changes_nothing
        parts_of_a_user_who_is_gone_are_not_kept
        parts_are_listed_in_the_order_of_receipt_and_number
        a_user_whose_first_part_waits_is_left_out
        a_lane_is_taken_by_one_at_a_time
        what_is_applied_is_not_applied_again
        a_late_failure_does_not_bring_back_what_is_done
        replay_brings_back_what_was_asked_for_quietly_unless_told
        expired_bodies_go_and_only_free_spool_names_are_told
        expiry_keeps_to_its_limit_oldest_first
        the_highest_receipt_is_known_after_the_delivery_is_gone
    }
    erasure {
        a_user_goes_at_once_and_what_was_theirs_in_steps_while_others_write
        what_is_large_goes_in_more_steps
        who_connects_the_account_meanwhile_keeps_all_that_is_theirs
        what_only_a_deleted_user_was_linked_to_goes_with_them
    }
    retention {
        a_team_decides_for_itself_and_can_change_its_mind
        a_lane_is_one_process_s_until_its_lease_lapses_and_goes_on_where_it_was
        old_blocks_are_found_by_what_begins_before_and_by_context
        old_events_go_with_their_names_and_young_ones_stay
        bodies_of_teams_that_decided_are_left_to_their_own_time
        an_erased_user_leaves_numbers_that_their_team_can_list
    }
    cold {
        samples_of_the_earliest_month_that_is_over_are_found
        an_object_is_kept_with_the_change_or_neither_is
        what_was_begun_and_let_go_of_is_not_kept_but_removed
        old_objects_go_and_those_of_a_month_that_is_not_over_stay
        an_erased_users_objects_are_counted_and_all_to_be_removed
    }
    records {
        all_that_an_application_says_is_kept
        a_stale_version_writes_nothing_at_all
        nothing_is_applied_to_a_user_who_is_gone_or_anothers
        events_are_paged_both_ways_also_where_starts_are_equal
        an_event_keeps_its_number
        a_deleted_event_leaves_a_tombstone_and_nothing_brings_it_back
        the_latest_file_and_the_highest_score_stand
        scores_are_listed_latest_first_by_category_provider_and_page
    }
    blocks {
        heads_are_found_by_what_they_touch_in_order_of_time
        a_point_from_the_day_before_is_looked_back_for
        blocks_are_loaded_in_the_order_asked_and_read_back
        cells_hold_blocks_of_every_class_and_nothing_beside
        a_block_is_replaced_or_removed_only_at_its_version
    }
    slices {
        slices_follow_each_other_and_miss_nothing_either_way
        a_slice_reads_no_further_than_its_points_need
        hours_come_without_data_where_they_stand_for_it
        few_blocks_are_counted_and_many_are_not
        nothing_kept_is_one_slice_of_nothing
    }
    changes {
        positions_of_a_lane_have_no_gaps
        trimming_takes_whole_beginnings_of_lanes
        what_happened_is_told_as_it_was_and_latest_first
        nothing_is_told_of_a_user_who_is_gone_or_anothers
        an_emission_alone_is_dated_now
        a_teams_runs_are_listed_by_what_is_asked
    }
    messages {
        an_endpoint_is_its_teams_alone
        messages_are_made_only_where_a_subscription_matches
        a_message_is_claimed_once_until_its_lease_ends_and_keeps_its_body
        a_message_that_is_given_up_stays_visible_as_dead
        released_messages_keep_their_order_and_retries_still_wait
        an_endpoint_goes_with_its_messages_and_no_try_outlives_it
        a_test_message_ignores_filters
    }
    jobs {
        a_job_is_claimed_once_until_its_lease_ends
        a_failed_job_waits_then_dies_and_is_told
        the_oldest_jobs_are_claimed_first_but_for_those_that_soon_expire
        notice_that_comes_again_makes_no_second_job
        a_missed_file_is_asked_for_at_a_fresh_address_only
        what_is_fetched_is_kept_and_its_job_done_at_once
        jobs_end_with_the_last_connection_of_their_account
    }
    sealed {
        sealed_values_are_told_apart_by_how_they_begin
    }
    usage {
        each_team_is_told_what_it_has_and_nothing_of_others
        a_team_of_many_users_is_counted_whole_and_once
        a_table_that_grows_is_seen_to_grow
    }
}
