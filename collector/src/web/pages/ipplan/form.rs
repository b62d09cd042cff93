//! `/rencana-ip/baru` and `/rencana-ip/subnet/{subnet}/ubah`: the form of a subnet. What was typed is never lost.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::super::error::Error;
use super::super::super::input::{Asks, Named, Pairs};
use super::super::super::session::{App, Desk, Filled, Person};
use super::super::super::shell::Shell;
use super::super::assets::form::Input;
use super::super::{office_choices, page};
use super::{HERE, book, plot_at};
use crate::config::Config;
use crate::ipplan::{Field, Life, Plot, Purpose};

/// Groups of the form, with their fields.
const GROUPS: [(&str, &[Field]); 4] = [
    ("Subnet", &[Field::Subnet, Field::Name, Field::Purpose, Field::Office, Field::Site, Field::Vlan]),
    ("Gateway dan DHCP", &[Field::Gateways, Field::Pools, Field::DhcpServers]),
    ("Penetapan", &[Field::Document, Field::Life]),
    ("Keterangan", &[Field::Note]),
];

/// What was typed into the form, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typed {
    pub(crate) values: Pairs,
    pub(crate) wrong: BTreeMap<Field, String>,
    pub(crate) refusal: Option<String>,
}

impl Typed {
    /// What the form shows of a plot that stands.
    pub(crate) fn of(plot: &Plot) -> Self {
        let values = Field::ALL.into_iter().map(|field| (field.slug().to_owned(), field.get(plot)));
        Self { values: values.collect(), ..Self::default() }
    }

    fn failed(&self) -> bool {
        self.refusal.is_some() || !self.wrong.is_empty()
    }
}

#[derive(Template)]
#[template(path = "ipplan_form.html")]
pub(crate) struct PlotForm {
    shell: Shell,
    /// The number of the plot that is changed; `None` when it is new.
    id: Option<String>,
    revision: u64,
    /// Where the form is sent.
    action: String,
    groups: Vec<(&'static str, Vec<Input>)>,
    refusal: Option<String>,
}

impl PlotForm {
    /// The form over what was typed.
    pub(crate) fn new(shell: Shell, old: Option<&Plot>, typed: &Typed, config: &Config) -> Self {
        let inputs =
            |fields: &[Field]| fields.iter().map(|field| field_input(*field, typed, config)).collect();
        let sent = typed.values.get("revisi").and_then(|it| it.parse().ok());
        Self {
            shell,
            id: old.map(|plot| plot.id.to_string()),
            revision: sent.or(old.map(|it| it.revision)).unwrap_or(0),
            action: old.map_or_else(
                || "/rencana-ip/baru".to_owned(),
                |old| format!("/rencana-ip/subnet/{}/ubah", old.id),
            ),
            groups: GROUPS.iter().map(|(name, fields)| (*name, inputs(fields))).collect(),
            refusal: typed.refusal.clone(),
        }
    }

    /// All that is wrong: field, label, what.
    fn faults(&self) -> Vec<(&'static str, &'static str, &str)> {
        let inputs = self.groups.iter().flat_map(|(_, inputs)| inputs);
        inputs.filter_map(|input| Some((input.slug, input.label, input.wrong.as_deref()?))).collect()
    }
}

fn field_input(field: Field, typed: &Typed, config: &Config) -> Input {
    let value = typed.values.get(field.slug()).cloned().unwrap_or_default();
    let mut choices = offered(field, config);
    // What was typed is shown, known or not.
    if !choices.is_empty() && !value.is_empty() && !choices.iter().any(|(known, _)| *known == value) {
        choices.push((value.clone(), value.clone()));
    }
    Input {
        slug: field.slug(),
        label: match field {
            Field::Office => "Perangkat Daerah",
            Field::Site => "Lokasi",
            field => field.heading(),
        },
        hint: hint(field),
        wrong: typed.wrong.get(&field).cloned(),
        choices,
        required: field == Field::Subnet,
        long: field == Field::Note,
        value,
    }
}

/// What can be chosen; fields that may be empty begin with nothing.
fn offered(field: Field, config: &Config) -> Vec<(String, String)> {
    let nothing = || std::iter::once((String::new(), "–".to_owned()));
    let word = |name: &str| (name.to_owned(), name.to_owned());
    match field {
        Field::Office => nothing().chain(office_choices(config)).collect(),
        Field::Site => {
            nothing().chain(config.sites.iter().map(|it| (it.code.to_string(), it.name.clone()))).collect()
        }
        Field::Purpose => Purpose::ALL.map(|it| word(it.name())).to_vec(),
        Field::Life => Life::ALL.map(|it| word(it.name())).to_vec(),
        _ => Vec::new(),
    }
}

const fn hint(field: Field) -> &'static str {
    match field {
        Field::Subnet => "Alamat dan panjang awalan, misalnya 10.20.3.0/24. IPv6 juga boleh.",
        Field::Name => "Misalnya LAN lantai 1.",
        Field::Purpose => {
            "Jaringan PD: milik satu perangkat daerah. Bersama: beberapa PD berada di dalamnya. Di balik NAT: alamat \
             dalam di balik router yang menerjemahkannya. Dicadangkan: belum boleh dipakai."
        }
        Field::Vlan => "1 sampai 4094. Kosongkan bila tanpa VLAN.",
        Field::Gateways => "Bila ada beberapa router, pisahkan dengan koma.",
        Field::Pools => "Misalnya 10.20.3.100-10.20.3.199; beberapa kisaran dipisahkan koma.",
        Field::DhcpServers => "Server DHCP yang resmi. Yang tidak tercatat akan diberitahukan.",
        Field::Document => "Surat atau keputusan penetapannya.",
        Field::Life => "Subnet yang dicabut tetap tercatat, tetapi tidak lagi menjadi ukuran.",
        _ => "",
    }
}

