//! Finding servers and packages by whatever an officer types.
//!
//! A question is cut into words. A word finds the servers that have it in one of their names and numbers
//! (`terms`), or whose office is called so; a server is found when all words find it. Packages are found in the
//! catalogue of their versions: a package is found when each word finds it or the servers it is on, so that
//! `dinkes openssl` is openssl on the servers of the Dinas Kesehatan. Packages are not listed server by server but
//! counted: `openssl 3.0.11: 142 server`.

mod hits;
mod packages;
mod words;

use std::collections::BTreeMap;

use patuh_protocol::id::{AgentId, Code};

use self::words::Word;
use super::{Error, HitKind, ServerRow, Store};

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The servers that were found by themselves, best first.
    pub servers: Vec<Hit>,
    /// How many there are, with those that are not listed.
    pub all_servers: usize,
    /// The packages, best first.
    pub packages: Vec<PackageHit>,
    /// How many there are, with those that are not listed. Of very many not all are counted.
    pub all_packages: usize,
}

/// A server that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its agent.
    pub agent: AgentId,
    /// The host's name; empty until it first reported.
    pub hostname: String,
    /// Its office.
    pub office: Code,
    /// Why it was found.
    pub why: HitKind,
    /// What was found, as it is written: the address, the serial number.
    pub text: String,
}

/// A version of a package that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageHit {
    /// The sensor that finds it on its servers, such as `packages/dpkg`.
    pub sensor: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// How many servers have it. See [`Store::servers_with`].
    pub servers: usize,
}

impl HitKind {
    const ALL: [(Self, char); 12] = [
        (Self::Host, '\u{1}'),
        (Self::Address, '\u{2}'),
        (Self::Mac, '\u{3}'),
        (Self::Serial, '\u{4}'),
        (Self::Agent, '\u{5}'),
        (Self::Office, '\u{6}'),
        (Self::Model, '\u{7}'),
        (Self::System, '\u{8}'),
        (Self::Site, '\u{e}'),
        (Self::Database, '\u{f}'),
        (Self::Guest, '\u{10}'),
        (Self::Container, '\u{11}'),
    ];

    /// The sign that its terms begin with.
    pub(super) fn sign(self) -> char {
        Self::ALL.into_iter().find(|(kind, _)| *kind == self).map_or('\u{1}', |(_, sign)| sign)
    }

    fn of_sign(sign: char) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, it)| *it == sign).map(|(kind, _)| kind)
    }
}

impl Store {
    /// What `words` find: at most `limit` servers and at most `limit` packages. `offices` are the names of the
    /// offices, which the store does not know.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn find(
        &self,
        words: &str,
        offices: &BTreeMap<Code, String>,
        limit: u32,
    ) -> Result<Found, Error> {
        let words = Word::all(words);
        if words.is_empty() {
            return Ok(Found::default());
        }
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let by_word = self.hits(&words, offices).await?;
        let (servers, all_servers) = hits::best(&by_word, &words, limit);
        let (packages, all_packages) = self.packages(&words, &by_word, limit).await?;
        Ok(Found { servers, all_servers, packages, all_packages })
    }

    /// The servers that have a version of a package, as `sensor` found it, by office and name.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn servers_with(
        &self,
        sensor: &str,
        name: &str,
        version: &str,
    ) -> Result<Vec<ServerRow>, Error> {
        let agents = self.having(sensor, name, version).await?;
        let servers = self.servers(&super::ServerFilter::default()).await?;
        Ok(servers.into_iter().filter(|server| agents.contains(&server.agent)).collect())
    }
}
