//! `/lan/{kode}/cetak`: a version's diagram on sheets of A4 or A3, landscape, under the kop: for the printer, and for the
//! wall of the server room.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use serde::Deserialize;

use super::super::super::error::Error;
use super::super::super::input::Asks;
use super::super::super::picture::{Svg, drawn};
use super::super::super::session::{App, Person};
use super::super::super::stylesheet;
use super::super::page;
use super::drawing::{paper, since};
use super::{office_at, version_at};
use crate::config::Config;
use crate::export::Picture;
use crate::lan::{Paper, Sheet};

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// Which version.
    #[serde(default)]
    pub(crate) versi: String,
    /// What changed since this version is marked.
    #[serde(default)]
    pub(crate) sejak: String,
    /// `a4` or `a3`.
    #[serde(default)]
    pub(crate) kertas: String,
}

#[derive(Template)]
#[template(path = "lan_paper.html")]
pub(crate) struct PaperPage {
    stylesheet: String,
    title: String,
    government: String,
    office: String,
    back: String,
    /// `a4` or `a3`.
    paper: &'static str,
    /// The same on the other paper: its name, and where it is.
    other: (&'static str, String),
    sheets: Vec<Svg>,
}

impl PaperPage {
    /// The sheets of a picture.
    pub(crate) fn new(config: &Config, picture: &Picture<'_>, paper: Paper) -> Self {
        let version = picture.version;
        let (office, number) = (&version.office, version.number);
        let paper = if paper == Paper::A3 { Paper::A3 } else { Paper::A4 };
        let (name, other) = if paper == Paper::A3 { ("a3", "a4") } else { ("a4", "a3") };
        let since = picture.since.map(|since| format!("&sejak={}", since.number)).unwrap_or_default();
        let sheets = picture.sheets(config, Sheet { paper, has_letterhead: true });
        Self {
            stylesheet: stylesheet::path().to_owned(),
            title: picture.title(config),
            government: config.government.name.clone(),
            office: config.office_name(office).to_owned(),
            back: format!("/lan/{office}/versi/{number}"),
            paper: name,
            other: (other, format!("/lan/{office}/cetak?versi={number}{since}&kertas={other}")),
            sheets: sheets.iter().map(drawn).collect(),
        }
    }
}

/// `GET /lan/{kode}/cetak`
pub(crate) async fn show(
    State(desk): State<App>,
    _: Person,
    Path(code): Path<String>,
    Asks(asked): Asks<Asked>,
) -> Result<Html<String>, Error> {
    let config = &desk.web.config;
    let office = office_at(config, &code)?;
    let version = version_at(&desk, &office.code, &asked.versi).await?;
    let since = since(&desk, &version, &asked.sejak).await?;
    let picture = Picture { version: &version, since: since.as_ref() };
    page(&PaperPage::new(config, &picture, paper(&asked.kertas)?))
}
