//! `machine`: the machine's own identity, from SMBIOS as the kernel shows it in `/sys/class/dmi/id`, or
//! from the device tree on boards that have no SMBIOS.
//!
//! Serial numbers and the UUID are readable for root only; without that right they are not given, which
//! is no failure. Firmware is full of texts that look like values and are none: see [`junk`].

use jiff::Timestamp;
use patuh_protocol::inventory::Machine;
use patuh_protocol::report::Reading;

use super::Settings;
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

mod chassis;
mod guest;
pub(super) mod junk;

const DMI: &str = "/sys/class/dmi/id";

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let machine =
        Machine { guest_of: guest::guest_of(roots), machine_id: machine_id(roots), ..firmware(roots) };
    Ok(if machine == Machine::default() { None } else { Some(Reading::Machine(Box::new(machine))) })
}

fn firmware(roots: &Roots) -> Machine {
    if roots.exists(DMI) { smbios(roots) } else { device_tree(roots) }
}

fn smbios(roots: &Roots) -> Machine {
    let value =
        |field: &str| roots.value(format!("{DMI}/{field}")).filter(|value| junk::reason(value).is_none());
    Machine {
        vendor: value("sys_vendor"),
        product: value("product_name"),
        serial: value("product_serial"),
        board_vendor: value("board_vendor"),
        board_product: value("board_name"),
        board_serial: value("board_serial"),
        uuid: value("product_uuid").filter(|uuid| !junk::is_junk_uuid(uuid)),
        chassis: roots.value(format!("{DMI}/chassis_type")).as_deref().and_then(chassis::words),
        bios_vendor: value("bios_vendor"),
        bios_version: value("bios_version"),
        bios_date: value("bios_date"),
        ..Machine::default()
    }
}

/// Boards of ARM and RISC-V: `model` and `serial-number` of the root node (Devicetree Specification 0.4,
/// section 2.3). Their values end in NUL.
fn device_tree(roots: &Roots) -> Machine {
    let value = |field: &str| {
        let text = roots.text(format!("/proc/device-tree/{field}")).ok().flatten()?;
        let first = text.split('\0').next().map(name)?;
        Some(first).filter(|value| junk::reason(value).is_none())
    };
    Machine { product: value("model"), serial: value("serial-number"), ..Machine::default() }
}

/// `/etc/machine-id` (machine-id(5)): 32 hexadecimal digits. `uninitialized` and the like are none.
fn machine_id(roots: &Roots) -> Option<String> {
    let id = roots.value("/etc/machine-id").or_else(|| roots.value("/var/lib/dbus/machine-id"))?;
    Some(id).filter(|id| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[(&str, &str)], expected: Option<Machine>) {
        let host = fixture::host(files);
        let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(read, expected.map(|machine| Reading::Machine(Box::new(machine))));
    }

    #[test]
    fn smbios_tells_who_it_is() {
        check(
            &[
                ("sys/class/dmi/id/sys_vendor", "Dell Inc.\n"),
                ("sys/class/dmi/id/product_name", "PowerEdge R740\n"),
                ("sys/class/dmi/id/product_serial", "7XQ2F63\n"),
                ("sys/class/dmi/id/product_uuid", "4c4c4544-0058-5110-8032-b7c04f463633\n"),
                ("sys/class/dmi/id/chassis_type", "23\n"),
                ("etc/machine-id", "0123456789abcdef0123456789abcdef\n"),
            ],
            Some(Machine {
                vendor: Some("Dell Inc.".into()),
                product: Some("PowerEdge R740".into()),
                serial: Some("7XQ2F63".into()),
                uuid: Some("4c4c4544-0058-5110-8032-b7c04f463633".into()),
                chassis: Some("rack mount".into()),
                machine_id: Some("0123456789abcdef0123456789abcdef".into()),
                ..Machine::default()
            }),
        );
    }

    #[test]
    fn junk_and_what_may_not_be_read_is_not_given() {
        check(
            &[
                ("sys/class/dmi/id/sys_vendor", "To Be Filled By O.E.M.\n"),
                ("sys/class/dmi/id/product_serial", "Default string\n"),
                ("sys/class/dmi/id/product_uuid", "03000200-0400-0500-0006-000700080009\n"),
                ("sys/class/dmi/id/board_name", "B450M\n"),
                ("etc/machine-id", "uninitialized\n"),
            ],
            Some(Machine { board_product: Some("B450M".into()), ..Machine::default() }),
        );
    }

    #[test]
    fn a_board_without_smbios_tells_by_its_device_tree() {
        check(
            &[
                ("proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.4\0"),
                ("proc/device-tree/serial-number", "10000000abcdef01\0"),
            ],
            Some(Machine {
                product: Some("Raspberry Pi 4 Model B Rev 1.4".into()),
                serial: Some("10000000abcdef01".into()),
                ..Machine::default()
            }),
        );
        check(&[("etc/hostname", "x")], None);
    }

    proptest::proptest! {
        #[test]
        fn no_firmware_makes_it_panic(bytes: Vec<u8>, tree: bool) {
            let path = if tree { "proc/device-tree/model" } else { "sys/class/dmi/id/product_uuid" };
            let host = fixture::host(&[(path, bytes)]);
            let _ = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        }
    }
}
