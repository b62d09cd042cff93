//! `/var/log/backupninja.log`: how every action ended. Its times have neither year nor zone.

use std::path::Path;

use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};

use crate::roots::Roots;
use crate::sensors::backup::logtime;

/// How much of the end of the log is read.
const LOG: u64 = 1024 * 1024;
/// Any leap year, so that every day of the calendar is one.
const YEAR: i16 = 1972;
/// The longest words that are kept, in characters.
const WORDS: usize = 160;
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// How an action ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Success,
    /// Something was said; the dumping handlers say no more when all of a server's dump failed.
    Warning,
    Failed,
}

/// One end of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// The action's file.
    pub(super) file: String,
    pub(super) verdict: Verdict,
    pub(super) at: DateTime,
}

/// The log, with its year and zone found out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Log {
    /// Oldest first.
    ends: Vec<End>,
    /// Why backupninja itself gave up, when it did nothing since.
    pub(super) died: Option<String>,
    ahead: Option<SignedDuration>,
}

impl Log {
    /// The end of the log file; of the one before it when nothing was written since it was rotated.
    pub(super) fn read(roots: &Roots, path: &Path) -> Self {
        let rotated = path.with_extension("log.1");
        Self::of(roots, path).or_else(|| Self::of(roots, &rotated)).unwrap_or_default()
    }

    fn of(roots: &Roots, path: &Path) -> Option<Self> {
        let text = roots.tail(path, LOG).ok().flatten().filter(|text| !text.is_empty())?;
        let (mut log, last) = parsed(&String::from_utf8_lossy(&text));
        let modified = roots.facts(path).ok().flatten().map(|facts| facts.modified);
        if let (Some(last), Some(modified)) = (last, modified) {
            log.ahead = logtime::ahead(logtime::in_year(last, modified), modified);
            for end in &mut log.ends {
                end.at = logtime::in_year(end.at, modified);
            }
        }
        Some(log)
    }

    /// How the action of `file` ended, newest first, with the moments where these could be found out.
    pub(super) fn of_action<'a>(
        &'a self,
        file: &'a Path,
    ) -> impl Iterator<Item = (&'a End, Option<Timestamp>)> {
        let own = self.ends.iter().rev().filter(move |end| Path::new(&end.file) == file);
        own.map(|end| (end, self.ahead.and_then(|ahead| logtime::moment(end.at, ahead))))
    }
}

fn parsed(text: &str) -> (Log, Option<DateTime>) {
    let (mut log, mut last) = (Log::default(), None);
    let mut is_within = false;
    for (at, said) in text.lines().filter_map(dated) {
        last = Some(at);
        if said.contains(">>>> starting action ") {
            (is_within, log.died) = (true, None);
        } else if let Some((_, ended)) = said.split_once("<<<< finished action ") {
            is_within = false;
            if let Some((file, verdict)) = ended.rsplit_once(": ") {
                let verdict = match verdict.trim() {
                    "SUCCESS" => Verdict::Success,
                    "WARNING" => Verdict::Warning,
                    _ => Verdict::Failed,
                };
                log.died = None;
                log.ends.push(End { file: file.to_owned(), verdict, at });
            }
        } else if let Some(why) = said.strip_prefix("Fatal: ").or_else(|| said.strip_prefix("Halt: "))
            && !is_within
        {
            log.died = Some(why.chars().take(WORDS).collect());
        }
    }
    (log, last)
}

/// `Nov 22 03:45:31 Info: …`; the lines that a message goes on over have no time.
fn dated(line: &str) -> Option<(DateTime, &str)> {
    let mut words = line.splitn(4, ' ');
    let (month, day, clock, said) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let month = MONTHS.iter().position(|name| *name == month)?;
    let month = i8::try_from(month).ok()?.checked_add(1)?;
    let mut clock = clock.splitn(3, ':').map(|part| part.parse::<i8>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    Some((DateTime::new(YEAR, month, day.parse().ok()?, hour, minute, second, 0).ok()?, said.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    /// The real backupninja 1.2.2: refuses its folder, then runs three actions.
    pub(super) const REAL: &str = include_str!("samples/backupninja.log");

    fn log(text: &str, modified: &str) -> Log {
        let times = format!(r#"{{"/var/log/backupninja.log": {{"modified": "{modified}"}}}}"#);
        let host = fixture::host(&[("var/log/backupninja.log", text), (".host/files.json", &times)]);
        Log::read(&host.roots, Path::new("/var/log/backupninja.log"))
    }

    fn check(text: &str, modified: &str, file: &str, expected: &[(Verdict, Option<&str>)]) {
        let log = log(text, modified);
        let found: Vec<_> = log.of_action(Path::new(file)).map(|(end, at)| (end.verdict, at)).collect();
        let at = |at: &Option<&str>| at.map(|at| at.parse::<Timestamp>().unwrap());
        assert_eq!(found, expected.iter().map(|(verdict, when)| (*verdict, at(when))).collect::<Vec<_>>());
    }

    #[test]
    fn the_ends_of_actions_get_year_and_zone() {
        let (jakarta, utc) = ("2026-11-21T20:46:12Z", "2026-11-22T03:46:12Z");
        check(REAL, jakarta, "/etc/backup.d/10.sh", &[(Verdict::Success, Some("2026-11-21T20:46:11Z"))]);
        check(REAL, utc, "/etc/backup.d/20.sh", &[(Verdict::Failed, Some("2026-11-22T03:46:11Z"))]);
        check(REAL, utc, "/etc/backup.d/30.pgsql", &[(Verdict::Warning, Some(utc))]);
        check(REAL, "2026-11-22T05:07:00Z", "/etc/backup.d/30.pgsql", &[(Verdict::Warning, None)]);
        check(REAL, utc, "/etc/backup.d/99.borg", &[]);
    }

    #[test]
    fn the_newest_comes_first_and_the_year_may_turn() {
        let text = "Dec 31 23:00:00 Info: <<<< finished action /e/1.borg: SUCCESS\n\
            Jan 01 00:10:00 Fatal: <<<< finished action /e/1.borg: FAILED\n";
        check(
            text,
            "2027-01-01T00:10:00Z",
            "/e/1.borg",
            &[
                (Verdict::Failed, Some("2027-01-01T00:10:00Z")),
                (Verdict::Success, Some("2026-12-31T23:00:00Z")),
            ],
        );
    }

    #[test]
    fn a_ninja_that_refuses_to_work_says_why() {
        let first: String = REAL.lines().take(1).map(|line| format!("{line}\n")).collect();
        let why = "Configuration files must not be world writable/readable! Dying on file /etc/backup.d";
        assert_eq!(log(&first, "2026-11-22T03:45:31Z").died.as_deref(), Some(why));
        assert_eq!(log(REAL, "2026-11-22T03:46:12Z").died, None, "it worked since");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", line in "([A-Z][a-z]{2} [0-9]{1,2} [0-9:]{5,8} )?([a-zA-Z/:. ]|<<<< finished action |>>>> starting action |Fatal: ){0,12}") {
            let _ = (parsed(&text), parsed(&line));
        }
    }
}
