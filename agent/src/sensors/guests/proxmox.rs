//! `guests/proxmox`: the virtual machines and containers of this node of Proxmox VE, from its cluster file
//! system: `/etc/pve/qemu-server/VMID.conf` (qm.conf(5)) and `/etc/pve/lxc/VMID.conf` (pct.conf(5)).
//!
//! A machine runs when its process has a file in `/run/qemu-server`, a container when it has a control group.
//! A template is a form for machines and none itself. A snapshot's section repeats the machine as it was.

use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::inventory::{Guest, GuestKind};
use patuh_protocol::report::Reading;

use super::{MAX_DESCRIPTION, MAX_GUESTS, mac, reading, uuid};
use crate::roots::lossy::{lossy, name as shown};
use crate::roots::{Failure, Roots};
use crate::sensors::Settings;
use crate::sensors::{cgroups, salvage::salvage};

const MACHINES: &str = "/etc/pve/qemu-server";
const CONTAINERS: &str = "/etc/pve/lxc";
/// What a guest has when its file says nothing of it (qm.conf(5), pct.conf(5)).
const MEMORY_MIB: u64 = 512;
/// The names of keys for disks, before their number.
const DISKS: [&str; 5] = ["scsi", "virtio", "sata", "ide", "mp"];
/// The longest value that is looked at, in characters.
const VALUE: usize = 1024;

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let mut found = Vec::new();
    for (folder, kind) in [(MACHINES, GuestKind::Machine), (CONTAINERS, GuestKind::Container)] {
        let names = roots.list(folder)?.unwrap_or_default();
        let ids = names.iter().filter_map(|name| name.strip_suffix(".conf")).take(MAX_GUESTS);
        found.extend(ids.map(|id| guest(roots, folder, id, kind)));
    }
    Ok(reading(salvage(found)?.into_iter().flatten().collect()))
}

fn guest(roots: &Roots, folder: &str, id: &str, kind: GuestKind) -> Result<Option<Guest>, Failure> {
    let path = Path::new(folder).join(format!("{id}.conf"));
    let Some(bytes) = roots.head(&path, MAX_DESCRIPTION)? else { return Ok(None) };
    Ok(parse(&bytes, kind).map(|guest| Guest { id: shown(id), running: running(roots, id, kind), ..guest }))
}

fn running(roots: &Roots, id: &str, kind: GuestKind) -> Option<bool> {
    match kind {
        GuestKind::Machine => Some(roots.exists(format!("/run/qemu-server/{id}.pid"))),
        GuestKind::Container => cgroups::any_exists(roots, &[format!("lxc/{id}")]),
    }
}

