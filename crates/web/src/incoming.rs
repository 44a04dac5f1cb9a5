//! What a request sends: how much, how fast, and how much of it before a part of a form begins.
//!
//! Every body goes through a [`Gate`]. Handlers read as if there were none: where it ends a body,
//! [`admit`] puts the reason in place of whatever the handler made of the end.

use crate::{connections::Connection, error::WebError, router, site::Site};
use axum::{
    body::Body,
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    http::{Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{Instant, Sleep},
};

/// Largest body where no file is taken, in bytes: our forms hold a few words.
const WORDS: u64 = 64 << 10;
/// What a form may hold beside its file, in bytes.
const BESIDE: u64 = 1 << 20;
/// Longest header of a part of a form, with what stands before it, in bytes.
const PART_HEAD: u64 = 16 << 10;
/// Largest piece that a reader gets at once, in bytes: the reader of forms takes one piece for
/// each step, however little of it the step needs, and keeps the rest in memory.
const PIECE: usize = 16 << 10;
/// What has to be there before a file takes a place, in bytes, unless it is whole: who sends a
/// byte and waits costs no more than a form of words, and keeps nobody out.
const SUBSTANCE: u64 = 64 << 10;
/// When to come again where there is no place for a file, in seconds.
const AGAIN: u32 = 30;

/// Why a body was ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    TooLarge,
    PartHead,
    TooSlow,
    NoPlace,
}

/// How fast a body has to come.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// Longest silence, and what a slow sender is allowed beyond the slowest pace.
    silence: Duration,
    /// Slowest pace, in bytes a second.
    rate: u64,
    /// Longest time for all of it.
    whole: Duration,
}

/// What the handler and the gate of a body know of each other.
#[derive(Clone, Default)]
pub(crate) struct Incoming(Arc<Mutex<Shared>>);

/// Whether the body needs a place among the files, and has it.
#[derive(Default)]
enum Place {
    #[default]
    NotNeeded,
    Due(Site, Option<Connection>),
    Held(#[expect(dead_code, reason = "given back when dropped")] OwnedSemaphorePermit),
}

#[derive(Default)]
struct Shared {
    ended: Option<Ended>,
    /// Bytes that may still come before a part of the form has begun, while one is awaited.
    head: Option<u64>,
    place: Place,
}

impl Shared {
    /// Takes a place where one is due.
    fn take_place(&mut self) -> Result<(), Ended> {
        if let Place::Due(site, connection) = &self.place {
            let held = site.upload_place().ok_or(Ended::NoPlace)?;
            // These are few, and have their pace: no connection of theirs is taken from them.
            if let Some(connection) = connection {
                connection.works();
            }
            self.place = Place::Held(held);
        }
        Ok(())
    }
}

impl Incoming {
    fn with<T>(&self, act: impl FnOnce(&mut Shared) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits for what begins a part of a form: its header is kept in memory, so it has its bound.
    pub(crate) async fn part<T>(&self, next: impl Future<Output = T>) -> T {
        self.with(|shared| shared.head = Some(PART_HEAD));
        let begun = next.await;
        self.with(|shared| shared.head = None);
        begun
    }

    /// A file is whole, though the end of its body was not read: it takes its place.
    pub(crate) fn whole(&self) -> Result<(), WebError> {
        let taken = self.with(Shared::take_place);
        taken.map_err(|_| WebError::busy(AGAIN))
    }

    fn gate(&self, body: Body, left: u64, pace: Pace) -> Gate {
        let now = Instant::now();
        Gate {
            body,
            rest: Bytes::new(),
            left,
            received: 0,
            pause: false,
            until: now.checked_add(pace.whole),
            waited: Duration::ZERO,
            since: None,
            pace,
            alarm: Box::pin(tokio::time::sleep_until(now)),
            incoming: self.clone(),
        }
    }
}

/// Lets a body through as far as it keeps within its bounds.
struct Gate {
    body: Body,
    /// What came with the last piece and was more than a piece.
    rest: Bytes,
    left: u64,
    received: u64,
    /// After each piece the reader has its turn: one that takes all it can get would hold the
    /// whole body in memory.
    pause: bool,
    until: Option<Instant>,
    /// How long the sender has been waited for, in all and since when now.
    waited: Duration,
    since: Option<Instant>,
    pace: Pace,
    alarm: Pin<Box<Sleep>>,
    incoming: Incoming,
}

impl Gate {
    fn end(&self, why: Ended) -> axum::Error {
        self.incoming.with(|shared| shared.ended = Some(why));
        axum::Error::new(io::Error::other("the body was ended"))
    }

