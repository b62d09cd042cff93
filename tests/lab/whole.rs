//! One server: installed from its package, enrolled over a switch, confined, rebooted, cut off. One story, told from
//! top to bottom.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::network::{Host, Lab, packages, until};
use crate::steps::{
    at_least, collector_says, delivered, enrol, has_root, install_agent, install_collector, nothing_failed,
    read_now, step, waiting,
};

const COLLECTOR_TOML: &str = r#"
[[office]]
code = "dinkes"
name = "Dinas Kesehatan"

[[site]]
code = "pusat-data"
name = "Pusat Data"
kind = "data_centre"
networks = ["10.77.0.0/24"]
"#;

/// Reads the backups every minute, so that the story need not wait for the day to pass.
const AGENT_TOML: &str = r#"
[schedule]
backup = "0 * * * * *"
splay_minutes = 0

[[backup.restic]]
name = "berkas"
repository = "/srv/cadangan/berkas"
password_file = "/etc/patuh/restic.password"
holds = "files"

[[backup.dumps]]
name = "simpus"
glob = "/home/simpus/*.sql"
holds = "database"
"#;

#[test]
fn a_report_comes_from_a_real_host_and_again_after_a_reboot() -> Result<()> {
    if !has_root("a_report_comes_from_a_real_host_and_again_after_a_reboot")? {
        return Ok(());
    }
    let (agent, collector) = packages()?;
    let lab = Lab::up(&["pusat-data", "dinkes"])?;
    let (centre, office) = (lab.host("pusat-data"), lab.host("dinkes"));

    step("the collector is installed and listens");
    install_collector(centre, &collector, COLLECTOR_TOML)?;
    until("the agents' listener", || office.run("bash -c '</dev/tcp/pusat-data/8443'"))?;

    step("the agent is installed, waits for its enrolment, and then starts by itself");
    furnish(office)?;
    install_agent(office, &agent)?;
    enrol(office, centre, "--opd dinkes")?;
    until("both halves", || office.run("systemctl is-active patuh-sense patuh-send"))?;

    step("its report arrives; it sees everything and may do little");
    let first = delivered(office, 0)?;
    is_listed(centre)?;
    confined(office)?;
    hides_nothing(office)?;

    step("a reboot ends nothing");
    office.reboot()?;
    let second = delivered(office, first)?;

    step("a collector that is down costs nothing");
    centre.run("systemctl stop patuh-collector")?;
    spools(office)?;
    centre.run("systemctl start patuh-collector")?;
    delivered(office, second + 1)?;
    until("an empty spool", || waiting(office).and_then(|reports| at_least(1, reports, "report may wait")))?;
    collector_says(centre, "ledger verify")?;

    step("purged, nothing of it stays");
    office.run("dpkg --purge patuh-agent")?;
    let left = "ls -d /var/lib/patuh-agent /usr/bin/patuh-agent /etc/patuh/agent.toml 2>/dev/null || true";
    ensure!(office.run(left)?.is_empty());
    nothing_failed(office)
}

fn is_listed(centre: Host<'_>) -> Result<()> {
    collector_says(centre, "export servers --format csv --output /tmp/server.csv")?;
    let servers = centre.run("cat /tmp/server.csv")?;
    ensure!(servers.contains("dinkes"), "the host is not in the list of servers: {servers}");
    Ok(())
}

/// With nobody to take them, reports wait, and the status says so.
fn spools(office: Host<'_>) -> Result<()> {
    for reports in 1..=2 {
        read_now(office)?;
        until("a report that waits", || at_least(waiting(office)?, reports, "reports wait"))?;
    }
    // The watch may tell of the network once more at any moment.
    let (words, waits) = (office.run("patuh-agent status")?, waiting(office)?);
    let is_said = (2..=waits).any(|reports| words.contains(&format!("{reports} laporan")));
    ensure!(is_said, "the status does not say that {waits} reports wait: {words}");
    Ok(())
}

/// What the office has to show: a restic repository and a dump that only root may read, one of them in a home.
fn furnish(office: Host<'_>) -> Result<()> {
    office.run("mkdir -p /etc/patuh /srv/cadangan /home/simpus && chmod 0700 /srv/cadangan /home/simpus")?;
    office.write("/etc/patuh/agent.toml", AGENT_TOML)?;
    office.write("/etc/patuh/restic.password", "rahasia\n")?;
    office.run(
        "chmod 0600 /etc/patuh/restic.password && echo 'CREATE TABLE pasien ();' >/home/simpus/simpus.sql",
    )?;
    let restic = "restic --quiet --repo /srv/cadangan/berkas --password-file /etc/patuh/restic.password";
    office.run(&format!("{restic} init && {restic} backup /etc/hostname"))?;
    Ok(())
}

