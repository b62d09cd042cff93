//! Databases, and the sets that hold them.
//!
//! A dump holds a database by its name; a physical backup (pgBackRest) by the system identifier of its server. A
//! name says nothing where two servers have it, and `*` nothing of which of two servers. Files of a running server
//! that are copied as they lie are no backup of it: such a copy may not start. Redis is the exception: it writes
//! its dump aside and renames it, so that whatever lies there is whole.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::backup::{Holds, Tool};
use patuh_protocol::inventory::{Database, DatabaseEngine, DatabaseService};

use super::paths::parts;
use super::sets::{Held, Hold};

/// What PostgreSQL brings along; a dump of it holds nobody's data.
const OWN: [&str; 3] = ["postgres", "template0", "template1"];
/// How the name begins of a database that is known by its number only.
const NUMBERED: &str = "oid ";
/// A day, the exactness with which writes are told.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A database server, or a file of SQLite.
#[derive(Clone, Debug)]
pub(super) struct Service<'a> {
    pub(super) engine: DatabaseEngine,
    /// What it is called among others of its kind.
    pub(super) name: &'a str,
    pub(super) system_id: Option<&'a str>,
    pub(super) data_dir: Option<&'a str>,
    pub(super) running: Option<bool>,
    pub(super) size_bytes: Option<u64>,
    pub(super) databases: &'a [Database],
}

impl<'a> Service<'a> {
    pub(super) fn of(found: &'a DatabaseService) -> Self {
        Self {
            engine: found.engine,
            name: &found.name,
            system_id: found.system_id.as_deref(),
            data_dir: found.data_dir.as_deref(),
            running: found.running,
            size_bytes: found.size_bytes,
            databases: &found.databases,
        }
    }

    /// The databases by name; `None` when their names are not to be seen.
    pub(super) fn named(&self) -> Option<&'a [Database]> {
        let is_named = !self.databases.is_empty()
            && matches!(
                self.engine,
                DatabaseEngine::Postgresql
                    | DatabaseEngine::Mysql
                    | DatabaseEngine::Mariadb
                    | DatabaseEngine::Mongodb
            )
            && self.databases.iter().all(|database| !database.name.starts_with(NUMBERED));
        is_named.then_some(self.databases)
    }

    fn is_family_of(&self, other: &Self) -> bool {
        use DatabaseEngine::{Mariadb, Mysql};
        let sql = |engine| if engine == Mariadb { Mysql } else { engine };
        sql(self.engine) == sql(other.engine)
    }
}

/// All that is known of the databases of one host.
pub(super) struct Databases<'a> {
    pub(super) services: Vec<Service<'a>>,
}

