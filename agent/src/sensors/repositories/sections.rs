//! Repositories that are a section each: yum and dnf (yum.conf(5)), zypper, Flatpak (flatpak-remote(5)).

use patuh_protocol::inventory::Repository;

use super::ini::{Section, parse};
use super::repository;
use crate::roots::lossy::name as shown;

pub(super) fn yum(text: &str) -> Vec<Repository> {
    parse(text).iter().filter_map(|section| rpm(section, "yum")).collect()
}

pub(super) fn zypp(text: &str) -> Vec<Repository> {
    parse(text).iter().filter_map(|section| rpm(section, "zypp")).collect()
}

/// Several addresses of one section are mirrors: the first one stands for them. `[main]` has none.
fn rpm(section: &Section, kind: &str) -> Option<Repository> {
    let written = ["baseurl", "metalink", "mirrorlist"].iter().find_map(|key| section.get(key));
    let address = written?.split([' ', '\t', ',']).find(|word| !word.is_empty())?;
    Some(Repository {
        components: vec![shown(&section.name)],
        enabled: section.flag("enabled").unwrap_or(true),
        signed: section.flag("gpgcheck"),
        ..repository(kind, address)
    })
}

/// `[remote "flathub"]` of the installation, or the file of one remote.
pub(super) fn flatpak(text: &str) -> Vec<Repository> {
    parse(text).iter().filter_map(remote).collect()
}

fn remote(section: &Section) -> Option<Repository> {
    let name = section.name.strip_prefix("remote ").map(|name| name.trim_matches('"'));
    let address = section.get("url").or_else(|| section.get("Url")).filter(|address| !address.is_empty())?;
    Some(Repository {
        components: name.into_iter().map(shown).collect(),
        enabled: !section.flag("xa.disable").unwrap_or_default(),
        signed: section.flag("gpg-verify"),
        ..repository("flatpak", address)
    })
}
