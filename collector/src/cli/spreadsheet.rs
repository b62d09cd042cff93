//! What the imports have in common: the file, what is told of its rows, and when nothing is written.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use patuh_collector::register::import::{self, Entry, Outcome, Planned, RowPlan};
use patuh_collector::store::ImportedFile;
use patuh_protocol::digest::Digest;

#[derive(Debug, Args)]
pub(super) struct Spreadsheet {
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

impl Spreadsheet {
    /// Its bytes, unless it is larger than what is read at all.
    pub(super) fn read(&self) -> Result<Vec<u8>> {
        let shown = self.file.display();
        let meta =
            std::fs::metadata(&self.file).with_context(|| format!("berkas {shown} tidak dapat dibaca"))?;
        if meta.len() > import::MAX_BYTES as u64 {
            bail!("{shown}: {}", import::too_large());
        }
        std::fs::read(&self.file).with_context(|| format!("berkas {shown} tidak dapat dibaca"))
    }

    /// Whether `plan` is to be written; what is wrong in it stops it, unless that is to be skipped.
    pub(super) fn is_to_be_written(&self, plan: &impl Planned, out: &mut impl Write) -> Result<bool> {
        if self.dry_run {
            writeln!(out, "Tidak ada yang ditulis (--dry-run).")?;
            return Ok(false);
        }
        if plan.rows().iter().any(|row| matches!(row.outcome, Outcome::Wrong(_))) && !self.skip_wrong {
            bail!(
                "ada baris yang salah, maka tidak ada yang ditulis; perbaiki berkasnya, atau tambahkan --skip-wrong"
            );
        }
        Ok(true)
    }

    /// As the ledger tells of it.
    pub(super) fn imported(&self, bytes: &[u8]) -> ImportedFile {
        let name = self.file.file_name().map(|name| name.to_string_lossy().into_owned());
        ImportedFile { name: name.unwrap_or_default(), digest: Digest::of(bytes) }
    }
}

/// What comes of a row: always when something is wrong or odd, else only when asked for; a new entry in the words of
/// `summary`.
pub(super) fn tell<T: Entry>(
    row: &RowPlan<T>,
    verbose: bool,
    summary: impl Fn(&T) -> String,
    out: &mut impl Write,
) -> Result<()> {
    let told: Vec<String> = match &row.outcome {
        Outcome::New(entry) => vec![summary(entry)],
        Outcome::Changed(entry, changes) => {
            changes.iter().map(|change| format!("{} {change}", entry.id())).collect()
        }
        Outcome::Same(id) => vec![id.to_string()],
        Outcome::Skipped(why) => vec![why.clone()],
        Outcome::Wrong(problems) => {
            problems.iter().map(|it| format!("{} {}", it.column, it.what).trim().to_owned()).collect()
        }
    };
    let quiet = matches!(row.outcome, Outcome::New(_) | Outcome::Same(_) | Outcome::Skipped(_));
    let place = if row.sheet.is_empty() { String::new() } else { format!("{}, ", row.sheet) };
    let place = format!("{place}baris {}", row.row);
    if !quiet || verbose {
        let (word, told) = (row.outcome.word().to_lowercase(), told.join("; "));
        writeln!(out, "{place}: {word} {}: {told}", row.name)?;
    }
    for notice in &row.notices {
        writeln!(out, "{place}: perhatikan: {notice}")?;
    }
    Ok(())
}
