//! One simulated server: the agent's own identity, spool and uplink, with a made-up host before them.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use patuh_agent::identity::Identity;
use patuh_agent::spool::{Limits, Spool};
use patuh_agent::uplink::{self, Uplink};
use patuh_protocol::enrolment::Token;
use patuh_protocol::report::Report;

use crate::plan::Host;

/// An enrolled agent with its own state directory.
pub(crate) struct Simulated {
    /// The server it speaks for.
    pub(crate) host: Host,
    identity: Identity,
    spool: Spool,
    uplink: Uplink,
    /// The number of its last report: each holds everything.
    full: Option<u64>,
}

impl Simulated {
    /// Makes the keys and trades `token` for a certificate.
    ///
    /// # Errors
    /// When the collector cannot be reached or refuses the token.
    pub(crate) async fn enrol(
        host: Host,
        state: PathBuf,
        url: &str,
        token: &Token,
        now: Timestamp,
    ) -> Result<Self> {
        let name = host.name.clone();
        let enrolled = async {
            let identity = Identity::load_or_create(&state)?;
            uplink::enrol(&state, url, token, now).await?;
            let (spool, uplink) = (Spool::open(&state, Limits::default())?, Uplink::open(&state)?);
            anyhow::Ok(Self { host, identity, spool, uplink, full: None })
        };
        enrolled.await.with_context(|| format!("server {name} tidak dapat didaftarkan"))
    }

    /// Spools `report` and hands in all that waits; once more, in full, when the collector asks for it. Returns how
    /// many receipts were checked and found good.
    ///
    /// # Errors
    /// When a report is refused or a receipt proves nothing.
    pub(crate) async fn report(&mut self, report: Report, now: Timestamp) -> Result<u64> {
        let mut sequence = self.spool.push(report.clone(), &self.identity)?;
        let mut receipts = self.hand_in(now).await?;
        if self.spool.asks_for_all(self.full) {
            sequence = self.spool.push(report, &self.identity)?;
            receipts += self.hand_in(now).await?;
        }
        self.full = Some(sequence);
        Ok(receipts)
    }

    /// Whether it has ever told of itself.
    pub(crate) const fn has_reported(&self) -> bool {
        self.full.is_some()
    }

    async fn hand_in(&mut self, now: Timestamp) -> Result<u64> {
        let mut receipts = 0;
        while let Some((sequence, sealed)) = self.spool.oldest()? {
            // A connection that was quiet for long is closed at the other end: an agent tries once more.
            let answer = match self.uplink.send(&sealed, now).await {
                Ok(answer) => answer,
                Err(_) => self.uplink.send(&sealed, now).await?,
            };
            self.spool.acknowledge(sequence, &sealed, &answer)?;
            receipts += 1;
        }
        Ok(receipts)
    }
}
