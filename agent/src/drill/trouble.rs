//! Why a drill did not bring back what it should, in Indonesian.

use crate::roots::Failure;
use crate::sensors::redact;

/// Why there is nothing to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It could not be tried, which says nothing about the backup.
    Skipped(String),
    /// It was tried.
    Failed(String),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Failed(told(&failure))
    }
}

/// What a tool complained of, and what is to be said of what came all the same.
pub(super) fn both(
    complaint: Option<Failure>,
    judged: Result<Vec<String>, Trouble>,
) -> Result<Vec<String>, Trouble> {
    match (complaint, judged) {
        (None, judged) => judged,
        (Some(failure), Err(Trouble::Failed(why))) => {
            Err(Trouble::Failed(format!("{}; {why}", told(&failure))))
        }
        (Some(failure), _) => Err(failure.into()),
    }
}

/// A failure as an Indonesian clause; what a tool said stays in its own words. Without secrets.
pub(super) fn told(failure: &Failure) -> String {
    let text = match failure {
        Failure::Io { at, why } => format!("{at} tidak terbaca: {why}"),
        Failure::TooLarge { at, limit } => format!("{at} melebihi batas {limit}"),
        Failure::Malformed { at, what } => format!("{at}: {what}"),
        Failure::Command { command, what } => format!("{command} gagal: {what}"),
        Failure::TimedOut { what, limit } => {
            format!("{what} tidak selesai dalam batas waktunya ({} menit)", limit.as_secs() / 60)
        }
        Failure::Stuck { what } => format!("{what} masih tertahan sejak percobaan sebelumnya"),
        Failure::Panicked { what } => format!("{what}: kesalahan dalam agen"),
    };
    redact::text(&text)
}

/// What a database server said, without what it quotes: a complaint may hold a piece of somebody's data.
pub(super) fn without_quotes(said: &str) -> String {
    let (mut text, mut open) = (String::new(), None);
    for c in said.chars() {
        match open {
            Some(quote) if c == quote => {
                text.push('…');
                text.push(c);
                open = None;
            }
            Some(_) => {}
            None => {
                text.push(c);
                open = Some(c).filter(|c| matches!(c, '"' | '\'' | '`'));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_does_not_leave_the_host() {
        for (said, shown) in [
            ("ERROR:  invalid input: \"350712\"", "ERROR:  invalid input: \"…\""),
            ("near 'Siti' at line 1", "near '…' at line 1"),
            ("torn 'Siti", "torn '"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(without_quotes(said), shown);
        }
    }

    #[test]
    fn no_password_is_told() {
        let failure = Failure::Command {
            command: "restic snapshots".into(),
            what: "kode keluar 1: Head \"https://opd:rahasia@dc:8000/\": no".into(),
        };
        assert_eq!(told(&failure), "restic snapshots gagal: kode keluar 1: Head \"https://dc:8000/\": no");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _ = without_quotes(&text);
        }
    }
}
