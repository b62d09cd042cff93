//! `import ip-plan`.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use patuh_collector::Premises;
use patuh_collector::ipplan::import::{Context, Import, Outcome, RowPlan};
use patuh_collector::register::import;
use patuh_collector::store::{ImportedFile, PlotFilter, PlotsBooked};
use patuh_compliance::wording::number;
use patuh_protocol::digest::Digest;

use super::WHO;

#[derive(Debug, Args)]
pub(super) struct ImportPlan {
    /// Berkas yang dibaca
    #[arg(value_name = "BERKAS")]
    pub(super) file: PathBuf,
    /// Periksa saja, jangan tulis apa pun
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Tulis baris yang baik walaupun ada yang salah
    #[arg(long)]
    pub(super) skip_wrong: bool,
}

/// Takes subnets out of a spreadsheet; with `--dry-run` only says what it would do.
pub(super) async fn plan(premises: Premises, asked: &ImportPlan, out: &mut impl Write) -> Result<()> {
    let file = asked.file.display();
    let bytes = read(&asked.file)?;
    let read = worked_out(&premises, &bytes).await.with_context(|| format!("{file} tidak dapat diimpor"))?;
    for row in &read.rows {
        tell(row, out)?;
    }
    let [new, changed, same, wrong] = read.counts().map(|n| number(n as u64));
    writeln!(out, "{file}: {new} baru, {changed} berubah, {same} sama, {wrong} salah")?;
    if asked.dry_run {
        writeln!(out, "Tidak ada yang ditulis (--dry-run).")?;
        return Ok(());
    }
    if read.rows.iter().any(|row| matches!(row.outcome, Outcome::Wrong(_))) && !asked.skip_wrong {
        bail!(
            "ada baris yang salah, maka tidak ada yang ditulis; perbaiki berkasnya, atau tambahkan --skip-wrong"
        );
    }
    premises.check_ledger_key().await?;
    let name = asked.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let imported = ImportedFile { name, digest: Digest::of(&bytes) };
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

/// The file, unless it is larger than what is read at all.
pub(super) fn read(file: &Path) -> Result<Vec<u8>> {
    let shown = file.display();
    let meta = std::fs::metadata(file).with_context(|| format!("berkas {shown} tidak dapat dibaca"))?;
    if meta.len() > import::MAX_BYTES as u64 {
        bail!("{shown}: {}", import::too_large());
    }
    std::fs::read(file).with_context(|| format!("berkas {shown} tidak dapat dibaca"))
}

async fn worked_out(premises: &Premises, bytes: &[u8]) -> Result<Import> {
    let config = &premises.config;
    let plots = premises.store.plots(&PlotFilter::default()).await?;
    let offices: Vec<_> = config.offices.iter().map(|it| (it.code.clone(), it.name.clone())).collect();
    let sites: Vec<_> = config.sites.iter().map(|it| (it.code.clone(), it.name.clone())).collect();
    let context = Context { plots: &plots, offices: &offices, sites: &sites };
    Ok(Import::new(&import::read(bytes)?, &context)?)
}

/// What comes of a row that changes something or is wrong.
fn tell(row: &RowPlan, out: &mut impl Write) -> Result<()> {
    let (word, told) = match &row.outcome {
        Outcome::New(_) | Outcome::Same(_) => return Ok(()),
        Outcome::Changed(plot, changes) => {
            let told = changes.iter().map(|change| format!("{} {change}", plot.id));
            ("berubah", told.collect::<Vec<_>>().join("; "))
        }
        Outcome::Wrong(wrong) => {
            let told = wrong.iter().map(|(column, what)| format!("{column} {what}").trim().to_owned());
            ("salah", told.collect::<Vec<_>>().join("; "))
        }
    };
    let place = if row.sheet.is_empty() { String::new() } else { format!("{}, ", row.sheet) };
    writeln!(out, "{place}baris {}: {word} {}: {told}", row.row, row.subnet)?;
    Ok(())
}
