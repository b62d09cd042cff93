//! `import ip-plan`.

use std::io::Write;

use anyhow::{Context as _, Result, bail};
use patuh_collector::Premises;
use patuh_collector::ipplan::import::{Context, Import};
use patuh_collector::register::import::{self, Planned as _};
use patuh_collector::store::{PlotFilter, PlotsBooked};
use patuh_compliance::wording::number;

use super::WHO;
use super::spreadsheet::{Spreadsheet, tell};

/// Takes subnets out of a spreadsheet; with `--dry-run` only says what it would do.
pub(super) async fn plan(premises: Premises, source: &Spreadsheet, out: &mut impl Write) -> Result<()> {
    let file = source.file.display();
    let bytes = source.read()?;
    let read = worked_out(&premises, &bytes).await.with_context(|| format!("{file} tidak dapat diimpor"))?;
    for row in &read.rows {
        tell(row, false, |plot| plot.purpose.name().to_owned(), out)?;
    }
    let [new, changed, same, _, wrong] = read.counts().map(|n| number(n as u64));
    writeln!(out, "{file}: {new} baru, {changed} berubah, {same} sama, {wrong} salah")?;
    if !source.is_to_be_written(&read, out)? {
        return Ok(());
    }
    premises.check_ledger_key().await?;
    let imported = source.imported(&bytes);
    let (writes, now) = (read.writes(), (premises.clock)());
    match premises.store.put_plots(&writes, Some(&imported), WHO, &premises.signer, now).await? {
        PlotsBooked::Done(ids) => writeln!(out, "{} subnet ditulis ke rencana.", number(ids.len() as u64))?,
        PlotsBooked::Refused(place, why) => {
            let subnet = writes.get(place).map(|plot| plot.subnet.to_string()).unwrap_or_default();
            bail!("{subnet}: {why}; tidak ada yang ditulis");
        }
    }
    Ok(())
}

async fn worked_out(premises: &Premises, bytes: &[u8]) -> Result<Import> {
    let config = &premises.config;
    let plots = premises.store.plots(&PlotFilter::default()).await?;
    let (offices, sites) = (config.office_names(), config.site_names());
    let context = Context { plots: &plots, offices: &offices, sites: &sites };
    Ok(Import::new(&import::read(bytes)?, &context)?)
}
