//! The lists there are, and as what each can be had. Names are stable: scripts rely on them.

/// A list to take away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Servers, one row each.
    Servers,
    /// Installed packages, one row for each package of each server.
    Packages,
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
}

impl List {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 4] = [Self::Servers, Self::Packages, Self::CycloneDx, Self::Everything];

    /// Its name for programs: on the command line and in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Servers => "servers",
            Self::Packages => "packages",
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
            Self::Servers | Self::Packages => &[Format::Xlsx, Format::Csv],
            Self::CycloneDx => &[Format::Json],
            Self::Everything => &[Format::Jsonl],
        }
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
    pub const ALL: [Self; 4] = [Self::Xlsx, Self::Csv, Self::Json, Self::Jsonl];

    /// How the names of its files end.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
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
