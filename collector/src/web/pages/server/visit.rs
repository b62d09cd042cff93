//! The handlers of a server's pages: what the address asks for is gathered from the store, and handed to the
//! part that shows it.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use patuh_protocol::id::AgentId;

use super::super::super::error::Error;
use super::super::super::input::Asks;
use super::super::super::session::{App, Desk, Person};
use super::super::super::shell::{Place, Scene};
use super::super::{Asking, path_of};
use super::super::{page, questions};
use super::{
    Around, Asked, Backups, Compare, Compliance, Ends, Frame, Ground, History, Kin, Known, Part, Past,
    Readings, Server, Software, Tab,
};
use crate::register::Asset;
use crate::store::{self, CurrentSection, Lineage, ServerRow};

/// Changes read for the summary and for the history.
const CHANGES: u32 = 200;
const HISTORY: u32 = 3_000;
/// Days on which something changed.
const DAYS: u32 = 366;
/// Reports listed.
const REPORTS: u32 = 20;

/// `GET /server/{agen}`
pub(crate) async fn show(
    State(desk): State<App>,
    person: Person,
    Path(agent): Path<String>,
    Asks(asked): Asks<Asked>,
) -> Result<Response, Error> {
    let visit = Visit::open(&desk, &person, &agent, Tab::Summary, &asked).await?;
    visit.summary().await
}

/// `GET /server/{agen}/{bagian}`
pub(crate) async fn part(
    State(desk): State<App>,
    person: Person,
    Path((agent, part)): Path<(String, String)>,
    Asks(asked): Asks<Asked>,
) -> Result<Response, Error> {
    let tab = Tab::named(&part).ok_or(Error::NotFound)?;
    let visit = Visit::open(&desk, &person, &agent, tab, &asked).await?;
    match tab {
        Tab::History => visit.history(&asked).await,
        Tab::Guests => visit.guests().await,
        Tab::Readings => visit.readings().await,
        _ => visit.plain(&asked),
    }
}

/// Somebody looks at a server.
struct Visit<'a> {
    desk: &'a Desk,
    agent: AgentId,
    row: ServerRow,
    sections: Vec<CurrentSection>,
    questions: Vec<Asking>,
    lineage: Lineage,
    scene: Scene,
    tab: Tab,
    past: Option<Past>,
}

/// Where a server stands in the register of assets. A guest is no asset of its own.
fn booked(row: &ServerRow, asset: Option<Asset>) -> Option<Asking> {
    match asset {
        Some(asset) => {
            Some(Asking { href: format!("/aset/{}", asset.id), text: format!("{} {}", asset.id, asset.name) })
        }
        None if row.guest_of.is_some() || row.last_report.is_none() => None,
        None => Some(Asking {
            href: format!("/aset/baru?agen={}", row.agent),
            text: "belum tercatat; catat dalam Daftar Aset".to_owned(),
        }),
    }
}

/// A day of an address. One that cannot be read asks for nothing that is there.
fn day(text: &str) -> Result<Option<Date>, Error> {
    let text = Some(text.trim()).filter(|text| !text.is_empty());
    text.map(str::parse).transpose().map_err(|_| Error::NotFound)
}

impl<'a> Visit<'a> {
    async fn open(
        desk: &'a Desk,
        person: &Person,
        agent: &str,
        tab: Tab,
        asked: &Asked,
    ) -> Result<Self, Error> {
        let agent: AgentId = agent.parse().map_err(|_| Error::NotFound)?;
        let store = &desk.web.store;
        let row = store.server(&agent).await?.ok_or(Error::NotFound)?;
        let scene = desk.scene(person, Place::Servers).await?;
        // Today and the days to come are now.
        let day = day(&asked.pada)?.filter(|day| *day < scene.format.today() && tab.has_past());
        let (sections, past) = match day {
            Some(day) => {
                let then = store.state_at(&agent, scene.format.end_of(day)).await?;
                let purged: Vec<_> = then.purged.into_iter().map(|it| it.sensor).collect();
                let unread = then.sections.is_empty() && purged.is_empty();
                (then.sections, Some(Past::new(day, purged, unread)))
            }
            None => (store.sections(&agent).await?, None),
        };
        let questions = questions::about(desk, &agent).await?;
        let lineage = store.lineage(&agent).await?;
        Ok(Self { desk, agent, row, sections, questions, lineage, scene, tab, past })
    }

