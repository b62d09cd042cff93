//! Statements over many rows at once: the SQL text of a row stands once, as a constant, and is repeated with
//! its parameters numbered on. Groups come in three sizes only, so that a connection's cache of prepared
//! statements holds them all.

use std::fmt::Write as _;

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe};

use super::Error;

/// A query under way, taking its parameters.
pub(super) type Bound = Query<'static, Any, AnyArguments>;

/// The sizes of groups, largest first.
const SIZES: [usize; 3] = [64, 8, 1];

/// A statement whose rows repeat. `$1` is always the government.
pub(super) struct Grouped {
    /// What stands before the rows.
    head: &'static str,
    /// What each row begins with: `($1, ` in an insert, `(` in a list of keys.
    row: &'static str,
    /// How many parameters a row has, `$1` not counted.
    columns: usize,
    /// What stands after the rows.
    tail: &'static str,
}

impl Grouped {
    /// An insert of rows with so many columns behind the government: what stands before the rows and after them.
    pub(super) const fn insert(head: &'static str, columns: usize, tail: &'static str) -> Self {
        Self { head, row: "($1, ", columns, tail }
    }

    /// Keys of so many columns: what stands before their list and after it.
    pub(super) const fn keys(head: &'static str, columns: usize, tail: &'static str) -> Self {
        Self { head, row: "(", columns, tail }
    }

    /// The statement over `rows` rows.
    fn sql(&self, rows: usize) -> String {
        let mut sql = self.head.to_owned();
        for row in 0..rows {
            sql.push_str(if row == 0 { "" } else { ", " });
            sql.push_str(self.row);
            for column in 0..self.columns {
                let comma = if column == 0 { "" } else { ", " };
                let _ = write!(sql, "{comma}${}", 2 + row * self.columns + column);
            }
            sql.push(')');
        }
        sql.push_str(self.tail);
        sql
    }

    /// Runs the statement over all `rows`.
    pub(super) async fn execute<T>(
        &self,
        connection: &mut AnyConnection,
        government: &str,
        rows: &[T],
        bind: impl Fn(Bound, &T) -> Bound,
    ) -> Result<(), Error> {
        let mut rest = rows;
        for size in SIZES {
            while let Some((group, after)) = rest.split_at_checked(size) {
                let query = sqlx::query(AssertSqlSafe(self.sql(size))).bind(government);
                group.iter().fold(query, &bind).execute(&mut *connection).await?;
                rest = after;
            }
        }
        Ok(())
    }

    /// The rows found under all `keys`. The last group is filled up with its last key: a statement that joins its
    /// keys then gives the same rows more than once.
    pub(super) async fn fetch<T>(
        &self,
        connection: &mut AnyConnection,
        government: &str,
        keys: &[T],
        bind: impl Fn(Bound, &T) -> Bound,
    ) -> Result<Vec<AnyRow>, Error> {
        let mut found = Vec::new();
        for group in keys.chunks(64) {
            let Some(last) = group.last() else { continue };
            let size = SIZES.into_iter().rev().find(|size| *size >= group.len()).unwrap_or(64);
            let query = sqlx::query(AssertSqlSafe(self.sql(size))).bind(government);
            let filled = group.iter().chain(std::iter::repeat(last)).take(size);
            let query = filled.fold(query, &bind);
            found.extend(query.fetch_all(&mut *connection).await?);
        }
        Ok(found)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use sqlx::Row as _;

    use super::*;
    use crate::store::Store;

    /// Checks that SQLite finds the rows of eight keys by all columns of `index`, and so reads no others.
    pub(in crate::store) async fn check_plan(keys: &Grouped, index: &str) {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("patuh.db").display());
        let store = Store::open(&url, &"contoh".parse().unwrap()).await.unwrap();
        let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", keys.sql(8)));
        let query = (0..=keys.columns * 8).fold(sqlx::query(explain), |query, _| query.bind("x"));
        let rows = query.fetch_all(&store.pool).await.unwrap();
        let steps: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        assert!(steps.iter().any(|step| step.ends_with(index)), "{index}: {steps:#?}");
    }

    #[test]
    fn parameters_are_numbered_on() {
        let insert = Grouped::insert("INSERT INTO t VALUES ", 2, "");
        assert_eq!(insert.sql(2), "INSERT INTO t VALUES ($1, $2, $3), ($1, $4, $5)");
        let keys = Grouped::keys("WHERE a = $1 AND b IN (VALUES ", 1, ")");
        assert_eq!(keys.sql(3), "WHERE a = $1 AND b IN (VALUES ($2), ($3), ($4))");
    }
}
