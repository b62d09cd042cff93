//! `import`.

use std::io::Write;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use patuh_collector::Premises;
use patuh_collector::register::Hosts;
use patuh_collector::register::import::{self, Context, Mapping, Plan, Planned as _};
use patuh_collector::store::{AssetFilter, Booked, ServerFilter};
use patuh_compliance::wording::number;
use patuh_protocol::id::Code;

use super::WHO;
use super::spreadsheet::{Spreadsheet, tell};

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
    IpPlan(Spreadsheet),
}

#[derive(Debug, Args)]
pub(super) struct ImportAssets {
    #[command(flatten)]
    pub(super) source: Spreadsheet,
    /// Perangkat daerah untuk baris yang tidak memuat kodenya
    #[arg(long, value_name = "KODE")]
    pub(super) opd: Option<Code>,
    /// Harga tertulis dalam ribuan rupiah
    #[arg(long, conflicts_with = "rupiah")]
    pub(super) thousands: bool,
    /// Harga tertulis dalam rupiah penuh, apa pun kata judul kolomnya
    #[arg(long)]
    pub(super) rupiah: bool,
    /// Sebut juga baris yang baru, sama dan dilewati
    #[arg(short, long)]
    pub(super) verbose: bool,
}

/// Takes assets out of a spreadsheet; with `--dry-run` only says what it would do.
pub(super) async fn assets(premises: Premises, asked: &ImportAssets, out: &mut impl Write) -> Result<()> {
    let (source, file) = (&asked.source, asked.source.file.display());
    let bytes = source.read()?;
    let plan = plan(&premises, &bytes, asked).await.with_context(|| format!("{file} tidak dapat diimpor"))?;
    for row in &plan.rows {
        tell(row, asked.verbose, |asset| asset.kind.name().to_owned(), out)?;
    }
    let [new, changed, same, skipped, wrong] = plan.counts().map(|n| number(n as u64));
    writeln!(out, "{file}: {new} baru, {changed} berubah, {same} sama, {skipped} dilewati, {wrong} salah")?;
    if !source.is_to_be_written(&plan, out)? {
        return Ok(());
    }
    premises.check_ledger_key().await?;
    let imported = source.imported(&bytes);
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
    let (offices, sites) = (config.office_names(), config.site_names());
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
