//! A backup set, as far as it matters to what it holds.

use jiff::Timestamp;
use patuh_protocol::backup::{BackupSet, Holds, ProblemKind, Run, Tool};
use patuh_protocol::inventory::DatabaseEngine;

use super::mounts::Mounts;
use super::paths::{Pattern, Reach, Source, Touch};

/// How a set stands to a data store, worst first. What is said is an Indonesian clause; of two that stand alike the
/// later by its letters is said, so that the order of sets changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hold {
    /// It does not hold it.
    No(String),
    /// It holds a part.
    Part(String),
    /// It holds files of a running database as they lay there.
    Raw(String),
    /// It cannot be told.
    Unclear(String),
    /// It holds it.
    Yes,
}

/// A set with what counts of it.
pub(super) struct Held<'a> {
    pub(super) set: &'a BackupSet,
    /// Its place among the claims of its server.
    pub(super) at: usize,
    /// Runs that nothing speaks against.
    pub(super) sound: Vec<&'a Run>,
    /// It could not be looked into.
    unread: bool,
    sources: Vec<Source<'a>>,
    /// What is left out, each as it is written too.
    excludes: Vec<(Pattern, &'a str)>,
    /// The file systems of its host.
    mounts: &'a Mounts<'a>,
}

/// What may be set behind or before a database's name in the name of its dump.
const FILLERS: [&str; 40] = [
    "backup",
    "bak",
    "cadangan",
    "custom",
    "daily",
    "data",
    "database",
    "db",
    "dump",
    "full",
    "harian",
    "hourly",
    "latest",
    "mariadb",
    "minggu",
    "mingguan",
    "monthly",
    "mysql",
    "mysqldump",
    "pg",
    "pgdump",
    "pgsql",
    "postgres",
    "postgresql",
    "semalam",
    "sql",
    "weekly",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
];
/// How the name of a dump may end.
const ENDINGS: [&str; 15] = [
    ".gz", ".xz", ".zst", ".bz2", ".lz4", ".gpg", ".age", ".enc", ".sql", ".dump", ".pgdump", ".psql",
    ".backup", ".tar", ".7z",
];

impl<'a> Held<'a> {
    pub(super) fn new(at: usize, set: &'a BackupSet, mounts: &'a Mounts<'a>) -> Self {
        let is_sound = |run: &&Run| {
            run.whole != Some(false) && !set.problems.iter().any(|problem| problem.about == run.id)
        };
        let sound: Vec<&Run> = set.runs.iter().filter(is_sound).collect();
        let unread = set.runs.is_empty() && set.problems.iter().any(|p| p.kind == ProblemKind::Unreadable);
        let excluded = |text: &'a String| (Pattern::read(text, set.tool, &set.sources), text.as_str());
        Self {
            set,
            at,
            sound,
            unread,
            sources: set.sources.iter().map(|source| Source::new(source)).collect(),
            excludes: set.excludes.iter().map(excluded).collect(),
            mounts,
        }
    }

    /// Why nothing counts of it, if nothing does.
    pub(super) fn idle(&self) -> Option<Hold> {
        let name = &self.set.name;
        match (self.sound.is_empty(), self.unread) {
            (false, _) => None,
            (true, true) => Some(Hold::Unclear(format!("set `{name}` tidak dapat dibaca"))),
            (true, false) => {
                Some(Hold::No(format!("set `{name}` belum memiliki satu pun salinan yang utuh")))
            }
        }
    }

    /// When its newest sound run was made.
    pub(super) fn newest(&self) -> Option<Timestamp> {
        self.sound.iter().map(|run| run.at).max()
    }

    /// Whether it consists of dumps of databases and nothing else.
    pub(super) fn is_dump(&self) -> bool {
        matches!(self.set.tool, Tool::PgDump | Tool::MysqlDump | Tool::Dump) && self.set.sources.is_empty()
    }

    /// Whether its tool can hold a database of `engine`.
    pub(super) fn suits(&self, engine: DatabaseEngine) -> bool {
        use DatabaseEngine::{Mariadb, Mysql, Postgresql, Sqlite};
        match self.set.tool {
            Tool::PgDump | Tool::Pgbackrest => engine == Postgresql,
            Tool::MysqlDump => matches!(engine, Mysql | Mariadb),
            _ => engine != Sqlite,
        }
    }

