//! The real programs as processes, for what only the real ones can show: `kill -9`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use rustix::process::{Pid, Signal, kill_process};

/// A running program. Killed when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    log: PathBuf,
}

/// What a program that ran to its end left.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Whether it succeeded.
    pub success: bool,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

/// The program `name` of this workspace, built now when it is not up to date.
///
/// # Panics
/// When it cannot be built.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(build).join(name)
}

/// Builds the programs where this test was built, and says where that is.
fn build() -> PathBuf {
    let test = std::env::current_exe().expect("this test has a path");
    let folder = test.ancestors().nth(2).expect("target/PROFILE/deps/test").to_owned();
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(profile) => profile,
    };
    let target = folder.parent().expect("target/PROFILE");
    let built = run(
        Path::new(env!("CARGO")),
        &["build", "--quiet", "--workspace", "--bins", "--profile", profile, "--target-dir", &text(target)],
        "",
    );
    assert!(built.success, "the programs cannot be built: {}", built.stderr);
    folder
}

/// Runs `program` to its end with `input`.
///
/// # Panics
/// When it cannot be started.
#[must_use]
pub fn run(program: &Path, arguments: &[&str], input: &str) -> Outcome {
    use std::io::Write as _;
    let mut command = command(program, arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    if let Some(mut stdin) = child.stdin.take() {
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output().expect("it ends");
    Outcome {
        success: output.status.success(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl Process {
    /// Starts `program`; what it writes is appended to `log`.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start(program: &Path, arguments: &[&str], log: &Path) -> Self {
        let file = File::options().create(true).append(true).open(log).expect("a log file");
        let mut command = command(program, arguments);
        command.stdin(Stdio::null()).stdout(file.try_clone().expect("a log file")).stderr(file);
        let child = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        Self { child, log: log.to_owned() }
    }

    /// Kills it without a warning, as a power cut or the kernel's killer would, and waits until it is gone.
    pub fn kill_9(mut self) {
        self.end(Signal::KILL);
    }

    /// Asks it to stop (SIGTERM) and waits until it has; whether it ended well.
    ///
    /// # Panics
    /// When it does not end within three minutes.
    #[must_use]
    pub fn terminate(mut self) -> bool {
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        let status = crate::wait::until_now("it ends when asked", || self.child.try_wait().ok().flatten());
        status.success()
    }

    /// Ctrl-C.
    pub fn interrupt(&self) {
        let _ = kill_process(Pid::from_child(&self.child), Signal::INT);
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// What it wrote.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    fn end(&mut self, signal: Signal) {
        let _ = kill_process(Pid::from_child(&self.child), signal);
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.runs() {
            self.end(Signal::KILL);
        }
    }
}

/// A port that is free now. For programs that must find the same port again after a crash.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("its number").port()
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[expect(clippy::disallowed_methods, reason = "the programs that are tested")]
fn command(program: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    outside_cargo(&mut command);
    command
}

/// Has `command` run as a shell would: without what cargo tells a test of its own package. Build scripts (ring's) look at
/// that too, and half the workspace would be built anew each time that a test asks cargo for a program.
pub fn outside_cargo(command: &mut Command) -> &mut Command {
    let is_told = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_told)) {
        command.env_remove(name);
    }
    command
}
