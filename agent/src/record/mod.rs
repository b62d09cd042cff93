//! Backups that tell of themselves: `patuh-agent record backup`, called by the job's own script.
//!
//! What a job hands over (its tool's output, how it ended, the file it made) becomes a run of a set, which is
//! kept in the state directory (`recorded/NAME.json`) and carried by every reading of the backups. Nothing
//! listens for it and no secret is needed: it is the one way to know of a backup in a repository that may not
//! be asked, and of one that failed before it wrote anything.
//!
//! The state directory is the agent's own. A job that runs as root writes there, and what it writes is given to
//! the agent; another user cannot, and is told so.

mod output;
mod set;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use patuh_protocol::backup::{BackupSet, Tool};
use patuh_protocol::report::{Outcome, Reading, Section};

use crate::durable;
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};
use crate::sensors::{Settings, located};

/// The name of the section.
pub const SENSOR: &str = "backup/recorded";
/// The folder of the state directory.
const FOLDER: &str = "recorded";
/// The most sets that are carried.
const MAX_SETS: usize = 200;

/// What a job says of itself, beside what its tool wrote.
#[derive(Clone, Debug, Default, Args)]
pub struct Told {
    /// The name of the set, the same at every run.
    #[arg(long, value_name = "NAMA", value_parser = set_name, help_heading = "Pilihan")]
    #[arg(help = "Nama pencadangan ini, sama setiap kali")]
    pub set: String,
    /// The tool, when its output does not tell.
    #[arg(long, value_name = "ALAT", value_parser = tool, help_heading = "Pilihan")]
    #[arg(help = "Alat yang menulisnya: restic, borg, pg_dump, mysql_dump, tar, …")]
    pub tool: Option<Tool>,
    /// Its exit status.
    #[arg(long, value_name = "KODE", allow_negative_numbers = true, help_heading = "Pilihan")]
    #[arg(help = "Kode keluar alat itu; bukan 0 berarti gagal")]
    pub exit: Option<i32>,
    /// Where the backup lies, when the output does not tell.
    #[arg(long, value_name = "LOKASI", help_heading = "Pilihan")]
    #[arg(help = "Letak cadangan: jalur atau URL; kata sandi di dalamnya dibuang")]
    pub repository: Option<String>,
    /// The file that was made.
    #[arg(long, value_name = "BERKAS", help_heading = "Pilihan")]
    #[arg(help = "Berkas dump yang dihasilkan; ukuran dan SHA-256-nya dicatat")]
    pub file: Option<PathBuf>,
    /// The databases it holds.
    #[arg(long, value_name = "NAMA", help_heading = "Pilihan")]
    #[arg(help = "Basis data di dalamnya, boleh berulang; * berarti semua")]
    pub database: Vec<String>,
}

/// A run was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no state directory.
    #[error("direktori {} tidak ada; pasang dan daftarkan agen lebih dulu", .0.display())]
    NoState(PathBuf),
    /// The state directory belongs to somebody else.
    #[error(
        "tidak berhak menulis ke {}; jalankan skrip pencadangan sebagai root, atau perintah ini dengan sudo",
        .0.display()
    )]
    Denied(PathBuf),
    /// Nothing that says how it went.
    #[error(
        "tidak ada yang dapat dicatat; alirkan keluaran restic atau borg dengan --json, atau sebut --exit KODE"
    )]
    Nothing,
    /// What the tool wrote, or the file it made, could not be read.
    #[error("membaca {0} gagal")]
    Input(String, #[source] io::Error),
    /// The state directory.
    #[error(transparent)]
    State(durable::Error),
}

impl From<durable::Error> for Error {
    fn from(error: durable::Error) -> Self {
        if error.source.kind() == io::ErrorKind::PermissionDenied {
            return Self::Denied(error.path);
        }
        Self::State(error)
    }
}

