//! `/media/{media}`: one medium. What the register says, what agents saw written to it, the three things that happen to
//! a medium (seen, moved, gone), and every change with the act that tells of it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::super::super::error::Error;
use super::super::super::format::{Format, When};
use super::super::super::session::{App, Desk, Person};
use super::super::super::shell::{Place, Shell};
use super::super::form::Input;
use super::super::page;
use super::super::told::{Change, changes};
use super::form::input;
use super::list::{Standing, Written, state};
use super::step::Step;
use super::{Typed, medium_at};
use crate::config::Config;
use crate::media::{Field, Medium, Writing, differences, same_medium};
use crate::store::{ServerFilter, Version};

/// What an agent saw written.
#[derive(Clone, Debug)]
struct Seen {
    agent: String,
    host: String,
    set: String,
    location: String,
    newest: When,
    index: u64,
}

/// A form of a step.
struct StepForm {
    slug: &'static str,
    title: &'static str,
    hint: &'static str,
    button: &'static str,
    open: bool,
    inputs: Vec<Input>,
}

#[derive(Template)]
#[template(path = "medium.html")]
pub(crate) struct MediumPage {
    shell: Shell,
    id: String,
    revision: u64,
    label: String,
    kind: &'static str,
    office: String,
    office_code: String,
    state: Standing,
    place: String,
    custodian: String,
    written: Written,
    /// Facts of the register: name, value, whether it is a code.
    facts: Vec<(&'static str, String, bool)>,
    /// Whether agents could know it.
    known: bool,
    seen: Vec<Seen>,
    steps: Vec<StepForm>,
    refusal: Option<String>,
    changes: Vec<Change>,
}

/// What the page is made from.
pub(crate) struct Known<'a> {
    pub(crate) medium: &'a Medium,
    pub(crate) versions: &'a [Version<Medium>],
    pub(crate) writings: &'a [Writing],
    pub(crate) host: &'a dyn Fn(&str) -> String,
    /// The step whose form was sent and failed, with what was typed.
    pub(crate) typed: Option<(Step, Typed)>,
}

impl MediumPage {
    /// The page of a medium.
    pub(crate) fn new(shell: Shell, config: &Config, known: Known<'_>, format: &Format) -> Self {
        let Known { medium, versions, writings, host, typed } = known;
        let own = medium.identity.as_deref();
        let mut seen: Vec<_> = writings
            .iter()
            .filter(|it| own.is_some_and(|own| same_medium(own, &it.medium)))
            .map(|it| Seen {
                agent: it.agent.to_string(),
                host: host(it.agent.as_str()),
                set: it.set.clone(),
                location: it.location.clone(),
                newest: format.when(it.newest),
                index: it.index,
            })
            .collect();
        seen.sort_by(|a, b| b.newest.iso.cmp(&a.newest.iso));
        Self {
            shell,
            id: medium.id.to_string(),
            revision: medium.revision,
            label: medium.label.clone(),
            kind: medium.kind.name(),
            office: config.office_name(&medium.office).to_owned(),
            office_code: medium.office.to_string(),
            state: state(medium, writings, format),
            place: medium.place.words(&config.sites),
            custodian: medium.custodian.words(),
            written: Written::of(medium, writings, format),
            facts: facts(medium, config),
            known: own.is_some(),
            seen,
            steps: Step::ALL.map(|step| step_form(step, medium, typed.as_ref(), config, format)).into(),
            refusal: typed.as_ref().and_then(|(_, typed)| typed.refusal.clone()),
            changes: changes(versions, differences, format),
        }
    }

    /// What is wrong in the form of a step: its id on the page, label, what.
    fn faults(&self) -> Vec<(String, &'static str, &str)> {
        let inputs =
            self.steps.iter().flat_map(|step| step.inputs.iter().map(move |input| (step.slug, input)));
        inputs
            .filter_map(|(step, input)| {
                Some((format!("{step}-{}", input.slug), input.label, input.wrong.as_deref()?))
            })
            .collect()
    }
}

/// The facts of the register, in the order of the columns; places have their names, days their months.
fn facts(medium: &Medium, config: &Config) -> Vec<(&'static str, String, bool)> {
    let elsewhere = [Field::Number, Field::Label, Field::Office, Field::Kind, Field::Life];
    let fact = |field: Field| {
        let site = medium.place.site.as_ref().filter(|_| field == Field::Site);
        let value = site.map_or_else(|| field.told(medium), |code| config.site_name(code).to_owned());
        let heading = if field == Field::Site { "Lokasi" } else { field.heading() };
        (heading, value, field.is_code() && field != Field::Site)
    };
    let facts = Field::ALL.into_iter().filter(|field| !elsewhere.contains(field)).map(fact);
    facts.filter(|(_, value, _)| !value.is_empty()).collect()
}

fn step_form(
    step: Step,
    medium: &Medium,
    typed: Option<&(Step, Typed)>,
    config: &Config,
    format: &Format,
) -> StepForm {
    let failed = typed.filter(|(failed, _)| *failed == step).map(|(_, typed)| typed.clone());
    let open = failed.is_some();
    let typed = failed.unwrap_or_else(|| step.offered(medium, format.today()));
    StepForm {
        slug: step.slug(),
        title: step.name(),
        hint: step.hint(),
        button: step.button(),
        open,
        inputs: step.fields().iter().map(|field| input(*field, &typed, config, step.lives())).collect(),
    }
}

/// `GET /media/{media}`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let medium = medium_at(&desk, &number).await?;
    page_of(&desk, &person, &medium, None).await
}

/// The page of `medium`, with what was typed into the form of a step.
pub(crate) async fn page_of(
    desk: &Desk,
    person: &Person,
    medium: &Medium,
    typed: Option<(Step, Typed)>,
) -> Result<Response, Error> {
    let store = &desk.web.store;
    let (versions, writings) = (store.medium_versions(medium.id).await?, store.writings().await?);
    let servers = store.servers(&ServerFilter::default()).await?;
    let host = |agent: &str| {
        let row = servers.iter().find(|row| row.agent.as_str() == agent);
        super::super::host_name(row.map_or("", |row| &row.hostname), agent)
    };
    let scene = desk.scene(person, Place::Backups).await?;
    let failed = typed.as_ref().is_some_and(|(_, typed)| typed.failed());
    let status = if failed { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let known = Known { medium, versions: &versions, writings: &writings, host: &host, typed };
    let shown = MediumPage::new(scene.shell, &desk.web.config, known, &scene.format);
    Ok((status, page(&shown)?).into_response())
}
