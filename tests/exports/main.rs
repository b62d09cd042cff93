//! What is taken away, read by the programs it is taken to: sheets and letters by LibreOffice, diagrams by librsvg,
//! poppler, libxml2 and Graphviz, bills of materials and the description of the API by validators that carry the
//! official schemas.
//!
//! `tests/prepare` installs both; where it did not run, the test says by name what it skips. Continuous
//! integration skips nothing.
#![expect(clippy::unwrap_used, clippy::panic, reason = "an export that goes wrong fails its test")]
#![expect(clippy::indexing_slicing, reason = "an absent key of JSON is null, an absent row fails its test")]
#![expect(clippy::print_stdout, reason = "says what it skips")]

mod diagrams;
mod edited;
mod estate;
mod letters;
mod office;
mod schemas;
mod sheets;

/// Says that the test `name` is skipped for want of `what`; fails in continuous integration.
#[expect(clippy::disallowed_methods, reason = "whether this is continuous integration")]
fn skip(name: &str, what: &str) {
    assert!(std::env::var_os("CI").is_none(), "{name}: no {what}; tests/prepare installs it");
    println!("skipped: {name}: no {what} on this machine (tests/prepare installs it)");
}