/// Adds a run to the set `told.set` in `state`. `input` is what the tool wrote; it is read to its end.
///
/// # Errors
/// [`Error`]; then nothing was recorded.
pub fn backup(state: &Path, told: &Told, input: impl Read, now: Timestamp) -> Result<BackupSet, Error> {
    let output = output::read(input).map_err(|error| Error::Input("keluaran alat".to_owned(), error))?;
    if told.exit.is_none() && told.file.is_none() && output.tool.is_none() {
        return Err(Error::Nothing);
    }
    let file = told.file.as_deref().map(set::Made::of).transpose();
    let file = file.map_err(|(path, error)| Error::Input(path.display().to_string(), error))?;
    if !state.is_dir() {
        return Err(Error::NoState(state.to_owned()));
    }
    let folder = folder(state)?;
    // Two jobs of one set must not lose each other's runs. The lock goes with the file.
    let lock = File::open(&folder).and_then(|folder| folder.lock().map(|()| folder));
    let _lock = lock.map_err(durable::Error::on("mengunci", &folder))?;
    let path = folder.join(format!("{}.json", told.set));
    let mut set = load(&path)?.unwrap_or_default();
    set::add(&mut set, told, &output, file.as_ref(), now);
    let bytes = serde_json::to_vec(&set).unwrap_or_default();
    durable::write(&path, &bytes)?;
    Ok(set)
}

/// The folder of the sets, made when it is not there. Root does not write through somebody's link.
fn folder(state: &Path) -> Result<PathBuf, Error> {
    let folder = state.join(FOLDER);
    durable::create_dir(&folder)?;
    let found = fs::symlink_metadata(&folder).map_err(durable::Error::on("membaca", &folder))?;
    if found.is_dir() { Ok(folder) } else { Err(Error::Denied(folder)) }
}

/// A set; none when what is there cannot be understood, which a newer agent may have written.
fn load(path: &Path) -> Result<Option<BackupSet>, durable::Error> {
    Ok(durable::read(path)?.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// The sets that jobs told of; `None` where no job ever did.
#[must_use]
pub fn section(roots: &Roots, settings: &Settings, state: &Path) -> Option<Section> {
    let folder = state.join(FOLDER);
    let outcome = match sets(roots, settings, &folder) {
        Ok(None) => return None,
        Ok(Some(sets)) if sets.is_empty() => Outcome::Nothing,
        Ok(Some(sets)) => Outcome::Ok(Reading::Backups(sets)),
        Err(failure) => Outcome::Failed(name(&failure.to_string())),
    };
    Some(Section { sensor: SENSOR.to_owned(), took_us: 0, outcome })
}

fn sets(roots: &Roots, settings: &Settings, folder: &Path) -> Result<Option<Vec<BackupSet>>, Failure> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::io(folder, &error)),
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> =
        names.filter(|name| name.ends_with(".json") && !name.starts_with('.')).collect();
    names.sort();
    let mut sets = Vec::new();
    for name in names.iter().take(MAX_SETS) {
        let failed = |error: durable::Error| Failure::io(&error.path, &error.source);
        sets.extend(load(&folder.join(name)).map_err(failed)?);
    }
    for set in &mut sets {
        if set.target.location.is_empty() {
            set.target.location = configured(settings, &set.name).unwrap_or_default();
        }
    }
    located(roots, &mut sets)?;
    Ok(Some(sets))
}

/// Where `agent.toml` says that the set of this name lies.
fn configured(settings: &Settings, set: &str) -> Option<String> {
    let restic = settings.restic.iter().map(|restic| (&restic.name, &restic.repository));
    let borg = settings.borg.iter().map(|borg| (&borg.name, &borg.repository));
    restic.chain(borg).find(|(name, _)| *name == set).map(|(_, repository)| repository.clone())
}

/// A name that is a file's name too.
fn set_name(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_. ".contains(c);
    if (1..=64).contains(&text.len()) && text.chars().all(fits) && !text.starts_with(['.', ' ', '-']) {
        return Ok(text.to_owned());
    }
    Err("pakai paling banyak 64 huruf, angka, spasi, titik, - atau _".to_owned())
}

/// A tool by the name it has on the wire, or that of its program.
fn tool(text: &str) -> Result<Tool, String> {
    let wire = match text {
        "pg_dumpall" => "pg_dump",
        "mysqldump" | "mariadb-dump" => "mysql_dump",
        "borgmatic" => "borg",
        "rsync" => "tree",
        other => other,
    };
    serde_json::from_value(serde_json::Value::from(wire)).map_err(|_| {
        "pilih restic, borg, pg_dump, mysql_dump, rsnapshot, tree, tar, zip, duplicity, pgbackrest, bareos, vzdump, \
         pbs, atau dump"
            .to_owned()
    })
}
