//! One medium, as its keeper has it.

use jiff::civil::Date;
use patuh_compliance::estate;
use patuh_protocol::digest::Digest;
use patuh_protocol::id::Code;
use serde::{Deserialize, Serialize};

use super::{Field, Life, MediumKind, Official, Writing};
use crate::config::Site;
use crate::numbered::numbered;

numbered! {
    /// The number of a medium in this register, written `M-000001`. What is on its label is the keeper's own.
    MediumId, "M", "media"
}

/// A medium that backups are carried away on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Medium {
    /// Its number in this register; whatever stands here before it was first written is replaced by the next free
    /// one.
    pub id: MediumId,
    /// Counts its changes: 0 before it was first written.
    pub revision: u64,
    /// The number on its label, the keeper's own. No two media that still exist share one.
    pub label: String,
    /// The office whose data is on it.
    pub office: Code,
    /// What it is.
    pub kind: MediumKind,
    /// Maker, type and size: "merek dan kapasitas".
    pub model: String,
    /// What agents know it by: serial number or UUID of the file system.
    pub identity: Option<String>,
    /// What is on it, in words.
    pub contents: String,
    /// SHA-256 of the list of what is on it.
    pub manifest: Option<Digest>,
    /// The day it was last written, as a person says; agents may know better ([`Writing`]).
    pub written_on: Option<Date>,
    /// Where it is kept.
    pub place: Keeping,
    /// Who keeps it.
    pub custodian: Official,
    /// How it came to its keeper.
    pub handover: Handover,
    /// When a person last saw it in its place.
    pub seen: Sighting,
    /// Where it is in its life.
    pub life: Life,
    /// How its life ended.
    pub ended: Ending,
    /// Anything else: "keterangan".
    pub note: String,
}

/// Where a medium is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Keeping {
    /// A site of `collector.toml`.
    pub site: Option<Code>,
    /// Room: "ruang".
    pub room: String,
    /// Safe, cupboard or drawer.
    pub safe: String,
}

/// How a medium came to its keeper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Handover {
    /// Who gave it.
    pub by: Official,
    /// When.
    pub on: Option<Date>,
    /// Number of the berita acara.
    pub document: String,
}

/// When a person last saw a medium.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sighting {
    /// When.
    pub on: Option<Date>,
    /// Who.
    pub by: String,
}

/// How the life of a medium ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ending {
    /// When it was destroyed, or found to be lost.
    pub on: Option<Date>,
    /// The document that says so.
    pub document: String,
}

