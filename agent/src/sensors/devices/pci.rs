//! `devices/pci`: what is on the PCI bus, from `/sys/bus/pci/devices`, with names from `pci.ids` where the
//! host has it (Debian: package pci.ids; RPM systems: hwdata). The class has a name of our own, so that a
//! host without that file still says what is a network card.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::inventory::Device;
use patuh_protocol::report::Reading;

use super::super::{Settings, listed};
use super::Uevent;
use super::names::{self, Id};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

const DEVICES: &str = "/sys/bus/pci/devices";
/// Where the table of names is looked for.
const TABLES: [&str; 2] = ["/usr/share/misc/pci.ids", "/usr/share/hwdata/pci.ids"];
/// How many devices are carried; a server with two processors shows some 250.
const MAX_DEVICES: usize = 2048;

/// A device by its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sensors) struct Pci {
    /// Its place, such as `0000:03:00.0`.
    pub(in crate::sensors) address: String,
    /// Vendor and product.
    pub(in crate::sensors) id: Id,
    /// Base class and subclass, such as 0104h.
    pub(in crate::sensors) class: u16,
    /// The kernel's driver.
    pub(in crate::sensors) driver: Option<String>,
}

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    Ok(listed(named(roots, list(roots)?), Reading::Devices))
}

/// What is on the bus, by address.
pub(in crate::sensors) fn list(roots: &Roots) -> Result<Vec<Pci>, Failure> {
    let addresses = roots.list(DEVICES)?.unwrap_or_default();
    Ok(addresses.iter().take(MAX_DEVICES).filter_map(|address| device(roots, address)).collect())
}

/// `devices` with the names of the host's table.
pub(in crate::sensors) fn named(roots: &Roots, devices: Vec<Pci>) -> Vec<Device> {
    let wanted: BTreeSet<Id> = devices.iter().map(|device| device.id).collect();
    let names = names::look_up(roots, &TABLES, &wanted);
    let describe = |device: Pci| Device {
        bus: "pci".to_owned(),
        address: device.address,
        id: format!("{:04x}:{:04x}", device.id.0, device.id.1),
        class: words(device.class).map(str::to_owned),
        vendor: names.vendor(device.id),
        product: names.product(device.id),
        driver: device.driver,
        serial: None,
    };
    devices.into_iter().map(describe).collect()
}

fn device(roots: &Roots, address: &str) -> Option<Pci> {
    let told = Uevent::of(roots, &Path::new(DEVICES).join(address))?;
    let id = told.get("PCI_ID")?;
    let (vendor, product) = id.split_once(':')?;
    let number = |digits: &str| u16::from_str_radix(digits, 16).ok();
    // Six digits without leading zeros; the last two are the programming interface.
    let class =
        told.get("PCI_CLASS").and_then(|class| u32::from_str_radix(&class, 16).ok()).unwrap_or(0xff_ffff);
    Some(Pci {
        address: name(address),
        id: (number(vendor)?, number(product)?),
        class: u16::try_from(class >> 8).unwrap_or(u16::MAX),
        driver: told.get("DRIVER"),
    })
}

/// The class in words, by base class and subclass: PCI Code and ID Assignment Specification 1.15, with the
/// words of `pci.ids`. Subclasses that say little are told by their base class.
fn words(class: u16) -> Option<&'static str> {
    let word = match class {
        0x0100 => "SCSI storage controller",
        0x0101 => "IDE interface",
        0x0104 => "RAID bus controller",
        0x0106 => "SATA controller",
        0x0107 => "Serial Attached SCSI controller",
        0x0108 => "Non-Volatile memory controller",
        0x0200 => "Ethernet controller",
        0x0207 => "Infiniband controller",
        0x0300 => "VGA compatible controller",
        0x0302 => "3D controller",
        0x0403 => "Audio device",
        0x0500 => "RAM memory",
        0x0600 => "Host bridge",
        0x0601 => "ISA bridge",
        0x0604 => "PCI bridge",
        0x0700 => "Serial controller",
        0x0780 => "Communication controller",
        0x0880 => "System peripheral",
        0x0c03 => "USB controller",
        0x0c04 => "Fibre Channel",
        0x0c05 => "SMBus",
        0x0c07 => "IPMI Interface",
        _ => return base_words(class >> 8),
    };
    Some(word)
}

