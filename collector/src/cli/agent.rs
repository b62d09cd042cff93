//! `agent revoke`.

use std::io::Write;

use anyhow::{Result, bail};
use patuh_collector::Premises;
use patuh_protocol::id::AgentId;

use super::WHO;

/// Revokes an agent: from its next request on it is refused.
pub(super) async fn revoke(premises: Premises, id: &AgentId, out: &mut impl Write) -> Result<()> {
    let Some(server) = premises.store.server(id).await? else {
        bail!("tidak ada agen dengan ID {id}; lihat ID pada halaman server atau `patuh-agent status`");
    };
    // The record first: no revocation without its entry.
    let name = if server.hostname.is_empty() { "belum pernah melapor" } else { &server.hostname };
    let about = format!("agen {id} ({name}, {})", premises.config.office_name(&server.office));
    premises.record(WHO, "agent.revoke", about).await?;
    premises.store.set_active(id, false).await?;
    writeln!(out, "Agen {id} ({name}) dicabut. Laporan yang sudah diterima tetap ada.")?;
    Ok(())
}
