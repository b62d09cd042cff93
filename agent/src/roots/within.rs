//! Doing something with the host that may never come back.
//!
//! A call into a dead NFS server or a sick disk sleeps in the kernel and cannot be interrupted; no signal
//! helps. So whatever might hang runs in a thread of its own. When its time is up the thread is abandoned,
//! and as long as it has not come back the same thing is not tried again: at most one thread per thing
//! is ever lost. A thread that came back does the next thing: to start one costs as much as to find that a
//! plain host has none of what a sensor looks for.

use std::collections::BTreeMap;
use std::io;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use super::Failure;

/// What is done by a thread.
type Job = Box<dyn FnOnce() + Send>;

/// What was abandoned and has not come back, by name; and the threads that came back.
#[derive(Clone, Debug, Default)]
pub(crate) struct Abandoned {
    out: Arc<Mutex<BTreeMap<String, Weak<()>>>>,
    idle: Arc<Mutex<Vec<Worker>>>,
}

/// A thread that waits for something to do; it ends with this.
#[derive(Debug)]
struct Worker(mpsc::Sender<Job>);

impl Worker {
    fn start() -> io::Result<Self> {
        let (jobs, next) = mpsc::channel::<Job>();
        let name = "reading".to_owned();
        thread::Builder::new().name(name).spawn(move || next.into_iter().for_each(|job| job()))?;
        Ok(Self(jobs))
    }
}

impl Abandoned {
    /// What `work` gives, if it does so within `limit`.
    pub(crate) fn within<T: Send + 'static>(
        &self,
        what: &str,
        limit: Duration,
        work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        if self.is_out(what) {
            return Err(Failure::Stuck { what: what.to_owned() });
        }
        let sign_of_life = Arc::new(());
        let kept = Arc::downgrade(&sign_of_life);
        let (done, answer) = mpsc::sync_channel(1);
        let job = move || {
            // The receiver is gone when the time was up: nobody waits for this any more.
            let _ = done.send(work());
            drop(sign_of_life);
        };
        let idle = lock(&self.idle).pop();
        let worker = idle.map_or_else(Worker::start, Ok);
        let worker = worker.map_err(|error| Failure::Io { at: what.to_owned(), why: error.to_string() })?;
        // A thread that could not take it has dropped it, and with it the other end of `answer`.
        let _ = worker.0.send(Box::new(job));
        match answer.recv_timeout(limit) {
            Ok(result) => {
                lock(&self.idle).push(worker);
                result
            }
            Err(RecvTimeoutError::Disconnected) => Err(Failure::Panicked { what: what.to_owned() }),
            Err(RecvTimeoutError::Timeout) => {
                lock(&self.out).insert(what.to_owned(), kept);
                Err(Failure::TimedOut { what: what.to_owned(), limit })
            }
        }
    }

    /// Whether an earlier attempt at `what` has not come back yet.
    fn is_out(&self, what: &str) -> bool {
        let mut out = lock(&self.out);
        out.retain(|_, kept| kept.strong_count() > 0);
        out.contains_key(what)
    }
}

fn lock<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(20);
    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn what_comes_back_is_handed_on() {
        let abandoned = Abandoned::default();
        assert_eq!(abandoned.within("reading", LONG, || Ok(7)), Ok(7));
        let failure = Failure::malformed("/x", "odd");
        assert_eq!(
            abandoned.within::<()>("reading", LONG, {
                let f = failure.clone();
                move || Err(f)
            }),
            Err(failure)
        );
    }

    #[test]
    fn a_panic_is_a_failure() {
        let got = Abandoned::default().within::<()>("reading", LONG, || panic!("a bug"));
        assert_eq!(got, Err(Failure::Panicked { what: "reading".into() }));
    }

    #[test]
    fn what_hangs_is_given_up_and_not_tried_again_until_it_is_back() {
        let abandoned = Abandoned::default();
        let (release, held) = mpsc::channel::<()>();
        let hung = abandoned.within("statvfs /mnt", SHORT, move || {
            let _ = held.recv();
            Ok(())
        });
        assert_eq!(hung.unwrap_err().to_string(), "statvfs /mnt: tidak menjawab dalam 0 detik");
        let again = abandoned.within("statvfs /mnt", LONG, || Ok(()));
        assert_eq!(again.unwrap_err().to_string(), "statvfs /mnt: belum kembali dari percobaan sebelumnya");
        assert_eq!(abandoned.within("statvfs /", LONG, || Ok(1)), Ok(1));
        drop(release);
        while abandoned.is_out("statvfs /mnt") {
            thread::yield_now();
        }
        assert_eq!(abandoned.within("statvfs /mnt", LONG, || Ok(2)), Ok(2));
    }

    #[test]
    fn a_thread_that_came_back_does_the_next_thing() {
        let abandoned = Abandoned::default();
        let who = || abandoned.within("reading", LONG, || Ok(thread::current().id())).unwrap();
        let first = who();
        assert_eq!(who(), first);
        let inner = abandoned.clone();
        let nested = move || inner.within("within", LONG, || Ok(thread::current().id()));
        assert_ne!(abandoned.within("reading", LONG, nested).unwrap(), first);
        let (release, held) = mpsc::channel::<()>();
        let hung = abandoned.within("hanging", SHORT, move || {
            let _ = held.recv();
            Ok(thread::current().id())
        });
        assert!(hung.is_err());
        assert!(abandoned.within::<()>("panicking", LONG, || panic!("a bug")).is_err());
        assert_eq!(abandoned.within("reading", LONG, || Ok(7)), Ok(7));
        drop(release);
    }
}
