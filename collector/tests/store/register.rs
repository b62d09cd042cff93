//! The register of assets: all or none, each version beside its act, nobody overwritten, nothing deleted.

use patuh_collector::register::{Asset, AssetId, AssetKind, Condition, Field, Stage};
use patuh_collector::store::{AssetFilter, AssetRefusal, Booked, Entry, ImportedFile};
use patuh_protocol::digest::Digest;
use patuh_protocol::inventory::Machine;
use patuh_protocol::receipt::{ActLeaf, Leaf};
use patuh_protocol::report::{Outcome, Reading, Section};
use sqlx::Row as _;

use crate::bench::{Bench, agent, at, report, some};

fn asset(name: &str, written: &[(Field, &str)]) -> Asset {
    let mut asset = Asset::new("dinkes".parse().unwrap(), AssetKind::Server, name.into());
    for (field, text) in written {
        field.set(&mut asset, text).unwrap();
    }
    asset
}

impl Bench {
    async fn put(&self, assets: &[Asset]) -> Booked {
        self.store.put_assets(assets, None, "sari", &self.signer, at(50)).await.unwrap()
    }

    /// Puts assets that must all be taken; returns them as they stand.
    async fn booked(&self, assets: &[Asset]) -> Vec<Asset> {
        let Booked::Done(ids) = self.put(assets).await else { panic!("refused") };
        let mut stand = Vec::new();
        for id in ids {
            stand.push(self.store.asset(id).await.unwrap().unwrap());
        }
        stand
    }

    async fn refused(&self, assets: &[Asset]) -> (usize, AssetRefusal) {
        match self.put(assets).await {
            Booked::Refused(place, why) => (place, why),
            Booked::Done(ids) => panic!("{ids:?} were taken"),
        }
    }

    /// The newest acts, oldest first.
    async fn acts(&self, n: u32) -> Vec<ActLeaf> {
        let leaves = self.store.leaves(None, n).await.unwrap();
        let act = |leaf| if let Leaf::Act(act) = leaf { act } else { panic!("a report") };
        leaves.into_iter().rev().map(|row| act(row.leaf)).collect()
    }

    async fn names(&self, filter: &AssetFilter) -> Vec<String> {
        self.store.assets(filter).await.unwrap().into_iter().map(|asset| asset.name).collect()
    }
}

/// A report of a virtual machine.
fn guest(n: u8) -> Entry {
    let machine = Machine { guest_of: Some("kvm".into()), ..Machine::default() };
    let outcome = Outcome::Ok(Reading::Machine(Box::new(machine)));
    report(n, 1, vec![Section { sensor: "machine".into(), took_us: 1, outcome }])
}

pub(crate) async fn assets_are_numbered_and_every_version_has_its_act(bench: Bench) {
    let stand = bench.booked(&[asset("Server", &[(Field::Nibar, "1\0")]), asset("Switch", &[])]).await;
    let ids: Vec<_> = stand.iter().map(|asset| (asset.id, asset.revision)).collect();
    assert_eq!(ids, [(AssetId(1), 1), (AssetId(2), 1)]);
    let mut changed = stand[0].clone();
    Field::Condition.set(&mut changed, "KB").unwrap();
    let [changed] = bench.booked(&[changed]).await.try_into().unwrap();
    assert_eq!(changed.revision, 2);
    let acts = bench.acts(3).await;
    let told: Vec<_> = acts.iter().map(|act| (act.act.as_str(), act.who.as_str(), act.at)).collect();
    assert_eq!(
        told,
        [("asset.add", "sari", at(50)), ("asset.add", "sari", at(50)), ("asset.change", "sari", at(50))]
    );
    assert!(
        acts[2].about.contains("A-000001 Server (dinkes): Kondisi: – → Rusak Ringan"),
        "{}",
        acts[2].about
    );
    let versions = bench.store.asset_versions(AssetId(1)).await.unwrap();
    let rows: Vec<_> = versions.iter().map(|it| (it.revision, it.index, it.who.as_str())).collect();
    assert_eq!(rows, [(2, 2, "sari"), (1, 0, "sari")]);
    assert_eq!((&versions[0].content, &versions[1].content), (&changed, &stand[0]));
    // The act has the digest of what was stored.
    let row = sqlx::query("SELECT asset FROM asset_versions WHERE number = 1 AND revision = 2");
    let text: String = row.fetch_one(&bench.sql).await.unwrap().get("asset");
    assert!(acts[2].about.ends_with(&Digest::of(text.as_bytes()).to_string()), "{}", acts[2].about);
}

