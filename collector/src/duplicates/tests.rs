use jiff::SignedDuration;
use patuh_protocol::inventory::{Guest, Machine};
use patuh_protocol::lan::Interface;

use super::*;

const UUID: &str = "4c4c4544-0058-5110-8032-b7c04f463633";
const OTHER: &str = "5d5d4544-0058-5110-8032-b7c04f463633";
/// AMI's template: shared by whole series of boards.
const SERIES: &str = "03000200-0400-0500-0006-000700080009";

fn agent(n: u8) -> AgentId {
    AgentId::of_key(&[n; 32])
}

fn day(n: i64) -> Timestamp {
    let start: Timestamp = "2026-11-01T03:00:00Z".parse().unwrap();
    start + SignedDuration::from_hours(24 * n)
}

/// Agent `n` on a machine of its own, enrolled on one day and heard of last on another.
fn facts(n: u8, enrolled: i64, last: i64) -> Facts {
    let number = |what: &str| Some(format!("{what}{n}XY"));
    let machine = Machine {
        serial: number("SN"),
        board_serial: number("BS"),
        uuid: Some(format!("aaaaaaaa-0000-4000-8000-0000000000{n:02}")),
        machine_id: Some(format!("{n:032}")),
        boot_id: number("boot"),
        ..Machine::default()
    };
    Facts {
        agent: agent(n),
        hostname: format!("srv{n}"),
        office: "dinkes".parse().unwrap(),
        enrolled_at: day(enrolled),
        last_report: Some(day(last)),
        machine,
        macs: [format!("aa:bb:cc:dd:ee:{n:02}")].into(),
        guest: None,
        seen: vec![],
        conflicts: None,
    }
}

/// The same on a virtual machine.
fn vm(n: u8, enrolled: i64, last: i64) -> Facts {
    let mut vm = facts(n, enrolled, last);
    vm.machine.guest_of = Some("kvm".into());
    vm.machine.serial = None;
    vm.machine.board_serial = None;
    vm
}

/// Questions in words: what is asked of which agents, what it looks like, and the grounds.
fn asked(all: Vec<Facts>, decided: &[Decided]) -> Vec<String> {
    let names: Vec<(AgentId, u8)> = (0..100).map(|n| (agent(n), n)).collect();
    let name = |agent: &AgentId| names.iter().find(|(it, _)| it == agent).map_or(0, |(_, n)| *n);
    let line = |question: Question| {
        let agents: Vec<_> = question.agents.iter().map(name).collect();
        let guess = match &question.guess {
            Guess::Reinstalled { old, new } => format!("{} then {}", name(old), name(new)),
            guess => format!("{guess:?}"),
        };
        let mut marks: Vec<_> = question.grounds.iter().map(|ground| format!("{:?}", ground.mark)).collect();
        marks.dedup();
        format!("{:?} {agents:?} {guess}: {}", question.kind, marks.join(" "))
    };
    questions(all, decided).into_iter().map(line).collect()
}

fn check(all: Vec<Facts>, expected: &[&str]) {
    assert_eq!(asked(all, &[]), expected);
}

#[test]
fn machines_of_their_own_are_not_asked_about() {
    check((1..50).map(|n| facts(n, 0, 9)).chain((50..99).map(|n| vm(n, 0, 9))).collect(), &[]);
}

