//! What a repository answers.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use patuh_protocol::backup::Run;
use serde::Deserialize;

use super::place;
use super::traces::moment;
use crate::roots::lossy::name;
use crate::roots::{Command, Failure, Roots};
use crate::sensors::backup::crossing;
use crate::sensors::backup::plans::words::words;
use crate::sensors::{BorgSettings, redact};

/// The time a repository has to list its archives, and to tell how large the last one is.
pub(super) const LIMIT: Duration = Duration::from_secs(120);

/// What `borg list --json` answers; of `borg info --json` the same and more.
#[derive(Debug, Deserialize)]
struct Answer {
    #[serde(default)]
    archives: Vec<Archive>,
    encryption: Encryption,
    repository: Repository,
}

#[derive(Debug, Deserialize)]
struct Archive {
    id: String,
    name: String,
    /// When it was begun, and when it was done.
    start: String,
    #[serde(default)]
    end: Option<String>,
    #[serde(default)]
    hostname: String,
    #[serde(default)]
    command_line: Line,
    #[serde(default)]
    stats: Option<Stats>,
}

#[derive(Debug, Deserialize)]
struct Encryption {
    mode: String,
}

#[derive(Debug, Deserialize)]
struct Repository {
    id: String,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Stats {
    original_size: u64,
    deduplicated_size: u64,
    nfiles: u64,
}

/// A command line: the words, or, in newer versions, one text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Line {
    Words(Vec<String>),
    Text(String),
}

impl Default for Line {
    fn default() -> Self {
        Self::Words(Vec::new())
    }
}

/// What came out of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// Those of this host, newest first.
    pub(super) runs: Vec<Run>,
    /// The ids of archives that were given up in the middle.
    pub(super) unfinished: Vec<String>,
    pub(super) repository: Option<String>,
    pub(super) encrypted: Option<bool>,
    pub(super) sources: Vec<String>,
    pub(super) excludes: Vec<String>,
    pub(super) one_filesystem: Option<bool>,
    /// The name of the newest.
    newest: Option<String>,
}

/// The archives of `host`. How large the newest is comes from a second question, which costs borg a cache of
/// the whole repository: cheap on this host's own disks, dear over a line, so there it is not asked.
pub(super) fn ask(
    roots: &Roots,
    settings: &BorgSettings,
    host: &str,
    limit: Duration,
) -> Result<Asked, Failure> {
    let home = roots.scratch()?;
    let repository = &settings.repository;
    let label = format!("borg list {}", redact::location(repository));
    let listed = ["list", "--json", "--bypass-lock", "--format", "{hostname}{command_line}{end}", repository];
    let answer =
        roots.run_accepting(&command(settings, home.path(), label.clone(), &listed, limit), ended)?;
    let mut asked = parse(&answer, host).map_err(|what| Failure::Malformed { at: label, what })?;
    if let (Some(_), Some(newest)) = (place::folder(repository), &asked.newest) {
        let label = format!("borg info {}", redact::location(repository));
        let archive = format!("{repository}::{newest}");
        let info = ["info", "--json", "--bypass-lock", &archive];
        // Without it, the list still stands.
        let answer = roots.run_accepting(&command(settings, home.path(), label, &info, limit), ended);
        if let Some(stats) = answer.ok().and_then(|answer| stats(&answer)) {
            asked.measure(stats);
        }
    }
    Ok(asked)
}

/// 1 is "done, with warnings".
fn ended(status: i32) -> bool {
    matches!(status, 0 | 1)
}

/// A call of borg that asks nobody, and keeps what it must keep in `home`.
pub(in crate::sensors::backup) fn command(
    settings: &BorgSettings,
    home: &Path,
    label: String,
    arguments: &[&str],
    limit: Duration,
) -> Command {
    let passphrase = settings.passphrase_file.as_deref().map(|file| file.display().to_string());
    let quoted = passphrase.unwrap_or_default().replace('\'', r"'\''");
    let home = home.display().to_string();
    let mut environment = vec![
        // A home of its own: in that of the user who backs up borg would change its cache, and a copy of a
        // repository that was looked at would make it refuse the original.
        ("HOME", home.clone()),
        ("BORG_BASE_DIR", home),
        ("BORG_PASSCOMMAND", format!("cat -- '{quoted}'")),
        // No questions: this home knows no repository, so an unencrypted one is always unknown here.
        ("BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK", "yes".to_owned()),
        ("BORG_RELOCATED_REPO_ACCESS_IS_OK", "no".to_owned()),
        ("BORG_EXIT_CODES", "legacy".to_owned()),
        ("BORG_RSH", "ssh -oBatchMode=yes".to_owned()),
        ("PYTHONDONTWRITEBYTECODE", "1".to_owned()),
    ];
    environment
        .extend(settings.key_file.as_deref().map(|file| ("BORG_KEY_FILE", file.display().to_string())));
    let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    Command { label, program: "borg", arguments, environment, limit }
}

