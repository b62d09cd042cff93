//! `/server`: the register of servers. Sorted and filtered by the address, so that a view can be sent to
//! somebody; downloaded exactly as filtered.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use patuh_compliance::Coverage;
use patuh_compliance::estate::Freshness;
use patuh_compliance::finding::Subject;
use patuh_protocol::id::{AgentId, Code};
use serde::Deserialize;

use super::super::error::Error;
use super::super::format::{Format, When, bytes, memory, number};
use super::super::input::Asks;
use super::super::session::{App, Desk, Person};
use super::super::shell::{Place, Scene, Shell};
use super::super::verdict::{Mark, Tally};
use super::coverage::CoverageLine;
use super::trouble::TroubleMark;
use super::{findings, host_name, office_name, page};
use crate::store::{ServerFilter, ServerRow};
use crate::tasks::condition::Conditions;
use crate::tasks::evaluate::Judged;

/// Servers on one page.
const PER_PAGE: usize = 80;
/// The name of "does not report" among the conditions of the filter.
const SILENT: &str = "senyap";

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// Words to look for.
    #[serde(default)]
    pub(crate) cari: String,
    /// Only of this office.
    #[serde(default)]
    pub(crate) pd: String,
    /// Only in this condition.
    #[serde(default)]
    pub(crate) keadaan: String,
    /// Sorted by this column.
    #[serde(default)]
    pub(crate) urut: String,
    /// Which page, counted from 1.
    #[serde(default)]
    pub(crate) hal: String,
}

/// The conditions that can be asked for: names in addresses, and words.
fn condition_choices() -> impl Iterator<Item = (&'static str, &'static str)> {
    let marks = TroubleMark::all().into_iter().map(|mark| (mark.slug, mark.word));
    marks.chain([(SILENT, "Tidak melapor")])
}

/// What the pages know of all servers.
pub(crate) struct Seen<'a> {
    pub(crate) judged: &'a Judged,
    pub(crate) conditions: &'a Conditions,
    pub(crate) format: &'a Format,
}

impl Asked {
    /// The store's filter. An office that is no code finds nothing, and says so.
    pub(crate) fn filter(&self) -> Result<ServerFilter, Error> {
        let search = Some(self.cari.trim().to_owned()).filter(|s| !s.is_empty());
        let office = Some(self.pd.as_str()).filter(|s| !s.is_empty()).map(str::parse::<Code>);
        Ok(ServerFilter { search, office: office.transpose().map_err(|_| Error::NotFound)? })
    }

    /// Whether a server is in the condition that is asked for. A condition that is none is not there.
    fn is_wanted(&self, seen: &Seen<'_>) -> Result<impl Fn(&ServerRow) -> bool, Error> {
        let troubled = match self.keadaan.as_str() {
            "" | SILENT => None,
            slug => {
                let mark = TroubleMark::named(slug).ok_or(Error::NotFound)?;
                Some(seen.conditions.troubled(mark.kind))
            }
        };
        let silent = self.keadaan == SILENT;
        Ok(move |row: &ServerRow| {
            troubled.as_ref().is_none_or(|agents| agents.contains(&row.agent))
                && (!silent || is_silent(seen.judged, row, seen.format))
        })
    }

    /// The condition that is asked for, in words.
    pub(crate) fn condition(&self) -> &'static str {
        condition_choices().find(|(slug, _)| *slug == self.keadaan).map_or("", |(_, word)| word)
    }

    /// The servers in the condition that is asked for; `None` when none is.
    pub(crate) async fn only(&self, desk: &Desk) -> Result<Option<BTreeSet<AgentId>>, Error> {
        if self.keadaan.is_empty() {
            return Ok(None);
        }
        let judged = desk.web.judge.current(desk.now()).await?;
        let format = Format::new(desk.web.config.government.timezone.clone(), desk.now());
        let conditions = desk.watch.current(format.today()).await?;
        let seen = Seen { judged: &judged, conditions: &conditions, format: &format };
        let wanted = self.is_wanted(&seen)?;
        let rows = desk.web.store.servers(&self.filter()?).await?;
        Ok(Some(rows.into_iter().filter(|row| wanted(row)).map(|row| row.agent).collect()))
    }

    fn page(&self) -> usize {
        self.hal.parse().unwrap_or(1).max(1)
    }

    /// Whether anything narrows the list.
    fn narrows(&self) -> bool {
        [&self.cari, &self.pd, &self.keadaan].iter().any(|text| !text.trim().is_empty())
    }
}

/// A server in the list.
#[derive(Clone, Debug)]
pub(crate) struct ServerLine {
    pub(crate) agent: String,
    pub(crate) host: String,
    pub(crate) office: String,
    pub(crate) os: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) guest_of: Option<String>,
    /// One address: IPv4 where there is one.
    pub(crate) address: Option<String>,
    pub(crate) more_addresses: usize,
    pub(crate) memory: Option<String>,
    pub(crate) disk: Option<String>,
    pub(crate) last: Option<When>,
    pub(crate) silent: bool,
    /// What was found, worst first.
    pub(crate) marks: Vec<(Mark, String)>,
    /// What is wrong with the machine, gravest first.
    pub(crate) troubles: Vec<TroubleMark>,
}

/// The verdicts on each server, by agent.
pub(crate) fn tallies(judged: &Judged) -> BTreeMap<&str, Tally> {
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for finding in findings(judged) {
        if let Subject::Server(id) = &finding.subject {
            tallies.entry(id).or_default().add(finding.verdict, 1);
        }
    }
    tallies
}

