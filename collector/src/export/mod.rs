//! Lists to take away, one list, one file. [`csv`] and [`xlsx`] write the tables of [`sheet`]; [`cyclonedx`]
//! and [`lines`] write themselves. What is too large for memory goes out in [`pieces`]. Diagrams: [`diagram`].
//!
//! Whatever a host calls itself, and whatever stands in a book, stays text: no cell is ever a formula or a
//! link. What a person must say (codes, prices, conditions) is taken from the register or left empty, never
//! guessed; what an agent saw stands for a technical fact that the register leaves open.

mod assets;
mod backups;
mod csv;
mod cyclonedx;
mod diagram;
mod facts;
mod inventory;
mod ipplan;
pub mod json;
mod labels;
mod lines;
mod list;
mod media;
mod packages;
mod pieces;
mod reconciliation;
mod reference;
mod register;
mod sheet;
mod sia_spbe;
mod told;
mod xlsx;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use patuh_protocol::id::{AgentId, Code};

use crate::config::Config;
use crate::ipplan::{Life as PlotLife, MisfitKind, Purpose};
use crate::media::{Life, MediumKind};
use crate::register::{AssetKind, Condition, Stage};
use crate::store::{self, ServerFilter, ServerRow, Store};
use crate::tasks::board::{Terms, Wanted};

pub use diagram::{Drawing, DrawingError, Picture, fingerprint, png};
pub use labels::{Label, labels};
pub use list::{Format, List};
pub use pieces::Pieces;

use register::Books;
use sheet::{Book, Sheet};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Which list.
    pub list: List,
    /// As what.
    pub format: Format,
    /// What is to be in it.
    pub filter: Filter,
}

/// What a list is to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words that must occur, as in a search of servers.
    pub search: Option<String>,
    /// Only of this office.
    pub office: Option<Code>,
    /// Only this server.
    pub agent: Option<AgentId>,
    /// Only servers that were picked by something that the store does not know.
    pub only: Option<Only>,
    /// Only assets in this room.
    pub room: Option<String>,
    /// How the condition of an asset is written.
    pub conditions: Conditions,
    /// Only assets of this kind (the whole register only, like the rest).
    pub kind: Option<AssetKind>,
    /// Only assets at this stage.
    pub stage: Option<Stage>,
    /// Only assets in this condition.
    pub condition: Option<Condition>,
    /// Only assets that lack an obligatory fact.
    pub incomplete: bool,
    /// Only media of this kind (the register of media only, like the next).
    pub medium: Option<MediumKind>,
    /// Only media in this state.
    pub life: Option<Life>,
    /// Only subnets for this (the plan of numbering only, like the next).
    pub purpose: Option<Purpose>,
    /// Only subnets in this state.
    pub plot_life: Option<PlotLife>,
    /// Only what does not fit in this way (the findings of the plan only).
    pub finding: Option<MisfitKind>,
    /// Only data stores with this fate (the board of backups only, like the terms).
    pub fates: Option<Wanted>,
    /// When a copy counts as young enough.
    pub terms: Terms,
}

/// Servers that were picked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Only {
    /// By what, in words, for the ledger.
    pub why: String,
    /// Which.
    pub agents: BTreeSet<AgentId>,
}

/// The words for the condition of an asset: two vocabularies are in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Conditions {
    /// B, KB, RB.
    #[default]
    Letters,
    /// Baik, Rusak Ringan, Rusak Berat (Permendagri 47/2021).
    Words,
}

impl Conditions {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Letters, Self::Words];

    /// Its name in addresses and on the command line.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Letters => "huruf",
            Self::Words => "kata",
        }
    }

    /// The vocabulary of this name.
    #[must_use]
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|conditions| conditions.slug() == slug)
    }
}

/// The name of a file with a list: which, whose, of what day.
#[must_use]
pub fn file_name(list: List, format: Format, config: &Config, now: Timestamp) -> String {
    let government = &config.government;
    let day = now.to_zoned(government.timezone.clone()).strftime("%Y-%m-%d").to_string();
    format!("{}-{}-{day}.{}", list.slug(), government.code, format.extension())
}

