//! Drills in words: whether a backup was brought back.

use super::copies::Said;
use super::time::{Voice, duration, number};
use crate::estate::{Backup, Drill};
use crate::finding::Threshold;
use jiff::SignedDuration;

/// There is a copy, and no proof that it comes back.
const NOT_PROVEN: &str = "ada, tetapi pemulihannya belum dibuktikan:";

fn said(reason: String, remedy: &str) -> Said {
    Said { reason, remedy: remedy.into() }
}

/// The duty, as the sentence's subject.
pub(crate) fn duty(server: &str) -> String {
    format!("penyediaan cadangan dan pemulihan server `{server}`")
}

/// What is asked of a drill, as thresholds.
pub(crate) fn limits(max_age_days: u32, max_minutes: u32) -> Vec<Threshold> {
    let limit = |name: &str, value: String| Threshold {
        name: name.into(),
        value,
        set_by: super::POLICY_OF_DINAS.into(),
    };
    vec![
        limit("Batas umur uji pemulihan", format!("{max_age_days} hari")),
        limit("Batas lama pemulihan", format!("{max_minutes} menit")),
    ]
}

/// The newest drill of a set, as a fact.
pub(crate) fn fact(voice: Voice, set: &Backup, drill: Option<&Drill>) -> String {
    let copy = set.newest.map_or("belum pernah selesai".into(), |at| format!("terbaru {}", voice.when(at)));
    let Some(drill) = drill else { return format!("{copy}; belum pernah diuji pemulihannya") };
    let result = if drill.passed { "berhasil" } else { "gagal" };
    format!(
        "{copy}; terakhir diuji pulih {} ({result}, {}): {}, oleh {}",
        voice.when(drill.at),
        drill.method,
        brought(drill),
        drill.by
    )
}

/// `1.234 butir (5.678 byte) dalam 42 detik, 20 dari 20 yang dibandingkan sama`.
fn brought(drill: &Drill) -> String {
    let (compared, same) = drill.compared;
    let compared = if compared == 0 {
        "tanpa pembandingan isi".into()
    } else {
        format!("{} dari {} yang dibandingkan sama", number(same), number(compared))
    };
    let (items, bytes) = (number(drill.items), number(drill.bytes));
    format!("{items} butir ({bytes} byte) kembali dalam {}, {compared}", took(drill))
}

fn took(drill: &Drill) -> String {
    match drill.took_ms / 1000 {
        0 => "kurang dari 1 detik".into(),
        seconds if seconds < 120 => format!("{seconds} detik"),
        seconds => duration(SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX))),
    }
}

/// Nothing is known of drills.
pub(crate) fn unknown(why: &str) -> Said {
    let why = if why.is_empty() { String::new() } else { format!(": {why}") };
    said(
        format!("ada, tetapi uji pemulihannya belum diketahui{why}"),
        "pastikan agen di server ini melaporkan uji pemulihan",
    )
}

/// It was never tried.
pub(crate) fn never(set: &Backup) -> Said {
    said(format!("{NOT_PROVEN} belum pernah diuji"), &format!("lakukan uji pemulihan cadangan `{}`", set.set))
}

/// The newest drill failed.
pub(crate) fn failed(voice: Voice, set: &Backup, drill: &Drill) -> Said {
    let (compared, same) = drill.compared;
    let why = match drill.note.as_deref().map(str::trim).filter(|note| !note.is_empty()) {
        Some(note) => note.to_owned(),
        None if drill.items == 0 => "tidak satu butir pun kembali".into(),
        None if same < compared => {
            format!(
                "{} dari {} yang dibandingkan berbeda",
                number(compared.saturating_sub(same)),
                number(compared)
            )
        }
        None => "tanpa keterangan".into(),
    };
    said(
        format!("{NOT_PROVEN} uji pemulihan {} gagal, {why}", voice.when(drill.at)),
        &format!("cari sebab kegagalan pemulihan cadangan `{}`, lalu uji kembali", set.set),
    )
}

/// The newest drill was long ago.
pub(crate) fn late(voice: Voice, set: &Backup, drill: &Drill, limit_days: u32) -> Said {
    said(
        format!("{NOT_PROVEN} terakhir diuji {}, batasnya {limit_days} hari", voice.when(drill.at)),
        &format!("ulangi uji pemulihan cadangan `{}`", set.set),
    )
}

/// The newest drill lies ahead of ours.
pub(crate) fn ahead(voice: Voice, drill: &Drill) -> Said {
    said(
        format!(
            "{NOT_PROVEN} uji pemulihannya bertanggal {}, mendahului waktu pemeriksaan",
            voice.when(drill.at)
        ),
        "periksa jam server ini",
    )
}

/// The newest drill took too long.
pub(crate) fn slow(voice: Voice, set: &Backup, drill: &Drill, limit_minutes: u32) -> Said {
    said(
        format!(
            "ada dan dapat dipulihkan, tetapi terlalu lama: diuji {} dalam {}, batasnya {limit_minutes} menit",
            voice.when(drill.at),
            took(drill)
        ),
        &format!("percepat pemulihan cadangan `{}`, atau tinjau batasnya", set.set),
    )
}

/// It came back.
pub(crate) fn proven(voice: Voice, drill: &Drill) -> Said {
    said(format!("diuji pulih {}: {}", voice.when(drill.at), brought(drill)), "")
}
