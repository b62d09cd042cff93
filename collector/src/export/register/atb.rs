//! Aset Tak Berwujud: licences, which are no KIB B (kode barang 1.5.3, amortised).

use super::entry::Entry;
use super::{Books, Cell, Column, Kind, Sheet};
use crate::register::Stage;

const COLUMNS: [Column; 16] = [
    Column::new("No.", Kind::Number, 5),
    Column::new("Kode Barang", Kind::Code, 20),
    Column::new("NIBAR", Kind::Code, 48),
    Column::new("Nomor Register", Kind::Code, 10),
    Column::new("Judul/Nama", Kind::Text, 30),
    Column::new("Pencipta/Vendor", Kind::Text, 22),
    Column::new("Spesifikasi Lisensi", Kind::Text, 30),
    Column::new("Nomor Lisensi", Kind::Code, 24),
    Column::new("Berlaku Sampai", Kind::Day, 12),
    Column::new("Tahun Perolehan", Kind::Year, 10),
    Column::new("Asal Usul/Cara Perolehan", Kind::Text, 16),
    Column::new("Nomor Dokumen (SPK/BAST)", Kind::Code, 24),
    Column::new("Jumlah", Kind::Number, 8),
    Column::new("Satuan", Kind::Text, 10),
    Column::new("Harga (Rp)", Kind::Money, 16),
    Column::new("Keterangan", Kind::Text, 30),
];

/// One sheet for each office.
pub(super) fn sheets(books: &Books<'_>) -> Vec<Sheet> {
    let titles = ["DAFTAR ASET TAK BERWUJUD", "PERANGKAT LUNAK DAN LISENSI"];
    let parts = books.parts(|entry| entry.is_licence());
    let sheet = |part: &super::Part<'_>| {
        let rows = (1..).zip(&part.entries).map(|(n, entry)| row(n, entry)).collect();
        Sheet { rows, ..books.form(part.office, titles, &COLUMNS) }
    };
    parts.iter().map(sheet).collect()
}

fn row(n: u64, entry: &Entry<'_>) -> Vec<Cell> {
    let (asset, book) = (entry.asset, &entry.asset.book);
    let cells = [
        Cell::Number(n),
        Entry::book(book.code.as_ref()),
        Entry::book(book.nibar.as_ref()),
        Entry::book(book.register.as_ref()),
        Cell::text(Some(&asset.name)),
        Cell::text(Some(&asset.model)),
        Entry::book(book.licence.as_ref()),
        Entry::book(asset.serial.as_ref()),
        book.valid_until.map_or(Cell::Empty, Cell::Day),
        entry.year(),
        Entry::book(book.origin.as_ref()),
        Entry::own(document(entry)),
        Cell::Number(1),
        Cell::text(Some("Lisensi")),
        entry.price(),
        entry.remark(),
    ];
    cells.map(Cell::or_dash).into()
}

/// The document of its procurement, else of its receipt.
fn document(entry: &Entry<'_>) -> Option<String> {
    let of = |stage| entry.asset.stages.iter().find(|entry| entry.stage == stage)?.document.clone();
    let both = [of(Stage::Procured), of(Stage::Received)];
    let both: Vec<String> = both.into_iter().flatten().collect();
    Some(both.join(", ")).filter(|text| !text.is_empty())
}
