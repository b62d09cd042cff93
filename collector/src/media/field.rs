//! A medium as flat columns: what the forms ask, what the list shows in a sheet, and how a change is told.
//!
//! A field is read with [`Field::get`] and set with [`Field::set`], both as the text that people write. `set` of what
//! `get` gave changes nothing.

use std::fmt;

use jiff::civil::Date;
use patuh_compliance::wording::date;

use super::Medium;
use super::official::nip;
use crate::columns::columns;
use crate::difference::{self, Difference};
use crate::register::written::{a_day, day, tidy};

/// The most characters of a note or of contents; of every other text.
const NOTE: usize = 2000;
const TEXT: usize = 200;

columns! {
    /// A column of the register of media.
    Field:
    /// Its number in the register.
    Number, "nomor", "Nomor register";
    /// The number on its label.
    Label, "label", "Nomor pada label";
    /// The office: its code.
    Office, "pd", "Kode PD";
    /// What it is.
    Kind, "jenis", "Jenis";
    /// Merek dan kapasitas.
    Model, "merek", "Merek dan kapasitas";
    /// Serial number or UUID of the file system.
    Identity, "identitas", "Nomor seri atau UUID";
    /// What is on it.
    Contents, "isi", "Isi";
    /// SHA-256 of the list of what is on it.
    Manifest, "manifes", "SHA-256 manifes";
    /// When it was last written.
    WrittenOn, "ditulis", "Ditulis terakhir";
    /// Lokasi: the code of a site.
    Site, "lokasi", "Kode lokasi";
    /// Ruang.
    Room, "ruang", "Ruang";
    /// Brankas or lemari.
    Safe, "brankas", "Brankas atau lemari";
    /// Who keeps it.
    Custodian, "penyimpan", "Penyimpan";
    /// Their NIP.
    CustodianNip, "penyimpan-nip", "NIP penyimpan";
    /// Their position.
    CustodianPosition, "penyimpan-jabatan", "Jabatan penyimpan";
    /// Who handed it over.
    HandedBy, "penyerah", "Diserahkan oleh";
    /// Their NIP.
    HandedByNip, "penyerah-nip", "NIP yang menyerahkan";
    /// Their position.
    HandedByPosition, "penyerah-jabatan", "Jabatan yang menyerahkan";
    /// When it was handed over.
    HandedOn, "diserahkan", "Tanggal serah terima";
    /// Number of the berita acara.
    Document, "dokumen", "Nomor berita acara";
    /// When it was last seen.
    SeenOn, "dilihat", "Dilihat terakhir";
    /// Who saw it.
    SeenBy, "dilihat-oleh", "Dilihat oleh";
    /// Where it is in its life.
    Life, "keadaan", "Keadaan";
    /// When its life ended.
    EndedOn, "berakhir", "Hilang atau dimusnahkan pada";
    /// The document of its end.
    EndedDocument, "berakhir-dokumen", "Dokumen hilang atau pemusnahan";
    /// Keterangan.
    Note, "keterangan", "Keterangan";
}

impl Field {
    /// Whether it is a day.
    #[must_use]
    pub const fn is_day(self) -> bool {
        matches!(self, Self::WrittenOn | Self::HandedOn | Self::SeenOn | Self::EndedOn)
    }

    /// Whether it is a code or number that stays text, whatever it looks like.
    #[must_use]
    pub const fn is_code(self) -> bool {
        matches!(
            self,
            Self::Number
                | Self::Label
                | Self::Office
                | Self::Identity
                | Self::Manifest
                | Self::Site
                | Self::CustodianNip
                | Self::HandedByNip
                | Self::Document
                | Self::EndedDocument
        )
    }

    /// Whether it may be long.
    #[must_use]
    pub const fn is_long(self) -> bool {
        matches!(self, Self::Contents | Self::Note)
    }

    /// The day in it.
    pub(crate) const fn day_of(self, medium: &Medium) -> Option<Date> {
        match self {
            Self::WrittenOn => medium.written_on,
            Self::HandedOn => medium.handover.on,
            Self::SeenOn => medium.seen.on,
            Self::EndedOn => medium.ended.on,
            _ => None,
        }
    }

