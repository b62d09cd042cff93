//! A throw-away PostgreSQL: made, filled, counted and forgotten.

use std::io::Read;
use std::path::{Path, PathBuf};

use rustix::process::Signal;

use super::server::{self, Loaded, PATIENCE, ask, counts, last_words, take};
use crate::drill::Bench;
use crate::roots::job::{Job, RunsAs, Server};
use crate::roots::{Failure, Roots, glob};

/// Where Debian, the project's own packages for RHEL, and RHEL put the server's programs.
const FOLDERS: [&str; 3] = ["/usr/lib/postgresql/*/bin/initdb", "/usr/pgsql-*/bin/initdb", "/usr/bin/initdb"];
/// The database that a dump of one database goes into.
const DATABASE: &str = "latihan";
/// What makes a server quick and small whose data nobody needs. All of it is known since 9.6.
const SETTINGS: [&str; 16] = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "archive_mode=off",
    "max_wal_size=256MB",
    "shared_buffers=64MB",
    "maintenance_work_mem=64MB",
    "max_connections=10",
    "autovacuum=off",
    "dynamic_shared_memory_type=mmap",
    "huge_pages=off",
    "logging_collector=off",
];
/// Each table, as a question of its own.
const COUNT: &str = "SET jit = off;\n\
    SELECT format('SELECT count(*) FROM %I.%I', n.nspname, c.relname) FROM pg_class c \
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' \
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%' \\gexec\n";
const DATABASES: &str = "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate";

/// A server that runs.
pub(super) struct Postgres<'a> {
    bench: &'a Bench<'a>,
    programs: PathBuf,
    folder: PathBuf,
    runs_as: RunsAs,
    _server: Server,
}

/// The folder of the newest server's programs; `None` where there is none.
pub(super) fn programs(roots: &Roots) -> Option<PathBuf> {
    let found = FOLDERS.iter().flat_map(|pattern| glob::files(roots, pattern).unwrap_or_default());
    let folders = found.filter_map(|program| program.parent().map(Path::to_owned));
    folders.max_by_key(|folder| version(folder))
}

/// The number in the folder's name, such as 15 or 9.6.
fn version(folder: &Path) -> Vec<u32> {
    let text = folder.to_string_lossy();
    text.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect()
}

/// Makes a server and starts it.
pub(super) fn start<'a>(
    bench: &'a Bench<'a>,
    programs: PathBuf,
    runs_as: RunsAs,
) -> Result<Postgres<'a>, Failure> {
    let (folder, log) = server::folder(bench, "pg", runs_as)?;
    let data = folder.join("data");
    let job = |program: &str, arguments: Vec<String>| {
        server::job(bench, programs.join(program), arguments, &folder, runs_as)
    };
    let made = format!("-D {} -U postgres -A trust -N -E UTF8 --locale=C", data.display());
    ask(bench, &job("initdb", made.split(' ').map(str::to_owned).collect()), None)?;
    let mut arguments =
        ["-D", &data.display().to_string(), "-k", &folder.display().to_string()].map(str::to_owned).to_vec();
    arguments.extend(SETTINGS.iter().flat_map(|setting| ["-c".to_owned(), (*setting).to_owned()]));
    // At once, but leaving no shared memory behind.
    let mut server = bench.roots.serve(&job("postgres", arguments), &log, Signal::QUIT)?;
    let pid = data.join("postmaster.pid");
    let is_ready = || {
        std::fs::read_to_string(&pid).is_ok_and(|text| text.lines().any(|line| line.trim_end() == "ready"))
    };
    if !server.wait(PATIENCE, is_ready) {
        return Err(last_words(bench, "pg"));
    }
    Ok(Postgres { bench, programs, folder, runs_as, _server: server })
}

impl Postgres<'_> {
    fn psql(&self, database: &str, more: &[&str]) -> Job {
        let folder = self.folder.display().to_string();
        let mut arguments =
            vec!["-X", "-q", "-A", "-t", "-h", &folder, "-p", "5432", "-U", "postgres", "-d", database];
        arguments.extend(more);
        let arguments = arguments.into_iter().map(str::to_owned).collect();
        server::job(self.bench, self.programs.join("psql"), arguments, &self.folder, self.runs_as)
    }

    /// Loads a dump and counts what is there then.
    pub(super) fn load(&self, dump: &mut (dyn Read + Send)) -> Result<Loaded, Failure> {
        let create = format!("CREATE DATABASE {DATABASE} TEMPLATE template0");
        ask(self.bench, &self.psql("postgres", &["-c", &create]), None)?;
        let mut psql = self.psql(DATABASE, &["-o", "/dev/null"]);
        psql.heeds = is_complaint;
        let heard = take(self.bench, &psql, dump)?;
        let mut loaded = Loaded { complaints: heard.complaints, first: heard.first, ..Loaded::default() };
        let databases = ask(self.bench, &self.psql("postgres", &["-c", DATABASES]), None)?.output;
        for database in databases.lines() {
            let answer = ask(self.bench, &self.psql(database, &[]), Some(COUNT))?.output;
            let (tables, rows) = counts(&answer);
            loaded.tables += tables;
            loaded.rows = loaded.rows.saturating_add(rows);
        }
        Ok(loaded)
    }
}

/// Whether a line of psql says that something is wrong with the dump. Roles are the server's, not the dump's: a
/// dump of one database names owners that an empty server does not know, one of a whole server makes those anew
/// that every server has.
fn is_complaint(line: &str) -> bool {
    let is_error = ["ERROR:", "FATAL:", "PANIC:"].iter().any(|word| line.contains(word));
    let about = |what: &str| line.contains(&format!("{what} \""));
    let is_known = line.contains("already exists") && (about("role") || about("database") || about("schema"));
    let is_foreign = about("role") && line.contains("does not exist");
    is_error && !is_known && !is_foreign
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    #[test]
    fn the_newest_server_is_taken() {
        let host = fixture::host(&[
            ("usr/lib/postgresql/9.6/bin/initdb", ""),
            ("usr/lib/postgresql/15/bin/initdb", ""),
            ("usr/lib/postgresql/8.4/bin/initdb", ""),
        ]);
        assert_eq!(programs(&host.roots).unwrap(), Path::new("/usr/lib/postgresql/15/bin"));
        assert_eq!(programs(&fixture::host(&[("etc/x", "")]).roots), None);
    }

    #[test]
    fn owners_are_no_complaint() {
        for (line, expected) in [
            ("psql:<stdin>:31: ERROR:  role \"simpeg\" does not exist", false),
            ("psql:<stdin>:9: ERROR:  role \"postgres\" already exists", false),
            ("psql:<stdin>:9: ERROR:  schema \"public\" already exists", false),
            ("psql:<stdin>:31: ERROR:  relation \"a\" does not exist", true),
            ("psql:<stdin>:31: ERROR:  relation \"a\" already exists", true),
            ("psql:<stdin>:31: NOTICE:  x", false),
            ("psql: FATAL:  the database system is shutting down", true),
        ] {
            assert_eq!(is_complaint(line), expected, "{line}");
        }
    }
}
