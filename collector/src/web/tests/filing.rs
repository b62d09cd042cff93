//! Reports of LAN changes through the router: handed in, received, sent back, set aside; diagrams and letters taken away.

use std::io::{Cursor, Read as _};

use axum::http::StatusCode;
use patuh_protocol::digest::Digest;

use super::desk::{Bench, Reply};
use super::lan::{draft, version};
use crate::lan::ChangeReport;
use crate::store::{LanBatch, NewVersion};

fn plain(text: &str) -> String {
    text.to_owned()
}

impl Bench {
    /// Puts two versions of Diskominfo's LAN into the store, with the drafts 1 (the first diagram) and 2 (a change).
    pub(super) async fn draw(&self) {
        let made =
            |number| NewVersion { version: version(number, &plain), changes: Vec::new(), is_new: true };
        let office = version(1, &plain).office;
        let batch = LanBatch {
            versions: [1, 2].map(|n| ((office.clone(), n), made(n))).into(),
            drafts: [(1, 1), (2, 2)].map(|(id, after)| (id, (draft(id, after, &plain), true))).into(),
            ..LanBatch::default()
        };
        let from = self.store.lan_progress().await.unwrap();
        assert!(self.store.write_lan(&batch, from, from).await.unwrap());
    }

    async fn lan_report(&self, id: u64) -> ChangeReport {
        self.store.lan_report(id).await.unwrap().unwrap()
    }

    /// Sends a form with the page's token; `pairs` must need no encoding.
    async fn file(&self, path: &str, cookie: &str, token: &str, pairs: &[(&str, &str)]) -> Reply {
        let pairs = pairs.iter().map(|(name, value)| format!("&{name}={}", value.replace(' ', "+")));
        self.post(path, cookie, &format!("tanda={token}{}", pairs.collect::<String>())).await
    }
}

async fn signed_in() -> (Bench, String, String) {
    let bench = Bench::new(false).await;
    let cookie = bench.sign_in().await;
    bench.draw().await;
    let token = bench.get("/lan/laporan/1", &cookie).await.token();
    (bench, cookie, token)
}

#[tokio::test]
async fn a_change_is_handed_in_by_one_and_received_by_another() {
    let (bench, cookie, token) = signed_in().await;
    let list = bench.get("/lan", &cookie).await.text();
    assert!(list.contains("Menunggu diserahkan") && list.contains("Perubahan, versi 1 ke 2"), "{list}");
    let handed = [
        ("versi", "2"),
        ("oleh", "pd"),
        ("pengubah", "dinas"),
        ("nama", "Siti Aminah"),
        ("alasan", "Server arsip dipasang"),
    ];
    let reply = bench.file("/lan/laporan/2/serahkan", &cookie, &token, &handed).await;
    assert_eq!((reply.status, reply.header("location")), (StatusCode::SEE_OTHER, "/lan/laporan/2"));
    let report = bench.lan_report(2).await;
    let diagram = bench.get("/lan/laporan/2/diagram.svg", &cookie).await;
    assert_eq!(report.diagram, Some(Digest::of(&diagram.body)), "the ledger names the very file");
    assert!(diagram.header("content-disposition").starts_with("attachment; "));
    let again = bench.get("/lan/diskominfo/unduh/versi-2.svg", &cookie).await;
    assert!(again.body == diagram.body, "the same version is the same file");

    let page = bench.get("/lan/laporan/2", &cookie).await.text();
    assert!(page.contains("Terima untuk Dinas") && page.contains(&report.diagram.unwrap().to_string()));
    let returned = [("versi", "2"), ("nama", "Hadi Wibowo"), ("alasan", "Sebutkan nomor port")];
    let reply = bench.file("/lan/laporan/2/kembalikan", &cookie, &token, &returned).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    let page = bench.get("/lan/laporan/2", &cookie).await.text();
    assert!(page.contains("Dikembalikan Dinas") && page.contains("Sebutkan nomor port"), "{page}");
    bench.file("/lan/laporan/2/serahkan", &cookie, &token, &handed).await;
    let received = [("versi", "2"), ("nama", "Hadi Wibowo"), ("alasan", "")];
    let reply = bench.file("/lan/laporan/2/terima", &cookie, &token, &received).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    let acts = bench.store.leaves(None, 1).await.unwrap();
    assert!(acts[0].text.contains("lan.receive") && acts[0].text.contains("Hadi Wibowo"), "{}", acts[0].text);
    let page = bench.get("/lan/laporan/2", &cookie).await.text();
    assert!(page.contains("diterima Dinas") && !page.contains("Langkah berikutnya"), "{page}");
    let reply = bench.file("/lan/laporan/2/serahkan", &cookie, &token, &handed).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.text().contains("laporan ini sudah diterima Dinas"), "{}", reply.text());
}

