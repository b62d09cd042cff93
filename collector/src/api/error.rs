//! What a program is told when there is no answer: a status, a word for the program, a sentence for whoever
//! looks after it. Internals go to the log.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::{export, store};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// No token, or none that is good.
    #[error("no good token")]
    Unauthorized,
    /// The token is bound to another office.
    #[error("of another office")]
    Forbidden,
    /// There is no such thing.
    #[error("not found")]
    NotFound,
    /// A parameter that cannot be read: which.
    #[error("parameter {0}")]
    Parameter(&'static str),
    /// Too much at once: seconds to wait.
    #[error("too much at once")]
    Busy(i64),
    /// The store.
    #[error("store: {0}")]
    Store(#[from] store::Error),
    /// A file that cannot be made.
    #[error("export: {0}")]
    Export(export::Error),
}

impl From<export::Error> for Error {
    fn from(error: export::Error) -> Self {
        match error {
            export::Error::Format(..) | export::Error::NoServer => Self::NotFound,
            other => Self::Export(other),
        }
    }
}

impl Error {
    fn told(&self) -> (StatusCode, &'static str, String) {
        let sentence = |text: &str| text.to_owned();
        match self {
            Self::Unauthorized => (
                StatusCode::UNAUTHORIZED,
                "unauthorized",
                sentence(
                    "token API tidak ada, salah, kedaluwarsa atau dicabut; kirim `Authorization: Bearer TOKEN`",
                ),
            ),
            Self::Forbidden => {
                (StatusCode::FORBIDDEN, "forbidden", sentence("token ini hanya untuk perangkat daerah lain"))
            }
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found", sentence("tidak ada di sini")),
            Self::Parameter(name) => (
                StatusCode::BAD_REQUEST,
                "bad_parameter",
                format!("parameter `{name}` tidak dapat dibaca; lihat /api/v1/openapi.json"),
            ),
            Self::Busy(seconds) => (
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_requests",
                format!("terlalu banyak permintaan; ulangi {seconds} detik lagi"),
            ),
            Self::Store(_) | Self::Export(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                sentence("gangguan di kolektor; lihat catatannya"),
            ),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, code, message) = self.told();
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(error = %self, "API request failed");
        }
        let mut response =
            (status, Json(json!({"error": {"code": code, "message": message}}))).into_response();
        match self {
            Self::Unauthorized => {
                response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Self::Busy(seconds) => {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            }
            _ => {}
        }
        response
    }
}
