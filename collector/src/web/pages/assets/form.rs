//! `/aset/baru` and `/aset/{nomor}/ubah`: the form of an asset. What was typed is never lost: faults stand
//! beside their fields, and the form comes back as it was sent.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use patuh_protocol::id::AgentId;

use super::super::super::error::Error;
use super::super::super::input::{Asks, Named, Pairs};
use super::super::super::session::{App, Desk, Filled, Person};
use super::super::super::shell::{Place, Shell};
use super::super::form::{self, Form, Input, Of, or_none, site_choices, words};
use super::super::{host_name, office_choices, page};
use super::{asset_at, book, hosts};
use crate::config::Config;
use crate::register::{Asset, AssetKind, Codes, Condition, Field, Hosts, Stage, identifier, stages_in_force};
use crate::store::{AssetRefusal, ServerRow};
use crate::tasks::reconcile::seen;

/// Groups of the form, with their fields.
const GROUPS: [(&str, &[Field]); 6] = [
    ("Barang", &[Field::Office, Field::Kind, Field::Name, Field::Model, Field::Serial, Field::Size]),
    (
        "Menurut buku",
        &[
            Field::Code,
            Field::Nibar,
            Field::Register,
            Field::AcquiredOn,
            Field::Year,
            Field::Price,
            Field::Origin,
            Field::Material,
            Field::Condition,
        ],
    ),
    ("Tempat", &[Field::Site, Field::Room, Field::Rack, Field::Custodian]),
    ("Kepemilikan dan lisensi", &[Field::Ownership, Field::Owner, Field::Licence, Field::ValidUntil]),
    ("Jaringan", &[Field::Agent, Field::Address, Field::Mac]),
    ("Keterangan", &[Field::Note]),
];

/// What the form is of.
const OF: Of = Of { thing: "aset", list: "/aset", entries: "/aset/" };

/// The group that only a new asset has: afterwards stages have a form of their own.
const STAGE: (&str, &[Field]) = ("Tahap", &[Field::Stage, Field::StageOn, Field::Document, Field::Dated]);

/// What is proposed for the kode barang.
#[derive(Clone, Debug)]
pub(crate) struct Proposal {
    pub(crate) kind: &'static str,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) note: Option<String>,
}

#[derive(Template)]
#[template(path = "asset_form.html")]
pub(crate) struct AssetForm {
    shell: Shell,
    form: Form,
    proposal: Option<Proposal>,
    /// Where the codes are from.
    source: String,
    server: FromServer,
}

/// What was typed into the form.
pub(crate) type Typed = form::Typed<Field>;

/// The server that a form is made from: its agent and name.
pub(crate) type FromServer = Option<(String, String)>;

/// What the choices of a form come from.
pub(crate) struct Choices<'a> {
    pub(crate) config: &'a Config,
    pub(crate) codes: &'a Codes,
    pub(crate) stages: &'a [Stage],
}

impl AssetForm {
    /// The form over what was typed.
    pub(crate) fn new(
        shell: Shell,
        old: Option<&Asset>,
        typed: &Typed,
        server: FromServer,
        choices: &Choices<'_>,
    ) -> Self {
        let groups = GROUPS.into_iter().chain(old.is_none().then_some(STAGE));
        let groups = groups.map(|(name, fields)| {
            (name, fields.iter().map(|field| input(*field, typed, choices)).collect::<Vec<_>>())
        });
        let kind: Option<AssetKind> = typed.value(Field::Kind).parse().ok();
        let proposed = kind.and_then(|kind| Some((kind, choices.codes.propose(kind)?)));
        let proposed = proposed.filter(|(_, code)| typed.value(Field::Code).trim() != code.code);
        let proposal = proposed.map(|(kind, code)| Proposal {
            kind: kind.name(),
            code: code.code.clone(),
            name: code.name.clone(),
            note: code.note.clone(),
        });
        Self {
            shell,
            form: Form::new(OF, old.map(|it| (it.id.to_string(), it.revision)), typed, groups.collect()),
            proposal,
            source: choices.codes.source.clone(),
            server,
        }
    }
}

fn input(field: Field, typed: &Typed, choices: &Choices<'_>) -> Input {
    Input {
        required: matches!(field, Field::Office | Field::Kind | Field::Name),
        long: field == Field::Note,
        ..Input::new(field, typed, hint(field), offered(field, choices))
    }
}

