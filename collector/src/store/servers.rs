//! Reading the projections.

use super::*;

impl Store {
    /// Servers, by office, host name, agent.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn servers(&self, filter: &ServerFilter) -> Result<Vec<ServerRow>, Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }

    /// The server of `agent`.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn server(&self, agent: &AgentId) -> Result<Option<ServerRow>, Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }

    /// What is known of the server of `agent`, by sensor.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn sections(&self, agent: &AgentId) -> Result<Vec<CurrentSection>, Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }

    /// The sections of the given sensors of all servers, by agent and sensor.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn sections_named(&self, sensors: &[&str]) -> Result<Vec<(AgentId, CurrentSection)>, Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }

    /// Changes, newest first.
    ///
    /// # Errors
    /// [`Error`].
    #[allow(unused_variables)]
    pub async fn changes(&self, agent: Option<&AgentId>, limit: u32) -> Result<Vec<ChangeRow>, Error> {
        Err(Error::Corrupt { table: "", what: String::new() })
    }
}
