//! Doubled servers: asked about, merged and split.

use std::collections::BTreeMap;

use jiff::Timestamp;
use patuh_collector::duplicates::{Answer, Guess, Kind, Mark, Question};
use patuh_collector::store::{Answered, Appended, Lineage, ServerFilter};
use patuh_protocol::id::AgentId;
use patuh_protocol::inventory::Machine;
use patuh_protocol::lan::Interface;
use patuh_protocol::receipt::{ActLeaf, Leaf};
use patuh_protocol::report::{Outcome, Reading, Section};

use crate::bench::{Bench, agent, at, packages, report, section, system, verifier};

const UUID: &str = "4c4c4544-0058-5110-8032-b7c04f463633";

/// A machine's numbers: its serial, UUID, machine id and boot id.
fn machine(serial: &str, uuid: &str, id: &str, boot: &str) -> Section {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let machine = Machine {
        serial: given(serial),
        uuid: given(uuid),
        machine_id: given(id),
        boot_id: given(boot),
        guest_of: serial.is_empty().then(|| "kvm".into()),
        ..Machine::default()
    };
    section("machine", Outcome::Ok(Reading::Machine(Box::new(machine))))
}

fn card(mac: &str) -> Section {
    let interface = Interface { name: "eth0".into(), mac: Some(mac.into()), ..Interface::default() };
    section("interfaces", Outcome::Ok(Reading::Interfaces(vec![interface])))
}

async fn asked(bench: &Bench) -> Vec<Question> {
    bench.store.questions().await.unwrap()
}

async fn answer(bench: &Bench, question: &Question, answer: &Answer) -> Answered {
    let (id, signer) = (&question.id, &bench.signer);
    bench.store.answer_question(id, answer, "berita acara 12", "siti", signer, at(9000)).await.unwrap()
}

async fn listed(bench: &Bench) -> Vec<AgentId> {
    let servers = bench.store.servers(&ServerFilter::default()).await.unwrap();
    let mut agents: Vec<_> = servers.into_iter().map(|server| server.agent).collect();
    agents.sort();
    agents
}

fn sorted<const N: usize>(numbers: [u8; N]) -> Vec<AgentId> {
    let mut agents: Vec<_> = numbers.into_iter().map(agent).collect();
    agents.sort();
    agents
}

/// The newest act of the ledger.
async fn newest(bench: &Bench) -> ActLeaf {
    match bench.store.leaves(None, 1).await.unwrap().remove(0).leaf {
        Leaf::Act(act) => act,
        Leaf::Report(_) => panic!("a report"),
    }
}

async fn newest_act(bench: &Bench) -> (String, String) {
    let act = newest(bench).await;
    (act.who, act.act)
}

/// Agent 1 falls silent; agent 2 is the same machine, installed anew.
async fn installed_anew(bench: &Bench) {
    bench.enrol(1).await;
    let hardware = |id: &str, boot: &str| vec![machine("ABC1234", UUID, id, boot), card("aa:bb:cc:dd:ee:01")];
    let mut old = hardware("11112222", "boot1111");
    old.extend([system("old", "5.10"), packages(&[("bash", "5.1")])]);
    bench.receipts(&[report(1, 1, old)], at(0)).await;
    bench.enrol(2).await;
    let mut new = hardware("33334444", "boot2222");
    new.extend([system("new", "6.1"), packages(&[("bash", "5.1")])]);
    bench.receipts(&[report(2, 1, new)], at(8000)).await;
}

