//! The one task that writes reports into the ledger. It takes whatever waits, writes it in one transaction
//! (group commit: one fsync for many reports), and only then answers.
//!
//! The queue is bounded: when it is full, or the store fails, requests are refused with 503 and the agents
//! keep their reports. Nothing is ever acknowledged that is not durable.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::refusal::Refused;
use crate::clock::Clock;
use crate::ledger::Signer;
use crate::store::{self, Appended, Entry, Store};

/// How many entries wait at most. With [`patuh_protocol::limits::MAX_SEALED`] the worst case is 256 MiB;
/// an ordinary report has 20 kB.
const QUEUE: usize = 256;
/// How many entries go into one transaction at most.
const BATCH: usize = 64;

/// What keeps entries.
pub(super) trait Append: Send + 'static {
    /// Writes all `entries`, durably, or none.
    fn append(
        &mut self,
        entries: &[Entry],
    ) -> impl Future<Output = Result<Vec<Appended>, store::Error>> + Send;
}

/// Appends to the store's ledger.
pub(super) struct ToStore {
    pub(super) store: Store,
    pub(super) signer: Arc<Signer>,
    pub(super) clock: Clock,
}

impl Append for ToStore {
    async fn append(&mut self, entries: &[Entry]) -> Result<Vec<Appended>, store::Error> {
        self.store.append(entries, &self.signer, (self.clock)()).await
    }
}

/// Hands entries to the writing task.
#[derive(Clone, Debug)]
pub struct Writer {
    queue: mpsc::Sender<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    entry: Entry,
    answer: oneshot::Sender<Appended>,
}

impl Writer {
    /// Starts the task. It ends when the last `Writer` is gone and everything that waited is written.
    #[must_use]
    pub fn start(store: Store, signer: Arc<Signer>, clock: Clock) -> (Self, JoinHandle<()>) {
        Self::over(ToStore { store, signer, clock })
    }

    pub(super) fn over(ledger: impl Append) -> (Self, JoinHandle<()>) {
        let (queue, waiting) = mpsc::channel(QUEUE);
        (Self { queue }, tokio::spawn(run(ledger, waiting)))
    }

    /// Writes `entry` and waits until it is durable.
    ///
    /// # Errors
    /// [`Refused::Unavailable`] when too many wait, or the store failed.
    pub async fn append(&self, entry: Entry) -> Result<Appended, Refused> {
        let (answer, written) = oneshot::channel();
        self.queue.try_send(Waiting { entry, answer }).map_err(|error| {
            tracing::warn!(%error, "report refused before the ledger");
            Refused::Unavailable
        })?;
        written.await.map_err(|_| Refused::Unavailable)
    }
}

async fn run(mut ledger: impl Append, mut waiting: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let (entries, answers): (Vec<_>, Vec<_>) = batch.drain(..).map(|w| (w.entry, w.answer)).unzip();
        match ledger.append(&entries).await {
            Ok(appended) => {
                // Whoever hung up meanwhile asks again and gets the same receipt.
                answers.into_iter().zip(appended).for_each(|(answer, appended)| drop(answer.send(appended)));
            }
            // Dropping the answers refuses every request that waits for one.
            Err(error) => tracing::error!(%error, entries = entries.len(), "ledger not written"),
        }
    }
}

#[cfg(test)]
mod tests {
    use patuh_protocol::receipt::{ActLeaf, Receipt};
    use tokio::sync::Mutex;

    use super::*;

    /// A ledger in memory that writes when it may, and fails when told to.
    struct Fake {
        may_write: Arc<Mutex<()>>,
        sound: bool,
        batches: mpsc::UnboundedSender<usize>,
    }

    impl Append for Fake {
        async fn append(&mut self, entries: &[Entry]) -> Result<Vec<Appended>, store::Error> {
            let _ = self.may_write.lock().await;
            self.batches.send(entries.len()).unwrap();
            if !self.sound {
                return Err(store::Error::Corrupt { table: "leaves", what: "disk full".to_owned() });
            }
            let receipt = |entry: &Entry| match entry {
                Entry::Act(act) => act.about.clone(),
                Entry::Report { .. } => String::new(),
            };
            let stands =
                |leaf| Appended::Stands(Receipt { index: 0, leaf, checkpoint: String::new(), proof: vec![] });
            Ok(entries.iter().map(receipt).map(stands).collect())
        }
    }

    fn act(about: usize) -> Entry {
        let (at, who, act) = ("2026-11-22T03:00:00Z".parse().unwrap(), "cli".to_owned(), "test".to_owned());
        Entry::Act(ActLeaf { at, who, act, about: about.to_string() })
    }

    /// Appends `count` entries at once; what each was answered, and how large the transactions were.
    async fn check(sound: bool, count: usize) -> (Vec<Result<Appended, Refused>>, Vec<usize>) {
        let may_write = Arc::new(Mutex::new(()));
        let (batches, mut seen) = mpsc::unbounded_channel();
        let held = may_write.lock().await;
        let (writer, task) = Writer::over(Fake { may_write: Arc::clone(&may_write), sound, batches });
        let appends: Vec<_> = (0..count)
            .map(|n| {
                let writer = writer.clone();
                tokio::spawn(async move { writer.append(act(n)).await })
            })
            .collect();
        tokio::task::yield_now().await;
        drop((held, writer));
        let mut answers = vec![];
        for append in appends {
            answers.push(append.await.unwrap());
        }
        task.await.unwrap();
        let mut sizes = vec![];
        while let Ok(size) = seen.try_recv() {
            sizes.push(size);
        }
        (answers, sizes)
    }

    #[tokio::test]
    async fn each_gets_its_own_receipt_from_few_transactions() {
        let (answers, sizes) = check(true, 100).await;
        for (n, answer) in answers.into_iter().enumerate() {
            assert!(matches!(answer, Ok(Appended::Stands(receipt)) if receipt.leaf == n.to_string()));
        }
        assert_eq!(sizes.iter().sum::<usize>(), 100);
        assert!(sizes.len() <= 4, "{sizes:?}");
    }

    #[tokio::test]
    async fn a_store_that_fails_acknowledges_nothing() {
        let (answers, _) = check(false, 10).await;
        assert_eq!(answers.len(), 10);
        assert!(answers.iter().all(|answer| matches!(answer, Err(Refused::Unavailable))));
    }

    #[tokio::test]
    async fn a_full_queue_refuses_and_loses_nothing_it_took() {
        let (answers, sizes) = check(true, QUEUE + BATCH + 50).await;
        let taken = answers.iter().filter(|answer| answer.is_ok()).count();
        assert!(taken < answers.len(), "nothing was refused");
        assert_eq!(sizes.iter().sum::<usize>(), taken);
    }
}
