//! `machine`: the machine's own identity, from the SMBIOS tables; from the kernel's copy of some of them in
//! `/sys/class/dmi/id` when the tables may not be read; from the device tree on boards that have neither.
//!
//! The tables, the serial numbers and the UUID are readable for root only. Without that right they are not
//! given here, which is no failure: the sensors that live on the tables say so. Firmware is full of texts
//! that look like values and are none: see [`junk`].

use jiff::Timestamp;
use patuh_protocol::inventory::Machine;
use patuh_protocol::report::Reading;

use super::Settings;
use super::junk;
use super::smbios::{self, Tables, kind};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

mod chassis;
mod guest;

const DMI: &str = "/sys/class/dmi/id";

const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";
/// Where the kernel's IPMI driver shows the service processors that it talks to.
const IPMI: &str = "/sys/class/ipmi";

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    // A container has no boot of its own: what it reads there is its host's, or a file laid over it.
    let container = guest::container(roots);
    let boot_id = if container.is_none() { roots.value(BOOT_ID) } else { None };
    let guest_of = container.or_else(|| guest::hypervisor(roots));
    let machine = Machine { guest_of, machine_id: machine_id(roots), boot_id, ..firmware(roots) };
    Ok(if machine == Machine::default() { None } else { Some(Reading::Machine(Box::new(machine))) })
}

fn firmware(roots: &Roots) -> Machine {
    let by_driver = roots.list(IPMI).ok().flatten().is_some_and(|devices| !devices.is_empty());
    match smbios::read(roots) {
        Ok(Some(tables)) if tables.of(kind::SYSTEM).next().is_some() => {
            let has_bmc = by_driver || tables.of(kind::IPMI).next().is_some();
            Machine { has_bmc: Some(has_bmc), ..by_tables(&tables) }
        }
        // Without the tables only a driver can tell; its absence says nothing.
        _ if roots.exists(DMI) => Machine { has_bmc: by_driver.then_some(true), ..by_attributes(roots) },
        _ => Machine { has_bmc: by_driver.then_some(true), ..device_tree(roots) },
    }
}

/// The tables of types 0 to 3 (DSP0134, sections 7.1 to 7.4).
fn by_tables(tables: &Tables) -> Machine {
    Machine {
        vendor: tables.text(kind::SYSTEM, 4),
        product: tables.text(kind::SYSTEM, 5),
        serial: tables.text(kind::SYSTEM, 7),
        board_vendor: tables.text(kind::BOARD, 4),
        board_product: tables.text(kind::BOARD, 5),
        board_serial: tables.text(kind::BOARD, 7),
        uuid: tables.uuid().filter(|uuid| !junk::is_junk_uuid(uuid)),
        chassis: tables.of(kind::CHASSIS).find_map(|chassis| chassis::words(chassis.byte(5)?)),
        chassis_serial: tables.text(kind::CHASSIS, 7),
        asset_tag: tables.text(kind::CHASSIS, 8).or_else(|| tables.text(kind::BOARD, 8)),
        bios_vendor: tables.text(kind::BIOS, 4),
        bios_version: tables.text(kind::BIOS, 5),
        bios_date: tables.text(kind::BIOS, 8),
        ..Machine::default()
    }
}

