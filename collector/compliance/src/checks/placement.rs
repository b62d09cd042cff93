//! `Placement`: the server stands in the Pusat Data.
//!
//! Two sources: what an officer declared, and what the network addresses speak for. That a server stands
//! inside needs the network's support; that it stands outside is believed of an officer, who declares it
//! against the office's interest. Where the two differ a person has to look. What addresses show is likely,
//! not certain, and the sentence says whose word it is.
//!
//! Where the words are "data dan/atau server" (Bukittinggi Pasal 19 ayat (5)), a server passes too when its
//! data lies in the Pusat Data; the better of the two answers holds. A decree that makes the office a
//! Perangkat Daerah Mandiri TIK (Pasal 19 ayat (7)) frees it to run servers, and is silent on where they
//! stand: that goes to a person.

use super::copies::{self, Demand};
use super::data_centre::in_data_centre;
use super::{Case, Ruling};
use crate::estate::{Grade, SiteKind};
use crate::finding::Verdict;
use crate::wording::copies::{Goal, age_limit, least_evidence};
use crate::wording::location::{self as words, Spot};

/// The parameters.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub(super) mandiri_tik_review: bool,
    pub(super) recovery_centre: bool,
    /// Where data in the Pusat Data suffices: the oldest the copy may be in hours, and the least evidence.
    pub(super) data: Option<(u32, Grade)>,
}

/// What one source says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Inside,
    Outside,
    Nothing,
}

/// Judges one server.
pub(super) fn check(case: Case<'_>, terms: Terms) -> Ruling {
    let by_location = by_location(case, &terms);
    match terms.data {
        Some((max_age_hours, least_grade)) if by_location.verdict != Verdict::Compliant => {
            either(by_location, by_data(case, max_age_hours, least_grade))
        }
        _ => by_location,
    }
}

fn by_location(case: Case<'_>, terms: &Terms) -> Ruling {
    let location = &case.server.location;
    let declared = word(case, location.declared.as_deref(), terms);
    let observed = word(case, location.observed.as_deref(), terms);
    let spot = spot(case, terms);
    let (verdict, reason, remedy) = match (declared, observed) {
        (Word::Inside | Word::Nothing, Word::Inside) => (Verdict::Compliant, spot.inside(), String::new()),
        (Word::Outside, Word::Inside) => (Verdict::NeedsReview, spot.mismatch(true), words::SETTLE.into()),
        (Word::Inside, Word::Outside) => (Verdict::NeedsReview, spot.mismatch(false), words::SETTLE.into()),
        (Word::Inside, Word::Nothing) => {
            (Verdict::NeedsReview, spot.on_word_alone(), words::SUPPORT_WORD.into())
        }
        (Word::Outside, _) | (Word::Nothing, Word::Outside) => outside(case, terms, &spot),
        (Word::Nothing, Word::Nothing) => (Verdict::NoData, spot.unknown(), words::DECLARE.into()),
    };
    Ruling {
        verdict,
        reasons: vec![reason],
        remedies: vec![remedy],
        inputs: spot.facts(),
        thresholds: Vec::new(),
    }
}

fn outside(case: Case<'_>, terms: &Terms, spot: &Spot<'_>) -> (Verdict, String, String) {
    let office = case.estate.office(&case.server.office).filter(|_| terms.mandiri_tik_review);
    let decree = office.and_then(|office| office.mandiri_tik.as_deref()).map(str::trim);
    match decree.filter(|decree| !decree.is_empty()) {
        Some(decree) => (Verdict::NeedsReview, spot.mandiri_tik(decree), spot.judge_mandiri_tik()),
        None => (Verdict::NotCompliant, spot.outside(), spot.move_in()),
    }
}

fn by_data(case: Case<'_>, max_age_hours: u32, least_grade: Grade) -> Ruling {
    let demand = Demand {
        goal: Goal::DataInstead,
        both: false,
        least_grade,
        fit: &|set| in_data_centre(case.estate, set),
        limit: &|_, _| max_age_hours,
        thresholds: vec![age_limit("data di Pusat Data", max_age_hours), least_evidence(least_grade)],
    };
    copies::judge(case, demand)
}

/// The better of two answers, each of which would do.
fn either(location: Ruling, data: Ruling) -> Ruling {
    let verdict = [Verdict::Compliant, Verdict::NeedsReview, Verdict::NoData]
        .into_iter()
        .find(|verdict| [location.verdict, data.verdict].contains(verdict))
        .unwrap_or(Verdict::NotCompliant);
    let or = (!data.remedies.is_empty()).then(|| format!("atau {}", data.remedies.join(", serta ")));
    Ruling {
        verdict,
        reasons: [location.reasons, data.reasons].concat(),
        remedies: location.remedies.into_iter().chain(or).collect(),
        inputs: [location.inputs, data.inputs].concat(),
        thresholds: [location.thresholds, data.thresholds].concat(),
    }
}

fn word(case: Case<'_>, code: Option<&str>, terms: &Terms) -> Word {
    match code.and_then(|code| case.estate.site(code)).map(|site| site.kind) {
        Some(SiteKind::DataCentre) => Word::Inside,
        Some(SiteKind::RecoveryCentre) if terms.recovery_centre => Word::Inside,
        Some(SiteKind::RecoveryCentre | SiteKind::OfficeRoom) => Word::Outside,
        None => Word::Nothing,
    }
}

fn spot<'a>(case: Case<'a>, terms: &Terms) -> Spot<'a> {
    let location = &case.server.location;
    Spot {
        server: case.server.called(),
        recovery_centre: terms.recovery_centre,
        declared: location.declared.as_deref().map(|code| words::Named::of(case.estate, code)),
        observed: location.observed.as_deref().map(|code| words::Named::of(case.estate, code)),
        observation: location.observation.as_deref(),
    }
}
