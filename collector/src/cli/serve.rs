//! `serve`.

use std::path::Path;

use anyhow::{Context, Result};
use patuh_collector::Collector;
use patuh_collector::clock::Clock;
use patuh_collector::config::Config;
use tokio::signal::unix::{SignalKind, signal};

/// Runs until SIGTERM or SIGINT.
pub(super) async fn run(config: &Path, clock: Clock) -> Result<()> {
    // Taken before the start, so that a signal that comes early is not lost.
    let mut terminate = signal(SignalKind::terminate()).context("sinyal SIGTERM tidak dapat diterima")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("sinyal SIGINT tidak dapat diterima")?;
    let (config, _) = Config::load(config)?;
    let collector = Collector::start(config, clock).await?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
    collector.stop().await;
    Ok(())
}
