//! Writing a small file so that a power cut leaves either the old one or the new one, never half.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Writes `bytes` to `path`, readable by its owner only: temporary file beside it → fsync → rename → fsync
/// of the directory.
///
/// # Errors
/// When any of these steps fails; the old file is then still whole.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = path.with_added_extension("new");
    put(OpenOptions::new().create(true).truncate(true), &temporary, bytes)?;
    fs::rename(&temporary, path)?;
    sync_parent(path)
}

/// A file that is replaced piece by piece: what was there stays until the new one is whole.
#[derive(Debug)]
pub struct Replacement {
    path: PathBuf,
    temporary: PathBuf,
    file: File,
}

impl Replacement {
    /// Begins a replacement of `path`, readable by its owner only.
    ///
    /// # Errors
    /// When the temporary file beside it cannot be made.
    pub fn begin(path: &Path) -> io::Result<Self> {
        let temporary = path.with_added_extension("new");
        let file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&temporary)?;
        Ok(Self { path: path.to_owned(), temporary, file })
    }

    /// Puts it in place: fsync → rename → fsync of the directory.
    ///
    /// # Errors
    /// When any of these steps fails; the old file is then still whole.
    pub fn finish(self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.temporary, &self.path)?;
        sync_parent(&self.path)
    }
}

impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// What was not finished leaves nothing behind.
impl Drop for Replacement {
    fn drop(&mut self) {
        // After `finish` there is nothing of this name any more.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Like [`write()`], for a file that must never be replaced, such as a key: fails with
/// [`io::ErrorKind::AlreadyExists`] when `path` is there.
///
/// # Errors
/// When it exists or a step fails.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = path.with_added_extension("new");
    put(OpenOptions::new().create(true).truncate(true), &temporary, bytes)?;
    // A hard link, unlike a rename, refuses an existing name.
    let linked = fs::hard_link(&temporary, path);
    fs::remove_file(&temporary)?;
    linked?;
    sync_parent(path)
}

/// Makes the directory `path` and those above it, open to its owner only.
///
/// # Errors
/// When it cannot be made.
pub fn make_dir(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn put(options: &mut OpenOptions, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = options.write(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => File::open(parent)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_closed_to_others() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ca.key");
        write(&path, b"old").unwrap();
        write(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_not_finished_replaces_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("server.csv");
        write(&path, b"old").unwrap();
        let mut broken_off = Replacement::begin(&path).unwrap();
        broken_off.write_all(b"half").unwrap();
        drop(broken_off);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        let mut whole = Replacement::begin(&path).unwrap();
        whole.write_all(b"new").unwrap();
        whole.finish().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_key_is_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ca.key");
        create(&path, b"old").unwrap();
        assert_eq!(create(&path, b"new").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