/// Why an export could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The list does not come in this format.
    #[error("the list {} is not made as {}", .0.name(), .1.extension())]
    Format(List, Format),
    /// No such server, or not of the office that was asked for.
    #[error("no such server")]
    NoServer,
    /// The store.
    #[error("store: {0}")]
    Store(#[from] store::Error),
    /// The XLSX writer.
    #[error("xlsx: {0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
    /// The JSON writer.
    #[error("json: {0}")]
    Json(#[from] serde_json::Error),
    /// A page to be printed.
    #[error("page: {0}")]
    Page(String),
    /// The task that made it is gone.
    #[error("broken off")]
    BrokenOff,
    /// Nobody reads it any more.
    #[error("no longer read")]
    Unread,
}

/// A list as a file. What is large is made while it is read.
///
/// # Errors
/// [`Error`], with the reason; what happens later comes out of the [`Pieces`].
pub async fn make(
    asked: Asked,
    store: &Store,
    config: &Arc<Config>,
    now: Timestamp,
) -> Result<Pieces, Error> {
    let Asked { list, format, filter } = asked;
    if !list.formats().contains(&format) {
        return Err(Error::Format(list, format));
    }
    let servers = servers(&filter, store).await?;
    let book = match list {
        List::Servers => inventory::book(&servers, store, config).await?,
        List::Packages => return Ok(packages::make(servers, format, store, config)),
        List::CycloneDx => return Ok(cyclonedx::make(servers, &filter, store, config)),
        List::Everything => return Ok(lines::make(servers, &filter, store, config, now)),
        List::SiaSpbe => sia_spbe::book(&servers, &filter, store, config, now).await?,
        List::Assets => assets::book(&filter, store, config, now).await?,
        List::Media => media::book(&filter, store, config, now).await?,
        List::IpPlan => ipplan::book(&filter, store, config, now).await?,
        List::IpFindings => ipplan::findings_book(&filter, store, config, now).await?,
        List::Reconciliation => reconciliation::book(&filter, store, config, now).await?,
        List::Backups => backups::book(&filter, store, config, now).await?,
        // Pages are made by the room of the pages.
        List::Labels => return Err(Error::Format(list, format)),
        List::KibB | List::Kir | List::Licences | List::Pmdn47 | List::Simda => {
            books(list, &filter, store, config, now).await?
        }
    };
    Ok(Pieces::whole(written(&book, format)?))
}

/// A list of the register, with the sheets that explain it.
async fn books(
    list: List,
    filter: &Filter,
    store: &Store,
    config: &Config,
    now: Timestamp,
) -> Result<Book, Error> {
    let books = Books::open(store, config, filter, now).await?;
    let mut book = books.list(list);
    book.sheets.push(books.incomplete(list));
    if list != List::Licences {
        let reconciled = reconciliation::book(filter, store, config, now).await?;
        book.sheets.extend(reconciled.sheets.into_iter().map(|sheet| Sheet { aside: true, ..sheet }));
    }
    Ok(book)
}

/// The servers that `filter` lets through.
async fn servers(filter: &Filter, store: &Store) -> Result<Vec<ServerRow>, Error> {
    let Some(agent) = &filter.agent else {
        let wanted = ServerFilter { search: filter.search.clone(), office: filter.office.clone() };
        let mut rows = store.servers(&wanted).await?;
        rows.retain(|row| filter.only.as_ref().is_none_or(|only| only.agents.contains(&row.agent)));
        return Ok(rows);
    };
    let server =
        store.server(agent).await?.filter(|row| filter.office.as_ref().is_none_or(|o| row.office == *o));
    Ok(vec![server.ok_or(Error::NoServer)?])
}

fn written(book: &Book, format: Format) -> Result<Vec<u8>, Error> {
    match format {
        Format::Csv => Ok(csv::write(book)),
        _ => xlsx::write(book),
    }
}

/// `Keadaan per 22-11-2026 pukul 07.30 WIB`: of what people enter, which stands as of `now`.
fn stands(now: Timestamp, config: &Config) -> String {
    let local = now.to_zoned(config.government.timezone.clone());
    local.strftime("Keadaan per %d-%m-%Y pukul %H.%M %Z").to_string()
}

/// `Data per 22-11-2026 pukul 07.30 WIB`, by the newest report of `servers`.
fn as_of(servers: &[ServerRow], config: &Config) -> Option<String> {
    let newest = servers.iter().filter_map(|row| row.last_report).max()?;
    let local = newest.to_zoned(config.government.timezone.clone());
    Some(local.strftime("Data per %d-%m-%Y pukul %H.%M %Z").to_string())
}
