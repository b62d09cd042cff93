//! `export`.

use std::io::Write;

use anyhow::{Context, Result};
use patuh_collector::store::ServerFilter;
use patuh_collector::{Premises, durable, export};
use patuh_compliance::wording::number;

use super::WHO;
use super::arguments::{self, Export};

/// Writes a list into a file.
pub(super) async fn run(premises: Premises, asked: &Export, out: &mut impl Write) -> Result<()> {
    let (what, name) = match asked.what {
        arguments::What::Servers => (export::What::Servers, "daftar server"),
        arguments::What::Packages => (export::What::Packages, "daftar paket perangkat lunak"),
    };
    let format = match asked.format {
        arguments::Format::Csv => export::Format::Csv,
        arguments::Format::Xlsx => export::Format::Xlsx,
    };
    let all = ServerFilter::default();
    let bytes = export::make(what, format, &all, &premises.store, &premises.config).await;
    let bytes = bytes.with_context(|| format!("{name} tidak dapat disusun"))?;
    let file = asked.output.display();
    premises.record(WHO, "export", format!("{name} ke berkas {file}")).await?;
    durable::write(&asked.output, &bytes).with_context(|| format!("berkas {file} tidak dapat ditulis"))?;
    writeln!(out, "{file}: {name}, {} byte", number(bytes.len().try_into().unwrap_or(u64::MAX)))?;
    Ok(())
}
