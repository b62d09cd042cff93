//! The storages of Proxmox VE: `/etc/pve/storage.cfg`, and the form of file that it shares with `jobs.cfg`
//! (`PVE::SectionConfig`): a head `kind: id`, keys with their values on lines that are set in, an empty line.
//!
//! Passwords and keys lie in `/etc/pve/priv`, and are not read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::roots::{Failure, Roots};
use crate::sensors::system;

const STORAGES: &str = "/etc/pve/storage.cfg";
/// The nodes of the cluster.
const NODES: &str = "/etc/pve/nodes";
/// Where keys of storages lie; only whether one is there is looked at.
const KEYS: &str = "/etc/pve/priv/storage";
/// The most that is read of one file, and sections of it.
const MAX_BYTES: u64 = 512 * 1024;
const MAX_SECTIONS: usize = 500;
/// Kinds of storages that keep dump files in a folder, and whether Proxmox itself mounts them.
const FOLDERS: [(&str, bool); 6] =
    [("dir", false), ("btrfs", false), ("nfs", true), ("cifs", true), ("cephfs", true), ("glusterfs", true)];
/// Where Proxmox mounts what it mounts itself.
const MOUNTED: &str = "/mnt/pve";

/// One section of a file of this form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::sensors::backup) struct Section {
    /// What it is: `dir`, `pbs`, `vzdump`.
    pub(in crate::sensors::backup) kind: String,
    /// What it is called.
    pub(in crate::sensors::backup) id: String,
    keys: BTreeMap<String, String>,
}

impl Section {
    /// The value of `key`.
    pub(in crate::sensors::backup) fn get(&self, key: &str) -> Option<&str> {
        self.keys.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether `key` is there and is not `0`.
    pub(in crate::sensors::backup) fn is(&self, key: &str) -> bool {
        self.keys.get(key).is_some_and(|value| value != "0")
    }

    /// The words of a list, which people write with commas, semicolons or blanks.
    pub(in crate::sensors::backup) fn list(&self, key: &str) -> impl Iterator<Item = &str> {
        self.get(key).unwrap_or_default().split([',', ';', ' ', '\t']).filter(|word| !word.is_empty())
    }

    /// For how many days backups are kept, by whichever rule keeps longest; a month has 30. How long a number
    /// of backups lasts is not known.
    pub(in crate::sensors::backup) fn keep_days(&self) -> Option<u32> {
        let rules = [("keep-daily", 1), ("keep-weekly", 7), ("keep-monthly", 30), ("keep-yearly", 365)];
        let value = |wanted: &str| {
            let mut options = self.list("prune-backups").filter_map(|option| option.split_once('='));
            options.find(|(name, _)| *name == wanted)?.1.parse::<u32>().ok()
        };
        if value("keep-all").is_some_and(|all| all != 0) {
            return None;
        }
        let days = rules.iter().filter_map(|(name, days)| Some(value(name)?.saturating_mul(*days)));
        days.chain(value("keep-hourly").map(|hours| hours / 24)).filter(|days| *days > 0).max()
    }
}

/// The sections of a file.
pub(in crate::sensors::backup) fn sections(text: &str) -> Vec<Section> {
    let (mut sections, mut open) = (Vec::<Section>::new(), false);
    for line in text.lines() {
        if line.trim_start().starts_with('#') {
            continue;
        }
        let is_set_in = line.starts_with([' ', '\t']);
        let words = line.trim();
        if words.is_empty() {
            open = false;
        } else if is_set_in && open {
            let (key, value) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
            if let Some(section) = sections.last_mut() {
                section.keys.insert(key.to_owned(), value.trim().to_owned());
            }
        } else if let Some((kind, id)) = words.split_once(':').filter(|_| !is_set_in) {
            open = sections.len() < MAX_SECTIONS;
            if open {
                let (kind, id) = (kind.trim().to_owned(), id.trim().to_owned());
                sections.push(Section { kind, id, keys: BTreeMap::new() });
            }
        }
    }
    sections
}

/// The sections of the file at `path`; `None` when there is no such file.
pub(in crate::sensors::backup) fn read(roots: &Roots, path: &str) -> Result<Option<Vec<Section>>, Failure> {
    let bytes = roots.head(Path::new(path), MAX_BYTES)?;
    Ok(bytes.map(|bytes| sections(&String::from_utf8_lossy(&bytes))))
}

/// A storage that takes backups of this node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sensors::backup) enum Storage {
    /// A folder of dump files.
    Folder(Folder),
    /// A datastore of a Proxmox Backup Server.
    Server(Server),
}

