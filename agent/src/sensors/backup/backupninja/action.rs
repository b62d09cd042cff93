//! The actions of backupninja: files in `/etc/backup.d`, whose ending names what handles them (backup.d(5)).
//!
//! They hold passwords. Only the keys named here are ever looked at.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use patuh_protocol::backup::{Holds, Tool};

use crate::roots::{Failure, Roots};

/// Where everything is said to be elsewhere.
const CONFIG: &str = "/etc/backupninja.conf";
/// The most actions, and the most values of one.
const MAX_ACTIONS: usize = 100;
const MAX_VALUES: usize = 500;
/// The most that is read of one file.
const MAX_FILE: u64 = 128 * 1024;

/// Where backupninja keeps things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Places {
    /// The actions.
    pub(super) actions: PathBuf,
    pub(super) logfile: PathBuf,
}

impl Places {
    /// As configured, else as the packages set it.
    pub(super) fn read(roots: &Roots) -> Self {
        let text = roots.head(Path::new(CONFIG), MAX_FILE).ok().flatten().unwrap_or_default();
        let values = values(&String::from_utf8_lossy(&text));
        let path = |key: &str, usual: &str| {
            let told = one(&values, "", key).filter(|path| path.starts_with('/'));
            PathBuf::from(told.unwrap_or(usual))
        };
        Self {
            actions: path("configdirectory", "/etc/backup.d"),
            logfile: path("logfile", "/var/log/backupninja.log"),
        }
    }
}

/// The values of a file, by section and key.
type Values = BTreeMap<(String, String), Vec<String>>;

/// One action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Action {
    /// Its file, by which the log names it.
    pub(super) path: PathBuf,
    /// Its file's name.
    pub(super) called: String,
    pub(super) kind: Kind,
    values: Values,
    /// The lines of a script.
    script: Option<String>,
}

/// What handles an action, as far as it makes backups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Postgresql,
    Mysql,
    Ldap,
    Tar,
    Borg,
    Restic,
    Duplicity,
    Rdiff,
    Rsync,
    Script,
}

impl Kind {
    fn of(ending: &str) -> Option<Self> {
        Some(match ending {
            "pgsql" => Self::Postgresql,
            "mysql" => Self::Mysql,
            "ldap" => Self::Ldap,
            "tar" => Self::Tar,
            "borg" => Self::Borg,
            "restic" => Self::Restic,
            "dup" => Self::Duplicity,
            "rdiff" => Self::Rdiff,
            "rsync" => Self::Rsync,
            "sh" => Self::Script,
            _ => return None,
        })
    }
}

/// The actions in `folder` that are switched on, by name; `None` when there is no such folder.
pub(super) fn actions(roots: &Roots, folder: &Path) -> Result<Option<Vec<Action>>, Failure> {
    let Some(names) = roots.list(folder)? else { return Ok(None) };
    // A name that begins with 0 is switched off; so is the ending `.disabled`, which nothing handles.
    let is_on = |name: &&String| !name.starts_with(['0', '.']);
    let mut actions = Vec::new();
    for called in names.iter().filter(is_on) {
        let Some(kind) = called.rsplit('.').next().and_then(Kind::of) else { continue };
        let path = folder.join(called);
        let Some(text) = roots.head(&path, MAX_FILE)? else { continue };
        let text = String::from_utf8_lossy(&text);
        let script = (kind == Kind::Script).then(|| text.clone().into_owned());
        let values = if script.is_some() { Values::new() } else { values(&text) };
        actions.push(Action { path, called: called.clone(), kind, values, script });
        if actions.len() >= MAX_ACTIONS {
            break;
        }
    }
    Ok(Some(actions))
}

