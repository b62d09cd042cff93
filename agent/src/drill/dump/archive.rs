//! Drills of archives: `tar`, `unzip` and `7z`, which read the whole list and extract a sample.
//!
//! Only regular files are extracted, into the scratch folder, without owners and modes; a name that leads out of
//! it, or that a tool would take for a pattern, is never asked for. Where an archive's paths begin nobody knows, so
//! what came is compared with what came before, not with the live files.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::DateTime;
use patuh_protocol::backup::{Drill, Tool};

use super::super::Bench;
use super::super::kept::Files;
use super::super::restic::lines;
use super::super::sample::{Chooser, Chosen, Listed, judge};
use super::super::trouble::{Trouble, both};
use super::Dump;
use crate::durable;
use crate::roots::job::{Job, found};
use crate::roots::lossy::name;
use crate::roots::{Command, Failure};

/// What lists and extracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Tar,
    Zip,
    SevenZip,
}

/// How the names of tar archives end.
const TAR: [&str; 11] = [
    ".tar", ".tar.gz", ".tgz", ".tar.zst", ".tzst", ".tar.xz", ".txz", ".tar.bz2", ".tbz", ".tbz2",
    ".tar.lz4",
];
/// What tar unpacks with, by the first bytes.
const UNPACKERS: [(&[u8], &str); 5] = [
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\xfd7zXZ\0", "xz"),
    (b"BZh", "bzip2"),
    (b"\x04\x22\x4d\x18", "lz4"),
];
/// The names under which 7-Zip is installed.
const SEVEN: [&str; 4] = ["7zz", "7z", "7za", "7zr"];

impl Format {
    /// By the name and the first bytes of a file; `None` when it is no archive.
    pub(super) fn of(path: &Path, head: &[u8]) -> Option<Self> {
        let file = path.to_string_lossy().to_lowercase();
        let is_tar = head.get(257..262) == Some(b"ustar") || TAR.iter().any(|ending| file.ends_with(ending));
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            return Some(Self::Zip);
        }
        if head.starts_with(b"7z\xbc\xaf\x27\x1c") {
            return Some(Self::SevenZip);
        }
        is_tar.then_some(Self::Tar)
    }

    /// The program, when it and what it needs is there.
    fn program(self, head: &[u8]) -> Result<&'static str, Trouble> {
        let missing =
            |program: &str| Err(Trouble::Skipped(format!("{program} tidak terpasang di server ini")));
        let needed = UNPACKERS.iter().find(|(sign, _)| head.starts_with(sign)).map(|(_, program)| *program);
        match (self, needed) {
            (Self::Tar, Some(program)) if !found(program) => missing(program),
            (Self::Tar, _) if found("tar") => Ok("tar"),
            (Self::Tar, _) => missing("tar"),
            (Self::Zip, _) if found("unzip") => Ok("unzip"),
            (Self::Zip, _) => missing("unzip"),
            (Self::SevenZip, _) => {
                SEVEN.into_iter().find(|name| found(name)).map_or_else(|| missing("7z"), Ok)
            }
        }
    }
}

/// Extracts a sample of one archive.
pub(super) fn hold(
    bench: &Bench<'_>,
    dump: &Dump,
    format: Format,
    files: &mut Files,
    drill: &mut Drill,
) -> Result<Vec<String>, Trouble> {
    "extract sample".clone_into(&mut drill.method);
    drill.tool = if format == Format::Tar { Tool::Tar } else { Tool::Zip };
    let head = bench.roots.head(&dump.path, 8)?.unwrap_or_default();
    let program = format.program(&head)?;
    let archive = dump.path.display().to_string();
    let job = |what: &str, arguments: Vec<String>| {
        let label = format!("{program} {what} {}", name(&archive));
        let command = Command { label, program, arguments, environment: Vec::new(), limit: bench.left() };
        let mut job = Job::of(command, bench.scratch.path());
        // unzip: 1 is "done, with warnings".
        job.accepts =
            if format == Format::Zip { |status| matches!(status, 0 | 1) } else { |status| status == 0 };
        job
    };
    let (chosen, sealed) = choose(bench, format, &job("list", listing(format, &archive)), files)?;
    let chosen = match chosen.chosen() {
        Err(_) if sealed > 0 => return Err(Trouble::Skipped("isinya terenkripsi".to_owned())),
        chosen => chosen?,
    };
    bench.needs(chosen.bytes())?;
    let out = bench.folder(&format!("out{}", drill.items), None)?;
    let extract = job("extract", extraction(bench, format, &archive, &chosen, &out)?);
    let extracted = bench.roots.converse(&extract, None, |pipe| lines(pipe, |_| {}));
    match extracted {
        Err(Failure::Command { what, .. }) if what.contains("password") => {
            Err(Trouble::Skipped("isinya terenkripsi".to_owned()))
        }
        extracted => both(extracted.err(), judge(bench, &chosen, &out, false, files, drill)),
    }
}

