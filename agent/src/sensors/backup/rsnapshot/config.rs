//! `/etc/rsnapshot.conf`: what is backed up, where to, and how many are kept (rsnapshot(1), "CONFIGURATION").
//!
//! Words are separated by tabs, one or more; a line that begins with white space goes on with the one before it;
//! `include_conf` brings in another file, or what a command prints, which is not run here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::roots::{Failure, Roots};
use crate::sensors::backup::crossing::is_stay;

/// The most files that include each other.
const MAX_FILES: usize = 40;
/// The most backup points and levels that are taken.
const MAX_POINTS: usize = 200;
const MAX_LEVELS: usize = 20;
/// The most that is read of one file.
const MAX_CONFIG: u64 = 256 * 1024;
/// What may tell rsync to stay on the file system of a source.
const ONE_FS: [&str; 3] = ["one_fs", "rsync_short_args", "rsync_long_args"];

/// A configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Config {
    /// Where the snapshots lie.
    pub(super) root: Option<PathBuf>,
    /// The levels, the most frequent first.
    pub(super) levels: Vec<Level>,
    /// The backup points, by destination, in their order.
    pub(super) points: Vec<Point>,
    pub(super) logfile: Option<PathBuf>,
    pub(super) lockfile: Option<PathBuf>,
    /// Backups go into `.sync` first.
    pub(super) sync_first: bool,
    /// Whether rsync is told to stay on the file systems of the sources.
    one_fs: bool,
    /// Patterns left out everywhere.
    excludes: Vec<String>,
    /// What was to be included and could not be read.
    pub(super) unread: Vec<String>,
}

/// How many snapshots of one name are kept (`retain`, of old `interval`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Level {
    pub(super) name: String,
    pub(super) keep: u32,
}

/// A folder inside every snapshot, and what is put into it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Point {
    /// Below a snapshot, without slashes around it.
    pub(super) dest: String,
    /// Folders of this host.
    pub(super) sources: Vec<String>,
    /// Whether anything of another host is put there too.
    pub(super) has_remote: bool,
    /// Every source as it is written, by which the log names it.
    pub(super) written: Vec<String>,
    /// Scripts whose output is put there.
    pub(super) scripts: Vec<String>,
    /// Of every source, whether rsync is told to stay on its file system, where it is said of it alone.
    pub(super) one_fs: Vec<Option<bool>>,
    /// Patterns left out of it.
    pub(super) excludes: Vec<String>,
}

impl Config {
    /// Reads `path` with all that it includes; `None` when it is not there.
    pub(super) fn read(roots: &Roots, path: &Path) -> Result<Option<Self>, Failure> {
        let Some(text) = roots.head(path, MAX_CONFIG)? else { return Ok(None) };
        let mut config = Self::default();
        let mut seen = BTreeSet::from([path.to_owned()]);
        config.take(roots, &String::from_utf8_lossy(&text), &mut seen);
        Ok(Some(config))
    }

    /// For how many days the longest-lived level keeps, where the names of the levels say how long they last.
    pub(super) fn keep_days(&self) -> Option<u32> {
        let days = |level: &Level| {
            let each = match level.name.as_str() {
                "hourly" => return Some(level.keep.div_ceil(24)),
                "daily" => 1,
                "weekly" => 7,
                "monthly" => 30,
                "yearly" => 365,
                _ => return None,
            };
            level.keep.checked_mul(each)
        };
        self.levels.iter().filter_map(days).max()
    }

    /// What is left out of a point.
    pub(super) fn excludes(&self, point: &Point) -> Vec<String> {
        self.excludes.iter().chain(&point.excludes).cloned().collect()
    }

    /// Whether all sources of a point are copied without what is mounted below them.
    pub(super) fn one_filesystem(&self, point: &Point) -> Option<bool> {
        let mut each = point.one_fs.iter().map(|own| own.unwrap_or(self.one_fs));
        let first = each.next().filter(|first| *first || self.unread.is_empty())?;
        each.all(|other| other == first).then_some(first)
    }

    fn take(&mut self, roots: &Roots, text: &str, seen: &mut BTreeSet<PathBuf>) {
        for words in lines(text) {
            let word = |at: usize| words.get(at).map(String::as_str).filter(|word| !word.is_empty());
            let Some(value) = word(1) else { continue };
            let path = || Some(PathBuf::from(value)).filter(|path| path.is_absolute());
            match word(0).unwrap_or_default() {
                "include_conf" => self.include(roots, value, seen),
                "snapshot_root" => self.root = path(),
                "logfile" => self.logfile = path(),
                "lockfile" => self.lockfile = path(),
                "sync_first" => self.sync_first = value == "1",
                key if ONE_FS.contains(&key) => self.one_fs |= is_one_fs(value),
                "exclude" => self.excludes.push(value.to_owned()),
                "exclude_file" => self.excludes.extend(patterns(roots, value)),
                "retain" | "interval" => self.level(value, word(2)),
                "backup" => self.backup(roots, value, word(2), word(3)),
                "backup_script" => {
                    if let Some(point) = self.point(word(2)) {
                        point.scripts.push(value.to_owned());
                    }
                }
                _ => {}
            }
        }
    }

