//! An estate with servers that reported, and a register with assets whose names break careless programs.

use std::sync::Arc;

use patuh_collector::export::{Asked, Filter, Format, List};
use patuh_collector::identity::ledger_key;
use patuh_collector::ledger::Signer;
use patuh_collector::register::{Asset, AssetKind, Field};
use patuh_collector::store::{Booked, Store};
use patuh_collector::web;
use patuh_protocol::id::AgentId;
use patuh_tests::{Agent, Collector};

/// 45 digits, of which a program that reads a number keeps 15.
pub(crate) const NIBAR: &str = "120135110200000028000020241320502060010000001";
/// Texts that a spreadsheet would take for something else.
pub(crate) const HOSTILE: [&str; 6] =
    ["=1+1", "+62811", "-2", "@SUM(A1)", "=HYPERLINK(\"http://jahat.example\";\"x\")", "a;b\"c"];
/// More rupiah than 32 bits hold.
pub(crate) const PRICE: u64 = 123_456_789_012;

pub(crate) struct Estate {
    pub(crate) collector: Collector,
    pub(crate) store: Store,
    pub(crate) agents: Vec<AgentId>,
}

impl Estate {
    pub(crate) async fn new() -> Self {
        let collector = Collector::sqlite().start().await;
        let store = collector.store().await;
        let mut agents = Vec::new();
        for host in ["debian12-bare", "ubuntu2204-proxmox-guest", "centos7", "hostile"] {
            let mut agent = Agent::of_host(host).enrol(&collector).await;
            agent.report().send().await.unwrap();
            agents.push(agent.id());
        }
        let estate = Self { collector, store, agents };
        estate.book().await;
        estate
    }

    /// Enters the assets.
    async fn book(&self) {
        let key = ledger_key::load_or_create(self.collector.state()).unwrap();
        let signer = Signer::new(self.collector.config().origin(), key);
        let mut assets = vec![self.whole(), licence()];
        assets.extend(HOSTILE.iter().map(|name| {
            let mut asset = Asset::new("dinkes".parse().unwrap(), AssetKind::Network, (*name).to_owned());
            set(&mut asset, Field::Room, "=Gudang");
            set(&mut asset, Field::Note, name);
            asset
        }));
        let now = self.collector.clock.now();
        match self.store.put_assets(&assets, None, "uji", &signer, now).await.unwrap() {
            Booked::Done(numbers) => assert_eq!(numbers.len(), assets.len()),
            Booked::Refused(place, why) => panic!("{place}: {why}"),
        }
    }

    fn whole(&self) -> Asset {
        let mut asset = Asset::new("dinkes".parse().unwrap(), AssetKind::Server, "Server SIMPUS".into());
        for (field, text) in [
            (Field::Agent, self.agents[0].as_str()),
            (Field::Code, "1.3.2.10.02.04.001"),
            (Field::Nibar, NIBAR),
            (Field::Register, "0001"),
            (Field::Year, "2024"),
            (Field::AcquiredOn, "17-05-2024"),
            (Field::Price, &PRICE.to_string()),
            (Field::Origin, "Pembelian"),
            (Field::Condition, "B"),
            (Field::Room, "Ruang Server"),
            (Field::Custodian, "Siti Aminah"),
            (Field::Ownership, "Milik Sendiri"),
        ] {
            set(&mut asset, field, text);
        }
        asset
    }

    /// A list as a file.
    pub(crate) async fn file(&self, list: List, format: Format, agent: Option<AgentId>) -> Vec<u8> {
        let config = Arc::new(self.collector.config().clone());
        let filter = Filter { agent, ..Filter::default() };
        let now = self.collector.clock.now();
        let pieces = web::file(Asked { list, format, filter }, &self.store, &config, now).await.unwrap();
        pieces.all().await.unwrap()
    }
}

fn licence() -> Asset {
    let mut asset = Asset::new("dinkes".parse().unwrap(), AssetKind::Licence, "Windows Server".into());
    set(&mut asset, Field::Licence, "16 inti");
    set(&mut asset, Field::Serial, "0012345678901234567890");
    set(&mut asset, Field::ValidUntil, "31-12-2027");
    asset
}

fn set(asset: &mut Asset, field: Field, text: &str) {
    field.set(asset, text).unwrap();
}
