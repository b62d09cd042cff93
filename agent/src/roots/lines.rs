//! Long files line by line, in the memory of one line.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use super::{Failure, MAX_FILE, Roots};

/// How much of one line is kept, in bytes; the rest of it is passed over.
const MAX_LINE: usize = 8 * 1024;

impl Roots {
    /// Hands each line of a file to `take`, without its end and cut at a bound; gives how many bytes there
    /// were, `None` when there is no such file.
    pub(crate) fn each_line(&self, path: &Path, take: impl FnMut(&[u8])) -> Result<Option<u64>, Failure> {
        let Some(file) = self.open(path)? else { return Ok(None) };
        let read = each_line(file, take).map_err(|error| Failure::io(path, &error))?;
        if read > MAX_FILE {
            return Err(Failure::TooLarge {
                at: path.display().to_string(),
                limit: format!("{MAX_FILE} byte"),
            });
        }
        Ok(Some(read))
    }
}

fn each_line(file: impl Read, mut take: impl FnMut(&[u8])) -> io::Result<u64> {
    let mut reader = BufReader::with_capacity(64 * 1024, file.take(MAX_FILE + 1));
    let (mut line, mut read) = (Vec::with_capacity(256), 0);
    loop {
        line.clear();
        let begun = (&mut reader).take(MAX_LINE as u64).read_until(b'\n', &mut line)?;
        if begun == 0 {
            return Ok(read);
        }
        read += begun as u64;
        if line.last() == Some(&b'\n') {
            line.pop();
        } else {
            read += reader.skip_until(b'\n')? as u64;
        }
        take(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &[&[u8]]) {
        let mut lines = Vec::new();
        let read = each_line(bytes, |line| lines.push(line.to_vec())).unwrap();
        assert_eq!(lines, expected);
        assert_eq!(read, bytes.len() as u64);
    }

    #[test]
    fn lines_are_cut_at_a_bound() {
        check(b"", &[]);
        check(b"a\n\nb", &[b"a", b"", b"b"]);
        check(b"\n", &[b""]);
        let long = vec![b'x'; MAX_LINE * 3];
        let kept = &long[..MAX_LINE];
        check(&[&long[..], b"\nnext\n"].concat(), &[kept, b"next"]);
        check(&long, &[kept]);
    }

    proptest::proptest! {
        #[test]
        fn all_bytes_are_seen(bytes: Vec<u8>) {
            let expected: Vec<&[u8]> = bytes.strip_suffix(b"\n").unwrap_or(&bytes).split(|b| *b == b'\n').collect();
            check(&bytes, if bytes.is_empty() { &[] } else { &expected });
        }
    }
}
