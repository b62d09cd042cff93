//! The whole reading half on a network of its own: real links, real neighbours, and the kernel's own words.
//!
//! It takes root to make a network; without, that is said and nothing tried.
#![expect(clippy::disallowed_methods, reason = "ip(8) changes the network that the agent watches")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use nix::sched::{CloneFlags, unshare};
use patuh_protocol::report::{Outcome, Reading};
use tempfile::TempDir;
use tokio::sync::watch;

use super::*;
use crate::roots::fixture::{PATIENCE, until};
use crate::status::Sensed;

/// How many hosts the kernel forgets and finds again: of all namespaces together it keeps no more than 1024.
const CROWD: u16 = 150;

/// This host `10.77.0.2` at `lan0`; at its other end, in a namespace of its own, a router.
struct Lan {
    router: Other,
    state: TempDir,
}

/// A namespace with a process in it that holds it.
struct Other(Child);

impl Drop for Other {
    fn drop(&mut self) {
        let _ = (self.0.kill(), self.0.wait());
    }
}

/// Runs a program to its end, with `input` for it to read.
fn run(program: &str, arguments: &[&str], input: &str) {
    let piped = || Stdio::piped();
    let child = Command::new(program).args(arguments).stdin(piped()).stdout(piped()).stderr(piped()).spawn();
    let mut child = child.unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{program} {arguments:?}: {said}");
}

/// Commands of ip(8), one a line, in one process: nothing comes between.
fn ip(lines: &str) {
    run("ip", &["-batch", "-"], lines);
}

impl Other {
    fn new() -> Self {
        let holder = Command::new("unshare").args(["--net", "sleep", "300"]).stdin(Stdio::null()).spawn();
        let other = Self(holder.unwrap());
        let net = |process: &str| std::fs::read_link(format!("/proc/{process}/ns/net")).ok();
        until("there is another namespace", || {
            let theirs = net(&other.name());
            theirs.is_some() && theirs != net("self") && theirs != net("thread-self")
        });
        other
    }

    /// What ip(8) calls it.
    fn name(&self) -> String {
        self.0.id().to_string()
    }

    /// Commands of ip(8) in it.
    fn ip(&self, lines: &str) {
        run("nsenter", &["-t", &self.name(), "-n", "ip", "-batch", "-"], lines);
    }
}

impl Lan {
    fn new() -> Self {
        let lan = Self { router: Other::new(), state: tempfile::tempdir().unwrap() };
        ip(&format!(
            "link set lo up
             link add lan0 address b8:2a:72:d1:00:02 type veth peer name far0 address b8:2a:72:d1:00:01
             link set far0 netns {}",
            lan.router.name()
        ));
        lan.router.ip("addr add 10.77.0.1/24 dev far0\nlink set far0 up");
        ip("addr add 10.77.0.2/24 dev lan0\nlink set lan0 up\nroute add default via 10.77.0.1");
        lan.meet("10.77.0.1");
        lan.crowd("reachable");
        lan
    }

    /// Another host `10.77.0.9` at the same switch.
    fn newcomer(&self) -> Other {
        let host = Other::new();
        self.router.ip(&format!(
            "link add link far0 name eth0 address b8:2a:72:d1:00:09 type macvlan mode bridge
             link set eth0 netns {}",
            host.name()
        ));
        host.ip("addr add 10.77.0.9/24 dev eth0\nlink set eth0 up");
        host
    }

    /// Speaks to `address`, so that the kernel learns who that is.
    fn meet(&self, address: &str) {
        run("bash", &["-c", &format!("echo > /dev/udp/{address}/9")], "");
        until("it answers", || {
            let neighbours = Command::new("ip").args(["neigh", "show", address]).output().unwrap().stdout;
            String::from_utf8_lossy(&neighbours).contains("lladdr")
        });
    }

    /// Everybody answers, or is doubted, or is forgotten.
    fn crowd(&self, state: &str) {
        let line = |number: u16| {
            let [high, low] = number.to_be_bytes();
            let address = format!("10.77.{}.{}", 2 + number / 200, 1 + number % 200);
            match state {
                "forgotten" => format!("neigh del {address} dev lan0\n"),
                _ => format!(
                    "neigh replace {address} lladdr b8:2a:72:ee:{high:02x}:{low:02x} dev lan0 nud {state}\n"
                ),
            }
        };
        ip(&(0..CROWD).map(line).collect::<String>());
    }

    fn reports(&self) -> Vec<PathBuf> {
        let folder = std::fs::read_dir(self.state.path().join("spool")).unwrap();
        let mut reports: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
        reports.retain(|path| path.extension().is_some_and(|extension| extension == "report"));
        reports.sort();
        reports
    }

    /// Waits for the next report, which is the only one since the last.
    fn expect(&self, number: usize, what: &str) {
        until(what, || self.reports().len() >= number);
        assert_eq!(self.reports().len(), number, "{what}");
    }

    fn last(&self, sensor: &str) -> Option<Reading> {
        let sealed = std::fs::read(self.reports().last().unwrap()).unwrap();
        let sealed = patuh_protocol::seal::Sealed::parse(&sealed).unwrap();
        let report = patuh_protocol::body::open(&sealed.body).unwrap();
        report.sections.into_iter().find(|section| section.sensor == sensor).and_then(|section| match section
            .outcome
        {
            Outcome::Ok(reading) => Some(reading),
            _ => None,
        })
    }