impl Databases<'_> {
    /// How `held` stands to the database `name` of `service`; to all of the service when `name` is `None`. `all` are
    /// all the sets of the host.
    pub(super) fn hold(
        &self,
        service: &Service<'_>,
        name: Option<&str>,
        held: &Held<'_>,
        all: &[Held<'_>],
    ) -> Hold {
        if service.engine == DatabaseEngine::Sqlite {
            return file(service, held);
        }
        if let Some(idle) = held.idle() {
            return if held.suits(service.engine) { idle } else { Hold::No(String::new()) };
        }
        let logical = self.logical(service, name, held, all);
        logical.max(self.raw(service, held))
    }

    /// As a dump or a physical backup by the tools of databases.
    fn logical(&self, service: &Service<'_>, name: Option<&str>, held: &Held<'_>, all: &[Held<'_>]) -> Hold {
        let set = held.set;
        if !held.suits(service.engine) {
            return Hold::No(String::new());
        }
        if set.tool == Tool::Pgbackrest && is_at_its_source(service, held) {
            return Hold::Yes;
        }
        if let Some(id) = set.system_id.as_deref() {
            return match service.system_id {
                Some(own) if own == id => Hold::Yes,
                Some(_) => Hold::No(String::new()),
                None => Hold::Unclear(format!(
                    "pengenal peladen basis datanya tidak terbaca, sehingga tidak dapat dicocokkan dengan set `{}`",
                    set.name
                )),
            };
        }
        if held.names().iter().any(|held| held == "*") {
            return self.only_one(service, held, |_| true);
        }
        match (name, held.names().is_empty()) {
            (Some(name), false) => self.by_list(service, name, held),
            (Some(name), true) => self.by_files(service, name, held),
            (None, _) => self.by_count(service, held, all),
        }
    }

    /// Yes when no other server of the kind could be meant.
    fn only_one(&self, service: &Service<'_>, held: &Held<'_>, has: impl Fn(&Service<'_>) -> bool) -> Hold {
        let fits = |other: &&Service<'_>| {
            held.suits(other.engine)
                && has(other)
                && (other.is_family_of(service) || !matches!(held.set.tool, Tool::PgDump | Tool::MysqlDump))
        };
        if self.services.iter().filter(fits).count() <= 1 {
            return Hold::Yes;
        }
        Hold::Unclear(format!(
            "server ini menjalankan lebih dari satu peladen basis data, dan set `{}` tidak menyebut yang mana",
            held.set.name
        ))
    }

    fn by_list(&self, service: &Service<'_>, name: &str, held: &Held<'_>) -> Hold {
        if held.names().iter().any(|held| held == name) {
            let has = |other: &Service<'_>| {
                other.named().is_none_or(|databases| databases.iter().any(|d| d.name == name))
            };
            return self.only_one(service, held, has);
        }
        Hold::No(format!("tidak ada dalam daftar basis data set `{}`", held.set.name))
    }

    fn by_files(&self, service: &Service<'_>, name: &str, held: &Held<'_>) -> Hold {
        if held.is_dump() {
            let others: Vec<&str> =
                self.services.iter().filter_map(Service::named).flatten().map(|d| d.name.as_str()).collect();
            if !held.dumps_of(name, &others).is_empty() {
                let has = |other: &Service<'_>| {
                    other.named().is_none_or(|databases| databases.iter().any(|d| d.name == name))
                };
                return self.only_one(service, held, has);
            }
            let every_known = held.sound.iter().all(|run| {
                others.iter().any(|other| held.dumps_of(other, &others).iter().any(|r| r.id == run.id))
            });
            if every_known {
                return Hold::No(format!("tidak ada di antara dump set `{}`", held.set.name));
            }
        }
        unnamed(held)
    }

    /// The names are not to be seen: fewer names than databases leave some out, more prove nothing.
    fn by_count(&self, service: &Service<'_>, held: &Held<'_>, all: &[Held<'_>]) -> Hold {
        let suiting = || all.iter().filter(|other| other.suits(service.engine) && other.idle().is_none());
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for other in suiting() {
            if other.names().is_empty() && other.is_dump() {
                names.extend(other.file_names());
            } else {
                names.extend(other.names().iter().map(String::as_str));
            }
        }
        names.retain(|name| !OWN.contains(name));
        let is_one = held.is_dump() || !held.names().is_empty();
        let count = service.databases.len();
        if !is_one {
            return unnamed(held);
        }
        if names.len() < count {
            return Hold::Part(format!("dump memuat {} dari {count} basis data", names.len()));
        }
        Hold::Unclear(
            "nama basis datanya tidak terlihat oleh agen, sehingga tidak dapat dicocokkan dengan daftar dump"
                .to_owned(),
        )
    }

    /// As files, as they lie there.
    fn raw(&self, service: &Service<'_>, held: &Held<'_>) -> Hold {
        let Some(path) = service.data_dir.and_then(parts) else { return Hold::No(String::new()) };
        // What pgBackRest copies is no raw copy: it brings along what is written meanwhile.
        if held.set.sources.is_empty() || held.set.tool == Tool::Pgbackrest {
            return Hold::No(String::new());
        }
        copied(service, held, held.folder(&path, false))
    }
}

/// Whether a physical backup names the very data folder, and no identifier speaks against it.
fn is_at_its_source(service: &Service<'_>, held: &Held<'_>) -> bool {
    let own = service.system_id.zip(held.set.system_id.as_deref());
    let path = service.data_dir.and_then(parts);
    let is_named = held.set.sources.iter().any(|source| path.is_some() && parts(source) == path);
    is_named && own.is_none_or(|(service, set)| service == set)
}

