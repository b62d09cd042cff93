//! Every hook of `docs/hooks.md`, run as it stands there with the real tools, and what the agent then reports.
//! Only folders and the program's name are exchanged for those of the test.
#![expect(clippy::disallowed_methods, reason = "runs scripts and lays out what they need")]
#![expect(clippy::unwrap_used, reason = "a script that cannot be run fails the test")]
#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a report without what was recorded fails the test"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use patuh_protocol::backup::{BackupSet, Basis, ProblemKind, Tool};
use patuh_protocol::report::{Outcome, Reading, Report};
use tempfile::TempDir;

/// A host of its own: a home, a source, a state directory, and a `patuh-agent` on its path.
struct Host {
    dir: TempDir,
}

impl Host {
    fn new() -> Self {
        let host = Self { dir: tempfile::tempdir().unwrap() };
        for folder in ["bin", "home", "source", "state", "root/proc/self"] {
            fs::create_dir_all(host.at(folder)).unwrap();
        }
        fs::write(host.at("source/data"), "isi").unwrap();
        fs::write(host.at("root/proc/self/mountinfo"), "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n").unwrap();
        fs::write(host.at("agent.toml"), format!("state = \"{}\"\n", host.text("state"))).unwrap();
        let agent = env!("CARGO_BIN_EXE_patuh-agent");
        host.program("patuh-agent", &format!("exec {agent} --config '{}' \"$@\"", host.text("agent.toml")));
        // Whoever the job runs its tool as: here nobody is changed into.
        host.program("su", "shift 2; exec sh -c \"$1\"");
        host
    }

    fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.at(name).display().to_string()
    }

    fn program(&self, name: &str, script: &str) {
        fs::write(self.at("bin").join(name), format!("#!/bin/sh\n{script}\n")).unwrap();
        self.run("chmod 755 bin/*");
    }

    /// Runs lines of a shell, with what the tools need to know.
    fn run(&self, script: &str) -> Output {
        let path = format!("{}:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", self.text("bin"));
        let mut shell = Command::new(if script.starts_with("#!/bin/bash") { "bash" } else { "sh" });
        let repository = ["restic", "borg"].map(|tool| self.text(tool));
        shell.arg("-c").arg(script).current_dir(self.dir.path()).env_clear().env("PATH", path);
        shell
            .env("HOME", self.text("home"))
            .env("BORG_PASSPHRASE", "rahasia")
            .env("RESTIC_PASSWORD", "rahasia");
        let [restic, borg] = repository;
        // No server is asked by accident.
        shell.env("PGHOST", self.text("none")).env("MYSQL_UNIX_PORT", self.text("none"));
        shell.env("RESTIC_REPOSITORY", restic).env("BORG_REPO", borg).output().unwrap()
    }

    /// The sets that the next report carries.
    fn sets(&self) -> Vec<BackupSet> {
        let said = self.run(&format!("patuh-agent report --root {}", self.text("root")));
        let report: Report = serde_json::from_slice(&said.stdout).unwrap();
        let section = report.sections.into_iter().find(|section| section.sensor == "backup/recorded");
        match section.map(|section| section.outcome) {
            Some(Outcome::Ok(Reading::Backups(sets))) => sets,
            other => panic!("{other:?}"),
        }
    }

    /// Runs the hook below `heading`; the exit status, and the only set.
    fn check(&self, heading: &str, status: i32) -> BackupSet {
        let said = self.run(&self.mine(&block(heading)));
        assert_eq!(said.status.code(), Some(status), "{heading}: {}", String::from_utf8_lossy(&said.stderr));
        let mut sets = self.sets();
        assert_eq!(sets.len(), 1, "{heading}");
        assert_eq!(sets[0].basis, Basis::Recorded);
        sets.remove(0)
    }

    /// A script with the folders of this host in the place of the system's.
    fn mine(&self, script: &str) -> String {
        let source = self.text("source");
        script
            .replace("/etc /srv ", &format!("{source} "))
            .replace("/srv/ /mnt/cadangan/srv/", &format!("{source}/ {}/", self.text("copy")))
            .replace("/mnt/cadangan/srv", &self.text("copy"))
            .replace("/var/backups", &self.text("backups"))
    }
}

/// The first block of code below a heading of the page.
fn block(heading: &str) -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/hooks.md");
    let page = fs::read_to_string(page).unwrap();
    let below = page.split_once(&format!("\n## {heading}\n")).unwrap().1;
    let (_, code) = below.split_once("\n```").unwrap();
    code.split_once('\n').unwrap().1.split_once("\n```").unwrap().0.to_owned() + "\n"
}

/// The newest run's id and files, and what speaks against it.
fn newest(set: &BackupSet) -> (&str, Option<u64>, Option<ProblemKind>) {
    let run = &set.runs[0];
    let problem = set.problems.iter().find(|problem| problem.about == run.id);
    (&run.id, run.files, problem.map(|problem| problem.kind))
}

