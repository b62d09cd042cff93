//! What borgmatic is told to do (borgmatic's "configuration reference"), of version 1.0 to 2.x: since 1.8 the
//! keys stand at the top, before that in the tables `location`, `retention` and `hooks`.

use crate::roots::lossy::name;

use super::yaml::Value;

/// The tables that older versions keep their keys in.
const TABLES: [&str; 6] = ["location", "storage", "retention", "consistency", "output", "hooks"];
/// The most of anything that is taken from one file.
const MAX: usize = 200;
/// The lists of databases that hooks dump into the archive.
const DATABASES: [&str; 5] =
    ["postgresql_databases", "mysql_databases", "mariadb_databases", "mongodb_databases", "sqlite_databases"];

/// What one file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Config {
    /// Where the repositories lie, with the names they are given.
    pub(super) repositories: Vec<(String, Option<String>)>,
    pub(super) sources: Vec<String>,
    pub(super) excludes: Vec<String>,
    pub(super) one_filesystem: Option<bool>,
    pub(super) databases: Vec<String>,
    pub(super) keep_days: Option<u32>,
}

impl Config {
    pub(super) fn of(tree: &Value) -> Self {
        let keys = Keys(tree);
        let (sources, excludes) = keys.patterns();
        Self {
            repositories: keys.repositories(),
            sources: keys.sources().chain(sources).take(MAX).collect(),
            excludes: keys.texts("exclude_patterns").map(name).chain(excludes).take(MAX).collect(),
            one_filesystem: keys.one_filesystem(),
            databases: keys.databases(),
            keep_days: keys.keep_days(),
        }
    }
}

struct Keys<'a>(&'a Value);

impl<'a> Keys<'a> {
    fn get(&self, key: &str) -> Option<&'a Value> {
        let inner = || TABLES.iter().find_map(|table| self.0.get(table)?.get(key));
        self.0.get(key).or_else(inner)
    }

    fn list(&self, key: &str) -> &'a [Value] {
        self.get(key).map(Value::list).unwrap_or_default()
    }

    fn texts(&self, key: &str) -> impl Iterator<Item = &'a str> {
        self.list(key).iter().filter_map(Value::text)
    }

    fn repositories(&self) -> Vec<(String, Option<String>)> {
        let repository = |value: &Value| match value {
            Value::Text(path) => Some((path.clone(), None)),
            table => {
                let label = table.get("label").and_then(Value::text).map(name);
                Some((table.get("path")?.text()?.to_owned(), label))
            }
        };
        self.list("repositories").iter().take(MAX).filter_map(repository).collect()
    }

    fn sources(&self) -> impl Iterator<Item = String> {
        let folder = self.get("working_directory").and_then(Value::text).filter(|path| path.starts_with('/'));
        self.texts("source_directories").filter_map(move |path| match folder {
            _ if path.starts_with('/') => Some(name(path)),
            Some(folder) if !path.starts_with('~') => {
                Some(name(&format!("{}/{path}", folder.trim_end_matches('/'))))
            }
            _ => None,
        })
    }

    /// Roots and exclusions of borg's patterns: `R /srv`, `- /srv/x`, `! /srv/y`.
    fn patterns(&self) -> (Vec<String>, Vec<String>) {
        let (mut roots, mut left_out) = (Vec::new(), Vec::new());
        for (kind, pattern) in self.texts("patterns").filter_map(|line| line.trim().split_once(' ')) {
            match kind {
                "R" if pattern.starts_with('/') => roots.push(name(pattern)),
                "-" | "!" => left_out.push(name(pattern)),
                _ => {}
            }
        }
        (roots, left_out)
    }

    /// From 1.5.5 on a hook that dumps databases implied it, until newer versions gave that up; and whoever gives borg
    /// options of his own may say it there.
    fn one_filesystem(&self) -> Option<bool> {
        let is_on = self.get("one_file_system").and_then(Value::text) == Some("true");
        let may_be = !self.databases().is_empty() || self.get("extra_borg_options").is_some();
        if may_be && !is_on { None } else { Some(is_on) }
    }

    fn databases(&self) -> Vec<String> {
        let named = DATABASES.iter().flat_map(|kind| {
            // A file of SQLite is known by its path.
            let key = if *kind == "sqlite_databases" { "path" } else { "name" };
            self.list(kind)
                .iter()
                .filter_map(move |database| database.get(key).or(database.get("name"))?.text())
        });
        let mut databases: Vec<String> =
            named.take(MAX).map(|named| if named == "all" { "*".to_owned() } else { name(named) }).collect();
        databases.sort();
        databases.dedup();
        databases
    }

    /// For how many days the oldest archive is kept, by whichever rule keeps longest; a month has 30.
    fn keep_days(&self) -> Option<u32> {
        let rules = [("keep_daily", 1), ("keep_weekly", 7), ("keep_monthly", 30), ("keep_yearly", 365)];
        let number = |key: &str| self.get(key)?.text()?.parse::<u32>().ok();
        let days = rules.iter().filter_map(|(key, days)| Some(number(key)?.saturating_mul(*days)));
        let hours = number("keep_hourly").map(|hours| hours / 24);
        let within = self.get("keep_within").and_then(Value::text).and_then(interval);
        days.chain(hours).chain(within).max()
    }
}

