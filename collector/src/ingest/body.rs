//! Reading a request's body: counted before it is kept, and not slower than 1 KiB a second.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, Request};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::{Instant, timeout_at};

use super::refusal::Refused;

/// What every sender gets, however little it sends.
const GRACE: Duration = Duration::from_secs(10);
/// Thin office links are honest; slower than this is an attack or a broken line.
const LEAST_BYTES_PER_SECOND: u64 = 1024;

/// The bytes of `request`, at most `limit` of them.
///
/// # Errors
/// [`Refused::TooLarge`] as soon as that is known, [`Refused::Unfinished`] when they come too slowly.
pub(super) async fn read(request: Request<Body>, limit: usize) -> Result<Vec<u8>, Refused> {
    if announced(request.headers()).is_some_and(|length| length > limit) {
        return Err(Refused::TooLarge(limit));
    }
    let began = Instant::now();
    let mut body = Limited::new(request.into_body(), limit);
    let mut bytes = Vec::new();
    loop {
        let received = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let deadline = began + GRACE + Duration::from_secs(received / LEAST_BYTES_PER_SECOND);
        match timeout_at(deadline, body.frame()).await {
            Ok(None) => return Ok(bytes),
            Ok(Some(Ok(frame))) => bytes.extend_from_slice(&frame.into_data().unwrap_or_default()),
            Ok(Some(Err(error))) if error.is::<LengthLimitError>() => return Err(Refused::TooLarge(limit)),
            Ok(Some(Err(_))) | Err(_) => return Err(Refused::Unfinished),
        }
    }
}

fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use axum::body::Bytes;

    use super::*;

    /// A body that never comes to an end, and never sends.
    struct Silent;

    impl hyper::body::Body for Silent {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
            Poll::Pending
        }
    }

    async fn check(body: Body, expected: &str) {
        let read = read(Request::new(body), 8).await;
        let read = read.map(|bytes| format!("{} bytes", bytes.len()));
        assert_eq!(read.unwrap_or_else(|refused| refused.status().to_string()), expected);
    }

    #[tokio::test]
    async fn a_body_is_counted_before_it_is_kept() {
        check(Body::from("12345678"), "8 bytes").await;
        check(Body::from("123456789"), "413 Payload Too Large").await;
        check(Body::empty(), "0 bytes").await;
        let announced = Request::builder().header(CONTENT_LENGTH, "9").body(Body::empty()).unwrap();
        assert!(matches!(read(announced, 8).await, Err(Refused::TooLarge(8))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stops_is_given_up() {
        check(Body::new(Silent), "408 Request Timeout").await;
    }
}
