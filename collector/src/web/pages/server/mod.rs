//! `/server/{agen}` and the parts below it: all that is known of one server, how it is known, and since when.
//! With `?pada=2026-11-20` a part shows the state at the end of that day.

mod backups;
mod compliance;
mod contents;
mod guests;
mod hardware;
mod history;
mod kin;
mod network;
mod numbering;
mod parts;
mod readings;
mod services;
mod software;
mod storage;
mod summary;
mod system;
mod visit;

use jiff::civil::Date;
use patuh_protocol::id::AgentId;
use serde::Deserialize;

use super::super::format::{Format, When, date};
use super::super::shell::Shell;
use super::servers::is_silent;
use super::{Asking, host_name, office_name, path_of};
use crate::config::Config;
use crate::lifecycle;
use crate::store::{ChangeRow, CurrentSection, LeafRow, Lineage, ServerRow};
use crate::tasks::evaluate::Judged;
use crate::words::words;

pub(crate) use backups::Backups;
pub(crate) use compliance::Compliance;
pub(crate) use history::{Compare, Ends, History};
pub(crate) use kin::Kin;
#[cfg(test)]
pub(crate) use kin::Relative;
pub(crate) use parts::Part;
pub(crate) use readings::Readings;
pub(crate) use software::{Software, manager_words};
pub(crate) use summary::Server;
pub(crate) use visit::{part, show};

/// What the address asks for; each part reads its own of it.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// The day whose end is shown.
    #[serde(default)]
    pub(crate) pada: String,
    /// The two days that are compared.
    #[serde(default)]
    pub(crate) dari: String,
    #[serde(default)]
    pub(crate) sampai: String,
    /// Only packages with this in their name, and of this manager.
    #[serde(default)]
    pub(crate) paket: String,
    #[serde(default)]
    pub(crate) pengelola: String,
}

/// The parts of a server's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    Summary,
    Hardware,
    System,
    Software,
    Services,
    Guests,
    Network,
    Backups,
    Compliance,
    History,
    Readings,
}

// In the order of the links to them.
words! { pub(crate) Tab:
    Summary, "", "Ringkasan";
    Hardware, "perangkat-keras", "Perangkat keras";
    System, "sistem", "Sistem";
    Software, "perangkat-lunak", "Perangkat lunak";
    Services, "layanan", "Layanan";
    Guests, "tamu", "Tamu";
    Network, "jaringan", "Jaringan";
    Backups, "cadangan", "Cadangan";
    Compliance, "kepatuhan", "Kepatuhan";
    History, "riwayat", "Perubahan";
    Readings, "pembacaan", "Pembacaan";
}

impl Tab {
    /// The part of this name; the summary has none.
    fn named(slug: &str) -> Option<Self> {
        Self::of_slug(slug).filter(|tab| *tab != Self::Summary)
    }

    /// Whether it shows the state of a day; the others speak of now, or of all days.
    const fn has_past(self) -> bool {
        !matches!(self, Self::Compliance | Self::History)
    }
}

/// What the store knows of a server.
pub(crate) struct Known<'a> {
    pub(crate) row: &'a ServerRow,
    pub(crate) sections: &'a [CurrentSection],
    pub(crate) changes: &'a [ChangeRow],
    pub(crate) reports: &'a [LeafRow],
    /// Open questions whether it is the same machine as another.
    pub(crate) questions: &'a [Asking],
    /// Its place in the register of assets, or where it is to be entered.
    pub(crate) booked: Option<Asking>,
    /// The agents that the officers merged with this one.
    pub(crate) lineage: &'a Lineage,
    pub(crate) kin: Kin,
}

/// What the pages of a server are made from besides.
pub(crate) struct Ground<'a> {
    pub(crate) judged: &'a Judged,
    pub(crate) config: &'a Config,
    pub(crate) table: &'a lifecycle::Table,
    pub(crate) format: &'a Format,
}

/// What stands around a part: the shell and the frame.
pub(crate) type Around = (Shell, Frame);

/// What stands above every part: which server, and the links to the parts.
pub(crate) struct Frame {
    agent: String,
    host: String,
    office: String,
    office_code: String,
    /// Model and system in a few words.
    lead: String,
    last: Option<When>,
    silent: bool,
    title: &'static str,
    tabs: Vec<TabLink>,
    past: Option<Past>,
    questions: Vec<Asking>,
    /// The agents that this server was before, and the one that carries it on.
    follows: Vec<Asking>,
    followed_by: Option<Asking>,
}

/// A link to a part.
struct TabLink {
    href: String,
    name: &'static str,
    here: bool,
}

/// The day whose end is shown.
#[derive(Clone, Debug)]
pub(crate) struct Past {
    /// `20 November 2026`.
    day: String,
    /// `2026-11-20`.
    iso: String,
    /// What was known then and was deleted since, by sensor.
    purged: Vec<String>,
    /// Whether no report was taken until then.
    unread: bool,
}

impl Past {
    /// The end of `day`, of which `purged` cannot be shown any more, and perhaps nothing was read.
    pub(crate) fn new(day: Date, purged: Vec<String>, unread: bool) -> Self {
        Self { day: date(day), iso: day.to_string(), purged, unread }
    }
}

impl Frame {
    /// The frame around `tab`.
    pub(crate) fn new(
        judged: &Judged,
        known: &Known<'_>,
        tab: Tab,
        past: Option<Past>,
        format: &Format,
    ) -> Self {
        let row = known.row;
        let base = path_of(&row.agent);
        let lead: Vec<_> = [&row.model, &row.os].into_iter().flatten().map(String::as_str).collect();
        Self {
            agent: row.agent.to_string(),
            host: host_name(&row.hostname, row.agent.as_str()),
            office: office_name(judged, row.office.as_str()),
            office_code: row.office.to_string(),
            lead: lead.join(" · "),
            last: row.last_report.map(|at| format.when(at)),
            silent: is_silent(judged, row, format),
            title: tab.name(),
            tabs: Tab::ALL.map(|to| link(&base, to, tab, past.as_ref())).into(),
            past,
            questions: known.questions.to_vec(),
            follows: known.lineage.follows.iter().map(relative).collect(),
            followed_by: known.lineage.followed_by.as_ref().map(relative),
        }
    }

    /// The address of what stands below this server's.
    fn to(&self, rest: &str) -> String {
        format!("/server/{}/{rest}", self.agent)
    }
}

fn relative((agent, host): &(AgentId, String)) -> Asking {
    Asking { href: path_of(agent), text: host_name(host, agent.as_str()) }
}

fn link(base: &str, to: Tab, here: Tab, past: Option<&Past>) -> TabLink {
    let path = if to == Tab::Summary { base.to_owned() } else { format!("{base}/{}", to.slug()) };
    let day = past.filter(|_| to.has_past()).map_or_else(String::new, |past| format!("?pada={}", past.iso));
    TabLink { href: format!("{path}{day}"), name: to.name(), here: to == here }
}
