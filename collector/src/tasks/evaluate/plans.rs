//! A server's planned backup jobs, from the wire's words into the judge's.

use std::collections::BTreeMap;

use jiff::Timestamp;
use patuh_compliance::estate::{Known, Plan};
use patuh_protocol::backup::{BackupPlan, BackupSet, Tool};
use patuh_protocol::report::Reading;

use super::backups::tool_words;
use super::schedule::every_hours;
use super::told;
use crate::store::CurrentSection;

/// The section of planned jobs.
pub(super) const SENSOR: &str = "backup/plans";

/// How far apart runs are, by schedule: a few schedules are those of most servers.
pub(super) type Rhythms = BTreeMap<String, Option<u32>>;

/// The jobs that a server plans, or why nothing is known of them.
pub(super) fn planned(sections: &[CurrentSection]) -> Known<&[BackupPlan]> {
    told(sections, SENSOR, "jadwal pencadangan", listed)
}

/// The same for the judge; `sets` are the server's own.
pub(super) fn translated(plans: &[BackupPlan], sets: &[&BackupSet], rhythms: &mut Rhythms) -> Vec<Plan> {
    let mut every = |schedule: &str| match rhythms.get(schedule) {
        Some(hours) => *hours,
        None => *rhythms.entry(schedule.to_owned()).or_insert_with_key(|schedule| every_hours(schedule)),
    };
    let plan = |plan: &BackupPlan| Plan {
        name: plan.name.clone(),
        tool: tool_words(plan.tool).to_owned(),
        schedule: plan.schedule.clone(),
        every_hours: every(&plan.schedule),
        enabled: plan.enabled,
        last_ran: plan.last_at.or_else(|| newest_run(sets, plan.tool)),
        last_exit: plan.last_exit,
    };
    plans.iter().map(plan).collect()
}

/// When `tool` last made a backup, whole or not: cron keeps no record of its own.
fn newest_run(sets: &[&BackupSet], tool: Tool) -> Option<Timestamp> {
    sets.iter().filter(|set| set.tool == tool).flat_map(|set| &set.runs).map(|run| run.at).max()
}

fn listed(reading: &Reading) -> Option<&[BackupPlan]> {
    if let Reading::BackupPlans(list) = reading { Some(list) } else { None }
}
