//! Restore drills with the real tools: real repositories, real dumps, and everything that can be wrong with them.
//! What is not installed on a machine is skipped by name; continuous integration skips nothing.
#![expect(clippy::disallowed_methods, reason = "runs the tools that make what is brought back")]
#![expect(clippy::unwrap_used, reason = "a tool that cannot be run fails the test")]
#![expect(clippy::indexing_slicing, reason = "what is not there fails the test")]
#![expect(clippy::print_stdout, reason = "says what it skips")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use patuh_agent::drill::{self, Order, Settings, Tally};
use patuh_agent::roots::Roots;
use patuh_agent::schedule::{self, Timetable};
use patuh_agent::sensors::{self, BorgSettings, DumpSettings, ResticSettings};
use patuh_protocol::backup::{Drill, Tool};
use patuh_protocol::id::AgentId;
use patuh_protocol::report::{Outcome, Reading};
use tempfile::TempDir;

/// Says that the test `name` is skipped for want of `what`; fails in continuous integration.
fn skip(name: &str, what: &str) {
    assert!(option_env!("CI").is_none(), "{name}: no {what}");
    println!("skipped: {name}: no {what} on this machine (tests/prepare installs it)");
}

/// Whether the test runs as root, as a throw-away server that is somebody else can only be tried then.
fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

/// A server with files, a place for backups, and an agent.
struct Host {
    dir: TempDir,
    backup: sensors::Settings,
    settings: Settings,
}

impl Host {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        // The servers of a drill are nobody, who must find the way to their folder.
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o711)).unwrap();
        let settings =
            Settings { folder: dir.path().join("drill"), user: "nobody".to_owned(), ..Settings::default() };
        let host = Self { dir, backup: sensors::Settings::default(), settings };
        for folder in ["home", "data/sub", "state"] {
            fs::create_dir_all(host.at(folder)).unwrap();
        }
        for number in 0..40 {
            let content: Vec<u8> = (0..4096_u32).map(|place| (place * (number + 7) % 251) as u8).collect();
            fs::write(host.at("data/sub").join(format!("berkas [{number}]*.bin")), content).unwrap();
        }
        fs::write(host.at("secret"), "rahasia").unwrap();
        host
    }

    fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.at(name).display().to_string()
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).env_clear().env("PATH", "/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin");
        command.env("HOME", self.text("home")).env("TZ", "UTC").current_dir(self.dir.path());
        command.env("RESTIC_PASSWORD", "rahasia").env("BORG_PASSPHRASE", "rahasia");
        command
    }

    fn tool(&self, program: &str, arguments: &[&str]) -> Output {
        self.command(program, arguments).output().unwrap()
    }

    fn good(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.tool(program, arguments);
        assert!(
            output.status.success(),
            "{program} {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The agent plants a canary, `ago` hours before now.
    fn plant(&self, ago: i64) {
        let table = Timetable::new(&schedule::Settings::default(), &AgentId::of_key(&[]), TimeZone::UTC);
        let at = Timestamp::now() - SignedDuration::from_hours(ago);
        drill::tend(Some(&self.settings), &self.at("state"), &table, at);
    }

    /// Holds the drills; how many there were, and the newest.
    fn drill(&self) -> (Tally, Drill) {
        let (mut said, state) = (Vec::new(), self.at("state"));
        let order =
            Order { settings: &self.settings, backup: &self.backup, state: &state, set: None, by: "budi" };
        let tally =
            drill::run(&Roots::live(), &order, &Timestamp::now, &mut |event| said.push(format!("{event:?}")));
        let tally = tally.unwrap();
        let scratch = self.settings.folder.join("patuh-drill-scratch");
        assert_eq!(fs::read_dir(scratch).unwrap().count(), 0, "the scratch folder is empty");
        let drills = self.drills();
        (
            tally,
            drills
                .into_iter()
                .next()
                .unwrap_or_else(|| Drill { note: Some(said.join("\n")), ..Drill::default() }),
        )
    }

    fn drills(&self) -> Vec<Drill> {
        match drill::section(Some(&self.settings)).map(|section| section.outcome) {
            Some(Outcome::Ok(Reading::Drills(drills))) => drills,
            _ => Vec::new(),
        }
    }

    /// A drill that passes.
    fn passes(&self) -> Drill {
        let (tally, drill) = self.drill();
        assert!(tally.is_good() && drill.passed, "{drill:?}");
        drill
    }

    /// A drill that fails, and says so.
    fn fails(&self, why: &str) -> Drill {
        let (tally, drill) = self.drill();
        let note = drill.note.clone().unwrap_or_default();
        assert!(tally.failed == 1 && !drill.passed && note.contains(why), "{drill:?}");
        assert!(!note.contains("rahasia"), "{note}");
        drill
    }

    fn restic(&self, arguments: &[&str]) -> String {
        self.good("restic", &[&["--no-cache", "-r", &self.text("repo")], arguments].concat())
    }

    /// A repository of restic with one snapshot of the data and of the canary.
    fn with_restic() -> Self {
        let mut host = Self::new();
        host.backup.restic = vec![ResticSettings {
            name: "harian".to_owned(),
            repository: host.text("repo"),
            password_file: Some(host.at("secret")),
            host: None,
            holds: None,
        }];
        host.plant(9);
        host.restic(&["init"]);
        host.restic(&["backup", &host.text("data"), &host.text("state/canary")]);
        host
    }

    fn borg(&self, arguments: &[&str]) -> String {
        self.good("borg", arguments)
    }

    fn with_borg() -> Self {
        let mut host = Self::new();
        host.backup.borg = vec![BorgSettings {
            name: "borg".to_owned(),
            repository: host.text("repo"),
            passphrase_file: Some(host.at("secret")),
            key_file: None,
            host: None,
            holds: None,
        }];
        host.plant(9);
        host.borg(&["init", "-e", "repokey", &host.text("repo")]);
        host.archive("satu");
        host
    }

    fn archive(&self, name: &str) {
        let archive = format!("{}::{name}", self.text("repo"));
        self.borg(&[
            "create",
            "--compression",
            "none",
            &archive,
            &self.text("data"),
            &self.text("state/canary"),
        ]);
    }

    /// A set of dumps of this pattern below `dumps`.
    fn with_dumps(pattern: &str) -> Self {
        let mut host = Self::new();
        fs::create_dir(host.at("dumps")).unwrap();
        let glob = host.text(&format!("dumps/{pattern}"));
        host.backup.dumps = vec![DumpSettings { name: "simpeg".to_owned(), glob, holds: None }];
        host
    }

    /// Makes all dumps an hour old, so that they count as written.
    fn settle(&self) {
        let hour = std::time::SystemTime::now() - Duration::from_secs(3600);
        for path in files(&self.at("dumps")).keys() {
            fs::File::options().append(true).open(path).unwrap().set_modified(hour).unwrap();
        }
    }
}

/// Every file below a folder, with its content's length and time.
fn files(folder: &Path) -> BTreeMap<PathBuf, (u64, std::time::SystemTime)> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let facts = entry.metadata().unwrap();
            if facts.is_dir() {
                folders.push(entry.path());
            } else {
                found.insert(entry.path(), (facts.len(), facts.modified().unwrap()));
            }
        }
    }
    found
}

