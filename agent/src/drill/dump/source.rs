//! The text of a dump, however it is packed.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use patuh_protocol::backup::Drill;

use super::scan::{Kind, Scan};
use super::server::{self, Loaded};
use super::{mariadb, postgres, room};
use crate::drill::trouble::{Trouble, told};
use crate::drill::{Bench, RESERVE};
use crate::roots::job::{Job, found};
use crate::roots::{Command, Failure};

/// What is done where there is a server.
const LOAD: &str = "load into a scratch server";

/// How a dump is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrapping {
    Plain,
    Gzip,
    Zstd,
    /// Unpacked by a tool of this name.
    Tool(&'static str),
    /// The custom or directory format of `pg_dump`.
    PgRestore,
}

impl Wrapping {
    /// By the first bytes of the file.
    pub(super) fn of(head: &[u8]) -> Self {
        const SIGNS: [(&[u8], Wrapping); 5] = [
            (b"\x1f\x8b", Wrapping::Gzip),
            (b"\x28\xb5\x2f\xfd", Wrapping::Zstd),
            (b"\xfd7zXZ\0", Wrapping::Tool("xz")),
            (b"BZh", Wrapping::Tool("bzip2")),
            (b"PGDMP", Wrapping::PgRestore),
        ];
        SIGNS.iter().find(|(sign, _)| head.starts_with(sign)).map_or(Self::Plain, |(_, wrapping)| *wrapping)
    }

    /// How large `bytes` of it may be unpacked: text of a database shrinks to a tenth.
    const fn unpacked(self, bytes: u64) -> u64 {
        match self {
            Self::Plain => bytes,
            _ => bytes.saturating_mul(10),
        }
    }
}

/// What came of reading a dump.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) kind: Kind,
    pub(super) bytes: u64,
    pub(super) tables: u64,
    pub(super) rows: u64,
    pub(super) is_whole: bool,
    /// What the server had in the end, when it was loaded into one.
    pub(super) loaded: Option<Loaded>,
    /// Why it was not loaded.
    pub(super) remark: Option<String>,
}

/// Reads the dump of `bytes` at `path` to its end, into a server where that is possible; `drill` then says so.
pub(super) fn read(
    bench: &Bench<'_>,
    path: &Path,
    wrapping: Wrapping,
    bytes: u64,
    drill: &mut Drill,
) -> Result<Read, Trouble> {
    let size = wrapping.unpacked(bytes);
    let mut is_out_of_room = false;
    let read = stream(bench, path, wrapping, |stream| {
        let failed = |error: &io::Error| Failure::io(path, error);
        let (roots, scratch) = (bench.roots.clone(), bench.scratch.path().display().to_string());
        let has_room = move || {
            roots.space(&scratch).is_ok_and(|s| s.size_bytes.saturating_sub(s.used_bytes) > RESERVE / 2)
        };
        let mut scan = Scan::new(stream, has_room).map_err(|error| failed(&error))?;
        drill.tool = scan.kind.tool();
        let mut loaded = load(bench, &mut scan, size, drill);
        if let Ok(None) | Err(Trouble::Skipped(_)) = loaded {
            scan.drain().map_err(|error| failed(&error))?;
        }
        is_out_of_room = scan.is_out_of_room;
        let remark = match &mut loaded {
            Err(Trouble::Skipped(why)) => Some(std::mem::take(why)),
            _ => None,
        };
        let loaded = match loaded {
            Err(Trouble::Failed(why)) => {
                return Err(Failure::Malformed { at: path.display().to_string(), what: why });
            }
            Err(Trouble::Skipped(_)) => None,
            Ok(loaded) => loaded,
        };
        let count = &scan.count;
        let (tables, rows, is_whole) = (count.tables(), count.rows(), count.is_whole);
        Ok(Read { kind: scan.kind, bytes: count.bytes, tables, rows, is_whole, loaded, remark })
    });
    match read {
        Err(_) if is_out_of_room => Err(Trouble::Skipped(
            "ruang disk habis ketika dimuat; perbesar, atau kecilkan load_mb".to_owned(),
        )),
        read => Ok(read?),
    }
}

