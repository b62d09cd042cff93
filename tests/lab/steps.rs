//! What every story does: installing, enrolling, and asking either end what it knows.

use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::network::{Host, until};

/// Whether this is root, without whom there is no lab; else it says that `story` is skipped.
pub(crate) fn has_root(story: &str) -> Result<bool> {
    let is_root = std::fs::metadata("/proc/self")?.uid() == 0;
    if !is_root {
        // Past the test runner, which keeps what a passing test prints to itself.
        writeln!(std::io::stderr(), "{story}: dilewati: lab memerlukan root")?;
    }
    Ok(is_root)
}

/// The head of every `collector.toml`.
const GOVERNMENT: &str = r#"
[government]
code = "contoh"
name = "Pemerintah Kabupaten Contoh"
dinas = "Dinas Komunikasi dan Informatika"
timezone = "Asia/Jakarta"
packs = ["mjl-2021"]

[web]
listen = "127.0.0.1:8080"
"#;

/// The collector as a service, reached by its host's name, and configured by `toml` for the rest.
pub(crate) fn install_collector(centre: Host<'_>, package: &Path, toml: &str) -> Result<()> {
    centre.push(package, "/root")?;
    centre.run("dpkg --install /root/patuh-collector_*.deb")?;
    let agents = format!("[agents]\nlisten = \"0.0.0.0:8443\"\nhosts = [\"{}\"]\n", centre.name());
    centre.write("/etc/patuh/collector.toml", &format!("{GOVERNMENT}{agents}{toml}"))?;
    centre.run("systemctl enable --now patuh-collector")?;
    Ok(())
}

/// Installed, but not enrolled: nothing runs, and nothing fails.
pub(crate) fn install_agent(office: Host<'_>, package: &Path) -> Result<()> {
    office.push(package, "/root")?;
    office.run("dpkg --install --force-confold /root/patuh-agent_*.deb")?;
    ensure!(office.run("systemctl is-active patuh-sense patuh-send || true")? == "inactive\ninactive\n");
    nothing_failed(office)
}

/// None of our units; what Debian's own make of a container is not our story.
pub(crate) fn nothing_failed(office: Host<'_>) -> Result<()> {
    let failed = office.run("systemctl list-units --failed --no-legend 'patuh*'")?;
    ensure!(
        failed.is_empty(),
        "{failed}{}",
        office.run("journalctl --boot --no-pager --unit='patuh*' || true")?
    );
    Ok(())
}

/// As an administrator does it: as root, with the token that the centre sent.
pub(crate) fn enrol(office: Host<'_>, centre: Host<'_>, of: &str) -> Result<()> {
    let token = collector_says(centre, &format!("token create {of}"))?;
    let token = token.split_whitespace().last().context("no token")?;
    office.run(&format!("patuh-agent enrol --collector https://{}:8443 --token {token}", centre.name()))?;
    let strange = office.run("find /var/lib/patuh-agent -not -user patuh")?;
    ensure!(strange.is_empty(), "not the agent's own: {strange}");
    Ok(())
}

pub(crate) fn collector_says(centre: Host<'_>, command: &str) -> Result<String> {
    centre.run(&format!("runuser -u patuh-collector -- patuh-collector {command}"))
}

/// The number of the last report that has its receipt, once it is greater than `after`.
pub(crate) fn delivered(office: Host<'_>, after: u64) -> Result<u64> {
    until("a report with its receipt", || {
        let sequence =
            status(office)?.pointer("/receipt/sequence").and_then(Value::as_u64).unwrap_or_default();
        at_least(sequence, after + 1, "is the last report with a receipt")
    })
}

/// Makes the reading half take a report at once: it does when it does not know when it took the last one.
pub(crate) fn read_now(office: Host<'_>) -> Result<()> {
    office.run("rm /var/lib/patuh-agent/status-sense.json && systemctl restart patuh-sense").map(|_| ())
}

/// How many reports wait to be sent.
pub(crate) fn waiting(office: Host<'_>) -> Result<u64> {
    status(office)?
        .pointer("/spool/reports")
        .and_then(Value::as_u64)
        .context("the status does not say what waits")
}

pub(crate) fn status(office: Host<'_>) -> Result<Value> {
    Ok(serde_json::from_str(&office.run("patuh-agent status --json")?)?)
}

pub(crate) fn at_least(found: u64, least: u64, what: &str) -> Result<u64> {
    ensure!(found >= least, "{found} {what}, not {least}");
    Ok(found)
}

pub(crate) fn step(what: &str) {
    println!("- {what}");
}
