//! Drills of dumps: the newest file of each series, unpacked and loaded, or at least read to its end.
//!
//! | what it is | where a server is installed | else |
//! |---|---|---|
//! | `pg_dump`'s custom and directory format | `pg_restore` into a throw-away PostgreSQL | `pg_restore` to nothing |
//! | plain SQL of PostgreSQL | `psql` into one | read to its end |
//! | plain SQL of MariaDB and MySQL | `mariadb` into a throw-away MariaDB | read to its end |
//! | tar, zip, 7z | a sample is extracted, see [`archive`] | |
//!
//! Unpacking finds what `gzip -t` and `pg_restore --list` do not: a custom dump cut short still has its list of
//! contents. Reading to the end proves that every byte can be unpacked and that the tool's last line is there, and
//! nothing of the SQL in between; the note says so.

mod archive;
mod mariadb;
mod postgres;
mod scan;
mod server;
mod source;

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use patuh_protocol::backup::{Drill, Tool};

use self::scan::Kind;
use self::source::{Read, Wrapping};
use super::Bench;
use super::kept::Files;
use super::trouble::{Trouble, without_quotes};
use crate::roots::glob;
use crate::roots::lossy::name;
use crate::sensors::DumpSettings;

/// How many series of one set are tried, newest first.
const MAX_SERIES: usize = 8;
/// A file changed this recently may still be being written.
const SETTLED: SignedDuration = SignedDuration::from_mins(2);
/// What marks a dump in the directory format.
const CONTENTS: &str = "toc.dat";

/// One dump.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dump {
    /// The file, or the folder of a dump in the directory format.
    pub(super) path: PathBuf,
    /// As the report of the set names it.
    pub(super) id: String,
    pub(super) bytes: u64,
    pub(super) modified: Timestamp,
}

/// Brings the newest dump of each series back.
pub(super) fn hold(
    bench: &Bench<'_>,
    set: &DumpSettings,
    files: &mut Files,
    drill: &mut Drill,
) -> Result<Vec<String>, Trouble> {
    let dumps = newest(bench, set)?;
    let more = dumps.len().saturating_sub(1);
    let first = dumps.first().map(|dump| dump.id.clone()).unwrap_or_default();
    drill.object = if more == 0 { first } else { format!("{first} dan {more} lainnya") };
    let (mut remarks, mut skipped) = (Vec::new(), None);
    for dump in &dumps {
        let about = |why: String| if more == 0 { why } else { format!("{}: {why}", dump.id) };
        match one(bench, dump, files, drill) {
            Ok(said) => remarks.extend(said.into_iter().map(about)),
            Err(Trouble::Failed(why)) => return Err(Trouble::Failed(about(why))),
            Err(Trouble::Skipped(why)) => skipped = Some(about(why)),
        }
    }
    match skipped {
        Some(why) if drill.items == 0 => Err(Trouble::Skipped(why)),
        skipped => {
            remarks.extend(skipped);
            Ok(remarks)
        }
    }
}

/// The newest file of each series: files whose paths differ by digits only are of one database.
fn newest(bench: &Bench<'_>, set: &DumpSettings) -> Result<Vec<Dump>, Trouble> {
    let folder = glob::fixed(&set.glob);
    let (mut dumps, mut is_written) = (Vec::new(), false);
    for path in glob::files(bench.roots, &set.glob)? {
        let Some(facts) = bench.roots.facts(&path)? else { continue };
        if (SignedDuration::ZERO..SETTLED).contains(&bench.begun.duration_since(facts.modified)) {
            is_written = true;
            continue;
        }
        let id = name(&path.strip_prefix(&folder).unwrap_or(&path).to_string_lossy());
        dumps.push(Dump { path, id, bytes: facts.bytes, modified: facts.modified });
    }
    dumps.sort_by(|a, b| b.modified.cmp(&a.modified).then_with(|| b.path.cmp(&a.path)));
    let mut seen = std::collections::BTreeSet::new();
    let series =
        |dump: &Dump| dump.path.to_string_lossy().chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    dumps.retain(|dump| seen.insert(series(dump)));
    dumps.truncate(MAX_SERIES);
    if dumps.is_empty() && is_written {
        return Err(Trouble::Skipped("berkasnya baru saja berubah; mungkin masih ditulis".to_owned()));
    }
    if dumps.is_empty() {
        return Err(Trouble::Failed(format!("tidak ada satu berkas pun yang cocok dengan {}", set.glob)));
    }
    Ok(dumps)
}

/// Brings one dump back.
fn one(bench: &Bench<'_>, dump: &Dump, files: &mut Files, drill: &mut Drill) -> Result<Vec<String>, Trouble> {
    if dump.bytes == 0 {
        return Err(Trouble::Failed("berkasnya kosong".to_owned()));
    }
    let head = bench.roots.head(&dump.path, 1024)?.unwrap_or_default();
    if let Some(format) = archive::Format::of(&dump.path, &head) {
        return archive::hold(bench, dump, format, files, drill);
    }
    let is_folder = dump.path.file_name().is_some_and(|file| file == CONTENTS);
    let (path, wrapping) = match dump.path.parent() {
        Some(folder) if is_folder => (folder, Wrapping::PgRestore),
        _ => (dump.path.as_path(), Wrapping::of(&head)),
    };
    if wrapping == Wrapping::PgRestore {
        (drill.tool, drill.method) = (Tool::PgDump, "pg_restore to nothing".to_owned());
    } else {
        "read to its end".clone_into(&mut drill.method);
    }
    let read = source::read(bench, path, wrapping, dump.bytes, drill)?;
    judge(read, drill)
}

/// What is to be said of a dump that was read.
fn judge(read: Read, drill: &mut Drill) -> Result<Vec<String>, Trouble> {
    let failed = |why: &str| Err(Trouble::Failed(why.to_owned()));
    drill.bytes = drill.bytes.saturating_add(read.bytes);
    if read.kind == Kind::Unknown {
        return Err(Trouble::Skipped("isinya tidak dikenali; mungkin terenkripsi".to_owned()));
    }
    if !read.is_whole {
        return failed("terpotong: baris penutup dump tidak ada");
    }
    let (tables, rows) = read.loaded.as_ref().map_or((read.tables, read.rows), |l| (l.tables, l.rows));
    if let Some(loaded) = read.loaded.filter(|loaded| loaded.complaints > 0) {
        let first = without_quotes(loaded.first.as_deref().unwrap_or_default());
        return Err(Trouble::Failed(format!(
            "{} perintah ditolak server; yang pertama: {first}",
            loaded.complaints
        )));
    }
    if tables == 0 {
        return failed("tidak ada satu tabel pun di dalamnya");
    }
    if rows == 0 {
        return failed("tabelnya ada, tetapi tidak ada satu baris pun");
    }
    drill.items = drill.items.saturating_add(tables);
    let what =
        if matches!(read.kind, Kind::Maria) && read.remark.is_some() { "perintah INSERT" } else { "baris" };
    let mut remarks = vec![format!("{tables} tabel, {rows} {what}")];
    remarks.extend(read.remark.map(|why| format!("hanya dibaca sampai akhir, tidak dimuat: {why}")));
    Ok(remarks)
}

/// The room that a server needs for `bytes` of SQL: data, indexes and logs.
const fn room(bytes: u64) -> u64 {
    bytes.saturating_mul(3)
}
