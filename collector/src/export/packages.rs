//! The inventory of software: every package of every server. Thousands of servers have millions of packages,
//! so a CSV goes out server by server, and a workbook keeps its rows in a temporary file.

use std::sync::Arc;

use super::inventory::moment;
use super::pieces::{self, Out, Pieces};
use super::sheet::{Cell, Column, Kind, Sheet};
use super::xlsx::Writer;
use super::{Error, Format, as_of, csv};
use crate::config::Config;
use crate::store::{ServerRow, Store};
use patuh_protocol::report::Reading;

const TITLE: &str = "Daftar Paket";

const COLUMNS: [Column; 9] = [
    Column::new("Nama server", Kind::Text, 28),
    Column::new("Agen", Kind::Code, 34),
    Column::new("Perangkat Daerah", Kind::Text, 40),
    Column::new("Paket", Kind::Code, 34),
    Column::new("Versi", Kind::Code, 30),
    Column::new("Arsitektur", Kind::Text, 12),
    Column::new("Pengelola paket", Kind::Text, 12),
    Column::new("Tempat", Kind::Code, 34),
    Column::new("Dibaca", Kind::Moment, 17),
];

/// The packages of `servers`.
pub(super) fn make(servers: Vec<ServerRow>, format: Format, store: &Store, config: &Arc<Config>) -> Pieces {
    let (store, config) = (store.clone(), Arc::clone(config));
    match format {
        Format::Csv => pieces::stream(|out| as_csv(out, servers, store, config)),
        _ => pieces::stream(|out| as_xlsx(out, servers, store, config)),
    }
}

async fn as_csv(
    mut out: Out,
    servers: Vec<ServerRow>,
    store: Store,
    config: Arc<Config>,
) -> Result<Out, Error> {
    out.put(&csv::head(&COLUMNS));
    for server in &servers {
        out.put(&csv::rows(&COLUMNS, &of_server(server, &store, &config).await?));
        out.pass().await?;
    }
    Ok(out)
}

async fn as_xlsx(
    mut out: Out,
    servers: Vec<ServerRow>,
    store: Store,
    config: Arc<Config>,
) -> Result<Out, Error> {
    let owner = &config.government.name;
    let mut writer = Writer::new(TITLE, owner, true)?;
    writer.open(&Sheet::plain(TITLE, owner, as_of(&servers, &config).as_deref(), &COLUMNS))?;
    for server in &servers {
        writer.rows(&of_server(server, &store, &config).await?)?;
    }
    // Packing takes seconds when there are millions of rows.
    let packed = tokio::task::spawn_blocking(move || writer.finish()).await;
    let bytes = packed.map_err(|_| Error::BrokenOff)??;
    for piece in bytes.chunks(1 << 20) {
        out.put(piece);
        out.pass().await?;
    }
    Ok(out)
}

async fn of_server(row: &ServerRow, store: &Store, config: &Config) -> Result<Vec<Vec<Cell>>, Error> {
    // One text each for all rows of a server: there are thousands.
    let shared: [Arc<str>; 3] =
        [&*row.hostname, row.agent.as_str(), config.office_name(&row.office)].map(Into::into);
    let mut rows = Vec::new();
    for section in store.sections(&row.agent).await? {
        let Some(value) = &section.value else { continue };
        let Reading::Packages(packages) = &value.reading else { continue };
        let manager: Arc<str> = section.sensor.rsplit('/').next().unwrap_or_default().into();
        let read = moment(Some(value.at), config);
        rows.extend(packages.iter().map(|package| {
            let [host, agent, office] = shared.clone().map(Cell::Text);
            let text = |text: &str| Cell::text(Some(text));
            let [name, version] = [&package.name, &package.version].map(|t| text(t));
            let manager = Cell::Text(Arc::clone(&manager));
            let (architecture, place) = (text(&package.architecture), text(&package.place));
            vec![host, agent, office, name, version, architecture, manager, place, read.clone()]
        }));
    }
    Ok(rows)
}
