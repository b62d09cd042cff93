//! `system`: the operating system and since when it runs.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::inventory::System;
use patuh_protocol::report::Reading;

use super::Settings;
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

const HOSTNAME: &str = "/proc/sys/kernel/hostname";

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    let release = os_release(roots);
    let of_release = |key: &str| release.get(key).cloned();
    Ok(Some(Reading::System(System {
        hostname: hostname(roots)?,
        id: of_release("ID"),
        version: of_release("VERSION_ID"),
        name: of_release("PRETTY_NAME"),
        kernel: roots.value("/proc/sys/kernel/osrelease"),
        architecture: roots.architecture(),
        booted_at: roots.text("/proc/stat").ok().flatten().as_deref().and_then(booted_at),
        timezone: timezone(roots),
    })))
}

/// The host's own name.
pub(crate) fn hostname(roots: &Roots) -> Result<String, Failure> {
    Ok(name(&roots.needed(HOSTNAME)?))
}

/// os-release(5): `/etc` before `/usr/lib`.
fn os_release(roots: &Roots) -> BTreeMap<String, String> {
    let files = ["/etc/os-release", "/usr/lib/os-release"];
    let text = files.into_iter().find_map(|file| roots.text(file).ok().flatten()).unwrap_or_default();
    assignments(&text)
}

/// Shell-compatible assignments, as os-release(5) allows them.
fn assignments(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once('='));
    let values = pairs.map(|(key, value)| (key.to_owned(), name(&unquoted(value))));
    values.filter(|(_, value)| !value.is_empty()).take(256).collect()
}

/// A value without its quotes and backslashes.
fn unquoted(value: &str) -> String {
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let inner = quote.and_then(|q| value.strip_prefix(q)?.strip_suffix(q)).unwrap_or(value);
    if quote == Some('\'') {
        return inner.to_owned();
    }
    let (mut plain, mut escaped) = (String::new(), false);
    for c in inner.chars() {
        if c == '\\' && !escaped {
            escaped = true;
        } else {
            plain.push(c);
            escaped = false;
        }
    }
    plain
}

/// `btime` of proc_stat(5): seconds since the epoch.
fn booted_at(stat: &str) -> Option<Timestamp> {
    let seconds = stat.lines().find_map(|line| line.strip_prefix("btime "))?;
    Timestamp::from_second(seconds.trim().parse().ok()?).ok()
}

/// Where localtime(5) points decides; `/etc/timezone` of Debian is only a copy that may be stale.
fn timezone(roots: &Roots) -> Option<String> {
    let by_link = || {
        let link = roots.link("/etc/localtime")?;
        zone_of(&link)
    };
    by_link().or_else(|| roots.value("/etc/timezone"))
}

fn zone_of(link: &Path) -> Option<String> {
    let (_, zone) = link.to_str()?.split_once("zoneinfo/")?;
    let plain = zone.strip_prefix("posix/").or_else(|| zone.strip_prefix("right/")).unwrap_or(zone);
    Some(name(plain)).filter(|zone| !zone.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    #[test]
    fn a_system_is_read() {
        let host = fixture::host(&[
            ("proc/sys/kernel/hostname", "simpeg\n"),
            ("proc/sys/kernel/osrelease", "6.1.0-26-amd64\n"),
            ("proc/stat", "cpu  1 2\nbtime 1760000000\n"),
            (
                "usr/lib/os-release",
                "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n",
            ),
            ("etc/os-release", "-> ../usr/lib/os-release"),
            ("etc/localtime", "-> ../usr/share/zoneinfo/Asia/Jakarta"),
            ("etc/timezone", "Etc/UTC\n"),
            (".host/architecture", "x86_64\n"),
        ]);
        let expected = System {
            hostname: "simpeg".into(),
            id: Some("debian".into()),
            version: Some("12".into()),
            name: Some("Debian GNU/Linux 12 (bookworm)".into()),
            kernel: Some("6.1.0-26-amd64".into()),
            architecture: Some("x86_64".into()),
            booted_at: Some("2025-10-09T08:53:20Z".parse().unwrap()),
            timezone: Some("Asia/Jakarta".into()),
        };
        let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(read, Some(Reading::System(expected)));
    }

    #[test]
    fn a_host_without_a_name_is_a_failure_that_says_so() {
        let host = fixture::host(&[("etc/timezone", "Asia/Jayapura\n")]);
        let failure = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap_err();
        assert_eq!(failure.to_string(), "/proc/sys/kernel/hostname: tidak ada");
        assert_eq!(timezone(&host.roots).as_deref(), Some("Asia/Jayapura"));
    }

    fn check(value: &str, expected: Option<&str>) {
        let text = format!("# NAME=x\n\nrubbish\nNAME={value}\n");
        assert_eq!(assignments(&text).get("NAME").map(String::as_str), expected, "{value}");
    }

    #[test]
    fn quotes_are_those_of_the_shell() {
        check("debian", Some("debian"));
        check("\"a b\"", Some("a b"));
        check("'a \\b'", Some("a \\b"));
        check("\"a \\\"b\\\" \\$c\"", Some("a \"b\" $c"));
        check("\"unclosed", Some("\"unclosed"));
        check("", None);
        check("\"\"", None);
        check("a=b", Some("a=b"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", link in ".*") {
            let _ = (assignments(&text), booted_at(&text), zone_of(Path::new(&link)), unquoted(&text));
            let _ = assignments(&format!("A={text}"));
            let _ = booted_at(&format!("btime {text}"));
        }
    }
}
