//! The files of apt, sources.list(5): lines of `deb [options] address suite components`, and paragraphs.
//! Sources (`deb-src`) bring no packages onto a host and are left out.

use patuh_protocol::inventory::Repository;

use super::repository;
use crate::roots::lossy::name as shown;

/// How many addresses and suites of one paragraph are combined.
const MAX_COMBINED: usize = 16;

/// The style of one line each.
pub(super) fn one_line(text: &str) -> Vec<Repository> {
    text.lines().filter_map(line).collect()
}

fn line(line: &str) -> Option<Repository> {
    let line = line.split('#').next()?.trim();
    let rest = line.strip_prefix("deb").filter(|rest| rest.starts_with([' ', '\t', '[']))?.trim_start();
    let (options, rest) = match rest.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => ("", rest),
    };
    let (address, rest) = address(rest.trim_start())?;
    let mut words = rest.split_whitespace().map(shown);
    Some(Repository {
        suite: Some(words.next()?),
        components: words.collect(),
        signed: signed(options.split_whitespace().filter_map(|option| option.split_once('='))),
        ..repository("apt", address)
    })
}

/// The address and what follows; that of a disc has spaces between brackets: `cdrom:[Debian 12]/`.
fn address(text: &str) -> Option<(&str, &str)> {
    let bracket = text.find(']').filter(|_| text.starts_with("cdrom:[")).unwrap_or_default();
    let end = text.get(bracket..)?.find(char::is_whitespace)?;
    text.split_at_checked(bracket + end)
}

/// Whether signatures are asked for, as far as the options say. Keys may be named, or stand there in full.
fn signed<'a>(options: impl Iterator<Item = (&'a str, &'a str)>) -> Option<bool> {
    let mut signed = None;
    for (key, value) in options {
        match (key.to_ascii_lowercase().as_str(), value.trim().to_ascii_lowercase().as_str()) {
            ("trusted" | "allow-insecure", "yes" | "true" | "1") => return Some(false),
            ("signed-by", _) => signed = Some(true),
            _ => {}
        }
    }
    signed
}

/// The style of paragraphs (deb822(5)), each for several addresses and suites.
pub(super) fn deb822(text: &str) -> Vec<Repository> {
    let mut repositories = Vec::new();
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')).chain([""]) {
        if line.trim().is_empty() {
            repositories.extend(paragraph(&std::mem::take(&mut fields)));
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((key, value)) = line.split_once(':') {
            fields.push((key.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    repositories
}

fn paragraph(fields: &[(String, String)]) -> Vec<Repository> {
    let field =
        |name: &str| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let words = |name: &str| field(name).split_whitespace();
    if !words("types").any(|word| word == "deb") {
        return Vec::new();
    }
    let signed = signed(fields.iter().map(|(key, value)| (key.as_str(), value.as_str())));
    let enabled = !matches!(field("enabled").to_ascii_lowercase().as_str(), "no" | "false" | "0");
    let of_suite = |address: &str, suite: &str| Repository {
        suite: Some(shown(suite)),
        components: words("components").map(shown).collect(),
        enabled,
        signed,
        ..repository("apt", address)
    };
    let addresses = words("uris").take(MAX_COMBINED);
    addresses
        .flat_map(|uri| words("suites").take(MAX_COMBINED).map(move |suite| of_suite(uri, suite)))
        .collect()
}
