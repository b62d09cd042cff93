//! `guests/libvirt`: the domains of libvirt: those defined on this host (`/etc/libvirt/qemu/NAME.xml`) and
//! those that only run (`/run/libvirt/qemu/NAME.xml`, where each running domain has a file). The format is
//! <https://libvirt.org/formatdomain.html>.

use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::inventory::{Guest, GuestKind};
use patuh_protocol::report::Reading;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

use super::{MAX_DESCRIPTION, MAX_GUESTS, mac, reading, uuid};
use crate::roots::lossy::name as shown;
use crate::roots::{Failure, Roots};
use crate::sensors::{Settings, redact, salvage::salvage};

/// Where a driver keeps its domains, and where those that run.
const DRIVERS: [(&str, &str); 2] =
    [("/etc/libvirt/qemu", "/run/libvirt/qemu"), ("/etc/libvirt/lxc", "/run/libvirt/lxc")];
/// How deep elements may lie in each other; a domain's lie six deep.
const MAX_DEPTH: usize = 32;
/// The longest text of an element that is kept, in bytes.
const MAX_TEXT: usize = 1024;

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let mut found = Vec::new();
    for (defined, runs) in DRIVERS {
        let known = names(roots, defined)?;
        let running = names(roots, runs)?;
        let transient = running.iter().filter(|name| !known.contains(name)).map(|name| (runs, name));
        for (folder, name) in known.iter().map(|name| (defined, name)).chain(transient).take(MAX_GUESTS) {
            let path = Path::new(folder).join(format!("{name}.xml"));
            let Some(bytes) = roots.head(&path, MAX_DESCRIPTION)? else { continue };
            let guest = parse(&String::from_utf8_lossy(&bytes))
                .ok_or_else(|| Failure::malformed(&path.to_string_lossy(), "bukan definisi mesin libvirt"));
            found.push(guest.map(|guest| Guest { running: Some(running.contains(name)), ..guest }));
        }
    }
    Ok(reading(salvage(found)?))
}

/// The names of the domains in `folder`; there are folders in it, too.
fn names(roots: &Roots, folder: &str) -> Result<Vec<String>, Failure> {
    let names = roots.list(folder)?.unwrap_or_default();
    Ok(names.iter().filter_map(|name| Some(name.strip_suffix(".xml")?.to_owned())).collect())
}

/// The domain of a file; `None` when it is none. A file that breaks off tells what it told until then.
fn parse(xml: &str) -> Option<Guest> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut domain = Domain::default();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => domain.begin(&tag),
            Ok(Event::Empty(tag)) => {
                domain.begin(&tag);
                domain.end();
            }
            Ok(Event::End(_)) => domain.end(),
            Ok(Event::Text(text)) => domain.text(&text.xml10_content()),
            Ok(Event::CData(text)) => domain.text(&text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => {
                let char = reference.resolve_char_ref().ok().flatten();
                let named = || quick_xml::escape::resolve_predefined_entity(&reference.xml10_content());
                domain.text(&char.map_or_else(|| named().unwrap_or_default().to_owned(), String::from));
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
        if domain.open.len() > MAX_DEPTH {
            return None;
        }
    }
    Some(domain.guest).filter(|guest| !guest.name.is_empty())
}

/// A domain, as its elements come in.
#[derive(Default)]
struct Domain {
    guest: Guest,
    /// The elements that are open, outermost first.
    open: Vec<String>,
    /// The text of the innermost so far.
    text: String,
    /// What one of `<memory>` counts, in bytes.
    unit: u64,
    /// Whether the open `<disk>` holds data of the guest.
    is_disk: bool,
}

