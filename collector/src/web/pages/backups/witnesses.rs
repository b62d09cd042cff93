//! `/pencadangan/saksi`: whether the witnesses look, what lies in the stores that they watch, how far the
//! re-reading has come, and for how many days the storage lasts.
//!
//! Growth is the difference between what a witness saw in its stores some weeks ago and what it sees now, taken
//! from its own sealed reports. Without such a report nothing is computed.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use jiff::{SignedDuration, Timestamp};
use patuh_protocol::id::AgentId;
use patuh_protocol::report::Reading;
use patuh_protocol::witness::{Layout, WitnessedObject, WitnessedStore};

use super::super::super::chart::Usage;
use super::super::super::error::Error;
use super::super::super::format::{Format, When, bytes, number, percent, span};
use super::super::super::session::{App, Person};
use super::super::super::shell::{Place, Scene, Shell};
use super::super::section::{Cell, Sign, Table};
use super::super::{page, path_of};
use super::{short_id, some_of};
use crate::store::Store;
use crate::tasks::evaluate::Judged;
use crate::tasks::evaluate::copies::WitnessView;

/// How far back growth is looked for, longest first, in days; and how long a time is needed at least.
const BACK: [i64; 3] = [30, 14, 7];
const LEAST: SignedDuration = SignedDuration::from_hours(3 * 24);
/// Below this many days the storage is tight.
const TIGHT: u64 = 30;
/// Unclaimed objects named in a line.
const NAMED: usize = 3;
/// Two free sizes of one disk, read one after the other, differ by no more than this part.
const SAME_DISK: u64 = 100;

/// What a witness saw in its stores some time ago: bytes by path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Earlier {
    pub(crate) at: Timestamp,
    pub(crate) bytes: BTreeMap<String, u64>,
}

/// What the witnesses saw earlier, by agent.
pub(crate) type History = BTreeMap<AgentId, Earlier>;

#[derive(Template)]
#[template(path = "backups_witnesses.html")]
pub(crate) struct Witnesses {
    shell: Shell,
    shape: &'static str,
    sentence: String,
    witnesses: Vec<WitnessLine>,
}

/// A witness.
struct WitnessLine {
    host: String,
    href: String,
    site: String,
    seen: When,
    silent: bool,
    entry: u64,
    disks: Vec<Disk>,
    stores: Table,
    unclaimed: Vec<String>,
}

/// A file system of the storage.
struct Disk {
    paths: String,
    usage: Option<Usage>,
    free: String,
    whole: String,
    held: String,
    /// For how many days it lasts, or why that cannot be said.
    lasts: String,
    sign: Sign,
}

impl Witnesses {
    /// The page over the witnesses of `judged`, with what they saw earlier.
    pub(crate) fn new(shell: Shell, judged: &Judged, history: &History, format: &Format) -> Self {
        let limit = SignedDuration::from_hours(i64::from(judged.estate.silent_after_hours));
        let is_silent = |witness: &WitnessView| format.now().duration_since(witness.seen_at) > limit;
        let all = &judged.copies.witnesses;
        let silent: Vec<_> = all.iter().filter(|w| is_silent(w)).map(|w| w.hostname.clone()).collect();
        let (shape, sentence) = sentence(all, &silent);
        let line = |witness| {
            WitnessLine::new(witness, judged, history.get(&witness.agent), is_silent(witness), format)
        };
        Self { shell, shape, sentence, witnesses: all.iter().map(line).collect() }
    }
}

fn sentence(all: &[WitnessView], silent: &[String]) -> (&'static str, String) {
    let stores = || all.iter().flat_map(|witness| &witness.stores).map(|(store, _)| store);
    let damaged = stores().filter(|store| !store.damaged.is_empty()).count();
    match (all.len(), silent.len()) {
        (0, _) => {
            ("nihil", "Belum ada saksi: semua cadangan baru sebatas klaim server yang membuatnya.".to_owned())
        }
        (_, 0) if damaged > 0 => (
            "tidak",
            format!("Semua saksi mengamati, dan {damaged} tempat penyimpanan memuat berkas yang rusak."),
        ),
        (n, 0) => ("patuh", format!("{n} saksi mengamati {} tempat penyimpanan.", stores().count())),
        (_, _) => (
            "tidak",
            format!("Saksi {} diam: cadangan yang diamatinya tidak lagi terbukti.", some_of(silent, NAMED)),
        ),
    }
}

