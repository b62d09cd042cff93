//! `/aset/impor`: assets out of a spreadsheet.

mod preview;

use std::sync::Arc;

use askama::Template;
use axum::response::Html;
use patuh_protocol::id::Code;

use super::super::super::error::Error;
use super::super::super::format::number;
use super::super::super::input::Pairs;
use super::super::super::session::{Desk, Person};
use super::super::super::shell::{Place, Shell};
use super::super::spreadsheet::{List, Reader, Seen, Told};
use super::super::{office_choices, page};
use super::{book, hosts};
use crate::config::Config;
use crate::register::import::{Context, MAX_ROWS, Mapping, Plan, Planned as _, Target};
use crate::store::{AssetFilter, ImportedFile};

pub(crate) use preview::Preview;

/// The register of assets, as a list that spreadsheets are taken into.
pub(crate) enum Register {}

/// How a file is to be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Options {
    /// The office of rows that name none.
    pub(crate) office: Option<Code>,
    /// Whether prices are in thousands of rupiah; `None`: as the headings say.
    pub(crate) thousands: Option<bool>,
    /// What a person said of the columns.
    pub(crate) mapping: Mapping,
}

impl Options {
    /// The options in a query or a form.
    pub(crate) fn new(asked: &Pairs) -> Result<Self, Error> {
        let given = |name: &str| asked.get(name).map(String::as_str).filter(|text| !text.is_empty());
        let office = given("pd").map(str::parse::<Code>).transpose().map_err(|_| Error::NotFound)?;
        let thousands = given("harga").map(|it| it == "ribuan");
        let columns = asked.iter().filter_map(|(name, value)| Some((name.strip_prefix("kolom.")?, value)));
        let columns = columns.filter(|(_, value)| !value.is_empty());
        let mapping = columns.map(|(heading, value)| (heading.to_owned(), Target::of_slug(value))).collect();
        Ok(Self { office, thousands, mapping })
    }

    /// The options as they stand in an address or in a form.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        let office = self.office.as_ref().map(|office| ("pd".to_owned(), office.to_string()));
        let price = |it: bool| ("harga".to_owned(), if it { "ribuan" } else { "rupiah" }.to_owned());
        let columns = self.mapping.iter().map(|(heading, target)| {
            (format!("kolom.{heading}"), target.map_or("-", Target::slug).to_owned())
        });
        office.into_iter().chain(self.thousands.map(price)).chain(columns).collect()
    }
}

#[derive(Template)]
#[template(path = "asset_import.html")]
pub(crate) struct ImportForm {
    pub(crate) shell: Shell,
    pub(crate) offices: Vec<(String, String)>,
    /// Why the last file could not be read.
    pub(crate) fault: Option<String>,
    /// How many were written: new and changed.
    pub(crate) done: Option<(String, String)>,
    pub(crate) rows: String,
}

impl List for Register {
    const PATH: &'static str = "/aset/impor";
    const HERE: Place = Place::Assets;
    const CHANGED: &'static str =
        "Daftar aset berubah sejak pratinjau ini dibuat. Periksa pratinjau yang baru, lalu terima lagi.";

    type Plan = Plan;

    fn form(shell: Shell, config: &Config, Told { fault, done }: Told) -> Result<Html<String>, Error> {
        let rows = number(MAX_ROWS as u64);
        page(&ImportForm { shell, offices: office_choices(config), fault, done, rows })
    }

    fn preview(shell: Shell, config: &Config, seen: Seen<'_, Plan>) -> Result<Html<String>, Error> {
        let options = Options::new(seen.asked)?;
        page(&Preview::new(shell, config, &options, seen))
    }

    async fn reader(desk: &Desk, asked: &Pairs) -> Result<Reader<Plan>, Error> {
        let options = Options::new(asked)?;
        let (assets, hosts) = (desk.web.store.assets(&AssetFilter::default()).await?, hosts(desk).await?);
        let (config, codes) = (Arc::clone(&desk.web.config), Arc::clone(&desk.web.codes));
        Ok(Box::new(move |sheets| {
            let (offices, sites) = (config.office_names(), config.site_names());
            let context = |thousands| Context {
                assets: &assets,
                offices: &offices,
                sites: &sites,
                codes: &codes,
                hosts: &hosts,
                office: options.office.clone(),
                thousands,
            };
            let plan = Plan::new(sheets, &options.mapping, &context(options.thousands.unwrap_or(false)))?;
            // Thousands are taken for such where the heading says so, unless a person says otherwise.
            if options.thousands.is_none() && plan.thousands() {
                return Plan::new(sheets, &options.mapping, &context(true));
            }
            Ok(plan)
        }))
    }

    async fn write(
        desk: &Desk,
        person: &Person,
        plan: &Plan,
        file: &ImportedFile,
    ) -> Result<Result<(), String>, Error> {
        let assets = plan.writes();
        let name = |place: usize| assets.get(place).map_or("", |asset| &asset.name);
        let booked = book(desk, person, &assets, Some(file)).await?;
        Ok(booked.map(drop).map_err(|(place, why)| format!("{}: {why}", name(place))))
    }

    /// The office that was chosen for rows that name none.
    fn query(sent: &Pairs) -> Result<String, Error> {
        let office = Options::new(sent)?.office;
        Ok(office.map(|office| format!("?pd={office}")).unwrap_or_default())
    }
}
