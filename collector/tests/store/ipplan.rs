//! The plan of numbering: each version beside its act, one subnet given away once, nothing deleted; from where agents
//! come; which gateways answer.

use std::net::IpAddr;

use patuh_collector::ipplan::{Attempt, Field, Life, Plot, PlotId, Purpose};
use patuh_collector::store::{ImportedFile, PlotFilter, PlotRefusal, PlotsBooked};
use patuh_protocol::digest::Digest;
use patuh_protocol::id::AgentId;
use patuh_protocol::receipt::{ActLeaf, Leaf};
use sqlx::Row as _;

use crate::bench::{Bench, at};

fn plot(subnet: &str, written: &[(Field, &str)]) -> Plot {
    let mut plot = Plot::new(subnet.parse().unwrap());
    for (field, text) in written {
        field.set(&mut plot, text).unwrap();
    }
    plot
}

fn of(subnet: &str, office: &str) -> Plot {
    plot(subnet, &[(Field::Office, office)])
}

impl Bench {
    async fn plan(&self, plots: &[Plot], import: Option<&ImportedFile>) -> PlotsBooked {
        self.store.put_plots(plots, import, "sari", &self.signer, at(50)).await.unwrap()
    }

    /// Writes plots that must be taken; returns them as they stand.
    async fn planned(&self, plots: &[Plot]) -> Vec<Plot> {
        let PlotsBooked::Done(ids) = self.plan(plots, None).await else { panic!("refused") };
        let mut standing = Vec::new();
        for id in ids {
            standing.push(self.store.plot(id).await.unwrap().unwrap());
        }
        standing
    }

    /// All acts, oldest first.
    async fn plan_acts(&self) -> Vec<ActLeaf> {
        let leaves = self.store.leaves(None, 100).await.unwrap();
        let act = |leaf| if let Leaf::Act(act) = leaf { Some(act) } else { None };
        leaves.into_iter().rev().filter_map(|row| act(row.leaf)).collect()
    }

    async fn not_planned(&self, plots: &[Plot]) -> (usize, PlotRefusal) {
        match self.plan(plots, None).await {
            PlotsBooked::Refused(place, why) => (place, why),
            PlotsBooked::Done(ids) => panic!("{ids:?} were taken"),
        }
    }
}

pub(crate) async fn plots_are_numbered_and_every_version_has_its_act(bench: Bench) {
    let first = bench.planned(&[of("10.20.3.0/24", "dinkes"), of("10.20.4.0/24", "rsud")]).await;
    let ids: Vec<_> = first.iter().map(|it| (it.id, it.revision)).collect();
    assert_eq!(ids, [(PlotId(1), 1), (PlotId(2), 1)]);
    let changed = Plot { name: "LAN\0lantai 1".into(), ..first[0].clone() };
    let changed = bench.planned(&[changed]).await.remove(0);
    let gone = bench.planned(&[Plot { life: Life::Withdrawn, ..changed.clone() }]).await.remove(0);
    assert_eq!(
        bench.planned(std::slice::from_ref(&gone)).await,
        std::slice::from_ref(&gone),
        "what is as it stands is left alone"
    );

    let acts = bench.plan_acts().await;
    let names: Vec<_> = acts.iter().map(|act| act.act.as_str()).collect();
    assert_eq!(names, ["ipplan.add", "ipplan.add", "ipplan.change", "ipplan.withdraw"]);
    assert!(
        acts[3].about.starts_with("S-000001 10.20.3.0/24 (dinkes): Keadaan: Berlaku → Dicabut; isi sha256:")
    );
    let versions = bench.store.plot_versions(PlotId(1)).await.unwrap();
    let rows: Vec<_> = versions.iter().map(|it| (it.revision, it.index)).collect();
    assert_eq!(rows, [(3, 3), (2, 2), (1, 0)]);
    // The act has the digest of what was stored.
    let row = sqlx::query("SELECT plot FROM plot_versions WHERE number = 1 AND revision = 3");
    let text: String = row.fetch_one(&bench.sql).await.unwrap().get("plot");
    assert!(acts[3].about.ends_with(&Digest::of(text.as_bytes()).to_string()));
    bench.store.rebuild().await.unwrap();
    assert_eq!(bench.store.plot(PlotId(1)).await.unwrap(), Some(gone), "it outlives a rebuild");
}

