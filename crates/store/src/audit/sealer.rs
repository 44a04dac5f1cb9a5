//! The thread that chains the entries of a deployment: whoever has written wakes it and goes on.

use crate::{
    Db, audit,
    error::{Result, StoreError},
};
use jiff::Timestamp;
use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
};

/// Seals entries of one database while it lives, and those that wait when it ends.
pub struct Sealer {
    shared: Arc<Shared>,
    db: Db,
    failed: fn(&StoreError),
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// There may be entries since; the moment that is written beside them.
    wanted: Option<Timestamp>,
    sealing: bool,
    ending: bool,
    /// Why the last sealing failed; the entries wait for the next one.
    failure: Option<StoreError>,
    /// Made when there is something to seal for the first time.
    thread: Option<JoinHandle<()>>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'s>(&self, state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        self.changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, db: &Db, failed: fn(&StoreError)) {
        let mut state = self.lock();
        loop {
            if let Some(at) = state.wanted.take() {
                state.sealing = true;
                drop(state);
                let outcome = audit::seal(db, at);
                state = self.lock();
                state.failure = outcome.err();
                if let Some(error) = &state.failure {
                    failed(error);
                }
                state.sealing = false;
                self.changed.notify_all();
            } else if state.ending {
                return;
            } else {
                state = self.wait(state);
            }
        }
    }
}

impl Sealer {
    /// A sealer of this database; `failed` is told of a sealing that failed.
    #[must_use]
    pub fn new(db: Db, failed: fn(&StoreError)) -> Self {
        Self {
            shared: Arc::default(),
            db,
            failed,
        }
    }

    /// Says that an entry was committed at `at`. Where the system gives no thread, `failed` is told
    /// and the entry waits: what was committed has not failed.
    pub fn wake(&self, at: Timestamp) {
        let mut state = self.shared.lock();
        state.wanted = state.wanted.max(Some(at));
        if state.thread.is_none() {
            let (shared, db, failed) = (Arc::clone(&self.shared), self.db.clone(), self.failed);
            let thread = std::thread::Builder::new()
                .name("audit-sealer".to_owned())
                .spawn(move || shared.run(&db, failed))
                .map_err(|error| StoreError::Other(format!("不能启动封存审计的线程：{error}")));
            state.thread = thread.inspect_err(self.failed).ok();
        }
        self.shared.changed.notify_all();
    }

    /// Waits until everything that was committed before is sealed.
    ///
    /// # Errors
    /// Why the last sealing failed.
    pub fn rest(&self) -> Result<()> {
        let mut state = self.shared.lock();
        while state.thread.is_some() && (state.sealing || state.wanted.is_some()) {
            state = self.shared.wait(state);
        }
        state.failure.clone().map_or(Ok(()), Err)
    }
}

impl Drop for Sealer {
    fn drop(&mut self) {
        let thread = {
            let mut state = self.shared.lock();
            state.ending = true;
            self.shared.changed.notify_all();
            state.thread.take()
        };
        if let Some(thread) = thread {
            // A panic in it was reported as it happened; the entries wait for the next run.
            let _ = thread.join();
        }
    }
}
