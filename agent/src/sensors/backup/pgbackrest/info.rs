//! What a repository of pgBackRest holds: `backup/STANZA/backup.info` in it (`src/info/infoBackup.c`), an INI file
//! whose values are JSON, and what `pgbackrest info --output=json` answers (its user guide, "Information").

use std::collections::BTreeMap;

use jiff::Timestamp;
use patuh_protocol::backup::Run;
use serde::Deserialize;

use crate::roots::lossy::name;

/// What an encrypted file begins with (`src/common/crypto/cipherBlock.c`).
pub(super) const SEALED: &[u8] = b"Salted__";

/// What is known of a stanza in one repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Info {
    /// The system identifier of the cluster, decimal.
    pub(super) system_id: Option<String>,
    /// The backups of that cluster, newest first, and those that pgBackRest found damaged pages in.
    pub(super) runs: Vec<Run>,
    pub(super) damaged: Vec<String>,
    /// Whether it is encrypted, where that is told.
    pub(super) encrypted: Option<bool>,
    /// What pgBackRest says is wrong.
    pub(super) complaint: Option<String>,
}

/// One backup in `[backup:current]`.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Listed {
    #[serde(default)]
    backup_error: Option<bool>,
    #[serde(default)]
    backup_info_size: Option<u64>,
    #[serde(default)]
    backup_info_repo_size_delta: Option<u64>,
    backup_timestamp_stop: i64,
    #[serde(default)]
    db_id: Option<u64>,
}

/// Reads a `backup.info`. Backups of a cluster that was since replaced (`pg_upgrade`) are not counted.
pub(super) fn of_file(text: &str) -> Info {
    let (mut section, mut info) = ("", Info { encrypted: Some(false), ..Info::default() });
    let (mut listed, mut current) = (Vec::new(), None);
    for line in text.lines() {
        if let Some(named) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = named;
            continue;
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        match (section, key) {
            ("backup:current", label) => {
                listed.extend(serde_json::from_str::<Listed>(value).ok().map(|backup| (label, backup)));
            }
            ("db", "db-system-id") => info.system_id = value.parse::<u64>().ok().map(|id| id.to_string()),
            ("db", "db-id") => current = value.parse::<u64>().ok(),
            _ => {}
        }
    }
    for (label, backup) in listed {
        if current.is_some() && backup.db_id.is_some() && backup.db_id != current {
            continue;
        }
        let Ok(at) = Timestamp::from_second(backup.backup_timestamp_stop) else { continue };
        info.add(label, at, backup.backup_error, backup.backup_info_size, backup.backup_info_repo_size_delta);
    }
    info.sorted()
}

impl Info {
    fn add(
        &mut self,
        label: &str,
        at: Timestamp,
        error: Option<bool>,
        bytes: Option<u64>,
        added: Option<u64>,
    ) {
        let id = name(label);
        if error == Some(true) {
            self.damaged.push(id.clone());
        }
        self.runs.push(Run { id, at, bytes, added_bytes: added, ..Run::default() });
    }

    fn sorted(mut self) -> Self {
        self.runs.sort_by(|a, b| (b.at, &b.id).cmp(&(a.at, &a.id)));
        self
    }
}

/// One stanza of the answer.
#[derive(Deserialize)]
struct Stanza {
    name: String,
    #[serde(default)]
    backup: Vec<Backup>,
    #[serde(default)]
    db: Vec<Cluster>,
    #[serde(default)]
    repo: Vec<RepositoryState>,
    /// Without `repo`, as before version 2.32.
    #[serde(default)]
    cipher: Option<String>,
    #[serde(default)]
    status: Option<Status>,
}

#[derive(Deserialize)]
struct Backup {
    label: String,
    #[serde(default)]
    error: Option<bool>,
    #[serde(default)]
    database: Of,
    #[serde(default)]
    info: Sizes,
    timestamp: Times,
}

