//! The store's rows and the configuration, translated into the judge's [`Estate`], and judged.
//!
//! The judge does not know the wire, and the wire does not know the judge; here is the one place where both
//! are seen. Nothing is judged here: what a reading does not say stays unknown.

mod backups;
pub mod copies;
mod drills;
mod guests;
mod joined;
mod lans;
mod media;
mod place;
mod plans;
mod schedule;
mod signs;
mod stores;
mod witnesses;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use patuh_compliance::estate::{self, Estate, Evidence, Known, UNKNOWN_AFTER_HOURS};
use patuh_compliance::{Assessment, Pack, evaluate};
use patuh_protocol::id::AgentId;
use patuh_protocol::inventory::Machine;
use patuh_protocol::report::Reading;
use tokio::sync::Mutex;

pub use self::backups::tool_words;

use self::backups::Claimed;
use self::copies::Copies;
use self::joined::joined;
use self::signs::Witnesses;
use crate::config::{Config, Lifted};
use crate::store::{CurrentSection, Error, Latest, ServerFilter, ServerRow, Store};
use crate::tasks::ipplan::{self, Survey};

/// The sensors whose readings are judged, beside those of backups and of what ought to be in them.
const SENSORS: [&str; 5] = [plans::SENSOR, drills::SENSOR, "interfaces", "machine", witnesses::SENSOR];

/// Sections by server.
type Sections = BTreeMap<AgentId, Vec<CurrentSection>>;

/// A judgement is kept for this long, unless the ledger grew.
const KEPT: SignedDuration = SignedDuration::from_mins(1);
/// For each so many servers a judgement stands a second although the ledger grew: where thousands report, it grows
/// all the time, and a judgement takes longer.
const SERVERS_A_SECOND: usize = 100;

/// A judgement of everything that is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The time it is judged as of.
    pub at: Timestamp,
    /// The ledger's size then.
    pub size: u64,
    /// The facts.
    pub estate: Estate,
    /// The backups behind them, as the pages show them.
    pub copies: Copies,
    /// Numbers, ways and gateways beside the plan of numbering.
    pub survey: Survey,
    /// The packs they were held against.
    pub packs: Vec<Pack>,
    /// What came of it, one per pack.
    pub assessments: Vec<Assessment>,
}

impl Judged {
    /// For how long it stands although the ledger grew.
    fn stands(&self) -> SignedDuration {
        let seconds = self.estate.servers.len() / SERVERS_A_SECOND;
        i64::try_from(seconds).map_or(KEPT, SignedDuration::from_secs).min(KEPT)
    }
}

/// Judges what the store holds by `packs` as of `now`.
///
/// # Errors
/// When the store cannot be read.
pub async fn judge(store: &Store, config: &Config, packs: &[Pack], now: Timestamp) -> Result<Judged, Error> {
    // The size first: what comes in meanwhile makes the judgement newer than it says, never older.
    let size = store.size().await?;
    let rows = store.servers(&ServerFilter::default()).await?;
    let mut sections = Sections::new();
    let sensors = [&SENSORS[..], &stores::SENSORS, &backups::SENSORS].concat();
    for (agent, section) in store.sections_named(&sensors).await? {
        sections.entry(agent).or_default().push(section);
    }
    let (mut servers, copies) = joined(&rows, &sections, config, now);
    let states = store.lan_states().await?.into_iter().collect();
    let survey = ipplan::survey(store, config, &rows, &states, now).await?;
    Witnesses::new(config, &states, &survey.arrivals, &sections).hear(&mut servers);
    let estate = Estate {
        lans: lans::lans(store, config, &states, &survey, (&rows, &sections)).await?,
        media: media::kept(store, config).await?,
        escrows: media::attested(store, config, now).await?,
        ..estate(servers, config)
    };
    let assessments = packs.iter().map(|pack| evaluate(&estate, pack, now)).collect();
    Ok(Judged { at: now, size, estate, copies, survey, packs: packs.to_vec(), assessments })
}

fn estate(mut servers: Vec<estate::Server>, config: &Config) -> Estate {
    servers.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let offices = config.offices.iter().map(|office| estate::Office {
        code: office.code.to_string(),
        name: office.name.clone(),
        mandiri_tik: office.mandiri_tik.clone(),
        registered_servers: office.servers,
    });
    let sites = config.sites.iter().map(|site| estate::Site {
        code: site.code.to_string(),
        name: site.name.clone(),
        kind: site.kind,
    });
    Estate {
        offices: offices.collect(),
        sites: sites.collect(),
        servers,
        exemptions: config.exemptions.iter().filter_map(exemption).collect(),
        media: vec![],
        escrows: vec![],
        lans: vec![],
        zone: config.government.zone(),
        silent_after_hours: config.silent_after_hours,
        unknown_after_hours: UNKNOWN_AFTER_HOURS.max(config.silent_after_hours),
    }
}

