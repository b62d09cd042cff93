//! Which program a call runs, and whether that makes a backup.

use patuh_protocol::backup::Tool;

use super::words::{Call, calls};

/// Programs that make backups, by name. What the wire has no word for is a `Dump`; the command says the rest.
const PROGRAMS: &[(&str, Tool)] = &[
    ("restic", Tool::Restic),
    ("resticprofile", Tool::Restic),
    ("autorestic", Tool::Restic),
    ("borg", Tool::Borg),
    ("borgmatic", Tool::Borg),
    ("rsnapshot", Tool::Rsnapshot),
    ("rsync", Tool::Tree),
    ("rdiff-backup", Tool::Tree),
    ("pg_dump", Tool::PgDump),
    ("pg_dumpall", Tool::PgDump),
    ("autopostgresqlbackup", Tool::PgDump),
    ("mysqldump", Tool::MysqlDump),
    ("mariadb-dump", Tool::MysqlDump),
    ("mydumper", Tool::MysqlDump),
    ("automysqlbackup", Tool::MysqlDump),
    ("pg_basebackup", Tool::Dump),
    ("mariabackup", Tool::Dump),
    ("mariadb-backup", Tool::Dump),
    ("xtrabackup", Tool::Dump),
    ("mongodump", Tool::Dump),
    ("barman", Tool::Dump),
    ("backupninja", Tool::Dump),
    ("duplicity", Tool::Duplicity),
    ("duply", Tool::Duplicity),
    ("pgbackrest", Tool::Pgbackrest),
    ("bconsole", Tool::Bareos),
    ("vzdump", Tool::Vzdump),
    ("proxmox-backup-client", Tool::Pbs),
    ("tar", Tool::Tar),
    ("7z", Tool::Zip),
    ("7za", Tool::Zip),
    ("zip", Tool::Zip),
];

/// Programs and words of a shell that run what follows them.
const WRAPPERS: [&str; 34] = [
    "sudo",
    "doas",
    "su",
    "runuser",
    "setpriv",
    "nice",
    "ionice",
    "chrt",
    "taskset",
    "env",
    "timeout",
    "flock",
    "chronic",
    "cronic",
    "nohup",
    "setsid",
    "stdbuf",
    "time",
    "exec",
    "command",
    "eval",
    "systemd-cat",
    "systemd-inhibit",
    "systemd-run",
    "docker",
    "podman",
    "lxc",
    "kubectl",
    "ssh",
    "sh",
    "bash",
    "dash",
    "if",
    "run-parts",
];
/// Words of a shell before a command.
const KEYWORDS: [&str; 10] = ["if", "then", "else", "elif", "do", "while", "until", "!", "{", "time"];
/// How deep a command may hold another one as a text (`sh -c '…'`).
const MAX_DEPTH: usize = 3;

/// A backup that a command line makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Backup {
    pub(super) tool: Tool,
    /// The program and its arguments, without what runs it.
    pub(super) call: Call,
}

/// The backups that `text`, lines of a shell, makes.
pub(super) fn backups(text: &str) -> Vec<Backup> {
    within(text, 0)
}

fn within(text: &str, depth: usize) -> Vec<Backup> {
    calls(text).iter().flat_map(|call| of_call(call, depth)).collect()
}

fn of_call(call: &Call, depth: usize) -> Vec<Backup> {
    let before = call.words.iter().take_while(|word| is_before(word)).count();
    let words = call.words.get(before..).unwrap_or_default();
    let Some(first) = words.first() else { return Vec::new() };
    if let Some(tool) = tool(first) {
        return backup(tool, words, call).into_iter().collect();
    }
    if !WRAPPERS.contains(&base(first)) {
        return Vec::new();
    }
    // Somewhere behind the options of whatever runs it.
    for (at, word) in words.iter().enumerate().skip(1) {
        if let Some(tool) = tool(word) {
            return backup(tool, words.get(at..).unwrap_or_default(), call).into_iter().collect();
        }
        if word.contains(' ') && depth < MAX_DEPTH {
            let inner = within(word, depth + 1);
            if !inner.is_empty() {
                return inner;
            }
        }
    }
    Vec::new()
}

