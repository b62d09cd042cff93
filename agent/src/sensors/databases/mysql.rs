//! MySQL and MariaDB.
//!
//! The data folder stands in `my.cnf` and what that draws in, or is where distributions, XAMPP and aaPanel
//! put it. Each folder in it is a database; names are encoded (dev.mysql.com, "Mapping of Identifiers to File
//! Names"). A server of MySQL has a UUID in `auto.cnf`. MariaDB has none, but its Aria engine, which every
//! MariaDB has, keeps one in `aria_log_control` (behind three bytes of magic and one of version): made with
//! the data folder, it stays through renaming and moving.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use patuh_protocol::inventory::{Database, DatabaseEngine, DatabaseService};

use super::measure::{Meter, Part, Size, total};
use super::{MAX_DATABASES, is_running, shown, unquoted};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

/// First files of configuration, and where the data lie unless they say otherwise.
const MAINS: [(&str, &str); 4] = [
    ("/etc/mysql/my.cnf", "/var/lib/mysql"),
    ("/etc/my.cnf", "/var/lib/mysql"),
    ("/opt/lampp/etc/my.cnf", "/opt/lampp/var/mysql"),
    ("/usr/local/mysql/my.cnf", "/usr/local/mysql/data"),
];
/// Sections that speak to the server.
const SECTIONS: [&str; 5] = ["mysqld", "mysqld_safe", "mariadb", "mariadbd", "server"];
/// How deep files draw in each other, and how many.
const MAX_DEPTH: usize = 4;
const MAX_FILES: usize = 200;
/// Folders that are no user's database.
const OWN: [&str; 5] = ["mysql", "performance_schema", "sys", "lost+found", "mysql_upgrade_backup"];
/// What a data folder has at least one of.
const SIGNS: [&str; 4] = ["ibdata1", "mysql.ibd", "aria_log_control", "mysql/user.frm"];
/// Names that the server's process goes by.
const PROCESSES: [&str; 2] = ["mysqld", "mariadbd"];
/// The first bytes of Aria's control file.
const ARIA: &[u8] = b"\xfe\xfe\x0c";

/// Settings of the server, by name with underscores.
type Options = BTreeMap<String, String>;

pub(super) fn read(roots: &Roots, meter: &Meter<'_>) -> Result<Vec<DatabaseService>, Failure> {
    let mut services: Vec<DatabaseService> = Vec::new();
    for (main, customary) in MAINS {
        let mut reading = Reading { roots, options: Options::new(), files: 0 };
        reading.file(Path::new(main), 0)?;
        let configured = reading.options.get("datadir").map(String::as_str);
        let data = configured.filter(|path| path.starts_with('/')).unwrap_or(customary);
        let data = PathBuf::from(data.trim_end_matches('/'));
        let is_new = !services.iter().any(|known| known.data_dir.as_deref() == Some(&shown(&data)));
        if is_new && (meter.is_elsewhere(&data) || is_data(roots, &data)) {
            services.push(describe(roots, meter, &data, &reading.options));
        }
    }
    Ok(services)
}

fn is_data(roots: &Roots, data: &Path) -> bool {
    SIGNS.iter().any(|sign| roots.exists(data.join(sign)))
}

/// Configuration as it is drawn in.
struct Reading<'a> {
    roots: &'a Roots,
    options: Options,
    files: usize,
}

impl Reading<'_> {
    fn file(&mut self, path: &Path, depth: usize) -> Result<(), Failure> {
        self.files += 1;
        if depth > MAX_DEPTH || self.files > MAX_FILES {
            return Ok(());
        }
        let Some(text) = self.roots.text(path)? else { return Ok(()) };
        let mut section = String::new();
        for line in text.lines() {
            match parse(line) {
                Line::Section(name) => section = name,
                Line::Option(name, value) if is_servers(&section) => {
                    self.options.insert(name, value);
                }
                Line::Include(file) => self.file(Path::new(&file), depth + 1)?,
                Line::IncludeDir(folder) => {
                    let names = self.roots.list(&folder)?.unwrap_or_default();
                    for name in names.iter().filter(|name| name.ends_with(".cnf")) {
                        self.file(&Path::new(&folder).join(name), depth + 1)?;
                    }
                }
                Line::Option(..) | Line::Nothing => {}
            }
        }
        Ok(())
    }
}

