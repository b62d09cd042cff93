//! What a person sees when a page cannot be shown. Internals go to the log under an operation id; the page
//! shows only the id.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::stylesheet;
use crate::store;

/// Why a page cannot be shown.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// There is no such thing.
    #[error("no such page")]
    NotFound,
    /// A form that did not come from our own pages.
    #[error("form from elsewhere")]
    Forged,
    /// The store.
    #[error("store: {0}")]
    Store(#[from] store::Error),
    /// A page that does not render.
    #[error("page: {0}")]
    Render(#[from] askama::Error),
    /// A file that cannot be made.
    #[error("export: {0}")]
    Export(#[from] crate::export::Error),
    /// A letter that cannot be written.
    #[error("{0}")]
    Letter(#[from] crate::letters::Error),
    /// A diagram that cannot be drawn.
    #[error("drawing: {0}")]
    Drawing(String),
    /// Hashing a password, or randomness.
    #[error("identity: {0}")]
    Identity(String),
    /// A checkpoint of the ledger that its own key does not open.
    #[error("ledger: {0}")]
    Ledger(String),
}

/// The page that says so.
#[derive(Template)]
#[template(path = "problem.html")]
pub(super) struct Problem {
    pub(super) stylesheet: &'static str,
    pub(super) title: &'static str,
    pub(super) text: &'static str,
    pub(super) advice: &'static str,
    pub(super) operation: Option<String>,
}

impl Problem {
    fn new(title: &'static str, text: &'static str, advice: &'static str) -> Self {
        Self { stylesheet: stylesheet::path(), title, text, advice, operation: None }
    }

    pub(super) fn not_found() -> Self {
        Self::new(
            "Halaman tidak ditemukan",
            "Alamat ini tidak menunjuk pada apa pun di sini, atau datanya sudah tidak ada.",
            "Periksa alamatnya, atau mulai lagi dari Ringkasan.",
        )
    }

    pub(super) fn forged() -> Self {
        Self::new(
            "Formulir ditolak",
            "Formulir ini tidak dikirim dari halaman Patuh yang sedang Anda buka, atau sesinya sudah berakhir.",
            "Buka kembali halamannya, lalu isi dan kirim formulirnya sekali lagi.",
        )
    }

    pub(super) fn failed(operation: String) -> Self {
        let mut problem = Self::new(
            "Halaman belum dapat ditampilkan",
            "Terjadi gangguan di kolektor. Data yang sudah diterima tetap tersimpan.",
            "Coba lagi beberapa saat. Bila berulang, sampaikan nomor di bawah ini kepada pengelola kolektor.",
        );
        problem.operation = Some(operation);
        problem
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, page) = match self {
            Self::NotFound => (StatusCode::NOT_FOUND, Problem::not_found()),
            Self::Forged => (StatusCode::FORBIDDEN, Problem::forged()),
            internal => {
                let operation = operation_id();
                tracing::error!(operation, error = %internal, "page failed");
                (StatusCode::INTERNAL_SERVER_ERROR, Problem::failed(operation))
            }
        };
        (status, Html(page.render().unwrap_or_else(|_| page.title.to_owned()))).into_response()
    }
}

/// Eight hex digits by which a person and the log speak of the same event.
fn operation_id() -> String {
    let mut bytes = [0; 4];
    let _ = ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut bytes);
    data_encoding::HEXLOWER.encode(&bytes)
}
