//! Media as agents see them: a backup set whose target can be taken out, and the identity of that target.

use std::collections::BTreeMap;

use jiff::Timestamp;
use patuh_protocol::id::AgentId;

use super::Medium;
use crate::register::identifier::bare;

/// The fewest letters and digits of an identity that a person may have cut out of a longer one.
const TELLING: usize = 6;

/// An agent saw that a medium was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writing {
    /// The medium's own identity, as the agent reports it.
    pub medium: String,
    /// The agent.
    pub agent: AgentId,
    /// The backup set that lies on it.
    pub set: String,
    /// Where the agent saw it: a path.
    pub location: String,
    /// When the newest run on it was made.
    pub newest: Timestamp,
    /// The report that says so: its place in the ledger.
    pub index: u64,
}

/// A medium that was seen written and that nobody registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The medium's own identity.
    pub identity: String,
    /// What was written to it, the newest first.
    pub writings: Vec<Writing>,
}

/// Whether two identities are of one medium. They are compared by their letters and digits, in any case; one that a
/// person took out of what an agent says (the serial number out of model and serial number) is the same.
#[must_use]
pub fn same_medium(booked: &str, seen: &str) -> bool {
    let (own, other) = (bare(booked), bare(seen));
    let part =
        || seen.split(|c: char| c.is_whitespace() || matches!(c, '/' | ',' | ';')).any(|it| bare(it) == own);
    !own.is_empty() && (own == other || (own.chars().count() >= TELLING && part()))
}

/// What was last seen written to `medium`.
#[must_use]
pub fn written_last<'a>(medium: &Medium, writings: &'a [Writing]) -> Option<&'a Writing> {
    let booked = medium.identity.as_deref()?;
    writings.iter().filter(|it| same_medium(booked, &it.medium)).max_by_key(|it| (it.newest, it.index))
}

/// What was seen written to media that are not in the register, the newest first. A medium that is booked as lost or
/// destroyed is in the register: that it was written again is told there.
#[must_use]
pub fn proposals(media: &[Medium], writings: &[Writing]) -> Vec<Proposal> {
    let booked: Vec<&str> = media.iter().filter_map(|medium| medium.identity.as_deref()).collect();
    let mut unknown: BTreeMap<String, Vec<Writing>> = BTreeMap::new();
    for writing in writings.iter().filter(|it| !booked.iter().any(|own| same_medium(own, &it.medium))) {
        unknown.entry(bare(&writing.medium)).or_default().push(writing.clone());
    }
    let mut found: Vec<Proposal> = unknown
        .into_values()
        .filter_map(|mut writings| {
            writings.sort_by_key(|it| std::cmp::Reverse((it.newest, it.index)));
            Some(Proposal { identity: writings.first()?.medium.clone(), writings })
        })
        .collect();
    found.sort_by_key(|proposal| std::cmp::Reverse(proposal.writings.first().map(|it| it.newest)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_medium_is_known_by_what_a_person_copied_off_it() {
        let check = |booked: &str, seen: &str, same: bool| {
            assert_eq!(same_medium(booked, seen), same, "{booked} {seen}");
        };
        check("NA8F7X2K", "NA8F7X2K", true);
        check("na8f-7x2k", "Seagate Expansion NA8F7X2K", true);
        check("Seagate Expansion NA8F7X2K", "Seagate Expansion NA8F7X2K", true);
        check("6f1c-22aa", "6F1C-22AA", true);
        check("HDD", "Seagate HDD 1", false);
        check("Expansi", "Seagate Expansion NA8F7X2K", false);
        check("", "", false);
        check("-", "NA8F7X2K", false);
    }

    fn writing(medium: &str, hour: i64) -> Writing {
        Writing {
            medium: medium.into(),
            agent: AgentId::of_key(&[1]),
            set: "harian".into(),
            location: "/media/cadangan".into(),
            newest: Timestamp::from_second(hour * 3600).unwrap(),
            index: hour.unsigned_abs(),
        }
    }

    #[test]
    fn what_is_written_and_not_booked_is_proposed() {
        let mut booked = Medium::new("dinkes".parse().unwrap(), "HDD-01".into());
        booked.identity = Some("NA8F7X2K".into());
        let writings = [
            writing("Seagate NA8F7X2K", 5),
            writing("WD 1234AB", 3),
            writing("LTO A1B2C3", 8),
            writing("wd 1234ab", 9),
        ];
        let found = proposals(std::slice::from_ref(&booked), &writings);
        let told: Vec<_> = found.iter().map(|it| (it.identity.as_str(), it.writings.len())).collect();
        assert_eq!(told, [("wd 1234ab", 2), ("LTO A1B2C3", 1)]);
        assert_eq!(written_last(&booked, &writings).map(|it| it.index), Some(5));
        booked.identity = None;
        assert_eq!(written_last(&booked, &writings), None);
    }
}
