//! The lists there are, and as what each can be had. Names are stable: scripts rely on them.

/// A list to take away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Servers, one row each.
    Servers,
    /// Installed packages, one row for each package of each server.
    Packages,
    /// The register of assets, every column of it.
    Assets,
    /// KIB B: Kartu Inventaris Barang, peralatan dan mesin.
    KibB,
    /// KIR: Kartu Inventaris Ruangan.
    Kir,
    /// Aset Tak Berwujud: licences.
    Licences,
    /// The columns of Permendagri 47/2021.
    Pmdn47,
    /// The columns of SIMDA BMD's table `Ta_KIB_B`.
    Simda,
    /// Labels with QR codes, to be printed.
    Labels,
    /// Infrastructure objects for SIA-SPBE.
    SiaSpbe,
    /// Where the books and what is seen do not agree.
    Reconciliation,
    /// Portable media that backups are carried away on.
    Media,
    /// The plan of numbering: subnets, whose they are, how full they are.
    IpPlan,
    /// What does not fit the plan of numbering.
    IpFindings,
    /// The board of backups: data stores and their last fourteen days.
    Backups,
    /// A bill of materials of each server, in `CycloneDX` 1.6 (ECMA-424).
    CycloneDx,
    /// All that is known, one JSON object a line.
    Everything,
}

/// As what a list comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Semicolons, UTF-8 with byte order mark: opens in an Indonesian Excel by a double click.
    Csv,
    /// A workbook.
    Xlsx,
    /// One JSON document.
    Json,
    /// JSON documents, one a line.
    Jsonl,
    /// A page to be printed.
    Html,
}

