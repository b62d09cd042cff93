//! A job that goes on while others talk to it.

use std::fs::File;
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

use super::{Job, Jobs};
use crate::roots::{Failure, Roots};

/// How long a server is waited for that was told to end.
const FAREWELL: Duration = Duration::from_secs(10);
/// How often it is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(20);

/// A server that was started; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    jobs: Jobs,
    farewell: Signal,
}

impl Server {
    /// Waits until `is_ready` says so; whether it did before the server ended or `limit` passed.
    pub(crate) fn wait(&mut self, limit: Duration, is_ready: impl Fn() -> bool) -> bool {
        let mut left = limit;
        while !is_ready() {
            if left.is_zero() || self.jobs.is_stopped() || !matches!(self.child.try_wait(), Ok(None)) {
                return false;
            }
            thread::sleep(LOOK);
            left = left.saturating_sub(LOOK);
        }
        true
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let group = Pid::from_child(&self.child);
        let _ = kill_process_group(group, self.farewell);
        let mut left = FAREWELL;
        while matches!(self.child.try_wait(), Ok(None)) && !left.is_zero() {
            thread::sleep(LOOK);
            left = left.saturating_sub(LOOK);
        }
        // Its children, too, should any be left; nothing of it is worth keeping.
        let _ = kill_process_group(group, Signal::KILL);
        let _ = self.child.wait();
        self.jobs.ended(group);
    }
}

impl Roots {
    /// Starts a server, which ends when what is given is dropped. What it says goes to `log`.
    pub(crate) fn serve(&self, job: &Job, log: &File, farewell: Signal) -> Result<Server, Failure> {
        if self.folder.is_some() {
            return Err(job.failed("not recorded"));
        }
        let log = || log.try_clone().map(Stdio::from).map_err(|error| job.failed(error.to_string()));
        let child = job.spawn(&self.jobs, [Stdio::null(), log()?, log()?])?;
        Ok(Server { child, jobs: self.jobs.clone(), farewell })
    }
}
