//! Writing plots: the rows, their versions, and the acts in the ledger that tell of them, all or none.

use jiff::Timestamp;

use super::{PlotRefusal, PlotsBooked};
use crate::ipplan::{Plot, PlotId, differences};
use crate::ledger::Signer;
use crate::store::grouped::{Bound, Grouped};
use crate::store::kept::{By, Kept, Stale, Standing};
use crate::store::{Error, ImportedFile, Store};

const STANDING: &str = "SELECT p.plot, v.who FROM plots p JOIN plot_versions v \
    ON v.government = p.government AND v.number = p.number AND v.revision = p.revision \
    WHERE p.government = $1 ORDER BY p.number";

impl Kept for Plot {
    const CONTENT: &'static str = "plot";

    const PUT: Grouped = Grouped::insert(
        "INSERT INTO plots (government, number, revision, office, purpose, life, plot, search) VALUES ",
        7,
        " ON CONFLICT (government, number) DO UPDATE SET revision = excluded.revision, \
            office = excluded.office, purpose = excluded.purpose, life = excluded.life, plot = excluded.plot, \
            search = excluded.search",
    );

    const ADD_VERSION: Grouped = Grouped::insert(
        "INSERT INTO plot_versions (government, number, revision, idx, at, who, plot) VALUES ",
        6,
        "",
    );

    fn counted(&self) -> (u64, u64) {
        (self.id.0, self.revision)
    }

    fn count(&mut self, number: u64, revision: u64) {
        (self.id, self.revision) = (PlotId(number), revision);
    }

    fn cells(&self, query: Bound) -> Bound {
        let office = self.office.as_ref().map_or(String::new(), ToString::to_string);
        query.bind(office).bind(self.purpose.slug()).bind(self.life.slug())
    }

    fn words(&self) -> String {
        self.words()
    }

    fn act(&self, old: Option<&Self>) -> (&'static str, String) {
        let office = self.office.as_ref().map_or("bersama", |office| office.as_str());
        let name = format!("{} {} ({office})", self.id, self.subnet);
        let Some(old) = old else { return ("ipplan.add", name) };
        let withdrawn = old.is_in_force() && !self.is_in_force();
        let told: Vec<String> = differences(old, self).iter().map(ToString::to_string).collect();
        let act = if withdrawn { "ipplan.withdraw" } else { "ipplan.change" };
        (act, format!("{name}: {}", told.join("; ")))
    }
}

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
        let (turn, mut transaction, head) = self.begin().await?;
        // A government has hundreds of subnets: all of them are read.
        let rows = self.query(STANDING).fetch_all(&mut *transaction).await?;
        let standing = Standing::new(&rows, None)?;
        if let Some((place, why)) = refusal(plots, &standing) {
            return Ok(PlotsBooked::Refused(place, why));
        }
        let import = |changed: &[Plot]| import.map(|file| imported(file, changed.len()));
        let begun = (turn, transaction, head);
        let numbers = self.keep(begun, plots, &standing, import, By { who, signer, now }).await?;
        Ok(PlotsBooked::Done(numbers.into_iter().map(PlotId).collect()))
    }
}

/// The first plot that cannot be written, and why. What is changed at the same time counts as it will be.
fn refusal(plots: &[Plot], standing: &Standing<Plot>) -> Option<(usize, PlotRefusal)> {
    let is_given = |id: PlotId| plots.iter().any(|plot| !plot.is_new() && plot.id == id);
    let refused = |place: usize, plot: &Plot| {
        match standing.stale(plot) {
            Some(Stale::Unknown) => return Some(PlotRefusal::Unknown(plot.id)),
            Some(Stale::Overtaken(who)) => return Some(PlotRefusal::Overtaken { id: plot.id, who }),
            None => {}
        }
        let taken = standing.entries().find(|it| !is_given(it.id) && it.is_rival_of(plot));
        let mut above = plots.iter().take(place);
        let twice = above.any(|it| it.is_rival_of(plot) || (!plot.is_new() && it.id == plot.id));
        taken.map(|taken| PlotRefusal::Taken(taken.id)).or(twice.then_some(PlotRefusal::Twice))
    };
    plots.iter().enumerate().find_map(|(place, plot)| Some((place, refused(place, plot)?)))
}

/// The act that tells of an import, in front of those that tell of its plots.
fn imported(file: &ImportedFile, plots: usize) -> (&'static str, String) {
    ("ipplan.import", format!("berkas “{}” (sha256:{}): {plots} subnet", file.name, file.digest))
}