/// What can be chosen; fields that may be empty begin with nothing.
fn offered(field: Field, choices: &Choices<'_>) -> Vec<(String, String)> {
    match field {
        Field::Office => office_choices(choices.config),
        Field::Kind => words(AssetKind::ALL.map(AssetKind::name)),
        Field::Condition => or_none(words(Condition::ALL.map(Condition::name))),
        Field::Stage => or_none(words(choices.stages.iter().map(|stage| stage.name()))),
        Field::Site => site_choices(choices.config),
        _ => Vec::new(),
    }
}

const fn hint(field: Field) -> &'static str {
    match field {
        Field::Name => "Nama menurut buku, misalnya Server atau Router.",
        Field::Serial => "Seperti pada pelat nama. Kosongkan bila tidak diketahui.",
        Field::Size => "Dengan kata, misalnya 2 prosesor, memori 64 GB, disk 4 TB.",
        Field::Code => "Tujuh tingkat menurut Permendagri 108/2016, misalnya 1.3.2.10.02.04.001.",
        Field::Nibar => "45 digit, disalin sebagai teks.",
        Field::Register => "Misalnya 0001.",
        Field::AcquiredOn | Field::ValidUntil | Field::StageOn | Field::Dated => "Misalnya 22-11-2026.",
        Field::Year => "Diisi sendiri dari tanggalnya bila tanggal diketahui.",
        Field::Price => "Rupiah bulat, misalnya 125.000.000.",
        Field::Origin => "Misalnya Pembelian atau Hibah.",
        Field::Custodian => "Nama dan NIP.",
        Field::Licence => "Jenis, jumlah, dan masa berlaku lisensi.",
        Field::Ownership => "Misalnya Milik Sendiri.",
        Field::Agent => {
            "Nama server yang berjalan di atasnya, atau kode agennya. Kosongkan untuk aset tanpa agen."
        }
        Field::Address => "Alamat untuk pengelolaannya, misalnya 10.10.0.5.",
        Field::Document => "Nomor RKBMD, SPK, BAST, atau surat keputusan.",
        _ => "",
    }
}

/// What was typed, as an asset: `old` with the fields of the form set, or a new one.
pub(crate) fn read(
    old: Option<&Asset>,
    sent: &Pairs,
    config: &Config,
    hosts: &Hosts,
) -> (Option<Asset>, BTreeMap<Field, String>) {
    let mut typed = Typed::default();
    // A new asset begins in any office: the form says in which, or is refused.
    let any = || Some(Asset::new(config.offices.first()?.code.clone(), AssetKind::Other, String::new()));
    let Some(mut asset) = old.cloned().or_else(any) else { return (None, typed.wrong) };
    let fields = GROUPS.iter().chain(old.is_none().then_some(&STAGE)).flat_map(|(_, fields)| fields.iter());
    typed.take(fields.copied(), sent, |field, value| match field {
        Field::Agent => field.set(&mut asset, &hosts.agent(value)?),
        field => field.set(&mut asset, value),
    });
    typed.know(config, (Field::Office, Some(&asset.office)), (Field::Site, asset.place.site.as_ref()));
    if let Some(revision) = sent.get("revisi").and_then(|it| it.parse().ok()).filter(|_| old.is_some()) {
        asset.revision = revision;
    }
    (typed.wrong.is_empty().then_some(asset), typed.wrong)
}

/// What the agent saw of a server, as far as it belongs into a form: never a fact of the books.
fn of_server(row: &ServerRow, config: &Config) -> (Typed, FromServer) {
    let seen = seen(row, config);
    let serial = seen.serial.as_deref().and_then(identifier::known_serial).map(str::to_owned);
    let memory = seen.memory_bytes.map(|bytes| format!("memori {} GB", bytes.div_ceil(1 << 30)));
    let disk = seen.disk_bytes.filter(|n| *n > 0).map(|bytes| format!("disk {} GB", bytes / 1_000_000_000));
    let size: Vec<String> = [seen.cpu, memory, disk].into_iter().flatten().collect();
    let values = [
        (Field::Office, Some(seen.office.to_string())),
        (Field::Kind, Some(AssetKind::Server.name().to_owned())),
        (Field::Model, seen.model),
        (Field::Serial, serial),
        (Field::Size, Some(size.join(", "))),
        (Field::Site, row.site.as_ref().map(ToString::to_string)),
        (Field::Agent, Some(seen.agent.to_string())),
    ];
    let values =
        values.into_iter().filter_map(|(field, value)| Some((field.slug().to_owned(), value?))).collect();
    let server = Some((row.agent.to_string(), host_name(&row.hostname, row.agent.as_str())));
    (Typed { values, ..Typed::default() }, server)
}

