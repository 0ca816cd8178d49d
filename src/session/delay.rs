//! A connection to a server that is far away: what it sends arrives later by a
//! round trip. Only what is read is delayed, so that pipelining and COPY keep
//! their nature: requests that don't wait for a reply don't pay for it.

use bytes::{Buf, Bytes};
use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// What is taken off the socket at once, and how much may be on its way: with
/// more than that the server has to wait, as on any link.
const PIECE_BYTES: usize = 16 * 1024;
const ON_THE_WAY_BYTES: usize = 8 << 20;

/// How much later replies arrive; shared by a connection and whoever uses it.
#[derive(Debug, Clone, Default)]
pub struct Delay(Arc<AtomicU64>);

impl Delay {
    /// From now on.
    pub fn set(&self, delay: Duration) {
        let micros = u64::try_from(delay.as_micros()).unwrap_or(u64::MAX);
        self.0.store(micros, Ordering::Relaxed);
    }

    fn get(&self) -> Duration {
        Duration::from_micros(self.0.load(Ordering::Relaxed))
    }
}

/// A stream whose bytes are delivered later than they came.
pub(super) struct Delayed<S> {
    inner: S,
    delay: Delay,
    on_the_way: VecDeque<(Instant, Bytes)>,
    bytes: usize,
    /// The end, or what broke the connection; delivered after all that is on its way.
    end: Option<io::Result<()>>,
    scratch: Box<[u8]>,
    timer: Pin<Box<Sleep>>,
}

impl<S: AsyncRead + Unpin> Delayed<S> {
    /// Not delayed before `delay` is set.
    pub(super) fn new(inner: S, delay: Delay) -> Delayed<S> {
        Delayed {
            inner,
            delay,
            on_the_way: VecDeque::new(),
            bytes: 0,
            end: None,
            scratch: vec![0; PIECE_BYTES].into(),
            timer: Box::pin(tokio::time::sleep(Duration::ZERO)),
        }
    }

    /// Takes off the socket what there is, and notes when it is to arrive.
    fn take(&mut self, cx: &mut Context<'_>) {
        while self.end.is_none() && self.bytes < ON_THE_WAY_BYTES {
            let mut buf = ReadBuf::new(&mut self.scratch);
            match Pin::new(&mut self.inner).poll_read(cx, &mut buf) {
                Poll::Pending => return,
                Poll::Ready(Ok(())) if !buf.filled().is_empty() => {
                    let piece = Bytes::copy_from_slice(buf.filled());
                    self.bytes += piece.len();
                    self.on_the_way.push_back((Instant::now() + self.delay.get(), piece));
                }
                Poll::Ready(end) => self.end = Some(end),
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Delayed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.on_the_way.is_empty() && this.end.is_none() && this.delay.get().is_zero() {
            return Pin::new(&mut this.inner).poll_read(cx, buf);
        }
        this.take(cx);
        let Some((due, piece)) = this.on_the_way.front_mut() else {
            // Once an error was told, the rest is the end.
            return match &mut this.end {
                Some(end) => Poll::Ready(std::mem::replace(end, Ok(()))),
                None => Poll::Pending,
            };
        };
        if *due > Instant::now() {
            this.timer.as_mut().reset(*due);
            if this.timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
        let length = piece.len().min(buf.remaining());
        buf.put_slice(&piece[..length]);
        piece.advance(length);
        let is_empty = piece.is_empty();
        this.bytes -= length;
        if is_empty {
            this.on_the_way.pop_front();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Delayed<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    const DELAY: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn bytes_arrive_in_their_order_and_not_before_their_time() {
        let (mut server, client) = duplex(1 << 20);
        let delay = Delay::default();
        let mut client = Delayed::new(client, delay.clone());
        let mut buf = [0; 8];
        server.write_all(b"at once.").await.unwrap();
        client.read_exact(&mut buf).await.unwrap();
        assert_eq!(&buf, b"at once.");

        // A hundred that are on their way together take one delay and not a hundred.
        delay.set(DELAY);
        let began = Instant::now();
        let sent: Vec<u8> = (0..100).collect();
        for byte in &sent {
            server.write_all(&[*byte]).await.unwrap();
        }
        let mut read = vec![0; 100];
        client.read_exact(&mut read).await.unwrap();
        assert_eq!(read, sent);
        assert!((DELAY..DELAY * 100).contains(&began.elapsed()), "{:?}", began.elapsed());

        // What is on its way stays so when the delay ends: nothing overtakes it.
        delay.set(DELAY * 10);
        let began = Instant::now();
        server.write_all(b"late").await.unwrap();
        let early = tokio::time::timeout(DELAY, client.read(&mut buf)).await;
        assert!(early.is_err());
        delay.set(Duration::ZERO);
        server.write_all(b"next").await.unwrap();
        drop(server);
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).await.unwrap();
        assert_eq!(rest, b"latenext");
        assert!(began.elapsed() >= DELAY * 10);
    }

    #[tokio::test]
    async fn more_than_fits_on_the_way_arrives_whole() {
        let (mut server, client) = duplex(1 << 20);
        let delay = Delay::default();
        delay.set(Duration::from_millis(1));
        let mut client = Delayed::new(client, delay);
        let bytes: Vec<u8> = (0..3 * ON_THE_WAY_BYTES).map(|i| (i / 7) as u8).collect();
        let sent = bytes.clone();
        let sending = tokio::spawn(async move { server.write_all(&sent).await });
        let mut read = Vec::new();
        client.read_to_end(&mut read).await.unwrap();
        assert!(read == bytes);
        sending.await.unwrap().unwrap();
    }
}
