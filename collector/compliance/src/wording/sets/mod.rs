//! What a set of backups is like, in words. Reasons are predicates: the set stands before them.

pub(crate) mod content;
pub(crate) mod deletion;
pub(crate) mod encryption;
pub(crate) mod escrow;
pub(crate) mod integrity;
pub(crate) mod retention;

use jiff::Timestamp;

use super::copies::{RESUME, Said};
use super::number;
use super::time::Voice;
use crate::estate::Backup;
use crate::finding::{Fact, Threshold};

fn said(reason: String, remedy: &str) -> Said {
    Said { reason, remedy: remedy.into() }
}

fn limit(name: &str, value: String) -> Threshold {
    Threshold { name: name.into(), value, set_by: super::POLICY_OF_DINAS.into() }
}

/// A set that holds this kind of data, as a clause's subject.
pub(crate) fn of_kind(kind: &str, set: &str) -> String {
    format!("cadangan {kind} `{set}`")
}

/// A set, as a clause's subject.
pub(crate) fn of(set: &str) -> String {
    format!("cadangan `{set}`")
}

/// A set as a fact.
pub(crate) fn fact(set: &Backup, value: String) -> Fact {
    Fact { name: format!("Cadangan `{}` ({})", set.set, set.tool), value }
}

/// There is more to say of the same sort.
pub(crate) fn and_more(count: usize) -> String {
    format!("dan {} lainnya", number(u64::try_from(count).unwrap_or(u64::MAX)))
}

fn problems(set: &Backup) -> String {
    if set.problems.is_empty() { String::new() } else { format!(": {}", set.problems.join(", ")) }
}

/// A witness saw that it is damaged or gone.
pub(crate) fn spoilt(set: &Backup, how: &str) -> Said {
    said(
        format!("tidak dapat diandalkan: {how}"),
        &format!("cari sebabnya di tempat penyimpanan, lalu buat cadangan `{}` yang baru dan utuh", set.set),
    )
}

/// Its witness has been silent since.
pub(crate) fn unwatched(voice: Voice, since: Timestamp) -> Said {
    said(format!("SAKSI DIAM: saksi di tempat penyimpanannya terakhir melihat {}", voice.when(since)), RESUME)
}

/// No run is whole.
pub(crate) fn no_run(set: &Backup) -> Said {
    said(
        format!("belum pernah selesai dengan utuh{}", problems(set)),
        &format!("periksa mengapa pencadangan `{}` tidak selesai, lalu jalankan ulang", set.set),
    )
}

/// The agent could not look into it.
pub(crate) fn unread(set: &Backup) -> Said {
    said(
        format!("tidak dapat diperiksa oleh agen{}", problems(set)),
        &format!("periksa sandi dan letak cadangan `{}` dalam konfigurasi agen", set.set),
    )
}

/// What it holds was never said.
pub(crate) fn unstated(set: &Backup) -> Said {
    said(
        "mungkin memuatnya, tetapi isinya belum dinyatakan".into(),
        &format!("nyatakan isi cadangan `{}` (berkas, basis data, atau keduanya) pada agen", set.set),
    )
}
