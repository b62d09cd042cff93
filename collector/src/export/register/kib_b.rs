//! KIB B: Kartu Inventaris Barang, peralatan dan mesin. The classic form of 16 columns (Permendagri 17/2007 style), which is
//! still the one that everybody reads; one unit a row, one sheet an office, "-" for what is not known.

use super::entry::Entry;
use super::{Books, Cell, Column, Kind, Sheet};

const COLUMNS: [Column; 16] = [
    Column::new("No. Urut", Kind::Number, 6),
    Column::new("Kode Barang", Kind::Code, 20),
    Column::new("Nama Barang/Jenis Barang", Kind::Text, 26),
    Column::new("Nomor Register", Kind::Code, 10),
    Column::new("Merk/Type", Kind::Text, 24),
    Column::new("Ukuran/CC", Kind::Text, 26),
    Column::new("Bahan", Kind::Text, 10),
    Column::new("Tahun Pembelian", Kind::Year, 10),
    Column::new("Nomor Pabrik", Kind::Code, 20),
    Column::new("Nomor Rangka", Kind::Code, 9),
    Column::new("Nomor Mesin", Kind::Code, 9),
    Column::new("Nomor Polisi", Kind::Code, 9),
    Column::new("Nomor BPKB", Kind::Code, 9),
    Column::new("Asal Usul/Cara Perolehan", Kind::Text, 16),
    Column::new("Harga (Rp penuh, bukan ribuan)", Kind::Money, 16),
    Column::new("Keterangan", Kind::Text, 30),
];

/// One sheet for each office.
pub(super) fn sheets(books: &Books<'_>) -> Vec<Sheet> {
    let titles = ["KARTU INVENTARIS BARANG (KIB) B", "PERALATAN DAN MESIN"];
    let parts = books.parts(|entry| !entry.is_licence());
    let sheet = |part: &super::Part<'_>| {
        let rows = (1..).zip(&part.entries).map(|(n, entry)| row(n, entry)).collect();
        Sheet { rows, ..books.form(part.office, titles, &COLUMNS) }
    };
    parts.iter().map(sheet).collect()
}

fn row(n: u64, entry: &Entry<'_>) -> Vec<Cell> {
    let book = &entry.asset.book;
    let cells = [
        Cell::Number(n),
        Entry::book(book.code.as_ref()),
        Cell::text(Some(&entry.asset.name)),
        Entry::book(book.register.as_ref()),
        Entry::own(entry.model()),
        Entry::own(entry.size()),
        Entry::book(book.material.as_ref()),
        entry.year(),
        Entry::own(entry.serial()),
        Cell::Dash,
        Cell::Dash,
        Cell::Dash,
        Cell::Dash,
        Entry::book(book.origin.as_ref()),
        entry.price(),
        entry.remark(),
    ];
    cells.map(Cell::or_dash).into()
}
