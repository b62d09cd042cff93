//! `/pertanyaan`: servers that may be one machine under two names, or two machines under one. The evidence
//! stands side by side; an officer decides, says why, and the decision is an act in the ledger.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use patuh_protocol::id::AgentId;
use serde::Deserialize;

use super::super::error::Error;
use super::super::format::{Format, When, number};
use super::super::input::Sent;
use super::super::session::{App, Desk, Person};
use super::super::shell::{Place, Shell};
use super::section::{Cell, Sign, Table};
use super::{Asking, host_name, office_name, page, path_of};
use crate::duplicates::{Answer, Evidence, Guess, Kind, Question, Side};
use crate::store::Answered;
use crate::tasks::evaluate::Judged;

/// The longest reason, in characters; what is longer belongs into a letter.
const LONGEST: usize = 500;

#[derive(Template)]
#[template(path = "questions.html")]
pub(crate) struct Questions {
    shell: Shell,
    lines: Vec<QuestionLine>,
}

/// A question in the list.
struct QuestionLine {
    id: String,
    title: String,
    hosts: Vec<(String, String, String)>,
    guess: String,
    since: When,
}

#[derive(Template)]
#[template(path = "question.html")]
pub(crate) struct QuestionPage {
    shell: Shell,
    id: String,
    kind: Kind,
    title: String,
    guess: String,
    since: When,
    sides: Vec<SideView>,
    evidence: Table,
    agree: String,
    differ: String,
    /// Who is proposed to carry on.
    keeps: String,
    reason: String,
    fault: Option<&'static str>,
}

/// A server in question.
struct SideView {
    agent: String,
    short: String,
    href: String,
    host: String,
    office: String,
    first: When,
    last: Option<When>,
}

/// What the form sends.
#[derive(Deserialize)]
pub(crate) struct Reply {
    tanda: String,
    /// `gabung` or `pisah`.
    jawaban: String,
    #[serde(default)]
    alasan: String,
    /// The agent that carries on.
    #[serde(default)]
    teruskan: String,
}

/// What the form sends that takes a merge back.
#[derive(Deserialize)]
pub(crate) struct Undo {
    tanda: String,
    agen: String,
}

/// What is asked, in words.
fn title(question: &Question) -> String {
    match question.kind {
        Kind::SameMachine => {
            format!("Apakah {} server ini satu mesin?", number(question.agents.len() as u64))
        }
        Kind::SharedKey => "Apakah satu kunci agen dipakai di dua mesin?".to_owned(),
    }
}

/// What it looks like, in words.
fn guess(question: &Question) -> String {
    let name = |agent: &AgentId| {
        let side = question.sides.iter().find(|side| side.agent == *agent);
        let short: String = agent.as_str().chars().take(8).collect();
        format!("{} (agen {short}…)", host_name(side.map_or("", |side| &side.hostname), agent.as_str()))
    };
    match &question.guess {
        Guess::Reinstalled { old, new } => format!(
            "Tampaknya mesin yang sama dipasang ulang: {} berhenti melapor sebelum {} didaftarkan.",
            name(old),
            name(new)
        ),
        Guess::Cloned => "Tampaknya hasil penggandaan (klon): semuanya melapor berdampingan.".to_owned(),
        Guess::SameSystem => {
            "Tampaknya dua agen berjalan dalam satu sistem yang sama: nomor bootnya sama.".to_owned()
        }
        Guess::CopiedKey => "Tampaknya mesin digandakan beserta kunci agennya: laporan dari dua kernel yang berbeda datang bergantian.".to_owned(),
    }
}

impl Questions {
    /// The page over the open questions.
    pub(crate) fn new(shell: Shell, judged: &Judged, questions: &[Question], format: &Format) -> Self {
        let line = |question: &Question| QuestionLine {
            id: question.id.clone(),
            title: title(question),
            hosts: question.sides.iter().map(|side| host(judged, side)).collect(),
            guess: guess(question),
            since: format.when(question.since),
        };
        Self { shell, lines: questions.iter().map(line).collect() }
    }
}

