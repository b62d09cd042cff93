//! What an officer sees, in a real Chromium: signing in, the overview, a server, a finding. Pictures of it lie
//! in `target/screenshots` afterwards.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that goes wrong fails its test; an absent key of JSON is null"
)]

mod backups;
mod chromium;
mod inventory;
mod network;
mod numbering;
mod picture;
mod register;
mod webdriver;

use std::path::{Path, PathBuf};

use patuh_collector::store::ServerFilter;
use patuh_tests::{Collector, HandClock, fleet};

use crate::chromium::Page;

/// The password that the officer chooses.
const PASSWORD: &str = "kopi tubruk di pagi hari";

/// The pictures of the README: name and address.
const PICTURES: &[(&str, &str)] = &[
    ("ringkasan", "/"),
    ("pencadangan", "/pencadangan"),
    ("jaringan", "/lan/rsud"),
    ("server", "/server/{simrs}"),
    ("perangkat-keras", "/server/{simrs}/perangkat-keras"),
    ("temuan", "/temuan/MJL-16.1/{simrs}"),
    ("pd", "/pd/rsud"),
];

/// The largest picture in the README, in bytes.
const LARGEST: usize = 250_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_signs_in_and_reads() {
    let collector = visited().await;
    let page = sign_in(&collector).await;
    let simrs = agent(&collector, "simrs").await;

    page.click("main a[href^='/server/']").await;
    page.shows("main", &["Perlu perhatian", "Kepatuhan", "Identitas"]).await;
    page.open(&format!("/server/{simrs}")).await;
    page.shows("h1", &["simrs"]).await;
    page.shows(
        "main",
        &["Rumah Sakit Umum Daerah Contoh", "ProLiant DL380 Gen10", "10.20.7.10/24", "restic"],
    )
    .await;
    page.picture(&screenshots(), "server").await;

    page.click("main a[href^='/temuan/MJL-16.1/']").await;
    page.shows(".verdict", &["Tidak patuh", "indikasi"]).await;
    page.shows("main", &["Pasal 16 ayat (1)", "Agar menjadi patuh", "kebijakan Dinas", "backup/restic"])
        .await;
    page.picture(&screenshots(), "temuan").await;

    page.click("section[aria-labelledby='bukti'] a[href^='/bukti/']").await;
    page.shows("main", &["tanda terima"]).await;
    page.picture(&screenshots(), "bukti").await;
    assert_eq!(page.complaints().await, Vec::<String>::new(), "the browser has nothing to complain about");
    page.close().await;
}

/// Makes the pictures of the README anew: `cargo test -p patuh-tests --test browser -- --ignored bless`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "writes docs/pictures"]
async fn bless_screenshots() {
    let collector = Collector::sqlite().at(HandClock::real().now());
    let collector = collector.with(|config| config.lan.follow_seconds = 1).start().await;
    fleet::visit_networks(&collector, 40, async || network::believed(&collector).await).await;
    // The fleet went by this machine's clock meanwhile.
    collector.clock.forward(HandClock::real().now().duration_since(collector.clock.now()));
    let page = sign_in(&collector).await;
    let simrs = agent(&collector, "simrs").await;
    let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures");
    for (name, address) in PICTURES {
        page.open(&address.replace("{simrs}", &simrs)).await;
        let size = page.small_picture(&pictures, name).await;
        assert!(size <= LARGEST, "{name}.png has {size} bytes");
    }
    page.close().await;
}

/// A collector with the whole simulated kabupaten.
async fn visited() -> Collector {
    let collector = Collector::sqlite().at(HandClock::real().now()).start().await;
    fleet::visit(&collector, 40, 2).await;
    collector
}

/// Signs in with the first login, which must choose another password first; ends at the overview.
async fn sign_in(collector: &Collector) -> Page {
    let first = std::fs::read_to_string(collector.state().join("first-login.txt")).unwrap();
    let line = |name: &str| first.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned();
    let (name, password) = (line("Nama:"), line("Kata sandi:"));

    let page = Page::open_at(&collector.pages()).await;
    page.shows("h1", &["Masuk ke Patuh"]).await;
    page.picture(&screenshots(), "masuk").await;
    page.fill(&[("nama", &name), ("sandi", "bukan ini")]).await;
    page.shows("[role=alert]", &["Belum dapat masuk"]).await;
    // A wrong password is refused with 401, which the browser's log mentions; nothing else.
    let refused = page.complaints().await;
    assert!(refused.iter().all(|line| line.contains("/masuk") && line.contains("401")), "{refused:?}");
    page.fill(&[("nama", &name), ("sandi", &password)]).await;
    page.shows("main", &["Pilih kata sandi sendiri"]).await;
    page.open("/").await;
    page.shows("main", &["Pilih kata sandi sendiri"]).await;
    page.fill(&[("lama", &password), ("baru", PASSWORD), ("ulang", PASSWORD)]).await;
    page.open("/").await;
    page.shows("h1", &["Ringkasan"]).await;
    page.shows("header", &["Pemerintah Kabupaten Contoh"]).await;
    page.shows("main", &["Perlu tindakan hari ini", "Pasal 16 ayat (1)", "Badan Pendapatan Daerah"]).await;
    page.picture(&screenshots(), "ringkasan").await;
    page
}

async fn agent(collector: &Collector, host: &str) -> String {
    let filter = ServerFilter { search: Some(host.to_owned()), ..ServerFilter::default() };
    let servers = collector.store().await.servers(&filter).await.unwrap();
    servers.into_iter().find(|server| server.hostname == host).unwrap().agent.to_string()
}

fn screenshots() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots")
}