impl Action {
    /// The tool that makes the backup; `None` for a script that runs none we know.
    pub(super) fn tool(&self, of_script: impl Fn(&str) -> Option<Tool>) -> Option<Tool> {
        Some(match self.kind {
            Kind::Postgresql => Tool::PgDump,
            Kind::Mysql => Tool::MysqlDump,
            Kind::Ldap => Tool::Dump,
            Kind::Tar => Tool::Tar,
            Kind::Borg => Tool::Borg,
            Kind::Restic => Tool::Restic,
            Kind::Duplicity => Tool::Duplicity,
            Kind::Rdiff | Kind::Rsync => Tool::Tree,
            Kind::Script => of_script(self.script.as_deref()?)?,
        })
    }

    pub(super) fn holds(&self) -> Holds {
        match self.kind {
            Kind::Postgresql | Kind::Mysql | Kind::Ldap => Holds::Database,
            Kind::Script => Holds::Unknown,
            _ => Holds::Files,
        }
    }

    /// The files it leaves on this host, as a pattern; `None` when it leaves none, or somewhere else.
    pub(super) fn files(&self) -> Option<String> {
        let folder = |usual: &str| {
            let told = self.value("", "backupdir").unwrap_or(usual).trim_end_matches('/').to_owned();
            (told.starts_with('/') && !told.contains(['*', '?', '['])).then_some(told)
        };
        match self.kind {
            Kind::Postgresql => Some(format!("{}/*", folder("/var/backups/postgres")?)),
            Kind::Mysql => Some(format!("{}/sqldump/*", folder("/var/backups/mysql")?)),
            Kind::Ldap => Some(format!("{}/*.ldif*", folder("/var/backups/ldap")?)),
            Kind::Tar => {
                let called =
                    self.value("", "backupname").filter(|name| !name.contains(['*', '?', '[', '/']))?;
                Some(format!("{}/{called}-*", folder("")?))
            }
            _ => None,
        }
    }

    /// Where it keeps what it makes, as a path or URL, as it is written.
    pub(super) fn location(&self) -> Option<String> {
        let host = self.value("dest", "host").filter(|host| *host != "localhost");
        let at = |path: &str| host.map_or_else(|| path.to_owned(), |host| format!("{host}:{path}"));
        match self.kind {
            Kind::Borg => self.value("dest", "directory").map(at),
            Kind::Restic => self.value("general", "repository").map(str::to_owned),
            Kind::Rdiff => {
                let is_local = self.value("dest", "type").is_none_or(|kind| kind == "local");
                let folder = self.value("dest", "directory")?;
                Some(if is_local { folder.to_owned() } else { at(folder) })
            }
            Kind::Rsync => {
                let is_local = self.value("dest", "dest").is_none_or(|kind| kind == "local");
                let mount = self.value("general", "mountpoint").unwrap_or_default();
                let folder =
                    format!("{}/{}", mount.trim_end_matches('/'), self.value("general", "backupdir")?);
                Some(if is_local { folder } else { at(&folder) })
            }
            Kind::Duplicity => {
                let url = || self.value("dest", "desturl").map(str::to_owned);
                let host = || {
                    let folder = self.value("dest", "destdir").unwrap_or_default();
                    Some(format!("{}:{folder}", self.value("dest", "desthost")?))
                };
                url().or_else(host)
            }
            _ => None,
        }
    }

    /// The folders it takes along.
    pub(super) fn sources(&self) -> Vec<String> {
        let told = self.lists("include").chain(self.lists("includes").flat_map(str::split_whitespace));
        let paths = told.map(|path| if path == "/" { path } else { path.trim_end_matches('/') });
        paths.filter(|path| path.starts_with('/')).map(str::to_owned).collect()
    }

    /// What it leaves out.
    pub(super) fn excludes(&self) -> Vec<String> {
        let told = self.lists("exclude").chain(self.lists("excludes").flat_map(str::split_whitespace));
        told.map(str::to_owned).collect()
    }

    /// The databases it dumps; `*` for all.
    pub(super) fn databases(&self) -> Vec<String> {
        if !matches!(self.kind, Kind::Postgresql | Kind::Mysql) {
            return Vec::new();
        }
        match self.value("", "databases") {
            None | Some("all") => vec!["*".to_owned()],
            Some(named) => named.split_whitespace().map(str::to_owned).collect(),
        }
    }

