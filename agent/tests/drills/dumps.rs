//! Dumps and archives, sound and otherwise.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use patuh_agent::drill::Tally;
use patuh_agent::roots::Roots;
use patuh_protocol::backup::{Drill, Tool};

use crate::host::{Host, files};
use crate::office::{Office, postgres};
use crate::{is_root, skip};

/// What is said of one dump file that holds `bytes`.
fn dumped(name: &str, bytes: &[u8], load_mb: u64) -> (Tally, Drill) {
    let mut host = Host::with_dumps("*");
    host.settings.load_mb = load_mb;
    fs::write(host.at("dumps").join(name), bytes).unwrap();
    host.settle();
    host.drill()
}

/// The method, items, and whether it passed; the note holds `note`.
fn check((tally, drill): &(Tally, Drill), method: &str, items: u64, note: &str) {
    assert_eq!((drill.method.as_str(), drill.items), (method, items), "{drill:?}");
    assert!(drill.passed == (items > 0) && tally.is_good() == drill.passed, "{drill:?}");
    assert!(drill.note.as_deref().unwrap_or_default().contains(note), "{note}: {drill:?}");
}

const LOADED: &str = "load into a scratch server";
const RESTORED: &str = "pg_restore to nothing";
const READ: &str = "read to its end";

#[test]
fn dumps_of_postgresql_are_loaded_or_read() {
    let Some(bin) = postgres().filter(|_| is_root() && Roots::live().can_set_apart()) else {
        return skip("dumps_of_postgresql_are_loaded_or_read", "PostgreSQL server, or no root");
    };
    let office = Office::postgres(&bin);
    let dump = |arguments: &[&str]| {
        let program = if arguments.is_empty() { "pg_dumpall" } else { "pg_dump" };
        let output = office.postgres_tool(&bin, program, arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let (plain, custom, whole) = (dump(&["simpeg"]), dump(&["-Fc", "simpeg"]), dump(&[]));
    let rows = "2 tabel, 5002 baris";
    check(&dumped("a.sql", &plain, 4096), LOADED, 2, rows);
    check(&dumped("a.dump", &custom, 4096), LOADED, 2, rows);
    check(&dumped("all.sql", &whole, 4096), LOADED, 2, rows);
    let read = dumped("a.sql", &plain, 0);
    check(
        &read,
        READ,
        2,
        "5002 baris; hanya dibaca sampai akhir, tidak dimuat: lebih besar daripada load_mb",
    );
    assert_eq!((read.1.tool, read.1.bytes), (Tool::PgDump, plain.len() as u64));
    check(&dumped("a.dump", &custom, 0), RESTORED, 2, "5002 baris");
    let half = |bytes: &[u8]| bytes[..bytes.len() * 2 / 3].to_vec();
    for (load_mb, plainly, restored) in [(0, READ, RESTORED), (4096, LOADED, LOADED)] {
        check(&dumped("a.sql", &half(&plain), load_mb), plainly, 0, "terpotong");
        check(&dumped("a.dump", &half(&custom), load_mb), restored, 0, "pg_restore");
        let mut flipped = custom.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 0xff;
        check(&dumped("a.dump", &flipped, load_mb), restored, 0, "pg_restore");
    }
    let broken = String::from_utf8(plain.clone()).unwrap().replace("id integer", "id integar");
    check(&dumped("a.sql", broken.as_bytes(), 4096), LOADED, 0, "perintah ditolak server");
    // A dump is a program; what it tries stays within the scratch folder, and it gets nowhere near a secret.
    let host = Host::new();
    fs::set_permissions(host.at("secret"), fs::Permissions::from_mode(0o600)).unwrap();
    let copied = host.text("copied");
    let evil = format!("\\! cat {} > {copied}; id -u > {copied}.id\n", host.text("secret"));
    let evil = [evil.as_bytes(), &plain].concat();
    fs::set_permissions(host.dir.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let evil = [b"--\n-- PostgreSQL database dump\n--\n".as_slice(), &evil].concat();
    check(&dumped("a.sql", &evil, 4096), LOADED, 2, rows);
    assert_eq!(fs::read_to_string(format!("{copied}.id")).unwrap(), "65534\n");
    assert_eq!(fs::read_to_string(&copied).unwrap(), "");
}

#[test]
fn packed_dumps_are_unpacked_and_series_are_drilled_each() {
    let dump = b"--\n-- PostgreSQL database dump\n--\nCREATE TABLE public.a (\n x text\n);\nCOPY public.a (x) FROM stdin;\n1\n\\.\n\
                 -- PostgreSQL database dump complete\n";
    let host = Host::with_dumps("*.sql*");
    for (name, program) in
        [("a-2026.sql", "gzip"), ("b-2026.sql", "xz"), ("c-2026.sql", "zstd"), ("d-2026.sql", "bzip2")]
    {
        fs::write(host.at("dumps").join(name), dump).unwrap();
        let path = host.text(&format!("dumps/{name}"));
        if host.command(program, &["--version"]).output().is_err() {
            skip("packed_dumps_are_unpacked_and_series_are_drilled_each", program);
            continue;
        }
        host.good(program, &["-f", &path]);
        let _ = fs::remove_file(&path);
    }
    let count = files(&host.at("dumps")).len() as u64;
    host.settle();
    let mut only_read = host;
    only_read.settings.load_mb = 0;
    let drill = only_read.passes();
    assert_eq!((drill.items, drill.bytes), (count, count * dump.len() as u64), "{drill:?}");
    assert!(drill.object.ends_with("dan 3 lainnya"), "{}", drill.object);
    // gzip -t would not notice: the dump was cut before it was packed.
    fs::write(only_read.at("dumps/a-2027.sql"), &dump[..90]).unwrap();
    only_read.good("gzip", &[&only_read.text("dumps/a-2027.sql")]);
    only_read.settle();
    fs::remove_file(only_read.at("dumps/a-2026.sql.gz")).unwrap();
    only_read.fails("a-2027.sql.gz: terpotong");
    let packed = fs::read(only_read.at("dumps/a-2027.sql.gz")).unwrap();
    fs::write(only_read.at("dumps/a-2027.sql.gz"), &packed[..packed.len() - 12]).unwrap();
    only_read.settle();
    only_read.fails("a-2027.sql.gz");
}

#[test]
fn dumps_of_mariadb_are_loaded_or_read() {
    let is_there = ["mariadbd", "mariadb-install-db", "mariadb-dump"].iter().all(|program| {
        Command::new(program).arg("--help").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
    });
    if !is_there || !is_root() || !Roots::live().can_set_apart() {
        return skip("dumps_of_mariadb_are_loaded_or_read", "MariaDB server, or no root");
    }
    let office = Office::mariadb();
    let dump = office.mariadb_tool("mariadb-dump", &["siak"]).stdout;
    check(&dumped("siak.sql", &dump, 4096), LOADED, 2, "2 tabel, 3 baris");
    let all = office.mariadb_tool("mariadb-dump", &["--databases", "siak"]).stdout;
    check(&dumped("siak.sql", &all, 4096), LOADED, 2, "2 tabel, 3 baris");
    check(&dumped("siak.sql", &dump, 0), READ, 2, "perintah INSERT");
    let whole = String::from_utf8(dump.clone()).unwrap();
    let (cut, _) = whole.split_once("-- Dump completed").unwrap();
    check(&dumped("siak.sql", cut.as_bytes(), 4096), LOADED, 0, "terpotong");
    let broken = String::from_utf8(dump).unwrap().replace("(1,'a')", "(1,'rahasia',2)");
    let refused = dumped("siak.sql", broken.as_bytes(), 4096);
    check(&refused, LOADED, 0, "gagal");
    assert!(!refused.1.note.as_deref().unwrap().contains("rahasia"), "{refused:?}");
}

#[test]
fn what_is_no_dump_is_told_from_a_bad_one() {
    let empty = dumped("a.sql", b"", 0);
    check(&empty, "", 0, "berkasnya kosong");
    let sealed = dumped("a.sql.gpg", b"\x85\x01\x0c\x03 sealed", 0);
    assert_eq!(
        (sealed.0, sealed.1.note.unwrap().contains("tidak dikenali")),
        (Tally { skipped: 1, ..Tally::default() }, true)
    );
    let tables = b"-- MariaDB dump 10\nCREATE TABLE `a` (\n-- Dump completed\n";
    check(&dumped("a.sql", tables, 0), READ, 0, "tidak ada satu baris pun");
    let host = Host::with_dumps("*.tidak");
    host.fails("tidak ada satu berkas pun yang cocok");
}

#[test]
fn archives_give_a_sample_of_themselves() {
    let archives: [(&str, &[&str]); 3] = [
        ("x.tar.gz", &["tar", "-czf", "dumps/x.tar.gz", "data"]),
        ("x.zip", &["zip", "-qr", "dumps/x.zip", "polos"]),
        ("x.7z", &["7z", "a", "-bso0", "dumps/x.7z", "polos"]),
    ];
    for (name, line) in archives {
        let host = Host::with_dumps("*");
        fs::create_dir(host.at("polos")).unwrap();
        for number in 0..30 {
            fs::write(host.at(&format!("polos/berkas {number}.txt")), format!("isi {number}\n").repeat(500))
                .unwrap();
            fs::copy(host.at(&format!("polos/berkas {number}.txt")), host.at(&format!("data/{number}.txt")))
                .unwrap();
        }
        if host.command(line[0], &["--help"]).output().is_err() {
            skip(&format!("archives_give_a_sample_of_themselves, {name}"), line[0]);
            continue;
        }
        host.good(line[0], &line[1..]);
        host.settle();
        let drill = host.passes();
        assert_eq!(
            (drill.method.as_str(), drill.items, drill.compared),
            ("extract sample", 20, 0),
            "{drill:?}"
        );
        let again = host.passes();
        assert!(again.compared >= 10 && again.same == again.compared, "{again:?}");
        let path = host.at("dumps").join(name);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        host.settle();
        host.fails(line[0].trim_end_matches("7z").trim_start_matches("zip"));
    }
}
