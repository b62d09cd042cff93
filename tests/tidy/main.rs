//! The house rules that a compiler does not know: which room may import which, where SQL and HTML may stand,
//! who may touch the host, how long a file may be, how a room may be called. `ARCHITECTURE.md` explains them.
#![expect(
    clippy::disallowed_methods,
    reason = "the rules are tried on folders made here, and asked of cargo"
)]

mod layers;
mod source;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

use crate::layers::{Layers, rust_files};
use crate::source::Source;

/// The rooms of every crate, upper ones first. A new module is put in here, at the place where it belongs.
const HOUSE: &[Layers] = &[
    Layers {
        src: "protocol/src",
        rooms: &[
            "lib",
            "receipt",
            "enrolment",
            "checkpoint",
            "merkle",
            "seal",
            "body",
            "base",
            "report",
            "witness",
            "backup",
            "lan",
            "inventory",
            "limits",
            "id",
            "digest",
        ],
    },
    Layers {
        src: "agent/src",
        rooms: &[
            "main",
            "arguments",
            "lib",
            "sensing",
            "half",
            "status",
            "config",
            "drill",
            "schedule",
            "uplink",
            "spool",
            "report",
            "watch",
            "witness",
            "record",
            "digests",
            "sensors",
            "lldp",
            "roots",
            "identity",
            "durable",
        ],
    },
    Layers {
        src: "collector/compliance/src",
        rooms: &["lib", "coverage", "checks", "wording", "finding", "pack", "estate"],
    },
    Layers {
        src: "collector/src",
        rooms: &[
            "main",
            "cli",
            "lib",
            "server",
            "api",
            "web",
            "export",
            "letters",
            "tasks",
            "ingest",
            "store",
            "coverage",
            "ipplan",
            "testimony",
            "media",
            "register",
            "duplicates",
            "kin",
            "difference",
            "columns",
            "words",
            "numbered",
            "lifecycle",
            "ledger",
            "identity",
            "config",
            "lan",
            "clock",
            "durable",
        ],
    },
];

/// Every folder with our own Rust.
const RUST: &[&str] = &["protocol", "agent", "collector", "tests"];

/// The most lines a file may have; what is longer holds two things.
const LINES: usize = 400;

/// Words that do not say what is in a room.
const EMPTY_NAMES: &[&str] = &["util", "utils", "helper", "helpers", "common", "shared", "misc", "stuff"];

/// A word that may stand in some rooms only.
struct Reach {
    under: &'static str,
    except: &'static [&'static str],
    words: &'static [&'static str],
    why: &'static str,
}

const REACH: &[Reach] = &[
    Reach {
        under: "agent/src",
        except: &[],
        words: &["TcpListener", "UdpSocket", "UnixListener"],
        why: "the agent never listens",
    },
    Reach {
        under: "agent/src",
        except: &["agent/src/uplink"],
        words: &["reqwest", "TcpStream"],
        why: "only uplink opens a socket to another host",
    },
    Reach {
        under: "agent/src/sensors",
        except: &[],
        words: &["fs::", "File::", "process::", "env::"],
        why: "only roots touches the host",
    },
    Reach {
        under: "collector/src",
        except: &["collector/src/store"],
        words: &["sqlx"],
        why: "SQL is asked in the store only",
    },
];

/// How a statement of SQL begins.
const SQL: &[&str] =
    &["SELECT ", "INSERT INTO ", "DELETE FROM ", "UPDATE ", "CREATE TABLE ", "DROP TABLE ", "PRAGMA "];

/// What makes a text a piece of a page.
const HTML: &[&str] = &["<html", "<div", "<table", "<td", "<li>", "<p>", "<a href", "<span", "</"];

#[test]
fn rooms_import_only_from_below() -> Result<()> {
    let mut faults = Vec::new();
    for layers in HOUSE {
        faults.extend(layers.faults(&root())?);
    }
    none(&faults)
}

#[test]
fn files_are_short() -> Result<()> {
    let long = |path: &Path, code: &str| (code.lines().count() > LINES).then(|| over(path, code));
    none(&each_file(RUST, long)?)
}

#[test]
fn rooms_say_what_is_in_them() -> Result<()> {
    let empty = |path: &Path, _: &str| {
        let name = path.iter().find(|name| {
            EMPTY_NAMES.iter().any(|empty| Path::new(name).with_extension("") == Path::new(empty))
        });
        name.map(|name| format!("{}: {} does not say what is in it", path.display(), name.display()))
    };
    none(&each_file(RUST, empty)?)
}

