//! Reconciliation ("rekonsiliasi"): where the books and what is seen do not agree. Pure.
//!
//! Assets and agents are joined by the agent that an officer put into the asset; without one, a serial number
//! that says something suggests the join and nothing more. What has neither agent nor serial number in common
//! is not compared: no data is no mismatch.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use patuh_protocol::id::{AgentId, Code};

use super::compare::facts;
use super::{Asset, AssetId, Seen, Stage};
use crate::config::Site;
use crate::words::words;

/// What does not agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MismatchKind {
    /// Written off, and still reporting.
    AliveAfterRemoval,
    /// In the books, not seen for long.
    BookedNotSeen,
    /// Seen, not in the books.
    SeenNotBooked,
    /// Seen and in the books under the same serial number, not yet joined.
    Unjoined,
    /// Seen at another place than the books say.
    Elsewhere,
    /// Serial number or memory are others than in the books.
    FactsDiffer,
    /// Booked on a virtual machine or container, which is no Barang Milik Daerah.
    GuestBooked,
}

/// One disagreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Of which kind.
    pub kind: MismatchKind,
    /// The asset in question.
    pub asset: Option<AssetId>,
    /// The agent in question.
    pub agent: Option<AgentId>,
    /// Whose it is: the office of the asset, or else of the agent.
    pub office: Code,
    /// What people call it.
    pub name: String,
    /// What the books say, in Indonesian.
    pub booked: String,
    /// What is seen, in Indonesian.
    pub seen: String,
    /// Since when: the newest report, or the first.
    pub since: Option<Timestamp>,
}

/// What a reconciliation goes by.
#[derive(Clone, Debug)]
pub struct Terms<'a> {
    /// As of when.
    pub now: Timestamp,
    /// The government's zone.
    pub zone: &'a TimeZone,
    /// The sites, for their names.
    pub sites: &'a [Site],
    /// After how many days without a report an asset counts as not seen (`kebijakan Dinas`).
    pub not_seen_days: u32,
}

// The gravest first.
words! { pub MismatchKind:
    AliveAfterRemoval, "masih-hidup", "Masih hidup sesudah penghapusan";
    BookedNotSeen, "tidak-terlihat", "Tercatat, tidak terlihat";
    SeenNotBooked, "belum-tercatat", "Terlihat, belum tercatat";
    Unjoined, "belum-ditautkan", "Tercatat, belum ditautkan dengan agennya";
    Elsewhere, "lokasi-lain", "Di tempat lain daripada menurut buku";
    FactsDiffer, "fakta-berbeda", "Fakta berbeda dari buku";
    GuestBooked, "mesin-virtual", "Mesin virtual tercatat sebagai aset";
}

impl MismatchKind {
    /// What a person can do about it.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::AliveAfterRemoval => {
                "Pastikan barangnya: bila masih dipakai, penghapusannya perlu ditinjau; bila sudah dilepas, cabut agennya."
            }
            Self::BookedNotSeen => {
                "Periksa di ruangnya: mati, dipindahkan, atau agennya berhenti. Catat hasilnya pada asetnya."
            }
            Self::SeenNotBooked => "Catat sebagai aset, atau tautkan dengan aset yang sudah ada.",
            Self::Unjoined => "Buka asetnya dan isi agennya, supaya kedua catatan dibandingkan.",
            Self::Elsewhere => {
                "Periksa letaknya, lalu perbaiki lokasi pada asetnya atau pada pendaftaran agennya."
            }
            Self::FactsDiffer => {
                "Periksa pelat nama dan isi mesinnya: barang tertukar, bagian diganti (kapitalisasi), atau buku salah tulis."
            }
            Self::GuestBooked => "Lepaskan agen dari aset ini; tautkan aset dengan agen mesin fisiknya.",
        }
    }
}

/// All disagreements, the gravest kind first, in each by office and name.
#[must_use]
pub fn reconcile(assets: &[Asset], seen: &[Seen], terms: &Terms<'_>) -> Vec<Mismatch> {
    let by_agent: BTreeMap<&AgentId, &Seen> = seen.iter().map(|seen| (&seen.agent, seen)).collect();
    let alive = assets.iter().filter(|asset| !asset.is_removed());
    let held: BTreeSet<&AgentId> = alive.filter_map(|asset| asset.agent.as_ref()).collect();
    let free: Vec<&Seen> = seen.iter().filter(|seen| !held.contains(&seen.agent)).collect();
    let (mut found, mut explained) = (Vec::new(), BTreeSet::new());
    for asset in assets {
        let joined = asset.agent.as_ref().and_then(|agent| by_agent.get(agent).copied());
        let joined = joined.filter(|seen| !asset.is_removed() || !held.contains(&seen.agent));
        let suggested = || free.iter().copied().find(|seen| seen.shares_serial(asset));
        match (joined.or_else(|| if asset.agent.is_some() { None } else { suggested() }), asset.is_removed())
        {
            (None, _) => {}
            (Some(seen), true) => {
                explained.insert(&seen.agent);
                found.extend(alive_after_removal(asset, seen, terms));
            }
            (Some(seen), false) if joined.is_none() => {
                explained.insert(&seen.agent);
                found.push(mismatch(
                    MismatchKind::Unjoined,
                    Some(asset),
                    seen,
                    serial_words(asset),
                    serial_seen(seen),
                ));
            }
            (Some(seen), false) => found.extend(joined_mismatches(asset, seen, terms)),
        }
    }
    let unbooked = free.iter().filter(|seen| seen.guest_of.is_none() && !explained.contains(&seen.agent));
    found.extend(unbooked.filter(|seen| seen.last_report.is_some()).map(|seen| unbooked_mismatch(seen)));
    found.sort_by(|a, b| (a.kind, &a.office, &a.name, a.asset).cmp(&(b.kind, &b.office, &b.name, b.asset)));
    found
}

