//! The agent's own command, and what is left of a drill that did not come to its end.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use patuh_agent::roots::Roots;

use crate::host::{Host, files};

/// The agent's own command, in a folder of its own.
fn agent(host: &Host) -> Command {
    let text = format!(
        "state = \"{}\"\n[drill]\nfolder = \"{}\"\nuser = \"nobody\"\n[[backup.restic]]\nname = \"harian\"\n\
         repository = \"{}\"\npassword_file = \"{}\"\n",
        host.text("state"),
        host.text("drill"),
        host.text("repo"),
        host.text("secret")
    );
    fs::write(host.at("agent.toml"), text).unwrap();
    let mut command =
        host.command(env!("CARGO_BIN_EXE_patuh-agent"), &["drill", "--config", &host.text("agent.toml")]);
    command.env("SUDO_USER", "siti").stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn the_command_says_what_came_back_and_ends_accordingly() {
    let host = Host::with_restic();
    let output = agent(&host).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(
        said.starts_with("harian (restic) …\n  BERHASIL dalam ") && said.contains("21 kembali"),
        "{said}"
    );
    assert!(said.contains("kenari berumur 9 jam"), "{said}");
    assert_eq!(host.drills()[0].by, "siti");
    fs::write(host.at("secret"), "salah").unwrap();
    let output = agent(&host).output().unwrap();
    let (said, why) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("GAGAL sesudah") && why.contains("1 latihan gagal"), "{said}{why}");
    let output = agent(&host).args(["--set", "bulanan"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("yang ada: harian"));
}

/// The pack that holds the files' content, set aside: in its place is a pipe from which nothing ever comes.
struct Blocked {
    pack: PathBuf,
    aside: PathBuf,
}

impl Blocked {
    fn new(host: &Host) -> Self {
        let packs = files(&host.at("repo/data"));
        let pack = packs.into_iter().max_by_key(|(_, (bytes, _))| *bytes).unwrap().0;
        let aside = host.at("pack");
        fs::rename(&pack, &aside).unwrap();
        host.good("mkfifo", &[&pack.display().to_string()]);
        Self { pack, aside }
    }

    /// Puts it back, and sees that nothing of what was ended stays in the way.
    fn recovers(self, host: &Host) {
        fs::rename(self.aside, self.pack).unwrap();
        assert_eq!(files(&host.at("repo/locks")).len(), 0, "a lock was left");
        host.restic(&["backup", &host.text("data"), &host.text("state/canary")]);
        host.passes();
    }
}

/// A drill that waits in the middle of bringing back.
fn in_the_middle(host: &Host) -> Child {
    let mut child = agent(host).process_group(0).spawn().unwrap();
    while !host.at("drill/patuh-drill-scratch/1/out").exists() || restics(host) == 0 {
        assert!(child.try_wait().unwrap().is_none(), "it ended too early");
        std::thread::yield_now();
    }
    child
}

/// The restics that work with the host's repository.
fn restics(host: &Host) -> usize {
    let own = |pid: &Path| {
        fs::read(pid.join("environ"))
            .is_ok_and(|text| String::from_utf8_lossy(&text).contains(&host.text("repo")))
    };
    let processes = fs::read_dir("/proc").unwrap().filter_map(|entry| Some(entry.ok()?.path()));
    processes
        .filter(|pid| fs::read_to_string(pid.join("comm")).is_ok_and(|name| name == "restic\n") && own(pid))
        .count()
}

#[test]
fn a_drill_that_is_ended_leaves_nothing_behind() {
    let host = Host::with_restic();
    let blocked = Blocked::new(&host);
    let mut child = in_the_middle(&host);
    host.good("kill", &["-TERM", &child.id().to_string()]);
    let output = child.wait().unwrap();
    assert_eq!(output.code(), Some(1));
    assert_eq!(restics(&host), 0);
    assert_eq!(fs::read_dir(host.at("drill/patuh-drill-scratch")).unwrap().count(), 0);
    assert_eq!(host.drills(), [], "what was ended proves nothing");
    blocked.recovers(&host);
}

#[test]
fn a_drill_that_is_killed_leaves_nothing_that_stays() {
    let host = Host::with_restic();
    let blocked = Blocked::new(&host);
    let mut child = in_the_middle(&host);
    child.kill().unwrap();
    child.wait().unwrap();
    if Roots::live().can_set_apart() {
        while restics(&host) > 0 {
            std::thread::yield_now();
        }
    }
    assert!(host.at("drill/patuh-drill-scratch/1/out").exists());
    blocked.recovers(&host);
}
