//! Refused requests: status, what the agent's administrator reads, and nothing of our insides.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use patuh_protocol::receipt::Refusal;
use ring::rand::{SecureRandom, SystemRandom};
use serde::Serialize;

/// Why a request is refused. `Display` says why and what to do, in Indonesian.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The body is larger than it may be.
    #[error("kiriman melebihi {0} byte; perbarui agen, atau kurangi isinya")]
    TooLarge(usize),
    /// The body came too slowly, or the connection broke.
    #[error("kiriman tidak selesai diterima; agen akan mengirim ulang")]
    Unfinished,
    /// Not what this path takes.
    #[error("kiriman tidak dapat dibaca ({0}); perbarui agen ke versi yang sama dengan kolektor")]
    Malformed(String),
    /// No client certificate.
    #[error("laporan memerlukan sertifikat agen; daftarkan server ini dengan `patuh-agent enrol`")]
    NoCertificate,
    /// The certificate is another agent's.
    #[error(
        "sertifikat bukan milik agen yang disebut dalam laporan; apakah direktori agen disalin dari server lain?"
    )]
    OtherAgent,
    /// There is no such agent.
    #[error("agen ini belum terdaftar; daftarkan dengan `patuh-agent enrol` dan token dari Diskominfo")]
    Unknown,
    /// The agent was revoked.
    #[error("agen ini sudah dinonaktifkan; hubungi Diskominfo")]
    Inactive,
    /// The signature is not the agent's.
    #[error("tanda tangan bukan milik agen ini; laporan berubah dalam perjalanan atau kuncinya berbeda")]
    Signature,
    /// The token is not taken: why and what to do.
    #[error("{0}")]
    Token(&'static str),
    /// The same number was already used for another report.
    #[error(
        "nomor laporan ini sudah dipakai untuk isi lain; apakah server ini disalin (kloning) dari server lain?"
    )]
    Conflict,
    /// The store, or something behind it, does not work now.
    #[error("kolektor sementara tidak dapat menyimpan; agen akan mengirim ulang")]
    Unavailable,
    /// No such path.
    #[error("alamat ini tidak ada pada kolektor; perbarui agen")]
    NoSuchPath,
}

impl Refused {
    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unfinished => StatusCode::REQUEST_TIMEOUT,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::NoCertificate => StatusCode::UNAUTHORIZED,
            Self::OtherAgent | Self::Unknown | Self::Inactive | Self::Signature | Self::Token(_) => {
                StatusCode::FORBIDDEN
            }
            Self::Conflict => StatusCode::CONFLICT,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::NoSuchPath => StatusCode::NOT_FOUND,
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = json(self.status(), &Refusal { error: self.to_string() });
        if matches!(self, Self::Unavailable) {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(pause()));
        }
        response
    }
}

/// 30 to 157 seconds, spread at random: agents that were all refused at once must not all return at once.
fn pause() -> u16 {
    let mut byte = [0];
    let [byte] = SystemRandom::new().fill(&mut byte).map_or([0], |()| byte);
    30 + u16::from(byte / 2)
}

/// `value` as a JSON response.
pub(super) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    let Ok(text) = serde_json::to_string(value) else { return Refused::Unavailable.status().into_response() };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
