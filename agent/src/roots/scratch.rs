//! A folder for a tool that cannot work without writing somewhere, such as borg, which keeps a cache.
//!
//! The tool gets it as its home, so that it neither reads nor changes the caches of those who back up. It is
//! the agent's alone (mode 0700) and goes, with what the tool left in it, when it is dropped.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rustix::process::getpid;

use super::{Failure, Roots};
use crate::durable;

/// Where it lies when nobody says otherwise: what a person starts by hand.
const TEMPORARY: &str = "/tmp";
/// How many names are tried: those of an agent that was killed may still be there.
const MAX_TRIES: u32 = 100;

/// A folder that goes when this is dropped.
#[derive(Debug)]
pub(crate) struct Scratch {
    path: PathBuf,
    is_made: bool,
}

impl Roots {
    /// The same host; scratch folders are made in `folder`, which is emptied now: what lies there was left by
    /// an agent that was killed. Nobody else may be using it.
    #[must_use]
    pub fn with_scratch(mut self, folder: &Path) -> Self {
        // What cannot be removed costs its bytes and nothing else.
        let _ = fs::remove_dir_all(folder);
        self.scratch = Some(folder.into());
        self
    }

    /// A folder for a tool of this host. A host that is a folder runs no tools, and needs none.
    pub(crate) fn scratch(&self) -> Result<Scratch, Failure> {
        if self.folder.is_some() {
            return Ok(Scratch { path: PathBuf::from("/nonexistent"), is_made: false });
        }
        let base = self.scratch.as_deref().unwrap_or(Path::new(TEMPORARY));
        durable::create_dir(base)
            .map_err(|error| Failure::malformed(&base.display().to_string(), &error.source.to_string()))?;
        let mut tries = 0;
        loop {
            let path = base.join(format!("patuh-{}-{tries}", getpid().as_raw_nonzero()));
            // Fails when there is something of this name already, even a link: nobody can lay one in the way.
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Scratch { path, is_made: true }),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && tries < MAX_TRIES => {
                    tries += 1;
                }
                Err(error) => return Err(Failure::io(&path, &error)),
            }
        }
    }
}

impl Scratch {
    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.is_made {
            // What is left in the agent's own folder goes when it starts the next time.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::roots::fixture;

    #[test]
    fn a_scratch_folder_is_private_and_goes() {
        let dir = tempfile::tempdir().unwrap();
        let base = dir.path().join("scratch");
        fs::create_dir_all(base.join("patuh-1-0/left")).unwrap();
        let roots = Roots::live().with_scratch(&base);
        let (one, other) = (roots.scratch().unwrap(), roots.scratch().unwrap());
        assert_ne!(one.path(), other.path());
        assert_eq!(fs::metadata(one.path()).unwrap().permissions().mode() & 0o777, 0o700);
        fixture::lay(&one.path().join("cache"), b"x");
        assert_eq!(fs::read_dir(&base).unwrap().count(), 2, "what was left is gone");
        drop((one, other));
        assert_eq!(fs::read_dir(&base).unwrap().count(), 0);
    }

    #[test]
    fn a_recorded_host_gets_none() {
        let host = fixture::host(&[("etc/x", "")]);
        assert!(!host.roots.scratch().unwrap().path().exists());
    }
}
