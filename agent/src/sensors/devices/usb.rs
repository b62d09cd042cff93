//! `devices/usb`: what is plugged into USB, from `/sys/bus/usb/devices`, with the names that the devices give
//! themselves, else those of `usb.ids`.
//!
//! The root hubs are left out: they are the controllers that `devices/pci` has. What a device does is told by
//! its first interface, since most devices leave their own class at zero.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use patuh_protocol::inventory::Device;
use patuh_protocol::report::Reading;

use super::super::junk;
use super::super::{Settings, listed};
use super::Uevent;
use super::names::{self, Id};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

const DEVICES: &str = "/sys/bus/usb/devices";
/// Where the table of names is looked for.
const TABLES: [&str; 3] =
    ["/usr/share/misc/usb.ids", "/usr/share/hwdata/usb.ids", "/var/lib/usbutils/usb.ids"];
/// How many devices are carried.
const MAX_DEVICES: usize = 512;

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let names = roots.list(DEVICES)?.unwrap_or_default();
    let devices = names.iter().filter(|name| is_device(name)).filter_map(|name| device(roots, name));
    let mut devices: Vec<(Id, Device)> = devices.take(MAX_DEVICES).collect();
    add_names(roots, &mut devices);
    Ok(listed(devices.into_iter().map(|(_, device)| device).collect(), Reading::Devices))
}

/// `1-1.4` is a device; `usb1` is a root hub, `1-1.4:1.0` an interface.
fn is_device(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_digit()) && !name.contains(':')
}

fn device(roots: &Roots, address: &str) -> Option<(Id, Device)> {
    let folder = Path::new(DEVICES).join(address);
    let told = Uevent::of(roots, &folder)?;
    // PRODUCT=46d/c31c/6400: vendor, product and release without leading zeros; TYPE=0/0/0: class first.
    let product = told.get("PRODUCT")?;
    let mut numbers = product.split('/').map(|digits| u16::from_str_radix(digits, 16).ok());
    let id = (numbers.next()??, numbers.next()??);
    let own_class = told.get("TYPE").as_deref().and_then(first_number);
    let interface = Uevent::of(roots, &interface(&folder, address));
    let of_interface = |key: &str| interface.as_ref().and_then(|told| told.get(key));
    let class = own_class.filter(|class| *class != 0).or_else(|| first_number(&of_interface("INTERFACE")?));
    let value = |file: &str| roots.value(folder.join(file)).filter(|value| junk::reason(value).is_none());
    let device = Device {
        bus: "usb".to_owned(),
        address: name(address),
        id: format!("{:04x}:{:04x}", id.0, id.1),
        class: class.and_then(words).map(str::to_owned),
        vendor: value("manufacturer"),
        product: value("product"),
        driver: of_interface("DRIVER"),
        serial: value("serial"),
    };
    Some((id, device))
}

/// The folder of a device's first interface in its first configuration.
fn interface(folder: &Path, address: &str) -> PathBuf {
    folder.join(format!("{address}:1.0"))
}

/// The decimal number before the first `/`.
fn first_number(triple: &str) -> Option<u8> {
    triple.split('/').next()?.parse().ok()
}

/// Names from the host's table for what gave itself none. The table is opened only when it is needed.
fn add_names(roots: &Roots, devices: &mut [(Id, Device)]) {
    let is_nameless = |device: &Device| device.vendor.is_none() || device.product.is_none();
    let wanted: BTreeSet<Id> =
        devices.iter().filter(|(_, device)| is_nameless(device)).map(|(id, _)| *id).collect();
    let names = names::look_up(roots, &TABLES, &wanted);
    for (id, device) in devices {
        device.vendor = device.vendor.take().or_else(|| names.vendor(*id));
        device.product = device.product.take().or_else(|| names.product(*id));
    }
}

/// The class in words: the USB-IF's list of defined class codes.
fn words(class: u8) -> Option<&'static str> {
    let word = match class {
        0x01 => "Audio",
        0x02 | 0x0a => "Communications",
        0x03 => "Human Interface Device",
        0x05 => "Physical Interface Device",
        0x06 => "Imaging",
        0x07 => "Printer",
        0x08 => "Mass Storage",
        0x09 => "Hub",
        0x0b => "Chip/SmartCard",
        0x0d => "Content Security",
        0x0e => "Video",
        0x0f => "Personal Healthcare",
        0x10 => "Audio/Video",
        0x11 => "Billboard",
        0x12 => "Type-C Bridge",
        0xdc => "Diagnostic",
        0xe0 => "Wireless",
        0xef => "Miscellaneous Device",
        0xfe => "Application Specific Interface",
        0xff => "Vendor Specific Class",
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
    fn a_device_names_itself_and_its_interface_tells_what_it_does() {
        check(
            &[
                ("sys/bus/usb/devices/usb1/uevent", "PRODUCT=1d6b/2/601\nTYPE=9/0/1\n"),
                ("sys/bus/usb/devices/1-0:1.0/uevent", "DRIVER=hub\n"),
                ("sys/bus/usb/devices/2-1/uevent", "DRIVER=usb\nPRODUCT=bc2/2322/108\nTYPE=0/0/0\n"),
                ("sys/bus/usb/devices/2-1/manufacturer", "Seagate\n"),
                ("sys/bus/usb/devices/2-1/product", "Expansion HDD\n"),
                ("sys/bus/usb/devices/2-1/serial", "NT17FFHY\n"),
                ("sys/bus/usb/devices/2-1/2-1:1.0/uevent", "DRIVER=uas\nINTERFACE=8/6/98\n"),
                ("sys/bus/usb/devices/2-1:1.0/uevent", "DRIVER=uas\n"),
            ],
            &[Device {
                bus: "usb".into(),
                address: "2-1".into(),
                id: "0bc2:2322".into(),
                class: Some("Mass Storage".into()),
                vendor: Some("Seagate".into()),
                product: Some("Expansion HDD".into()),
                driver: Some("uas".into()),
                serial: Some("NT17FFHY".into()),
            }],
        );
    }

    #[test]
    fn the_hosts_table_names_what_is_silent() {
        check(
            &[
                ("sys/bus/usb/devices/1-4/uevent", "PRODUCT=46d/c31c/6400\nTYPE=9/0/0\n"),
                ("sys/bus/usb/devices/1-4/serial", "0000000\n"),
                ("sys/bus/usb/devices/1-5/uevent", "PRODUCT=many\n"),
                ("var/lib/usbutils/usb.ids", "046d  Logitech, Inc.\n\tc31c  Keyboard K120\n"),
            ],
            &[Device {
                bus: "usb".into(),
                address: "1-4".into(),
                id: "046d:c31c".into(),
                class: Some("Hub".into()),
                vendor: Some("Logitech, Inc.".into()),
                product: Some("Keyboard K120".into()),
                ..Device::default()
            }],
        );
        check(&[("x", "")], &[]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "((DRIVER|PRODUCT|TYPE|INTERFACE)=[0-9a-f/]{0,9}.{0,3}\n){0,5}", class: u8) {
            let host = fixture::host(&[
                ("sys/bus/usb/devices/1-1/uevent", &text),
                ("sys/bus/usb/devices/1-1/1-1:1.0/uevent", &text),
            ]);
            let _ = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
            let _ = words(class);
        }
    }
}
