//! Command lines without secrets.
//!
//! Shown is only what has the form of something harmless: names of programs and options, paths, plain words of
//! options whose names speak of nothing secret, URLs without users. All else is an ellipsis. Passwords are written in more
//! ways than can be listed (`-pRahasia`, `--password Rahasia`, `PGPASSWORD=…`, `user:rahasia@…`), forms of
//! harmless things are few.

use super::words::Call;
use crate::roots::lossy::{SENTENCE, lossy};
use crate::sensors::redact;

/// What stands where something was left out.
const GONE: &str = "…";
/// How much of one line is shown.
const MAX_WORDS: usize = 40;
/// Parts of names of options whose values are never shown.
const SECRET: [&str; 11] =
    ["pass", "pwd", "secret", "token", "key", "sandi", "auth", "cred", "header", "cookie", "user"];
/// Options of one letter whose values are never shown: `-p` is a password of too many programs.
const SECRET_LETTERS: [char; 3] = ['p', 'u', 'P'];

/// A call, as it may be shown.
pub(super) fn call(call: &Call) -> String {
    let mut shown = Vec::new();
    let mut is_secret = false;
    for (place, word) in call.words.iter().take(MAX_WORDS).enumerate() {
        if place == 0 {
            shown.push(program(word));
            continue;
        }
        let hidden = std::mem::take(&mut is_secret);
        // What follows an option is its value, unless it is an option itself.
        if hidden && !word.starts_with('-') {
            shown.push(GONE.to_owned());
            continue;
        }
        is_secret = wants_secret(word);
        shown.push(argument(word));
    }
    if call.words.len() > MAX_WORDS {
        shown.push(GONE.to_owned());
    }
    if let Some(into) = call.into.as_deref().filter(|into| *into != "/dev/null") {
        shown.push(format!("> {}", value(into)));
    }
    lossy(shown.join(" ").as_bytes(), SENTENCE)
}

fn program(word: &str) -> String {
    if word.starts_with('$') { word.to_owned() } else { value(word) }
}

/// Whether the next word may be a secret.
fn wants_secret(option: &str) -> bool {
    let Some(name) = option.strip_prefix('-') else { return false };
    let is_short = !name.starts_with('-');
    !name.contains('=') && (is_secret_name(name) || (is_short && name.ends_with(SECRET_LETTERS)))
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRET.iter().any(|part| name.contains(part))
}

fn argument(word: &str) -> String {
    if let Some(name) = word.strip_prefix("--") {
        return match name.split_once('=') {
            Some((name, _)) if is_secret_name(name) => format!("--{}={GONE}", option(name)),
            Some((name, given)) => format!("--{}={}", option(name), value(given)),
            None => format!("--{}", option(name)),
        };
    }
    match word.strip_prefix('-') {
        // `-pRahasia`: what follows the letter is its value.
        Some(letters) if letters.starts_with(SECRET_LETTERS) && letters.chars().nth(1).is_some() => {
            let letter: String = letters.chars().take(1).collect();
            format!("-{letter}{GONE}")
        }
        Some(letters) => {
            format!("-{}", if is_secret_name(letters) { GONE.to_owned() } else { plain(letters) })
        }
        None => value(word),
    }
}

/// The name of an option: letters and hyphens, whatever it is about.
fn option(name: &str) -> String {
    let is_name = name.len() <= 32 && name.bytes().all(|b| b.is_ascii_lowercase() || b"-_".contains(&b));
    if is_name { name.to_owned() } else { plain(name) }
}

/// A value: a path, a URL without its user, a plain word.
fn value(word: &str) -> String {
    if word.contains("://") || (word.contains('@') && word.contains(':')) {
        return match redact::location(word) {
            // `sftp:host:path` has no user to lose, and what has `=` in it is no place.
            shown if shown.contains(['@', '=', '?']) => GONE.to_owned(),
            shown => shown,
        };
    }
    let is_path = word.starts_with(['/', '$', '.', '~']) && !word.contains(['@', '=', '?']);
    if is_path { word.to_owned() } else { plain(word) }
}

/// A word of letters, digits and little else. Long ones may be keys.
fn plain(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_.,*+%/:$".contains(c);
    let fits = word.chars().count() <= 32 && word.chars().all(is_plain) && !is_secret_name(word);
    if fits { word.to_owned() } else { GONE.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sensors::backup::plans::words::calls;

    fn check(written: &str, expected: &str) {
        let shown = calls(written).first().map(call).unwrap_or_default();
        assert_eq!(shown, expected, "{written}");
    }

    #[test]
    fn secrets_go_and_the_rest_stays() {
        check(
            "restic -r sftp:opd@dc:/srv backup /srv '/home/a b'",
            "restic -r sftp:dc:/srv backup /srv /home/a b",
        );
        check(
            "restic -r rest:https://opd:rahasia@dc:8000/x backup /srv",
            "restic -r rest:https://dc:8000/x backup /srv",
        );
        check("mysqldump -u root -pRahasia --all-databases", "mysqldump -u … -p… --all-databases");
        check(
            "mysqldump --password=Rahasia -h db siak > /srv/x.sql",
            "mysqldump --password=… -h db siak > /srv/x.sql",
        );
        check("mysqldump --password Rahasia siak", "mysqldump --password … siak");
        check("pg_dump -Fc postgresql://u:rahasia@db/simpeg", "pg_dump -Fc postgresql://db/simpeg");
        check("pg_dump 'host=db password=rahasia dbname=x'", "pg_dump …");
        check("7z a -pRahasia /backup/x.7z /srv", "7z a -p… /backup/x.7z /srv");
        check("rsync -a --delete /srv/ opd@dc:/srv/", "rsync -a --delete /srv/ dc:/srv/");
        check("borg create --exclude=*.o ::{hostname} /srv", "borg create --exclude=*.o … /srv");
        check("pg_dumpall >/dev/null", "pg_dumpall");
        check(&format!("tar c{}", " x".repeat(60)), &format!("tar c{} …", " x".repeat(38)));
    }

    proptest::proptest! {
        #[test]
        fn no_secret_is_shown(form in 0_usize..9, secret in "[A-Z][a-z0-9]{5,12}[!@#%&][A-Z]{3}") {
            let line = match form {
                0 => format!("mysqldump -p'{secret}' siak"),
                1 => format!("mysqldump --password='{secret}' siak"),
                2 => format!("7z a -p '{secret}' /backup/x"),
                3 => format!("restic -r 'rest:https://opd:{secret}@dc/x' backup"),
                4 => format!("mongodump --uri 'mongodb://opd:{secret}@dc/x'"),
                5 => format!("rsync /srv 'opd:{secret}@dc:/srv'"),
                6 => format!("duplicity --sign-key '{secret}' /srv"),
                7 => format!("pg_dump 'password={secret}'"),
                _ => format!("mysqldump -u 'opd' --auth-x '{secret}' siak"),
            };
            let shown: Vec<String> = calls(&line).iter().map(call).collect();
            proptest::prop_assert!(!shown.join(" ").contains(&secret), "{shown:?}");
        }

        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            for written in calls(&text) {
                proptest::prop_assert!(call(&written).chars().count() <= SENTENCE);
            }
        }
    }
}
