//! Hosts that call `proxmox-backup-client` by themselves: what the client keeps in a user's cache, and the jobs that
//! call it.
//!
//! `~/.cache/proxmox-backup/repo-list` holds the repositories that were used, with how often
//! (`proxmox-backup-client`, `record_repository`): `[[user@realm[!token]@]host[:port]:]datastore`. Users and tokens
//! are not carried, and no password or key is read.

use std::collections::BTreeMap;

use patuh_protocol::backup::{BackupSet, Basis, Holds, Target, Tool};

use super::super::borg::traces::homes;
use super::super::plans::texts;
use super::super::plans::words::calls;
use super::Server;
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

const LIST: &str = ".cache/proxmox-backup/repo-list";
/// The most that is read of a list, repositories of one host and folders of one of them.
const MAX_BYTES: u64 = 64 * 1024;
const MAX_REPOSITORIES: usize = 50;
const MAX_SOURCES: usize = 200;
/// Where the program is, when it is installed.
const PROGRAMS: [&str; 2] = ["/usr/bin/proxmox-backup-client", "/usr/local/bin/proxmox-backup-client"];
/// What the program is called, and the kinds of archives that hold folders or disks.
const PROGRAM: &str = "proxmox-backup-client";
const KINDS: [&str; 4] = [".pxar", ".mpxar", ".ppxar", ".img"];

/// A repository that this host writes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Repository {
    host: String,
    datastore: String,
    namespace: String,
    sources: Vec<String>,
    excludes: Vec<String>,
    one_filesystem: Option<bool>,
    encrypted: Option<bool>,
    /// Whether a user's client remembers it.
    is_remembered: bool,
}

impl Repository {
    /// What is known of it, its place still to be looked at.
    pub(super) fn set(self) -> BackupSet {
        let place = super::namespace(Some(&self.namespace));
        let location = format!("{}:{}", self.host, self.datastore);
        let location =
            if place.is_empty() { location } else { format!("{location}/{}", place.trim_end_matches('/')) };
        BackupSet {
            name: name(&format!("pbs {location}")),
            tool: Tool::Pbs,
            holds: Holds::Files,
            target: Target { location, ..Target::default() },
            basis: if self.is_remembered { Basis::Traces } else { Basis::Configured },
            encrypted: self.encrypted,
            sources: self.sources,
            excludes: self.excludes,
            one_filesystem: self.one_filesystem,
            ..BackupSet::default()
        }
    }
}

/// The repositories of this host's users and jobs, but those of `known` servers; and what kept from looking.
pub(super) fn repositories(roots: &Roots, known: &[Server]) -> (Vec<Repository>, Option<Failure>) {
    let (mut found, mut unreadable) = (BTreeMap::<(String, String), Repository>::new(), None);
    for home in homes(roots) {
        match roots.head(&home.join(LIST), MAX_BYTES) {
            Ok(bytes) => {
                for (host, datastore) in remembered(&bytes.unwrap_or_default()) {
                    let entry = found.entry((host.clone(), datastore.clone())).or_default();
                    *entry = Repository { host, datastore, is_remembered: true, ..Repository::default() };
                }
            }
            Err(failure) => unreadable = unreadable.or(Some(failure)),
        }
    }
    // vzdump itself calls the client for containers.
    found.retain(|(host, store), _| {
        !known.iter().any(|known| known.host == *host && known.datastore == *store)
    });
    let mut repositories: Vec<Repository> = found.into_values().take(MAX_REPOSITORIES).collect();
    // Jobs are looked through only where there is something to look for.
    let is_used = !repositories.is_empty() || PROGRAMS.iter().any(|program| roots.exists(program));
    let jobs = if is_used { texts(roots, PROGRAM) } else { Vec::new() };
    for job in jobs.iter().flat_map(|text| self::jobs(text)) {
        join(&mut repositories, job);
    }
    repositories
        .sort_by(|a, b| (&a.host, &a.datastore, &a.namespace).cmp(&(&b.host, &b.datastore, &b.namespace)));
    repositories.truncate(MAX_REPOSITORIES);
    (repositories, unreadable)
}

