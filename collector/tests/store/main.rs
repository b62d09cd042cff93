//! The store on both engines: one suite, run on SQLite and on a real PostgreSQL.

#[cfg(test)]
mod access;
#[cfg(test)]
mod api_tokens;
#[cfg(test)]
mod bench;
#[cfg(test)]
mod duplicates;
#[cfg(test)]
mod following;
#[cfg(test)]
mod history;
#[cfg(test)]
mod ipplan;
#[cfg(test)]
mod judging;
#[cfg(test)]
mod lan;
#[cfg(test)]
mod large;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod media;
#[cfg(test)]
mod mutation;
#[path = "../postgres/mod.rs"]
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod projection;
#[cfg(test)]
mod register;
#[cfg(test)]
mod same;
#[cfg(test)]
mod search;
#[cfg(test)]
mod tamper;

/// Makes of each case a test on SQLite and a test on PostgreSQL.
macro_rules! on_both_engines {
    ($($room:ident: $($case:ident)*;)*) => {
        mod on_sqlite {
            $($(
                #[tokio::test(flavor = "multi_thread")]
                async fn $case() {
                    crate::$room::$case(crate::bench::Bench::sqlite().await).await;
                }
            )*)*
        }
        mod on_postgres {
            $($(
                #[tokio::test(flavor = "multi_thread")]
                async fn $case() {
                    crate::$room::$case(crate::bench::Bench::postgres(stringify!($case)).await).await;
                }
            )*)*
        }
    };
}

on_both_engines! {
    ledger:
        receipts_verify_and_repeat_byte_for_byte
        answers_prove_that_the_ledger_only_grew
        a_number_is_taken_once
        two_programs_may_write_at_once
        a_batch_with_a_stranger_writes_nothing
        a_new_database_may_be_opened_by_several_at_once
        governments_do_not_see_each_other
        large_batches_are_kept_whole;
    tamper:
        a_sound_ledger_is_sound
        every_change_is_seen_at_its_index
        a_rewritten_and_resigned_ledger_is_seen_by_witnesses
        a_ledger_cut_back_is_seen_by_witnesses
        a_purged_body_is_no_fault;
    projection:
        a_section_keeps_what_it_knew
        changes_are_told
        an_overtaken_report_says_nothing_about_now
        replaying_gives_the_same_rows
        hostile_texts_are_kept_out_of_harm
        servers_are_found
        lists_are_in_one_order;
    same:
        the_same_is_a_reading_of_its_own_time
        the_same_follows_from_the_report_before_it
        a_lost_base_is_a_failure_until_everything_came_again
        the_same_without_its_base_is_not_believed
        the_same_as_what_was_not_understood_is_not_understood
        replaying_shortened_reports_gives_the_same_rows;
    history:
        a_past_day_is_told
        two_days_are_compared
        what_nobody_watches_is_kept_once_a_day
        a_purged_body_is_said
        a_clock_that_runs_ahead_is_believed_until_its_report_came
        hostile_sensors_have_a_past_too;
    search:
        everything_an_officer_types_is_found
        packages_are_counted
        hundreds_of_servers_are_counted
        hostile_words_find_what_is_called_so;
    duplicates:
        a_system_installed_anew_is_merged_by_a_person
        a_merge_can_be_taken_back
        clones_are_split_by_a_person
        a_renamed_host_and_a_changed_card_are_changes
        one_key_on_two_machines_is_asked_about
        a_doubled_uuid_of_real_hardware_is_no_question;
    access:
        a_token_enrols_one_key
        an_agent_can_be_revoked
        a_known_agent_moves_with_a_fresh_token
        sessions_end;
    register:
        assets_are_numbered_and_every_version_has_its_act
        what_is_as_it_stands_is_left_alone
        nobody_is_overwritten_and_a_refusal_writes_nothing
        an_agent_runs_on_one_asset_and_a_guest_on_none
        a_removal_is_a_stage
        an_import_is_one_act_more
        assets_are_found
        the_register_outlives_a_rebuild
        two_writers_get_numbers_of_their_own;
    media:
        media_are_numbered_and_every_version_has_its_act
        labels_and_identities_are_taken_once
        media_are_found
        what_agents_saw_written_stays_when_the_medium_is_taken_out
        second_holders_are_attested_and_ended;
    ipplan:
        plots_are_numbered_and_every_version_has_its_act
        a_subnet_is_given_away_once
        plots_are_found_and_imported
        arrivals_are_kept_the_newest_few
        gateways_are_remembered_as_they_answered;
    lan:
        a_lan_becomes_versions_and_drafts
        what_goes_on_and_off_within_a_set_is_nothing
        replay_tells_nothing_twice
        what_is_the_same_was_looked_at_too
        officials_hand_in_and_receive
        what_is_set_aside_may_be_confirmed_or_handed_in
        what_was_handed_in_does_not_grow
        a_first_version_takes_in_what_was_there_before
        a_better_view_of_what_was_handed_in_may_be_handed_in
        an_agent_that_is_retired_is_let_go
        what_stood_before_is_believed_and_not_told
        two_programs_follow_as_one;
    api_tokens:
        a_token_is_good_until_it_is_not
        changes_are_followed_without_loss;
}
