//! `power`: power supplies, batteries and UPS, from `/sys/class/power_supply`
//! (Documentation/ABI/testing/sysfs-class-power) and the SMBIOS tables of type 39 (DSP0134, 7.40).
//!
//! Batteries of mice and the like are left out. The charge is rounded to tens, so that little changes from
//! report to report.

use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::inventory::PowerSupply;
use patuh_protocol::report::Reading;

use super::devices::Uevent;
use super::junk;
use super::smbios::{self, Structure, kind};
use super::{Settings, listed};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

const SUPPLIES: &str = "/sys/class/power_supply";
/// How many are carried.
const MAX: usize = 64;

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let names = roots.list(SUPPLIES)?.unwrap_or_default();
    let mut supplies: Vec<PowerSupply> = names.iter().filter_map(|name| by_kernel(roots, name)).collect();
    match smbios::read(roots) {
        Ok(tables) => supplies.extend(
            tables
                .iter()
                .flat_map(|tables| tables.of(kind::POWER_SUPPLY).filter_map(|one| by_firmware(&one))),
        ),
        // What the kernel told is told all the same.
        Err(failure) if supplies.is_empty() => return Err(failure),
        Err(_) => {}
    }
    supplies.truncate(MAX);
    Ok(listed(supplies, Reading::PowerSupplies))
}

fn by_kernel(roots: &Roots, supply: &str) -> Option<PowerSupply> {
    let told = Uevent::of(roots, &Path::new(SUPPLIES).join(supply))?;
    let value = |key: &str| told.get(&format!("POWER_SUPPLY_{key}"));
    let given = |key: &str| value(key).filter(|value| junk::reason(value).is_none());
    if value("SCOPE").as_deref() == Some("Device") {
        return None;
    }
    let kind = match value("TYPE").as_deref() {
        Some("Battery") => "battery",
        Some("UPS") => "ups",
        Some("Mains" | "USB" | "USB_C" | "USB_PD" | "Wireless") => "mains",
        _ => "supply",
    };
    let online = || Some(if value("ONLINE")? == "0" { "offline" } else { "online" }.to_owned());
    Some(PowerSupply {
        name: name(supply),
        kind: kind.to_owned(),
        model: joined(given("MANUFACTURER"), given("MODEL_NAME")),
        serial: given("SERIAL_NUMBER"),
        watts: None,
        state: value("STATUS").filter(|state| state != "Unknown").or_else(online),
        charge_percent: value("CAPACITY").and_then(|charge| charge.parse().ok()).map(tens),
    })
}

fn tens(percent: u32) -> u32 {
    (percent.min(100) + 5) / 10 * 10
}

/// A supply of the tables; `None` for a template that nobody filled.
fn by_firmware(supply: &Structure<'_>) -> Option<PowerSupply> {
    let model = joined(supply.text(7), supply.text(10));
    let serial = supply.text(8);
    // 8000h is unknown.
    let watts = supply.word(0x0c).filter(|watts| !matches!(watts, 0 | 0x8000 | 0xffff)).map(u32::from);
    if model.is_none() && serial.is_none() && watts.is_none() {
        return None;
    }
    let about = supply.word(0x0e);
    Some(PowerSupply {
        name: supply.text(5).or_else(|| supply.text(6)).unwrap_or_default(),
        kind: about.map_or("supply", sort).to_owned(),
        model,
        serial,
        watts,
        state: about.and_then(condition).map(str::to_owned),
        charge_percent: None,
    })
}

/// Bits 10 to 13 of the characteristics.
fn sort(characteristics: u16) -> &'static str {
    match characteristics >> 10 & 0x0f {
        5 => "battery",
        6 => "ups",
        _ => "supply",
    }
}

/// Bit 1: present; bit 2: unplugged; bits 7 to 9: how it is. `None` when that is not known.
fn condition(characteristics: u16) -> Option<&'static str> {
    if characteristics & 0b10 == 0 {
        return Some("absent");
    }
    if characteristics & 0b100 != 0 {
        return Some("unplugged");
    }
    match characteristics >> 7 & 0b111 {
        3 => Some("OK"),
        4 => Some("non-critical"),
        5 => Some("critical"),
        _ => None,
    }
}

