//! Changes in the order of the ledger, for programs that follow them: each page begins where the last one
//! ended, so that nothing is told twice or left out however many changes one report shows.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use super::cell::{Cells as _, micros};
use super::servers::change;
use super::{ChangeRow, Error, Store};

const CHANGES_AFTER: &str = "SELECT c.*, s.hostname FROM changes c JOIN servers s \
    ON s.government = c.government AND s.agent = c.agent \
    WHERE c.government = $1 AND (c.idx, c.n) > ($2, $3) AND c.at >= $4 ORDER BY c.idx, c.n LIMIT $5";

/// A place between changes: after the report at `index`, or after its `n`th change. Written `42` or `42.7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangesAfter {
    index: i64,
    n: i64,
    at: Option<Timestamp>,
}

/// Some changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangePage {
    /// The changes, in the order of the ledger.
    pub changes: Vec<ChangeRow>,
    /// The place after them; `None` while there is none.
    pub next: Option<ChangesAfter>,
    /// Whether there were as many as asked for, so that more may follow.
    pub more: bool,
}

/// The text is no place between changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither a place such as `42.7` nor a time such as `2026-11-22T00:00:00Z`")]
pub struct NoPlace;

/// Before all changes.
impl Default for ChangesAfter {
    fn default() -> Self {
        Self { index: -1, n: 0, at: None }
    }
}

/// A time stands for the changes that hosts saw from then on.
impl FromStr for ChangesAfter {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let number = |text: &str| text.parse().ok().filter(|n: &i64| *n >= 0 && !text.starts_with('+'));
        let (index, n) = text.split_once('.').unwrap_or((text, ""));
        let n = if n.is_empty() { Some(i64::MAX) } else { number(n) };
        match (number(index), n, text.parse()) {
            (Some(index), Some(n), _) if !text.ends_with('.') => Ok(Self { index, n, at: None }),
            (_, _, Ok(at)) => Ok(Self { at: Some(at), ..Self::default() }),
            _ => Err(NoPlace),
        }
    }
}

impl fmt::Display for ChangesAfter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.n == i64::MAX { write!(f, "{}", self.index) } else { write!(f, "{}.{}", self.index, self.n) }
    }
}

impl Store {
    /// At most `limit` changes after a place, in the order of the ledger.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn changes_after(&self, after: ChangesAfter, limit: u32) -> Result<ChangePage, Error> {
        let since = after.at.map_or(i64::MIN, micros);
        let query = self.query(CHANGES_AFTER).bind(after.index).bind(after.n).bind(since);
        let rows = query.bind(i64::from(limit)).fetch_all(&self.pool).await?;
        let more = u32::try_from(rows.len()).unwrap_or(u32::MAX) >= limit;
        let next = match rows.last() {
            None => Some(after).filter(|after| after.index >= 0),
            Some(row) => {
                let place = |column| row.number(column).map(u64::cast_signed);
                Some(ChangesAfter { index: place("idx")?, n: place("n")?, at: after.at })
            }
        };
        Ok(ChangePage { changes: rows.iter().map(change).collect::<Result<_, _>>()?, next, more })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let place = text.parse::<ChangesAfter>().ok();
        assert_eq!(place.map(|place| place.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn places_are_read_as_they_are_written() {
        check("42", Some("42"));
        check("42.7", Some("42.7"));
        check("0.0", Some("0.0"));
        check("2026-11-22T00:00:00Z", Some("-1.0"));
        check("", None);
        check("-1", None);
        check("42.", None);
        check("+4", None);
        check("4.x", None);
        check("kemarin", None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = text.parse::<ChangesAfter>();
        }
    }
}
