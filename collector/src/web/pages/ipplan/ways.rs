//! `/rencana-ip/jalur`: by which way the servers of each office come to the collector, and whether the offices' gateways
//! answer.

use askama::Template;
use axum::extract::State;
use axum::response::Html;

use super::super::super::error::Error;
use super::super::super::format::{Format, When, number};
use super::super::super::session::{App, Person};
use super::super::super::shell::Shell;
use super::super::page;
use super::super::section::Sign;
use super::HERE;
use crate::config::Config;
use crate::ipplan::{IntranetUse, Reach, Way};
use crate::tasks::ipplan::Survey;

/// Servers named beside an office.
const NAMED: usize = 4;

/// How an office comes.
struct OfficeLine {
    code: String,
    name: String,
    sign: Sign,
    word: String,
    /// Why it is not connected.
    not_connected: Option<String>,
    inside: String,
    tunnel: String,
    outside: String,
    absent: String,
    /// Servers that came otherwise: agent, name, address, way.
    others: Vec<(String, String, String, &'static str)>,
    more: usize,
}

/// How a gateway answers.
struct ReachLine {
    office: String,
    code: String,
    gateway: String,
    sign: Sign,
    word: String,
    answered: Option<When>,
    tried: When,
}

#[derive(Template)]
#[template(path = "ipplan_ways.html")]
pub(crate) struct Ways {
    shell: Shell,
    here: &'static str,
    ranges: Vec<String>,
    offices: Vec<OfficeLine>,
    reaches: Vec<ReachLine>,
    is_tried: bool,
}

impl OfficeLine {
    fn new(used: &IntranetUse, survey: &Survey, config: &Config) -> Self {
        let (sign, word) = standing(used);
        let others: Vec<_> = used.came.iter().filter(|(_, (way, ..))| !way.is_inside()).collect();
        let other = |(agent, (way, address, _)): &(&_, &(Way, std::net::IpAddr, _))| {
            let agent: &patuh_protocol::id::AgentId = agent;
            (agent.to_string(), survey.host(agent), address.to_string(), way.words())
        };
        let tunnel = used.count(Way::Tunnel);
        Self {
            code: used.office.to_string(),
            name: config.office_name(&used.office).to_owned(),
            sign,
            word,
            not_connected: used.not_connected.clone(),
            inside: number(used.inside() as u64),
            tunnel: number(tunnel as u64),
            outside: number((used.outside() - tunnel) as u64),
            absent: number(used.absent.len() as u64),
            more: others.len().saturating_sub(NAMED),
            others: others.iter().take(NAMED).map(other).collect(),
        }
    }
}

/// How an office uses the intranet, in a word.
fn standing(used: &IntranetUse) -> (Sign, String) {
    let secured = used.outside() == used.count(Way::Tunnel);
    match (used.came.is_empty(), used.outside(), &used.not_connected) {
        (true, ..) => (Sign::Unknown, "belum terlihat".to_owned()),
        (_, 0, _) => (Sign::Well, "memakai Jaringan Intra".to_owned()),
        (_, _, Some(_)) => (Sign::Look, "belum terhubung".to_owned()),
        (_, _, None) if secured => (Sign::Look, "sebagian lewat VPN".to_owned()),
        (_, _, None) => (Sign::Wrong, "di luar Jaringan Intra".to_owned()),
    }
}

impl ReachLine {
    fn new(reach: &Reach, config: &Config, format: &Format) -> Self {
        let (sign, word) = match reach.answered {
            Some((at, how)) if at == reach.tried_at => (Sign::Well, how.to_string()),
            Some((_, how)) => (Sign::Look, format!("kini diam; terakhir {how}")),
            None => (Sign::Wrong, "belum pernah menjawab".to_owned()),
        };
        Self {
            office: config.office_name(&reach.office).to_owned(),
            code: reach.office.to_string(),
            gateway: reach.gateway.to_string(),
            sign,
            word,
            answered: reach.answered.map(|(at, _)| format.when(at)),
            tried: format.when(reach.tried_at),
        }
    }
}

impl Ways {
    /// The page over a survey.
    pub(crate) fn new(shell: Shell, config: &Config, survey: &Survey, format: &Format) -> Self {
        let is_known = !config.intranet.ranges.is_empty();
        let uses = survey.uses.values().filter(|_| is_known);
        Self {
            shell,
            here: "jalur",
            ranges: config.intranet.ranges.iter().map(ToString::to_string).collect(),
            offices: uses.map(|used| OfficeLine::new(used, survey, config)).collect(),
            reaches: survey.reaches.iter().map(|reach| ReachLine::new(reach, config, format)).collect(),
            is_tried: config.reachability.is_some(),
        }
    }
}

/// `GET /rencana-ip/jalur`
pub(crate) async fn show(State(desk): State<App>, person: Person) -> Result<Html<String>, Error> {
    let scene = desk.scene(&person, HERE).await?;
    page(&Ways::new(scene.shell, &desk.web.config, &scene.judged.survey, &scene.format))
}
