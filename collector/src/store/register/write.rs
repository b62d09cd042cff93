//! Writing assets: the rows, their versions, and the acts in the ledger that tell of them, all or none.

use std::collections::BTreeMap;

use jiff::Timestamp;
use patuh_protocol::digest::Digest;
use patuh_protocol::id::AgentId;
use patuh_protocol::receipt::ActLeaf;
use sqlx::AnyConnection;

use super::{AssetRefusal, Booked, ImportedFile};
use crate::ledger::Signer;
use crate::register::{Asset, AssetId, differences};
use crate::store::cell::{Cells as _, corrupt, micros, plain};
use crate::store::grouped::Grouped;
use crate::store::{Error, Store};

/// The most characters that an act tells of a change: the version has the whole.
const TOLD: usize = 1000;

const HIGHEST: &str = "SELECT COALESCE(MAX(number), 0) AS number FROM assets WHERE government = $1";

const STANDING: Grouped = Grouped {
    head: "WITH k (number) AS (VALUES ",
    row: "(",
    columns: 1,
    tail: ") SELECT a.number, a.asset, v.who FROM k CROSS JOIN assets a JOIN asset_versions v \
        ON v.government = a.government AND v.number = a.number AND v.revision = a.revision \
        WHERE a.government = $1 AND a.number = k.number",
};

const AGENTS: &str = "SELECT s.agent, s.hostname, s.guest_of, a.number FROM servers s LEFT JOIN assets a \
    ON a.government = s.government AND a.agent = s.agent AND a.stage <> 'removed' WHERE s.government = $1";

const PUT_ASSETS: Grouped = Grouped {
    head: "INSERT INTO assets (government, number, revision, office, kind, stage, condition, agent, asset, search) \
        VALUES ",
    row: "($1, ",
    columns: 9,
    tail: " ON CONFLICT (government, number) DO UPDATE SET revision = excluded.revision, \
        office = excluded.office, kind = excluded.kind, stage = excluded.stage, condition = excluded.condition, \
        agent = excluded.agent, asset = excluded.asset, search = excluded.search",
};

const ADD_VERSIONS: Grouped = Grouped {
    head: "INSERT INTO asset_versions (government, number, revision, idx, at, who, asset) VALUES ",
    row: "($1, ",
    columns: 6,
    tail: "",
};

/// An asset that is to be written.
struct Row {
    asset: Asset,
    text: String,
    index: u64,
}

/// What the writes are held against.
struct Standing {
    /// The assets to be changed, each with who wrote it last.
    assets: BTreeMap<AssetId, (Asset, String)>,
    /// The highest number so far.
    highest: u64,
    /// All agents.
    agents: BTreeMap<AgentId, Agent>,
}

/// An agent: its host, what that is a guest of, and the asset it is booked on.
struct Agent {
    host: String,
    guest_of: Option<String>,
    booked: Option<AssetId>,
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
        let (_turn, mut transaction, head) = self.begin().await?;
        let standing = self.standing(&mut transaction, assets).await?;
        if let Some((place, why)) = standing.refusal(assets) {
            return Ok(Booked::Refused(place, why));
        }
        let (ids, changed) = standing.numbered(assets);
        if changed.is_empty() {
            return Ok(Booked::Done(ids));
        }
        let mut acts: Vec<ActLeaf> =
            import.map(|file| imported(file, &changed, who, now)).into_iter().collect();
        let mut rows = Vec::with_capacity(changed.len());
        for asset in changed {
            let text = serde_json::to_string(&asset).map_err(|error| corrupt("asset", error))?;
            let index = head.size() + acts.len() as u64;
            acts.push(standing.act(&asset, Digest::of(text.as_bytes()), who, now));
            rows.push(Row { asset, text, index });
        }
        self.append_acts(&mut transaction, head, &acts, signer, now).await?;
        self.write_rows(&mut transaction, &rows, who, now).await?;
        transaction.commit().await?;
        Ok(Booked::Done(ids))
    }

    async fn standing(&self, connection: &mut AnyConnection, assets: &[Asset]) -> Result<Standing, Error> {
        let highest = self.query(HIGHEST).fetch_one(&mut *connection).await?.number("number")?;
        let old: Vec<AssetId> = assets.iter().filter(|asset| !asset.is_new()).map(|asset| asset.id).collect();
        let rows =
            STANDING.fetch(connection, &self.government, &old, |query, id| query.bind(id.0.cast_signed()));
        let mut standing = Standing { assets: BTreeMap::new(), highest, agents: BTreeMap::new() };
        for row in rows.await? {
            standing.assets.insert(AssetId(row.number("number")?), (row.json("asset")?, row.text("who")?));
        }
        if assets.iter().any(|asset| asset.agent.is_some()) {
            for row in self.query(AGENTS).fetch_all(connection).await? {
                let booked = row.maybe_number("number")?.map(AssetId);
                let (host, guest_of) = (row.text("hostname")?, row.maybe_text("guest_of")?);
                standing.agents.insert(row.parsed("agent")?, Agent { host, guest_of, booked });
            }
        }
        Ok(standing)
    }

    async fn write_rows(
        &self,
        connection: &mut AnyConnection,
        rows: &[Row],
        who: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        let put = PUT_ASSETS.execute(connection, &self.government, rows, |query, Row { asset, text, .. }| {
            query
                .bind(asset.id.0.cast_signed())
                .bind(asset.revision.cast_signed())
                .bind(asset.office.to_string())
                .bind(asset.kind.slug())
                .bind(asset.stage().map_or("", |stage| stage.slug()))
                .bind(asset.book.condition.map_or("", |condition| condition.slug()))
                .bind(asset.agent.as_ref().map(ToString::to_string))
                .bind(plain(text))
                .bind(plain(&asset.words()).to_lowercase())
        });
        put.await?;
        let add = ADD_VERSIONS.execute(connection, &self.government, rows, |query, row| {
            query
                .bind(row.asset.id.0.cast_signed())
                .bind(row.asset.revision.cast_signed())
                .bind(row.index.cast_signed())
                .bind(micros(now))
                .bind(plain(who))
                .bind(plain(&row.text))
        });
        add.await
    }
}