pub(crate) async fn what_is_as_it_stands_is_left_alone(bench: Bench) {
    let stand = bench.booked(&[asset("Server", &[])]).await;
    let size = bench.store.size().await.unwrap();
    assert_eq!(bench.booked(&stand).await, stand);
    assert_eq!(bench.put(&[]).await, Booked::Done(vec![]));
    assert_eq!(bench.store.size().await.unwrap(), size, "no act");
}

pub(crate) async fn nobody_is_overwritten_and_a_refusal_writes_nothing(bench: Bench) {
    let [old] = bench.booked(&[asset("Server", &[])]).await.try_into().unwrap();
    let mine = Asset { note: "A".into(), ..old.clone() };
    bench.booked(&[Asset { note: "B".into(), ..old.clone() }]).await;
    let size = bench.store.size().await.unwrap();
    let refused = bench.refused(&[asset("Switch", &[]), mine]).await;
    assert_eq!(refused, (1, AssetRefusal::Overtaken { id: old.id, who: "sari".into() }));
    let unknown = Asset { id: AssetId(9), ..old };
    assert_eq!(bench.refused(&[unknown]).await, (0, AssetRefusal::Unknown(AssetId(9))));
    assert_eq!(bench.names(&AssetFilter::default()).await, ["Server"]);
    assert_eq!(bench.store.size().await.unwrap(), size);
}

pub(crate) async fn an_agent_runs_on_one_asset_and_a_guest_on_none(bench: Bench) {
    for n in [1, 2] {
        bench.enrol(n).await;
    }
    bench.receipts(&[some(1, 1), guest(2)], at(10)).await;
    let on = |name: &str, n: u8| Asset { agent: Some(agent(n)), ..asset(name, &[]) };
    let (_, why) = bench.refused(&[on("VM", 2)]).await;
    assert!(why.to_string().contains("bukan Barang Milik Daerah"), "{why}");
    assert_eq!(bench.refused(&[on("x", 3)]).await, (0, AssetRefusal::NoSuchAgent(agent(3).to_string())));
    assert!(matches!(bench.refused(&[on("A", 1), on("B", 1)]).await, (1, AssetRefusal::AgentBooked(_))));
    let [one] = bench.booked(&[on("A", 1)]).await.try_into().unwrap();
    assert_eq!(bench.refused(&[on("B", 1)]).await, (0, AssetRefusal::AgentBooked(one.id)));
    assert_eq!(bench.store.asset_of(&agent(1)).await.unwrap(), Some(one.clone()));
    // It moves on when the other gives it up in the same batch, or was written off.
    let [_, two] = bench.booked(&[Asset { agent: None, ..one }, on("B", 1)]).await.try_into().unwrap();
    let mut gone = two.clone();
    Field::Stage.set(&mut gone, "Penghapusan").unwrap();
    bench.booked(&[gone]).await;
    let [three] = bench.booked(&[on("C", 1)]).await.try_into().unwrap();
    assert_eq!(bench.store.asset_of(&agent(1)).await.unwrap().unwrap().id, three.id);
    assert_eq!(bench.store.asset_of(&agent(2)).await.unwrap(), None);
}

pub(crate) async fn a_removal_is_a_stage(bench: Bench) {
    let [mut asset] =
        bench.booked(&[asset("Server", &[(Field::Stage, "Pengelolaan")])]).await.try_into().unwrap();
    for (field, text) in [(Field::Stage, "Penghapusan"), (Field::Document, "5/SK/2026")] {
        field.set(&mut asset, text).unwrap();
    }
    bench.booked(&[asset]).await;
    assert_eq!(bench.acts(1).await[0].act, "asset.remove");
    let removed = AssetFilter { stage: Some(Stage::Removed), ..AssetFilter::default() };
    assert_eq!(bench.names(&removed).await, ["Server"]);
    let stand = &bench.store.assets(&removed).await.unwrap()[0];
    assert_eq!((stand.is_removed(), stand.stages.len()), (true, 2));
}

