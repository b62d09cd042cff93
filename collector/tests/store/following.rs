//! What following the LAN of a large office costs: fifty servers that each see 239 neighbours.

use patuh_collector::config::Config;
use patuh_collector::store::Entry;
use patuh_collector::tasks::topology::follow;
use patuh_protocol::lan::{Gateway, Interface, Neighbour};
use patuh_protocol::report::{Outcome, Reading, Report, Section};

use crate::bench::{Bench, at, entry, section};
use crate::lan::config;
use crate::large::clock;

const SERVERS: u8 = 50;
const NEIGHBOURS: u8 = 239;

fn sections(n: u8) -> Vec<Section> {
    let read = |sensor: &str, reading| section(sensor, Outcome::Ok(reading));
    let mac = |n: u8| format!("b8:2a:72:00:00:{n:02x}");
    let interface = Interface {
        name: "eno1".into(),
        mac: Some(mac(n)),
        addresses: vec![format!("10.1.0.{n}/24")],
        ..Interface::default()
    };
    let gateway = Gateway { address: "10.1.0.254".into(), interface: "eno1".into(), mac: Some(mac(254)) };
    let neighbour = |n| Neighbour { address: format!("10.1.0.{n}"), mac: mac(n), interface: "eno1".into() };
    vec![
        read("interfaces", Reading::Interfaces(vec![interface])),
        read("gateways", Reading::Gateways(vec![gateway])),
        read(
            "neighbours",
            Reading::Neighbours((1..=NEIGHBOURS).filter(|other| *other != n).map(neighbour).collect()),
        ),
    ]
}

async fn measure(bench: Bench) {
    for n in 1..=SERVERS {
        bench.enrol(n).await;
    }
    let config: Config = config();
    follow(&bench.store, &config).await.unwrap();
    for round in 0_u32..4 {
        let taken_at = at(i64::from(round) * 6 * 3600);
        let report = |n: u8| {
            let agent_version = "0.1.0".into();
            let sections = sections(n);
            entry(
                n,
                u64::from(round) + 1,
                &Report { version: 1, agent_version, taken_at, sections, gap: None, base: None },
            )
        };
        let entries: Vec<Entry> = (1..=SERVERS).map(report).collect();
        bench.receipts(&entries, taken_at).await;
        let began = clock();
        let followed = follow(&bench.store, &config).await.unwrap();
        let state = bench.store.lan_state(&"dinkes".parse().unwrap()).await.unwrap().unwrap();
        let size = serde_json::to_vec(&state).unwrap().len();
        println!("round {round}: {followed} reports in {:?}, belief {} kB", began.elapsed(), size / 1000);
    }
    // The second is of the gateway's own address, which is believed after the third reading.
    assert_eq!(bench.store.lan_versions(&"dinkes".parse().unwrap()).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures"]
async fn following_on_sqlite() {
    measure(Bench::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures"]
async fn following_on_postgres() {
    measure(Bench::postgres("following").await).await;
}
