//! The only door to the host: its files, its commands, its clock-less facts.
//!
//! [`Roots::live`] is this host. [`Roots::at`] is a folder that holds another one: the files of `/proc`,
//! `/sys`, `/etc` and `/var` as they were there, and under `.host/` what cannot lie in a folder:
//!
//! | file | what it records |
//! |---|---|
//! | `.host/architecture` | the machine's architecture, as of uname(2) |
//! | `.host/addresses.json` | `{"eth0": ["10.0.0.2/24"]}` |
//! | `.host/netlink/TABLE` | what the kernel answers about `links`, `addresses`, `routes`, `neighbours`, `bridges` (rtnetlink(7)), message after message |
//! | `.host/space.json` | `{"/": {"size_bytes": 1, "used_bytes": 1}}` by mount point |
//! | `.host/files.json` | `{"/srv/x.sql": {"modified": "2026-11-22T00:00:00Z", "bytes": 1}}`: modification times, which version control does not keep, and sizes of files of which only a stump is kept |
//! | `.host/failed-units` | the units that systemd calls failed, one a line |
//! | `.host/cmd/LABEL` | what a command wrote to standard output |
//! | `.host/cmd/LABEL.failed` | how it failed instead |
//! | `.host/cmd/LABEL.hangs` | that it never ended: the time it has is up at once |
//!
//! Everything is bounded (sizes, names, time), because the host is not trusted to be sane: see [`Failure`].

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use rustix::fs::OFlags;

pub use failure::Failure;

pub(crate) use bell::Bell;
pub(crate) use command::Command;
pub(crate) use entries::{Entry, Kind};
pub(crate) use recorded::Space;
pub(crate) use sockets::{Socket, Transport};

mod bell;
mod command;
pub(crate) mod digest;
pub(crate) mod entries;
mod failure;
#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod glob;
pub(crate) mod job;
mod lines;
pub(crate) mod lossy;
pub(crate) mod netlink;
mod recorded;
mod resolve;
mod scratch;
mod sockets;
mod systemd;
mod within;

/// The most that is read of one file, in bytes.
pub(crate) const MAX_FILE: u64 = 32 * 1024 * 1024;
/// The most names that are read of one folder.
const MAX_NAMES: usize = 65_536;

/// A host, to be read.
#[derive(Clone, Debug)]
pub struct Roots {
    /// The folder that stands for `/`; `None` for the host this runs on.
    folder: Option<Arc<Path>>,
    /// Where scratch folders are made; `None` for the system's own folder of temporary files.
    scratch: Option<Arc<Path>>,
    abandoned: within::Abandoned,
    commands: Arc<AtomicU64>,
    jobs: job::Jobs,
}

/// What is known of a file without opening it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    /// Its size.
    pub(crate) bytes: u64,
    /// When its content was last changed, by whoever set that time.
    pub(crate) modified: Timestamp,
    /// Its number in the file system; 0 where that was not recorded.
    pub(crate) inode: u64,
}

impl Roots {
    /// The host this runs on.
    #[must_use]
    pub fn live() -> Self {
        let abandoned = within::Abandoned::default();
        Self { folder: None, scratch: None, abandoned, commands: Arc::default(), jobs: job::Jobs::default() }
    }