impl WitnessLine {
    fn new(
        witness: &WitnessView,
        judged: &Judged,
        earlier: Option<&Earlier>,
        silent: bool,
        format: &Format,
    ) -> Self {
        let site = witness.site.as_ref().map(|code| {
            let mut sites = judged.estate.sites.iter();
            sites
                .find(|site| site.code == code.as_str())
                .map_or_else(|| code.to_string(), |site| site.name.clone())
        });
        let rows =
            witness.stores.iter().map(|(store, unclaimed)| row(store, unclaimed, judged, format)).collect();
        let columns = [
            "Tempat",
            "Milik",
            "#Ukuran",
            "#Titik pulih",
            "Isinya",
            "Dibaca ulang",
            "Kunci",
            "Diamati sejak",
        ];
        let unclaimed = witness.stores.iter().filter(|(_, objects)| !objects.is_empty());
        Self {
            host: witness.hostname.clone(),
            href: path_of(&witness.agent),
            site: site.unwrap_or_else(|| "letaknya belum dinyatakan".to_owned()),
            seen: format.when(witness.seen_at),
            silent,
            entry: witness.entry,
            disks: disks(witness, earlier, format),
            stores: Table::new("Tempat penyimpanan yang diamati saksi ini", &columns, rows),
            unclaimed: unclaimed.map(|(store, objects)| unclaimed_words(store, objects)).collect(),
        }
    }
}

fn unclaimed_words(store: &WitnessedStore, objects: &[WitnessedObject]) -> String {
    let names: Vec<_> = objects.iter().map(|object| short_id(&object.id)).collect();
    format!("`{}`: {} objek, {}", store.path, number(objects.len() as u64), some_of(&names, NAMED))
}

fn row(store: &WitnessedStore, unclaimed: &[WitnessedObject], judged: &Judged, format: &Format) -> Vec<Cell> {
    let office = store.office.as_deref().map(|code| super::super::office_name(judged, code));
    let state = match (store.damaged.len(), store.vanished.len(), unclaimed.len()) {
        (0, 0, 0) => Cell::signed(Sign::Well, "Tidak ada keganjilan"),
        (0, gone, n) => {
            let unclaimed = (n > 0).then(|| format!("{} TANPA KLAIM", number(n as u64)));
            let gone = (gone > 0).then(|| format!("{} pernah ada, kini tidak", number(gone as u64)));
            let sign = if n > 0 { Sign::Look } else { Sign::Well };
            let words = gone.clone().or_else(|| unclaimed.clone()).unwrap_or_default();
            Cell::signed(sign, words).small(gone.and(unclaimed))
        }
        (n, gone, _) => Cell::signed(Sign::Wrong, format!("{} berkas RUSAK", number(n as u64)))
            .small(store.damaged.first().map(|found| short_id(&found.path)))
            .small((gone > 0).then(|| format!("{} pernah ada, kini tidak", number(gone as u64)))),
    };
    let locks = match (store.locks, store.oldest_lock_at) {
        (0, _) => Cell::text("tidak ada"),
        (n, at) => {
            Cell::signed(Sign::Look, number(n)).small(at.map(|at| format!("tertua {}", format.ago(at))))
        }
    };
    vec![
        Cell::code(store.path.clone()).small(layout_words(store.layout).to_owned()),
        Cell::text(office.unwrap_or_else(|| "belum dinyatakan".to_owned())),
        Cell::number(Some(bytes(store.bytes))),
        Cell::number(Some(number(store.count))),
        state,
        reread(store, format),
        locks,
        Cell::text(format.date(store.watched_since)),
    ]
}

/// How far the re-reading has come.
fn reread(store: &WitnessedStore, format: &Format) -> Cell {
    let last = store.reread_at.map(|at| format!("sekali seluruhnya, {}", format.ago(at)));
    let round = store.reread_since.map(|at| {
        let part = percent(store.reread_bytes.min(store.bytes), store.bytes);
        format!("{part} sejak {}", format.date(at))
    });
    match (round, last) {
        (Some(round), last) => {
            let usage =
                Usage::new(store.reread_bytes, store.bytes).map(|usage| Usage { tight: false, ..usage });
            Cell { usage, ..Cell::text(round) }.small(last)
        }
        (None, Some(last)) => Cell::text(last),
        (None, None) => Cell::text("belum mulai").muted(),
    }
}

const fn layout_words(layout: Layout) -> &'static str {
    match layout {
        Layout::Restic => "repositori restic",
        Layout::Borg => "repositori borg",
        Layout::Pbs => "datastore Proxmox Backup Server",
        Layout::Files => "berkas",
    }
}

