//! The database servers of an office, whose dumps are drilled.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// The newest folder of PostgreSQL's server programs.
pub(crate) fn postgres() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    folders.retain(|folder| folder.join("initdb").exists());
    folders.sort();
    folders.pop()
}

pub(crate) const NOBODY: u32 = 65_534;

/// A server of the office, in a folder of its own, as nobody.
pub(crate) struct Office {
    dir: TempDir,
    server: Child,
}

impl Drop for Office {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Office {
    pub(crate) fn nobody(program: impl AsRef<Path>, arguments: &[&str]) -> Command {
        let mut command = Command::new(program.as_ref());
        command
            .args(arguments)
            .env_clear()
            .env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin")
            .env("TZ", "UTC")
            .env("LC_ALL", "C");
        command
            .uid(NOBODY)
            .gid(NOBODY)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    pub(crate) fn start(install: &mut Command, server: &mut Command, dir: TempDir, socket: &str) -> Self {
        assert!(install.status().unwrap().success());
        let server = server.spawn().unwrap();
        let office = Self { dir, server };
        while !office.dir.path().join(socket).exists() {
            std::thread::yield_now();
        }
        office
    }

    pub(crate) fn folder() -> TempDir {
        let dir = tempfile::tempdir().unwrap();
        chown(dir.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        dir
    }

    pub(crate) fn postgres(bin: &Path) -> Self {
        let dir = Self::folder();
        let (data, place) = (dir.path().join("d").display().to_string(), dir.path().display().to_string());
        let mut install =
            Self::nobody(bin.join("initdb"), &["-D", &data, "-U", "postgres", "-A", "trust", "-N"]);
        let arguments = ["-D", &data, "-k", &place, "-c", "listen_addresses=", "-c", "fsync=off"];
        let office = Self::start(
            &mut install,
            &mut Self::nobody(bin.join("postgres"), &arguments),
            dir,
            ".s.PGSQL.5432",
        );
        while !office.postgres_tool(bin, "psql", &["-c", "SELECT 1"]).status.success() {
            std::thread::yield_now();
        }
        let sql = "CREATE ROLE simpeg; CREATE DATABASE simpeg OWNER simpeg;";
        for statement in sql.split_inclusive(';') {
            assert!(office.postgres_tool(bin, "psql", &["-c", statement]).status.success(), "{statement}");
        }
        let sql = "CREATE TABLE pegawai (id int PRIMARY KEY, nama text); ALTER TABLE pegawai OWNER TO simpeg; \
                   INSERT INTO pegawai SELECT n, 'nama' || n FROM generate_series(1, 5000) n; \
                   CREATE TABLE riwayat (id int REFERENCES pegawai); INSERT INTO riwayat VALUES (1), (2);";
        assert!(office.postgres_tool(bin, "psql", &["-d", "simpeg", "-c", sql]).status.success());
        office
    }

    pub(crate) fn postgres_tool(&self, bin: &Path, program: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(bin.join(program));
        command.args(["-h", &self.dir.path().display().to_string(), "-U", "postgres"]);
        command.args(arguments).output().unwrap()
    }

    pub(crate) fn mariadb() -> Self {
        let dir = Self::folder();
        let place = dir.path().display().to_string();
        let (data, socket) = (format!("--datadir={place}/d"), format!("--socket={place}/s"));
        let install = ["--no-defaults", &data, "--auth-root-authentication-method=normal", "--skip-test-db"];
        let server = ["--no-defaults", &data, &socket, "--skip-networking", &format!("--pid-file={place}/p")];
        let office = Self::start(
            &mut Self::nobody("mariadb-install-db", &install),
            &mut Self::nobody("mariadbd", &server),
            dir,
            "s",
        );
        let sql = "CREATE DATABASE siak; USE siak; CREATE TABLE penduduk (id int, nama text); \
                   INSERT INTO penduduk VALUES (1, 'a'), (2, 'b'), (3, 'c'); CREATE TABLE kosong (id int)";
        assert!(office.mariadb_tool("mariadb", &["-e", sql]).status.success());
        office
    }

    pub(crate) fn mariadb_tool(&self, program: &str, arguments: &[&str]) -> Output {
        let socket = format!("--socket={}/s", self.dir.path().display());
        Command::new(program)
            .args(["--no-defaults", &socket, "--user=root"])
            .args(arguments)
            .output()
            .unwrap()
    }
}
