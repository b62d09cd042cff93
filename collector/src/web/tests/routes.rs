//! Every address with its guard, held against `tests/golden/routes.txt`; and every page over a real store.

use axum::http::header::LOCATION;
use axum::http::{Method, StatusCode};

use super::super::routes;
use super::super::stylesheet;
use super::assets::asset;
use super::desk::Bench;
use super::keeping::medium;
use super::numbering::plot;
use crate::ipplan::Field;
use crate::register::Asset;

const GOLDEN: &str = include_str!("../../../../tests/golden/routes.txt");

/// An address of `route`, with something in the place of its parameters.
fn sample(route: &str, agent: &str) -> String {
    let values = [
        ("/gaya/{nama}", stylesheet::path()),
        ("{agen}", agent),
        ("{kode}", "diskominfo"),
        ("{ketentuan}", "MJL-16.1"),
        ("{subjek}", agent),
        ("{indeks}", "0"),
        ("{berkas}", "kib-b.xlsx"),
        ("{papan}", "papan.xlsx"),
        ("{set}", "000000000000"),
        ("{bagian}", "perangkat-keras"),
        ("{pertanyaan}", "0a1b2c3d4e5f6071"),
        ("{laporan}", "1"),
        ("{versi}", "2"),
        ("{gambar}", "versi-2.svg"),
        ("{nomor}", "A-000001"),
        ("{media}", "M-000001"),
        ("{subnet}", "S-000001"),
        ("{langkah}", "dilihat"),
        ("{pernyataan}", "K-000001"),
    ];
    values.iter().fold(route.to_owned(), |path, (name, value)| path.replace(name, value))
}

#[tokio::test]
async fn the_table_is_the_golden_one_and_every_guard_stands() {
    let bench = Bench::new(false).await;
    let cookie = bench.sign_in().await;
    let mut table = String::new();
    for route in routes::ALL {
        let path = sample(route.path, &"0".repeat(32));
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let own = [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin")];
            if bench.send(method.clone(), &path, &own, "").await.status == StatusCode::METHOD_NOT_ALLOWED {
                continue;
            }
            let stranger = bench.send(method.clone(), &path, &own[1..], "").await;
            let sent_away =
                stranger.status == StatusCode::SEE_OTHER && stranger.header("location") == "/masuk";
            let guard = if sent_away { "session" } else { "public" };
            assert_eq!(sent_away, route.guard == routes::Guard::Session, "{method} {path}");
            let method = method.as_str();
            table = format!("{table}{method:<4} {:<37} {guard}\n", route.path);
        }
    }
    assert_eq!(table, GOLDEN, "{table}");
}

#[tokio::test]
async fn every_page_shows_a_real_report() {
    let bench = Bench::new(false).await;
    let agent = bench.report().await;
    bench.book(&Asset { agent: Some(agent.clone()), ..asset("Server basis data") }).await;
    bench.keep(&medium("HDD-01", &[])).await;
    bench.draw().await;
    bench.number(&plot("10.10.0.0/24", &[(Field::Office, "diskominfo")])).await;
    let cookie = bench.sign_in().await;
    let only_sent = [
        "/keluar",
        "/masuk",
        "/aset/impor/terima",
        "/aset/impor/batal",
        "/aset/{nomor}/tahap",
        "/pertanyaan/batal",
        "/rencana-ip/impor/terima",
        "/rencana-ip/impor/batal",
        "/media/{media}/{langkah}",
        "/pemegang-kunci/{pernyataan}/akhiri",
        "/lan/laporan/{laporan}/{langkah}",
        // Nothing was handed in.
        "/lan/laporan/{laporan}/diagram.svg",
        // Of no version.
        "/lan/{kode}/cetak",
        // Nobody asks anything of a single server.
        "/pertanyaan/{pertanyaan}",
        // Shown below, by the address that the board gives it.
        "/pencadangan/set/{agen}/{set}",
    ];
    for route in routes::ALL.iter().filter(|route| !only_sent.contains(&route.path)) {
        let path = sample(route.path, agent.as_str());
        let reply = bench.get(&path, &cookie).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", String::from_utf8_lossy(&reply.body));
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert!(reply.header("content-security-policy").starts_with("default-src 'none'; "), "{path}");
        let kept = reply.header("cache-control") != "no-store";
        assert_eq!(kept, path.starts_with("/gaya/"), "{path}");
        if reply.header("content-type").starts_with("text/html") {
            assert!(reply.body.len() < 100_000, "{path} weighs {}", reply.body.len());
        }
    }
    let server = bench.get(&format!("/server/{agent}"), &cookie).await.text();
    assert!(server.contains("PowerEdge R740") && server.contains("10.10.0.21/24"));
    let booked = bench.get("/aset/A-000001", &cookie).await.text();
    assert!(booked.contains("PowerEdge R740") && booked.contains("Server basis data"));
    let board = bench.get("/pencadangan", &cookie).await.text();
    let mut sets = board.split('"').filter(|part| part.starts_with("/pencadangan/set/"));
    let set = bench.get(sets.next_back().unwrap(), &cookie).await.text();
    assert!(set.contains("Garis waktu") && set.contains("Bukti dalam buku bukti"), "{set}");
    let leaf = bench.get("/bukti/0", &cookie).await.text();
    assert!(leaf.contains("Bukti cocok") && leaf.contains("persis seperti"));
}

