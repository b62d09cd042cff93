//! The configuration: `collector.toml` (complete and commented: `config/collector.toml`) and the rule packs
//! it names.
//!
//! One small struct per concern. Reading gathers *all* faults, each with file, line, key and remedy, so that
//! an administrator mends a file once and not once per fault.

mod colour;
mod estate;
mod exemption;
mod fault;
mod found;
mod government;
mod intranet;
mod lan;
mod listener;
mod network;
pub mod packs;
mod policy;
mod reader;
mod register;
mod store;
mod testimony;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use patuh_compliance::Pack;
use patuh_compliance::pack::Policy;
use patuh_protocol::id::Code;

pub use colour::{BadColour, Colour};
pub use estate::{Office, Official, Site};
pub use exemption::{Exemption, Lifted};
pub use fault::{Fault, Faults};
pub use found::Found;
pub use government::Government;
pub use intranet::{Intranet, Reachability};
pub use lan::LanConfig;
pub use listener::{AgentsListener, PemFiles, WebListener};
pub use network::{BadNetwork, Network};
pub use register::RegisterConfig;
pub use store::StoreConfig;
pub use testimony::TestimonyConfig;

use reader::{Key, Reader, Source};

/// What `collector.toml` says, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Directory of keys, the embedded database and the first login.
    pub state: PathBuf,
    /// Directory of the rule packs.
    pub packs: PathBuf,
    /// Whose collector this is.
    pub government: Government,
    /// The agents' listener.
    pub agents: AgentsListener,
    /// The people's listener.
    pub web: WebListener,
    /// Where the rows lie.
    pub store: StoreConfig,
    /// After how many hours without a report an agent counts as silent.
    pub silent_after_hours: u32,
    /// Another table of the ends of support than the one that comes with the program.
    pub os_lifecycle: Option<PathBuf>,
    /// The offices (Perangkat Daerah), as written.
    pub offices: Vec<Office>,
    /// The sites, as written.
    pub sites: Vec<Site>,
    /// What the Dinas sets differently from a pack, by rule id.
    pub policy: BTreeMap<String, Policy>,
    /// What somebody set free in writing.
    pub exemptions: Vec<Exemption>,
    /// Servers that somebody found on the spot.
    pub found: Vec<Found>,
    /// The terms on which claims of backups are set beside what witnesses saw.
    pub testimony: TestimonyConfig,
    /// The register of assets.
    pub register: RegisterConfig,
    /// What the government's own network is.
    pub intranet: Intranet,
    /// How the offices' gateways are tried; `None`: they are not.
    pub reachability: Option<Reachability>,
    /// The offices' LANs.
    pub lan: LanConfig,
}

impl Config {
    /// Reads the text of a `collector.toml`; `file` is its name in faults. Looks at no other file.
    ///
    /// # Errors
    /// All faults.
    pub fn parse(file: &str, text: &str) -> Result<Self, Faults> {
        let source = Source::new(file, text);
        let mut root = source.root();
        let config = read(&mut root);
        root.close();
        source.close()?;
        config.ok_or_else(|| Faults(vec![]))
    }

    /// Reads the file `path` and the rule packs it names.
    ///
    /// # Errors
    /// All faults.
    pub fn load(path: &Path) -> Result<(Self, Vec<Pack>), Faults> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            let what = format!("berkas tidak dapat dibaca ({error})");
            let remedy =
                "Periksa nama berkas dan izinnya, atau sebut berkas lain dengan --config.".to_owned();
            Faults(vec![Fault { file: file.clone(), line: None, key: String::new(), what, remedy }])
        })?;
        let config = Self::parse(&file, &text)?;
        let packs = packs::load(&config, &file)?;
        Ok((config, packs))
    }

    /// The store's URL: the one that was set, or SQLite in the state directory.
    #[must_use]
    pub fn store_url(&self) -> String {
        let sqlite = || format!("sqlite:{}", self.state.join("patuh.db").display());
        self.store.url.clone().unwrap_or_else(sqlite)
    }

    /// The name of the ledger, in checkpoints and in its key.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("patuh/{}", self.government.code)
    }

    /// The office with this code.
    #[must_use]
    pub fn office(&self, code: &Code) -> Option<&Office> {
        self.offices.iter().find(|o| o.code == *code)
    }

    /// The site with this code.
    #[must_use]
    pub fn site(&self, code: &Code) -> Option<&Site> {
        self.sites.iter().find(|s| s.code == *code)
    }

    /// The name of an office for people: its code when it is not configured.
    #[must_use]
    pub fn office_name<'a>(&'a self, code: &'a Code) -> &'a str {
        self.office(code).map_or(code.as_str(), |office| &office.name)
    }

    /// The name of a site for people: its code when it is not configured.
    #[must_use]
    pub fn site_name<'a>(&'a self, code: &'a Code) -> &'a str {
        self.site(code).map_or(code.as_str(), |site| &site.name)
    }

    /// The offices: codes and names.
    #[must_use]
    pub fn office_names(&self) -> Vec<(Code, String)> {
        self.offices.iter().map(|it| (it.code.clone(), it.name.clone())).collect()
    }

    /// The sites: codes and names.
    #[must_use]
    pub fn site_names(&self) -> Vec<(Code, String)> {
        self.sites.iter().map(|it| (it.code.clone(), it.name.clone())).collect()
    }
}

fn read(root: &mut Reader<'_, '_>) -> Option<Config> {
    let state = root.optional(Key("state", "\"/var/lib/patuh-collector\""), reader::text);
    let packs = root.optional(Key("packs", "\"/usr/share/patuh/packs\""), reader::text);
    let silent = root.optional(Key("silent_after_hours", "26"), reader::number);
    let lifecycle = root.optional(Key("os_lifecycle", "\"/etc/patuh/os-lifecycle.toml\""), reader::text);
    let government = government::read(root);
    let agents = listener::read_agents(root);
    let web = listener::read_web(root);
    let store = store::read(root);
    let offices = estate::read_offices(root);
    let sites = estate::read_sites(root);
    let policy = policy::read(root);
    let exemptions = exemption::read(root, &offices);
    let found = found::read(root, &sites);
    let testimony = testimony::read(root);
    let register = register::read(root);
    let intranet = intranet::read(root);
    let reachability = intranet::read_reachability(root);
    let zone = government.as_ref().map(Government::zone).unwrap_or_default();
    let lan = lan::read(root, zone);
    Some(Config {
        state: state.unwrap_or_else(|| "/var/lib/patuh-collector".to_owned()).into(),
        packs: packs.unwrap_or_else(|| "/usr/share/patuh/packs".to_owned()).into(),
        government: government?,
        agents: agents?,
        web: web?,
        store,
        silent_after_hours: silent.unwrap_or(26),
        os_lifecycle: lifecycle.map(Into::into),
        offices,
        sites,
        policy,
        exemptions,
        found,
        testimony,
        register,
        intranet,
        reachability,
        lan,
    })
}

#[cfg(test)]
mod tests;
