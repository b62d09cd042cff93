//! What a pengurus barang does: brings a list in, sees what it would do before it is written, looks where the
//! books and the machines disagree, and books a server that nobody had booked.

use std::path::Path;

use crate::{Page, screenshots, sign_in, visited};

/// As wide as a small phone.
const PHONE: u64 = 360;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pengurus_barang_fills_the_register() {
    let collector = visited().await;
    let page = sign_in(&collector).await;
    page.open("/").await;
    page.click("nav a[href='/aset']").await;
    page.shows("main", &["Belum ada aset yang dicatat"]).await;

    import(&page).await;
    reconcile(&page).await;
    book(&page).await;
    one(&page).await;
    small_and_printed(&page).await;
    assert_eq!(page.complaints().await, Vec::<String>::new(), "the browser has nothing to complain about");
    page.close().await;
}

/// Nothing is written before the list was accepted.
async fn import(page: &Page) {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/aset.csv").canonicalize().unwrap();
    page.open("/aset/impor").await;
    page.write("#berkas", &list.display().to_string()).await;
    page.press("form.form button").await;
    page.shows("h1", &["Pratinjau impor"]).await;
    page.shows("main", &["Belum ada yang ditulis", "Terima dan tulis 27 aset", "Router induk"]).await;
    page.picture(&screenshots(), "aset-pratinjau").await;
    page.open("/aset").await;
    page.shows("main", &["Belum ada aset yang dicatat"]).await;
    page.open("/aset/impor").await;
    page.press("form.accept button").await;
    page.shows("main", &["Impor selesai", "27 aset baru, 0 aset diubah"]).await;
    page.open("/aset").await;
    page.shows("main", &["27 aset", "Server virtualisasi", "Lisensi virtualisasi", "belum lengkap"]).await;
    page.picture(&screenshots(), "aset").await;
    page.click("nav.choices a[href*='jenis=licence']").await;
    page.shows("main", &["2 aset", "Kofax Power PDF"]).await;
}

async fn reconcile(page: &Page) {
    page.open("/rekonsiliasi").await;
    let kinds = [
        "Masih hidup sesudah penghapusan",
        "Server BPHTB",
        "Terlihat, belum tercatat",
        "Tercatat, belum ditautkan",
        "Server vaksin",
        "Nomor seri 7F2K9Q3",
        "kebijakan Dinas",
    ];
    page.shows("main", &kinds).await;
    page.picture(&screenshots(), "rekonsiliasi").await;
}

/// A server that was seen, with a code that is proposed and accepted.
async fn book(page: &Page) {
    page.open("/rekonsiliasi?jenis=belum-tercatat").await;
    page.click("a.what[href^='/aset/baru']").await;
    page.shows("main", &["Yang terisi adalah yang dibaca agen", "Usulan untuk jenis Server"]).await;
    page.picture(&screenshots(), "aset-baru").await;
    page.write("#nama", "Server aplikasi").await;
    page.write("#tahun", "dua ribu").await;
    page.press("button[name=usul]").await;
    page.press(".ends button").await;
    page.shows("[role=alert]", &["Aset belum disimpan", "bukan tahun"]).await;
    page.picture(&screenshots(), "aset-salah").await;
    // What was refused is answered with 422, which the browser's log mentions; nothing else.
    let refused = page.complaints().await;
    assert!(refused.iter().all(|line| line.contains("/aset/baru") && line.contains("422")), "{refused:?}");
    for _ in 0.."dua ribu".len() {
        page.write("#tahun", "\u{E003}").await;
    }
    page.write("#tahun", "2023").await;
    page.press(".ends button").await;
    page.shows("h1", &["Server aplikasi"]).await;
    page.shows("main", &["1.3.2.10.02.04.001", "2023", "sama", "dicatat dalam register"]).await;
}

/// Books and agent side by side; a step of its life with its document.
async fn one(page: &Page) {
    page.open("/aset?cari=jdih").await;
    page.click("table.assets tbody th a").await;
    page.shows("main", &["Fakta berbeda dari buku", "7F2K9Q3", "berbeda", "Pasal 36 ayat (1)"]).await;
    page.write("form.stage #tahap", "Penghapusan").await;
    page.write("#tahap-tanggal", "22-11-2026").await;
    page.write("#dokumen", "028/SK-HAPUS/40/2026").await;
    page.press("form.stage button").await;
    page.shows("main", &["sudah dihapuskan", "22 November 2026 · 028/SK-HAPUS/40/2026"]).await;
    page.picture(&screenshots(), "aset-satu").await;
}

async fn small_and_printed(page: &Page) {
    for address in ["/aset", "/aset/A-000001", "/aset/A-000001/ubah", "/aset/impor", "/rekonsiliasi"] {
        page.open(address).await;
        let width = page.narrow(PHONE).await;
        assert!(width <= PHONE, "{address} is {width} pixels wide on a phone");
        page.widen().await;
    }
    for (address, most) in [("/aset/A-000001", 2), ("/rekonsiliasi", 4)] {
        page.open(address).await;
        let name = address.trim_matches('/').replace('/', "-").to_lowercase();
        let pages = page.print(&screenshots(), &name).await;
        assert!((1..=most).contains(&pages), "{address} takes {pages} pages");
    }
}
