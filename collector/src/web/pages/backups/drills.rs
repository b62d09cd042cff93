//! `/pencadangan/latihan`: for each backup set the newest attempt to bring it back: passed or failed, with what
//! came back; since when there was none; what is due.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use jiff::SignedDuration;
use patuh_protocol::backup::Drill;
use serde::Deserialize;

use super::super::super::error::Error;
use super::super::super::format::{Format, bytes, number, span, took};
use super::super::super::input::Asks;
use super::super::super::session::{App, Person};
use super::super::super::shell::{Place, Scene, Shell};
use super::super::section::{Cell, Sign, Table};
use super::super::{host_name, office_name, page};
use super::{by_words, method_words, path_of_set};
use crate::tasks::board::{Terms, came_back, is_of};
use crate::tasks::evaluate::copies::SetView;
use crate::tasks::evaluate::{Judged, tool_words};
use crate::words::words;

/// Sets on a page.
const PER_PAGE: usize = 60;

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// Only of this office.
    #[serde(default)]
    pub(crate) pd: String,
    /// Only in this state.
    #[serde(default)]
    pub(crate) keadaan: String,
    /// Which page, counted from 1.
    #[serde(default)]
    pub(crate) hal: String,
}

/// How a set stands with its drills, what needs somebody first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Failed,
    Never,
    Due,
    Passed,
}

words! { Standing:
    Failed, "gagal", "Gagal";
    Never, "belum-pernah", "Belum pernah";
    Due, "sudah-waktunya", "Sudah waktunya lagi";
    Passed, "berhasil", "Berhasil";
}

impl Standing {
    const fn meaning(self) -> &'static str {
        match self {
            Self::Failed => "uji terakhirnya tidak berhasil",
            Self::Never => "tidak ada catatan bahwa isinya pernah dikembalikan",
            Self::Due => "pernah berhasil, tetapi terlalu lama",
            Self::Passed => "isinya pernah dikembalikan dan diperiksa",
        }
    }

    const fn sign(self) -> Sign {
        match self {
            Self::Failed => Sign::Wrong,
            Self::Never => Sign::Unknown,
            Self::Due => Sign::Look,
            Self::Passed => Sign::Well,
        }
    }
}

/// A set with its newest drill.
struct Entry<'a> {
    state: Standing,
    office: &'a str,
    host: String,
    href: String,
    view: &'a SetView,
    newest: Option<&'a (Drill, u64)>,
}

#[derive(Template)]
#[template(path = "backups_drills.html")]
pub(crate) struct Drills {
    shell: Shell,
    sentence: String,
    shape: &'static str,
    tiles: Vec<(Sign, &'static str, &'static str, &'static str, String)>,
    office: String,
    state: String,
    offices: Vec<(String, String)>,
    states: Vec<(&'static str, &'static str)>,
    narrows: bool,
    table: Table,
    pages: Vec<usize>,
    current: usize,
    days: u32,
}

impl Drills {
    /// The page over the sets and drills of `judged`, as far as they are asked for.
    pub(crate) fn new(shell: Shell, judged: &Judged, asked: &Asked, format: &Format) -> Result<Self, Error> {
        let terms = Terms::of(&judged.packs);
        if !asked.keadaan.is_empty() && Standing::of_slug(&asked.keadaan).is_none() {
            return Err(Error::NotFound);
        }
        let mut entries = entries(judged, terms, format);
        entries.retain(|entry| asked.pd.is_empty() || entry.office == asked.pd);
        let count = |state: Standing| entries.iter().filter(|entry| entry.state == state).count() as u64;
        let counts = Standing::ALL.map(|state| (state, count(state)));
        let passed = count(Standing::Passed);
        let total = entries.len() as u64;
        entries.retain(|entry| asked.keadaan.is_empty() || entry.state.slug() == asked.keadaan);
        let pages = entries.len().div_ceil(PER_PAGE).max(1);
        let current = asked.hal.parse().unwrap_or(1).clamp(1, pages);
        let shown = entries.iter().skip((current - 1) * PER_PAGE).take(PER_PAGE);
        let (shape, sentence) = sentence(passed, total, terms.drill_days);
        Ok(Self {
            shell,
            sentence,
            shape,
            tiles: counts
                .map(|(state, n)| (state.sign(), state.name(), state.slug(), state.meaning(), number(n)))
                .into(),
            office: asked.pd.clone(),
            state: asked.keadaan.clone(),
            offices: judged.estate.offices.iter().map(|o| (o.code.clone(), o.name.clone())).collect(),
            states: Standing::ALL.map(|state| (state.slug(), state.name())).into(),
            narrows: !asked.pd.is_empty() || !asked.keadaan.is_empty(),
            table: table(shown, judged, format),
            pages: (1..=pages).collect(),
            current,
            days: terms.drill_days,
        })
    }
}

fn sentence(passed: u64, total: u64, days: u32) -> (&'static str, String) {
    match (passed, total) {
        (_, 0) => {
            ("nihil", "Belum ada set cadangan yang diketahui, jadi belum ada yang dapat diuji.".to_owned())
        }
        (0, _) => (
            "tidak",
            format!("Belum satu pun dari {} set cadangan terbukti dapat dipulihkan.", number(total)),
        ),
        (passed, total) if passed == total => (
            "patuh",
            format!("Semua {} set cadangan berhasil dipulihkan dalam {days} hari terakhir.", number(total)),
        ),
        (passed, total) => (
            "nilai",
            format!(
                "{} dari {} set cadangan berhasil dipulihkan dalam {days} hari terakhir.",
                number(passed),
                number(total)
            ),
        ),
    }
}

/// All sets, what needs somebody first.
fn entries<'a>(judged: &'a Judged, terms: Terms, format: &Format) -> Vec<Entry<'a>> {
    let mut all = Vec::new();
    for server in &judged.estate.servers {
        let Ok(agent) = server.id.parse() else { continue };
        let Some(copies) = judged.copies.servers.get(&agent) else { continue };
        for view in &copies.sets {
            let own = copies.drills.iter().filter(|(drill, _)| is_of(drill, view));
            let newest = own.max_by_key(|(drill, _)| drill.at);
            all.push(Entry {
                state: state(newest.map(|(drill, _)| drill), terms, format),
                office: &server.office,
                host: host_name(&server.name, &server.id),
                href: path_of_set(&agent, view),
                view,
                newest,
            });
        }
    }
    all.sort_by(|a, b| {
        (a.state, a.office, &a.host, &a.view.set.name).cmp(&(b.state, b.office, &b.host, &b.view.set.name))
    });
    all
}

