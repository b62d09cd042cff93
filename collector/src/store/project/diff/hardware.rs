//! What is watched of the machine and its parts.

use std::collections::BTreeMap;

use patuh_protocol::inventory::{
    Cpu, Device, Disk, DiskHealth, Machine, MemoryModule, PowerSupply, Processor, Raid, VolumeGroup,
};

use super::{Watched, fields, gibibytes, gigabytes, joined};

/// The machine's own numbers. What a start of the kernel changes by itself is left out.
pub(super) fn machine(it: &Machine) -> Vec<Watched> {
    let bios = joined(&[it.bios_vendor.as_deref(), it.bios_version.as_deref(), it.bios_date.as_deref()]);
    let mut all = fields("machine", [("serial", it.serial.as_ref()), ("model", it.product.as_ref())]);
    let later = [
        ("board serial", it.board_serial.as_deref()),
        ("uuid", it.uuid.as_deref()),
        ("machine-id", it.machine_id.as_deref()),
        ("guest of", it.guest_of.as_deref()),
        ("bios", Some(bios.as_str()).filter(|bios| !bios.is_empty())),
    ];
    all.extend(later.into_iter().filter_map(|(name, value)| Some(Watched::differs("machine", name, value?))));
    all
}

/// The model changes when a guest moves to another host, the number of processors when somebody gives it more.
pub(super) fn cpu(it: &Cpu) -> Vec<Watched> {
    let model = it.model.as_ref().map(|model| Watched::differs("cpu", "model", model));
    let threads = (it.threads > 0).then(|| Watched::differs("cpu", "threads", it.threads.to_string()));
    model.into_iter().chain(threads).collect()
}

pub(super) fn processor(it: &Processor) -> Option<Watched> {
    let value = joined(&[it.vendor.as_deref(), it.model.as_deref()]);
    it.populated.then(|| Watched::new("processor", &it.socket, value))
}

/// A module is known by its slot: another serial in it is another module.
pub(super) fn module(it: &MemoryModule) -> Option<Watched> {
    let (size, serial) = (gibibytes(it.size_bytes), it.serial.as_ref().map(|serial| format!("SN {serial}")));
    let words = [Some(size.as_str()), it.vendor.as_deref(), it.part.as_deref(), serial.as_deref()];
    (it.size_bytes > 0).then(|| Watched::new("memory module", &it.slot, joined(&words)))
}

/// A disk is known by its serial number where it has one: the kernel's names change places.
pub(super) fn disk(it: &Disk) -> Watched {
    let model = it.model.as_deref().unwrap_or_default();
    let subject = match &it.serial {
        Some(serial) => format!("{model} {serial}").trim().to_owned(),
        None => it.name.clone(),
    };
    Watched::new("disk", subject, gigabytes(it.size_bytes))
}

/// Devices are counted by what they are: their places on the bus move when a card is put in.
pub(super) fn devices(all: &[Device]) -> Vec<Watched> {
    let mut counts: BTreeMap<(&str, &str, Option<&str>), (u64, &Device)> = BTreeMap::new();
    for it in all {
        counts.entry((&it.bus, &it.id, it.serial.as_deref())).or_insert((0, it)).0 += 1;
    }
    let watched = |(count, it): (u64, &Device)| {
        // The id, not the name: the host's table of names is renewed now and then.
        let known = joined(&[Some(&it.bus), Some(&it.id), it.serial.as_deref()]);
        let name = joined(&[it.vendor.as_deref(), it.product.as_deref()]);
        let value = if count > 1 { format!("{name} ({count})") } else { name };
        Watched::new("device", known, value.trim()).compared(count.to_string())
    };
    counts.into_values().map(watched).collect()
}

/// An array is whole or degraded; `clean` and `active` change from second to second. Its members are counted by
/// state: their names change places.
pub(super) fn raid(it: &Raid) -> Vec<Watched> {
    let size = it.size_bytes.map(gigabytes);
    let words = [it.level.as_deref().or(Some(&it.kind)), it.model.as_deref(), size.as_deref()];
    let state = it.degraded.map(|degraded| if degraded { "degraded" } else { "whole" });
    let mut members: BTreeMap<&str, u64> = BTreeMap::new();
    for member in &it.members {
        *members.entry(&member.state).or_default() += 1;
    }
    let members: Vec<_> = members.into_iter().map(|(state, count)| format!("{count} {state}")).collect();
    let there = Watched::new("raid", &it.name, joined(&words));
    let state = state.map(|state| Watched::differs("raid state", &it.name, state));
    let members =
        (!members.is_empty()).then(|| Watched::differs("raid members", &it.name, members.join(", ")));
    std::iter::once(there).chain(state).chain(members).collect()
}

pub(super) fn volume_group(it: &VolumeGroup) -> Vec<Watched> {
    let size = it.size_bytes.map(gigabytes).unwrap_or_default();
    let volume = |(name, bytes): &(String, u64)| {
        Watched::new("volume", format!("{}/{name}", it.name), gigabytes(*bytes))
    };
    let all = std::iter::once(Watched::new("volume group", &it.name, size));
    all.chain(it.logical.iter().map(volume)).collect()
}

/// What a disk says of itself. Counters are told when they come to another [`step`].
pub(super) fn health(it: &DiskHealth) -> Vec<Watched> {
    let model = it.model.as_deref().unwrap_or_default();
    let subject = match &it.serial {
        Some(serial) => format!("{model} {serial}").trim().to_owned(),
        None => it.disk.clone().unwrap_or_default(),
    };
    let verdict = it.passed.map(|passed| if passed { "passed" } else { "failed" });
    let verdict = verdict.map(|verdict| Watched::differs("disk health", &subject, verdict));
    let counter = |kind, count: Option<u64>| {
        let count = count?;
        Some(Watched::differs(kind, &subject, count.to_string()).compared(step(count).to_string()))
    };
    let used = it.used_percent.map(|percent| {
        let step = if percent < 80 { 0 } else { percent / 5 };
        Watched::differs("disk wear", &subject, format!("{percent} %")).compared(step.to_string())
    });
    let counters =
        [counter("disk sectors replaced", it.reallocated), counter("disk sectors pending", it.pending)];
    verdict.into_iter().chain(counters.into_iter().flatten()).chain(used).collect()
}

/// 0; 1 to 9; 10 to 99; …: the first bad sector is news, the hundred and first is not.
fn step(count: u64) -> u32 {
    count.checked_ilog10().map_or(0, |digits| digits + 1)
}

/// A supply, and whether power comes from it. A battery that is being charged is fed.
pub(super) fn power(it: &PowerSupply) -> Vec<Watched> {
    let watts = it.watts.map(|watts| format!("{watts} W"));
    let serial = it.serial.as_ref().map(|serial| format!("SN {serial}"));
    let words = [Some(it.kind.as_str()), it.model.as_deref(), watts.as_deref(), serial.as_deref()];
    let state = it.state.as_deref().map(str::to_lowercase);
    let state = match state.as_deref() {
        Some("discharging" | "offline" | "absent" | "critical" | "non-recoverable") => Some("offline"),
        Some("charging" | "full" | "not charging" | "online" | "ok") => Some("online"),
        _ => None,
    };
    let state = state.map(|state| Watched::differs("power", &it.name, state));
    std::iter::once(Watched::new("power supply", &it.name, joined(&words))).chain(state).collect()
}
