//! Where duplicity sends what: `agent.toml`, the profiles of duply, and the jobs that call duplicity tell it; its own
//! traces do not.
//!
//! Passwords stand in the same lines and files. Of them only the keys that are named here are taken, and a location
//! loses its user before it is carried.

use std::path::Path;

use super::super::borg::traces::homes;
use super::super::plans::texts;
use super::super::plans::words::{Call, calls, words};
use crate::roots::Roots;
use crate::roots::lossy::name;
use crate::sensors::DuplicitySettings;

/// What the program is called.
const PROGRAM: &str = "duplicity";
/// Profiles of duply, for all and in a home (duply(1)).
const PROFILES: [&str; 2] = ["/etc/duply", ".duply"];
/// The most of anything.
const MAX: usize = 200;
const MAX_BYTES: u64 = 64 * 1024;

/// A target, as somebody tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// What it is called, when somebody named it.
    pub(super) called: Option<String>,
    /// The target's URL as it is written.
    pub(super) url: String,
    /// What the folder of its traces is called, when that is not by the URL.
    pub(super) folder: Option<String>,
    pub(super) sources: Vec<String>,
    pub(super) excludes: Vec<String>,
    /// Whether it stays on the file system of its source, as far as it has one.
    pub(super) one_filesystem: Option<bool>,
    pub(super) encrypted: Option<bool>,
    pub(super) keep_days: Option<u32>,
    /// It stands in `agent.toml`.
    pub(super) settings: Option<DuplicitySettings>,
}

impl Place {
    /// Whether the traces in a folder of this name are of this target.
    pub(super) fn is_of(&self, folder: &str, path: &Path) -> bool {
        let named = self.folder.as_deref();
        named.is_some_and(|named| named == folder || Path::new(named) == path)
            || super::fingerprint::of(&self.url) == folder
    }

    /// Takes from another what this does not know.
    fn complete(&mut self, other: Self) {
        self.called = self.called.take().or(other.called);
        self.folder = self.folder.take().or(other.folder);
        self.encrypted = self.encrypted.or(other.encrypted);
        self.keep_days = self.keep_days.or(other.keep_days);
        if self.sources.is_empty()
            || (!other.sources.is_empty() && self.one_filesystem != other.one_filesystem)
        {
            self.one_filesystem = other.one_filesystem.filter(|_| self.sources.is_empty());
        }
        for (into, from) in [(&mut self.sources, other.sources), (&mut self.excludes, other.excludes)] {
            into.extend(from);
            into.sort();
            into.dedup();
            into.truncate(MAX);
        }
    }
}

/// Every target that somebody tells of, those of `agent.toml` first.
pub(super) fn all(roots: &Roots, settings: &[DuplicitySettings]) -> Vec<Place> {
    let told = settings.iter().map(|settings| Place {
        called: Some(settings.name.clone()),
        url: settings.target.clone(),
        folder: settings.archive.as_ref().map(|archive| archive.display().to_string()),
        settings: Some(settings.clone()),
        ..Place::default()
    });
    let mut places: Vec<Place> = told.collect();
    for place in profiles(roots).into_iter().chain(jobs(roots)) {
        let room = places.len() < MAX;
        match places.iter_mut().find(|known| known.url == place.url) {
            Some(known) => known.complete(place),
            None if room => places.push(place),
            None => {}
        }
    }
    places
}

/// The profiles of duply.
fn profiles(roots: &Roots) -> Vec<Place> {
    let own = homes(roots).into_iter().map(|home| home.join(PROFILES[1]));
    let mut places = Vec::new();
    for folder in std::iter::once(Path::new(PROFILES[0]).to_owned()).chain(own) {
        for profile in roots.list(&folder).ok().flatten().unwrap_or_default().into_iter().take(MAX) {
            let read = |file: &str| {
                let bytes = roots.head(&folder.join(&profile).join(file), MAX_BYTES).ok().flatten()?;
                Some(String::from_utf8_lossy(&bytes).into_owned())
            };
            let Some(config) = read("conf") else { continue };
            places.extend(self::profile(&profile, &config, &read("exclude").unwrap_or_default()));
        }
    }
    places
}

