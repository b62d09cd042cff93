//! Clusters of PostgreSQL.
//!
//! A cluster is named by its configuration (`/etc/postgresql/15/main` on Debian), or found where
//! distributions put it. Its system identifier stands in the first eight bytes of `global/pg_control`
//! (`struct ControlFileData`, the same since version 8.0); backups of a cluster and its standbys carry the
//! same one. Databases are folders of `base`, by object id; their names are in the table `pg_database` ([`names`]).
//! Ids below 16384 are the template and `postgres`, made with the cluster (`FirstNormalObjectId`).

mod names;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use patuh_protocol::inventory::{Database, DatabaseEngine, DatabaseService};

use super::measure::{Meter, Part, Size, total};
use super::{MAX_DATABASES, is_running, shown, unquoted};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

/// Debian's configuration, one folder a version, one below it a cluster.
const CONFIGURED: &str = "/etc/postgresql";
/// Where Debian has the data, laid out alike.
const CLUSTERS: &str = "/var/lib/postgresql";
/// Where Red Hat and PGDG have them: `data`, or one folder a version with `data` in it.
const OTHERS: [&str; 2] = ["/var/lib/pgsql", "/var/lib/postgresql"];
/// Names that the server's process goes by.
const PROCESSES: [&str; 2] = ["postgres", "postmaster"];
/// The first object id that is given to a user's database.
const FIRST_NORMAL: u32 = 16_384;
/// The version numbers of `pg_control` from 8.0 on: anything else is no such file, or of a machine with
/// another byte order.
const CONTROL_VERSIONS: std::ops::RangeInclusive<u32> = 74..=9999;

/// What a database is called whose name is not known.
const NUMBERED: &str = "oid ";
/// What is to be known of what is carried.
const BY_NUMBER: &str = "some databases by object id";
const ELSEWHERE: &str = "tablespaces are not measured";

/// A cluster before it is looked into.
#[derive(Debug, PartialEq, Eq)]
struct Cluster {
    name: String,
    data: PathBuf,
    port: Option<u16>,
}

pub(super) fn read(roots: &Roots, meter: &Meter<'_>) -> Result<Vec<DatabaseService>, Failure> {
    let clusters = clusters(roots)?;
    Ok(clusters.iter().map(|cluster| describe(roots, meter, cluster)).collect())
}

fn clusters(roots: &Roots) -> Result<Vec<Cluster>, Failure> {
    let mut clusters: Vec<Cluster> = Vec::new();
    for (version, cluster) in pairs(roots, CONFIGURED)? {
        let file = Path::new(CONFIGURED).join(&version).join(&cluster).join("postgresql.conf");
        let Some(text) = roots.text(&file)? else { continue };
        let data = setting(&text, "data_directory").map(PathBuf::from).filter(|path| path.is_absolute());
        let data = data.unwrap_or_else(|| Path::new(CLUSTERS).join(&version).join(&cluster));
        let port = setting(&text, "port").and_then(|port| port.parse().ok());
        clusters.push(Cluster { name: name(&format!("{version}/{cluster}")), data, port });
    }
    let debian = pairs(roots, CLUSTERS)?.into_iter().map(|(v, c)| Path::new(CLUSTERS).join(v).join(c));
    let mut found: Vec<PathBuf> = debian.collect();
    for folder in OTHERS {
        let versions = roots.list(folder)?.unwrap_or_default();
        found.push(Path::new(folder).join("data"));
        found.extend(versions.iter().map(|version| Path::new(folder).join(version).join("data")));
    }
    for data in found {
        // What may not be read is a cluster as far as one can see.
        let is_cluster = roots.head(&data.join("PG_VERSION"), 1).map_or(true, |head| head.is_some());
        if is_cluster && !clusters.iter().any(|known| known.data == data) {
            let text = roots.text(data.join("postgresql.conf")).ok().flatten().unwrap_or_default();
            let port = setting(&text, "port").and_then(|port| port.parse().ok());
            clusters.push(Cluster { name: shown(&data), data, port });
        }
    }
    Ok(clusters)
}

/// The folders two levels below `folder` whose first part is a version.
fn pairs(roots: &Roots, folder: &str) -> Result<Vec<(String, String)>, Failure> {
    let mut pairs = Vec::new();
    let versions = roots.list(folder)?.unwrap_or_default();
    for version in versions.into_iter().filter(|name| name.starts_with(|c: char| c.is_ascii_digit())) {
        let inner = roots.list(Path::new(folder).join(&version))?.unwrap_or_default();
        pairs.extend(
            inner.into_iter().filter(|name| name != "data").map(|cluster| (version.clone(), cluster)),
        );
    }
    Ok(pairs)
}

/// A setting of `postgresql.conf`: `name = 'value' # comment`; the last one counts.
fn setting(text: &str, key: &str) -> Option<String> {
    text.lines().rev().find_map(|line| {
        let (name, rest) = line.trim_start().split_at_checked(key.len())?;
        let rest = rest.strip_prefix(|c: char| c.is_whitespace() || c == '=')?;
        let value = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '=');
        let value = match value.strip_prefix('\'') {
            Some(quoted) => quoted.split('\'').next()?,
            None => value.split(|c: char| c.is_whitespace() || c == '#').next()?,
        };
        (name.eq_ignore_ascii_case(key) && !value.is_empty()).then(|| unquoted(value).to_owned())
    })
}

