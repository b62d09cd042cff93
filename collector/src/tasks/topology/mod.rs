//! Following the ledger for the offices' LANs: reports in their order become observations, observations become
//! belief ([`crate::lan::State`]), changes of belief become versions and drafts. What stood in the ledger before it was
//! first followed is believed too, but not told: an office's first version then shows all of it.
//!
//! What is believed is a projection a little behind the ledger: dropped, it is made anew by replay, without a version or
//! a draft being made twice. One round takes some reports, computes in memory, and writes all of it in one transaction,
//! unless somebody else went on from the same place meanwhile: then it is done again from what stands.

mod declared;
mod desk;
mod hear;
mod round;

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use self::round::Round;
use crate::config::Config;
use crate::store::{Error, LanProgress, Store};

/// How many reports one round takes at most.
const BATCH: u32 = 128;

/// Follows the ledger until nothing is left; returns how many reports that were.
///
/// # Errors
/// When the store cannot be read or written; what was written until then stands.
pub async fn follow(store: &Store, config: &Config) -> Result<u64, Error> {
    let mut followed = 0;
    loop {
        let from = store.lan_progress().await?;
        let taken = store.lan_taken(from.next, BATCH).await?;
        let caught_up = u32::try_from(taken.len()).unwrap_or(u32::MAX) < BATCH;
        let mut round = Round::new(store, config, from, &taken).await?;
        for report in &taken {
            round.take(report).await?;
        }
        if caught_up {
            round.catch_up().await?;
        }
        if round.is_idle() {
            return Ok(followed);
        }
        let next = taken.last().map_or(from.next, |last| last.index + 1);
        let to = LanProgress { next, told: from.told.max(next) };
        if store.write_lan(&round.into_batch(), from, to).await? {
            followed += u64::try_from(taken.len()).unwrap_or(0);
            if caught_up {
                return Ok(followed);
            }
        } else if caught_up {
            // Somebody else does the same, or has just handed a draft in: the next call sees what came of it.
            return Ok(followed);
        }
    }
}

/// Follows the ledger from now on. It is looked at every few seconds, and followed when it has grown.
pub fn start(store: Store, config: Arc<Config>) -> JoinHandle<()> {
    let pause = Duration::from_secs(u64::from(config.lan.follow_seconds));
    tokio::spawn(async move {
        let mut size = None;
        loop {
            size = step(&store, &config, size).await;
            tokio::time::sleep(pause).await;
        }
    })
}

/// Follows the ledger unless it is still as large as it was; returns how large it is.
async fn step(store: &Store, config: &Config, before: Option<u64>) -> Option<u64> {
    let followed = async {
        let size = store.size().await?;
        if before != Some(size) {
            follow(store, config).await?;
        }
        Ok::<_, Error>(size)
    };
    match followed.await {
        Ok(size) => Some(size),
        Err(error) => {
            tracing::error!(%error, "the offices' LANs are not followed");
            None
        }
    }
}
