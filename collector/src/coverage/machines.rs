//! Virtual machines and system containers, and the sets that hold them: whole by Proxmox's own tools, or by the
//! files that are their disks.

use patuh_protocol::backup::Tool;
use patuh_protocol::inventory::{Guest, GuestKind};

use super::paths::parts;
use super::sets::{Held, Hold};

/// How `held` stands to `guest`.
pub(super) fn hold(guest: &Guest, held: &Held<'_>) -> Hold {
    if guest.manager == "proxmox"
        && let Some(hold) = whole(guest, held)
    {
        return hold;
    }
    if matches!(held.set.tool, Tool::Vzdump | Tool::PgDump | Tool::MysqlDump) {
        return Hold::No(String::new());
    }
    // The worst disk decides: half a machine does not start.
    guest.disks.iter().map(|disk| of_disk(guest, disk, held)).min().unwrap_or(Hold::No(String::new()))
}

/// By the machine's number: `vm/101` or `ct/105`, or a file of vzdump.
fn whole(guest: &Guest, held: &Held<'_>) -> Option<Hold> {
    let [short, long] = match guest.kind {
        GuestKind::Machine => ["vm", "qemu"],
        GuestKind::Container => ["ct", "lxc"],
    };
    let of_number = |rest: &str| rest.split(['-', '/', '.']).next() == Some(guest.id.as_str());
    let is_it = |text: &str| {
        let prefixes =
            [format!("{short}/"), format!("{long}/"), format!("vzdump-{long}-"), format!("vzdump-{short}-")];
        prefixes.iter().any(|prefix| text.strip_prefix(prefix.as_str()).is_some_and(of_number))
    };
    let last = |id: &str| id.rsplit('/').next().is_some_and(is_it) || is_it(id);
    let runs = held.set.runs.iter().filter(|run| last(&run.id)).count();
    if runs > 0 {
        let sound = held.sound.iter().any(|run| last(&run.id));
        let none = || Hold::No(format!("set `{}` belum memiliki salinan utuh mesin ini", held.set.name));
        return Some(if sound { Hold::Yes } else { none() });
    }
    let is_source = held.set.sources.iter().any(|source| is_it(source));
    is_source.then(|| held.idle().unwrap_or(Hold::Yes))
}

/// A disk that is a file, or a folder of a container. A name of a volume (`tank:vm-100-disk-0`) is nothing that a
/// backup of files holds.
fn of_disk(guest: &Guest, disk: &str, held: &Held<'_>) -> Hold {
    if !disk.starts_with('/') || disk.starts_with("/dev/") {
        return Hold::No(String::new());
    }
    let Some(path) = parts(disk) else {
        return Hold::Unclear("letak disknya tidak dapat dipastikan".to_owned());
    };
    let is_file = guest.kind == GuestKind::Machine;
    match held.folder(&path, is_file) {
        Hold::Yes if is_file && guest.running != Some(false) => Hold::Raw(format!(
            "set `{}` hanya menyalin berkas disk mesin yang sedang berjalan",
            held.set.name
        )),
        hold => hold,
    }
}
