//! The connections that are open, and whose turn it is to go where all places are taken.
//!
//! A connection waits for its visitor (a head that is not whole, a keep-alive between two
//! requests, words that do not come, an answer that is not fetched) or works for him. Where a new
//! visitor comes and there is no place, the one that has waited longest is closed: whoever only
//! holds connections open, or fetches an answer slowly, loses them to those who ask something.
//! Nobody is closed in the first moments of his wait, so that slow senders do not drive out those
//! who have just come; the fewer places there are, the shorter these moments, since a flood goes by
//! no faster than once through all places in each of them. While somebody waits, a connection is
//! worked for once and then gives up its place: many requests sent at once are many turns.

use axum::{
    body::Body,
    http::{HeaderValue, Response, header},
};
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use hyper::rt::{Read, ReadBuf, ReadBufCursor, Write};
use std::{
    collections::HashMap,
    io,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::{Instant, Sleep},
};

/// What a connection is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// A head is awaited.
    Head,
    /// A head is there; what belongs to it is awaited.
    Body,
    /// An answer is made or sent.
    Work,
}

/// An open connection, as the request that came by it knows it.
#[derive(Clone)]
pub(crate) struct Connection(Arc<Inner>);

struct Inner {
    stage: Mutex<(Stage, Instant)>,
    /// What was written waits for the visitor to take it.
    unfetched: AtomicBool,
    /// A body was answered before all of it was read.
    unread: AtomicBool,
    close: Notify,
    /// Somebody waits for a place.
    crowded: Arc<AtomicBool>,
}

impl Connection {
    fn new(crowded: Arc<AtomicBool>) -> Self {
        Self(Arc::new(Inner {
            stage: Mutex::new((Stage::Head, Instant::now())),
            unfetched: AtomicBool::new(false),
            unread: AtomicBool::new(false),
            close: Notify::new(),
            crowded,
        }))
    }

    fn set(&self, stage: Stage) {
        *self.0.stage.lock().unwrap_or_else(PoisonError::into_inner) = (stage, Instant::now());
    }

    /// The head of a request is whole.
    fn asked(&self, has_body: bool) {
        self.set(if has_body { Stage::Body } else { Stage::Work });
    }

    /// A request with this body: the body, as the one who answers reads it.
    pub(crate) fn request(&self, body: hyper::body::Incoming) -> Body {
        self.asked(!body.is_end_stream());
        self.0.unread.store(false, Ordering::Relaxed);
        let connection = self.clone();
        Body::new(Asked { body, connection })
    }

    /// It is worked for.
    pub(crate) fn works(&self) {
        self.set(Stage::Work);
    }

    /// Resolves when its place is given to somebody else.
    pub(crate) async fn closed(&self) {
        self.0.close.notified().await;
    }

    /// Since when it waits for its visitor; nothing where it does not.
    fn waits(&self) -> Option<Instant> {
        let (stage, since) = *self.0.stage.lock().unwrap_or_else(PoisonError::into_inner);
        let works = stage == Stage::Work && !self.0.unfetched.load(Ordering::Relaxed);
        (!works).then_some(since)
    }

    /// An answer; when it is over, a head is awaited again, unless somebody waits for a place.
    pub(crate) fn answer(&self, answer: Response<Body>) -> Response<Body> {
        self.works();
        let connection = self.clone();
        let mut answer = answer.map(|body| Body::new(Answer { body, connection }));
        if self.0.crowded.load(Ordering::Relaxed) {
            let close = HeaderValue::from_static("close");
            answer.headers_mut().insert(header::CONNECTION, close);
        }
        answer
    }
}

struct Asked<B: HttpBody> {
    body: B,
    connection: Connection,
}

impl<B: HttpBody> Drop for Asked<B> {
    fn drop(&mut self) {
        if !self.body.is_end_stream() {
            self.connection.0.unread.store(true, Ordering::Relaxed);
        }
    }
}

impl<B: HttpBody + Unpin> HttpBody for Asked<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

struct Answer {
    body: Body,
    connection: Connection,
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.connection.set(Stage::Head);
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// All that are open.
#[derive(Clone)]
pub(crate) struct Connections {
    open: Arc<Mutex<HashMap<u64, Connection>>>,
    places: Arc<Semaphore>,
    /// How long a connection may wait for its visitor before it can lose its place.
    grace: Duration,
    crowded: Arc<AtomicBool>,
}

/// A connection's place among them, given back when dropped.
pub(crate) struct Place {
    number: u64,
    open: Arc<Mutex<HashMap<u64, Connection>>>,
    _held: OwnedSemaphorePermit,
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.open).remove(&self.number);
    }
}

/// The longest and the shortest grace. A head comes with its connection, or right behind it.
const GRACE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));

/// So many a second come through a flood of those who only hold connections: as many as may wait in
/// the listener's queue.
const FLOOD: u32 = 1024;

/// How long somebody is waited for who was asked to go, before another is.
const GOING: Duration = Duration::from_millis(100);

