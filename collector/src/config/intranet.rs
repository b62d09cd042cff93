//! `[intranet]` and `[reachability]`: what the government's own network is, and whether the collector tries to reach the
//! offices' gateways.

use super::network::Network;
use super::reader::{Key, Reader, list, number, parsed};

/// The ranges of the government's own network ("Jaringan Intra").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Intranet {
    /// What belongs to it; empty as long as nobody said so.
    pub ranges: Vec<Network>,
    /// Where those come out who reach it by a secured tunnel over the Internet.
    pub vpn: Vec<Network>,
}

/// How the offices' gateways are tried; only where this is configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reachability {
    /// Every so many minutes.
    pub every_minutes: u32,
    /// The TCP ports that are tried where no echo comes back, in this order.
    pub ports: Vec<u16>,
}

/// Reads `[intranet]`.
pub(super) fn read(root: &mut Reader<'_, '_>) -> Intranet {
    let Some(mut table) = root.table("intranet") else { return Intranet::default() };
    let ranges = table.optional(Key("ranges", "[\"10.0.0.0/8\"]"), list(parsed)).unwrap_or_default();
    let vpn = table.optional(Key("vpn", "[\"10.99.0.0/16\"]"), list(parsed)).unwrap_or_default();
    table.close();
    Intranet { ranges, vpn }
}

/// Reads `[reachability]`.
pub(super) fn read_reachability(root: &mut Reader<'_, '_>) -> Option<Reachability> {
    let mut table = root.table("reachability")?;
    let every_minutes = table.optional(Key("every_minutes", "30"), number).unwrap_or(30);
    let port = |value: &_| {
        let port = number(value)?;
        u16::try_from(port).map_err(|_| format!("{port} bukan porta TCP (1 sampai 65535)"))
    };
    let ports = table.optional(Key("ports", "[443, 80, 22]"), list(port));
    table.close();
    Some(Reachability { every_minutes, ports: ports.unwrap_or_else(|| vec![443, 80, 22]) })
}
