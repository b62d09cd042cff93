//! `guests/lxc`: system containers of LXC (lxc.container.conf(5)), and the instances of Incus and LXD.
//!
//! Incus and LXD keep a database; beside each instance lies `backup.yaml`, which holds its configuration as
//! of its last change. The few keys that are wanted of it are told by their names, each on a line of its own.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use patuh_protocol::inventory::{Guest, GuestKind};
use patuh_protocol::report::Reading;

use super::{MAX_DESCRIPTION, MAX_GUESTS, mac, reading, uuid};
use crate::roots::lossy::{lossy, name as shown};
use crate::roots::{Failure, Roots};
use crate::sensors::Settings;
use crate::sensors::{cgroups, salvage::salvage};

const LXC: &str = "/var/lib/lxc";
/// A manager of instances: its name, its folder, and where it leaves signs of running machines.
const MANAGERS: [(&str, &str, &str); 3] = [
    ("incus", "/var/lib/incus", "/run/incus"),
    ("lxd", "/var/lib/lxd", "/var/log/lxd"),
    ("lxd", "/var/snap/lxd/common/lxd", "/var/snap/lxd/common/lxd/logs"),
];
/// The longest line that is looked at, in characters.
const LINE: usize = 1024;

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let names = roots.list(LXC)?.unwrap_or_default();
    // On a node of Proxmox the files here are made anew from its own at every start.
    let names = names.iter().filter(|name| !roots.exists(format!("/etc/pve/lxc/{name}.conf")));
    let mut found: Vec<_> = names.take(MAX_GUESTS).map(|name| container(roots, name)).collect();
    for manager in MANAGERS {
        for (folder, kind) in [("containers", GuestKind::Container), ("virtual-machines", GuestKind::Machine)]
        {
            let names = roots.list(Path::new(manager.1).join(folder))?.unwrap_or_default();
            let guests =
                names.iter().take(MAX_GUESTS).map(|name| instance(roots, manager, folder, name, kind));
            found.extend(guests.map(|guest| Ok(Some(guest))));
        }
    }
    Ok(reading(salvage(found)?.into_iter().flatten().collect()))
}

/// A container of LXC; a folder without `config` is none.
fn container(roots: &Roots, folder: &str) -> Result<Option<Guest>, Failure> {
    let path = Path::new(LXC).join(folder).join("config");
    let Some(bytes) = roots.head(&path, MAX_DESCRIPTION)? else { return Ok(None) };
    let guest = of_config(&bytes);
    let running = cgroups::any_exists(roots, &[format!("lxc.payload.{folder}"), format!("lxc/{folder}")]);
    Ok(Some(Guest { id: shown(folder), name: shown(folder), running, ..guest }))
}

/// What a `config` tells. Its keys have changed their names with versions 2.1 (`lxc.network.hwaddr`,
/// `lxc.rootfs`) and of control groups.
fn of_config(bytes: &[u8]) -> Guest {
    let mut guest = Guest { manager: "lxc".to_owned(), kind: GuestKind::Container, ..Guest::default() };
    for (key, value) in pairs(bytes, '=') {
        match key.as_str() {
            "lxc.rootfs.path" | "lxc.rootfs" => guest.disks.push(shown(&value)),
            "lxc.cgroup2.memory.max" | "lxc.cgroup.memory.limit_in_bytes" => {
                guest.memory_bytes = size(&value)
            }
            _ if key.starts_with("lxc.net") && key.ends_with(".hwaddr") => guest.macs.extend(mac(&value)),
            _ => {}
        }
    }
    guest
}

/// An instance of Incus or LXD. One in a project other than the default is called `project_name`.
fn instance(
    roots: &Roots,
    (manager, data, runs): (&str, &str, &str),
    folder: &str,
    name: &str,
    kind: GuestKind,
) -> Guest {
    let at: PathBuf = Path::new(data).join(folder).join(name);
    let told = roots.head(&at.join("backup.yaml"), MAX_DESCRIPTION).ok().flatten().unwrap_or_default();
    let running = match kind {
        GuestKind::Container => cgroups::any_exists(roots, &[format!("lxc.payload.{name}")]),
        GuestKind::Machine => Some(roots.exists(format!("{runs}/{name}/qemu.pid"))),
    };
    let at = shown(&at.to_string_lossy());
    Guest {
        manager: manager.to_owned(),
        kind,
        name: shown(name),
        running,
        disks: vec![at],
        ..of_backup(&told)
    }
}

