//! rsnapshot's log file, run by run.
//!
//! A run begins with `…: started` and ends with `…: completed successfully` (or `with some warnings`, `with some
//! errors`). In between stands what it did, and what went wrong with which backup point: the name of the point's
//! folder where it was rolled back, its source where rsync failed, its command where a script did. A fault of the
//! configuration, such as one source that is not there, ends the whole run before anything is done, and then
//! there is no `started` at all. Lines are of the local time, without a zone.

use jiff::civil::DateTime;

use super::config::Point;

/// The longest words of a fault that are kept, in characters.
const WORDS: usize = 200;

/// A run, as the log tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    /// The level: `daily`, `sync`.
    pub(super) level: String,
    pub(super) began: DateTime,
    /// When it touched the newest snapshot, which is when it was done with the backup points.
    pub(super) touched: Option<DateTime>,
    /// Whether it ended, in whatever way.
    pub(super) has_ended: bool,
    /// What went wrong with single points.
    pub(super) faults: Vec<Fault>,
    /// Why nothing was done at all.
    pub(super) died: Option<String>,
}

/// What went wrong with a backup point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The folder of this name holds what the run before put there.
    RolledBack(String),
    /// rsync failed on this source.
    Source(String, i32),
    /// Something of this source could not be read (rsync's status 23).
    Partial(String),
    /// This script failed.
    Script(String, i32),
}

impl Fault {
    /// Whether it is about `point`; then with which status.
    pub(super) fn of(&self, point: &Point) -> Option<i32> {
        let names = |all: &[String], one: &str| all.iter().any(|other| other.trim() == one.trim());
        match self {
            Self::RolledBack(dest) => (dest.trim_matches('/') == point.dest).then_some(1),
            Self::Source(source, status) => names(&point.written, source).then_some(*status),
            Self::Partial(source) => names(&point.written, source).then_some(23),
            Self::Script(script, status) => names(&point.scripts, script).then_some(*status),
        }
    }
}

/// The runs in `text`, oldest first, and the time of its last line.
pub(super) fn runs(text: &str) -> (Vec<Run>, Option<DateTime>) {
    let (mut runs, mut last): (Vec<Run>, _) = (Vec::new(), None);
    for (at, said) in text.lines().filter_map(dated) {
        last = Some(at);
        take(&mut runs, at, said);
    }
    (runs, last)
}

/// `[2026-11-22T03:44:00] …`; the lines of a complaint that go on over several have no time.
fn dated(line: &str) -> Option<(DateTime, &str)> {
    let (at, said) = line.strip_prefix('[')?.split_once("] ")?;
    Some((at.parse().ok()?, said.trim()))
}

fn take(runs: &mut Vec<Run>, at: DateTime, said: &str) {
    if let Some(call) = said.strip_suffix(": started") {
        runs.push(Run { level: level(call), began: at, ..Run::default() });
        return;
    }
    if let Some((call, why)) = said.split_once(": ERROR: ") {
        let is_open = runs.last().is_some_and(|run| !run.has_ended && run.level == level(call));
        if !is_open {
            died(runs, at, call, why);
            return;
        }
    }
    let Some(run) = runs.last_mut().filter(|run| !run.has_ended) else { return };
    if said.contains(": completed") {
        run.has_ended = true;
    } else if said.starts_with("touch ") {
        run.touched = Some(at);
    } else if let Some(fault) = fault(said) {
        run.faults.push(fault);
    } else if let Some((_, why)) = said.split_once(": ERROR: ")
        && run.touched.is_none()
        && said.contains("not continue")
    {
        (run.has_ended, run.died) = (true, Some(words(why)));
    }
}

/// A complaint outside of any run: it never began. The first line that says more than where says why.
fn died(runs: &mut Vec<Run>, at: DateTime, call: &str, why: &str) {
    let level = level(call);
    let is_same = |run: &&mut Run| run.died.is_some() && run.level == level && run.began == at;
    let says_little = |why: &str| why.contains(" on line ") || why.starts_with("---");
    match runs.last_mut().filter(is_same) {
        Some(run) if run.died.as_deref().is_some_and(says_little) => run.died = Some(words(why)),
        Some(_) => {}
        None => {
            let died = Some(words(why));
            runs.push(Run { level, began: at, has_ended: true, died, ..Run::default() });
        }
    }
}

fn fault(said: &str) -> Option<Fault> {
    if let Some((_, quoted)) = said.split_once("WARNING: Rolling back \"") {
        return Some(Fault::RolledBack(quoted.trim_end_matches('"').to_owned()));
    }
    if let Some((_, rest)) = said.split_once("WARNING: Some files and/or directories in ") {
        // Those that vanished meanwhile are no fault: files come and go.
        let (source, _) = rest.split_once(" only transferred partially")?;
        return Some(Fault::Partial(source.to_owned()));
    }
    let (_, error) = said.split_once(": ERROR: ")?;
    let (who, how) = error.rsplit_once(" returned ")?;
    let status = |text: &str| text.trim().parse().unwrap_or(1);
    match (who.strip_prefix("backup_script "), how.split_once(" while processing ")) {
        (Some(script), _) => Some(Fault::Script(script.to_owned(), status(how))),
        (None, Some((code, source))) => Some(Fault::Source(source.to_owned(), status(code))),
        (None, None) => None,
    }
}

