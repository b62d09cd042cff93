//! `/sandi`: the account, and choosing another password.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::error::Error;
use super::super::input::Sent;
use super::super::session::{App, Desk, Person};
use super::super::shell::{Place, Shell};
use super::page;
use super::sign_in::{MAX_FIELD, Peer, verify};
use crate::identity::password::{self, SHORTEST};
use crate::store::UserRow;

#[derive(Template)]
#[template(path = "account.html")]
pub(crate) struct Account {
    pub(crate) shell: Shell,
    pub(crate) must_change: bool,
    pub(crate) shortest: usize,
    pub(crate) fault: Option<Fault>,
}

/// What is wrong with what was typed, and in which field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) field: &'static str,
    pub(crate) text: &'static str,
}

/// What the form sends.
#[derive(Deserialize)]
pub(crate) struct Change {
    tanda: String,
    lama: String,
    baru: String,
    ulang: String,
}

impl Change {
    /// The fault that can be seen without the old password.
    fn fault(&self, user: &str) -> Option<Fault> {
        let fault = |field, text| Some(Fault { field, text });
        if self.baru.chars().count() < SHORTEST {
            return fault("baru", "Kata sandi baru terlalu pendek: sedikitnya 12 karakter.");
        }
        if self.baru.len() > MAX_FIELD || self.lama.len() > MAX_FIELD {
            return fault("baru", "Kata sandi baru terlalu panjang: paling banyak 256 bita.");
        }
        if self.baru == self.lama {
            return fault("baru", "Kata sandi baru sama dengan yang lama. Pilih yang lain.");
        }
        if self.baru.to_lowercase().contains(&user.to_lowercase()) {
            return fault("baru", "Kata sandi baru memuat nama pengguna. Pilih yang lain.");
        }
        if self.baru != self.ulang {
            return fault("ulang", "Pengulangan tidak sama dengan kata sandi baru.");
        }
        None
    }
}

/// `GET /sandi`
pub(crate) async fn show(State(desk): State<App>, person: Person) -> Result<Response, Error> {
    form(&desk, &person, None).await
}

async fn form(desk: &Desk, person: &Person, fault: Option<Fault>) -> Result<Response, Error> {
    let shell = desk.scene(person, Place::Account).await?.shell;
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let account = Account { shell, must_change: person.must_change, shortest: SHORTEST, fault };
    Ok((status, page(&account)?).into_response())
}

/// `POST /sandi`: all sessions of the user end, and this browser gets a new one.
pub(crate) async fn change(
    State(desk): State<App>,
    person: Person,
    Peer(from): Peer,
    Sent(change): Sent<Change>,
) -> Result<Response, Error> {
    person.sent(&change.tanda)?;
    if let Some(fault) = change.fault(&person.name) {
        return form(&desk, &person, Some(fault)).await;
    }
    if desk.attempts.begin(&person.name, from, desk.now()).is_err() {
        let text = "Terlalu banyak percobaan yang gagal. Tunggu seperempat jam, lalu coba lagi.";
        return form(&desk, &person, Some(Fault { field: "lama", text })).await;
    }
    let Some(user) = desk.web.store.user(&person.name).await? else { return Err(Error::NotFound) };
    if !verify(&desk, change.lama, user.password).await? {
        let fault = Fault { field: "lama", text: "Kata sandi lama tidak cocok." };
        return form(&desk, &person, Some(fault)).await;
    }
    desk.attempts.forgive(&person.name, from);
    let password = hash(&desk, change.baru).await?;
    let user = UserRow { name: person.name, password, must_change: false };
    desk.web.store.put_user(&user, desk.now()).await?;
    desk.web.store.end_sessions_of(&user.name).await?;
    desk.record(&user.name, "password.change", "kata sandi sendiri; semua sesi lain diakhiri".to_owned())
        .await?;
    let cookie = desk.start(&user.name).await?;
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/")).into_response())
}

async fn hash(desk: &Desk, typed: String) -> Result<String, Error> {
    let _permit = desk.hashing.acquire().await.map_err(|e| Error::Identity(e.to_string()))?;
    let task = tokio::task::spawn_blocking(move || password::hash(&typed));
    let hashed = task.await.map_err(|e| Error::Identity(e.to_string()))?;
    hashed.map_err(|e| Error::Identity(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lama: &str, baru: &str, ulang: &str, field: Option<&str>) {
        let change =
            Change { tanda: String::new(), lama: lama.into(), baru: baru.into(), ulang: ulang.into() };
        assert_eq!(change.fault("Sari").map(|f| f.field), field, "{baru}");
    }

    #[test]
    fn weak_and_mistyped_passwords_are_told_apart() {
        check("lama", "sebelas-hrf", "sebelas-hrf", Some("baru"));
        check("dua belas huruf", "dua belas huruf", "dua belas huruf", Some("baru"));
        check("lama", "rahasia-SARI-2026", "rahasia-SARI-2026", Some("baru"));
        check("lama", &"x".repeat(300), &"x".repeat(300), Some("baru"));
        check("lama", "kuda baterai jepit", "kuda baterai jepir", Some("ulang"));
        check("lama", "kuda baterai jepit", "kuda baterai jepit", None);
    }
}
