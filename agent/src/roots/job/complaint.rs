//! What a job says on its standard error.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use crate::roots::lossy::{SENTENCE, lossy};

/// How much is looked at of one line, in bytes.
const MAX_LINE: u64 = 4096;

/// What a job said on its standard error, as far as it is heeded.
#[derive(Debug, Default)]
pub(super) struct Complaint {
    pub(super) count: u64,
    pub(super) first: Option<String>,
    last: Option<String>,
}

impl Complaint {
    /// Reads all of it: a tool whose complaints nobody reads stops.
    pub(super) fn of(pipe: Option<impl Read>, heeds: fn(&str) -> bool) -> Self {
        let mut complaint = Self::default();
        let Some(pipe) = pipe else { return complaint };
        let (mut pipe, mut line) = (BufReader::new(pipe), Vec::new());
        loop {
            line.clear();
            if (&mut pipe).take(MAX_LINE).read_until(b'\n', &mut line).unwrap_or(0) == 0 {
                return complaint;
            }
            if line.last() != Some(&b'\n') && pipe.skip_until(b'\n').is_err() {
                return complaint;
            }
            let text = lossy(&line, SENTENCE);
            if !text.is_empty() && heeds(&text) {
                complaint.count += 1;
                complaint.first.get_or_insert_with(|| text.clone());
                complaint.last = Some(text);
            }
        }
    }

    /// How it ended, and the last line, which is where tools say why.
    pub(super) fn verdict(&self, status: ExitStatus) -> String {
        let how = match (status.code(), status.signal()) {
            (Some(code), _) => format!("kode keluar {code}"),
            (None, Some(signal)) => format!("dihentikan sinyal {signal}"),
            (None, None) => "berakhir tanpa diketahui sebabnya".to_owned(),
        };
        self.last.as_ref().map_or_else(|| how.clone(), |said| format!("{how}: {said}"))
    }
}
