//! The one place that changes files of the state directory.
//!
//! A file is replaced as a whole or not at all, whatever happens in between (kill, power cut, full disk):
//!
//! ```text
//! open(dir/.name.tmp, O_CREAT|O_TRUNC|O_WRONLY, 0600)
//! fchown(.name.tmp)           to the owner of dir: root may enrol what a service's user then reads
//! write(…)
//! fsync(.name.tmp)            the content is on the disk …
//! rename(.name.tmp, name)     … before the name points to it
//! fsync(dir)                  the name is on the disk
//! ```
//! After a cut before the rename the old file is there, beside a `.name.tmp` that [`clean`] takes away;
//! after it the new one is. An error of `fsync` is an error of the write: the page cache is not believed.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

/// A file of the state directory could not be read or changed.
#[derive(Debug, thiserror::Error)]
#[error("{what} {} gagal", path.display())]
pub struct Error {
    /// What was tried, one Indonesian word.
    pub what: &'static str,
    /// On which file.
    pub path: PathBuf,
    /// What the kernel answered.
    #[source]
    pub source: io::Error,
}

impl Error {
    /// For `map_err`: what was tried on `path`.
    pub(crate) fn on(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self { what, path: path.to_owned(), source }
    }
}

/// Writes `bytes` to `path`, whole and durable, mode 0600.
///
/// # Errors
/// When any step fails; then the file that was there before is still there.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let (dir, temporary) = beside(path);
    let written = fill(&temporary, bytes)
        .map_err(Error::on("menulis", &temporary))
        .and_then(|()| cut().and_then(|()| fs::rename(&temporary, path)).map_err(Error::on("menulis", path)));
    if written.is_err() {
        // On a full disk the half file must not stay. It does no harm when this fails too.
        let _ = cut().and_then(|()| fs::remove_file(&temporary));
    }
    written?;
    sync_dir(dir)
}

/// Empties `path`; needs no space on the disk.
///
/// # Errors
/// When it cannot be opened or changed.
pub fn empty(path: &Path) -> Result<(), Error> {
    let emptied = cut().and_then(|()| {
        let file = OpenOptions::new().write(true).open(path)?;
        file.set_len(0)?;
        file.sync_all()
    });
    emptied.map_err(Error::on("mengosongkan", path))
}

/// The content of `path`; `None` when there is no such file.
///
/// # Errors
/// When it is there and cannot be read.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::on("membaca", path)(error)),
    }
}

/// Removes `path`, durably; whether it was there.
///
/// # Errors
/// When it is there and cannot be removed.
pub fn remove(path: &Path) -> Result<bool, Error> {
    gone_is_fine(cut().and_then(|()| fs::remove_file(path)), "menghapus", path)
}

/// Gives `path` another name in the same directory, durably, replacing what had it; whether it was there.
///
/// # Errors
/// When it is there and cannot be renamed.
pub fn rename(path: &Path, to: &Path) -> Result<bool, Error> {
    gone_is_fine(cut().and_then(|()| fs::rename(path, to)), "mengganti nama", path)
}

/// Makes a directory, mode 0700, with those above it, when it is not there yet.
///
/// # Errors
/// When it cannot be made.
pub fn create_dir(path: &Path) -> Result<(), Error> {
    if path.is_dir() {
        return Ok(());
    }
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.and_then(|()| File::open(path))
        .map(|dir| own(&dir, path))
        .map_err(Error::on("membuat direktori", path))?;
    path.parent().filter(|p| !p.as_os_str().is_empty()).map_or(Ok(()), sync_dir)
}

/// Removes what interrupted writes left in `dir`.
///
/// # Errors
/// When the directory cannot be read.
pub fn clean(dir: &Path) -> Result<(), Error> {
    for entry in fs::read_dir(dir).map_err(Error::on("membaca", dir))? {
        let name = entry.map_err(Error::on("membaca", dir))?.file_name();
        if name.to_str().is_some_and(|n| n.starts_with('.') && n.ends_with(".tmp")) {
            remove(&dir.join(name))?;
        }
    }
    Ok(())
}

