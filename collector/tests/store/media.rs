//! The register of portable media: each version beside its act, one label for one medium, nothing deleted; what agents
//! saw written; and who holds keys.

use std::collections::BTreeMap;

use patuh_collector::media::{Escrow, EscrowId, Field, Life, Medium, MediumId, MediumKind};
use patuh_collector::store::{Entry, MediaFilter, MediumBooked, MediumRefusal};
use patuh_protocol::backup::{BackupSet, Run, Target, TargetClass};
use patuh_protocol::digest::Digest;
use patuh_protocol::receipt::{ActLeaf, Leaf};
use patuh_protocol::report::{Outcome, Reading, Section};
use sqlx::Row as _;

use crate::bench::{Bench, at, report};

fn medium(label: &str, written: &[(Field, &str)]) -> Medium {
    let mut medium = Medium::new("dinkes".parse().unwrap(), label.into());
    for (field, text) in written {
        field.set(&mut medium, text).unwrap();
    }
    medium
}

impl Bench {
    async fn keep(&self, medium: &Medium) -> MediumBooked {
        self.store.put_medium(medium, "sari", &self.signer, at(50)).await.unwrap()
    }

    /// Writes a medium that must be taken; returns it as it stands.
    async fn kept(&self, medium: &Medium) -> Medium {
        match self.keep(medium).await {
            MediumBooked::Done(id) => self.store.medium(id).await.unwrap().unwrap(),
            MediumBooked::Refused(why) => panic!("{why}"),
        }
    }

    async fn not_kept(&self, medium: &Medium) -> MediumRefusal {
        match self.keep(medium).await {
            MediumBooked::Refused(why) => why,
            MediumBooked::Done(id) => panic!("{id} was taken"),
        }
    }

    /// All acts, oldest first.
    async fn told(&self) -> Vec<ActLeaf> {
        let leaves = self.store.leaves(None, 100).await.unwrap();
        let act = |leaf| if let Leaf::Act(act) = leaf { Some(act) } else { None };
        leaves.into_iter().rev().filter_map(|row| act(row.leaf)).collect()
    }
}

pub(crate) async fn media_are_numbered_and_every_version_has_its_act(bench: Bench) {
    let first = bench.kept(&medium("HDD-01", &[(Field::Contents, "dump\0harian")])).await;
    let second = bench.kept(&medium("HDD-02", &[])).await;
    assert_eq!(
        [(first.id, first.revision), (second.id, second.revision)],
        [(MediumId(1), 1), (MediumId(2), 1)]
    );
    let mut seen = first.clone();
    Field::SeenOn.set(&mut seen, "22-11-2026").unwrap();
    Field::SeenBy.set(&mut seen, "Budi").unwrap();
    let seen = bench.kept(&seen).await;
    let mut moved = seen.clone();
    Field::Room.set(&mut moved, "Ruang Arsip").unwrap();
    let moved = bench.kept(&moved).await;
    let mut gone = moved.clone();
    (gone.life, gone.ended.on) = (Life::Lost, Some("2026-11-22".parse().unwrap()));
    let gone = bench.kept(&gone).await;
    assert_eq!(bench.kept(&gone).await, gone, "what is as it stands is left alone");

    let acts = bench.told().await;
    let names: Vec<_> = acts.iter().map(|act| act.act.as_str()).collect();
    assert_eq!(names, ["media.add", "media.add", "media.seen", "media.change", "media.release"]);
    assert!(
        acts[2].about.contains("M-000001 HDD-01 (dinkes): Dilihat terakhir: – → 22 November 2026"),
        "{}",
        acts[2].about
    );
    let versions = bench.store.medium_versions(MediumId(1)).await.unwrap();
    let rows: Vec<_> = versions.iter().map(|it| (it.revision, it.index)).collect();
    assert_eq!(rows, [(4, 4), (3, 3), (2, 2), (1, 0)]);
    assert_eq!((&versions[0].content, &versions[3].content), (&gone, &first));
    // The act has the digest of what was stored.
    let row = sqlx::query("SELECT medium FROM medium_versions WHERE number = 1 AND revision = 4");
    let text: String = row.fetch_one(&bench.sql).await.unwrap().get("medium");
    assert!(acts[4].about.ends_with(&Digest::of(text.as_bytes()).to_string()), "{}", acts[4].about);
}

pub(crate) async fn labels_and_identities_are_taken_once(bench: Bench) {
    let first = bench.kept(&medium("HDD-01", &[(Field::Identity, "NA8F7X2K")])).await;
    assert_eq!(bench.not_kept(&medium("hdd-01", &[])).await, MediumRefusal::LabelTaken(first.id));
    let twin = medium("HDD-02", &[(Field::Identity, "Seagate NA8F7X2K")]);
    assert_eq!(bench.not_kept(&twin).await, MediumRefusal::IdentityTaken(first.id));
    let size = bench.store.size().await.unwrap();
    bench.kept(&Medium { note: "B".into(), ..first.clone() }).await;
    let mine = Medium { note: "A".into(), ..first.clone() };
    assert_eq!(bench.not_kept(&mine).await, MediumRefusal::Overtaken { id: first.id, who: "sari".into() });
    let unknown = Medium { id: MediumId(9), ..first.clone() };
    assert_eq!(bench.not_kept(&unknown).await, MediumRefusal::Unknown(MediumId(9)));
    assert_eq!(bench.store.size().await.unwrap(), size + 1, "a refusal writes nothing");

    // The label of what is gone can be used again.
    let mut gone = bench.store.medium(first.id).await.unwrap().unwrap();
    (gone.life, gone.ended.on) = (Life::Lost, Some("2026-11-22".parse().unwrap()));
    bench.kept(&gone).await;
    assert_eq!(bench.kept(&medium("HDD-01", &[])).await.id, MediumId(2));
}