    /// What is in it, as sentences and pages tell it: days with their months.
    #[must_use]
    pub fn told(self, medium: &Medium) -> String {
        self.day_of(medium).map_or_else(|| self.get(medium), date)
    }

    /// What is in it, as people write it; empty when nothing is.
    #[must_use]
    pub fn get(self, medium: &Medium) -> String {
        let (place, keeper, handover) = (&medium.place, &medium.custodian, &medium.handover);
        match self {
            Self::Number if medium.is_new() => String::new(),
            Self::Number => medium.id.to_string(),
            Self::Label => medium.label.clone(),
            Self::Office => medium.office.to_string(),
            Self::Kind => medium.kind.name().to_owned(),
            Self::Model => medium.model.clone(),
            Self::Identity => medium.identity.clone().unwrap_or_default(),
            Self::Contents => medium.contents.clone(),
            Self::Manifest => medium.manifest.map(|it| it.to_string()).unwrap_or_default(),
            Self::WrittenOn | Self::HandedOn | Self::SeenOn | Self::EndedOn => day(self.day_of(medium)),
            Self::Site => place.site.as_ref().map(ToString::to_string).unwrap_or_default(),
            Self::Room => place.room.clone(),
            Self::Safe => place.safe.clone(),
            Self::Custodian => keeper.name.clone(),
            Self::CustodianNip => keeper.nip.clone(),
            Self::CustodianPosition => keeper.position.clone(),
            Self::HandedBy => handover.by.name.clone(),
            Self::HandedByNip => handover.by.nip.clone(),
            Self::HandedByPosition => handover.by.position.clone(),
            Self::Document => handover.document.clone(),
            Self::SeenBy => medium.seen.by.clone(),
            Self::Life => medium.life.name().to_owned(),
            Self::EndedDocument => medium.ended.document.clone(),
            Self::Note => medium.note.clone(),
        }
    }

    /// Sets it to what people wrote; empty takes it away.
    ///
    /// # Errors
    /// What is wrong and what to write instead, in Indonesian; the medium is as it was.
    pub fn set(self, medium: &mut Medium, written: &str) -> Result<(), String> {
        let written = tidy(written);
        let most = if self.is_long() { NOTE } else { TEXT };
        if written.chars().count() > most {
            return Err(format!("terlalu panjang; paling banyak {most} huruf"));
        }
        let (place, keeper, handover) = (&mut medium.place, &mut medium.custodian, &mut medium.handover);
        match self {
            Self::Number => return Err("nomor register tidak dapat diubah".to_owned()),
            Self::Label | Self::Office | Self::Kind | Self::Life => return self.set_main(medium, &written),
            Self::Model => medium.model = written,
            Self::Identity => medium.identity = Some(written).filter(|it| !matches!(it.as_str(), "" | "-")),
            Self::Contents => medium.contents = written,
            Self::Manifest => medium.manifest = manifest(&written)?,
            Self::WrittenOn => medium.written_on = a_day(&written)?,
            Self::Site => place.site = site(&written)?,
            Self::Room => place.room = written,
            Self::Safe => place.safe = written,
            Self::Custodian => keeper.name = written,
            Self::CustodianNip => keeper.nip = nip(&written)?,
            Self::CustodianPosition => keeper.position = written,
            Self::HandedBy => handover.by.name = written,
            Self::HandedByNip => handover.by.nip = nip(&written)?,
            Self::HandedByPosition => handover.by.position = written,
            Self::HandedOn => handover.on = a_day(&written)?,
            Self::Document => handover.document = written,
            Self::SeenOn => medium.seen.on = a_day(&written)?,
            Self::SeenBy => medium.seen.by = written,
            Self::EndedOn => medium.ended.on = a_day(&written)?,
            Self::EndedDocument => medium.ended.document = written,
            Self::Note => medium.note = written,
        }
        Ok(())
    }

    /// What no medium is without.
    fn set_main(self, medium: &mut Medium, written: &str) -> Result<(), String> {
        if written.is_empty() {
            return Err(format!("{} harus diisi", self.heading()));
        }
        match self {
            Self::Office => medium.office = written.to_lowercase().parse().map_err(said)?,
            Self::Kind => medium.kind = written.parse()?,
            Self::Life => medium.life = written.parse()?,
            _ => written.clone_into(&mut medium.label),
        }
        Ok(())
    }
}

