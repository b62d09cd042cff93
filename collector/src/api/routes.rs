//! The table of all addresses of the API, each with its guard; held against `tests/golden/api-routes.txt` and
//! against [`openapi`].

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{MethodRouter, any, get};

use super::error::Error;
use super::guard::with_token;
use super::{App, answers, openapi};

/// Who may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guard {
    /// Anybody.
    Public,
    /// Who has a token.
    Token,
}

/// One address.
pub(super) struct Route {
    pub(super) path: &'static str,
    pub(super) guard: Guard,
    handler: fn() -> MethodRouter<App>,
}

const fn token(path: &'static str, handler: fn() -> MethodRouter<App>) -> Route {
    Route { path, guard: Guard::Token, handler }
}

/// Every address.
pub(super) const ALL: &[Route] = &[
    Route { path: "/api/v1/openapi.json", guard: Guard::Public, handler: || get(openapi::show) },
    token("/api/v1/servers", || get(answers::servers)),
    token("/api/v1/servers/{agent}", || get(answers::server)),
    token("/api/v1/assets", || get(answers::assets)),
    token("/api/v1/changes", || get(answers::changes)),
    token("/api/v1/export/{file}", || get(answers::export)),
];

/// The router over [`ALL`].
pub(super) fn router(app: App) -> Router {
    let table = |guard: Guard| {
        let routes = ALL.iter().filter(|route| route.guard == guard);
        routes.fold(Router::new(), |router, route| router.route(route.path, (route.handler)()))
    };
    let nothing = || any(async || Error::NotFound);
    let guarded = table(Guard::Token).route_layer(from_fn_with_state(app.clone(), with_token));
    table(Guard::Public)
        .merge(guarded)
        .route("/api", nothing())
        .route("/api/{*rest}", nothing())
        .layer(DefaultBodyLimit::max(0))
        .layer(map_response(complete))
        .with_state(app)
}

const ALWAYS: [(HeaderName, &str); 4] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
];

/// What every answer carries.
async fn complete(mut response: Response) -> Response {
    for (name, value) in ALWAYS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
