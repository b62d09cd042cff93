//! Whether copies were examined, in words.

use jiff::Timestamp;

use super::super::copies::{Said, grade_noun};
use super::super::time::Voice;
use super::{limit, said};
use crate::estate::{Backup, Grade};
use crate::finding::Threshold;

/// The duty, as the sentence's subject.
pub(crate) fn duty(server: &str) -> String {
    format!("pemeriksaan keutuhan cadangan server `{server}`")
}

/// How old an examination may be, as a threshold.
pub(crate) fn limit_of(days: u32) -> Threshold {
    limit("Batas umur pemeriksaan keutuhan", format!("{days} hari"))
}

/// A set as a fact.
pub(crate) fn fact(voice: Voice, set: &Backup) -> String {
    let checked = set.checked.map_or("belum ada pemeriksaan yang tercatat".into(), |at| {
        format!("isinya terakhir diperiksa {}", voice.when(at))
    });
    format!("{checked}, {}", set.grade.words())
}

fn examine(set: &Backup) -> String {
    format!("periksa keutuhan cadangan `{}` di tempat penyimpanannya", set.set)
}

/// Nobody examined it.
pub(crate) fn never(set: &Backup) -> Said {
    said(
        "ada, tetapi keutuhannya belum dibuktikan: belum ada pemeriksaan yang tercatat".into(),
        &examine(set),
    )
}

/// It was examined long ago.
pub(crate) fn late(voice: Voice, set: &Backup, checked: Timestamp, limit_days: u32) -> Said {
    said(
        format!(
            "ada, tetapi keutuhannya belum dibuktikan: terakhir diperiksa {}, batasnya {limit_days} hari",
            voice.when(checked)
        ),
        &examine(set),
    )
}

/// The examination lies ahead of ours.
pub(crate) fn ahead(voice: Voice, checked: Timestamp) -> Said {
    said(
        format!("diperiksa pada {}, mendahului waktu pemeriksaan ini", voice.when(checked)),
        "periksa jam server ini dan jam tempat penyimpanannya",
    )
}

/// It was examined, and by too weak a witness.
pub(crate) fn weak(voice: Voice, set: &Backup, checked: Timestamp, least: Grade) -> Said {
    said(
        format!(
            "terakhir diperiksa {} {}, sedangkan yang diminta {}",
            voice.when(checked),
            set.grade.words(),
            grade_noun(least)
        ),
        &format!("pasang saksi di tempat penyimpanan cadangan `{}`", set.set),
    )
}

/// It was found sound.
pub(crate) fn sound(voice: Voice, set: &Backup, checked: Timestamp) -> Said {
    said(format!("terakhir diperiksa {} dan utuh, {}", voice.when(checked), set.grade.words()), "")
}
