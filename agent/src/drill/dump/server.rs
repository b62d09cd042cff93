//! What both throw-away servers have in common: whose they are, and what is asked of them.
//!
//! A dump is a program: it may hold anything its server's client understands, `\!` of psql and `system` of mysql
//! among it, and whoever can name a table in the office's database can write into it (CVE-2025-8714). So client and
//! server are strangers here, with the rights of nobody: no capability, no way to more, and, where the drill was
//! started by root, another user. They talk over a socket in a folder that only that user can enter.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{getegid, geteuid};

use crate::drill::Bench;
use crate::drill::trouble::{Trouble, without_quotes};
use crate::roots::Failure;
use crate::roots::job::{Account, Heard, Job, RunsAs};

/// How long a server has to begin.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
/// What is read of an answer, in bytes: a line for each table.
const MAX_ANSWER: u64 = 16 * 1024 * 1024;
/// How much of a server's log explains why it did not begin, in bytes.
const LAST_WORDS: u64 = 512;

/// What a server has after a dump was loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Loaded {
    pub(super) tables: u64,
    pub(super) rows: u64,
    /// How many commands it refused, beside those that cannot work in an empty server.
    pub(super) complaints: u64,
    pub(super) first: Option<String>,
}

/// With whose rights a server runs here; skipped where there is nobody to be.
pub(super) fn stranger(bench: &Bench<'_>) -> Result<RunsAs, Trouble> {
    if !bench.roots.can_set_apart() {
        return Err(Trouble::Skipped("setpriv (util-linux 2.33 atau lebih baru) tidak ada".to_owned()));
    }
    if !geteuid().is_root() {
        return Ok(RunsAs::Stranger(Account { user: geteuid().as_raw(), group: getegid().as_raw() }));
    }
    let user = &bench.order.settings.user;
    let users = bench.roots.text("/etc/passwd")?.unwrap_or_default();
    let account = users.lines().find_map(|line| account(line, user));
    let account = account.filter(|account| account.user != 0);
    account
        .map(RunsAs::Stranger)
        .ok_or_else(|| Trouble::Skipped(format!("pengguna {user} tidak ada di server ini")))
}

/// passwd(5): name, password, user, group, …
fn account(line: &str, user: &str) -> Option<Account> {
    let mut fields = line.split(':');
    (fields.next()? == user).then_some(())?;
    Some(Account { user: fields.nth(1)?.parse().ok()?, group: fields.next()?.parse().ok()? })
}

/// A folder that the server alone can enter, and what it says of itself.
pub(super) fn folder(
    bench: &Bench<'_>,
    name: &str,
    runs_as: RunsAs,
) -> Result<(PathBuf, std::fs::File), Failure> {
    let account = match runs_as {
        RunsAs::Stranger(account) if geteuid().is_root() => Some(account),
        RunsAs::Stranger(_) | RunsAs::Us => None,
    };
    let failed = |error: &io::Error| Failure::io(bench.scratch.path(), error);
    // One for each dump of the set.
    let mut number = 0_u32;
    let folder = loop {
        number += 1;
        match bench.scratch.folder(&format!("{name}{number}"), account) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => break made.map_err(|error| failed(&error))?,
        }
    };
    let log = std::fs::File::create(bench.scratch.path().join(format!("{name}{number}.log")));
    Ok((folder, log.map_err(|error| failed(&error))?))
}

/// A program of the server's, run with its rights.
pub(super) fn job(
    bench: &Bench<'_>,
    program: PathBuf,
    arguments: Vec<String>,
    folder: &Path,
    runs_as: RunsAs,
) -> Job {
    let label = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let home = folder.display().to_string();
    let environment = vec![("HOME", home.clone()), ("TMPDIR", home)];
    let (limit, folder) = (bench.left(), folder.to_owned());
    Job {
        label,
        program,
        arguments,
        environment,
        folder,
        limit,
        runs_as,
        accepts: |status| status == 0,
        heeds: |_| true,
    }
}

/// What a client answers, as text.
pub(super) fn ask(bench: &Bench<'_>, job: &Job, script: Option<&str>) -> Result<Heard<String>, Failure> {
    let mut script = script.map(str::as_bytes);
    let input = script.as_mut().map(|bytes| bytes as &mut (dyn Read + Send));
    let heard = bench.roots.converse(job, input, |pipe| {
        let mut bytes = Vec::new();
        let read = pipe.take(MAX_ANSWER).read_to_end(&mut bytes);
        read.map_err(|error| Failure::malformed(&job.label, &error.to_string()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    });
    heard.map_err(quiet)
}

/// Feeds a dump to a client and waits until it has taken it all.
pub(super) fn take(bench: &Bench<'_>, job: &Job, dump: &mut (dyn Read + Send)) -> Result<Heard<()>, Failure> {
    let heard = bench.roots.converse(job, Some(dump), |pipe| {
        let swallowed = io::copy(pipe, &mut io::sink());
        swallowed.map(|_| ()).map_err(|error| Failure::malformed(&job.label, &error.to_string()))
    });
    heard.map_err(quiet)
}

/// A failure without what a server quotes.
fn quiet(failure: Failure) -> Failure {
    match failure {
        Failure::Command { command, what } => Failure::Command { command, what: without_quotes(&what) },
        other => other,
    }
}

/// Tables and rows out of a list of counts, a line for each table.
pub(super) fn counts(answer: &str) -> (u64, u64) {
    let counts = answer.lines().filter_map(|line| line.trim().parse::<u64>().ok());
    counts.fold((0, 0), |(tables, rows), count| (tables + 1, rows.saturating_add(count)))
}

/// Why a server did not begin.
pub(super) fn last_words(bench: &Bench<'_>, what: &str) -> Failure {
    let log = bench.scratch.path().join(format!("{what}1.log"));
    let said = bench.roots.tail(&log, LAST_WORDS).ok().flatten().unwrap_or_default();
    let last = String::from_utf8_lossy(&said).lines().last().map(without_quotes).unwrap_or_default();
    Failure::Command { command: what.to_owned(), what: format!("tidak mau mulai: {last}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_and_counts_are_read() {
        assert_eq!(
            account("patuh-drill:x:998:997:Patuh:/x:/y", "patuh-drill"),
            Some(Account { user: 998, group: 997 })
        );
        assert_eq!(account("patuh:x:998:997::/x:/y", "patuh-drill"), None);
        assert_eq!(account("patuh-drill:x:a:b", "patuh-drill"), None);
        assert_eq!(counts("3\n0\n\nx\n40\n"), (3, 43));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", numbers in "([0-9]{1,25}\n){0,5}") {
            let _ = (account(&text, "x"), counts(&text), counts(&numbers));
        }
    }
}