    /// How it stands to the folder (or file) `path`.
    pub(super) fn folder(&self, path: &[&str], is_file: bool) -> Hold {
        let set = self.set;
        if let Some(idle) = self.idle() {
            return if set.holds == Holds::Database { Hold::No(String::new()) } else { idle };
        }
        if set.tool == Tool::Pgbackrest {
            return Hold::No(String::new());
        }
        if set.sources.is_empty() {
            let is_of_files = set.holds != Holds::Database
                && !matches!(set.tool, Tool::PgDump | Tool::MysqlDump | Tool::Vzdump);
            let what = || Hold::Unclear(format!("set `{}` tidak menyebut folder yang dimuatnya", set.name));
            return if is_of_files { what() } else { Hold::No(String::new()) };
        }
        match self.sources.iter().map(|source| source.reach(path)).max() {
            Some(Reach::Holds) => self.across(path).min(self.but_for_exclusions(path, is_file)),
            Some(Reach::Below) if !is_file => {
                Hold::Part(format!("set `{}` hanya memuat sebagian dari folder itu", set.name))
            }
            Some(Reach::Unclear) => {
                Hold::Unclear(format!("letak sumber set `{}` tidak dapat dipastikan", set.name))
            }
            _ => Hold::No(String::new()),
        }
    }

    /// What of a folder that its sources hold lies on file systems that it comes to.
    fn across(&self, path: &[&str]) -> Hold {
        let BackupSet { name, one_filesystem, .. } = self.set;
        if *one_filesystem == Some(false) {
            return Hold::Yes;
        }
        let stays = *one_filesystem == Some(true);
        if stays && !self.mounts.are_known() {
            return Hold::Unclear(format!(
                "set `{name}` tidak menyertakan sistem berkas lain, dan sistem berkas server ini tidak diketahui"
            ));
        }
        let away = self.mounts.beyond(path, self.depth(path));
        let apart = |mount| format!("sistem berkas lain, sedangkan `{mount}` sistem berkas tersendiri");
        let inside = || self.mounts.inside(path, |mount| self.depth(mount));
        let part = |mount| format!("sistem berkas `{mount}` di dalamnya");
        match (away, stays) {
            (Some(mount), true) => Hold::No(format!("set `{name}` tidak menyertakan {}", apart(mount))),
            (None, true) => inside().map_or(Hold::Yes, |mount| {
                Hold::Part(format!("set `{name}` tidak menyertakan {}", part(mount)))
            }),
            (away, false) => away.map(apart).or_else(|| inside().map(part)).map_or(Hold::Yes, |what| {
                Hold::Unclear(format!("tidak terlihat apakah set `{name}` menyertakan {what}"))
            }),
        }
    }

    /// How far down the nearest source begins that holds `path`.
    fn depth(&self, path: &[&str]) -> usize {
        let holding = self.sources.iter().filter(|source| source.reach(path) == Reach::Holds);
        holding.map(Source::depth).max().unwrap_or_default()
    }

    /// What is left of a folder that its sources hold.
    fn but_for_exclusions(&self, path: &[&str], is_file: bool) -> Hold {
        let set = self.set;
        let touched = self.excludes.iter().map(|(pattern, text)| (pattern.touch(path, is_file), *text));
        let Some((touch, pattern)) = touched.max() else { return Hold::Yes };
        match touch {
            Touch::Not => Hold::Yes,
            Touch::Perhaps => Hold::Unclear(format!(
                "tidak dapat dipastikan apa yang dikecualikan pola `{pattern}` dari set `{}`",
                set.name
            )),
            Touch::Inside => Hold::Part(format!("set `{}` mengecualikan `{pattern}`", set.name)),
            Touch::Whole => Hold::No(format!("set `{}` mengecualikannya dengan pola `{pattern}`", set.name)),
        }
    }

    /// The databases that it names; none when it names none.
    pub(super) fn names(&self) -> &'a [String] {
        &self.set.databases
    }

    /// The sound runs that are dumps of the database `name`, by their file names; `others` are the databases beside it.
    pub(super) fn dumps_of(&self, name: &str, others: &[&str]) -> Vec<&'a Run> {
        let is_its = |run: &&&Run| {
            let stem = stem(&run.id);
            let longer = |other: &&&str| other.len() > name.len() && is_named_after(stem, other);
            is_named_after(stem, name) && !others.iter().any(|other| longer(&other))
        };
        self.sound.iter().filter(is_its).copied().collect()
    }

    /// The names that its files carry, as far as dates and the like can be told from names.
    pub(super) fn file_names(&self) -> impl Iterator<Item = &'a str> {
        self.sound.iter().map(|run| core(stem(&run.id))).filter(|name| !name.is_empty())
    }

    /// Where the file of `run` lies on its host.
    pub(super) fn file_of(&self, run: &Run) -> String {
        let location = self.set.target.location.trim_end_matches('/');
        if run.id.starts_with('/') { run.id.clone() } else { format!("{location}/{}", run.id) }
    }
}

