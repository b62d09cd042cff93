//! `listeners`: sockets that take connections or datagrams from anybody, and who holds them.
//!
//! Carried are TCP sockets that listen and UDP sockets that are bound and connected to nobody. Most UDP
//! sockets of the latter kind are somebody's questions (to a name server, say) from a port that the kernel
//! picked, open for a moment; they would make every report differ from the one before. So UDP ports within
//! `ip_local_port_range` are left out, unless one port is open for IPv4 and IPv6 alike: the kernel does not
//! pick the same one twice, so somebody chose it (WireGuard does).
//!
//! The kernel tells the sockets ([`Roots::sockets`]), or where it cannot be asked, `/proc/net`
//! ([`proc_net`]). [`holders`] finds out whose they are.

use std::net::IpAddr;

use jiff::Timestamp;
use patuh_protocol::inventory::Listener;
use patuh_protocol::report::Reading;

use super::{Settings, listed};
use crate::roots::{Failure, Roots, Socket, Transport};

mod holders;
mod proc_net;

/// How many listeners are carried.
const MAX_LISTENERS: usize = 1000;
/// The ports that the kernel picks from (ip(7)): lowest and highest.
const RANGE: &str = "/proc/sys/net/ipv4/ip_local_port_range";
/// What holds when that cannot be read.
const USUAL_RANGE: (u16, u16) = (32_768, 60_999);

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let sockets = match roots.sockets() {
        Some(sockets) => sockets,
        None => proc_net::read(roots)?,
    };
    let sockets = waiting(&sockets, range(roots));
    let holders = holders::find(roots, &sockets);
    let mut listeners: Vec<Listener> = sockets.iter().map(|socket| listener(socket, &holders)).collect();
    listeners.sort_unstable();
    listeners.dedup();
    listeners.truncate(MAX_LISTENERS);
    Ok(listed(listeners, Reading::Listeners))
}

fn range(roots: &Roots) -> (u16, u16) {
    let text = roots.text(RANGE).ok().flatten().unwrap_or_default();
    let mut ports = text.split_whitespace().map_while(|port| port.parse().ok());
    ports.next().zip(ports.next()).unwrap_or(USUAL_RANGE)
}

/// `sockets` without those that only wait for the answer to a question; see the module's head.
fn waiting(sockets: &[Socket], (low, high): (u16, u16)) -> Vec<Socket> {
    let is_picked = |socket: &Socket| {
        socket.transport == Transport::Udp
            && (low..=high).contains(&socket.port)
            && !sockets.iter().any(|other| {
                other.transport == Transport::Udp
                    && other.port == socket.port
                    && other.address.is_ipv4() != socket.address.is_ipv4()
            })
    };
    sockets.iter().filter(|socket| socket.port > 0 && !is_picked(socket)).cloned().collect()
}

fn listener(socket: &Socket, holders: &holders::Holders) -> Listener {
    let holder = holders.of(socket);
    Listener {
        protocol: match socket.transport {
            Transport::Tcp => "tcp".to_owned(),
            Transport::Udp => "udp".to_owned(),
        },
        address: address(socket.address),
        port: socket.port,
        process: holder.process,
        unit: holder.unit,
    }
}

/// An IPv6 socket for all addresses takes IPv4, too, so both are `*`.
fn address(address: IpAddr) -> String {
    let address = address.to_canonical();
    if address.is_unspecified() { "*".to_owned() } else { address.to_string() }
}

#[cfg(test)]
mod tests;
