//! `temperatures`: what the kernel's drivers measure (`/sys/class/hwmon`; Documentation/hwmon/sysfs-interface).
//!
//! In whole degrees, so that little changes from report to report. Of a processor only the package is read,
//! not each of its cores, and of an NVMe disk only the temperature that it calls its own: each reading of
//! such a file asks the hardware. Disks of ATA (`drivetemp`) are left out, since asking may keep them from
//! sleeping; their temperature is with `smart`.

use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::inventory::Temperature;
use patuh_protocol::report::Reading;

use super::{Settings, listed};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

const HWMON: &str = "/sys/class/hwmon";
/// How many are carried, and how many of one chip.
const MAX: usize = 256;
const MAX_PER_CHIP: usize = 16;
/// What is no temperature of a machine: not connected inputs read -128, -61 or 127 degrees.
const PLAUSIBLE: std::ops::RangeInclusive<i32> = -40..=126;

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let chips = roots.list(HWMON)?.unwrap_or_default();
    let mut found: Vec<Temperature> =
        chips.iter().flat_map(|chip| temperatures(roots, &Path::new(HWMON).join(chip))).take(MAX).collect();
    // The numbers of chips change from start to start.
    found.sort_by(|a, b| (&a.chip, &a.label).cmp(&(&b.chip, &b.label)));
    Ok(listed(found, Reading::Temperatures))
}

fn temperatures(roots: &Roots, folder: &Path) -> Vec<Temperature> {
    // Old drivers keep their files with the device.
    let names = roots.value(folder.join("name")).map(|name| (name, folder.to_owned()));
    let Some((chip, folder)) = names.or_else(|| {
        let device = folder.join("device");
        roots.value(device.join("name")).map(|name| (name, device))
    }) else {
        return Vec::new();
    };
    if chip == "drivetemp" {
        return Vec::new();
    }
    let files = roots.list(&folder).ok().flatten().unwrap_or_default();
    let mut numbers: Vec<u32> = files.iter().filter_map(|file| number(file)).collect();
    numbers.sort_unstable();
    numbers.truncate(if matches!(chip.as_str(), "coretemp" | "nvme") { 1 } else { MAX_PER_CHIP });
    numbers.into_iter().filter_map(|number| temperature(roots, &folder, &chip, number)).collect()
}

/// The number in `temp1_input`.
fn number(file: &str) -> Option<u32> {
    file.strip_prefix("temp")?.strip_suffix("_input")?.parse().ok()
}

fn temperature(roots: &Roots, folder: &Path, chip: &str, number: u32) -> Option<Temperature> {
    let value = |file: &str| roots.value(folder.join(format!("temp{number}_{file}")));
    let celsius = degrees(&value("input")?)?;
    Some(Temperature {
        chip: name(chip),
        label: value("label").unwrap_or_else(|| format!("temp{number}")),
        celsius,
        critical: value("crit").and_then(|limit| degrees(&limit)),
    })
}

/// Thousandths of a degree as whole degrees.
fn degrees(thousandths: &str) -> Option<i32> {
    let thousandths: i32 = thousandths.parse().ok()?;
    let whole = thousandths.saturating_add(500).div_euclid(1000);
    PLAUSIBLE.contains(&whole).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[(&str, &str)], expected: &[(&str, &str, i32, Option<i32>)]) {
        let host = fixture::host(files);
        let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        let one = |(chip, label, celsius, critical): &(&str, &str, i32, Option<i32>)| Temperature {
            chip: (*chip).into(),
            label: (*label).into(),
            celsius: *celsius,
            critical: *critical,
        };
        assert_eq!(read, listed(expected.iter().map(one).collect(), Reading::Temperatures), "{files:?}");
    }

    #[test]
    fn chips_are_read_as_far_as_they_tell_something() {
        check(
            &[
                ("sys/class/hwmon/hwmon0/name", "nvme\n"),
                ("sys/class/hwmon/hwmon0/temp1_input", "38850\n"),
                ("sys/class/hwmon/hwmon0/temp1_label", "Composite\n"),
                ("sys/class/hwmon/hwmon0/temp1_crit", "84850\n"),
                ("sys/class/hwmon/hwmon0/temp2_input", "40850\n"),
                ("sys/class/hwmon/hwmon1/name", "coretemp\n"),
                ("sys/class/hwmon/hwmon1/temp1_input", "44499\n"),
                ("sys/class/hwmon/hwmon1/temp1_label", "Package id 0\n"),
                ("sys/class/hwmon/hwmon1/temp2_input", "43000\n"),
                ("sys/class/hwmon/hwmon2/name", "drivetemp\n"),
                ("sys/class/hwmon/hwmon2/temp1_input", "33000\n"),
                ("sys/class/hwmon/hwmon3/name", "nct6775\n"),
                ("sys/class/hwmon/hwmon3/temp2_input", "-128000\n"),
                ("sys/class/hwmon/hwmon3/temp10_input", "-1500\n"),
                ("sys/class/hwmon/hwmon3/temp3_input", "many\n"),
                ("sys/class/hwmon/hwmon4/device/name", "k8temp\n"),
                ("sys/class/hwmon/hwmon4/device/temp1_input", "30000\n"),
                ("sys/class/hwmon/hwmon5/fan1_input", "900\n"),
            ],
            &[
                ("coretemp", "Package id 0", 44, None),
                ("k8temp", "temp1", 30, None),
                ("nct6775", "temp10", -1, None),
                ("nvme", "Composite", 39, Some(85)),
            ],
        );
        check(&[("x", "")], &[]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,20}", number_: i32) {
            let _ = (degrees(&text), degrees(&number_.to_string()), number(&text));
            let _ = number(&format!("temp{text}_input"));
        }
    }
}