fn describe(roots: &Roots, meter: &Meter<'_>, cluster: &Cluster) -> DatabaseService {
    let mut service = DatabaseService {
        engine: DatabaseEngine::Postgresql,
        name: cluster.name.clone(),
        data_dir: Some(shown(&cluster.data)),
        port: cluster.port,
        ..DatabaseService::default()
    };
    if meter.is_elsewhere(&cluster.data) {
        service.note = Some("the data lie on another host".to_owned());
        return service;
    }
    match roots.text(cluster.data.join("PG_VERSION")) {
        Err(failure) => service.note = Some(name(&failure.to_string())),
        Ok(None) => service.note = Some("no data in its folder".to_owned()),
        Ok(Some(version)) => {
            let is_version = version.starts_with(|c: char| c.is_ascii_digit());
            service.version = is_version.then(|| name(&version));
            look_into(roots, meter, &cluster.data, &mut service);
        }
    }
    service
}

fn look_into(roots: &Roots, meter: &Meter<'_>, data: &Path, service: &mut DatabaseService) {
    let control = roots.head(&data.join("global/pg_control"), 16).ok().flatten();
    service.system_id = control.and_then(|control| system_identifier(&control));
    let pid_file = data.join("postmaster.pid");
    service.running = is_running(roots, &pid_file, &PROCESSES);
    if service.running == Some(true) {
        // The fourth line is the port it really took (`LOCK_FILE_LINE_PORT`).
        let text = roots.text(&pid_file).ok().flatten().unwrap_or_default();
        service.port = text.lines().nth(3).and_then(|port| port.trim().parse().ok()).or(service.port);
    }
    let (bases, size) = sizes(meter, data);
    service.size_bytes = size.map(Size::rounded);
    let names = names::names(roots, data);
    service.databases = databases(bases, &names);
    let is_nameless = service.databases.iter().any(|database| database.name.starts_with(NUMBERED));
    let tablespaces = roots.list(data.join("pg_tblspc")).ok().flatten().unwrap_or_default();
    let notes = [(is_nameless, BY_NUMBER), (!tablespaces.is_empty(), ELSEWHERE)];
    let notes: Vec<&str> = notes.into_iter().filter(|(holds, _)| *holds).map(|(_, note)| note).collect();
    service.note = Some(notes.join("; ")).filter(|notes| !notes.is_empty());
}

/// The databases, and all data together; `base` is walked once.
fn sizes(meter: &Meter<'_>, data: &Path) -> (Vec<Part>, Option<Size>) {
    let bases = meter.parts(&data.join("base")).unwrap_or_default();
    let rest = meter.parts_but(data, "base").and_then(|rest| total(&rest));
    let size = total(&bases).zip(rest).map(|(bases, rest)| bases.and(rest));
    (bases, size)
}

/// The users' databases, by name where it is known, in the order of their object ids.
fn databases(parts: Vec<Part>, names: &BTreeMap<u32, String>) -> Vec<Database> {
    let numbered = |part: Part| Some((part.name.parse::<u32>().ok().filter(|_| part.is_folder)?, part.size));
    let mut numbered: Vec<_> = parts.into_iter().filter_map(numbered).collect();
    numbered.sort_unstable_by_key(|(number, _)| *number);
    let users = numbered.into_iter().filter(|(number, _)| *number >= FIRST_NORMAL).take(MAX_DATABASES);
    let database = |(number, size): (u32, Option<Size>)| Database {
        name: names.get(&number).cloned().unwrap_or_else(|| format!("{NUMBERED}{number}")),
        size_bytes: size.map(Size::rounded),
        modified_at: size.and_then(Size::day),
    };
    users.map(database).collect()
}

/// The first field of `pg_control`, when the second is a version number that there is.
fn system_identifier(control: &[u8]) -> Option<String> {
    let version = u32::from_ne_bytes(*control.get(8..)?.first_chunk()?);
    let identifier = u64::from_ne_bytes(*control.first_chunk()?);
    (CONTROL_VERSIONS.contains(&version) && identifier != 0).then(|| identifier.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(setting(text, "port").as_deref(), expected, "{text}");
    }

    #[test]
    fn settings_are_read() {
        check("port = 5432\t\t# (change requires restart)", Some("5432"));
        check("  PORT=5433", Some("5433"));
        check("port 5434", Some("5434"));
        check("port = '5435' # x", Some("5435"));
        check("port = 1\nport = 2\n#port = 3\nportal = 4", Some("2"));
        check("#port = 5432", None);
        check("port", None);
        check("port =", None);
        check("poré = 1", None);
    }

    #[test]
    fn the_system_identifier_is_read() {
        // The first bytes of a cluster of 15.18, and what pg_controldata says of it.
        let control =
            [0xc2, 0x28, 0xaa, 0x0f, 0xf2, 0xe0, 0x0d, 0x6a, 0x14, 0x05, 0, 0, 0x25, 0x77, 0x0d, 0x0c];
        assert_eq!(system_identifier(&control).as_deref(), Some("7642011472967116994"));
        assert_eq!(system_identifier(&control[..11]), None);
        assert_eq!(system_identifier(&[0; 16]), None);
        assert_eq!(system_identifier(&[0xff; 16]), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(text in ".*", control: Vec<u8>, value in "[=' #a0-9é]{0,20}") {
            let _ = (setting(&text, "port"), system_identifier(&control));
            let _ = setting(&format!("port{value}"), "port");
        }
    }
}
