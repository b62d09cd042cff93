//! Waiting until something may have happened, and has settled.

use std::io;
use std::path::Path;
use std::time::Duration;

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::time::{Instant, sleep_until};

use super::Pace;
use crate::lldp;
use crate::roots::netlink::{Ear, Heard};
use crate::roots::{Bell, Roots};
use crate::sensors::{Event, events};

/// After this time what could not be listened to, or is gone, is tried again.
const AGAIN: Duration = Duration::from_secs(60);

/// Listens to the kernel, and to whoever hears what switches announce.
#[derive(Debug)]
pub(crate) struct Watch {
    roots: Roots,
    pace: Pace,
    ear: Option<AsyncFd<Ear>>,
    bell: Option<AsyncFd<Bell>>,
    tried: Instant,
    stir: Option<Stir>,
}

/// Something happened, and is settling.
#[derive(Clone, Copy, Debug)]
struct Stir {
    first: Instant,
    last: Instant,
    /// What happened since then nobody knows.
    lost: bool,
}

/// What was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// Nothing that would be new.
    Nothing,
    /// Something that may be new.
    News,
    /// Something that was lost.
    Lost,
}

impl Watch {
    /// Begins to listen. Where that is refused the schedule alone says when the network is read.
    pub(crate) fn open(roots: &Roots, pace: Pace) -> Self {
        let (ear, bell) = (ear(roots), bell(roots));
        Self { roots: roots.clone(), pace, ear, bell, tried: Instant::now(), stir: None }
    }

    /// Ends when something may have happened that `is_news`, and settled. It may be dropped and called again without
    /// losing anything.
    pub(crate) async fn stirred(&mut self, is_news: impl Fn(&Event) -> bool) {
        loop {
            self.try_again();
            let due = self.stir.map(|stir| stir.due(&self.pace));
            let said = tokio::select! {
                () = until(due) => {
                    self.stir = None;
                    return;
                }
                said = hear(&mut self.ear, &is_news) => said,
                said = ring(&mut self.bell) => said,
            };
            self.note(said);
        }
    }

    fn try_again(&mut self) {
        if self.tried.elapsed() < AGAIN {
            return;
        }
        self.tried = Instant::now();
        self.ear = self.ear.take().or_else(|| ear(&self.roots));
        if self.bell.is_none() {
            self.bell = bell(&self.roots);
            // What came before the bell was hung did not ring.
            self.note(if self.bell.is_some() { Said::News } else { Said::Nothing });
        }
    }

    fn note(&mut self, said: Said) {
        if said == Said::Nothing {
            return;
        }
        let now = Instant::now();
        let stir = self.stir.get_or_insert(Stir { first: now, last: now, lost: false });
        (stir.last, stir.lost) = (now, stir.lost || said == Said::Lost);
    }
}

impl Stir {
    /// When to look: what was lost is part of a storm, and that is waited for.
    fn due(&self, pace: &Pace) -> Instant {
        let storm = self.first + pace.storm;
        if self.lost { storm } else { storm.min(self.last + pace.settle) }
    }
}

fn ear(roots: &Roots) -> Option<AsyncFd<Ear>> {
    let ear = roots.ear().and_then(|ear| ear.map(awaited).transpose());
    ear.unwrap_or_else(|error| {
        tracing::warn!(%error, "the kernel cannot be listened to; the network is read when the schedule says so");
        None
    })
}

/// Where nobody hears announcements there is no folder.
fn bell(roots: &Roots) -> Option<AsyncFd<Bell>> {
    roots.bell(Path::new(lldp::FOLDER)).and_then(|bell| bell.map(awaited).transpose()).ok().flatten()
}

#[expect(
    deprecated,
    reason = "both own what is waited for and never replace it; what came instead is unsafe"
)]
fn awaited<T: std::os::fd::AsRawFd>(inner: T) -> io::Result<AsyncFd<T>> {
    AsyncFd::with_interest(inner, Interest::READABLE)
}

/// The next datagram; never, without a socket.
async fn hear(ear: &mut Option<AsyncFd<Ear>>, is_news: &impl Fn(&Event) -> bool) -> Said {
    let said = |ear: &mut Ear| {
        Ok(match ear.hear()? {
            Heard::Lost => Said::Lost,
            Heard::Told(datagram) if events(datagram).any(|event| is_news(&event)) => Said::News,
            Heard::Told(_) => Said::Nothing,
        })
    };
    next(ear, said).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "the kernel is not heard any more");
        *ear = None;
        Said::Lost
    })
}

/// The next time that the bell rings; never, without one.
async fn ring(bell: &mut Option<AsyncFd<Bell>>) -> Said {
    if next(bell, Bell::rang).await.is_err() {
        *bell = None;
    }
    Said::News
}

/// What `read` gives once there is something to read.
async fn next<T: std::os::fd::AsRawFd, R>(
    of: &mut Option<AsyncFd<T>>,
    read: impl Fn(&mut T) -> io::Result<R>,
) -> io::Result<R> {
    let Some(of) = of else { return std::future::pending().await };
    loop {
        let mut ready = of.readable_mut().await?;
        // It may be that nothing waits after all.
        if let Ok(read) = ready.try_io(|of| read(of.get_mut())) {
            return read;
        }
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due).await,
        None => std::future::pending().await,
    }
}