/// Flips a byte in the middle of the largest file below `folder`.
fn flip(folder: &Path) {
    let path = files(folder).into_iter().max_by_key(|(_, (bytes, _))| *bytes).unwrap().0;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::write(&path, bytes).unwrap();
}

#[test]
fn restic_brings_a_sample_and_the_canary_back_and_leaves_no_trace() {
    let host = Host::with_restic();
    let before = (files(&host.at("repo")), files(&host.at("home")));
    let drill = host.passes();
    assert_eq!(
        (drill.tool, drill.method.as_str(), drill.by.as_str()),
        (Tool::Restic, "restore sample", "budi")
    );
    assert_eq!((drill.items, drill.compared, drill.same), (21, 21, 21), "{drill:?}");
    assert!((9 * 3600..10 * 3600).contains(&drill.canary_age_s.unwrap()), "{drill:?}");
    assert_eq!((drill.bytes > 20 * 4096, drill.object.len()), (true, 64));
    assert_eq!((files(&host.at("repo")), files(&host.at("home"))), before);
    // What is gone from the server since is compared with what came back before.
    fs::remove_dir_all(host.at("data")).unwrap();
    let again = host.passes();
    assert!((11..=21).contains(&again.compared) && again.same == again.compared, "{again:?}");
    assert_eq!(host.drills().len(), 2);
}