/// Where a side's page is, its name, its office.
fn host(judged: &Judged, side: &Side) -> (String, String, String) {
    let name = host_name(&side.hostname, side.agent.as_str());
    (path_of(&side.agent), name, office_name(judged, side.office.as_str()))
}

impl QuestionPage {
    /// The page of one question.
    pub(crate) fn new(shell: Shell, judged: &Judged, question: &Question, format: &Format) -> Self {
        let sides: Vec<_> = question.sides.iter().map(|side| SideView::new(judged, side, format)).collect();
        let keeps = match &question.guess {
            Guess::Reinstalled { new, .. } => Some(new),
            _ => question.agents.last(),
        };
        Self {
            shell,
            id: question.id.clone(),
            kind: question.kind,
            title: title(question),
            guess: guess(question),
            since: format.when(question.since),
            evidence: evidence(question),
            agree: listed(question, true),
            differ: listed(question, false),
            keeps: keeps.map(ToString::to_string).unwrap_or_default(),
            sides,
            reason: String::new(),
            fault: None,
        }
    }

    /// The same page with what was typed and what is wrong with it.
    fn faulty(self, reply: Reply, fault: &'static str) -> Self {
        let keeps = Some(reply.teruskan).filter(|agent| !agent.is_empty()).unwrap_or(self.keeps);
        Self { reason: reply.alasan, keeps, fault: Some(fault), ..self }
    }
}

impl SideView {
    fn new(judged: &Judged, side: &Side, format: &Format) -> Self {
        let (href, host, office) = host(judged, side);
        Self {
            agent: side.agent.to_string(),
            short: side.agent.as_str().chars().take(8).collect(),
            href,
            host,
            office,
            first: format.when(side.first),
            last: side.last.map(|at| format.when(at)),
        }
    }
}

/// The evidence side by side, with whether it agrees.
fn evidence(question: &Question) -> Table {
    let row = |it: &Evidence| {
        let agrees = match it.agrees {
            Some(true) => Cell::signed(Sign::Look, "Sama"),
            Some(false) => Cell::text("Berbeda"),
            None => Cell::text("Hanya satu yang terbaca").muted(),
        };
        let values = it.values.iter().map(|value| Cell::maybe_code(value.as_ref()));
        [Cell::text(it.mark.name()), agrees].into_iter().chain(values).collect()
    };
    Table::new("Bukti berdampingan", &["Penanda", "Kesamaan"], question.evidence.iter().map(row).collect())
}

/// What agrees, or what differs, in one line.
fn listed(question: &Question, agrees: bool) -> String {
    let of = question.evidence.iter().filter(|it| it.agrees == Some(agrees));
    of.map(|it| it.mark.name()).collect::<Vec<_>>().join(", ")
}

/// The open questions about the server of `agent`.
pub(super) async fn about(desk: &Desk, agent: &AgentId) -> Result<Vec<Asking>, Error> {
    let questions = desk.watch.questions().await?;
    let about = questions.iter().filter(|question| question.agents.contains(agent));
    let asking = |question: &Question| {
        let others = question.sides.iter().filter(|side| side.agent != *agent);
        let others: Vec<_> = others.map(|side| host_name(&side.hostname, side.agent.as_str())).collect();
        let text = match question.kind {
            Kind::SameMachine => {
                format!(
                    "Mungkin mesin yang sama dengan {}. Periksa buktinya dan putuskan.",
                    others.join(", ")
                )
            }
            Kind::SharedKey => {
                "Kunci agen ini mungkin dipakai di dua mesin. Periksa buktinya dan putuskan.".to_owned()
            }
        };
        Asking { href: format!("/pertanyaan/{}", question.id), text }
    };
    Ok(about.map(asking).collect())
}

/// `GET /pertanyaan`
pub(crate) async fn list(State(desk): State<App>, person: Person) -> Result<Html<String>, Error> {
    let scene = desk.scene(&person, Place::Servers).await?;
    let questions = desk.watch.questions().await?;
    page(&Questions::new(scene.shell, &scene.judged, &questions, &scene.format))
}