impl Connections {
    pub(crate) fn new(most: usize) -> Self {
        let places = u32::try_from(most).unwrap_or(u32::MAX);
        let once_through = Duration::from_secs(1) * places / FLOOD;
        Self {
            open: Arc::default(),
            places: Arc::new(Semaphore::new(most)),
            grace: once_through.clamp(GRACE.0, GRACE.1),
            crowded: Arc::default(),
        }
    }

    /// A place for connection number `number`; where there is none, one that waits has to go.
    pub(crate) async fn place(&self, number: u64) -> (Place, Connection) {
        let held = loop {
            let free = Arc::clone(&self.places).acquire_owned();
            let crowded = self.places.available_permits() == 0;
            self.crowded.store(crowded, Ordering::Relaxed);
            if crowded {
                self.close_one();
            }
            // Who works is waited for; meanwhile somebody else may have begun to wait.
            if let Ok(Ok(held)) = tokio::time::timeout(GOING, free).await {
                break held;
            }
        };
        self.crowded.store(false, Ordering::Relaxed);
        let connection = Connection::new(Arc::clone(&self.crowded));
        lock(&self.open).insert(number, connection.clone());
        let place = Place {
            number,
            open: Arc::clone(&self.open),
            _held: held,
        };
        (place, connection)
    }

    /// Closes the one that has waited longest.
    fn close_one(&self) {
        let mut open = lock(&self.open);
        let waiting = open.iter().filter_map(|(number, connection)| {
            let since = connection.waits()?;
            (since.elapsed() >= self.grace).then_some((since, *number))
        });
        if let Some((_, number)) = waiting.min()
            && let Some(connection) = open.remove(&number)
        {
            connection.0.close.notify_one();
        }
    }
}

fn lock(open: &Mutex<HashMap<u64, Connection>>) -> MutexGuard<'_, HashMap<u64, Connection>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How long words that nobody wants are read away at the end: in all, and from one to the next.
const READ_AWAY: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(2));

/// A stream whose other end has to take what is written to it.
///
/// Where a request was answered before all of it was read (a file that is too large, a form of
/// somebody who has signed out), what still comes is read away before the stream is closed: closed
/// at once it would be reset, and the visitor who is still sending would not see the answer.
pub(crate) struct Stream<S> {
    stream: S,
    connection: Connection,
    patience: Duration,
    alarm: Pin<Box<Sleep>>,
    /// Ours is said; until when the rest is read away.
    said: Option<Instant>,
}

impl<S> Stream<S> {
    pub(crate) fn new(stream: S, connection: Connection, patience: Duration) -> Self {
        Self {
            stream,
            connection,
            patience,
            alarm: Box::pin(tokio::time::sleep(patience)),
            said: None,
        }
    }