/// What a `backup.yaml` tells; the instance stands before its snapshots, so the first word counts.
fn of_backup(bytes: &[u8]) -> Guest {
    let mut guest = Guest::default();
    for (key, value) in pairs(bytes, ':') {
        let value = value.trim_matches(['"', '\'']);
        match key.as_str() {
            "volatile.uuid" => guest.uuid = guest.uuid.or_else(|| uuid(value)),
            "limits.cpu" => guest.cpus = guest.cpus.or_else(|| value.parse().ok()),
            "limits.memory" => guest.memory_bytes = guest.memory_bytes.or_else(|| size(value)),
            _ if key.starts_with("volatile.") && key.ends_with(".hwaddr") => guest.macs.extend(mac(value)),
            _ => {}
        }
    }
    guest
}

/// The lines of the form `key SIGN value`.
fn pairs(bytes: &[u8], sign: char) -> impl Iterator<Item = (String, String)> {
    bytes.split(|byte| *byte == b'\n').map(|line| lossy(line, LINE)).filter_map(move |line| {
        let (key, value) = line.split_once(sign)?;
        Some((key.trim().to_owned(), value.trim().to_owned()))
    })
}

/// `512M`, `2GiB`, `1073741824`; a share in percent is no size.
fn size(value: &str) -> Option<u64> {
    let unit = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
    let (number, unit) = value.split_at_checked(unit)?;
    let factor: u64 = match unit {
        "" => 1,
        "k" | "K" | "KiB" => 1 << 10,
        "m" | "M" | "MiB" => 1 << 20,
        "g" | "G" | "GiB" => 1 << 30,
        "kB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::super::laid::seen;
    use super::*;

    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let expected = expected.iter().map(|line| (*line).to_owned()).collect();
        assert_eq!(seen(read, files), Ok(expected));
    }

    const CONFIG: &str = "# made by lxc-create\nlxc.uts.name = web\nlxc.rootfs.path = dir:/var/lib/lxc/web/rootfs\n\
        lxc.net.0.hwaddr = 00:16:3E:00:00:01\nlxc.cgroup2.memory.max = 512M\nlxc.environment = TOKEN=rahasia\n";
    const BACKUP: &str = "container: null\ninstance:\n  config:\n    limits.cpu: \"2\"\n    limits.memory: 4GiB\n\
        \x20   volatile.eth0.hwaddr: 00:16:3e:00:00:02\n    volatile.uuid: 11111111-2222-3333-4444-555555555555\n\
        snapshots:\n- config:\n    volatile.uuid: 99999999-2222-3333-4444-555555555555\n";

    #[test]
    fn containers_of_lxc() {
        let web = "lxc container web web runs 512 MiB 00:16:3e:00:00:01 dir:/var/lib/lxc/web/rootfs";
        check(
            &[
                ("var/lib/lxc/web/config", CONFIG),
                ("var/lib/lxc/web/rootfs/etc/hostname", "web"),
                ("var/lib/lxc/101/config", CONFIG),
                ("etc/pve/lxc/101.conf", "hostname: web"),
                ("var/lib/lxc/lxc-monitord.log", ""),
                ("sys/fs/cgroup/cgroup.procs", ""),
                ("sys/fs/cgroup/lxc.payload.web/cgroup.procs", ""),
            ],
            &[web],
        );
        check(&[("etc/hostname", "x")], &["nothing"]);
    }

    #[test]
    fn instances_of_incus_and_lxd() {
        let parts = "2 cpus 4096 MiB 00:16:3e:00:00:02 /var/lib/incus/virtual-machines/win";
        check(
            &[
                ("var/lib/incus/virtual-machines/win/backup.yaml", BACKUP),
                ("run/incus/win/qemu.pid", "1"),
                ("var/snap/lxd/common/lxd/containers/dns/metadata.yaml", ""),
            ],
            &[
                &format!("incus machine win 11111111-2222-3333-4444-555555555555 runs {parts}"),
                "lxd container dns ? /var/snap/lxd/common/lxd/containers/dns",
            ],
        );
    }

    #[test]
    fn sizes_have_units() {
        for (value, bytes) in
            [("512M", Some(512 << 20)), ("4GB", Some(4_000_000_000)), ("50%", None), ("", None)]
        {
            assert_eq!(size(value), bytes, "{value}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, text in ".*") {
            let _ = (of_config(&bytes), of_backup(&bytes), size(&text));
            let _ = of_config(format!("lxc.cgroup2.memory.max = {text}\nlxc.net.0.hwaddr={text}").as_bytes());
        }
    }
}
