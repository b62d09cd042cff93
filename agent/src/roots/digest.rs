//! What a file is, byte by byte: its SHA-256, computed in the memory of one piece and in bounded time.

use std::io::{self, Read};
use std::path::Path;
use std::time::Instant;

use patuh_protocol::digest::Digest;
use ring::digest::{Context, SHA256};

use super::{Failure, Roots};

/// How much is read at once.
const PIECE: usize = 256 * 1024;

impl Roots {
    /// The digest of a file; `None` when there is none, or when it was not read to its end before `until`.
    pub(crate) fn digest(&self, path: &Path, until: Instant) -> Result<Option<Digest>, Failure> {
        let Some(file) = self.open(path)? else { return Ok(None) };
        match of(Timed { file, until }) {
            Ok(digest) => Ok(Some(digest)),
            Err(error) if error.kind() == io::ErrorKind::TimedOut => Ok(None),
            Err(error) => Err(Failure::io(path, &error)),
        }
    }
}

/// The digest of all that `file` gives.
pub(crate) fn of(mut file: impl Read) -> io::Result<Digest> {
    let (mut context, mut piece) = (Context::new(&SHA256), vec![0; PIECE]);
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        context.update(piece.get(..read).unwrap_or_default());
    }
    Digest::from_bytes(context.finish().as_ref()).ok_or_else(|| io::Error::other("not 32 bytes"))
}

/// A file that can be read until some time.
pub(crate) struct Timed<R> {
    pub(crate) file: R,
    pub(crate) until: Instant,
}

impl<R: Read> Read for Timed<R> {
    #[expect(clippy::disallowed_methods, reason = "whether the time is up")]
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if Instant::now() >= self.until {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.file.read(buffer)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a time that has passed, and one that has not")]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::roots::fixture;

    #[test]
    fn a_file_is_known_by_its_bytes_while_there_is_time() {
        let content = vec![7_u8; PIECE * 2 + 3];
        let host = fixture::host(&[("srv/a", content.as_slice()), ("srv/b", b"abc")]);
        let later = Instant::now() + Duration::from_secs(60);
        let digest = |path: &str, until| host.roots.digest(Path::new(path), until).unwrap();
        assert_eq!(digest("/srv/a", later), Some(Digest::of(&content)));
        assert_eq!(digest("/srv/b", later), Some(Digest::of(b"abc")));
        assert_eq!(digest("/srv/b", Instant::now()), None, "the time is up");
        assert_eq!(digest("/srv/none", later), None);
        assert!(host.roots.digest(Path::new("/srv"), later).is_err(), "a folder has none");
    }
}
