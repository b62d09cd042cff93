//! `/aset/{nomor}`: one asset. What the books say beside what the agent saw, the steps of its life with their
//! documents, what it lacks, where both views disagree, and every change with the act that tells of it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use patuh_compliance::wording;

use super::super::super::error::Error;
use super::super::super::format::{Format, When};
use super::super::super::session::{App, Desk, Person};
use super::super::super::shell::{Place, Shell};
use super::super::life::life_words;
use super::super::section::Sign;
use super::super::told::{Change, changes};
use super::super::{host_name, page};
use super::form::Typed;
use super::{asset_at, place_words};
use crate::config::Config;
use crate::lifecycle;
use crate::register::{
    Asset, Codes, Fact, Field, Seen, Stage, differences, facts, identifier, reconcile, stages_in_force,
    stages_laws,
};
use crate::store::Version;
use crate::tasks::reconcile::{seen, terms};

/// A step on the line of its life.
#[derive(Clone, Debug)]
struct Step {
    name: &'static str,
    taken: bool,
    current: bool,
    /// When, and by which document, in words; empty when not taken.
    told: Vec<String>,
}

/// A field of the form of a stage: slug, label, what was typed, what is wrong.
type StageInput = (&'static str, &'static str, String, Option<String>);

#[derive(Template)]
#[template(path = "asset.html")]
pub(crate) struct AssetPage {
    shell: Shell,
    id: String,
    revision: u64,
    name: String,
    office: String,
    office_code: String,
    kind: &'static str,
    stage: Option<&'static str>,
    removed: bool,
    condition: Option<&'static str>,
    place: String,
    /// Until when the operating system that its own words name is supported; only without an agent.
    support: Option<(Sign, String)>,
    /// The facts of the books: name, value, whether it is a code.
    book: Vec<(&'static str, String, bool)>,
    code_name: Option<String>,
    nibar_oddity: Option<String>,
    missing: Vec<&'static str>,
    /// The server: agent, name, when it reported last.
    server: Option<(String, String, Option<When>)>,
    facts: Vec<Fact>,
    /// Where both views disagree: what, the books, what is seen, what to do.
    mismatches: Vec<(&'static str, String, String, &'static str)>,
    steps: Vec<Step>,
    laws: Vec<String>,
    choices: Vec<&'static str>,
    typed: Vec<StageInput>,
    refusal: Option<String>,
    changes: Vec<Change>,
}

/// What the page is made from.
pub(crate) struct Known<'a> {
    pub(crate) asset: &'a Asset,
    pub(crate) versions: &'a [Version<Asset>],
    /// What its agent saw.
    pub(crate) seen: Option<Seen>,
    pub(crate) codes: &'a Codes,
    pub(crate) packs: &'a [patuh_compliance::Pack],
    pub(crate) lifecycle: &'a lifecycle::Table,
    pub(crate) typed: Typed,
}

impl AssetPage {
    /// The page of an asset.
    pub(crate) fn new(shell: Shell, config: &Config, known: Known<'_>, format: &Format) -> Self {
        let Known { asset, versions, seen, codes, packs, lifecycle, typed } = known;
        let stages = stages_in_force(packs);
        let code = asset.book.code.as_deref();
        let all: Vec<Seen> = seen.iter().cloned().collect();
        let terms = terms(config, format.now());
        let found = reconcile(std::slice::from_ref(asset), &all, &terms).into_iter();
        let nibar = asset.book.nibar.as_deref();
        let oddity = nibar.and_then(|it| identifier::nibar_oddity(it, code, asset.book.register.as_deref()));
        Self {
            shell,
            id: asset.id.to_string(),
            revision: asset.revision,
            name: asset.name.clone(),
            office: config.office_name(&asset.office).to_owned(),
            office_code: asset.office.to_string(),
            kind: asset.kind.name(),
            stage: asset.stage().map(Stage::name),
            removed: asset.is_removed(),
            condition: asset.book.condition.map(crate::register::Condition::name),
            place: place_words(config, asset),
            support: support(asset, lifecycle, format),
            book: book_facts(asset, config),
            code_name: code.and_then(|code| codes.find(code)).map(|code| code.name.clone()),
            nibar_oddity: oddity,
            missing: asset.missing().into_iter().map(Field::heading).collect(),
            facts: seen.as_ref().map(|seen| with_names(facts(asset, seen), config)).unwrap_or_default(),
            server: seen.map(|seen| {
                let name = host_name(&seen.host, seen.agent.as_str());
                (seen.agent.to_string(), name, seen.last_report.map(|at| format.when(at)))
            }),
            mismatches: found
                .filter(|it| it.asset.is_some())
                .map(|it| (it.kind.name(), it.booked, it.seen, it.kind.remedy()))
                .collect(),
            steps: steps(asset, &stages),
            laws: stages_laws(packs),
            choices: stages.iter().map(|stage| stage.name()).collect(),
            typed: stage_inputs(asset, &typed),
            refusal: typed.refusal,
            changes: changes(versions, differences, format),
        }
    }

