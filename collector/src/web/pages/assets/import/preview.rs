//! The page that shows what a file would do.

use askama::Template;

use super::super::super::super::shell::Shell;
use super::super::{Sent, offices};
use super::Options;
use crate::config::Config;
use crate::register::Asset;
use crate::register::import::{Outcome, Plan, RowPlan, Target, letters};

/// Rows on one page.
const PER_PAGE: usize = 100;

/// The outcomes in the order in which they are shown: slug, the place among the plan's counts, name.
const OUTCOMES: [(&str, usize, &str); 5] = [
    ("salah", 4, "Salah"),
    ("berubah", 1, "Berubah"),
    ("baru", 0, "Baru"),
    ("sama", 2, "Sama"),
    ("dilewati", 3, "Dilewati"),
];

/// A row of the file.
#[derive(Clone, Debug)]
struct Line {
    place: String,
    name: String,
    slug: &'static str,
    word: &'static str,
    /// The asset that it means.
    asset: Option<String>,
    told: Vec<String>,
    notices: Vec<String>,
}

/// A column of the file: letters, heading, the name of its select, what it is read as.
type Column = (String, String, String, &'static str);

#[derive(Template)]
#[template(path = "asset_preview.html")]
pub(crate) struct Preview {
    shell: Shell,
    file: String,
    /// Outcomes with how many rows: slug, name, count, whether chosen.
    outcomes: Vec<(&'static str, &'static str, String, bool)>,
    all: String,
    chosen: &'static str,
    lines: Vec<Line>,
    pages: Vec<usize>,
    current: usize,
    writes: usize,
    wrong: usize,
    /// What would be written, as the form of acceptance says it.
    digest: String,
    /// The options, for forms and links.
    pairs: Vec<(String, String)>,
    office: String,
    offices: Vec<(String, String)>,
    /// Whether the price is headed as thousands of rupiah, and how it is read.
    price_headed: bool,
    price: &'static str,
    columns: Vec<Column>,
    targets: Vec<(&'static str, &'static str)>,
    sheets: String,
    refusal: Option<String>,
}

impl Preview {
    /// The page over a plan.
    pub(crate) fn new(
        shell: Shell,
        config: &Config,
        file: &str,
        plan: &Plan,
        options: &Options,
        asked: &Sent,
        refusal: Option<String>,
    ) -> Self {
        let counts = plan.counts();
        let count = |place: usize| counts.get(place).copied().unwrap_or(0);
        let asked_for = asked.get("hasil").map_or("", String::as_str);
        let chosen = OUTCOMES.iter().find(|(slug, ..)| *slug == asked_for);
        let rows: Vec<&RowPlan> = match chosen {
            Some((_, place, _)) => plan.rows.iter().filter(|row| row.outcome.place() == *place).collect(),
            None => OUTCOMES.iter().flat_map(|(_, place, _)| of_place(plan, *place)).collect(),
        };
        let pages: Vec<usize> = (1..=rows.len().div_ceil(PER_PAGE).max(1)).collect();
        let asked_page = asked.get("hal").and_then(|page| page.parse().ok()).unwrap_or(1);
        let current = pages.len().min(asked_page).max(1);
        let shown = rows.into_iter().skip((current - 1) * PER_PAGE).take(PER_PAGE);
        let slug = chosen.map_or("", |(slug, ..)| slug);
        let outcome = |(of, place, name): (&'static str, usize, &'static str)| {
            (of, name, count(place).to_string(), of == slug)
        };
        let price_headed = plan.thousands();
        let thousands = options.thousands.unwrap_or(price_headed);
        let sheets = plan.sheets.iter().map(|sheet| match &sheet.office {
            Some(office) => format!("{} ({office})", sheet.name),
            None => sheet.name.clone(),
        });
        let sheets: Vec<String> = sheets.filter(|name| !name.is_empty()).collect();
        Self {
            shell,
            file: file.to_owned(),
            outcomes: OUTCOMES.map(outcome).to_vec(),
            all: plan.rows.len().to_string(),
            chosen: slug,
            lines: shown.map(line).collect(),
            pages,
            current,
            writes: count(0) + count(1),
            wrong: count(4),
            digest: plan.digest().to_string(),
            pairs: options.pairs(),
            office: options.office.as_ref().map(ToString::to_string).unwrap_or_default(),
            offices: offices(config),
            price_headed,
            price: if thousands { "ribuan" } else { "rupiah" },
            columns: columns(plan),
            targets: Target::all().map(|target| (target.slug(), target.name())).collect(),
            sheets: sheets.join(", "),
            refusal,
        }
    }
}

fn of_place(plan: &Plan, place: usize) -> impl Iterator<Item = &RowPlan> {
    plan.rows.iter().filter(move |row| row.outcome.place() == place)
}

/// The columns of all sheets, those of the same heading once.
fn columns(plan: &Plan) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for sheet in &plan.sheets {
        let headings = sheet.columns.headings.iter().zip(&sheet.columns.targets).enumerate();
        for (place, (heading, target)) in headings.filter(|(_, (heading, _))| !heading.trim().is_empty()) {
            let bare: String =
                heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
            let name = format!("kolom.{bare}");
            if !bare.is_empty() && !columns.iter().any(|(_, _, known, _)| *known == name) {
                columns.push((
                    letters(place),
                    heading.trim().to_owned(),
                    name,
                    target.map_or("-", Target::slug),
                ));
            }
        }
    }
    columns
}

fn line(row: &RowPlan) -> Line {
    let (asset, told) = match &row.outcome {
        Outcome::New(asset) => (None, summary(asset)),
        Outcome::Changed(asset, changes) => {
            (Some(asset.id.to_string()), changes.iter().map(ToString::to_string).collect())
        }
        Outcome::Same(id) => (Some(id.to_string()), vec!["sama dengan register".to_owned()]),
        Outcome::Skipped(why) => (None, vec![why.clone()]),
        Outcome::Wrong(problems) => {
            let told = problems.iter().map(|problem| {
                if problem.column.is_empty() {
                    problem.what.clone()
                } else {
                    format!("kolom {}: {}", problem.column, problem.what)
                }
            });
            (None, told.collect())
        }
    };
    let place =
        if row.sheet.is_empty() { row.row.to_string() } else { format!("{} · {}", row.sheet, row.row) };
    let (slug, ..) =
        OUTCOMES.iter().find(|(_, place, _)| *place == row.outcome.place()).unwrap_or(&("", 0, ""));
    Line {
        place,
        name: row.name.clone(),
        slug,
        word: row.outcome.word(),
        asset,
        told,
        notices: row.notices.clone(),
    }
}

/// What a new asset would be, in one line.
fn summary(asset: &Asset) -> Vec<String> {
    let code = asset.book.code.as_ref().map(|code| format!("kode barang {code}"));
    let serial = asset.serial.as_ref().map(|serial| format!("nomor seri {serial}"));
    let parts = [Some(asset.kind.name().to_owned()), Some(asset.office.to_string()), code, serial];
    vec![parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")]
}
