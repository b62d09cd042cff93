//! `/media`: the register of portable media, and what was seen written without standing in it.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use jiff::civil::Date;
use patuh_protocol::id::Code;
use serde::Deserialize;

use super::super::super::error::Error;
use super::super::super::format::{Format, When, number};
use super::super::super::input::{self, Asks};
use super::super::super::session::{App, Person};
use super::super::super::shell::{Place, Shell};
use super::super::section::Sign;
use super::super::{host_name, office_choices, page};
use crate::config::Config;
use crate::media::{Life, Medium, MediumKind, Proposal, Writing, proposals, written_last};
use crate::store::{MediaFilter, ServerFilter};

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// Words to look for.
    #[serde(default)]
    pub(crate) cari: String,
    /// Only of this office.
    #[serde(default)]
    pub(crate) pd: String,
    /// Only of this kind.
    #[serde(default)]
    pub(crate) jenis: String,
    /// Only in this state.
    #[serde(default)]
    pub(crate) keadaan: String,
}

impl Asked {
    /// The store's filter. A word that is none finds nothing, and says so.
    pub(crate) fn filter(&self) -> Result<MediaFilter, Error> {
        Ok(MediaFilter {
            office: input::word::<Code>(&self.pd)?,
            kind: input::word(&self.jenis)?,
            life: input::word(&self.keadaan)?,
            search: Some(self.cari.trim().to_owned()).filter(|text| !text.is_empty()),
        })
    }

    fn filtered(&self) -> bool {
        [&self.cari, &self.pd, &self.jenis, &self.keadaan].iter().any(|it| !it.is_empty())
    }
}

/// A medium in the list.
#[derive(Clone, Debug)]
pub(crate) struct MediumLine {
    id: String,
    label: String,
    office: String,
    kind: &'static str,
    model: String,
    place: String,
    custodian: String,
    written: Written,
    seen: Option<(String, String)>,
    state: Standing,
    over: bool,
}

/// When a medium was last written, and who says so.
#[derive(Clone, Debug)]
pub(crate) enum Written {
    /// An agent saw it: when, and the report that says so.
    Seen(When, u64),
    /// A person says so.
    Said(String),
    /// Nobody knows.
    Unknown,
}

/// A state, with a sign where it is more than a fact.
pub(crate) type Standing = (Option<Sign>, String);

impl Written {
    /// Of `medium`: what an agent saw, unless a person tells of a later day.
    pub(crate) fn of(medium: &Medium, writings: &[Writing], format: &Format) -> Self {
        let seen = written_last(medium, writings);
        match (seen, medium.written_on) {
            (Some(seen), said) if said.is_none_or(|day| day <= format.civil(seen.newest)) => {
                Self::Seen(format.when(seen.newest), seen.index)
            }
            (_, Some(day)) => Self::Said(format.day_away(day)),
            (_, None) => Self::Unknown,
        }
    }
}

/// The state of a medium in words. One that was written after it was lost or destroyed is not what the register says.
pub(crate) fn state(medium: &Medium, writings: &[Writing], format: &Format) -> Standing {
    let name = medium.life.name();
    let after = |day: Date| written_last(medium, writings).is_some_and(|it| format.civil(it.newest) > day);
    match (medium.life.is_over(), medium.ended.on) {
        (true, Some(day)) if after(day) => {
            (Some(Sign::Wrong), format!("{name}, tetapi ditulis lagi sesudahnya"))
        }
        (true, _) => (Some(Sign::Unknown), name.to_owned()),
        (false, _) if medium.life == Life::Stored => (Some(Sign::Well), name.to_owned()),
        (false, _) => (None, name.to_owned()),
    }
}

impl MediumLine {
    fn new(medium: &Medium, writings: &[Writing], config: &Config, format: &Format) -> Self {
        Self {
            id: medium.id.to_string(),
            label: medium.label.clone(),
            office: config.office_name(&medium.office).to_owned(),
            kind: medium.kind.name(),
            model: medium.model.clone(),
            place: medium.place.words(&config.sites),
            custodian: medium.custodian.words(),
            written: Written::of(medium, writings, format),
            seen: medium.seen.on.map(|day| (format.day_away(day), medium.seen.by.clone())),
            state: state(medium, writings, format),
            over: medium.life.is_over(),
        }
    }
}

