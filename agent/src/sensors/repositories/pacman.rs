//! The file of pacman, pacman.conf(5): a section for each repository, its mirrors there or in a list that it
//! includes. The first mirrors tell where packages come from; a list may have hundreds.

use std::path::Path;

use patuh_protocol::inventory::Repository;

use super::ini::{Section, parse};
use super::{repository, text};
use crate::roots::lossy::name as shown;
use crate::roots::{Failure, Roots};

const FILE: &str = "/etc/pacman.conf";
/// How many mirrors of one repository are carried, and how many repositories there may be.
const MAX_MIRRORS: usize = 3;
const MAX_SECTIONS: usize = 32;

pub(super) fn read(roots: &Roots) -> Result<Vec<Repository>, Failure> {
    let sections = parse(&text(roots, Path::new(FILE))?);
    let sections = sections.iter().filter(|section| section.name != "options").take(MAX_SECTIONS);
    Ok(sections.flat_map(|section| of_section(roots, section)).collect())
}

fn of_section(roots: &Roots, section: &Section) -> Vec<Repository> {
    let mut mirrors: Vec<(String, &str)> =
        section.all("Server").map(|server| (server.to_owned(), FILE)).collect();
    for list in section.all("Include").take(MAX_MIRRORS) {
        // A list has no section of its own; it stands for lines of this one.
        let lines = text(roots, Path::new(list)).unwrap_or_default();
        let servers = parse(&format!("[{}]\n{lines}", section.name));
        mirrors
            .extend(servers.iter().flat_map(|it| it.all("Server")).map(|server| (server.to_owned(), list)));
    }
    let signed = section.get("SigLevel").and_then(signed);
    let of_mirror = |(server, file): (String, &str)| Repository {
        components: vec![shown(&section.name)],
        signed,
        file: shown(file),
        ..repository("pacman", &server)
    };
    mirrors.into_iter().take(MAX_MIRRORS).map(of_mirror).collect()
}

/// `Never`, or `Required` with more precise words; `Optional` asks only where there is a signature.
fn signed(level: &str) -> Option<bool> {
    let mut words = level.split_whitespace();
    words.find_map(|word| match word {
        "Never" | "PackageNever" | "Optional" | "PackageOptional" => Some(false),
        "Required" | "PackageRequired" => Some(true),
        _ => None,
    })
}