/// The hosts and datastores of a list.
fn remembered(bytes: &[u8]) -> Vec<(String, String)> {
    let list: BTreeMap<String, serde_json::Value> = serde_json::from_slice(bytes).unwrap_or_default();
    list.keys().filter_map(|written| place(written)).collect()
}

/// The host and the datastore of a repository as it is written.
fn place(written: &str) -> Option<(String, String)> {
    // A datastore's name holds neither `@` nor `:` (`PROXMOX_SAFE_ID_REGEX`), a token may hold anything else.
    let (before, datastore) = written.rsplit_once(':').unwrap_or(("", written));
    let host = before.rsplit('@').next().unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(six) => six.split(']').next().map(|six| format!("[{six}]"))?,
        None => host.split(':').next().unwrap_or_default().to_owned(),
    };
    let is_name =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    // A user's name without a host is no host.
    let host = if host.is_empty() || written.ends_with('@') { "localhost".to_owned() } else { name(&host) };
    is_name(datastore).then(|| (host, name(datastore)))
}

/// The backups that lines of a shell make. One that does not say where has no host.
fn jobs(text: &str) -> Vec<Repository> {
    let of = |call: super::super::plans::words::Call| {
        let mut words = call.words.iter().skip_while(|word| word.rsplit('/').next() != Some(PROGRAM)).skip(1);
        words.next().filter(|command| *command == "backup")?;
        // proxmox-backup-client(1), "Creating Backups": what is mounted below a folder is skipped unless it is named.
        let mut job = Repository { one_filesystem: Some(true), ..Repository::default() };
        // `PBS_REPOSITORY=… proxmox-backup-client …`
        let set = call.words.iter().find_map(|word| word.strip_prefix("PBS_REPOSITORY="));
        let mut written = set.map(str::to_owned);
        while let Some(word) = words.next() {
            let (option, given) = word.split_once('=').unwrap_or((word, ""));
            let mut value = || if given.is_empty() { words.next().cloned() } else { Some(given.to_owned()) };
            match option {
                "--repository" => written = value(),
                "--ns" => job.namespace = name(&value().unwrap_or_default()),
                "--exclude" => job.excludes.extend(value().as_deref().map(name)),
                "--keyfile" | "--keyfd" => job.encrypted = value().map(|_| true),
                "--crypt-mode" => job.encrypted = value().map(|mode| mode == "encrypt"),
                "--all-file-systems" | "--include-dev" => job.one_filesystem = None,
                option if option.starts_with("--") => {}
                word => job.sources.extend(source(word)),
            }
        }
        job.sources.truncate(MAX_SOURCES);
        job.excludes.truncate(MAX_SOURCES);
        (job.host, job.datastore) = written.as_deref().and_then(place).unwrap_or_default();
        Some(job)
    };
    calls(text).into_iter().filter_map(of).collect()
}

/// The folder of `root.pxar:/`.
fn source(word: &str) -> Option<String> {
    let (archive, path) = word.split_once(':')?;
    (KINDS.iter().any(|kind| archive.ends_with(kind)) && path.starts_with('/')).then(|| name(path))
}

