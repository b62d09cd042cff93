//! Restore drills with the real tools: real repositories, real dumps, and everything that can be wrong with them.
//! What is not installed on a machine is skipped by name; continuous integration skips nothing.
#![expect(clippy::disallowed_methods, reason = "runs the tools that make what is brought back")]
#![expect(clippy::unwrap_used, reason = "a tool that cannot be run fails the test")]
#![expect(clippy::indexing_slicing, reason = "what is not there fails the test")]
#![expect(clippy::print_stdout, reason = "says what it skips")]

mod dumps;
mod ended;
mod host;
mod office;
mod repositories;

use std::fs;

/// Says that the test `name` is skipped for want of `what`; fails in continuous integration.
pub(crate) fn skip(name: &str, what: &str) {
    assert!(option_env!("CI").is_none(), "{name}: no {what}");
    println!("skipped: {name}: no {what} on this machine (tests/prepare installs it)");
}

/// Whether the test runs as root, as a throw-away server that is somebody else can only be tried then.
pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}