    /// The host whose files lie in `folder`; no link and no command leads out of it.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self { folder: Some(folder.into()), ..Self::live() }
    }

    /// How many commands were run so far.
    #[must_use]
    pub fn commands_run(&self) -> u64 {
        self.commands.load(Ordering::Relaxed)
    }

    /// The whole of a file; `None` when there is none.
    pub(crate) fn bytes(&self, path: impl AsRef<Path>) -> Result<Option<Vec<u8>>, Failure> {
        let path = path.as_ref();
        let Some(file) = self.open(path)? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|error| Failure::io(path, &error))?;
        if bytes.len() as u64 > MAX_FILE {
            return Err(Failure::TooLarge {
                at: path.display().to_string(),
                limit: format!("{MAX_FILE} byte"),
            });
        }
        Ok(Some(bytes))
    }

    /// The whole of a file as text, broken UTF-8 replaced; `None` when there is none.
    pub(crate) fn text(&self, path: impl AsRef<Path>) -> Result<Option<String>, Failure> {
        Ok(self.bytes(path)?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// The whole of a file that every host of this kind has.
    pub(crate) fn needed(&self, path: &str) -> Result<String, Failure> {
        self.text(path)?.ok_or_else(|| Failure::malformed(path, "tidak ada"))
    }

    /// The value in an attribute file such as those of sysfs; `None` when it is missing, empty, for root
    /// only, or the driver refuses to tell. One attribute never fails a sensor.
    pub(crate) fn value(&self, path: impl AsRef<Path>) -> Option<String> {
        let bytes = self.head(path.as_ref(), 4096).ok().flatten()?;
        Some(lossy::lossy(&bytes, lossy::NAME)).filter(|value| !value.is_empty())
    }

    /// At most `limit` bytes from the beginning of a file; `None` when there is none.
    pub(crate) fn head(&self, path: &Path, limit: u64) -> Result<Option<Vec<u8>>, Failure> {
        let Some(file) = self.open(path)? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.take(limit).read_to_end(&mut bytes).map_err(|error| Failure::io(path, &error))?;
        Ok(Some(bytes))
    }

    /// At most `limit` bytes from the end of a file; `None` when there is none.
    pub(crate) fn tail(&self, path: &Path, limit: u64) -> Result<Option<Vec<u8>>, Failure> {
        let Some(mut file) = self.open(path)? else { return Ok(None) };
        let read = |file: &mut File| -> io::Result<Vec<u8>> {
            let from = file.metadata()?.len().saturating_sub(limit);
            file.seek(SeekFrom::Start(from))?;
            let mut bytes = Vec::new();
            file.take(limit).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        read(&mut file).map(Some).map_err(|error| Failure::io(path, &error))
    }

    /// A file to be read in passing; `None` when there is none. Whoever reads it bounds what is read.
    /// Not blocking: what is expected to be a file may be a pipe without a writer.
    pub(crate) fn open(&self, path: &Path) -> Result<Option<File>, Failure> {
        let opened = self.resolve(path, true).and_then(|real| {
            OpenOptions::new().read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(real)
        });
        present(opened).map_err(|error| Failure::io(path, &error))
    }

    /// The names in a folder, sorted; `None` when there is no such folder.
    pub(crate) fn list(&self, path: impl AsRef<Path>) -> Result<Option<Vec<String>>, Failure> {
        let path = path.as_ref();
        let names = |real: PathBuf| -> io::Result<Vec<String>> {
            let entries = fs::read_dir(real)?.take(MAX_NAMES + 1);
            entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
        };
        let listed = present(self.resolve(path, true).and_then(names));
        let Some(mut names) = listed.map_err(|error| Failure::io(path, &error))? else { return Ok(None) };
        if names.len() > MAX_NAMES {
            return Err(Failure::TooLarge {
                at: path.display().to_string(),
                limit: format!("{MAX_NAMES} nama"),
            });
        }
        names.sort_unstable();
        Ok(Some(names))
    }

    /// Whether there is something at `path`.
    pub(crate) fn exists(&self, path: impl AsRef<Path>) -> bool {
        self.resolve(path.as_ref(), true).is_ok_and(|real| real.exists())
    }

    /// Where the symbolic link at `path` points, as it is written; `None` when there is no link.
    pub(crate) fn link(&self, path: impl AsRef<Path>) -> Option<PathBuf> {
        self.resolve(path.as_ref(), false).and_then(fs::read_link).ok()
    }

    /// `path` without symbolic links, as the host itself would name it; `None` when it does not exist.
    pub(crate) fn real(&self, path: &Path) -> Option<PathBuf> {
        match &self.folder {
            None => fs::canonicalize(path).ok(),
            Some(folder) => {
                let real = resolve::resolve(folder, path, true).ok().filter(|real| real.exists())?;
                Some(Path::new("/").join(real.strip_prefix(folder).ok()?))
            }
        }
    }

    /// What is known of a file without opening it; `None` when there is none.
    pub(crate) fn facts(&self, path: &Path) -> Result<Option<Facts>, Failure> {
        let found = present(self.resolve(path, true).and_then(fs::metadata));
        let Some(found) = found.map_err(|error| Failure::io(path, &error))? else { return Ok(None) };
        if self.folder.is_some() {
            return recorded::facts(self, path, found.len()).map(Some);
        }
        let modified = found.modified().map_err(|error| Failure::io(path, &error))?;
        let modified = Timestamp::try_from(modified)
            .map_err(|error| Failure::malformed(&path.display().to_string(), &error.to_string()))?;
        Ok(Some(Facts { bytes: found.len(), modified, inode: found.ino() }))
    }

    /// Runs a tool and gives what it wrote to standard output; any exit status but 0 is a failure.
    pub(crate) fn run(&self, command: &Command) -> Result<Vec<u8>, Failure> {
        self.run_accepting(command, |status| status == 0)
    }

    /// Runs a tool that tells what it found by its exit status; `accepts` says which are no failure.
    pub(crate) fn run_accepting(
        &self,
        command: &Command,
        accepts: fn(i32) -> bool,
    ) -> Result<Vec<u8>, Failure> {
        self.commands.fetch_add(1, Ordering::Relaxed);
        match &self.folder {
            None => command::run(command, accepts),
            Some(_) => recorded::output(self, &command.label, command.limit),
        }
    }

    /// The addresses of each interface with their prefix lengths.
    pub(crate) fn addresses(&self) -> Result<BTreeMap<String, Vec<String>>, Failure> {
        if self.folder.is_some() {
            return recorded::read(self, "addresses.json");
        }
        let networks = sysinfo::Networks::new_with_refreshed_list()
            .map_err(|error| Failure::malformed("antarmuka jaringan", &error.to_string()))?;
        let addresses = |data: &sysinfo::NetworkData| {
            data.ip_networks().iter().map(|net| format!("{}/{}", net.addr, net.prefix)).collect()
        };
        let by_name =
            |(name, data): (&std::ffi::OsString, _)| (name.to_string_lossy().into_owned(), addresses(data));
        Ok((*networks).iter().map(by_name).collect())
    }

    /// The size of the file system mounted at `mount`, which must be a local one.
    pub(crate) fn space(&self, mount: &str) -> Result<Space, Failure> {
        if self.folder.is_some() {
            return recorded::space(self, mount);
        }
        let path = PathBuf::from(mount);
        self.within(&format!("statvfs {mount}"), Duration::from_secs(3), move || {
            let found = rustix::fs::statvfs(&path).map_err(|error| Failure::io(&path, &error.into()))?;
            let used = found.f_blocks.saturating_sub(found.f_bfree);
            Ok(Space {
                size_bytes: found.f_blocks.saturating_mul(found.f_frsize),
                used_bytes: used.saturating_mul(found.f_frsize),
            })
        })
    }

    /// The machine's architecture, as of uname(2), such as `x86_64`.
    pub(crate) fn architecture(&self) -> Option<String> {
        match &self.folder {
            None => Some(rustix::system::uname().machine().to_string_lossy().into_owned()),
            Some(_) => self.value("/.host/architecture"),
        }
    }

    /// What `work` gives, if it does so within `limit`; see [`within`].
    pub(crate) fn within<T: Send + 'static>(
        &self,
        what: &str,
        limit: Duration,
        work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.abandoned.within(what, limit, work)
    }

    /// Where `path` of the host really lies.
    fn resolve(&self, path: &Path, follow_last: bool) -> io::Result<PathBuf> {
        match &self.folder {
            None => Ok(path.to_owned()),
            Some(folder) => resolve::resolve(folder, path, follow_last),
        }
    }
}

/// "There is none" is an answer, not an error.
fn present<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests;