/// A virtual machine that was copied: both live, with the machine id of the one image and addresses of their own.
#[test]
fn a_cloned_virtual_machine_is_asked_about() {
    let (original, mut clone) = (vm(1, 0, 9), vm(2, 3, 9));
    clone.machine.machine_id = original.machine.machine_id.clone();
    check(vec![original.clone(), clone.clone()], &["SameMachine [1, 2] Cloned: MachineId"]);
    // Copied with its definition, the UUID too, which its host may write in the other byte order.
    clone.machine.machine_id = None;
    clone.machine.uuid = patuh_protocol::inventory::byte_swapped(original.machine.uuid.as_ref().unwrap());
    check(vec![original.clone(), clone.clone()], &["SameMachine [1, 2] Cloned: MachineUuid"]);
    let question = questions(vec![original, clone], &[]).remove(0);
    let agrees: Vec<_> = question.evidence.iter().map(|line| (line.mark, line.agrees)).collect();
    let expected = [
        (Mark::MachineUuid, Some(true)),
        (Mark::Macs, Some(false)),
        (Mark::BootId, Some(false)),
        (Mark::Hostname, Some(false)),
        (Mark::MachineId, None),
    ];
    assert_eq!(agrees, expected);
    assert_eq!(
        question.evidence[1].values,
        [Some("aa:bb:cc:dd:ee:01".into()), Some("aa:bb:cc:dd:ee:02".into())]
    );
    assert_eq!((question.since, question.sides[1].hostname.as_str()), (day(3), "srv2"));
}

/// Many clones of one image are one question, and one that was installed anew among them is one of its own.
#[test]
fn clones_of_one_image_are_asked_about_together() {
    let mut all: Vec<_> = (1..=40).map(|n| vm(n, i64::from(n), 99)).collect();
    all.iter_mut().for_each(|vm| vm.machine.machine_id = Some("0123abcd".repeat(4)));
    let mut again = vm(41, 50, 99);
    all[2].last_report = Some(day(49));
    again.machine.uuid = all[2].machine.uuid.clone();
    all.push(again);
    let clones: Vec<_> = (1..=40).collect();
    let expected = [
        format!("SameMachine {clones:?} Cloned: MachineId"),
        "SameMachine [3, 41] 3 then 41: MachineUuid".into(),
    ];
    assert_eq!(asked(all, &[]), expected);
}

/// One agent that tells of another name or card is one agent still.
#[test]
fn a_renamed_host_and_a_changed_card_are_changes_only() {
    let mut renamed = facts(1, 0, 9);
    renamed.hostname = "srv2".into();
    let mut card = facts(3, 0, 9);
    let sighting = |macs: &BTreeSet<String>, hostname: &str| Sighting {
        boot_id: card.machine.boot_id.clone(),
        uuid: card.machine.uuid.clone(),
        macs: macs.clone(),
        hostname: hostname.into(),
        returns: 4,
        ..Sighting::default()
    };
    card.seen = vec![sighting(&card.macs, "a"), sighting(&["aa:bb:cc:dd:ee:99".into()].into(), "b")];
    check(vec![renamed, facts(2, 0, 9), card], &[]);
}

/// A new system on the old machine: new key, new machine id, the old agent silent since.
#[test]
fn an_installed_anew_system_is_asked_about() {
    let (old, mut new) = (facts(1, 0, 5), facts(2, 6, 9));
    new.machine.serial = old.machine.serial.clone();
    new.machine.uuid = old.machine.uuid.clone();
    new.macs = old.macs.clone();
    check(vec![old, new], &["SameMachine [1, 2] 1 then 2: Serial MachineUuid Macs"]);
    // Firmware that tells nothing: the card does.
    let (mut old, mut new) = (facts(1, 0, 5), facts(2, 6, 9));
    old.machine = Machine { serial: Some("To Be Filled By O.E.M.".into()), ..Machine::default() };
    new.machine = old.machine.clone();
    new.macs = old.macs.clone();
    check(vec![old, new], &["SameMachine [1, 2] 1 then 2: Macs"]);
    // And a virtual one.
    let (old, mut new) = (vm(1, 0, 5), vm(2, 6, 9));
    new.machine.uuid = old.machine.uuid.clone();
    check(vec![old, new], &["SameMachine [1, 2] 1 then 2: MachineUuid"]);
}