/// Loads a dump of about `size` into a server of its kind. Skipped with the reason where there can be none; then
/// nothing was read.
fn load(
    bench: &Bench<'_>,
    scan: &mut Scan<'_>,
    size: u64,
    drill: &mut Drill,
) -> Result<Option<Loaded>, Trouble> {
    let skipped = |why: &str| Err(Trouble::Skipped(why.to_owned()));
    let most = bench.order.settings.load_mb.saturating_mul(1024 * 1024);
    if scan.kind == Kind::Unknown {
        return Ok(None);
    }
    if size > most {
        return skipped("lebih besar daripada load_mb");
    }
    bench.needs(room(size))?;
    let runs_as = server::stranger(bench)?;
    let unstarted = |failure: Failure| {
        Trouble::Skipped(format!("server basis data sementara tidak dapat dijalankan: {}", told(&failure)))
    };
    let loaded = match scan.kind {
        Kind::Maria => match mariadb::Programs::find() {
            Some(programs) => {
                let server = mariadb::start(bench, programs, runs_as).map_err(unstarted)?;
                LOAD.clone_into(&mut drill.method);
                server.load(scan)
            }
            None => return skipped("MariaDB tidak terpasang di server ini"),
        },
        _ => match postgres::programs(bench.roots) {
            Some(programs) => {
                let server = postgres::start(bench, programs, runs_as).map_err(unstarted)?;
                LOAD.clone_into(&mut drill.method);
                server.load(scan)
            }
            None => return skipped("PostgreSQL tidak terpasang di server ini"),
        },
    };
    loaded.map(Some).map_err(Trouble::from)
}

/// Unpacks the dump and hands on its text.
fn stream<T>(
    bench: &Bench<'_>,
    path: &Path,
    wrapping: Wrapping,
    work: impl FnOnce(&mut (dyn io::Read + Send)) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let job = match wrapping {
        Wrapping::Plain => return work(&mut open(bench, path)?),
        Wrapping::Gzip => return work(&mut MultiGzDecoder::new(open(bench, path)?)),
        Wrapping::Zstd => {
            let unpacked = zstd::stream::read::Decoder::with_buffer(open(bench, path)?);
            return work(&mut unpacked.map_err(|error| Failure::io(path, &error))?);
        }
        Wrapping::Tool(program) => unpacker(bench, path, program),
        Wrapping::PgRestore => pg_restore(bench, path),
    };
    Ok(bench.roots.converse(&job, None, work)?.output)
}

fn open(bench: &Bench<'_>, path: &Path) -> Result<BufReader<File>, Failure> {
    let file = bench.roots.open(path)?;
    let file = file.ok_or_else(|| Failure::malformed(&path.display().to_string(), "lenyap ketika dibaca"))?;
    Ok(BufReader::with_capacity(256 * 1024, file))
}

fn unpacker(bench: &Bench<'_>, path: &Path, program: &'static str) -> Job {
    let arguments = ["-dc", "--", &path.display().to_string()].map(str::to_owned).to_vec();
    let label = format!("{program} -dc {}", path.display());
    let command = Command { label, program, arguments, environment: Vec::new(), limit: bench.left() };
    Job::of(command, Path::new("/"))
}

/// Before version 12 `-f -` was a file of that name.
fn pg_restore(bench: &Bench<'_>, path: &Path) -> Job {
    let arguments = ["-f", "/dev/stdout", &path.display().to_string()].map(str::to_owned).to_vec();
    let label = format!("pg_restore {}", path.display());
    let environment = vec![("HOME", "/nonexistent".to_owned())];
    let command = Command { label, program: "pg_restore", arguments, environment, limit: bench.left() };
    let mut job = Job::of(command, bench.scratch.path());
    // Debian's own program is a wrapper that asks which cluster is meant.
    let installed = postgres::programs(bench.roots).map(|folder| folder.join("pg_restore"));
    if let Some(program) = installed.filter(|program| found(program)) {
        job.program = program;
    }
    job
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_known_by_its_first_bytes() {
        for (head, expected) in [
            (&b"\x1f\x8b\x08"[..], Wrapping::Gzip),
            (b"\x28\xb5\x2f\xfd\0", Wrapping::Zstd),
            (b"\xfd7zXZ\0", Wrapping::Tool("xz")),
            (b"BZh9", Wrapping::Tool("bzip2")),
            (b"PGDMP\x01", Wrapping::PgRestore),
            (b"-- MySQL dump", Wrapping::Plain),
            (b"", Wrapping::Plain),
        ] {
            assert_eq!(Wrapping::of(head), expected);
        }
    }
}