#[test]
fn what_is_wrong_with_restic_is_found() {
    let mut host = Host::with_restic();
    fs::write(host.at("secret"), "salah").unwrap();
    host.fails("wrong password");
    fs::write(host.at("secret"), "rahasia").unwrap();
    // All of it: a sample may miss a byte.
    host.settings.sample_files = 100;
    host.passes();
    flip(&host.at("repo/data"));
    host.fails("restic");
    let host = Host::with_restic();
    fs::create_dir(host.at("kosong")).unwrap();
    host.restic(&["backup", &host.text("kosong")]);
    let drill = host.fails("tidak ada satu berkas pun");
    assert_eq!(drill.items, 0);
    fs::remove_dir_all(host.at("repo")).unwrap();
    host.fails("restic snapshots");
}

#[test]
fn without_a_canary_the_sample_counts_and_the_note_says_what_to_do() {
    let host = Host::with_restic();
    host.restic(&["backup", &host.text("data")]);
    let drill = host.passes();
    let note = drill.note.unwrap();
    assert!(
        drill.canary_age_s.is_none() && note.contains("ikutkan") && note.contains("state/canary"),
        "{note}"
    );
}

#[test]
fn borg_brings_a_sample_and_the_canary_back_and_leaves_no_trace() {
    let host = Host::with_borg();
    let before = (files(&host.at("repo")), files(&host.at("home")));
    let drill = host.passes();
    assert_eq!((drill.tool, drill.items, drill.compared, drill.same), (Tool::Borg, 21, 21, 21), "{drill:?}");
    assert!((9 * 3600..10 * 3600).contains(&drill.canary_age_s.unwrap()), "{drill:?}");
    let id = host.borg(&["list", "--bypass-lock", "--format", "{id}", &host.text("repo")]);
    assert_eq!(drill.object, id);
    assert_eq!(files(&host.at("repo")), before.0);
}

#[test]
fn what_is_wrong_with_borg_is_found() {
    let host = Host::with_borg();
    fs::write(host.at("secret"), "salah").unwrap();
    host.fails("borg list");
    fs::write(host.at("secret"), "rahasia").unwrap();
    fs::create_dir(host.at("kosong")).unwrap();
    let archive = format!("{}::kosong", host.text("repo"));
    std::thread::sleep(Duration::from_secs(1)); // borg counts seconds
    host.borg(&["create", &archive, &host.text("kosong")]);
    host.fails("tidak ada satu berkas pun");
    let mut host = Host::with_borg();
    host.settings.sample_files = 100;
    flip(&host.at("repo/data"));
    host.fails("borg");
}

