//! The board of backups as a table: every data store, what would become of it tonight, and its last fourteen days.

use jiff::Timestamp;
use patuh_compliance::estate::StoreKind;

use super::inventory::moment;
use super::sheet::{Book, Cell, Column, Kind, Sheet};
use super::{Error, Filter, List, stands};
use crate::config::Config;
use crate::store::Store;
use crate::tasks::board::{self, DAYS, Ground, Row, Subject, place};
use crate::tasks::evaluate::{Judged, judge, tool_words};

/// Bytes in a GB.
const GB: u64 = 1_000_000_000;

const COLUMNS: [Column; 14 + DAYS] = [
    Column::new("Kode PD", Kind::Code, 12),
    Column::new("Perangkat Daerah", Kind::Text, 34),
    Column::new("Server", Kind::Text, 24),
    Column::new("Agen", Kind::Code, 34),
    Column::new("Data", Kind::Text, 34),
    Column::new("Jenis", Kind::Text, 18),
    Column::new("Ukuran (GB)", Kind::Bytes(GB), 10),
    Column::new("Bila rusak malam ini", Kind::Text, 18),
    Column::new("Keadaan", Kind::Text, 26),
    Column::new("Sebab", Kind::Text, 44),
    Column::new("Set cadangan", Kind::Text, 28),
    Column::new("Alat", Kind::Text, 14),
    Column::new("Tempat", Kind::Text, 26),
    Column::new("Salinan terbaru", Kind::Moment, 17),
    Column::new("H-13", Kind::Text, 12),
    Column::new("H-12", Kind::Text, 12),
    Column::new("H-11", Kind::Text, 12),
    Column::new("H-10", Kind::Text, 12),
    Column::new("H-9", Kind::Text, 12),
    Column::new("H-8", Kind::Text, 12),
    Column::new("H-7", Kind::Text, 12),
    Column::new("H-6", Kind::Text, 12),
    Column::new("H-5", Kind::Text, 12),
    Column::new("H-4", Kind::Text, 12),
    Column::new("H-3", Kind::Text, 12),
    Column::new("H-2", Kind::Text, 12),
    Column::new("H-1", Kind::Text, 12),
    Column::new("Hari ini", Kind::Text, 12),
];

/// The board, as far as `filter` lets it through.
pub(super) async fn book(
    filter: &Filter,
    store: &Store,
    config: &Config,
    now: Timestamp,
) -> Result<Book, Error> {
    let judged = judge(store, config, &[], now).await?;
    let (title, owner) = (List::Backups.title(), &config.government.name);
    let as_of = stands(now, config);
    let mut sheet = Sheet::plain(title, owner, Some(&as_of), &COLUMNS);
    let ground = Ground::new(&judged.estate, &judged.copies, filter.terms, now);
    let wanted =
        board::Filter { search: filter.search.clone(), office: filter.office.clone(), wanted: filter.fates };
    let rows = ground.board().rows;
    let of_server = |row: &&Row<'_>| filter.agent.as_ref().is_none_or(|agent| row.agent == agent);
    let rows = rows.iter().filter(of_server).filter(|row| wanted.has(row));
    sheet.rows = rows.map(|row| line(row, &judged, config)).collect();
    Ok(Book { title: title.to_owned(), owner: owner.clone(), sheets: vec![sheet] })
}

fn line(row: &Row<'_>, judged: &Judged, config: &Config) -> Vec<Cell> {
    let text = |text: &str| Cell::text(Some(text));
    let best = row.best();
    let office = row.server.office.parse().ok();
    let mut cells = vec![
        text(&row.server.office),
        office.map_or(Cell::Empty, |office| text(config.office_name(&office))),
        text(row.server.called()),
        text(row.agent.as_str()),
        text(row.subject.name()),
        text(kind(&row.subject)),
        Cell::number(row.subject.bytes()),
        text(row.fate.outcome().name()),
        text(row.fate.name()),
        text(&row.why.replace('`', "")),
        best.map_or(Cell::Empty, |view| text(&view.set.name)),
        best.map_or(Cell::Empty, |view| text(tool_words(view.set.tool))),
        best.map_or(Cell::Empty, |view| text(&place(&view.judged.place, &judged.estate))),
        moment(row.newest, config),
    ];
    cells.extend(row.days.iter().map(|day| text(day.sign.short())));
    cells
}

const fn kind(subject: &Subject<'_>) -> &'static str {
    match subject {
        Subject::Store(store) => match store.kind {
            StoreKind::Database => "basis data",
            StoreKind::Files => "file sistem",
            StoreKind::Machine => "mesin virtual",
            StoreKind::Volume => "volume kontainer",
            StoreKind::Configuration => "konfigurasi",
        },
        Subject::Set(_) => "set cadangan",
        Subject::Nothing(_) => "belum terinventarisasi",
    }
}