impl ServerLine {
    pub(crate) fn new(row: &ServerRow, seen: &Seen<'_>, tally: &Tally) -> Self {
        let first = row.addresses.iter().find(|a| a.contains('.')).or(row.addresses.first());
        let kinds: BTreeSet<_> = seen
            .conditions
            .get(&row.agent)
            .into_iter()
            .flat_map(|condition| condition.troubles.iter().map(|trouble| trouble.kind()))
            .collect();
        Self {
            agent: row.agent.to_string(),
            host: host_name(&row.hostname, row.agent.as_str()),
            office: office_name(seen.judged, row.office.as_str()),
            os: row.os.clone(),
            model: row.model.clone(),
            guest_of: row.guest_of.clone(),
            address: first.cloned(),
            more_addresses: row.addresses.len().saturating_sub(1),
            memory: row.memory_bytes.map(memory),
            disk: row.disk_bytes.map(bytes),
            last: row.last_report.map(|at| seen.format.when(at)),
            silent: is_silent(seen.judged, row, seen.format),
            marks: tally.given().map(|(mark, n)| (mark, number(n))).collect(),
            troubles: kinds.into_iter().map(TroubleMark::from).collect(),
        }
    }
}

/// Whether the agent of `row` is silent, by the terms of the judgement.
pub(crate) fn is_silent(judged: &Judged, row: &ServerRow, format: &Format) -> bool {
    let mut servers = judged.estate.servers.iter();
    let server = servers.find(|server| server.id == row.agent.as_str());
    let freshness = server.map(|server| judged.estate.freshness(server, format.now()));
    !matches!(freshness, Some(Freshness::Current(_)))
}

#[derive(Template)]
#[template(path = "servers.html")]
pub(crate) struct Servers {
    shell: Shell,
    coverage: CoverageLine,
    search: String,
    /// The office that was chosen: its code.
    office: String,
    offices: Vec<(String, String)>,
    /// The condition that was chosen.
    condition: String,
    conditions: Vec<(&'static str, &'static str)>,
    sort: &'static str,
    narrows: bool,
    total_text: String,
    lines: Vec<ServerLine>,
    pages: Vec<usize>,
    current: usize,
    /// Open questions about doubled servers.
    questions: usize,
}

/// The columns that sort, by their name in the address.
const SORTS: [&str; 5] = ["nama", "pd", "os", "lapor", "temuan"];

impl Servers {
    /// The page over the servers that the store found.
    pub(crate) fn new(
        shell: Shell,
        seen: &Seen<'_>,
        mut rows: Vec<ServerRow>,
        asked: &Asked,
        questions: usize,
    ) -> Result<Self, Error> {
        let (judged, format) = (seen.judged, seen.format);
        let wanted = asked.is_wanted(seen)?;
        rows.retain(wanted);
        let tallies = tallies(judged);
        let none = Tally::default();
        let tally = |row: &ServerRow| tallies.get(row.agent.as_str()).unwrap_or(&none);
        let sort = SORTS.into_iter().find(|s| *s == asked.urut).unwrap_or("pd");
        sort_rows(&mut rows, sort, judged, &tally);
        let pages = rows.len().div_ceil(PER_PAGE).max(1);
        let current = asked.page().min(pages);
        let shown = rows.iter().skip((current - 1) * PER_PAGE).take(PER_PAGE);
        let offices = &judged.estate.offices;
        let coverage = Coverage::of(&judged.estate, format.now());
        Ok(Self {
            shell,
            coverage: CoverageLine::new(coverage, judged.estate.silent_after_hours),
            search: asked.cari.trim().to_owned(),
            office: asked.pd.clone(),
            offices: offices.iter().map(|o| (o.code.clone(), o.name.clone())).collect(),
            condition: asked.keadaan.clone(),
            conditions: condition_choices().collect(),
            sort,
            narrows: asked.narrows(),
            total_text: number(rows.len() as u64),
            lines: shown.map(|row| ServerLine::new(row, seen, tally(row))).collect(),
            pages: (1..=pages).collect(),
            current,
            questions,
        })
    }
}

fn sort_rows<'a>(
    rows: &mut [ServerRow],
    sort: &str,
    judged: &Judged,
    tally: &impl Fn(&ServerRow) -> &'a Tally,
) {
    let name = |row: &ServerRow| (row.hostname.to_lowercase(), row.agent.clone());
    match sort {
        "nama" => rows.sort_by_cached_key(name),
        "os" => rows.sort_by_cached_key(|row| (row.os.clone(), name(row))),
        "lapor" => rows.sort_by_cached_key(|row| (row.last_report, name(row))),
        "temuan" => rows.sort_by_cached_key(|row| {
            let counts = patuh_compliance::Verdict::ALL.map(|v| Reverse(tally(row).count(v)));
            (counts, name(row))
        }),
        _ => rows.sort_by_cached_key(|row| (office_name(judged, row.office.as_str()), name(row))),
    }
}

/// `GET /server`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Asks(asked): Asks<Asked>,
) -> Result<Html<String>, Error> {
    let Scene { judged, format, shell } = desk.scene(&person, Place::Servers).await?;
    let rows = desk.web.store.servers(&asked.filter()?).await?;
    let conditions = desk.watch.current(format.today()).await?;
    let questions = desk.watch.questions().await?.len();
    let seen = Seen { judged: &judged, conditions: &conditions, format: &format };
    page(&Servers::new(shell, &seen, rows, &asked, questions)?)
}
