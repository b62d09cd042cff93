//! How large the copies of a set are, one column a run: a collapse is seen before it is read.

use super::super::super::format::{Format, bytes};
use crate::tasks::evaluate::copies::SetView;

/// The height of the largest column, the width of a column and the space after it, in user units.
const TALL: u64 = 56;
const WIDE: usize = 12;
const SPACE: usize = 4;

/// The picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// The columns, oldest first.
    pub(crate) columns: Vec<Column>,
    /// Its width.
    pub(crate) width: usize,
    /// What it shows, for who does not see it.
    pub(crate) label: String,
}

/// One run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) x: usize,
    pub(crate) y: u64,
    pub(crate) height: u64,
    /// Whether it is less than half of what is usual.
    pub(crate) small: bool,
    pub(crate) title: String,
}

/// The sizes of the runs of `view`; `None` with fewer than two.
pub(crate) fn sizes(view: &SetView, format: &Format) -> Option<Sizes> {
    let mut runs: Vec<_> = view.set.runs.iter().filter_map(|run| Some((run.at, run.bytes?))).collect();
    runs.sort();
    let largest = runs.iter().map(|(_, n)| *n).max().filter(|n| *n > 0 && runs.len() > 1)?;
    let middle = median(runs.iter().map(|(_, n)| *n).collect());
    let column = |(place, (at, n)): (usize, &(jiff::Timestamp, u64))| {
        let height =
            u64::try_from(u128::from(*n) * u128::from(TALL) / u128::from(largest)).unwrap_or(TALL).max(1);
        Column {
            x: place * (WIDE + SPACE),
            y: TALL - height,
            height,
            small: *n < middle / 2,
            title: format!("{}: {}", format.moment(*at), bytes(*n)),
        }
    };
    let newest = runs.last().map_or(0, |(_, n)| *n);
    Some(Sizes {
        columns: runs.iter().enumerate().map(column).collect(),
        width: runs.len() * (WIDE + SPACE) - SPACE,
        label: format!(
            "Ukuran {} salinan: biasanya {}, terbaru {}",
            runs.len(),
            bytes(middle),
            bytes(newest)
        ),
    })
}

fn median(mut sizes: Vec<u64>) -> u64 {
    sizes.sort_unstable();
    sizes.get(sizes.len() / 2).copied().unwrap_or(0)
}
