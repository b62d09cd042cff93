//! What a file daemon of Bareos or Bacula remembers of the jobs it took part in: the last ten, in a file of the
//! memory's own layout (`core/src/lib/bsys.cc`, `recent_job_results_list.h` of Bareos; `src/lib/bsys.c`,
//! `src/jcr.h` of Bacula). It is written at the end of each job, and read when the daemon starts.
//!
//! A head of 192 bytes: 14 of a name, the version; then how many jobs follow, and for each 200 bytes. Numbers lie as
//! the processor has them, which is little-endian on everything that Patuh runs on.

use jiff::Timestamp;

/// How the files begin.
const NAMES: [&[u8]; 2] = [b"Bareos State\n\0", b"Bacula State\n\0"];
const HEAD: usize = 192;
const RECORD: usize = 200;
/// The most jobs: the daemons themselves read no more than this.
const MAX_JOBS: u32 = 40;

/// A job that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Job {
    /// `harian-dinkes.2026-11-21_19.05.00_04`.
    pub(super) id: String,
    /// The letter of its kind: `B` is a backup.
    pub(super) kind: u8,
    /// The letter of how it ended: `T` is well.
    pub(super) status: u8,
    /// The letter of its level: `F` is a full one.
    pub(super) level: u8,
    /// Errors that did not end it.
    pub(super) errors: u32,
    pub(super) files: u64,
    pub(super) bytes: u64,
    pub(super) ended: Timestamp,
}

/// The jobs in a state file; `None` when it is none.
pub(super) fn jobs(bytes: &[u8]) -> Option<Vec<Job>> {
    let is_state = NAMES.iter().any(|name| bytes.starts_with(name));
    if !is_state {
        return None;
    }
    // Without any job there is nothing behind the head.
    let count = number(bytes, HEAD).map_or(0, u32::from_le_bytes).min(MAX_JOBS);
    let records = bytes.get(HEAD + 4..).unwrap_or_default().chunks_exact(RECORD);
    Some(records.take(count as usize).filter_map(job).collect())
}

fn job(record: &[u8]) -> Option<Job> {
    let letter =
        |at: usize| number::<4>(record, at).and_then(|bytes| u8::try_from(i32::from_le_bytes(bytes)).ok());
    let wide = |at: usize| number::<8>(record, at).map(u64::from_le_bytes);
    let called = record.get(72..)?.split(|byte| *byte == 0).next()?;
    let id = String::from_utf8_lossy(called).into_owned();
    let ended = Timestamp::from_second(i64::try_from(wide(64)?).ok()?).ok()?;
    Some(Job {
        errors: number::<4>(record, 16)
            .map(i32::from_le_bytes)
            .and_then(|errors| u32::try_from(errors).ok())?,
        kind: letter(20)?,
        status: letter(24)?,
        level: letter(28)?,
        files: number::<4>(record, 44).map(u32::from_le_bytes)?.into(),
        bytes: wide(48)?,
        ended,
        id,
    })
    .filter(|job| !job.id.is_empty())
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk::<N>().copied()
}

#[cfg(test)]
pub(in crate::sensors::backup::bareos) mod tests {
    use super::*;

    /// A job as the daemons lay it out: kind, status, level, files, name.
    pub(in crate::sensors::backup::bareos) type Laid<'a> = (u8, u8, u8, u32, &'a str);

    /// A state file with these jobs, ten minutes after each other, with five bytes a file.
    pub(in crate::sensors::backup::bareos) fn file(jobs: &[Laid<'_>]) -> Vec<u8> {
        let mut bytes = b"Bareos State\n\0\0\0\x04".to_vec();
        bytes.resize(HEAD, 0);
        bytes.extend(u32::try_from(jobs.len()).unwrap().to_le_bytes());
        for (n, (kind, status, level, files, name)) in (0_u64..).zip(jobs) {
            let mut record = vec![0; 20];
            let letters = [*kind, *status, *level].map(|letter| u32::from(letter).to_le_bytes());
            record.extend(letters.concat());
            record.extend([0; 12]);
            record.extend(files.to_le_bytes());
            record.extend((u64::from(*files) * 5).to_le_bytes());
            let ended = 1_795_287_600 + n * 600;
            record.extend([(ended - 60).to_le_bytes(), ended.to_le_bytes()].concat());
            record.extend(name.as_bytes());
            record.resize(RECORD, 0);
            bytes.extend(record);
        }
        bytes
    }

    fn check(bytes: &[u8], expected: Option<&[&str]>) {
        let shown = |job: &Job| {
            let letters: String = [job.kind, job.status, job.level].map(char::from).iter().collect();
            format!("{} {letters} {} {} {} {}", job.id, job.files, job.bytes, job.errors, job.ended)
        };
        let found = jobs(bytes).map(|jobs| jobs.iter().map(shown).collect::<Vec<_>>());
        assert_eq!(found, expected.map(|jobs| jobs.iter().map(|job| (*job).to_owned()).collect()));
    }

    #[test]
    fn jobs_are_read() {
        let laid =
            file(&[(b'B', b'T', b'F', 21, "harian.2026-11-21_19.05.00_04"), (b'R', b'f', b' ', 0, "pulih")]);
        let first = "harian.2026-11-21_19.05.00_04 BTF 21 105 0 2026-11-21T19:00:00Z";
        check(&laid, Some(&[first, "pulih Rf  0 0 0 2026-11-21T19:10:00Z"]));
        check(&laid[..HEAD + 4 + RECORD], Some(&[first]));
        check(&laid[..HEAD], Some(&[]));
        check(b"Bareos State", None);
    }

    /// The head and the first record of a file that is among the tests of Bareos (`core/src/tests/statefile`): a real
    /// daemon wrote it.
    #[test]
    fn a_real_daemons_file_is_read() {
        let mut bytes = b"Bareos State\n\0\0\0\x04\0\0\0\0\0\0\0\xc0\0\0\0\0\0\0\0\x54\x02".to_vec();
        bytes.resize(HEAD, 0);
        bytes.extend(
            b"\x02\0\0\0\x80\x58\x05\x88\x92\x7f\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x42\0\0\0\x54\0\0\0\x46\0\0\0",
        );
        bytes.extend(
            b"\x01\0\0\0\x01\0\0\0\x35\x88\x4c\x5d\x15\0\0\0\x9f\x1c\x02\0\0\0\0\0\x37\x88\x4c\x5d\0\0\0\0",
        );
        bytes.extend(b"\x38\x88\x4c\x5d\0\0\0\0backup-bareos-fd.2019-08-08_22.38.13_04");
        bytes.resize(HEAD + 4 + RECORD, 0);
        check(
            &bytes,
            Some(&["backup-bareos-fd.2019-08-08_22.38.13_04 BTF 21 138399 0 2019-08-08T20:38:16Z"]),
        );
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, count: u32) {
            let mut head = NAMES[0].to_vec();
            head.resize(HEAD, 0);
            let _ = (jobs(&bytes), jobs(&[head, count.to_le_bytes().to_vec(), bytes].concat()));
        }
    }
}
