//! What goes by in a dump of SQL: its tables and rows, and whether it has its last line.

use std::io::{self, Cursor, Read};

use patuh_protocol::backup::Tool;

/// How much of a line is looked at, in bytes.
const MAX_LINE: usize = 8192;
/// How much of the beginning tells what it is.
const HEAD: usize = 4096;
/// How often it is asked whether there is still room, in bytes.
const STEP: u64 = 16 * 1024 * 1024;

/// What wrote a dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `pg_dump`.
    Postgres,
    /// `pg_dumpall`.
    PostgresCluster,
    /// `mysqldump` and `mariadb-dump`.
    Maria,
    Unknown,
}

impl Kind {
    /// By the beginning of the text. A cluster's dump holds dumps of databases, so it stands first.
    pub(super) fn of(head: &[u8]) -> Self {
        const SIGNS: [(&[u8], Kind); 4] = [
            (b"-- PostgreSQL database cluster dump", Kind::PostgresCluster),
            (b"-- PostgreSQL database dump", Kind::Postgres),
            (b"-- MySQL dump", Kind::Maria),
            (b"-- MariaDB dump", Kind::Maria),
        ];
        let has_line = |sign: &[u8]| head.split(|byte| *byte == b'\n').any(|line| line.starts_with(sign));
        SIGNS.iter().find(|(sign, _)| has_line(sign)).map_or(Self::Unknown, |(_, kind)| *kind)
    }

    /// The tool by its name on the wire.
    pub(super) const fn tool(self) -> Tool {
        match self {
            Self::Postgres | Self::PostgresCluster => Tool::PgDump,
            Self::Maria => Tool::MysqlDump,
            Self::Unknown => Tool::Dump,
        }
    }

    const fn trailer(self) -> Option<&'static [u8]> {
        match self {
            Self::Postgres => Some(b"-- PostgreSQL database dump complete"),
            Self::PostgresCluster => Some(b"-- PostgreSQL database cluster dump complete"),
            Self::Maria => Some(b"-- Dump completed"),
            Self::Unknown => None,
        }
    }
}

/// A dump that is read through this is counted as it goes by.
pub(super) struct Scan<'a> {
    head: Cursor<Vec<u8>>,
    rest: &'a mut (dyn Read + Send),
    has_room: Box<dyn Fn() -> bool + Send + 'a>,
    pub(super) kind: Kind,
    pub(super) count: Count,
    /// The disk was too full to go on.
    pub(super) is_out_of_room: bool,
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) bytes: u64,
    tables: u64,
    copies: u64,
    rows: u64,
    inserts: u64,
    pub(super) is_whole: bool,
    in_copy: bool,
    /// What is seen so far of the line that goes by.
    line: Vec<u8>,
}

impl<'a> Scan<'a> {
    /// Looks at the beginning of `stream`. `has_room` is asked now and then whether to go on.
    pub(super) fn new(
        stream: &'a mut (dyn Read + Send),
        has_room: impl Fn() -> bool + Send + 'a,
    ) -> io::Result<Self> {
        let mut head = Vec::new();
        Read::take(&mut *stream, HEAD as u64).read_to_end(&mut head)?;
        let (kind, has_room) = (Kind::of(&head), Box::new(has_room));
        let count = Count::default();
        Ok(Self { head: Cursor::new(head), rest: stream, has_room, kind, count, is_out_of_room: false })
    }

    /// Reads what is left.
    pub(super) fn drain(&mut self) -> io::Result<()> {
        let mut piece = vec![0; 256 * 1024];
        while self.read(&mut piece)? > 0 {}
        Ok(())
    }
}

impl Read for Scan<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut read = self.head.read(buffer)?;
        if read == 0 {
            read = self.rest.read(buffer)?;
        }
        let before = self.count.bytes / STEP;
        self.count.take(self.kind, buffer.get(..read).unwrap_or_default());
        if self.count.bytes / STEP > before && !(self.has_room)() {
            self.is_out_of_room = true;
            return Err(io::ErrorKind::StorageFull.into());
        }
        if read == 0 && !buffer.is_empty() {
            self.count.end_line(self.kind);
        }
        Ok(read)
    }
}

impl Count {
    /// The tables it makes; of one with data only, those it fills.
    pub(super) const fn tables(&self) -> u64 {
        if self.tables > self.copies { self.tables } else { self.copies }
    }

    /// The rows it brings, as far as they stand on lines of their own, or else the commands that bring them.
    pub(super) const fn rows(&self) -> u64 {
        self.rows.saturating_add(self.inserts)
    }

