//! Reading and writing single values. The `Any` driver knows 64-bit integers, texts and bytes; all else is
//! made of these. Unsigned numbers are kept bit for bit in signed columns, so none is too large.

use std::str::FromStr;

use jiff::Timestamp;
use patuh_protocol::digest::Digest;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::Error;

/// Reads values out of a row, by the name of their column.
pub(super) trait Cells {
    /// A text.
    fn text(&self, column: &'static str) -> Result<String, Error>;
    /// A text that may be absent.
    fn maybe_text(&self, column: &'static str) -> Result<Option<String>, Error>;
    /// A number that may be absent.
    fn maybe_number(&self, column: &'static str) -> Result<Option<u64>, Error>;
    /// Bytes that may be absent.
    fn maybe_bytes(&self, column: &'static str) -> Result<Option<Vec<u8>>, Error>;

    /// A number.
    fn number(&self, column: &'static str) -> Result<u64, Error> {
        self.maybe_number(column)?.ok_or_else(|| corrupt(column, "is null"))
    }

    /// Bytes.
    fn bytes(&self, column: &'static str) -> Result<Vec<u8>, Error> {
        self.maybe_bytes(column)?.ok_or_else(|| corrupt(column, "is null"))
    }

    /// A digest that may be absent.
    fn maybe_digest(&self, column: &'static str) -> Result<Option<Digest>, Error> {
        let digest =
            |bytes: Vec<u8>| Digest::from_bytes(&bytes).ok_or_else(|| corrupt(column, "is no digest"));
        self.maybe_bytes(column)?.map(digest).transpose()
    }

    /// A digest.
    fn digest(&self, column: &'static str) -> Result<Digest, Error> {
        self.maybe_digest(column)?.ok_or_else(|| corrupt(column, "is null"))
    }

    /// A time that may be absent.
    fn maybe_time(&self, column: &'static str) -> Result<Option<Timestamp>, Error> {
        let time = |us: u64| Timestamp::from_microsecond(us.cast_signed());
        self.maybe_number(column)?.map(time).transpose().map_err(|error| corrupt(column, error))
    }

    /// A time.
    fn time(&self, column: &'static str) -> Result<Timestamp, Error> {
        self.maybe_time(column)?.ok_or_else(|| corrupt(column, "is null"))
    }

    /// A text that stands for something.
    fn parsed<T: FromStr<Err: std::fmt::Display>>(&self, column: &'static str) -> Result<T, Error> {
        self.text(column)?.parse().map_err(|error| corrupt(column, error))
    }

    /// A text that stands for something and may be absent.
    fn maybe_parsed<T: FromStr<Err: std::fmt::Display>>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>, Error> {
        let parsed = self.maybe_text(column)?.map(|text| text.parse());
        parsed.transpose().map_err(|error| corrupt(column, error))
    }

    /// A text that is JSON.
    fn json<T: serde::de::DeserializeOwned>(&self, column: &'static str) -> Result<T, Error> {
        serde_json::from_str(&self.text(column)?).map_err(|error| corrupt(column, error))
    }
}

impl Cells for AnyRow {
    fn text(&self, column: &'static str) -> Result<String, Error> {
        Ok(self.try_get(column)?)
    }

    fn maybe_text(&self, column: &'static str) -> Result<Option<String>, Error> {
        Ok(self.try_get(column)?)
    }

    fn maybe_number(&self, column: &'static str) -> Result<Option<u64>, Error> {
        Ok(self.try_get::<Option<i64>, _>(column)?.map(i64::cast_unsigned))
    }

    fn maybe_bytes(&self, column: &'static str) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.try_get(column)?)
    }
}

/// A value that this program did not write.
pub(super) fn corrupt(column: &'static str, what: impl std::fmt::Display) -> Error {
    Error::Corrupt { table: column, what: what.to_string() }
}

/// A time as it is stored: microseconds since 1970-01-01T00:00:00Z.
pub(super) fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

/// A text as both engines can keep it: `PostgreSQL` has no NUL in texts, and what a host says may have one.
pub(super) fn plain(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
