use patuh_protocol::inventory::{
    Cpu, Device, Disk, DiskHealth, Machine, MemoryModule, PowerSupply, Processor, Raid, RaidMember,
    Temperature, VolumeGroup,
};
use patuh_protocol::report::Reading;

use super::{becomes, check};

fn disk(name: &str, serial: Option<&str>, size_bytes: u64) -> Disk {
    let serial = serial.map(Into::into);
    Disk { name: name.into(), model: Some("WD40".into()), serial, size_bytes, ..Disk::default() }
}

#[test]
fn parts_of_the_machine() {
    let module = |slot: &str, gib: u64, serial: &str| MemoryModule {
        slot: slot.into(),
        size_bytes: gib << 30,
        vendor: Some("Samsung".into()),
        serial: Some(serial.into()),
        ..MemoryModule::default()
    };
    let memory = |all: Vec<MemoryModule>| Reading::MemoryModules(all);
    becomes(
        memory,
        module("A1", 16, "1"),
        module("A1", 32, "2"),
        &["memory module A1: 16 GB Samsung SN 1 > 32 GB Samsung SN 2"],
    );
    becomes(
        memory,
        module("A1", 16, "1"),
        module("A1", 0, ""),
        &["memory module A1: 16 GB Samsung SN 1 > -"],
    );
    let socket = |populated| Processor { socket: "CPU 2".into(), populated, ..Processor::default() };
    becomes(Reading::Processors, socket(false), socket(true), &["processor CPU 2: - > "]);
    let cpu = |threads| Reading::Cpu(Cpu { threads, ..Cpu::default() });
    check(Some(&cpu(4)), Some(&cpu(8)), &["cpu threads: 4 > 8"]);
    let device = |address: &str, product: &str| Device {
        bus: "pci".into(),
        address: address.into(),
        id: "8086:1533".into(),
        product: Some(product.into()),
        ..Device::default()
    };
    becomes(Reading::Devices, device("03:00.0", "I210"), device("04:00.0", "I210 Gigabit"), &[]);
    let two = Reading::Devices(vec![device("03:00.0", "I210"), device("04:00.0", "I210")]);
    let one = Reading::Devices(vec![device("03:00.0", "I210")]);
    check(Some(&one), Some(&two), &["device pci 8086:1533: I210 > I210 (2)"]);
    check(Some(&one), Some(&Reading::Devices(vec![])), &["device pci 8086:1533: I210 > -"]);
}

#[test]
fn arrays_and_volumes() {
    let raid = |degraded, state: &str, members: [(&str, &str); 2]| Raid {
        name: "md0".into(),
        kind: "md".into(),
        level: Some("raid1".into()),
        state: Some(state.into()),
        degraded,
        members: members.map(|(disk, state)| RaidMember { disk: disk.into(), state: state.into() }).into(),
        ..Raid::default()
    };
    let (a, b) = (("sda1", "in_sync"), ("sdb1", "in_sync"));
    let whole = raid(Some(false), "clean", [a, b]);
    becomes(Reading::Raids, whole.clone(), raid(Some(false), "active", [b, a]), &[]);
    becomes(Reading::Raids, whole.clone(), raid(Some(false), "active", [("sdc1", "in_sync"), a]), &[]);
    becomes(
        Reading::Raids,
        whole,
        raid(Some(true), "degraded", [a, ("sdb1", "faulty")]),
        &["raid members md0: 2 in_sync > 1 faulty, 1 in_sync", "raid state md0: whole > degraded"],
    );
    becomes(Reading::Raids, raid(None, "", [a, b]), raid(Some(false), "", [a, b]), &[]);
    let group = |free, logical: &[(&str, u64)]| VolumeGroup {
        name: "vg0".into(),
        size_bytes: Some(500_000_000_000),
        free_bytes: Some(free),
        logical: logical.iter().map(|(name, bytes)| ((*name).into(), *bytes)).collect(),
        ..VolumeGroup::default()
    };
    let old = group(9, &[("root", 20_000_000_000)]);
    becomes(
        Reading::VolumeGroups,
        old,
        group(5, &[("root", 40_000_000_000), ("data", 1_000_000_000)]),
        &["volume vg0/data: - > 1 GB", "volume vg0/root: 20 GB > 40 GB"],
    );
}