fn mismatch(
    kind: MismatchKind,
    asset: Option<&Asset>,
    seen: &Seen,
    booked: String,
    told: String,
) -> Mismatch {
    Mismatch {
        kind,
        asset: asset.map(|asset| asset.id),
        agent: Some(seen.agent.clone()),
        office: asset.map_or(&seen.office, |asset| &asset.office).clone(),
        name: asset.map_or_else(|| seen.name(), |asset| asset.name.clone()),
        booked,
        seen: told,
        since: Some(seen.last()),
    }
}

fn serial_words(asset: &Asset) -> String {
    asset.serial.as_ref().map_or_else(String::new, |serial| format!("nomor seri {serial}"))
}

fn serial_seen(seen: &Seen) -> String {
    format!("{}, nomor seri {}", seen.name(), seen.known_serial().unwrap_or("tidak diketahui"))
}

fn unbooked_mismatch(seen: &Seen) -> Mismatch {
    let parts =
        [Some(seen.name()), seen.model.clone(), seen.known_serial().map(|it| format!("nomor seri {it}"))];
    let told: Vec<String> = parts.into_iter().flatten().collect();
    let one =
        mismatch(MismatchKind::SeenNotBooked, None, seen, "tidak ada dalam register".into(), told.join(", "));
    Mismatch { since: Some(seen.enrolled_at), ..one }
}

/// A removed asset whose machine reported after the removal; where its day is not known, one that is not silent.
fn alive_after_removal(asset: &Asset, seen: &Seen, terms: &Terms<'_>) -> Option<Mismatch> {
    let last = seen.last_report?;
    let removed = asset.stages.iter().rev().find(|entry| entry.stage == Stage::Removed)?;
    let alive = match removed.on.or(removed.dated) {
        Some(day) => last.to_zoned(terms.zone.clone()).date() > day,
        None => last >= terms.not_seen_before(),
    };
    let document = removed.document.as_ref().map(|it| format!(", {it}")).unwrap_or_default();
    let booked = match removed.on.or(removed.dated) {
        Some(day) => format!("dihapuskan {}{document}", words(day)),
        None => format!("dihapuskan{document}"),
    };
    alive.then(|| mismatch(MismatchKind::AliveAfterRemoval, Some(asset), seen, booked, terms.reported(seen)))
}

/// What is wrong with an asset that stands and whose agent is known.
fn joined_mismatches(asset: &Asset, seen: &Seen, terms: &Terms<'_>) -> Vec<Mismatch> {
    let one = |kind, booked: String, told: String| mismatch(kind, Some(asset), seen, booked, told);
    if let Some(kind) = &seen.guest_of {
        let told = format!("{} berjalan sebagai mesin virtual atau kontainer ({kind})", seen.name());
        return vec![one(MismatchKind::GuestBooked, "tercatat sebagai barang".into(), told)];
    }
    let mut found = Vec::new();
    if seen.last() < terms.not_seen_before() {
        found.push(one(MismatchKind::BookedNotSeen, stage_words(asset), terms.reported(seen)));
    }
    if let Some((booked, now)) = asset.place.site.as_ref().zip(seen.site.as_ref()).filter(|(a, b)| a != b) {
        let room = asset.place.room.as_ref().map(|room| format!(", {room}")).unwrap_or_default();
        let booked = format!("{}{room}", terms.site(booked));
        found.push(one(MismatchKind::Elsewhere, booked, terms.site(now).to_owned()));
    }
    let differing: Vec<_> =
        facts(asset, seen).into_iter().filter(|fact| fact.agrees == Some(false)).collect();
    let differing: Vec<_> =
        differing.iter().filter(|fact| ["Nomor seri", "Memori"].contains(&fact.name)).collect();
    if !differing.is_empty() {
        let told = |pick: fn(&super::Fact) -> Option<&String>| {
            let told =
                differing.iter().map(|fact| format!("{} {}", fact.name, pick(fact).map_or("–", |it| it)));
            told.collect::<Vec<_>>().join(", ")
        };
        let (booked, now) = (told(|fact| fact.booked.as_ref()), told(|fact| fact.seen.as_ref()));
        found.push(one(MismatchKind::FactsDiffer, booked, now));
    }
    found
}

fn stage_words(asset: &Asset) -> String {
    let stage = asset.stage().map_or("tanpa tahap", Stage::name);
    let condition = asset.book.condition.map(|it| format!(", kondisi {}", it.name())).unwrap_or_default();
    format!("{stage}{condition}")
}

fn words(day: Date) -> String {
    patuh_compliance::wording::date(day)
}

impl Terms<'_> {
    /// What was seen last before this moment counts as not seen.
    fn not_seen_before(&self) -> Timestamp {
        let days = SignedDuration::from_hours(i64::from(self.not_seen_days).saturating_mul(24));
        self.now.checked_sub(days).unwrap_or(Timestamp::MIN)
    }

    fn site<'a>(&'a self, code: &'a Code) -> &'a str {
        self.sites.iter().find(|site| site.code == *code).map_or(code.as_str(), |site| &site.name)
    }

    /// `srv-1 terakhir melapor 2 Oktober 2026`.
    fn reported(&self, seen: &Seen) -> String {
        match seen.last_report {
            Some(at) => {
                format!("{} terakhir melapor {}", seen.name(), words(at.to_zoned(self.zone.clone()).date()))
            }
            None => format!("{} belum pernah melapor", seen.name()),
        }
    }
}

#[cfg(test)]
mod tests;
