//! A bounded pool of connections, given out in the order of asking.

mod between;
mod queue;

pub use queue::Turn;

use crate::{
    db::Options,
    dialect::{Conn, Purpose},
    error::{Result, StoreError},
    location::Location,
};
use between::{Between, Held};
use queue::Queue;
use std::{
    ops::{Deref, DerefMut},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

pub(crate) struct Pool {
    location: Location,
    options: Options,
    purpose: Purpose,
    most: usize,
    state: Mutex<State>,
    /// Somebody else may go: a connection came back, or whoever was first has gone.
    changed: Condvar,
    /// Turns among the processes that write.
    between: Option<Between>,
}

#[derive(Default)]
struct State {
    idle: Vec<Conn>,
    open: usize,
    queue: Queue,
}

impl Pool {
    pub(crate) fn new(location: Location, options: Options, purpose: Purpose, most: usize) -> Self {
        let between = (purpose == Purpose::Write)
            .then(|| Between::of(&location))
            .flatten();
        Self {
            location,
            options,
            purpose,
            most,
            state: Mutex::default(),
            changed: Condvar::new(),
            between,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // The state is a few fields that are never half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_free(&self, state: &State) -> bool {
        !state.idle.is_empty() || state.open < self.most
    }

    /// Wakes those who wait where one of them may go.
    fn tell(&self, state: &State) {
        if self.is_free(state) && !state.queue.is_empty() {
            self.changed.notify_all();
        }
    }

    /// A connection for the caller alone, until it is dropped.
    pub(crate) fn take(&self, turn: Turn) -> Result<Pooled<'_>> {
        let mut state = self.lock();
        let ticket = state.queue.enter(turn);
        let not_yet =
            |state: &mut State| !self.is_free(state) || state.queue.first() != Some(ticket);
        let (mut state, wait) = self
            .changed
            .wait_timeout_while(state, self.options.patience, not_yet)
            .unwrap_or_else(PoisonError::into_inner);
        if wait.timed_out() {
            state.queue.leave(ticket);
            self.tell(&state);
            return Err(StoreError::Busy("所有连接都在使用".to_owned()));
        }
        state.queue.serve();
        let mut conn = state.idle.pop();
        while conn.as_ref().is_some_and(|conn| !conn.is_usable()) {
            state.open -= 1;
            conn = state.idle.pop();
        }
        state.open += usize::from(conn.is_none());
        self.tell(&state);
        drop(state);
        let conn = match conn {
            Some(conn) => conn,
            None => Conn::open(&self.location, self.purpose, &self.options)
                .inspect_err(|_| self.gone())?,
        };
        Ok(Pooled {
            pool: self,
            conn: Some(conn),
            broken: false,
            held: None,
        })
    }

    /// A connection in a transaction. Connections that broke while they were idle (a server that
    /// was restarted) are replaced.
    pub(crate) fn begin(
        &self,
        turn: Turn,
        begin: impl Fn(&mut Conn) -> Result<()>,
    ) -> Result<Pooled<'_>> {
        let mut tries = 0..self.most;
        loop {
            let mut conn = self.take(turn)?;
            let between = self.between.as_ref();
            conn.held = between.and_then(|b| b.wait(turn, self.options.patience));
            match begin(&mut conn) {
                Err(StoreError::Unreachable(_)) if tries.next().is_some() => conn.broken = true,
                done => return done.map(|()| conn),
            }
        }
    }

    fn gone(&self) {
        let mut state = self.lock();
        state.open -= 1;
        self.tell(&state);
    }
}

impl Drop for Pool {
    /// A PostgreSQL client must not be dropped on an asynchronous thread.
    fn drop(&mut self) {
        let idle = std::mem::take(&mut self.lock().idle);
        if !idle.is_empty() {
            let _ = std::thread::spawn(move || drop(idle)).join();
        }
    }
}

/// A connection that goes back to its pool.
pub(crate) struct Pooled<'a> {
    pool: &'a Pool,
    /// `None` only while dropping.
    conn: Option<Conn>,
    /// Not to be used again.
    broken: bool,
    /// The turn among processes.
    held: Option<Held<'a>>,
}

impl Deref for Pooled<'_> {
    type Target = Conn;
    #[allow(clippy::expect_used, reason = "taken in drop alone")]
    fn deref(&self) -> &Conn {
        self.conn.as_ref().expect("present until dropped")
    }
}

impl DerefMut for Pooled<'_> {
    #[allow(clippy::expect_used, reason = "taken in drop alone")]
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn.as_mut().expect("present until dropped")
    }
}

