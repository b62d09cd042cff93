//! A report's body: JSON in one zstd frame.
//!
//! Opening counts: a frame that would grow past [`limits::MAX_OPENED`], or asks for a larger window than
//! [`limits::MAX_WINDOW_LOG`], is refused before the memory is spent.

use std::io::Read;

use crate::base::Base;
use crate::limits;
use crate::report::Report;

/// Why a body was refused.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Not zstd, or damaged.
    #[error("body is not a sound zstd frame: {0}")]
    NotZstd(#[source] std::io::Error),
    /// A bomb, or an honest giant.
    #[error("body grows past {} bytes when opened", limits::MAX_OPENED)]
    TooLarge,
    /// Not a report.
    #[error("body is not a report: {0}")]
    NotAReport(#[source] serde_json::Error),
}

/// Packs a report for [`crate::seal`].
///
/// # Errors
/// When the report cannot be written as JSON, or zstd fails.
pub fn pack(report: &Report) -> std::io::Result<Vec<u8>> {
    zstd::bulk::compress(&serde_json::to_vec(report)?, 9)
}

/// The JSON in a body, at most [`limits::MAX_OPENED`] bytes of it.
///
/// # Errors
/// [`Refused::NotZstd`] or [`Refused::TooLarge`].
pub fn open_bytes(body: &[u8]) -> Result<Vec<u8>, Refused> {
    let mut decoder = zstd::stream::Decoder::with_buffer(body).map_err(Refused::NotZstd)?;
    decoder.window_log_max(limits::MAX_WINDOW_LOG).map_err(Refused::NotZstd)?;
    let mut opened = Vec::new();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        let n = decoder.read(&mut chunk).map_err(Refused::NotZstd)?;
        if n == 0 {
            return Ok(opened);
        }
        if opened.len() + n > limits::MAX_OPENED {
            return Err(Refused::TooLarge);
        }
        opened.extend_from_slice(chunk.get(..n).unwrap_or_default());
    }
}

/// Opens a body.
///
/// # Errors
/// [`Refused`], with the reason.
pub fn open(body: &[u8]) -> Result<Report, Refused> {
    serde_json::from_slice(&open_bytes(body)?).map_err(Refused::NotAReport)
}

/// Opens a body, with the digests of the readings in it.
///
/// # Errors
/// [`Refused`], with the reason.
pub fn open_with_base(body: &[u8]) -> Result<(Report, Base), Refused> {
    let json = open_bytes(body)?;
    let report = serde_json::from_slice(&json).map_err(Refused::NotAReport)?;
    Ok((report, Base::carried_by(&json).map_err(Refused::NotAReport)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bomb_is_refused() {
        let bomb = zstd::bulk::compress(&vec![b' '; limits::MAX_OPENED + 1], 9).unwrap();
        assert!(bomb.len() < 2000);
        assert!(matches!(open_bytes(&bomb), Err(Refused::TooLarge)));
    }

    #[test]
    fn a_window_larger_than_allowed_is_refused() {
        let mut encoder = zstd::stream::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(limits::MAX_WINDOW_LOG + 3).unwrap();
        std::io::Write::write_all(&mut encoder, &vec![1; 1 << 20]).unwrap();
        assert!(matches!(open_bytes(&encoder.finish().unwrap()), Err(Refused::NotZstd(_))));
    }

    #[test]
    fn rubbish_is_refused_with_a_reason() {
        assert!(matches!(open(b"hello"), Err(Refused::NotZstd(_))));
        let json = zstd::bulk::compress(b"[1,2]", 1).unwrap();
        assert!(matches!(open(&json), Err(Refused::NotAReport(_))));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let _ = open(&bytes);
            let _ = open(&zstd::bulk::compress(&bytes, 1).unwrap());
        }
    }
}