/// A profile by its `conf`, lines of a shell, and its list of what is left out.
fn profile(called: &str, config: &str, excludes: &str) -> Option<Place> {
    let value = |key: &str| {
        let mut lines = config.lines().rev().filter_map(|line| {
            let given = line
                .trim()
                .strip_prefix("export ")
                .unwrap_or(line.trim())
                .strip_prefix(key)?
                .strip_prefix('=')?;
            words(given).into_iter().next()
        });
        lines.next().filter(|value| !value.is_empty())
    };
    let absolute = |path: &String| path.starts_with('/');
    let mut lines = config.lines().filter(|line| !line.trim_start().starts_with('#'));
    Some(Place {
        called: Some(format!("duply {called}")),
        url: value("TARGET")?,
        // duply(1), "Caching": it calls duplicity with `--name duply_<profile>`.
        folder: Some(format!("duply_{called}")),
        sources: value("SOURCE").filter(absolute).as_deref().map(name).into_iter().collect(),
        excludes: excludes.lines().filter_map(|line| line.strip_prefix("- ")).map(name).take(MAX).collect(),
        one_filesystem: Some(lines.any(|line| line.contains(STAY))),
        encrypted: Some(value("GPG_KEY").as_deref() != Some("disabled")),
        keep_days: value("MAX_AGE").as_deref().and_then(days),
        settings: None,
    })
}

/// The calls of duplicity in this host's jobs.
fn jobs(roots: &Roots) -> Vec<Place> {
    let mut places = Vec::<Place>::new();
    for text in texts(roots, PROGRAM) {
        for place in calls(&text).iter().filter_map(called) {
            match places.iter_mut().find(|known| known.url == place.url) {
                Some(known) => known.complete(place),
                None => places.push(place),
            }
        }
    }
    places
}

/// The option that leaves out what is mounted below the source (duplicity(1)).
const STAY: &str = "--exclude-other-filesystems";
/// Options that are followed by a value which may look like a path or a URL (duplicity(1)).
const VALUED: [&str; 12] = [
    "--include",
    "--include-filelist",
    "--exclude-filelist",
    "--archive-dir",
    "--name",
    "--tempdir",
    "--log-file",
    "--gpg-options",
    "--gpg-binary",
    "--ssh-options",
    "--file-to-restore",
    "--encrypt-key",
];

/// What a call of duplicity tells of its target. Thinning out tells for how long backups are kept.
fn called(call: &Call) -> Option<Place> {
    let mut words = call.words.iter().skip_while(|word| word.rsplit('/').next() != Some(PROGRAM)).skip(1);
    let (mut place, mut plain) = (Place::default(), Vec::new());
    while let Some(word) = words.next() {
        let (option, given) = word.split_once('=').unwrap_or((word, ""));
        let mut value = || if given.is_empty() { words.next().cloned() } else { Some(given.to_owned()) };
        match option {
            "--exclude" => place.excludes.extend(value().as_deref().map(name)),
            "--name" | "--archive-dir" => place.folder = value(),
            STAY => place.one_filesystem = Some(true),
            "--no-encryption" => place.encrypted = Some(false),
            option if VALUED.contains(&option) => drop(value()),
            option if option.starts_with('-') => {}
            "remove-older-than" => place.keep_days = words.next().and_then(|age| days(age)),
            _ => plain.push(word),
        }
    }
    let is_url = |word: &&&String| word.contains("://");
    place.url = plain.iter().find(is_url).map(|word| (*word).clone())?;
    // What stands behind the URL is where something is brought back to.
    let sources = plain.iter().take_while(|word| !is_url(word)).filter(|word| word.starts_with('/'));
    place.sources = sources.map(|word| name(word)).take(MAX).collect();
    // What is brought back or looked at is no backup, though its target is one.
    let other = ["restore", "verify", "collection-status", "list-current-files"];
    if plain.iter().any(|word| other.contains(&word.as_str())) {
        place.sources.clear();
        place.excludes.clear();
    }
    if !place.sources.is_empty() {
        // What a variable holds may be an option.
        let is_hidden = plain.iter().any(|word| word.starts_with('$'));
        place.one_filesystem = place.one_filesystem.or((!is_hidden).then_some(false));
        // duplicity(1): whoever does not say otherwise encrypts.
        place.encrypted = place.encrypted.or(Some(true));
    }
    Some(place)
}

