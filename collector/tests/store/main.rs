//! The store on both engines: one suite, run on SQLite and on a real PostgreSQL.

#[cfg(test)]
mod access;
#[cfg(test)]
mod bench;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod mutation;
#[path = "../postgres/mod.rs"]
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod projection;
#[cfg(test)]
mod same;
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
    access:
        a_token_enrols_one_key
        an_agent_can_be_revoked
        a_known_agent_moves_with_a_fresh_token
        sessions_end;
}
