//! `ledger verify` and `store rebuild`.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use patuh_collector::Premises;
use patuh_collector::ledger::Verified;
use patuh_compliance::wording::number;

use super::{Outcome, WHO};

/// Checks the whole ledger, and that it still extends the checkpoints in the files `anchors`.
pub(super) async fn verify(premises: Premises, anchors: &[PathBuf], out: &mut impl Write) -> Result<Outcome> {
    let read = |path: &PathBuf| {
        std::fs::read_to_string(path).with_context(|| format!("berkas {} tidak dapat dibaca", path.display()))
    };
    let anchors = anchors.iter().map(read).collect::<Result<Vec<_>>>()?;
    let verifier = premises.signer.verifier();
    let Verified { size, fault } = premises.store.verify(&verifier, &anchors).await?;
    if let Some(fault) = fault {
        writeln!(out, "Buku bukti TIDAK UTUH. Entri pertama yang salah: {}", fault.index)?;
        writeln!(out, "{}", fault.what)?;
        writeln!(out, "Jangan hapus apa pun; salin direktori `state` dan hubungi Inspektorat.")?;
        return Ok(Outcome::LedgerBroken);
    }
    writeln!(out, "Buku bukti utuh: {} entri, kunci {verifier}", number(size))?;
    if !anchors.is_empty() {
        writeln!(out, "Checkpoint lama yang masih berlaku: {}", anchors.len())?;
    }
    Ok(Outcome::Done)
}

/// Drops the tables of the current state and makes them anew from the ledger.
pub(super) async fn rebuild(premises: Premises, out: &mut impl Write) -> Result<()> {
    premises.record(WHO, "store.rebuild", "tabel keadaan kini".to_owned()).await?;
    let reports = premises.store.rebuild().await?;
    writeln!(out, "Tabel keadaan kini disusun ulang dari {} laporan.", number(reports))?;
    Ok(())
}
