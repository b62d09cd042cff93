//! The names that duplicity gives its files (`duplicity/file_naming.py`), here and where it sends them:
//! `duplicity-full.20261122T112811Z.manifest`, `duplicity-inc.20261122T112811Z.to.20261122T112840Z.vol1.difftar.gpg`.
//! Times are UTC, of the beginning of a run.

use jiff::Timestamp;

/// The run that a file belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RunName {
    /// When it began.
    pub(super) at: Timestamp,
    /// When the run began that it rests on; `None` for a full one.
    pub(super) from: Option<Timestamp>,
    /// `duplicity-full.20261122T112811Z`, with what an administrator put before it.
    pub(super) id: String,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The list of what a run holds.
    Manifest,
    /// The list of a run that goes on, or that was broken off.
    Unfinished,
    /// A part of the run's data, by its number.
    Volume(u64),
}

/// What `file` is a part of. Files of signatures are no part of the data.
pub(super) fn name(file: &str) -> Option<(RunName, Part)> {
    let (prefix, rest) = file.split_once("duplicity-")?;
    let (kind, rest) = rest.split_once('.')?;
    let (first, rest) = rest.split_once('.')?;
    let begun = moment(first)?;
    let (at, from, id, rest) = match kind {
        "full" => (begun, None, format!("{prefix}duplicity-full.{first}"), rest),
        "inc" => {
            let (second, rest) = rest.strip_prefix("to.")?.split_once('.')?;
            (moment(second)?, Some(begun), format!("{prefix}duplicity-inc.{first}.to.{second}"), rest)
        }
        _ => return None,
    };
    Some((RunName { at, from, id }, part(rest)?))
}

/// What follows the times.
fn part(rest: &str) -> Option<Part> {
    let bare = rest.strip_suffix(".gpg").or_else(|| rest.strip_suffix(".gz")).unwrap_or(rest);
    match bare {
        "manifest" => return Some(Part::Manifest),
        "manifest.part" => return Some(Part::Unfinished),
        _ => {}
    }
    let number = bare.strip_suffix(".difftar")?.strip_prefix("vol")?;
    number.strip_suffix(".part").unwrap_or(number).parse().ok().map(Part::Volume)
}

/// `20261122T112811Z`.
fn moment(text: &str) -> Option<Timestamp> {
    let is_time = text.len() == 16 && text.ends_with('Z') && text.contains('T');
    if is_time { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &str, expected: Option<(&str, Option<&str>, &str, Part)>) {
        let found = name(file)
            .map(|(run, part)| (run.at.to_string(), run.from.map(|at| at.to_string()), run.id, part));
        let expected = expected
            .map(|(at, from, id, part)| (at.to_owned(), from.map(str::to_owned), id.to_owned(), part));
        assert_eq!(found, expected, "{file}");
    }

    /// Names that duplicity 0.8.22 gave.
    #[test]
    fn names_tell_the_run() {
        let (full, at) = ("duplicity-full.20261122T112811Z", "2026-11-22T11:28:11Z");
        check(&format!("{full}.manifest"), Some((at, None, full, Part::Manifest)));
        check(&format!("{full}.manifest.gpg"), Some((at, None, full, Part::Manifest)));
        check(&format!("{full}.manifest.part"), Some((at, None, full, Part::Unfinished)));
        check(&format!("{full}.vol12.difftar.gz"), Some((at, None, full, Part::Volume(12))));
        let inc = "duplicity-inc.20261122T112811Z.to.20261122T112840Z";
        check(
            &format!("{inc}.vol1.difftar.gpg"),
            Some(("2026-11-22T11:28:40Z", Some(at), inc, Part::Volume(1))),
        );
        let own = format!("dinkes-{full}");
        check(&format!("{own}.manifest"), Some((at, None, &own, Part::Manifest)));
        for other in [
            "duplicity-full-signatures.20261122T112811Z.sigtar.gz",
            "duplicity-new-signatures.20261122T112811Z.to.20261122T112840Z.sigtar.gz",
            "duplicity-full.2026-11-22.manifest",
            "duplicity-full.20261122T112811Z.volx.difftar",
            "lockfile",
        ] {
            check(other, None);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*", near in "duplicity-(full|inc)\\.[0-9TZ]{16}(\\.to\\.[0-9TZ]{16})?\\.(manifest|vol[0-9]{0,30}\\.difftar)?(\\.gpg)?") {
            let _ = (name(&text), name(&near));
        }
    }
}