/// `[mysqld-8.0]` and `[mariadb-10.11]` speak to that version only, which is the one that is there.
fn is_servers(section: &str) -> bool {
    let name = section.split_once('-').map_or(section, |(name, _)| name);
    SECTIONS.contains(&name)
}

/// A line of an option file.
#[derive(Debug, PartialEq, Eq)]
enum Line {
    Section(String),
    Option(String, String),
    Include(String),
    IncludeDir(String),
    Nothing,
}

fn parse(line: &str) -> Line {
    let line = line.trim();
    if let Some(section) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return Line::Section(section.0.trim().to_owned());
    }
    if let Some(folder) = line.strip_prefix("!includedir") {
        return Line::IncludeDir(folder.trim().to_owned());
    }
    if let Some(file) = line.strip_prefix("!include") {
        return Line::Include(file.trim().to_owned());
    }
    match line.split_once('=') {
        Some((name, value)) if !line.starts_with(['#', ';']) => {
            let value = value.split(" #").next().unwrap_or_default();
            Line::Option(name.trim().replace('-', "_").to_ascii_lowercase(), unquoted(value).to_owned())
        }
        _ => Line::Nothing,
    }
}

fn describe(roots: &Roots, meter: &Meter<'_>, data: &Path, options: &Options) -> DatabaseService {
    let port = options.get("port").and_then(|port| port.parse().ok());
    let mut service = DatabaseService {
        engine: DatabaseEngine::Mysql,
        name: shown(data),
        data_dir: Some(shown(data)),
        port,
        ..DatabaseService::default()
    };
    if meter.is_elsewhere(data) {
        service.note = Some("the data lie on another host".to_owned());
        return service;
    }
    let aria = roots.head(&data.join("aria_log_control"), 20).ok().flatten();
    if let Some(aria) = aria {
        service.engine = DatabaseEngine::Mariadb;
        service.system_id = aria_uuid(&aria);
    } else {
        let auto = roots.text(data.join("auto.cnf")).ok().flatten().unwrap_or_default();
        service.system_id = server_uuid(&auto);
    }
    service.version = version(roots, data);
    service.running = running(roots, data, options);
    match meter.parts(data) {
        Some(parts) => {
            service.size_bytes = total(&parts).map(Size::rounded);
            service.databases = databases(parts);
        }
        None => service.note = Some("its folder may not be read, or holds too much to count".to_owned()),
    }
    service
}

/// What the last upgrade wrote: `8.0.35` or `10.11.19-MariaDB`.
fn version(roots: &Roots, data: &Path) -> Option<String> {
    let files = ["mariadb_upgrade_info", "mysql_upgrade_info"];
    let found = files.iter().find_map(|file| roots.value(data.join(file)))?;
    let version = found.split_once("-MariaDB").map_or(found.as_str(), |(version, _)| version);
    version.starts_with(|c: char| c.is_ascii_digit()).then(|| name(version))
}

/// By the file with the process's number: the one that is configured, else any in the data folder (by
/// default it is called as the host).
fn running(roots: &Roots, data: &Path, options: &Options) -> Option<bool> {
    if let Some(file) = options.get("pid_file") {
        return is_running(roots, &data.join(file), &PROCESSES);
    }
    let names = roots.list(data).ok().flatten()?;
    let file = names.iter().find(|name| name.ends_with(".pid"))?;
    is_running(roots, &data.join(file), &PROCESSES)
}

fn server_uuid(auto: &str) -> Option<String> {
    let line = auto.lines().find_map(|line| match parse(line) {
        Line::Option(name, value) if name == "server_uuid" => Some(value),
        _ => None,
    });
    line.map(|uuid| name(&uuid)).filter(|uuid| !uuid.is_empty())
}

