//! A server day by day: what changed, what it was, what differs between two days; and a search for it.

use axum::http::StatusCode;
use jiff::SignedDuration;

use super::desk::Bench;
use super::world::now;

/// A server that moved to another address a day ago, in the middle of Saturday.
async fn moved() -> (Bench, String, String) {
    let bench = Bench::new(false).await;
    let days = |n: i64| now() - SignedDuration::from_hours(24 * n);
    let agent = bench.report_of(5, 1, days(4)).await;
    bench.report_said(5, 2, days(1), &|text| text.replace("10.10.0.21/24", "10.10.0.22/24")).await;
    let cookie = bench.sign_in().await;
    (bench, cookie, format!("/server/{agent}"))
}

#[tokio::test]
async fn days_are_told_and_a_past_day_is_shown() {
    let (bench, cookie, server) = moved().await;
    let history = bench.get(&format!("{server}/riwayat"), &cookie).await.text();
    for text in ["Sabtu, 21 November 2026", "Alamat IP", "10.10.0.22/24", "keadaan hari itu"] {
        assert!(history.contains(text), "{text}");
    }
    let network = |query: &str| format!("{server}/jaringan{query}");
    assert!(bench.get(&network(""), &cookie).await.text().contains("10.10.0.22/24"));
    let past = bench.get(&network("?pada=2026-11-19"), &cookie).await.text();
    assert!(past.contains("10.10.0.21/24") && past.contains("Keadaan pada akhir 19 November 2026"));
    assert!(past.contains("/sistem?pada=2026-11-19"), "the other parts stay on that day");
    let before = bench.get(&network("?pada=2026-11-01"), &cookie).await.text();
    assert!(before.contains("belum dibaca") && !before.contains("10.10.0.2"));
    let redirect = bench.get(&format!("{server}/riwayat?pada=2026-11-19"), &cookie).await;
    assert_eq!(redirect.header("location"), format!("{server}?pada=2026-11-19"));
}

#[tokio::test]
async fn two_days_stand_on_one_page() {
    let (bench, cookie, server) = moved().await;
    let compare = async |from: &str, to: &str| {
        let path = format!("{server}/riwayat?dari={from}&sampai={to}");
        bench.get(&path, &cookie).await.text()
    };
    let moved = compare("2026-11-19", "2026-11-22").await;
    assert!(moved.contains("19 November 2026 dibandingkan dengan 22 November 2026"));
    assert!(moved.contains("10.10.0.21/24") && moved.contains("tidak ada lagi"), "{moved}");
    assert_eq!(compare("2026-11-22", "2026-11-19").await, moved, "in whichever order they are given");
    assert!(compare("2026-11-21", "2026-11-22").await.contains("Tidak ada yang berbeda"));
    assert!(
        compare("2026-11-01", "2026-11-22").await.contains("Belum ada laporan yang diambil sampai akhir")
    );
}

#[tokio::test]
async fn what_is_no_day_or_part_is_not_there() {
    let (bench, cookie, server) = moved().await;
    for path in ["/lain", "/riwayat?pada=kemarin", "/sistem?pada=2026-13-01", "/riwayat?dari=x&sampai=y"] {
        let reply = bench.get(&format!("{server}{path}"), &cookie).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
    }
    let ahead = bench.get(&format!("{server}?pada=2099-01-01"), &cookie).await;
    assert_eq!(ahead.status, StatusCode::OK);
    assert!(!ahead.text().contains("Keadaan pada akhir"), "days to come are now");
}

#[tokio::test]
async fn whatever_is_typed_is_looked_for() {
    let (bench, cookie, server) = moved().await;
    let find = async |words: &str| bench.get(&format!("/cari?q={words}"), &cookie).await.text();
    for words in ["db-diskominfo", "10.10.0.22", "7XK42N2", "diskominfo", "PowerEdge"] {
        assert!(find(words).await.contains(&format!("href=\"{server}\"")), "{words}");
    }
    let packages = find("mariadb-server").await;
    assert!(packages.contains("1 server</a>"), "{packages}");
    let (_, link) = packages.split_once("<td class=\"r\"><a href=\"").unwrap();
    let link = link.split('"').next().unwrap().replace("&amp;", "&");
    let list = bench.get(&link, &cookie).await.text();
    assert!(list.contains("Terpasang pada 1 server") && list.contains(&format!("href=\"{server}\"")));
    assert!(find("").await.contains("Yang dapat dicari"));
    assert!(find("tidak-ada-yang-begini").await.contains("Tidak ada yang cocok dengan"));
    assert!(find("%3Cb%3E").await.contains("value=\"&#60;b&#62;\""));
}

#[tokio::test]
async fn the_list_and_its_download_are_filtered_alike() {
    let (bench, cookie, server) = moved().await;
    for (condition, there) in [("disk", true), ("raid", true), ("mulai-ulang", true), ("dukungan", false)] {
        let shown = bench.get(&format!("/server?keadaan={condition}"), &cookie).await.text();
        assert_eq!(shown.contains(&format!("href=\"{server}\"")), there, "{condition}");
        let csv = bench.get(&format!("/server.csv?keadaan={condition}"), &cookie).await.text();
        assert_eq!(csv.contains("db-diskominfo-01"), there, "{condition}");
    }
    let act = &bench.store.leaves(None, 1).await.unwrap()[0].text;
    assert!(act.contains("hanya keadaan “OS tidak didukung”"), "{act}");
    let overview = bench.get("/", &cookie).await.text();
    assert!(overview.contains("/server?keadaan=disk") && overview.contains("dari 1 server"));
}