/// A file's name without folders and endings.
fn stem(id: &str) -> &str {
    let mut stem = id.rsplit('/').next().unwrap_or(id);
    while let Some(shorter) = ENDINGS.iter().find_map(|ending| stem.strip_suffix(ending)) {
        stem = shorter;
    }
    stem
}

/// Whether `stem` is `name`, but for dates and words that say nothing.
fn is_named_after(stem: &str, name: &str) -> bool {
    if name.is_empty() {
        return false;
    }
    stem.match_indices(name).any(|(at, _)| {
        let before = stem.get(..at).unwrap_or_default();
        let after = stem.get(at + name.len()..).unwrap_or_default();
        let is_bounded = (before.is_empty() || before.ends_with(is_separator))
            && (after.is_empty() || after.starts_with(is_separator));
        is_bounded && before.split(is_separator).chain(after.split(is_separator)).all(is_filler)
    })
}

/// What is left of `stem` without fillers at both ends.
fn core(stem: &str) -> &str {
    let mut core = stem;
    loop {
        core = core.trim_matches(is_separator);
        if let Some((before, last)) = core.rsplit_once(is_separator).filter(|(_, last)| is_filler(last)) {
            let _ = last;
            core = before;
        } else if let Some((_, after)) = core.split_once(is_separator).filter(|(first, _)| is_filler(first)) {
            core = after;
        } else {
            return core;
        }
    }
}

const fn is_separator(c: char) -> bool {
    matches!(c, '-' | '_' | '.' | ' ' | '+' | ':' | '@')
}

/// A date, a time, a weekday, `daily`.
fn is_filler(token: &str) -> bool {
    let lower = token.to_ascii_lowercase();
    let is_time = token.starts_with(|c: char| c.is_ascii_digit())
        && lower.chars().all(|c| c.is_ascii_digit() || matches!(c, 'h' | 'm' | 's' | 't' | 'z'));
    token.is_empty() || is_time || FILLERS.contains(&lower.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::Heard;
    use super::*;

    #[test]
    fn dumps_are_named_after_databases() {
        let check = |id: &str, name: &str, expected: bool| {
            assert_eq!(is_named_after(stem(id), name), expected, "{id} {name}");
        };
        check("pajak_20261121.sql.gz", "pajak", true);
        check("harian/pajak-2026-11-21T01.30.dump", "pajak", true);
        check("daily_pajak_2026-11-21_06h25m_Saturday.sql.gz", "pajak", true);
        check("pajak.sql", "pajak", true);
        check("pajak_lama_20261121.sql.gz", "pajak", false);
        check("pajak_lama_20261121.sql.gz", "pajak_lama", true);
        check("epajak.sql", "pajak", false);
        check("e-retribusi-2026.sql", "e-retribusi", true);
        check("semua.sql.gz", "pajak", false);
        check("pajak.sql", "", false);
    }

    #[test]
    fn the_longest_name_has_the_file() {
        let run = |id: &str| Run { id: id.into(), ..Run::default() };
        let set = BackupSet { runs: vec![run("simpeg_2024_20261121.sql")], ..BackupSet::default() };
        let mounts = Mounts::of(&Heard::Unknown { sensor: "filesystems" });
        let held = Held::new(0, &set, &mounts);
        assert!(held.dumps_of("simpeg", &["simpeg", "simpeg_2024"]).is_empty());
        assert_eq!(held.dumps_of("simpeg_2024", &["simpeg", "simpeg_2024"]).len(), 1);
        assert_eq!(held.dumps_of("simpeg", &["simpeg"]).len(), 1);
    }

    #[test]
    fn names_are_told_from_dates() {
        let check = |id: &str, expected: &str| assert_eq!(core(stem(id)), expected, "{id}");
        check("simkes-2026-11-21.dump", "simkes");
        check("daily_e-kinerja_2026-11-21_06h25m_Saturday.sql.gz", "e-kinerja");
        check("20261121.sql", "20261121");
        check("backup.sql", "backup");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(id in ".*", near in "[a-z0-9._é-]{0,20}", name in "[a-zé_-]{0,6}") {
            let _ = (core(stem(&id)), is_named_after(&id, &name), core(stem(&near)), is_named_after(&near, &name));
        }
    }
}