fn base_words(base: u16) -> Option<&'static str> {
    let word = match base {
        0x01 => "Mass storage controller",
        0x02 => "Network controller",
        0x03 => "Display controller",
        0x04 => "Multimedia controller",
        0x05 => "Memory controller",
        0x06 => "Bridge",
        0x07 => "Communication controller",
        0x08 => "Generic system peripheral",
        0x09 => "Input device controller",
        0x0a => "Docking station",
        0x0b => "Processor",
        0x0c => "Serial bus controller",
        0x0d => "Wireless controller",
        0x0e => "Intelligent controller",
        0x0f => "Satellite communications controller",
        0x10 => "Encryption controller",
        0x11 => "Signal processing controller",
        0x12 => "Processing accelerators",
        0x13 => "Non-Essential Instrumentation",
        _ => return None,
    };
    Some(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[(&str, &str)], expected: &[Device]) {
        let host = fixture::host(files);
        let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(read, listed(expected.to_vec(), Reading::Devices), "{files:?}");
    }

    #[test]
    fn devices_have_numbers_and_names_where_there_is_a_table() {
        let nic = "DRIVER=igb\nPCI_CLASS=20000\nPCI_ID=8086:1533\nPCI_SUBSYS_ID=103C:0003\n";
        let device = Device {
            bus: "pci".into(),
            address: "0000:03:00.0".into(),
            id: "8086:1533".into(),
            class: Some("Ethernet controller".into()),
            driver: Some("igb".into()),
            ..Device::default()
        };
        let path = "sys/bus/pci/devices/0000:03:00.0/uevent";
        check(&[(path, nic)], std::slice::from_ref(&device));
        let named = Device {
            vendor: Some("Intel Corporation".into()),
            product: Some("I210 Gigabit Network Connection".into()),
            ..device
        };
        let table = "8086  Intel Corporation\n\t1533  I210 Gigabit Network Connection\n";
        check(&[(path, nic), ("usr/share/misc/pci.ids", table)], &[named]);
    }

    #[test]
    fn odd_classes_and_rubbish_cost_only_themselves() {
        let of = |class: &str| format!("PCI_CLASS={class}\nPCI_ID=1AF4:1041\n");
        let device = |address: &str, class: Option<&str>| Device {
            bus: "pci".into(),
            address: address.into(),
            id: "1af4:1041".into(),
            class: class.map(str::to_owned),
            ..Device::default()
        };
        check(
            &[
                ("sys/bus/pci/devices/0000:00:01.0/uevent", &of("FFFF00")),
                ("sys/bus/pci/devices/0000:00:02.0/uevent", &of("28000")),
                ("sys/bus/pci/devices/0000:00:03.0/uevent", &of("many")),
                ("sys/bus/pci/devices/0000:00:04.0/uevent", "PCI_ID=1AF4\n"),
                ("sys/bus/pci/devices/0000:00:05.0/uevent", "PCI_ID=1AF4:10410\n"),
                ("sys/bus/pci/devices/0000:00:06.0/vendor", "0x1af4\n"),
            ],
            &[
                device("0000:00:01.0", None),
                device("0000:00:02.0", Some("Network controller")),
                device("0000:00:03.0", None),
            ],
        );
        check(&[("x", "")], &[]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "((DRIVER|PCI_CLASS|PCI_ID)=?[0-9A-F:]{0,9}.{0,3}\n){0,5}", class: u16) {
            let host = fixture::host(&[("sys/bus/pci/devices/x/uevent", text)]);
            let _ = (list(&host.roots).unwrap(), words(class));
        }
    }
}
