//! Bills of materials: what each server is made of and what is installed on it, as `CycloneDX` 1.6
//! (ECMA-424, <https://cyclonedx.org/docs/1.6/json/>).
//!
//! One server: the bill of a `device`, its operating system, firmware, packages, container images and web
//! applications are the components. The estate: one `device` for each server, with its components inside.
//! Time and serial number follow from the reports and not from the clock: the same data give the same bytes.

mod component;
mod purl;

use std::sync::Arc;

use jiff::Timestamp;
use patuh_protocol::digest::Digest;
use serde::Serialize;

use super::pieces::{self, Out, Pieces};
use super::{Error, Filter};
use crate::config::Config;
use crate::store::{ServerRow, Store};

use component::{Component, Kind};

/// What stands before the components.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    #[serde(rename = "$schema")]
    schema: &'static str,
    bom_format: &'static str,
    spec_version: &'static str,
    serial_number: String,
    version: u32,
    metadata: Metadata,
}

#[derive(Serialize)]
struct Metadata {
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<Timestamp>,
    tools: Tools,
    component: Component,
}

#[derive(Serialize)]
struct Tools {
    components: [Tool; 1],
}

#[derive(Serialize)]
struct Tool {
    r#type: &'static str,
    name: &'static str,
    version: &'static str,
}

/// The bill of the one server that was asked for, or of the estate.
pub(super) fn make(servers: Vec<ServerRow>, filter: &Filter, store: &Store, config: &Arc<Config>) -> Pieces {
    let (store, config) = (store.clone(), Arc::clone(config));
    let one = filter.agent.is_some();
    pieces::stream(async move |out| match servers.as_slice() {
        [server] if one => of_server(out, server, &store).await,
        servers => of_estate(out, servers, &store, &config).await,
    })
}

async fn of_server(mut out: Out, server: &ServerRow, store: &Store) -> Result<Out, Error> {
    let sections = store.sections(&server.agent).await?;
    let device = component::device(server, &sections);
    begin(&mut out, std::slice::from_ref(server), device)?;
    list(&mut out, &component::parts(server, &sections)).await?;
    Ok(end(out))
}

async fn of_estate(
    mut out: Out,
    servers: &[ServerRow],
    store: &Store,
    config: &Config,
) -> Result<Out, Error> {
    let government = &config.government;
    let estate = Component::new(Kind::Platform, government.code.to_string(), government.name.clone());
    begin(&mut out, servers, estate)?;
    for (server, n) in servers.iter().zip(0..) {
        let sections = store.sections(&server.agent).await?;
        let mut device = component::device(server, &sections);
        device.components = component::parts(server, &sections);
        comma(&mut out, n);
        serde_json::to_writer(&mut out, &device)?;
        out.pass().await?;
    }
    Ok(end(out))
}

fn begin(out: &mut Out, servers: &[ServerRow], component: Component) -> Result<(), Error> {
    let tool = Tool { r#type: "application", name: "patuh-collector", version: env!("CARGO_PKG_VERSION") };
    let head = Head {
        schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
        bom_format: "CycloneDX",
        spec_version: "1.6",
        serial_number: serial_number(servers),
        version: 1,
        metadata: Metadata {
            timestamp: servers.iter().filter_map(|server| server.last_report).max(),
            tools: Tools { components: [tool] },
            component,
        },
    };
    // The object is opened here and closed by `end`, with the components between.
    let mut text = serde_json::to_vec(&head)?;
    text.pop();
    text.extend_from_slice(b",\"components\":[");
    out.put(&text);
    Ok(())
}

async fn list(out: &mut Out, components: &[Component]) -> Result<(), Error> {
    for (component, n) in components.iter().zip(0..) {
        comma(out, n);
        serde_json::to_writer(&mut *out, component)?;
        out.pass().await?;
    }
    Ok(())
}

fn comma(out: &mut Out, n: usize) {
    out.put(if n == 0 { b"\n" } else { b",\n" });
}

fn end(mut out: Out) -> Out {
    out.put(b"\n]}\n");
    out
}

/// A UUID (RFC 9562, version 8) of the newest reports of `servers`.
fn serial_number(servers: &[ServerRow]) -> String {
    let line = |row: &ServerRow| {
        format!("{} {}\n", row.agent, row.last_report.map_or_else(String::new, |at| at.to_string()))
    };
    let lines: Vec<String> = servers.iter().map(line).collect();
    let mut parts = vec![b"patuh-cyclonedx/1\n".as_slice()];
    parts.extend(lines.iter().map(String::as_bytes));
    let digest = Digest::of_parts(&parts).0;
    let bytes: [u8; 16] = std::array::from_fn(|i| digest.get(i).copied().unwrap_or(0));
    let uuid = u128::from_be_bytes(bytes) & !(0xf << 76) & !(0x3 << 62) | 0x8 << 76 | 0x2 << 62;
    let hex = format!("{uuid:032x}");
    let mut text = "urn:uuid:".to_owned();
    for (digit, n) in hex.chars().zip(0..) {
        if matches!(n, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests;
