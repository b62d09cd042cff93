//! The questions that follow from what is known, less those that were answered.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use patuh_protocol::digest::Digest;
use patuh_protocol::id::AgentId;

use super::facts::Facts;
use super::{Decided, Ground, Guess, Kind, Question, Side, evidence, keys, links};

/// The questions about the agents in `all`, oldest first, but those that `decided` settles.
#[must_use]
pub fn questions(all: Vec<Facts>, decided: &[Decided]) -> Vec<Question> {
    let all = Facts::weeded(all);
    let mut questions = same_machines(&all, decided);
    questions.extend(all.iter().filter_map(|facts| shared_key(facts, decided)));
    questions.sort_by(|a, b| (a.since, &a.id).cmp(&(b.since, &b.id)));
    questions
}

/// Groups of agents that are linked by hardware, and groups that are linked by their image; the latter only where
/// they are not the same groups again.
fn same_machines(all: &[Facts], decided: &[Decided]) -> Vec<Question> {
    let mut hardware = groups(all, hardware_keys, links::hardware, decided);
    // Who decided on the machines has seen what their images have in common: it is not asked once more.
    for group in &mut hardware {
        group.grounds.extend(images_in(all, group));
    }
    let images = groups(all, image_keys, links::image, decided);
    let within = |group: &Group| hardware.iter().any(|other| group.members.is_subset(&other.members));
    let images: Vec<Group> = images.into_iter().filter(|group| !within(group)).collect();
    hardware.iter().chain(&images).map(|group| same_machine(all, group)).collect()
}

/// What the images of the members of a group have in common.
fn images_in(all: &[Facts], group: &Group) -> BTreeSet<Ground> {
    let members: Vec<&Facts> = group.members.iter().filter_map(|n| all.get(*n)).collect();
    let pairs = members.iter().enumerate().flat_map(|(n, a)| members.iter().skip(n + 1).map(move |b| (a, b)));
    pairs.flat_map(|(a, b)| links::image(a, b)).collect()
}

/// Agents that are linked with each other, by their place in the list.
#[derive(Default)]
struct Group {
    members: BTreeSet<usize>,
    grounds: BTreeSet<Ground>,
}

/// The groups of agents that are linked, one to the next. Only agents with a key in common are compared, so that
/// thousands of agents do not make millions of pairs.
fn groups(
    all: &[Facts],
    keys: fn(&Facts) -> Vec<String>,
    linked: fn(&Facts, &Facts) -> BTreeSet<Ground>,
    decided: &[Decided],
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (a, b) in pairs(all, keys) {
        let (Some(one), Some(other)) = (all.get(a), all.get(b)) else { continue };
        let grounds = linked(one, other);
        let settled = |it: &Decided| it.settles(Kind::SameMachine, &[&one.agent, &other.agent], &grounds);
        if grounds.is_empty() || decided.iter().any(settled) {
            continue;
        }
        let mut group = Group { members: [a, b].into(), grounds };
        let touches = |it: &mut Group| it.members.contains(&a) || it.members.contains(&b);
        for touched in groups.extract_if(.., touches) {
            group.members.extend(touched.members);
            group.grounds.extend(touched.grounds);
        }
        groups.push(group);
    }
    groups
}

/// The pairs of agents that have a key in common. Of very many with one key each is compared with the first only:
/// that links them all the same.
fn pairs(all: &[Facts], keys: fn(&Facts) -> Vec<String>) -> BTreeSet<(usize, usize)> {
    const ALL_WITH_ALL: usize = 32;
    let mut having: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (n, facts) in all.iter().enumerate() {
        keys(facts).into_iter().for_each(|key| having.entry(key).or_default().push(n));
    }
    let mut pairs = BTreeSet::new();
    for members in having.values() {
        let firsts = if members.len() > ALL_WITH_ALL { 1 } else { members.len() };
        for (n, a) in members.iter().take(firsts).enumerate() {
            pairs.extend(members.iter().skip(n + 1).map(|b| (*a, *b)).filter(|(a, b)| a != b));
        }
    }
    pairs
}

/// What two agents on one machine have in common at least.
fn hardware_keys(facts: &Facts) -> Vec<String> {
    let machine = &facts.machine;
    let uuid = machine.uuid.as_deref().map(str::to_lowercase);
    let swapped = uuid.as_deref().and_then(patuh_protocol::inventory::byte_swapped);
    let numbers = [&machine.serial, &machine.board_serial, &machine.boot_id];
    let numbers = numbers.into_iter().flatten().map(|number| number.trim().to_lowercase());
    let mut keys: Vec<_> = numbers.chain(uuid).chain(swapped).chain(facts.macs.iter().cloned()).collect();
    keys.sort();
    keys.dedup();
    keys
}

fn image_keys(facts: &Facts) -> Vec<String> {
    facts.machine.machine_id.iter().map(|id| id.trim().to_lowercase()).collect()
}

fn same_machine(all: &[Facts], group: &Group) -> Question {
    let mut agents: Vec<&Facts> = group.members.iter().filter_map(|n| all.get(*n)).collect();
    agents.sort_by_key(|facts| (facts.enrolled_at, &facts.agent));
    let since = agents.get(1).or(agents.first()).map_or(Timestamp::MIN, |facts| facts.enrolled_at);
    Question {
        id: id(Kind::SameMachine, agents.iter().map(|facts| &facts.agent), &group.grounds),
        kind: Kind::SameMachine,
        agents: agents.iter().map(|facts| facts.agent.clone()).collect(),
        sides: agents.iter().map(|facts| Side::of_agent(facts)).collect(),
        evidence: evidence::of_agents(&agents),
        guess: links::guess(&agents),
        since,
        grounds: group.grounds.clone(),
    }
}

fn shared_key(facts: &Facts, decided: &[Decided]) -> Option<Question> {
    let grounds = keys::grounds(facts);
    let settled = |it: &Decided| it.settles(Kind::SharedKey, &[&facts.agent], &grounds);
    if grounds.is_empty() || decided.iter().any(settled) {
        return None;
    }
    let sides: Vec<_> = match keys::turns(&facts.seen) {
        Some((a, b)) => vec![a, b],
        None => facts.seen.last().into_iter().collect(),
    };
    let taken = facts.conflicts.as_ref().map(|conflicts| conflicts.first);
    let turned = sides.iter().map(|side| side.first).max();
    Some(Question {
        id: id(Kind::SharedKey, std::iter::once(&facts.agent), &grounds),
        kind: Kind::SharedKey,
        agents: vec![facts.agent.clone()],
        sides: sides.iter().map(|side| Side::of_sighting(facts, side)).collect(),
        evidence: evidence::of_sightings(facts, &sides),
        guess: Guess::CopiedKey,
        since: turned.into_iter().chain(taken).min().unwrap_or(facts.enrolled_at),
        grounds,
    })
}

fn id<'a>(kind: Kind, agents: impl Iterator<Item = &'a AgentId>, grounds: &BTreeSet<Ground>) -> String {
    let agents: BTreeSet<_> = agents.collect();
    let text = serde_json::to_string(&(kind, agents, grounds)).unwrap_or_default();
    Digest::of(text.as_bytes()).to_string().chars().take(16).collect()
}
