//! An asset as flat columns: what the form asks, what the list shows in a sheet, what an import reads, and how
//! a change is told. One list, so that a sheet that was taken away, edited and brought back changes exactly
//! what was edited.
//!
//! A field is read with [`Field::get`] and set with [`Field::set`], both as the text that people write.
//! `set` of what `get` gave changes nothing.

pub(crate) mod written;

use jiff::civil::Date;
use patuh_compliance::wording::{date, number};

use self::written::{a_day, day, optional, price, tidy, year};
use super::{Asset, Stage, StageEntry, identifier};
use crate::columns::columns;
use crate::difference::{self, Difference};

columns! {
    /// A column of the register.
    Field:
    /// The asset's number in this register.
    Number, "nomor", "Nomor aset";
    /// The office: its code.
    Office, "pd", "Kode PD";
    /// What it is.
    Kind, "jenis", "Jenis";
    /// Spesifikasi nama barang.
    Name, "nama", "Spesifikasi nama barang";
    /// Merek/tipe.
    Model, "merek", "Merek/tipe";
    /// Nomor seri (nomor pabrik).
    Serial, "seri", "Nomor seri";
    /// Ukuran.
    Size, "ukuran", "Ukuran";
    /// Kode barang.
    Code, "kode", "Kode barang";
    /// NIBAR.
    Nibar, "nibar", "NIBAR";
    /// Nomor register.
    Register, "register", "Nomor register";
    /// Tanggal perolehan.
    AcquiredOn, "perolehan", "Tanggal perolehan";
    /// Tahun perolehan.
    Year, "tahun", "Tahun perolehan";
    /// Harga in rupiah.
    Price, "harga", "Harga (Rp)";
    /// Asal usul.
    Origin, "asal", "Asal usul";
    /// Bahan.
    Material, "bahan", "Bahan";
    /// Kondisi.
    Condition, "kondisi", "Kondisi";
    /// Lokasi: the code of a site.
    Site, "lokasi", "Kode lokasi";
    /// Ruang.
    Room, "ruang", "Ruang";
    /// Rak.
    Rack, "rak", "Rak";
    /// Penanggung jawab.
    Custodian, "pemegang", "Penanggung jawab";
    /// Status kepemilikan.
    Ownership, "kepemilikan", "Status kepemilikan";
    /// Nama pemilik.
    Owner, "pemilik", "Nama pemilik";
    /// Lisensi, in words.
    Licence, "lisensi", "Lisensi";
    /// Lisensi berlaku sampai.
    ValidUntil, "berlaku", "Lisensi berlaku sampai";
    /// The stage it is at.
    Stage, "tahap", "Tahap";
    /// When that stage was taken.
    StageOn, "tahap-tanggal", "Tanggal tahap";
    /// Number of that stage's document.
    Document, "dokumen", "Nomor dokumen";
    /// Date of that stage's document.
    Dated, "dokumen-tanggal", "Tanggal dokumen";
    /// IP address of its management.
    Address, "alamat", "Alamat IP";
    /// MAC address.
    Mac, "mac", "Alamat MAC";
    /// The agent that runs on it.
    Agent, "agen", "Agen";
    /// Keterangan.
    Note, "keterangan", "Keterangan";
}

/// What is in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Words.
    Words,
    /// A code, number or name that stays text, whatever it looks like.
    Code,
    /// A whole number.
    Number,
    /// A day.
    Day,
}

/// The most characters of a note; of every other text.
const NOTE: usize = 2000;
const TEXT: usize = 200;

