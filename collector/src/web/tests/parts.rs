//! What a hand-made server is made of: sockets, modules, an array that lost a member, a disk that fails.

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::inventory::{
    Device, DiskHealth, MemoryModule, PowerSupply, Processor, Raid, RaidMember, Temperature, VolumeGroup,
};
use patuh_protocol::report::Reading;

use super::host::Say;

/// What the sensors of the hardware read, by name.
pub(super) fn readings(now: Timestamp, say: Say<'_>) -> Vec<(&'static str, Reading)> {
    vec![
        ("devices/pci", Reading::Devices((0..12).map(|n| pci(n, say)).collect())),
        ("devices/usb", Reading::Devices(vec![usb(say)])),
        ("lvm", Reading::VolumeGroups(vec![volume_group(say)])),
        ("memory/modules", Reading::MemoryModules((0..12).map(|n| module(n, say)).collect())),
        ("power", Reading::PowerSupplies(vec![supply("PSU.Slot.1", say), supply("PSU.Slot.2", say)])),
        ("processors", Reading::Processors((0..2).map(|n| processor(n, say)).collect())),
        ("raid", Reading::Raids(vec![raid(say), controller(say)])),
        ("smart", Reading::DiskHealth(health(now, say))),
        ("temperatures", Reading::Temperatures(vec![temperature(48, say), temperature(104, say)])),
    ]
}

fn processor(n: u32, say: Say<'_>) -> Processor {
    Processor {
        socket: say(&format!("CPU{}", n + 1)),
        populated: n == 0,
        vendor: Some(say("Intel")),
        model: Some(say("Intel(R) Xeon(R) Silver 4214R CPU @ 2.40GHz")),
        cores: Some(12),
        threads: Some(24),
        speed_mhz: Some(2_400),
    }
}

fn module(n: u32, say: Say<'_>) -> MemoryModule {
    let there = n < 4;
    let some = |text: &str| there.then(|| say(text));
    MemoryModule {
        slot: say(&format!("DIMM A{}", n + 1)),
        size_bytes: if there { 16 << 30 } else { 0 },
        kind: some("DDR4"),
        speed_mts: there.then_some(2_933),
        vendor: some("Samsung"),
        part: some("M393A2K43DB3-CWE"),
        serial: some("37A1B2C3"),
    }
}

fn raid(say: Say<'_>) -> Raid {
    let member = |disk: &str, state: &str| RaidMember { disk: say(disk), state: state.into() };
    Raid {
        name: say("md0"),
        kind: "md".into(),
        level: Some(say("raid1")),
        state: Some(say("clean, degraded")),
        degraded: Some(true),
        size_bytes: Some(4_000_650_887_168),
        model: None,
        members: vec![member("sda1", "in_sync"), member("sdb1", "faulty")],
    }
}

fn controller(say: Say<'_>) -> Raid {
    Raid {
        name: say("0000:3b:00.0"),
        kind: "controller".into(),
        model: Some(say("Broadcom / LSI MegaRAID SAS-3 3108")),
        ..Raid::default()
    }
}

fn health(now: Timestamp, say: Say<'_>) -> Vec<DiskHealth> {
    let disk = |name: Option<&str>, model: &str, passed| DiskHealth {
        disk: name.map(say),
        model: Some(say(model)),
        passed,
        power_on_hours: Some(41_233),
        reallocated: Some(if passed == Some(false) { 1_208 } else { 0 }),
        pending: Some(if passed == Some(false) { 16 } else { 0 }),
        used_percent: name.is_some_and(|n| n.starts_with("nvme")).then_some(7),
        celsius: Some(36),
        read_at: Some(now - SignedDuration::from_mins(31)),
        source: say("smartd"),
        ..DiskHealth::default()
    };
    vec![
        disk(Some("nvme0n1"), "Samsung SSD 970 EVO Plus 1TB", Some(true)),
        disk(Some("sda"), "ST4000NM0035-1V4107", Some(false)),
        DiskHealth { note: Some(say("izin ditolak")), ..disk(None, "Elements 25A2", None) },
    ]
}

fn volume_group(say: Say<'_>) -> VolumeGroup {
    VolumeGroup {
        name: say("vg0"),
        uuid: Some(say("q1w2e3")),
        size_bytes: Some(1_000_000_000_000),
        free_bytes: Some(400_000_000_000),
        physical: vec![say("nvme0n1p3")],
        logical: vec![(say("root"), 200_000_000_000), (say("srv"), 400_000_000_000)],
    }
}

fn supply(name: &str, say: Say<'_>) -> PowerSupply {
    PowerSupply {
        name: say(name),
        kind: "supply".into(),
        model: Some(say("Delta DPS-750AB")),
        serial: Some(say("CN17972")),
        watts: Some(750),
        state: Some(say("online")),
        charge_percent: None,
    }
}

fn temperature(celsius: i32, say: Say<'_>) -> Temperature {
    Temperature { chip: say("coretemp"), label: say("Package id 0"), celsius, critical: Some(100) }
}

fn pci(n: u32, say: Say<'_>) -> Device {
    Device {
        bus: "pci".into(),
        address: say(&format!("0000:{n:02x}:00.0")),
        id: say("8086:1533"),
        class: Some(say("Ethernet controller")),
        vendor: Some(say("Intel Corporation")),
        product: Some(say("I210 Gigabit Network Connection")),
        driver: Some(say("igb")),
        serial: None,
    }
}

fn usb(say: Say<'_>) -> Device {
    Device {
        bus: "usb".into(),
        address: say("2-1"),
        id: say("1058:25a2"),
        product: Some(say("Elements 25A2")),
        serial: Some(say("575841314137")),
        ..Device::default()
    }
}