/// The agent's own command, in a folder of its own.
fn agent(host: &Host) -> Command {
    let text = format!(
        "state = \"{}\"\n[drill]\nfolder = \"{}\"\nuser = \"nobody\"\n[[backup.restic]]\nname = \"harian\"\n\
         repository = \"{}\"\npassword_file = \"{}\"\n",
        host.text("state"),
        host.text("drill"),
        host.text("repo"),
        host.text("secret")
    );
    fs::write(host.at("agent.toml"), text).unwrap();
    let mut command =
        host.command(env!("CARGO_BIN_EXE_patuh-agent"), &["drill", "--config", &host.text("agent.toml")]);
    command.env("SUDO_USER", "siti").stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn the_command_says_what_came_back_and_ends_accordingly() {
    let host = Host::with_restic();
    let output = agent(&host).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(
        said.starts_with("harian (restic) …\n  BERHASIL dalam ") && said.contains("21 kembali"),
        "{said}"
    );
    assert!(said.contains("kenari berumur 9 jam"), "{said}");
    assert_eq!(host.drills()[0].by, "siti");
    fs::write(host.at("secret"), "salah").unwrap();
    let output = agent(&host).output().unwrap();
    let (said, why) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("GAGAL sesudah") && why.contains("1 latihan gagal"), "{said}{why}");
    let output = agent(&host).args(["--set", "bulanan"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("yang ada: harian"));
}

/// The pack that holds the files' content, set aside: in its place is a pipe from which nothing ever comes.
struct Blocked {
    pack: PathBuf,
    aside: PathBuf,
}

impl Blocked {
    fn new(host: &Host) -> Self {
        let packs = files(&host.at("repo/data"));
        let pack = packs.into_iter().max_by_key(|(_, (bytes, _))| *bytes).unwrap().0;
        let aside = host.at("pack");
        fs::rename(&pack, &aside).unwrap();
        host.good("mkfifo", &[&pack.display().to_string()]);
        Self { pack, aside }
    }

    /// Puts it back, and sees that nothing of what was ended stays in the way.
    fn recovers(self, host: &Host) {
        fs::rename(self.aside, self.pack).unwrap();
        assert_eq!(files(&host.at("repo/locks")).len(), 0, "a lock was left");
        host.restic(&["backup", &host.text("data"), &host.text("state/canary")]);
        host.passes();
    }
}

/// A drill that waits in the middle of bringing back.
fn in_the_middle(host: &Host) -> Child {
    let mut child = agent(host).process_group(0).spawn().unwrap();
    while !host.at("drill/patuh-drill-scratch/1/out").exists() || restics(host) == 0 {
        assert!(child.try_wait().unwrap().is_none(), "it ended too early");
        std::thread::yield_now();
    }
    child
}

/// The restics that work with the host's repository.
fn restics(host: &Host) -> usize {
    let own = |pid: &Path| {
        fs::read(pid.join("environ"))
            .is_ok_and(|text| String::from_utf8_lossy(&text).contains(&host.text("repo")))
    };
    let processes = fs::read_dir("/proc").unwrap().filter_map(|entry| Some(entry.ok()?.path()));
    processes
        .filter(|pid| fs::read_to_string(pid.join("comm")).is_ok_and(|name| name == "restic\n") && own(pid))
        .count()
}

#[test]
fn a_drill_that_is_ended_leaves_nothing_behind() {
    let host = Host::with_restic();
    let blocked = Blocked::new(&host);
    let mut child = in_the_middle(&host);
    host.good("kill", &["-TERM", &child.id().to_string()]);
    let output = child.wait().unwrap();
    assert_eq!(output.code(), Some(1));
    assert_eq!(restics(&host), 0);
    assert_eq!(fs::read_dir(host.at("drill/patuh-drill-scratch")).unwrap().count(), 0);
    assert_eq!(host.drills(), [], "what was ended proves nothing");
    blocked.recovers(&host);
}

#[test]
fn a_drill_that_is_killed_leaves_nothing_that_stays() {
    let host = Host::with_restic();
    let blocked = Blocked::new(&host);
    let mut child = in_the_middle(&host);
    child.kill().unwrap();
    child.wait().unwrap();
    if Roots::live().can_set_apart() {
        while restics(&host) > 0 {
            std::thread::yield_now();
        }
    }
    assert!(host.at("drill/patuh-drill-scratch/1/out").exists());
    blocked.recovers(&host);
}

/// The newest folder of PostgreSQL's server programs.
fn postgres() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    folders.retain(|folder| folder.join("initdb").exists());
    folders.sort();
    folders.pop()
}

const NOBODY: u32 = 65_534;

