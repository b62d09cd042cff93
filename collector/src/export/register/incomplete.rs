//! "Belum lengkap": the assets that lack a fact which only a person knows.

use super::entry::Entry;
use super::{Books, Cell, Column, Kind, Sheet};

const COLUMNS: [Column; 6] = [
    Column::new("Nomor aset", Kind::Code, 12),
    Column::new("Perangkat Daerah", Kind::Text, 34),
    Column::new("Nama barang", Kind::Text, 30),
    Column::new("Kode barang", Kind::Code, 20),
    Column::new("Nomor register", Kind::Code, 12),
    Column::new("Yang belum diisi", Kind::Text, 80),
];

/// Those of `entries` that lack something.
pub(super) fn sheet(books: &Books<'_>, entries: &[Entry<'_>]) -> Sheet {
    let owner = &books.config.government.name;
    let why = "Fakta yang hanya diketahui manusia dan belum ada dalam Daftar Aset";
    let rows = entries.iter().filter_map(|entry| row(entry, books)).collect();
    Sheet { rows, aside: true, ..Sheet::plain("Belum lengkap", owner, Some(why), &COLUMNS) }
}

fn row(entry: &Entry<'_>, books: &Books<'_>) -> Option<Vec<Cell>> {
    let (asset, book) = (entry.asset, &entry.asset.book);
    let missing: Vec<&str> = asset.missing().into_iter().map(crate::register::Field::heading).collect();
    (!missing.is_empty()).then(|| {
        vec![
            Cell::Text(asset.id.to_string().into()),
            Cell::text(Some(books.config.office_name(&asset.office))),
            Cell::text(Some(&asset.name)),
            Entry::book(book.code.as_ref()),
            Entry::book(book.register.as_ref()),
            Cell::text(Some(&missing.join(", "))),
        ]
    })
}
