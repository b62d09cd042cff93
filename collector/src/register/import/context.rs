//! What rows are held against.

use patuh_protocol::id::Code;

use super::super::identifier::bare;
use super::super::{Asset, Codes, Hosts};
use super::{Cell, Row};

/// What forms call an office.
const OFFICE_LABELS: [&str; 6] = ["upb", "unit", "skpd", "opd", "perangkatdaerah", "satuankerja"];

/// What rows are held against.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    /// The register.
    pub assets: &'a [Asset],
    /// The offices there are: codes and names.
    pub offices: &'a [(Code, String)],
    /// The sites there are: codes and names.
    pub sites: &'a [(Code, String)],
    /// The kode barang.
    pub codes: &'a Codes,
    /// The hosts that there are.
    pub hosts: &'a Hosts,
    /// The office of rows that name none.
    pub office: Option<Code>,
    /// Whether prices are in thousands of rupiah.
    pub thousands: bool,
}

impl Context<'_> {
    /// The code of the office that a text names, by code or name.
    pub(super) fn office_named(&self, text: &str) -> Option<String> {
        named(self.offices, text).map(ToString::to_string)
    }

    /// The code of the site that a text names, by code or name.
    pub(super) fn site_named(&self, text: &str) -> Option<String> {
        named(self.sites, text).map(ToString::to_string)
    }

    /// The name of a site.
    pub(super) fn site_name<'a>(&'a self, code: &'a Code) -> &'a str {
        self.sites.iter().find(|(known, _)| known == code).map_or(code.as_str(), |(_, name)| name)
    }

    /// The office that a sheet says it is of, above its headings: `Nama UPB: Dinas Kesehatan`.
    pub(super) fn office_above(&self, rows: &[Row]) -> Option<Code> {
        let cells = rows.iter().flat_map(|row| &row.cells).map(Cell::shown);
        let said = cells.filter_map(|text| {
            let (label, name) = text.split_once(':')?;
            let label = bare(label);
            OFFICE_LABELS.iter().any(|known| label.contains(known)).then(|| self.office_named(name))?
        });
        said.filter_map(|code| code.parse().ok()).next()
    }
}

/// The code among `all` (codes and names) that a text means, by code or name.
pub(crate) fn named<'a>(all: &'a [(Code, String)], text: &str) -> Option<&'a Code> {
    let (code, text) = (text.trim().to_lowercase(), bare(text));
    let found =
        all.iter().find(|(known, name)| known.as_str() == code || (!text.is_empty() && bare(name) == text));
    found.map(|(code, _)| code)
}
