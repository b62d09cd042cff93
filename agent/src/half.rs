//! What both halves of the agent have: a clock, somebody who ends them, and what may keep them from beginning.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::{identity, spool, uplink};

/// Where the time comes from.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;
/// Becomes true when the agent is to end.
pub type Stop = watch::Receiver<bool>;

/// A half of the agent could not begin.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The spool.
    #[error(transparent)]
    Spool(#[from] spool::Error),
    /// The identity key.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// The enrolment, or what came of it.
    #[error(transparent)]
    Uplink(#[from] uplink::Error),
}

/// Waits; whether the agent is to end.
pub(crate) async fn pause(wait: Duration, stop: &mut Stop) -> bool {
    tokio::time::timeout(wait, stopped(stop)).await.is_ok()
}

/// Waits until the agent is to end.
pub(crate) async fn stopped(stop: &mut Stop) {
    // An error means that whoever could say so is gone, which says it too.
    let _ = stop.wait_for(|stop| *stop).await;
}
