//! What is known of the sides of a question, line by line.

use super::facts::{Facts, Sighting};
use super::links::same_number;
use super::{Evidence, Mark, Side};

/// How a mark's values are compared.
#[derive(Clone, Copy)]
enum Comparison {
    /// As numbers ([`same_number`]).
    Numbers,
    /// They agree when they have something in common.
    Lists,
}

impl Side {
    pub(super) fn of_agent(facts: &Facts) -> Self {
        Self {
            agent: facts.agent.clone(),
            hostname: facts.hostname.clone(),
            office: facts.office.clone(),
            first: facts.enrolled_at,
            last: facts.last_report,
        }
    }

    pub(super) fn of_sighting(facts: &Facts, sighting: &Sighting) -> Self {
        Self {
            hostname: sighting.hostname.clone(),
            first: sighting.first,
            last: Some(sighting.last),
            ..Self::of_agent(facts)
        }
    }
}

/// The agents side by side.
pub(super) fn of_agents(agents: &[&Facts]) -> Vec<Evidence> {
    let number = |mark, value: fn(&Facts) -> Option<&String>| {
        line(mark, agents.iter().map(|facts| value(facts).cloned()).collect(), Comparison::Numbers)
    };
    let macs = agents.iter().map(|facts| listed(&facts.macs)).collect();
    sorted([
        number(Mark::Serial, |facts| facts.machine.serial.as_ref()),
        number(Mark::BoardSerial, |facts| facts.machine.board_serial.as_ref()),
        number(Mark::ChassisSerial, |facts| facts.machine.chassis_serial.as_ref()),
        number(Mark::MachineUuid, |facts| facts.machine.uuid.as_ref()),
        line(Mark::Macs, macs, Comparison::Lists),
        number(Mark::Guest, |facts| facts.guest.as_ref()),
        number(Mark::MachineId, |facts| facts.machine.machine_id.as_ref()),
        number(Mark::BootId, |facts| facts.machine.boot_id.as_ref()),
        number(Mark::Hostname, |facts| Some(&facts.hostname).filter(|name| !name.is_empty())),
    ])
}

/// The machines that an agent was seen on, side by side.
pub(super) fn of_sightings(facts: &Facts, sides: &[&Sighting]) -> Vec<Evidence> {
    let number = |mark, value: fn(&Sighting) -> Option<&String>| {
        line(mark, sides.iter().map(|side| value(side).cloned()).collect(), Comparison::Numbers)
    };
    let macs = sides.iter().map(|side| listed(&side.macs)).collect();
    let taken = facts.conflicts.as_ref().map(|conflicts| conflicts.count.to_string());
    let taken = Evidence {
        mark: Mark::Conflicts,
        values: sides.iter().enumerate().map(|(n, _)| taken.clone().filter(|_| n == 0)).collect(),
        agrees: None,
    };
    sorted([
        number(Mark::BootId, |side| side.boot_id.as_ref()),
        number(Mark::MachineUuid, |side| side.uuid.as_ref()),
        line(Mark::Macs, macs, Comparison::Lists),
        number(Mark::Hostname, |side| Some(&side.hostname).filter(|name| !name.is_empty())),
        taken,
    ])
}

/// Without the lines that nobody gives; what agrees first, then what differs, then what only one side gives.
fn sorted<const N: usize>(lines: [Evidence; N]) -> Vec<Evidence> {
    let mut lines: Vec<_> =
        lines.into_iter().filter(|line| line.values.iter().any(Option::is_some)).collect();
    lines.sort_by_key(|line| match line.agrees {
        Some(true) => 0,
        Some(false) => 1,
        None => 2,
    });
    lines
}

fn line(mark: Mark, values: Vec<Option<String>>, comparison: Comparison) -> Evidence {
    let given: Vec<&str> = values.iter().flatten().map(String::as_str).collect();
    let agree = |(a, b): (&&str, &&str)| match comparison {
        Comparison::Numbers => same_number(a, b),
        Comparison::Lists => a.split(", ").any(|one| b.split(", ").any(|other| one == other)),
    };
    let agrees = (given.len() > 1).then(|| given.iter().zip(given.iter().skip(1)).all(agree));
    Evidence { mark, values, agrees }
}

fn listed(all: &std::collections::BTreeSet<String>) -> Option<String> {
    (!all.is_empty()).then(|| all.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
}