    /// What is wrong in the form of a stage.
    fn faults(&self) -> impl Iterator<Item = (&'static str, &'static str, &str)> {
        self.typed.iter().filter_map(|(slug, label, _, wrong)| Some((*slug, *label, wrong.as_deref()?)))
    }
}

/// What the asset's own words tell of its operating system, such as `Windows Server 2012 R2`.
fn support(asset: &Asset, table: &lifecycle::Table, format: &Format) -> Option<(Sign, String)> {
    let life = table.named(&asset.words()).filter(|_| asset.agent.is_none() && !asset.is_removed())?;
    Some(life_words(&life, format))
}

/// The facts of the books, in the order of the columns; places have their names.
fn book_facts(asset: &Asset, config: &Config) -> Vec<(&'static str, String, bool)> {
    let shown = Field::ALL.into_iter().filter(|field| {
        let told_elsewhere = [Field::Number, Field::Office, Field::Kind, Field::Name, Field::Agent];
        !field.of_stage() && !told_elsewhere.contains(field)
    });
    let facts = shown.map(|field| {
        let value = match field {
            Field::Site => {
                asset.place.site.as_ref().map_or_else(String::new, |code| config.site_name(code).to_owned())
            }
            field => field.told(asset),
        };
        let heading = if field == Field::Site { "Lokasi" } else { field.heading() };
        (heading, value, field.kind() == crate::register::FieldKind::Code && field != Field::Site)
    });
    facts.filter(|(_, value, _)| !value.is_empty()).collect()
}

/// The facts with the names of sites instead of their codes.
fn with_names(facts: Vec<Fact>, config: &Config) -> Vec<Fact> {
    let named = |text: Option<String>| {
        text.map(|text| text.parse().map_or(text.clone(), |code| config.site_name(&code).to_owned()))
    };
    let site = |fact: Fact| Fact { booked: named(fact.booked), seen: named(fact.seen), ..fact };
    facts.into_iter().map(|fact| if fact.name == "Lokasi" { site(fact) } else { fact }).collect()
}

/// The stages in force and those that were taken beside them, in the order of life.
fn steps(asset: &Asset, stages: &[Stage]) -> Vec<Step> {
    let shown = Stage::ALL.into_iter();
    let shown = shown.filter(|it| stages.contains(it) || asset.stages.iter().any(|entry| entry.stage == *it));
    shown
        .map(|stage| {
            let entries = asset.stages.iter().filter(|entry| entry.stage == stage);
            let told = entries.clone().map(|entry| {
                let document = entry.document.as_ref().map(|it| match entry.dated {
                    Some(day) => format!("{it} tanggal {}", words(day)),
                    None => it.clone(),
                });
                let parts = [
                    entry.on.map(words),
                    document.or(entry.dated.map(|day| format!("dokumen tanggal {}", words(day)))),
                ];
                let told = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
                if told.is_empty() { "tanpa tanggal dan dokumen".to_owned() } else { told }
            });
            let (name, current) = (stage.name(), asset.stage() == Some(stage));
            Step { name, taken: entries.clone().next().is_some(), current, told: told.collect() }
        })
        .collect()
}

fn words(day: Date) -> String {
    wording::date(day)
}

/// The form of a stage as it was typed; of the stage that the asset is at, before anything was typed.
fn stage_inputs(asset: &Asset, typed: &Typed) -> Vec<StageInput> {
    let fields = super::STAGE_FIELDS.into_iter().map(|field| {
        let value = typed.values.get(field.slug()).cloned();
        let value = value.or_else(|| (field == Field::Stage).then(|| field.get(asset)));
        (field.slug(), field.heading(), value.unwrap_or_default(), typed.wrong.get(&field).cloned())
    });
    fields.collect()
}

/// `GET /aset/{nomor}`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let asset = asset_at(&desk, &number).await?;
    page_of(&desk, &person, &asset, Typed::default()).await
}

/// The page of `asset`, with what was typed into the form of its stage.
pub(crate) async fn page_of(
    desk: &Desk,
    person: &Person,
    asset: &Asset,
    typed: Typed,
) -> Result<Response, Error> {
    let web = &desk.web;
    let versions = web.store.asset_versions(asset.id).await?;
    // The agent of an asset that was written off may run on its successor now.
    let row = match &asset.agent {
        Some(agent) if web.store.asset_of(agent).await?.is_some_and(|holder| holder.id == asset.id) => {
            web.store.server(agent).await?
        }
        _ => None,
    };
    let scene = desk.scene(person, Place::Assets).await?;
    let status = typed.status();
    let seen = row.as_ref().map(|row| seen(row, &web.config));
    let (codes, packs) = (&*web.codes, &scene.judged.packs);
    let lifecycle = desk.watch.table();
    let known = Known { asset, versions: &versions, seen, codes, packs, lifecycle, typed };
    let asset_page = AssetPage::new(scene.shell, &web.config, known, &scene.format);
    Ok((status, page(&asset_page)?).into_response())
}