/// A folder of dump files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sensors::backup) struct Folder {
    pub(in crate::sensors::backup) id: String,
    /// Where the dump files lie.
    pub(in crate::sensors::backup) dumps: PathBuf,
    /// Whether Proxmox mounts it from elsewhere.
    pub(in crate::sensors::backup) is_mounted: bool,
    pub(in crate::sensors::backup) keep_days: Option<u32>,
}

/// A datastore of a Proxmox Backup Server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sensors::backup) struct Server {
    pub(in crate::sensors::backup) id: String,
    pub(in crate::sensors::backup) host: String,
    pub(in crate::sensors::backup) datastore: String,
    pub(in crate::sensors::backup) namespace: Option<String>,
    pub(in crate::sensors::backup) keep_days: Option<u32>,
    /// Whether what is sent there is encrypted before.
    pub(in crate::sensors::backup) encrypted: bool,
}

/// The storages that take backups of this node; `None` when this is no host of Proxmox VE.
pub(in crate::sensors::backup) fn storages(roots: &Roots) -> Result<Option<Vec<Storage>>, Failure> {
    let Some(sections) = read(roots, STORAGES)? else { return Ok(None) };
    let node = system::hostname(roots).unwrap_or_default();
    let here = sections.iter().filter(|section| !section.is("disable") && is_of(section, "nodes", &node));
    Ok(Some(here.filter_map(|section| storage(roots, section)).collect()))
}

/// Whether `section` is for the node `host`: it names it under `key`, or nobody.
pub(in crate::sensors::backup) fn is_of(section: &Section, key: &str, host: &str) -> bool {
    let node = host.split('.').next().unwrap_or_default();
    section.get(key).is_none() || section.list(key).any(|named| named == node)
}

/// The guests that other nodes of the cluster run: `vm/100`, `ct/101`. Every node sees the descriptions of all.
pub(super) fn elsewhere(roots: &Roots) -> BTreeSet<String> {
    let node = system::hostname(roots).unwrap_or_default();
    let node = node.split('.').next().unwrap_or_default();
    let mut guests = BTreeSet::new();
    for other in roots.list(NODES).ok().flatten().unwrap_or_default().iter().filter(|other| *other != node) {
        for (folder, kind) in [("qemu-server", "vm"), ("lxc", "ct")] {
            let files = roots.list(Path::new(NODES).join(other).join(folder)).ok().flatten();
            let files = files.unwrap_or_default();
            let numbers = files.iter().filter_map(|file| file.strip_suffix(".conf"));
            guests.extend(numbers.map(|number| format!("{kind}/{number}")));
        }
    }
    guests
}

