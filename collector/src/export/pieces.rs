//! A file on its way, piece by piece: the whole of an estate's packages never stands in memory at once.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame};
use tokio::sync::mpsc;

use super::Error;

/// The size of a piece, in bytes, from which on it is passed on.
const PIECE: usize = 64 * 1024;
/// Pieces that may wait for a slow reader.
const WAITING: usize = 4;

/// A file on its way. It is whole only when the end has come: a producer that breaks off is an error.
pub struct Pieces {
    receiver: mpsc::Receiver<Result<Bytes, Error>>,
    ended: bool,
    /// Dropped with it.
    held: Option<Box<dyn Send + Sync>>,
}

/// Where a producer writes to.
#[derive(Debug)]
pub(super) struct Out {
    sender: mpsc::Sender<Result<Bytes, Error>>,
    buffer: Vec<u8>,
}

/// What `produce` writes. It is stopped when nobody reads any more.
pub(super) fn stream<F>(produce: impl FnOnce(Out) -> F) -> Pieces
where
    F: Future<Output = Result<Out, Error>> + Send + 'static,
{
    let (sender, receiver) = mpsc::channel(WAITING);
    let producing = produce(Out { sender: sender.clone(), buffer: Vec::new() });
    tokio::spawn(async move {
        // The end is an empty piece.
        let ended = match producing.await {
            Ok(mut out) => out.flush().await.map(|()| Bytes::new()),
            Err(error) => Err(error),
        };
        let _ = sender.send(ended).await;
    });
    Pieces { receiver, ended: false, held: None }
}

impl Out {
    /// Adds `bytes`.
    pub(super) fn put(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Passes on what was written, when it is a piece.
    pub(super) async fn pass(&mut self) -> Result<(), Error> {
        if self.buffer.len() < PIECE { Ok(()) } else { self.flush().await }
    }

    async fn flush(&mut self) -> Result<(), Error> {
        let piece = std::mem::take(&mut self.buffer);
        if piece.is_empty() {
            return Ok(());
        }
        self.sender.send(Ok(piece.into())).await.map_err(|_| Error::Unread)
    }
}

/// Into the buffer; never fails.
impl io::Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.put(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Pieces {
    /// A file that is there already.
    pub(crate) fn whole(bytes: Vec<u8>) -> Self {
        let (sender, receiver) = mpsc::channel(2);
        // There is room for both: the file, and the end.
        if !bytes.is_empty() {
            let _ = sender.try_send(Ok(bytes.into()));
        }
        let _ = sender.try_send(Ok(Bytes::new()));
        Self { receiver, ended: false, held: None }
    }

    /// Keeps `held` until it has been read or given up.
    #[must_use]
    pub fn holding(self, held: impl Send + Sync + 'static) -> Self {
        Self { held: Some(Box::new(held)), ..self }
    }

    /// The next piece; `None` after the end.
    ///
    /// # Errors
    /// What the producer met.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        std::future::poll_fn(|context| self.poll_piece(context)).await
    }

    /// All of it.
    ///
    /// # Errors
    /// What the producer met.
    pub async fn all(mut self) -> Result<Vec<u8>, Error> {
        let mut all = Vec::new();
        while let Some(piece) = self.next().await? {
            all.extend_from_slice(&piece);
        }
        Ok(all)
    }

    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Error>> {
        if self.ended {
            return Poll::Ready(Ok(None));
        }
        self.receiver.poll_recv(context).map(|piece| {
            let piece = piece.unwrap_or(Err(Error::BrokenOff));
            self.ended = piece.as_ref().map_or(true, Bytes::is_empty);
            piece.map(|piece| Some(piece).filter(|piece| !piece.is_empty()))
        })
    }
}

impl fmt::Debug for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pieces").field("ended", &self.ended).field("holds", &self.held.is_some()).finish()
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        self.poll_piece(context).map(|piece| piece.map(|piece| piece.map(Frame::data)).transpose())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[tokio::test]
    async fn a_file_comes_in_pieces_and_whole() {
        let pieces = stream(async |mut out| {
            for n in 0_u32..50_000 {
                write!(out, "{n};").unwrap();
                out.pass().await?;
            }
            Ok(out)
        });
        let text = String::from_utf8(pieces.all().await.unwrap()).unwrap();
        assert!(text.starts_with("0;1;2;") && text.ends_with(";49999;"));
        assert_eq!(text.split(';').count(), 50_001);
        assert_eq!(Pieces::whole(b"abc".to_vec()).all().await.unwrap(), b"abc");
        assert_eq!(Pieces::whole(Vec::new()).all().await.unwrap(), b"");
    }

    #[tokio::test]
    async fn what_breaks_off_is_no_whole_file() {
        let mut pieces = stream(async |mut out| {
            write!(out, "{}", "x".repeat(PIECE)).unwrap();
            out.pass().await?;
            Err(Error::NoServer)
        });
        assert_eq!(pieces.next().await.unwrap().unwrap().len(), PIECE);
        assert!(matches!(pieces.next().await, Err(Error::NoServer)));
        assert!(matches!(pieces.next().await, Ok(None)));
        let (sender, receiver) = mpsc::channel(1);
        drop(sender);
        assert!(matches!(Pieces { receiver, ended: false, held: None }.all().await, Err(Error::BrokenOff)));
    }

    #[tokio::test]
    async fn a_producer_nobody_reads_is_stopped() {
        let (told, stopped) = tokio::sync::oneshot::channel();
        drop(stream(async |mut out| {
            let ended = loop {
                write!(out, "{}", "x".repeat(PIECE)).unwrap();
                if let Err(error) = out.pass().await {
                    break error;
                }
            };
            let _ = told.send(matches!(ended, Error::Unread));
            Err(ended)
        }));
        assert!(stopped.await.unwrap());
    }
}
