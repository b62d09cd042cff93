//! Timers of systemd and the services they start: systemd.timer(5), systemd.unit(5).

use std::collections::BTreeSet;
use std::path::Path;

use super::Job;
use crate::roots::{Failure, Roots};

/// Where units lie, those that count before the others first. `/lib` is a link to `/usr/lib` on newer hosts.
const FOLDERS: [&str; 6] = [
    "/etc/systemd/system",
    "/run/systemd/system",
    "/run/systemd/generator",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    ALIAS,
];
/// A link to the folder before it on most hosts.
const ALIAS: &str = "/lib/systemd/system";
/// When timers with `Persistent=` last ran: the time of a file each.
const STAMPS: &str = "/var/lib/systemd/timers";
/// The most timers of one host, and the most that is read of one unit.
const MAX_TIMERS: usize = 300;
const MAX_BYTES: u64 = 64 * 1024;
/// The keys that say when; all of them that are set count.
const WHEN: [&str; 6] =
    ["OnCalendar", "OnBootSec", "OnStartupSec", "OnActiveSec", "OnUnitActiveSec", "OnUnitInactiveSec"];

/// The folders that exist with the names in each: a host is asked for a name only where it is.
struct Folders {
    named: Vec<(&'static str, BTreeSet<String>)>,
    failure: Option<Failure>,
}

impl Folders {
    fn read(roots: &Roots) -> Self {
        let mut folders = Self { named: Vec::new(), failure: None };
        for folder in FOLDERS {
            let is_alias =
                folder == ALIAS && roots.real(Path::new(ALIAS)).is_some_and(|real| real != Path::new(ALIAS));
            match roots.list(folder) {
                Ok(Some(names)) if !is_alias => folders.named.push((folder, names.into_iter().collect())),
                Ok(_) => {}
                Err(why) => folders.failure = folders.failure.take().or(Some(why)),
            }
        }
        folders
    }

    /// The folders in which something has this name.
    fn with<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'static str> + 'a {
        self.named.iter().filter(move |(_, names)| names.contains(name)).map(|(folder, _)| *folder)
    }

