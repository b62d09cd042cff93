//! What the Dinas sets differently from a pack: thresholds that no law gives, and readings that the words
//! leave open. A policy never changes the statutory words, who is obliged, or the algorithm.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::check::Value;
use super::{Check, Fault, Pack, PackError};
use crate::estate::Grade;

/// What replaces a rule's parameters. Absent: as the pack says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// The oldest a copy of databases may be, in hours.
    pub database_hours: Option<u32>,
    /// The oldest a copy of files may be, in hours.
    pub files_hours: Option<u32>,
    /// The oldest a copy in another place may be, in hours.
    pub apart_hours: Option<u32>,
    /// The oldest a copy on a portable medium may be, in hours.
    pub portable_hours: Option<u32>,
    /// The oldest a copy in the Pusat Data that stands for the server may be, in hours.
    pub max_age_hours: Option<u32>,
    /// Within how many days a person must have seen a portable medium in its place.
    pub medium_seen_days: Option<u32>,
    /// The oldest a drill, an examination or an attestation may be, in days.
    pub max_age_days: Option<u32>,
    /// The longest a drill may take, in minutes.
    pub max_minutes: Option<u32>,
    /// How far back recovery points must reach, in days.
    pub keep_days: Option<u32>,
    /// The fewest recovery points.
    pub least_points: Option<u32>,
    /// How much later than planned a run may be, in hours.
    pub grace_hours: Option<u32>,
    /// How long a witness must have watched, in days.
    pub watched_days: Option<u32>,
    /// Within how many days a change of a LAN is to be reported.
    pub report_days: Option<u32>,
    /// How young the answer of an office's gateway must be, in hours.
    pub answered_hours: Option<u32>,
    /// After how long without an answer a LAN is not reached, in days.
    pub never_days: Option<u32>,
    /// The least evidence that counts as done.
    pub least_grade: Option<Grade>,
    /// A server of a Perangkat Daerah Mandiri TIK outside the Pusat Data goes to a person.
    pub mandiri_tik_review: Option<bool>,
    /// A server outside passes when its data is in the Pusat Data.
    pub data_suffices: Option<bool>,
    /// The host's own configuration is asked for too.
    pub configuration: Option<bool>,
    /// Every set is to be drilled.
    pub every_set: Option<bool>,
    /// What is not proven is a breach, and does not merely go to a person.
    pub strict: Option<bool>,
}

/// Sets `policies`, by rule id, upon the rules of all `packs`.
///
/// # Errors
/// All faults at once: a rule that is in no pack, a parameter that its check does not have, a value that
/// cannot be. The packs are then changed in part and must not be used.
pub fn apply(packs: &mut [Pack], policies: &BTreeMap<String, Policy>) -> Result<(), PackError> {
    let mut faults = Vec::new();
    let known: Vec<String> = packs.iter().flat_map(|p| &p.rules).map(|r| r.id.clone()).collect();
    for (rule, policy) in policies {
        match packs.iter_mut().find(|p| p.rule(rule).is_some()) {
            Some(pack) => faults.extend(pack.apply(rule, policy).err().into_iter().flat_map(|e| e.faults)),
            None => faults.push(unknown(rule, &known)),
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(PackError { faults }) }
}

impl Pack {
    /// Sets `policy` upon the rule `rule`.
    ///
    /// # Errors
    /// When the pack has no such rule, its check has no such parameter, or a value cannot be.
    pub fn apply(&mut self, rule: &str, policy: &Policy) -> Result<(), PackError> {
        let known: Vec<String> = self.rules.iter().map(|r| r.id.clone()).collect();
        let Some(found) = self.rules.iter_mut().find(|r| r.id == rule) else {
            return Err(PackError { faults: vec![unknown(rule, &known)] });
        };
        let given = policy.given().into_iter();
        let refused: Vec<&str> =
            given.filter(|(key, value)| !found.check.set(key, *value)).map(|(key, _)| key).collect();
        let mut faults: Vec<String> = refused.into_iter().map(|key| foreign(&found.check, key)).collect();
        faults.extend(found.check.faults());
        let faults: Vec<Fault> = faults
            .into_iter()
            .map(|what| Fault { line: None, what: format!("[policy.\"{rule}\"] {what}") })
            .collect();
        if faults.is_empty() { Ok(()) } else { Err(PackError { faults }) }
    }
}

fn unknown(rule: &str, known: &[String]) -> Fault {
    let what = format!(
        "[policy.\"{rule}\"] tidak ada ketentuan `{rule}` dalam paket yang dipakai; yang ada: {}",
        if known.is_empty() { "(tidak satu pun)".to_owned() } else { known.join(", ") }
    );
    Fault { line: None, what }
}

fn foreign(check: &Check, key: &str) -> String {
    let own = check.parameters().join(", ");
    let own = if own.is_empty() { "(tidak satu pun)" } else { &own };
    format!("`{key}` bukan parameter ketentuan ini; yang dapat diatur: {own}")
}

impl Policy {
    /// What it sets, by name.
    fn given(&self) -> Vec<(&'static str, Value)> {
        let numbers = [
            ("database_hours", self.database_hours),
            ("files_hours", self.files_hours),
            ("apart_hours", self.apart_hours),
            ("portable_hours", self.portable_hours),
            ("max_age_hours", self.max_age_hours),
            ("medium_seen_days", self.medium_seen_days),
            ("max_age_days", self.max_age_days),
            ("max_minutes", self.max_minutes),
            ("keep_days", self.keep_days),
            ("least_points", self.least_points),
            ("grace_hours", self.grace_hours),
            ("watched_days", self.watched_days),
            ("report_days", self.report_days),
            ("answered_hours", self.answered_hours),
            ("never_days", self.never_days),
        ];
        let flags = [
            ("mandiri_tik_review", self.mandiri_tik_review),
            ("data_suffices", self.data_suffices),
            ("configuration", self.configuration),
            ("every_set", self.every_set),
            ("strict", self.strict),
        ];
        let numbers = numbers.into_iter().filter_map(|(key, set)| Some((key, Value::Number(set?))));
        let grade = self.least_grade.map(|grade| ("least_grade", Value::Grade(grade)));
        let flags = flags.into_iter().filter_map(|(key, set)| Some((key, Value::Flag(set?))));
        numbers.chain(grade).chain(flags).collect()
    }
}
