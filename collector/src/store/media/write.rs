//! Writing a medium: one transaction with the act that tells of it, against what stands.

use jiff::Timestamp;
use patuh_protocol::digest::Digest;
use patuh_protocol::receipt::ActLeaf;
use sqlx::AnyConnection;

use super::{MediumBooked, MediumRefusal};
use crate::ledger::Signer;
use crate::media::{Field, Medium, MediumId, differences, same_medium};
use crate::store::cell::{Cells as _, corrupt, micros, plain};
use crate::store::{Error, Store};

/// The most characters that an act tells of a change: the version has the whole.
const TOLD: usize = 1000;

const STANDING: &str = "SELECT m.medium, v.who FROM media m JOIN medium_versions v \
    ON v.government = m.government AND v.number = m.number AND v.revision = m.revision \
    WHERE m.government = $1 ORDER BY m.number";

const PUT: &str = "INSERT INTO media (government, number, revision, office, kind, life, medium, search) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (government, number) DO UPDATE SET \
    revision = excluded.revision, office = excluded.office, kind = excluded.kind, life = excluded.life, \
    medium = excluded.medium, search = excluded.search";

const ADD_VERSION: &str = "INSERT INTO medium_versions (government, number, revision, idx, at, who, medium) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

impl Store {
    /// Writes a medium, with the act that tells of it: a new one gets the next number, a changed one must name the
    /// revision that stands, and what is as it stands already is left alone.
    ///
    /// # Errors
    /// [`Error`]: nothing was written, or (when the connection broke during the commit) it is not known.
    pub async fn put_medium(
        &self,
        medium: &Medium,
        who: &str,
        signer: &Signer,
        now: Timestamp,
    ) -> Result<MediumBooked, Error> {
        let (_turn, mut transaction, head) = self.begin().await?;
        // A government has tens of media: all of them are read.
        let standing = self.standing_media(&mut transaction).await?;
        if let Some(why) = refusal(medium, &standing) {
            return Ok(MediumBooked::Refused(why));
        }
        let old = standing.iter().map(|(old, _)| old).find(|old| !medium.is_new() && old.id == medium.id);
        if old == Some(medium) {
            return Ok(MediumBooked::Done(medium.id));
        }
        let mut medium = medium.clone();
        if medium.is_new() {
            medium.id = MediumId(standing.iter().map(|(old, _)| old.id.0).max().unwrap_or(0) + 1);
        }
        medium.revision += 1;
        let text = serde_json::to_string(&medium).map_err(|error| corrupt("medium", error))?;
        let index = head.size();
        let act = act(&medium, old, Digest::of(text.as_bytes()), who, now);
        self.append_acts(&mut transaction, head, &[act], signer, now).await?;
        self.write_medium(&mut transaction, &medium, &text, (index, who, now)).await?;
        transaction.commit().await?;
        Ok(MediumBooked::Done(medium.id))
    }

    async fn standing_media(&self, connection: &mut AnyConnection) -> Result<Vec<(Medium, String)>, Error> {
        let rows = self.query(STANDING).fetch_all(connection).await?;
        rows.iter().map(|row| Ok((row.json("medium")?, row.text("who")?))).collect()
    }

    async fn write_medium(
        &self,
        connection: &mut AnyConnection,
        medium: &Medium,
        text: &str,
        (index, who, now): (u64, &str, Timestamp),
    ) -> Result<(), Error> {
        let (number, revision) = (medium.id.0.cast_signed(), medium.revision.cast_signed());
        let put = self
            .query(PUT)
            .bind(number)
            .bind(revision)
            .bind(medium.office.to_string())
            .bind(medium.kind.slug())
            .bind(medium.life.slug())
            .bind(plain(text))
            .bind(plain(&medium.words()).to_lowercase());
        put.execute(&mut *connection).await?;
        let add = self
            .query(ADD_VERSION)
            .bind(number)
            .bind(revision)
            .bind(index.cast_signed())
            .bind(micros(now))
            .bind(plain(who))
            .bind(plain(text));
        add.execute(connection).await?;
        Ok(())
    }
}

/// Why `medium` cannot be written beside what stands.
fn refusal(medium: &Medium, standing: &[(Medium, String)]) -> Option<MediumRefusal> {
    if !medium.is_new() {
        match standing.iter().find(|(old, _)| old.id == medium.id) {
            None => return Some(MediumRefusal::Unknown(medium.id)),
            Some((old, who)) if old.revision != medium.revision => {
                return Some(MediumRefusal::Overtaken { id: medium.id, who: who.clone() });
            }
            Some(_) => {}
        }
    }
    if medium.life.is_over() {
        return None;
    }
    let others = || standing.iter().map(|(old, _)| old).filter(|old| medium.is_new() || old.id != medium.id);
    let mut living = others().filter(|old| !old.life.is_over());
    let label = medium.label.to_lowercase();
    if let Some(taken) = living.clone().find(|old| old.label.to_lowercase() == label) {
        return Some(MediumRefusal::LabelTaken(taken.id));
    }
    let identity = medium.identity.as_deref()?;
    let taken = living.find(|old| old.identity.as_deref().is_some_and(|own| same_medium(own, identity)));
    taken.map(|taken| MediumRefusal::IdentityTaken(taken.id))
}

/// The act that tells of a version.
fn act(medium: &Medium, old: Option<&Medium>, digest: Digest, who: &str, now: Timestamp) -> ActLeaf {
    let name = format!("{} {} ({})", medium.id, medium.label, medium.office);
    let (act, told) = match old {
        None => ("media.add", name),
        Some(old) => {
            let changes = differences(old, medium);
            let only_seen = changes.iter().all(|it| matches!(it.field, Field::SeenOn | Field::SeenBy));
            let act = if medium.life.is_over() && !old.life.is_over() {
                "media.release"
            } else if only_seen {
                "media.seen"
            } else {
                "media.change"
            };
            let told: Vec<String> = changes.iter().map(ToString::to_string).collect();
            (act, format!("{name}: {}", told.join("; ")))
        }
    };
    let cut = told.chars().count() > TOLD;
    let told: String = told.chars().take(TOLD).chain(cut.then_some('…')).collect();
    let about = format!("{told}; isi sha256:{digest}");
    ActLeaf { at: now, who: who.to_owned(), act: act.to_owned(), about }
}
