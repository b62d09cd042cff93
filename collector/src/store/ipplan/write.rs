//! Writing plots: the rows, their versions, and the acts in the ledger that tell of them, all or none.

use jiff::Timestamp;
use patuh_protocol::digest::Digest;
use patuh_protocol::receipt::ActLeaf;
use sqlx::AnyConnection;

use super::{PlotRefusal, PlotsBooked};
use crate::ipplan::{Plot, PlotId, differences};
use crate::ledger::Signer;
use crate::store::cell::{Cells as _, corrupt, micros, plain};
use crate::store::{Error, ImportedFile, Store};

/// The most characters that an act tells of a change: the version has the whole.
const TOLD: usize = 1000;

const STANDING: &str = "SELECT p.plot, v.who FROM plots p JOIN plot_versions v \
    ON v.government = p.government AND v.number = p.number AND v.revision = p.revision \
    WHERE p.government = $1 ORDER BY p.number";

const PUT: &str = "INSERT INTO plots (government, number, revision, office, purpose, life, plot, search) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (government, number) DO UPDATE SET \
    revision = excluded.revision, office = excluded.office, purpose = excluded.purpose, life = excluded.life, \
    plot = excluded.plot, search = excluded.search";

const ADD_VERSION: &str = "INSERT INTO plot_versions (government, number, revision, idx, at, who, plot) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

/// What stands, each with who wrote it last.
type Standing = Vec<(Plot, String)>;

impl Store {
    /// Writes `plots`, all or none, in one transaction with the acts that tell of them: new ones get the next numbers,
    /// changed ones must name the revision that stands, and what is as it stands already is left alone. `import` is
    /// the file they came from.
    ///
    /// # Errors
    /// [`Error`]: nothing was written, or (when the connection broke during the commit) it is not known.
    pub async fn put_plots(
        &self,
        plots: &[Plot],
        import: Option<&ImportedFile>,
        who: &str,
        signer: &Signer,
        now: Timestamp,
    ) -> Result<PlotsBooked, Error> {
        let (_turn, mut transaction, head) = self.begin().await?;
        // A government has hundreds of subnets: all of them are read.
        let standing = self.standing_plots(&mut transaction).await?;
        if let Some((place, why)) = refusal(plots, &standing) {
            return Ok(PlotsBooked::Refused(place, why));
        }
        let (ids, changed) = numbered(plots, &standing);
        if changed.is_empty() {
            return Ok(PlotsBooked::Done(ids));
        }
        let mut acts: Vec<ActLeaf> =
            import.map(|file| imported(file, changed.len(), who, now)).into_iter().collect();
        let mut rows = Vec::with_capacity(changed.len());
        for plot in changed {
            let text = serde_json::to_string(&plot).map_err(|error| corrupt("plot", error))?;
            let index = head.size() + acts.len() as u64;
            let old = standing.iter().map(|(old, _)| old).find(|old| old.id == plot.id);
            acts.push(act(&plot, old, Digest::of(text.as_bytes()), who, now));
            rows.push((plot, text, index));
        }
        self.append_acts(&mut transaction, head, &acts, signer, now).await?;
        for (plot, text, index) in rows {
            self.write_plot(&mut transaction, &plot, &text, (index, who, now)).await?;
        }
        transaction.commit().await?;
        Ok(PlotsBooked::Done(ids))
    }

    async fn standing_plots(&self, connection: &mut AnyConnection) -> Result<Standing, Error> {
        let rows = self.query(STANDING).fetch_all(connection).await?;
        rows.iter().map(|row| Ok((row.json("plot")?, row.text("who")?))).collect()
    }

    async fn write_plot(
        &self,
        connection: &mut AnyConnection,
        plot: &Plot,
        text: &str,
        (index, who, now): (u64, &str, Timestamp),
    ) -> Result<(), Error> {
        let (number, revision) = (plot.id.0.cast_signed(), plot.revision.cast_signed());
        let put = self
            .query(PUT)
            .bind(number)
            .bind(revision)
            .bind(plot.office.as_ref().map_or(String::new(), ToString::to_string))
            .bind(plot.purpose.slug())
            .bind(plot.life.slug())
            .bind(plain(text))
            .bind(plain(&plot.words()).to_lowercase());
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

/// The first plot that cannot be written, and why. What is changed at the same time counts as it will be.
fn refusal(plots: &[Plot], standing: &Standing) -> Option<(usize, PlotRefusal)> {
    let is_given = |id: PlotId| plots.iter().any(|plot| !plot.is_new() && plot.id == id);
    let refused = |place: usize, plot: &Plot| {
        let old = standing.iter().find(|(old, _)| old.id == plot.id).filter(|_| !plot.is_new());
        match old {
            None if !plot.is_new() => return Some(PlotRefusal::Unknown(plot.id)),
            Some((old, who)) if old.revision != plot.revision => {
                return Some(PlotRefusal::Overtaken { id: plot.id, who: who.clone() });
            }
            _ => {}
        }
        let taken =
            standing.iter().map(|(other, _)| other).find(|it| !is_given(it.id) && it.is_rival_of(plot));
        let above = plots.iter().take(place);
        let twice = above.clone().any(|it| it.is_rival_of(plot) || (!plot.is_new() && it.id == plot.id));
        taken.map(|taken| PlotRefusal::Taken(taken.id)).or(twice.then_some(PlotRefusal::Twice))
    };
    plots.iter().enumerate().find_map(|(place, plot)| Some((place, refused(place, plot)?)))
}

/// The numbers of all, and those that are another than what stands, numbered and counted on.
fn numbered(plots: &[Plot], standing: &Standing) -> (Vec<PlotId>, Vec<Plot>) {
    let mut highest = standing.iter().map(|(old, _)| old.id.0).max().unwrap_or(0);
    let (mut ids, mut changed) = (Vec::with_capacity(plots.len()), Vec::new());
    for plot in plots {
        let mut plot = plot.clone();
        if plot.is_new() {
            highest += 1;
            plot.id = PlotId(highest);
        }
        ids.push(plot.id);
        if !standing.iter().any(|(old, _)| *old == plot) {
            plot.revision += 1;
            changed.push(plot);
        }
    }
    (ids, changed)
}

fn imported(file: &ImportedFile, plots: usize, who: &str, now: Timestamp) -> ActLeaf {
    let about = format!("{:?}: {plots} subnet; berkas sha256:{}", file.name, file.digest);
    ActLeaf { at: now, who: who.to_owned(), act: "ipplan.import".to_owned(), about }
}

/// The act that tells of a version.
fn act(plot: &Plot, old: Option<&Plot>, digest: Digest, who: &str, now: Timestamp) -> ActLeaf {
    let office = plot.office.as_ref().map_or("bersama", |office| office.as_str());
    let name = format!("{} {} ({office})", plot.id, plot.subnet);
    let (act, told) = match old {
        None => ("ipplan.add", name),
        Some(old) => {
            let withdrawn = old.is_in_force() && !plot.is_in_force();
            let told: Vec<String> = differences(old, plot).iter().map(ToString::to_string).collect();
            let act = if withdrawn { "ipplan.withdraw" } else { "ipplan.change" };
            (act, format!("{name}: {}", told.join("; ")))
        }
    };
    let cut = told.chars().count() > TOLD;
    let told: String = told.chars().take(TOLD).chain(cut.then_some('…')).collect();
    let about = format!("{told}; isi sha256:{digest}");
    ActLeaf { at: now, who: who.to_owned(), act: act.to_owned(), about }
}