/// Goes through the whole list; also how many files are encrypted.
fn choose<'a>(
    bench: &Bench<'_>,
    format: Format,
    list: &Job,
    files: &'a Files,
) -> Result<(Chooser<'a>, u64), Trouble> {
    let mut chooser = Chooser::new(bench, files);
    let (mut block, mut sealed) = (Block::default(), 0_u64);
    bench.roots.converse(list, None, |pipe| {
        lines(pipe, |line| {
            let text = String::from_utf8_lossy(line);
            let text = text.trim_end_matches(['\n', '\r']);
            let listed = match format {
                Format::Tar => tar(text),
                Format::Zip => zip(text),
                Format::SevenZip => block.line(text, &mut sealed),
            };
            if let Some(listed) = listed.filter(|listed| is_literal(&listed.path)) {
                chooser.offer(listed);
            }
        })
    })?;
    if let Some(listed) = block.end(&mut sealed).filter(|listed| is_literal(&listed.path)) {
        chooser.offer(listed);
    }
    Ok((chooser, sealed))
}

fn listing(format: Format, archive: &str) -> Vec<String> {
    let words: &[&str] = match format {
        Format::Tar => {
            &["--list", "--verbose", "--full-time", "--numeric-owner", "--quoting-style=escape", "--file"]
        }
        Format::Zip => &["-lqq"],
        Format::SevenZip => &["l", "-slt", "-ba", "-pkosong", "--"],
    };
    words.iter().copied().chain([archive]).map(str::to_owned).collect()
}

fn extraction(
    bench: &Bench<'_>,
    format: Format,
    archive: &str,
    chosen: &Chosen,
    out: &Path,
) -> Result<Vec<String>, Trouble> {
    let (out, mut arguments) = (out.display().to_string(), Vec::new());
    let mut add = |words: &[&str]| arguments.extend(words.iter().map(|word| (*word).to_owned()));
    let paths: Vec<&str> = chosen.all().map(|listed| listed.path.as_str()).collect();
    match format {
        Format::Tar => {
            let list = bench.scratch.path().join("list");
            let written = durable::write(&list, paths.join("\0").as_bytes());
            written.map_err(|error| Trouble::Skipped(error.to_string()))?;
            add(&[
                "--extract",
                "--no-same-owner",
                "--no-same-permissions",
                "--no-recursion",
                "--directory",
                &out,
            ]);
            add(&["--file", archive, "--null", "--files-from", &list.display().to_string()]);
        }
        Format::Zip => {
            // A password that is wrong, so that nobody is asked for the right one.
            add(&["-qq", "-o", "-P", "kosong", archive]);
            add(&paths);
            add(&["-d", &out]);
        }
        Format::SevenZip => {
            add(&["x", "-y", "-pkosong", &format!("-o{out}"), "--", archive]);
            add(&paths);
        }
    }
    Ok(arguments)
}

