//! A clock that is moved by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use patuh_collector::clock::Clock;
use rustls::pki_types::UnixTime;
use rustls::time_provider::TimeProvider;

/// A clock that stands still until a test moves it. All copies show the same time.
#[derive(Clone, Debug)]
pub struct HandClock(Arc<AtomicI64>);

impl HandClock {
    /// A clock that shows `time`.
    #[must_use]
    pub fn at(time: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(time.as_second())))
    }

    /// A clock that was set by this machine's and then stands still, for stories with real programs.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the programs beside it have the machine's clock")]
    pub fn real() -> Self {
        Self::at(Timestamp::now())
    }

    /// What it shows.
    ///
    /// # Panics
    /// When it was moved out of history.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).expect("a time within history")
    }

    /// Moves it by `duration`, back when negative.
    pub fn forward(&self, duration: SignedDuration) {
        self.0.fetch_add(duration.as_secs(), Ordering::SeqCst);
    }

    /// Moves it by `hours`, back when negative.
    pub fn forward_hours(&self, hours: i64) {
        self.forward(SignedDuration::from_hours(hours));
    }

    /// As the collector takes it.
    #[must_use]
    pub fn as_clock(&self) -> Clock {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}

/// Certificates are checked by it too.
impl TimeProvider for HandClock {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.load(Ordering::SeqCst)).ok()?;
        Some(UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds)))
    }
}