impl Domain {
    fn begin(&mut self, tag: &BytesStart) {
        self.open.push(tag.local_name().as_ref().to_owned());
        self.text.clear();
        let attribute = |name: &str| {
            let found = tag.try_get_attribute(name).ok().flatten()?;
            Some(found.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
        };
        match self.place().as_slice() {
            [] => {
                let kind = attribute("type").filter(|kind| kind == "lxc" || kind == "openvz");
                self.guest.kind = kind.map_or(GuestKind::Machine, |_| GuestKind::Container);
                self.guest.manager = "libvirt".to_owned();
            }
            ["memory"] => self.unit = unit(attribute("unit").as_deref()),
            ["devices", "interface", "mac"] => {
                self.guest.macs.extend(attribute("address").as_deref().and_then(mac));
            }
            ["devices", "disk"] => {
                self.is_disk = !matches!(attribute("device").as_deref(), Some("cdrom" | "floppy"));
            }
            ["devices", "disk", "source"] if self.is_disk => self.guest.disks.extend(source(attribute)),
            ["devices", "filesystem", "source"] => self.guest.disks.extend(source(attribute)),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        self.text.extend(text.chars().take(MAX_TEXT.saturating_sub(self.text.len())));
    }

    fn end(&mut self) {
        let text = self.text.trim();
        match self.place().as_slice() {
            ["name"] => self.guest.name = shown(text),
            ["uuid"] => self.guest.uuid = uuid(text),
            ["vcpu"] => self.guest.cpus = text.parse().ok(),
            ["memory"] => {
                self.guest.memory_bytes = text.parse::<u64>().ok().and_then(|n| n.checked_mul(self.unit));
            }
            _ => {}
        }
        self.open.pop();
        self.text.clear();
    }

    /// Where we are within `<domain>`, which a file of a running one wraps in `<domstatus>`.
    fn place(&self) -> Vec<&str> {
        let mut open = self.open.iter().map(String::as_str);
        match open.find(|name| *name != "domstatus") {
            Some("domain") => open.collect(),
            _ => vec!["", ""],
        }
    }
}

/// What one counts in the units of libvirt; without a word it is KiB.
fn unit(word: Option<&str>) -> u64 {
    match word {
        Some("b" | "bytes") => 1,
        Some("KB") => 1_000,
        Some("M" | "MiB") => 1 << 20,
        Some("MB") => 1_000_000,
        Some("G" | "GiB") => 1 << 30,
        Some("GB") => 1_000_000_000,
        Some("T" | "TiB") => 1 << 40,
        Some("TB") => 1_000_000_000_000,
        _ => 1 << 10,
    }
}

/// Where a disk's data lie: a file, a device, a folder, a volume of a pool, an image on the network.
fn source(attribute: impl Fn(&str) -> Option<String>) -> Option<String> {
    let local = ["file", "dev", "dir"].iter().find_map(|name| attribute(name));
    let pooled = || Some(format!("{}/{}", attribute("pool")?, attribute("volume")?));
    let remote = || Some(format!("{}:{}", attribute("protocol")?, attribute("name")?));
    local.or_else(pooled).or_else(remote).map(|source| redact::location(&source))
}

#[cfg(test)]
mod tests {
    use super::super::laid::seen;
    use super::*;

    fn check(files: &[(&str, &str)], expected: Result<&[&str], &str>) {
        let expected = expected.map(|lines| lines.iter().map(|line| (*line).to_owned()).collect());
        assert_eq!(seen(read, files), expected.map_err(str::to_owned));
    }

    const SIKD: &str = "<!-- WARNING -->\n<domain type='kvm'>\n  <name>arsip &amp; surat</name>\n\
        <uuid>8D5C2E10-0000-4000-8000-00000000ABCD</uuid><metadata><x:name xmlns:x='y'>other</x:name></metadata>\
        <memory unit='GiB'>8</memory><currentMemory unit='KiB'>1</currentMemory><vcpu placement='static'>4</vcpu>\
        <devices><disk type='file' device='disk'><source file='/srv/vm/arsip.qcow2'/><target dev='vda'/>\
        <backingStore type='file'><source file='/srv/vm/base.qcow2'/></backingStore></disk>\
        <disk type='network' device='disk'><auth username='opd'/><source protocol='rbd' name='pool/arsip'/></disk>\
        <disk type='file' device='cdrom'><source file='/iso/debian.iso'/></disk>\
        <interface type='bridge'><mac address='52:54:00:AA:00:01'/></interface>\
        <graphics type='vnc' passwd='rahasia'/></devices></domain>";

    #[test]
    fn domains_that_are_defined_and_those_that_only_run() {
        let arsip = "libvirt machine arsip & surat 8d5c2e10-0000-4000-8000-00000000abcd rests 4 cpus 8192 MiB \
            52:54:00:aa:00:01 /srv/vm/arsip.qcow2 rbd:pool/arsip";
        let transient = "<domstatus state='running'><domain type='lxc'><name>uji</name><memory>524288</memory>\
            <devices><filesystem type='mount'><source dir='/srv/uji'/></filesystem></devices></domain></domstatus>";
        check(
            &[
                ("etc/libvirt/qemu/arsip.xml", SIKD),
                ("etc/libvirt/qemu/networks/default.xml", "<network><name>default</name></network>"),
                ("run/libvirt/qemu/uji.xml", transient),
            ],
            Ok(&[arsip, "libvirt container uji runs 512 MiB /srv/uji"]),
        );
        check(&[("etc/hostname", "x")], Ok(&["nothing"]));
    }

    #[test]
    fn what_is_no_domain_is_a_failure() {
        let network = "<network><name>default</name></network>";
        let deep = format!("<domain><name>x</name>{}", "<a>".repeat(100));
        for text in ["", "\0", network, &deep] {
            let what = "/etc/libvirt/qemu/x.xml: bukan definisi mesin libvirt";
            check(&[("etc/libvirt/qemu/x.xml", text)], Err(what));
        }
        check(
            &[("etc/libvirt/qemu/x.xml", "<domain><name>x</name><uuid>"), ("etc/libvirt/qemu/y.xml", "<")],
            Ok(&["libvirt machine x rests"]),
        );
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, text in "[<>&;='\"/a-z!\\[\\]#x0-9-]{0,64}") {
            let _ = parse(&String::from_utf8_lossy(&bytes));
            let _ = parse(&format!("<domain><name>{text}</name><memory unit='{text}'>{text}"));
        }
    }
}
