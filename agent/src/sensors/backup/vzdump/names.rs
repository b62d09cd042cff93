//! The names of dump files, and what their endings promise of them (`PVE::Storage::archive_info`).

use std::path::Path;

use super::log::kind_of;
use crate::roots::{Entry, Failure, Roots};

/// What a file of an ending begins with. `vma` is Proxmox's own format for machines.
const SIGNS: [(&str, &[u8]); 6] = [
    (".zst", b"\x28\xb5\x2f\xfd"),
    (".gz", b"\x1f\x8b"),
    (".tgz", b"\x1f\x8b"),
    (".lzo", b"\x89LZO\0\r\n\x1a\n"),
    (".bz2", b"BZh"),
    (".vma", b"VMA\0"),
];
/// Where the sign of a tar archive stands, and what it is (tar(5)).
const TAR: (usize, &[u8]) = (257, b"ustar");
/// What is read of the beginning and of the end.
const WINDOW: u64 = 512;
/// The endings of packers.
const PACKERS: [&str; 4] = [".gz", ".lzo", ".zst", ".bz2"];

/// A dump file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dump {
    /// `vm/100`.
    pub(super) guest: String,
    /// Its name without ending, which its log shares.
    pub(super) stem: String,
    ending: String,
}

/// `vzdump-qemu-100-2026_11_21-02_00_03.vma.zst`.
pub(super) fn dump(file: &str) -> Option<Dump> {
    let bare = PACKERS.iter().find_map(|packer| file.strip_suffix(packer)).unwrap_or(file);
    let packer = file.strip_prefix(bare).unwrap_or_default();
    let stem = match bare.strip_suffix(".vma").or_else(|| bare.strip_suffix(".tar")) {
        Some(stem) => stem,
        None if packer.is_empty() => bare.strip_suffix(".tgz")?,
        None => return None,
    };
    let last = file.rsplit_once('.').map(|(_, last)| format!(".{last}"))?;
    Some(Dump { guest: guest(stem)?, stem: stem.to_owned(), ending: last })
}

/// The guest and the stem of `vzdump-qemu-100-2026_11_21-02_00_03.log`.
pub(super) fn log(file: &str) -> Option<(String, String)> {
    let stem = file.strip_suffix(".log")?;
    Some((guest(stem)?, stem.to_owned()))
}

/// The guest of `vzdump-qemu-100-…`.
fn guest(stem: &str) -> Option<String> {
    let mut parts = stem.strip_prefix("vzdump-")?.splitn(3, '-');
    let (kind, number, rest) = (kind_of(parts.next()?)?, parts.next()?, parts.next()?);
    let is_number = (1..=10).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && !rest.is_empty()).then(|| format!("{kind}/{number}"))
}

/// Whether a file begins as its ending promises, and ends so where that can be seen: `lzop` writes an empty block
/// last, tar empty blocks.
pub(super) fn is_sound(roots: &Roots, folder: &Path, entry: &Entry, dump: &Dump) -> Result<bool, Failure> {
    let path = folder.join(&entry.name);
    if entry.bytes == 0 {
        return Ok(false);
    }
    let head = roots.head(&path, WINDOW)?.unwrap_or_default();
    let ends_empty = |bytes: u64| -> Result<bool, Failure> {
        let tail = roots.tail(&path, bytes)?.unwrap_or_default();
        Ok(tail.len() as u64 == bytes && tail.iter().all(|byte| *byte == 0))
    };
    if dump.ending == ".tar" {
        let has_sign = head.get(TAR.0..).is_some_and(|rest| rest.starts_with(TAR.1));
        return Ok(has_sign && ends_empty(WINDOW)?);
    }
    let begins = SIGNS.iter().any(|(ending, sign)| *ending == dump.ending && head.starts_with(sign));
    if dump.ending == ".lzo" { Ok(begins && ends_empty(4)?) } else { Ok(begins) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(file: &str, expected: Option<(&str, &str, &str)>) {
        let found = dump(file);
        let found = found.as_ref().map(|d| (d.guest.as_str(), d.stem.as_str(), d.ending.as_str()));
        assert_eq!(found, expected, "{file}");
    }

    #[test]
    fn names_tell_the_guest() {
        let stem = "vzdump-qemu-100-2026_11_21-02_00_03";
        check(&format!("{stem}.vma.zst"), Some(("vm/100", stem, ".zst")));
        check(&format!("{stem}.vma"), Some(("vm/100", stem, ".vma")));
        check("vzdump-lxc-105-sebelum.tar.gz", Some(("ct/105", "vzdump-lxc-105-sebelum", ".gz")));
        check(
            "vzdump-openvz-105-2012_01_01-00_00_00.tgz",
            Some(("ct/105", "vzdump-openvz-105-2012_01_01-00_00_00", ".tgz")),
        );
        for other in [
            "vzdump-qemu-100-x.vma.dat",
            "vzdump-qemu-100.vma",
            "vzdump-x-100-y.vma",
            "vzdump-qemu--y.vma",
            "a.vma",
            "vzdump-qemu-1-x.zst",
            "vzdump-qemu-1-x.tgz.gz",
        ] {
            check(other, None);
        }
        assert_eq!(log(&format!("{stem}.log")), Some(("vm/100".to_owned(), stem.to_owned())));
        assert_eq!(log("vzdump-qemu-100.log"), None);
    }

    fn sound(ending: &str, content: &[u8], expected: bool) {
        let file = format!("vzdump-lxc-105-x{ending}");
        let recorded = format!(r#"{{"/d/{file}": {{"modified": "2026-11-21T18:00:00Z"}}}}"#);
        let host = fixture::host(&[
            (format!("d/{file}").as_str(), content),
            (".host/files.json", recorded.as_bytes()),
        ]);
        let entries = host.roots.entries(Path::new("/d"), |_| true).unwrap().unwrap();
        let dump = dump(&file).unwrap();
        assert_eq!(is_sound(&host.roots, Path::new("/d"), &entries[0], &dump).unwrap(), expected, "{ending}");
    }

    #[test]
    fn beginnings_and_ends_are_looked_at() {
        sound(".vma.zst", b"\x28\xb5\x2f\xfdx", true);
        sound(".vma.zst", b"VMA\0", false);
        sound(".vma", b"VMA\0", true);
        sound(".tar.gz", b"", false);
        let tar = [&[b'x'; 257][..], b"ustar\0", &[0; 2000]].concat();
        sound(".tar", &tar, true);
        sound(".tar", &[&tar[..], b"cut"].concat(), false);
        sound(".tar.lzo", b"\x89LZO\0\r\n\x1a\nblock\0\0\0\0", true);
        sound(".tar.lzo", b"\x89LZO\0\r\n\x1a\nblock", false);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", near in "vzdump-(qemu|lxc|openvz|x)-[0-9]{0,4}-?.{0,4}(\\.(vma|tar|tgz|log|zst|gz|lzo)){0,3}") {
            let _ = (dump(&text), dump(&near), log(&text), log(&near));
        }
    }
}