/// Whether `word` stands before a command: `NAME=value`, `then`.
fn is_before(word: &str) -> bool {
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    KEYWORDS.contains(&word) || word.split_once('=').is_some_and(|(name, _)| is_name(name))
}

/// The scripts that a command runs: words that are absolute paths, the command itself or what a wrapper runs.
pub(super) fn scripts(text: &str) -> Vec<String> {
    let of = |call: Call| {
        let words: Vec<String> = call.words.into_iter().skip_while(|word| is_before(word)).collect();
        let is_wrapped = words.first().is_some_and(|first| WRAPPERS.contains(&base(first)));
        let path = words.into_iter().skip(usize::from(is_wrapped)).find(|word| !is_wrapped || is_path(word));
        path.filter(|path| is_path(path))
    };
    calls(text).into_iter().filter_map(of).collect()
}

fn is_path(word: &str) -> bool {
    word.starts_with('/') && !word.contains(' ')
}

fn base(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// The tool of a program's name; also of a variable that is called like it (`$RESTIC`), as scripts do.
fn tool(word: &str) -> Option<Tool> {
    let of = |name: &str| PROGRAMS.iter().find(|(known, _)| *known == name).map(|(_, tool)| *tool);
    let variable = || {
        let name = word.strip_prefix('$')?.trim_matches(['{', '}']).to_lowercase();
        of(name.strip_suffix("_bin").or(name.strip_suffix("_cmd")).unwrap_or(&name))
    };
    of(base(word)).or_else(variable)
}

fn backup(tool: Tool, words: &[String], call: &Call) -> Option<Backup> {
    let program = words.first().map(|word| base(word)).unwrap_or_default();
    let arguments = words.get(1..).unwrap_or_default();
    makes(tool, program, arguments, call.into.as_deref())
        .then(|| Backup { tool, call: Call { words: words.to_vec(), into: call.into.clone() } })
}

/// Whether a call makes a backup, as far as its arguments tell: the same programs also check, thin out and
/// bring back.
fn makes(tool: Tool, program: &str, arguments: &[String], into: Option<&str>) -> bool {
    let has = |wanted: &[&str]| arguments.iter().any(|argument| wanted.contains(&argument.as_str()));
    if has(&["--help", "--version", "--dry-run"]) {
        return false;
    }
    match program {
        "borgmatic" => {
            let other = [
                "prune", "check", "compact", "list", "rlist", "info", "extract", "restore", "config",
                "umount",
            ];
            has(&["create", "--create"]) || !has(&other)
        }
        "barman" => has(&["backup"]),
        "rsync" => arguments.iter().filter(|argument| !argument.starts_with('-')).count() >= 2,
        "rsnapshot" => !arguments.is_empty() && !has(&["-t", "configtest", "du"]),
        "rdiff-backup" => !arguments.iter().any(|a| a.starts_with("--remove") || a.starts_with("--list")),
        "tar" => {
            let first = arguments.first().map(String::as_str).unwrap_or_default();
            let is_mode = |word: &str| !word.starts_with("--") && !word.contains('/') && word.contains('c');
            let creates =
                has(&["--create"]) || is_mode(first) || arguments.iter().any(|a| a.starts_with("-c"));
            creates && is_for_backups(arguments, into)
        }
        _ => match tool {
            Tool::Restic => has(&["backup", "copy"]),
            Tool::Borg => has(&["create"]),
            Tool::Pgbackrest | Tool::Pbs => has(&["backup"]),
            Tool::Zip => is_for_backups(arguments, into),
            Tool::Duplicity => {
                let other =
                    ["restore", "verify", "collection-status", "list-current-files", "cleanup", "status"];
                !has(&other) && !arguments.iter().any(|a| a.starts_with("remove-") || a.starts_with("purge"))
            }
            _ => true,
        },
    }
}

/// Whether an archive goes where its maker keeps backups. Everything else is packing.
fn is_for_backups(arguments: &[String], into: Option<&str>) -> bool {
    let words = arguments.iter().map(String::as_str).chain(into);
    let lower = words.map(str::to_lowercase).collect::<Vec<_>>();
    lower.iter().any(|word| ["backup", "bakup", "cadangan", "/bak"].iter().any(|sign| word.contains(sign)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(Tool, &str)]) {
        let found: Vec<_> = backups(text).into_iter().map(|b| (b.tool, b.call.words.join(" "))).collect();
        let expected: Vec<_> = expected.iter().map(|(tool, words)| (*tool, (*words).to_owned())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn backups_are_told_from_what_is_done_with_them() {
        check("restic backup /srv && restic forget --prune", &[(Tool::Restic, "restic backup /srv")]);
        check("borg prune --keep-daily 7; borg create ::x /srv", &[(Tool::Borg, "borg create ::x /srv")]);
        check("/usr/bin/borgmatic --verbosity -1", &[(Tool::Borg, "/usr/bin/borgmatic --verbosity -1")]);
        check("borgmatic prune; borgmatic check", &[]);
        check("rsnapshot daily", &[(Tool::Rsnapshot, "rsnapshot daily")]);
        check("duplicity remove-older-than 1M x; duply x verify", &[]);
        check("tar xzf /backup/x.tgz; tar czf /tmp/x.tgz /etc", &[]);
        check("tar czf /backup/x.tgz /etc", &[(Tool::Tar, "tar czf /backup/x.tgz /etc")]);
        check("tar -cz /etc | ssh dc 'cat >/srv/cadangan/x'", &[]);
        check("tar --create /etc > /srv/Cadangan/x.tar", &[(Tool::Tar, "tar --create /etc")]);
        check("echo restic backup; logger 'pg_dump done'; which borg", &[]);
        check("# restic backup /srv", &[]);
    }

    #[test]
    fn what_runs_them_is_passed_over() {
        check("sudo -u postgres pg_dump simpeg | gzip", &[(Tool::PgDump, "pg_dump simpeg")]);
        check("docker exec -t db pg_dumpall -U x", &[(Tool::PgDump, "pg_dumpall -U x")]);
        check("su - postgres -c 'pg_dump -Fc siak > /x'", &[(Tool::PgDump, "pg_dump -Fc siak")]);
        check(
            "if ! A=1 nice -n 10 $RESTIC backup /srv; then exit; fi",
            &[(Tool::Restic, "$RESTIC backup /srv")],
        );
        check("systemd-inhibit --why=\"a b\" /usr/bin/borgmatic", &[(Tool::Borg, "/usr/bin/borgmatic")]);
        check("out=\"$(${MYSQLDUMP_BIN} siak)\"", &[(Tool::MysqlDump, "${MYSQLDUMP_BIN} siak")]);
        check("ssh dc rsync -a /srv /mnt", &[(Tool::Tree, "rsync -a /srv /mnt")]);
    }

    #[test]
    fn scripts_are_found() {
        for (text, expected) in [
            ("/root/backup.sh harian", &["/root/backup.sh"][..]),
            ("bash -e /root/b.sh >/dev/null", &["/root/b.sh"]),
            ("test -x /usr/sbin/x", &[]),
            ("A=/x nice -n 19 /opt/b; sleep 3", &["/opt/b"]),
        ] {
            assert_eq!(scripts(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", near in "(sudo|sh -c|tar|borg|restic|create|backup|'|\"|\\$| |-c|/x|\\|){0,20}") {
            let _ = (backups(&text), scripts(&text), backups(&near), scripts(&near));
        }
    }
}