/// An interval of `borg prune --keep-within`, in whole days.
fn interval(text: &str) -> Option<u32> {
    let unit = text.chars().last()?;
    let number: u32 = text.strip_suffix(unit)?.parse().ok()?;
    match unit {
        'H' => Some(number / 24),
        'd' => Some(number),
        'w' => Some(number.saturating_mul(7)),
        'm' => Some(number.saturating_mul(31)),
        'y' => Some(number.saturating_mul(365)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sensors::backup::borg::borgmatic::yaml::parse;

    fn check(text: &str, expected: &str) {
        let config = Config::of(&parse(text).unwrap());
        let Config { repositories, sources, excludes, one_filesystem, databases, keep_days } = config;
        let repositories: Vec<_> = repositories
            .iter()
            .map(|(path, label)| format!("{path}={}", label.as_deref().unwrap_or("-")))
            .collect();
        let lists = [repositories, sources, excludes, databases].map(|list| list.join(" "));
        let found = format!("{} | {one_filesystem:?} | {keep_days:?}", lists.join(" | "));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn keys_of_all_versions_are_found() {
        check(
            "repositories:\n    - path: /srv/a\n      label: lokal\nsource_directories:\n    - /etc\n    - '~'\n    - home\n\
             working_directory: /srv/\nexclude_patterns: ['*.pyc']\nkeep_daily: 7\nkeep_monthly: 6\nkeep_within: 3H\n\
             encryption_passphrase: rahasia\n",
            "/srv/a=lokal | /etc /srv/home | *.pyc |  | Some(false) | Some(180)",
        );
        check(
            "location:\n    repositories:\n        - ssh://opd@dc/./x\n    source_directories: [/home]\n\
             retention:\n    keep_within: 10d\nhooks:\n    postgresql_databases:\n        - name: all\n          password: rahasia\n\
             \x20   mysql_databases:\n        - name: siak\n    sqlite_databases:\n        - {name: x, path: /var/lib/x.db}\n",
            "ssh://opd@dc/./x=- | /home |  | * /var/lib/x.db siak | None | Some(10)",
        );
        check(
            "one_file_system: true\npatterns:\n    - R /srv\n    - '- /srv/tmp'\n    - + /srv/tmp/x\n",
            " | /srv | /srv/tmp |  | Some(true) | None",
        );
        check(
            "repositories: 3\nsource_directories: {a: b}\nkeep_daily: banyak\n",
            "3=- |  |  |  | Some(false) | None",
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", key in "(repositories|patterns|keep_daily|keep_within|mysql_databases)") {
            let _ = (interval(&text), parse(&format!("{key}: {text}")).map(|tree| Config::of(&tree)));
        }
    }
}
