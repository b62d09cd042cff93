//! What may go wrong on the way to the collector, sorted by what is to be done about it.

use std::error::Error as _;
use std::fmt;
use std::io;
use std::time::Duration;

use patuh_protocol::receipt::NoProof;

use super::tls::NotPinned;
use crate::durable;
use crate::identity;

/// A report was not handed in, or a certificate not got. What is said is Indonesian.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Heals by itself: try again soon.
    #[error("kolektor belum dapat dihubungi: {what}")]
    Transient {
        /// What happened.
        what: String,
        /// How long the collector asked to wait.
        retry_after: Option<Duration>,
    },
    /// The collector refuses this agent, or is not the collector: a person must act. The report stays.
    #[error("kolektor menolak agen ini ({status}): {what}")]
    Refused {
        /// The answer's status.
        status: u16,
        /// Why, in the collector's words.
        what: String,
    },
    /// The collector will never take this report; the next one may fare better.
    #[error("kolektor menolak laporan ini ({status}): {what}")]
    Rejected {
        /// The answer's status.
        status: u16,
        /// Why, in the collector's words.
        what: String,
    },
    /// The answer does not prove that the report stands in the ledger, or the ledger's history was changed.
    /// An alarm. The report stays.
    #[error("{}", unproven(.0))]
    Unproven(NoProof),
    /// The agent's own files.
    #[error(transparent)]
    File(#[from] durable::Error),
    /// The agent's own certificate.
    #[error(transparent)]
    Certificate(#[from] identity::tls::Error),
}

/// An answer that is not 200: what it means.
pub(super) fn refused(status: u16, retry_after: Option<Duration>, what: String) -> SendError {
    match status {
        400 | 409 | 413 => SendError::Rejected { status, what },
        408 | 425 | 429 | 500..=599 => {
            SendError::Transient { what: format!("{what} ({status})"), retry_after }
        }
        _ => SendError::Refused { status, what },
    }
}

/// No answer came: why.
pub(super) fn unanswered(error: &reqwest::Error) -> SendError {
    let what = reason(error).unwrap_or_else(|| innermost(error));
    SendError::Transient { what, retry_after: None }
}

/// The words for the causes that people meet.
fn reason(error: &reqwest::Error) -> Option<String> {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<io::Error>() {
            return Some(tls_in(io).map_or_else(|| of_socket(io), of_tls));
        }
        if let Some(tls) = inner.downcast_ref::<rustls::Error>() {
            return Some(of_tls(tls));
        }
        cause = inner.source();
    }
    error.is_timeout().then(|| "tidak ada jawaban sampai batas waktu".to_owned())
}

/// The fault of TLS that an I/O error was made of, however deep.
fn tls_in(error: &io::Error) -> Option<&rustls::Error> {
    let inner = error.get_ref()?;
    inner.downcast_ref().or_else(|| tls_in(inner.downcast_ref()?))
}

fn of_socket(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => {
            "sambungan ditolak; periksa alamat dan port, dan apakah kolektor berjalan".to_owned()
        }
        io::ErrorKind::TimedOut => "tidak ada jawaban sampai batas waktu".to_owned(),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            "tidak ada jalan ke sana; periksa jaringan server ini".to_owned()
        }
        io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof => {
            "sambungan diputus di tengah jalan; mungkin alamat itu bukan port agen milik kolektor".to_owned()
        }
        _ => {
            let text = error.to_string();
            let lookup = text.contains("lookup address") || text.contains("Name or service");
            if lookup { "nama kolektor tidak ditemukan; periksa ejaannya dan DNS".to_owned() } else { text }
        }
    }
}

fn of_tls(error: &rustls::Error) -> String {
    use rustls::CertificateError as Bad;
    match error {
        rustls::Error::InvalidCertificate(bad) => match bad {
            Bad::Expired | Bad::ExpiredContext { .. } => {
                "sertifikat kolektor sudah kedaluwarsa menurut jam server ini; periksa jam kedua mesin".to_owned()
            }
            Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
                "sertifikat kolektor belum berlaku menurut jam server ini; periksa jam server ini".to_owned()
            }
            Bad::NotValidForName | Bad::NotValidForNameContext { .. } => {
                "alamat itu tidak tercantum dalam sertifikat kolektor; pakai nama dari `hosts` di collector.toml"
                    .to_owned()
            }
            Bad::Other(other) if other.0.is::<NotPinned>() => other.0.to_string(),
            _ => "yang menjawab bukan kolektor tempat agen ini didaftarkan (sertifikatnya dari CA lain)".to_owned(),
        },
        rustls::Error::AlertReceived(alert) => format!("kolektor menutup sambungan TLS ({alert:?})"),
        rustls::Error::InvalidMessage(_) => "yang menjawab di alamat itu tidak berbicara TLS".to_owned(),
        other => other.to_string(),
    }
}

fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

fn unproven(why: &NoProof) -> impl fmt::Display {
    match why {
        NoProof::Rewritten => {
            "riwayat buku bukti di kolektor berubah: isinya tidak lagi sesuai dengan yang pernah dibuktikan \
             kepada agen ini. Laporan tetap disimpan; beri tahu Inspektorat dan pengelola kolektor"
        }
        NoProof::OtherReport => "bukti terima dari kolektor bukan untuk laporan ini; laporan tetap disimpan",
        NoProof::Inclusion => {
            "bukti terima dari kolektor tidak membuktikan bahwa laporan tercatat; laporan tetap disimpan"
        }
        NoProof::Note(_) => {
            "bukti terima dari kolektor tidak ditandatangani kunci buku bukti yang dikenal agen ini; laporan \
             tetap disimpan"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_sorted_by_what_is_to_be_done() {
        let check = |status: u16, expected: &str| {
            let kind = match refused(status, None, "x".into()) {
                SendError::Transient { .. } => "again",
                SendError::Refused { .. } => "person",
                SendError::Rejected { .. } => "aside",
                other => panic!("{other}"),
            };
            assert_eq!(kind, expected, "{status}");
        };
        for status in [408, 429, 500, 502, 503, 507] {
            check(status, "again");
        }
        for status in [301, 401, 403, 404, 405, 426] {
            check(status, "person");
        }
        for status in [400, 409, 413] {
            check(status, "aside");
        }
    }
}
