//! The agent: one full inventory of this machine, beside the floor and other inventory programs.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use patuh_protocol::base::Base;
use patuh_protocol::body;
use patuh_protocol::id::AgentId;
use patuh_protocol::report::Report;
use patuh_protocol::seal::Sealed;
use ring::signature::{Ed25519KeyPair, KeyPair as _};

use crate::child::{Cost, Program, measure};
use crate::figure::{Figure, short};

/// Other programs, measured when they are installed.
const PEERS: &[(&str, &str, &[&str])] = &[
    ("`dpkg-query -W`", "/usr/bin/dpkg-query", &["-W"]),
    ("fusioninventory-inventory", "/usr/bin/fusioninventory-inventory", &[]),
    ("ocsinventory-agent --stdout", "/usr/bin/ocsinventory-agent", &["--stdout"]),
    ("facter --json", "/usr/bin/facter", &["--json"]),
    ("lshw -json", "/usr/bin/lshw", &["-json"]),
];

/// The table.
pub(crate) fn table(agent: &Path, floor: &Path, runs: usize) -> Result<String> {
    let (agent, floor) = (agent.display().to_string(), floor.display().to_string());
    let mut programs = vec![
        Program::new("floor: read the same, print nothing of it", &floor, &[]),
        Program::new("**patuh-agent report**", &agent, &["report"]),
    ];
    programs.extend(PEERS.iter().map(|(name, path, arguments)| Program::new(name, path, arguments)));
    programs.retain(Program::exists);
    let costs = measure(&programs, runs)?;
    let mut text = format!("## One full inventory ({runs} paired runs)\n\n");
    text.push_str(
        "| program | wall ms | CPU ms | CPU ÷ floor | CPU ÷ dpkg-query | peak MiB | programs started |\n",
    );
    text.push_str("|---|---|---|---|---|---|---|\n");
    let base = |name: &str| {
        let found = programs.iter().position(|program| program.name.contains(name));
        found.and_then(|i| costs.get(i)).map(|cost| cost.cpu_ms.clone()).unwrap_or_default()
    };
    let (floor, dpkg) = (base("floor"), base("dpkg-query"));
    for (program, cost) in programs.iter().zip(&costs) {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} |",
            program.name,
            Figure::of(cost.wall_ms.clone()),
            Figure::of(cost.cpu_ms.clone()),
            Figure::ratio(&cost.cpu_ms, &floor),
            Figure::ratio(&cost.cpu_ms, &dpkg),
            short(cost.peak_mib),
            cost.programs
        );
    }
    let agent = programs.iter().zip(&costs).find(|(program, _)| program.name.contains("patuh-agent"));
    let (program, cost) = agent.context("the agent is not there")?;
    text.push_str(&wire(program, cost)?);
    Ok(text)
}

/// What the report weighs: the first one, one of which nothing changed, and one of this machine right after it.
fn wire(program: &Program, cost: &Cost) -> Result<String> {
    let first: Report = serde_json::from_slice(&cost.output)?;
    let next: Report = serde_json::from_slice(&program.once()?.2)?;
    let json = serde_json::to_vec(&first)?.len();
    let (whole, base) = sealed(&Base::default(), &first)?;
    let (unchanged, _) = sealed(&base, &first)?;
    let (after, carried) = sealed(&base, &next)?;
    let sensors = next.sections.iter().map(|section| section.sensor.as_str());
    let changed: Vec<_> = sensors.filter(|sensor| carried.get(sensor).is_some()).collect();
    let changed = if changed.is_empty() { "nothing".to_owned() } else { changed.join(", ") };
    let sections = first.sections.len();
    Ok(format!(
        "\nCommands run by the agent: {}.\n\n\
        | report, as it travels (sealed) | bytes |\n|---|---|\n\
        | the first one: {sections} sections, {json} bytes of JSON | {whole} |\n\
        | one of which nothing changed | {unchanged} |\n\
        | this machine's next one, a moment later (changed: {changed}) | {after} |\n",
        cost.programs.saturating_sub(1)
    ))
}

/// How many bytes of `report` travel to a collector that has `base`, and the readings among them.
fn sealed(base: &Base, report: &Report) -> Result<(usize, Base)> {
    let key = Ed25519KeyPair::from_seed_unchecked(&[1; 32]).map_err(|_| anyhow::anyhow!("no key"))?;
    let agent = AgentId::of_key(key.public_key().as_ref());
    let body = body::pack(&base.shorten(report.clone()))?;
    let (_, carried) = body::open_with_base(&body)?;
    Ok((Sealed::new(&key, agent, 1000, report.taken_at, body).to_bytes().len(), carried))
}
