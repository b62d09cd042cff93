//! `/pencadangan`: whose data would be lost if servers broke tonight. The answer first, then the offices, then
//! the data stores with their last fourteen days. A view is its address: sent, printed, downloaded as it is.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{Html, Response};
use patuh_compliance::Coverage;
use patuh_protocol::id::Code;
use serde::Deserialize;

use super::super::super::error::Error;
use super::super::super::format::{Format, number};
use super::super::super::input::Asks;
use super::super::super::session::{App, Person};
use super::super::super::shell::{Place, Scene, Shell};
use super::super::{download, office_name, page};
use super::answer::Answer;
use super::offices::{Counts, OfficeLine, lines};
use super::rows::{DayHead, RowLine};
use super::shape;
use crate::export;
use crate::tasks::board::{self, Board, Fate, Ground, Outcome, Terms, Wanted};
use crate::tasks::evaluate::Judged;

/// Rows on a page, and on the first page below the offices.
const ROWS: usize = 26;
const WORST: usize = 10;
/// Offices on a page.
const OFFICES: usize = 40;

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// Words that must occur in the name of the data or of its server.
    #[serde(default)]
    pub(crate) cari: String,
    /// Only of this office.
    #[serde(default)]
    pub(crate) pd: String,
    /// Only with this outcome or fate.
    #[serde(default)]
    pub(crate) keadaan: String,
    /// Which page, counted from 1.
    #[serde(default)]
    pub(crate) hal: String,
}

impl Asked {
    /// The rows that are asked for. A state or an office that is none is not there.
    pub(crate) fn filter(&self) -> Result<board::Filter, Error> {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let office = given(&self.pd).map(|code| code.parse::<Code>()).transpose();
        let wanted = given(&self.keadaan).map(|slug| Wanted::named(&slug).ok_or(Error::NotFound));
        Ok(board::Filter {
            search: given(&self.cari),
            office: office.map_err(|_| Error::NotFound)?,
            wanted: wanted.transpose()?,
        })
    }

    fn page(&self) -> usize {
        self.hal.parse().unwrap_or(1).max(1)
    }

    fn narrows(&self) -> bool {
        [&self.cari, &self.pd, &self.keadaan].iter().any(|text| !text.trim().is_empty())
    }
}

/// A number with what it counts.
struct Tile {
    shape: &'static str,
    slug: &'static str,
    word: &'static str,
    meaning: &'static str,
    count: u64,
    count_text: String,
    /// The fates behind it: word, name in addresses, number.
    parts: Vec<(&'static str, &'static str, String)>,
}

#[derive(Template)]
#[template(path = "backups_board.html")]
pub(crate) struct BoardPage {
    shell: Shell,
    day: String,
    clock: String,
    /// The answer in one sentence, and what stands beside it.
    answer: Answer,
    tiles: Vec<Tile>,
    search: String,
    office: String,
    office_name: String,
    offices: Vec<(String, String)>,
    state: String,
    narrows: bool,
    /// Offices that would lose something, and the others.
    lines: Vec<OfficeLine>,
    calm: Vec<OfficeLine>,
    rows: Vec<RowLine>,
    total_text: String,
    /// Whether the rows shown are only the worst of them.
    only_worst: bool,
    heads: Vec<DayHead>,
    pages: Vec<usize>,
    current: usize,
    terms: Terms,
}

