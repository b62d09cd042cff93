//! `BackupBothKinds`: both file system and databases are backed up, wherever the copies lie.
//!
//! "harus melakukan back up terhadap file sistem dan basis data" (Malang 23/2020 Pasal 19 ayat (2), number
//! inferred). Where the copies lie is another duty ([`super::separate`]), so a copy on the server itself
//! counts here. A server that keeps no databases is set free by an exemption, not by silence.

use super::copies::{self, Demand, Fit, Kind};
use super::{Case, Ruling};
use crate::estate::Grade;
use crate::wording::copies::{Goal, age_limit, least_evidence};

/// The parameters.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub(super) database_hours: u32,
    pub(super) files_hours: u32,
    pub(super) least_grade: Grade,
}

/// Judges one server.
pub(super) fn check(case: Case<'_>, terms: Terms) -> Ruling {
    let demand = Demand {
        goal: Goal::BothKinds,
        both: true,
        least_grade: terms.least_grade,
        fit: &|_| Fit::Right,
        limit: &|kind, _| if kind == Kind::Database { terms.database_hours } else { terms.files_hours },
        thresholds: vec![
            age_limit("basis data", terms.database_hours),
            age_limit("berkas", terms.files_hours),
            least_evidence(terms.least_grade),
        ],
    };
    copies::judge(case, demand)
}
