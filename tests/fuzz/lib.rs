//! Fuzz targets: everything that Patuh parses, each by the door through which strangers reach it.
//!
//! What a sensor reads is fed to it as a file of a host ([`hosts`]): the whole way from the file to the section is
//! under test, and no parser is opened for it. What crosses the wire ([`wire`]) and what people write or upload
//! ([`texts`]) is parsed by its public functions, as is what jobs hand over and witnesses find ([`backups`]).
//!
//! `make fuzz` runs each target for some time under libFuzzer; the test `survive` runs each over its seeds, what was
//! once found, and a fixed set of changes to them, on every `make test`.
#![expect(clippy::expect_used, reason = "what is found ends the program, loudly")]

mod backups;
mod hosts;
mod texts;
mod wire;

use std::path::{Path, PathBuf};

use crate::hosts::HostFile;

/// Parses an input; whether there was any sense in it. Panics when something is wrong.
pub type Run = Box<dyn Fn(&[u8]) -> bool + Send + Sync>;

/// Something that parses.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// What it is called, on the command line and in `tests/fuzz/found`.
    pub name: &'static str,
    of: Of,
}

#[derive(Clone, Copy, Debug)]
enum Of {
    Host(&'static HostFile),
    /// The seeds and the parser.
    Bytes(fn() -> Vec<Vec<u8>>, fn(&[u8]) -> bool),
}

impl Target {
    const fn of_bytes(name: &'static str, seeds: fn() -> Vec<Vec<u8>>, run: fn(&[u8]) -> bool) -> Self {
        Self { name, of: Of::Bytes(seeds, run) }
    }

    /// Inputs that make sense, to begin with.
    #[must_use]
    pub fn seeds(&self) -> Vec<Vec<u8>> {
        match self.of {
            Of::Host(file) => file.seeds(),
            Of::Bytes(seeds, _) => seeds(),
        }
    }

    /// Inputs that once broke it.
    ///
    /// # Panics
    /// When they cannot be read.
    #[must_use]
    pub fn found(&self) -> Vec<Vec<u8>> {
        let all = std::fs::read_dir(repository().join("tests/fuzz/found")).into_iter().flatten();
        let own = all.map(|entry| entry.expect("a file").path());
        let own = own.filter(|path| path.file_stem().is_some_and(|stem| stem == self.name));
        own.map(|path| std::fs::read(path).expect("an input")).collect()
    }

    /// The parser, ready to run.
    #[must_use]
    pub fn run(&self) -> Run {
        match self.of {
            Of::Host(file) => file.run(),
            Of::Bytes(_, run) => Box::new(run),
        }
    }
}

/// Every target.
pub fn targets() -> impl Iterator<Item = Target> {
    let hosts = hosts::FILES.iter().map(|file| Target { name: file.name, of: Of::Host(file) });
    wire::TARGETS.iter().chain(texts::TARGETS).chain(backups::TARGETS).copied().chain(hosts)
}

/// The root of the repository.
fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of the repository.
fn file(path: &str) -> Vec<u8> {
    std::fs::read(repository().join(path)).expect("a file of the repository")
}
