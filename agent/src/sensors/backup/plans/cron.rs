//! Jobs of cron: crontab(5), the folders of run-parts(8).

use std::path::{Path, PathBuf};

use super::Job;
use crate::roots::{Failure, Kind, Roots};

/// The most jobs of one file, and files of one folder.
const MAX_LINES: usize = 500;
const MAX_FILES: usize = 500;
/// The most that is read of one file.
const MAX_BYTES: u64 = 256 * 1024;
/// Crontabs of users: of Debian, of Red Hat. They have no column for the user.
const USERS: [&str; 2] = ["/var/spool/cron/crontabs", "/var/spool/cron"];
/// Folders whose files are run as they are.
const FOLDERS: [(&str, &str); 5] = [
    ("/etc/cron.hourly", "@hourly"),
    ("/etc/cron.daily", "@daily"),
    ("/etc/cron.weekly", "@weekly"),
    ("/etc/cron.monthly", "@monthly"),
    ("/etc/cron.yearly", "@yearly"),
];
/// A script of Debian that keeps the list of packages; nobody's data.
const OWN: &str = "dpkg";

/// Every job, and what kept from reading a file, if anything did.
pub(super) fn jobs(roots: &Roots) -> (Vec<Job>, Option<Failure>) {
    let (mut jobs, mut failure) = (Vec::new(), None);
    let mut tables: Vec<(PathBuf, bool)> = vec![(PathBuf::from("/etc/crontab"), true)];
    tables.extend(files(roots, "/etc/cron.d", &mut failure).into_iter().map(|file| (file, true)));
    for folder in USERS {
        tables.extend(files(roots, folder, &mut failure).into_iter().map(|file| (file, false)));
    }
    for (file, has_user) in tables {
        match roots.head(&file, MAX_BYTES) {
            Ok(text) => {
                jobs.extend(table(&file, &String::from_utf8_lossy(&text.unwrap_or_default()), has_user))
            }
            Err(why) => failure = failure.or(Some(why)),
        }
    }
    for (folder, schedule) in FOLDERS {
        let scripts = files(roots, folder, &mut failure).into_iter().filter(|file| !file.ends_with(OWN));
        jobs.extend(scripts.map(|file| Job {
            name: file.display().to_string(),
            schedule: schedule.to_owned(),
            commands: vec![file.display().to_string()],
            enabled: enabled(&file),
            ..Job::default()
        }));
    }
    (jobs, failure)
}

fn files(roots: &Roots, folder: &str, failure: &mut Option<Failure>) -> Vec<PathBuf> {
    match roots.entries(Path::new(folder), |name| !name.starts_with('.')) {
        Ok(entries) => {
            let files = entries.unwrap_or_default().into_iter().filter(|entry| entry.kind != Kind::Folder);
            files.take(MAX_FILES).map(|entry| Path::new(folder).join(entry.name)).collect()
        }
        Err(why) => {
            *failure = failure.take().or(Some(why));
            Vec::new()
        }
    }
}

/// Debian's cron and run-parts pass over names with a dot in them, others do not.
fn enabled(file: &Path) -> Option<bool> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')).then_some(true)
}

/// The lines of a table.
fn table(file: &Path, text: &str, has_user: bool) -> Vec<Job> {
    let job = |(number, line): (usize, &str)| {
        let (schedule, command) = line_of(line, has_user)?;
        Some(Job {
            name: format!("{}:{}", file.display(), number + 1),
            schedule,
            commands: vec![command],
            enabled: if has_user { enabled(file) } else { Some(true) },
            ..Job::default()
        })
    };
    text.lines().enumerate().filter_map(job).take(MAX_LINES).collect()
}

/// When and what, of one line; `None` when it is a comment, a variable, or nothing that runs.
fn line_of(line: &str, has_user: bool) -> Option<(String, String)> {
    let line = line.trim();
    let first = line.chars().next().filter(|first| *first != '#')?;
    let fields = if first == '@' { 1 } else { 5 };
    let is_field = |c: char| c.is_ascii_alphanumeric() || "*,-/~?#L".contains(c);
    let mut rest = line;
    let mut schedule = Vec::new();
    for _ in 0..fields {
        let (field, after) = rest.split_once(char::is_whitespace)?;
        if first != '@' && !field.chars().all(is_field) {
            return None;
        }
        schedule.push(field);
        rest = after.trim_start();
    }
    if has_user {
        rest = rest.split_once(char::is_whitespace)?.1.trim_start();
    }
    // What follows a `%` is what the command reads, `\%` is one.
    let command = rest.replace("\\%", "\u{1}");
    let command = command.split('%').next().unwrap_or_default().replace('\u{1}', "%");
    (!command.is_empty()).then(|| (schedule.join(" "), command))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(line: &str, has_user: bool, expected: Option<(&str, &str)>) {
        let found = line_of(line, has_user);
        let found = found.as_ref().map(|(schedule, command)| (schedule.as_str(), command.as_str()));
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn lines_are_when_and_what() {
        check("0 1 * * 1-5 root  restic backup /srv", true, Some(("0 1 * * 1-5", "restic backup /srv")));
        check("*/5\t1 * jan sun pg_dump x", false, Some(("*/5 1 * jan sun", "pg_dump x")));
        check("@daily root borgmatic", true, Some(("@daily", "borgmatic")));
        check("0 1 * * * f=$(date +\\%F) x %stdin", false, Some(("0 1 * * *", "f=$(date +%F) x ")));
        for nothing in
            ["# 0 1 * * * root x", "", "MAILTO=root", "PATH = /bin:/usr/bin a b c d e", "0 1 * * *"]
        {
            check(nothing, true, None);
        }
    }

    #[test]
    fn jobs_are_named_by_file_and_line() {
        let host = fixture::host(&[
            ("etc/crontab", "SHELL=/bin/sh\n\n17 * * * * root x\n"),
            ("etc/cron.d/a.b", "@reboot root y\n"),
            ("etc/cron.d/.placeholder", "@reboot root y\n"),
            ("etc/cron.daily/dpkg", ""),
            ("etc/cron.daily/cadangan", ""),
            ("var/spool/cron/crontabs/budi", "@daily z\n"),
        ]);
        let (jobs, failure) = jobs(&host.roots);
        let found: Vec<_> = jobs.iter().map(|job| (job.name.as_str(), job.enabled)).collect();
        let yes = Some(true);
        assert_eq!(
            found,
            [
                ("/etc/crontab:3", yes),
                ("/etc/cron.d/a.b:1", None),
                ("/var/spool/cron/crontabs/budi:1", yes),
                ("/etc/cron.daily/cadangan", yes)
            ]
        );
        assert_eq!(failure, None, "a folder of crontabs in a folder of crontabs is none");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", near in "([*0-9@%#a-z\\\\]{1,3}[ \t]?){0,9}") {
            let _ = (table(Path::new("/x"), &text, true), line_of(&near, true), line_of(&near, false));
        }
    }
}