pub(crate) async fn a_subnet_is_given_away_once(bench: Bench) {
    let first = bench.planned(&[of("10.20.3.0/24", "dinkes")]).await.remove(0);
    let size = bench.store.size().await.unwrap();
    let both = [of("10.20.5.0/24", "rsud"), of("10.20.3.0/24", "rsud")];
    assert_eq!(bench.not_planned(&both).await, (1, PlotRefusal::Taken(first.id)));
    let twice = [of("10.20.5.0/24", "rsud"), of("10.20.5.0/24", "dinkes")];
    assert_eq!(bench.not_planned(&twice).await, (1, PlotRefusal::Twice));
    let stale = Plot { revision: 9, ..first.clone() };
    let overtaken = PlotRefusal::Overtaken { id: first.id, who: "sari".into() };
    assert_eq!(bench.not_planned(&[stale]).await, (0, overtaken));
    let unknown = Plot { id: PlotId(9), ..first.clone() };
    assert_eq!(bench.not_planned(&[unknown]).await, (0, PlotRefusal::Unknown(PlotId(9))));
    assert_eq!(bench.store.size().await.unwrap(), size, "a refusal writes nothing");
    // What is withdrawn at the same time is free.
    let withdrawn = Plot { life: Life::Withdrawn, ..first };
    let moved = bench.planned(&[withdrawn, of("10.20.3.0/24", "rsud")]).await;
    assert_eq!(moved[1].id, PlotId(2));
    // Each office has its own numbers behind NAT.
    let hidden = |office| Plot { purpose: Purpose::Translated, ..of("192.168.1.0/24", office) };
    bench.planned(&[hidden("dinkes"), hidden("rsud")]).await;
    assert_eq!(bench.not_planned(&[hidden("rsud")]).await.0, 0);
}

pub(crate) async fn plots_are_found_and_imported(bench: Bench) {
    let file = ImportedFile { name: "rencana.xlsx".into(), digest: Digest::of(b"x") };
    let shared = plot("10.0.0.0/24", &[(Field::Purpose, "Bersama"), (Field::Name, "Tulang punggung_50%")]);
    let plots = [of("10.20.30.0/24", "dinkes"), of("10.20.4.0/24", "rsud"), shared];
    assert!(matches!(bench.plan(&plots, Some(&file)).await, PlotsBooked::Done(_)));
    let acts = bench.plan_acts().await;
    assert_eq!((acts[0].act.as_str(), acts.len()), ("ipplan.import", 4));
    assert!(
        acts[0].about.starts_with("berkas “rencana.xlsx” (sha256:") && acts[0].about.ends_with("): 3 subnet"),
        "{}",
        acts[0].about
    );
    let check = async |filter: PlotFilter, expected: &[u64]| {
        let found = bench.store.plots(&filter).await.unwrap();
        assert_eq!(found.iter().map(|it| it.id.0).collect::<Vec<_>>(), expected, "{filter:?}");
    };
    let all = PlotFilter::default;
    check(all(), &[3, 2, 1]).await;
    check(PlotFilter { office: Some("rsud".parse().unwrap()), ..all() }, &[2]).await;
    check(PlotFilter { purpose: Some(Purpose::Shared), ..all() }, &[3]).await;
    check(PlotFilter { life: Some(Life::Withdrawn), ..all() }, &[]).await;
    let search = |text: &str| PlotFilter { search: Some(text.into()), ..all() };
    check(search("10.20.4"), &[2]).await;
    check(search("punggung 50%"), &[3]).await;
    check(search("s-000001"), &[1]).await;
    check(search("\0'; --"), &[]).await;
}

pub(crate) async fn arrivals_are_kept_the_newest_few(bench: Bench) {
    let (store, agent) = (&bench.store, AgentId::of_key(b"1"));
    let address = |n: u8| IpAddr::from([10, 20, 3, n]);
    for n in 0..20_u8 {
        store.note_arrival(&agent, address(n), at(i64::from(n))).await.unwrap();
    }
    store.note_arrival(&agent, "::ffff:10.20.3.5".parse().unwrap(), at(100)).await.unwrap();
    // A clock that went back takes nothing away.
    store.note_arrival(&agent, address(19), at(1)).await.unwrap();
    store.note_arrival(&AgentId::of_key(b"2"), "2001:db8::1".parse().unwrap(), at(7)).await.unwrap();
    let own = store.arrivals_of(&agent).await.unwrap();
    let newest: Vec<_> = own.iter().take(2).map(|it| (it.address, it.first_at, it.last_at)).collect();
    assert_eq!(newest, [(address(5), at(5), at(100)), (address(19), at(19), at(19))]);
    assert_eq!(own.len(), 16);
    let last = store.arrivals().await.unwrap();
    assert_eq!((last.len(), last[&agent].address), (2, address(5)));
    store.rebuild().await.unwrap();
    assert_eq!(store.arrivals().await.unwrap(), last, "they follow from no report");
}

pub(crate) async fn gateways_are_remembered_as_they_answered(bench: Bench) {
    let (store, office) = (&bench.store, "dinkes".parse().unwrap());
    let gateway: IpAddr = "10.20.3.1".parse().unwrap();
    store.note_reach(&office, gateway, Attempt::Silent, at(10)).await.unwrap();
    let reach = store.reaches().await.unwrap().remove(0);
    assert_eq!((reach.since, reach.tried_at, reach.answered), (at(10), at(10), None));
    store.note_reach(&office, gateway, Attempt::Refused(22), at(20)).await.unwrap();
    store.note_reach(&office, gateway, Attempt::Silent, at(30)).await.unwrap();
    let reach = store.reaches().await.unwrap().remove(0);
    let answered = Some((at(20), Attempt::Refused(22)));
    assert_eq!((reach.since, reach.tried_at, reach.answered), (at(10), at(30), answered));
    assert_eq!((reach.office, reach.gateway), (office, gateway));
}