/// The guest in a file, up to its first section; `None` for a template.
fn parse(bytes: &[u8], kind: GuestKind) -> Option<Guest> {
    let mut guest =
        Guest { manager: "proxmox".into(), kind, memory_bytes: Some(MEMORY_MIB << 20), ..Guest::default() };
    let (mut cores, mut sockets) = (None, None);
    let lines = bytes.split(|byte| *byte == b'\n').map(|line| lossy(line, VALUE));
    for line in lines.take_while(|line| !line.starts_with('[')).filter(|line| !line.starts_with('#')) {
        let Some((key, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        match key {
            "template" if value == "1" => return None,
            "name" | "hostname" => guest.name = shown(value),
            "memory" => guest.memory_bytes = mebibytes(value).or(guest.memory_bytes),
            "cores" => cores = value.parse::<u32>().ok(),
            "sockets" => sockets = value.parse::<u32>().ok(),
            "smbios1" => guest.uuid = option(value, "uuid").and_then(uuid),
            "rootfs" => guest.disks.extend(volume(value)),
            _ if is_numbered(key, &["net"]) => guest.macs.extend(value.split(',').find_map(address)),
            _ if is_numbered(key, &DISKS) => guest.disks.extend(volume(value)),
            _ => {}
        }
    }
    // A container without `cores` may use all of the host's; a machine then has one.
    guest.cpus = match kind {
        GuestKind::Machine => Some(cores.unwrap_or(1).saturating_mul(sockets.unwrap_or(1))),
        GuestKind::Container => cores,
    };
    Some(guest)
}

/// `4096` or `current=4096`.
fn mebibytes(value: &str) -> Option<u64> {
    value.strip_prefix("current=").unwrap_or(value).parse::<u64>().ok()?.checked_mul(1 << 20)
}

/// `scsi0`, but not `scsihw`.
fn is_numbered(key: &str, names: &[&str]) -> bool {
    let numbers = names.iter().filter_map(|name| key.strip_prefix(name));
    numbers.into_iter().any(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The value of `name` among `value,name=value,…`.
fn option<'a>(options: &'a str, name: &str) -> Option<&'a str> {
    options.split(',').find_map(|option| option.trim().strip_prefix(name)?.strip_prefix('='))
}

/// The address in `virtio=BC:24:11:2A:00:01`, or `hwaddr=…` of a container.
fn address(option: &str) -> Option<String> {
    mac(option.split_once('=')?.1)
}

/// The volume, path or device that a disk is; a drive for discs holds nothing of the guest's.
fn volume(value: &str) -> Option<String> {
    let is_disc = option(value, "media") == Some("cdrom");
    let first = value.split(',').next()?;
    let volume = first.strip_prefix("file=").or_else(|| first.strip_prefix("volume=")).unwrap_or(first);
    (!is_disc && !volume.is_empty() && volume != "none").then(|| shown(volume))
}

#[cfg(test)]
mod tests {
    use super::super::laid::seen;
    use super::*;

    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let expected = expected.iter().map(|line| (*line).to_owned()).collect();
        assert_eq!(seen(read, files), Ok(expected));
    }

    const MACHINE: &str = "#rahasia: not a key\nboot: order=scsi0\ncores: 4\nmemory: 8192\nname: simpeg\n\
        net0: virtio=BC:24:11:2A:00:01,bridge=vmbr0,firewall=1\nide2: local:iso/debian-12.iso,media=cdrom,size=658M\n\
        scsi0: local-zfs:vm-100-disk-0,iothread=1,size=64G\nscsi1: /dev/disk/by-id/x\nscsihw: virtio-scsi-single\n\
        smbios1: uuid=6C0F7A5E-4A9E-4B52-9C55-D9B0A7B9B001,base64=1\nsockets: 2\nunused0: local-zfs:vm-100-disk-9\n\n\
        [sebelum]\nmemory: 1024\nname: lama\n";
    const CONTAINER: &str = "arch: amd64\nhostname: dns\nmemory: 1024\nmp0: tank:subvol-101-disk-1,mp=/data\n\
        net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:2A:00:02,ip=dhcp\nrootfs: local-zfs:subvol-101-disk-0,size=8G\n";

    #[test]
    fn machines_and_containers_of_the_node() {
        let machine = "simpeg 6c0f7a5e-4a9e-4b52-9c55-d9b0a7b9b001 runs 8 cpus 8192 MiB bc:24:11:2a:00:01 \
            /dev/disk/by-id/x local-zfs:vm-100-disk-0";
        let container = "1024 MiB bc:24:11:2a:00:02 local-zfs:subvol-101-disk-0 tank:subvol-101-disk-1";
        check(
            &[
                ("etc/pve/qemu-server/100.conf", MACHINE),
                ("etc/pve/qemu-server/900.conf", "template: 1\nname: cetakan\n"),
                ("etc/pve/qemu-server/102.conf", "memory: current=2048\n"),
                ("etc/pve/lxc/101.conf", CONTAINER),
                ("run/qemu-server/100.pid", "4711"),
                ("sys/fs/cgroup/cgroup.procs", ""),
                ("sys/fs/cgroup/lxc/101/cgroup.procs", ""),
            ],
            &[
                "proxmox machine 102 rests 1 cpus 2048 MiB",
                &format!("proxmox container 101 dns runs {container}"),
                &format!("proxmox machine 100 {machine}"),
            ],
        );
        check(&[("etc/hostname", "x")], &["nothing"]);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            for key in ["", "net0:", "scsi0: ", "memory: ", "smbios1: uuid=", "cores:", "x\nname: "] {
                let _ = parse(&[key.as_bytes(), bytes.as_slice()].concat(), GuestKind::Machine);
            }
        }
    }
}