impl BoardPage {
    /// The page over the board of `judged`, as far as it is asked for.
    pub(crate) fn new(shell: Shell, judged: &Judged, asked: &Asked, format: &Format) -> Result<Self, Error> {
        let terms = Terms::of(&judged.packs);
        let filter = asked.filter()?;
        let mut board = Ground::new(&judged.estate, &judged.copies, terms, format.now()).board();
        board.rows.retain(|row| filter.has_place(row));
        let tiles = tiles(&board);
        let pd = asked.pd.trim();
        let of_office = Some(pd).filter(|pd| !pd.is_empty());
        let answer = Answer::of(&board, judged, of_office, format);
        board.rows.retain(|row| filter.has(row));
        let coverage = Coverage::by_office(&judged.estate, format.now());
        let narrows = asked.narrows();
        let lines = if narrows { Vec::new() } else { lines(&board, judged, &coverage) };
        let only_worst = !narrows && board.rows.len() > ROWS;
        let per_page = if only_worst { WORST } else { ROWS };
        let pages =
            if narrows { board.rows.len().div_ceil(ROWS) } else { lines.len().div_ceil(OFFICES) }.max(1);
        let current = asked.page().min(pages);
        let lines = lines.into_iter().skip((current - 1) * OFFICES).take(OFFICES);
        let (lines, calm) = lines.partition(OfficeLine::is_losing);
        let skipped = if narrows { (current - 1) * ROWS } else { 0 };
        let shown = board.rows.iter().skip(skipped).take(per_page);
        Ok(Self {
            shell,
            day: format.day(judged.at),
            clock: format.clock(judged.at),
            answer,
            tiles,
            search: asked.cari.trim().to_owned(),
            office: pd.to_owned(),
            office_name: of_office.map_or_else(String::new, |pd| office_name(judged, pd)),
            offices: judged.estate.offices.iter().map(|o| (o.code.clone(), o.name.clone())).collect(),
            state: asked.keadaan.trim().to_owned(),
            narrows,
            lines,
            calm,
            rows: shown.map(|row| RowLine::new(row, &board.days, judged, format)).collect(),
            total_text: number(board.rows.len() as u64),
            only_worst,
            heads: DayHead::all(&board.days),
            pages: (1..=pages).collect(),
            current,
            terms,
        })
    }
}

fn tiles(board: &Board<'_>) -> Vec<Tile> {
    let counts = Counts::of(&board.rows);
    let order =
        [Outcome::Gone, Outcome::Part, Outcome::Doubtful, Outcome::Unknown, Outcome::Safe, Outcome::Exempted];
    let tile = |outcome: Outcome| {
        let fates = Fate::ALL.into_iter().filter(|fate| fate.outcome() == outcome);
        let count = |fate: Fate| board.rows.iter().filter(|row| row.fate == fate).count() as u64;
        let parts: Vec<_> = fates.map(|fate| (fate, count(fate))).filter(|(_, n)| *n > 0).collect();
        let several = parts.len() > 1;
        Tile {
            shape: shape(outcome),
            slug: outcome.slug(),
            word: outcome.name(),
            meaning: outcome.meaning(),
            count: counts.get(outcome),
            count_text: number(counts.get(outcome)),
            parts: parts
                .into_iter()
                .filter(|_| several)
                .map(|(fate, n)| (fate.name(), fate.slug(), number(n)))
                .collect(),
        }
    };
    // What nobody was set free from needs no place.
    order
        .into_iter()
        .map(tile)
        .filter(|tile| tile.count > 0 || tile.slug != Outcome::Exempted.slug())
        .collect()
}

/// `GET /pencadangan`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Asks(asked): Asks<Asked>,
) -> Result<Html<String>, Error> {
    let Scene { judged, format, shell } = desk.scene(&person, Place::Backups).await?;
    page(&BoardPage::new(shell, &judged, &asked, &format)?)
}

/// `GET /pencadangan/unduh/{berkas}`: `papan.xlsx` or `papan.csv`, exactly what is filtered.
pub(crate) async fn file(
    State(desk): State<App>,
    person: Person,
    Path(name): Path<String>,
    Asks(asked): Asks<Asked>,
) -> Result<Response, Error> {
    let extension = name.strip_prefix("papan.").ok_or(Error::NotFound)?;
    let format = export::Format::of_extension(extension).ok_or(Error::NotFound)?;
    let judged = desk.web.judge.current(desk.now()).await?;
    let filter = asked.filter()?;
    let filter = export::Filter {
        search: filter.search,
        office: filter.office,
        fates: filter.wanted,
        terms: Terms::of(&judged.packs),
        ..export::Filter::default()
    };
    download::send(&desk, &person, export::Asked { list: export::List::Backups, format, filter }).await
}