pub(crate) async fn a_system_installed_anew_is_merged_by_a_person(bench: Bench) {
    installed_anew(&bench).await;
    let question = asked(&bench).await.remove(0);
    assert_eq!((question.kind, question.agents.len()), (Kind::SameMachine, 2));
    assert!(matches!(question.guess, Guess::Reinstalled { .. }), "{question:?}");
    let agreeing = question.evidence.iter().filter(|line| line.agrees == Some(true)).map(|line| line.mark);
    assert_eq!(agreeing.collect::<Vec<_>>(), [Mark::Serial, Mark::MachineUuid, Mark::Macs]);
    assert_eq!(listed(&bench).await, sorted([1, 2]), "nothing is merged silently");

    let keeps = agent(3);
    assert_eq!(answer(&bench, &question, &Answer::Same { keeps }).await, Answered::NotAmongThem);
    assert_eq!(answer(&bench, &question, &Answer::Same { keeps: agent(2) }).await, Answered::Done);
    assert_eq!(answer(&bench, &question, &Answer::Different).await, Answered::Gone);
    assert_eq!(asked(&bench).await, []);
    let act = newest(&bench).await;
    assert_eq!((act.who.as_str(), act.act.as_str()), ("siti", "duplicate.merge"));
    assert!(act.about.contains("(dasar: Nomor seri mesin abc1234; "), "{}", act.about);
    assert_eq!(bench.store.verify(&verifier(), &[]).await.unwrap().fault, None);

    // Hidden, not counted, not heard; its past is there.
    assert_eq!(listed(&bench).await, sorted([2]));
    let named = bench.store.sections_named(&["system"]).await.unwrap();
    assert_eq!(named.into_iter().map(|(agent, _)| agent).collect::<Vec<_>>(), sorted([2]));
    let found = bench.store.find("bash", &BTreeMap::new(), 9).await.unwrap();
    assert_eq!(found.packages[0].servers, 1);
    assert_eq!(bench.store.find("old", &BTreeMap::new(), 9).await.unwrap().servers, []);
    assert!(!bench.store.agent(&agent(1)).await.unwrap().unwrap().active);
    assert_eq!(bench.store.server(&agent(1)).await.unwrap().unwrap().hostname, "old");
    let lineage = async |n| bench.store.lineage(&agent(n)).await.unwrap();
    let follows = vec![(agent(1), "old".to_owned())];
    assert_eq!(lineage(2).await, Lineage { follows, followed_by: None });
    assert_eq!(lineage(1).await.followed_by, Some((agent(2), "new".to_owned())));
    assert_eq!(bench.store.state_at(&agent(1), at(9000)).await.unwrap().sections.len(), 4);
    bench.store.rebuild().await.unwrap();
    assert_eq!(listed(&bench).await, sorted([2]), "a decision outlives the projections");
}

pub(crate) async fn a_merge_can_be_taken_back(bench: Bench) {
    installed_anew(&bench).await;
    let question = asked(&bench).await.remove(0);
    answer(&bench, &question, &Answer::Same { keeps: agent(2) }).await;
    // And once more: agent 3 carries both on.
    bench.enrol(3).await;
    let again = vec![machine("ABC1234", UUID, "55556666", "boot3333"), system("newest", "6.1")];
    bench.receipts(&[report(3, 1, again)], at(8500)).await;
    let question = asked(&bench).await.remove(0);
    assert_eq!(
        question.agents.iter().cloned().collect::<std::collections::BTreeSet<_>>(),
        sorted([2, 3]).into_iter().collect()
    );
    assert_eq!(answer(&bench, &question, &Answer::Same { keeps: agent(1) }).await, Answered::NotAmongThem);
    answer(&bench, &question, &Answer::Same { keeps: agent(3) }).await;
    let lineage = bench.store.lineage(&agent(3)).await.unwrap();
    assert_eq!(lineage.follows.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["old", "new"]);

    assert!(bench.store.unmerge(&agent(2), "budi", &bench.signer, at(9500)).await.unwrap());
    assert!(!bench.store.unmerge(&agent(2), "budi", &bench.signer, at(9500)).await.unwrap());
    assert_eq!(newest_act(&bench).await, ("budi".into(), "duplicate.unmerge".into()));
    assert_eq!(listed(&bench).await, sorted([2, 3]));
    assert!(bench.store.agent(&agent(2)).await.unwrap().unwrap().active);
    assert_eq!(asked(&bench).await.len(), 1, "it is a question again");
    // One that was revoked before stays revoked.
    let question = asked(&bench).await.remove(0);
    bench.store.set_active(&agent(2), false).await.unwrap();
    answer(&bench, &question, &Answer::Same { keeps: agent(3) }).await;
    assert!(bench.store.unmerge(&agent(2), "budi", &bench.signer, at(9600)).await.unwrap());
    assert!(!bench.store.agent(&agent(2)).await.unwrap().unwrap().active);
}

pub(crate) async fn clones_are_split_by_a_person(bench: Bench) {
    for n in 1..=2 {
        bench.enrol(n).await;
        let uuid = format!("aaaaaaaa-0000-4000-8000-00000000000{n}");
        let sections = vec![
            machine("", &uuid, "0123abcd0123", &format!("boot{n}{n}{n}")),
            card(&format!("aa:bb:cc:dd:ee:0{n}")),
            system("clone", "6.1"),
        ];
        bench.receipts(&[report(n, 1, sections)], at(8000)).await;
    }
    let question = asked(&bench).await.remove(0);
    assert_eq!((question.kind, &question.guess), (Kind::SameMachine, &Guess::Cloned));
    assert_eq!(answer(&bench, &question, &Answer::Different).await, Answered::Done);
    assert_eq!(newest_act(&bench).await, ("siti".into(), "duplicate.split".into()));
    assert_eq!((asked(&bench).await, listed(&bench).await), (vec![], sorted([1, 2])));
    // Started anew, renamed, another card: nothing new. The same UUID is.
    let same = "aaaaaaaa-0000-4000-8000-000000000001";
    let sections = vec![
        machine("", "aaaaaaaa-0000-4000-8000-000000000002", "0123abcd0123", "boot9999"),
        system("b", "6.1"),
    ];
    bench.receipts(&[report(2, 2, sections)], at(8100)).await;
    assert_eq!(asked(&bench).await, []);
    bench.receipts(&[report(2, 3, vec![machine("", same, "0123abcd0123", "boot9999")])], at(8200)).await;
    assert_eq!(asked(&bench).await.len(), 1);
}