    fn sensing(&self) -> Sensing {
        let state = self.state.path().to_owned();
        let identity = Identity::load_or_create(&state).unwrap();
        let config = Config { state, ..Config::default() };
        // Nothing is due for hours: what is told is told because it changed.
        let mut sensed = Sensed::default();
        sensed.taken.extend(GROUPS.map(|(name, _)| (name.to_owned(), now())));
        sensed.save(&config.state);
        let timetable = Timetable::new(&config.schedule, &identity.agent(), TimeZone::UTC);
        let spool = Spool::open(&config.state, config.spool).unwrap();
        let mut sensing = Sensing::new(&config, Roots::live(), timetable, identity, spool);
        sensing.pace = Pace {
            settle: Duration::from_secs(1),
            storm: Duration::from_secs(5),
            again: Vec::new(),
            hosts: jiff::SignedDuration::ZERO,
        };
        sensing
    }
}

fn now() -> Timestamp {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

/// Runs `story` in a thread that has a network of its own, as everything has that it starts.
fn on_a_network_of_its_own(story: impl FnOnce() + Send + 'static) {
    let told = std::thread::spawn(move || {
        if let Err(error) = unshare(CloneFlags::CLONE_NEWNET) {
            return Err(format!("a network of its own: {error}"));
        }
        for tool in ["ip", "unshare", "nsenter", "bash"] {
            let found =
                ["/usr/bin", "/bin", "/usr/sbin", "/sbin"].iter().any(|at| Path::new(at).join(tool).exists());
            if !found {
                return Err(format!("{tool} tidak terpasang"));
            }
        }
        story();
        Ok(())
    });
    match told.join() {
        Ok(Ok(())) => {}
        Ok(Err(why)) => println!("skipped: {why}"),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

#[test]
fn each_change_is_one_report_and_churn_is_none() {
    on_a_network_of_its_own(|| {
        let lan = Lan::new();
        let sensing = lan.sensing();
        let (stop, mut stopped) = watch::channel(false);
        // A thread has the network of whoever started it.
        let working = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let clock: Clock = Arc::new(now);
            runtime.block_on(sensing.work(&clock, &mut stopped));
        });
        tell(&lan);
        stop.send(true).unwrap();
        working.join().unwrap();
    });
}

/// The kernel drops what nobody reads in time. Nothing of what was heard is new, and yet there is a look, once.
#[test]
fn what_was_lost_makes_a_look() {
    on_a_network_of_its_own(|| {
        let lan = Lan::new();
        let storm = Duration::from_millis(300);
        let pace = Pace { settle: storm, storm, again: Vec::new(), hosts: jiff::SignedDuration::ZERO };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut watch = Watch::open(&Roots::live(), pace);
            lan.crowd("stale");
            let mut waits = async |long| tokio::time::timeout(long, watch.stirred(|_| false)).await;
            assert!(waits(3 * storm).await.is_err(), "nothing was new, and nothing lost");
            for _ in 0..40 {
                lan.crowd("reachable");
                lan.crowd("stale");
            }
            assert!(waits(PATIENCE).await.is_ok(), "something was lost");
            lan.crowd("reachable");
            assert!(waits(3 * storm).await.is_err(), "it hears on");
        });
    });
}

fn tell(lan: &Lan) {
    lan.expect(1, "what is there at the first look");
    assert!(matches!(lan.last("gateways"), Some(Reading::Gateways(all)) if all[0].mac.is_some()));
    for state in ["stale", "reachable", "forgotten", "reachable", "stale", "forgotten"] {
        lan.crowd(state);
    }
    // A switch port is reset: what was there is there again before it settled.
    ip("link set lan0 down\nlink set lan0 up\nroute add default via 10.77.0.1");
    let _host = lan.newcomer();
    lan.meet("10.77.0.9");
    lan.expect(2, "a host appears");
    let Some(Reading::Neighbours(all)) = lan.last("neighbours") else { panic!("no neighbours") };
    assert!(all.iter().any(|it| it.address == "10.77.0.9" && it.mac == "b8:2a:72:d1:00:09"), "{all:?}");
    lan.crowd("reachable");
    ip("addr add 10.77.200.2/24 dev lan0");
    lan.expect(3, "an address is added");
    lan.crowd("stale");
    ip("route replace default via 10.77.0.254");
    lan.expect(4, "the gateway is another");
    lan.crowd("forgotten");
    ip("link add br0 type bridge
        link set br0 up
        link set lan0 master br0
        addr flush dev lan0
        addr add 10.77.0.2/24 dev br0
        addr add 10.77.200.2/24 dev br0
        route replace default via 10.77.0.254");
    lan.expect(5, "a bridge is there");
    let Some(Reading::Interfaces(all)) = lan.last("interfaces") else { panic!("no interfaces") };
    assert!(all.iter().any(|it| it.name == "lan0" && it.master.as_deref() == Some("br0")), "{all:?}");
    ip("route add 10.88.0.0/16 via 10.77.0.253");
    lan.expect(6, "a route is added, and nothing came between");
}
