//! The lists that the pengurus barang hands on: KIB, KIR and their kin, filled from the register.
//!
//! A fact of the books is what a person entered, or nothing: a dash on the forms. Maker, serial number and
//! size may be what the agent saw, when the register leaves them open. Everything that was written off
//! (penghapusan) is left out. Beside the list stand a sheet of the assets that lack something, and the
//! reconciliation.

mod atb;
mod entry;
mod incomplete;
mod kib_b;
mod kir;
mod pmdn47;
mod simda;

use std::collections::BTreeMap;

use jiff::Timestamp;
use patuh_protocol::id::{AgentId, Code};

use super::facts::{self, Facts};
use super::sheet::{Book, Cell, Column, Kind, Line, Sheet, Signature};
use super::{Error, Filter, List, reference, stands};
use crate::config::{Config, Official};
use crate::register::{Asset, AssetKind, Codes};
use crate::store::{AssetFilter, Store};

use entry::Entry;

/// The group of intangible assets in Permendagri 108/2016: Aset Tak Berwujud.
const INTANGIBLE: &str = "1.5.3";

/// What these lists are made from.
pub(super) struct Books<'a> {
    assets: Vec<Asset>,
    facts: BTreeMap<AgentId, Facts>,
    codes: Codes,
    config: &'a Config,
    filter: &'a Filter,
    now: Timestamp,
}

/// What an office hands on.
struct Part<'a> {
    office: &'a Code,
    entries: Vec<Entry<'a>>,
}

impl<'a> Books<'a> {
    /// The assets that `filter` lets through, with what their agents saw.
    pub(super) async fn open(
        store: &Store,
        config: &'a Config,
        filter: &'a Filter,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let wanted = AssetFilter {
            office: filter.office.clone(),
            search: filter.search.clone(),
            ..AssetFilter::default()
        };
        let mut assets = store.assets(&wanted).await?;
        assets.retain(|asset| !asset.is_removed() && filter.takes(asset));
        Ok(Self {
            assets,
            facts: facts::of_all(store).await?,
            codes: reference::codes(config),
            config,
            filter,
            now,
        })
    }

    /// The list `list`; sheets that explain it come behind.
    pub(super) fn list(&self, list: List) -> Book {
        let mut sheets = match list {
            List::KibB => kib_b::sheets(self),
            List::Kir => kir::sheets(self),
            List::Licences => atb::sheets(self),
            List::Simda => simda::sheets(self),
            _ => pmdn47::sheets(self),
        };
        if sheets.is_empty() {
            sheets.push(self.nothing(list));
        }
        let title = list.title().to_owned();
        Book { title, owner: self.config.government.name.clone(), sheets }
    }

    /// All assets, those of the list too, with what they lack.
    pub(super) fn incomplete(&self, list: List) -> Sheet {
        let (licences, things): (Vec<_>, Vec<_>) = self.entries().partition(|entry| entry.is_licence());
        incomplete::sheet(self, if list == List::Licences { &licences } else { &things })
    }

    fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.assets.iter().map(|asset| {
            let facts = asset.agent.as_ref().and_then(|agent| self.facts.get(agent));
            Entry { asset, facts }
        })
    }

    /// What `takes` lets through, by office in the order of the configuration, in each by kode barang, register
    /// and number. An asset without a code comes last: that is where the next one is entered.
    fn parts(&self, takes: impl Fn(&Entry<'_>) -> bool) -> Vec<Part<'_>> {
        let mut by_office: BTreeMap<(usize, &Code), Vec<Entry<'_>>> = BTreeMap::new();
        for entry in self.entries().filter(takes) {
            let office = &entry.asset.office;
            let place = self.config.offices.iter().position(|known| known.code == *office);
            by_office.entry((place.unwrap_or(usize::MAX), office)).or_default().push(entry);
        }
        let parts = by_office.into_iter().map(|((_, office), mut entries)| {
            entries.sort_by(|a, b| a.order().cmp(&b.order()));
            Part { office, entries }
        });
        parts.collect()
    }

    /// A form of an office: its kop above, its signatures below.
    fn form(&self, office: &Code, [title, subtitle]: [&str; 2], columns: &[Column]) -> Sheet {
        let (config, name) = (self.config, self.config.office_name(office));
        let known = config.office(office);
        let location = known.and_then(|office| office.location_code.as_deref()).unwrap_or("-");
        let head = [
            Line::Title(title.to_owned()),
            Line::Owner(subtitle.to_owned()),
            Line::Plain(config.government.name.clone()),
            Line::Plain(format!("Nama UPB: {name}")),
            Line::Plain(format!("No. Kode Lokasi: {location}")),
            Line::Plain(self.as_of()),
        ];
        let signature = |role: String, official: Option<&Official>| {
            let person = official.map(|it| (it.name.clone(), it.nip.clone().unwrap_or_default()));
            Signature { role, person }
        };
        Sheet {
            name: name.to_owned(),
            head: head.into_iter().filter(|line| *line != Line::Owner(String::new())).collect(),
            columns: columns.to_vec(),
            form: true,
            signatures: vec![
                signature(format!("Mengetahui, Kepala {name}"), known.and_then(|it| it.head.as_ref())),
                signature("Pengurus Barang".to_owned(), known.and_then(|it| it.asset_officer.as_ref())),
            ],
            beside: vec![(Column::new("Perangkat Daerah", Kind::Text, 30), Cell::text(Some(name)))],
            ..Sheet::default()
        }
    }

    fn as_of(&self) -> String {
        stands(self.now, self.config)
    }

    fn nothing(&self, list: List) -> Sheet {
        let owner = &self.config.government.name;
        let why = "Belum ada aset yang cocok dalam Daftar Aset. Catat atau impor asetnya lebih dahulu.";
        Sheet::plain(list.title(), owner, Some(why), &[])
    }
}

impl Filter {
    pub(super) fn takes(&self, asset: &Asset) -> bool {
        let room = asset.place.room.as_deref().unwrap_or_default();
        self.room.as_deref().is_none_or(|wanted| wanted == room)
            && self.agent.as_ref().is_none_or(|agent| asset.agent.as_ref() == Some(agent))
    }
}

/// Whether it belongs among the intangible assets.
pub(super) fn is_licence(asset: &Asset) -> bool {
    let code = asset.book.code.as_deref();
    code.map_or(asset.kind == AssetKind::Licence, |code| code.starts_with(INTANGIBLE))
}

impl Entry<'_> {
    fn is_licence(&self) -> bool {
        is_licence(self.asset)
    }
}

#[cfg(test)]
mod tests;