    fn known(&self) -> Known<'_> {
        Known {
            row: &self.row,
            sections: &self.sections,
            changes: &[],
            reports: &[],
            questions: &self.questions,
            booked: None,
            lineage: &self.lineage,
            kin: Kin::default(),
        }
    }

    fn ground(&self) -> Ground<'_> {
        Ground {
            judged: &self.scene.judged,
            config: &self.desk.web.config,
            table: self.desk.watch.table(),
            format: &self.scene.format,
        }
    }

    fn around(&self) -> Around {
        let (judged, format) = (&self.scene.judged, &self.scene.format);
        let frame = Frame::new(judged, &self.known(), self.tab, self.past.clone(), format);
        (self.scene.shell.clone(), frame)
    }

    async fn summary(&self) -> Result<Response, Error> {
        let store = &self.desk.web.store;
        let changes = store.changes(Some(&self.agent), CHANGES).await?;
        let kin = Kin::load(store, &self.agent, &self.sections).await?;
        let booked = booked(&self.row, store.asset_of(&self.agent).await?);
        let known = Known { changes: &changes, kin, booked, ..self.known() };
        Ok(page(&Server::new(self.around(), &self.ground(), &known))?.into_response())
    }

    async fn guests(&self) -> Result<Response, Error> {
        let kin = Kin::load(&self.desk.web.store, &self.agent, &self.sections).await?;
        let known = Known { kin, ..self.known() };
        Ok(page(&Part::new(self.around(), &self.ground(), &known, self.tab))?.into_response())
    }

    async fn readings(&self) -> Result<Response, Error> {
        let reports = self.desk.web.store.reports_of(&self.agent, REPORTS).await?;
        let known = Known { reports: &reports, ..self.known() };
        Ok(page(&Readings::new(self.around(), &known, &self.scene.format))?.into_response())
    }

    /// The parts that need nothing but the sections.
    fn plain(&self, asked: &Asked) -> Result<Response, Error> {
        let (ground, around) = (self.ground(), self.around());
        let html = match self.tab {
            Tab::Software => page(&Software::new(around, &self.sections, asked, ground.format)),
            Tab::Backups => {
                let judged = self.past.is_none().then_some((ground.judged, &self.agent));
                page(&Backups::new(around, &self.sections, judged, ground.format))
            }
            Tab::Compliance => page(&Compliance::new(around, ground.judged, self.agent.as_str())),
            tab => page(&Part::new(around, &ground, &self.known(), tab)),
        };
        Ok(html?.into_response())
    }

    /// The days, one of them, or two of them side by side: as the address asks.
    async fn history(&self, asked: &Asked) -> Result<Response, Error> {
        if let Some(day) = day(&asked.pada)? {
            return Ok(Redirect::to(&format!("{}?pada={day}", path_of(&self.agent))).into_response());
        }
        if let (Some(one), Some(other)) = (day(&asked.dari)?, day(&asked.sampai)?) {
            return self.compare(one.min(other), one.max(other)).await;
        }
        let (store, format) = (&self.desk.web.store, &self.scene.format);
        let changes = store.changes(Some(&self.agent), HISTORY).await?;
        let days = store.days(&self.agent, format.offset(), DAYS).await?;
        let known = Known { changes: &changes, ..self.known() };
        Ok(page(&History::new(self.around(), &known, &days, format))?.into_response())
    }

    async fn compare(&self, from: Date, to: Date) -> Result<Response, Error> {
        let (store, format) = (&self.desk.web.store, &self.scene.format);
        let old = store.state_at(&self.agent, format.end_of(from)).await?;
        let new = store.state_at(&self.agent, format.end_of(to)).await?;
        let known = (!old.sections.is_empty(), !new.sections.is_empty());
        let purged = old.purged.into_iter().chain(new.purged).map(|it| it.sensor).collect();
        let compared = store::compare(&old.sections, &new.sections);
        let ends = Ends { from, to, known, purged };
        Ok(page(&Compare::new(self.around(), &ends, &compared))?.into_response())
    }
}
