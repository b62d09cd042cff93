//! A version of an office's LAN diagram: what the diagram of that moment shows, kept as it was.
//!
//! A version is a record, not a projection: it may have been handed in. Names are kept with it, for a switch
//! that is called otherwise today had its old name in the diagram that somebody signed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use patuh_protocol::digest::Digest;
use patuh_protocol::id::Code;
use serde::{Deserialize, Serialize};

use super::fact::Fact;
use super::graph::{Graph, Role};
use super::words::Names;

/// A version of an office's diagram.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The office.
    pub office: Code,
    /// Counts from 1 within the office.
    pub number: u32,
    /// When the change was certain that made it.
    pub at: Timestamp,
    /// The fingerprint of its facts ([`super::fingerprint`]).
    pub digest: Digest,
    /// The core: configuration and adjacency that were believed.
    pub facts: BTreeSet<Fact>,
    /// What things were called.
    pub names: Names,
    /// What its diagram is drawn from.
    pub graph: Graph,
    /// What is other than in the version before, in words, what is to be reported and what merely came into sight; of
    /// the first version, what there is.
    pub sentences: Vec<String>,
}

/// A version in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionSummary {
    /// The office.
    pub office: Code,
    /// Counts from 1 within the office.
    pub number: u32,
    /// When the change was certain that made it.
    pub at: Timestamp,
    /// The fingerprint of its facts.
    pub digest: Digest,
    /// What is other than in the version before, in words.
    pub sentences: Vec<String>,
}

impl Version {
    /// The sentences of a first version, before which there is nothing: what it shows.
    #[must_use]
    pub fn first_sentences(graph: &Graph) -> Vec<String> {
        Self::shown("Diagram pertama", graph)
    }

    /// What a diagram shows that is handed in anew, although nothing has changed.
    #[must_use]
    pub fn anew_sentences(graph: &Graph) -> Vec<String> {
        Self::shown("Diagram terkini, tanpa perubahan yang harus dilaporkan", graph)
    }

    fn shown(what: &str, graph: &Graph) -> Vec<String> {
        let mut parts = Vec::new();
        for role in [Role::Router, Role::Switch, Role::InferredSwitch, Role::AccessPoint, Role::Server] {
            let count = graph.nodes.values().filter(|node| node.role == role).count();
            if count > 0 {
                parts.push(format!("{count} {}", role.word().to_lowercase()));
            }
        }
        if !graph.subnets.is_empty() {
            parts.push(format!("{} subnet", graph.subnets.len()));
        }
        if parts.is_empty() {
            return vec![format!("{what}, {}", graph.coverage())];
        }
        vec![format!("{what}: {}, {}", parts.join(", "), graph.coverage())]
    }

    /// As a list shows it.
    #[must_use]
    pub fn summary(&self) -> VersionSummary {
        let Self { office, number, at, digest, sentences, .. } = self;
        VersionSummary {
            office: office.clone(),
            number: *number,
            at: *at,
            digest: *digest,
            sentences: sentences.clone(),
        }
    }
}
