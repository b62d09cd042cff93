//! `/lan/laporan/{laporan}`: one report. What changed in words and drawn, how far it has come and by whose acts, and
//! the forms of what is to be done next.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::super::super::error::Error;
use super::super::super::format::{Format, When};
use super::super::super::input::Asks;
use super::super::super::session::{App, Desk, Person};
use super::super::super::shell::{Place, Shell};
use super::super::form::Input;
use super::super::page;
use super::super::section::Sign;
use super::office::{Asked as Look, Drawn};
use super::{Manner, Step, Typed, due_days, report_at, state, title};
use crate::export::Picture;
use crate::lan::{Act, ChangeReport, Party, ReportStanding, Version};

/// A station of a report's way.
struct Station {
    name: &'static str,
    /// When, by whom, what was said: a line each; empty as long as it was not reached.
    told: Vec<String>,
    /// Its act in the ledger.
    leaf: Option<u64>,
    is_reached: bool,
    is_current: bool,
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
#[template(path = "lan_report.html")]
pub(crate) struct ReportPage {
    shell: Shell,
    id: u64,
    title: String,
    is_diagram_only: bool,
    office: String,
    office_code: String,
    before: Option<u32>,
    after: u32,
    noticed: When,
    until: Option<When>,
    due: Option<String>,
    due_days: u32,
    state: (Sign, String),
    sentences: Vec<String>,
    reason: String,
    done_by: Option<&'static str>,
    digest: Option<String>,
    /// Why the Dinas sent it back the last time.
    returned: Option<(String, String)>,
    stations: Vec<Station>,
    coverage: String,
    drawn: Option<Drawn>,
    steps: Vec<StepForm>,
    refusal: Option<String>,
}

/// What the page is made from.
pub(crate) struct Known<'a> {
    pub(crate) report: &'a ChangeReport,
    pub(crate) after: Option<&'a Version>,
    pub(crate) before: Option<&'a Version>,
    /// The step whose form was sent and refused, with what was typed.
    pub(crate) typed: Option<(Step, Typed)>,
}

impl ReportPage {
    /// The page of a report.
    pub(crate) fn new(shell: Shell, known: &Known<'_>, look: &Look, manner: Manner<'_>) -> Self {
        let Manner { config, format, days } = manner;
        let report = known.report;
        let due = report.due(days, &config.government.timezone);
        let base = format!("/lan/laporan/{}?", report.id);
        let typed = known.typed.as_ref();
        let forms = Step::open_for(report).into_iter().enumerate();
        Self {
            shell,
            id: report.id,
            title: title(report),
            is_diagram_only: report.is_diagram_only(),
            office: config.office_name(&report.office).to_owned(),
            office_code: report.office.to_string(),
            before: report.before,
            after: report.after,
            noticed: format.when(report.from_at),
            until: (report.to_at != report.from_at).then(|| format.when(report.to_at)),
            due: report.is_open().then(|| format.day_away(due)),
            due_days: days,
            state: state(report, due, format),
            sentences: report.sentences.clone(),
            reason: report.reason.clone(),
            done_by: report.done_by.filter(|_| !report.is_diagram_only()).map(Party::word),
            digest: report.diagram.map(|digest| digest.to_string()),
            returned: report
                .returned
                .as_ref()
                .filter(|_| report.is_open())
                .map(|act| (format!("{}, {}", act.name, format.moment(act.at)), act.note.clone())),
            stations: stations(report, format),
            coverage: known.after.map(|version| version.graph.coverage()).unwrap_or_default(),
            drawn: known
                .after
                .map(|version| Drawn::new(&Picture { version, since: known.before }, config, look, base)),
            steps: forms.map(|(n, step)| step_form(step, n == 0, report, typed)).collect(),
            refusal: typed.and_then(|(_, typed)| typed.told()),
        }
    }

    /// What is wrong in the form that was sent: its id on the page, label, what.
    fn faults(&self) -> Vec<(String, &'static str, &str)> {
        let inputs =
            self.steps.iter().flat_map(|step| step.inputs.iter().map(move |input| (step.slug, input)));
        let wrong = inputs.filter_map(|(step, input)| {
            Some((format!("{step}-{}", input.slug), input.label, input.wrong.as_deref()?))
        });
        wrong.collect()
    }
}

fn stations(report: &ChangeReport, format: &Format) -> Vec<Station> {
    let noticed = Station {
        name: if report.is_diagram_only() { "Diagram tergambar" } else { "Perubahan terpantau" },
        told: vec![format.moment(report.from_at)],
        leaf: None,
        is_reached: true,
        is_current: report.standing == ReportStanding::Draft,
    };
    let station = |name, act: Option<&Act>, standing| Station {
        name,
        told: act.map(|act| told(act, format)).unwrap_or_default(),
        leaf: act.map(|act| act.leaf),
        is_reached: act.is_some(),
        is_current: report.standing == standing,
    };
    let submitted = station("Diserahkan", report.submitted.as_ref(), ReportStanding::Submitted);
    let received = station("Diterima Dinas", report.received.as_ref(), ReportStanding::Received);
    let dismissed = station("Dikesampingkan", report.dismissed.as_ref(), ReportStanding::Dismissed);
    if report.standing == ReportStanding::Dismissed {
        vec![noticed, dismissed]
    } else {
        vec![noticed, submitted, received]
    }
}

fn told(act: &Act, format: &Format) -> Vec<String> {
    let party = match act.party {
        Party::Office => "untuk Perangkat Daerah",
        Party::Dinas => "untuk Dinas",
    };
    let mut told = vec![format.moment(act.at), act.name.clone(), party.to_owned()];
    told.push(format!("dicatat {}", act.who));
    told
}

fn step_form(step: Step, is_next: bool, report: &ChangeReport, typed: Option<&(Step, Typed)>) -> StepForm {
    let typed = typed.filter(|(sent, _)| *sent == step).map(|(_, typed)| typed);
    StepForm {
        slug: step.slug(),
        title: step.title(report),
        hint: step.hint(),
        button: step.button(),
        open: typed.is_some() || is_next,
        inputs: step.inputs(report, typed),
    }
}

/// `GET /lan/laporan/{laporan}`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Path(number): Path<String>,
    Asks(look): Asks<Look>,
) -> Result<Response, Error> {
    let report = report_at(&desk, &number).await?;
    page_of(&desk, &person, &report, &look, None).await
}

/// The page of `report`, with what was typed into the form of a step.
pub(super) async fn page_of(
    desk: &Desk,
    person: &Person,
    report: &ChangeReport,
    look: &Look,
    typed: Option<(Step, Typed)>,
) -> Result<Response, Error> {
    let store = &desk.web.store;
    let after = store.lan_version(&report.office, report.after).await?;
    let before = match report.before {
        Some(before) => store.lan_version(&report.office, before).await?,
        None => None,
    };
    let scene = desk.scene(person, Place::Network).await?;
    let status = if typed.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let known = Known { report, after: after.as_ref(), before: before.as_ref(), typed };
    let days = due_days(&scene.judged.packs);
    let manner = Manner { config: &desk.web.config, format: &scene.format, days };
    let shown = ReportPage::new(scene.shell, &known, look, manner);
    Ok((status, page(&shown)?).into_response())
}