#[test]
fn restic_tells() {
    let host = Host::new();
    assert!(host.run("restic init").status.success(), "restic is needed; `make test` installs it");
    let set = host.check("Skrip restic", 0);
    let (id, files, problem) = newest(&set);
    assert!(host.run(&format!("ls restic/snapshots/{id}*")).status.success(), "{id} is no snapshot");
    assert_eq!((files, problem, set.tool), (Some(1), None, Tool::Restic));
    assert_eq!(set.target.location, host.text("restic"));
    fs::remove_dir_all(host.at("restic")).unwrap();
    let failed = host.check("Skrip restic", 1);
    assert_eq!((newest(&failed).2, failed.runs[0].exit), (Some(ProblemKind::ToolFailed), Some(1)));
    assert_eq!((failed.runs.len(), failed.count), (2, 1));
}

#[test]
fn borg_tells() {
    let host = Host::new();
    assert!(host.run("borg init -e repokey").status.success(), "borg is needed; `make test` installs it");
    let set = host.check("Skrip borg", 0);
    let listed = host.run("borg list --format '{id}'").stdout;
    assert_eq!(newest(&set), (String::from_utf8_lossy(&listed).as_ref(), Some(1), None));
    assert_eq!(
        (set.tool, set.encrypted, set.sources.as_slice()),
        (Tool::Borg, Some(true), &[host.text("source")][..])
    );
    fs::remove_dir_all(host.at("borg")).unwrap();
    assert_eq!(newest(&host.check("Skrip borg", 2)).2, Some(ProblemKind::ToolFailed));
}

#[test]
fn borgmatic_tells() {
    let host = Host::new();
    let head = "location:\n    repositories: [REPO]\n    source_directories: [SOURCE]\nstorage:\n    encryption_passphrase: rahasia\n";
    let head = head.replace("REPO", &host.text("borg")).replace("SOURCE", &host.text("source"));
    fs::write(host.at("config.yaml"), head + &block("borgmatic")).unwrap();
    let borgmatic = |action: &str| host.run(&format!("borgmatic --config config.yaml {action}"));
    assert!(borgmatic("rcreate -e repokey").status.success(), "borgmatic is needed; `make test` installs it");
    assert!(borgmatic("create").status.success());
    let set = host.sets().remove(0);
    assert_eq!((newest(&set).2, set.runs[0].exit, set.count), (None, Some(0), 1));
    assert_eq!(set.target.location, host.text("borg"));
    fs::remove_dir_all(host.at("borg")).unwrap();
    assert!(!borgmatic("create").status.success());
    let set = host.sets().remove(0);
    assert_eq!((newest(&set).2, set.count), (Some(ProblemKind::ToolFailed), 1));
}

#[test]
fn dumps_tell() {
    let host = Host::new();
    // Against no server: the job fails, says so, and leaves no file that looks like a dump.
    for (heading, tool, set) in
        [("Cron pg_dump", "pg_dump", "simpeg"), ("Cron mysqldump dan mariadb-dump", "mariadb-dump", "siak")]
    {
        let host = Host::new();
        let failed = host.run(&host.mine(&block(heading)));
        assert!(!failed.status.success(), "{heading}");
        let recorded = host.sets().remove(0);
        assert_eq!(newest(&recorded).2, Some(ProblemKind::ToolFailed), "{heading}");
        // A program that writes a dump, in the place of one that has a server.
        host.program(tool, "echo isi");
        let set = (host.check(heading, 0), set);
        let run = &set.0.runs[0];
        assert_eq!(
            (run.digest.is_some(), newest(&set.0).2, set.0.databases),
            (true, None, vec![set.1.to_owned()])
        );
    }
    let set = host.check("Alat lain", 0);
    assert_eq!((set.tool, newest(&set).2), (Tool::Tree, None));
    assert!(host.at("copy/data").exists());
}

#[test]
fn a_job_of_another_user_is_told_what_to_do() {
    let host = Host::new();
    let said = host.run("patuh-agent record backup --set x </dev/null");
    let why = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(why.contains("tidak ada yang dapat dicatat"), "{why}");
    fs::remove_dir(host.at("state")).unwrap();
    let said = host.run("patuh-agent record backup --set x --exit 0 </dev/null");
    assert!(String::from_utf8_lossy(&said.stderr).contains("pasang dan daftarkan agen"));
    let said = host.run("patuh-agent record backup --set ../x --exit 0 </dev/null");
    assert!(String::from_utf8_lossy(&said.stderr).contains("paling banyak 64 huruf"));
    // A whole backup's output is read, even when nothing of it is understood.
    let said = host.run("yes | head -c 20000000 | patuh-agent record backup --set x 2>/dev/null; echo $?");
    assert_eq!(said.stdout, b"1\n");
}