    fn written<T>(
        &mut self,
        cx: &mut Context<'_>,
        wrote: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let unfetched = &self.connection.0.unfetched;
        if wrote.is_ready() {
            unfetched.store(false, Ordering::Relaxed);
            return wrote;
        }
        if !unfetched.swap(true, Ordering::Relaxed) {
            self.alarm.as_mut().reset(Instant::now() + self.patience);
        }
        ready!(self.alarm.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: Read + Unpin> Read for Stream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl<S: Read + Unpin> Stream<S> {
    /// Resolves when the other end has said all, or has been listened to for long enough.
    fn read_away(&mut self, cx: &mut Context<'_>, until: Instant) -> Poll<()> {
        let mut words = [0; 8 << 10];
        loop {
            let mut into = ReadBuf::new(&mut words);
            match Pin::new(&mut self.stream).poll_read(cx, into.unfilled()) {
                Poll::Ready(Ok(())) if !into.filled().is_empty() => {
                    let next = Instant::now() + READ_AWAY.1;
                    self.alarm.as_mut().reset(next.min(until));
                }
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => return self.alarm.as_mut().poll(cx),
            }
        }
    }
}

impl<S: Read + Write + Unpin> Write for Stream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, wrote)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        self.written(cx, wrote)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.said.is_none() {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
        }
        if !self.connection.0.unread.load(Ordering::Relaxed) {
            return Poll::Ready(Ok(()));
        }
        let until = match self.said {
            Some(until) => until,
            None => {
                let now = Instant::now();
                self.alarm.as_mut().reset(now + READ_AWAY.1);
                *self.said.insert(now + READ_AWAY.0)
            }
        };
        self.read_away(cx, until).map(Ok)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;
    use hyper_util::rt::TokioIo;
    use std::future::poll_fn;

    async fn is_pending<T>(mut future: Pin<&mut impl Future<Output = T>>) -> bool {
        poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_pending())).await
    }

    #[tokio::test(start_paused = true)]
    async fn the_longest_waiting_head_goes_first_and_who_works_stays() {
        let all = Connections::new(4);
        let mut held = Vec::new();
        for number in 0..4 {
            held.push(all.place(number).await);
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        let places = |held: &[(Place, Connection)]| -> Vec<u64> {
            held.iter().map(|h| h.0.number).collect()
        };
        held[0].1.asked(false);
        held[1].1.asked(true);
        // The second has a head and owes its words; the third has not even a head.
        for (next, goes) in [(4, 2), (5, 3)] {
            let new = all.place(next);
            tokio::pin!(new);
            assert!(is_pending(new.as_mut()).await, "all places are taken");
            let at = held.iter().position(|h| h.0.number == goes).unwrap();
            held[at].1.closed().await;
            held.remove(at);
            let new = new.await;
            new.1.asked(false);
            held.push(new);
        }
        tokio::time::advance(all.grace).await;
        let new = all.place(6);
        tokio::pin!(new);
        assert!(is_pending(new.as_mut()).await);
        held[1].1.closed().await;
        held.remove(1);
        held.push(new.await);
        held[3].1.asked(false);
        assert_eq!(places(&held), [0, 4, 5, 6]);
        // Who does not fetch the answer waits, too.
        held[2].1.0.unfetched.store(true, Ordering::Relaxed);
        let new = all.place(7);
        tokio::pin!(new);
        assert!(is_pending(new.as_mut()).await);
        held[2].1.closed().await;
    }

    #[tokio::test(start_paused = true)]
    async fn slow_words_go_before_who_has_just_come() {
        let all = Connections::new(2);
        let slow = all.place(0).await;
        slow.1.asked(true);
        tokio::time::advance(Duration::from_secs(5)).await;
        let came = all.place(1).await;
        let mut new = Box::pin(all.place(2));
        assert!(is_pending(new.as_mut()).await);
        assert!(!lock(&all.open).contains_key(&0), "it waits for 5 seconds");
        drop(slow);
        let second = new.await;
        // Both have just come and keep their places until their grace is over.
        let mut new = Box::pin(all.place(3));
        assert!(is_pending(new.as_mut()).await);
        assert!(lock(&all.open).contains_key(&1));
        tokio::time::advance(all.grace).await;
        assert!(is_pending(new.as_mut()).await);
        came.1.closed().await;
        assert!(lock(&all.open).contains_key(&second.0.number));
    }

    /// Those who fetch slowly leave in the order of their coming, beside those who owe us words.
    #[tokio::test(start_paused = true)]
    async fn slow_readers_give_way_like_everybody() {
        let all = Connections::new(2);
        let reader = all.place(0).await;
        reader.1.works();
        reader.1.0.unfetched.store(true, Ordering::Relaxed);
        tokio::time::advance(Duration::from_millis(1)).await;
        let _head = all.place(1).await;
        tokio::time::advance(all.grace).await;
        let mut new = Box::pin(all.place(2));
        assert!(is_pending(new.as_mut()).await);
        reader.1.closed().await;
    }

    /// Who has sent many requests at once is not worked for again and again while others wait.
    #[tokio::test(start_paused = true)]
    async fn while_somebody_waits_an_answer_is_the_last_one() {
        let all = Connections::new(1);
        let held = all.place(0).await;
        let is_last = || {
            let answer = held.1.answer(Response::new(Body::empty()));
            answer.headers().contains_key(header::CONNECTION)
        };
        assert!(!is_last());
        let mut new = Box::pin(all.place(1));
        assert!(is_pending(new.as_mut()).await);
        assert!(is_last());
        drop(held);
        let held = new.await;
        let mut third = Box::pin(all.place(2));
        assert!(is_pending(third.as_mut()).await);
        drop(held);
        let third = third.await;
        let answer = third.1.answer(Response::new(Body::empty()));
        assert!(!answer.headers().contains_key(header::CONNECTION));
    }

    /// However few places: a full queue of those who only wait is through in some seconds.
    #[test]
    fn the_fewer_places_the_shorter_the_grace() {
        for (places, millis) in [(4, 100), (96, 100), (384, 375), (1024, 1000), (4096, 1000)] {
            assert_eq!(
                Connections::new(places).grace,
                Duration::from_millis(millis)
            );
        }
    }

    #[tokio::test]
    async fn when_the_answer_is_over_a_head_is_awaited() {
        let connection = Connection::new(Arc::default());
        connection.asked(false);
        assert!(connection.waits().is_none());
        let answer = connection.answer(Response::new(Body::from("x")));
        assert!(connection.waits().is_none());
        assert!(!answer.headers().contains_key(header::CONNECTION));
        drop(answer);
        assert!(connection.waits().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_take_the_answer_is_left() {
        let (ours, theirs) = tokio::io::duplex(8);
        let patience = Duration::from_secs(30);
        let connection = Connection::new(Arc::default());
        connection.works();
        let mut stream = Stream::new(TokioIo::new(ours), connection.clone(), patience);
        let mut write =
            async |bytes: &[u8]| poll_fn(|cx| Pin::new(&mut stream).poll_write(cx, bytes)).await;
        assert_eq!(write(b"12345678").await.unwrap(), 8);
        let begun = Instant::now();
        let late = write(b"9").await.unwrap_err();
        assert_eq!(late.kind(), io::ErrorKind::TimedOut);
        assert_eq!(begun.elapsed(), patience);
        assert!(connection.waits().is_some());
        drop(theirs);
    }
}
