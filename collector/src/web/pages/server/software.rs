//! The software of a server: packages by the manager that installed them, filtered by name and manager, and
//! never so many that the page grows heavy.

use askama::Template;
use patuh_protocol::inventory::Package;
use patuh_protocol::report::Reading;

use super::super::super::format::{Format, When, number};
use super::super::super::shell::Shell;
use super::super::section::{Cell, SectionState, Table};
use super::{Around, Asked, Frame};
use crate::store::CurrentSection;

/// Packages listed on the page; the rest is found by the filter or in the download.
const SHOWN: usize = 300;

#[derive(Template)]
#[template(path = "server_software.html")]
pub(crate) struct Software {
    shell: Shell,
    frame: Frame,
    managers: Vec<ManagerLine>,
    state: SectionState,
    total: String,
    search: String,
    manager: String,
    found_text: String,
    list: Option<Table>,
    shown: usize,
    cut: bool,
}

/// A package manager.
#[derive(Clone, Debug)]
struct ManagerLine {
    slug: String,
    name: String,
    count: String,
    when: Option<When>,
}

/// A package with its manager.
struct Found<'a> {
    manager: &'a str,
    package: &'a Package,
}

impl Software {
    /// The page over the packages in `sections`.
    pub(crate) fn new(around: Around, sections: &[CurrentSection], asked: &Asked, format: &Format) -> Self {
        let (shell, frame) = around;
        let (all, wanted) = (packages(sections), asked.paket.trim().to_lowercase());
        let total = all.len();
        let is = |found: &Found<'_>| {
            found.package.name.to_lowercase().contains(&wanted)
                && (asked.pengelola.is_empty() || found.manager == asked.pengelola)
        };
        let found: Vec<_> = all.into_iter().filter(is).collect();
        Self {
            shell,
            frame,
            managers: managers(sections, format),
            state: SectionState::of(sections, &["packages/"], format),
            total: number(total as u64),
            search: asked.paket.trim().to_owned(),
            manager: asked.pengelola.clone(),
            found_text: number(found.len() as u64),
            shown: found.len().min(SHOWN),
            cut: found.len() > SHOWN,
            list: list(found.get(..SHOWN.min(found.len())).unwrap_or_default()),
        }
    }

    /// Whether anything narrows the list.
    fn filtered(&self) -> bool {
        !self.search.is_empty() || !self.manager.is_empty()
    }
}

/// The manager of a sensor, such as `dpkg`.
fn manager(section: &CurrentSection) -> &str {
    section.sensor.strip_prefix("packages/").unwrap_or(&section.sensor)
}

fn packages(sections: &[CurrentSection]) -> Vec<Found<'_>> {
    let mut all = Vec::new();
    for section in sections {
        let packages = packages_of(section).into_iter().flatten();
        all.extend(packages.map(|package| Found { manager: manager(section), package }));
    }
    all
}

fn packages_of(section: &CurrentSection) -> Option<&Vec<Package>> {
    match &section.value.as_ref()?.reading {
        Reading::Packages(packages) => Some(packages),
        _ => None,
    }
}

fn managers(sections: &[CurrentSection], format: &Format) -> Vec<ManagerLine> {
    let line = |section: &CurrentSection| {
        let packages = packages_of(section)?;
        Some(ManagerLine {
            slug: manager(section).to_owned(),
            name: manager_words(manager(section)).to_owned(),
            count: number(packages.len() as u64),
            when: section.value.as_ref().map(|value| format.when(value.at)),
        })
    };
    sections.iter().filter_map(line).collect()
}

/// What a package manager is called.
pub(crate) fn manager_words(manager: &str) -> &str {
    match manager {
        "dpkg" => "Debian (dpkg)",
        "rpm" => "RPM",
        "apk" => "Alpine (apk)",
        "pacman" => "Arch (pacman)",
        "snap" => "Snap",
        "flatpak" => "Flatpak",
        "pip" => "Python (pip)",
        "npm" => "Node.js (npm)",
        "composer" => "PHP (composer)",
        other => other,
    }
}

/// The table of packages; a column of places only where one has its own.
fn list(found: &[Found<'_>]) -> Option<Table> {
    let placed = found.iter().any(|found| !found.package.place.is_empty());
    let row = |Found { manager, package }: &Found<'_>| {
        let mut cells = vec![
            Cell::text(&package.name),
            Cell::text(&package.version),
            Cell::text(&package.architecture),
            Cell::text(manager_words(manager)),
        ];
        cells.extend(placed.then(|| Cell::code(&package.place)));
        cells
    };
    let mut columns = vec!["Paket", "Versi", "Arsitektur", "Pengelola"];
    columns.extend(placed.then_some("Tempat"));
    let rows: Vec<_> = found.iter().map(row).collect();
    (!rows.is_empty()).then(|| Table::new("Paket terpasang", &columns, rows))
}
