//! What a host sees of its network.

use serde::{Deserialize, Serialize};

/// A network interface (the loopback is left out).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Interface {
    /// The kernel's name, such as `eth0`.
    pub name: String,
    /// Link-layer address, six hex pairs with colons.
    pub mac: Option<String>,
    /// Whether the link is up (`operstate`).
    pub up: Option<bool>,
    /// Speed in Mbit/s, when the driver tells.
    pub speed_mbps: Option<u32>,
    /// Maximum transmission unit in bytes.
    pub mtu: Option<u32>,
    /// A device without hardware behind it (bridge, bond, veth, tunnel).
    pub is_virtual: bool,
    /// The kernel driver behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub driver: Option<String>,
    /// Addresses with prefix length, such as `10.20.3.4/24`, sorted.
    pub addresses: Vec<String>,
}

/// A default gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gateway {
    /// Its address.
    pub address: String,
    /// The interface it is reached by.
    pub interface: String,
    /// Its link-layer address, when known.
    pub mac: Option<String>,
}

/// A host in the neighbour table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Neighbour {
    /// Its address.
    pub address: String,
    /// Its link-layer address.
    pub mac: String,
    /// The interface it was seen by.
    pub interface: String,
}
