//! How far back a set reaches and when it was last found sound, by what the witness saw.
//!
//! A claim lists its newest runs only. Where it lists all of them, those that were met are its recovery points.
//! Where it lists fewer and nothing but this set lies in the store, the store's own objects are. Else nobody but
//! the claim itself tells of the older ones, and nothing is said here.

use jiff::Timestamp;
use patuh_protocol::backup::BackupSet;
use patuh_protocol::witness::{Layout, WitnessedObject, WitnessedStore};

use super::{RunTestimony, Standing, age};

/// What a witness knows of the recovery points of a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// The age of the oldest one, by its clock.
    pub oldest: Option<Timestamp>,
    /// How many there are.
    pub points: Option<u64>,
    /// When the content of any of them was last read again and found right.
    pub checked_at: Option<Timestamp>,
}

pub(super) fn of(set: &BackupSet, store: &WitnessedStore, runs: &[RunTestimony<'_>]) -> Depth {
    let met = || runs.iter().filter(|run| run.standing == Standing::Met);
    let checked_at = met().filter_map(|run| run.object?.verified_at).max();
    if set.count <= runs.len() as u64 {
        let points = met().count() as u64;
        return Depth { oldest: met().filter_map(age).min(), points: Some(points), checked_at };
    }
    let is_alone = matches!(store.layout, Layout::Restic | Layout::Pbs) && store.count <= set.count;
    if !is_alone {
        return Depth { checked_at, ..Depth::default() };
    }
    // What lay there before the watch began is as old as claimed, and never younger than its first sighting.
    let since = |object: &WitnessedObject| {
        let claimed = set.oldest_at.filter(|_| object.existed_before);
        claimed.map_or(object.first_seen, |at| at.min(object.first_seen))
    };
    // Of more objects than are carried the oldest are left out.
    let is_whole = store.objects.len() as u64 >= store.count;
    let oldest = store.objects.iter().map(since).min().filter(|_| is_whole);
    Depth { oldest, points: Some(store.count), checked_at }
}
