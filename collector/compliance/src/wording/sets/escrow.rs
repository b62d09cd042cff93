//! Who else can open encrypted copies, in words.

use super::super::copies::Said;
use super::super::time::date;
use super::{limit, said};
use crate::estate::{Backup, Escrow};
use crate::finding::Threshold;

/// The duty, as the sentence's subject.
pub(crate) fn duty(server: &str) -> String {
    format!("penitipan kunci cadangan server `{server}`")
}

/// How old an attestation may be, as a threshold.
pub(crate) fn limit_of(days: u32) -> Threshold {
    limit("Batas umur pernyataan pemegang kunci", format!("{days} hari"))
}

/// A set as a fact.
pub(crate) fn fact(set: &Backup, attested: Option<&Escrow>) -> String {
    let how = match set.encrypted {
        Some(true) => "terenkripsi",
        Some(false) => "tidak terenkripsi",
        None => "belum diketahui terenkripsi atau tidaknya",
    };
    let holder = attested.map_or("pemegang kunci kedua belum tercatat".into(), named);
    format!("{how}; {holder}")
}

fn named(escrow: &Escrow) -> String {
    format!("pemegang kunci kedua {} ({}, {})", escrow.holder, escrow.document, date(escrow.attested_on))
}

/// No set lies encrypted.
pub(crate) fn no_key(server: &str) -> Said {
    said(
        format!(
            "tidak satu pun cadangan server `{server}` terenkripsi, sehingga tidak ada kunci yang perlu dititipkan"
        ),
        "",
    )
}

/// Whether there is a key cannot be told.
pub(crate) fn unknown(set: &Backup) -> Said {
    said(
        "belum diketahui terenkripsi atau tidaknya, dan pemegang kunci keduanya belum tercatat".into(),
        &format!(
            "pastikan apakah cadangan `{}` terenkripsi; bila ya, catat pemegang kunci keduanya",
            set.set
        ),
    )
}

/// Only one person can open it, as far as anybody attested.
pub(crate) fn nobody(set: &Backup) -> Said {
    said(
        "terenkripsi, dan belum ada pemegang kunci kedua yang tercatat".into(),
        &format!("titipkan kunci cadangan `{}` kepada pemegang kedua, lalu catat pernyataannya", set.set),
    )
}

/// The attestation is too old.
pub(crate) fn old(escrow: &Escrow, limit_days: u32) -> Said {
    said(
        format!(
            "terenkripsi, dan {} sudah lewat batas {limit_days} hari sejak terakhir dinyatakan",
            named(escrow)
        ),
        "minta pemegang kunci kedua memastikan kuncinya masih membuka cadangan itu, lalu catat pernyataan yang baru",
    )
}

/// A second person can open it.
pub(crate) fn held(escrow: &Escrow) -> Said {
    said(format!("dapat dibuka pula oleh {}", named(escrow)), "")
}
