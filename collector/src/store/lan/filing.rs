//! What officials do with a report: one transaction with the act that tells of it, against what stands.

use std::fmt::Write as _;

use jiff::Timestamp;
use patuh_protocol::digest::Digest;
use patuh_protocol::receipt::ActLeaf;
use sqlx::AnyConnection;

use super::REPORT;
use crate::lan::{Act, ChangeReport, Filed, Filing, FilingRefusal, Party, ReportStanding};
use crate::ledger::Signer;
use crate::store::cell::{Cells as _, corrupt, plain};
use crate::store::{Error, Store};

const PUT: &str = "UPDATE lan_reports SET standing = $3, report = $4 WHERE government = $1 AND id = $2";

const KEEP: &str = "INSERT INTO lan_diagrams (government, digest, svg) VALUES ($1, $2, $3) \
    ON CONFLICT (government, digest) DO NOTHING";

/// The most characters of a reason that an act tells: the report has the whole.
const TOLD: usize = 500;

impl Store {
    /// Files what an official does with a report, and the act that tells of it: of what is handed in, the ledger has the
    /// SHA-256 of the diagram, which is kept as it is.
    ///
    /// # Errors
    /// [`Error`]: nothing was written, or (when the connection broke during the commit) it is not known.
    pub async fn file_lan(
        &self,
        id: u64,
        filing: Filing<'_>,
        who: &str,
        signer: &Signer,
        now: Timestamp,
    ) -> Result<Filed, Error> {
        let (_turn, mut transaction, head) = self.begin().await?;
        let row = self.query(REPORT).bind(id.cast_signed()).fetch_optional(&mut *transaction).await?;
        let Some(row) = row else { return Ok(Filed::Refused(FilingRefusal::Unknown(id))) };
        let mut report: ChangeReport = row.json("report")?;
        if let Some(why) = refusal(&report, filing) {
            return Ok(Filed::Refused(why));
        }
        filing.apply(&mut report, &plain(who), head.size(), now);
        let act = filing.act(&report, who, now);
        self.append_acts(&mut transaction, head, &[act], signer, now).await?;
        self.put_filed(&mut transaction, &report, filing).await?;
        transaction.commit().await?;
        Ok(Filed::Done(Box::new(report)))
    }

    async fn put_filed(
        &self,
        connection: &mut AnyConnection,
        report: &ChangeReport,
        filing: Filing<'_>,
    ) -> Result<(), Error> {
        let text = serde_json::to_string(report).map_err(|error| corrupt("report", error))?;
        let put =
            self.query(PUT).bind(report.id.cast_signed()).bind(report.standing.slug()).bind(plain(&text));
        put.execute(&mut *connection).await?;
        if let (Filing::Submit(how), Some(digest)) = (filing, report.diagram) {
            let keep = self.query(KEEP).bind(digest.0.to_vec()).bind(how.diagram.as_str());
            keep.execute(connection).await?;
        }
        Ok(())
    }
}

/// Why a filing cannot be taken as the report stands.
fn refusal(report: &ChangeReport, filing: Filing<'_>) -> Option<FilingRefusal> {
    use ReportStanding::{Dismissed, Draft, Submitted};
    let by_dinas = report.dismissed.as_ref().is_some_and(|act| act.party == Party::Dinas);
    let fits = match (filing, report.standing) {
        (Filing::Submit(_), Draft | Dismissed)
        | (Filing::Receive(_) | Filing::Return(_), Submitted)
        | (Filing::Dismiss(_), Draft) => true,
        (Filing::Dismiss(how), Dismissed) => how.party == Party::Dinas && !by_dinas,
        _ => false,
    };
    if !fits {
        return Some(FilingRefusal::Stands(report.standing));
    }
    let empty = |text: &str| text.trim().is_empty();
    match filing {
        Filing::Submit(how) if how.after != report.after => Some(FilingRefusal::Overtaken(report.after)),
        Filing::Submit(how) if empty(&how.diagram) || how.diagram.contains('\0') => {
            Some(FilingRefusal::NoDiagram)
        }
        Filing::Submit(how) if empty(&how.reason) && !report.is_diagram_only() => {
            Some(FilingRefusal::NoReason)
        }
        Filing::Return(how) | Filing::Dismiss(how) if empty(&how.note) => Some(FilingRefusal::NoReason),
        Filing::Receive(how) | Filing::Return(how) if how.party != Party::Dinas => {
            Some(FilingRefusal::NotTheDinas)
        }
        filing if empty(filing.official().0) => Some(FilingRefusal::NoName),
        _ => None,
    }
}

impl<'a> Filing<'a> {
    /// The official's name, for whom it is done, and what is said to it.
    fn official(self) -> (&'a str, Party, &'a str) {
        match self {
            Self::Submit(how) => (&how.name, how.party, &how.reason),
            Self::Receive(how) | Self::Return(how) | Self::Dismiss(how) => (&how.name, how.party, &how.note),
        }
    }

    fn apply(self, report: &mut ChangeReport, who: &str, leaf: u64, at: Timestamp) {
        let (name, party, note) = self.official();
        let (name, note) = (plain(name.trim()), plain(note.trim()));
        let act = Some(Act { who: who.to_owned(), name, party, note, at, leaf });
        match self {
            Self::Submit(how) => {
                report.reason = plain(how.reason.trim());
                report.done_by = Some(how.done_by);
                report.diagram = Some(Digest::of(how.diagram.as_bytes()));
                (report.submitted, report.dismissed) = (act, None);
                report.standing = ReportStanding::Submitted;
            }
            Self::Receive(_) => (report.received, report.standing) = (act, ReportStanding::Received),
            Self::Return(_) => {
                (report.returned, report.submitted, report.diagram) = (act, None, None);
                report.standing = ReportStanding::Draft;
            }
            Self::Dismiss(_) => {
                report.reason = plain(self.official().2.trim());
                (report.dismissed, report.standing) = (act, ReportStanding::Dismissed);
            }
        }
    }

    /// What the ledger says of it.
    fn act(self, report: &ChangeReport, who: &str, now: Timestamp) -> ActLeaf {
        let (act, told) = match self {
            Self::Submit(_) => ("lan.submit", "diserahkan"),
            Self::Receive(_) => ("lan.receive", "diterima Dinas"),
            Self::Return(_) => ("lan.return", "dikembalikan Dinas"),
            Self::Dismiss(_) => ("lan.dismiss", "dikesampingkan"),
        };
        let (name, party, note) = self.official();
        let what = match report.before {
            None => format!("diagram LAN versi {}", report.after),
            Some(before) => format!("perubahan LAN versi {before} ke {}", report.after),
        };
        let mut about = format!(
            "laporan {} ({}): {what} {told} oleh {} ({})",
            report.id,
            report.office,
            plain(name.trim()),
            party.word()
        );
        let made_by = report.done_by.filter(|_| matches!(self, Self::Submit(_)) && !report.is_diagram_only());
        if let Some(by) = made_by {
            let _ = write!(about, "; perubahannya dilakukan oleh {}", by.word());
        }
        if !note.trim().is_empty() {
            let note: String = plain(note.trim()).chars().take(TOLD).collect();
            let _ = write!(about, "; alasan: {note}");
        }
        if let Some(digest) = report.diagram {
            let _ = write!(about, "; diagram sha256:{digest}");
        }
        ActLeaf { at: now, who: who.to_owned(), act: act.to_owned(), about }
    }
}
