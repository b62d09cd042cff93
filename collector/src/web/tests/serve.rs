//! The pages in a browser: `cargo test -p patuh-collector serve_pages -- --ignored`, then
//! `http://127.0.0.1:8765/ringkasan`. With the headers of the real ones, so that what the policy forbids
//! does not show.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::map_response;
use axum::response::Html;
use axum::routing::get;

use super::super::headers;
use super::super::pages::style;
use super::super::shell::Place;
use super::world::World;

#[tokio::test]
#[ignore = "serves until it is stopped"]
async fn serve_pages() {
    let world = World::new(26, 60, &|text| text.to_owned());
    let mut router: Router = Router::new().route("/gaya/{nama}", get(style::show));
    let seal = style::footer(&world.shell(Place::Overview));
    let kind = [(CONTENT_TYPE, "text/css; charset=utf-8")];
    router = router.route("/segel.css", get(async move || (kind, seal)));
    for (name, page) in world.pages().into_iter().chain(world.others()).chain(World::empty()) {
        router = router.route(&format!("/{name}"), get(async move || Html(page)));
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8765").await.unwrap();
    axum::serve(listener, router.layer(map_response(headers::complete))).await.unwrap();
}
