//! A running site: the office, the clock, and bounded pools of blocking threads.
//!
//! Use cases are synchronous. A handler hands one to [`Site::read`] or [`Site::check`]; so many
//! run at once, so many wait, and whoever comes on top of that is told when to come again.

use crate::{
    check::results::Results,
    error::WebError,
    frame::{Desk, Frame},
    router,
    visitor::Visitor,
};
use jiff::{SignedDuration, Timestamp, civil::Date};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use xinheng_app::{Act, Actor, AppError, Ctx, Deployment, account::Door};

/// Which day it is for the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// Always noon of one day in Shanghai: tests, training, demonstrations.
    Day(Date),
}

impl Clock {
    fn now(self) -> Result<Timestamp, AppError> {
        match self {
            #[expect(
                clippy::disallowed_methods,
                reason = "the one place where the site reads the clock; everything behind it is told"
            )]
            Self::System => Ok(Timestamp::now()),
            Self::Day(day) => xinheng_app::noon(day),
        }
    }
}

/// When something ends that lasts so much longer, by the clock on the wall, whatever day the site is
/// set to: what is kept in memory goes by it.
pub(crate) fn wall_clock_in(left: Duration) -> Timestamp {
    #[expect(
        clippy::disallowed_methods,
        reason = "told to people who look at the same clock; nothing is decided by it"
    )]
    let now = Timestamp::now();
    SignedDuration::try_from(left).map_or(now, |left| now.saturating_add(left).unwrap_or(now))
}

/// How often it is looked whether the deployment's own rules have changed.
const LOOK: Duration = Duration::from_secs(1);

/// How much at once, how long, how large.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Reading use cases at once.
    pub readers: usize,
    /// Requests that may wait for one of them.
    pub waiting: usize,
    /// Longest wait for a turn.
    pub patience: Duration,
    /// Longest run of a reading use case.
    pub read_timeout: Duration,
    /// Files checked at once.
    pub checks: usize,
    /// Files that are being received, once there is more of them than a few words, or wait for
    /// their check at once.
    pub uploads: usize,
    /// Longest time for sending a file.
    pub upload_timeout: Duration,
    /// Longest silence of somebody who sends, and longest wait for one who fetches nothing.
    pub silence: Duration,
    /// Slowest pace of somebody who sends, in bytes a second.
    pub slowest_upload: u64,
    /// Longest check of a file.
    pub check_timeout: Duration,
    /// Largest file, in bytes.
    pub upload_bytes: u64,
    /// How long the result of a check is kept.
    pub keep_results: Duration,
    /// Bytes of all results that are kept.
    pub results_bytes: u64,
    /// Scheme and host under which the public finds the site, for paper and links.
    pub site: Option<String>,
    /// Visitors come by TLS, which a proxy ends: sessions are kept for it alone.
    pub https: bool,
    /// Proxies whose word on a visitor's address is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Connections at once.
    pub connections: usize,
    /// Longest time for the head of a request, and for idling between two.
    pub head_timeout: Duration,
    /// Longest time for finishing what is held when asked to stop.
    pub stop_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let checks = cores.max(2);
        Self {
            readers: (cores * 2).max(4),
            waiting: 512,
            patience: Duration::from_secs(5),
            read_timeout: Duration::from_secs(20),
            checks,
            uploads: (checks * 4).max(16),
            upload_timeout: Duration::from_secs(600),
            silence: Duration::from_secs(15),
            slowest_upload: 10_000,
            check_timeout: Duration::from_secs(600),
            upload_bytes: 64 << 20,
            keep_results: Duration::from_secs(30 * 60),
            results_bytes: 512 << 20,
            site: None,
            https: false,
            trusted_proxies: Vec::new(),
            connections: 4096,
            head_timeout: Duration::from_secs(20),
            stop_timeout: Duration::from_secs(30),
        }
    }
}

/// A running site, as one of its listeners sees it. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Site(Arc<Inner>, Listener);

/// Who comes in at a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listener {
    /// Everybody, and those who sign in for an organisation.
    Public,
    /// Those who sign in: departments and the office.
    Office,
}

struct Inner {
    /// Path of the public site below its host.
    path: String,
    /// Another one where the deployment's own rules have changed.
    deployment: RwLock<Deployment>,
    /// When it was last looked whether they have; held while somebody looks.
    looked: Mutex<Instant>,
    clock: Clock,
    limits: Limits,
    readers: Pool,
    checks: Pool,
    uploads: Arc<Semaphore>,
    results: Results,
    /// How much each address has asked in an hour of the clock.
    asked: Mutex<HashMap<(IpAddr, i64), u32>>,
}

