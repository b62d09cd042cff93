//! What runs on a host as a machine or container of its own.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A virtual machine or system container that this host runs. Its own agent's view of it joins by `uuid`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Guest {
    /// What manages it: `libvirt`, `proxmox`, `lxc`, `incus`, `lxd`.
    pub manager: String,
    /// Machine or container.
    pub kind: GuestKind,
    /// The manager's id, such as Proxmox's VMID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The SMBIOS UUID it is given, lower case with hyphens. Compare it with
    /// [`same_uuid`](super::same_uuid).
    pub uuid: Option<String>,
    /// Whether it runs; `None` when that cannot be told.
    pub running: Option<bool>,
    /// Processors.
    pub cpus: Option<u32>,
    /// Memory in bytes.
    pub memory_bytes: Option<u64>,
    /// MAC addresses.
    pub macs: Vec<String>,
    /// Its disks or volumes, as the manager names them. Data stores: they must be found in a backup.
    pub disks: Vec<String>,
}

/// The kinds of [`Guest`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuestKind {
    /// A machine with a kernel of its own.
    #[default]
    Machine,
    /// A system container on this host's kernel.
    Container,
}

/// An application container (Docker, Podman).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Container {
    /// `docker` or `podman`.
    pub engine: String,
    /// Its id, shortened to twelve digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The image as it was asked for, such as `postgres:15`.
    pub image: String,
    /// The image's id (`sha256:…`).
    pub image_id: Option<String>,
    /// Whether it runs; `None` when that cannot be told.
    pub running: Option<bool>,
    /// Whether it starts again with the host (restart policy `always` or `unless-stopped`).
    pub restarts: Option<bool>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Folders and volumes that outlive it, as `source:destination`. Data stores: they must be found in a
    /// backup.
    pub volumes: Vec<String>,
}

/// An image that a container engine keeps, whether or not a container was made of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Image {
    /// `docker` or `podman`.
    pub engine: String,
    /// Its id, shortened to twelve digits.
    pub id: String,
    /// What it is called, such as `postgres:15`, sorted; nothing for one that lost its name to a newer one.
    pub names: Vec<String>,
}
