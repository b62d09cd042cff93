//! The page that shows what a file would do.

use askama::Template;

use super::super::super::super::shell::Shell;
use super::super::super::office_choices;
use super::super::super::spreadsheet::{self, Seen, Shown};
use super::Options;
use crate::config::Config;
use crate::register::Asset;
use crate::register::import::{Plan, Planned as _, RowPlan, Target, letters};

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
    /// The page over a plan, the file read by `options`.
    pub(crate) fn new(shell: Shell, config: &Config, options: &Options, seen: Seen<'_, Plan>) -> Self {
        let Seen { file, plan, asked, refusal } = seen;
        let shown = Shown::new(plan, asked, true);
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
            outcomes: shown.outcomes,
            all: shown.all,
            chosen: shown.chosen,
            lines: shown.rows.into_iter().map(line).collect(),
            pages: shown.pages,
            current: shown.current,
            writes: shown.writes,
            wrong: shown.wrong,
            digest: plan.digest().to_string(),
            pairs: options.pairs(),
            office: options.office.as_ref().map(ToString::to_string).unwrap_or_default(),
            offices: office_choices(config),
            price_headed,
            price: if thousands { "ribuan" } else { "rupiah" },
            columns: columns(plan),
            targets: Target::all().map(|target| (target.slug(), target.name())).collect(),
            sheets: sheets.join(", "),
            refusal,
        }
    }
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
    let (asset, told) = spreadsheet::told(row, summary, "sama dengan register");
    Line {
        place: spreadsheet::place(row),
        name: row.name.clone(),
        slug: spreadsheet::slug(row),
        word: row.outcome.word(),
        asset,
        told,
        notices: row.notices.clone(),
    }
}

/// What a new asset would be, in one line.
fn summary(asset: &Asset) -> String {
    let code = asset.book.code.as_ref().map(|code| format!("kode barang {code}"));
    let serial = asset.serial.as_ref().map(|serial| format!("nomor seri {serial}"));
    let parts = [Some(asset.kind.name().to_owned()), Some(asset.office.to_string()), code, serial];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