    /// Takes note of a piece.
    fn take(&mut self, size: u64) -> Result<(), Ended> {
        let now = Instant::now();
        if let Some(since) = self.since.take() {
            self.waited += now - since;
        }
        self.received += size;
        self.left = self.left.checked_sub(size).ok_or(Ended::TooLarge)?;
        let substance = self.received > SUBSTANCE;
        self.incoming.with(|shared| {
            match &mut shared.head {
                Some(0) => return Err(Ended::PartHead),
                Some(left) => *left = left.saturating_sub(size),
                None => {}
            }
            if substance {
                shared.take_place()?;
            }
            Ok(())
        })
    }

    /// Hands out the next piece of these bytes, keeping the rest.
    fn piece(&mut self, mut bytes: Bytes) -> Result<Frame<Bytes>, axum::Error> {
        self.pause = true;
        self.rest = bytes.split_off(bytes.len().min(PIECE));
        match self.take(bytes.len() as u64) {
            Ok(()) => Ok(Frame::data(bytes)),
            Err(why) => Err(self.end(why)),
        }
    }

    /// Sets the alarm for the moment at which the sender has been waited for long enough.
    fn wait(&mut self) {
        if self.since.is_some() {
            return;
        }
        let now = Instant::now();
        self.since = Some(now);
        let earned = Duration::from_secs_f64(self.received as f64 / self.pace.rate.max(1) as f64);
        let allowed = (self.pace.silence + earned).saturating_sub(self.waited);
        let end = now + allowed.min(self.pace.silence);
        let end = self.until.map_or(end, |until| until.min(end));
        self.alarm.as_mut().reset(end);
    }
}

impl HttpBody for Gate {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if std::mem::take(&mut self.pause) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if !self.rest.is_empty() {
            let rest = std::mem::take(&mut self.rest);
            return Poll::Ready(Some(self.piece(rest)));
        }
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => Poll::Ready(Some(match frame.into_data() {
                Ok(bytes) => self.piece(bytes),
                Err(trailers) => Ok(trailers),
            })),
            Poll::Ready(None) => match self.incoming.with(Shared::take_place) {
                Ok(()) => Poll::Ready(None),
                Err(why) => Poll::Ready(Some(Err(self.end(why)))),
            },
            Poll::Ready(broken) => Poll::Ready(broken),
            Poll::Pending => {
                self.wait();
                ready!(self.alarm.as_mut().poll(cx));
                Poll::Ready(Some(Err(self.end(Ended::TooSlow))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = self.body.size_hint();
        let rest = self.rest.len() as u64;
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper.saturating_add(rest));
        }
        hint.set_lower(hint.lower().saturating_add(rest));
        hint
    }
}

/// Lets a request in: what is too large by its own word, or a file for which there is no place
/// now, is refused before any of it is read.
pub(crate) async fn admit(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let limits = site.limits();
    let path = request.extensions().get::<MatchedPath>();
    let takes_files = request.method() == Method::POST
        && path.is_some_and(|path| router::takes_files(&site, path.as_str()));
    let most = if takes_files {
        limits.upload_bytes.saturating_add(BESIDE)
    } else {
        WORDS
    };
    let too_large = || match takes_files {
        true => WebError::too_large(limits.upload_bytes >> 20),
        false => WebError::too_many_words(WORDS >> 10),
    };
    if announced(&request).is_some_and(|size| size > most) {
        return too_large().into_response();
    }
    if takes_files && site.uploads_full() {
        return WebError::busy(AGAIN).into_response();
    }
    let pace = Pace {
        silence: limits.silence,
        rate: limits.slowest_upload,
        whole: limits.upload_timeout,
    };
    let incoming = Incoming::default();
    if takes_files {
        let connection = request.extensions().get::<Connection>().cloned();
        incoming.with(|shared| shared.place = Place::Due(site.clone(), connection));
    }
    DefaultBodyLimit::max(usize::try_from(most).unwrap_or(usize::MAX)).apply(&mut request);
    request.extensions_mut().insert(incoming.clone());
    let request = request.map(|body| Body::new(incoming.gate(body, most, pace)));
    let response = next.run(request).await;
    match incoming.with(|shared| shared.ended) {
        None => response,
        Some(Ended::TooLarge) => too_large().into_response(),
        Some(Ended::PartHead) => WebError::part_head().into_response(),
        Some(Ended::TooSlow) => WebError::upload_slow().into_response(),
        Some(Ended::NoPlace) => WebError::busy(AGAIN).into_response(),
    }
}

/// The size of the body by the request's own word.
fn announced(request: &Request) -> Option<u64> {
    let said = request.headers().get(header::CONTENT_LENGTH)?;
    said.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;
    use futures_util::{StreamExt as _, stream};
    use http_body_util::BodyExt as _;

    const PACE: Pace = Pace {
        silence: Duration::from_secs(15),
        rate: 10_000,
        whole: Duration::from_secs(600),
    };

    /// A body of pieces of this size, one every so often.
    fn drops(size: usize, every: Duration) -> Body {
        let pieces = stream::repeat(()).then(move |()| async move {
            tokio::time::sleep(every).await;
            Ok::<_, io::Error>(Bytes::from(vec![b'a'; size]))
        });
        Body::from_stream(pieces)
    }

    /// Reads to the end: how long it took, and why it was ended.
    async fn read(body: Body, pace: Pace) -> (Duration, Option<Ended>, u64) {
        let incoming = Incoming::default();
        let mut gate = incoming.gate(body, 1 << 20, pace);
        let (begun, mut size) = (Instant::now(), 0);
        while let Some(Ok(frame)) = gate.frame().await {
            size += frame.into_data().unwrap().len() as u64;
        }
        (begun.elapsed(), incoming.with(|s| s.ended), size)
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_sender_is_ended() {
        let (after, why, _) = read(
            Body::from_stream(stream::pending::<io::Result<Bytes>>()),
            PACE,
        )
        .await;
        assert_eq!((after.as_secs(), why), (15, Some(Ended::TooSlow)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_byte_now_and_then_is_too_slow() {
        let (after, why, size) = read(drops(1, Duration::from_secs(1)), PACE).await;
        assert_eq!(why, Some(Ended::TooSlow));
        assert!(after.as_secs() <= 16 && size >= 14, "{after:?} {size}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_keeps_the_pace_is_waited_for_till_the_end() {
        // 12 kB a second: one MiB takes 87 seconds and is then over the limit of this test.
        let (after, why, size) = read(drops(12_000, Duration::from_secs(1)), PACE).await;
        assert_eq!(why, Some(Ended::TooLarge));
        assert!(after.as_secs() > 80 && size > 1_000_000, "{after:?} {size}");
        let short = Pace {
            whole: Duration::from_secs(30),
            ..PACE
        };
        let (after, why, _) = read(drops(12_000, Duration::from_secs(1)), short).await;
        assert_eq!((after.as_secs(), why), (30, Some(Ended::TooSlow)));
    }

    /// Our own slowness is not the sender's.
    #[tokio::test(start_paused = true)]
    async fn time_in_which_nobody_reads_does_not_count() {
        let incoming = Incoming::default();
        let pieces = drops(1000, Duration::from_millis(10));
        let mut gate = incoming.gate(pieces, 1 << 20, PACE);
        for _ in 0..20 {
            assert!(gate.frame().await.unwrap().is_ok());
            tokio::time::sleep(Duration::from_secs(14)).await;
        }
        assert_eq!(incoming.with(|s| s.ended), None);
    }

    /// The reader of forms keeps what it does not need yet.
    #[tokio::test]
    async fn who_reads_gets_a_small_piece_at_a_time() {
        let sent: Vec<u8> = (0..300_007_u32).map(|i| (i % 251) as u8).collect();
        let mut gate = Incoming::default().gate(Body::from(sent.clone()), 1 << 20, PACE);
        let mut read = Vec::new();
        while let Some(frame) = gate.frame().await {
            let piece = frame.unwrap().into_data().unwrap();
            assert!(piece.len() <= PIECE, "{}", piece.len());
            read.extend_from_slice(&piece);
            let left = (sent.len() - read.len()) as u64;
            assert_eq!(gate.size_hint().exact(), Some(left));
            assert_eq!(gate.is_end_stream(), left == 0);
        }
        assert!(read == sent);
    }

    #[tokio::test]
    async fn what_begins_a_part_has_its_bound() {
        let incoming = Incoming::default();
        let endless = stream::repeat_with(|| Ok::<_, io::Error>(Bytes::from(vec![b'a'; 4096])));
        let mut gate = incoming.gate(Body::from_stream(endless), u64::MAX, PACE);
        let mut read = 0;
        incoming
            .part(async {
                while let Some(Ok(frame)) = gate.frame().await {
                    read += frame.into_data().unwrap().len() as u64;
                }
            })
            .await;
        assert_eq!(
            (read, incoming.with(|s| s.ended)),
            (PART_HEAD, Some(Ended::PartHead))
        );
    }
}
