//! The listener: hears announcements and keeps those that hold as files.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::thread::{CapabilitySet, CapabilitySets, clear_ambient_capability_set, set_capabilities};

use super::socket::Ear;
use super::stored::{self, Name};
use super::table::Table;
use super::{LISTENING, Moment, STATE, frames, ports};
use crate::durable;
use crate::roots::Roots;
use crate::roots::lossy::{NAME, lossy};

/// How often the host's ports are looked at.
const LOOK: Duration = Duration::from_secs(30);
/// The least time between two rounds of writing, however much comes in.
const PACE: Duration = Duration::from_secs(1);
/// How many frames of one socket are taken before anything else is done.
const TURN: usize = 256;

/// The listener could not begin.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody may hear the wire but root and whoever has `CAP_NET_RAW`.
    #[error(
        "soket untuk mendengar LLDP tidak dapat dibuka; jalankan sebagai layanan: systemctl start patuh-lldp"
    )]
    Socket(#[source] io::Error),
    /// The capabilities could not be given up, so nothing was heard.
    #[error("hak istimewa tidak dapat dilepas; pendengar LLDP tidak dijalankan")]
    Capabilities(#[source] io::Error),
    /// The folder for what is heard.
    #[error(transparent)]
    Folder(#[from] durable::Error),
}

/// Hears what is announced on every port of the host and keeps in `folder` what holds. Runs until the process is
/// ended, in the one thread that it has.
///
/// # Errors
/// When it cannot begin.
pub fn listen(roots: &Roots, folder: &Path, clock: &dyn Fn() -> Moment) -> Result<Infallible, Error> {
    durable::create_dir(folder)?;
    durable::clean(folder)?;
    let ears = match begin() {
        Ok(ears) => ears,
        Err(error) => {
            let why = lossy(format!("gagal: {}", cause(&error)).as_bytes(), NAME);
            durable::write(&folder.join(STATE), why.as_bytes())?;
            return Err(error);
        }
    };
    let mut listener = Listener::new(roots, folder, ears);
    listener.recall(clock().up);
    durable::write(&folder.join(STATE), LISTENING.as_bytes())?;
    loop {
        let wait = listener.turn(clock());
        listener.wait(wait);
    }
}

fn begin() -> Result<[Ear; 2], Error> {
    let ears = Ear::both().map_err(Error::Socket)?;
    give_up_capabilities().map_err(Error::Capabilities)?;
    Ok(ears)
}

/// For good: a process without permitted capabilities never gets one back (capabilities(7)).
fn give_up_capabilities() -> io::Result<()> {
    // The ambient ones go with the others; kernels before 4.3 do not know them.
    let _ = clear_ambient_capability_set();
    let none = CapabilitySet::empty();
    set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })?;
    Ok(())
}

fn cause(error: &Error) -> String {
    match error {
        Error::Socket(source) | Error::Capabilities(source) => source.to_string(),
        Error::Folder(source) => source.to_string(),
    }
}

struct Listener<'a> {
    roots: &'a Roots,
    folder: PathBuf,
    ears: [Ear; 2],
    /// The ports whose cards let announcements through. One that is missing here may be heard all the same: cards
    /// without hardware let everything through.
    joined: BTreeSet<u32>,
    table: Table,
    /// When the ports were last looked at.
    looked: Option<Duration>,
    /// When files were last written.
    settled: Option<Duration>,
}

impl<'a> Listener<'a> {
    fn new(roots: &'a Roots, folder: &Path, ears: [Ear; 2]) -> Self {
        Self {
            roots,
            folder: folder.to_owned(),
            ears,
            joined: BTreeSet::new(),
            table: Table::default(),
            looked: None,
            settled: None,
        }
    }

    /// Takes over what a process before this one heard: a new version of the agent is no change of the LAN.
    fn recall(&mut self, up: Duration) {
        let kept = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for path in kept.map(|entry| entry.path()) {
            let Some(name) = path.file_name().and_then(|name| Name::parse(name.to_str()?)) else { continue };
            let file = durable::read(&path).ok().flatten().unwrap_or_default();
            let is_known = frames(&file).first().is_some_and(|frame| self.table.recall(name, frame, up));
            if !is_known {
                let _ = durable::remove(&path);
            }
        }
    }

    /// Does what is to be done at `moment`, and says for how long nothing will be but what comes in.
    fn turn(&mut self, moment: Moment) -> Duration {
        let up = moment.up;
        if self.looked.is_none_or(|at| at + LOOK <= up) {
            self.look();
            self.looked = Some(up);
        }
        let mut buffer = [0; 2048];
        for ear in &self.ears {
            for _ in 0..TURN {
                let Some((port, length)) = ear.next(&mut buffer) else { break };
                self.table.hear(port, buffer.get(..length).unwrap_or(&buffer), moment);
            }
        }
        self.table.expire(up);
        if self.table.is_unsettled() && self.settled.is_none_or(|at| at + PACE <= up) {
            self.settle();
            self.settled = Some(up);
        }
        self.idle(up)
    }

    /// Joins on new ports; forgets those that are gone.
    fn look(&mut self) {
        let found = match ports(self.roots) {
            Ok(found) => found,
            Err(error) => return tracing::warn!(%error, "the ports are not known"),
        };
        self.joined.retain(|port| found.contains_key(port));
        for (port, name) in found {
            if self.joined.contains(&port) {
                continue;
            }
            match self.ears.iter().try_for_each(|ear| ear.join(port)) {
                Ok(()) => {
                    tracing::info!(port = name, "listening");
                    self.joined.insert(port);
                }
                // It may have gone in this moment; else the next look tries again.
                Err(error) => tracing::debug!(port = name, %error, "not listening"),
            }
        }
    }

    fn settle(&mut self) {
        let folder = &self.folder;
        self.table.settle(|name, frame| {
            let path = folder.join(name.to_string());
            let done = match frame {
                Some(frame) => durable::write(&path, &stored::file(frame)),
                None => durable::remove(&path).map(|_| ()),
            };
            if let Err(error) = &done {
                tracing::warn!(%error, "not stored, trying again");
            }
            done.is_ok()
        });
    }

    /// Until the next thing that is due by itself.
    fn idle(&self, up: Duration) -> Duration {
        let look = self.looked.map(|at| at + LOOK);
        let settle = self.settled.filter(|_| self.table.is_unsettled()).map(|at| at + PACE);
        let next = [look, settle, self.table.next_end()].into_iter().flatten().min();
        next.map_or(LOOK, |next| next.saturating_sub(up))
    }

    /// Until something comes in, at most for `limit`.
    fn wait(&self, limit: Duration) {
        let mut ears = self.ears.each_ref().map(|ear| PollFd::new(ear, PollFlags::IN));
        // A signal only makes the next turn come sooner.
        let _ = poll(&mut ears, Timespec::try_from(limit).ok().as_ref());
    }
}
