//! The scratch folder: where things come back to, and where nothing of them stays.
//!
//! It lies in the drills' own folder, which is locked while drills are held. Each drill gets a folder in it that
//! goes when the drill is over, however it ended; what a drill that was killed left there goes before the next.
//! What came back keeps the modes it had, so a folder may refuse to be emptied until it is opened again.

use std::fs::{self, DirBuilder, File, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use super::Error;
use crate::durable;
use crate::roots::job::Account;

/// Its name in the drills' folder: nothing else of anybody is ever called so, and it is emptied without asking.
const FOLDER: &str = "patuh-drill-scratch";
/// How deep folders are opened again.
const MAX_DEPTH: u32 = 200;

/// The drills' folder, for as long as this one holds it.
pub(super) struct Workshop {
    base: PathBuf,
    _lock: File,
}

/// A folder that goes when this is dropped.
pub(super) struct Scratch(PathBuf);

impl Workshop {
    /// Takes the folder, and clears away what an earlier drill left.
    pub(super) fn open(folder: &Path) -> Result<Self, Error> {
        let denied = |error: durable::Error| match error.source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Error::Denied(folder.to_owned())
            }
            _ => Error::Folder(error),
        };
        durable::create_dir(folder).map_err(denied)?;
        let lock = File::open(folder).map_err(durable::Error::on("mengunci", folder)).map_err(denied)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Busy),
            Err(TryLockError::Error(error)) => {
                return Err(durable::Error::on("mengunci", folder)(error).into());
            }
        }
        let base = folder.join(FOLDER);
        clear(&base).map_err(durable::Error::on("membersihkan", &base)).map_err(denied)?;
        durable::create_dir(&base).map_err(denied)?;
        // A server of another user must find its own folder below; nobody can list this one.
        open_up(folder).and_then(|()| open_up(&base)).map_err(durable::Error::on("membuka", &base))?;
        Ok(Self { base, _lock: lock })
    }

    /// A folder for one drill.
    pub(super) fn scratch(&self) -> Result<Scratch, Error> {
        let path = self.base.join("1");
        let made = clear(&path).and_then(|()| DirBuilder::new().mode(0o711).create(&path));
        made.map_err(durable::Error::on("membuat direktori", &path))?;
        Ok(Scratch(path))
    }
}

/// Lets others through, but not see what is there.
fn open_up(folder: &Path) -> io::Result<()> {
    let mode = fs::metadata(folder)?.permissions().mode();
    if mode & 0o011 == 0o011 {
        Ok(())
    } else {
        fs::set_permissions(folder, Permissions::from_mode(mode | 0o011))
    }
}

impl Scratch {
    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// A folder in it, for us alone or for `account` alone.
    pub(super) fn folder(&self, name: &str, account: Option<Account>) -> io::Result<PathBuf> {
        let path = self.0.join(name);
        DirBuilder::new().mode(0o700).create(&path)?;
        if let Some(Account { user, group }) = account {
            chown(&path, Some(user), Some(group))?;
        }
        Ok(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = clear(&self.0) {
            tracing::warn!(path = %self.0.display(), %error, "scratch folder not emptied; the next drill tries again");
        }
    }
}

/// Removes `path` with all that is in it, never following a link.
fn clear(path: &Path) -> io::Result<()> {
    match remove(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            unseal(path, 0)?;
            remove(path)
        }
        done => done,
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Makes every folder below `path` one that can be emptied.
fn unseal(path: &Path, depth: u32) -> io::Result<()> {
    if depth > MAX_DEPTH || !fs::symlink_metadata(path)?.is_dir() {
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(0o700))?;
    for entry in fs::read_dir(path)? {
        unseal(&entry?.path(), depth + 1)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    #[test]
    fn a_scratch_folder_goes_and_so_does_what_was_left() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("drill");
        let left = folder.join(FOLDER).join("1/left");
        fs::create_dir_all(&left).unwrap();
        fixture::lay(&left.join("x"), b"x");
        fs::set_permissions(&left, Permissions::from_mode(0o500)).unwrap();
        let workshop = Workshop::open(&folder).unwrap();
        assert!(!left.exists(), "what a killed drill left");
        assert!(matches!(Workshop::open(&folder), Err(Error::Busy)));
        let scratch = workshop.scratch().unwrap();
        let inner = scratch.folder("out", None).unwrap();
        fs::create_dir(inner.join("sealed")).unwrap();
        fixture::lay(&inner.join("sealed/x"), b"x");
        fs::set_permissions(inner.join("sealed"), Permissions::from_mode(0o000)).unwrap();
        std::os::unix::fs::symlink(dir.path(), inner.join("out")).unwrap();
        assert_eq!(fs::metadata(&inner).unwrap().permissions().mode() & 0o777, 0o700);
        let path = scratch.path().to_owned();
        drop(scratch);
        assert!(!path.exists() && dir.path().exists());
        drop(workshop);
        assert!(Workshop::open(&folder).is_ok());
    }

    #[test]
    fn a_folder_that_is_not_ours_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("x");
        fixture::lay(&file, b"");
        let Err(Error::Folder(error)) = Workshop::open(&file.join("drill")) else { panic!("it is a file") };
        assert!(error.to_string().contains("drill"), "{error}");
    }

    #[test]
    fn a_link_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, other) = (dir.path().join("drill"), dir.path().join("other"));
        fs::create_dir_all(&folder).unwrap();
        fs::create_dir_all(&other).unwrap();
        fixture::lay(&other.join("x"), b"x");
        std::os::unix::fs::symlink(&other, folder.join(FOLDER)).unwrap();
        drop(Workshop::open(&folder).unwrap());
        assert!(other.join("x").exists());
    }
}
