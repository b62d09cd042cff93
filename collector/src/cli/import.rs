//! `import`.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use patuh_collector::Premises;
use patuh_collector::register::Hosts;
use patuh_collector::register::import::{self, Context, Mapping, Outcome, Plan, RowPlan};
use patuh_collector::store::{AssetFilter, Booked, ImportedFile, ServerFilter};
use patuh_compliance::wording::number;
use patuh_protocol::digest::Digest;
use patuh_protocol::id::Code;

use super::WHO;
use super::import_plan::{ImportPlan, read};

#[derive(Debug, Subcommand)]
pub(super) enum ImportCommand {
    /// Aset dari XLSX atau CSV: daftar dari `export assets` yang disunting, KIB B, susunan Permendagri 47/2021
    #[command(after_help = "Contoh:
  patuh-collector import assets daftar.xlsx --dry-run
  patuh-collector import assets kib-b-dinkes.xlsx --opd dinkes --thousands

Semua atau tidak sama sekali: bila ada baris yang salah, tidak ada yang ditulis.")]
    Assets(ImportAssets),
    /// Rencana Penomoran IP dari XLSX atau CSV: daftar dari `export ip-plan` yang disunting, atau daftar dengan kolom subnet
    #[command(after_help = "Contoh:
  patuh-collector import ip-plan rencana.xlsx --dry-run

Semua atau tidak sama sekali: bila ada baris yang salah, tidak ada yang ditulis.")]
    IpPlan(ImportPlan),
}

#[derive(Debug, Args)]
pub(super) struct ImportAssets {
    /// Berkas yang dibaca
    #[arg(value_name = "BERKAS")]
    pub(super) file: PathBuf,
    /// Periksa saja, jangan tulis apa pun
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Perangkat daerah untuk baris yang tidak memuat kodenya
    #[arg(long, value_name = "KODE")]
    pub(super) opd: Option<Code>,
    /// Harga tertulis dalam ribuan rupiah
    #[arg(long, conflicts_with = "rupiah")]
    pub(super) thousands: bool,
    /// Harga tertulis dalam rupiah penuh, apa pun kata judul kolomnya
    #[arg(long)]
    pub(super) rupiah: bool,
    /// Tulis baris yang baik walaupun ada yang salah
    #[arg(long)]
    pub(super) skip_wrong: bool,
    /// Sebut juga baris yang baru, sama dan dilewati
    #[arg(short, long)]
    pub(super) verbose: bool,
}

/// Takes assets out of a spreadsheet; with `--dry-run` only says what it would do.
pub(super) async fn assets(premises: Premises, asked: &ImportAssets, out: &mut impl Write) -> Result<()> {
    let file = asked.file.display();
    let bytes = read(&asked.file)?;
    let plan = plan(&premises, &bytes, asked).await.with_context(|| format!("{file} tidak dapat diimpor"))?;
    for row in &plan.rows {
        tell(row, asked.verbose, out)?;
    }
    let [new, changed, same, skipped, wrong] = plan.counts().map(|n| number(n as u64));
    writeln!(out, "{file}: {new} baru, {changed} berubah, {same} sama, {skipped} dilewati, {wrong} salah")?;
    if asked.dry_run {
        writeln!(out, "Tidak ada yang ditulis (--dry-run).")?;
        return Ok(());
    }
    if plan.rows.iter().any(|row| matches!(row.outcome, Outcome::Wrong(_))) && !asked.skip_wrong {
        bail!(
            "ada baris yang salah, maka tidak ada yang ditulis; perbaiki berkasnya, atau tambahkan --skip-wrong"
        );
    }
    premises.check_ledger_key().await?;
    let name = asked.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let imported = ImportedFile { name, digest: Digest::of(&bytes) };
    let (writes, now) = (plan.writes(), (premises.clock)());
    match premises.store.put_assets(&writes, Some(&imported), WHO, &premises.signer, now).await? {
        Booked::Done(ids) => writeln!(out, "{} aset ditulis ke register.", number(ids.len() as u64))?,
        Booked::Refused(place, why) => {
            let name = writes.get(place).map_or("", |asset| &asset.name);
            bail!("{name}: {why}; tidak ada yang ditulis");
        }
    }
    Ok(())
}

async fn plan(premises: &Premises, bytes: &[u8], asked: &ImportAssets) -> Result<Plan> {
    let config = &premises.config;
    let assets = premises.store.assets(&AssetFilter::default()).await?;
    let servers = premises.store.servers(&ServerFilter::default()).await?;
    let hosts = Hosts::new(servers.into_iter().map(|row| (row.agent, row.hostname)));
    let offices: Vec<_> = config.offices.iter().map(|it| (it.code.clone(), it.name.clone())).collect();
    let sites: Vec<_> = config.sites.iter().map(|it| (it.code.clone(), it.name.clone())).collect();
    let context = |thousands| Context {
        assets: &assets,
        offices: &offices,
        sites: &sites,
        codes: &premises.codes,
        hosts: &hosts,
        office: asked.opd.clone(),
        thousands,
    };
    let sheets = import::read(bytes)?;
    let plan = Plan::new(&sheets, &Mapping::new(), &context(asked.thousands))?;
    if plan.thousands() && !asked.thousands && !asked.rupiah {
        bail!(
            "judul kolom harga menyebut ribuan rupiah; tambahkan --thousands bila angkanya memang ribuan, atau --rupiah bila rupiah penuh"
        );
    }
    Ok(plan)
}

/// What comes of a row: always when something is wrong or odd, else only when asked for.
fn tell(row: &RowPlan, verbose: bool, out: &mut impl Write) -> Result<()> {
    let told: Vec<String> = match &row.outcome {
        Outcome::New(asset) => vec![asset.kind.name().to_owned()],
        Outcome::Changed(asset, changes) => {
            changes.iter().map(|change| format!("{} {change}", asset.id)).collect()
        }
        Outcome::Same(id) => vec![id.to_string()],
        Outcome::Skipped(why) => vec![why.clone()],
        Outcome::Wrong(problems) => {
            problems.iter().map(|it| format!("{} {}", it.column, it.what).trim().to_owned()).collect()
        }
    };
    let quiet = matches!(row.outcome, Outcome::New(_) | Outcome::Same(_) | Outcome::Skipped(_));
    let place = if row.sheet.is_empty() { String::new() } else { format!("{}, ", row.sheet) };
    if !quiet || verbose {
        let told = told.join("; ");
        writeln!(
            out,
            "{place}baris {}: {} {}: {told}",
            row.row,
            row.outcome.word().to_lowercase(),
            row.name
        )?;
    }
    for notice in &row.notices {
        writeln!(out, "{place}baris {}: perhatikan: {notice}", row.row)?;
    }
    Ok(())
}
