//! Why a data store stands as it does, in a clause.

use jiff::SignedDuration;
use patuh_compliance::estate::{Cover, Estate, Place};
use patuh_compliance::wording;

use super::{Fate, Subject};
use crate::tasks::evaluate::copies::{Copies, SetView};
use crate::testimony::Standing;

/// What a clause is about.
pub(super) struct About<'r> {
    pub(super) fate: Fate,
    pub(super) subject: &'r Subject<'r>,
    pub(super) best: Option<&'r SetView>,
    /// Whether its agent has been silent for too long.
    pub(super) lost: bool,
    pub(super) limit: SignedDuration,
}

/// Why it is so.
pub(super) fn why(about: &About<'_>, copies: &Copies, estate: &Estate) -> String {
    let reason = match about.subject {
        Subject::Store(store) => store.reason.as_str(),
        Subject::Nothing(why) => why,
        Subject::Set(_) => "",
    };
    let given = |other: &str| if reason.is_empty() { other.to_owned() } else { reason.to_owned() };
    match (about.fate, about.best) {
        (Fate::Exempted, _) => exempted(about.subject),
        (Fate::Unknown, _) if about.lost => "agennya terlalu lama tidak melapor".to_owned(),
        (Fate::Unknown, Some(view)) if view.judged.unread => {
            format!("cadangan `{}` tidak dapat dibaca agen", view.set.name)
        }
        (Fate::Unknown, _) => given("belum dapat dipastikan"),
        (Fate::Uncovered, Some(view)) => format!("cadangan `{}` belum pernah berhasil", view.set.name),
        (Fate::Uncovered, None) => given("tidak ada cadangan yang memuatnya"),
        (Fate::Partly, _) => given("tidak semuanya tercadangkan"),
        (Fate::Spoilt, Some(view)) => {
            let how = view.judged.spoilt.clone();
            how.unwrap_or_else(|| format!("menurut saksi {}", view.standing.word()))
        }
        (Fate::Near, Some(view)) => format!("salinannya di {}", view.set.target.location),
        (Fate::Stale, _) => {
            let hours = u32::try_from(about.limit.as_hours()).unwrap_or(u32::MAX);
            format!("lebih lama dari batas {}", wording::hours(hours))
        }
        (Fate::Claimed, Some(view)) if view.standing == Standing::WitnessSilent => {
            format!("saksi{} diam", of_witness(view, copies))
        }
        (Fate::Claimed, _) => "belum dilihat saksi".to_owned(),
        (Fate::Seen | Fate::Restored, Some(view)) => {
            format!("dilihat saksi{}{}", of_witness(view, copies), at(view, estate))
        }
        (Fate::Spoilt | Fate::Near | Fate::Seen | Fate::Restored, None) => String::new(),
    }
}

fn exempted(subject: &Subject<'_>) -> String {
    let Subject::Store(store) = subject else { return String::new() };
    let Cover::Exempted { approver, reason, until } = &store.cover else { return String::new() };
    format!("sampai {}, disetujui {approver}: {reason}", wording::date(*until))
}

fn of_witness(view: &SetView, copies: &Copies) -> String {
    let witness = view.store.as_ref().and_then(|(at, _)| copies.witnesses.get(*at));
    witness.map_or_else(String::new, |witness| format!(" {}", witness.hostname))
}

fn at(view: &SetView, estate: &Estate) -> String {
    let Place::Site(code) = &view.judged.place else { return String::new() };
    let site = estate.sites.iter().find(|site| site.code == *code);
    site.map_or_else(String::new, |site| format!(" di {}", site.name))
}

/// The name of the place of a set, for people.
#[must_use]
pub fn place(place: &Place, estate: &Estate) -> String {
    match place {
        Place::SameHost => "server itu sendiri".to_owned(),
        Place::Removable => "media lepas-pasang".to_owned(),
        Place::Site(code) => {
            let site = estate.sites.iter().find(|site| site.code == *code);
            site.map_or_else(|| code.clone(), |site| site.name.clone())
        }
        Place::OtherHost(host) => format!("mesin lain: {host}"),
        Place::Unknown => "tempat tidak diketahui".to_owned(),
    }
}
