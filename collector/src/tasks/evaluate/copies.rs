//! The backups of everybody as the pages show them: claims, sightings, drills and plans, owned and side by side.

use std::collections::BTreeMap;

use jiff::Timestamp;
use patuh_compliance::estate::{Backup, Known};
use patuh_protocol::backup::{BackupPlan, BackupSet, Drill};
use patuh_protocol::id::{AgentId, Code};
use patuh_protocol::witness::{Damaged, Vanished, WitnessedObject, WitnessedStore};

use crate::coverage::DataStore;
use crate::testimony::Standing;

/// All of it, as of one judgement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Copies {
    /// The servers, by their agents.
    pub servers: BTreeMap<AgentId, ServerCopies>,
    /// The witnesses and what they watch, by host name.
    pub witnesses: Vec<WitnessView>,
}

/// The backups of one server.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerCopies {
    /// What it claims, in the order of `estate::Server::backups`.
    pub sets: Vec<SetView>,
    /// What ought to be in them, or why that is not known.
    pub stores: Known<Vec<DataStore>>,
    /// Attempts to bring them back, newest first, each with the ledger's entry that says so.
    pub drills: Vec<(Drill, u64)>,
    /// Planned jobs.
    pub plans: Vec<BackupPlan>,
}

/// One backup set: what is claimed of it, and how the claim stands before the witnesses.
#[derive(Clone, Debug, PartialEq)]
pub struct SetView {
    /// The claim.
    pub set: BackupSet,
    /// The sensor that made it.
    pub sensor: String,
    /// When, by the host's clock.
    pub said_at: Timestamp,
    /// The ledger's entry that says so.
    pub entry: u64,
    /// What the judge makes of it.
    pub judged: Backup,
    /// How it stands.
    pub standing: Standing,
    /// How each run stands and what a witness saw of it, in the order of the claim.
    pub runs: Vec<(Standing, Option<WitnessedObject>)>,
    /// Recovery points that went before their time.
    pub lost: Vec<Vanished>,
    /// What is wrong with the store, as far as it concerns this set.
    pub damaged: Vec<Damaged>,
    /// The store that holds it: index into [`Copies::witnesses`], and the store's path there.
    pub store: Option<(usize, String)>,
}

/// A witness.
#[derive(Clone, Debug, PartialEq)]
pub struct WitnessView {
    /// Its agent.
    pub agent: AgentId,
    /// Its host's name.
    pub hostname: String,
    /// Where it stands.
    pub site: Option<Code>,
    /// When it last looked.
    pub seen_at: Timestamp,
    /// The ledger's entry that says so.
    pub entry: u64,
    /// What it watches, each with the objects that nobody claims.
    pub stores: Vec<(WitnessedStore, Vec<WitnessedObject>)>,
}