/// The level is the last word of the command line.
fn level(call: &str) -> String {
    call.split_whitespace().last().unwrap_or_default().chars().take(WORDS).collect()
}

fn words(why: &str) -> String {
    why.trim_end_matches('\\').trim().chars().take(WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two runs of the real rsnapshot 1.4.5 whose script fails.
    pub(super) const FAILING: &str = include_str!("samples/rsnapshot.log");
    /// Runs of the real rsnapshot 1.4.5: well; not begun, since a source is gone; and with a script that fails.
    pub(super) const MIXED: &str = include_str!("samples/mixed.log");

    fn point(dest: &str, written: &[&str], scripts: &[&str]) -> Point {
        let own = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect();
        Point { dest: dest.to_owned(), written: own(written), scripts: own(scripts), ..Point::default() }
    }

    fn check(text: &str, expected: &[(&str, bool, usize, Option<&str>)]) -> Vec<Run> {
        let (found, _) = runs(text);
        let shown: Vec<_> = found
            .iter()
            .map(|run| (run.level.as_str(), run.touched.is_some(), run.faults.len(), run.died.as_deref()))
            .collect();
        assert_eq!(shown, expected, "{text}");
        found
    }

    #[test]
    fn a_script_that_fails_is_named_and_the_folder_rolled_back() {
        let found = check(FAILING, &[("daily", true, 1, None), ("daily", true, 2, None)]);
        let script = Fault::Script("/bin/false".to_owned(), 1);
        assert_eq!(found[1].faults, [script.clone(), Fault::RolledBack("db/".to_owned())]);
        assert!(found.iter().all(|run| run.has_ended));
        assert_eq!(found[1].touched.unwrap().to_string(), "2026-11-22T03:44:01");
        assert_eq!(script.of(&point("db", &[], &["/bin/false"])), Some(1));
        assert_eq!(script.of(&point("localhost", &["/srv/lab/src/"], &[])), None);
        assert_eq!(found[1].faults[1].of(&point("db", &[], &[])), Some(1));
    }

    #[test]
    fn a_run_that_never_began_says_why() {
        let gone = "backup /srv/gone/ gone/ - Source directory \"/srv/gone/\"";
        let home = "backup /srv/src/home/y/z localhost/";
        let expected = [
            ("alpha", true, 0, None),
            ("alpha", false, 0, Some(gone)),
            ("alpha", true, 2, None),
            ("alpha", false, 0, Some(home)),
            ("beta", false, 0, Some(home)),
        ];
        check(MIXED, &expected);
        assert_eq!(runs(MIXED).1.unwrap().to_string(), "2026-11-22T18:29:53");
    }

    #[test]
    fn what_rsync_says_is_understood() {
        let said = "[2026-11-22T01:00:00] /usr/bin/rsnapshot daily: started\n\
            [2026-11-22T01:00:01] /usr/bin/rsnapshot daily: ERROR: /usr/bin/rsync returned 12 while processing root@web1:/srv/\n\
            [2026-11-22T01:00:02] WARNING: Some files and/or directories in /home/ only transferred partially during rsync operation\n\
            [2026-11-22T01:00:03] WARNING: Some files and/or directories in /etc/ vanished during rsync operation\n\
            [2026-11-22T01:00:04] touch /srv/rsnapshot/daily.0/\n\
            [2026-11-22T01:00:05] /usr/bin/rsnapshot daily: ERROR: /usr/bin/rsnapshot daily: completed, but with some errors\n\
            [2026-11-23T01:00:00] /usr/bin/rsnapshot daily: started\n\
            [2026-11-23T01:00:00] /usr/bin/rsnapshot daily: ERROR: Lockfile /var/run/rsnapshot.pid exists and so does its process, can not continue\n\
            [2026-11-24T01:00:00] /usr/bin/rsnapshot daily: started\n";
        let lock = "Lockfile /var/run/rsnapshot.pid exists and so does its process, can not continue";
        let found = check(
            said,
            &[("daily", true, 2, None), ("daily", false, 0, Some(lock)), ("daily", false, 0, None)],
        );
        assert_eq!(found[0].faults[0].of(&point("web1", &["root@web1:/srv/"], &[])), Some(12));
        assert_eq!(found[0].faults[1].of(&point("localhost", &["/etc/", "/home/"], &[])), Some(23));
        assert!(!found[2].has_ended);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", said in "([a-z \":/]|: started|: ERROR: | returned |Rolling back \"|WARNING: |touch |completed){0,20}") {
            let _ = runs(&text);
            let _ = runs(&format!("[2026-11-22T01:00:00] x: started\n[2026-11-22T01:00:00] {said}\n"));
        }
    }
}