fn said(error: impl fmt::Display) -> String {
    error.to_string()
}

fn site(written: &str) -> Result<Option<patuh_protocol::id::Code>, String> {
    let given = Some(written).filter(|written| !written.is_empty());
    given.map(|written| written.to_lowercase().parse().map_err(said)).transpose()
}

/// 64 hex digits, as `sha256sum` prints them.
fn manifest(written: &str) -> Result<Option<patuh_protocol::digest::Digest>, String> {
    let lower = written.to_lowercase();
    let digits = lower.trim_start_matches("sha256:").trim();
    if digits.is_empty() || digits == "-" {
        return Ok(None);
    }
    let wrong =
        || "SHA-256 terdiri atas 64 digit heksadesimal, seperti cetakan perintah sha256sum".to_owned();
    digits.parse().map(Some).map_err(|_| wrong())
}

/// The fields in which `new` differs from `old`, in the order of the columns.
#[must_use]
pub fn differences(old: &Medium, new: &Medium) -> Vec<Difference<Field>> {
    difference::between(&Field::ALL, Field::heading, Field::told, old, new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn medium() -> Medium {
        Medium::new("dinkes".parse().unwrap(), "HDD-01".into())
    }

    fn check(field: Field, written: &str, expected: Result<&str, &str>) {
        let (before, mut changed) = (medium(), medium());
        match (field.set(&mut changed, written), expected) {
            (Ok(()), Ok(expected)) => {
                assert_eq!(field.get(&changed), expected, "{written}");
                let told: Vec<_> = differences(&before, &changed).iter().map(|it| it.field).collect();
                assert!(told.iter().all(|it| *it == field), "{field:?} {written}: {told:?}");
            }
            (Err(why), Err(word)) => {
                assert!(why.contains(word), "{written}: {why}");
                assert_eq!(changed, before, "nothing is half set");
            }
            (result, _) => panic!("{field:?} {written}: {result:?}"),
        }
    }

    #[test]
    fn a_change_tells_days_with_their_months() {
        let (before, mut changed) = (medium(), medium());
        Field::SeenOn.set(&mut changed, "05-03-2026").unwrap();
        let told: Vec<_> = differences(&before, &changed).iter().map(ToString::to_string).collect();
        assert_eq!(told, ["Dilihat terakhir: – → 5 Maret 2026"]);
    }

    #[test]
    fn fields_take_what_people_write() {
        check(Field::Label, " HDD - 07 ", Ok("HDD - 07"));
        check(Field::Label, " ", Err("harus diisi"));
        check(Field::Number, "M-000002", Err("tidak dapat diubah"));
        check(Field::Kind, "pita lto", Ok("Pita LTO"));
        check(Field::Kind, "disket", Err("pilih Hard disk USB"));
        check(Field::Life, "Disimpan", Ok("Disimpan"));
        check(Field::Identity, "-", Ok(""));
        check(Field::SeenOn, "22 November 2026", Ok("22-11-2026"));
        check(Field::SeenOn, "kemarin", Err("bukan tanggal"));
        check(Field::HandedByNip, "198512252009031003", Ok("19851225 200903 1 003"));
        check(Field::CustodianNip, "123", Err("18 angka"));
        check(Field::Site, "Pusat-Data", Ok("pusat-data"));
        check(Field::Site, "pusat data", Err("kode"));
        check(Field::Room, &"x".repeat(201), Err("paling banyak 200"));
        check(Field::Manifest, &"AB".repeat(32), Ok(&"ab".repeat(32)));
        check(Field::Manifest, &format!("sha256:{}", "0".repeat(64)), Ok(&"0".repeat(64)));
        check(Field::Manifest, "abc", Err("64 digit"));
    }

    #[test]
    fn names_are_stable_and_lead_back() {
        let mut slugs = Field::ALL.map(Field::slug).to_vec();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), Field::ALL.len());
    }

    proptest::proptest! {
        #[test]
        fn what_was_set_and_is_set_again_stays(n in 1_usize..26, text: String) {
            let (field, mut medium) = (Field::ALL[n], medium());
            if field.set(&mut medium, &text).is_ok() {
                let once = medium.clone();
                field.set(&mut medium, &field.get(&once)).unwrap();
                proptest::prop_assert_eq!(medium, once);
            }
        }
    }
}