/// Says when dropped that nobody waits any longer.
#[derive(Default)]
struct Waits(Arc<AtomicBool>);

impl Drop for Waits {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// So many run, so many wait.
struct Pool {
    running: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
}

impl Pool {
    fn new(running: usize, waiting: usize) -> Self {
        Self {
            running: Arc::new(Semaphore::new(running)),
            admitted: Arc::new(Semaphore::new(running + waiting)),
        }
    }

    async fn run<T, F>(
        &self,
        patience: Duration,
        limit: Duration,
        retry_after: u32,
        work: F,
    ) -> Result<T, WebError>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T, WebError> + Send + 'static,
    {
        let busy = || WebError::busy(retry_after);
        let admitted = Arc::clone(&self.admitted)
            .try_acquire_owned()
            .map_err(|_| busy())?;
        let turn = tokio::time::timeout(patience, Arc::clone(&self.running).acquire_owned());
        let turn = turn.await.map_err(|_| busy())?.map_err(|_| busy())?;
        let task = tokio::task::spawn_blocking(move || {
            // Held until the work is really over, also when nobody waits for it any longer.
            let _held = (admitted, turn);
            work()
        });
        match tokio::time::timeout(limit, task).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(join)) => {
                tracing::error!(error = %join, "a use case broke off");
                Err(WebError::fault())
            }
            Err(_) => Err(WebError::timeout()),
        }
    }
}

impl Site {
    pub(crate) fn new(
        deployment: Deployment,
        clock: Clock,
        limits: Limits,
    ) -> std::io::Result<Self> {
        let inner = Inner {
            path: deployment.district().path.to_string(),
            readers: Pool::new(limits.readers, limits.waiting),
            checks: Pool::new(limits.checks, limits.uploads),
            uploads: Arc::new(Semaphore::new(limits.uploads)),
            results: Results::new(limits.keep_results, limits.results_bytes)?,
            asked: Mutex::default(),
            deployment: RwLock::new(deployment),
            looked: Mutex::new(Instant::now()),
            clock,
            limits,
        };
        Ok(Self(Arc::new(inner), Listener::Public))
    }

    /// The same site at the other listener.
    pub(crate) fn office(&self) -> Self {
        Self(Arc::clone(&self.0), Listener::Office)
    }

    /// Whether an address may ask something more in this hour; counts what it asks.
    pub(crate) fn may_ask(&self, from: IpAddr) -> bool {
        let now = self.0.clock.now().map_or(0, Timestamp::as_second);
        let hour = now.div_euclid(3600);
        let mut asked = self.0.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.retain(|(_, of), _| *of == hour);
        let count = asked.entry((from, hour)).or_default();
        *count += 1;
        *count <= crate::ask::AN_HOUR
    }

    pub(crate) fn is_office(&self) -> bool {
        self.1 == Listener::Office
    }

    /// At which door those come in who sign in here.
    pub(crate) fn door(&self) -> Door {
        match self.1 {
            Listener::Public => Door::Space,
            Listener::Office => Door::Office,
        }
    }

