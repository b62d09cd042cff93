//! The agent: reads a server, signs what it saw, and hands it in.
//!
//! Two halves meet in the spool. [`sense`] reads the host when the schedule says so and never has an
//! Internet socket; [`send`] takes what waits to the collector and cannot read the host. [`run`] is both in
//! one process, for a quick start. Neither ends by itself: what fails is told in the status and tried
//! again.

pub mod config;
mod digests;
pub mod drill;
pub mod durable;
mod half;
pub mod identity;
pub mod lldp;
pub mod record;
pub mod report;
pub mod roots;
pub mod schedule;
mod sensing;
pub mod sensors;
pub mod spool;
pub mod status;
pub mod uplink;
pub mod watch;
pub mod witness;

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ring::rand::{SecureRandom, SystemRandom};

pub use half::{Clock, Error, Stop};
pub use sensing::{read, sense};

use crate::config::Config;
use crate::half::{pause, stopped};
use crate::spool::Queue;
use crate::status::{Rejected, Sent, Trouble, told};
use crate::uplink::{SendError, Uplink, backoff};

/// How often an empty spool is looked at.
const IDLE: Duration = Duration::from_secs(5);

/// Both halves, until `stop`.
///
/// # Errors
/// When either cannot begin.
pub async fn run(config: &Config, zone: TimeZone, clock: &Clock, stop: Stop) -> Result<(), Error> {
    tokio::try_join!(sense(config, zone, clock, stop.clone()), send(config, clock, stop)).map(|_| ())
}

/// The sending half: spool → uplink, until `stop`.
///
/// # Errors
/// [`uplink::Error::NotEnrolled`], or what else is wrong with the enrolment.
pub async fn send(config: &Config, clock: &Clock, mut stop: Stop) -> Result<(), Error> {
    let mut uplink = Uplink::open(&config.state)?;
    let queue = Queue::of(&config.state);
    let mut failures = 0;
    tracing::info!("sending");
    loop {
        let handed = tokio::select! {
            handed = hand_in(config, &mut uplink, &queue, clock) => handed,
            () = stopped(&mut stop) => return Ok(()),
        };
        let wait = match handed {
            Ok(()) => {
                failures = 0;
                IDLE
            }
            Err(error) => {
                failures += 1;
                // Somebody may have enrolled again, or seen to an alarm.
                if let Ok(fresh) = Uplink::open(&config.state) {
                    uplink = fresh;
                }
                wait_after(&error, failures)
            }
        };
        if pause(wait, &mut stop).await {
            return Ok(());
        }
    }
}

/// Renews the certificate when it is time, and hands in what waits, oldest first.
async fn hand_in(config: &Config, uplink: &mut Uplink, queue: &Queue, clock: &Clock) -> Result<(), Failure> {
    let mut sent = Sent::load(&config.state);
    let before = sent.clone();
    let renewed = uplink.renew_if_due(clock()).await.map_err(Failure::Uplink);
    if let Ok(true) = renewed {
        tracing::info!(next = %uplink.renewal(), "certificate renewed");
    }
    // A certificate that was not renewed may still be good for the reports.
    let emptied = empty(uplink, queue, &mut sent, clock).await;
    let result = emptied.and(renewed).map(|_| ());
    let now = clock();
    if let Err(failure) = &result {
        let what = told(failure);
        tracing::warn!(error = what, "not handed in");
        failure.note(&mut sent, what, now);
    } else {
        sent.trouble = None;
    }
    if sent != before {
        sent.save(&config.state);
    }
    result
}

async fn empty(uplink: &mut Uplink, queue: &Queue, sent: &mut Sent, clock: &Clock) -> Result<(), Failure> {
    while let Some((sequence, sealed)) = queue.oldest()? {
        match uplink.send(&sealed, clock()).await {
            Ok(answer) => {
                queue.acknowledge(sequence, &sealed, &answer)?;
                sent.alarm = None;
                tracing::info!(sequence, index = answer.receipt.index, "report handed in");
            }
            Err(error) => {
                if let SendError::Rejected { what, .. } = &error {
                    queue.set_aside(sequence)?;
                    sent.reject(Rejected { sequence, at: clock(), what: what.clone() });
                }
                return Err(error.into());
            }
        }
    }
    Ok(())
}

/// What keeps the sending half from its work.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Uplink(#[from] SendError),
    #[error(transparent)]
    Spool(#[from] spool::Error),
}

impl Failure {
    fn note(&self, sent: &mut Sent, what: String, now: Timestamp) {
        match self {
            Self::Uplink(SendError::Unproven(_)) => {
                sent.alarm = Some(Trouble::new(sent.alarm.as_ref(), what, now));
            }
            // Already among the rejected.
            Self::Uplink(SendError::Rejected { .. }) => sent.trouble = None,
            Self::Uplink(_) | Self::Spool(_) => {
                sent.trouble = Some(Trouble::new(sent.trouble.as_ref(), what, now));
            }
        }
    }
}

/// A report that was set aside waits like a failure, so that a collector gone wrong cannot empty the spool
/// into the bin overnight.
fn wait_after(failure: &Failure, failures: u32) -> Duration {
    match failure {
        Failure::Uplink(SendError::Refused { .. } | SendError::Unproven(_)) => backoff::later(random()),
        Failure::Uplink(SendError::Transient { retry_after, .. }) => {
            backoff::soon(failures, *retry_after, random())
        }
        Failure::Uplink(_) | Failure::Spool(_) => backoff::soon(failures, None, random()),
    }
}

fn random() -> u64 {
    let mut bytes = [0; 8];
    // Without random bytes agents merely come back at the same time.
    let _ = SystemRandom::new().fill(&mut bytes);
    u64::from_ne_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_waits_for_a_person_and_everything_else_for_the_network() {
        let seconds = |error: SendError| wait_after(&error.into(), 1).as_secs();
        assert!(seconds(SendError::Refused { status: 403, what: String::new() }) >= 900);
        assert!(seconds(SendError::Unproven(patuh_protocol::receipt::NoProof::Rewritten)) >= 900);
        assert!(seconds(SendError::Rejected { status: 409, what: String::new() }) <= 4);
        let retry_after = Some(Duration::from_secs(60));
        assert!((60..=64).contains(&seconds(SendError::Transient { what: String::new(), retry_after })));
    }
}
