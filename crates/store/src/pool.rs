//! A bounded pool of connections.

use crate::{
    db::Options,
    dialect::{Conn, Purpose},
    error::{Result, StoreError},
    location::Location,
};
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
    returned: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Conn>,
    open: usize,
}

impl Pool {
    pub(crate) fn new(location: Location, options: Options, purpose: Purpose, most: usize) -> Self {
        Self {
            location,
            options,
            purpose,
            most,
            state: Mutex::default(),
            returned: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // The state is two fields that are never half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection for the caller alone, until it is dropped.
    pub(crate) fn take(&self) -> Result<Pooled<'_>> {
        let mut state = self.lock();
        loop {
            while let Some(conn) = state.idle.pop() {
                if conn.is_usable() {
                    return Ok(Pooled {
                        pool: self,
                        conn: Some(conn),
                        broken: false,
                    });
                }
                state.open -= 1;
            }
            if state.open < self.most {
                state.open += 1;
                drop(state);
                let conn = Conn::open(&self.location, self.purpose, &self.options)
                    .inspect_err(|_| self.gone())?;
                return Ok(Pooled {
                    pool: self,
                    conn: Some(conn),
                    broken: false,
                });
            }
            let (woken, wait) = self
                .returned
                .wait_timeout(state, self.options.patience)
                .unwrap_or_else(PoisonError::into_inner);
            if wait.timed_out() {
                return Err(StoreError::Busy("所有连接都在使用".to_owned()));
            }
            state = woken;
        }
    }

    /// A connection in a transaction. Connections that broke while they were idle (a server that
    /// was restarted) are replaced.
    pub(crate) fn begin(&self, begin: impl Fn(&mut Conn) -> Result<()>) -> Result<Pooled<'_>> {
        for _ in 0..self.most {
            let mut conn = self.take()?;
            match begin(&mut conn) {
                Err(StoreError::Unreachable(_)) => conn.broken = true,
                done => return done.map(|()| conn),
            }
        }
        let mut conn = self.take()?;
        begin(&mut conn).map(|()| conn)
    }

    fn gone(&self) {
        self.lock().open -= 1;
        self.returned.notify_one();
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
        if conn.is_usable() && !self.broken {
            self.pool.lock().idle.push(conn);
            self.pool.returned.notify_one();
        } else {
            self.pool.gone();
        }
    }
}
