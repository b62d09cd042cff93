//! Whether copies lie encrypted, in words.

use super::super::copies::Said;
use super::super::location;
use super::said;
use crate::estate::{Backup, Estate};

/// The duty, as the sentence's subject.
pub(crate) fn duty(server: &str) -> String {
    format!("enkripsi cadangan server `{server}`")
}

/// A set as a fact.
pub(crate) fn fact(estate: &Estate, set: &Backup) -> String {
    let how = match set.encrypted {
        Some(true) => "terenkripsi",
        Some(false) => "tidak terenkripsi",
        None => "belum diketahui terenkripsi atau tidaknya",
    };
    format!("{}, {how}", location::place(estate, &set.place))
}

/// No copy leaves the server.
pub(crate) fn nothing_outside(server: &str) -> Said {
    said(
        format!(
            "tidak ada cadangan server `{server}` di luar server itu sendiri yang dapat dinilai enkripsinya"
        ),
        "simpan cadangan di luar server ini, terenkripsi",
    )
}

/// It lies open.
pub(crate) fn open(estate: &Estate, set: &Backup) -> Said {
    said(
        format!("tersimpan {} tanpa enkripsi", location::place(estate, &set.place)),
        &format!("enkripsi cadangan `{}` sebelum meninggalkan server", set.set),
    )
}

/// It cannot be told.
pub(crate) fn unknown(set: &Backup) -> Said {
    said(
        "belum diketahui terenkripsi atau tidaknya".into(),
        &format!("pastikan agen dapat melihat isi cadangan `{}`, atau periksa enkripsinya sendiri", set.set),
    )
}

/// It would lie encrypted, and there is nothing in it.
pub(crate) fn empty(set: &Backup) -> Said {
    said(
        "diatur terenkripsi, tetapi belum berisi satu pun cadangan yang utuh".into(),
        &format!("periksa mengapa pencadangan `{}` tidak selesai, lalu jalankan ulang", set.set),
    )
}

/// It lies encrypted.
pub(crate) fn closed(estate: &Estate, set: &Backup) -> Said {
    said(format!("tersimpan terenkripsi {}", location::place(estate, &set.place)), "")
}
