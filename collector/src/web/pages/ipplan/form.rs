//! `/rencana-ip/baru` and `/rencana-ip/subnet/{subnet}/ubah`: the form of a subnet. What was typed is never lost.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::super::super::error::Error;
use super::super::super::input::{Asks, Named, Pairs};
use super::super::super::session::{App, Desk, Filled, Person};
use super::super::super::shell::Shell;
use super::super::form::{self, Form, Input, Of, or_none, site_choices, words};
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

/// What was typed into the form.
pub(crate) type Typed = form::Typed<Field>;

/// What the form is of.
const OF: Of = Of { thing: "subnet", list: "/rencana-ip", entries: "/rencana-ip/subnet/" };

#[derive(Template)]
#[template(path = "ipplan_form.html")]
pub(crate) struct PlotForm {
    shell: Shell,
    form: Form,
}

impl PlotForm {
    /// The form over what was typed.
    pub(crate) fn new(shell: Shell, old: Option<&Plot>, typed: &Typed, config: &Config) -> Self {
        let inputs =
            |fields: &[Field]| fields.iter().map(|field| field_input(*field, typed, config)).collect();
        let groups = GROUPS.iter().map(|(name, fields)| (*name, inputs(fields))).collect();
        let old = old.map(|it| (it.id.to_string(), it.revision));
        Self { shell, form: Form::new(OF, old, typed, groups) }
    }
}

fn field_input(field: Field, typed: &Typed, config: &Config) -> Input {
    Input {
        required: field == Field::Subnet,
        long: field == Field::Note,
        ..Input::new(field, typed, hint(field), offered(field, config))
    }
}

/// What can be chosen; fields that may be empty begin with nothing.
fn offered(field: Field, config: &Config) -> Vec<(String, String)> {
    match field {
        Field::Office => or_none(office_choices(config)),
        Field::Site => site_choices(config),
        Field::Purpose => words(Purpose::ALL.map(Purpose::name)),
        Field::Life => words(Life::ALL.map(Life::name)),
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
    Ok((typed.status(), page(&PlotForm::new(scene.shell, old, typed, &desk.web.config))?).into_response())
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
    form(&desk, &person, Some(&plot), &Typed::of(|field| field.get(&plot))).await
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
    let fields = GROUPS.iter().flat_map(|(_, fields)| fields.iter().copied());
    typed.take(fields, &sent, |field, value| field.set(&mut plot, value));
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
    typed.know(config, (Field::Office, plot.office.as_ref()), (Field::Site, plot.site.as_ref()));
    if typed.wrong.is_empty() {
        typed.wrong.extend(plot.faults());
    }
}
