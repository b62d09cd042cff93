//! Writing assets: the rows, their versions, and the acts in the ledger that tell of them, all or none.

use std::collections::BTreeMap;

use jiff::Timestamp;
use patuh_protocol::id::AgentId;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::{AssetRefusal, Booked, ImportedFile};
use crate::ledger::Signer;
use crate::register::{Asset, AssetId, differences};
use crate::store::cell::Cells as _;
use crate::store::grouped::{Bound, Grouped};
use crate::store::kept::{By, Kept, Stale, Standing};
use crate::store::{Error, Store};

const HIGHEST: &str = "SELECT COALESCE(MAX(number), 0) AS number FROM assets WHERE government = $1";

const STANDING: Grouped = Grouped::keys(
    "WITH k (number) AS (VALUES ",
    1,
    ") SELECT a.asset, v.who FROM k CROSS JOIN assets a JOIN asset_versions v \
        ON v.government = a.government AND v.number = a.number AND v.revision = a.revision \
        WHERE a.government = $1 AND a.number = k.number",
);

const AGENTS: &str = "SELECT s.agent, s.hostname, s.guest_of, a.number FROM servers s LEFT JOIN assets a \
    ON a.government = s.government AND a.agent = s.agent AND a.stage <> 'removed' WHERE s.government = $1";

/// The agents that there are.
type Agents = BTreeMap<AgentId, Agent>;

/// An agent: its host, what that is a guest of, and the asset it is booked on.
struct Agent {
    host: String,
    guest_of: Option<String>,
    booked: Option<AssetId>,
}

impl Kept for Asset {
    const CONTENT: &'static str = "asset";

    const PUT: Grouped = Grouped::insert(
        "INSERT INTO assets (government, number, revision, office, kind, stage, condition, agent, asset, search) \
            VALUES ",
        9,
        " ON CONFLICT (government, number) DO UPDATE SET revision = excluded.revision, \
            office = excluded.office, kind = excluded.kind, stage = excluded.stage, condition = excluded.condition, \
            agent = excluded.agent, asset = excluded.asset, search = excluded.search",
    );

    const ADD_VERSION: Grouped = Grouped::insert(
        "INSERT INTO asset_versions (government, number, revision, idx, at, who, asset) VALUES ",
        6,
        "",
    );

    fn counted(&self) -> (u64, u64) {
        (self.id.0, self.revision)
    }

    fn count(&mut self, number: u64, revision: u64) {
        (self.id, self.revision) = (AssetId(number), revision);
    }

    fn cells(&self, query: Bound) -> Bound {
        query
            .bind(self.office.to_string())
            .bind(self.kind.slug())
            .bind(self.stage().map_or("", |stage| stage.slug()))
            .bind(self.book.condition.map_or("", |condition| condition.slug()))
            .bind(self.agent.as_ref().map(ToString::to_string))
    }

    fn words(&self) -> String {
        self.words()
    }

    fn act(&self, old: Option<&Self>) -> (&'static str, String) {
        let name = format!("{} {} ({})", self.id, self.name, self.office);
        let Some(old) = old else { return ("asset.add", name) };
        let told: Vec<String> = differences(old, self).iter().map(ToString::to_string).collect();
        let removed = self.is_removed() && !old.is_removed();
        let act = if removed { "asset.remove" } else { "asset.change" };
        (act, format!("{name}: {}", told.join("; ")))
    }
}

impl Store {
    /// Writes `assets`, all or none, in one transaction with the acts that tell of them: new ones get the next
    /// numbers, changed ones must name the revision that stands, and what is as it stands already is left alone.
    /// `import` is the file they came from.
    ///
    /// # Errors
    /// [`Error`]: nothing was written, or (when the connection broke during the commit) it is not known.
    pub async fn put_assets(
        &self,
        assets: &[Asset],
        import: Option<&ImportedFile>,
        who: &str,
        signer: &Signer,
        now: Timestamp,
    ) -> Result<Booked, Error> {
        let (turn, mut transaction, head) = self.begin().await?;
        let standing = self.standing(&mut transaction, assets).await?;
        let agents = self.agents_of(&mut transaction, assets).await?;
        if let Some((place, why)) = refusal(assets, &standing, &agents) {
            return Ok(Booked::Refused(place, why));
        }
        let import = |changed: &[Asset]| import.map(|file| imported(file, changed));
        let begun = (turn, transaction, head);
        let numbers = self.keep(begun, assets, &standing, import, By { who, signer, now }).await?;
        Ok(Booked::Done(numbers.into_iter().map(AssetId).collect()))
    }

