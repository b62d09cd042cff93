//! How far back recovery points reach, in words.

use jiff::Timestamp;

use super::super::copies::Said;
use super::super::number;
use super::super::time::Voice;
use super::{limit, said};
use crate::estate::Backup;
use crate::finding::Threshold;

/// The duty, as the sentence's subject.
pub(crate) fn duty(server: &str) -> String {
    format!("masa simpan cadangan server `{server}`")
}

/// What is asked for, as thresholds.
pub(crate) fn limits(keep_days: u32, least_points: u32) -> Vec<Threshold> {
    vec![
        limit("Masa simpan paling sedikit", format!("{keep_days} hari")),
        limit("Titik pulih paling sedikit", number(u64::from(least_points))),
    ]
}

fn points(set: &Backup) -> String {
    format!("{} titik pulih", number(set.points))
}

/// A set as a fact.
pub(crate) fn fact(voice: Voice, set: &Backup) -> String {
    let oldest = set.oldest.map_or("belum diketahui".into(), |at| voice.when(at));
    let kept = set.keep_days.map_or("tidak diketahui".into(), |days| format!("{days} hari"));
    format!("{}, tertua {oldest}, masa simpan menurut pengaturannya {kept}", points(set))
}

/// How far back it reaches is not known.
pub(crate) fn unknown(set: &Backup) -> Said {
    said(
        "belum diketahui titik pulih tertuanya".into(),
        &format!("pastikan agen dapat membaca riwayat cadangan `{}`", set.set),
    )
}

/// Its oldest point lies ahead of ours.
pub(crate) fn ahead(voice: Voice, set: &Backup, oldest: Timestamp) -> Said {
    said(
        format!("titik pulih tertuanya bertanggal {}, mendahului waktu pemeriksaan", voice.when(oldest)),
        &format!("periksa jam server ini dan riwayat cadangan `{}`", set.set),
    )
}

/// It is set to keep less.
pub(crate) fn set_too_short(set: &Backup, kept: u32, wanted: u32) -> Said {
    said(
        format!("diatur menyimpan {kept} hari saja, sedangkan yang diminta {wanted} hari"),
        &format!("perpanjang masa simpan cadangan `{}` menjadi {wanted} hari", set.set),
    )
}

/// It does not reach far enough back yet, or not any more.
pub(crate) fn too_young(voice: Voice, oldest: Timestamp, wanted: u32) -> Said {
    said(
        format!(
            "baru mencapai titik pulih tertua {}, sedangkan yang diminta {wanted} hari; cadangannya masih baru atau \
             titik lamanya sudah dihapus",
            voice.when(oldest)
        ),
        "pastikan titik pulih lama tidak dihapus sebelum masa simpannya habis",
    )
}

/// There are too few points.
pub(crate) fn too_few(voice: Voice, set: &Backup, oldest: Timestamp, wanted: u32) -> Said {
    said(
        format!(
            "hanya menyimpan {} sejak {}, sedangkan yang diminta paling sedikit {}",
            points(set),
            voice.when(oldest),
            number(u64::from(wanted))
        ),
        &format!("periksa jadwal dan masa simpan cadangan `{}`", set.set),
    )
}

/// It reaches far enough back.
pub(crate) fn held(voice: Voice, set: &Backup, oldest: Timestamp) -> Said {
    said(format!("menyimpan {}, yang tertua {}", points(set), voice.when(oldest)), "")
}