#[test]
fn sql_stands_in_the_store_only() -> Result<()> {
    let found = |path: &Path, code: &str| {
        // A drill asks the server that it threw together what came back.
        let inside =
            ["collector/src/store", "agent/src/drill/dump"].iter().any(|room| path.starts_with(room));
        let text = if inside {
            None
        } else {
            first_text(path, code, |text| SQL.iter().any(|start| text.trim_start().starts_with(start)))
        };
        text.map(|text| format!("{}: SQL outside the store: {text}", path.display()))
    };
    none(&each_file(&["protocol/src", "agent/src", "collector/src", "collector/compliance/src"], found)?)
}

#[test]
fn html_stands_in_the_web_only() -> Result<()> {
    let found = |path: &Path, code: &str| {
        let inside = path.starts_with("collector/src/web");
        let text = if inside {
            None
        } else {
            first_text(path, code, |text| HTML.iter().any(|piece| text.contains(piece)))
        };
        text.map(|text| format!("{}: HTML outside the web: {text}", path.display()))
    };
    none(&each_file(&["protocol/src", "agent/src", "collector/src", "collector/compliance/src"], found)?)
}

#[test]
fn rooms_reach_no_further_than_they_may() -> Result<()> {
    let mut faults = Vec::new();
    for reach in REACH {
        faults.extend(each_file(&[reach.under], |path, code| {
            let outside = reach
                .except
                .iter()
                .all(|room| !path.starts_with(room) && path != Path::new(room).with_extension("rs"));
            let words = source(path, code).words;
            let word = outside
                .then(|| words.into_iter().find(|word| reach.words.contains(&word.as_str())))
                .flatten();
            word.map(|word| format!("{} says {word}, but {}", path.display(), reach.why))
        })?);
    }
    none(&faults)
}

/// What neither the wire nor the judge may depend on: `protocol` and `compliance` do no I/O.
const IMPURE: &[&str] = &[
    "tokio",
    "mio",
    "hyper",
    "reqwest",
    "axum",
    "sqlx",
    "rustls",
    "rustix",
    "patuh-agent",
    "patuh-collector",
];

#[test]
fn the_wire_and_the_judge_do_no_io() -> Result<()> {
    for name in ["patuh-protocol", "patuh-compliance"] {
        let tree = [
            "tree",
            "--offline",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{lib}{p}",
            "--package",
            name,
        ];
        let output = Command::new(env!("CARGO")).args(tree).current_dir(root()).output()?;
        ensure!(output.status.success(), "cargo tree of {name}: {}", String::from_utf8_lossy(&output.stderr));
        let tree = String::from_utf8(output.stdout)?;
        ensure!(tree.contains("jiff"), "{name} depends on jiff, but its tree does not say so: {tree}");
        let found: Vec<&str> = tree.split_whitespace().filter(|word| IMPURE.contains(word)).collect();
        ensure!(found.is_empty(), "{name} depends on {found:?}");
    }
    Ok(())
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// What `fault` finds in each Rust file under `folders`; it is given the path from the root and the code.
fn each_file(folders: &[&str], fault: impl Fn(&Path, &str) -> Option<String>) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for folder in folders {
        for file in rust_files(&root().join(folder))? {
            let code = std::fs::read_to_string(&file)?;
            faults.extend(fault(file.strip_prefix(root())?, &code));
        }
    }
    Ok(faults)
}

fn over(path: &Path, code: &str) -> String {
    format!(
        "{}: {} lines, more than {LINES}; split it where its second thing begins",
        path.display(),
        code.lines().count()
    )
}

/// What a file shows; nothing when it is a test.
fn source(path: &Path, code: &str) -> Source {
    let names = path.with_extension("");
    Source::read(code, &names.iter().map(|name| name.to_string_lossy().into_owned()).collect::<Vec<_>>())
}

fn first_text(path: &Path, code: &str, wanted: impl Fn(&str) -> bool) -> Option<String> {
    source(path, code).texts.into_iter().find(|text| wanted(text))
}

fn none(faults: &[String]) -> Result<()> {
    ensure!(faults.is_empty(), "\n{}", faults.join("\n"));
    Ok(())
}
