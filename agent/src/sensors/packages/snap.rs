//! `packages/snap`: snaps. Which are installed is told by the images that snapd(8) keeps, which revision is
//! used by a link beside the mounted ones, and its version by its own `meta/snap.yaml`. snapd's own
//! `state.json` is passed by: it is large, changes all the time, and does not hold the versions.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::inventory::Package;
use patuh_protocol::report::Reading;

use super::{MAX_PACKAGES, reading};
use crate::roots::lossy::name as shown;
use crate::roots::{Failure, Roots};
use crate::sensors::Settings;

const IMAGES: &str = "/var/lib/snapd/snaps";
/// Where snaps are mounted; the second one where `/snap` may not be (Fedora, Arch).
const MOUNTS: [&str; 2] = ["/snap", "/var/lib/snapd/snap"];
/// How much of a `snap.yaml` is read.
const BEGINNING: u64 = 16 * 1024;

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let Some(images) = roots.list(IMAGES)? else { return Ok(None) };
    let mut snaps: BTreeMap<&str, &str> = BTreeMap::new();
    for image in images.iter().take(MAX_PACKAGES) {
        let Some((name, revision)) = named(image) else { continue };
        let newest = snaps.entry(name).or_insert(revision);
        if age(revision) > age(newest) {
            *newest = revision;
        }
    }
    Ok(reading(snaps.into_iter().map(|(name, newest)| package(roots, name, newest)).collect()))
}

/// Name and revision of an image, `lxd_31333.snap`.
fn named(image: &str) -> Option<(&str, &str)> {
    let (name, revision) = image.strip_suffix(".snap")?.rsplit_once('_')?;
    (!name.is_empty() && is_revision(revision)).then_some((name, revision))
}

/// A number; that of a snap from elsewhere than the store begins with `x`.
fn is_revision(text: &str) -> bool {
    let digits = text.strip_prefix('x').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Revisions count up; local ones by themselves.
fn age(revision: &str) -> u64 {
    revision.trim_start_matches('x').parse().unwrap_or_default()
}

/// The used revision of a snap; of one that is disabled, and so not mounted, the newest.
fn package(roots: &Roots, name: &str, newest: &str) -> Package {
    let link = MOUNTS.iter().find_map(|at| Some((at, roots.link(format!("{at}/{name}/current"))?)));
    let used = link.as_ref().and_then(|(_, target)| target.file_name()?.to_str());
    let used = used.filter(|used| is_revision(used)).unwrap_or(newest);
    let yaml = link.as_ref().and_then(|(at, _)| {
        let path = Path::new(at).join(name).join(used).join("meta/snap.yaml");
        roots.head(&path, BEGINNING).ok().flatten()
    });
    let (version, architecture) = told(&String::from_utf8_lossy(&yaml.unwrap_or_default()));
    let version = if version.is_empty() { shown(&format!("rev {used}")) } else { version };
    Package { name: shown(name), version, architecture, ..Package::default() }
}

/// Version and architectures of a `snap.yaml`. Both stand at the left margin; the list follows on lines of
/// its own or between brackets.
fn told(yaml: &str) -> (String, String) {
    let (mut version, mut architectures, mut in_list) = ("", Vec::new(), false);
    for line in yaml.lines() {
        if let Some(value) = line.strip_prefix("version:") {
            version = bare(value);
        } else if let Some(value) = line.strip_prefix("architectures:") {
            architectures.extend(value.trim_matches([' ', '[', ']']).split(',').map(bare));
            in_list = true;
            continue;
        } else if let Some(item) = line.trim_start().strip_prefix("- ").filter(|_| in_list) {
            architectures.push(bare(item));
            continue;
        }
        in_list = false;
    }
    architectures.retain(|word| !word.is_empty());
    (shown(version), shown(&architectures.join(",")))
}

fn bare(value: &str) -> &str {
    value.trim().trim_matches(['\'', '"'])
}

#[cfg(test)]
mod tests {
    use super::super::laid::seen;
    use super::*;

    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let expected = expected.iter().map(|line| (*line).to_owned()).collect();
        assert_eq!(seen(read, files), Ok(expected));
    }

    #[test]
    fn the_used_revision_tells_its_version() {
        check(
            &[
                ("var/lib/snapd/snaps/core20_2318.snap", ""),
                ("var/lib/snapd/snaps/core20_999.snap", ""),
                ("var/lib/snapd/snaps/lxd_29351.snap", ""),
                ("var/lib/snapd/snaps/lxd_31333.snap", ""),
                ("var/lib/snapd/snaps/_1.snap", ""),
                ("var/lib/snapd/snaps/partial", ""),
                ("snap/lxd/current", "-> 29351"),
                (
                    "snap/lxd/29351/meta/snap.yaml",
                    "name: lxd\nversion: '5.21.2-2f4ba6b'\narchitectures:\n- amd64\napps:\n- x\n",
                ),
            ],
            &["core20 rev 2318", "lxd 5.21.2-2f4ba6b amd64"],
        );
        check(
            &[
                ("var/lib/snapd/snaps/hello_x2.snap", ""),
                ("var/lib/snapd/snap/hello/current", "-> x2"),
                (
                    "var/lib/snapd/snap/hello/x2/meta/snap.yaml",
                    "version: 2.10\narchitectures: [\"amd64\", arm64]\n",
                ),
            ],
            &["hello 2.10 amd64,arm64"],
        );
        check(&[("var/lib/snapd/snaps/\u{1b}[31mred_1.snap", "")], &["\u{fffd}[31mred rev 1"]);
        check(&[("etc/hostname", "x")], &["nothing"]);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let text = String::from_utf8_lossy(&bytes);
            let _ = (told(&text), told(&format!("architectures:{text}\n- {text}\nversion:{text}")));
        }
    }
}
