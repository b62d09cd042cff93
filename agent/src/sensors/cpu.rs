//! `cpu`: the processors, from `/proc/cpuinfo`, with `/sys/devices/system/cpu` for the topology where
//! cpuinfo has none (ARM).

use std::collections::BTreeSet;

use jiff::Timestamp;
use patuh_protocol::inventory::Cpu;
use patuh_protocol::report::Reading;

use super::Settings;
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

const CPUINFO: &str = "/proc/cpuinfo";
/// More logical processors than any machine of today has.
const MAX_THREADS: usize = 8192;

/// ARM's numbers of cores (`CPU implementer` 0x41, `CPU part`), as in lscpu-arm.c of util-linux.
const ARM_PARTS: &[(&str, &str)] = &[
    ("0xc07", "ARM Cortex-A7"),
    ("0xc08", "ARM Cortex-A8"),
    ("0xc09", "ARM Cortex-A9"),
    ("0xc0f", "ARM Cortex-A15"),
    ("0xd03", "ARM Cortex-A53"),
    ("0xd04", "ARM Cortex-A35"),
    ("0xd05", "ARM Cortex-A55"),
    ("0xd07", "ARM Cortex-A57"),
    ("0xd08", "ARM Cortex-A72"),
    ("0xd09", "ARM Cortex-A73"),
    ("0xd0a", "ARM Cortex-A75"),
    ("0xd0b", "ARM Cortex-A76"),
    ("0xd0c", "ARM Neoverse-N1"),
    ("0xd40", "ARM Neoverse-V1"),
    ("0xd49", "ARM Neoverse-N2"),
];

/// What places a logical processor: its socket, and its core within it.
type Place = (String, String);

/// One paragraph of cpuinfo.
#[derive(Debug, Default)]
struct Processor {
    number: String,
    model: Option<String>,
    implementer: Option<String>,
    part: Option<String>,
    socket: Option<String>,
    core: Option<String>,
}

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let processors = parse(&roots.needed(CPUINFO)?);
    if processors.is_empty() {
        return Err(Failure::malformed(CPUINFO, "tidak memuat satu prosesor pun"));
    }
    let places: BTreeSet<Place> = processors.iter().map(|processor| place(roots, processor)).collect();
    let sockets: BTreeSet<&String> = places.iter().map(|(socket, _)| socket).collect();
    Ok(Some(Reading::Cpu(Cpu {
        model: processors.iter().find_map(model),
        sockets: count(sockets.len()),
        cores: count(places.len()),
        threads: count(processors.len()),
    })))
}

/// One processor per paragraph; `processor` begins each.
fn parse(text: &str) -> Vec<Processor> {
    let mut processors: Vec<Processor> = Vec::new();
    for (key, value) in text.lines().filter_map(|line| line.split_once(':')) {
        let (key, value) = (key.trim(), name(value));
        if key == "processor" && value.bytes().all(|byte| byte.is_ascii_digit()) && !value.is_empty() {
            if processors.len() == MAX_THREADS {
                break;
            }
            processors.push(Processor { number: value, ..Processor::default() });
            continue;
        }
        let Some(processor) = processors.last_mut() else { continue };
        match key {
            "model name" => processor.model = Some(value),
            "CPU implementer" => processor.implementer = Some(value),
            "CPU part" => processor.part = Some(value),
            "physical id" => processor.socket = Some(value),
            "core id" => processor.core = Some(value),
            _ => {}
        }
    }
    processors
}

/// Where a processor sits; each counts as a core of the only socket when nothing tells.
fn place(roots: &Roots, processor: &Processor) -> Place {
    let number = &processor.number;
    let topology = |file: &str| roots.value(format!("/sys/devices/system/cpu/cpu{number}/topology/{file}"));
    let socket = processor.socket.clone().or_else(|| topology("physical_package_id"));
    let core = processor.core.clone().or_else(|| topology("core_id"));
    (socket.unwrap_or_default(), core.unwrap_or_else(|| number.clone()))
}

fn model(processor: &Processor) -> Option<String> {
    let by_part = || {
        let part = processor.part.as_deref().filter(|_| processor.implementer.as_deref() == Some("0x41"))?;
        ARM_PARTS.iter().find(|(number, _)| *number == part).map(|(_, model)| (*model).to_owned())
    };
    let named =
        processor.model.as_deref().map(|model| model.split_whitespace().collect::<Vec<_>>().join(" "));
    named.filter(|model| !model.is_empty()).or_else(by_part)
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[(&str, &str)], expected: (Option<&str>, u32, u32, u32)) {
        let host = fixture::host(files);
        let (model, sockets, cores, threads) = expected;
        let expected = Cpu { model: model.map(str::to_owned), sockets, cores, threads };
        let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(read, Some(Reading::Cpu(expected)), "{files:?}");
    }

    #[test]
    fn threads_share_cores_and_cores_share_sockets() {
        let one = |n: u32, socket: u32, core: u32| {
            format!(
                "processor\t: {n}\nmodel name\t: Intel(R) Xeon(R)  Silver\nphysical id\t: {socket}\ncore id\t\t: {core}\n\n"
            )
        };
        let text = [one(0, 0, 0), one(1, 1, 0), one(2, 0, 0), one(3, 1, 0), one(4, 0, 1)].concat();
        check(&[("proc/cpuinfo", &text)], (Some("Intel(R) Xeon(R) Silver"), 2, 3, 5));
    }

    #[test]
    fn arm_tells_by_number_and_by_sysfs() {
        let one = |n| format!("processor\t: {n}\nCPU implementer\t: 0x41\nCPU part\t: 0xd08\n\n");
        let text = [one(0), one(1), "Hardware\t: BCM2835\nSerial\t: 1\n".to_owned()].concat();
        check(&[("proc/cpuinfo", &text)], (Some("ARM Cortex-A72"), 1, 2, 2));
        check(
            &[
                ("proc/cpuinfo", &text),
                ("sys/devices/system/cpu/cpu0/topology/core_id", "0\n"),
                ("sys/devices/system/cpu/cpu1/topology/core_id", "0\n"),
            ],
            (Some("ARM Cortex-A72"), 1, 1, 2),
        );
        check(&[("proc/cpuinfo", "processor: 0\nCPU implementer: 0x99\nCPU part: 0xd08\n")], (None, 1, 1, 1));
    }

    #[test]
    fn rubbish_is_a_failure_that_names_the_file() {
        let host = fixture::host(&[("proc/cpuinfo", "processor: many\n\0\n:::")]);
        let failure = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap_err();
        assert_eq!(failure.to_string(), "/proc/cpuinfo: tidak memuat satu prosesor pun");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "((processor|core id|model name)?[\t :]*.{0,9}\n){0,20}") {
            let _ = parse(&text).iter().map(model).count();
        }
    }
}
