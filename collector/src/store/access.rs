//! Tokens and agents.

use super::*;

impl Store {
    /// Adds a token.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn add_token(
        &self,
        id: &str,
        secret: Digest,
        office: &Code,
        site: Option<&Code>,
        now: Timestamp,
        expires: Timestamp,
    ) -> Result<(), Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }

    /// Trades a token for an enrolment.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn enrol(
        &self,
        token_id: &str,
        secret: Digest,
        agent: &AgentId,
        public_key: &[u8],
        now: Timestamp,
    ) -> Result<Enrolment, Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }

    /// The agent.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn agent(&self, agent: &AgentId) -> Result<Option<AgentRow>, Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }

    /// Says whether an agent's reports are taken; false when there is no such agent.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn set_active(&self, agent: &AgentId, active: bool) -> Result<bool, Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }
}
