//! The list of what a run holds, as duplicity keeps it in the clear on the host that backs up
//! (`duplicity/manifest.py`).

use std::path::Path;

use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

/// A manifest, as far as it is needed: of the files it names only their number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    /// The folder, as it was given: it may be relative to a folder nobody remembers.
    pub(super) folder: Option<String>,
    /// How many volumes there are, when they are numbered without a gap.
    pub(super) volumes: Option<u64>,
    /// How many files the run took along: of a full one all, of an incremental one what changed.
    pub(super) files: Option<u64>,
}

/// Takes the lines of a manifest.
#[derive(Debug, Default)]
struct Reader {
    manifest: Manifest,
    volumes: u64,
    is_gapless: bool,
    /// How many volumes say where they begin, end, and what their content is.
    described: u64,
}

/// Reads the manifest at `path`; of one that is too long, what stands at its beginning.
pub(super) fn read(roots: &Roots, path: &Path) -> Result<Manifest, Failure> {
    let mut reader = Reader { is_gapless: true, ..Reader::default() };
    match roots.each_line(path, |line| reader.take(line)) {
        Ok(_) | Err(Failure::TooLarge { .. }) => Ok(reader.end()),
        Err(failure) => Err(failure),
    }
}

impl Reader {
    fn take(&mut self, line: &[u8]) {
        let line = String::from_utf8_lossy(line);
        // Names of files are set in.
        if let Some(inner) = line.strip_prefix("    ") {
            self.described += u64::from(inner.starts_with("Hash ") && self.manifest.files.is_none());
            return;
        }
        if let Some(folder) = line.strip_prefix("Localdir ") {
            self.manifest.folder = Some(name(&unquoted(folder)));
        } else if let Some(number) = line.strip_prefix("Volume ") {
            self.volumes += 1;
            let number = number.trim_end().trim_end_matches(':').parse::<u64>();
            self.is_gapless &= number.is_ok_and(|number| number == self.volumes);
        } else if let Some(files) = line.strip_prefix("Filelist ") {
            self.manifest.files = files.trim().parse().ok();
        }
    }

    fn end(self) -> Manifest {
        let whole = self.is_gapless && self.described >= self.volumes && self.volumes > 0;
        Manifest { volumes: whole.then_some(self.volumes), ..self.manifest }
    }
}

/// `"a\x20b"` is `a b` (`duplicity.manifest.Unquote`).
fn unquoted(text: &str) -> String {
    let text = text.trim_end_matches('\r');
    let Some(inner) = text.strip_prefix(['"', '\'']).and_then(|rest| rest.strip_suffix(['"', '\''])) else {
        return text.to_owned();
    };
    let (mut bytes, mut rest) = (Vec::new(), inner.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let escaped = after.strip_prefix(b"x").and_then(|digits| digits.split_at_checked(2));
        let byte = escaped.filter(|_| *first == b'\\').and_then(|(digits, after)| {
            let digits = std::str::from_utf8(digits).ok()?;
            Some((u8::from_str_radix(digits, 16).ok()?, after))
        });
        let (byte, after) = byte.unwrap_or((*first, after));
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(manifest: &str, folder: Option<&str>, volumes: Option<u64>, files: Option<u64>) {
        let host = fixture::host(&[("m", manifest)]);
        let expected = Manifest { folder: folder.map(str::to_owned), volumes, files };
        assert_eq!(read(&host.roots, Path::new("/m")).unwrap(), expected, "{manifest}");
    }

    /// Written by duplicity 0.8.22; the list of files shortened.
    const WRITTEN: &str = "Hostname vm\nLocaldir /srv/data\nVolume 1:\n    StartingPath   .  \n    \
        EndingPath     www/b.bin  \n    Hash SHA1 7498275a8bfa70bf98c0d88847bb2206d33bdcb0\nFilelist 2\n    \
        new      \"a\\x20b/\u{fc}.txt\"\n    new      \"Hash\\x20x\"\n";

    #[test]
    fn manifests_are_read() {
        check(WRITTEN, Some("/srv/data"), Some(1), Some(2));
        check(
            &WRITTEN.replace("/srv/data", "\"/srv/data\\x20opd\""),
            Some("/srv/data opd"),
            Some(1),
            Some(2),
        );
        check(&WRITTEN.replace("Volume 1", "Volume 2"), Some("/srv/data"), None, Some(2));
        // Broken off in the middle of a volume.
        check("Hostname vm\nLocaldir src\nVolume 1:\n    StartingPath   .  \n", Some("src"), None, None);
        check("", None, None, None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, text in ".*") {
            let host = fixture::host(&[("m", [b"Localdir \"".as_slice(), &bytes].concat())]);
            let _ = (read(&host.roots, Path::new("/m")), unquoted(&text), unquoted(&format!("\"\\x{text}\"")));
        }
    }
}
