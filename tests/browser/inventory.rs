//! What an officer finds out about the servers: what one is made of, who runs on whom, what changed and when,
//! which two may be one, and where a package is. On a phone, on paper, and without a word from the browser.

use crate::{Page, agent, screenshots, sign_in, visited};

/// As wide as a small phone.
const PHONE: u64 = 360;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_looks_into_the_inventory() {
    let collector = visited().await;
    let page = sign_in(&collector).await;
    let simrs = format!("/server/{}", agent(&collector, "simrs").await);
    let portal = format!("/server/{}", agent(&collector, "portal").await);
    let host = format!("/server/{}", agent(&collector, "pve1").await);

    page.open("/").await;
    page.shows(
        "main",
        &["Keadaan mesin", "disk yang menyatakan diri gagal", "pertanyaan tentang server kembar"],
    )
    .await;
    page.click("main a[href='/server?keadaan=disk']").await;
    page.shows("main", &["1 server", "simrs", "Disk gagal", "RAID tidak lengkap"]).await;

    parts(&page, &simrs).await;
    guests(&page, &host).await;
    history(&page, &portal).await;
    search(&page).await;
    doubled(&page).await;
    small_and_printed(&page, &[&simrs, &portal]).await;
    assert_eq!(page.complaints().await, Vec::<String>::new(), "the browser has nothing to complain about");
    page.close().await;
}

async fn parts(page: &Page, simrs: &str) {
    page.open(simrs).await;
    page.shows("main", &["Disk sdb menyatakan dirinya gagal", "kehilangan sdb2", "menunggu mulai ulang"])
        .await;
    page.click("nav.tabs a[href$='/perangkat-keras']").await;
    page.shows("main", &["2 dari 4 terisi", "Kehilangan anggota", "Gagal menurut disk sendiri"]).await;
    page.picture(&screenshots(), "perangkat-keras").await;
    page.click("nav.tabs a[href$='/sistem']").await;
    page.shows("main", &["Debian 12", "LTS", "Menunggu mulai ulang"]).await;
    page.click("nav.tabs a[href$='/layanan']").await;
    page.shows("main", &["Data yang harus dicadangkan", "PostgreSQL", "simrs.contoh.go.id"]).await;
}

/// From the host to a guest's own agent, and back.
async fn guests(page: &Page, host: &str) {
    page.open(&format!("{host}/tamu")).await;
    page.shows("main", &["Mesin tamu", "simpeg", "templat-ubuntu-2204", "tanpa agen"]).await;
    page.picture(&screenshots(), "tamu").await;
    page.click("main td a[href^='/server/']").await;
    page.shows("main", &["Berjalan di atas pve1"]).await;
    page.click("main section[aria-labelledby='identitas'] a[href^='/server/']").await;
    page.shows("h1", &["pve1"]).await;
}

async fn history(page: &Page, portal: &str) {
    page.open(&format!("{portal}/riwayat")).await;
    page.shows("main", &["Riwayat perubahan", "Paket", "keadaan hari itu"]).await;
    page.picture(&screenshots(), "riwayat").await;
    page.open(&format!("{portal}/riwayat?dari=2026-01-01&sampai=2026-01-02")).await;
    page.shows("main", &["1 Januari 2026 dibandingkan dengan 2 Januari 2026", "Belum ada laporan"]).await;
    page.open(&format!("{portal}/perangkat-lunak?paket=apache")).await;
    page.shows("main", &["Debian (dpkg)", "apache2", "cocok dengan saringan"]).await;
}

async fn search(page: &Page) {
    page.open("/").await;
    page.write("header input[name=q]", "openssl\u{E007}").await;
    page.shows("main", &["Paket", "openssl"]).await;
    page.picture(&screenshots(), "cari").await;
    page.click("main td a[href^='/cari?']").await;
    page.shows("main", &["Terpasang pada"]).await;
    page.open("/cari?q=10.20.7.10").await;
    page.shows("main", &["Alamat IP", "simrs"]).await;
}

/// Two clones of one image: looked at side by side, and left apart with a reason.
async fn doubled(page: &Page) {
    page.open("/pertanyaan").await;
    page.click("main h2 a").await;
    page.shows("main", &["Bukti berdampingan", "Machine ID", "Sama", "simrenda", "rapor"]).await;
    page.picture(&screenshots(), "pertanyaan").await;
    page.write("textarea[name=alasan]", "Dua mesin virtual dari citra yang sama.").await;
    page.press("button[value=pisah]").await;
    page.shows("main", &["Tidak ada pertanyaan yang terbuka"]).await;
}

async fn small_and_printed(page: &Page, servers: &[&str]) {
    let parts = ["", "/perangkat-keras", "/perangkat-lunak", "/layanan", "/riwayat", "/pembacaan"];
    let own = servers.iter().flat_map(|server| parts.map(|part| format!("{server}{part}")));
    for path in own.chain(["/server", "/cari?q=simrs", "/pertanyaan"].map(str::to_owned)) {
        page.open(&path).await;
        assert!(page.narrow(PHONE).await <= PHONE, "{path} is wider than a phone");
    }
    page.widen().await;
    for (server, name) in servers.iter().zip(["server", "portal"]) {
        page.open(server).await;
        let pages = page.print(&screenshots(), name).await;
        assert!((1..=3).contains(&pages), "{name} takes {pages} sheets");
    }
}