fn parse(answer: &[u8], host: &str) -> Result<Asked, String> {
    let answer: Answer = serde_json::from_slice(answer).map_err(|error| error.to_string())?;
    let (mut own, others): (Vec<Archive>, Vec<Archive>) =
        answer.archives.into_iter().partition(|archive| is_same_host(&archive.hostname, host));
    if own.is_empty()
        && let Some(other) = others.first()
    {
        let count = others.len();
        return Err(format!(
            "{count} archives, none of host {host}; the first is of {}",
            name(&other.hostname)
        ));
    }
    own.sort_by_cached_key(|archive| std::cmp::Reverse((archive.at(), archive.id.clone())));
    let newest = own.iter().find(|archive| !archive.is_unfinished());
    let Told { sources, excludes, one_filesystem } = newest.map(Archive::told).unwrap_or_default();
    let mode = answer.encryption.mode;
    Ok(Asked {
        newest: newest.map(|archive| archive.name.clone()),
        unfinished: own.iter().filter(|a| a.is_unfinished()).map(|a| name(&a.id)).collect(),
        runs: own.iter().filter_map(Archive::run).collect(),
        repository: Some(name(&answer.repository.id)),
        encrypted: Some(mode.starts_with("repokey") || mode.starts_with("keyfile")),
        sources,
        excludes,
        one_filesystem,
    })
}

fn stats(answer: &[u8]) -> Option<Stats> {
    let answer: Answer = serde_json::from_slice(answer).ok()?;
    answer.archives.first()?.stats
}

/// `srv1` and `srv1.kab.go.id` are the same host, as one or the other may have been set at the time.
fn is_same_host(one: &str, other: &str) -> bool {
    let short = |name: &str| name.split('.').next().unwrap_or_default().to_lowercase();
    one.is_empty() || short(one) == short(other)
}

impl Asked {
    fn measure(&mut self, stats: Stats) {
        let unfinished = &self.unfinished;
        if let Some(newest) = self.runs.iter_mut().find(|run| !unfinished.contains(&run.id)) {
            newest.bytes = Some(stats.original_size);
            newest.files = Some(stats.nfiles);
            newest.added_bytes = Some(stats.deduplicated_size);
        }
    }
}

impl Archive {
    fn at(&self) -> Option<Timestamp> {
        self.end.as_deref().and_then(moment).or_else(|| moment(&self.start))
    }

    fn run(&self) -> Option<Run> {
        Some(Run { id: name(&self.id), at: self.at()?, ..Run::default() })
    }

    /// `borg create` leaves one of this name when it is interrupted (borg-create(1), `--checkpoint-interval`).
    fn is_unfinished(&self) -> bool {
        self.name.ends_with(".checkpoint") || self.name.contains(".checkpoint.")
    }

    fn told(&self) -> Told {
        match &self.command_line {
            Line::Words(words) => told(words),
            Line::Text(text) => told(&words(text)),
        }
    }
}

/// Options of `borg create` that are followed by a value (borg-create(1), borg-common(1)).
const VALUED: [&str; 28] = [
    "--pattern",
    "--patterns-from",
    "--exclude-from",
    "--exclude-if-present",
    "-C",
    "--compression",
    "--comment",
    "--timestamp",
    "-c",
    "--checkpoint-interval",
    "--chunker-params",
    "--files-cache",
    "--stdin-name",
    "--stdin-user",
    "--stdin-group",
    "--stdin-mode",
    "--filter",
    "--lock-wait",
    "--rsh",
    "--remote-path",
    "--umask",
    "--remote-ratelimit",
    "--upload-ratelimit",
    "--remote-buffer",
    "--upload-buffer",
    "--debug-topic",
    "--debug-profile",
    "--paths-delimiter",
];
/// Letters of options that are followed by a value.
const VALUED_LETTERS: &str = "eCc";
/// How many folders and patterns are carried.
const MAX_PATHS: usize = 200;

/// What `borg create` was told.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// The folders to take. A path that is not absolute lay below a folder nobody remembers.
    pub(crate) sources: Vec<String>,
    /// What to leave out.
    pub(crate) excludes: Vec<String>,
    /// Whether to stay on the folders' own file systems; `None` where no command line is remembered.
    pub(crate) one_filesystem: Option<bool>,
}

