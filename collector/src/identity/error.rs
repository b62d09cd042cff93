//! What can go wrong with keys and certificates, in words for the administrator.

use std::io;
use std::path::{Path, PathBuf};

/// Why a key or certificate cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read.
    #[error("berkas {} tidak dapat dibaca; periksa pemilik dan izinnya", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("berkas {} tidak dapat ditulis; periksa izin dan sisa ruang direktorinya", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is there, but damaged or of another kind. It is never overwritten.
    #[error("berkas {} rusak ({what}); pulihkan dari cadangan, jangan dihapus: agen yang sudah terdaftar bergantung padanya", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A certificate cannot be made.
    #[error("sertifikat tidak dapat dibuat")]
    Certificate(#[from] rcgen::Error),
    /// The TLS library refuses a key or certificate.
    #[error("kunci atau sertifikat ditolak pustaka TLS")]
    Tls(#[from] rustls::Error),
    /// The operating system gave no randomness.
    #[error("sistem operasi tidak memberi bilangan acak")]
    Random,
}

impl Error {
    pub(super) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::Read { path, source }
    }

    pub(super) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::Write { path, source }
    }

    pub(super) fn broken<E: std::fmt::Display>(path: &Path) -> impl FnOnce(E) -> Self {
        let path = path.to_owned();
        move |what| Self::Broken { path, what: what.to_string() }
    }
}
