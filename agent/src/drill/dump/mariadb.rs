//! A throw-away MariaDB: made, filled, counted and forgotten.

use std::io::Read;
use std::path::PathBuf;

use rustix::process::Signal;

use super::server::{self, Loaded, PATIENCE, ask, counts, last_words, take};
use crate::drill::Bench;
use crate::roots::Failure;
use crate::roots::job::{Job, RunsAs, Server, found};

/// The database that a dump without `CREATE DATABASE` goes into.
const DATABASE: &str = "latihan";
/// What makes a server quick and small whose data nobody needs.
const SETTINGS: [&str; 8] = [
    "--skip-networking",
    "--skip-log-bin",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=64M",
    "--key-buffer-size=8M",
    "--max-connections=10",
    "--performance-schema=OFF",
];
/// The same for the making and the running of it.
const LOG: &str = "--innodb-log-file-size=32M";
/// Each table, as a question of its own.
const TABLES: &str = "SELECT CONCAT('SELECT COUNT(*) FROM `', REPLACE(table_schema, '`', '``'), '`.`', \
    REPLACE(table_name, '`', '``'), '`;') FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND \
    table_schema NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')";

/// The programs of MariaDB, by the names they have here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Programs {
    install: &'static str,
    server: &'static str,
    client: &'static str,
}

impl Programs {
    /// Those that are installed; MariaDB's only, since MySQL's make their data in another way.
    pub(super) fn find() -> Option<Self> {
        let first = |names: [&'static str; 2]| names.into_iter().find(|name| found(name));
        Some(Self {
            install: first(["mariadb-install-db", "mysql_install_db"])?,
            server: first(["mariadbd", "mysqld"])?,
            client: first(["mariadb", "mysql"])?,
        })
    }
}

/// A server that runs.
pub(super) struct Maria<'a> {
    bench: &'a Bench<'a>,
    programs: Programs,
    folder: PathBuf,
    runs_as: RunsAs,
    _server: Server,
}

/// Makes a server and starts it.
pub(super) fn start<'a>(
    bench: &'a Bench<'a>,
    programs: Programs,
    runs_as: RunsAs,
) -> Result<Maria<'a>, Failure> {
    let (folder, log) = server::folder(bench, "my", runs_as)?;
    let place = folder.display();
    let job = |program: &str, more: &[&str]| {
        let mut arguments = vec![
            "--no-defaults".to_owned(),
            format!("--datadir={place}/data"),
            format!("--tmpdir={place}"),
            LOG.to_owned(),
        ];
        arguments.extend(more.iter().map(|word| (*word).to_owned()));
        server::job(bench, program.into(), arguments, &folder, runs_as)
    };
    let install = job(
        programs.install,
        &["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"],
    );
    ask(bench, &install, None)?;
    let (socket, own) =
        (folder.join("s"), [format!("--socket={place}/s"), format!("--pid-file={place}/pid")]);
    let secure = format!("--secure-file-priv={place}");
    let mut more = SETTINGS.to_vec();
    more.extend(own.iter().map(String::as_str));
    more.push(&secure);
    // Killed: what it would write down is thrown away anyway.
    let mut server = bench.roots.serve(&job(programs.server, &more), &log, Signal::KILL)?;
    if !server.wait(PATIENCE, || socket.exists()) {
        return Err(last_words(bench, "my"));
    }
    Ok(Maria { bench, programs, folder, runs_as, _server: server })
}

impl Maria<'_> {
    fn client(&self, database: &str) -> Job {
        let socket = format!("--socket={}/s", self.folder.display());
        let words =
            ["--no-defaults", &socket, "--user=root", "--batch", "--raw", "--skip-column-names", database];
        let arguments = words.into_iter().filter(|word| !word.is_empty()).map(str::to_owned).collect();
        server::job(self.bench, self.programs.client.into(), arguments, &self.folder, self.runs_as)
    }

    /// Loads a dump and counts what is there then. The client stops at the first command that is refused.
    pub(super) fn load(&self, dump: &mut (dyn Read + Send)) -> Result<Loaded, Failure> {
        ask(self.bench, &self.client(""), Some(&format!("CREATE DATABASE {DATABASE}")))?;
        take(self.bench, &self.client(DATABASE), dump)?;
        let questions = ask(self.bench, &self.client(""), Some(TABLES))?.output;
        let answer = ask(self.bench, &self.client(""), Some(&questions))?.output;
        let (tables, rows) = counts(&answer);
        Ok(Loaded { tables, rows, ..Loaded::default() })
    }
}