/// A server of the office, in a folder of its own, as nobody.
struct Office {
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
    fn nobody(program: impl AsRef<Path>, arguments: &[&str]) -> Command {
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

    fn start(install: &mut Command, server: &mut Command, dir: TempDir, socket: &str) -> Self {
        assert!(install.status().unwrap().success());
        let server = server.spawn().unwrap();
        let office = Self { dir, server };
        while !office.dir.path().join(socket).exists() {
            std::thread::yield_now();
        }
        office
    }

    fn folder() -> TempDir {
        let dir = tempfile::tempdir().unwrap();
        chown(dir.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        dir
    }

    fn postgres(bin: &Path) -> Self {
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

    fn postgres_tool(&self, bin: &Path, program: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(bin.join(program));
        command.args(["-h", &self.dir.path().display().to_string(), "-U", "postgres"]);
        command.args(arguments).output().unwrap()
    }

    fn mariadb() -> Self {
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

    fn mariadb_tool(&self, program: &str, arguments: &[&str]) -> Output {
        let socket = format!("--socket={}/s", self.dir.path().display());
        Command::new(program)
            .args(["--no-defaults", &socket, "--user=root"])
            .args(arguments)
            .output()
            .unwrap()
    }
}

/// What is said of one dump file that holds `bytes`.
fn dumped(name: &str, bytes: &[u8], load_mb: u64) -> (Tally, Drill) {
    let mut host = Host::with_dumps("*");
    host.settings.load_mb = load_mb;
    fs::write(host.at("dumps").join(name), bytes).unwrap();
    host.settle();
    host.drill()
}

/// The method, items, and whether it passed; the note holds `note`.
fn check((tally, drill): &(Tally, Drill), method: &str, items: u64, note: &str) {
    assert_eq!((drill.method.as_str(), drill.items), (method, items), "{drill:?}");
    assert!(drill.passed == (items > 0) && tally.is_good() == drill.passed, "{drill:?}");
    assert!(drill.note.as_deref().unwrap_or_default().contains(note), "{note}: {drill:?}");
}

const LOADED: &str = "load into a scratch server";
const RESTORED: &str = "pg_restore to nothing";
const READ: &str = "read to its end";

#[test]
fn dumps_of_postgresql_are_loaded_or_read() {
    let Some(bin) = postgres().filter(|_| is_root() && Roots::live().can_set_apart()) else {
        return skip("dumps_of_postgresql_are_loaded_or_read", "PostgreSQL server, or no root");
    };
    let office = Office::postgres(&bin);
    let dump = |arguments: &[&str]| {
        let program = if arguments.is_empty() { "pg_dumpall" } else { "pg_dump" };
        let output = office.postgres_tool(&bin, program, arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let (plain, custom, whole) = (dump(&["simpeg"]), dump(&["-Fc", "simpeg"]), dump(&[]));
    let rows = "2 tabel, 5002 baris";
    check(&dumped("a.sql", &plain, 4096), LOADED, 2, rows);
    check(&dumped("a.dump", &custom, 4096), LOADED, 2, rows);
    check(&dumped("all.sql", &whole, 4096), LOADED, 2, rows);
    let read = dumped("a.sql", &plain, 0);
    check(
        &read,
        READ,
        2,
        "5002 baris; hanya dibaca sampai akhir, tidak dimuat: lebih besar daripada load_mb",
    );
    assert_eq!((read.1.tool, read.1.bytes), (Tool::PgDump, plain.len() as u64));
    check(&dumped("a.dump", &custom, 0), RESTORED, 2, "5002 baris");
    let half = |bytes: &[u8]| bytes[..bytes.len() * 2 / 3].to_vec();
    for (load_mb, plainly, restored) in [(0, READ, RESTORED), (4096, LOADED, LOADED)] {
        check(&dumped("a.sql", &half(&plain), load_mb), plainly, 0, "terpotong");
        check(&dumped("a.dump", &half(&custom), load_mb), restored, 0, "pg_restore");
        let mut flipped = custom.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 0xff;
        check(&dumped("a.dump", &flipped, load_mb), restored, 0, "pg_restore");
    }
    let broken = String::from_utf8(plain.clone()).unwrap().replace("id integer", "id integar");
    check(&dumped("a.sql", broken.as_bytes(), 4096), LOADED, 0, "perintah ditolak server");
    // A dump is a program; what it tries stays within the scratch folder, and it gets nowhere near a secret.
    let host = Host::new();
    fs::set_permissions(host.at("secret"), fs::Permissions::from_mode(0o600)).unwrap();
    let copied = host.text("copied");
    let evil = format!("\\! cat {} > {copied}; id -u > {copied}.id\n", host.text("secret"));
    let evil = [evil.as_bytes(), &plain].concat();
    fs::set_permissions(host.dir.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let evil = [b"--\n-- PostgreSQL database dump\n--\n".as_slice(), &evil].concat();
    check(&dumped("a.sql", &evil, 4096), LOADED, 2, rows);
    assert_eq!(fs::read_to_string(format!("{copied}.id")).unwrap(), "65534\n");
    assert_eq!(fs::read_to_string(&copied).unwrap(), "");
}

#[test]
fn packed_dumps_are_unpacked_and_series_are_drilled_each() {
    let dump = b"--\n-- PostgreSQL database dump\n--\nCREATE TABLE public.a (\n x text\n);\nCOPY public.a (x) FROM stdin;\n1\n\\.\n\
                 -- PostgreSQL database dump complete\n";
    let host = Host::with_dumps("*.sql*");
    for (name, program) in
        [("a-2026.sql", "gzip"), ("b-2026.sql", "xz"), ("c-2026.sql", "zstd"), ("d-2026.sql", "bzip2")]
    {
        fs::write(host.at("dumps").join(name), dump).unwrap();
        let path = host.text(&format!("dumps/{name}"));
        if host.command(program, &["--version"]).output().is_err() {
            skip("packed_dumps_are_unpacked_and_series_are_drilled_each", program);
            continue;
        }
        host.good(program, &["-f", &path]);
        let _ = fs::remove_file(&path);
    }
    let count = files(&host.at("dumps")).len() as u64;
    host.settle();
    let mut only_read = host;
    only_read.settings.load_mb = 0;
    let drill = only_read.passes();
    assert_eq!((drill.items, drill.bytes), (count, count * dump.len() as u64), "{drill:?}");
    assert!(drill.object.ends_with("dan 3 lainnya"), "{}", drill.object);
    // gzip -t would not notice: the dump was cut before it was packed.
    fs::write(only_read.at("dumps/a-2027.sql"), &dump[..90]).unwrap();
    only_read.good("gzip", &[&only_read.text("dumps/a-2027.sql")]);
    only_read.settle();
    fs::remove_file(only_read.at("dumps/a-2026.sql.gz")).unwrap();
    only_read.fails("a-2027.sql.gz: terpotong");
    let packed = fs::read(only_read.at("dumps/a-2027.sql.gz")).unwrap();
    fs::write(only_read.at("dumps/a-2027.sql.gz"), &packed[..packed.len() - 12]).unwrap();
    only_read.settle();
    only_read.fails("a-2027.sql.gz");
}

#[test]
fn dumps_of_mariadb_are_loaded_or_read() {
    let is_there = ["mariadbd", "mariadb-install-db", "mariadb-dump"].iter().all(|program| {
        Command::new(program).arg("--help").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
    });
    if !is_there || !is_root() || !Roots::live().can_set_apart() {
        return skip("dumps_of_mariadb_are_loaded_or_read", "MariaDB server, or no root");
    }
    let office = Office::mariadb();
    let dump = office.mariadb_tool("mariadb-dump", &["siak"]).stdout;
    check(&dumped("siak.sql", &dump, 4096), LOADED, 2, "2 tabel, 3 baris");
    let all = office.mariadb_tool("mariadb-dump", &["--databases", "siak"]).stdout;
    check(&dumped("siak.sql", &all, 4096), LOADED, 2, "2 tabel, 3 baris");
    check(&dumped("siak.sql", &dump, 0), READ, 2, "perintah INSERT");
    let whole = String::from_utf8(dump.clone()).unwrap();
    let (cut, _) = whole.split_once("-- Dump completed").unwrap();
    check(&dumped("siak.sql", cut.as_bytes(), 4096), LOADED, 0, "terpotong");
    let broken = String::from_utf8(dump).unwrap().replace("(1,'a')", "(1,'rahasia',2)");
    let refused = dumped("siak.sql", broken.as_bytes(), 4096);
    check(&refused, LOADED, 0, "gagal");
    assert!(!refused.1.note.as_deref().unwrap().contains("rahasia"), "{refused:?}");
}

#[test]
fn what_is_no_dump_is_told_from_a_bad_one() {
    let empty = dumped("a.sql", b"", 0);
    check(&empty, "", 0, "berkasnya kosong");
    let sealed = dumped("a.sql.gpg", b"\x85\x01\x0c\x03 sealed", 0);
    assert_eq!(
        (sealed.0, sealed.1.note.unwrap().contains("tidak dikenali")),
        (Tally { skipped: 1, ..Tally::default() }, true)
    );
    let tables = b"-- MariaDB dump 10\nCREATE TABLE `a` (\n-- Dump completed\n";
    check(&dumped("a.sql", tables, 0), READ, 0, "tidak ada satu baris pun");
    let host = Host::with_dumps("*.tidak");
    host.fails("tidak ada satu berkas pun yang cocok");
}

#[test]
fn archives_give_a_sample_of_themselves() {
    let archives: [(&str, &[&str]); 3] = [
        ("x.tar.gz", &["tar", "-czf", "dumps/x.tar.gz", "data"]),
        ("x.zip", &["zip", "-qr", "dumps/x.zip", "polos"]),
        ("x.7z", &["7z", "a", "-bso0", "dumps/x.7z", "polos"]),
    ];
    for (name, line) in archives {
        let host = Host::with_dumps("*");
        fs::create_dir(host.at("polos")).unwrap();
        for number in 0..30 {
            fs::write(host.at(&format!("polos/berkas {number}.txt")), format!("isi {number}\n").repeat(500))
                .unwrap();
            fs::copy(host.at(&format!("polos/berkas {number}.txt")), host.at(&format!("data/{number}.txt")))
                .unwrap();
        }
        if host.command(line[0], &["--help"]).output().is_err() {
            skip(&format!("archives_give_a_sample_of_themselves, {name}"), line[0]);
            continue;
        }
        host.good(line[0], &line[1..]);
        host.settle();
        let drill = host.passes();
        assert_eq!(
            (drill.method.as_str(), drill.items, drill.compared),
            ("extract sample", 20, 0),
            "{drill:?}"
        );
        let again = host.passes();
        assert!(again.compared >= 10 && again.same == again.compared, "{again:?}");
        let path = host.at("dumps").join(name);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        host.settle();
        host.fails(line[0].trim_end_matches("7z").trim_start_matches("zip"));
    }
}