/// Boards of one series: the UUID is no machine's own.
#[test]
fn a_doubled_uuid_of_real_hardware_says_nothing_by_itself() {
    let doubled = |n: u8, enrolled, last| {
        let mut facts = facts(n, enrolled, last);
        facts.machine.uuid = Some(SERIES.into());
        facts
    };
    check(vec![doubled(1, 0, 9), doubled(2, 0, 9)], &[]);
    let nameless = |n, enrolled, last| {
        let mut facts = doubled(n, enrolled, last);
        (facts.machine.serial, facts.machine.board_serial) = (Some("Default string".into()), None);
        facts.hostname = "server".into();
        facts
    };
    check(vec![nameless(1, 0, 9), nameless(2, 0, 9)], &[]);
    check(vec![nameless(1, 0, 5), nameless(2, 6, 9)], &["SameMachine [1, 2] 1 then 2: MachineUuid"]);
}

#[test]
fn what_is_shared_by_design_is_not_asked_about() {
    // Nodes in one chassis: one serial number, UUIDs of their own.
    let mut nodes = vec![facts(1, 0, 9), facts(2, 0, 9)];
    nodes.iter_mut().for_each(|node| node.machine.serial = Some("CHASSIS77".into()));
    check(nodes, &[]);
    // A template that nobody has heard of: too many give it.
    let mut many: Vec<_> = (1..=4).map(|n| facts(n, 0, 9)).collect();
    many.iter_mut().for_each(|it| (it.machine.serial, it.machine.uuid) = (Some("OEM-4711-A".into()), None));
    check(many, &[]);
    // A card that was put into another machine.
    let (old, mut new) = (facts(1, 0, 5), facts(2, 6, 9));
    new.macs.extend(old.macs.clone());
    check(vec![old, new], &[]);
    // Containers see the numbers of their host.
    let host = facts(1, 0, 9);
    let mut container = facts(2, 0, 9);
    container.machine = Machine { guest_of: Some("lxc".into()), machine_id: None, ..host.machine.clone() };
    check(vec![host, container], &[]);
}

#[test]
fn two_agents_in_one_running_system_are_asked_about() {
    let (first, mut second) = (facts(1, 0, 9), facts(2, 3, 9));
    second.machine = Machine { serial: None, board_serial: None, uuid: None, ..first.machine.clone() };
    check(vec![first, second], &["SameMachine [1, 2] SameSystem: MachineId BootId"]);
}

#[test]
fn one_key_on_two_machines_is_asked_about() {
    let seen = |boot: &str, uuid: &str, returns, last| Sighting {
        boot_id: Some(boot.into()),
        uuid: Some(uuid.into()),
        hostname: boot.into(),
        first: day(1),
        last: day(last),
        returns,
        ..Sighting::default()
    };
    let with = |seen: Vec<Sighting>| vec![Facts { seen, ..facts(1, 0, 9) }];
    check(
        with(vec![seen("a", UUID, 1, 3), seen("b", UUID, 1, 4)]),
        &["SharedKey [1] CopiedKey: MachineUuid"],
    );
    check(
        with(vec![seen("a", UUID, 1, 3), seen("b", OTHER, 1, 4)]),
        &["SharedKey [1] CopiedKey: MachineUuid"],
    );
    // Set back to a snapshot: it came back once.
    check(with(vec![seen("b", UUID, 0, 3), seen("a", UUID, 1, 4)]), &[]);
    // Started anew, again and again.
    check(with(vec![seen("a", UUID, 0, 1), seen("b", UUID, 0, 2), seen("c", UUID, 0, 3)]), &[]);
    let question = questions(with(vec![seen("a", UUID, 1, 3), seen("b", OTHER, 1, 4)]), &[]).remove(0);
    let names: Vec<_> = question.sides.iter().map(|side| side.hostname.as_str()).collect();
    assert_eq!((names, question.agents), (vec!["a", "b"], vec![agent(1)]));
}

#[test]
fn numbers_that_were_taken_are_a_reason_where_nothing_better_is_known() {
    let with = |count, boot_id: Option<&str>| {
        let sighting = Sighting { boot_id: boot_id.map(Into::into), ..Sighting::default() };
        let conflicts = Some(Conflicts { count, first: day(1), last: day(2) });
        vec![Facts { conflicts, seen: vec![sighting], ..facts(1, 0, 9) }]
    };
    check(with(3, None), &["SharedKey [1] CopiedKey: Conflicts"]);
    check(with(2, None), &[]);
    check(with(300, Some("a")), &[]);
}

