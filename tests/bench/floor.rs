//! `patuh-floor`: the least that an inventory of this machine can cost. It reads what every inventory program reads
//! (packages, processors, memory, mounts, block devices, cards, routes, sockets, PCI with its table of names, users,
//! groups, and of every process its state, command line and status), picks out the fields one would carry, and prints
//! how much that is. No report and no judgement of what it reads: the agent is measured against it.

use std::fs;
use std::io;
use std::path::Path;

/// Small text that is carried as it stands.
const FILES: [&str; 11] = [
    "/etc/os-release",
    "/etc/passwd",
    "/etc/group",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/self/mountinfo",
    "/proc/net/route",
    "/proc/net/tcp",
    "/proc/net/tcp6",
    "/proc/net/udp",
    "/proc/net/udp6",
];
/// Folders of devices, whose small files are carried.
const DEVICES: [&str; 4] = ["/sys/class/net", "/sys/block", "/sys/class/dmi/id", "/sys/bus/pci/devices"];

fn main() {
    let mut inventory: Vec<Vec<u8>> = FILES.iter().filter_map(|file| fs::read(file).ok()).collect();
    inventory.extend(packages());
    for folder in DEVICES {
        entries(Path::new(folder), &mut |path| attributes(path, &mut inventory));
    }
    inventory.extend(names_of_devices());
    entries(Path::new("/proc"), &mut |path| process(path, &mut inventory));
    let bytes: usize = inventory.iter().map(Vec::len).sum();
    // A pipe that is closed is nobody's loss.
    let _ = io::Write::write_all(&mut io::stdout(), format!("{bytes}\n").as_bytes());
}

fn entries(folder: &Path, take: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        take(&entry.path());
    }
}

/// Names and versions of the packages.
fn packages() -> Vec<Vec<u8>> {
    let status = fs::read("/var/lib/dpkg/status").unwrap_or_default();
    let is_carried = |line: &&[u8]| line.starts_with(b"Package: ") || line.starts_with(b"Version: ");
    lines(&status).filter(is_carried).map(<[u8]>::to_vec).collect()
}

/// The small files of a device, or the file itself. Not the registers of a PCI device, which are no text.
fn attributes(path: &Path, inventory: &mut Vec<Vec<u8>>) {
    if path.is_file() {
        inventory.extend(fs::read(path));
        return;
    }
    for name in ["uevent", "vendor", "device", "class", "size", "address", "operstate", "mtu", "speed"] {
        inventory.extend(fs::read(path.join(name)));
    }
}

/// The vendors' lines of the table of PCI names, in one pass.
fn names_of_devices() -> Vec<Vec<u8>> {
    let table = fs::read("/usr/share/misc/pci.ids").unwrap_or_default();
    let is_carried = |line: &&[u8]| line.starts_with(b"8086  ") || line.starts_with(b"1af4  ");
    lines(&table).filter(is_carried).map(<[u8]>::to_vec).collect()
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let ends = memchr::memchr_iter(b'\n', text);
    ends.scan(0, |from, end| text.get(std::mem::replace(from, end + 1)..end))
}

fn process(path: &Path, inventory: &mut Vec<Vec<u8>>) {
    let name = path.file_name().map(|name| name.as_encoded_bytes());
    if name.is_some_and(|name| name.iter().all(u8::is_ascii_digit)) {
        inventory
            .extend(["stat", "cmdline", "status"].iter().filter_map(|file| fs::read(path.join(file)).ok()));
    }
}