pub(crate) async fn an_import_is_one_act_more(bench: Bench) {
    let [old] = bench.booked(&[asset("Server", &[])]).await.try_into().unwrap();
    let file = ImportedFile { name: "kib.xlsx".into(), digest: Digest::of(b"x") };
    let assets = [Asset { note: "x".into(), ..old }, asset("Switch", &[]), asset("Router", &[])];
    let put = bench.store.put_assets(&assets, Some(&file), "sari", &bench.signer, at(60)).await.unwrap();
    assert_eq!(put, Booked::Done(vec![AssetId(1), AssetId(2), AssetId(3)]));
    let acts = bench.acts(4).await;
    let told: Vec<_> = acts.iter().map(|act| act.act.as_str()).collect();
    assert_eq!(told, ["asset.import", "asset.change", "asset.add", "asset.add"]);
    assert!(
        acts[0].about.contains("kib.xlsx") && acts[0].about.ends_with("2 aset baru, 1 diubah"),
        "{}",
        acts[0].about
    );
    assert_eq!(bench.store.asset_versions(AssetId(3)).await.unwrap()[0].index, 4);
}

pub(crate) async fn assets_are_found(bench: Bench) {
    let switch = asset("Switch 50%", &[(Field::Office, "bappeda"), (Field::Kind, "Perangkat jaringan")]);
    let server =
        asset("Server", &[(Field::Condition, "RB"), (Field::Serial, "CZ_1"), (Field::Room, "Ruang Ä")]);
    bench.booked(&[server, switch, asset("Server", &[(Field::Stage, "Pencatatan")])]).await;
    let check = async |filter: AssetFilter, expected: &[u64]| {
        let found: Vec<_> =
            bench.store.assets(&filter).await.unwrap().into_iter().map(|it| it.id.0).collect();
        assert_eq!(found, expected, "{filter:?}");
    };
    let all = AssetFilter::default;
    check(all(), &[2, 1, 3]).await;
    check(AssetFilter { office: Some("dinkes".parse().unwrap()), ..all() }, &[1, 3]).await;
    check(AssetFilter { kind: Some(AssetKind::Network), ..all() }, &[2]).await;
    check(AssetFilter { stage: Some(Stage::Recorded), ..all() }, &[3]).await;
    check(AssetFilter { condition: Some(Condition::Broken), ..all() }, &[1]).await;
    let search = |text: &str| AssetFilter { search: Some(text.into()), ..all() };
    check(search("ruang cz_1"), &[1]).await;
    check(search("RUANG ä"), &[1]).await;
    check(search("50%"), &[2]).await;
    check(search("a-000003"), &[3]).await;
    check(search("czx1"), &[]).await;
    check(search("\0'; --"), &[]).await;
}

/// The register is no projection: replaying the reports leaves it as it is.
pub(crate) async fn the_register_outlives_a_rebuild(bench: Bench) {
    bench.enrol(1).await;
    bench.receipts(&[some(1, 1)], at(10)).await;
    let stand = bench.booked(&[Asset { agent: Some(agent(1)), ..asset("Server", &[]) }]).await;
    bench.store.rebuild().await.unwrap();
    assert_eq!(bench.store.assets(&AssetFilter::default()).await.unwrap(), stand);
}

pub(crate) async fn two_writers_get_numbers_of_their_own(bench: Bench) {
    let other = bench.another().await;
    let (ours, theirs) = ([asset("A", &[])], [asset("B", &[])]);
    let (a, b) = tokio::join!(
        bench.store.put_assets(&ours, None, "sari", &bench.signer, at(50)),
        other.put_assets(&theirs, None, "budi", &bench.signer, at(50)),
    );
    let mut ids: Vec<_> = [a.unwrap(), b.unwrap()]
        .into_iter()
        .flat_map(|booked| if let Booked::Done(ids) = booked { ids } else { panic!("refused") })
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, [AssetId(1), AssetId(2)]);
}