    fn include(&mut self, roots: &Roots, value: &str, seen: &mut BTreeSet<PathBuf>) {
        let path = Path::new(value);
        if seen.len() >= MAX_FILES || !seen.insert(path.to_owned()) {
            return;
        }
        // A command in backquotes is no path.
        let found = path.is_absolute().then(|| roots.head(path, MAX_CONFIG).ok().flatten()).flatten();
        match found {
            Some(text) => self.take(roots, &String::from_utf8_lossy(&text), seen),
            None => self.unread.push(value.to_owned()),
        }
    }

    fn level(&mut self, called: &str, keep: Option<&str>) {
        let is_name = called.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
        let keep = keep.and_then(|keep| keep.trim().parse().ok());
        if let Some(keep) = keep
            && is_name
            && self.levels.len() < MAX_LEVELS
        {
            self.levels.push(Level { name: called.to_owned(), keep });
        }
    }

    /// `backup  SOURCE  DEST  option=value,…`.
    fn backup(&mut self, roots: &Roots, source: &str, dest: Option<&str>, options: Option<&str>) {
        let options: Vec<&str> = options.unwrap_or_default().split(',').collect();
        let options =
            options.iter().filter_map(|option| option.trim().trim_start_matches('+').split_once('='));
        let Some(point) = self.point(dest) else { return };
        point.written.push(source.to_owned());
        if source.starts_with('/') {
            let trimmed = source.trim_end_matches('/');
            point.sources.push(if trimmed.is_empty() { "/".to_owned() } else { trimmed.to_owned() });
            // Options of rsync are added to those for all; only `one_fs` itself takes back.
            let says_so = options.clone().any(|(key, value)| ONE_FS.contains(&key) && is_one_fs(value));
            let is_said = says_so || options.clone().any(|(key, _)| key == "one_fs");
            point.one_fs.push(is_said.then_some(says_so));
        } else if !source.starts_with("lvm://") {
            point.has_remote = true;
        }
        for (key, value) in options {
            match key {
                "exclude" => point.excludes.push(value.to_owned()),
                "exclude_file" => point.excludes.extend(patterns(roots, value)),
                _ => {}
            }
        }
    }

    /// The point at `dest`, a path below a snapshot, which is put there when it is new.
    fn point(&mut self, dest: Option<&str>) -> Option<&mut Point> {
        let dest = dest?.trim().trim_matches('/');
        let is_inside = !dest.is_empty() && dest != "." && !dest.split('/').any(|part| part == "..");
        if !is_inside || self.points.len() >= MAX_POINTS {
            return None;
        }
        let at = self.points.iter().position(|point| point.dest == dest).unwrap_or_else(|| {
            self.points.push(Point { dest: dest.to_owned(), ..Point::default() });
            self.points.len().saturating_sub(1)
        });
        self.points.get_mut(at)
    }
}

/// Whether a value of [`ONE_FS`] says so: `1`, or options of rsync.
fn is_one_fs(value: &str) -> bool {
    value == "1" || value.split_whitespace().any(|word| is_stay(word, "efBTM"))
}

/// The patterns in a file as rsync reads it: one a line, `#` and `;` begin a comment.
fn patterns(roots: &Roots, path: &str) -> Vec<String> {
    let text = roots.head(Path::new(path), MAX_CONFIG).ok().flatten().unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    let kept = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', ';']));
    kept.take(MAX_POINTS).map(str::to_owned).collect()
}