/// Whether a name means itself, in every tool and under every locale, and stays where it is put.
fn is_literal(path: &str) -> bool {
    !path.starts_with(['/', '-', '@'])
        && !path.contains(['\\', '*', '?', '[', ']', '^', char::REPLACEMENT_CHARACTER])
        && !path.contains("#U")
        && path.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

fn time(text: &str) -> Option<Timestamp> {
    let at: DateTime = text.parse().ok()?;
    Some(at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
}

/// `-rw-r--r-- 0/0    4 2026-11-22 11:33:17 src/a/x`, with more digits of the time where the archive has them.
fn tar(line: &str) -> Option<Listed> {
    let rest = line.strip_prefix('-')?;
    let (_, rest) = rest.split_once(' ')?;
    let (_, rest) = rest.trim_start().split_once(' ')?;
    let mut words = rest.trim_start().splitn(4, ' ');
    let (size, day, hour, path) = (words.next()?, words.next()?, words.next()?, words.next()?);
    Some(Listed {
        path: path.to_owned(),
        bytes: size.parse().ok()?,
        modified: time(&format!("{day}T{hour}")),
    })
}

/// `       10  2026-11-22 11:33   src/a/x`
fn zip(line: &str) -> Option<Listed> {
    let (size, rest) = line.trim_start().split_once(' ')?;
    let (day, rest) = rest.trim_start().split_once(' ')?;
    let (hour, path) = rest.trim_start().split_once("   ")?;
    if path.ends_with('/') {
        return None;
    }
    Some(Listed {
        path: path.to_owned(),
        bytes: size.parse().ok()?,
        modified: time(&format!("{day}T{hour}:00")),
    })
}

/// What `7z l -slt` says of one file, line by line, until an empty one.
#[derive(Debug, Default)]
struct Block {
    path: Option<String>,
    bytes: Option<u64>,
    modified: Option<Timestamp>,
    is_folder: bool,
    is_sealed: bool,
}

impl Block {
    fn line(&mut self, line: &str, sealed: &mut u64) -> Option<Listed> {
        match line.split_once(" = ") {
            Some(("Path", path)) => self.path = Some(path.to_owned()),
            Some(("Size", size)) => self.bytes = size.parse().ok(),
            Some(("Modified", at)) => self.modified = time(&at.replacen(' ', "T", 1)),
            Some(("Folder", is)) => self.is_folder |= is == "+",
            Some(("Attributes", are)) => self.is_folder |= are.starts_with('D'),
            Some(("Encrypted", is)) => self.is_sealed = is == "+",
            _ if line.is_empty() => return self.end(sealed),
            _ => {}
        }
        None
    }

    fn end(&mut self, sealed: &mut u64) -> Option<Listed> {
        let block = std::mem::take(self);
        *sealed += u64::from(block.is_sealed);
        let is_file = !block.is_folder && !block.is_sealed;
        Some(Listed { path: block.path.filter(|_| is_file)?, bytes: block.bytes?, modified: block.modified })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Short<'a> = (&'a str, u64, &'a str);

    fn check(listed: Option<Listed>, expected: Option<Short<'_>>) {
        let at = |listed: &Listed| listed.modified.map(|at| at.to_string()).unwrap_or_default();
        let listed = listed.map(|listed| (listed.path.clone(), listed.bytes, at(&listed)));
        assert_eq!(listed, expected.map(|(path, bytes, at)| (path.to_owned(), bytes, at.to_owned())));
    }

    #[test]
    fn lists_are_read() {
        check(
            tar("-rw-r--r-- 0/0               4 2026-11-22 11:33:17 src/a b  c"),
            Some(("src/a b  c", 4, "2026-11-22T11:33:17Z")),
        );
        check(
            tar("-rw-r--r-- 1000/1000 123456789 2026-11-22 11:33:17.268364254 x"),
            Some(("x", 123_456_789, "2026-11-22T11:33:17.268364254Z")),
        );
        check(tar("drwxr-xr-x 0/0               0 2026-11-22 11:33:17 src/"), None);
        check(tar("hrw-r--r-- 0/0               0 2026-11-22 11:33:17 a link to b"), None);
        check(zip("       10  2026-11-22 11:33   src/a  x"), Some(("src/a  x", 10, "2026-11-22T11:33:00Z")));
        check(zip("        0  2026-11-22 11:33   src/a/"), None);
        check(zip(""), None);
    }

    #[test]
    fn blocks_of_7z_are_read() {
        let text = "Path = src\nSize = 0\nAttributes = D_ drwxr-xr-x\n\nPath = src/x\nSize = 4\nModified = 2026-11-22 11:33:17\n\
                    Attributes = A_ -rw-r--r--\nEncrypted = -\n\nPath = src/y\nSize = 4\nEncrypted = +\n";
        let (mut block, mut sealed) = (Block::default(), 0);
        let mut listed: Vec<Listed> = text.lines().filter_map(|line| block.line(line, &mut sealed)).collect();
        listed.extend(block.end(&mut sealed));
        assert_eq!((listed.len(), sealed), (1, 1));
        check(listed.pop(), Some(("src/x", 4, "2026-11-22T11:33:17Z")));
    }

    #[test]
    fn archives_are_known() {
        let mut ustar = vec![0; 512];
        ustar.splice(257..262, *b"ustar");
        for (path, head, expected) in [
            ("/b/x.tar.zst", &b"\x28\xb5\x2f\xfd"[..], Some(Format::Tar)),
            ("/b/x.TGZ", b"\x1f\x8b", Some(Format::Tar)),
            ("/b/x", &ustar, Some(Format::Tar)),
            ("/b/x", b"PK\x03\x04", Some(Format::Zip)),
            ("/b/x", b"7z\xbc\xaf\x27\x1c", Some(Format::SevenZip)),
            ("/b/x.sql.gz", b"\x1f\x8b", None),
        ] {
            assert_eq!(Format::of(Path::new(path), head), expected, "{path}");
        }
    }

    #[test]
    fn only_names_that_mean_themselves_are_asked_for() {
        for (path, expected) in [
            ("src/a b.txt", true),
            ("/etc/x", false),
            ("-x", false),
            ("@x", false),
            ("a*", false),
            ("a\\012b", false),
            ("n\u{e9}", false),
        ] {
            assert_eq!(is_literal(path), expected, "{path}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", near in "-?[rwx-]{0,3} {0,2}[0-9/]{0,4} {1,3}[0-9]{0,9} [0-9-]{0,10} [0-9:.]{0,9} {0,3}.{0,9}") {
            for line in [&text, &near] {
                let _ = (tar(line), zip(line), is_literal(line), Block::default().line(line, &mut 0));
                let _ = Format::of(Path::new(line), line.as_bytes());
            }
        }
    }
}
