//! Whether a backup stays on the file systems that its sources lie on, by the command lines that make it: the
//! repositories of most tools do not remember it, and a copy of `/` that stays there holds nothing of `/srv` where
//! that is a disk of its own.

use patuh_protocol::backup::Tool;

use super::plans::{calls_of, texts, words::Call};
use crate::roots::Roots;

/// The option by which restic, borg and rsync are told to stay; each of them has `-x` for it too.
const STAY: &str = "--one-file-system";

/// A tool, as command lines speak to it.
pub(super) struct Speech {
    tool: Tool,
    program: &'static str,
    /// What stands before the folders, where the program does more than one thing.
    verb: Option<&'static str>,
    /// Letters of options that take a value: what stands behind such a letter is no option.
    letters: &'static str,
    /// Options whose value is a word of its own.
    valued: &'static [&'static str],
}

/// restic(1), `restic backup --help`.
pub(super) const RESTIC: Speech = Speech {
    tool: Tool::Restic,
    program: "restic",
    verb: Some("backup"),
    letters: "eHrpog",
    valued: &[
        "-e",
        "--exclude",
        "--iexclude",
        "--exclude-file",
        "--iexclude-file",
        "--exclude-if-present",
        "--exclude-larger-than",
        "--tag",
        "-H",
        "--host",
        "--time",
        "--parent",
        "-r",
        "--repo",
        "--repository-file",
        "-p",
        "--password-file",
        "--password-command",
        "-o",
        "--option",
        "--cache-dir",
        "--cacert",
        "--compression",
        "--limit-upload",
        "--limit-download",
        "--pack-size",
        "--read-concurrency",
    ],
};

/// rsync(1).
pub(super) const RSYNC: Speech = Speech {
    tool: Tool::Tree,
    program: "rsync",
    verb: None,
    letters: "efBTM",
    valued: &[
        "-e",
        "--rsh",
        "-f",
        "--filter",
        "--exclude",
        "--exclude-from",
        "--include",
        "--include-from",
        "--link-dest",
        "--backup-dir",
        "--suffix",
        "--log-file",
        "--bwlimit",
        "-T",
        "--temp-dir",
    ],
};

/// Whether `word` tells a tool to stay; what stands behind one of `letters` in it is the value of that option.
pub(super) fn is_stay(word: &str, letters: &str) -> bool {
    let short = word.strip_prefix('-').filter(|short| !short.starts_with('-')).unwrap_or_default();
    word == STAY || short.chars().take_while(|letter| !letters.contains(*letter)).any(|letter| letter == 'x')
}

/// Whether the jobs of this host that save `sources` stay. `None` where no job is seen that does, where jobs differ,
/// or where one says it by a variable.
pub(super) fn by_jobs(roots: &Roots, speech: &Speech, sources: &[String]) -> Option<bool> {
    if sources.is_empty() {
        return None;
    }
    let texts = texts(roots, speech.program);
    let calls = texts.iter().flat_map(|text| calls_of(text, speech.tool));
    let mut told = calls.filter_map(|call| speech.told(&call, sources));
    let first = told.next()?;
    if told.all(|other| other == first) { first } else { None }
}

impl Speech {
    /// What a call says; nothing when it is about other folders.
    fn told(&self, call: &Call, sources: &[String]) -> Option<Option<bool>> {
        let mut words = call.words.iter().map(String::as_str);
        let program = words.next()?.rsplit('/').next().unwrap_or_default();
        // `resticprofile` and the like keep folders and options where they are not looked for.
        let mut is_hidden = program != self.program && !program.starts_with('$');
        if let Some(verb) = self.verb {
            words.find(|word| *word == verb)?;
        }
        let (mut stays, mut folders) = (false, Vec::new());
        while let Some(word) = words.next() {
            match word {
                word if is_stay(word, self.letters) => stays = true,
                word if self.valued.contains(&word) => drop(words.next()),
                word if word.starts_with("--files-from") => is_hidden = true,
                word if word.starts_with('-') => {}
                word if word.starts_with('/') && !word.contains('$') => folders.push(bare(word)),
                _ => is_hidden = true,
            }
        }
        let is_it = is_hidden || sources.iter().any(|source| folders.contains(&bare(source)));
        is_it.then_some(if stays || !is_hidden { Some(stays) } else { None })
    }
}

fn bare(folder: &str) -> &str {
    folder.trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(speech: &Speech, cron: &str, expected: Option<bool>) {
        let host = fixture::host(&[("etc/crontab", cron)]);
        assert_eq!(by_jobs(&host.roots, speech, &["/".into(), "/srv/www".into()]), expected, "{cron}");
    }

    #[test]
    fn jobs_tell_what_repositories_do_not() {
        check(&RESTIC, "0 1 * * * root restic -r sftp:dc:/x backup -x /\n", Some(true));
        check(&RESTIC, "0 1 * * * root restic backup -qx --tag malam / /srv/www/\n", Some(true));
        check(&RESTIC, "0 1 * * * root restic backup --one-file-system /\n", Some(true));
        check(&RESTIC, "0 1 * * * root restic backup -ex --exclude -x /\n", Some(false));
        check(&RSYNC, "0 1 * * * root rsync -aHAXx --delete /srv/www/ /mnt/usb/www\n", Some(true));
        check(&RSYNC, "0 1 * * * root rsync -a -e 'ssh -x' /srv/www /mnt/usb/www\n", Some(false));
    }

    #[test]
    fn what_is_not_seen_is_not_told() {
        check(&RESTIC, "", None);
        // Another backup of the same host.
        check(&RESTIC, "0 1 * * * root restic backup -x /home\n", None);
        check(&RESTIC, "0 1 * * * root restic backup $OPTIONS /\n", None);
        check(&RESTIC, "0 1 * * * root restic backup --files-from=/etc/x\n", None);
        check(&RESTIC, "0 1 * * * root resticprofile backup\n", None);
        check(&RESTIC, "0 1 * * * root restic backup -x /\n0 2 * * * root restic backup /srv/www\n", None);
        check(&RESTIC, "0 1 * * * root restic backup -x $FOLDERS\n", Some(true));
        check(&RESTIC, "0 1 * * * root restic forget -x /\n", None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", near in "(restic|backup|-x|-e| |/|\\$x|rsync){0,20}") {
            for text in [text, near] {
                let _ = is_stay(&text, "ex");
                let calls = [&RESTIC, &RSYNC].map(|speech| (speech, calls_of(&text, speech.tool)));
                for (speech, call) in calls.iter().flat_map(|(s, calls)| calls.iter().map(move |c| (s, c))) {
                    let _ = speech.told(call, &["/".to_owned()]);
                }
            }
        }
    }
}