    fn take(&mut self, kind: Kind, mut bytes: &[u8]) {
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        while let Some(end) = memchr::memchr(b'\n', bytes) {
            let (line, rest) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
            self.extend(line);
            self.end_line(kind);
            bytes = rest.get(1..).unwrap_or_default();
        }
        self.extend(bytes);
    }

    fn extend(&mut self, bytes: &[u8]) {
        let room = MAX_LINE.saturating_sub(self.line.len());
        self.line.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }

    fn end_line(&mut self, kind: Kind) {
        let line = std::mem::take(&mut self.line);
        let is_postgres = matches!(kind, Kind::Postgres | Kind::PostgresCluster);
        if self.in_copy {
            self.in_copy = line != b"\\.";
            self.rows += u64::from(self.in_copy);
        } else if kind.trailer().is_some_and(|trailer| line.starts_with(trailer)) {
            self.is_whole = true;
        } else if is_postgres && line.starts_with(b"COPY ") && line.ends_with(b" FROM stdin;") {
            (self.in_copy, self.is_whole) = (true, false);
            self.copies += 1;
        } else if line.starts_with(b"CREATE ") && has_word(&line, b"TABLE") {
            self.tables += 1;
            self.is_whole = false;
        } else if line.starts_with(b"INSERT INTO ") {
            self.inserts += 1;
            self.is_whole = false;
        }
        self.line = line;
        self.line.clear();
    }
}

/// `TABLE` after `CREATE`, `CREATE UNLOGGED`, `CREATE FOREIGN` or `CREATE TEMPORARY`.
fn has_word(line: &[u8], word: &[u8]) -> bool {
    line.split(|byte| *byte == b' ').skip(1).take(2).any(|part| part == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POSTGRES: &str = "--\n-- PostgreSQL database dump\n--\nCREATE TABLE public.a (\n    x text\n);\n\
        COPY public.a (x) FROM stdin;\n1\nCREATE TABLE x\n\\.\n\n--\n-- PostgreSQL database dump complete\n--\n\n";

    /// Kind, tables, rows, whether it is whole.
    fn check(text: &str, expected: (Kind, u64, u64, bool)) {
        for piece in [1, 7, 4096] {
            let mut stream = text.as_bytes();
            let mut scan = Scan::new(&mut stream, || true).unwrap();
            let mut buffer = vec![0; piece];
            while scan.read(&mut buffer).unwrap() > 0 {}
            let count = &scan.count;
            assert_eq!((scan.kind, count.tables(), count.rows(), count.is_whole), expected, "{text}");
            assert_eq!(count.bytes, text.len() as u64);
        }
    }

    #[test]
    fn dumps_are_counted() {
        check(POSTGRES, (Kind::Postgres, 1, 2, true));
        check(&POSTGRES.replace("CREATE TABLE public.a", "SELECT"), (Kind::Postgres, 1, 2, true));
        check(
            "-- MariaDB dump 10.19\nCREATE TABLE `t` (\nINSERT INTO `t` VALUES\n(1),\n(2);\n-- Dump completed on x",
            (Kind::Maria, 1, 1, true),
        );
        check("-- MySQL dump 8\nCREATE TEMPORARY TABLE x;\nCREATE INDEX x;\n", (Kind::Maria, 1, 0, false));
        check("", (Kind::Unknown, 0, 0, false));
        check("isi\n", (Kind::Unknown, 0, 0, false));
    }

    #[test]
    fn what_is_cut_short_has_no_end() {
        let (cut, _) = POSTGRES.split_once("-- PostgreSQL database dump complete").unwrap();
        check(cut, (Kind::Postgres, 1, 2, false));
        // A whole database, and half of the next.
        let two = format!("-- PostgreSQL database cluster dump\n{POSTGRES}");
        check(&two, (Kind::PostgresCluster, 1, 2, false));
        let whole = format!("{two}-- PostgreSQL database cluster dump complete\n");
        check(&whole, (Kind::PostgresCluster, 1, 2, true));
        check(&format!("{POSTGRES}CREATE TABLE b (\n"), (Kind::Postgres, 2, 2, false));
    }

    #[test]
    fn a_full_disk_stops_it() {
        let text = vec![b'x'; 20 << 20];
        let mut stream = text.as_slice();
        let mut scan = Scan::new(&mut stream, || false).unwrap();
        assert_eq!(scan.drain().unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert!(scan.is_out_of_room);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, lines in "(COPY x FROM stdin;|CREATE TABLE x|INSERT INTO|\\\\\\.|x|\n){0,20}") {
            for text in [bytes.as_slice(), lines.as_bytes()] {
                let mut stream = text;
                let mut scan = Scan::new(&mut stream, || true).unwrap();
                scan.drain().unwrap();
                proptest::prop_assert_eq!(scan.count.bytes, text.len() as u64);
            }
        }
    }
}