#[test]
fn the_health_of_disks_is_told_in_steps() {
    let health = |passed, reallocated, used_percent, hours| DiskHealth {
        model: Some("WD40".into()),
        serial: Some("A".into()),
        passed,
        reallocated: Some(reallocated),
        used_percent: Some(used_percent),
        power_on_hours: Some(hours),
        celsius: Some(30),
        ..DiskHealth::default()
    };
    let check = |old, new, expected: &[&str]| becomes(Reading::DiskHealth, old, new, expected);
    check(health(Some(true), 0, 1, 1), health(Some(true), 0, 3, 2), &[]);
    check(
        health(Some(true), 0, 1, 1),
        health(Some(false), 0, 1, 1),
        &["disk health WD40 A: passed > failed"],
    );
    check(health(Some(true), 0, 1, 1), health(None, 0, 1, 1), &[]);
    check(health(None, 0, 1, 1), health(None, 1, 1, 1), &["disk sectors replaced WD40 A: 0 > 1"]);
    check(health(None, 1, 1, 1), health(None, 9, 1, 1), &[]);
    check(health(None, 9, 1, 1), health(None, 12, 1, 1), &["disk sectors replaced WD40 A: 9 > 12"]);
    check(health(None, 0, 79, 1), health(None, 0, 80, 1), &["disk wear WD40 A: 79 % > 80 %"]);
    check(health(None, 0, 80, 1), health(None, 0, 84, 1), &[]);
}

#[test]
fn power_that_is_lost_is_told_and_charging_is_not() {
    let supply = |state: &str, charge| PowerSupply {
        name: "ups0".into(),
        kind: "ups".into(),
        state: Some(state.into()),
        charge_percent: Some(charge),
        ..PowerSupply::default()
    };
    becomes(Reading::PowerSupplies, supply("Full", 100), supply("Charging", 90), &[]);
    becomes(
        Reading::PowerSupplies,
        supply("Full", 100),
        supply("Discharging", 90),
        &["power ups0: online > offline"],
    );
    becomes(Reading::PowerSupplies, supply("Unknown", 100), supply("Discharging", 90), &[]);
    let degrees = |celsius| Temperature { celsius, ..Temperature::default() };
    becomes(Reading::Temperatures, degrees(30), degrees(90), &[]);
}

#[test]
fn the_firmware_is_told_and_the_boot_id_is_not() {
    let machine = |bios: &str, boot_id: &str, uuid: Option<&str>| {
        let (bios_version, boot_id, uuid) = (Some(bios.into()), Some(boot_id.into()), uuid.map(Into::into));
        Reading::Machine(Box::new(Machine { bios_version, boot_id, uuid, ..Machine::default() }))
    };
    check(Some(&machine("1.2", "a", None)), Some(&machine("1.2", "b", Some("u"))), &[]);
    check(Some(&machine("1.2", "a", None)), Some(&machine("1.3", "a", None)), &["machine bios: 1.2 > 1.3"]);
}

#[test]
fn disks_may_change_places() {
    let old = Reading::Disks(vec![disk("sda", Some("A"), 4_000_000_000_000), disk("sdb", Some("B"), 1)]);
    let new = Reading::Disks(vec![disk("sda", Some("B"), 1), disk("sdb", Some("A"), 4_000_000_000_000)]);
    check(Some(&old), Some(&new), &[]);
    let swapped = Reading::Disks(vec![disk("sda", Some("C"), 1), disk("sdb", Some("A"), 4_000_000_000_000)]);
    check(Some(&new), Some(&swapped), &["disk WD40 B: 0 GB > -", "disk WD40 C: - > 0 GB"]);
    let (small, large) = (disk("vda", None, 20_000_000_000), disk("vda", None, 40_000_000_000));
    let (small, large) = (Reading::Disks(vec![small]), Reading::Disks(vec![large]));
    check(Some(&small), Some(&large), &["disk vda: 20 GB > 40 GB"]);
}