impl Keeping {
    /// Where it is, in words, the nearest first: `Brankas 2, Ruang Arsip, Pusat Data Diskominfo`.
    #[must_use]
    pub fn words(&self, sites: &[Site]) -> String {
        let named = |code: &Code| {
            let site = sites.iter().find(|site| site.code == *code);
            site.map_or_else(|| code.to_string(), |site| site.name.clone())
        };
        let site = self.site.as_ref().map(named).unwrap_or_default();
        let parts = [self.safe.as_str(), self.room.as_str(), &site];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

impl Medium {
    /// A medium that was not written yet, of which nothing else is known.
    #[must_use]
    pub fn new(office: Code, label: String) -> Self {
        Self {
            id: MediumId(0),
            revision: 0,
            label,
            office,
            kind: MediumKind::UsbDisk,
            model: String::new(),
            identity: None,
            contents: String::new(),
            manifest: None,
            written_on: None,
            place: Keeping::default(),
            custodian: Official::default(),
            handover: Handover::default(),
            seen: Sighting::default(),
            life: Life::InUse,
            ended: Ending::default(),
            note: String::new(),
        }
    }

    /// Whether it was never written into the register.
    #[must_use]
    pub const fn is_new(&self) -> bool {
        self.revision == 0
    }

    /// All that a search looks through.
    #[must_use]
    pub fn words(&self) -> String {
        let fields = Field::ALL.map(|field| field.get(self));
        let words = fields.iter().map(String::as_str).filter(|text| !text.is_empty());
        words.collect::<Vec<_>>().join(" ")
    }

    /// What does not go together, as of `today`: by field, in Indonesian.
    #[must_use]
    pub fn faults(&self, today: Date) -> Vec<(Field, String)> {
        let mut faults = Vec::new();
        let ahead = "belum tiba; tulis hari ini atau sebelumnya";
        for (field, day) in [
            (Field::WrittenOn, self.written_on),
            (Field::HandedOn, self.handover.on),
            (Field::SeenOn, self.seen.on),
            (Field::EndedOn, self.ended.on),
        ] {
            faults.extend(day.filter(|day| *day > today).map(|_| (field, ahead.to_owned())));
        }
        let mut lacks =
            |field, wrong: bool, what: &str| faults.extend(wrong.then(|| (field, what.to_owned())));
        let over = self.life.is_over();
        lacks(
            Field::SeenBy,
            self.seen.on.is_some() && self.seen.by.is_empty(),
            "sebutkan siapa yang melihatnya",
        );
        lacks(Field::SeenOn, self.seen.on.is_none() && !self.seen.by.is_empty(), "sebutkan kapan dilihat");
        lacks(Field::EndedOn, over && self.ended.on.is_none(), "sebutkan tanggalnya");
        let paper = self.life == Life::Destroyed && self.ended.document.is_empty();
        lacks(Field::EndedDocument, paper, "pemusnahan memerlukan nomor berita acara atau surat");
        let nowhere = self.place == Keeping::default();
        lacks(Field::Room, self.life == Life::Stored && nowhere, "sebutkan di mana media ini disimpan");
        let nobody = self.life == Life::Stored && self.custodian.is_unknown();
        lacks(Field::Custodian, nobody, "sebutkan siapa yang menyimpannya");
        faults
    }

    /// The medium as it is judged: kept at `place`, with the newest writing that an agent saw. `None` once it is lost
    /// or destroyed.
    #[must_use]
    pub fn judged(&self, place: String, writing: Option<&Writing>) -> Option<estate::Medium> {
        let midnight = |day: Date| day.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|it| it.timestamp());
        let said = self.written_on.and_then(midnight);
        (!self.life.is_over()).then(|| estate::Medium {
            label: self.label.clone(),
            identity: writing.map(|it| it.medium.clone()).or_else(|| self.identity.clone()),
            office: self.office.to_string(),
            place,
            custodian: self.custodian.words(),
            written_at: writing.map(|it| it.newest).into_iter().chain(said).max(),
            seen_on: self.seen.on,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn medium(written: &[(Field, &str)]) -> Medium {
        let mut medium = Medium::new("dinkes".parse().unwrap(), "HDD-01".into());
        for (field, text) in written {
            field.set(&mut medium, text).unwrap();
        }
        medium
    }

    fn check(written: &[(Field, &str)], expected: &[Field]) {
        let faults = medium(written).faults("2026-11-22".parse().unwrap());
        assert_eq!(faults.iter().map(|(field, _)| *field).collect::<Vec<_>>(), expected, "{written:?}");
    }

    #[test]
    fn what_does_not_go_together_is_said() {
        check(&[], &[]);
        check(&[(Field::SeenOn, "23-11-2026"), (Field::SeenBy, "Sari")], &[Field::SeenOn]);
        check(&[(Field::SeenOn, "22-11-2026")], &[Field::SeenBy]);
        check(&[(Field::SeenBy, "Sari")], &[Field::SeenOn]);
        check(&[(Field::Life, "Disimpan")], &[Field::Room, Field::Custodian]);
        let kept = [(Field::Life, "Disimpan"), (Field::Safe, "Brankas 2"), (Field::Custodian, "Budi")];
        check(&kept, &[]);
        check(&[(Field::Life, "Dimusnahkan")], &[Field::EndedOn, Field::EndedDocument]);
        check(&[(Field::Life, "Hilang"), (Field::EndedOn, "1-11-2026")], &[]);
    }

    #[test]
    fn the_judge_sees_what_still_exists() {
        let lost = medium(&[(Field::Life, "Hilang"), (Field::EndedOn, "1-11-2026")]);
        assert_eq!(lost.judged(String::new(), None), None);
        let written = medium(&[
            (Field::WrittenOn, "20-11-2026"),
            (Field::Identity, "NA8F7X2K"),
            (Field::Safe, "Brankas 2"),
            (Field::Site, "arsip"),
        ]);
        let judged = written.judged(written.place.words(&[]), None).unwrap();
        assert_eq!(judged.written_at, Some("2026-11-20T00:00:00Z".parse().unwrap()));
        assert_eq!(
            (judged.identity.as_deref(), judged.place.as_str()),
            (Some("NA8F7X2K"), "Brankas 2, arsip")
        );
    }
}
