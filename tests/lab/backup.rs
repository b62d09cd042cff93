//! An office's data in the Pusat Data, from nothing to the proof and back: the server claims, the witness on the
//! storage sees by itself, and the judge believes neither more than it is worth. Three hosts, one story, told from top
//! to bottom.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::network::{Host, Lab, packages, until};
use crate::steps::{
    collector_says, delivered, enrol, has_root, install_agent, install_collector, read_now, step,
};

/// What the Dinas knows of its sites: the storage stands in the Pusat Data, the office's server does not.
const COLLECTOR_TOML: &str = r#"
[[office]]
code = "diskominfo"
name = "Dinas Komunikasi dan Informatika"

[[office]]
code = "dinkes"
name = "Dinas Kesehatan"

[[site]]
code = "pusat-data"
name = "Pusat Data"
kind = "data_centre"
hosts = ["pusat-data"]

[[site]]
code = "ruang-dinkes"
name = "Ruang server Dinas Kesehatan"
kind = "office_room"
"#;

/// Reads the backups of its own disk, with their password.
const OFFICE_TOML: &str = r#"
[[backup.restic]]
name = "lokal"
repository = "/srv/cadangan"
password_file = "/etc/patuh/restic.password"
holds = "files"

[drill]
"#;

/// Watches what offices send, with no password at all.
const WITNESS_TOML: &str = r#"
[[witness.store]]
path = "/srv/cadangan/dinkes/*"
office = "dinkes"
"#;

const STORE: &str = "/srv/cadangan/dinkes/berkas";
const LOCAL: &str = "restic --quiet --repo /srv/cadangan --password-file /etc/patuh/restic.password";
const REMOTE: &str = "restic --repo sftp:cadangan@pusat-data:/srv/cadangan/dinkes/berkas \
     --password-file /etc/patuh/restic.password";

/// The three hosts.
#[derive(Clone, Copy)]
struct Hosts<'a> {
    /// The collector.
    kominfo: Host<'a>,
    /// The storage, and the witness on it.
    storage: Host<'a>,
    /// The office's server.
    office: Host<'a>,
}

#[test]
fn an_office_backs_up_and_the_witness_says_what_became_of_it() -> Result<()> {
    if !has_root("an_office_backs_up_and_the_witness_says_what_became_of_it")? {
        return Ok(());
    }
    let (agent, collector) = packages()?;
    let lab = Lab::up(&["kominfo", "pusat-data", "dinkes"])?;
    let hosts =
        Hosts { kominfo: lab.host("kominfo"), storage: lab.host("pusat-data"), office: lab.host("dinkes") };
    let Hosts { kominfo, storage, office } = hosts;

    step("the collector, a witness on the storage, and an office's server that backs up to its own disk");
    install_collector(kominfo, &collector, COLLECTOR_TOML)?;
    until("the agents' listener", || office.run("bash -c '</dev/tcp/kominfo/8443'"))?;
    furnish_storage(storage)?;
    furnish_office(office, storage)?;
    for host in [storage, office] {
        install_agent(host, &agent)?;
    }
    enrol(storage, kominfo, "--opd diskominfo --site pusat-data")?;
    enrol(office, kominfo, "--opd dinkes --site ruang-dinkes")?;
    delivered(storage, 0)?;
    delivered(office, 0)?;
    becomes(hosts, "not_compliant", "server itu sendiri")?;

    step("a copy goes to the Pusat Data over SFTP; its claim alone proves nothing");
    office.run(&format!("{REMOTE} init"))?;
    back_up(office)?;
    reports(office)?;
    becomes(hosts, "needs_review", "klaim tanpa bukti")?;

    step("the witness finds it by itself");
    reports(storage)?;
    becomes(hosts, "compliant", "Pusat Data")?;

    step("an agent that is killed while it reads leaves no lock, and the next backup works");
    killed_while_reading(office)?;
    back_up(office)?;
    reports(office)?;
    reports(storage)?;
    becomes(hosts, "compliant", "Pusat Data")?;

    step("one byte is flipped");
    let pack = storage.run(&format!("find {STORE}/data -type f -size +1k | sort | head -n 1"))?;
    let pack = pack.trim();
    flip(storage, pack)?;
    reports(storage)?;
    becomes(hosts, "not_compliant", "RUSAK")?;
    flip(storage, pack)?;
    reports(storage)?;
    becomes(hosts, "compliant", "Pusat Data")?;

    step("a restore drill, as the service that it is");
    drilled(office)?;
    is_judged(hosts, "MJL-24.4", "compliant", "lokal")?;

    step("the whole repository is deleted");
    storage.run(&format!("rm -r {STORE}"))?;
    reports(storage)?;
    becomes(hosts, "not_compliant", "HILANG")?;
    collector_says(kominfo, "ledger verify")?;
    Ok(())
}

