//! What the Dinas does about addresses: it writes a subnet into the plan without touching a mouse, is told at its field
//! what is wrong, brings the rest in from a list, and sees whose server sits in somebody else's subnet. On a phone and on
//! paper too.

use std::path::Path;

use jiff::SignedDuration;
use patuh_tests::{Agent, Collector, HandClock, until};

use crate::chromium::{ALL, ENTER};
use crate::{Page, screenshots, sign_in};

/// As wide as a small phone.
const PHONE: u64 = 360;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_dinas_numbers_the_networks() {
    let collector = Collector::sqlite().at(HandClock::real().now());
    let collector = collector.with(|config| config.lan.follow_seconds = 1).start().await;
    one_server(&collector).await;
    let page = sign_in(&collector).await;

    by_keyboard(&page).await;
    import(&page).await;
    finding(&page).await;
    small_and_printed(&page).await;
    assert_eq!(page.complaints().await, Vec::<String>::new(), "the browser has nothing to complain about");
    page.close().await;
}

/// A server of the Dinas Kesehatan with 10.10.4.11, told often enough to be believed.
async fn one_server(collector: &Collector) {
    let mut agent = Agent::of_host("debian12-bare").enrol(collector).await;
    for _ in 0..3 {
        agent.report().send().await.unwrap();
        collector.clock.forward(SignedDuration::from_mins(10));
    }
    until("its LAN is believed", async || {
        collector.store().await.lan_newest(&"dinkes".parse().unwrap()).await.unwrap()
    })
    .await;
}

/// From the top of the page to a subnet in the plan, with nothing but keys.
async fn by_keyboard(page: &Page) {
    page.open("/rencana-ip").await;
    page.shows("main", &["Rencana belum diisi"]).await;
    page.tab_to("Langsung ke isi").await;
    page.keys(ENTER).await;
    page.tab_to("Catat subnet").await;
    page.keys_to_another_page(ENTER).await;
    page.shows("h1", &["Catat subnet"]).await;
    for (field, typed) in [
        ("Subnet wajib", "10.10.4.0/24"),
        ("Nama jaringan", "LAN Dinas Sosial"),
        ("Perangkat Daerah", "Dinas Sosial"),
        ("Gateway", "10.11.0.1"),
    ] {
        page.tab_to(field).await;
        page.keys(typed).await;
    }
    page.keys_to_another_page(ENTER).await;
    page.shows("[role=alert]", &["Subnet belum disimpan", "Gateway:"]).await;
    page.shows("#gateway-salah", &["10.11.0.1 berada di luar 10.10.4.0/24"]).await;
    page.picture(&screenshots(), "rencana-ip-salah").await;
    // What was refused is answered with 422, which the browser's log mentions; nothing else.
    let refused = page.complaints().await;
    assert!(
        refused.iter().all(|line| line.contains("/rencana-ip/baru") && line.contains("422")),
        "{refused:?}"
    );
    page.tab_to("Gateway: 10.11.0.1 berada di luar 10.10.4.0/24").await;
    page.keys(ENTER).await;
    assert_eq!(page.focus().await, "Gateway", "the link leads to the field");
    page.keys(ALL).await;
    page.keys("10.10.4.1").await;
    page.keys_to_another_page(ENTER).await;
    page.shows("h1", &["10.10.4.0/24"]).await;
    page.shows("main", &["LAN Dinas Sosial", "10.10.4.1", "Berlaku"]).await;
}

/// Nothing is written before the list was accepted.
async fn import(page: &Page) {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/rencana-ip.csv").canonicalize().unwrap();
    page.open("/rencana-ip/impor").await;
    page.write("#berkas", &list.display().to_string()).await;
    page.press("form.form button").await;
    page.shows("main", &["Pratinjau impor", "Belum ada yang ditulis", "Terima dan tulis 15 subnet"]).await;
    page.picture(&screenshots(), "rencana-ip-pratinjau").await;
    page.press("form.accept button").await;
    page.shows("main", &["Impor selesai", "15 subnet baru, 0 subnet diubah"]).await;
    page.open("/rencana-ip").await;
    page.shows("main", &["16 subnet", "LAN RSUD", "LAN Dinas Sosial", "dari 254"]).await;
    page.picture(&screenshots(), "rencana-ip").await;
}

async fn finding(page: &Page) {
    page.click("nav.tabs a[href='/rencana-ip/temuan']").await;
    page.shows("main", &["dinkes-app1", "10.10.4.11", "Dinas Kesehatan", "Dinas Sosial"]).await;
    page.picture(&screenshots(), "rencana-ip-temuan").await;
    page.click("main td a[href^='/rencana-ip/subnet/']").await;
    page.shows("main", &["10.10.4.0/24", "Tidak sesuai rencana", "10.10.4.11"]).await;
}

async fn small_and_printed(page: &Page) {
    let rest = ["", "/subnet/S-000001", "/baru", "/impor", "/temuan", "/jalur"];
    for address in
        rest.map(|rest| format!("/rencana-ip{rest}")).iter().map(String::as_str).chain(["/", "/pd"])
    {
        page.open(address).await;
        let width = page.narrow(PHONE).await;
        assert!(width <= PHONE, "{address} is {width} pixels wide on a phone");
        page.widen().await;
    }
    for (address, name, most) in
        [("/rencana-ip", "rencana-ip", 2), ("/rencana-ip/temuan", "rencana-ip-temuan", 1)]
    {
        page.open(address).await;
        let sheets = page.print(&screenshots(), name).await;
        assert!((1..=most).contains(&sheets), "{address} takes {sheets} sheets");
    }
}
