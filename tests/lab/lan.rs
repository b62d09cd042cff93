//! An office's LAN as its servers see it: a real switch announces itself, and each thing that happens to the LAN becomes
//! one change in words at the collector, noticed by the agents themselves. What merely comes and goes becomes none. One
//! story, told from top to bottom.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use jiff::{SignedDuration, Timestamp};
use patuh_collector::lan::VersionSummary;
use patuh_collector::store::Store;
use patuh_protocol::id::Code;

use crate::network::{Host, Lab, packages, until};
use crate::steps::{delivered, enrol, has_root, install_agent, install_collector, read_now, step};

/// The windows are as short as a test has patience, everything else is as shipped.
const COLLECTOR_TOML: &str = r#"
[[office]]
code = "dinkes"
name = "Dinas Kesehatan"

[lan]
follow_seconds = 1
first_look_minutes = 1
configuration_seconds = 5
gateway_mac_seconds = 5
adjacency_seconds = 10
adjacency_silent_seconds = 20
change_set_seconds = 45
"#;

/// `first_look_minutes`, and something more.
const FIRST_LOOK: Duration = Duration::from_secs(65);

/// `change_set_seconds`, and something more.
const CHANGE_SET: SignedDuration = SignedDuration::from_secs(48);

const STORE: &str = "/var/lib/patuh-collector/patuh.db";

/// An office's LAN, as the collector tells of it.
struct Office<'a> {
    centre: Host<'a>,
    server: Host<'a>,
}

#[test]
fn what_happens_to_a_lan_is_told_once_in_words() -> Result<()> {
    if !has_root("what_happens_to_a_lan_is_told_once_in_words")? {
        return Ok(());
    }
    let (agent, collector) = packages()?;
    let lab = Lab::up(&["kominfo", "simpeg"])?;
    let office = Office { centre: lab.host("kominfo"), server: lab.host("simpeg") };

    step("a switch that announces itself, a server with two cables, its agent");
    lab.announce("SW-LT2")?;
    second_cable(&lab, office.server)?;
    install_collector(office.centre, &collector, COLLECTOR_TOML)?;
    until("the agents' listener", || office.server.run("bash -c '</dev/tcp/kominfo/8443'"))?;
    install_agent(office.server, &agent)?;
    enrol(office.server, office.centre, "--opd dinkes")?;
    hears(office.server)?;

    step("the first diagram");
    office.becomes(1, &["1 router, 1 switch, 1 server"])?;
    // What comes to be seen in the first minute was there before, and would be no change.
    std::thread::sleep(FIRST_LOOK);

    step("a cable is put into another port of the switch");
    let told = delivered(office.server, 0)?;
    lab.switch("ip link set port12 down && ip link set port12 name port21 && ip link set port21 up")?;
    delivered(office.server, told)?;
    office.becomes(2, &["Switch `SW-LT2` port 12: server `simpeg` pindah ke port 21"])?;

    step("the gateway changes");
    office.rests()?;
    lab.switch("ip addr add 10.77.0.2/24 dev br0")?;
    let told = delivered(office.server, 0)?;
    office.server.net("ip route replace default via 10.77.0.2")?;
    delivered(office.server, told)?;
    office.becomes(3, &["Gateway `10.77.0.1` diganti `10.77.0.2`"])?;

    step("a bridge is made of the second cable");
    office.rests()?;
    let told = delivered(office.server, 0)?;
    office
        .server
        .net("ip link add br45 type bridge && ip link set eth1 master br45 && ip link set br45 up")?;
    delivered(office.server, told)?;
    office.becomes(4, &["Server `simpeg`: antarmuka `eth1` dimasukkan ke `br45`"])?;

    step("hosts come and go in the table of neighbours: no change");
    churn(office.server)?;
    office.stays(4)?;

    step("a server appears");
    let other = lab.join("simpus")?;
    other.net("ip route replace default via 10.77.0.2")?;
    office.rests()?;
    office.stays(4)?;
    install_agent(other, &agent)?;
    enrol(other, office.centre, "--opd dinkes")?;
    hears(other)?;
    delivered(other, 0)?;
    office.joined_by(other, 5)?;
    Ok(())
}

