//! KIR: Kartu Inventaris Ruangan, the classic form of 14 columns; one sheet a room. Assets whose room is not
//! entered are in no room, and so only in the sheet of what is not complete.

use std::collections::BTreeMap;

use super::entry::Entry;
use super::{Books, Cell, Column, Kind, Line, Sheet, Signature};
use crate::export::Conditions;
use crate::register::Condition;

/// What stands in the column of the condition that it is in.
const TICK: &str = "✓";

const COLUMNS: [Column; 14] = [
    Column::new("No.", Kind::Number, 5),
    Column::new("Jenis/Nama Barang", Kind::Text, 26),
    Column::new("Merk/Model", Kind::Text, 22),
    Column::new("No. Seri Pabrik", Kind::Code, 20),
    Column::new("Ukuran", Kind::Text, 26),
    Column::new("Bahan", Kind::Text, 10),
    Column::new("Tahun Pembuatan/Pembelian", Kind::Year, 11),
    Column::new("No. Kode Barang", Kind::Code, 20),
    Column::new("Jumlah Barang/Register", Kind::Code, 12),
    Column::new("Harga Beli/Perolehan (Rp)", Kind::Money, 16),
    Column::new("Baik (B)", Kind::Text, 7),
    Column::new("Kurang Baik (KB)", Kind::Text, 7),
    Column::new("Rusak Berat (RB)", Kind::Text, 7),
    Column::new("Keterangan Mutasi dll.", Kind::Text, 28),
];

/// One sheet for each room of each office.
pub(super) fn sheets(books: &Books<'_>) -> Vec<Sheet> {
    let in_a_room = |entry: &Entry<'_>| !entry.is_licence() && entry.asset.place.room.is_some();
    let mut sheets = Vec::new();
    for part in books.parts(in_a_room) {
        let mut rooms: BTreeMap<&str, Vec<&Entry<'_>>> = BTreeMap::new();
        for entry in &part.entries {
            rooms.entry(entry.asset.place.room.as_deref().unwrap_or_default()).or_default().push(entry);
        }
        let several = part.office;
        sheets.extend(rooms.into_iter().map(|(room, entries)| {
            let sheet = books.form(several, ["KARTU INVENTARIS RUANGAN (KIR)", ""], &columns(books));
            of_room(sheet, room, &entries)
        }));
    }
    sheets
}

fn of_room(mut sheet: Sheet, room: &str, entries: &[&Entry<'_>]) -> Sheet {
    let place = Line::Plain(format!("Ruangan: {room}"));
    sheet.head.insert(sheet.head.len().saturating_sub(1), place);
    sheet.name = format!("{room} {}", sheet.name);
    sheet.beside.push((Column::new("Ruang", Kind::Text, 20), Cell::text(Some(room))));
    sheet.signatures.push(Signature { role: "Penanggung Jawab Ruangan".to_owned(), person: keeper(entries) });
    sheet.rows = (1..).zip(entries).map(|(n, entry)| row(n, entry)).collect();
    sheet
}

/// Who answers for the room: the one that all assets in it name.
fn keeper(entries: &[&Entry<'_>]) -> Option<(String, String)> {
    let mut named = entries.iter().map(|entry| entry.asset.place.custodian.as_deref());
    let first = named.next().flatten()?;
    named.all(|name| name == Some(first)).then(|| (first.to_owned(), String::new()))
}

/// The columns, with the names of the conditions as they are asked for.
fn columns(books: &Books<'_>) -> [Column; 14] {
    let mut columns = COLUMNS;
    if books.filter.conditions == Conditions::Words {
        for column in &mut columns {
            column.name = match column.name {
                "Baik (B)" => "Baik",
                "Kurang Baik (KB)" => "Rusak Ringan",
                "Rusak Berat (RB)" => "Rusak Berat",
                other => other,
            };
        }
    }
    columns
}

fn row(n: u64, entry: &Entry<'_>) -> Vec<Cell> {
    let book = &entry.asset.book;
    let tick = |condition: Condition| Cell::text((book.condition == Some(condition)).then_some(TICK));
    let register = book.register.as_ref().map(|register| format!("1/{register}"));
    let known = [
        Cell::Number(n),
        Cell::text(Some(&entry.asset.name)),
        Entry::own(entry.model()),
        Entry::own(entry.serial()),
        Entry::own(entry.size()),
        Entry::book(book.material.as_ref()),
        entry.year(),
        Entry::book(book.code.as_ref()),
        Entry::own(register.or_else(|| Some("1/-".to_owned()))),
        entry.price(),
    ];
    let conditions = [Condition::Good, Condition::Worn, Condition::Broken].map(tick);
    known.map(Cell::or_dash).into_iter().chain(conditions).chain([entry.remark()]).collect()
}