/// What a command line of `borg create` tells.
pub(in crate::sensors::backup) fn told(line: &[String]) -> Told {
    let (mut sources, mut excludes) = (Vec::new(), Vec::new());
    let mut words = line.iter().skip_while(|word| *word != "create").map(String::as_str);
    let mut one_filesystem = words.next().map(|_| false);
    while let Some(word) = words.next() {
        match word {
            word if crossing::is_stay(word, VALUED_LETTERS) => one_filesystem = Some(true),
            "-e" | "--exclude" => excludes.extend(words.next().map(name)),
            word if VALUED.contains(&word) => drop(words.next()),
            word => match word.strip_prefix("--exclude=") {
                Some(pattern) => excludes.push(name(pattern)),
                None if word.starts_with('/') && !word.contains("::") => sources.push(name(word)),
                None => {}
            },
        }
    }
    sources.truncate(MAX_PATHS);
    excludes.truncate(MAX_PATHS);
    Told { sources, excludes, one_filesystem }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(archives: &str) -> String {
        format!(
            r#"{{"archives": [{archives}], "encryption": {{"mode": "repokey-blake2"}},
                "repository": {{"id": "22db", "last_modified": "2026-11-22T03:30:14.000000", "location": "/r"}}}}"#
        )
    }

    /// The ids with their times, the unfinished, the sources.
    type Short<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str], &'a [&'a str]);

    fn check(archives: &str, expected: Result<Short<'_>, &str>) {
        let asked = parse(answer(archives).as_bytes(), "opd-srv1");
        let runs = |asked: &Asked| -> Vec<_> {
            asked.runs.iter().map(|run| (run.id.clone(), run.at.to_string())).collect()
        };
        let asked = asked.map(|asked| (runs(&asked), asked.unfinished, asked.sources));
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let expected = expected.map(|(runs, unfinished, sources)| {
            let runs: Vec<_> = runs.iter().map(|(id, at)| ((*id).to_owned(), (*at).to_owned())).collect();
            (runs, owned(unfinished), owned(sources))
        });
        assert_eq!(asked, expected.map_err(str::to_owned), "{archives}");
    }

    const OLD: &str = r#"{"archive": "a", "id": "aa", "name": "a", "hostname": "opd-srv1", "start":
        "2026-11-21T03:30:12.000000", "time": "2026-11-21T03:30:12.000000", "end": "2026-11-21T03:40:00.000000",
        "command_line": ["/usr/bin/borg", "create", "/r::a", "/old"]}"#;
    const NEW: &str = r#"{"archive": "b", "id": "bb", "name": "b", "hostname": "opd-srv1.kab.go.id", "start":
        "2026-11-22T03:30:12.000000+00:00", "command_line": "borg create -e '*.tmp' /r::b '/srv/data opd' etc"}"#;
    const HALF: &str = r#"{"id": "cc", "name": "c.checkpoint", "hostname": "opd-srv1",
        "start": "2026-11-22T05:00:00.000000"}"#;
    const OTHER: &str = r#"{"id": "dd", "name": "d", "hostname": "lain", "start": "2026-11-22T05:00:00"}"#;

    #[test]
    fn archives_of_this_host_are_listed_newest_first() {
        let [a, b, c] =
            [("aa", "2026-11-21T03:40:00Z"), ("bb", "2026-11-22T03:30:12Z"), ("cc", "2026-11-22T05:00:00Z")];
        check(&[OLD, NEW, OTHER].join(","), Ok((&[b, a], &[], &["/srv/data opd"])));
        check(&[OLD, HALF].join(","), Ok((&[c, a], &["cc"], &["/old"])));
        check("", Ok((&[], &[], &[])));
        check(OTHER, Err("1 archives, none of host opd-srv1; the first is of lain"));
    }

    #[test]
    fn what_the_last_one_holds_is_measured() {
        let mut asked = parse(answer(&[OLD, HALF].join(",")).as_bytes(), "opd-srv1").unwrap();
        let info = OLD.replacen(
            "\"id\"",
            r#""stats": {"original_size": 9, "deduplicated_size": 3, "nfiles": 2,
            "compressed_size": 1}, "id""#,
            1,
        );
        asked.measure(stats(answer(&info).as_bytes()).unwrap());
        let sizes: Vec<_> = asked.runs.iter().map(|run| (run.bytes, run.files, run.added_bytes)).collect();
        assert_eq!(sizes, [(None, None, None), (Some(9), Some(2), Some(3))]);
        assert_eq!((asked.encrypted, asked.repository.as_deref()), (Some(true), Some("22db")));
        assert!(parse(b"Fatal", "x").is_err());
    }

    #[test]
    fn options_are_no_folders() {
        let line =
            words("borg --show-rc create --exclude /srv/x -C lz4 --exclude=*.o --rsh /bin/ssh r::a /srv -");
        let expected = Told {
            sources: vec!["/srv".to_owned()],
            excludes: vec!["/srv/x".to_owned(), "*.o".to_owned()],
            one_filesystem: Some(false),
        };
        assert_eq!(told(&line), expected);
        for (line, expected) in [
            ("borg create -x r::a /", Some(true)),
            ("borg create -vspx r::a /", Some(true)),
            ("borg create --one-file-system r::a /", Some(true)),
            ("borg create -e x -ex r::a /", Some(false)),
            ("", None),
        ] {
            assert_eq!(told(&words(line)).one_filesystem, expected, "{line}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, text in ".*", line: Vec<String>) {
            let _ = (parse(&bytes, "x"), stats(&bytes), told(&line));
            let _ = parse(answer(&format!(r#"{{"id": "{text}", "name": "{text}", "start": "{text}"}}"#)).as_bytes(), &text);
        }
    }
}