fn beside(path: &Path) -> (&Path, PathBuf) {
    let dir = path.parent().unwrap_or_else(|| Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    (dir, dir.join(format!(".{name}.tmp")))
}

fn fill(path: &Path, bytes: &[u8]) -> io::Result<()> {
    cut()?;
    // Not through a link: root may write here into a directory of somebody else's.
    let no_link = OFlags::NOFOLLOW.bits().cast_signed();
    let mut options = OpenOptions::new();
    let mut file =
        options.write(true).create(true).truncate(true).mode(0o600).custom_flags(no_link).open(path)?;
    own(&file, path);
    let (half, rest) = bytes.split_at_checked(bytes.len() / 2).unwrap_or((bytes, &[]));
    file.write_all(half)?;
    cut()?;
    file.write_all(rest)?;
    file.sync_all()
}

/// Gives a new file to the owner of its directory. Only root can, and only for root it is needed; the file
/// is of use to whoever made it when it fails.
fn own(file: &File, path: &Path) {
    let owner = beside(path).0.metadata().map(|dir| (dir.uid(), dir.gid()));
    if let (Ok((uid, gid)), Ok(now)) = (owner, file.metadata())
        && now.uid() != uid
    {
        let _ = std::os::unix::fs::fchown(file, Some(uid), Some(gid));
    }
}

/// A point where a test may cut the power.
#[cfg(not(test))]
#[expect(clippy::unnecessary_wraps, reason = "in tests it fails")]
const fn cut() -> io::Result<()> {
    Ok(())
}
#[cfg(test)]
use crash::cut;

/// Power cuts, for tests: after a number of changes nothing is changed any more.
#[cfg(test)]
pub(crate) mod crash {
    use std::cell::Cell;
    use std::io;

    thread_local!(static LEFT: Cell<Option<u32>> = const { Cell::new(None) });

    pub(super) fn cut() -> io::Result<()> {
        match LEFT.get() {
            None => Ok(()),
            Some(0) => Err(io::Error::other("power cut")),
            Some(left) => {
                LEFT.set(Some(left - 1));
                Ok(())
            }
        }
    }

    /// Does `act` with the power cut after `changes` of its changes; whether it came to its end before.
    pub(crate) fn after(changes: u32, act: impl FnOnce()) -> bool {
        LEFT.set(Some(changes));
        act();
        LEFT.replace(None) != Some(0)
    }
}

fn gone_is_fine(done: io::Result<()>, what: &'static str, path: &Path) -> Result<bool, Error> {
    match done {
        Ok(()) => sync_dir(beside(path).0).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::on(what, path)(error)),
    }
}

fn sync_dir(dir: &Path) -> Result<(), Error> {
    cut().and_then(|()| File::open(dir)?.sync_all()).map_err(Error::on("menyimpan direktori", dir))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_is_its_owners_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("checkpoint");
        assert_eq!(read(&path).unwrap(), None);
        write(&path, b"one").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(read(&path).unwrap().as_deref(), Some(&b"two"[..]));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "no temporary file stays");
    }

    #[test]
    fn an_interrupted_write_leaves_the_old_file_and_is_cleaned_up() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sequence");
        write(&path, b"41").unwrap();
        fill(&beside(&path).1, b"4").unwrap();
        assert_eq!(read(&path).unwrap().as_deref(), Some(&b"41"[..]));
        clean(dir.path()).unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_write_that_fails_names_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let error = write(&dir.path().join("no/such"), b"x").unwrap_err();
        assert!(error.to_string().contains("no/.such.tmp"), "{error}");
        assert!(!remove(&dir.path().join("none")).unwrap());
        assert!(!rename(&dir.path().join("none"), &dir.path().join("other")).unwrap());
    }

    #[test]
    fn a_directory_is_its_owners_alone() {
        let dir = tempfile::tempdir().unwrap();
        let state = dir.path().join("a/b");
        create_dir(&state).unwrap();
        create_dir(&state).unwrap();
        assert_eq!(fs::metadata(&state).unwrap().permissions().mode() & 0o777, 0o700);
    }
}