impl Field {
    /// The field with this name in forms.
    #[must_use]
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.slug() == slug)
    }

    /// What is in it.
    #[must_use]
    pub const fn kind(self) -> FieldKind {
        match self {
            Self::Price | Self::Year => FieldKind::Number,
            Self::AcquiredOn | Self::ValidUntil | Self::StageOn | Self::Dated => FieldKind::Day,
            Self::Number
            | Self::Office
            | Self::Serial
            | Self::Code
            | Self::Nibar
            | Self::Register
            | Self::Site
            | Self::Document
            | Self::Address
            | Self::Mac
            | Self::Agent => FieldKind::Code,
            _ => FieldKind::Words,
        }
    }

    /// What is in it, as sentences and pages tell it: days with their months.
    #[must_use]
    pub fn told(self, asset: &Asset) -> String {
        let stage = asset.stages.last();
        let day = match self {
            Self::AcquiredOn => asset.book.acquired_on,
            Self::ValidUntil => asset.book.valid_until,
            Self::StageOn => stage.and_then(|it| it.on),
            Self::Dated => stage.and_then(|it| it.dated),
            _ => None,
        };
        day.map_or_else(|| self.get(asset), date)
    }

    /// Whether it tells of the step that the asset is at.
    #[must_use]
    pub const fn of_stage(self) -> bool {
        matches!(self, Self::Stage | Self::StageOn | Self::Document | Self::Dated)
    }

    /// What is in it, as people write it; empty when nothing is.
    #[must_use]
    pub fn get(self, asset: &Asset) -> String {
        let (book, place, stage) = (&asset.book, &asset.place, asset.stages.last());
        match self {
            Self::Number => {
                if asset.is_new() {
                    String::new()
                } else {
                    asset.id.to_string()
                }
            }
            Self::Office => asset.office.to_string(),
            Self::Kind => asset.kind.name().to_owned(),
            Self::Name => asset.name.clone(),
            Self::Model => asset.model.clone(),
            Self::Serial => text(asset.serial.as_ref()),
            Self::Size => asset.size.clone(),
            Self::Code => text(book.code.as_ref()),
            Self::Nibar => text(book.nibar.as_ref()),
            Self::Register => text(book.register.as_ref()),
            Self::AcquiredOn => day(book.acquired_on),
            Self::Year => text(book.year.as_ref()),
            Self::Price => book.price.map(number).unwrap_or_default(),
            Self::Origin => text(book.origin.as_ref()),
            Self::Material => text(book.material.as_ref()),
            Self::Condition => book.condition.map(|it| it.name().to_owned()).unwrap_or_default(),
            Self::Site => text(place.site.as_ref()),
            Self::Room => text(place.room.as_ref()),
            Self::Rack => text(place.rack.as_ref()),
            Self::Custodian => text(place.custodian.as_ref()),
            Self::Ownership => text(book.ownership.as_ref()),
            Self::Owner => text(book.owner.as_ref()),
            Self::Licence => text(book.licence.as_ref()),
            Self::ValidUntil => day(book.valid_until),
            Self::Stage => stage.map(|it| it.stage.name().to_owned()).unwrap_or_default(),
            Self::StageOn => day(stage.and_then(|it| it.on)),
            Self::Document => text(stage.and_then(|it| it.document.as_ref())),
            Self::Dated => day(stage.and_then(|it| it.dated)),
            Self::Address => text(asset.address.as_ref()),
            Self::Mac => text(asset.mac.as_ref()),
            Self::Agent => text(asset.agent.as_ref()),
            Self::Note => asset.note.clone(),
        }
    }

    /// Sets it to what people wrote; empty takes it away. A stage other than the one the asset is at is a new
    /// step; what is said of a stage goes to the last step.
    ///
    /// # Errors
    /// What is wrong and what to write instead, in Indonesian; the asset is as it was.
    pub fn set(self, asset: &mut Asset, written: &str) -> Result<(), String> {
        let written = tidy(written);
        if written.chars().count() > if matches!(self, Self::Note) { NOTE } else { TEXT } {
            return Err(format!("terlalu panjang; paling banyak {TEXT} huruf (keterangan {NOTE})"));
        }
        match self {
            Self::Number => Err("nomor aset tidak dapat diubah".to_owned()),
            Self::Office | Self::Kind | Self::Name => self.set_main(asset, &written),
            Self::Model => put(&mut asset.model, written),
            Self::Size => put(&mut asset.size, written),
            Self::Note => put(&mut asset.note, written),
            Self::Serial => put(&mut asset.serial, some(identifier::code_text(&written)?)),
            Self::Address => put(&mut asset.address, identifier::address(&written)?),
            Self::Mac => put(&mut asset.mac, identifier::mac(&written)?),
            Self::Agent => {
                put(&mut asset.agent, optional(&written, |it| it.to_lowercase().parse().map_err(said))?)
            }
            Self::Stage | Self::StageOn | Self::Document | Self::Dated => self.set_stage(asset, &written),
            Self::Site | Self::Room | Self::Rack | Self::Custodian => self.set_place(asset, written),
            _ => self.set_book(asset, written),
        }
    }

    /// What no asset is without.
    fn set_main(self, asset: &mut Asset, written: &str) -> Result<(), String> {
        if written.is_empty() {
            return Err(format!("{} harus diisi", self.heading()));
        }
        match self {
            Self::Office => put(&mut asset.office, written.to_lowercase().parse().map_err(said)?),
            Self::Kind => put(&mut asset.kind, written.parse()?),
            _ => put(&mut asset.name, written.to_owned()),
        }
    }

    fn set_book(self, asset: &mut Asset, written: String) -> Result<(), String> {
        let book = &mut asset.book;
        match self {
            Self::Code => put(&mut book.code, identifier::kode_barang(&written)?),
            Self::Nibar => put(&mut book.nibar, identifier::nibar(&written)?),
            Self::Register => put(&mut book.register, some(identifier::code_text(&written)?)),
            Self::AcquiredOn => {
                let day = a_day(&written)?;
                if day != book.acquired_on {
                    book.year = day.map(Date::year).or(book.year);
                }
                put(&mut book.acquired_on, day)
            }
            Self::Year => put(&mut book.year, optional(&written, year)?),
            Self::Price => put(&mut book.price, optional(&written, price)?),
            Self::Condition => put(&mut book.condition, optional(&written, str::parse)?),
            Self::ValidUntil => put(&mut book.valid_until, a_day(&written)?),
            Self::Origin => put(&mut book.origin, some(written)),
            Self::Material => put(&mut book.material, some(written)),
            Self::Ownership => put(&mut book.ownership, some(written)),
            Self::Owner => put(&mut book.owner, some(written)),
            _ => put(&mut book.licence, some(written)),
        }
    }

    fn set_place(self, asset: &mut Asset, written: String) -> Result<(), String> {
        let place = &mut asset.place;
        match self {
            Self::Site => {
                put(&mut place.site, optional(&written, |it| it.to_lowercase().parse().map_err(said))?)
            }
            Self::Room => put(&mut place.room, some(written)),
            Self::Rack => put(&mut place.rack, some(written)),
            _ => put(&mut place.custodian, some(written)),
        }
    }

    fn set_stage(self, asset: &mut Asset, written: &str) -> Result<(), String> {
        if self == Self::Stage {
            let stage: Option<Stage> = optional(written, str::parse)?;
            let Some(stage) = stage else {
                let kept = "tahap yang sudah dicatat tidak dapat dikosongkan";
                return if asset.stages.is_empty() { Ok(()) } else { Err(kept.to_owned()) };
            };
            if asset.stage() != Some(stage) {
                asset.stages.push(StageEntry { stage, on: None, document: None, dated: None });
            }
            return Ok(());
        }
        let Some(entry) = asset.stages.last_mut() else {
            let first = "isi dahulu tahapnya";
            return if written.is_empty() { Ok(()) } else { Err(first.to_owned()) };
        };
        match self {
            Self::StageOn => put(&mut entry.on, a_day(written)?),
            Self::Dated => put(&mut entry.dated, a_day(written)?),
            _ => put(&mut entry.document, some(identifier::code_text(written)?)),
        }
    }
}

/// The fields in which `new` differs from `old`, in the order of the columns.
#[must_use]
pub fn differences(old: &Asset, new: &Asset) -> Vec<Difference<Field>> {
    difference::between(&Field::ALL, Field::heading, Field::told, old, new)
}

fn put<T>(place: &mut T, value: T) -> Result<(), String> {
    *place = value;
    Ok(())
}

fn text(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests;
