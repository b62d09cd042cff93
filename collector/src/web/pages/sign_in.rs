//! `/masuk` and `/keluar`.
//!
//! An unknown name costs as much time and gets the same answer as a wrong password. Passwords are hashed
//! off the runtime's threads, two at a time.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use askama::Template;
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::error::Error;
use super::super::input::Sent;
use super::super::session::{App, Desk, Person};
use super::super::stylesheet;
use super::page;
use crate::identity::password;

/// Longer names and passwords are not looked at.
pub(super) const MAX_FIELD: usize = 256;

#[derive(Template)]
#[template(path = "sign_in.html")]
pub(crate) struct SignIn {
    pub(crate) stylesheet: &'static str,
    pub(crate) government: String,
    pub(crate) dinas: String,
    /// What was typed, so that it is not lost.
    pub(crate) name: String,
    pub(crate) fault: Option<String>,
}

/// What the form sends.
#[derive(Deserialize)]
pub(crate) struct Credentials {
    nama: String,
    sandi: String,
}

/// Where a request comes from, as far as the server told.
pub(crate) struct Peer(pub(super) IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| peer.ip())))
    }
}

impl SignIn {
    fn new(desk: &Desk, name: String, fault: Option<String>) -> Self {
        let government = &desk.web.config.government;
        Self {
            stylesheet: stylesheet::path(),
            government: government.name.clone(),
            dinas: government.dinas.clone(),
            name,
            fault,
        }
    }
}

/// `GET /masuk`
pub(crate) async fn show(State(desk): State<App>) -> Result<Response, Error> {
    Ok(page(&SignIn::new(&desk, String::new(), None))?.into_response())
}

/// `POST /masuk`
pub(crate) async fn enter(
    State(desk): State<App>,
    Peer(from): Peer,
    Sent(Credentials { nama, sandi }): Sent<Credentials>,
) -> Result<Response, Error> {
    let name = nama.trim().to_owned();
    if name.len() > MAX_FIELD || sandi.len() > MAX_FIELD {
        return refused(&desk, String::new(), StatusCode::UNPROCESSABLE_ENTITY, WRONG.to_owned());
    }
    if let Err(minutes) = desk.attempts.begin(&name, from, desk.now()) {
        tracing::warn!(user = name, %from, "sign-in closed after too many failures");
        let text = format!(
            "Terlalu banyak percobaan yang gagal untuk nama ini. Tunggu {minutes} menit, lalu coba lagi."
        );
        return refused(&desk, name, StatusCode::TOO_MANY_REQUESTS, text);
    }
    let user = desk.web.store.user(&name).await?;
    let hash = user.as_ref().map_or_else(|| password::NOBODY.to_owned(), |user| user.password.clone());
    let right = verify(&desk, sandi, hash).await?;
    let Some(user) = user.filter(|_| right) else {
        tracing::warn!(user = name, %from, "sign-in failed");
        return refused(&desk, name, StatusCode::UNAUTHORIZED, WRONG.to_owned());
    };
    desk.attempts.forgive(&name, from);
    desk.record(&user.name, "session.start", format!("masuk dari {from}")).await?;
    let cookie = desk.start(&user.name).await?;
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/")).into_response())
}

const WRONG: &str = "Nama pengguna atau kata sandi tidak cocok. Periksa keduanya, lalu coba lagi.";

fn refused(desk: &Desk, name: String, status: StatusCode, fault: String) -> Result<Response, Error> {
    Ok((status, page(&SignIn::new(desk, name, Some(fault)))?).into_response())
}

/// Whether `typed` gives `hash`.
pub(super) async fn verify(desk: &Desk, typed: String, hash: String) -> Result<bool, Error> {
    let _permit = desk.hashing.acquire().await.map_err(|e| Error::Identity(e.to_string()))?;
    let task = tokio::task::spawn_blocking(move || password::verify(&typed, &hash));
    task.await.map_err(|e| Error::Identity(e.to_string()))
}

/// What was sent from the navigation.
#[derive(Deserialize)]
pub(crate) struct Leave {
    tanda: String,
}

/// `POST /keluar`
pub(crate) async fn leave(
    State(desk): State<App>,
    person: Person,
    Sent(Leave { tanda }): Sent<Leave>,
) -> Result<Response, Error> {
    person.sent(&tanda)?;
    let cookie = desk.end(&person).await?;
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/masuk")).into_response())
}
