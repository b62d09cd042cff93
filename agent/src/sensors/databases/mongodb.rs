//! MongoDB, by `mongod.conf` and its data folder.
//!
//! Collections are files of their own with numbers for names; which databases they belong to is in a table
//! of the storage engine, unless each has a folder (`storage.directoryPerDB`).

use std::path::{Path, PathBuf};

use patuh_protocol::inventory::{Database, DatabaseEngine, DatabaseService};

use super::measure::{Meter, Part, Size, total};
use super::{MAX_DATABASES, is_running, shown, unquoted};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

const FILES: [&str; 2] = ["/etc/mongod.conf", "/etc/mongodb.conf"];
/// Where distributions put the data.
const CUSTOMARY: [&str; 2] = ["/var/lib/mongodb", "/var/lib/mongo"];
/// What a data folder has at least one of.
const SIGNS: [&str; 3] = ["WiredTiger", "storage.bson", "local.ns"];
/// Folders that are no user's database.
const OWN: [&str; 6] = ["admin", "config", "local", "journal", "diagnostic.data", "_tmp"];

pub(super) fn read(roots: &Roots, meter: &Meter<'_>) -> Result<Vec<DatabaseService>, Failure> {
    let mut text = String::new();
    for file in FILES {
        text += &roots.text(file)?.unwrap_or_default();
        text.push('\n');
    }
    let port = setting(&text, "net", "port").and_then(|port| port.parse().ok());
    let configured = setting(&text, "storage", "dbPath").map(PathBuf::from).filter(|path| path.is_absolute());
    let mut folders: Vec<PathBuf> = configured.into_iter().collect();
    folders.extend(CUSTOMARY.map(PathBuf::from));
    folders.dedup();
    let is_data =
        |data: &&PathBuf| meter.is_elsewhere(data) || SIGNS.iter().any(|sign| roots.exists(data.join(sign)));
    Ok(folders.iter().filter(is_data).map(|data| describe(roots, meter, data, port)).collect())
}

fn describe(roots: &Roots, meter: &Meter<'_>, data: &Path, port: Option<u16>) -> DatabaseService {
    let mut service = DatabaseService {
        engine: DatabaseEngine::Mongodb,
        name: shown(data),
        data_dir: Some(shown(data)),
        port,
        ..DatabaseService::default()
    };
    if meter.is_elsewhere(data) {
        service.note = Some("the data lie on another host".to_owned());
        return service;
    }
    // The file is emptied when the server ends as it should.
    service.running = is_running(roots, &data.join("mongod.lock"), &["mongod"]);
    let parts = meter.parts(data);
    service.size_bytes = parts.as_deref().and_then(total).map(Size::rounded);
    service.databases = databases(parts.unwrap_or_default());
    if service.databases.is_empty() {
        service.note = Some("databases are not to be seen in files".to_owned());
    }
    service
}

fn databases(parts: Vec<Part>) -> Vec<Database> {
    let is_own = |name: &str| OWN.contains(&name) || name.starts_with('.') || name.contains("diagnostic");
    let users = parts.into_iter().filter(|part| part.is_folder && !is_own(&part.name)).take(MAX_DATABASES);
    let database = |part: Part| Database {
        name: name(&part.name),
        size_bytes: part.size.map(Size::rounded),
        modified_at: part.size.and_then(Size::day),
    };
    users.map(database).collect()
}

/// A setting of `mongod.conf`: `key: value` below `section:` (YAML as people write it there), or in the
/// older form `dbpath = value` on a line of its own.
fn setting(text: &str, section: &str, key: &str) -> Option<String> {
    let mut inside = false;
    for line in text.lines() {
        let line = line.split(" #").next().unwrap_or_default().trim_end();
        let is_indented = line.starts_with([' ', '\t']);
        let Some((name, value)) = line.split_once([':', '=']) else { continue };
        let value = unquoted(value);
        if !is_indented {
            inside = name == section;
        }
        let is_wanted = if is_indented {
            inside && name.trim() == key
        } else {
            name.trim_end().eq_ignore_ascii_case(key)
        };
        if is_wanted && !value.is_empty() {
            return Some(value.to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, path: Option<&str>, port: Option<&str>) {
        assert_eq!(setting(text, "storage", "dbPath").as_deref(), path, "{text}");
        assert_eq!(setting(text, "net", "port").as_deref(), port, "{text}");
    }

    #[test]
    fn settings_are_read() {
        check(
            "# x\nsystemLog:\n  path: /var/log/x\nstorage:\n  dbPath: /data/mongo # why\nnet:\n  port: 27018\n  bindIp: 127.0.0.1\n",
            Some("/data/mongo"),
            Some("27018"),
        );
        check("dbpath=/var/lib/mongodb\nport = 27017\n", Some("/var/lib/mongodb"), Some("27017"));
        check("storage:\n  dbPath: '/srv/m'\n", Some("/srv/m"), None);
        check("other:\n  dbPath: /x\n#port: 1\n", None, None);
        check("", None, None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", lines in "(storage:|net:| port:|dbPath|=|#|é|\\n){0,30}") {
            let _ = (setting(&text, "storage", "dbPath"), setting(&lines, "net", "port"));
        }
    }
}