/// A new name, a new card, a new boot are what one agent tells of itself.
pub(crate) async fn a_renamed_host_and_a_changed_card_are_changes(bench: Bench) {
    bench.enrol(1).await;
    let step = |boot: &str, mac: &str, name: &str| {
        vec![machine("ABC1234", UUID, "1111", boot), card(mac), system(name, "6.1")]
    };
    let (one, other) = ("aa:bb:cc:dd:ee:01", "aa:bb:cc:dd:ee:02");
    for (sequence, sections) in (1..).zip([
        step("boot1111", one, "a"),
        step("boot1111", one, "b"),
        step("boot2222", other, "b"),
        step("boot3333", one, "a"),
        step("boot4444", other, "b"),
    ]) {
        bench.receipts(&[report(1, sequence, sections)], at(9)).await;
    }
    assert_eq!(asked(&bench).await, []);
    let changes = bench.store.changes(None, 99).await.unwrap();
    let kinds: Vec<_> = changes.iter().map(|change| format!("{} {}", change.kind, change.subject)).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "interface eth0").count(), 3);
    assert_eq!(kinds.iter().filter(|kind| *kind == "system hostname").count(), 3);
    assert_eq!(kinds.len(), 6);
}

pub(crate) async fn one_key_on_two_machines_is_asked_about(bench: Bench) {
    bench.enrol(1).await;
    let of = |boot: &str, mac: &str| vec![machine("", UUID, "1111", boot), card(mac), system(boot, "6.1")];
    let (one, other) = (of("boot1111", "aa:bb:cc:dd:ee:01"), of("boot2222", "aa:bb:cc:dd:ee:02"));
    let hand_in = async |sequence, sections: &[Section], now: Timestamp| {
        bench.append(&[report(1, sequence, sections.to_vec())], now).await.remove(0)
    };
    for (sequence, sections) in (1..).zip([&one, &other, &one]) {
        hand_in(sequence, sections, at(10)).await;
    }
    assert_eq!(asked(&bench).await, [], "it came back once: set back to a snapshot");
    // The other's number is taken already: the ledger refuses it, and it is taken down, once for each number.
    for _ in 0..2 {
        assert_eq!(hand_in(3, &other, at(20)).await, Appended::Conflict);
    }
    assert_eq!(hand_in(2, &one, at(21)).await, Appended::Conflict);
    hand_in(4, &other, at(30)).await;
    let question = asked(&bench).await.remove(0);
    assert_eq!((question.kind, &question.agents), (Kind::SharedKey, &vec![agent(1)]));
    let names: Vec<_> = question.sides.iter().map(|side| side.hostname.as_str()).collect();
    assert_eq!(names, ["boot1111", "boot2222"]);
    let line = |mark| question.evidence.iter().find(|line| line.mark == mark).unwrap();
    assert_eq!((line(Mark::MachineUuid).agrees, line(Mark::Macs).agrees), (Some(true), Some(false)));
    assert_eq!(line(Mark::Conflicts).values[0], Some("2".into()));

    bench.store.rebuild().await.unwrap();
    assert_eq!(asked(&bench).await, std::slice::from_ref(&question), "it follows from the ledger");
    assert_eq!(answer(&bench, &question, &Answer::Different).await, Answered::Done);
    assert_eq!(newest_act(&bench).await, ("siti".into(), "duplicate.shared-key".into()));
    assert_eq!((asked(&bench).await, listed(&bench).await), (vec![], sorted([1])));
    hand_in(5, &one, at(40)).await;
    assert_eq!(asked(&bench).await, [], "not again for the same two");
    hand_in(6, &of("boot3333", "aa:bb:cc:dd:ee:03"), at(50)).await;
    hand_in(7, &one, at(60)).await;
    hand_in(8, &of("boot3333", "aa:bb:cc:dd:ee:03"), at(70)).await;
    assert_eq!(asked(&bench).await.len(), 1, "a third machine is another ground");
}

/// Boards of one series share their UUID.
pub(crate) async fn a_doubled_uuid_of_real_hardware_is_no_question(bench: Bench) {
    for n in 1..=2 {
        bench.enrol(n).await;
        let machine = machine(
            &format!("TOWER{n}"),
            "03000200-0400-0500-0006-000700080009",
            &format!("1111{n}"),
            &format!("boot{n}"),
        );
        let sections = vec![machine, card(&format!("aa:bb:cc:dd:ee:0{n}")), system("server", "6.1")];
        bench.receipts(&[report(n, 1, sections)], at(8000)).await;
    }
    assert_eq!(asked(&bench).await, []);
}