/// Neither half is root; one has no way out, the other no view of the host.
fn confined(office: Host<'_>) -> Result<()> {
    for (half, capabilities) in [("sense", "0000000000000004"), ("send", "0000000000000000")] {
        let process = office
            .run(&format!("cat /proc/$(systemctl show --property MainPID --value patuh-{half})/status"))?;
        let field = |name: &str| {
            process.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned()
        };
        ensure!(!field("Uid:").split_whitespace().any(|uid| uid == "0"), "patuh-{half} runs as root");
        ensure!(field("CapEff:") == capabilities, "patuh-{half} has the capabilities {}", field("CapEff:"));
        ensure!(field("Seccomp:") == "2", "patuh-{half} may make any system call");
    }
    for (half, line, works) in [
        (
            "sense",
            "test -r /srv/cadangan/berkas/config && ls /sys/class/net/eth0 /home/simpus/simpus.sql",
            true,
        ),
        ("sense", "</dev/tcp/pusat-data/8443", false),
        ("sense", "grep -q . /etc/shadow", false),
        ("sense", "busctl call $SYSTEMD ListUnitsFiltered as 1 failed", true),
        ("sense", "busctl call $SYSTEMD ListUnitFiles", false),
        ("sense", "touch /home/simpus/x || touch /tmp/x || touch /srv/x", false),
        ("send", "</dev/tcp/pusat-data/8443", true),
        ("send", "ls /srv || ls /home || ls /sys/class/net", false),
        ("send", "test -e /var/lib/dpkg || test -e /proc/1 || test -e /proc/meminfo", false),
    ] {
        ensure!(
            within(office, half, line)? == works,
            "within patuh-{half}, {line:?} {}",
            if works { "fails" } else { "works" }
        );
    }
    Ok(())
}

/// Inside its walls the reading half sees what root sees outside.
fn hides_nothing(office: Host<'_>) -> Result<()> {
    // A timer of Debian's may fire between the two looks, but not each time.
    let inside = sees_alike(office).or_else(|_| sees_alike(office)).or_else(|_| sees_alike(office))?;
    let units = inside.iter().find_map(|section| section.pointer("/outcome/ok/units")?.as_array());
    let sending = units.into_iter().flatten().find(|unit| unit["name"] == "patuh-send.service");
    ensure!(sending.is_some_and(|unit| unit["state"] == "active" && unit["enabled"] == true), "{sending:?}");
    for sensor in ["backup/restic", "backup/dumps"] {
        let section = inside.iter().find(|section| section["sensor"] == sensor);
        ensure!(section.is_some_and(|section| section.pointer("/outcome/ok").is_some()), "{section:#?}");
    }
    Ok(())
}

/// What the reading half sees inside its walls, which is what root sees.
fn sees_alike(office: Host<'_>) -> Result<Vec<Value>> {
    ensure!(
        within(office, "sense", "patuh-agent report >/var/lib/patuh-agent/inside.json")?,
        "no report from within patuh-sense"
    );
    let inside = sections(&office.run("cat /var/lib/patuh-agent/inside.json")?)?;
    let outside = sections(&office.run("patuh-agent report")?)?;
    ensure!(inside.len() == outside.len() && !inside.is_empty());
    for (inside, outside) in inside.iter().zip(&outside) {
        ensure!(inside == outside, "within patuh-sense: {inside:#}\nas root: {outside:#}");
    }
    Ok(inside)
}

/// The sections of a report without what changes from one moment to the next.
fn sections(report: &str) -> Result<Vec<Value>> {
    let mut report: Value = serde_json::from_str(report)?;
    let sections =
        report.get_mut("sections").and_then(Value::as_array_mut).context("a report has sections")?;
    sections.retain(|section| section["sensor"] != "neighbours");
    for section in sections.iter_mut() {
        section["took_us"].take();
        if let Some(units) = section.pointer_mut("/outcome/ok/units").and_then(Value::as_array_mut) {
            // The one that asks.
            units.retain(|unit| unit["name"] != "probe.service");
        }
        for filesystem in
            section.pointer_mut("/outcome/ok/filesystems").and_then(Value::as_array_mut).into_iter().flatten()
        {
            filesystem["used_bytes"].take();
        }
    }
    Ok(std::mem::take(sections))
}

/// Whether a line of bash succeeds in the place of a half of the agent: same user, same walls.
fn within(office: Host<'_>, half: &str, line: &str) -> Result<bool> {
    let manager = "org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager";
    office.write("/usr/local/bin/probe", &format!("#!/bin/bash\nSYSTEMD='{manager}'\n{line}\n"))?;
    office.run("chmod 0755 /usr/local/bin/probe")?;
    // A shell is a program, which the sending half cannot start: that wall alone is taken down.
    office.run(&format!(
        "sed -e '/^ConditionPathExists/d' -e '/^PartOf/d' -e '/^NoExecPaths/d' -e '/^ExecPaths/d' \
             -e 's/^Type=.*/Type=oneshot/' -e 's/^Restart=.*/Restart=no/' -e 's|^ExecStart=.*|ExecStart=/usr/local/bin/probe|' \
             /usr/lib/systemd/system/patuh-{half}.service >/run/systemd/system/probe.service && systemctl daemon-reload"
    ))?;
    let works = office.holds("systemctl start probe.service");
    office.run("systemctl reset-failed probe.service 2>/dev/null; rm /run/systemd/system/probe.service /usr/local/bin/probe; systemctl daemon-reload")?;
    Ok(works)
}