impl List {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 17] = [
        Self::Servers,
        Self::Packages,
        Self::Backups,
        Self::Assets,
        Self::KibB,
        Self::Kir,
        Self::Licences,
        Self::Pmdn47,
        Self::Simda,
        Self::Labels,
        Self::Reconciliation,
        Self::Media,
        Self::IpPlan,
        Self::IpFindings,
        Self::SiaSpbe,
        Self::CycloneDx,
        Self::Everything,
    ];

    /// Its name for programs: on the command line and in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Servers => "servers",
            Self::Packages => "packages",
            Self::Assets => "assets",
            Self::KibB => "kib-b",
            Self::Kir => "kir",
            Self::Licences => "licences",
            Self::Pmdn47 => "pmdn47",
            Self::Simda => "simda",
            Self::Labels => "labels",
            Self::SiaSpbe => "sia-spbe",
            Self::Reconciliation => "reconciliation",
            Self::Media => "media",
            Self::IpPlan => "ip-plan",
            Self::IpFindings => "ip-findings",
            Self::Backups => "backups",
            Self::CycloneDx => "cyclonedx",
            Self::Everything => "everything",
        }
    }

    /// Its name in the addresses of pages and of files.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Servers => "server",
            Self::Packages => "paket",
            Self::Assets => "aset",
            Self::KibB => "kib-b",
            Self::Kir => "kir",
            Self::Licences => "atb",
            Self::Pmdn47 => "pmdn47",
            Self::Simda => "simda",
            Self::Labels => "label",
            Self::SiaSpbe => "sia-spbe",
            Self::Reconciliation => "rekonsiliasi",
            Self::Media => "media",
            Self::IpPlan => "rencana-ip",
            Self::IpFindings => "temuan-ip",
            Self::Backups => "pencadangan",
            Self::CycloneDx => "cyclonedx",
            Self::Everything => "semua",
        }
    }

    /// What people call it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Servers => "Inventaris server",
            Self::Packages => "Inventaris perangkat lunak",
            Self::Assets => "Daftar Aset",
            Self::KibB => "KIB B (peralatan dan mesin)",
            Self::Kir => "KIR (per ruangan)",
            Self::Licences => "Aset tak berwujud (lisensi)",
            Self::Pmdn47 => "Susunan Permendagri 47/2021",
            Self::Simda => "Susunan SIMDA BMD",
            Self::Labels => "Label aset dengan QR",
            Self::SiaSpbe => "SIA-SPBE (objek infrastruktur)",
            Self::Reconciliation => "Rekonsiliasi",
            Self::Media => "Media cadangan",
            Self::IpPlan => "Rencana Penomoran IP",
            Self::IpFindings => "Tidak sesuai rencana penomoran",
            Self::Backups => "Papan pencadangan",
            Self::CycloneDx => "Daftar komponen (CycloneDX 1.6)",
            Self::Everything => "Semua data (JSON lines)",
        }
    }

    /// Whom it is for and what is in it.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Servers => {
                "Untuk pengelola TIK: satu baris per server, perangkat keras dan sistem operasinya menurut agen."
            }
            Self::Packages => {
                "Untuk pengelola TIK dan tim tanggap insiden: setiap paket perangkat lunak pada setiap server."
            }
            Self::Assets => {
                "Untuk pengurus barang: seluruh isi register, untuk disunting di spreadsheet lalu diimpor kembali."
            }
            Self::KibB => {
                "Untuk pengurus barang: Kartu Inventaris Barang 16 kolom, satu unit per baris, satu lembar per perangkat daerah."
            }
            Self::Kir => {
                "Untuk pengurus barang dan penanggung jawab ruangan: Kartu Inventaris Ruangan 14 kolom, satu lembar per ruangan."
            }
            Self::Licences => {
                "Untuk pengurus barang: lisensi perangkat lunak sebagai aset tak berwujud (kode barang 1.5.3)."
            }
            Self::Pmdn47 => {
                "Untuk pengurus barang: kolom dan istilah Permendagri 47/2021, dengan NIBAR. Bukan format impor resmi e-BMD."
            }
            Self::Simda => {
                "Untuk operator SIMDA BMD: kolom tabel Ta_KIB_B dengan lebar kolomnya; yang terpotong disebut tersendiri."
            }
            Self::Labels => {
                "Untuk pengurus barang: 24 label pada kertas label A4 (3 × 8, 70 × 37 mm), siap cetak."
            }
            Self::SiaSpbe => {
                "Untuk pengelola arsitektur SPBE: objek infrastruktur dengan nama atribut SIA-SPBE, satu lembar per objek."
            }
            Self::Reconciliation => {
                "Untuk pengurus barang dan Inspektorat: perbedaan antara buku dan yang terlihat, dengan saran tindak lanjut."
            }
            Self::Backups => {
                "Untuk pengelola TIK dan Inspektorat: setiap tempat data, apa jadinya bila servernya rusak malam ini, dan salinannya dalam 14 hari."
            }
            Self::Media => {
                "Untuk pengelola cadangan dan Inspektorat: media portabel, isinya, tempatnya, penyimpannya, dan kapan dilihat."
            }
            Self::IpPlan => {
                "Untuk pengelola jaringan: subnet per perangkat daerah, VLAN dan lokasi, pemakaiannya, dan yang tidak sesuai; dapat disunting lalu diimpor kembali."
            }
            Self::IpFindings => {
                "Untuk pengelola jaringan dan Inspektorat: alamat, gateway, rute dan server DHCP yang tidak sesuai rencana, dengan saran tindak lanjut."
            }
            Self::CycloneDx => {
                "Untuk tim keamanan: daftar komponen baku (SBOM) yang dibaca alat pemindai kerentanan."
            }
            Self::Everything => {
                "Untuk program lain: semua yang diketahui kolektor, satu objek JSON per baris."
            }
        }
    }

    /// As what it comes, the best for people first.
    #[must_use]
    pub const fn formats(self) -> &'static [Format] {
        match self {
            Self::SiaSpbe => &[Format::Xlsx],
            Self::Labels => &[Format::Html],
            Self::CycloneDx => &[Format::Json],
            Self::Everything => &[Format::Jsonl],
            _ => &[Format::Xlsx, Format::Csv],
        }
    }

    /// Whether it is made from the register of assets, so that rooms and conditions choose what is in it.
    #[must_use]
    pub const fn is_of_books(self) -> bool {
        matches!(self, Self::KibB | Self::Kir | Self::Licences | Self::Pmdn47 | Self::Simda)
    }

    /// The list whose [`name`](Self::name) this is.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.name() == name)
    }

    /// The list whose [`slug`](Self::slug) this is.
    #[must_use]
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.slug() == slug)
    }
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Xlsx, Self::Csv, Self::Json, Self::Jsonl, Self::Html];

    /// How the names of its files end.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Html => "html",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Json => "application/json",
            Self::Jsonl => "application/jsonl",
            Self::Html => "text/html; charset=utf-8",
        }
    }

    /// The format whose [`extension`](Self::extension) this is.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.extension() == extension)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_found_by_its_names() {
        for list in List::ALL {
            assert_eq!((List::named(list.name()), List::of_slug(list.slug())), (Some(list), Some(list)));
            assert!(!list.formats().is_empty());
            assert!(list.slug().chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
        }
        for format in Format::ALL {
            assert_eq!(Format::of_extension(format.extension()), Some(format));
        }
    }
}
