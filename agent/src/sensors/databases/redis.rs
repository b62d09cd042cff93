//! Redis and Valkey, by their configuration: what they keep on the disk is one dump and, where it is
//! switched on, a log of what came since.

use std::path::{Path, PathBuf};

use patuh_protocol::inventory::{Database, DatabaseEngine, DatabaseService};

use super::measure::{Meter, Part, Size};
use super::{is_running, shown, unquoted};
use crate::roots::lossy::{NAME, lossy};
use crate::roots::{Failure, Roots};

/// Folders with one file an instance, and single files.
const FOLDERS: [&str; 2] = ["/etc/redis", "/etc/valkey"];
const FILES: [&str; 1] = ["/etc/redis.conf"];
/// How many instances are looked at.
const MAX_INSTANCES: usize = 50;
/// Names that the server's process goes by.
const PROCESSES: [&str; 2] = ["redis-server", "valkey-server"];
/// How a dump begins, and what stands before the version in its first fields.
const DUMP: [&[u8]; 2] = [b"REDIS", b"VALKEY"];
const VERSION_KEYS: [&[u8]; 2] = [b"redis-ver", b"valkey-ver"];

pub(super) fn read(roots: &Roots, meter: &Meter<'_>) -> Result<Vec<DatabaseService>, Failure> {
    let mut files: Vec<PathBuf> = FILES.iter().map(PathBuf::from).collect();
    for folder in FOLDERS {
        let names = roots.list(folder)?.unwrap_or_default().into_iter();
        // A sentinel watches servers and keeps nothing.
        let of_servers = names.filter(|name| name.ends_with(".conf") && !name.contains("sentinel"));
        files.extend(of_servers.map(|name| Path::new(folder).join(name)));
    }
    let mut services = Vec::new();
    for file in files.iter().take(MAX_INSTANCES) {
        if let Some(text) = roots.text(file)? {
            services.push(describe(roots, meter, file, &text));
        }
    }
    Ok(services)
}

fn describe(roots: &Roots, meter: &Meter<'_>, file: &Path, text: &str) -> DatabaseService {
    let data = setting(text, "dir").map(PathBuf::from).filter(|data| data.is_absolute());
    let mut service = DatabaseService {
        engine: DatabaseEngine::Redis,
        name: shown(file),
        data_dir: data.as_deref().map(shown),
        port: setting(text, "port").and_then(|port| port.parse().ok()).filter(|port| *port > 0),
        running: setting(text, "pidfile").and_then(|pid| is_running(roots, Path::new(&pid), &PROCESSES)),
        ..DatabaseService::default()
    };
    let Some(data) = data else { return service };
    if meter.is_elsewhere(&data) {
        service.note = Some("the data lie on another host".to_owned());
        return service;
    }
    let dump = setting(text, "dbfilename").unwrap_or_else(|| "dump.rdb".to_owned());
    let log = setting(text, "appenddirname").unwrap_or_else(|| "appendonlydir".to_owned());
    let single = setting(text, "appendfilename").unwrap_or_else(|| "appendonly.aof".to_owned());
    let head = roots.head(&data.join(&dump), 64).ok().flatten();
    service.version = head.and_then(|head| version(&head));
    let parts = meter.parts(&data).unwrap_or_default();
    let kept: Vec<Part> = parts.into_iter().filter(|p| [&dump, &log, &single].contains(&&p.name)).collect();
    service.size_bytes = super::measure::total(&kept).map(Size::rounded);
    service.databases = kept.into_iter().map(database).collect();
    service
}

fn database(part: Part) -> Database {
    Database {
        size_bytes: part.size.map(Size::rounded),
        modified_at: part.size.and_then(Size::day),
        name: part.name,
    }
}

/// A setting of `redis.conf`: `name value`; the last one counts.
fn setting(text: &str, key: &str) -> Option<String> {
    let value = |line: &str| {
        let (name, value) = line.trim().split_once(char::is_whitespace)?;
        let value = unquoted(value);
        (name.eq_ignore_ascii_case(key) && !value.is_empty()).then(|| lossy(value.as_bytes(), NAME))
    };
    text.lines().rev().find_map(value)
}

/// The version of the server that wrote a dump: an auxiliary field near its beginning, of which key and
/// value are strings with their length before them.
fn version(dump: &[u8]) -> Option<String> {
    if !DUMP.iter().any(|magic| dump.starts_with(magic)) {
        return None;
    }
    VERSION_KEYS.iter().find_map(|key| {
        let at = dump.windows(key.len()).position(|window| window == *key)?;
        let (length, rest) = dump.get(at + key.len()..)?.split_first()?;
        let version = rest.get(..usize::from(*length))?;
        let is_version = version.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
        (is_version && !version.is_empty()).then(|| lossy(version, NAME))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(setting(text, "dir").as_deref(), expected, "{text}");
    }

    #[test]
    fn settings_are_read() {
        check("# dir /x\ndir /var/lib/redis\n", Some("/var/lib/redis"));
        check("dir ./\nDIR \"/srv/a b\"", Some("/srv/a b"));
        check("directory /x\ndir", None);
        check("", None);
    }

    #[test]
    fn a_dump_tells_its_version() {
        let dump = b"REDIS0010\xfa\x09redis-ver\x067.0.15\xfa\x0aredis-bits\xc0\x40";
        assert_eq!(version(dump).as_deref(), Some("7.0.15"));
        assert_eq!(version(b"VALKEY080\xfa\x0avalkey-ver\x058.1.0\xfa").as_deref(), Some("8.1.0"));
        assert_eq!(version(dump.get(..25).unwrap()), None);
        assert_eq!(version(b"RUBBISH redis-ver\x017"), None);
        assert_eq!(version(b"REDIS0010 redis-ver\x02\xff\xff"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(text in ".*", dump: Vec<u8>) {
            let _ = (setting(&text, "dir"), version(&dump));
            let _ = version(&[b"REDIS0010redis-ver", dump.as_slice()].concat());
        }
    }
}