/// The unit brings back a part of the backup on the host's own disk, leaves nothing behind, and the agent tells of it.
fn drilled(office: Host<'_>) -> Result<()> {
    office.run("systemctl start patuh-drill.service")?;
    let left = office.run("find /var/lib/patuh-drill/patuh-drill-scratch -mindepth 1 2>/dev/null || true")?;
    ensure!(left.is_empty(), "left behind: {left}");
    reports(office)
}

/// An account for the office that may only write its own folder, over SFTP.
fn furnish_storage(storage: Host<'_>) -> Result<()> {
    storage.run("useradd --create-home --shell /bin/sh cadangan && install -d -o cadangan -m 0700 /srv/cadangan/dinkes")?;
    storage.run("systemctl enable --now ssh.service && install -d /etc/patuh")?;
    storage.write("/etc/patuh/agent.toml", WITNESS_TOML)?;
    Ok(())
}

fn furnish_office(office: Host<'_>, storage: Host<'_>) -> Result<()> {
    office.run("install -d /etc/patuh && install -d -m 0700 /root/.ssh")?;
    office.write("/etc/patuh/agent.toml", OFFICE_TOML)?;
    office.write("/etc/patuh/restic.password", "rahasia\n")?;
    office.run(
        "chmod 0600 /etc/patuh/restic.password && ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519",
    )?;
    let key = office.run("cat /root/.ssh/id_ed25519.pub")?;
    storage.run("install -d -o cadangan -m 0700 /home/cadangan/.ssh")?;
    storage.write("/home/cadangan/.ssh/authorized_keys", &key)?;
    storage.run("chown cadangan: /home/cadangan/.ssh/authorized_keys")?;
    until("the storage's SSH", || {
        office.run(
            "ssh-keyscan -t ed25519 pusat-data >/root/.ssh/known_hosts && test -s /root/.ssh/known_hosts",
        )
    })?;
    office.run(&format!("{LOCAL} init && {LOCAL} backup /etc"))?;
    Ok(())
}

/// As the office's own script does it, with the hook of docs/hooks.md.
fn back_up(office: Host<'_>) -> Result<()> {
    office.run(&format!(
        "date >/etc/patuh-lab && {REMOTE} backup --json /etc >/tmp/said && \
         patuh-agent record backup --set berkas-pd --tool restic --exit 0 \
           --repository sftp:cadangan@pusat-data:/srv/cadangan/dinkes/berkas </tmp/said"
    ))?;
    Ok(())
}

/// The host's agent reads everything now, and the collector has it.
fn reports(host: Host<'_>) -> Result<()> {
    let before = delivered(host, 0)?;
    read_now(host)?;
    delivered(host, before)?;
    Ok(())
}

/// Killed at ten different moments, the agent leaves nothing in the repository that it was asking.
fn killed_while_reading(office: Host<'_>) -> Result<()> {
    for tenths in 0..10 {
        let kill = format!("timeout --signal=KILL 0.{tenths}5 patuh-agent report >/dev/null 2>&1");
        office.holds(&kill);
    }
    let locks = office.run("find /srv/cadangan/locks -type f")?;
    ensure!(locks.is_empty(), "left in the repository: {locks}");
    office.run(&format!("{LOCAL} backup /etc && {LOCAL} check"))?;
    Ok(())
}

/// Turns the lowest bit of the byte in the middle of `file`, as a failing disk does; twice is as before.
fn flip(storage: Host<'_>, file: &str) -> Result<()> {
    storage.run(&format!(
        "at=$(($(stat -c %s {file}) / 2)); was=$(od -An -tu1 -j $at -N1 {file}); \
         printf \"\\\\$(printf %03o $((was ^ 1)))\" | dd of={file} bs=1 seek=$at conv=notrunc status=none"
    ))?;
    Ok(())
}

/// Waits until the office's server is judged so by the rule of backups into the Pusat Data, in a sentence with these
/// words.
fn becomes(hosts: Hosts<'_>, verdict: &str, words: &str) -> Result<()> {
    is_judged(hosts, "MJL-16.1", verdict, words)
}

/// As [`becomes`], by another rule.
fn is_judged(hosts: Hosts<'_>, rule: &str, verdict: &str, words: &str) -> Result<()> {
    until(&format!("{verdict} with {words:?}"), || {
        let judged: Value = serde_json::from_str(&collector_says(hosts.kominfo, "evaluate --json")?)?;
        let findings = judged.pointer("/assessments/0/findings").and_then(Value::as_array);
        let finding = findings
            .context("no findings")?
            .iter()
            .find(|finding| finding["rule"] == rule && finding["office"] == "dinkes")
            .context("nothing is judged")?;
        let sentence = finding["sentence"].as_str().unwrap_or_default();
        ensure!(
            finding["verdict"] == verdict && sentence.contains(words),
            "{}: {sentence}",
            finding["verdict"]
        );
        Ok(())
    })
}
