//! `/unduh`: every list with whom it is for, and what is to be in it. The choice stands in the address, and the
//! links carry it on.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use patuh_protocol::id::Code;
use serde::Deserialize;

use super::super::error::Error;
use super::super::input::Asks;
use super::super::session::{App, Person};
use super::super::shell::{Place, Shell};
use super::page;
use crate::config::Config;
use crate::export::{Conditions, Filter, List};
use crate::register::Asset;
use crate::store::AssetFilter;

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// Only of this office.
    #[serde(default)]
    pub(crate) pd: String,
    /// Only assets in this room.
    #[serde(default)]
    pub(crate) ruang: String,
    /// The words for conditions.
    #[serde(default)]
    pub(crate) kondisi: String,
    /// Which page of labels, counted from 1.
    #[serde(default)]
    pub(crate) hal: String,
}

impl Asked {
    /// What a list is to hold.
    pub(crate) fn filter(&self) -> Result<Filter, Error> {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let office = given(&self.pd).map(|code| code.parse::<Code>()).transpose();
        let conditions = given(&self.kondisi).map(|slug| Conditions::of_slug(&slug).ok_or(Error::NotFound));
        Ok(Filter {
            office: office.map_err(|_| Error::NotFound)?,
            room: given(&self.ruang),
            conditions: conditions.transpose()?.unwrap_or_default(),
            ..Filter::default()
        })
    }

    /// The choice as it stands in an address.
    pub(crate) fn query(&self) -> String {
        let encoded = |text: &str| {
            text.bytes().fold(String::new(), |encoded, byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                    encoded + &char::from(byte).to_string()
                }
                other => format!("{encoded}%{other:02X}"),
            })
        };
        format!("pd={}&ruang={}&kondisi={}", encoded(&self.pd), encoded(&self.ruang), encoded(&self.kondisi))
    }

    pub(crate) fn page(&self) -> usize {
        self.hal.parse().unwrap_or(1).max(1)
    }
}

/// A list on the page.
struct Line {
    title: &'static str,
    about: &'static str,
    /// Formats and where they are.
    links: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "downloads.html")]
pub(crate) struct Downloads {
    shell: Shell,
    offices: Vec<(String, String)>,
    rooms: Vec<String>,
    asked: Asked,
    /// Lists of what the agents saw, of the register, and for programs.
    groups: [(&'static str, &'static str, Vec<Line>); 3],
    labels: String,
}

impl Downloads {
    /// The page for these assets, whose rooms can be chosen.
    pub(crate) fn new(shell: Shell, config: &Config, assets: &[Asset], asked: &Asked) -> Self {
        let rooms: BTreeSet<&String> = assets.iter().filter_map(|asset| asset.place.room.as_ref()).collect();
        let query = asked.query();
        let lines = |lists: &[List]| lists.iter().map(|list| line(*list, &query)).collect();
        let seen = [List::Servers, List::Packages, List::Backups];
        let books = [
            List::Assets,
            List::KibB,
            List::Kir,
            List::Licences,
            List::Pmdn47,
            List::Simda,
            List::Reconciliation,
            List::Media,
            List::IpPlan,
            List::IpFindings,
            List::SiaSpbe,
        ];
        let programs = [List::CycloneDx, List::Everything];
        Self {
            shell,
            offices: config.offices.iter().map(|it| (it.code.to_string(), it.name.clone())).collect(),
            rooms: rooms.into_iter().cloned().collect(),
            asked: asked.clone(),
            groups: [
                ("inventaris", "Inventaris menurut agen", lines(&seen)),
                ("aset", "Daftar Aset", lines(&books)),
                ("program", "Untuk program", lines(&programs)),
            ],
            labels: format!("/label?{query}"),
        }
    }
}

fn line(list: List, query: &str) -> Line {
    let link = |format: &crate::export::Format| {
        let extension = format.extension();
        (extension.to_uppercase(), format!("/unduh/{}.{extension}?{query}", list.slug()))
    };
    Line { title: list.title(), about: list.about(), links: list.formats().iter().map(link).collect() }
}

/// `GET /unduh`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Asks(asked): Asks<Asked>,
) -> Result<Html<String>, Error> {
    let filter = asked.filter()?;
    let scene = desk.scene(&person, Place::Downloads).await?;
    let wanted = AssetFilter { office: filter.office, ..AssetFilter::default() };
    let assets = desk.web.store.assets(&wanted).await?;
    page(&Downloads::new(scene.shell, &desk.web.config, &assets, &asked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_carried_on_and_a_malformed_one_finds_nothing() {
        let asked = |pd: &str, ruang: &str, kondisi: &str| Asked {
            pd: pd.into(),
            ruang: ruang.into(),
            kondisi: kondisi.into(),
            hal: String::new(),
        };
        let filter = asked("dinkes", " R. Server ", "kata").filter().unwrap();
        assert_eq!((filter.office.unwrap().as_str(), filter.conditions), ("dinkes", Conditions::Words));
        assert_eq!(filter.room.as_deref(), Some("R. Server"));
        assert_eq!(asked("", "", "").filter().unwrap(), Filter::default());
        assert!(asked("<", "", "").filter().is_err());
        assert!(asked("", "", "angka").filter().is_err());
        let query = asked("dinkes", "R&D = \"é\"", "").query();
        assert_eq!(query, "pd=dinkes&ruang=R%26D%20%3D%20%22%C3%A9%22&kondisi=");
    }
}
