//! `ScheduleKept`: the jobs that are planned run when they should.
//!
//! "secara berkala" (Majalengka 13/2021 Pasal 16 ayat (1), Bukittinggi Pasal 21 ayat (1)) gives no number; the
//! server's own timer or cron entry does. A job that failed can be seen, a job that never started cannot: so its
//! age is counted here, from the plan, and not from the job's own word. Every job is asked. That no job is seen
//! proves nothing, since backups may be started from elsewhere: a person has to look.

use super::age::{self, Age};
use super::opinion::{self, Opinion};
use super::{Case, Ruling};
use crate::estate::{Known, Plan, hours};
use crate::finding::Verdict;
use crate::wording::plans as words;

/// Judges one server: no run later than planned by more than `grace_hours`.
pub(super) fn check(case: Case<'_>, grace_hours: u32) -> Ruling {
    let server = case.server.called();
    let thresholds = vec![words::grace(grace_hours)];
    let plans = match &case.server.plans {
        Known::No(why) => {
            return opinion::said_at_once(Verdict::NoData, words::unknown(server, why), vec![], thresholds);
        }
        Known::Yes(plans) if plans.is_empty() => {
            return opinion::said_at_once(Verdict::NeedsReview, words::none(server), vec![], thresholds);
        }
        Known::Yes(plans) => plans,
    };
    let parts = plans.iter().map(|plan| (words::subject(plan), ask(case, grace_hours, plan))).collect();
    let inputs = plans.iter().map(|plan| words::fact(case.voice, plan)).collect();
    opinion::conclude(&words::duty(server), parts, inputs, thresholds)
}

fn ask(case: Case<'_>, grace_hours: u32, plan: &Plan) -> Opinion {
    if plan.enabled == Some(false) {
        return Opinion::new(Verdict::NeedsReview, words::switched_off(plan));
    }
    let Some(every) = plan.every_hours else {
        return Opinion::new(Verdict::NoData, words::unreadable(plan));
    };
    let Some(ran) = plan.last_ran else { return Opinion::new(Verdict::NoData, words::never_seen(plan)) };
    let late = || words::late(case.voice, plan, ran, every, grace_hours);
    match age::of(case, ran, hours(every.saturating_add(grace_hours))) {
        Age::Late => Opinion::new(Verdict::NotCompliant, late()),
        Age::Unseen => Opinion::new(Verdict::NoData, words::unseen(case.voice, ran)),
        Age::Ahead => Opinion::new(Verdict::NeedsReview, words::ahead(case.voice, ran)),
        Age::Fresh => match plan.last_exit.filter(|code| *code != 0) {
            Some(code) => Opinion::new(Verdict::NeedsReview, words::failed(case.voice, plan, ran, code)),
            None => Opinion::new(Verdict::Compliant, words::kept(case.voice, ran, every)),
        },
    }
}
