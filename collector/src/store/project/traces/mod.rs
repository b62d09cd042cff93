//! What the projections keep beside the current state: which report carries which version of a value
//! ([`versions`]), what servers are found by ([`terms`], [`software`]), which machines an agent was seen on
//! ([`sightings`]), and when media that can be taken out were written ([`writings`]).
//!
//! Like the current state they follow from the reports in the order of the ledger, however these are cut into
//! batches: a batch is gathered here in memory and written at once.

pub(in crate::store) mod sightings;
pub(in crate::store) mod software;
pub(in crate::store) mod terms;
pub(in crate::store) mod versions;
pub(in crate::store) mod writings;

use patuh_protocol::id::AgentId;
use patuh_protocol::report::Reading;
use sqlx::AnyConnection;

use super::{Key, Taken};
use crate::store::Error;

/// What a batch of reports adds.
#[derive(Debug, Default)]
pub(super) struct Traces {
    pub(super) versions: versions::Versions,
    terms: terms::Terms,
    software: software::Software,
    sightings: sightings::Sightings,
    writings: writings::Writings,
}

impl Traces {
    /// Loads what is known of `agents`, which are those of the batch.
    pub(super) async fn load(
        connection: &mut AnyConnection,
        government: &str,
        agents: &[&AgentId],
    ) -> Result<Self, Error> {
        let sightings = sightings::Sightings::load(connection, government, agents).await?;
        Ok(Self { sightings, ..Self::default() })
    }

    /// Takes in that the value of a sensor is another now.
    pub(super) fn turned(&mut self, key: &Key, old: Option<&Reading>, new: Option<&Reading>) {
        self.terms.turned(key, old, new);
        self.software.turned(key, old, new);
        self.sightings.turned(key, new);
        self.writings.turned(new);
    }

    /// Takes in that all sections of a report were taken in.
    pub(super) fn taken(&mut self, taken: &Taken<'_>) {
        self.sightings.taken(&taken.sealed.agent, taken.at());
        self.writings.taken(&taken.sealed.agent, taken.at(), taken.index);
    }

    pub(super) async fn write(self, connection: &mut AnyConnection, government: &str) -> Result<(), Error> {
        self.versions.write(connection, government).await?;
        self.terms.write(connection, government).await?;
        self.software.write(connection, government).await?;
        self.sightings.write(connection, government).await?;
        self.writings.write(connection, government).await
    }
}
