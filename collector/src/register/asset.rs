//! One asset, as the books have it.

use jiff::civil::Date;
use patuh_protocol::id::{AgentId, Code};
use serde::{Deserialize, Serialize};

use super::Field;
use crate::numbered::numbered;

numbered! {
    /// The number of an asset in this register, written `A-000001`.
    AssetId, "A", "aset"
}

/// One physical unit, or one licence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asset {
    /// Its number; stays when everything else changes. Whatever stands here before the asset was first written
    /// is replaced by the next free number.
    pub id: AssetId,
    /// Counts its changes: 0 before it was first written, 1 when it was. Who writes a change names the revision
    /// that it was made to, so that nobody overwrites what another wrote in the meantime.
    #[serde(default)]
    pub revision: u64,
    /// The office that uses it (Pengguna Barang).
    pub office: Code,
    /// What it is.
    pub kind: AssetKind,
    /// What it is called: "spesifikasi nama barang".
    pub name: String,
    /// Maker and type: "merek/tipe".
    pub model: String,
    /// Serial number: "nomor pabrik", or a licence's number.
    pub serial: Option<String>,
    /// Size in words, such as `2 prosesor, 64 GB, 4 TB`: "ukuran".
    pub size: String,
    /// The agent that runs on it.
    pub agent: Option<AgentId>,
    /// IP address of its management, for assets without an agent.
    pub address: Option<String>,
    /// Link-layer address.
    pub mac: Option<String>,
    /// What the books say.
    pub book: Book,
    /// Where it stands.
    pub place: Place,
    /// Every step of its life so far, in order; the last is where it is now.
    pub stages: Vec<StageEntry>,
    /// Anything else: "keterangan".
    pub note: String,
}

/// What an asset is, as far as lists and drawings must know. The books have the kode barang for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssetKind {
    /// A server.
    Server,
    /// Storage: NAS, SAN, tape library, portable disk.
    Storage,
    /// Switch, router, access point, modem.
    Network,
    /// Firewall and the like.
    Security,
    /// UPS, generator, power distribution.
    Power,
    /// Workstation or other computer.
    Computer,
    /// Printer, scanner, monitor, KVM.
    Peripheral,
    /// A software licence: intangible ("aset tak berwujud"), not KIB B.
    Licence,
    /// Rack, cabling and the rest.
    Other,
}

/// The facts of the books. The agent never guesses one of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Book {
    /// Kode barang (Permendagri 108/2016), such as `1.3.2.10.02.04.001`.
    pub code: Option<String>,
    /// NIBAR (Permendagri 47/2021): 45 digits, kept as the text that was given.
    pub nibar: Option<String>,
    /// Nomor register, such as `0001`, kept as text.
    pub register: Option<String>,
    /// Day of acquisition; often only the year is known.
    pub acquired_on: Option<Date>,
    /// Year of acquisition: "tahun perolehan".
    pub year: Option<i16>,
    /// Price in whole rupiah.
    pub price: Option<u64>,
    /// "Asal usul" or "cara perolehan", such as `Pembelian`, `Hibah`.
    pub origin: Option<String>,
    /// Material: "bahan".
    pub material: Option<String>,
    /// Condition.
    pub condition: Option<Condition>,
    /// Status kepemilikan (SIA-SPBE), such as `Milik Sendiri`.
    pub ownership: Option<String>,
    /// Nama pemilik (SIA-SPBE).
    pub owner: Option<String>,
    /// For licences: kind, seats, end of validity, in words.
    pub licence: Option<String>,
    /// For licences: the last day it is valid.
    pub valid_until: Option<Date>,
}

/// "Kondisi". Two vocabularies are in use; [`Condition::letters`] and [`Condition::name`] write them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Baik.
    Good,
    /// Kurang Baik (KB), Rusak Ringan.
    Worn,
    /// Rusak Berat (RB).
    Broken,
}

/// Where an asset stands and who answers for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// A site of `collector.toml`.
    pub site: Option<Code>,
    /// Room: "ruang".
    pub room: Option<String>,
    /// Rack and height unit.
    pub rack: Option<String>,
    /// "Penanggung jawab": name and NIP.
    pub custodian: Option<String>,
}

/// A step in the life of an asset. Majalengka 13/2021 Pasal 36 names all seven; Malang 19/2024 Pasal 35 and
/// Bukittinggi Pasal 43 name four of them (perencanaan, pengadaan, pengelolaan, penghapusan).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Perencanaan.
    Planned,
    /// Permintaan.
    Requested,
    /// Pengadaan.
    Procured,
    /// Penerimaan.
    Received,
    /// Pencatatan.
    Recorded,
    /// Pengelolaan.
    Managed,
    /// Penghapusan.
    Removed,
}

/// A step that was taken, with the document that shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageEntry {
    /// Which step.
    pub stage: Stage,
    /// When it was taken.
    pub on: Option<Date>,
    /// Number of the document (RKBMD, SPK, BAST, SK Penghapusan).
    pub document: Option<String>,
    /// Date of the document.
    pub dated: Option<Date>,
}

impl Asset {
    /// An asset that was not written yet, of which nothing else is known.
    #[must_use]
    pub fn new(office: Code, kind: AssetKind, name: String) -> Self {
        Self {
            id: AssetId(0),
            revision: 0,
            office,
            kind,
            name,
            model: String::new(),
            serial: None,
            size: String::new(),
            agent: None,
            address: None,
            mac: None,
            book: Book::default(),
            place: Place::default(),
            stages: Vec::new(),
            note: String::new(),
        }
    }

    /// Whether it was never written.
    #[must_use]
    pub const fn is_new(&self) -> bool {
        self.revision == 0
    }

    /// Whether it was written off: it stays in the register, at the stage Penghapusan.
    #[must_use]
    pub fn is_removed(&self) -> bool {
        self.stage() == Some(Stage::Removed)
    }

    /// All that a search looks through.
    #[must_use]
    pub fn words(&self) -> String {
        let fields = Field::ALL.map(|field| field.get(self));
        let words = fields.iter().map(String::as_str).filter(|text| !text.is_empty());
        words.collect::<Vec<_>>().join(" ")
    }

    /// Where it is in its life.
    #[must_use]
    pub fn stage(&self) -> Option<Stage> {
        self.stages.last().map(|entry| entry.stage)
    }
}