pub(crate) async fn media_are_found(bench: Bench) {
    let stored = [(Field::Life, "Disimpan"), (Field::Safe, "Brankas cz_1"), (Field::Custodian, "Siti")];
    bench.kept(&medium("HDD-01", &stored)).await;
    bench.kept(&medium("PITA-50%", &[(Field::Kind, "Pita LTO"), (Field::Office, "rsud")])).await;
    let check = async |filter: MediaFilter, expected: &[u64]| {
        let found = bench.store.media(&filter).await.unwrap();
        assert_eq!(found.iter().map(|it| it.id.0).collect::<Vec<_>>(), expected, "{filter:?}");
    };
    let all = MediaFilter::default;
    check(all(), &[1, 2]).await;
    check(MediaFilter { office: Some("rsud".parse().unwrap()), ..all() }, &[2]).await;
    check(MediaFilter { kind: Some(MediumKind::Tape), ..all() }, &[2]).await;
    check(MediaFilter { life: Some(Life::Stored), ..all() }, &[1]).await;
    let search = |text: &str| MediaFilter { search: Some(text.into()), ..all() };
    check(search("brankas SITI"), &[1]).await;
    check(search("50%"), &[2]).await;
    check(search("m-000002"), &[2]).await;
    check(search("czx1"), &[]).await;
    check(search("\0'; --"), &[]).await;
}

/// A report of dumps on a medium, the newest made so many seconds after the start; without one, nothing is plugged in.
fn on_medium(n: u8, sequence: u64, newest: Option<i64>) -> Entry {
    let set = |newest| BackupSet {
        name: "harian".into(),
        target: Target {
            location: "/media/cadangan".into(),
            class: TargetClass::Removable,
            medium: Some("Seagate Expansion NA8F7X2K\0".into()),
            ..Target::default()
        },
        runs: vec![Run { id: "a".into(), at: at(newest), ..Run::default() }],
        ..BackupSet::default()
    };
    let here = BackupSet { name: "di sini".into(), ..BackupSet::default() };
    let outcome = match newest {
        Some(newest) => Outcome::Ok(Reading::Backups(vec![set(newest), here])),
        None => Outcome::Nothing,
    };
    report(n, sequence, vec![Section { sensor: "backup/dumps".into(), took_us: 1, outcome }])
}

pub(crate) async fn what_agents_saw_written_stays_when_the_medium_is_taken_out(bench: Bench) {
    bench.enrol(1).await;
    for (sequence, newest) in [(10, Some(5)), (20, Some(15)), (30, None), (40, Some(12))] {
        bench.receipts(&[on_medium(1, sequence, newest)], at(100)).await;
    }
    let seen = bench.store.writings().await.unwrap();
    let [writing] = seen.as_slice() else { panic!("{seen:?}") };
    assert_eq!((writing.newest, writing.index, writing.set.as_str()), (at(15), 1, "harian"));
    assert!(writing.medium.starts_with("Seagate Expansion NA8F7X2K"), "{}", writing.medium);
    // A run that is newer than its report is as old as the report.
    bench.receipts(&[on_medium(1, 50, Some(9_000))], at(100)).await;
    let ahead = bench.store.writings().await.unwrap();
    assert_eq!((ahead[0].newest, ahead[0].index), (at(50), 4));
    bench.kept(&medium("HDD-01", &[(Field::Identity, "NA8F7X2K")])).await;
    bench.store.rebuild().await.unwrap();
    assert_eq!(bench.store.writings().await.unwrap(), ahead, "it follows from the ledger");
    assert_eq!(bench.store.media(&MediaFilter::default()).await.unwrap().len(), 1, "the register does not");
}

pub(crate) async fn second_holders_are_attested_and_ended(bench: Bench) {
    let typed: BTreeMap<String, String> = [
        ("pd", "dinkes"),
        ("pemegang", "Siti Aminah"),
        ("jabatan", "Sekretaris"),
        ("dokumen", "700/12/2026"),
        ("tanggal", "1-11-2026"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let today = "2026-11-22".parse().unwrap();
    let escrow = Escrow::read(&typed, today).unwrap();
    let (store, signer) = (&bench.store, &bench.signer);
    let id = store.attest_escrow(&escrow, "sari", signer, at(50)).await.unwrap();
    let other = store.attest_escrow(&escrow, "sari", signer, at(60)).await.unwrap();
    assert_eq!([id, other], [EscrowId(1), EscrowId(2)]);
    assert!(store.end_escrow(id, today, "budi", signer, at(70)).await.unwrap());
    assert!(!store.end_escrow(id, today, "budi", signer, at(80)).await.unwrap(), "once");
    assert!(!store.end_escrow(EscrowId(9), today, "budi", signer, at(80)).await.unwrap());
    let all = store.escrows().await.unwrap();
    let told: Vec<_> =
        all.iter().map(|it| (it.escrow.id, it.index, it.ended, it.escrow.in_force(today))).collect();
    assert_eq!(told, [(other, 1, None, true), (id, 0, Some(2), false)]);
    let acts = bench.told().await;
    let told: Vec<_> = acts.iter().map(|act| (act.act.as_str(), act.who.as_str())).collect();
    assert_eq!(told, [("escrow.attest", "sari"), ("escrow.attest", "sari"), ("escrow.end", "budi")]);
    assert!(
        acts[0].about.contains(
            "K-000001 dinkes, semua set, pemegang kedua Siti Aminah, Sekretaris, dokumen 700/12/2026"
        )
    );
}