#[tokio::test]
async fn what_is_missing_is_said_beside_its_field_and_nothing_is_lost() {
    let (bench, cookie, token) = signed_in().await;
    let nameless =
        [("versi", "2"), ("oleh", "dinas"), ("pengubah", "pd"), ("nama", ""), ("alasan", "Port rusak")];
    let reply = bench.file("/lan/laporan/2/serahkan", &cookie, &token, &nameless).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = reply.text();
    assert!(text.contains("id=\"serahkan-nama-salah\"") && text.contains(">Port rusak<"), "{text}");
    assert!(text.contains("value=\"dinas\" selected"), "{text}");
    let stale = [("versi", "1"), ("oleh", "pd"), ("pengubah", "pd"), ("nama", "Siti"), ("alasan", "x")];
    let reply = bench.file("/lan/laporan/2/serahkan", &cookie, &token, &stale).await;
    assert!(reply.text().contains("draf ini bertambah"), "{}", reply.text());
    for (pairs, status) in [
        (vec![("oleh", "pd")], StatusCode::FORBIDDEN),
        (vec![("versi", "2"), ("oleh", "bupati"), ("nama", "x")], StatusCode::FORBIDDEN),
    ] {
        assert_eq!(bench.file("/lan/laporan/2/serahkan", &cookie, &token, &pairs).await.status, status);
    }
    assert_eq!(
        bench.file("/lan/laporan/2/serahkan", &cookie, "0", &stale).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        bench.file("/lan/laporan/2/hapus", &cookie, &token, &stale).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        bench.file("/lan/laporan/9/terima", &cookie, &token, &stale).await.status,
        StatusCode::NOT_FOUND
    );
    assert!(bench.lan_report(2).await.is_open());
}

#[tokio::test]
async fn what_is_known_is_set_aside_with_a_reason() {
    let (bench, cookie, token) = signed_in().await;
    let aside = [("versi", "2"), ("oleh", "pd"), ("nama", "Siti Aminah"), ("alasan", "")];
    let reply = bench.file("/lan/laporan/2/kesampingkan", &cookie, &token, &aside).await;
    assert!(reply.text().contains("id=\"kesampingkan-alasan-salah\""), "{}", reply.text());
    let aside = [("versi", "2"), ("oleh", "pd"), ("nama", "Siti Aminah"), ("alasan", "Uji coba kabel")];
    let reply = bench.file("/lan/laporan/2/kesampingkan", &cookie, &token, &aside).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    let page = bench.get("/lan/laporan/2", &cookie).await.text();
    assert!(page.contains("dikesampingkan") && page.contains("Benarkan") && page.contains("Uji coba kabel"));
    let list = bench.get("/lan/laporan?keadaan=dikesampingkan", &cookie).await.text();
    assert!(list.contains("/lan/laporan/2") && !list.contains("href=\"/lan/laporan/1\""), "{list}");
}

#[tokio::test]
async fn diagrams_are_taken_away_in_every_form() {
    let (bench, cookie, _) = signed_in().await;
    let begins: [(&str, &[u8]); 6] = [
        ("svg", b"<svg "),
        ("pdf", b"%PDF-"),
        ("png", b"\x89PNG"),
        ("drawio", b"<?xml"),
        ("graphml", b"<?xml"),
        ("dot", b"graph lan"),
    ];
    for (extension, beginning) in begins {
        let path = format!("/lan/diskominfo/unduh/versi-2.{extension}?sejak=1&kertas=a3");
        let reply = bench.get(&path, &cookie).await;
        assert_eq!(reply.status, StatusCode::OK, "{extension}");
        assert!(reply.body.starts_with(beginning), "{extension}");
        let name = format!("diagram-lan-diskominfo-versi-2-sejak-1.{extension}");
        assert!(reply.header("content-disposition").contains(&name), "{extension}");
        let acts = bench.store.leaves(None, 1).await.unwrap();
        assert!(acts[0].text.contains(&Digest::of(&reply.body).to_string()), "{}", acts[0].text);
    }
    for missing in ["versi-3.svg", "versi-2.exe", "versi-x.svg", "2.svg", "versi-1.svg?sejak=2"] {
        let reply = bench.get(&format!("/lan/diskominfo/unduh/{missing}"), &cookie).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{missing}");
    }
    let paper = bench.get("/lan/diskominfo/cetak?versi=2&kertas=a3", &cookie).await.text();
    assert!(paper.contains("drawing a3") && paper.contains("width=\"420mm\""), "{paper}");
}

#[tokio::test]
async fn a_letter_carries_the_diagrams_before_and_after() {
    let (bench, cookie, _) = signed_in().await;
    let reply = bench.get("/lan/laporan/2/surat.docx", &cookie).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(reply.header("content-disposition").contains("laporan-perubahan-lan-diskominfo-2.docx"));
    let mut archive = zip::ZipArchive::new(Cursor::new(&reply.body)).unwrap();
    let pictures = archive.file_names().filter(|name| name.as_ref().unwrap().ends_with(".png")).count();
    let mut text = String::new();
    archive.by_name("word/document.xml").unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(pictures, 2);
    for part in ["Laporan Perubahan Infrastruktur LAN", "server arsip tersambung", "tampak dari 2 server"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let acts = bench.store.leaves(None, 1).await.unwrap();
    assert!(acts[0].text.contains("letter.make"), "{}", acts[0].text);
}

#[tokio::test]
async fn a_draft_is_no_act() {
    let (bench, cookie, _) = signed_in().await;
    let page = bench.get("/lan/diskominfo", &cookie).await.text();
    assert!(page.contains("Periksa dan serahkan") && page.contains("tampak dari 2 server"), "{page}");
    let acts = bench.store.leaves(None, 20).await.unwrap();
    assert!(acts.iter().all(|leaf| !leaf.text.contains("lan.")), "nobody did anything yet");
}
