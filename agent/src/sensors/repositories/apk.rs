//! The file of apk, apk-repositories(5): an address a line, perhaps after a tag (`@edge`).

use patuh_protocol::inventory::Repository;

use super::repository;
use crate::roots::lossy::name as shown;

pub(super) fn parse(text: &str) -> Vec<Repository> {
    text.lines().filter_map(line).collect()
}

/// A tag restricts the repository to packages that are asked for with it.
fn line(line: &str) -> Option<Repository> {
    let line = line.split('#').next()?.trim();
    let (tag, address) = match line.strip_prefix('@') {
        Some(_) => line.split_once(char::is_whitespace)?,
        None => ("", line),
    };
    let components = Some(tag).filter(|tag| !tag.is_empty()).map(shown);
    let address = address.trim();
    let repository =
        Repository { components: components.into_iter().collect(), ..repository("apk", address) };
    (!address.is_empty()).then_some(repository)
}