    /// What stands before the addresses of those who sign in here.
    pub(crate) fn base(&self) -> &'static str {
        if self.is_office() {
            ""
        } else {
            crate::space::BASE
        }
    }

    /// Where those begin who have signed in here.
    pub(crate) fn begin(&self) -> &'static str {
        if self.is_office() {
            "/"
        } else {
            crate::space::BASE
        }
    }

    /// The path before every address of this listener; those who sign in come in at the root.
    pub(crate) fn path(&self) -> &str {
        if self.is_office() { "" } else { &self.0.path }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// A place for a file that somebody sends; nothing where all are taken.
    pub(crate) fn upload_place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0.uploads).try_acquire_owned().ok()
    }

    /// Whether there is no place for another file now.
    pub(crate) fn uploads_full(&self) -> bool {
        self.0.uploads.available_permits() == 0
    }

    pub(crate) fn results(&self) -> &Results {
        &self.0.results
    }

    /// The office with the rules in force now.
    pub(crate) fn deployment(&self) -> Deployment {
        let deployment = self.0.deployment.read();
        deployment.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes up the deployment's own rules where they have changed. Looks at most once a second,
    /// one thread at a time; `at_once` looks in any case. On blocking threads only.
    fn look_at_rules(&self, at_once: bool) {
        let looked = if at_once || self.deployment().take_adopted() {
            self.0.looked.lock().unwrap_or_else(PoisonError::into_inner)
        } else {
            match self.0.looked.try_lock() {
                Ok(looked) if looked.elapsed() >= LOOK => looked,
                _ => return,
            }
        };
        let mut looked = looked;
        *looked = Instant::now();
        match self.deployment().reload() {
            Ok(Some(deployment)) => {
                tracing::warn!(
                    label = deployment.rules_label(),
                    "a changed rulebook is in use"
                );
                *self
                    .0
                    .deployment
                    .write()
                    .unwrap_or_else(PoisonError::into_inner) = deployment;
            }
            Ok(None) => {}
            // The request itself tells it.
            Err(error) if error.is_away() => {}
            Err(error) => tracing::error!(%error, "the changed rulebook is not used"),
        }
    }

    /// Runs a use case. Where it met an item that the rulebook does not know and the rules turn
    /// out to have changed meanwhile, the request is to be answered again by the new ones.
    fn work<T>(
        &self,
        actor: Actor,
        named: Option<Act>,
        work: impl FnOnce(&Ctx<'_>) -> Result<T, WebError>,
    ) -> Result<T, WebError> {
        self.look_at_rules(false);
        let deployment = self.deployment();
        let met = deployment.unknown_items_met();
        drop(xinheng_app::take_allowed());
        let answer = work(&deployment.ctx(actor, self.0.clock.now()?));
        let strayed = named.and_then(|named| stray(named, &xinheng_app::take_allowed()));
        if let Some(stray) = strayed {
            tracing::error!(act = stray.id(), "the address names another act");
            return Err(WebError::fault());
        }
        if deployment.unknown_items_met() == met {
            return answer;
        }
        self.look_at_rules(true);
        if self.deployment().same_rules(&deployment) {
            return answer;
        }
        Err(WebError::rules_changed())
    }

    /// Runs a reading use case and lays its answer out, on the readers' threads.
    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T, WebError>
    where
        T: Send + 'static,
        F: FnOnce(&Ctx<'_>) -> Result<T, WebError> + Send + 'static,
    {
        self.act(Actor::Public, work).await
    }

    /// As [`Site::read`], for somebody who has signed in; what is written by a person is as quick as
    /// what is read.
    pub(crate) async fn act<T, F>(&self, actor: Actor, work: F) -> Result<T, WebError>
    where
        T: Send + 'static,
        F: FnOnce(&Ctx<'_>) -> Result<T, WebError> + Send + 'static,
    {
        let (site, limits, named) = (self.clone(), self.limits(), router::named_act());
        self.0
            .readers
            .run(limits.patience, limits.read_timeout, 2, move || {
                site.work(actor, named, work)
            })
            .await
    }

    /// Runs work that no visitor waits for and that takes as long as it takes: beside the readers, and
    /// at the cost of none of their places.
    pub(crate) async fn behind<T, F>(&self, actor: Actor, work: F) -> Result<T, WebError>
    where
        T: Send + 'static,
        F: FnOnce(&Ctx<'_>) -> Result<T, WebError> + Send + 'static,
    {
        let site = self.clone();
        let task = tokio::task::spawn_blocking(move || site.work(actor, None, work));
        task.await.unwrap_or_else(|_| Err(WebError::fault()))
    }

    /// Lays out a page behind an act that is done: it rests on what the page shows, too.
    pub(crate) async fn show<T, F>(&self, actor: Actor, work: F) -> Result<T, WebError>
    where
        T: Send + 'static,
        F: FnOnce(&Ctx<'_>) -> Result<T, WebError> + Send + 'static,
    {
        let (site, limits) = (self.clone(), self.limits());
        self.0
            .readers
            .run(limits.patience, limits.read_timeout, 2, move || {
                site.work(actor, None, work)
            })
            .await
    }

    /// Runs the check of a file, on threads of its own so that pages stay quick. It is told to
    /// stop when its visitor has gone or its time is over.
    pub(crate) async fn check<T, F>(&self, work: F) -> Result<T, WebError>
    where
        T: Send + 'static,
        F: FnOnce(&Ctx<'_>) -> Result<T, WebError> + Send + 'static,
    {
        self.check_as(Actor::Public, work).await
    }

    /// As [`Site::check`], for somebody who has signed in.
    pub(crate) async fn check_as<T, F>(&self, actor: Actor, work: F) -> Result<T, WebError>
    where
        T: Send + 'static,
        F: FnOnce(&Ctx<'_>) -> Result<T, WebError> + Send + 'static,
    {
        let (site, limits, named) = (self.clone(), self.limits(), router::named_act());
        let waits = Waits::default();
        let gone = Arc::clone(&waits.0);
        self.0
            .checks
            .run(limits.check_timeout, limits.check_timeout, 30, move || {
                site.work(actor, named, |ctx| work(&ctx.clone().until(gone)))
            })
            .await
    }

    /// Scheme and host of the site, as configured, else as the visitor names them.
    fn address_of(&self, visitor: &Visitor) -> String {
        if let Some(address) = &self.0.limits.site {
            return address.clone();
        }
        let scheme =
            if visitor.host.starts_with("127.0.0.1") || visitor.host.starts_with("localhost") {
                "http"
            } else {
                "https"
            };
        format!("{scheme}://{}", visitor.host)
    }

    /// Header and footer for a visitor.
    pub(crate) fn frame(&self, visitor: &Visitor) -> Frame {
        let deployment = self.deployment();
        let district = deployment.district();
        let now = self.0.clock.now().unwrap_or(Timestamp::UNIX_EPOCH);
        Frame {
            district: district.name.clone(),
            office: district.office.clone(),
            contact: district.contact.clone(),
            platform: district.platform.clone(),
            demo: district.demo,
            path: visitor.path.clone(),
            paper: None,
            large: visitor.large,
            today: xinheng_app::civil_day(now),
            site: format!("{}{}", self.address_of(visitor), self.path()),
            canonical: self.0.limits.site.is_some() && !self.is_office(),
            settings: deployment.district_shared(),
            desk: self.is_office().then(Desk::default),
        }
    }
}

/// The first act that an answer rests on and its address does not name.
fn stray(named: Act, asked: &[Act]) -> Option<Act> {
    let mut asked = asked.iter().copied();
    asked.find(|act| *act != named && !act.is_part() && !named.parts().contains(act))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn an_answer_that_rests_on_another_act_than_its_address_names_is_found() {
        let asked = [Act::SiteOpen, Act::RecordOpen, Act::PublicRead];
        assert_eq!(stray(Act::RecordOpen, &asked), None);
        assert_eq!(stray(Act::HomeOpen, &asked), Some(Act::RecordOpen));
    }

    /// The work is a check that looks whether somebody waits, for ever if nobody tells it.
    #[tokio::test]
    async fn a_check_is_told_when_its_visitor_has_gone_or_its_time_is_over() {
        let dir = tempfile::tempdir().unwrap();
        let place = xinheng_app::Place {
            data: Some(dir.path().to_owned()),
            ..xinheng_app::Place::default()
        };
        let day = jiff::civil::date(2026, 11, 22);
        let office = Deployment::create(&place, xinheng_app::noon(day).unwrap()).unwrap();
        let hour = Duration::from_secs(3600);
        for (check_timeout, leaves) in [(Duration::ZERO, false), (hour, true)] {
            let limits = Limits {
                check_timeout,
                ..Limits::default()
            };
            let site = Site::new(office.clone(), Clock::Day(day), limits).unwrap();
            let (begins, begun) = mpsc::channel();
            let (ends, ended) = mpsc::channel();
            let check = site.check(move |ctx| {
                begins.send(()).unwrap();
                let since = Instant::now();
                while ctx.still_wanted().is_ok() && since.elapsed() < Duration::from_secs(20) {
                    std::thread::yield_now();
                }
                ends.send(ctx.still_wanted().is_err()).unwrap();
                Ok(())
            });
            if leaves {
                let mut check = Box::pin(check);
                std::future::poll_fn(|cx| {
                    assert!(check.as_mut().poll(cx).is_pending());
                    std::task::Poll::Ready(())
                })
                .await;
                begun.recv().unwrap();
            } else {
                assert_eq!(check.await.unwrap_err().code, "timeout");
            }
            assert!(ended.recv().unwrap(), "the check went on");
        }
    }

    /// The work goes on until the test lets it, so nothing here depends on how fast a machine is.
    #[tokio::test]
    async fn work_that_takes_too_long_is_answered_and_keeps_its_place() {
        let pool = Pool::new(1, 0);
        let (finish, finished) = mpsc::channel::<()>();
        let slow = pool
            .run(Duration::from_secs(60), Duration::ZERO, 2, move || {
                finished.recv().ok();
                Ok(())
            })
            .await
            .unwrap_err();
        assert_eq!((slow.code, slow.retry_after), ("timeout", Some(10)));

        let busy = pool
            .run(Duration::from_secs(60), Duration::ZERO, 2, || Ok(()))
            .await
            .unwrap_err();
        assert_eq!((busy.code, busy.retry_after), ("busy", Some(2)));

        drop(finish);
        let turn = Arc::clone(&pool.running).acquire_owned().await;
        assert!(
            turn.is_ok(),
            "the place is free again when the work is over"
        );
    }
}
