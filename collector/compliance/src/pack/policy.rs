//! What the Dinas sets differently from a pack: thresholds that no law gives, and readings that the words
//! leave open. A policy never changes the statutory words, who is obliged, or the algorithm.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
    /// The least evidence that counts as done.
    pub least_grade: Option<Grade>,
    /// A server of a Perangkat Daerah Mandiri TIK outside the Pusat Data goes to a person.
    pub mandiri_tik_review: Option<bool>,
    /// A server outside passes when its data is in the Pusat Data.
    pub data_suffices: Option<bool>,
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
        let mut faults: Vec<String> =
            found.check.set(policy).into_iter().map(|key| foreign(&found.check, key)).collect();
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
    format!("`{key}` bukan parameter ketentuan ini; yang dapat diatur: {}", check.parameters().join(", "))
}

impl Check {
    /// The names of its parameters that a [`Policy`] can set.
    #[must_use]
    pub fn parameters(&self) -> &'static [&'static str] {
        match self {
            Self::Placement { .. } => {
                &["data_suffices", "mandiri_tik_review", "max_age_hours", "least_grade"]
            }
            Self::BackupToDataCentre { .. } | Self::BackupBothKinds { .. } => {
                &["database_hours", "files_hours", "least_grade"]
            }
            Self::SeparateCopy { .. } => &["apart_hours", "portable_hours", "least_grade"],
        }
    }

    /// Sets what it has of `policy`; the names of what it has not.
    fn set(&mut self, policy: &Policy) -> Vec<&'static str> {
        match self {
            Self::Placement { data_suffices, mandiri_tik_review, max_age_hours, least_grade, .. } => {
                replace(data_suffices, policy.data_suffices);
                replace(mandiri_tik_review, policy.mandiri_tik_review);
                replace(max_age_hours, policy.max_age_hours.map(Some));
                replace(least_grade, policy.least_grade.map(Some));
            }
            Self::BackupToDataCentre { database_hours, files_hours, least_grade }
            | Self::BackupBothKinds { database_hours, files_hours, least_grade } => {
                replace(database_hours, policy.database_hours);
                replace(files_hours, policy.files_hours);
                replace(least_grade, policy.least_grade);
            }
            Self::SeparateCopy { apart_hours, portable_hours, least_grade } => {
                replace(apart_hours, policy.apart_hours);
                replace(portable_hours, policy.portable_hours);
                replace(least_grade, policy.least_grade);
            }
        }
        let own = self.parameters();
        policy.given().into_iter().filter(|key| !own.contains(key)).collect()
    }

    /// What cannot be among its parameters, each with the key and what to do.
    pub(super) fn faults(&self) -> Vec<String> {
        let zero = self.hours().into_iter().filter(|(_, hours)| *hours == 0);
        let mut faults: Vec<String> =
            zero.map(|(key, _)| format!("`{key}` harus lebih dari 0 jam")).collect();
        if let Self::Placement { data_suffices: true, max_age_hours, least_grade, .. } = self {
            let absent = [("max_age_hours", max_age_hours.is_none()), ("least_grade", least_grade.is_none())];
            faults.extend(
                absent.into_iter().filter(|(_, absent)| *absent).map(|(key, _)| {
                    format!("`data_suffices = true` memerlukan `{key}`: isikan juga batas itu")
                }),
            );
        }
        faults
    }

    fn hours(&self) -> Vec<(&'static str, u32)> {
        match self {
            Self::Placement { max_age_hours, .. } => {
                max_age_hours.iter().map(|hours| ("max_age_hours", *hours)).collect()
            }
            Self::BackupToDataCentre { database_hours, files_hours, .. }
            | Self::BackupBothKinds { database_hours, files_hours, .. } => {
                vec![("database_hours", *database_hours), ("files_hours", *files_hours)]
            }
            Self::SeparateCopy { apart_hours, portable_hours, .. } => {
                vec![("apart_hours", *apart_hours), ("portable_hours", *portable_hours)]
            }
        }
    }
}

impl Policy {
    /// The names of what it sets.
    fn given(&self) -> Vec<&'static str> {
        let all = [
            ("database_hours", self.database_hours.is_some()),
            ("files_hours", self.files_hours.is_some()),
            ("apart_hours", self.apart_hours.is_some()),
            ("portable_hours", self.portable_hours.is_some()),
            ("max_age_hours", self.max_age_hours.is_some()),
            ("least_grade", self.least_grade.is_some()),
            ("mandiri_tik_review", self.mandiri_tik_review.is_some()),
            ("data_suffices", self.data_suffices.is_some()),
        ];
        all.into_iter().filter(|(_, given)| *given).map(|(key, _)| key).collect()
    }
}

fn replace<T>(slot: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *slot = value;
    }
}