impl Standing {
    /// The first asset that cannot be written, and why.
    fn refusal(&self, assets: &[Asset]) -> Option<(usize, AssetRefusal)> {
        let mut taken = BTreeMap::new();
        let refused = |asset: &Asset| self.overtaken(asset).or_else(|| self.agent_refusal(asset, assets));
        assets.iter().enumerate().find_map(|(place, asset)| {
            let twice = asset.agent.as_ref().filter(|_| !asset.is_removed());
            let twice = twice.and_then(|agent| taken.insert(agent.clone(), asset.id));
            let why = refused(asset).or(twice.map(AssetRefusal::AgentBooked));
            why.map(|why| (place, why))
        })
    }

    fn overtaken(&self, asset: &Asset) -> Option<AssetRefusal> {
        if asset.is_new() {
            return None;
        }
        let Some((standing, who)) = self.assets.get(&asset.id) else {
            return Some(AssetRefusal::Unknown(asset.id));
        };
        let who = who.clone();
        (standing.revision != asset.revision).then_some(AssetRefusal::Overtaken { id: asset.id, who })
    }

    /// Why the agent of `asset` cannot run on it. An asset that gives its agent up in the same batch does not
    /// hold it any more.
    fn agent_refusal(&self, asset: &Asset, batch: &[Asset]) -> Option<AssetRefusal> {
        let name = asset.agent.as_ref()?;
        let Some(agent) = self.agents.get(name) else {
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

    /// The numbers of all, and those that differ from what stands, with their numbers and next revisions.
    fn numbered(&self, assets: &[Asset]) -> (Vec<AssetId>, Vec<Asset>) {
        let (mut ids, mut changed, mut highest) = (Vec::new(), Vec::new(), self.highest);
        for asset in assets {
            let mut asset = asset.clone();
            if asset.is_new() {
                highest += 1;
                asset.id = AssetId(highest);
            }
            ids.push(asset.id);
            if self.assets.get(&asset.id).is_none_or(|(standing, _)| *standing != asset) {
                asset.revision += 1;
                changed.push(asset);
            }
        }
        (ids, changed)
    }

    /// The act that tells of a version.
    fn act(&self, asset: &Asset, digest: Digest, who: &str, now: Timestamp) -> ActLeaf {
        let name = format!("{} {} ({})", asset.id, asset.name, asset.office);
        let (act, told) = match self.assets.get(&asset.id) {
            None => ("asset.add", name),
            Some((old, _)) => {
                let told: Vec<String> = differences(old, asset).iter().map(ToString::to_string).collect();
                let removed = asset.is_removed() && !old.is_removed();
                (
                    if removed { "asset.remove" } else { "asset.change" },
                    format!("{name}: {}", told.join("; ")),
                )
            }
        };
        let told: String = if told.chars().count() > TOLD {
            told.chars().take(TOLD).chain(std::iter::once('…')).collect()
        } else {
            told
        };
        let about = format!("{told}; isi sha256:{digest}");
        ActLeaf { at: now, who: who.to_owned(), act: act.to_owned(), about }
    }
}

/// The act that tells of an import, in front of those that tell of its assets.
fn imported(file: &ImportedFile, changed: &[Asset], who: &str, now: Timestamp) -> ActLeaf {
    let new = changed.iter().filter(|asset| asset.revision == 1).count();
    let (name, digest) = (&file.name, file.digest);
    let about = format!("berkas {name} (sha256:{digest}): {new} aset baru, {} diubah", changed.len() - new);
    ActLeaf { at: now, who: who.to_owned(), act: "asset.import".to_owned(), about }
}
