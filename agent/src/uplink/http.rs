//! One POST to the collector, with bounded time and bounded answers.

use std::time::Duration;

use patuh_protocol::limits;
use patuh_protocol::receipt::Refusal;
use reqwest::header::RETRY_AFTER;
use reqwest::{Client, RequestBuilder, Response};
use rustls::ClientConfig;
use serde::de::DeserializeOwned;

use super::failure::{SendError, refused, unanswered};

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(15);
/// How long everything may take, upload and answer: 1 MiB over a slow office line.
const WHOLE: Duration = Duration::from_secs(120);
/// How long an idle connection is kept.
const IDLE: Duration = Duration::from_secs(20);

/// The client for a TLS configuration.
///
/// # Errors
/// Not for a configuration of [`super::tls`].
pub(super) fn client(tls: ClientConfig) -> Result<Client, reqwest::Error> {
    Client::builder()
        .tls_backend_preconfigured(tls)
        .http1_only()
        .https_only(true)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT)
        .timeout(WHOLE)
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(1)
        .user_agent(concat!("patuh-agent/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// Sends a request and reads the answer, of at most [`limits::MAX_ANSWER`] bytes.
///
/// # Errors
/// [`SendError::Transient`], [`SendError::Refused`] or [`SendError::Rejected`].
pub(super) async fn exchange<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, SendError> {
    let response = request.send().await.map_err(|error| unanswered(&error))?;
    let status = response.status().as_u16();
    let retry_after = retry_after(&response);
    let body = read(response).await?;
    if status != 200 {
        let said = serde_json::from_slice::<Refusal>(&body).map(|refusal| refusal.error);
        return Err(refused(status, retry_after, said.unwrap_or_else(|_| "tanpa penjelasan".to_owned())));
    }
    serde_json::from_slice(&body).map_err(|_| not_a_collector())
}

async fn read(mut response: Response) -> Result<Vec<u8>, SendError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unanswered(&error))? {
        if body.len() + chunk.len() > limits::MAX_ANSWER {
            return Err(not_a_collector());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn not_a_collector() -> SendError {
    let what = "jawabannya bukan jawaban kolektor Patuh yang dikenal versi ini".to_owned();
    SendError::Refused { status: 200, what }
}

/// `Retry-After` in seconds (RFC 9110, section 10.2.3). A date is not used: clocks differ.
fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}
