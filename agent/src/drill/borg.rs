//! Drills of borg 1.x: `list`, `list ARCHIVE`, `extract`, each with `--bypass-lock` and a home in the scratch folder.

use patuh_protocol::backup::Drill;
use serde::Deserialize;

use super::Bench;
use super::kept::Files;
use super::restic::{all, lines};
use super::sample::{Chooser, Listed, judge};
use super::trouble::{Trouble, both};
use crate::roots::Command;
use crate::roots::job::Job;
use crate::roots::lossy::name;
use crate::sensors::{self, BorgSettings, redact};

/// What `borg list --json` answers.
#[derive(Deserialize)]
struct List {
    archives: Vec<Archive>,
}

#[derive(Clone, Deserialize)]
struct Archive {
    id: String,
    name: String,
    start: String,
    #[serde(default)]
    hostname: String,
}

/// A line of `borg list --json-lines ARCHIVE`.
#[derive(Deserialize)]
struct Item {
    #[serde(rename = "type")]
    kind: String,
    path: String,
    #[serde(default)]
    size: u64,
    #[serde(default)]
    mtime: String,
}

/// Brings a sample of the newest archive back.
pub(super) fn hold(
    bench: &Bench<'_>,
    set: &BorgSettings,
    files: &mut Files,
    drill: &mut Drill,
) -> Result<Vec<String>, Trouble> {
    "restore sample".clone_into(&mut drill.method);
    if set.passphrase_file.is_none() {
        return Err(Trouble::Skipped("passphrase_file tidak disebut di agent.toml".to_owned()));
    }
    let home = bench.folder("home", None)?.display().to_string();
    let job = |what: &str, arguments: &[String]| job(bench, set, &home, what, arguments);
    let newest = newest(bench, set, &job)?;
    drill.object = name(&newest.id);
    let archive = format!("{}::{}", set.repository, newest.name);
    let mut chooser = Chooser::new(bench, files);
    let list = job("list", &["--json-lines".to_owned(), archive.clone()]);
    bench.roots.converse(&list, None, |pipe| {
        lines(pipe, |line| {
            if let Some(listed) = item(line) {
                chooser.offer(listed);
            }
        })
    })?;
    let chosen = chooser.chosen()?;
    bench.needs(chosen.bytes())?;
    let out = bench.folder("out", None)?;
    let mut arguments = vec![flags(bench, &job), "--noacls".to_owned(), "--noxattrs".to_owned(), archive];
    arguments.extend(chosen.all().map(|listed| format!("pf:{}", listed.path)));
    let mut extract = job("extract", &arguments);
    extract.folder.clone_from(&out);
    // 1 is "a path did not match": what is missing is found by looking.
    extract.accepts = |status| matches!(status, 0 | 1);
    let extracted = bench.roots.converse(&extract, None, |pipe| lines(pipe, |_| {}));
    both(extracted.err(), judge(bench, &chosen, &out, true, files, drill))
}

/// The newest archive of this host that was not given up in the middle.
fn newest(
    bench: &Bench<'_>,
    set: &BorgSettings,
    job: &impl Fn(&str, &[String]) -> Job,
) -> Result<Archive, Trouble> {
    let arguments = ["--json", "--format", "{hostname}{end}", &set.repository].map(str::to_owned);
    let list = job("list", &arguments);
    let answer = bench.roots.converse(&list, None, |pipe| all(pipe, &list.label))?.output;
    let host = match &set.host {
        Some(host) => host.clone(),
        None => sensors::hostname(bench.roots)?,
    };
    parse(&answer, &host).map_err(Trouble::Failed)
}

fn parse(answer: &[u8], host: &str) -> Result<Archive, String> {
    let list: List =
        serde_json::from_slice(answer).map_err(|error| format!("jawaban borg tidak dipahami: {error}"))?;
    let is_whole =
        |archive: &&Archive| !archive.name.ends_with(".checkpoint") && !archive.name.contains(".checkpoint.");
    let own = list.archives.iter().filter(|archive| sensors::is_same_host(&archive.hostname, host));
    // All times are UTC and written in one way, so that the text orders them.
    let newest = own.filter(is_whole).max_by(|a, b| a.start.cmp(&b.start));
    newest.cloned().ok_or_else(|| format!("tidak ada satu arsip pun dari server {host}"))
}

fn item(line: &[u8]) -> Option<Listed> {
    let item: Item = serde_json::from_slice(line).ok()?;
    let modified = item.mtime.parse::<jiff::civil::DateTime>().ok();
    let modified = modified.and_then(|at| Some(at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp()));
    (item.kind == "-").then_some(Listed { path: item.path, bytes: item.size, modified })
}

/// The option that leaves file flags where they are: an immutable file could not be cleared away again. It was
/// called otherwise before 1.2.
fn flags(bench: &Bench<'_>, job: &impl Fn(&str, &[String]) -> Job) -> String {
    let mut version = job("--version", &[]);
    version.arguments = vec!["--version".to_owned()];
    let mut is_old = false;
    let read = |pipe: &mut (dyn std::io::Read + Send)| {
        lines(pipe, |line| is_old |= line.starts_with(b"borg 1.0.") || line.starts_with(b"borg 1.1."))
    };
    // What borg is wrong with will be told by what follows.
    let _ = bench.roots.converse(&version, None, read);
    if is_old { "--nobsdflags" } else { "--noflags" }.to_owned()
}

fn job(bench: &Bench<'_>, set: &BorgSettings, home: &str, what: &str, rest: &[String]) -> Job {
    let label = format!("borg {what} {}", redact::location(&set.repository));
    let mut arguments = vec![what, "--bypass-lock"];
    arguments.extend(rest.iter().map(String::as_str));
    let command: Command = sensors::borg_command(set, home.as_ref(), label, &arguments, bench.left());
    Job::of(command, bench.scratch.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"{"archives":[
        {"id":"aa","name":"satu","start":"2026-11-21T11:00:00.000000","hostname":"srv1"},
        {"id":"bb","name":"dua","start":"2026-11-22T11:00:00.000000","hostname":"SRV1.kab.go.id"},
        {"id":"cc","name":"tiga.checkpoint","start":"2026-11-22T12:00:00.000000","hostname":"srv1"},
        {"id":"dd","name":"lain","start":"2026-11-22T13:00:00.000000","hostname":"srv2"}]}"#;

    #[test]
    fn the_newest_whole_archive_of_this_host_is_taken() {
        assert_eq!(parse(LIST.as_bytes(), "srv1").unwrap().id, "bb");
        assert_eq!(
            parse(LIST.as_bytes(), "srv3").err().unwrap(),
            "tidak ada satu arsip pun dari server srv3"
        );
        assert!(parse(b"", "srv1").err().unwrap().starts_with("jawaban borg tidak dipahami"));
    }

    #[test]
    fn files_are_told_from_all_else() {
        let line = |kind: &str| {
            item(
                format!(r#"{{"type":"{kind}","path":"a/x","size":4,"mtime":"2026-11-22T11:33:17.268364"}}"#)
                    .as_bytes(),
            )
        };
        let listed = line("-").unwrap();
        assert_eq!((listed.path.as_str(), listed.bytes), ("a/x", 4));
        assert_eq!(listed.modified.unwrap().to_string(), "2026-11-22T11:33:17.268364Z");
        assert!(line("d").is_none() && line("l").is_none() && item(b"x").is_none());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, text in ".*") {
            let _ = (parse(&bytes, "x"), item(&bytes));
            let _ = item(format!(r#"{{"type":"-","path":"x","mtime":"{text}"}}"#).as_bytes());
        }
    }
}