impl Office<'_> {
    /// Waits until the office's diagram has its version `number`, whose only sentence has these words; and that
    /// nothing comes after it.
    fn becomes(&self, number: u32, words: &[&str]) -> Result<()> {
        until("a version of the diagram", || {
            self.look(&[self.server])?;
            says(&self.newest()?, words)
        })?;
        let newest = self.stays(number)?;
        println!("  {}", newest.sentences.join("; "));
        says(&newest, words)
    }

    /// A server that is new brings its address, its gateway and its cable, in one version. The cable comes last: what
    /// announces itself is believed later than what a server says of itself.
    fn joined_by(&self, other: Host<'_>, number: u32) -> Result<()> {
        let cable = format!("server `{}` tersambung", other.name());
        until("the cable of the new server", || {
            self.look(&[other])?;
            let newest = self.newest()?;
            ensure!(newest.sentences.iter().any(|it| it.ends_with(&cable)), "{newest:#?}");
            Ok(())
        })?;
        self.look(&[other])?;
        let newest = self.stays(number)?;
        println!("  {}", newest.sentences.join("; "));
        let [gateway, address, _] = newest.sentences.as_slice() else {
            bail!("not an address, a gateway and a cable: {:#?}", newest.sentences)
        };
        ensure!(gateway.starts_with("Gateway `10.77.0.2` mulai dipakai"), "{gateway:?}");
        ensure!(address.starts_with(&format!("Server `{}`: alamat", other.name())), "{address:?}");
        Ok(())
    }

    /// Lets the time pass in which a change would be part of the newest version.
    fn rests(&self) -> Result<()> {
        let left = CHANGE_SET - Timestamp::now().duration_since(self.newest()?.at);
        if let Ok(left) = Duration::try_from(left) {
            std::thread::sleep(left);
        }
        Ok(())
    }

    /// That the newest version is this one, and stays it through three more readings.
    fn stays(&self, number: u32) -> Result<VersionSummary> {
        for _ in 0..3 {
            self.look(&[self.server])?;
        }
        let newest = self.newest()?;
        ensure!(newest.number == number, "not version {number}: {newest:#?}");
        Ok(newest)
    }

    /// Has agents read everything now, and waits for their reports.
    fn look(&self, agents: &[Host<'_>]) -> Result<()> {
        for agent in agents {
            let before = delivered(*agent, 0)?;
            read_now(*agent)?;
            delivered(*agent, before)?;
        }
        Ok(())
    }

    fn newest(&self) -> Result<VersionSummary> {
        let url = format!("sqlite:{}", self.centre.path(STORE)?.display());
        let (government, office): (Code, Code) = ("contoh".parse()?, "dinkes".parse()?);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let versions = runtime.block_on(async {
            Ok::<_, anyhow::Error>(Store::open(&url, &government).await?.lan_versions(&office).await?)
        })?;
        versions.into_iter().next().context("no version yet")
    }
}

/// That a version has one sentence, and these words in it.
fn says(version: &VersionSummary, words: &[&str]) -> Result<()> {
    let [sentence] = version.sentences.as_slice() else { bail!("not one change: {version:#?}") };
    let missing: Vec<_> = words.iter().filter(|word| !sentence.contains(**word)).collect();
    ensure!(missing.is_empty(), "{missing:?} not in {version:#?}");
    Ok(())
}

/// From the switch to `eth1`.
fn second_cable(lab: &Lab, server: Host<'_>) -> Result<()> {
    let number = server.net("ip -4 -o addr show eth0")?;
    let number =
        number.split("10.77.0.").nth(1).and_then(|rest| rest.split('/').next()).context("no address")?;
    let (ns, port) = (format!("patuh-{}", server.name()), format!("port{number}b"));
    lab.switch(&format!(
        "ip link add {port} type veth peer name eth1 && ip link set {port} master br0 up && ip link set eth1 netns {ns}"
    ))?;
    server.net("ip link set eth1 up")?;
    Ok(())
}

/// The listener runs as it should: as nobody in particular, with nothing left of its capability, and it hears.
fn hears(server: Host<'_>) -> Result<()> {
    until("the listener", || server.run("systemctl is-active patuh-lldp"))?;
    let process = server.run("cat /proc/$(systemctl show --property MainPID --value patuh-lldp)/status")?;
    for (field, expected) in
        [("CapEff:", "0000000000000000"), ("CapPrm:", "0000000000000000"), ("Seccomp:", "2")]
    {
        let found = process.lines().find_map(|line| line.strip_prefix(field)).unwrap_or_default().trim();
        ensure!(found == expected, "patuh-lldp: {field} {found}");
    }
    ensure!(!process.contains("Uid:\t0"), "patuh-lldp runs as root");
    until("a switch that is heard", || server.run("ls /run/patuh-lldp | grep -q -- -"))?;
    Ok(())
}

/// Three hundred hosts are spoken to and forgotten, as on a large LAN all day.
fn churn(server: Host<'_>) -> Result<()> {
    server.net(
        "for round in 1 2 3; do for host in $(seq 100 199); do \
           ip neigh replace 10.77.0.$host lladdr 00:11:22:33:$round:$(printf %02x $host) dev eth0 nud reachable; \
         done; ip neigh flush dev eth0 nud reachable; done",
    )?;
    Ok(())
}
