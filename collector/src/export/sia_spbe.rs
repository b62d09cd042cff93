//! Infrastructure objects as the portal SIA-SPBE asks for them: one sheet an object, its columns named as the
//! portal's attributes. What only a person knows (ownership, licences, bandwidth, tier) comes from the register
//! and is empty where it says nothing; which values the portal takes is not known here, so none is invented.
//!
//! Absent, because nothing here tells of them: Komputasi Awan, Jaringan Intra Pemerintah, Sistem Penghubung
//! Layanan Pemerintah.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use patuh_protocol::id::AgentId;

use super::facts::{self, Facts};
use super::sheet::{Book, Cell, Column, Kind, Sheet};
use super::{Error, Filter, List, reference, stands};
use crate::config::Config;
use crate::register::{Asset, AssetKind, Codes};
use crate::store::{AssetFilter, ServerRow, Store};

const ID: Column = Column::new("ID", Kind::Code, 16);
const ABOUT: Column = Column::new("Uraian/Deskripsi", Kind::Text, 44);
const OWNERSHIP: Column = Column::new("Status Kepemilikan", Kind::Text, 20);
const OWNER: Column = Column::new("Nama Pemilik", Kind::Text, 32);

const fn text(name: &'static str, width: u16) -> Column {
    Column::new(name, Kind::Text, width)
}

/// What the sheets are made from.
struct Estate<'a> {
    servers: &'a [ServerRow],
    assets: Vec<Asset>,
    facts: BTreeMap<AgentId, Facts>,
    codes: Codes,
    config: &'a Config,
    as_of: String,
}

/// The objects.
pub(super) async fn book(
    servers: &[ServerRow],
    filter: &Filter,
    store: &Store,
    config: &Config,
    now: Timestamp,
) -> Result<Book, Error> {
    let wanted = AssetFilter { office: filter.office.clone(), ..AssetFilter::default() };
    let mut assets = store.assets(&wanted).await?;
    assets.retain(|asset| !asset.is_removed());
    let as_of = stands(now, config);
    let estate = Estate {
        servers,
        assets,
        facts: facts::of_all(store).await?,
        codes: reference::codes(config),
        config,
        as_of,
    };
    let owner = config.government.name.clone();
    Ok(Book { title: List::SiaSpbe.title().to_owned(), owner, sheets: estate.sheets() })
}

