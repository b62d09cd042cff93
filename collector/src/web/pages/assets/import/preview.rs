//! The page that shows what a file would do.

use askama::Template;

use super::super::super::super::shell::Shell;
use super::super::super::office_choices;
use super::super::super::spreadsheet::{List as _, Says, Seen, Shown};
use super::{Options, Register};
use crate::config::Config;
use crate::register::Asset;
use crate::register::import::{Plan, Target, letters};

/// What is said of the register.
const SAYS: Says<Asset> = Says {
    path: Register::PATH,
    entries: "/aset/",
    list: "register",
    entry: "aset",
    heading: ("Barang", false),
    skips: true,
    summary,
};

/// A column of the file: letters, heading, the name of its select, what it is read as.
type Column = (String, String, String, &'static str);

#[derive(Template)]
#[template(path = "asset_preview.html")]
pub(crate) struct Preview {
    shell: Shell,
    shown: Shown<Asset>,
    office: String,
    offices: Vec<(String, String)>,
    /// Whether the price is headed as thousands of rupiah, and how it is read.
    price_headed: bool,
    price: &'static str,
    columns: Vec<Column>,
    targets: Vec<(&'static str, &'static str)>,
    sheets: String,
}

impl Preview {
    /// The page over a plan, the file read by `options`.
    pub(crate) fn new(shell: Shell, config: &Config, options: &Options, seen: Seen<'_, Plan>) -> Self {
        let plan = seen.plan;
        let price_headed = plan.thousands();
        let thousands = options.thousands.unwrap_or(price_headed);
        let sheets = plan.sheets.iter().map(|sheet| match &sheet.office {
            Some(office) => format!("{} ({office})", sheet.name),
            None => sheet.name.clone(),
        });
        let sheets: Vec<String> = sheets.filter(|name| !name.is_empty()).collect();
        Self {
            shell,
            shown: Shown::new(seen, options.pairs(), SAYS),
            office: options.office.as_ref().map(ToString::to_string).unwrap_or_default(),
            offices: office_choices(config),
            price_headed,
            price: if thousands { "ribuan" } else { "rupiah" },
            columns: columns(plan),
            targets: Target::all().map(|target| (target.slug(), target.name())).collect(),
            sheets: sheets.join(", "),
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

/// What a new asset would be, in one line.
fn summary(asset: &Asset) -> String {
    let code = asset.book.code.as_ref().map(|code| format!("kode barang {code}"));
    let serial = asset.serial.as_ref().map(|serial| format!("nomor seri {serial}"));
    let parts = [Some(asset.kind.name().to_owned()), Some(asset.office.to_string()), code, serial];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
