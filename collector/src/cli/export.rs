//! `export`.

use std::io::Write;

use anyhow::{Context, Result};
use patuh_collector::export::{self, Filter};
use patuh_collector::{Premises, durable, web};
use patuh_compliance::wording::number;

use super::WHO;
use super::arguments::Export;

/// Writes a list into a file.
pub(super) async fn run(premises: Premises, asked: &Export, out: &mut impl Write) -> Result<()> {
    let title = asked.list.title();
    let filter = Filter {
        office: asked.opd.clone(),
        agent: asked.agent.clone(),
        room: asked.room.clone(),
        conditions: asked.conditions,
        ..Filter::default()
    };
    let wanted = export::Asked { list: asked.list, format: asked.format, filter };
    let about = wanted.about(&premises.config);
    let pieces = web::file(wanted, &premises.store, &premises.config, (premises.clock)()).await;
    let mut pieces = pieces.with_context(|| format!("{title} tidak dapat disusun"))?;
    let file = asked.output.display();
    premises.record(WHO, "export", format!("{about}; disimpan sebagai {file}")).await?;
    let mut whole = durable::Replacement::begin(&asked.output)
        .with_context(|| format!("berkas {file} tidak dapat ditulis"))?;
    let mut bytes = 0_u64;
    while let Some(piece) = pieces.next().await.with_context(|| format!("{title} terputus"))? {
        whole.write_all(&piece).with_context(|| format!("berkas {file} tidak dapat ditulis"))?;
        bytes += u64::try_from(piece.len()).unwrap_or(0);
    }
    whole.finish().with_context(|| format!("berkas {file} tidak dapat ditulis"))?;
    writeln!(out, "{file}: {title}, {} byte", number(bytes))?;
    Ok(())
}