/// Takes what a job tells to the repository it is about; one that does not say which is about the only one.
fn join(repositories: &mut Vec<Repository>, job: Repository) {
    let is_named = !job.datastore.is_empty();
    let is_it = |known: &Repository| {
        let is_same = known.host == job.host && known.datastore == job.datastore;
        is_same && (known.namespace == job.namespace || known.namespace.is_empty())
    };
    let place = match (is_named, repositories.len()) {
        (true, _) => repositories.iter().position(is_it),
        (false, 1) => Some(0),
        (false, _) => return,
    };
    let Some(known) = place.and_then(|place| repositories.get_mut(place)) else {
        repositories.push(job);
        return;
    };
    if known.sources.is_empty() {
        known.one_filesystem = job.one_filesystem;
    } else if known.one_filesystem != job.one_filesystem {
        known.one_filesystem = None;
    }
    for (into, from) in [(&mut known.sources, job.sources), (&mut known.excludes, job.excludes)] {
        into.extend(from);
        into.sort();
        into.dedup();
    }
    known.encrypted = known.encrypted.or(job.encrypted);
    if !job.namespace.is_empty() {
        known.namespace = job.namespace;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let (found, _) = repositories(&fixture::host(files).roots, &[]);
        let shown = found.into_iter().map(|repository| {
            let set = repository.set();
            let lists = [set.sources.join(","), set.excludes.join(",")].join(" -");
            let Target { location, .. } = &set.target;
            format!("{location} {:?} {lists} {:?} {:?}", set.basis, set.one_filesystem, set.encrypted)
        });
        assert_eq!(shown.collect::<Vec<_>>(), expected);
    }

    const LISTED: (&str, &str) =
        ("root/.cache/proxmox-backup/repo-list", r#"{"patuh@pbs!srv1@10.20.0.9:dinkes": 41}"#);

    #[test]
    fn the_list_and_the_jobs_belong_together() {
        check(&[LISTED], &["10.20.0.9:dinkes Traces  - None None"]);
        let job =
            "PBS_PASSWORD=rahasia proxmox-backup-client backup root.pxar:/ etc.pxar:/etc --exclude /tmp";
        check(
            &[
                LISTED,
                ("etc/cron.d/cadangan", &format!("0 1 * * * root {job} --ns opd/dinkes --keyfile=/k\n")),
            ],
            &["10.20.0.9:dinkes/ns/opd/ns/dinkes Traces /,/etc -/tmp Some(true) Some(true)"],
        );
        let named = format!("0 1 * * * root {job} --repository u@pam@lain:8008:toko --crypt-mode none\n");
        check(
            &[LISTED, ("etc/cron.d/cadangan", &named)],
            &[
                "10.20.0.9:dinkes Traces  - None None",
                "lain:toko Configured /,/etc -/tmp Some(true) Some(false)",
            ],
        );
        let installed = ("usr/bin/proxmox-backup-client", "");
        let only = ["lain:toko Configured /,/etc -/tmp Some(true) Some(false)"];
        check(&[installed, ("etc/cron.d/cadangan", &named)], &only);
        let all = named.replace("--crypt-mode", "--include-dev /srv --crypt-mode");
        let only = ["lain:toko Configured /,/etc -/tmp None Some(false)"];
        check(&[installed, ("etc/cron.d/cadangan", &all)], &only);
        check(&[("etc/cron.d/cadangan", &named)], &[]);
        check(
            &[
                installed,
                ("etc/cron.d/cadangan", "0 1 * * * root proxmox-backup-client list --repository a:b\n"),
            ],
            &[],
        );
        check(&[("root/.cache/proxmox-backup/repo-list", "[")], &[]);
    }

    #[test]
    fn places_lose_their_users() {
        for (written, expected) in [
            ("root@pam!a@10.0.0.1:8007:toko", Some(("10.0.0.1", "toko"))),
            ("u@pbs@[fd00::1]:toko", Some(("[fd00::1]", "toko"))),
            ("pbs.example:toko", Some(("pbs.example", "toko"))),
            ("toko", Some(("localhost", "toko"))),
            ("", None),
            ("a:b/c", None),
        ] {
            let found = place(written);
            assert_eq!(
                found.as_ref().map(|(host, store)| (host.as_str(), store.as_str())),
                expected,
                "{written}"
            );
        }
    }

    #[test]
    fn what_vzdump_uses_is_told_elsewhere() {
        let host = fixture::host(&[LISTED]);
        let server = Server {
            id: "pusat".into(),
            host: "10.20.0.9".into(),
            datastore: "dinkes".into(),
            namespace: None,
            keep_days: None,
            encrypted: false,
        };
        assert_eq!(repositories(&host.roots, &[server]).0, []);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(bytes: Vec<u8>, text in ".*", near in "(u@pam|!t|@|\\[|\\]|:|[a-z0-9]){0,9}") {
            let _ = (remembered(&bytes), place(&text), place(&near), jobs(&text));
            let _ = jobs(&format!("{PROGRAM} backup {text}"));
        }
    }
}
