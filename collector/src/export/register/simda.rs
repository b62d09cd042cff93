//! The columns of `Ta_KIB_B`, the table of peralatan dan mesin in SIMDA BMD (BPKP), for whoever loads it by
//! their own means. Its widths are kept: a text that does not fit is cut here, and named in a sheet of its own,
//! so that nothing is lost unseen.

use super::entry::Entry;
use super::{Books, Cell, Column, Kind, Sheet};

/// The columns with the most characters that SIMDA takes; 0: no text.
const COLUMNS: [(Column, usize); 23] = [
    (Column::new("Kode_Lokasi", Kind::Code, 20), 0),
    (Column::new("Nama_UPB", Kind::Text, 28), 0),
    (Column::new("Kd_Aset8", Kind::Code, 8), 0),
    (Column::new("Kd_Aset80", Kind::Code, 8), 0),
    (Column::new("Kd_Aset81", Kind::Code, 8), 0),
    (Column::new("Kd_Aset82", Kind::Code, 8), 0),
    (Column::new("Kd_Aset83", Kind::Code, 8), 0),
    (Column::new("Kd_Aset84", Kind::Code, 8), 0),
    (Column::new("Kd_Aset85", Kind::Code, 8), 0),
    (Column::new("No_Reg8", Kind::Code, 8), 0),
    (Column::new("Kd_Ruang", Kind::Code, 16), 50),
    (Column::new("Merk", Kind::Text, 22), 50),
    (Column::new("Type", Kind::Text, 22), 50),
    (Column::new("CC", Kind::Text, 26), 50),
    (Column::new("Bahan", Kind::Text, 10), 50),
    (Column::new("Tgl_Perolehan", Kind::Day, 12), 0),
    (Column::new("Tahun", Kind::Year, 8), 0),
    (Column::new("Nomor_Pabrik", Kind::Code, 22), 50),
    (Column::new("Asal_usul", Kind::Text, 16), 50),
    (Column::new("Kondisi", Kind::Code, 8), 2),
    (Column::new("Harga", Kind::Money, 16), 0),
    (Column::new("Keterangan", Kind::Text, 30), 255),
    (Column::new("Nomor_Aset_Patuh", Kind::Code, 12), 0),
];

/// One sheet for all offices, as a table is loaded; and one of what was cut.
pub(super) fn sheets(books: &Books<'_>) -> Vec<Sheet> {
    let columns = COLUMNS.map(|(column, _)| column);
    let owner = &books.config.government.name;
    let title = "SIMDA BMD: Ta_KIB_B";
    let mut list = Sheet::plain(title, owner, Some(&books.as_of()), &columns);
    list.name = "Ta_KIB_B".to_owned();
    let mut cut = Sheet::plain("Terpotong", owner, Some("Teks yang melebihi lebar kolom SIMDA"), &CUT);
    cut.aside = true;
    for part in books.parts(|entry| !entry.is_licence()) {
        for entry in &part.entries {
            let mut cells = row(entry, books);
            for (cell, (column, width)) in cells.iter_mut().zip(COLUMNS) {
                cut.rows.extend(fit(cell, column, width, entry));
            }
            list.rows.push(cells);
        }
    }
    let sheets = [list, cut].into_iter().filter(|sheet| !sheet.rows.is_empty());
    sheets.collect()
}

const CUT: [Column; 3] = [
    Column::new("Nomor aset", Kind::Code, 12),
    Column::new("Kolom", Kind::Text, 16),
    Column::new("Isi seluruhnya", Kind::Text, 80),
];

/// Cuts a text to its width; returns the row that tells of it.
fn fit(cell: &mut Cell, column: Column, width: usize, entry: &Entry<'_>) -> Option<Vec<Cell>> {
    let Cell::Text(whole) = &*cell else { return None };
    if width == 0 || whole.chars().count() <= width {
        return None;
    }
    let number = Cell::Text(entry.asset.id.to_string().into());
    let told = vec![number, Cell::text(Some(column.name)), Cell::Text(whole.clone())];
    let kept: String = whole.chars().take(width).collect();
    *cell = Cell::Text(kept.into());
    Some(told)
}

fn row(entry: &Entry<'_>, books: &Books<'_>) -> Vec<Cell> {
    let (asset, book) = (entry.asset, &entry.asset.book);
    let office = books.config.office(&asset.office);
    let mut levels = book.code.as_deref().unwrap_or_default().split('.').filter(|level| !level.is_empty());
    let [maker, model] = maker_and_model(entry);
    let mut cells = vec![
        Entry::book(office.and_then(|office| office.location_code.as_ref())),
        Cell::text(Some(books.config.office_name(&asset.office))),
    ];
    cells.extend((0..7).map(|_| Cell::text(levels.next())));
    cells.extend([
        Entry::book(book.register.as_ref()),
        Entry::book(asset.place.room.as_ref()),
        Entry::own(maker),
        Entry::own(model),
        Entry::own(entry.size()),
        Entry::book(book.material.as_ref()),
        book.acquired_on.map_or(Cell::Empty, Cell::Day),
        entry.year(),
        Entry::own(entry.serial()),
        Entry::book(book.origin.as_ref()),
        Cell::text(book.condition.map(crate::register::Condition::letters)),
        entry.price(),
        Cell::text(Some(asset.note.trim())),
        Cell::Text(asset.id.to_string().into()),
    ]);
    cells
}

/// SIMDA has two columns where the register has one text: it is parted at a slash, as the forms write
/// `Merk/Type`; a machine that tells both itself is taken at its word. Otherwise all stands in the first.
fn maker_and_model(entry: &Entry<'_>) -> [Option<String>; 2] {
    let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    match (entry.asset.model.split_once('/'), entry.facts) {
        (Some((maker, model)), _) => [text(maker), text(model)],
        (None, Some(facts)) if entry.asset.model.trim().is_empty() => {
            [facts.vendor.clone(), facts.product.clone()]
        }
        (None, _) => [text(&entry.asset.model), None],
    }
}
