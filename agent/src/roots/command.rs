//! Running a tool of the host.
//!
//! Never through a shell; with nothing on its standard input; with an environment of our own, so that the
//! answer does not depend on who started the agent (`TZ=UTC LC_ALL=C`); in a process group of its own, so
//! that its children end with it; with a time limit and a bound on what it may say.

use std::io::{self, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

use super::Failure;
use super::lossy::{NAME, lossy};

/// The most that is read of a command's output, in bytes.
const MAX_OUTPUT: u64 = 32 * 1024 * 1024;
/// The most that is read of what it says on standard error, in bytes.
const MAX_COMPLAINT: u64 = 16 * 1024;
/// How long a command has to clean up after `SIGTERM` before `SIGKILL`: an rpm killed outright leaves
/// locks in its Berkeley DB, which then hang the administrator's next `yum`.
pub(super) const GRACE: Duration = Duration::from_secs(3);
/// Where tools are looked for.
pub(super) const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// A tool and how it is called.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    /// What it is called in failures and in a fixture's `.host/cmd/`; holds no secret.
    pub(crate) label: String,
    /// The program's name, looked for in the system's own folders.
    pub(crate) program: &'static str,
    /// Its arguments.
    pub(crate) arguments: Vec<String>,
    /// Added to the environment.
    pub(crate) environment: Vec<(&'static str, String)>,
    /// The time it has.
    pub(crate) limit: Duration,
}

/// What came out of a command before anyone judged it.
struct Ended {
    status: ExitStatus,
    output: Vec<u8>,
    complaint: Vec<u8>,
}

/// Runs `command` to its end and gives what it wrote to standard output. `accepts` says which exit statuses
/// are no failure: some tools tell what they found by theirs.
pub(crate) fn run(command: &Command, accepts: fn(i32) -> bool) -> Result<Vec<u8>, Failure> {
    let failed = |what: String| Failure::Command { command: command.label.clone(), what };
    let child = spawn(command).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => failed(format!("{} tidak terpasang", command.program)),
        _ => failed(error.to_string()),
    })?;
    let group = Pid::from_child(&child);
    let (done, ended) = mpsc::sync_channel(1);
    // Abandoned with its pipes when something escapes the group and keeps them open.
    thread::spawn(move || done.send(collect(child)));
    let Ok(ended) = ended.recv_timeout(command.limit) else {
        end(group, || ended.recv_timeout(GRACE).is_ok());
        return Err(Failure::TimedOut { what: command.label.clone(), limit: command.limit });
    };
    let ended = ended.map_err(|error| failed(error.to_string()))?;
    if ended.output.len() as u64 > MAX_OUTPUT {
        end(group, || false);
        return Err(Failure::TooLarge { at: command.label.clone(), limit: format!("{MAX_OUTPUT} byte") });
    }
    if ended.status.code().is_some_and(accepts) { Ok(ended.output) } else { Err(failed(verdict(&ended))) }
}

#[expect(clippy::disallowed_methods, reason = "the one place that runs commands: limited, killable, bounded")]
fn spawn(command: &Command) -> io::Result<Child> {
    std::process::Command::new(command.program)
        .args(&command.arguments)
        .env_clear()
        .envs([("PATH", PATH), ("TZ", "UTC"), ("LC_ALL", "C")])
        .envs(command.environment.iter().map(|(name, value)| (name, value)))
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
}

/// Reads both pipes to their end (or bound), then waits. Closing a pipe early makes a chatterbox end by
/// `SIGPIPE`.
fn collect(mut child: Child) -> io::Result<Ended> {
    let stdout = child.stdout.take();
    let stderr = child.stderr.take();
    let (output, complaint) = thread::scope(|scope| {
        let complaint = scope.spawn(move || bounded(stderr, MAX_COMPLAINT));
        (bounded(stdout, MAX_OUTPUT + 1), complaint.join().unwrap_or_else(|_| Ok(Vec::new())))
    });
    Ok(Ended { output: output?, complaint: complaint?, status: child.wait()? })
}

fn bounded(pipe: Option<impl Read>, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take(limit).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Ends a process group: asks, waits (`ended` tells whether it went), and kills.
fn end(group: Pid, ended: impl FnOnce() -> bool) {
    // An error means that nobody is left to signal.
    let _ = kill_process_group(group, Signal::TERM);
    if !ended() {
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// How it ended, and the last line of its complaint, which is where tools say why.
fn verdict(ended: &Ended) -> String {
    let how = match (ended.status.code(), ended.status.signal()) {
        (Some(code), _) => format!("kode keluar {code}"),
        (None, Some(signal)) => format!("dihentikan sinyal {signal}"),
        (None, None) => "berakhir tanpa diketahui sebabnya".to_owned(),
    };
    let complaint =
        ended.complaint.split(|b| *b == b'\n').rev().map(|l| lossy(l, NAME)).find(|l| !l.is_empty());
    complaint.map_or_else(|| how.clone(), |said| format!("{how}: {said}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture::ProcessTree;

    fn command(program: &'static str, arguments: &[&str], limit: Duration) -> Command {
        let arguments = arguments.iter().map(|a| (*a).to_owned()).collect();
        Command { label: "the tool".into(), program, arguments, environment: vec![("X", "1".into())], limit }
    }

    fn good(status: i32) -> bool {
        status == 0
    }

    fn check(program: &'static str, arguments: &[&str], expected: &str) {
        let said = run(&command(program, arguments, Duration::from_secs(30)), good);
        let said = said.map_or_else(|failure| failure.to_string(), |out| lossy(&out, 200));
        assert_eq!(said, expected, "{program} {arguments:?}");
    }

    #[test]
    fn a_tool_is_heard_or_its_end_explained() {
        check("echo", &["a b", "$HOME;id"], "a b $HOME;id");
        check("cat", &[], "");
        check("no-such-tool", &[], "the tool: no-such-tool tidak terpasang");
        check("false", &[], "the tool: kode keluar 1");
        check("sh", &["-c", "echo one >&2; echo why >&2; exit 3"], "the tool: kode keluar 3: why");
        check("sh", &["-c", "kill -9 $$"], "the tool: dihentikan sinyal 9");
        check("yes", &[], "the tool: lebih besar daripada 33554432 byte");
    }

    #[test]
    fn a_status_may_be_an_answer() {
        let said = command("sh", &["-c", "echo failing; exit 8"], Duration::from_secs(30));
        assert_eq!(run(&said, |status| status & 1 == 0).unwrap(), b"failing\n");
        assert!(run(&said, |status| status & 8 == 0).is_err());
        let killed = command("sh", &["-c", "kill -9 $$"], Duration::from_secs(30));
        assert!(run(&killed, |_| true).is_err());
    }

    #[test]
    fn its_environment_is_ours() {
        let said = run(&command("env", &[], Duration::from_secs(30)), good).unwrap();
        let mut lines: Vec<_> = std::str::from_utf8(&said).unwrap().lines().collect();
        lines.sort_unstable();
        assert_eq!(lines, ["LC_ALL=C".to_owned(), format!("PATH={PATH}"), "TZ=UTC".into(), "X=1".into()]);
    }

    #[test]
    fn when_the_time_is_up_its_children_end_too() {
        let tree = ProcessTree::new();
        let script = tree.script();
        tree.ends_when_late(|limit| run(&command("sh", &["-c", &script], limit), good).map(drop));
    }
}
