//! Being told that the files of a folder changed (inotify(7)).

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::path::Path;

use rustix::fs::inotify::{CreateFlags, ReadFlags, Reader, WatchFlags, add_watch, init};

use super::Roots;

/// Rings when a file of a folder was put into its place or taken away. It never blocks.
#[derive(Debug)]
pub(crate) struct Bell(OwnedFd);

impl Roots {
    /// A bell on `folder`; `None` for a host in a folder, where nothing changes by itself.
    ///
    /// # Errors
    /// When there is no such folder, or the kernel refuses.
    pub(crate) fn bell(&self, folder: &Path) -> io::Result<Option<Bell>> {
        if self.folder.is_some() { Ok(None) } else { Bell::open(folder).map(Some) }
    }
}

impl Bell {
    fn open(folder: &Path) -> io::Result<Self> {
        let bell = init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
        let wanted = WatchFlags::MOVED_TO | WatchFlags::DELETE | WatchFlags::ONLYDIR;
        add_watch(&bell, folder, wanted)?;
        Ok(Self(bell))
    }

    /// Whether it rang.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] when it did not; [`io::ErrorKind::NotFound`] when the folder is gone.
    pub(crate) fn rang(&mut self) -> io::Result<()> {
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut reader = Reader::new(&self.0, &mut buffer);
        let mut rang = false;
        loop {
            match reader.next() {
                Ok(event) if event.events().contains(ReadFlags::IGNORED) => {
                    return Err(io::ErrorKind::NotFound.into());
                }
                Ok(_) => rang = true,
                Err(error) if rang && error == rustix::io::Errno::WOULDBLOCK => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl AsFd for Bell {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl AsRawFd for Bell {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::roots::fixture::lay;

    fn rang(bell: &mut Bell) -> Result<(), io::ErrorKind> {
        bell.rang().map_err(|error| error.kind())
    }

    #[test]
    fn it_rings_when_a_file_comes_into_its_place_or_goes() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("f");
        assert!(Roots::live().bell(&folder).is_err(), "there is no such folder");
        fs::create_dir(&folder).unwrap();
        let mut bell = Roots::live().bell(&folder).unwrap().unwrap();
        assert_eq!(rang(&mut bell), Err(io::ErrorKind::WouldBlock));
        lay(&folder.join("x.tmp"), b"half");
        assert_eq!(rang(&mut bell), Err(io::ErrorKind::WouldBlock), "it is not in its place yet");
        fs::rename(folder.join("x.tmp"), folder.join("x")).unwrap();
        assert_eq!((rang(&mut bell), rang(&mut bell)), (Ok(()), Err(io::ErrorKind::WouldBlock)));
        fs::remove_file(folder.join("x")).unwrap();
        assert_eq!(rang(&mut bell), Ok(()));
        fs::remove_dir(&folder).unwrap();
        assert_eq!(rang(&mut bell), Err(io::ErrorKind::NotFound));
        assert!(Roots::at(dir.path()).bell(dir.path()).unwrap().is_none());
    }
}