#[test]
fn what_was_decided_is_asked_again_only_on_other_grounds() {
    let all = || {
        let (original, mut clone) = (vm(1, 0, 9), vm(2, 3, 9));
        clone.machine.machine_id = original.machine.machine_id.clone();
        vec![original, clone]
    };
    let decided = [questions(all(), &[]).remove(0).decided()];
    assert_eq!(asked(all(), &decided), [""; 0]);
    let mut started_anew = all();
    started_anew[0].machine.boot_id = Some("boot99".into());
    started_anew[0].hostname = "renamed".into();
    assert_eq!(asked(started_anew, &decided), [""; 0]);
    let mut third = vm(3, 5, 9);
    third.machine.machine_id = all()[0].machine.machine_id.clone();
    let three = [all(), vec![third]].concat();
    assert_eq!(asked(three, &decided), ["SameMachine [1, 2, 3] Cloned: MachineId"]);
    let mut same_uuid = all();
    same_uuid[1].machine.uuid = same_uuid[0].machine.uuid.clone();
    assert_eq!(asked(same_uuid.clone(), &decided), ["SameMachine [1, 2] Cloned: MachineUuid MachineId"]);
    // Who decided on the machines has decided on their images.
    let decided = [questions(same_uuid.clone(), &[]).remove(0).decided()];
    assert_eq!(asked(same_uuid, &decided), [""; 0]);
}

#[test]
fn a_question_keeps_its_name_until_its_grounds_change() {
    let id = |n: u8, boot: &str| {
        let (original, mut clone) = (vm(1, 0, 9), vm(2, 3, 9));
        clone.machine.machine_id = original.machine.machine_id.clone();
        clone.machine.boot_id = Some(boot.into());
        clone.agent = agent(n);
        questions(vec![clone, original], &[]).remove(0).id
    };
    assert_eq!(id(2, "boot1234"), id(2, "boot5678"));
    assert_ne!(id(2, "boot1234"), id(3, "boot1234"));
    assert_eq!(id(2, "boot1234").len(), 16);
}

#[test]
fn a_host_tells_which_guest_it_is() {
    let guest = Guest {
        id: "101".into(),
        name: "web".into(),
        uuid: Some(UUID.into()),
        macs: vec!["AA:BB:CC:DD:EE:01".into()],
        ..Guest::default()
    };
    let seen = guests_seen("pve1", &[guest]).remove(0);
    assert_eq!(seen.words, "pve1: 101 web");
    assert!(seen.macs.contains("aa:bb:cc:dd:ee:01") && seen.uuids.len() == 2);
}

#[test]
fn only_cards_have_addresses_that_tell() {
    let interface = |name: &str, mac: &str, is_virtual| Interface {
        name: name.into(),
        mac: Some(mac.into()),
        is_virtual,
        ..Interface::default()
    };
    let all = [
        interface("eno1", "AA:BB:CC:DD:EE:01", false),
        interface("docker0", "02:42:00:00:00:01", true),
        interface("eth0", "aa:bb:cc:dd:ee:02", true),
        interface("eno2", "00:00:00:00:00:00", false),
    ];
    let check = |guest_of: Option<&str>, expected: &[&str]| {
        let machine = Machine { guest_of: guest_of.map(Into::into), ..Machine::default() };
        assert_eq!(macs(&all, &machine).into_iter().collect::<Vec<_>>(), expected);
    };
    check(None, &["aa:bb:cc:dd:ee:01"]);
    check(Some("kvm"), &["aa:bb:cc:dd:ee:01"]);
    check(Some("lxc"), &["aa:bb:cc:dd:ee:01", "aa:bb:cc:dd:ee:02"]);
}
