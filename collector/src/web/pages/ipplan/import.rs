//! `/rencana-ip/impor`: subnets out of a spreadsheet.

use std::sync::Arc;

use askama::Template;
use axum::response::Html;

use super::super::super::error::Error;
use super::super::super::format::number;
use super::super::super::input::Pairs;
use super::super::super::session::{Desk, Person};
use super::super::super::shell::{Place, Shell};
use super::super::page;
use super::super::spreadsheet::{List, Reader, Says, Seen, Shown, Told};
use super::{HERE, book};
use crate::config::Config;
use crate::ipplan::Plot;
use crate::ipplan::import::{Context, Import};
use crate::register::import::{MAX_ROWS, Planned as _};
use crate::store::{ImportedFile, PlotFilter};

/// The plan of numbering, as a list that spreadsheets are taken into.
pub(crate) enum Numbering {}

#[derive(Template)]
#[template(path = "ipplan_import.html")]
pub(crate) struct ImportForm {
    pub(crate) shell: Shell,
    /// Why the last file could not be read.
    pub(crate) fault: Option<String>,
    /// How many were written: new and changed.
    pub(crate) done: Option<(String, String)>,
    pub(crate) rows: String,
}

/// What is said of the plan.
const SAYS: Says<Plot> = Says {
    path: Numbering::PATH,
    entries: "/rencana-ip/subnet/",
    list: "rencana",
    entry: "subnet",
    heading: ("Subnet", true),
    skips: false,
    summary,
};

#[derive(Template)]
#[template(path = "ipplan_preview.html")]
pub(crate) struct Preview {
    shell: Shell,
    shown: Shown<Plot>,
    /// Headings that were not read.
    unread: Vec<String>,
}

impl Preview {
    /// The page over what a file would do.
    pub(crate) fn new(shell: Shell, seen: Seen<'_, Import>) -> Self {
        let unread = seen.plan.unread.clone();
        Self { shell, shown: Shown::new(seen, Vec::new(), SAYS), unread }
    }
}

/// What a new plot would be, in one line.
fn summary(plot: &Plot) -> String {
    let office = plot.office.as_ref().map(ToString::to_string);
    let vlan = plot.vlan.map(|vlan| format!("VLAN {vlan}"));
    let name = Some(plot.name.clone()).filter(|name| !name.is_empty());
    let parts = [Some(plot.purpose.name().to_owned()), office, name, vlan];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

impl List for Numbering {
    const PATH: &'static str = "/rencana-ip/impor";
    const HERE: Place = HERE;
    const CHANGED: &'static str =
        "Rencana berubah sejak pratinjau ini dibuat. Periksa pratinjau yang baru, lalu terima lagi.";

    type Plan = Import;

    fn form(shell: Shell, _: &Config, Told { fault, done }: Told) -> Result<Html<String>, Error> {
        page(&ImportForm { shell, fault, done, rows: number(MAX_ROWS as u64) })
    }

    fn preview(shell: Shell, _: &Config, seen: Seen<'_, Import>) -> Result<Html<String>, Error> {
        page(&Preview::new(shell, seen))
    }

    async fn reader(desk: &Desk, _: &Pairs) -> Result<Reader<Import>, Error> {
        let plots = desk.web.store.plots(&PlotFilter::default()).await?;
        let config = Arc::clone(&desk.web.config);
        Ok(Box::new(move |sheets| {
            let (offices, sites) = (config.office_names(), config.site_names());
            Import::new(sheets, &Context { plots: &plots, offices: &offices, sites: &sites })
        }))
    }

    async fn write(
        desk: &Desk,
        person: &Person,
        plan: &Import,
        file: &ImportedFile,
    ) -> Result<Result<(), String>, Error> {
        let plots = plan.writes();
        let subnet = |place: usize| plots.get(place).map(|plot| plot.subnet.to_string()).unwrap_or_default();
        let booked = book(desk, person, &plots, Some(file)).await?;
        Ok(booked.map(drop).map_err(|(place, why)| format!("{}: {why}", subnet(place))))
    }
}