fn aria_uuid(control: &[u8]) -> Option<String> {
    let bytes: &[u8; 16] = control.strip_prefix(ARIA)?.get(1..)?.first_chunk()?;
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let parts =
        [digits.get(..8)?, digits.get(8..12)?, digits.get(12..16)?, digits.get(16..20)?, digits.get(20..)?];
    bytes.iter().any(|byte| *byte != 0).then(|| parts.join("-"))
}

fn databases(parts: Vec<Part>) -> Vec<Database> {
    let is_own = |name: &str| OWN.contains(&name) || name.starts_with(['.', '#']);
    let users = parts.into_iter().filter(|part| part.is_folder && !is_own(&part.name)).take(MAX_DATABASES);
    let database = |part: Part| Database {
        name: name(&decoded(&part.name)),
        size_bytes: part.size.map(Size::rounded),
        modified_at: part.size.and_then(Size::day),
    };
    users.map(database).collect()
}

/// `@` and four hexadecimal digits stand for a sign; what else may follow `@` (a shorter code for some
/// letters) is left as it is.
fn decoded(name: &str) -> String {
    let mut whole = String::new();
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('@') {
        whole.push_str(before);
        let digits = after.get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let sign = digits.and_then(|digits| char::from_u32(u32::from_str_radix(digits, 16).ok()?));
        whole.push(sign.unwrap_or('@'));
        rest = if sign.is_some() { after.get(4..).unwrap_or_default() } else { after };
    }
    whole + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &Line) {
        assert_eq!(&parse(line), expected, "{line}");
    }

    #[test]
    fn lines_are_read() {
        let option = |name: &str, value: &str| Line::Option(name.into(), value.into());
        check("[mysqld]", &Line::Section("mysqld".into()));
        check(" datadir = /data/mysql", &option("datadir", "/data/mysql"));
        check("pid-file=\"/run/x.pid\" # why", &option("pid_file", "/run/x.pid"));
        check("!includedir /etc/mysql/conf.d/", &Line::IncludeDir("/etc/mysql/conf.d/".into()));
        check("!include /etc/x.cnf", &Line::Include("/etc/x.cnf".into()));
        check("# datadir = /x", &Line::Nothing);
        check("skip-networking", &Line::Nothing);
        assert!(is_servers("mariadb-10.11") && is_servers("mysqld") && !is_servers("client"));
    }

    #[test]
    fn names_are_decoded() {
        for (folder, name) in [
            ("simpeg", "simpeg"),
            ("e@002dkinerja", "e-kinerja"),
            ("data@0020baru@0023", "data baru#"),
            ("caf@1r", "caf@1r"),
            ("@", "@"),
            ("@00é", "@00é"),
            ("@d800", "@d800"),
        ] {
            assert_eq!(decoded(folder), name, "{folder}");
        }
    }

    #[test]
    fn identities_are_read() {
        let auto = "[auto]\nserver-uuid=6a3f0000-1111-11ee-9d4a-bc2411aa0001\n";
        assert_eq!(server_uuid(auto).as_deref(), Some("6a3f0000-1111-11ee-9d4a-bc2411aa0001"));
        assert_eq!(server_uuid("[auto]\n"), None);
        let control = b"\xfe\xfe\x0c\x01\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10";
        assert_eq!(aria_uuid(control).as_deref(), Some("01020304-0506-0708-090a-0b0c0d0e0f10"));
        assert_eq!(aria_uuid(&control[..19]), None);
        assert_eq!(aria_uuid(b"\xfe\xfe\x0c\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), None);
        assert_eq!(aria_uuid(&[0; 20]), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(text in ".*", name in "[@0-9a-fé]{0,12}", control: Vec<u8>) {
            let _ = (parse(&text), decoded(&name), decoded(&text), server_uuid(&text), aria_uuid(&control));
        }
    }
}
