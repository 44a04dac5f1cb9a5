//! A bounded pool of connections.

use crate::{
    db::connect,
    dialect::Conn,
    error::{Result, StoreError},
    location::Location,
};
use std::{
    ops::{Deref, DerefMut},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How long a caller waits for a connection before it is told that the database is busy.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Pool {
    location: Location,
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
    pub(crate) fn new(location: Location, most: usize) -> Self {
        Self {
            location,
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
                    });
                }
                state.open -= 1;
            }
            if state.open < self.most {
                state.open += 1;
                drop(state);
                let conn = connect(&self.location).inspect_err(|_| self.gone())?;
                return Ok(Pooled {
                    pool: self,
                    conn: Some(conn),
                });
            }
            let (woken, wait) = self
                .returned
                .wait_timeout(state, PATIENCE)
                .unwrap_or_else(PoisonError::into_inner);
            if wait.timed_out() {
                return Err(StoreError::Busy("所有连接都在使用".to_owned()));
            }
            state = woken;
        }
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
        if conn.is_usable() {
            self.pool.lock().idle.push(conn);
            self.pool.returned.notify_one();
        } else {
            self.pool.gone();
        }
    }
}
