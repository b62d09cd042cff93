//! The register of portable media, every column of it, with what agents saw written; and beside it who holds the keys
//! of encrypted backups.

use jiff::Timestamp;

use super::sheet::{Book, Cell, Column, Kind, Sheet};
use super::{Error, Filter, List, stands};
use crate::config::Config;
use crate::media::{EscrowField, Field, Medium, Writing, written_last};
use crate::store::{Attested, MediaFilter, Store};

/// The register, as far as `filter` lets it through.
pub(super) async fn book(
    filter: &Filter,
    store: &Store,
    config: &Config,
    now: Timestamp,
) -> Result<Book, Error> {
    let wanted = MediaFilter {
        office: filter.office.clone(),
        kind: filter.medium,
        life: filter.life,
        search: filter.search.clone(),
    };
    let (media, writings) = (store.media(&wanted).await?, store.writings().await?);
    let (title, owner) = (List::Media.title(), &config.government.name);
    let as_of = stands(now, config);
    let seen =
        [Column::new("Dilihat agen ditulis", Kind::Moment, 18), Column::new("Set cadangan", Kind::Text, 20)];
    let columns: Vec<Column> = Field::ALL.map(column).into_iter().chain(seen).collect();
    let mut sheet = Sheet::plain(title, owner, Some(&as_of), &columns);
    sheet.rows = media.iter().map(|medium| row(medium, written_last(medium, &writings), config)).collect();
    let mut escrows = store.escrows().await?;
    escrows.retain(|it| filter.office.as_ref().is_none_or(|office| it.escrow.office == *office));
    let holders = holders(&escrows, owner, &as_of);
    Ok(Book { title: title.to_owned(), owner: owner.clone(), sheets: vec![sheet, holders] })
}

const fn column(field: Field) -> Column {
    let kind = if field.is_day() {
        Kind::Day
    } else if field.is_code() {
        Kind::Code
    } else {
        Kind::Text
    };
    let width = match field {
        Field::Manifest => 66,
        Field::Contents | Field::Note | Field::Identity | Field::Model => 34,
        Field::Number | Field::Office | Field::Life => 12,
        _ => 20,
    };
    Column::new(field.heading(), kind, width)
}

fn row(medium: &Medium, writing: Option<&Writing>, config: &Config) -> Vec<Cell> {
    let cell =
        |field: Field| field.day_of(medium).map_or_else(|| Cell::text(Some(&field.get(medium))), Cell::Day);
    let zone = &config.government.timezone;
    let written = writing.map(|it| Cell::Moment(it.newest.to_zoned(zone.clone()).datetime()));
    let set = Cell::text(writing.map(|it| it.set.as_str()));
    Field::ALL.into_iter().map(cell).chain([written.unwrap_or(Cell::Empty), set]).collect()
}

/// Who holds keys: explains the list, and is no part of it.
fn holders(escrows: &[Attested], owner: &str, as_of: &str) -> Sheet {
    let column = |field: EscrowField| {
        let kind = match field {
            EscrowField::AttestedOn | EscrowField::Until => Kind::Day,
            EscrowField::Office | EscrowField::Nip | EscrowField::Document => Kind::Code,
            _ => Kind::Text,
        };
        Column::new(field.heading(), kind, 22)
    };
    let ended = Column::new("Diakhiri", Kind::Day, 14);
    let columns: Vec<Column> = EscrowField::ALL.map(column).into_iter().chain([ended]).collect();
    let row = |it: &Attested| {
        let escrow = &it.escrow;
        let cell = |field: EscrowField| match field {
            EscrowField::AttestedOn => Cell::Day(escrow.attested_on),
            EscrowField::Until => escrow.until.map_or(Cell::Empty, Cell::Day),
            field => Cell::text(Some(&field.get(escrow))),
        };
        let ended = escrow.ended_on.map_or(Cell::Empty, Cell::Day);
        EscrowField::ALL.into_iter().map(cell).chain([ended]).collect()
    };
    let mut sheet = Sheet::plain("Pemegang kunci", owner, Some(as_of), &columns);
    sheet.rows = escrows.iter().map(row).collect();
    Sheet { aside: true, ..sheet }
}