    /// For how many days it keeps, as configured.
    pub(super) fn keep_days(&self) -> Option<u32> {
        match self.kind {
            Kind::Borg => days(self.value("source", "keep").unwrap_or("30d")),
            Kind::Rdiff | Kind::Duplicity => {
                let told = self.value("", "keep").or_else(|| self.value("dest", "keep"));
                days(told.unwrap_or("60"))
            }
            Kind::Restic => {
                let each =
                    [("keep_daily", 1), ("keep_weekly", 7), ("keep_monthly", 30), ("keep_yearly", 365)];
                let told = each.iter().filter_map(|(key, days)| {
                    self.value("forget", key)?.parse::<u32>().ok()?.checked_mul(*days)
                });
                told.max()
            }
            _ => None,
        }
        .filter(|days| *days > 0)
    }

    fn value(&self, section: &str, key: &str) -> Option<&str> {
        one(&self.values, section, key)
    }

    /// All values of a key, in whatever section.
    fn lists<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let of_key = self.values.iter().filter(move |((_, known), _)| known == key);
        of_key.flat_map(|(_, values)| values).map(String::as_str)
    }
}

/// `30d`, `4w`, `6m`, `1y`; a bare number is of days.
fn days(text: &str) -> Option<u32> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let each = match text.get(digits.len()..)? {
        "" | "d" | "D" => 1,
        "w" | "W" => 7,
        "m" | "M" => 30,
        "y" | "Y" => 365,
        _ => return None,
    };
    digits.trim().parse::<u32>().ok()?.checked_mul(each)
}

fn one<'a>(values: &'a Values, section: &str, key: &str) -> Option<&'a str> {
    let all = values.get(&(section.to_owned(), key.to_owned()))?;
    all.last().map(String::as_str).filter(|value| !value.is_empty())
}

