//! Running a tool for long: with something on its standard input, its output taken as it comes.
//!
//! Like [`super::command`] (no shell, an environment of our own, a group of its own, a time limit), and beside
//! that: behind everything else in the queues for processor and disk (`nice`, `ionice`); ended with everything it
//! started when the agent is told to end ([`Roots::stop_jobs`]), and by the kernel when the agent is killed
//! (`setpriv --pdeathsig`). A tool that is fed what somebody else wrote is a [`RunsAs::Stranger`]: it gets
//! another account where we are root, and none of our capabilities where we are not.

use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, geteuid, kill_process_group};

use super::command::{GRACE, PATH};
use super::{Command, Failure, Roots, recorded};
use complaint::Complaint;

pub(crate) use server::Server;

mod complaint;
mod server;
#[cfg(test)]
mod tests;

/// A tool and how it is called.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    /// What it is called in failures and in a fixture's `.host/cmd/`; holds no secret.
    pub(crate) label: String,
    /// The program: a path, or a name that is looked for in the system's own folders.
    pub(crate) program: PathBuf,
    /// Its arguments.
    pub(crate) arguments: Vec<String>,
    /// Added to the environment.
    pub(crate) environment: Vec<(&'static str, String)>,
    /// Where it works.
    pub(crate) folder: PathBuf,
    /// The time it has.
    pub(crate) limit: Duration,
    /// Whose it is.
    pub(crate) runs_as: RunsAs,
    /// Which exit statuses are no failure.
    pub(crate) accepts: fn(i32) -> bool,
    /// Which lines of its standard error are complaints.
    pub(crate) heeds: fn(&str) -> bool,
}

/// With whose rights a job runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RunsAs {
    /// With ours.
    Us,
    /// With none: as this account when we are root, else without our capabilities.
    Stranger(Account),
}

/// A user of the host, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    /// The user.
    pub(crate) user: u32,
    /// Its group.
    pub(crate) group: u32,
}

/// What came of a job that ended well.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Heard<T> {
    /// What was made of its output.
    pub(crate) output: T,
    /// How many lines of complaint there were.
    pub(crate) complaints: u64,
    /// The first of them.
    pub(crate) first: Option<String>,
}

/// The groups of all jobs that run, and whether more may be started.
#[derive(Clone, Debug, Default)]
pub(super) struct Jobs(Arc<Running>);

#[derive(Debug, Default)]
struct Running {
    state: Mutex<State>,
    changed: Condvar,
    can_set_apart: OnceLock<bool>,
}

#[derive(Debug, Default)]
struct State {
    is_stopped: bool,
    groups: Vec<Pid>,
}

impl Job {
    /// A command as a job that runs in `folder`.
    pub(crate) fn of(command: Command, folder: &Path) -> Self {
        Self {
            label: command.label,
            program: command.program.into(),
            arguments: command.arguments,
            environment: command.environment,
            folder: folder.to_owned(),
            limit: command.limit,
            runs_as: RunsAs::Us,
            accepts: |status| status == 0,
            heeds: |_| true,
        }
    }

    fn failed(&self, what: impl Into<String>) -> Failure {
        Failure::Command { command: self.label.clone(), what: what.into() }
    }

    /// The line that is run: whoever makes it gentle, then the program and its arguments.
    fn words(&self, can_set_apart: bool) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        let mut add = |text: &str| words.extend(text.split(' ').map(str::to_owned));
        if found("nice") {
            add("nice -n 19");
        }
        if found("ionice") {
            // -t: where the class may not be set, the job runs all the same.
            add("ionice -c 3 -t");
        }
        match self.runs_as {
            RunsAs::Us if can_set_apart => add("setpriv --pdeathsig KILL"),
            RunsAs::Us => {}
            RunsAs::Stranger(Account { user, group }) => {
                add("setpriv --pdeathsig KILL --ambient-caps=-all --no-new-privs");
                if geteuid().is_root() {
                    add(&format!("--reuid={user} --regid={group} --clear-groups"));
                }
            }
        }
        words.push(self.program.display().to_string());
        words.extend(self.arguments.iter().cloned());
        words
    }

    fn spawn(&self, jobs: &Jobs, [input, output, complaint]: [Stdio; 3]) -> Result<Child, Failure> {
        let can_set_apart = jobs.can_set_apart();
        if self.runs_as != RunsAs::Us && !can_set_apart {
            return Err(self.failed("cannot be run without our rights: setpriv is missing or too old"));
        }
        if !found(&self.program) {
            return Err(self.failed(format!("{} tidak terpasang", self.program.display())));
        }
        let words = self.words(can_set_apart);
        let (first, rest) = words.split_first().ok_or_else(|| self.failed("no program"))?;
        let mut command = program(first);
        command.args(rest).envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.current_dir(&self.folder).stdin(input).stdout(output).stderr(complaint);
        let mut state = lock(&jobs.0.state);
        if state.is_stopped {
            return Err(self.failed("not begun: the agent ends"));
        }
        let child = command.spawn().map_err(|error| self.failed(error.to_string()))?;
        state.groups.push(Pid::from_child(&child));
        Ok(child)
    }
}

#[expect(clippy::disallowed_methods, reason = "beside `command`, the one place that runs programs")]
fn program(name: &str) -> std::process::Command {
    let mut command = std::process::Command::new(name);
    command.env_clear().envs([("PATH", PATH), ("TZ", "UTC"), ("LC_ALL", "C")]).process_group(0);
    command
}

