//! What an officer sees of the backups: whose data is lost tonight, from the answer down to the ledger entry that
//! says so. In light, on a phone and on paper, and without a word from the browser.

use crate::{Page, screenshots, sign_in, visited};

/// As wide as a phone.
const PHONE: u64 = 375;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_asks_whose_data_is_lost_tonight() {
    let collector = visited().await;
    let page = sign_in(&collector).await;
    page.open("/").await;
    page.shows("section.tonight", &["Bila malam ini server rusak", "tidak akan kembali"]).await;
    page.click("nav a[href='/pencadangan']").await;

    board(&page).await;
    set(&page).await;
    page.open("/pencadangan/saksi").await;
    page.shows("main", &["cadangan", "TANPA KLAIM", "sik-lama", "RUSAK", "belum dapat dihitung"]).await;
    page.picture(&screenshots(), "pencadangan-saksi").await;
    page.open("/pencadangan/latihan").await;
    page.shows("main", &["set cadangan berhasil dipulihkan", "Belum pernah", "kebijakan Dinas"]).await;
    page.picture(&screenshots(), "pencadangan-latihan").await;
    small_and_printed(&page).await;
    assert_eq!(page.complaints().await, Vec::<String>::new(), "the browser has nothing to complain about");
    page.close().await;
}

/// From everybody to one office, and only what is asked for.
async fn board(page: &Page) {
    page.shows("h1", &["Pencadangan"]).await;
    page.shows(".tonight", &["tidak akan kembali", "belum memiliki agen"]).await;
    page.shows("table.losses", &["Perangkat Daerah", "Yang hilang"]).await;
    page.shows("table.board", &["Tanpa salinan", "Salinan terbaru"]).await;
    page.picture(&screenshots(), "pencadangan").await;
    page.click("table.losses tbody th a").await;
    page.shows("h1", &[": pencadangan"]).await;
    page.shows("main", &["Papan 14 hari", "Unduh"]).await;
    page.picture(&screenshots(), "pencadangan-pd").await;
    page.open("/pencadangan?keadaan=selamat").await;
    page.shows("table.board", &["Disaksikan"]).await;
    page.open("/pencadangan?cari=tidak-ada-sama-sekali").await;
    page.shows("main", &["Tidak ada tempat data yang cocok"]).await;
}

/// From a damaged copy to the entry of the ledger that says so.
async fn set(page: &Page) {
    page.open("/pencadangan?keadaan=rusak").await;
    page.click("table.board tbody th a").await;
    page.shows("main", &["Salinan rusak atau hilang", "Agar menjadi hijau", "Garis waktu", "Diamati saksi"])
        .await;
    page.picture(&screenshots(), "pencadangan-set").await;
    page.click("section[aria-labelledby='bukti'] a[href^='/bukti/']").await;
    page.shows("main", &["tanda terima"]).await;
    page.open("/pencadangan?keadaan=rusak").await;
    page.click("table.board tbody th small a").await;
    page.shows("main", &["Bila server ini rusak malam ini", "Set cadangan", "Rencana, dan yang terjadi"])
        .await;
    page.picture(&screenshots(), "server-cadangan").await;
}

async fn small_and_printed(page: &Page) {
    let addresses =
        ["/pencadangan", "/pencadangan?keadaan=hilang", "/pencadangan/saksi", "/pencadangan/latihan"];
    for address in addresses {
        page.open(address).await;
        let width = page.narrow(PHONE).await;
        assert!(width <= PHONE, "{address} is {width} pixels wide on a phone");
        page.widen().await;
    }
    for (address, name, most) in [("/pencadangan", "pencadangan", 6), ("/pencadangan/saksi", "saksi", 6)] {
        page.open(address).await;
        let sheets = page.print(&screenshots(), name).await;
        assert!((1..=most).contains(&sheets), "{address} takes {sheets} sheets");
    }
}