fn joined(maker: Option<String>, model: Option<String>) -> Option<String> {
    match (maker, model) {
        (Some(maker), Some(model)) if !model.starts_with(&maker) => Some(format!("{maker} {model}")),
        (maker, model) => model.or(maker),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;
    use crate::sensors::smbios::build::structure;

    const TABLE: &str = "sys/firmware/dmi/tables/DMI";

    fn check(files: &[(&str, &[u8])], expected: &[PowerSupply]) {
        let host = fixture::host(files);
        let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(read, listed(expected.to_vec(), Reading::PowerSupplies));
    }

    #[test]
    fn the_kernel_tells_of_batteries_and_mains() {
        let battery = b"POWER_SUPPLY_NAME=BAT0\nPOWER_SUPPLY_TYPE=Battery\nPOWER_SUPPLY_STATUS=Discharging\n\
            POWER_SUPPLY_CAPACITY=87\nPOWER_SUPPLY_MODEL_NAME=DELL 1VX1H93\nPOWER_SUPPLY_MANUFACTURER=SMP\n\
            POWER_SUPPLY_SERIAL_NUMBER=3517\n";
        let mouse = b"POWER_SUPPLY_TYPE=Battery\nPOWER_SUPPLY_SCOPE=Device\n";
        check(
            &[
                ("sys/class/power_supply/AC/uevent", b"POWER_SUPPLY_TYPE=Mains\nPOWER_SUPPLY_ONLINE=1\n"),
                ("sys/class/power_supply/BAT0/uevent", battery),
                ("sys/class/power_supply/hidpp_battery_0/uevent", mouse),
                (TABLE, b"rubbish"),
            ],
            &[
                PowerSupply {
                    name: "AC".into(),
                    kind: "mains".into(),
                    state: Some("online".into()),
                    ..PowerSupply::default()
                },
                PowerSupply {
                    name: "BAT0".into(),
                    kind: "battery".into(),
                    model: Some("SMP DELL 1VX1H93".into()),
                    serial: Some("3517".into()),
                    state: Some("Discharging".into()),
                    charge_percent: Some(90),
                    ..PowerSupply::default()
                },
            ],
        );
    }

    #[test]
    fn the_firmware_tells_of_supplies() {
        let fields: [(usize, &[u8]); 3] =
            [(5, &[1, 0, 2, 3, 0, 4]), (0x0c, &[0xee, 2]), (0x0e, &[0x82, 0x11])];
        let supply = structure((39, 1, 22), &fields, &["PSU1", "DELL", "CNLOD0081B0Z3K", "0NTCWPA04"]);
        let absent = structure((39, 2, 22), &[(5, &[1]), (0x0c, &[0xee, 2])], &["PSU2"]);
        let oem = "To Be Filled By O.E.M.";
        let template = structure((39, 3, 22), &[(5, &[1, 1, 1, 1, 1, 1]), (0x0c, &[0, 0x80])], &[oem]);
        check(
            &[(TABLE, &[supply, absent, template].concat())],
            &[
                PowerSupply {
                    name: "PSU1".into(),
                    kind: "supply".into(),
                    model: Some("DELL 0NTCWPA04".into()),
                    serial: Some("CNLOD0081B0Z3K".into()),
                    watts: Some(750),
                    state: Some("OK".into()),
                    charge_percent: None,
                },
                PowerSupply {
                    name: "PSU2".into(),
                    kind: "supply".into(),
                    watts: Some(750),
                    state: Some("absent".into()),
                    ..PowerSupply::default()
                },
            ],
        );
        check(&[("x", b"")], &[]);
    }

    #[test]
    fn tables_that_cannot_be_read_are_told() {
        let host = fixture::host(&[(TABLE, "")]);
        assert!(read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(fields: [u8; 22], text in "(POWER_SUPPLY_(TYPE|CAPACITY|ONLINE)=.{0,5}\n){0,4}") {
            let supply = structure((39, 1, 22), &[(4, &fields[4..])], &["a"]);
            let files = [(TABLE, &supply[..]), ("sys/class/power_supply/x/uevent", text.as_bytes())];
            let host = fixture::host(&files);
            let _ = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        }
    }
}