async fn form(desk: &Desk, person: &Person, old: Option<&Plot>, typed: &Typed) -> Result<Response, Error> {
    let scene = desk.scene(person, HERE).await?;
    let status = if typed.failed() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, page(&PlotForm::new(scene.shell, old, typed, &desk.web.config))?).into_response())
}

/// `GET /rencana-ip/baru`, with what is known already in the address.
pub(crate) async fn new(
    State(desk): State<App>,
    person: Person,
    Asks(Named(asked)): Asks<Named>,
) -> Result<Response, Error> {
    form(&desk, &person, None, &Typed { values: asked, ..Typed::default() }).await
}

/// `GET /rencana-ip/subnet/{subnet}/ubah`
pub(crate) async fn edit(
    State(desk): State<App>,
    person: Person,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let plot = plot_at(&desk, &number).await?;
    form(&desk, &person, Some(&plot), &Typed::of(&plot)).await
}

/// `POST /rencana-ip/baru`
pub(crate) async fn add(
    State(desk): State<App>,
    person: Person,
    Filled(sent): Filled,
) -> Result<Response, Error> {
    take(&desk, &person, None, sent).await
}

/// `POST /rencana-ip/subnet/{subnet}/ubah`
pub(crate) async fn change(
    State(desk): State<App>,
    person: Person,
    Path(number): Path<String>,
    Filled(sent): Filled,
) -> Result<Response, Error> {
    let plot = plot_at(&desk, &number).await?;
    take(&desk, &person, Some(plot), sent).await
}

/// Takes a form: writes the plot, or brings the form back with what is wrong.
async fn take(desk: &Desk, person: &Person, old: Option<Plot>, sent: Pairs) -> Result<Response, Error> {
    let mut plot = old.clone().unwrap_or_else(|| Plot::new(ipnet::Ipv4Net::default().into()));
    let mut typed = Typed::default();
    for field in GROUPS.iter().flat_map(|(_, fields)| *fields) {
        let value = sent.get(field.slug()).cloned().unwrap_or_default();
        typed.wrong.extend(field.set(&mut plot, &value).err().map(|what| (*field, what)));
        typed.values.insert(field.slug().to_owned(), value);
    }
    check(&plot, &desk.web.config, &mut typed);
    if let (Some(revision), Some(_)) = (sent.get("revisi").and_then(|it| it.parse().ok()), &old) {
        typed.values.insert("revisi".to_owned(), sent.get("revisi").cloned().unwrap_or_default());
        plot.revision = revision;
    }
    if old.is_some() && plot.is_new() {
        return Err(Error::Forged);
    }
    if !typed.failed() {
        match book(desk, person, std::slice::from_ref(&plot), None).await? {
            Ok(ids) => {
                let id = ids.first().copied().unwrap_or(plot.id);
                return Ok(Redirect::to(&format!("/rencana-ip/subnet/{id}")).into_response());
            }
            Err((_, why)) => typed.refusal = Some(why.to_string()),
        }
    }
    form(desk, person, old.as_ref(), &typed).await
}

/// What is not configured, and what does not go together.
fn check(plot: &Plot, config: &Config, typed: &mut Typed) {
    if plot.office.as_ref().is_some_and(|office| config.office(office).is_none()) {
        let what = "perangkat daerah ini tidak ada dalam konfigurasi".to_owned();
        typed.wrong.insert(Field::Office, what);
    }
    if plot.site.as_ref().is_some_and(|site| config.site(site).is_none()) {
        typed.wrong.insert(Field::Site, "lokasi ini tidak ada dalam konfigurasi".to_owned());
    }
    if typed.wrong.is_empty() {
        typed.wrong.extend(plot.faults());
    }
}
