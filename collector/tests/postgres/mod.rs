//! A real PostgreSQL for tests: made in a temporary directory, reached by a socket in it, gone at the end.

use std::os::unix::fs::MetadataExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tempfile::TempDir;

/// Who runs the server when the tests run as root, which PostgreSQL refuses to be.
const USER: &str = "postgres";

/// A running server. It stops when the last handle is dropped.
#[derive(Debug)]
pub(crate) struct Postgres {
    programs: PathBuf,
    data: PathBuf,
    _dir: TempDir,
}

impl Postgres {
    /// The server that the tests of this process share, started when none is running.
    pub(crate) fn shared() -> Arc<Self> {
        static RUNNING: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        running.upgrade().unwrap_or_else(|| {
            let started = Arc::new(Self::start());
            *running = Arc::downgrade(&started);
            started
        })
    }

    /// Starts a server of its own.
    pub(crate) fn start() -> Self {
        let programs = programs();
        let dir = tempfile::Builder::new().prefix("patuh-pg-").tempdir().unwrap();
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o711)).unwrap();
        let data = dir.path().join("data");
        if is_root() {
            run(Path::new("install"), &["-d", "-m", "700", "-o", USER, text(&data)]);
        }
        let server = Self { programs, data, _dir: dir };
        server.run(
            "initdb",
            &["--no-sync", "--auth=trust", "--username=patuh", "--encoding=UTF8", "--locale=C.UTF-8"],
        );
        // Nothing here outlives the machine, so nothing is flushed.
        let options =
            format!("-c listen_addresses= -c unix_socket_directories={} -c fsync=off", text(&server.data));
        let log = server.data.join("log");
        server.run("pg_ctl", &["--silent", "--wait", "--log", text(&log), "--options", &options, "start"]);
        server
    }

    /// The URL of the database `name`, which [`create`](Self::create) or the server itself (`postgres`) made.
    pub(crate) fn url(&self, name: &str) -> String {
        format!("postgres://patuh@localhost/{name}?host={}", text(&self.data))
    }

    /// Makes the database `name` and returns its URL.
    pub(crate) fn create(&self, name: &str) -> String {
        let socket = text(&self.data);
        run(&self.programs.join("createdb"), &["--host", socket, "--username", "patuh", name]);
        self.url(name)
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let data = ["--pgdata", text(&self.data)];
        if is_root() {
            let who = ["--reuid", USER, "--regid", USER, "--clear-groups", text(&program)];
            run(Path::new("setpriv"), &[&who[..], &data, arguments].concat());
        } else {
            run(&program, &[&data, arguments].concat());
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.run("pg_ctl", &["--silent", "--wait", "--mode", "immediate", "stop"]);
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

/// The folder of PostgreSQL's programs: the newest version of Debian's layout, or where most others put them.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let version = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let mut versions: Vec<PathBuf> = versions.map(|entry| entry.path()).collect();
    versions.sort_by_key(version);
    let newest = versions.into_iter().rev().map(|path| path.join("bin"));
    let found = newest.chain(["/usr/bin".into()]).find(|bin| bin.join("initdb").exists());
    found.expect("PostgreSQL is not installed: run `make test`, which installs it")
}

#[expect(clippy::disallowed_methods, reason = "tests start a real PostgreSQL; only here")]
fn run(program: &Path, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).current_dir("/").output();
    let output = output.unwrap_or_else(|error| panic!("{} cannot be run: {error}", program.display()));
    let (said, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{} {arguments:?}: {said}{complained}", program.display());
}
