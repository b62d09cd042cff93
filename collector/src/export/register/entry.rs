//! An asset with what its agent saw: the cells that several forms share.

use std::sync::Arc;

use crate::export::facts::Facts;
use crate::export::sheet::Cell;
use crate::register::{Asset, identifier};

/// An asset with what its agent saw, when it has one.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) asset: &'a Asset,
    pub(super) facts: Option<&'a Facts>,
}

impl Entry<'_> {
    /// Its place among others: those without a code last.
    pub(super) fn order(&self) -> (bool, Option<&str>, Option<&str>, crate::register::AssetId) {
        let book = &self.asset.book;
        (book.code.is_none(), book.code.as_deref(), book.register.as_deref(), self.asset.id)
    }

    /// Maker and type: as the register says, else as the machine says of itself.
    pub(super) fn model(&self) -> Option<String> {
        text(&self.asset.model).or_else(|| self.facts?.model())
    }

    /// Serial number: as the register says, else as the firmware says, when that says anything.
    pub(super) fn serial(&self) -> Option<String> {
        let booked = self.asset.serial.as_deref().and_then(text);
        let seen = || self.facts?.serial.as_deref().and_then(identifier::known_serial).map(ToOwned::to_owned);
        booked.or_else(seen)
    }

    /// "Ukuran": as the register says, else what the agent saw.
    pub(super) fn size(&self) -> Option<String> {
        text(&self.asset.size).or_else(|| self.facts?.size())
    }

    /// Year of acquisition.
    pub(super) fn year(&self) -> Cell {
        let book = &self.asset.book;
        let year = book.year.or_else(|| book.acquired_on.map(jiff::civil::Date::year));
        Cell::number(year.and_then(|year| u16::try_from(year).ok()))
    }

    /// Price in rupiah.
    pub(super) fn price(&self) -> Cell {
        Cell::number(self.asset.book.price)
    }

    /// "Keterangan": the note, behind the number by which the register knows it.
    pub(super) fn remark(&self) -> Cell {
        let number = self.asset.id.to_string();
        let note = self.asset.note.trim();
        let remark = if note.is_empty() { number } else { format!("{number}; {note}") };
        Cell::Text(remark.into())
    }

    /// Where it stands: site, room and rack.
    pub(super) fn place(&self, site: Option<&str>) -> Option<String> {
        let place = &self.asset.place;
        let parts = [site, place.room.as_deref(), place.rack.as_deref()];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        Some(parts.join(", ")).filter(|text| !text.is_empty())
    }

    /// A fact of the books.
    pub(super) fn book(fact: Option<&String>) -> Cell {
        fact.map_or(Cell::Empty, |fact| Cell::text(Some(fact)))
    }

    /// A text that may be another's.
    pub(super) fn own(text: Option<String>) -> Cell {
        text.map_or(Cell::Empty, |text| Cell::Text(Arc::from(text)))
    }
}

fn text(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
