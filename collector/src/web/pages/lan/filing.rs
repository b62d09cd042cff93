//! `POST /lan/laporan/{laporan}/{langkah}`: a report is handed in, received, sent back, or set aside.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::super::super::error::Error;
use super::super::super::input::Pairs;
use super::super::super::session::{App, Desk, Filled, Person};
use super::office::Asked as Look;
use super::step::{DONE_BY, NAME, PARTY, REASON, Typed};
use super::{Step, report, report_at};
use crate::export::Picture;
use crate::lan::{ChangeReport, Decision, Filed, Filing, FilingRefusal, Party, Sheet, Submission};

/// `POST /lan/laporan/{laporan}/{langkah}`
pub(crate) async fn take(
    State(desk): State<App>,
    person: Person,
    Path((number, step)): Path<(String, String)>,
    Filled(sent): Filled,
) -> Result<Response, Error> {
    let step = Step::of_slug(&step).ok_or(Error::NotFound)?;
    let stood = report_at(&desk, &number).await?;
    let web = &desk.web;
    let (store, signer, now) = (&web.store, &web.signer, desk.now());
    let (id, who) = (stood.id, person.name.as_str());
    let file = async |filing| store.file_lan(id, filing, who, signer, now).await;
    let filed = match step {
        Step::Submit => match submission(&desk, &stood, &sent).await? {
            Ok(how) => file(Filing::Submit(&how)).await?,
            Err(why) => Filed::Refused(why),
        },
        Step::Receive => file(Filing::Receive(&decision(&sent, Party::Dinas))).await?,
        Step::Return => file(Filing::Return(&decision(&sent, Party::Dinas))).await?,
        Step::Dismiss => file(Filing::Dismiss(&decision(&sent, party(&sent, PARTY)?))).await?,
    };
    match filed {
        Filed::Done(report) => Ok(Redirect::to(&format!("/lan/laporan/{}", report.id)).into_response()),
        Filed::Refused(why) => {
            let typed = Typed { values: sent, refusal: Some(why) };
            // It may stand otherwise by now.
            let stands = report_at(&desk, &number).await?;
            report::page_of(&desk, &person, &stands, &Look::default(), Some((step, typed))).await
        }
    }
}

/// What is handed in: the diagram of the version that the person has seen.
async fn submission(
    desk: &Desk,
    report: &ChangeReport,
    sent: &Pairs,
) -> Result<Result<Submission, FilingRefusal>, Error> {
    let after = sent.get("versi").and_then(|it| it.parse().ok()).ok_or(Error::Forged)?;
    if after != report.after {
        return Ok(Err(FilingRefusal::Overtaken(report.after)));
    }
    let (store, config) = (&desk.web.store, &desk.web.config);
    let version = store.lan_version(&report.office, after).await?.ok_or(Error::NotFound)?;
    let picture = Picture { version: &version, since: None };
    Ok(Ok(Submission {
        after,
        name: text(sent, NAME),
        party: party(sent, PARTY)?,
        done_by: if report.is_diagram_only() { Party::Office } else { party(sent, DONE_BY)? },
        reason: text(sent, REASON),
        diagram: picture.whole(config, Sheet::default()).svg(),
    }))
}

fn decision(sent: &Pairs, party: Party) -> Decision {
    Decision { name: text(sent, NAME), party, note: text(sent, REASON) }
}

fn text(sent: &Pairs, field: &str) -> String {
    sent.get(field).map(|text| text.trim().to_owned()).unwrap_or_default()
}

fn party(sent: &Pairs, field: &str) -> Result<Party, Error> {
    sent.get(field).and_then(|slug| Party::named(slug)).ok_or(Error::Forged)
}