/// Those that lift a rule; those that lift the duty to back up a data store are that store's.
fn exemption(given: &crate::config::Exemption) -> Option<estate::Exemption> {
    let Lifted::Rule(rule) = &given.lifted else { return None };
    Some(estate::Exemption {
        rule: rule.clone(),
        subject: given.subject.clone(),
        reason: given.reason.clone(),
        approver: given.approver.clone(),
        document: given.document.clone(),
        until: given.until,
    })
}

fn server(
    row: &ServerRow,
    sections: &[CurrentSection],
    claimed: &Known<Vec<Claimed<'_>>>,
    config: &Config,
) -> estate::Server {
    let addresses = place::addresses(reading(sections, "interfaces"));
    estate::Server {
        id: row.agent.to_string(),
        name: row.hostname.clone(),
        office: row.office.to_string(),
        since: Some(since(row, reading(sections, "machine"), config)),
        last_report: row.last_report,
        location: place::location(row.site.as_ref(), &addresses, &config.sites),
        backups: backups::known(
            claimed,
            &backups::Host { name: &row.hostname, addresses: &addresses },
            &config.sites,
        ),
        evidence: sections.iter().flat_map(evidence).collect(),
        ..estate::Server::default()
    }
}

/// The list that `sensor` read, called `what` among people; or why it is not known.
fn told<'a, T>(
    sections: &'a [CurrentSection],
    sensor: &str,
    what: &str,
    list: impl FnOnce(&'a Reading) -> Option<&'a [T]>,
) -> Known<&'a [T]> {
    let Some(section) = sections.iter().find(|section| section.sensor == sensor) else {
        return Known::No(format!("agen belum melaporkan {what}"));
    };
    match (&section.value, &section.latest) {
        (Some(value), _) => match list(&value.reading) {
            Some(list) => Known::Yes(list),
            None => Known::No(format!("bagian {sensor} tidak berisi {what}")),
        },
        (None, Latest::Nothing | Latest::Ok) => Known::Yes(&[]),
        (None, Latest::Failed(why)) => Known::No(format!("bagian {sensor} gagal dibaca: {why}")),
    }
}

/// The newest value of a sensor.
fn reading<'a>(sections: &'a [CurrentSection], sensor: &str) -> Option<&'a Reading> {
    let section = sections.iter().find(|section| section.sensor == sensor)?;
    section.value.as_ref().map(|value| &value.reading)
}

/// The entry that carries the judged value, and the newest that says it is still the same; for "nothing there" the
/// entry that says so.
fn evidence(section: &CurrentSection) -> Vec<Evidence> {
    let entries = match &section.value {
        Some(value) => BTreeMap::from([(value.carrier.index, value.carrier.at), (value.index, value.at)]),
        None => BTreeMap::from([(section.index, section.at)]),
    };
    let shows = || section.sensor.clone();
    entries.into_iter().map(|(index, taken_at)| Evidence { index, shows: shows(), taken_at }).collect()
}

/// Since when the server is in use, an estimate: the day of its enrolment, or the date of its firmware when
/// that is earlier and can be believed. A guest's firmware is its hypervisor's and says nothing.
fn since(row: &ServerRow, machine: Option<&Reading>, config: &Config) -> Date {
    let enrolled = config.government.zone().day(row.enrolled_at);
    let firmware = match machine {
        Some(Reading::Machine(machine)) if machine.guest_of.is_none() => firmware_date(machine),
        _ => None,
    };
    firmware.map_or(enrolled, |date| date.min(enrolled))
}

/// `MM/DD/YYYY` (SMBIOS DSP0134, type 0). Before 2000 it is what an empty battery leaves behind.
fn firmware_date(machine: &Machine) -> Option<Date> {
    let date = Date::strptime("%m/%d/%Y", machine.bios_date.as_deref()?.trim()).ok()?;
    (date.year() >= 2000).then_some(date)
}

/// Keeps the newest judgement, so that a page costs no evaluation.
#[derive(Debug)]
pub struct Judge {
    store: Store,
    config: Arc<Config>,
    packs: Vec<Pack>,
    newest: Mutex<Option<Arc<Judged>>>,
}

impl Judge {
    /// A judge of `store` by `packs`.
    #[must_use]
    pub fn new(store: Store, config: Arc<Config>, packs: Vec<Pack>) -> Self {
        Self { store, config, packs, newest: Mutex::new(None) }
    }

    /// The judgement as of `now`: the kept one, unless the ledger grew (in a small estate) or a minute passed since.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn current(&self, now: Timestamp) -> Result<Arc<Judged>, Error> {
        // Held throughout: those who come while one judges wait for its judgement instead of making their own.
        let mut newest = self.newest.lock().await;
        if let Some(judged) = &*newest
            && (judged.at..judged.at + KEPT).contains(&now)
            && (now < judged.at + judged.stands() || judged.size == self.store.size().await?)
        {
            return Ok(Arc::clone(judged));
        }
        let judged = Arc::new(judge(&self.store, &self.config, &self.packs, now).await?);
        *newest = Some(Arc::clone(&judged));
        Ok(judged)
    }
}

#[cfg(test)]
mod tests;
