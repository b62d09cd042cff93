//! Dropping the projections and replaying the ledger: on demand, and when a newer program opens a store whose
//! projections have another form.

use patuh_protocol::base::Base;
use patuh_protocol::body;
use patuh_protocol::receipt::Leaf;
use patuh_protocol::report::Report;
use patuh_protocol::seal::Sealed;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::{Taken, apply};
use crate::store::cell::{Cells as _, corrupt};
use crate::store::{Error, Store};

const DROP: [&str; 14] = [
    "DELETE FROM lan_states WHERE government = $1",
    "DELETE FROM lan_seen WHERE government = $1",
    "UPDATE lan_progress SET next = 0 WHERE government = $1",
    "DELETE FROM writings WHERE government = $1",
    "DELETE FROM versions WHERE government = $1",
    "DELETE FROM terms WHERE government = $1",
    "DELETE FROM installed WHERE government = $1",
    "DELETE FROM numbers WHERE government = $1",
    "DELETE FROM software WHERE government = $1",
    "DELETE FROM sightings WHERE government = $1",
    "DELETE FROM changes WHERE government = $1",
    "DELETE FROM readings WHERE government = $1",
    "DELETE FROM sections WHERE government = $1",
    "DELETE FROM servers WHERE government = $1",
];

const ENROLLED: &str = "INSERT INTO servers (government, agent, office, site, enrolled_at, hostname, addresses, \
    packages, agent_version, search) \
    SELECT government, agent, office, site, enrolled_at, '', '[]', 0, '', '' FROM agents WHERE government = $1";

const REPORTS: &str = "SELECT r.idx, r.sealed, l.leaf FROM reports r JOIN leaves l \
    ON l.government = r.government AND l.idx = r.idx \
    WHERE r.government = $1 AND r.idx >= $2 AND r.sealed IS NOT NULL ORDER BY r.idx LIMIT 128";

/// The form of the projections as this program writes them: one more with each change of what they hold.
const FORM: u64 = 4;

const FORM_OF: &str = "SELECT form FROM forms WHERE government = $1";

const PUT_FORM: &str = "INSERT INTO forms (government, form) VALUES ($1, $2) \
    ON CONFLICT (government) DO UPDATE SET form = excluded.form";

impl Store {
    /// Rebuilds the projections when an older program filled them: what it did not keep follows from the ledger.
    /// Where that cannot be done the store still serves, with the rows it has.
    pub(in crate::store) async fn reform(&self) -> Result<(), Error> {
        let form = self.query(FORM_OF).fetch_optional(&self.pool).await?;
        if form.map(|row| row.number("form")).transpose()?.is_some_and(|form| form >= FORM) {
            return Ok(());
        }
        tracing::info!(form = FORM, "rebuilding the projections in their new form");
        if let Err(error) = self.rebuild().await {
            tracing::error!(%error, "projections not rebuilt: history and search are incomplete");
        }
        Ok(())
    }

    /// Drops the projections and replays the ledger's reports, in one transaction: readers see the old rows
    /// until the new ones are all there, and nothing is appended meanwhile. Returns how many reports were
    /// replayed. What a purged body once said is lost to the projections.
    ///
    /// # Errors
    /// [`Error`]: nothing was changed.
    pub async fn rebuild(&self) -> Result<u64, Error> {
        let (_turn, mut transaction, _) = self.begin().await?;
        for sql in DROP.into_iter().chain([ENROLLED]) {
            self.query(sql).execute(&mut *transaction).await?;
        }
        let (mut replayed, mut next) = (0, 0);
        loop {
            let (count, after) = replay(&mut transaction, &self.government, next).await?;
            if count == 0 {
                break;
            }
            (replayed, next) = (replayed + count, after);
        }
        let form = self.query(PUT_FORM).bind(FORM.cast_signed());
        form.execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(replayed)
    }
}

/// Replays some reports from index `from` on; returns how many, and the index to go on from.
async fn replay(connection: &mut AnyConnection, government: &str, from: u64) -> Result<(u64, u64), Error> {
    let query = sqlx::query(REPORTS).bind(government).bind(from.cast_signed());
    let rows = query.fetch_all(&mut *connection).await?;
    let reports = rows.iter().map(opened).collect::<Result<Vec<_>, _>>()?;
    let taken: Vec<Taken<'_>> = reports.iter().map(Opened::taken).collect();
    apply(connection, government, &taken).await?;
    Ok((taken.len() as u64, taken.last().map_or(from, |last| last.index + 1)))
}

/// A stored report, opened.
struct Opened {
    index: u64,
    received_at: jiff::Timestamp,
    sealed: Sealed,
    report: Report,
    carried: Base,
}

impl Opened {
    fn taken(&self) -> Taken<'_> {
        let Self { index, received_at, sealed, report, carried } = self;
        Taken { sealed, report, carried, index: *index, received_at: *received_at }
    }
}

fn opened(row: &AnyRow) -> Result<Opened, Error> {
    let Leaf::Report(leaf) = row.json("leaf")? else {
        return Err(corrupt("leaf", "a report hangs on an act"));
    };
    let sealed = Sealed::parse(&row.bytes("sealed")?).map_err(|error| corrupt("sealed", error))?;
    let (report, carried) = body::open_with_base(&sealed.body).map_err(|error| corrupt("sealed", error))?;
    Ok(Opened { index: row.number("idx")?, received_at: leaf.received_at, sealed, report, carried })
}
