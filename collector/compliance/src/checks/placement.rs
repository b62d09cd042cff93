//! `Placement`: the server stands in the Pusat Data.
//!
//! Two sources: what an officer declared, and what the network addresses speak for. That a server stands
//! inside needs the network's support; that it stands outside is believed of an officer, who declares it
//! against the office's interest. Where the two differ a person has to look. What addresses show is likely,
//! not certain, and the sentence says whose word it is. Signs that speak for both sides go to a person; what somebody
//! found on the spot stands above them, but for a cable or a hypervisor that says otherwise.
//!
//! Where the words are "data dan/atau server" (Bukittinggi Pasal 19 ayat (5)), a server passes too when its
//! data lies in the Pusat Data; the better of the two answers holds. A decree that makes the office a
//! Perangkat Daerah Mandiri TIK (Pasal 19 ayat (7)) frees it to run servers, and is silent on where they
//! stand: that goes to a person.

use super::copies::{self, Demand};
use super::data_centre::in_data_centre;
use super::{Case, Ruling};
use crate::estate::{Certainty, Estate, Grade, Location, SignKind, SiteKind};
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
    let (verdict, reason, remedy) = if let Some(found) = on_the_spot(case, terms, &spot) {
        found
    } else if let Some(torn) = torn(case, terms) {
        (Verdict::NeedsReview, spot.torn(&torn), words::SETTLE.into())
    } else {
        by_sources(case, terms, &spot, (declared, observed))
    };
    let mut inputs = spot.facts();
    inputs.extend(words::signs(location, certainty(case.estate, location, terms.recovery_centre)));
    Ruling { verdict, reasons: vec![reason], remedies: vec![remedy], inputs, thresholds: Vec::new() }
}

/// What an officer declared beside what the strongest sign says.
fn by_sources(
    case: Case<'_>,
    terms: &Terms,
    spot: &Spot<'_>,
    sources: (Word, Word),
) -> (Verdict, String, String) {
    match sources {
        (Word::Inside | Word::Nothing, Word::Inside) => (Verdict::Compliant, spot.inside(), String::new()),
        (Word::Outside, Word::Inside) => (Verdict::NeedsReview, spot.mismatch(true), words::SETTLE.into()),
        (Word::Inside, Word::Outside) => (Verdict::NeedsReview, spot.mismatch(false), words::SETTLE.into()),
        (Word::Inside, Word::Nothing) => {
            (Verdict::NeedsReview, spot.on_word_alone(), words::SUPPORT_WORD.into())
        }
        (Word::Outside, _) | (Word::Nothing, Word::Outside) => outside(case, terms, spot, spot.outside()),
        (Word::Nothing, Word::Nothing) => (Verdict::NoData, spot.unknown(), words::DECLARE.into()),
    }
}

/// What somebody found on the spot. A cable or a hypervisor that says otherwise may be newer: a person looks again.
fn on_the_spot(case: Case<'_>, terms: &Terms, spot: &Spot<'_>) -> Option<(Verdict, String, String)> {
    let location = &case.server.location;
    let found = location.found.as_ref()?;
    let place = words::Named::of(case.estate, &found.site);
    let says = word(case, Some(&found.site), terms);
    if says == Word::Nothing {
        return None;
    }
    let against = location.signs.iter().find(|sign| {
        let other = word(case, sign.site.as_deref(), terms);
        sign.kind.is_strong() && other != Word::Nothing && other != says
    });
    Some(match (against, says) {
        (Some(sign), _) => {
            (Verdict::NeedsReview, spot.found_otherwise(found, place, sign), words::SETTLE.into())
        }
        (None, Word::Inside) => (Verdict::Compliant, spot.found(found, place), String::new()),
        (None, _) => outside(case, terms, spot, spot.found(found, place)),
    })
}

/// The words of two signs that speak for both sides.
fn torn(case: Case<'_>, terms: &Terms) -> Option<[String; 2]> {
    contradiction(case.estate, &case.server.location, terms.recovery_centre)
}

fn contradiction(estate: &Estate, location: &Location, recovery_centre: bool) -> Option<[String; 2]> {
    let signs = &location.signs;
    let says = |sign: &&crate::estate::Sign| says(estate, sign.site.as_deref(), recovery_centre);
    let inside = signs.iter().find(|sign| says(sign) == Word::Inside)?;
    // A switch that nobody registered speaks against a place whose switches are.
    let stranger = |sign: &&crate::estate::Sign| sign.kind == SignKind::Switch && sign.site.is_none();
    let against = signs.iter().find(|sign| says(sign) == Word::Outside || stranger(sign))?;
    Some([inside.words.clone(), against.words.clone()])
}

/// How certain it is where a server stands.
pub(super) fn certainty(estate: &Estate, location: &Location, recovery_centre: bool) -> Certainty {
    let says = |site: Option<&str>| says(estate, site, recovery_centre);
    if let Some(found) = &location.found {
        match says(Some(&found.site)) {
            Word::Inside => return Certainty::Confirmed,
            Word::Outside => return Certainty::Outside,
            Word::Nothing => {}
        }
    }
    if contradiction(estate, location, recovery_centre).is_some() {
        return Certainty::Unknown;
    }
    let inside = |kind: SignKind| {
        location.signs.iter().any(|sign| sign.kind == kind && says(sign.site.as_deref()) == Word::Inside)
    };
    let (cable, below) = (inside(SignKind::Switch), inside(SignKind::Hypervisor));
    let outside = location.signs.iter().any(|sign| says(sign.site.as_deref()) == Word::Outside);
    let declared = [&location.declared, &location.observed].map(|site| says(site.as_deref()));
    if (cable || below) && (inside(SignKind::Source) || cable && below) {
        Certainty::Confirmed
    } else if cable || below {
        Certainty::Probable
    } else if outside || declared.contains(&Word::Outside) {
        Certainty::Outside
    } else if declared.contains(&Word::Inside) {
        Certainty::Declared
    } else {
        Certainty::Unknown
    }
}

/// What follows from standing outside, as `reason` says.
fn outside(case: Case<'_>, terms: &Terms, spot: &Spot<'_>, reason: String) -> (Verdict, String, String) {
    let office = case.estate.office(&case.server.office).filter(|_| terms.mandiri_tik_review);
    let decree = office.and_then(|office| office.mandiri_tik.as_deref()).map(str::trim);
    match decree.filter(|decree| !decree.is_empty()) {
        Some(decree) => (Verdict::NeedsReview, words::mandiri_tik(&reason, decree), spot.judge_mandiri_tik()),
        None => (Verdict::NotCompliant, reason, spot.move_in()),
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
    says(case.estate, code, terms.recovery_centre)
}

fn says(estate: &Estate, code: Option<&str>, recovery_centre: bool) -> Word {
    match code.and_then(|code| estate.site(code)).map(|site| site.kind) {
        Some(SiteKind::DataCentre) => Word::Inside,
        Some(SiteKind::RecoveryCentre) if recovery_centre => Word::Inside,
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
