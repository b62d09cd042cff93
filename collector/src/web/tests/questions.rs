//! One machine under two agents: asked, answered with a reason, and taken back.

use axum::http::StatusCode;
use jiff::SignedDuration;

use super::desk::Bench;
use super::world::now;

/// Two agents that tell of the same machine, one after the other.
async fn doubled() -> (Bench, String, [String; 2]) {
    let bench = Bench::new(false).await;
    let old = bench.report_of(5, 1, now() - SignedDuration::from_hours(48)).await;
    let new = bench.report_of(6, 1, now()).await;
    let cookie = bench.sign_in().await;
    (bench, cookie, [old, new].map(|agent| agent.to_string()))
}

/// The address of the only question.
async fn question(bench: &Bench, cookie: &str) -> String {
    let text = bench.get("/pertanyaan", cookie).await.text();
    let (_, rest) = text.split_once("<h2><a href=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_doubled_server_is_asked_about_everywhere() {
    let (bench, cookie, agents) = doubled().await;
    for path in ["/", "/server"] {
        assert!(bench.get(path, &cookie).await.text().contains("pertanyaan tentang server kembar"), "{path}");
    }
    let path = question(&bench, &cookie).await;
    for agent in &agents {
        let server = bench.get(&format!("/server/{agent}"), &cookie).await.text();
        assert!(server.contains(&format!("href=\"{path}\"")), "{agent}");
    }
    let page = bench.get(&path, &cookie).await.text();
    for text in ["Nomor seri mesin", "7XK42N2", "Sama", "dipasang ulang", "gabungkan", "biarkan terpisah"] {
        assert!(page.contains(text), "{text}");
    }
    assert_eq!(bench.get("/pertanyaan/0000000000000000", &cookie).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_answer_needs_a_reason_and_our_own_form() {
    let (bench, cookie, agents) = doubled().await;
    let path = question(&bench, &cookie).await;
    let token = bench.get(&path, &cookie).await.token();
    let send = async |body: String| bench.post(&path, &cookie, &body).await;
    let keeps = &agents[1];
    let forged = send(format!("tanda=0&jawaban=gabung&teruskan={keeps}&alasan=ya")).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let mute = send(format!("tanda={token}&jawaban=gabung&teruskan={keeps}&alasan=+")).await;
    assert_eq!(mute.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(mute.text().contains("Tuliskan alasannya"));
    let stranger = format!("tanda={token}&jawaban=gabung&teruskan={}&alasan=ya", "0".repeat(32));
    let stranger = send(stranger).await;
    assert_eq!(stranger.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        stranger.text().contains("bukan bagian pertanyaan ini") && stranger.text().contains(">ya</textarea>")
    );
}

#[tokio::test]
async fn a_merge_is_recorded_and_can_be_taken_back() {
    let (bench, cookie, [old, new]) = doubled().await;
    let path = question(&bench, &cookie).await;
    let token = bench.get(&path, &cookie).await.token();
    let body = format!("tanda={token}&jawaban=gabung&teruskan={new}&alasan=dipasang+ulang");
    let done = bench.post(&path, &cookie, &body).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/pertanyaan"));
    let act = &bench.store.leaves(None, 1).await.unwrap()[0].text;
    assert!(act.contains("duplicate.merge") && act.contains("alasan: dipasang ulang"), "{act}");
    assert!(bench.get("/pertanyaan", &cookie).await.text().contains("Tidak ada pertanyaan yang terbuka"));

    let retired = bench.get(&format!("/server/{old}"), &cookie).await.text();
    assert!(retired.contains("Agen ini sudah digabung") && retired.contains(&format!("/server/{new}")));
    assert!(bench.get(&format!("/server/{new}"), &cookie).await.text().contains("Meneruskan"));
    let back = bench.post("/pertanyaan/batal", &cookie, &format!("tanda={token}&agen={old}")).await;
    assert_eq!(back.header("location"), format!("/server/{old}"));
    assert!(!bench.get("/pertanyaan", &cookie).await.text().contains("Tidak ada pertanyaan yang terbuka"));
    let again = bench.post("/pertanyaan/batal", &cookie, &format!("tanda={token}&agen={old}")).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn two_machines_stay_two() {
    let (bench, cookie, _) = doubled().await;
    let path = question(&bench, &cookie).await;
    let token = bench.get(&path, &cookie).await.token();
    let done = bench.post(&path, &cookie, &format!("tanda={token}&jawaban=pisah&alasan=dua+mesin")).await;
    assert_eq!(done.header("location"), "/pertanyaan");
    assert!(bench.get("/pertanyaan", &cookie).await.text().contains("Tidak ada pertanyaan yang terbuka"));
    let act = &bench.store.leaves(None, 1).await.unwrap()[0].text;
    assert!(act.contains("duplicate.split") && act.contains("alasan: dua mesin"), "{act}");
}
