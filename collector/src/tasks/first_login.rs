//! The first user: without one nobody could sign in to make others.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::durable;
use crate::identity::password;
use crate::store::{self, Store, UserRow};

/// The file in the state directory that tells the first login: lines `Nama: …` and `Kata sandi: …`.
pub const FILE: &str = "first-login.txt";
/// The first user's name.
pub const NAME: &str = "admin";

/// Why the first user cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store.
    #[error("pengguna pertama tidak dapat dibuat")]
    Store(#[from] store::Error),
    /// The password.
    #[error("kata sandi pertama tidak dapat dibuat")]
    Password(#[from] password::Error),
    /// The file.
    #[error("berkas {} tidak dapat ditulis", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Makes the user `admin` when there is no user at all. The password is random, stands in [`FILE`] only (0600),
/// and must be changed at the first login. Returns the file when it was written.
///
/// # Errors
/// [`Error`].
pub async fn ensure(store: &Store, state: &Path, now: Timestamp) -> Result<Option<PathBuf>, Error> {
    if store.users().await? > 0 {
        return Ok(None);
    }
    let (plain, hash) = blocking_password().await?;
    // The file first: a user whose password nobody knows would lock everybody out.
    let path = state.join(FILE);
    let text = format!(
        "Masuk pertama ke halaman Patuh\n\nNama: {NAME}\nKata sandi: {plain}\n\nKata sandi ini wajib diganti saat pertama masuk; sesudah itu hapus berkas ini.\n"
    );
    let failed = |source| Error::Write { path: path.clone(), source };
    durable::write(&path, text.as_bytes()).map_err(failed)?;
    store.put_user(&UserRow { name: NAME.to_owned(), password: hash, must_change: true }, now).await?;
    Ok(Some(path))
}

/// Hashing takes long: not on a thread that others wait for.
async fn blocking_password() -> Result<(String, String), Error> {
    let made = tokio::task::spawn_blocking(|| {
        let plain = password::random()?;
        let hash = password::hash(&plain)?;
        Ok::<_, password::Error>((plain, hash))
    });
    Ok(made.await.map_err(|_| password::Error::Random)??)
}
