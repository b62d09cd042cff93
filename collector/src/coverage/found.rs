//! The data stores of a host, from what its sensors found.

use std::collections::BTreeMap;

use jiff::Timestamp;
use patuh_compliance::estate::StoreKind;
use patuh_protocol::inventory::{
    Container, DatabaseEngine, DatabaseService, Filesystem, Guest, GuestKind, Site,
};

use super::databases::{Service, engine_key, engine_words};
use super::mounts::is_of_local_disk;
use super::paths::{is_in, parts};
use super::{Heard, Inventory};

/// A data store, before it is known whether it lies in a backup.
pub(super) struct Found<'a> {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) kind: StoreKind,
    pub(super) bytes: Option<u64>,
    pub(super) sensor: &'static str,
    pub(super) at: Timestamp,
    pub(super) what: What<'a>,
}

/// What it is.
pub(super) enum What<'a> {
    /// A database of the server at this place of the list, or all of the server.
    Database(usize, Option<&'a str>),
    /// A folder.
    Folder(&'a str),
    /// A folder of which nobody knows whether it holds anything.
    PerhapsEmpty(&'a str),
    Guest(&'a Guest),
}

/// What a file system must hold at least to count as a place of data by itself.
const DATA_BYTES: u64 = 1 << 30;
/// A server of PostgreSQL that holds less than this and no database holds what it came with.
const EMPTY_POSTGRESQL: u64 = 256 << 20;
/// Where systems, programs and what comes and goes have file systems of their own.
const SYSTEM: [&str; 14] = [
    "/boot", "/dev", "/etc", "/home", "/lib", "/media", "/opt", "/proc", "/root", "/run", "/snap", "/sys",
    "/tmp", "/usr",
];
/// Where a container is given something of the system's, and no data.
const NOT_DATA: [&str; 11] = [
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/proc",
    "/run",
    "/sys",
    "/tmp",
    "/usr",
    "/var/lib/docker/overlay2",
    "/var/run",
];
/// Where the images of database servers keep their data, and how these images are called.
const IMAGES: [(&str, DatabaseEngine, &[&str]); 8] = [
    ("postgres", DatabaseEngine::Postgresql, &["/var/lib/postgresql", "/bitnami/postgresql"]),
    ("postgis", DatabaseEngine::Postgresql, &["/var/lib/postgresql"]),
    ("timescale", DatabaseEngine::Postgresql, &["/var/lib/postgresql", "/home/postgres"]),
    ("mariadb", DatabaseEngine::Mariadb, &["/var/lib/mysql", "/bitnami/mariadb"]),
    ("mysql", DatabaseEngine::Mysql, &["/var/lib/mysql", "/bitnami/mysql"]),
    ("percona", DatabaseEngine::Mysql, &["/var/lib/mysql"]),
    ("mongo", DatabaseEngine::Mongodb, &["/data/db", "/bitnami/mongodb"]),
    ("redis", DatabaseEngine::Redis, &["/data", "/bitnami/redis"]),
];

/// Stores by key, so that each counts once, and the database servers they refer to.
#[derive(Default)]
pub(super) struct Stores<'a> {
    pub(super) all: BTreeMap<String, Found<'a>>,
    pub(super) services: Vec<Service<'a>>,
}

impl<'a> Stores<'a> {
    /// Everything that `inventory` found; `targets` are folders that backups lie in. `/etc` is on every host, found
    /// at `now`.
    pub(super) fn of(inventory: &Inventory<'a>, targets: &[Vec<&str>], now: Timestamp) -> Self {
        let mut stores = Self::default();
        if let Heard::Known { sensor, items, at } = &inventory.databases {
            items.iter().for_each(|service| stores.service(service, sensor, *at));
        }
        if let Heard::Known { sensor, items, at } = &inventory.sites {
            items.iter().for_each(|site| stores.site(site, sensor, *at));
        }
        for heard in &inventory.containers {
            if let Heard::Known { sensor, items, at } = heard {
                items.iter().for_each(|container| stores.container(container, sensor, *at));
            }
        }
        for heard in &inventory.guests {
            if let Heard::Known { sensor, items, at } = heard {
                items.iter().for_each(|guest| stores.guest(guest, sensor, *at));
            }
        }
        let mounts: &'a [Filesystem] =
            if let Heard::Known { items, .. } = &inventory.filesystems { items } else { &[] };
        stores.places(mounts, targets, now);
        stores
    }

    fn add(&mut self, found: Found<'a>) {
        self.all.entry(found.key.clone()).or_insert(found);
    }

    /// A database server: each of its databases, or all of it where their names are not to be seen.
    fn service(&mut self, found: &'a DatabaseService, sensor: &'static str, at: Timestamp) {
        let service = Service::of(found);
        let index = self.services.len();
        let engine = engine_words(service.engine);
        let server = service.system_id.unwrap_or(service.name).trim_matches('/').to_owned();
        let base = format!("{}/{server}", engine_key(service.engine));
        let is_own = service.engine == DatabaseEngine::Postgresql
            && service.databases.is_empty()
            && service.size_bytes.is_some_and(|bytes| bytes < EMPTY_POSTGRESQL);
        let is_empty = matches!(service.engine, DatabaseEngine::Mysql | DatabaseEngine::Mariadb)
            && service.databases.is_empty()
            && service.size_bytes.is_some()
            && found.note.is_none();
        let kind = StoreKind::Database;
        if let Some(databases) = service.named() {
            for database in databases {
                let (key, bytes) = (format!("{base}/{}", database.name), database.size_bytes);
                let name = format!("basis data {} ({engine})", database.name);
                let what = What::Database(index, Some(&database.name));
                self.add(Found { key, name, kind, bytes, sensor, at, what });
            }
        } else if !is_own && !is_empty {
            let name = match (service.engine, service.databases.len()) {
                (DatabaseEngine::Sqlite, _) => format!("basis data {} (SQLite)", service.name),
                (DatabaseEngine::Redis, _) | (_, 0) => format!("{engine} {}", service.name),
                (_, count) => format!("{engine} {} ({count} basis data)", service.name),
            };
            let bytes = service.size_bytes;
            let what = What::Database(index, None);
            self.add(Found { key: base, name, kind, bytes, sensor, at, what });
        }
        self.services.push(service);
    }

    /// A document root; of a framework that serves a folder of its own, the application around it.
    fn site(&mut self, site: &'a Site, sensor: &'static str, at: Timestamp) {
        let Some(root) = site.root.as_deref() else { return };
        let whole = root.trim_end_matches('/');
        let around =
            whole.strip_suffix("/public").filter(|around| site.application.is_some() && !around.is_empty());
        self.folder(around.unwrap_or(root), StoreKind::Files, sensor, at);
    }

    fn folder(&mut self, path: &'a str, kind: StoreKind, sensor: &'static str, at: Timestamp) {
        let key = format!("files/{}", path.trim_matches('/'));
        let what = What::Folder(path);
        self.add(Found { key, name: path.to_owned(), kind, bytes: None, sensor, at, what });
    }

    /// The volumes of a container; the data of a database server in one are a database.
    fn container(&mut self, container: &'a Container, sensor: &'static str, at: Timestamp) {
        for volume in &container.volumes {
            let Some((source, destination)) = volume.split_once(':') else { continue };
            let is_system = parts(source).is_some_and(|path| {
                path.is_empty() || NOT_DATA.iter().filter_map(|at| parts(at)).any(|at| is_in(&path, &at))
            });
            if is_system || source.ends_with(".sock") {
                continue;
            }
            let label = volume_name(source);
            let key = format!("volume/{}", label.trim_matches('/'));
            let name = format!("volume {label} (kontainer {})", container.name);
            let what = match engine_of(&container.image, destination) {
                Some(engine) => What::Database(self.inner_service(container, engine, source), None),
                None => What::Folder(source),
            };
            self.add(Found { key, name, kind: StoreKind::Volume, bytes: None, sensor, at, what });
        }
    }

    /// A database server in a container; the same data may have been found from outside.
    fn inner_service(&mut self, container: &'a Container, engine: DatabaseEngine, source: &'a str) -> usize {
        if let Some(at) = self.services.iter().position(|service| service.data_dir == Some(source)) {
            return at;
        }
        self.services.push(Service {
            engine,
            name: &container.name,
            system_id: None,
            data_dir: Some(source),
            running: container.running,
            size_bytes: None,
            databases: &[],
        });
        self.services.len() - 1
    }

    /// A machine as a whole: its disks are saved together, and half of them do not start.
    fn guest(&mut self, guest: &'a Guest, sensor: &'static str, at: Timestamp) {
        if guest.disks.is_empty() {
            return;
        }
        let id = if guest.id.is_empty() { &guest.name } else { &guest.id };
        let what = match guest.kind {
            GuestKind::Machine => "mesin virtual",
            GuestKind::Container => "kontainer sistem",
        };
        let called = if guest.name.is_empty() { id.clone() } else { guest.name.clone() };
        let name = if *id == called { format!("{what} {called}") } else { format!("{what} {called} ({id})") };
        let key = format!("machine/{}/{id}", guest.manager);
        self.add(Found {
            key,
            name,
            kind: StoreKind::Machine,
            bytes: None,
            sensor,
            at,
            what: What::Guest(guest),
        });
    }

    /// The places of data that every host has, or that have file systems of their own.
    fn places(&mut self, mounts: &'a [Filesystem], targets: &[Vec<&str>], now: Timestamp) {
        const SENSOR: &str = "filesystems";
        self.folder("/etc", StoreKind::Configuration, SENSOR, now);
        let has_mount = |path: &str| mounts.iter().any(|m| m.mount == path && holds_data(m));
        let (key, name, kind) = ("files/home".to_owned(), "/home".to_owned(), StoreKind::Files);
        let what = if has_mount("/home") { What::Folder("/home") } else { What::PerhapsEmpty("/home") };
        self.add(Found { key, name, kind, bytes: None, sensor: SENSOR, at: now, what });
        for mount in mounts.iter().filter(|mount| holds_data(mount)) {
            let Some(path) = parts(&mount.mount).filter(|path| !path.is_empty()) else { continue };
            let is_system = SYSTEM.iter().filter_map(|at| parts(at)).any(|at| is_in(&path, &at));
            let is_var = path.first() == Some(&"var");
            let is_target = targets.iter().any(|target| is_in(target, &path));
            if !is_system && !is_var && !is_target && !self.is_spoken_for(&path) {
                self.folder(&mount.mount, StoreKind::Files, SENSOR, now);
            }
        }
    }

    /// Whether the data in `folder` are known one by one.
    fn is_spoken_for(&self, folder: &[&str]) -> bool {
        let lies_there = |path: &str| parts(path).is_some_and(|path| is_in(&path, folder));
        let of_stores = self.all.values().any(|found| match found.what {
            What::Folder(path) | What::PerhapsEmpty(path) => lies_there(path),
            What::Guest(guest) => guest.disks.iter().any(|disk| lies_there(disk)),
            What::Database(..) => false,
        });
        of_stores || self.services.iter().any(|service| service.data_dir.is_some_and(lies_there))
    }
}

fn holds_data(mount: &Filesystem) -> bool {
    is_of_local_disk(mount) && !mount.read_only && mount.used_bytes.is_some_and(|bytes| bytes >= DATA_BYTES)
}

/// The name of a named volume (`…/volumes/NAME/_data`), else its path.
fn volume_name(source: &str) -> &str {
    let named = source.strip_suffix("/_data").and_then(|volume| volume.rsplit_once("/volumes/"));
    named.map_or(source, |(_, name)| name)
}

/// The database server whose data lie at `destination` in containers of `image`.
fn engine_of(image: &str, destination: &str) -> Option<DatabaseEngine> {
    let last = image.rsplit('/').next().unwrap_or(image);
    let name = last.split([':', '@']).next().unwrap_or(last);
    let place = parts(destination)?;
    let known = IMAGES.iter().find(|(like, _, _)| name.contains(like))?;
    known.2.iter().filter_map(|at| parts(at)).any(|at| is_in(&place, &at)).then_some(known.1)
}
