//! What systemd-networkd heard: it keeps the frames of each port that it looks after in a file called by the port's
//! number (`LLDP=` of systemd.network(5); by default those of whoever switches or routes). The files are nobody's
//! interface, but anybody may read them.

use super::{Heard, Ports, announced};
use crate::roots::Roots;
use jiff::Timestamp;

const FRAMES: &str = "/run/systemd/netif/lldp";
const LINKS: &str = "/run/systemd/netif/links";

/// It listens where it looks after a port; a folder alone says that it runs, and nothing of the ports.
pub(super) fn read(roots: &Roots, ports: &Ports, _: Timestamp) -> Heard {
    let names = roots.list(FRAMES).map_err(|failure| failure.to_string())?;
    let names = names.ok_or("tidak berjalan, atau tidak menyimpan pengumuman")?;
    if !ports.keys().any(|port| is_looked_after(roots, *port)) {
        return Err("tidak mengelola satu port pun".to_owned());
    }
    let mut heard = Vec::new();
    for port in names.iter().filter_map(|name| name.parse().ok()) {
        let file = roots.bytes(format!("{FRAMES}/{port}")).ok().flatten().unwrap_or_default();
        heard.extend(announced(&file, port, ports));
    }
    Ok(heard)
}

fn is_looked_after(roots: &Roots, port: u32) -> bool {
    let link = roots.text(format!("{LINKS}/{port}")).ok().flatten().unwrap_or_default();
    link.lines().any(|line| matches!(line, "ADMIN_STATE=configured" | "ADMIN_STATE=configuring"))
}
