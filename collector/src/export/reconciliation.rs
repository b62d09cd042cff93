//! The reconciliation as a table: where the books and what is seen do not agree, and what can be done.

use jiff::Timestamp;
use patuh_protocol::id::AgentId;

use super::inventory::moment;
use super::sheet::{Book, Cell, Column, Kind, Sheet};
use super::{Error, Filter, List, stands};
use crate::config::Config;
use crate::register::Mismatch;
use crate::store::Store;
use crate::tasks::reconcile::mismatches;

const COLUMNS: [Column; 10] = [
    Column::new("Jenis perbedaan", Kind::Text, 30),
    Column::new("Kode PD", Kind::Code, 12),
    Column::new("Perangkat Daerah", Kind::Text, 34),
    Column::new("Nama", Kind::Text, 28),
    Column::new("Nomor aset", Kind::Code, 12),
    Column::new("Agen", Kind::Code, 34),
    Column::new("Menurut buku", Kind::Text, 40),
    Column::new("Menurut yang terlihat", Kind::Text, 40),
    Column::new("Sejak", Kind::Moment, 17),
    Column::new("Yang dapat dilakukan", Kind::Text, 60),
];

/// The reconciliation of all assets with all servers, as far as `filter` lets it through.
pub(super) async fn book(
    filter: &Filter,
    store: &Store,
    config: &Config,
    now: Timestamp,
) -> Result<Book, Error> {
    let (title, owner) = (List::Reconciliation.title(), &config.government.name);
    let as_of = stands(now, config);
    let mut sheet = Sheet::plain(title, owner, Some(&as_of), &COLUMNS);
    let found = mismatches(store, config, now).await?;
    let wanted = found.iter().filter(|found| filter.office.as_ref().is_none_or(|o| found.office == *o));
    sheet.rows = wanted.map(|found| row(found, config)).collect();
    Ok(Book { title: title.to_owned(), owner: owner.clone(), sheets: vec![sheet] })
}

fn row(found: &Mismatch, config: &Config) -> Vec<Cell> {
    let text = |text: &str| Cell::text(Some(text));
    vec![
        text(found.kind.name()),
        text(found.office.as_str()),
        text(config.office_name(&found.office)),
        text(&found.name),
        found.asset.map_or(Cell::Empty, |asset| Cell::Text(asset.to_string().into())),
        Cell::text(found.agent.as_ref().map(AgentId::as_str)),
        text(&found.booked),
        text(&found.seen),
        moment(found.since, config),
        text(found.kind.remedy()),
    ]
}