    fn names(&self) -> impl Iterator<Item = (&'static str, &String)> {
        self.named.iter().flat_map(|(folder, names)| names.iter().map(move |name| (*folder, name)))
    }
}

/// Every timer with what it starts, and what kept from reading, if anything did.
pub(super) fn jobs(roots: &Roots) -> (Vec<Job>, Option<Failure>) {
    let folders = Folders::read(roots);
    let (mut timers, mut enabled) = (BTreeSet::new(), BTreeSet::new());
    for (folder, name) in folders.names() {
        if name.ends_with(".wants") {
            let pulled = roots.list(Path::new(folder).join(name)).ok().flatten().unwrap_or_default();
            enabled.extend(pulled.into_iter().filter(|name| name.ends_with(".timer")));
        } else if name.ends_with(".timer") && !name.contains("@.") {
            timers.insert(name.clone());
        }
    }
    timers.extend(enabled.iter().cloned());
    let job = |name: &String| job(roots, &folders, name, enabled.contains(name));
    let jobs = timers.iter().take(MAX_TIMERS).filter_map(job).collect();
    (jobs, folders.failure)
}

fn job(roots: &Roots, folders: &Folders, timer: &str, is_enabled: bool) -> Option<Job> {
    let unit = unit(roots, folders, timer)?;
    let started = unit.last("Timer", "Unit").map(str::to_owned);
    let started =
        started.unwrap_or_else(|| format!("{}.service", timer.strip_suffix(".timer").unwrap_or(timer)));
    let service = self::unit(roots, folders, &started)?;
    let instance = instance(&started).unwrap_or_default();
    let command = |line: &str| {
        // How it is run, systemd.service(5): not part of it.
        let bare = line.trim_start_matches(['-', '@', ':', '+', '!', '|']);
        bare.replace("%i", instance).replace("%I", instance).replace("%%", "%")
    };
    let when = WHEN.iter().flat_map(|key| {
        let shown =
            move |value: &str| if *key == "OnCalendar" { value.to_owned() } else { format!("{key}={value}") };
        unit.all("Timer", key).into_iter().map(shown)
    });
    let stamp = Path::new(STAMPS).join(format!("stamp-{timer}"));
    Some(Job {
        name: timer.to_owned(),
        schedule: when.collect::<Vec<_>>().join("; "),
        commands: ["ExecStart", "ExecStartPost"]
            .iter()
            .flat_map(|key| service.all("Service", key))
            .map(command)
            .collect(),
        enabled: Some(is_enabled),
        stamp: Some(stamp),
    })
}

/// What stands between `@` and the ending.
fn instance(unit: &str) -> Option<&str> {
    let (_, rest) = unit.split_once('@')?;
    rest.rsplit_once('.').map(|(instance, _)| instance)
}

/// A unit with what its drop-ins add.
#[derive(Default)]
struct Unit {
    /// Section, key, value, in their order.
    settings: Vec<(String, String, String)>,
}

/// Reads a unit, by its own file or that of its template; `None` when there is none or it is masked.
fn unit(roots: &Roots, folders: &Folders, name: &str) -> Option<Unit> {
    let template = name.split_once('@').and_then(|(before, rest)| {
        let (_, ending) = rest.rsplit_once('.')?;
        Some(format!("{before}@.{ending}"))
    });
    let names: Vec<&str> = std::iter::once(name).chain(template.as_deref()).collect();
    let found =
        names.iter().find_map(|name| folders.with(name).find_map(|folder| text(roots, folder, name)))?;
    let mut unit = Unit::default();
    unit.take(&found);
    for parts in names.iter().map(|name| format!("{name}.d")) {
        for folder in folders.with(&parts) {
            let parts = Path::new(folder).join(&parts);
            let files = roots.list(&parts).ok().flatten().unwrap_or_default();
            for file in files.iter().filter(|file| file.ends_with(".conf")) {
                unit.take(&text(roots, &parts.to_string_lossy(), file).unwrap_or_default());
            }
        }
    }
    // A mask is an empty file, or a link to one.
    (!unit.settings.is_empty()).then_some(unit)
}

fn text(roots: &Roots, folder: &str, name: &str) -> Option<String> {
    let path = Path::new(folder).join(name);
    if roots.link(&path).is_some_and(|target| target == Path::new("/dev/null")) {
        return Some(String::new());
    }
    let bytes = roots.head(&path, MAX_BYTES).ok().flatten()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

impl Unit {
    fn take(&mut self, text: &str) {
        let (mut section, mut line) = (String::new(), String::new());
        for part in text.lines() {
            let part = part.trim();
            if part.starts_with(['#', ';']) {
                continue;
            }
            if let Some(begun) = part.strip_suffix('\\') {
                line.push_str(begun);
                line.push(' ');
                continue;
            }
            line.push_str(part);
            let whole = std::mem::take(&mut line);
            if let Some(named) = whole.strip_prefix('[').and_then(|named| named.strip_suffix(']')) {
                named.clone_into(&mut section);
            } else if let Some((key, value)) = whole.split_once('=') {
                self.set(&section, key.trim(), value.trim());
            }
        }
    }

    /// An empty value takes back those before it.
    fn set(&mut self, section: &str, key: &str, value: &str) {
        if value.is_empty() {
            self.settings.retain(|(s, k, _)| s != section || k != key);
        } else {
            self.settings.push((section.to_owned(), key.to_owned(), value.to_owned()));
        }
    }

    fn all(&self, section: &str, key: &str) -> Vec<&str> {
        let of = self.settings.iter().filter(|(s, k, _)| s == section && k == key);
        of.map(|(_, _, value)| value.as_str()).collect()
    }

    fn last(&self, section: &str, key: &str) -> Option<&str> {
        self.all(section, key).pop()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[(&str, &str)], expected: &[(&str, &str, &str, bool)]) {
        let host = fixture::host(files);
        let (jobs, failure) = jobs(&host.roots);
        let found: Vec<_> = jobs
            .iter()
            .map(|job| {
                (job.name.as_str(), job.schedule.as_str(), job.commands.join("; "), job.enabled == Some(true))
            })
            .collect();
        let expected: Vec<_> =
            expected.iter().map(|(name, when, what, on)| (*name, *when, (*what).to_owned(), *on)).collect();
        assert_eq!(found, expected);
        assert_eq!(failure, None);
    }

    const TIMER: &str =
        "[Unit]\nDescription=x\n[Timer]\nOnCalendar=daily\nRandomizedDelaySec=3h\nPersistent=true\n";
    const SERVICE: &str =
        "[Service]\n# no\nType=oneshot\nExecStart=-/usr/bin/restic backup \\\n  --tag %i /srv\n";

    #[test]
    fn timers_are_joined_with_what_they_start() {
        check(
            &[
                ("etc/systemd/system/restic.timer", TIMER),
                ("etc/systemd/system/restic.service", SERVICE),
                ("etc/systemd/system/timers.target.wants/restic.timer", "-> ../restic.timer"),
                ("usr/lib/systemd/system/restic.timer", "[Timer]\nOnCalendar=weekly\n"),
            ],
            &[("restic.timer", "daily", "/usr/bin/restic backup  --tag  /srv", true)],
        );
        check(
            &[
                ("usr/lib/systemd/system/restic@.timer", TIMER),
                ("usr/lib/systemd/system/restic@.service", SERVICE),
                (
                    "etc/systemd/system/timers.target.wants/restic@etc.timer",
                    "-> /usr/lib/systemd/system/restic@.timer",
                ),
                (
                    "etc/systemd/system/restic@etc.timer.d/when.conf",
                    "[Timer]\nOnCalendar=\nOnCalendar=hourly\nOnBootSec=5min\n",
                ),
            ],
            &[("restic@etc.timer", "hourly; OnBootSec=5min", "/usr/bin/restic backup  --tag etc /srv", true)],
        );
        check(
            &[
                ("etc/systemd/system/a.timer", "[Timer]\nOnCalendar=daily\nUnit=b.service\n"),
                ("etc/systemd/system/b.service", "[Service]\nExecStart=/bin/b\nExecStart=/bin/c\n"),
                ("etc/systemd/system/off.timer", "-> /dev/null"),
                ("usr/lib/systemd/system/off.timer", TIMER),
                ("usr/lib/systemd/system/off.service", SERVICE),
                ("usr/lib/systemd/system/lonely.timer", TIMER),
            ],
            &[("a.timer", "daily", "/bin/b; /bin/c", false)],
        );
        check(&[("etc/x", "")], &[]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", near in "(\\[Timer\\]|OnCalendar|=|\\\\|\n|%i|;|Unit=a@b.service){0,20}") {
            for text in [&text, &near] {
                let host = fixture::host(&[("etc/systemd/system/a.timer", text), ("etc/systemd/system/a.service", text)]);
                let _ = (jobs(&host.roots), instance(text));
            }
        }
    }
}