/// An interval of duplicity (duplicity(1), "Time formats"), in whole days: `6M`, `1W2D`; a month has 30.
fn days(text: &str) -> Option<u32> {
    let (mut seconds, mut number) = (0_u64, None::<u64>);
    for letter in text.chars() {
        if let Some(digit) = letter.to_digit(10) {
            number = Some(number.unwrap_or_default().saturating_mul(10).saturating_add(digit.into()));
            continue;
        }
        let unit = match letter {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'D' => 86_400,
            'W' => 7 * 86_400,
            'M' => 30 * 86_400,
            'Y' => 365 * 86_400,
            _ => return None,
        };
        seconds = seconds.saturating_add(number.take()?.saturating_mul(unit));
    }
    if number.is_some() || seconds == 0 { None } else { u32::try_from(seconds / 86_400).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let shown = |place: &Place| {
            let Place {
                called, url, folder, sources, excludes, one_filesystem, encrypted, keep_days, ..
            } = place;
            let lists = [sources.join(","), excludes.join(",")].join(" -");
            let texts = [called, folder].map(|text| text.as_deref().unwrap_or("."));
            format!("{} {url} {} {lists} {one_filesystem:?} {encrypted:?} {keep_days:?}", texts[0], texts[1])
        };
        let found = all(&fixture::host(files).roots, &[]);
        assert_eq!(found.iter().map(shown).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn jobs_tell_of_their_targets() {
        check(
            &[(
                "etc/cron.daily/cadangan",
                "#!/bin/sh\nexport PASSPHRASE=rahasia\n\
                 duplicity --full-if-older-than 1W --exclude=/srv/tmp --exclude /srv/x --encrypt-key /x /srv sftp://opd@dc//srv/dinkes\n\
                 /usr/bin/duplicity remove-older-than 6M --force sftp://opd@dc//srv/dinkes\n\
                 duplicity restore file:///mnt/usb /tmp/x\n",
            )],
            &[
                ". sftp://opd@dc//srv/dinkes . /srv -/srv/tmp,/srv/x Some(false) Some(true) Some(180)",
                ". file:///mnt/usb .  - None None None",
            ],
        );
    }

    #[test]
    fn profiles_of_duply_tell_of_theirs() {
        check(
            &[
                (
                    "etc/duply/dinkes/conf",
                    "GPG_KEY='disabled'\nGPG_PW='rahasia'\nTARGET='file:///mnt/usb/dinkes'\nTARGET_PASS='rahasia'\n\
                     # SOURCE='/x'\nSOURCE='/srv'\n\
                     DUPL_PARAMS='--exclude-other-filesystems'\nMAX_AGE=1M2D\n",
                ),
                ("etc/duply/dinkes/exclude", "+ /srv/a\n- /srv/tmp\n- **.o\n"),
                ("root/.duply/kosong/conf", "SOURCE=/\n"),
            ],
            &[
                "duply dinkes file:///mnt/usb/dinkes duply_dinkes /srv -/srv/tmp,**.o Some(true) Some(false) Some(32)",
            ],
        );
    }

    #[test]
    fn traces_belong_to_a_target_by_name_or_by_url() {
        let place = Place { url: "file:///x".into(), folder: Some("/srv/arsip".into()), ..Place::default() };
        let folder = super::super::fingerprint::of("file:///x");
        assert!(place.is_of(&folder, Path::new("/y")) && place.is_of("z", Path::new("/srv/arsip")));
        assert!(!place.is_of("z", Path::new("/y")));
    }

    #[test]
    fn intervals_are_days() {
        for (text, expected) in [
            ("6M", Some(180)),
            ("1W2D", Some(9)),
            ("36h", Some(1)),
            ("", None),
            ("3", None),
            ("D", None),
            ("3x", None),
        ] {
            assert_eq!(days(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", near in "(duplicity|full|--name|=|--exclude|/srv|x://y|remove-older-than|6M| ){0,16}") {
            for call in calls(&text).iter().chain(&calls(&near)) {
                let _ = called(call);
            }
            let _ = (days(&text), profile("x", &text, &near), profile("x", &format!("TARGET={text}"), &text));
        }
    }
}
