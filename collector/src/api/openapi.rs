//! The description of the API for programs (OpenAPI 3.1).

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

/// The document.
pub(super) const TEXT: &str = include_str!("openapi.json");

/// `GET /api/v1/openapi.json`
pub(super) async fn show() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], TEXT)
}
