//! What every page shows around its content: whose collector it is, by which rules it judges, as of when,
//! who is signed in, and the state of the ledger for the foot of a printed page.

use jiff::tz::TimeZone;
use patuh_protocol::checkpoint::{Checkpoint, Verifier};

use super::error::Error;
use super::format::{Format, number};
use super::session::{Desk, Person};
use super::stylesheet;
use crate::config::Config;
use crate::tasks::evaluate::Judged;

/// The places of the navigation, in the order of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Overview,
    Backups,
    /// The offices' LANs and the plan of addresses.
    Network,
    Servers,
    Assets,
    Offices,
    Downloads,
    Compliance,
    Evidence,
    Account,
    /// What was searched for; in the header, not in the navigation.
    Search,
}

/// One entry of the navigation.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) place: Place,
    pub(super) path: &'static str,
    pub(super) name: &'static str,
}

const LINKS: [Link; 10] = [
    Link { place: Place::Overview, path: "/", name: "Ringkasan" },
    Link { place: Place::Backups, path: "/pencadangan", name: "Pencadangan" },
    Link { place: Place::Network, path: "/lan", name: "Jaringan" },
    Link { place: Place::Servers, path: "/server", name: "Server" },
    Link { place: Place::Assets, path: "/aset", name: "Daftar Aset" },
    Link { place: Place::Offices, path: "/pd", name: "Perangkat Daerah" },
    Link { place: Place::Downloads, path: "/unduh", name: "Unduhan" },
    Link { place: Place::Compliance, path: "/kepatuhan", name: "Kepatuhan" },
    Link { place: Place::Evidence, path: "/bukti", name: "Bukti" },
    Link { place: Place::Account, path: "/sandi", name: "Akun" },
];

/// A rule pack in the header.
#[derive(Clone, Debug)]
pub(super) struct PackLine {
    pub(super) id: String,
    pub(super) short: String,
    pub(super) status: String,
    /// Whether the status is a plain `berlaku`.
    pub(super) in_force: bool,
}

/// What stands around a page.
#[derive(Clone, Debug)]
pub(super) struct Shell {
    pub(super) stylesheet: &'static str,
    pub(super) government: String,
    pub(super) dinas: String,
    pub(super) packs: Vec<PackLine>,
    /// As of when the page speaks.
    pub(super) as_of: String,
    pub(super) person: String,
    /// What the forms of this session carry.
    pub(super) token: String,
    pub(super) here: Place,
    /// What stands in the search field.
    pub(super) search: String,
    /// Today, for the links that end there: `2026-11-22`.
    pub(super) today: String,
    /// The ledger's newest checkpoint in one line.
    pub(super) ledger: String,
    pub(super) links: &'static [Link],
}

impl Shell {
    /// The surroundings of a page at `here`, for `person`.
    pub(super) fn new(
        config: &Config,
        judged: &Judged,
        checkpoint: Option<&Checkpoint>,
        person: &Person,
        here: Place,
    ) -> Self {
        let format = Format::new(zone(config), judged.at);
        Self {
            stylesheet: stylesheet::path(),
            government: config.government.name.clone(),
            dinas: config.government.dinas.clone(),
            packs: judged.packs.iter().map(PackLine::new).collect(),
            as_of: format.moment(judged.at),
            person: person.name.clone(),
            token: person.token.clone(),
            here,
            search: String::new(),
            today: format.today().to_string(),
            ledger: checkpoint.map_or_else(|| "buku bukti masih kosong".to_owned(), ledger_line),
            links: &LINKS,
        }
    }
}

impl Shell {
    /// With these words in the search field.
    pub(super) fn searching(self, words: &str) -> Self {
        Self { search: words.to_owned(), ..self }
    }
}

impl PackLine {
    fn new(pack: &patuh_compliance::Pack) -> Self {
        let in_force = pack.status.trim().eq_ignore_ascii_case("berlaku");
        Self { id: pack.id.clone(), short: pack.short.clone(), status: pack.status.clone(), in_force }
    }
}

/// `patuh/contoh · 1.204 catatan · akar 9c1e5f…`.
fn ledger_line(checkpoint: &Checkpoint) -> String {
    let root: String = checkpoint.root.to_string().chars().take(16).collect();
    format!("{} · {} catatan · akar {root}…", checkpoint.origin, number(checkpoint.size))
}

fn zone(config: &Config) -> TimeZone {
    config.government.timezone.clone()
}

/// The newest checkpoint, opened with the ledger's own key.
fn open(note: Option<&str>, verifier: &Verifier) -> Result<Option<Checkpoint>, Error> {
    note.map(|note| Checkpoint::open(note, verifier).map_err(|e| Error::Ledger(e.to_string()))).transpose()
}

/// What a handler needs for its page: the judgement, the way of writing, the surroundings.
pub(super) struct Scene {
    pub(super) judged: std::sync::Arc<Judged>,
    pub(super) format: Format,
    pub(super) shell: Shell,
}

impl Desk {
    /// Sets the scene of a page at `here`.
    pub(super) async fn scene(&self, person: &Person, here: Place) -> Result<Scene, Error> {
        let judged = self.web.judge.current(self.now()).await?;
        let note = self.web.store.checkpoint().await?;
        let checkpoint = open(note.as_deref(), &self.web.verifier)?;
        let shell = Shell::new(&self.web.config, &judged, checkpoint.as_ref(), person, here);
        Ok(Scene { format: Format::new(zone(&self.web.config), self.now()), judged, shell })
    }
}