impl Estate<'_> {
    fn sheets(&self) -> Vec<Sheet> {
        vec![
            self.hardware(),
            self.storage(),
            self.devices("PK Jaringan", "Tipe Network/Communication Device", AssetKind::Network),
            self.devices("PK Keamanan", "Tipe Security Device", AssetKind::Security),
            self.peripherals(),
            self.operating_systems(),
            self.databases(),
            self.licences(),
            self.sites(),
        ]
    }

    fn sheet(&self, name: &str, object: &str, columns: &[Column], rows: Vec<Vec<Cell>>) -> Sheet {
        let owner = &self.config.government.name;
        let sheet = Sheet::plain(&format!("SIA-SPBE: {object}"), owner, Some(&self.as_of), columns);
        Sheet { name: name.to_owned(), rows, ..sheet }
    }

    fn of_kind(&self, kind: AssetKind) -> impl Iterator<Item = &Asset> {
        self.assets.iter().filter(move |asset| asset.kind == kind)
    }

    /// Servers of the register, and machines that are seen and not (yet) in it.
    fn hardware(&self) -> Sheet {
        let columns = [
            ID,
            ABOUT,
            text("Jenis Penggunaan Server", 32),
            OWNERSHIP,
            OWNER,
            text("Kapasitas Memori", 18),
            text("Jenis Teknologi Prosesor", 40),
            text("Kapasitas Penyimpanan", 20),
        ];
        let none = Facts::default();
        let facts = |agent: Option<&AgentId>| agent.and_then(|a| self.facts.get(a)).unwrap_or(&none);
        let mut rows: Vec<_> = self
            .of_kind(AssetKind::Server)
            .map(|asset| {
                server(&asset.id.to_string(), &described(asset), Some(asset), facts(asset.agent.as_ref()))
            })
            .collect();
        let booked: BTreeSet<&AgentId> = self.assets.iter().filter_map(|it| it.agent.as_ref()).collect();
        let unbooked = self.servers.iter().filter(|row| !booked.contains(&row.agent));
        let physical = unbooked.filter(|row| row.guest_of.is_none() && row.last_report.is_some());
        rows.extend(physical.map(|row| {
            let about = format!("{} {}", row.hostname, row.model.as_deref().unwrap_or_default());
            server(row.agent.as_str(), about.trim(), None, facts(Some(&row.agent)))
        }));
        self.sheet("PK Server", "Perangkat Keras Server", &columns, rows)
    }

    fn storage(&self) -> Sheet {
        let columns = [
            ID,
            ABOUT,
            OWNERSHIP,
            OWNER,
            text("Kapasitas Penyimpanan", 24),
            text("Metode Akses Data Sharing", 24),
        ];
        let row = |asset: &Asset| {
            let [id, about, ownership, owner] = common(asset);
            vec![id, about, ownership, owner, Cell::text(Some(&asset.size)), Cell::Empty]
        };
        let rows = self.of_kind(AssetKind::Storage).map(row).collect();
        self.sheet("PK Media Penyimpanan", "Perangkat Keras Media Penyimpanan", &columns, rows)
    }

    fn devices(&self, name: &str, kind: &'static str, of: AssetKind) -> Sheet {
        let columns = [ID, ABOUT, text(kind, 30), OWNERSHIP, OWNER];
        let row = |asset: &Asset| {
            let [id, about, ownership, owner] = common(asset);
            vec![id, about, self.standard_name(asset), ownership, owner]
        };
        let rows = self.of_kind(of).map(row).collect();
        self.sheet(name, &name.replacen("PK", "Perangkat Keras", 1), &columns, rows)
    }

    fn peripherals(&self) -> Sheet {
        let columns = [ID, ABOUT, text("Tipe Periferal", 30)];
        let row = |asset: &Asset| {
            let [id, about, ..] = common(asset);
            vec![id, about, self.standard_name(asset)]
        };
        let rows = self.of_kind(AssetKind::Peripheral).map(row).collect();
        self.sheet("PK Periferal", "Perangkat Keras Periferal", &columns, rows)
    }

    /// The name that Permendagri 108/2016 gives the asset's kode barang.
    fn standard_name(&self, asset: &Asset) -> Cell {
        let code = asset.book.code.as_deref().and_then(|code| self.codes.find(code));
        Cell::text(code.map(|code| code.name.as_str()))
    }

    /// Each operating system that is seen, once.
    fn operating_systems(&self) -> Sheet {
        let seen = self.servers.iter().filter_map(|row| row.os.clone());
        self.platform("PL Sistem Operasi", "Sistem Operasi", "Jenis Sistem Operasi", seen)
    }

    /// Each database system that is seen, once.
    fn databases(&self) -> Sheet {
        let facts = self.servers.iter().filter_map(|row| self.facts.get(&row.agent));
        let named = facts.flat_map(|facts| &facts.databases);
        let seen = named.map(|(engine, version)| format!("{engine} {version}").trim().to_owned());
        self.platform("PL Sistem Database", "Sistem Database", "Jenis Sistem Database", seen)
    }

    fn platform(
        &self,
        name: &str,
        object: &str,
        kind: &'static str,
        seen: impl Iterator<Item = String>,
    ) -> Sheet {
        let mut counted: BTreeMap<String, u32> = BTreeMap::new();
        for system in seen {
            *counted.entry(system).or_default() += 1;
        }
        let columns = platform_columns(kind);
        let rows = (1..).zip(&counted).map(|(n, (system, servers)): (u32, _)| {
            let about = format!("{system}, pada {servers} server");
            let id = Cell::Text(format!("{object} {n}").into());
            let kind = Cell::text(Some(system));
            vec![id, Cell::Text(about.into()), kind, Cell::Empty, Cell::Empty, Cell::Empty]
        });
        self.sheet(name, &format!("Perangkat Lunak Platform, {object}"), &columns, rows.collect())
    }

    /// The licences of the register: the books do not say of which of the three platforms they are.
    fn licences(&self) -> Sheet {
        let columns = platform_columns("Jenis Sistem Utilitas");
        let row = |asset: &Asset| {
            let [id, about, _, owner] = common(asset);
            let valid = asset.book.valid_until.map(|day| day.strftime("%d-%m-%Y").to_string());
            let licence = Cell::text(asset.book.licence.as_deref());
            vec![id, about, Cell::Empty, licence, owner, Cell::text(valid.as_deref())]
        };
        let rows = self.of_kind(AssetKind::Licence).map(row).collect();
        self.sheet("PL Lisensi", "Perangkat Lunak Platform, menurut lisensi", &columns, rows)
    }

    fn sites(&self) -> Sheet {
        let columns = [
            ID,
            text("Bandwidth Intranet", 18),
            text("Bandwidth Internet", 18),
            text("Lokasi", 36),
            text("Kepemilikan", 18),
            text("Klasifikasi Tier", 18),
            text("Sistem Pengamanan", 24),
        ];
        let rows = self.config.sites.iter().map(|site| {
            let mut cells = vec![Cell::Empty; columns.len()];
            let known = [(0, site.code.as_str()), (3, site.name.as_str())];
            for (place, value) in known {
                if let Some(cell) = cells.get_mut(place) {
                    *cell = Cell::text(Some(value));
                }
            }
            cells
        });
        self.sheet("Fasilitas Komputasi", "Fasilitas Komputasi", &columns, rows.collect())
    }
}

const fn platform_columns(kind: &'static str) -> [Column; 6] {
    [
        ID,
        ABOUT,
        text(kind, 32),
        text("Jenis Lisensi", 24),
        OWNER,
        text("Validitas Lisensi Perangkat Lunak", 20),
    ]
}

fn server(id: &str, about: &str, asset: Option<&Asset>, facts: &Facts) -> Vec<Cell> {
    let book = asset.map(|asset| &asset.book);
    let size = |bytes: Option<u64>, unit| bytes.map(|bytes| facts::in_gb(bytes, unit));
    vec![
        Cell::text(Some(id)),
        Cell::text(Some(about)),
        Cell::text(facts.uses().as_deref()),
        Cell::text(book.and_then(|book| book.ownership.as_deref())),
        Cell::text(book.and_then(|book| book.owner.as_deref())),
        Cell::text(size(facts.memory_bytes(), 1 << 30).as_deref()),
        Cell::text(facts.cpu.as_deref()),
        Cell::text(size(facts.disk_bytes, 1_000_000_000).as_deref()),
    ]
}

/// Number, description, ownership, owner.
fn common(asset: &Asset) -> [Cell; 4] {
    [
        Cell::Text(asset.id.to_string().into()),
        Cell::Text(described(asset).into()),
        Cell::text(asset.book.ownership.as_deref()),
        Cell::text(asset.book.owner.as_deref()),
    ]
}

fn described(asset: &Asset) -> String {
    format!("{} {}", asset.name, asset.model).trim().to_owned()
}
