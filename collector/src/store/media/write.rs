//! Writing a medium: one transaction with the act that tells of it, against what stands.

use jiff::Timestamp;

use super::{MediumBooked, MediumRefusal};
use crate::ledger::Signer;
use crate::media::{Field, Medium, MediumId, differences, same_medium};
use crate::store::grouped::{Bound, Grouped};
use crate::store::kept::{By, Kept, Stale, Standing};
use crate::store::{Error, Store};

const STANDING: &str = "SELECT m.medium, v.who FROM media m JOIN medium_versions v \
    ON v.government = m.government AND v.number = m.number AND v.revision = m.revision \
    WHERE m.government = $1 ORDER BY m.number";

impl Kept for Medium {
    const CONTENT: &'static str = "medium";

    const PUT: Grouped = Grouped::insert(
        "INSERT INTO media (government, number, revision, office, kind, life, medium, search) VALUES ",
        7,
        " ON CONFLICT (government, number) DO UPDATE SET revision = excluded.revision, \
            office = excluded.office, kind = excluded.kind, life = excluded.life, medium = excluded.medium, \
            search = excluded.search",
    );

    const ADD_VERSION: Grouped = Grouped::insert(
        "INSERT INTO medium_versions (government, number, revision, idx, at, who, medium) VALUES ",
        6,
        "",
    );

    fn counted(&self) -> (u64, u64) {
        (self.id.0, self.revision)
    }

    fn count(&mut self, number: u64, revision: u64) {
        (self.id, self.revision) = (MediumId(number), revision);
    }

    fn cells(&self, query: Bound) -> Bound {
        query.bind(self.office.to_string()).bind(self.kind.slug()).bind(self.life.slug())
    }

    fn words(&self) -> String {
        self.words()
    }

    fn act(&self, old: Option<&Self>) -> (&'static str, String) {
        let name = format!("{} {} ({})", self.id, self.label, self.office);
        let Some(old) = old else { return ("media.add", name) };
        let changes = differences(old, self);
        let only_seen = changes.iter().all(|it| matches!(it.field, Field::SeenOn | Field::SeenBy));
        let act = if self.life.is_over() && !old.life.is_over() {
            "media.release"
        } else if only_seen {
            "media.seen"
        } else {
            "media.change"
        };
        let told: Vec<String> = changes.iter().map(ToString::to_string).collect();
        (act, format!("{name}: {}", told.join("; ")))
    }
}

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
        let (turn, mut transaction, head) = self.begin().await?;
        // A government has tens of media: all of them are read.
        let rows = self.query(STANDING).fetch_all(&mut *transaction).await?;
        let standing = Standing::new(&rows, None)?;
        if let Some(why) = refusal(medium, &standing) {
            return Ok(MediumBooked::Refused(why));
        }
        let (begun, by) = ((turn, transaction, head), By { who, signer, now });
        let numbers = self.keep(begun, std::slice::from_ref(medium), &standing, |_| None, by).await?;
        Ok(MediumBooked::Done(numbers.first().map_or(medium.id, |number| MediumId(*number))))
    }
}

/// Why `medium` cannot be written beside what stands.
fn refusal(medium: &Medium, standing: &Standing<Medium>) -> Option<MediumRefusal> {
    match standing.stale(medium) {
        Some(Stale::Unknown) => return Some(MediumRefusal::Unknown(medium.id)),
        Some(Stale::Overtaken(who)) => return Some(MediumRefusal::Overtaken { id: medium.id, who }),
        None => {}
    }
    if medium.life.is_over() {
        return None;
    }
    let others = || standing.entries().filter(|old| medium.is_new() || old.id != medium.id);
    let mut living = others().filter(|old| !old.life.is_over());
    let label = medium.label.to_lowercase();
    if let Some(taken) = living.clone().find(|old| old.label.to_lowercase() == label) {
        return Some(MediumRefusal::LabelTaken(taken.id));
    }
    let identity = medium.identity.as_deref()?;
    let taken = living.find(|old| old.identity.as_deref().is_some_and(|own| same_medium(own, identity)));
    taken.map(|taken| MediumRefusal::IdentityTaken(taken.id))
}