#[derive(Template)]
#[template(path = "asset_refused.html")]
pub(crate) struct Refused {
    pub(crate) shell: Shell,
    pub(crate) agent: String,
    pub(crate) host: String,
    pub(crate) why: String,
    /// The asset that it is on already.
    pub(crate) asset: Option<String>,
}

async fn form(
    desk: &Desk,
    person: &Person,
    old: Option<&Asset>,
    typed: &Typed,
    server: FromServer,
) -> Result<Response, Error> {
    let scene = desk.scene(person, Place::Assets).await?;
    let stages = stages_in_force(&scene.judged.packs);
    let choices = Choices { config: &desk.web.config, codes: &desk.web.codes, stages: &stages };
    let form = AssetForm::new(scene.shell, old, typed, server, &choices);
    Ok((typed.status(), page(&form)?).into_response())
}

/// `GET /aset/baru`, for a server with `?agen=`.
pub(crate) async fn new(
    State(desk): State<App>,
    person: Person,
    Asks(Named(asked)): Asks<Named>,
) -> Result<Response, Error> {
    let Some(agent) = asked.get("agen").filter(|agent| !agent.is_empty()) else {
        let office = asked.get("pd").map(|office| (Field::Office.slug().to_owned(), office.clone()));
        let typed = Typed { values: office.into_iter().collect(), ..Typed::default() };
        return form(&desk, &person, None, &typed, None).await;
    };
    let agent: AgentId = agent.parse().map_err(|_| Error::NotFound)?;
    let row = desk.web.store.server(&agent).await?.ok_or(Error::NotFound)?;
    let held = desk.web.store.asset_of(&agent).await?.filter(|asset| !asset.is_removed());
    let (host, kind) = (host_name(&row.hostname, agent.as_str()), row.guest_of.clone());
    let why = match (&held, kind) {
        (_, Some(kind)) => AssetRefusal::Guest { host: host.clone(), kind },
        (Some(asset), None) => AssetRefusal::AgentBooked(asset.id),
        (None, None) => {
            let (typed, server) = of_server(&row, &desk.web.config);
            return form(&desk, &person, None, &typed, server).await;
        }
    };
    let (shell, asset) =
        (desk.scene(&person, Place::Assets).await?.shell, held.map(|asset| asset.id.to_string()));
    let refused = Refused { shell, agent: agent.to_string(), host, why: why.to_string(), asset };
    Ok((StatusCode::CONFLICT, page(&refused)?).into_response())
}

/// `GET /aset/{nomor}/ubah`
pub(crate) async fn edit(
    State(desk): State<App>,
    person: Person,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let asset = asset_at(&desk, &number).await?;
    form(&desk, &person, Some(&asset), &Typed::of(|field| field.get(&asset)), None).await
}

/// `POST /aset/baru`
pub(crate) async fn add(
    State(desk): State<App>,
    person: Person,
    Filled(sent): Filled,
) -> Result<Response, Error> {
    take(&desk, &person, None, sent).await
}

/// `POST /aset/{nomor}/ubah`
pub(crate) async fn change(
    State(desk): State<App>,
    person: Person,
    Path(number): Path<String>,
    Filled(sent): Filled,
) -> Result<Response, Error> {
    let asset = asset_at(&desk, &number).await?;
    take(&desk, &person, Some(asset), sent).await
}

/// Takes a form: writes the asset, or brings the form back with what is wrong.
async fn take(desk: &Desk, person: &Person, old: Option<Asset>, mut sent: Pairs) -> Result<Response, Error> {
    // The button beside the proposal: the code is put into the form, and nothing is written yet.
    if sent.contains_key("usul") {
        let kind = sent.get(Field::Kind.slug()).and_then(|kind| kind.parse().ok());
        if let Some(code) = kind.and_then(|kind| desk.web.codes.propose(kind)) {
            sent.insert(Field::Code.slug().to_owned(), code.code.clone());
        }
        return form(desk, person, old.as_ref(), &Typed { values: sent, ..Typed::default() }, None).await;
    }
    let (asset, wrong) = read(old.as_ref(), &sent, &desk.web.config, &hosts(desk).await?);
    let refusal = match asset {
        None => None,
        Some(asset) => match book(desk, person, &[asset], None).await? {
            Ok(ids) => {
                let id = ids.first().map(ToString::to_string).unwrap_or_default();
                return Ok(Redirect::to(&format!("/aset/{id}")).into_response());
            }
            Err((_, why)) => Some(why.to_string()),
        },
    };
    form(desk, person, old.as_ref(), &Typed { values: sent, wrong, refusal }, None).await
}