/// What was seen written and is not registered.
#[derive(Clone, Debug)]
pub(crate) struct ProposalLine {
    identity: String,
    /// Who wrote it: agent, host, set, where.
    writers: Vec<(String, String, String, String)>,
    newest: Option<When>,
    index: u64,
}

impl ProposalLine {
    fn new(proposal: &Proposal, host: &dyn Fn(&str) -> String, format: &Format) -> Self {
        let first = proposal.writings.first();
        let writer = |it: &Writing| {
            let agent = it.agent.to_string();
            (agent.clone(), host(&agent), it.set.clone(), it.location.clone())
        };
        Self {
            identity: proposal.identity.clone(),
            writers: proposal.writings.iter().take(4).map(writer).collect(),
            newest: first.map(|it| format.when(it.newest)),
            index: first.map_or(0, |it| it.index),
        }
    }
}

#[derive(Template)]
#[template(path = "media.html")]
pub(crate) struct Media {
    shell: Shell,
    asked: Asked,
    filtered: bool,
    offices: Vec<(String, String)>,
    kinds: Vec<(&'static str, &'static str)>,
    /// States with how many there are of each: slug, name, count, whether chosen.
    lives: Vec<(&'static str, &'static str, String, bool)>,
    all: String,
    total: String,
    lines: Vec<MediumLine>,
    proposals: Vec<ProposalLine>,
}

/// What the page is made from: media under all filters but that of the state, and what agents saw written.
pub(crate) struct Known<'a> {
    pub(crate) media: Vec<Medium>,
    pub(crate) proposals: Vec<Proposal>,
    pub(crate) writings: &'a [Writing],
    pub(crate) host: &'a dyn Fn(&str) -> String,
}

impl Media {
    /// The page over the media that the store found.
    pub(crate) fn new(
        shell: Shell,
        config: &Config,
        known: Known<'_>,
        asked: &Asked,
        format: &Format,
    ) -> Self {
        let Known { mut media, proposals, writings, host } = known;
        let chosen: Option<Life> = asked.keadaan.trim().parse().ok();
        let count = |life| media.iter().filter(|medium| medium.life == life).count() as u64;
        let lives =
            Life::ALL.map(|life| (life.slug(), life.name(), number(count(life)), chosen == Some(life)));
        let all = number(media.len() as u64);
        media.retain(|medium| chosen.is_none_or(|life| medium.life == life));
        Self {
            shell,
            filtered: asked.filtered(),
            offices: office_choices(config),
            kinds: MediumKind::ALL.map(|kind| (kind.slug(), kind.name())).to_vec(),
            lives: lives.to_vec(),
            all,
            total: number(media.len() as u64),
            lines: media.iter().map(|it| MediumLine::new(it, writings, config, format)).collect(),
            proposals: proposals.iter().map(|it| ProposalLine::new(it, host, format)).collect(),
            asked: asked.clone(),
        }
    }
}

/// `GET /media`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Asks(asked): Asks<Asked>,
) -> Result<Html<String>, Error> {
    let (store, filter) = (&desk.web.store, asked.filter()?);
    let media = store.media(&MediaFilter { life: None, ..filter }).await?;
    let (whole, writings) = (store.media(&MediaFilter::default()).await?, store.writings().await?);
    let servers = store.servers(&ServerFilter::default()).await?;
    let host = |agent: &str| {
        let row = servers.iter().find(|row| row.agent.as_str() == agent);
        host_name(row.map_or("", |row| &row.hostname), agent)
    };
    let scene = desk.scene(&person, Place::Backups).await?;
    let known = Known { media, proposals: proposals(&whole, &writings), writings: &writings, host: &host };
    page(&Media::new(scene.shell, &desk.web.config, known, &asked, &scene.format))
}
