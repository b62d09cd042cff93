//! What speaks against the content of copies, in words.

use super::super::copies::Said;
use super::super::time::Voice;
use super::said;
use crate::estate::Backup;

/// The duty, as the sentence's subject.
pub(crate) fn duty(server: &str) -> String {
    format!("kewajaran isi cadangan server `{server}`")
}

/// A set as a fact.
pub(crate) fn fact(voice: Voice, set: &Backup) -> String {
    let newest = set.newest.map_or("belum pernah selesai".into(), |at| format!("terbaru {}", voice.when(at)));
    if set.problems.is_empty() {
        format!("{newest}, tanpa masalah yang terlihat")
    } else {
        format!("{newest}; masalah: {}", set.problems.join(", "))
    }
}

/// There is no set to look at.
pub(crate) fn none(server: &str) -> Said {
    said(
        format!("tidak ada cadangan server `{server}` yang dapat dilihat isinya"),
        "cadangkan data server ini, lalu daftarkan cadangannya pada agen",
    )
}

/// Something speaks against it.
pub(crate) fn troubled(set: &Backup) -> Said {
    said(
        format!("bermasalah: {}", set.problems.join(", ")),
        &format!("periksa cadangan `{}`, perbaiki sebabnya, lalu jalankan ulang", set.set),
    )
}

/// Nothing speaks against it.
pub(crate) fn sane(voice: Voice, set: &Backup) -> Said {
    let newest = set.newest.map(|at| voice.when(at)).unwrap_or_default();
    said(format!("terakhir selesai {newest} tanpa masalah yang terlihat, {}", set.grade.words()), "")
}
