//! `/label`: labels to stick on assets, three by eight on a sheet of A4, each with a QR code drawn here.

use std::fmt::Write as _;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use data_encoding::BASE64;
use fast_qr::{ECL, QRBuilder};
use jiff::Timestamp;

use super::super::error::Error;
use super::super::format::number;
use super::super::input::Asks;
use super::super::session::{App, Person};
use super::super::stylesheet;
use super::downloads::Asked;
use super::page;
use crate::config::Config;
use crate::export::{self, Format, Label, List, Pieces};
use crate::store::Store;

/// Labels on a sheet.
const PER_SHEET: usize = 24;
/// Sheets on a page of the browser: each weighs some 60 kB.
const SHEETS: usize = 4;
/// The light edge that a reader needs around the code, in modules (ISO/IEC 18004).
const EDGE: usize = 4;

#[derive(Template)]
#[template(path = "labels.html")]
pub(crate) struct Labels {
    stylesheet: String,
    government: String,
    /// How many labels there are in all.
    total: String,
    sheets: Vec<Vec<Sticker>>,
    /// Where the other pages are; none in a file that stands alone.
    pages: Vec<(usize, String)>,
    current: usize,
    alone: bool,
}

/// A label with its picture.
struct Sticker {
    label: Label,
    qr: Option<Qr>,
}

/// A QR code as a picture.
struct Qr {
    /// `viewBox`.
    view: String,
    /// `d` of a path: the dark modules.
    path: String,
}

impl Sticker {
    fn new(label: &Label) -> Self {
        Self { qr: Qr::new(&label.code), label: label.clone() }
    }
}

impl Qr {
    /// `None` when the text is longer than a code can hold, some 2 kB.
    fn new(text: &str) -> Option<Self> {
        let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
        let mut path = String::new();
        for (y, row) in code.data.chunks(code.size).take(code.size).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a.value() == b.value()) {
                if run.first().is_some_and(|module| module.value()) {
                    let _ = write!(path, "M{x} {y}h{}v1h-{}z", run.len(), run.len());
                }
                x += run.len();
            }
        }
        let side = code.size + 2 * EDGE;
        Some(Self { view: format!("-{EDGE} -{EDGE} {side} {side}"), path })
    }
}

impl Labels {
    /// A page of the labels, as `asked` for.
    pub(crate) fn new(government: &str, labels: &[Label], asked: &Asked) -> Self {
        let per_page = PER_SHEET * SHEETS;
        let pages = labels.len().div_ceil(per_page).max(1);
        let current = asked.page().min(pages);
        let shown: Vec<_> = labels.iter().skip((current - 1) * per_page).take(per_page).collect();
        Self {
            stylesheet: stylesheet::path().to_owned(),
            government: government.to_owned(),
            total: number(labels.len() as u64),
            sheets: shown
                .chunks(PER_SHEET)
                .map(|sheet| sheet.iter().map(|l| Sticker::new(l)).collect())
                .collect(),
            pages: (1..=pages).map(|n| (n, format!("/label?{}&hal={n}", asked.query()))).collect(),
            current,
            alone: false,
        }
    }

    /// All labels in a file that stands alone: it carries the stylesheet in itself.
    pub(crate) fn alone(government: &str, labels: &[Label]) -> Self {
        let style = BASE64.encode(stylesheet::SHIPPED.as_bytes());
        let sheets = labels.chunks(PER_SHEET).map(|sheet| sheet.iter().map(Sticker::new).collect());
        Self {
            stylesheet: format!("data:text/css;base64,{style}"),
            government: government.to_owned(),
            total: number(labels.len() as u64),
            sheets: sheets.collect(),
            pages: Vec::new(),
            current: 1,
            alone: true,
        }
    }
}

/// `GET /label`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Asks(asked): Asks<Asked>,
) -> Result<Html<String>, Error> {
    let (web, filter) = (&desk.web, asked.filter()?);
    let labels = export::labels(&filter, &web.store, &web.config).await?;
    let told = export::Asked { list: List::Labels, format: Format::Html, filter };
    let about = format!("{}; {} label", told.about(&web.config), number(labels.len() as u64));
    desk.record(&person.name, "export", about).await?;
    page(&Labels::new(&web.config.government.name, &labels, &asked))
}

/// A list as a file: labels, which are a page, are drawn here; all others are tables and documents.
///
/// # Errors
/// As [`export::make`].
pub async fn file(
    asked: export::Asked,
    store: &Store,
    config: &Arc<Config>,
    now: Timestamp,
) -> Result<Pieces, export::Error> {
    if (asked.list, asked.format) != (List::Labels, Format::Html) {
        return export::make(asked, store, config, now).await;
    }
    let labels = export::labels(&asked.filter, store, config).await?;
    let page = Labels::alone(&config.government.name, &labels).render();
    Ok(Pieces::whole(page.map_err(|error| export::Error::Page(error.to_string()))?.into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The dark modules of a path, drawn again.
    fn drawn(qr: &Qr, side: usize) -> Vec<Vec<bool>> {
        let mut modules = vec![vec![false; side]; side];
        for run in qr.path.split('M').skip(1) {
            let (place, rest) = run.split_once('h').unwrap();
            let (x, y) = place.split_once(' ').unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            let length: usize = rest.split('v').next().unwrap().parse().unwrap();
            modules[y][x..x + length].fill(true);
        }
        modules
    }

    #[test]
    fn a_code_is_drawn_as_it_was_made() {
        let code = QRBuilder::new("A-000042").ecl(ECL::M).build().unwrap();
        let qr = Qr::new("A-000042").unwrap();
        let drawn = drawn(&qr, code.size);
        for (y, row) in drawn.iter().enumerate() {
            for (x, dark) in row.iter().enumerate() {
                assert_eq!(*dark, code.data[y * code.size + x].value(), "{x} {y}");
            }
        }
        // The three eyes of every code.
        assert!(drawn[0][..7].iter().all(|dark| *dark) && drawn[6][..7].iter().all(|dark| *dark));
        assert_eq!(qr.view, format!("-4 -4 {0} {0}", code.size + 8));
        assert!(Qr::new(&"x".repeat(5000)).is_none());
    }
}
