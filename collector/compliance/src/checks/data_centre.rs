//! `BackupToDataCentre`: the server's data is backed up into the Pusat Data.
//!
//! "ke dalam server di Pusat Data" (Majalengka 13/2021 Pasal 16 ayat (1)), "ke Pusat Data" (Bukittinggi
//! Pasal 21 ayat (1)): a copy in the cloud, on a USB disk or on the server itself does not count, even when
//! the server itself stands in the Pusat Data. That a copy lies in the Pusat Data is not believed on the
//! word of the agent that made it, where the rule asks for more.

use super::copies::{self, Demand, Doubt, Fit, Kind};
use super::{Case, Ruling};
use crate::estate::{Backup, Estate, Grade, Place, SiteKind};
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
        goal: Goal::DataCentre,
        both: false,
        least_grade: terms.least_grade,
        fit: &|set| in_data_centre(case.estate, set),
        limit: &|kind, _| if kind == Kind::Database { terms.database_hours } else { terms.files_hours },
        thresholds: vec![
            age_limit("basis data", terms.database_hours),
            age_limit("berkas", terms.files_hours),
            least_evidence(terms.least_grade),
        ],
    };
    copies::judge(case, demand)
}

/// Whether a set lies in the Pusat Data.
pub(super) fn in_data_centre(estate: &Estate, set: &Backup) -> Fit {
    match &set.place {
        Place::SameHost | Place::Removable => Fit::Wrong,
        Place::OtherHost(_) => Fit::Unclear(Doubt::Unregistered),
        Place::Unknown => Fit::Unclear(Doubt::Nowhere),
        Place::Site(code) => match estate.site(code).map(|site| site.kind) {
            Some(SiteKind::DataCentre) => Fit::Right,
            Some(SiteKind::RecoveryCentre | SiteKind::OfficeRoom) => Fit::Wrong,
            None => Fit::Unclear(Doubt::Unregistered),
        },
    }
}