/// The cluster and the repository that something is of.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Of {
    #[serde(default)]
    id: Option<u64>,
    #[serde(default)]
    repo_key: Option<u32>,
}

#[derive(Default, Deserialize)]
struct Sizes {
    #[serde(default)]
    size: Option<u64>,
    #[serde(default)]
    repository: Option<Delta>,
}

#[derive(Deserialize)]
struct Delta {
    #[serde(default)]
    delta: Option<u64>,
}

#[derive(Deserialize)]
struct Times {
    stop: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Cluster {
    id: u64,
    system_id: u64,
    #[serde(default)]
    repo_key: Option<u32>,
}

#[derive(Deserialize)]
struct RepositoryState {
    key: u32,
    #[serde(default)]
    cipher: Option<String>,
    #[serde(default)]
    status: Option<Status>,
}

#[derive(Clone, Deserialize)]
struct Status {
    code: i64,
    #[serde(default)]
    message: String,
}

/// Reads an answer: what it tells of `stanza`, by the numbers of its repositories.
pub(super) fn of_answer(answer: &[u8], stanza: &str) -> Result<BTreeMap<u32, Info>, String> {
    let stanzas: Vec<Stanza> = serde_json::from_slice(answer).map_err(|error| error.to_string())?;
    let found = stanzas.into_iter().find(|found| found.name == stanza);
    let found = found.ok_or_else(|| format!("tidak menyebut stanza {}", name(stanza)))?;
    let mut infos = BTreeMap::<u32, Info>::new();
    let sealed = |cipher: &Option<String>| cipher.as_deref().map(|cipher| cipher != "none");
    let complaint = |status: &Option<Status>| {
        status.as_ref().filter(|status| status.code != 0).map(|status| name(&status.message))
    };
    if found.repo.is_empty() {
        let info =
            Info { encrypted: sealed(&found.cipher), complaint: complaint(&found.status), ..Info::default() };
        infos.insert(1, info);
    }
    for repo in &found.repo {
        let info =
            Info { encrypted: sealed(&repo.cipher), complaint: complaint(&repo.status), ..Info::default() };
        infos.insert(repo.key, info);
    }
    for (key, info) in &mut infos {
        let is_here = |repo: Option<u32>| repo.is_none_or(|repo| repo == *key);
        // The last one is the cluster as it is now.
        let current =
            found.db.iter().filter(|cluster| is_here(cluster.repo_key)).max_by_key(|cluster| cluster.id);
        info.system_id = current.map(|cluster| cluster.system_id.to_string());
        let current = current.map(|cluster| cluster.id);
        for backup in found.backup.iter().filter(|backup| is_here(backup.database.repo_key)) {
            let is_current =
                current.is_none() || backup.database.id.is_none() || backup.database.id == current;
            let Some(at) = Timestamp::from_second(backup.timestamp.stop).ok().filter(|_| is_current) else {
                continue;
            };
            let added = backup.info.repository.as_ref().and_then(|repository| repository.delta);
            info.add(&backup.label, at, backup.error, backup.info.size, added);
        }
    }
    Ok(infos.into_iter().map(|(key, info)| (key, info.sorted())).collect())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn shown(info: &Info) -> String {
        let runs = info
            .runs
            .iter()
            .map(|run| format!(" {}@{}={:?}+{:?}", run.id, run.at, run.bytes, run.added_bytes));
        let end = [info.damaged.join(","), info.complaint.clone().unwrap_or_default()].join(";");
        format!("{:?} {:?}{} {end}", info.system_id, info.encrypted, runs.collect::<String>())
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(shown(&of_file(text)), expected, "{text}");
    }

    /// Written by pgBackRest 2.45 for a PostgreSQL 15; keys that are not read left out.
    pub(in crate::sensors::backup::pgbackrest) const WRITTEN: &str = "[backrest]\nbackrest-format=5\nbackrest-version=\"2.45\"\n\n\
        [backup:current]\n20261122-112845F={\"backrest-format\":5,\"backup-error\":false,\"backup-info-repo-size\":3043458,\
        \"backup-info-repo-size-delta\":3043458,\"backup-info-size\":22992568,\"backup-info-size-delta\":22992568,\
        \"backup-timestamp-start\":1795346925,\"backup-timestamp-stop\":1795346930,\"backup-type\":\"full\",\"db-id\":1}\n\
        20261122-112845F_20261122-112851I={\"backup-error\":false,\"backup-info-repo-size\":3043458,\
        \"backup-info-repo-size-delta\":430,\"backup-info-size\":22992568,\"backup-prior\":\"20261122-112845F\",\
        \"backup-timestamp-start\":1795346931,\"backup-timestamp-stop\":1795346933,\"backup-type\":\"incr\",\"db-id\":1}\n\n\
        [db]\ndb-catalog-version=202209061\ndb-control-version=1300\ndb-id=1\ndb-system-id=7710956317623699643\n\
        db-version=\"15\"\n\n[db:history]\n1={\"db-system-id\":7710956317623699643}\n\n\
        [backrest]\nbackrest-checksum=\"11598718ccea6537f54cfdad3ccfe8c2b6d2b642\"\n";

    /// What it answered then, shortened likewise.
    pub(in crate::sensors::backup::pgbackrest) const ANSWER: &str = r#"[{"archive":[],"backup":[{"database":{"id":1,"repo-key":1},
        "error":false,"info":{"delta":22992568,"repository":{"delta":3043458,"size":3043458},"size":22992568},
        "label":"20261122-112845F","timestamp":{"start":1795346925,"stop":1795346930},"type":"full"}],"cipher":"none",
        "db":[{"id":1,"repo-key":1,"system-id":7710956317623699643,"version":"15"}],"name":"simpeg",
        "repo":[{"cipher":"none","key":1,"status":{"code":0,"message":"ok"}}],
        "status":{"code":0,"lock":{"backup":{"held":false}},"message":"ok"}}]"#;

    #[test]
    fn files_are_read_newest_first() {
        let incremental = "20261122-112845F_20261122-112851I@2026-11-22T11:28:53Z=Some(22992568)+Some(430)";
        let full = "20261122-112845F@2026-11-22T11:28:50Z=Some(22992568)+Some(3043458)";
        let id = "Some(\"7710956317623699643\") Some(false)";
        check(WRITTEN, &format!("{id} {incremental} {full} ;"));
        let damaged = WRITTEN.replacen("backup-error\":false", "backup-error\":true", 1);
        check(&damaged, &format!("{id} {incremental} {full} 20261122-112845F;"));
        // Of the cluster before an upgrade.
        check(&WRITTEN.replace("\ndb-id=1", "\ndb-id=2"), &format!("{id} ;"));
        check("", "None Some(false) ;");
    }

    #[test]
    fn answers_are_read() {
        let infos = of_answer(ANSWER.as_bytes(), "simpeg").unwrap();
        let full = "20261122-112845F@2026-11-22T11:28:50Z=Some(22992568)+Some(3043458)";
        assert_eq!(shown(&infos[&1]), format!("Some(\"7710956317623699643\") Some(false) {full} ;"));
        let ill = ANSWER.replacen(
            "\"code\":0,\"message\":\"ok\"",
            "\"code\":1,\"message\":\"missing stanza path\"",
            1,
        );
        assert_eq!(
            of_answer(ill.as_bytes(), "simpeg").unwrap()[&1].complaint.as_deref(),
            Some("missing stanza path")
        );
        assert_eq!(of_answer(b"[]", "simpeg").unwrap_err(), "tidak menyebut stanza simpeg");
        assert!(of_answer(b"ERROR", "simpeg").is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, text in ".*") {
            let _ = (of_file(&text), of_answer(&bytes, "x"));
            let _ = of_file(&format!("[backup:current]\n{text}={{\"backup-timestamp-stop\":{text}}}\n[db]\ndb-id={text}"));
        }
    }
}