/// What a copy of the files of `service` is worth.
fn copied(service: &Service<'_>, held: &Held<'_>, hold: Hold) -> Hold {
    let is_quiet = service.engine == DatabaseEngine::Redis || rested(service, held.newest());
    match hold {
        Hold::Yes if is_quiet => Hold::Yes,
        Hold::Yes => Hold::Raw(format!(
            "set `{}` hanya menyalin berkas basis data yang sedang berjalan; salinan seperti itu belum tentu dapat dijalankan",
            held.set.name
        )),
        other => other,
    }
}

/// Whether nothing was written from before `copied_at`: the server is at rest since.
fn rested(service: &Service<'_>, copied_at: Option<Timestamp>) -> bool {
    let is_still = service.running == Some(false) || service.engine == DatabaseEngine::Sqlite;
    let written = service.databases.iter().map(|database| database.modified_at);
    let before =
        |written: Option<Timestamp>| written.zip(copied_at).is_some_and(|(at, copied)| at + DAY <= copied);
    is_still && !service.databases.is_empty() && written.into_iter().all(before)
}

/// A database in a file: held by its path, or by being named so.
fn file(service: &Service<'_>, held: &Held<'_>) -> Hold {
    if let Some(idle) = held.idle() {
        return if held.is_dump() { Hold::No(String::new()) } else { idle };
    }
    if held.names().iter().any(|name| name == service.name) {
        return Hold::Yes;
    }
    if held.is_dump() {
        return Hold::No(String::new());
    }
    let Some(path) = parts(service.name) else {
        return Hold::Unclear("letak berkasnya tidak dapat dipastikan".to_owned());
    };
    copied(service, held, held.folder(&path, true))
}

/// A set that is said to hold databases and names none.
fn unnamed(held: &Held<'_>) -> Hold {
    let set = held.set;
    let may_hold = match set.holds {
        Holds::Database | Holds::Both => true,
        Holds::Unknown => set.sources.is_empty() && set.tool != Tool::Vzdump && set.tool != Tool::Pbs,
        Holds::Files => false,
    };
    if may_hold {
        Hold::Unclear(format!("set `{}` tidak menyebut basis data yang dimuatnya", set.name))
    } else {
        Hold::No(String::new())
    }
}

/// Whether the files of `held` that hold the database lie in another set too, and were there when it was made: the
/// dump's own file inside a backup of files.
pub(super) fn is_carried_by(held: &Held<'_>, name: Option<&str>, other: &Held<'_>) -> bool {
    let Some(newest) = other.newest() else { return false };
    if other.is_dump() || other.set.sources.is_empty() {
        return false;
    }
    let mine = name.filter(|_| held.names().is_empty()).map(|name| held.dumps_of(name, &[]));
    let runs = mine.unwrap_or_else(|| held.sound.clone());
    runs.iter().filter(|run| run.at <= newest).any(|run| {
        let file = held.file_of(run);
        parts(&file).is_some_and(|path| other.folder(&path, true) == Hold::Yes)
    })
}

/// What an engine is called.
pub(super) const fn engine_words(engine: DatabaseEngine) -> &'static str {
    match engine {
        DatabaseEngine::Postgresql => "PostgreSQL",
        DatabaseEngine::Mysql => "MySQL",
        DatabaseEngine::Mariadb => "MariaDB",
        DatabaseEngine::Mongodb => "MongoDB",
        DatabaseEngine::Redis => "Redis",
        DatabaseEngine::Sqlite => "SQLite",
        DatabaseEngine::Other => "peladen lain",
    }
}

/// What an engine is called in keys.
pub(super) const fn engine_key(engine: DatabaseEngine) -> &'static str {
    match engine {
        DatabaseEngine::Postgresql => "postgresql",
        DatabaseEngine::Mysql => "mysql",
        DatabaseEngine::Mariadb => "mariadb",
        DatabaseEngine::Mongodb => "mongodb",
        DatabaseEngine::Redis => "redis",
        DatabaseEngine::Sqlite => "sqlite",
        DatabaseEngine::Other => "database",
    }
}