fn storage(roots: &Roots, section: &Section) -> Option<Storage> {
    let id = section.id.clone();
    if section.kind == "pbs" {
        let has_key = section.is("encryption-key") || roots.exists(Path::new(KEYS).join(format!("{id}.enc")));
        return Some(Storage::Server(Server {
            host: section.get("server")?.to_owned(),
            datastore: section.get("datastore")?.to_owned(),
            namespace: section.get("namespace").map(str::to_owned),
            keep_days: section.keep_days(),
            encrypted: has_key,
            id,
        }));
    }
    let (_, is_mounted) = FOLDERS.iter().find(|(kind, _)| *kind == section.kind)?;
    if !section.list("content").any(|content| content == "backup") {
        return None;
    }
    let path = match section.get("path") {
        Some(path) => PathBuf::from(path),
        None => Path::new(MOUNTED).join(&id),
    };
    let folder = section.list("content-dirs").find_map(|folder| folder.strip_prefix("backup="));
    let dumps = path.join(folder.unwrap_or("dump").trim_start_matches('/'));
    Some(Storage::Folder(Folder { id, dumps, is_mounted: *is_mounted, keep_days: section.keep_days() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    /// As `pvesm add` writes them (PVE 8; `PVE::Storage::*Plugin` of pve-storage).
    const CONFIG: &str = "dir: local\n\tpath /var/lib/vz\n\tcontent iso,vztmpl,backup\n\tshared 0\n\n\
        zfspool: tank\n\tpool tank\n\tcontent images,rootdir\n\n\
        nfs: cadangan\n\texport /srv/pve\n\tpath /mnt/pve/cadangan\n\tserver 10.10.0.20\n\tcontent backup\n\
        \tprune-backups keep-last=3,keep-weekly=5\n\n\
        cifs: lama\n\tserver 10.10.0.21\n\tshare pve\n\tcontent backup;iso\n\tcontent-dirs backup=/dumps\n\tusername u\n\n\
        dir: mati\n\tdisable\n\tpath /mnt/x\n\tcontent backup\n\ndir: lain\n\tpath /mnt/y\n\tcontent backup\n\tnodes pve2,pve3\n\n\
        pbs: pusat\n\tdatastore dinkes\n\tserver 10.20.0.9\n\tcontent backup\n\tencryption-key ab:cd\n\tnamespace opd/dinkes\n\
        \tprune-backups keep-all=1\n\tusername patuh@pbs!pve\n\npbs: kosong\n\tserver x\n";

    fn check(config: &str, expected: &[&str]) {
        let host = fixture::host(&[("etc/pve/storage.cfg", config), ("proc/sys/kernel/hostname", "pve1")]);
        let storages = storages(&host.roots).unwrap().unwrap();
        let shown = storages.iter().map(|storage| match storage {
            Storage::Folder(it) => {
                format!("{} {} {} {:?}", it.id, it.dumps.display(), it.is_mounted, it.keep_days)
            }
            Storage::Server(it) => format!(
                "{} {}:{} {:?} {:?} {}",
                it.id, it.host, it.datastore, it.namespace, it.keep_days, it.encrypted
            ),
        });
        assert_eq!(shown.collect::<Vec<_>>(), expected, "{config}");
    }

    #[test]
    fn storages_that_take_backups_of_this_node() {
        check(
            CONFIG,
            &[
                "local /var/lib/vz/dump false None",
                "cadangan /mnt/pve/cadangan/dump true Some(35)",
                "lama /mnt/pve/lama/dumps true None",
                "pusat 10.20.0.9:dinkes Some(\"opd/dinkes\") None true",
            ],
        );
        check("", &[]);
        check("\tpath /x\ndir\n dir: x\n# dir: y\n", &[]);
        let none = fixture::host(&[("etc/hostname", "x")]);
        assert_eq!(storages(&none.roots).unwrap(), None);
    }

    #[test]
    fn a_key_beside_the_file_counts() {
        let host = fixture::host(&[
            ("etc/pve/storage.cfg", "pbs: a\n\tserver x\n\tdatastore y\n"),
            ("etc/pve/priv/storage/a.enc", "{}"),
        ]);
        let storages = storages(&host.roots).unwrap().unwrap();
        assert!(matches!(storages.as_slice(), [Storage::Server(server)] if server.encrypted));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", near in "((dir|nfs|pbs|vzdump)?(: |\n|\t)?(path|content|prune-backups)?( backup|keep-daily=9)?[\n#:,=]?){0,12}") {
            for section in sections(&text).iter().chain(&sections(&near)) {
                let _ = (section.keep_days(), is_of(section, "nodes", &text));
            }
        }
    }
}
