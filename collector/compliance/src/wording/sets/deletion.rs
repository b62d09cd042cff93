//! Whether copies can be deleted from the server, in words.

use jiff::Timestamp;

use super::super::copies::Said;
use super::super::location;
use super::super::time::Voice;
use super::{limit, said};
use crate::estate::{Backup, Estate};
use crate::finding::Threshold;

/// What to do about copies that can be deleted.
const PROTECT: &str =
    "simpan cadangan pada penyimpanan yang menolak penghapusan (append-only), atau pasang saksi di sana";

/// The duty, as the sentence's subject.
pub(crate) fn duty(server: &str) -> String {
    format!("ketahanan cadangan server `{server}` terhadap penghapusan")
}

/// How long a witness must have watched, as a threshold.
pub(crate) fn watch(days: u32) -> Threshold {
    limit("Lama kesaksian paling sedikit", format!("{days} hari"))
}

/// A set as a fact.
pub(crate) fn fact(estate: &Estate, voice: Voice, set: &Backup) -> String {
    let how = match set.append_only {
        Some(true) => "penyimpanannya menolak penghapusan",
        Some(false) => "penyimpanannya mengizinkan penghapusan",
        None => "belum diketahui apakah penyimpanannya menolak penghapusan",
    };
    let oldest = set.oldest.map_or(String::new(), |at| format!(", titik pulih tertua {}", voice.when(at)));
    format!("{}, {how}{oldest}, {}", location::place(estate, &set.place), set.grade.words())
}

/// It lies on the server itself.
pub(crate) fn on_the_server() -> Said {
    said("tersimpan pada server itu sendiri, sehingga hilang bersama servernya".into(), PROTECT)
}

/// Its repository takes no deletions.
pub(crate) fn append_only(set: &Backup) -> Said {
    said(
        format!(
            "tersimpan pada penyimpanan yang menolak penghapusan menurut pengaturannya, {}",
            set.grade.words()
        ),
        "",
    )
}

/// The agent says that its repository takes no deletions, and nobody else does.
pub(crate) fn append_only_claimed() -> Said {
    said(
        "tersimpan pada penyimpanan yang menolak penghapusan hanya menurut klaim agen".into(),
        "pasang saksi di tempat penyimpanan itu, atau periksa pengaturannya di sana",
    )
}

/// Whoever holds the server can delete it.
pub(crate) fn deletable() -> Said {
    said("tersimpan pada penyimpanan yang mengizinkan penghapusan dan tidak disaksikan".into(), PROTECT)
}

/// It cannot be told.
pub(crate) fn unknown() -> Said {
    said("belum diketahui dapat dihapus atau tidaknya, dan tidak disaksikan".into(), PROTECT)
}

/// A witness saw nothing vanish.
pub(crate) fn nothing_vanished(voice: Voice, since: Timestamp) -> Said {
    said(
        format!(
            "disaksikan di tempat penyimpanan sejak titik pulih {}, dan tidak satu pun hilang sebelum waktunya",
            voice.when(since)
        ),
        "",
    )
}

/// A witness has not watched long enough.
pub(crate) fn watched_shortly(voice: Voice, since: Timestamp) -> Said {
    said(
        format!("baru disaksikan di tempat penyimpanan sejak titik pulih {}", voice.when(since)),
        "tunggu sampai kesaksiannya cukup lama, atau pakai penyimpanan yang menolak penghapusan",
    )
}

/// A witness watches, and for how long is not known.
pub(crate) fn watched_unknown() -> Said {
    said(
        "disaksikan di tempat penyimpanan, tetapi belum diketahui sejak kapan".into(),
        "pastikan riwayat titik pulihnya terbaca, atau pakai penyimpanan yang menolak penghapusan",
    )
}
