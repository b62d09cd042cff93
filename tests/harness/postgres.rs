//! A PostgreSQL of the tests' own: made when the first test asks, gone with the last.
//!
//! It listens on a Unix socket in its own directory only, so it needs no port and meets no other one. Root
//! may not run PostgreSQL; then it runs as `postgres` (or `nobody`).

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak, mpsc};

use rustix::process::{Pid, Signal, geteuid, kill_process};
use tempfile::TempDir;

use crate::wait::until_now;

/// One empty database for one test.
#[derive(Debug)]
pub struct Database {
    /// Where it is.
    pub url: String,
    _server: Arc<Server>,
}

#[derive(Debug)]
struct Server {
    folder: TempDir,
    process: Pid,
    ended: Mutex<mpsc::Receiver<()>>,
    databases: AtomicU32,
}

/// The server that is running, as long as somebody uses it.
static RUNNING: Mutex<Weak<Server>> = Mutex::new(Weak::new());

impl Database {
    /// Makes an empty database, on a server that is started for it when none is running. It does not wait
    /// for the disk.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    #[must_use]
    pub fn create() -> Self {
        Self::on(Server::running())
    }

    /// Makes an empty database on a server of its own that waits for the disk, as one in use would.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    #[must_use]
    pub fn durable() -> Self {
        Self::on(Arc::new(Server::start(&["fsync=on"])))
    }

    fn on(server: Arc<Server>) -> Self {
        let name = format!("patuh{}", server.databases.fetch_add(1, Ordering::SeqCst));
        server.client("createdb", &[&name]);
        let socket = server.folder.path().display().to_string().replace('/', "%2F");
        Self { url: format!("postgres://patuh@localhost/{name}?host={socket}"), _server: server }
    }
}

impl Server {
    fn running() -> Arc<Self> {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = running.upgrade() {
            return server;
        }
        let server = Arc::new(Self::start(&["fsync=off"]));
        *running = Arc::downgrade(&server);
        server
    }

    fn start(settings: &[&str]) -> Self {
        let folder = tempfile::Builder::new().prefix("patuh-pg-").tempdir().expect("a temporary directory");
        if let Some(user) = unprivileged() {
            succeed(command("chown").arg(user).arg(folder.path()));
        }
        let data = folder.path().join("data");
        let made = ["--username=patuh", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"];
        succeed(as_user("initdb").args(made).arg("--pgdata").arg(&data));
        let (process, ended) = keep_running(folder.path(), &data, settings);
        let ended = Mutex::new(ended);
        let server = Self { folder, process, ended, databases: AtomicU32::new(0) };
        until_now("PostgreSQL answers", || {
            let asked = as_user("pg_isready").arg("--quiet").arg("--host").arg(server.folder.path()).status();
            asked.is_ok_and(|status| status.success()).then_some(())
        });
        server
    }

    fn client(&self, tool: &str, arguments: &[&str]) {
        let mut client = as_user(tool);
        succeed(client.arg("--host").arg(self.folder.path()).args(["--username", "patuh"]).args(arguments));
    }
}

/// Fast shutdown, so that the directory can go.
impl Drop for Server {
    fn drop(&mut self) {
        let _ = kill_process(self.process, Signal::INT);
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = ended.recv();
    }
}

/// Runs the server below a thread of its own: the kernel stops it when that thread ends, hence also when
/// the tests are killed. Returns its process, and a channel that closes with it.
fn keep_running(socket: &Path, data: &Path, settings: &[&str]) -> (Pid, mpsc::Receiver<()>) {
    let mut server = as_user("postgres");
    server.arg("-D").arg(data).arg("-k").arg(socket);
    let common = ["listen_addresses=", "max_connections=200", "shared_buffers=32MB"];
    for setting in common.iter().chain(settings) {
        server.args(["-c", setting]);
    }
    server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let (started, process) = mpsc::channel();
    let (ends, ended) = mpsc::channel();
    std::thread::spawn(move || {
        let mut child: Child = server.spawn().expect("PostgreSQL starts");
        started.send(Pid::from_child(&child)).expect("somebody asked for it");
        let _ = child.wait();
        drop(ends);
    });
    (process.recv().expect("PostgreSQL starts"), ended)
}

/// A tool of PostgreSQL, run by a user who may.
fn as_user(tool: &str) -> Command {
    let path = installed().join(tool);
    let mut setpriv = command("setpriv");
    setpriv.args(["--pdeathsig", "INT"]);
    if let Some(user) = unprivileged() {
        setpriv.args(["--reuid", user, "--regid", user_group(user), "--clear-groups"]);
    }
    setpriv.arg("--").arg(path).current_dir("/");
    setpriv
}

fn user_group(user: &str) -> &str {
    if user == "nobody" { "nogroup" } else { user }
}

/// Whom root runs it as.
fn unprivileged() -> Option<&'static str> {
    let known = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let postgres = known.lines().any(|line| line.starts_with("postgres:"));
    geteuid().is_root().then_some(if postgres { "postgres" } else { "nobody" })
}

/// Debian's directory of the newest PostgreSQL.
fn installed() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let found = versions.map(|version| version.path().join("bin")).filter(|bin| bin.join("initdb").exists());
    found.max().expect("PostgreSQL is not installed: apt install postgresql")
}

#[expect(clippy::disallowed_methods, reason = "PostgreSQL's own programs")]
fn command(program: &str) -> Command {
    Command::new(program)
}

fn succeed(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
