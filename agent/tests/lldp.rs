//! The listener on a cable of its own: two network namespaces, the agent in one, a real lldpd in the other.
#![expect(clippy::disallowed_methods, reason = "lays cables and starts programs")]
#![expect(clippy::unwrap_used, reason = "a tool that answers oddly fails the test")]
#![expect(clippy::print_stdout, reason = "says what it skips")]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use patuh_agent::roots::Roots;
use patuh_agent::sensors::{self, Settings};
use patuh_protocol::lan::Adjacency;
use patuh_protocol::report::{Outcome, Reading};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// Announces itself each second, and is believed for three.
const SWITCH: &str = "configure system hostname SW-LT2-DINKES\nconfigure lldp portidsubtype ifname\n\
    configure lldp tx-interval 1\nconfigure lldp tx-hold 3\n";

/// A server and a switch with a cable between them: `eth0` and `p7`.
struct Cable {
    folder: TempDir,
    server: String,
    switch: String,
    running: Vec<Child>,
}

impl Cable {
    /// `None`, said aloud, where there is no root or no lldpd.
    fn lay() -> Option<Self> {
        let missing = if fs::metadata("/proc/self").unwrap().uid() != 0 {
            "root"
        } else if !["/usr/sbin/lldpd", "/usr/bin/lldpd"].iter().any(|it| Path::new(it).exists()) {
            "lldpd"
        } else {
            let named = |role| format!("patuh-lldp-{role}-{}", std::process::id());
            let (server, switch) = (named("server"), named("switch"));
            for end in [&server, &switch] {
                ip(&["netns", "add", end]);
            }
            ip(&[
                "-n", &server, "link", "add", "eth0", "type", "veth", "peer", "name", "p7", "netns", &switch,
            ]);
            ip(&["-n", &server, "link", "set", "eth0", "up"]);
            ip(&["-n", &switch, "link", "set", "p7", "up"]);
            let folder = tempfile::tempdir().unwrap();
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
            return Some(Self { folder, server, switch, running: Vec::new() });
        };
        println!("skipped: needs {missing}");
        None
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Starts a program at one of the ends; its number among what runs.
    fn start(&mut self, end: &str, program: &str, arguments: &[&str]) -> usize {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", end, program]).args(arguments);
        self.running.push(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        self.running.len() - 1
    }

    fn listen(&mut self) -> usize {
        let folder = self.at("host/run/patuh-lldp");
        fs::create_dir_all(folder.parent().unwrap()).unwrap();
        let (server, folder) = (self.server.clone(), folder.display().to_string());
        self.start(&server, env!("CARGO_BIN_EXE_patuh-agent"), &["lldp", "--folder", &folder])
    }

    fn switch_on(&mut self) -> usize {
        fs::write(self.at("lldpd.conf"), SWITCH).unwrap();
        let (conf, socket) =
            (self.at("lldpd.conf").display().to_string(), self.at("socket").display().to_string());
        let switch = self.switch.clone();
        self.start(&switch, "lldpd", &["-d", "-O", &conf, "-u", &socket])
    }

    /// Asks a process to end, and waits for it.
    fn end(&mut self, number: usize) {
        let child = self.running.get_mut(number).unwrap();
        kill_process(Pid::from_child(child), Signal::TERM).unwrap();
        child.wait().unwrap();
    }

    /// What the sensor makes of what was heard.
    fn sensed(&self) -> Outcome {
        let host = self.at("host");
        let eth0 = host.join("sys/class/net/eth0");
        fs::create_dir_all(&eth0).unwrap();
        let number = ip(&["-n", &self.server, "-o", "link", "show", "eth0"]);
        fs::write(eth0.join("ifindex"), number.split(':').next().unwrap()).unwrap();
        let sensor = sensors::ALL.iter().find(|sensor| sensor.name == "adjacencies").unwrap();
        sensor.section(&Roots::at(&host), &Settings::default(), Timestamp::now()).outcome
    }

    /// Waits until exactly these ports of the switch are heard, at most a minute and a half.
    fn hears(&self, ports: &[&str]) -> Vec<Adjacency> {
        let heard = || match self.sensed() {
            Outcome::Ok(Reading::Adjacencies(heard)) => Some(heard),
            Outcome::Nothing => Some(Vec::new()),
            _ => None,
        };
        let is_it = |heard: &Option<Vec<Adjacency>>| {
            heard.iter().flatten().map(|it| it.port.value.as_str()).eq(ports.iter().copied())
        };
        let mut last = heard();
        for _ in 0..900 {
            if last.is_some() && is_it(&last) {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
            last = heard();
        }
        assert!(is_it(&last), "waited in vain for {ports:?}: {last:?}");
        last.unwrap()
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        for child in &mut self.running {
            if matches!(child.try_wait(), Ok(None)) {
                let _ = kill_process(Pid::from_child(child), Signal::TERM);
                let _ = child.wait();
            }
        }
        for end in [&self.server, &self.switch] {
            let _ = Command::new("ip").args(["netns", "del", end]).status();
        }
    }
}

fn ip(arguments: &[&str]) -> String {
    let output = Command::new("ip").args(arguments).output().unwrap();
    assert!(output.status.success(), "ip {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_switch_is_heard_moves_and_goes() {
    let Some(mut cable) = Cable::lay() else { return };
    let listener = cable.listen();
    assert!(cable.hears(&[]).is_empty());

    let switch = cable.switch_on();
    let heard = cable.hears(&["p7"]);
    assert_eq!(heard[0].system_name.as_deref(), Some("SW-LT2-DINKES"));
    assert_eq!((heard[0].interface.as_str(), heard[0].ttl), ("eth0", 3));
    let since = heard[0].since.unwrap();

    // It opened its sockets with a capability and has none any more, and one thread.
    let status = fs::read_to_string(format!("/proc/{}/status", cable.running[listener].id())).unwrap();
    let field =
        |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned();
    for set in ["CapInh:", "CapPrm:", "CapEff:", "CapAmb:"] {
        assert_eq!(u64::from_str_radix(&field(set), 16), Ok(0), "{set}");
    }
    assert_eq!(field("Threads:"), "1");
    println!("{} resident, of which {} of its own", field("VmRSS:"), field("RssAnon:"));

    // The cable is put into another port: the old announcement ends by itself.
    let end = cable.switch.clone();
    ip(&["-n", &end, "link", "set", "p7", "down"]);
    ip(&["-n", &end, "link", "set", "p7", "name", "p12"]);
    ip(&["-n", &end, "link", "set", "p12", "up"]);
    let moved = cable.hears(&["p12"]);
    assert!(moved[0].since > Some(since), "{moved:?}");

    // A new process goes on where the old one was.
    cable.end(listener);
    cable.listen();
    assert_eq!(cable.hears(&["p12"])[0].since, moved[0].since);

    // The switch says farewell.
    cable.end(switch);
    cable.hears(&[]);
}
