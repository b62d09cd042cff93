//! Asking a disk by smartctl(8), version 7 and later: with JSON, without waking a disk that sleeps, within a
//! few seconds.
//!
//! Its exit status is a set of bits: the lowest means that it was called wrongly, the second that it could
//! not ask (or that the disk sleeps); the others tell of the disk, and then its answer is what is wanted.

use std::time::Duration;

use patuh_protocol::inventory::{Disk, DiskHealth};
use serde_json::Value;

use super::{celsius, take};
use crate::roots::lossy::name;
use crate::roots::{Command, Failure, Roots};

const PLACES: [&str; 3] = ["/usr/sbin/smartctl", "/usr/local/sbin/smartctl", "/usr/bin/smartctl"];
/// How long one disk may take. Two of them that hang fit into the time that a sensor has.
const LIMIT: Duration = Duration::from_secs(8);
/// What asking a disk takes (capabilities(7)): ATA and SCSI, and NVMe.
const CAP_SYS_RAWIO: u32 = 17;
const CAP_SYS_ADMIN: u32 = 21;

/// Whether the tool is there.
pub(super) fn is_installed(roots: &Roots) -> bool {
    PLACES.iter().any(|place| roots.exists(place))
}

/// Whether this process may ask `disk`, by its effective capabilities: trying would log a refusal each time.
pub(super) fn is_permitted(roots: &Roots, disk: &Disk) -> bool {
    let status = roots.text("/proc/self/status").ok().flatten().unwrap_or_default();
    let digits = status.lines().find_map(|line| line.strip_prefix("CapEff:")).unwrap_or_default();
    let capabilities = u64::from_str_radix(digits.trim(), 16).unwrap_or(0);
    let needed = if disk.transport.as_deref() == Some("nvme") { CAP_SYS_ADMIN } else { CAP_SYS_RAWIO };
    capabilities >> needed & 1 == 1
}

/// That nobody tells of the disks and they may not be asked.
pub(super) fn not_permitted() -> Failure {
    Failure::Command {
        command: "smartctl".to_owned(),
        what: "tidak berhak bertanya kepada disk (CAP_SYS_RAWIO), dan smartd tidak menyimpan catatannya"
            .to_owned(),
    }
}

/// What `disk` says of itself.
pub(super) fn ask(roots: &Roots, disk: &Disk) -> Result<DiskHealth, Failure> {
    let state = roots.value(format!("/sys/block/{}/device/state", disk.name));
    if let Some(state) = state.filter(|state| !matches!(state.as_str(), "running" | "live")) {
        return Err(failure(disk, &format!("tidak ditanya: kernel menyebutnya {state}")));
    }
    let mut arguments = ["-j", "-n", "standby", "-i", "-H", "-A"].map(str::to_owned).to_vec();
    arguments.push(format!("/dev/{}", disk.name));
    let label = format!("smartctl {}", disk.name);
    let command = Command { label, program: "smartctl", arguments, environment: Vec::new(), limit: LIMIT };
    let answer = roots.run_accepting(&command, |status| status & 1 == 0)?;
    parse(&answer).map_err(|what| failure(disk, &what))
}

fn failure(disk: &Disk, what: &str) -> Failure {
    Failure::Command { command: format!("smartctl {}", disk.name), what: what.to_owned() }
}

/// The health in an answer, or why there is none in it.
fn parse(answer: &[u8]) -> Result<DiskHealth, String> {
    let answer: Value =
        serde_json::from_slice(answer).map_err(|error| format!("jawabannya bukan JSON: {error}"))?;
    let number = |pointer: &str| answer.pointer(pointer).and_then(Value::as_u64);
    let mut health = DiskHealth::default();
    let attributes = answer.pointer("/ata_smart_attributes/table").and_then(Value::as_array);
    for attribute in attributes.into_iter().flatten() {
        let field = |pointer: &str| attribute.pointer(pointer).and_then(Value::as_u64);
        if let (Some(id), Some(raw)) = (field("/id"), field("/raw/value")) {
            take(&mut health, id, raw);
        }
    }
    let first = |pointers: [&str; 2]| pointers.into_iter().find_map(number);
    health.passed = answer.pointer("/smart_status/passed").and_then(Value::as_bool);
    health.power_on_hours = number("/power_on_time/hours").or(health.power_on_hours);
    health.celsius = number("/temperature/current").and_then(celsius).or(health.celsius);
    health.reallocated = health.reallocated.or_else(|| number("/scsi_grown_defect_list"));
    health.used_percent =
        first(["/nvme_smart_health_information_log/percentage_used", "/endurance_used/current_percent"])
            .and_then(|percent| u32::try_from(percent).ok());
    if health == DiskHealth::default() { Err(reason(&answer)) } else { Ok(health) }
}

/// Why an answer has nothing in it: the tool's own words, or that the disk sleeps, of which it says nothing.
fn reason(answer: &Value) -> String {
    let said = answer.pointer("/smartctl/messages/0/string").and_then(Value::as_str);
    let sleeps = answer.pointer("/smartctl/exit_status").and_then(Value::as_u64) == Some(2);
    match said {
        Some(said) => name(said),
        None if sleeps => "disk sedang siaga dan tidak dibangunkan".to_owned(),
        None => "disk tidak mempunyai SMART".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(answer: &str, expected: Result<DiskHealth, &str>) {
        assert_eq!(parse(answer.as_bytes()), expected.map_err(str::to_owned), "{answer}");
    }

    #[test]
    fn every_kind_of_disk_is_understood() {
        check(
            r#"{"smart_status": {"passed": false}, "power_on_time": {"hours": 41234}, "temperature": {"current": 38},
                "ata_smart_attributes": {"table": [{"id": 5, "raw": {"value": 8}}, {"id": 197, "raw": {"value": 16}},
                {"id": 9, "raw": {"value": 1}}, {"id": "x"}, 7]}}"#,
            Ok(DiskHealth {
                passed: Some(false),
                power_on_hours: Some(41_234),
                reallocated: Some(8),
                pending: Some(16),
                celsius: Some(38),
                ..DiskHealth::default()
            }),
        );
        check(
            r#"{"smart_status": {"passed": true}, "nvme_smart_health_information_log": {"percentage_used": 3}}"#,
            Ok(DiskHealth { passed: Some(true), used_percent: Some(3), ..DiskHealth::default() }),
        );
        check(
            r#"{"scsi_grown_defect_list": 2, "temperature": {"current": 0}}"#,
            Ok(DiskHealth { reallocated: Some(2), ..DiskHealth::default() }),
        );
    }

    #[test]
    fn an_answer_without_health_says_why() {
        check(
            r#"{"smartctl": {"exit_status": 2, "messages": [{"string": "Smartctl open device: /dev/sdb failed"}]}}"#,
            Err("Smartctl open device: /dev/sdb failed"),
        );
        check(r#"{"smartctl": {"exit_status": 2}}"#, Err("disk sedang siaga dan tidak dibangunkan"));
        check("[]", Err("disk tidak mempunyai SMART"));
        assert!(parse(b"smartctl 6.6").unwrap_err().starts_with("jawabannya bukan JSON"));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, value in "(-|\"|\\[)?[0-9]{1,25}") {
            let _ = parse(&bytes);
            let _ = parse(format!(r#"{{"temperature": {{"current": {value}}}, "smart_status": {value}}}"#).as_bytes());
        }
    }
}