/// The kernel's copy. It writes UUIDs in the right byte order and in lower case, as [`Tables::uuid`] does.
fn by_attributes(roots: &Roots) -> Machine {
    let value =
        |field: &str| roots.value(format!("{DMI}/{field}")).filter(|value| junk::reason(value).is_none());
    let chassis = roots.value(format!("{DMI}/chassis_type")).and_then(|number| number.parse().ok());
    Machine {
        vendor: value("sys_vendor"),
        product: value("product_name"),
        serial: value("product_serial"),
        board_vendor: value("board_vendor"),
        board_product: value("board_name"),
        board_serial: value("board_serial"),
        uuid: value("product_uuid").map(|uuid| uuid.to_lowercase()).filter(|uuid| !junk::is_junk_uuid(uuid)),
        chassis: chassis.and_then(chassis::words),
        chassis_serial: value("chassis_serial"),
        asset_tag: value("chassis_asset_tag").or_else(|| value("board_asset_tag")),
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
    use crate::sensors::smbios::build::structure;

    const TABLE: &str = "sys/firmware/dmi/tables/DMI";

    fn check(files: &[(&str, impl AsRef<[u8]>)], expected: Option<Machine>) {
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
                ("sys/class/dmi/id/chassis_asset_tag", "INV-0042\n"),
                ("sys/class/ipmi/ipmi0/dev", "240:0\n"),
                ("etc/machine-id", "0123456789abcdef0123456789abcdef\n"),
                ("proc/sys/kernel/random/boot_id", "c1a3e4b0-6a0f-4c36-9a53-2e8b7d1f0a55\n"),
            ],
            Some(Machine {
                vendor: Some("Dell Inc.".into()),
                product: Some("PowerEdge R740".into()),
                serial: Some("7XQ2F63".into()),
                uuid: Some("4c4c4544-0058-5110-8032-b7c04f463633".into()),
                chassis: Some("rack mount".into()),
                asset_tag: Some("INV-0042".into()),
                has_bmc: Some(true),
                machine_id: Some("0123456789abcdef0123456789abcdef".into()),
                boot_id: Some("c1a3e4b0-6a0f-4c36-9a53-2e8b7d1f0a55".into()),
                ..Machine::default()
            }),
        );
    }

    #[test]
    fn a_container_boots_with_its_host() {
        check(
            &[
                ("run/systemd/container", "lxc\n"),
                ("proc/sys/kernel/random/boot_id", "c1a3e4b0-6a0f-4c36-9a53-2e8b7d1f0a55\n"),
            ],
            Some(Machine { guest_of: Some("lxc".into()), ..Machine::default() }),
        );
    }

    #[test]
    fn the_tables_tell_more_and_come_first() {
        let uuid: [u8; 16] = std::array::from_fn(|n| u8::try_from(n + 1).unwrap());
        let bios = structure((0, 0, 26), &[(4, &[1, 2]), (8, &[3])], &["Dell Inc.", "2.21.2", "02/19/2024"]);
        let texts = ["Dell Inc.", "PowerEdge R740", "7XQ2F63"];
        let system = structure((1, 1, 27), &[(4, &[1, 2, 0, 3]), (8, &uuid)], &texts);
        let board =
            structure((2, 2, 15), &[(4, &[1, 2, 0, 3, 4])], &["Dell Inc.", "06WXJT", "Default string", "T"]);
        let chassis = structure((3, 3, 22), &[(4, &[0, 0x97, 0, 1, 2])], &["CH-1", "No Asset Tag"]);
        let ipmi = structure((38, 4, 18), &[], &[]);
        let machine = Machine {
            vendor: Some("Dell Inc.".into()),
            product: Some("PowerEdge R740".into()),
            serial: Some("7XQ2F63".into()),
            board_vendor: Some("Dell Inc.".into()),
            board_product: Some("06WXJT".into()),
            uuid: Some("04030201-0605-0807-090a-0b0c0d0e0f10".into()),
            chassis: Some("rack mount".into()),
            chassis_serial: Some("CH-1".into()),
            asset_tag: Some("T".into()),
            has_bmc: Some(true),
            bios_vendor: Some("Dell Inc.".into()),
            bios_version: Some("2.21.2".into()),
            bios_date: Some("02/19/2024".into()),
            ..Machine::default()
        };
        let tables = [bios, system, board, chassis].concat();
        let without = Machine { has_bmc: Some(false), ..machine.clone() };
        let attribute = ("sys/class/dmi/id/product_serial", "stale".as_bytes());
        check(&[(TABLE, [&tables[..], &ipmi].concat().as_slice()), attribute], Some(machine));
        check(&[(TABLE, tables.as_slice()), attribute], Some(without));
        let by_attribute = Machine { serial: Some("stale".into()), ..Machine::default() };
        check(&[(TABLE, b"rubbish".as_slice()), attribute], Some(by_attribute));
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
        fn no_firmware_makes_it_panic(bytes: Vec<u8>, source in 0..3_usize) {
            let path = ["proc/device-tree/model", "sys/class/dmi/id/product_uuid", TABLE][source];
            let host = fixture::host(&[(path, bytes)]);
            let _ = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        }
    }
}
