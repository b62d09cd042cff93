//! File names in the spool: `<number, 20 digits>.<what it is>`, so that names sort as numbers do.

/// What a file in the spool is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A sealed report that waits.
    Report,
    /// The memory of a report that was given up, until a later report carries the gap.
    Lost,
    /// A report that cannot be handed in, kept for a person to look at.
    Bad,
}

const KINDS: [(Kind, &str); 3] = [(Kind::Report, "report"), (Kind::Lost, "lost"), (Kind::Bad, "bad")];

/// The name of the file of report `sequence`.
pub(super) fn of(sequence: u64, kind: Kind) -> String {
    let extension = KINDS.iter().find(|(k, _)| *k == kind).map_or("", |(_, extension)| extension);
    format!("{sequence:020}.{extension}")
}

/// What a name says; `None` when it is not one of ours.
pub(super) fn read(name: &str) -> Option<(u64, Kind)> {
    let (number, extension) = name.split_once('.')?;
    let (kind, _) = KINDS.iter().find(|(_, e)| *e == extension)?;
    let sequence = number.parse().ok()?;
    (of(sequence, *kind) == name).then_some((sequence, *kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_names_are_not_ours() {
        for name in ["", "1.report", "+0000000000000000001.report", "00000000000000000001.report.tmp"] {
            assert_eq!(read(name), None, "{name}");
        }
        assert_eq!(read("99999999999999999999.report"), None, "no such number");
        assert_eq!(read("00000000000000000007.bad"), Some((7, Kind::Bad)));
    }

    proptest::proptest! {
        #[test]
        fn names_are_read_back_and_sort_as_numbers(a: u64, b: u64) {
            let [first, second] = [a, b].map(|n| of(n, Kind::Report));
            proptest::prop_assert_eq!(read(&first), Some((a, Kind::Report)));
            proptest::prop_assert_eq!(first.cmp(&second), a.cmp(&b));
        }

        #[test]
        fn what_is_read_is_what_would_be_written(name in "[0-9+]{18,22}\\.(report|lost|bad|tmp)") {
            if let Some((sequence, kind)) = read(&name) {
                proptest::prop_assert_eq!(of(sequence, kind), name);
            }
        }
    }
}