/// The words of every line, with those of the lines that go on with it.
fn lines(text: &str) -> Vec<Vec<String>> {
    let mut lines: Vec<Vec<String>> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let words =
            line.trim().split('\t').filter(|word| !word.is_empty()).map(|word| word.trim().to_owned());
        match lines.last_mut().filter(|_| line.starts_with([' ', '\t'])) {
            Some(before) => before.extend(words),
            None => lines.push(words.collect()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    const CONFIG: &str = "config_version\t1.2\n# snapshot_root\t/tmp/\nsnapshot_root\t\t/srv/rsnapshot/\n\
        retain\talpha\t6\nretain\tdaily\t7\ninterval\tmonthly\t12\nretain\tbad/name\t3\nretain\tx\tmany\n\
        logfile\t/var/log/rsnapshot.log\nlockfile\t/var/run/rsnapshot.pid\nsync_first\t1\n\
        exclude\t*.iso\nexclude_file\t/etc/rsnapshot.exclude\ninclude_conf\t/etc/rsnapshot.d/web\n\
        include_conf\t`/usr/local/bin/more`\n\
        backup\t/home/\tlocalhost/\nbackup\t/\n\twhole/\nbackup\t/etc/\t\tlocalhost/\texclude=shadow,one_fs=1\n\
        backup\troot@web1:/srv/\tweb1/\nbackup\tlvm://vg0/data/\tdata/\nbackup_script\t/usr/local/bin/pg.sh -v\tdb/\n\
        backup\t/x/\t../../etc/\nbackup\t/x/\nbackup_exec\t/bin/date\n";

    fn config() -> Config {
        let host = fixture::host(&[
            ("etc/rsnapshot.conf", CONFIG),
            ("etc/rsnapshot.exclude", "# none of these\n/var/cache\n\n; nor\n*.tmp\n"),
            ("etc/rsnapshot.d/web", "backup\t/var/www/\tlocalhost/\ninclude_conf\t/etc/rsnapshot.d/web\n"),
        ]);
        Config::read(&host.roots, Path::new("/etc/rsnapshot.conf")).unwrap().unwrap()
    }

    #[test]
    fn points_are_gathered_by_destination() {
        let config = config();
        let points: Vec<_> = config.points.iter().map(|p| (p.dest.as_str(), p.sources.join(" "))).collect();
        let expected =
            [("localhost", "/var/www /home /etc"), ("whole", "/"), ("web1", ""), ("data", ""), ("db", "")];
        assert_eq!(points, expected.map(|(dest, from)| (dest, from.to_owned())));
        assert_eq!(config.points.iter().filter(|p| p.has_remote).count(), 1);
        assert_eq!(config.points.last().unwrap().scripts, ["/usr/local/bin/pg.sh -v"]);
    }

    #[test]
    fn the_rest_is_read() {
        let config = config();
        assert_eq!(config.root.as_deref(), Some(Path::new("/srv/rsnapshot/")));
        let levels: Vec<_> = config.levels.iter().map(|level| (level.name.as_str(), level.keep)).collect();
        assert_eq!(levels, [("alpha", 6), ("daily", 7), ("monthly", 12)]);
        assert_eq!((config.keep_days(), config.sync_first), (Some(360), true));
        assert_eq!(config.excludes(&config.points[0]), ["*.iso", "/var/cache", "*.tmp", "shadow"]);
        assert_eq!(config.unread, ["`/usr/local/bin/more`"]);
        assert_eq!(config.logfile.as_deref(), Some(Path::new("/var/log/rsnapshot.log")));
    }

    #[test]
    fn sources_that_stay_on_their_file_system_are_told() {
        let check = |lines: &str, expected: Option<bool>| {
            let mut config = Config::default();
            config.take(&Roots::at(Path::new("/nonexistent")), lines, &mut BTreeSet::new());
            assert_eq!(config.one_filesystem(&config.points[0]), expected, "{lines}");
        };
        check("backup\t/\tx/\n", Some(false));
        check("backup\t/\tx/\none_fs\t1\n", Some(true));
        check("rsync_short_args\t-ax\nbackup\t/\tx/\n", Some(true));
        check("one_fs\t1\nbackup\t/\tx/\tone_fs=0,exclude=x\n", Some(false));
        check("one_fs\t1\nbackup\t/\tx/\t+rsync_long_args=--bwlimit=9\n", Some(true));
        check("backup\t/\tx/\t+rsync_long_args=--one-file-system\n", Some(true));
        check("backup\t/\tx/\tone_fs=1\nbackup\t/srv/\tx/\n", None);
        check("backup\t/\tx/\ninclude_conf\t`x`\n", None);
        check("backup\troot@web1:/\tx/\n", None);
    }

    #[test]
    fn levels_of_other_names_say_nothing_of_days() {
        let levels = vec![Level { name: "alpha".into(), keep: 6 }];
        assert_eq!(Config { levels, ..Config::default() }.keep_days(), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", lines in "([a-z_]{1,14}|backup|retain|include_conf|[/.\\t\\n =,+`]){0,60}") {
            for text in [text, lines] {
                let nowhere = Roots::at(Path::new("/nonexistent"));
                let mut config = Config::default();
                config.take(&nowhere, &text, &mut BTreeSet::new());
                let leads_out = |point: &Point| point.dest.split('/').any(|part| part == "..");
                assert!(!config.points.iter().any(leads_out));
            }
        }
    }
}
