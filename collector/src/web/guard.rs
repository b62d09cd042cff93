//! Whether a request that changes something comes from our own pages.
//!
//! Two checks, each enough by itself: what the browser says of the request's origin (for every POST), and a
//! token in the form that only a page of the same session can know.

use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::Error;

/// Lets through what reads, and what our own pages send.
pub(super) async fn same_site(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads || is_own(request.headers()) { next.run(request).await } else { Error::Forged.into_response() }
}

/// Browsers since about 2020 say it in `Sec-Fetch-Site`, those before in `Origin`. What sends neither is
/// no browser that an attacker's page could use, or so old that cookie and token must do.
fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("null"));
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = text(ORIGIN.as_str()) else { return true };
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    authority.is_some() && authority == text(HOST.as_str())
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn check(headers: &[(&'static str, &'static str)], own: bool) {
        let map = headers
            .iter()
            .map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v)))
            .collect::<HeaderMap>();
        assert_eq!(is_own(&map), own, "{headers:?}");
    }

    #[test]
    fn only_our_own_pages_may_post() {
        check(&[("sec-fetch-site", "same-origin"), ("origin", "null")], true);
        check(&[("sec-fetch-site", "none")], true);
        check(&[("sec-fetch-site", "same-site"), ("host", "a"), ("origin", "https://a")], false);
        check(&[("sec-fetch-site", "cross-site")], false);
        check(&[("host", "patuh.contoh.go.id"), ("origin", "https://patuh.contoh.go.id")], true);
        check(&[("host", "patuh.contoh.go.id:8080"), ("origin", "https://patuh.contoh.go.id")], false);
        check(
            &[("host", "patuh.contoh.go.id"), ("origin", "https://patuh.contoh.go.id.jahat.example")],
            false,
        );
        check(&[("host", "null"), ("origin", "null")], false);
        check(&[("origin", "https://a")], false);
        check(&[("host", "a")], true);
    }
}