impl Drop for Pooled<'_> {
    fn drop(&mut self) {
        let Some(mut conn) = self.conn.take() else {
            return;
        };
        // A closure that panicked left its transaction open.
        conn.rollback();
        self.held = None;
        if conn.is_usable() && !self.broken {
            let mut state = self.pool.lock();
            state.idle.push(conn);
            self.pool.tell(&state);
        } else {
            self.pool.gone();
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::{queue::IN_A_ROW, *};
    use std::{
        panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
        sync::{Barrier, mpsc},
        time::Duration,
    };
    use tempfile::TempDir;

    /// Longer than any test waits.
    const LONG: Duration = Duration::from_secs(60);

    /// A pool of an empty database.
    fn pool(most: usize, patience: Duration) -> (TempDir, Pool) {
        let dir = tempfile::tempdir().unwrap();
        let location = Location::Sqlite(dir.path().join("x.db"));
        let options = Options {
            patience,
            ..Options::default()
        };
        Conn::open(&location, Purpose::Create, &options).unwrap();
        (dir, Pool::new(location, options, Purpose::Write, most))
    }

    /// Idle connections, and all that are open.
    fn counts(pool: &Pool) -> (usize, usize) {
        let state = pool.lock();
        (state.idle.len(), state.open)
    }

    /// Until so many wait.
    fn until_wait(pool: &Pool, count: usize) {
        while pool.lock().queue.waiting() < count {
            std::thread::yield_now();
        }
    }

    /// Threads that ask one after another while the only connection is out, in the order in which
    /// they got it.
    fn served(turns: &[Turn]) -> Vec<usize> {
        let (_dir, pool) = pool(1, LONG);
        let (tell, told) = mpsc::channel();
        std::thread::scope(|scope| {
            let out = pool.take(Turn::Bulk).unwrap();
            for (n, turn) in turns.iter().enumerate() {
                let (pool, tell) = (&pool, tell.clone());
                scope.spawn(move || {
                    let _conn = pool.take(*turn).unwrap();
                    tell.send(n).unwrap();
                });
                until_wait(pool, n + 1);
            }
            drop(out);
        });
        told.try_iter().collect()
    }

    #[test]
    fn who_comes_first_goes_first() {
        for turn in [Turn::Person, Turn::Bulk] {
            assert_eq!(served(&[turn; 12]), (0..12).collect::<Vec<_>>());
        }
    }

    #[test]
    fn people_go_before_bulk_that_came_earlier() {
        let turns = [Turn::Bulk, Turn::Bulk, Turn::Person, Turn::Person];
        assert_eq!(served(&turns), [2, 3, 0, 1]);
    }

    #[test]
    fn bulk_goes_after_so_many_people() {
        let row = IN_A_ROW as usize;
        let mut turns = vec![Turn::Bulk];
        turns.extend(vec![Turn::Person; row + 3]);
        assert_eq!(served(&turns)[row], 0);
    }

    /// Each holds its connection until the other has one too.
    #[test]
    fn two_that_come_back_at_once_serve_two() {
        let (_dir, pool) = pool(2, LONG);
        let both = Barrier::new(2);
        std::thread::scope(|scope| {
            let out = [(); 2].map(|()| pool.take(Turn::Person).unwrap());
            for n in 1..=2 {
                scope.spawn(|| {
                    let _conn = pool.take(Turn::Person).unwrap();
                    both.wait();
                });
                until_wait(&pool, n);
            }
            // Both are back before anybody who waits has looked.
            let mut state = pool.lock();
            for mut pooled in out {
                state.idle.extend(pooled.conn.take());
            }
            pool.tell(&state);
        });
        assert_eq!(counts(&pool), (2, 2));
    }

    #[test]
    fn a_broken_connection_gives_its_turn_back() {
        let (dir, pool) = pool(1, LONG);
        let waiting = |broken: &dyn Fn()| -> Vec<Result<()>> {
            std::thread::scope(|scope| {
                let mut out = pool.take(Turn::Person).unwrap();
                let mut all = Vec::new();
                for n in 1..=2 {
                    all.push(scope.spawn(|| pool.take(Turn::Person).map(drop)));
                    until_wait(&pool, n);
                }
                out.broken = true;
                broken();
                drop(out);
                all.into_iter().map(|one| one.join().unwrap()).collect()
            })
        };
        assert_eq!(waiting(&|| ()), [Ok(()), Ok(())]);
        assert_eq!(counts(&pool), (1, 1));
        // A connection that cannot be opened either: everybody is told, nobody waits for it.
        let path = dir.path().join("x.db");
        for told in waiting(&|| std::fs::rename(&path, path.with_extension("away")).unwrap()) {
            assert!(matches!(told, Err(StoreError::Missing(_))), "{told:?}");
        }
        assert_eq!(counts(&pool), (0, 0));
    }

    #[test]
    fn who_runs_out_of_patience_leaves_no_ticket() {
        let (_dir, pool) = pool(1, Duration::from_millis(20));
        let out = pool.take(Turn::Bulk).unwrap();
        for turn in [Turn::Person, Turn::Bulk] {
            let told = pool.take(turn).map(drop);
            assert!(matches!(told, Err(StoreError::Busy(_))), "{told:?}");
            assert!(pool.lock().queue.is_empty());
        }
        drop(out);
        pool.take(Turn::Bulk).unwrap();
    }

    #[test]
    fn a_panic_gives_the_connection_and_the_turn_back() {
        let (_dir, pool) = pool(1, Duration::ZERO);
        for turn in [Turn::Person, Turn::Bulk, Turn::Person] {
            let caught = catch_unwind(AssertUnwindSafe(|| {
                let _conn = pool.begin(turn, Conn::begin_write).unwrap();
                resume_unwind(Box::new("as intended"));
            }));
            assert!(caught.is_err());
        }
        assert_eq!(counts(&pool), (1, 1));
    }

    #[test]
    fn a_begin_that_finds_the_connection_broken_is_tried_on_another() {
        let (_dir, pool) = pool(1, Duration::ZERO);
        let tries = std::cell::Cell::new(0);
        let begin = |_: &mut Conn| {
            tries.set(tries.get() + 1);
            Err(StoreError::Unreachable("as intended".to_owned()))
        };
        let told = pool.begin(Turn::Person, begin).map(drop);
        assert!(matches!(told, Err(StoreError::Unreachable(_))), "{told:?}");
        assert_eq!((tries.get(), pool.lock().queue.waiting()), (2, 0));
        pool.begin(Turn::Person, Conn::begin_write).unwrap();
    }
}
