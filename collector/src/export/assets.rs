//! The register as it stands, every column of it: to be edited in a spreadsheet and imported again. What was not
//! edited comes back as it was.

use jiff::Timestamp;

use super::sheet::{Book, Cell, Column, Kind, Sheet};
use super::{Error, Filter, List, stands};
use crate::config::Config;
use crate::register::{Asset, Field, FieldKind};
use crate::store::{AssetFilter, Store};

/// The register, as far as `filter` lets it through.
pub(super) async fn book(
    filter: &Filter,
    store: &Store,
    config: &Config,
    now: Timestamp,
) -> Result<Book, Error> {
    let wanted = AssetFilter {
        office: filter.office.clone(),
        kind: filter.kind,
        stage: filter.stage,
        condition: filter.condition,
        search: filter.search.clone(),
    };
    let mut assets = store.assets(&wanted).await?;
    assets.retain(|asset| filter.takes(asset) && (!filter.incomplete || !asset.missing().is_empty()));
    let (title, owner) = (List::Assets.title(), &config.government.name);
    let as_of = stands(now, config);
    let mut sheet = Sheet::plain(title, owner, Some(&as_of), &Field::ALL.map(column));
    sheet.rows = assets.iter().map(|asset| Field::ALL.map(|field| cell(field, asset)).to_vec()).collect();
    Ok(Book { title: title.to_owned(), owner: owner.clone(), sheets: vec![sheet] })
}

const fn column(field: Field) -> Column {
    let kind = match (field, field.kind()) {
        (Field::Price, _) => Kind::Money,
        (Field::Year, _) => Kind::Year,
        (_, FieldKind::Day) => Kind::Day,
        (_, FieldKind::Code) => Kind::Code,
        (_, FieldKind::Words | FieldKind::Number) => Kind::Text,
    };
    let width = match field {
        Field::Nibar => 46,
        Field::Name | Field::Model | Field::Size | Field::Agent | Field::Note => 34,
        Field::Office | Field::Number | Field::Year | Field::Register | Field::Rack => 12,
        _ => 20,
    };
    Column::new(field.heading(), kind, width)
}

fn cell(field: Field, asset: &Asset) -> Cell {
    let stage = asset.stages.last();
    let day = match field {
        Field::AcquiredOn => asset.book.acquired_on,
        Field::ValidUntil => asset.book.valid_until,
        Field::StageOn => stage.and_then(|entry| entry.on),
        Field::Dated => stage.and_then(|entry| entry.dated),
        _ => None,
    };
    match (field, day) {
        (_, Some(day)) => Cell::Day(day),
        (Field::Price, None) => Cell::number(asset.book.price),
        (Field::Year, None) => Cell::number(asset.book.year.and_then(|year| u32::try_from(year).ok())),
        (field, None) => Cell::text(Some(&field.get(asset))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::{csv, xlsx};
    use crate::register::import::{self, Context, Mapping, Outcome, Plan};
    use crate::register::{AssetId, AssetKind, Codes, Hosts};

    fn asset(n: u64, written: &[(Field, &str)]) -> Asset {
        let mut asset = Asset::new("dinkes".parse().unwrap(), AssetKind::Server, format!("=Server {n}"));
        (asset.id, asset.revision) = (AssetId(n), 1);
        for (field, text) in written {
            field.set(&mut asset, text).unwrap();
        }
        asset
    }

    fn assets() -> Vec<Asset> {
        let whole = [
            (Field::Serial, "0012"),
            (Field::Code, "1.3.2.10.02.04.001"),
            (Field::Nibar, "120135110200000028000020261321002040010000001"),
            (Field::Register, "0001"),
            (Field::AcquiredOn, "5-3-2024"),
            (Field::Price, "125.000.000"),
            (Field::Condition, "Baik"),
            (Field::Stage, "Penerimaan"),
            (Field::Document, "+12/BAST/2024"),
            (Field::Dated, "6-3-2024"),
            (Field::Note, "baris; \"kutip\", _x0041_"),
        ];
        vec![asset(1, &whole), asset(2, &[(Field::Year, "2020"), (Field::Name, "'Switch")]), asset(3, &[])]
    }

    /// What an import of the file finds.
    fn check(bytes: &[u8]) {
        let (assets, offices, codes) =
            (assets(), [("dinkes".parse().unwrap(), String::new())], Codes::shipped());
        let context = Context {
            assets: &assets,
            offices: &offices,
            sites: &[],
            codes: &codes,
            hosts: &Hosts::default(),
            office: None,
            thousands: false,
        };
        let plan = Plan::new(&import::read(bytes).unwrap(), &Mapping::new(), &context).unwrap();
        let outcomes: Vec<_> = plan.rows.into_iter().map(|row| row.outcome).collect();
        assert_eq!(outcomes, assets.iter().map(|asset| Outcome::Same(asset.id)).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_taken_away_comes_back_the_same() {
        let mut sheet = Sheet::plain("Daftar Aset", "Pemerintah", None, &Field::ALL.map(column));
        sheet.rows =
            assets().iter().map(|asset| Field::ALL.map(|field| cell(field, asset)).to_vec()).collect();
        let book = Book { title: "Daftar Aset".into(), owner: "Pemerintah".into(), sheets: vec![sheet] };
        check(&xlsx::write(&book).unwrap());
        check(&csv::write(&book));
    }
}