/// `key = value` lines below `[section]` lines; a backslash at the end of a line goes on with the next.
fn values(text: &str) -> Values {
    let mut values = Values::new();
    let (mut section, mut begun) = (String::new(), String::new());
    for line in text.lines() {
        if let Some(more) = line.trim_end().strip_suffix('\\') {
            begun.push_str(more.trim());
            begun.push(' ');
            continue;
        }
        let line = std::mem::take(&mut begun) + line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(named) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = named.trim().to_owned();
        } else if let Some((key, value)) = line.split_once('=') {
            let of_key = values.entry((section.clone(), key.trim().to_owned())).or_default();
            if of_key.len() < MAX_VALUES {
                of_key.push(value.trim().trim_matches(['"', '\'']).to_owned());
            }
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn action(called: &str, text: &str) -> Option<Action> {
        let path = format!("etc/backup.d/{called}");
        let host = fixture::host(&[(path.as_str(), text)]);
        let places = Places::read(&host.roots);
        actions(&host.roots, &places.actions).unwrap().unwrap().pop()
    }

    fn check(
        called: &str,
        text: &str,
        location: Option<&str>,
        files: Option<&str>,
        keep: Option<u32>,
    ) -> Action {
        let found = action(called, text).unwrap();
        assert_eq!(found.location().as_deref(), location, "{called}");
        assert_eq!((found.files().as_deref(), found.keep_days()), (files, keep), "{called}");
        found
    }

    #[test]
    fn every_handler_says_where_it_keeps_what() {
        let borg = "[source]\ninclude = /etc\ninclude = /srv/\nexclude = /srv/cache\nkeep = 6w\n[dest]\n\
            directory = /srv/borg/opd\nhost = dc.kab.go.id\nuser = opd\npassphrase = rahasia\n";
        let found = check("90.borg", borg, Some("dc.kab.go.id:/srv/borg/opd"), None, Some(42));
        assert_eq!(
            (found.sources(), found.excludes()),
            (vec!["/etc".into(), "/srv".into()], vec!["/srv/cache".into()])
        );
        check("90.borg", &borg.replace("dc.kab.go.id", "localhost"), Some("/srv/borg/opd"), None, Some(42));
        let restic = "[general]\nrepository = sftp:opd@dc:/srv/r\npassword = rahasia\n[backup]\ninclude = /\n\
            [forget]\nkeep_daily = 7\nkeep_weekly = 4\n";
        let found = check("80.restic", restic, Some("sftp:opd@dc:/srv/r"), None, Some(28));
        assert_eq!(found.sources(), ["/"]);
        let rsync = "[general]\nmountpoint = /media/usb\nbackupdir = rsync\n[source]\ninclude = /home\n[dest]\ndest = local\n";
        check("70.rsync", rsync, Some("/media/usb/rsync"), None, None);
        let rdiff = "[dest]\ntype = remote\ndirectory = /srv/rdiff\nhost = dc\nkeep = 30\n";
        check("60.rdiff", rdiff, Some("dc:/srv/rdiff"), None, Some(30));
        check(
            "50.dup",
            "[dest]\ndesturl = sftp://u:p@dc//x\nkeep = 2m\n",
            Some("sftp://u:p@dc//x"),
            None,
            Some(60),
        );
        check("50.dup", "[dest]\ndesthost = dc\ndestdir = /x\n", Some("dc:/x"), None, Some(60));
    }

    #[test]
    fn dumps_lie_in_folders() {
        let found =
            check("30.pgsql", "databases = simpeg simda\n", None, Some("/var/backups/postgres/*"), None);
        assert_eq!(found.databases(), ["simpeg", "simda"]);
        let found =
            check("31.mysql", "backupdir = /srv/my/\nsqldump = yes\n", None, Some("/srv/my/sqldump/*"), None);
        assert_eq!(found.databases(), ["*"]);
        let tar = "backupdir = /srv/tar\nbackupname = srv1\nincludes = \"/etc \\\n /home\"\nexcludes = \"/home/x\"\n";
        let found = check("10.tar", tar, None, Some("/srv/tar/srv1-*"), None);
        assert_eq!(
            (found.sources(), found.excludes()),
            (vec!["/etc".into(), "/home".into()], vec!["/home/x".to_owned()])
        );
        check("33.ldap", "", None, Some("/var/backups/ldap/*.ldif*"), None);
    }

    #[test]
    fn what_is_switched_off_or_makes_no_backup_is_left_out() {
        for called in ["030.pgsql", "30.pgsql.disabled", ".30.pgsql.swp", "10.sys", "README"] {
            assert_eq!(action(called, "x = y\n"), None, "{called}");
        }
        let script = action("20.sh", "borg create ::x /etc\n").unwrap();
        assert_eq!(script.tool(|text| text.contains("borg").then_some(Tool::Borg)), Some(Tool::Borg));
        assert_eq!(script.tool(|_| None), None);
    }

    #[test]
    fn the_places_may_be_elsewhere() {
        let host =
            fixture::host(&[("etc/backupninja.conf", "configdirectory = /opt/bn\nlogfile = relative\n")]);
        let places = Places::read(&host.roots);
        assert_eq!(
            (places.actions.to_str(), places.logfile.to_str()),
            (Some("/opt/bn"), Some("/var/log/backupninja.log"))
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", ini in "([a-z]{1,9}|[\\[\\]=#\"\\\\\\n/ ]|include|keep|host|dest){0,40}") {
            for text in [text, ini] {
                for kind in [Kind::Borg, Kind::Rsync, Kind::Duplicity, Kind::Tar, Kind::Restic, Kind::Rdiff] {
                    let (path, called) = (PathBuf::from("/x"), "x".to_owned());
                    let found = Action { path, called, kind, values: values(&text), script: None };
                    let _ = (found.files(), found.location(), found.sources(), found.excludes(), found.keep_days());
                }
            }
        }
    }
}