#[tokio::test]
async fn what_is_not_there_is_said_kindly() {
    let bench = Bench::new(false).await;
    let cookie = bench.sign_in().await;
    for path in [
        "/tidak-ada",
        "/pd/tidak",
        "/pd/..%2f",
        "/server/zz",
        "/server?keadaan=lain",
        "/server.csv?keadaan=lain",
        "/pertanyaan/zz",
        "/bukti/99999",
        "/bukti/x",
        "/gaya/x.css",
        "/kepatuhan/XXX-1",
        "/temuan/MJL-16.1/zz",
        "/server.csv?pd=%3C",
        "/aset/A-000099",
        "/aset/x",
        "/aset/A-000099/ubah",
        "/media/M-000099",
        "/media/x/berita-acara.docx",
        "/media?keadaan=dijual",
        "/media.csv?pd=%3C",
        "/aset?jenis=kulkas",
        "/aset/baru?agen=zz",
        "/server?cari=a&cari=b",
        "/bukti/99999/laporan",
        "/pencadangan?keadaan=lain",
        "/pencadangan?pd=%3C",
        "/pencadangan/unduh/papan.json",
        "/pencadangan/unduh/lain.csv",
        "/pencadangan/set/zz/0",
        "/pencadangan/latihan?keadaan=lain",
        "/lan/tidak",
        "/lan/diskominfo/versi/9",
        "/lan/diskominfo/cetak",
        "/lan/laporan/9",
        "/lan/laporan/x/surat.docx",
        "/lan/laporan?keadaan=lain",
    ] {
        let reply = bench.get(path, &cookie).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        assert!(reply.text().contains("Halaman tidak ditemukan"), "{path}");
    }
}

#[tokio::test]
async fn lists_are_filtered_sorted_and_downloaded_alike() {
    let bench = Bench::new(false).await;
    bench.report().await;
    let cookie = bench.sign_in().await;
    let shown = async |query: &str| bench.get(&format!("/server?{query}"), &cookie).await.text();
    assert!(shown("cari=PowerEdge&urut=temuan").await.contains("db-diskominfo-01"));
    assert!(shown("cari=tidak-ada").await.contains("Tidak ada server yang cocok"));
    assert!(shown("cari=%3Cscript%3E").await.contains("value=\"&#60;script&#62;\""));
    let rows = async |query: &str| {
        let reply = bench.get(&format!("/server.csv?{query}"), &cookie).await;
        assert!(
            reply
                .header("content-disposition")
                .starts_with("attachment; filename=\"server-contoh-2026-11-22")
        );
        reply.text().lines().count()
    };
    assert_eq!(rows("cari=PowerEdge").await, 2);
    assert_eq!(rows("cari=tidak-ada").await, 1);
    let acts = bench.store.leaves(None, 1).await.unwrap();
    assert!(acts[0].text.contains("\"act\":\"export\""), "{}", acts[0].text);
    assert_eq!(bench.get("/", "").await.header(LOCATION.as_str()), "/masuk");
}
