//! `databases`: the database servers whose data lie on this host, and files of SQLite. Each is a data store
//! that must be found in a backup.
//!
//! Everything is told by configuration and data files; nobody logs in and no query is put. So the databases
//! of a server are known as far as files show them: by name (MySQL, MariaDB), by number (PostgreSQL), or
//! only as a whole; `note` says what is missing. One server that cannot be looked into does not cost the
//! others.
//!
//! Sizes are measured by walking the data folders: bounded in entries, never through a link, never into
//! another mount, not at all on another host ([`measure`]).

use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::report::Reading;

use super::{Settings, listed, sites};
use crate::roots::lossy::{NAME, lossy};
use crate::roots::{Failure, Roots};

use measure::Meter;

mod measure;
mod mongodb;
mod mysql;
mod postgresql;
mod redis;
mod sqlite;

/// How many servers and files are carried.
const MAX_SERVICES: usize = 500;
/// How many databases of one server are carried.
const MAX_DATABASES: usize = 1000;

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let meter = Meter::new(roots);
    let mut services = postgresql::read(roots, &meter)?;
    services.extend(mysql::read(roots, &meter)?);
    services.extend(mongodb::read(roots, &meter)?);
    services.extend(redis::read(roots, &meter)?);
    services.extend(sqlite::read(roots, &meter, &sites::document_roots(roots)?));
    services.sort_by(|a, b| (a.engine, &a.name).cmp(&(b.engine, &b.name)));
    services.truncate(MAX_SERVICES);
    Ok(listed(services, Reading::Databases))
}

/// Whether the process whose number `pid_file` begins with is there and called by one of `names`: a number
/// in a file may belong to somebody else by now. `None` when the file may not be read.
fn is_running(roots: &Roots, pid_file: &Path, names: &[&str]) -> Option<bool> {
    let Some(text) = roots.head(pid_file, 64).ok()? else { return Some(false) };
    let text = String::from_utf8_lossy(&text);
    let pid: Option<u32> = text.split_whitespace().next().and_then(|pid| pid.parse().ok());
    let name = pid.and_then(|pid| roots.value(format!("/proc/{pid}/comm")));
    Some(name.is_some_and(|name| names.contains(&name.as_str())))
}

/// A path as it is carried.
fn shown(path: &Path) -> String {
    lossy(path.as_os_str().as_encoded_bytes(), NAME)
}

/// A value without quotes around it.
fn unquoted(value: &str) -> &str {
    value.trim().trim_matches(['\'', '"'])
}

#[cfg(test)]
mod tests;