/// Whether there is such a program: a path, or a name in the system's own folders.
pub(crate) fn found(program: impl AsRef<Path>) -> bool {
    let program = program.as_ref();
    program.is_absolute() && program.is_file()
        || PATH.split(':').any(|folder| Path::new(folder).join(program).is_file())
}

impl Roots {
    /// Runs `job`, feeds it `input`, and gives what `read` makes of its output. What `read` leaves unread is not
    /// waited for.
    pub(crate) fn converse<T>(
        &self,
        job: &Job,
        input: Option<&mut (dyn Read + Send)>,
        read: impl FnOnce(&mut (dyn Read + Send)) -> Result<T, Failure>,
    ) -> Result<Heard<T>, Failure> {
        self.commands.fetch_add(1, Ordering::Relaxed);
        if self.folder.is_some() {
            let said = recorded::output(self, &job.label, job.limit)?;
            return Ok(Heard { output: read(&mut said.as_slice())?, complaints: 0, first: None });
        }
        let stdin = if input.is_some() { Stdio::piped() } else { Stdio::null() };
        let child = job.spawn(&self.jobs, [stdin, Stdio::piped(), Stdio::piped()])?;
        let group = Pid::from_child(&child);
        let heard = hold(job, child, input, read);
        self.jobs.ended(group);
        if self.jobs.is_stopped() { Err(job.failed("ended with the agent")) } else { heard }
    }

    /// Ends all jobs, and starts no more.
    pub fn stop_jobs(&self) {
        let mut state = lock(&self.jobs.0.state);
        state.is_stopped = true;
        for signal in [Signal::TERM, Signal::KILL] {
            for group in &state.groups {
                // An error means that nobody is left to signal.
                let _ = kill_process_group(*group, signal);
            }
            let waited = self.jobs.0.changed.wait_timeout_while(state, GRACE, |s| !s.groups.is_empty());
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Whether [`Roots::stop_jobs`] was called.
    pub(crate) fn is_stopped(&self) -> bool {
        self.jobs.is_stopped()
    }

    /// Whether a job can be run with fewer rights than ours.
    #[must_use]
    pub fn can_set_apart(&self) -> bool {
        self.jobs.can_set_apart()
    }
}

impl Jobs {
    fn ended(&self, group: Pid) {
        let mut state = lock(&self.0.state);
        if let Some(place) = state.groups.iter().position(|running| *running == group) {
            state.groups.swap_remove(place);
        }
        drop(state);
        self.0.changed.notify_all();
    }

    fn is_stopped(&self) -> bool {
        lock(&self.0.state).is_stopped
    }

    /// setpriv(1) of util-linux 2.33 and newer.
    fn can_set_apart(&self) -> bool {
        *self.0.can_set_apart.get_or_init(|| {
            let words = ["--pdeathsig", "KILL", "--ambient-caps=-all", "--no-new-privs", "true"];
            let mut probe = program("setpriv");
            probe.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            probe.status().is_ok_and(|status| status.success())
        })
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Feeds and hears a child until it ends or its time is up.
fn hold<T>(
    job: &Job,
    mut child: Child,
    input: Option<&mut (dyn Read + Send)>,
    read: impl FnOnce(&mut (dyn Read + Send)) -> Result<T, Failure>,
) -> Result<Heard<T>, Failure> {
    let group = Pid::from_child(&child);
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (over, ended) = mpsc::channel::<()>();
    let (limit, heeds) = (job.limit, job.heeds);
    thread::scope(|scope| {
        let complaint = scope.spawn(move || Complaint::of(stderr, heeds));
        let fed = scope.spawn(move || feed(input, stdin));
        let watch = scope.spawn(move || watch(group, limit, &ended));
        let output = match stdout {
            Some(mut stdout) => read(&mut stdout),
            None => Err(job.failed("has no output")),
        };
        let status = child.wait();
        drop(over);
        let is_late = watch.join().unwrap_or(false);
        let fed = fed.join().unwrap_or(Ok(()));
        let complaint = complaint.join().unwrap_or_default();
        if is_late {
            return Err(Failure::TimedOut { what: job.label.clone(), limit });
        }
        // What was to be fed and could not be read explains all that follows; so does what went wrong with what
        // it said.
        fed.map_err(|error| job.failed(format!("masukannya tidak terbaca: {error}")))?;
        let output = output?;
        let status = status.map_err(|error| job.failed(error.to_string()))?;
        if !status.code().is_some_and(job.accepts) {
            return Err(job.failed(complaint.verdict(status)));
        }
        Ok(Heard { output, complaints: complaint.count, first: complaint.first })
    })
}

/// Ends the group when its time is up; whether it was.
fn watch(group: Pid, limit: Duration, ended: &Receiver<()>) -> bool {
    if ended.recv_timeout(limit) != Err(RecvTimeoutError::Timeout) {
        return false;
    }
    // An error means that nobody is left to signal.
    let _ = kill_process_group(group, Signal::TERM);
    if ended.recv_timeout(GRACE) == Err(RecvTimeoutError::Timeout) {
        let _ = kill_process_group(group, Signal::KILL);
    }
    true
}

/// Writes `input` into the pipe; an error is one of reading. A tool that takes no more says by its status why.
fn feed(input: Option<&mut (dyn Read + Send)>, pipe: Option<impl Write>) -> io::Result<()> {
    let (Some(input), Some(mut pipe)) = (input, pipe) else { return Ok(()) };
    let mut piece = vec![0; 64 * 1024];
    loop {
        let read = match input.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if pipe.write_all(piece.get(..read).unwrap_or_default()).is_err() {
            return Ok(());
        }
    }
}