    /// The assets to be changed, as they stand.
    async fn standing(
        &self,
        connection: &mut AnyConnection,
        assets: &[Asset],
    ) -> Result<Standing<Asset>, Error> {
        let highest = self.query(HIGHEST).fetch_one(&mut *connection).await?.number("number")?;
        let old: Vec<AssetId> = assets.iter().filter(|asset| !asset.is_new()).map(|asset| asset.id).collect();
        let rows =
            STANDING.fetch(connection, &self.government, &old, |query, id| query.bind(id.0.cast_signed()));
        Standing::new(&rows.await?, Some(highest))
    }

    /// All agents, when any of `assets` has one.
    async fn agents_of(&self, connection: &mut AnyConnection, assets: &[Asset]) -> Result<Agents, Error> {
        if assets.iter().all(|asset| asset.agent.is_none()) {
            return Ok(Agents::new());
        }
        let rows = self.query(AGENTS).fetch_all(connection).await?;
        let agent = |row: &AnyRow| {
            let booked = row.maybe_number("number")?.map(AssetId);
            let (host, guest_of) = (row.text("hostname")?, row.maybe_text("guest_of")?);
            Ok((row.parsed("agent")?, Agent { host, guest_of, booked }))
        };
        rows.iter().map(agent).collect()
    }
}

/// The first asset that cannot be written, and why.
fn refusal(assets: &[Asset], standing: &Standing<Asset>, agents: &Agents) -> Option<(usize, AssetRefusal)> {
    let mut taken = BTreeMap::new();
    assets.iter().enumerate().find_map(|(place, asset)| {
        let twice = asset.agent.as_ref().filter(|_| !asset.is_removed());
        let twice = twice.and_then(|agent| taken.insert(agent.clone(), asset.id));
        let why = match standing.stale(asset) {
            Some(Stale::Unknown) => Some(AssetRefusal::Unknown(asset.id)),
            Some(Stale::Overtaken(who)) => Some(AssetRefusal::Overtaken { id: asset.id, who }),
            None => agent_refusal(asset, assets, agents).or(twice.map(AssetRefusal::AgentBooked)),
        };
        why.map(|why| (place, why))
    })
}

/// Why the agent of `asset` cannot run on it. An asset that gives its agent up in the same batch does not hold it any
/// more.
fn agent_refusal(asset: &Asset, batch: &[Asset], agents: &Agents) -> Option<AssetRefusal> {
    let name = asset.agent.as_ref()?;
    let Some(agent) = agents.get(name) else {
        return Some(AssetRefusal::NoSuchAgent(name.to_string()));
    };
    if let Some(kind) = &agent.guest_of {
        return Some(AssetRefusal::Guest { host: agent.host.clone(), kind: kind.clone() });
    }
    let given_up = |holder: AssetId| {
        batch.iter().any(|other| {
            !other.is_new()
                && other.id == holder
                && (other.agent.as_ref() != Some(name) || other.is_removed())
        })
    };
    let holder = agent.booked.filter(|holder| asset.is_new() || *holder != asset.id)?;
    (!asset.is_removed() && !given_up(holder)).then_some(AssetRefusal::AgentBooked(holder))
}

/// The act that tells of an import, in front of those that tell of its assets.
fn imported(file: &ImportedFile, changed: &[Asset]) -> (&'static str, String) {
    let new = changed.iter().filter(|asset| asset.revision == 1).count();
    let (name, digest) = (&file.name, file.digest);
    let about = format!("berkas “{name}” (sha256:{digest}): {new} aset baru, {} diubah", changed.len() - new);
    ("asset.import", about)
}
