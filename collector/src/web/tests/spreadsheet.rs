//! What every list does with a file that is none.

use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::{Method, StatusCode};

use super::desk::Bench;

/// What a browser sends for a file.
pub(super) fn multipart(token: &str, name: &str, text: &str) -> String {
    format!(
        "--x\r\nContent-Disposition: form-data; name=\"tanda\"\r\n\r\n{token}\r\n--x\r\n\
         Content-Disposition: form-data; name=\"berkas\"; filename=\"{name}\"\r\n\r\n{text}\r\n--x--\r\n"
    )
}

#[tokio::test]
async fn a_file_with_nothing_in_it_is_no_list() {
    let bench = Bench::new(false).await;
    let cookie = bench.sign_in().await;
    let token = bench.get("/aset/baru", &cookie).await.token();
    let headers = [
        (COOKIE.as_str(), cookie.as_str()),
        ("sec-fetch-site", "same-origin"),
        (CONTENT_TYPE.as_str(), "multipart/form-data; boundary=x"),
    ];
    for path in ["/aset/impor", "/rencana-ip/impor"] {
        let check = async |body: String, expected: &str| {
            let reply = bench.send_as(Method::POST, path, &headers, &body).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
            assert!(
                reply.text().contains(&format!("<a href=\"#berkas\">{expected}</a>")),
                "{path}: {expected}"
            );
        };
        check(multipart(&token, "daftar.csv", ""), "berkasnya kosong").await;
        // So browsers send a file that was not chosen.
        check(multipart(&token, "", ""), "pilih dahulu berkasnya").await;
        let alone =
            format!("--x\r\nContent-Disposition: form-data; name=\"tanda\"\r\n\r\n{token}\r\n--x--\r\n");
        check(alone, "pilih dahulu berkasnya").await;
    }
}
