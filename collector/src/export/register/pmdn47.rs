//! The columns of Permendagri 47/2021, as the newer asset systems name them. No official import template was
//! found, so nothing is claimed to be compatible with one.

use super::entry::Entry;
use super::{Books, Cell, Column, Kind, Sheet};
use crate::export::Conditions;
use crate::register::Stage;

const COLUMNS: [Column; 20] = [
    Column::new("No.", Kind::Number, 5),
    Column::new("NIBAR", Kind::Code, 48),
    Column::new("Kode Barang", Kind::Code, 20),
    Column::new("Nama Barang", Kind::Text, 26),
    Column::new("Spesifikasi Nama Barang", Kind::Text, 30),
    Column::new("Merek/Tipe", Kind::Text, 24),
    Column::new("Spesifikasi Lainnya", Kind::Text, 30),
    Column::new("Nomor Seri Pabrik", Kind::Code, 20),
    Column::new("Tanggal Perolehan", Kind::Day, 12),
    Column::new("Tahun Perolehan", Kind::Year, 10),
    Column::new("Cara Perolehan", Kind::Text, 14),
    Column::new("Jumlah", Kind::Number, 8),
    Column::new("Satuan", Kind::Text, 8),
    Column::new("Harga Satuan Perolehan (Rp)", Kind::Money, 16),
    Column::new("Nilai Perolehan (Rp)", Kind::Money, 16),
    Column::new("Kondisi", Kind::Text, 12),
    Column::new("Lokasi/Ruang", Kind::Text, 28),
    Column::new("Pemegang", Kind::Text, 24),
    Column::new("Status Penggunaan (tahap siklus hidup)", Kind::Text, 16),
    Column::new("Keterangan", Kind::Text, 30),
];

/// One sheet for each office.
pub(super) fn sheets(books: &Books<'_>) -> Vec<Sheet> {
    let titles = ["DAFTAR BARANG MILIK DAERAH", "PERALATAN DAN MESIN (SUSUNAN PERMENDAGRI 47/2021)"];
    let parts = books.parts(|entry| !entry.is_licence());
    let sheet = |part: &super::Part<'_>| {
        let rows = (1..).zip(&part.entries).map(|(n, entry)| row(n, entry, books)).collect();
        Sheet { rows, ..books.form(part.office, titles, &COLUMNS) }
    };
    parts.iter().map(sheet).collect()
}

fn row(n: u64, entry: &Entry<'_>, books: &Books<'_>) -> Vec<Cell> {
    let (asset, book) = (entry.asset, &entry.asset.book);
    let condition = book.condition.map(|condition| match books.filter.conditions {
        Conditions::Letters => condition.letters(),
        Conditions::Words => condition.name(),
    });
    let site = asset.place.site.as_ref().map(|site| books.config.site_name(site));
    let standard = book.code.as_deref().and_then(|code| books.codes.find(code));
    let cells = [
        Cell::Number(n),
        Entry::book(book.nibar.as_ref()),
        Entry::book(book.code.as_ref()),
        Cell::text(standard.map(|code| code.name.as_str())),
        Cell::text(Some(&asset.name)),
        Entry::own(entry.model()),
        Entry::own(entry.size()),
        Entry::own(entry.serial()),
        book.acquired_on.map_or(Cell::Empty, Cell::Day),
        entry.year(),
        Entry::book(book.origin.as_ref()),
        Cell::Number(1),
        Cell::text(Some("Unit")),
        entry.price(),
        entry.price(),
        Cell::text(condition),
        Entry::own(entry.place(site)),
        Entry::book(asset.place.custodian.as_ref()),
        Cell::text(asset.stage().map(Stage::name)),
        entry.remark(),
    ];
    cells.map(Cell::or_dash).into()
}