async fn one(desk: &Desk, person: &Person, id: &str) -> Result<QuestionPage, Error> {
    let scene = desk.scene(person, Place::Servers).await?;
    let questions = desk.watch.questions().await?;
    let question = questions.iter().find(|question| question.id == id).ok_or(Error::NotFound)?;
    Ok(QuestionPage::new(scene.shell, &scene.judged, question, &scene.format))
}

/// `GET /pertanyaan/{id}`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Path(id): Path<String>,
) -> Result<Html<String>, Error> {
    page(&one(&desk, &person, &id).await?)
}

/// `POST /pertanyaan/{id}`
pub(crate) async fn answer(
    State(desk): State<App>,
    person: Person,
    Path(id): Path<String>,
    Sent(reply): Sent<Reply>,
) -> Result<Response, Error> {
    person.sent(&reply.tanda)?;
    let asked = one(&desk, &person, &id).await?;
    let answer = match read(&reply) {
        Ok(answer) => answer,
        Err(fault) => {
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&asked.faulty(reply, fault))?).into_response());
        }
    };
    let (web, now) = (&desk.web, desk.now());
    let reason = reply.alasan.trim();
    match web.store.answer_question(&id, &answer, reason, &person.name, &web.signer, now).await? {
        Answered::Done | Answered::Gone => Ok(Redirect::to("/pertanyaan").into_response()),
        Answered::NotAmongThem => {
            let fault = "Agen yang dipilih untuk diteruskan sudah dicabut atau bukan bagian pertanyaan ini.";
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&asked.faulty(reply, fault))?).into_response())
        }
    }
}

/// The answer in a form, or what is wrong with it.
fn read(reply: &Reply) -> Result<Answer, &'static str> {
    let reason = reply.alasan.trim().chars().count();
    if reason == 0 {
        return Err("Tuliskan alasannya: orang lain harus dapat memahami putusan ini kelak.");
    }
    if reason > LONGEST {
        return Err("Alasannya terlalu panjang: paling banyak 500 huruf.");
    }
    match (reply.jawaban.as_str(), reply.teruskan.parse()) {
        ("pisah", _) => Ok(Answer::Different),
        ("gabung", Ok(keeps)) => Ok(Answer::Same { keeps }),
        _ => Err("Pilih agen yang diteruskan."),
    }
}

/// `POST /pertanyaan/batal`: an agent that was merged into another becomes its own server again.
pub(crate) async fn undo(
    State(desk): State<App>,
    person: Person,
    Sent(undo): Sent<Undo>,
) -> Result<Redirect, Error> {
    person.sent(&undo.tanda)?;
    let agent: AgentId = undo.agen.parse().map_err(|_| Error::NotFound)?;
    let web = &desk.web;
    let done = web.store.unmerge(&agent, &person.name, &web.signer, desk.now()).await?;
    if done { Ok(Redirect::to(&path_of(&agent))) } else { Err(Error::NotFound) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(jawaban: &str, alasan: &str, teruskan: &str, expected: Result<Answer, &str>) {
        let [jawaban, alasan, teruskan] = [jawaban, alasan, teruskan].map(str::to_owned);
        let answer = read(&Reply { tanda: String::new(), jawaban, alasan, teruskan });
        match expected {
            Ok(expected) => assert_eq!(answer, Ok(expected)),
            Err(part) => assert!(answer.unwrap_err().contains(part)),
        }
    }

    #[test]
    fn an_answer_has_a_reason() {
        let agent = AgentId::of_key(&[1; 32]);
        let same = || Answer::Same { keeps: agent.clone() };
        check("gabung", "dipasang ulang 3 Maret", agent.as_str(), Ok(same()));
        check("pisah", "dua mesin di rak B", "", Ok(Answer::Different));
        check("gabung", "  ", agent.as_str(), Err("Tuliskan alasannya"));
        check("gabung", &"x".repeat(501), agent.as_str(), Err("terlalu panjang"));
        check("gabung", "ya", "bukan agen", Err("Pilih agen"));
        check("lain", "ya", agent.as_str(), Err("Pilih agen"));
    }
}
