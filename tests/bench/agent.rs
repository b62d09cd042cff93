//! The agent: one full inventory of this machine, beside the floor and other inventory programs.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
use patuh_protocol::body;
use patuh_protocol::report::Report;

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
        Program::new(
            "floor: read the same files, print nothing of them",
            &floor,
            &["--floor", "--agent", "-"],
        ),
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
    text.push_str(&wire(costs.get(1))?);
    Ok(text)
}

/// What the report weighs.
fn wire(agent: Option<&Cost>) -> Result<String> {
    let report: Report =
        serde_json::from_slice(agent.map(|cost| cost.output.as_slice()).unwrap_or_default())?;
    let json = serde_json::to_vec(&report)?.len();
    let packed = body::pack(&report)?.len();
    Ok(format!("\nThe report: {json} bytes of JSON, {packed} bytes packed.\n"))
}
