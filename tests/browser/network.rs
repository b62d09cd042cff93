//! What officials do about a LAN: they look at the diagram that drew itself, hand it in, receive it; a cable moves, the
//! change is told in one sentence and drawn, and is handed in with its reason. On a desk, on a phone and on paper.

use patuh_collector::lan::{Basis, ReportFilter, ReportStanding};
use patuh_tests::{Collector, HandClock, fleet, until};

use crate::{Page, screenshots, sign_in};

/// As wide as a phone.
const PHONE: u64 = 375;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_diagram_is_handed_in_and_a_change_reported() {
    let collector = Collector::sqlite().at(HandClock::real().now());
    let collector = collector.with(|config| config.lan.follow_seconds = 1).start().await;
    let held: std::cell::RefCell<Option<Page>> = std::cell::RefCell::new(None);
    fleet::visit_networks(&collector, 40, async || {
        believed(&collector).await;
        let page = sign_in(&collector).await;
        first_diagram(&page).await;
        held.replace(Some(page));
    })
    .await;
    let page = held.take().unwrap();
    until("the moved cable is believed", async || {
        let filter =
            ReportFilter { office: Some("rsud".parse().unwrap()), standing: Some(ReportStanding::Draft) };
        let drafts = collector.store().await.lan_reports(&filter).await.unwrap();
        drafts.iter().any(|draft| draft.sentences.iter().any(|it| it.contains("pindah"))).then_some(())
    })
    .await;
    a_change(&page).await;
    small_and_printed(&page).await;
    assert_eq!(page.complaints().await, Vec::<String>::new(), "the browser has nothing to complain about");
    page.close().await;
}

/// Waits until the collector believes what the three servers of the RSUD see.
pub(crate) async fn believed(collector: &Collector) {
    until("three servers of the RSUD are believed", async || {
        let newest = collector.store().await.lan_newest(&"rsud".parse().unwrap()).await.unwrap()?;
        let cables = newest.version.graph.links.iter().filter(|link| link.basis == Basis::Announced);
        (newest.version.graph.servers == 3 && cables.count() == 3).then_some(())
    })
    .await;
}

/// The first diagram: looked at, handed in by the office, received by the Dinas.
async fn first_diagram(page: &Page) {
    page.open("/").await;
    page.click("nav a[href='/lan']").await;
    page.shows("h1", &["Jaringan"]).await;
    page.shows("main", &["Menunggu diserahkan", "Rumah Sakit Umum Daerah Contoh", "Penyerahan diagram"])
        .await;
    page.picture(&screenshots(), "lan").await;
    page.open("/lan/rsud").await;
    page.shows("main", &["tampak dari 3 server", "diumumkan perangkat (LLDP/CDP)", "Sumber per server"])
        .await;
    page.shows("figure.lan", &["SW-RSUD-SERVER", "simrs-db", "pacs"]).await;
    page.picture(&screenshots(), "lan-pd").await;
    page.click("p.box a[href^='/lan/laporan/']").await;
    page.shows("main", &["Penyerahan diagram", "Serahkan diagram kepada Dinas", "kebijakan Dinas"]).await;
    page.write("#serahkan-nama", "dr. Ratna Dewi, NIP 197502142005012003").await;
    page.press("form[action$='/serahkan'] button").await;
    page.shows("main", &["menunggu diterima Dinas", "SHA-256", "dr. Ratna Dewi"]).await;
    // A name of spaces: an empty one does not even leave the browser.
    page.write("#terima-nama", "  ").await;
    page.press("form[action$='/terima'] button").await;
    page.shows("[role=alert]", &["isi nama pejabat"]).await;
    // What was refused is answered with 422, which the browser's log mentions; nothing else.
    let refused = page.complaints().await;
    assert!(refused.iter().all(|line| line.contains("/terima") && line.contains("422")), "{refused:?}");
    page.write("#terima-nama", "Hadi Wibowo, NIP 196908171997031004").await;
    page.press("form[action$='/terima'] button").await;
    page.shows("main", &["diterima Dinas", "Hadi Wibowo"]).await;
    page.picture(&screenshots(), "lan-diterima").await;
}

/// A cable was moved: one sentence, one draft, both pictures in one.
async fn a_change(page: &Page) {
    page.open("/lan/rsud").await;
    page.shows("main", &["Versi 3", "Perubahan, versi 2 ke 3", "Periksa dan serahkan"]).await;
    page.click("section[aria-labelledby='versi'] a[href$='/versi/3']").await;
    page.shows("main", &["Perubahan sejak versi 2", "simrs", "pindah ke port 12"]).await;
    page.shows("figure.lan", &["PINDAH"]).await;
    page.picture(&screenshots(), "lan-versi").await;
    page.click("p.box a[href^='/lan/laporan/']").await;
    page.write("#serahkan-nama", "dr. Ratna Dewi, NIP 197502142005012003").await;
    page.press("form[action$='/serahkan'] button").await;
    page.shows("[role=alert]", &["Belum dicatat", "isi alasannya"]).await;
    let refused = page.complaints().await;
    assert!(refused.iter().all(|line| line.contains("/serahkan") && line.contains("422")), "{refused:?}");
    page.write("#serahkan-alasan", "Port 1 rusak, kabel dipindahkan ke port 12").await;
    page.press("form[action$='/serahkan'] button").await;
    page.shows("main", &["menunggu diterima Dinas", "Port 1 rusak", "Dilakukan oleh"]).await;
    page.picture(&screenshots(), "lan-laporan").await;
}

async fn small_and_printed(page: &Page) {
    for address in ["/lan", "/lan/rsud", "/lan/rsud/versi/3", "/lan/laporan", "/lan/laporan/1"] {
        page.open(address).await;
        let width = page.narrow(PHONE).await;
        assert!(width <= PHONE, "{address} is {width} pixels wide on a phone");
        page.widen().await;
    }
    page.open("/lan/rsud").await;
    let sheets = page.print(&screenshots(), "lan-pd").await;
    assert!((2..=7).contains(&sheets), "the page takes {sheets} sheets");
    page.open("/lan/rsud/cetak?versi=3&sejak=2&kertas=a4").await;
    assert_eq!(page.print(&screenshots(), "lan-a4").await, 1, "a small LAN fits one sheet");
}