fn state(newest: Option<&Drill>, terms: Terms, format: &Format) -> Standing {
    let age = SignedDuration::from_hours(24 * i64::from(terms.drill_days));
    match newest {
        None => Standing::Never,
        Some(drill) if !came_back(drill) => Standing::Failed,
        Some(drill) if format.now().duration_since(drill.at) > age => Standing::Due,
        Some(_) => Standing::Passed,
    }
}

fn table<'e>(entries: impl Iterator<Item = &'e Entry<'e>>, judged: &Judged, format: &Format) -> Table {
    let row = |entry: &Entry<'_>| {
        let set = Cell::text(entry.view.set.name.clone()).link(entry.href.clone());
        let set = set.small(format!(
            "{} di {}, {}",
            tool_words(entry.view.set.tool),
            entry.host,
            office_name(judged, entry.office)
        ));
        let mut cells = vec![set, Cell::signed(entry.state.sign(), entry.state.name())];
        match entry.newest {
            Some((drill, entry)) => cells.extend(drill_cells(drill, *entry, format)),
            None => cells.extend((0..6).map(|_| Cell::text(""))),
        }
        cells
    };
    let columns =
        ["Set cadangan", "Keadaan", "Uji terakhir", "Cara", "#Kembali", "#Dibandingkan", "#Lama", "Oleh"];
    Table::new("Uji pemulihan terakhir setiap set cadangan", &columns, entries.map(row).collect())
}

/// When, how, what came back, what of it was the same, how long, by whom.
fn drill_cells(drill: &Drill, entry: u64, format: &Format) -> [Cell; 6] {
    let when = format.when(drill.at);
    let compared =
        (drill.compared > 0).then(|| format!("{} dari {} sama", number(drill.same), number(drill.compared)));
    [
        Cell::text(when.short).small(when.ago),
        Cell::text(method_words(&drill.method)).small(drill.note.clone()),
        Cell::number(Some(format!("{} butir", number(drill.items)))).small(bytes(drill.bytes)),
        Cell::number(compared),
        Cell::number(Some(length(drill.took_ms))),
        Cell::text(by_words(drill)).small(format!("catatan #{entry}")).link(format!("/bukti/{entry}")),
    ]
}

/// Minutes where there are some.
fn length(milliseconds: u64) -> String {
    match milliseconds {
        60_000.. => span(i64::try_from(milliseconds / 1000).unwrap_or(i64::MAX)),
        _ => took(milliseconds.saturating_mul(1000)),
    }
}

/// The drills of one set or server, newest first.
pub(crate) fn drill_rows(drills: &[&(Drill, u64)], format: &Format) -> Table {
    let row = |(drill, entry): &&(Drill, u64)| {
        let state = if came_back(drill) { Standing::Passed } else { Standing::Failed };
        let set = Cell::text(drill.set.clone()).small(tool_words(drill.tool).to_owned());
        let mut cells = vec![set, Cell::signed(state.sign(), state.name())];
        cells.extend(drill_cells(drill, *entry, format));
        cells
    };
    let columns = ["Set cadangan", "Hasil", "Kapan", "Cara", "#Kembali", "#Dibandingkan", "#Lama", "Oleh"];
    Table::new("Uji pemulihan, terbaru lebih dahulu", &columns, drills.iter().map(row).collect())
}

/// `GET /pencadangan/latihan`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Asks(asked): Asks<Asked>,
) -> Result<Html<String>, Error> {
    let Scene { judged, format, shell } = desk.scene(&person, Place::Backups).await?;
    page(&Drills::new(shell, &judged, &asked, &format)?)
}