/// The file systems under the stores of a witness. Which stores share one is told by their sizes: nobody else has
/// the same to the byte.
fn disks(witness: &WitnessView, earlier: Option<&Earlier>, format: &Format) -> Vec<Disk> {
    let mut groups: Vec<(u64, u64, Vec<&WitnessedStore>)> = Vec::new();
    for (store, _) in &witness.stores {
        let (Some(space), Some(free)) = (store.space_bytes, store.free_bytes) else { continue };
        let same = |(size, left, _): &&mut (u64, u64, Vec<_>)| {
            *size == space && left.abs_diff(free) <= space / SAME_DISK
        };
        match groups.iter_mut().find(same) {
            Some((_, left, stores)) => {
                *left = (*left).min(free);
                stores.push(store);
            }
            None => groups.push((space, free, vec![store])),
        }
    }
    groups.iter().map(|(space, free, stores)| Disk::new(*space, *free, stores, earlier, format)).collect()
}

impl Disk {
    fn new(
        space: u64,
        free: u64,
        stores: &[&WitnessedStore],
        earlier: Option<&Earlier>,
        format: &Format,
    ) -> Self {
        let paths: Vec<_> = stores.iter().map(|store| store.path.clone()).collect();
        let held = stores.iter().fold(0_u64, |sum, store| sum.saturating_add(store.bytes));
        let (sign, lasts) = lasts(free, stores, earlier, format);
        Self {
            paths: some_of(&paths, NAMED),
            usage: Usage::new(space.saturating_sub(free), space),
            free: bytes(free),
            whole: bytes(space),
            held: bytes(held),
            lasts,
            sign,
        }
    }
}

/// For how many days the free space lasts, by the growth of the stores since they were seen earlier.
fn lasts(
    free: u64,
    stores: &[&WitnessedStore],
    earlier: Option<&Earlier>,
    format: &Format,
) -> (Sign, String) {
    let unknown = |why: &str| (Sign::Unknown, format!("Sisa hari belum dapat dihitung: {why}."));
    let Some(earlier) = earlier else {
        return unknown("belum ada laporan saksi yang cukup lama untuk dibandingkan");
    };
    let both = stores.iter().filter_map(|store| Some((store.bytes, *earlier.bytes.get(&store.path)?)));
    let (now, then) =
        both.fold((0_u64, 0_u64), |sum, (now, then)| (sum.0.saturating_add(now), sum.1.saturating_add(then)));
    let hours = u64::try_from(format.now().duration_since(earlier.at).as_hours()).unwrap_or(0);
    if !stores.iter().any(|store| earlier.bytes.contains_key(&store.path)) || hours == 0 {
        return unknown("tempat ini belum diamati cukup lama");
    }
    let since = format.date(earlier.at);
    let grown = now.saturating_sub(then);
    if grown == 0 {
        return (Sign::Well, format!("Tidak bertambah sejak {since}."));
    }
    let days = u128::from(free) * u128::from(hours) / 24 / u128::from(grown);
    let days = u64::try_from(days).unwrap_or(u64::MAX);
    let each = bytes(grown.saturating_mul(24) / hours);
    let sign = if days < TIGHT { Sign::Wrong } else { Sign::Well };
    let left = match days {
        0 => "kurang dari sehari".to_owned(),
        1..=730 => format!("{} hari", number(days)),
        _ => format!("lebih dari {}", span(730 * 86_400)),
    };
    (sign, format!("Cukup untuk {left} lagi: bertambah {each} sehari sejak {since}."))
}

/// What the witnesses saw some weeks ago.
async fn history(store: &Store, judged: &Judged, now: Timestamp) -> Result<History, Error> {
    let mut all = History::new();
    for witness in &judged.copies.witnesses {
        for days in BACK {
            let then = now - SignedDuration::from_hours(24 * days);
            let past = store.state_at(&witness.agent, then).await?;
            let seen = past.sections.iter().filter_map(|section| section.value.as_ref()).find_map(earlier);
            // A value that was said long before still held then: only reports that change it are kept.
            let Some(earlier) = seen.map(|earlier| Earlier { at: then, ..earlier }) else { continue };
            if now.duration_since(earlier.at) >= LEAST {
                all.insert(witness.agent.clone(), earlier);
                break;
            }
        }
    }
    Ok(all)
}

fn earlier(value: &crate::store::Value) -> Option<Earlier> {
    let Reading::Witnessed(stores) = &value.reading else { return None };
    let bytes = stores.iter().map(|store| (store.path.clone(), store.bytes)).collect();
    Some(Earlier { at: value.at, bytes })
}

/// `GET /pencadangan/saksi`
pub(crate) async fn show(State(desk): State<App>, person: Person) -> Result<Html<String>, Error> {
    let Scene { judged, format, shell } = desk.scene(&person, Place::Backups).await?;
    let history = history(&desk.web.store, &judged, format.now()).await?;
    page(&Witnesses::new(shell, &judged, &history, &format))
}
