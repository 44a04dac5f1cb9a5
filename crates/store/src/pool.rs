//! A bounded pool of connections, given out in the order of asking.

mod between;
mod queue;
#[cfg(test)]
mod tests;

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
