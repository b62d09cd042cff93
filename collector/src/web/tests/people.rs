//! Signing in, staying in, and being kept out.

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;

use super::desk::{Bench, PASSWORD};

#[tokio::test]
async fn a_first_login_must_choose_a_password() {
    let bench = Bench::new(true).await;
    let first = bench.sign_in().await;
    assert_eq!(bench.get("/", &first).await.header("location"), "/sandi");
    assert_eq!(bench.get("/segel.css", &first).await.header("content-type"), "text/css; charset=utf-8");
    let form = bench.get("/sandi", &first).await;
    assert!(form.text().contains("hanya untuk masuk pertama kali"));
    let (token, old) = (form.token(), PASSWORD.replace(' ', "+"));

    let send = async |lama: &str, baru: &str, ulang: &str| {
        let body = format!("tanda={token}&lama={lama}&baru={baru}&ulang={ulang}");
        bench.post("/sandi", &first, &body).await
    };
    let short = send(&old, "pendek", "pendek").await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.text().contains("sedikitnya 12 karakter"));
    assert!(
        send("salah", "kuda+baterai+jepit", "kuda+baterai+jepit").await.text().contains("lama tidak cocok")
    );

    let done = send(&old, "kuda+baterai+jepit", "kuda+baterai+jepit").await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/"));
    assert_eq!(bench.get("/", &done.cookie()).await.status, StatusCode::OK);
    assert_eq!(bench.get("/", &first).await.header("location"), "/masuk", "other sessions end");
}

#[tokio::test]
async fn the_cookie_is_closed_and_ends_by_itself() {
    let bench = Bench::new(false).await;
    let body = format!("nama=sari&sandi={}", PASSWORD.replace(' ', "+"));
    let reply = bench.post("/masuk", "", &body).await;
    let cookie = reply.header("set-cookie");
    assert!(
        cookie.starts_with("patuh=") && cookie.contains("; HttpOnly; SameSite=Lax; Max-Age=43200"),
        "{cookie}"
    );
    let cookie = reply.cookie();
    bench.later(SignedDuration::from_mins(12 * 60 - 1));
    assert_eq!(bench.get("/", &cookie).await.status, StatusCode::OK);
    bench.later(SignedDuration::from_mins(1));
    assert_eq!(bench.get("/", &cookie).await.header("location"), "/masuk");
}

#[tokio::test]
async fn leaving_ends_the_session() {
    let bench = Bench::new(false).await;
    let cookie = bench.sign_in().await;
    let token = bench.get("/", &cookie).await.token();
    assert_eq!(bench.post("/keluar", &cookie, "tanda=0").await.status, StatusCode::FORBIDDEN);
    assert_eq!(bench.get("/", &cookie).await.status, StatusCode::OK);
    let left = bench.post("/keluar", &cookie, &format!("tanda={token}")).await;
    assert_eq!(left.header("location"), "/masuk");
    assert!(left.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(bench.get("/", &cookie).await.header("location"), "/masuk");
}

#[tokio::test]
async fn nobody_and_a_wrong_password_get_the_same_answer() {
    let bench = Bench::new(false).await;
    let wrong = bench.post("/masuk", "", "nama=sari&sandi=salah").await;
    let nobody = bench.post("/masuk", "", "nama=budi&sandi=salah").await;
    assert_eq!((wrong.status, nobody.status), (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED));
    assert_eq!(wrong.text().replace("sari", "budi"), nobody.text());
    assert!(wrong.text().contains("value=\"sari\""), "what was typed is not lost");
}

#[tokio::test]
async fn the_sixth_failure_waits() {
    let bench = Bench::new(false).await;
    for _ in 0..5 {
        assert_eq!(bench.post("/masuk", "", "nama=sari&sandi=salah").await.status, StatusCode::UNAUTHORIZED);
    }
    let right = format!("nama=sari&sandi={}", PASSWORD.replace(' ', "+"));
    let closed = bench.post("/masuk", "", &right).await;
    assert_eq!(closed.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(closed.text().contains("Terlalu banyak percobaan"));
    bench.later(SignedDuration::from_mins(15));
    assert_eq!(bench.post("/masuk", "", &right).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn forms_from_elsewhere_are_refused() {
    let bench = Bench::new(false).await;
    let body = format!("nama=sari&sandi={}", PASSWORD.replace(' ', "+"));
    for headers in [[("sec-fetch-site", "cross-site")], [("origin", "https://jahat.example")]] {
        let reply = bench.send(Method::POST, "/masuk", &headers, &body).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{headers:?}");
        assert!(reply.text().contains("Formulir ditolak"));
    }
    let torn = bench.post("/masuk", "", "nama=sari").await;
    assert_eq!(torn.status, StatusCode::FORBIDDEN);
    assert!(torn.text().contains("Formulir ditolak"));
}
