//! Looks at what is not public: each leaves an entry, which is committed before anybody gets the
//! answer (I4). The entries that come while a group is being committed are the next group, so that
//! many looks at once cost few commits and one alone waits for nobody.

use super::AuditEntry;
use crate::error::{Result, StoreError};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

/// What became of a group: set once, for all who are in it.
type Outcome = Arc<OnceLock<Result<()>>>;

/// The entries that wait, and whoever commits those before them.
#[derive(Default)]
pub(crate) struct Looks {
    state: Mutex<State>,
    done: Condvar,
}

#[derive(Default)]
struct State {
    waiting: Vec<AuditEntry>,
    outcome: Outcome,
    /// Somebody commits the group before.
    committing: bool,
}

impl Looks {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the entry to the group that is collected, and comes back when it is committed:
    /// by `commit`, which one of the group calls for all.
    pub(crate) fn enter(
        &self,
        entry: AuditEntry,
        commit: impl FnOnce(&[AuditEntry]) -> Result<()>,
    ) -> Result<()> {
        let mut state = self.lock();
        state.waiting.push(entry);
        let mine = Arc::clone(&state.outcome);
        while mine.get().is_none() && state.committing {
            state = self
                .done
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if let Some(outcome) = mine.get() {
            return outcome.clone();
        }
        // Nobody commits, so the group that is collected is still the own one.
        let group = std::mem::take(&mut state.waiting);
        state.outcome = Outcome::default();
        state.committing = true;
        drop(state);
        let turn = Turn { looks: self, mine };
        let outcome = commit(&group);
        let _ = turn.mine.set(outcome.clone());
        outcome
    }
}

/// Ends the turn of whoever commits, also when it panics: then the group is told so.
struct Turn<'a> {
    looks: &'a Looks,
    mine: Outcome,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let _ = self.mine.set(Err(StoreError::Other(
            "审计写入中断，没有给出内容".to_owned(),
        )));
        self.looks.lock().committing = false;
        self.looks.done.notify_all();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;
    use std::sync::{Barrier, mpsc};

    fn entry(n: i64) -> AuditEntry {
        let at = jiff::Timestamp::from_second(n).unwrap();
        AuditEntry::new(at, "甲", "record.look", serde_json::json!({"n": n}))
    }

    /// The first is held in its commit until all others wait: they are one group.
    #[test]
    fn whoever_comes_during_a_commit_is_in_the_next_group() {
        let looks = Looks::default();
        let (sizes, told) = mpsc::channel();
        let begun = Barrier::new(2);
        let (release, held) = mpsc::channel::<()>();
        std::thread::scope(|scope| {
            let (looks, begun, sizes) = (&looks, &begun, &sizes);
            scope.spawn(move || {
                looks
                    .enter(entry(0), |group| {
                        sizes.send(group.len()).unwrap();
                        begun.wait();
                        held.recv().ok();
                        Ok(())
                    })
                    .unwrap();
            });
            begun.wait();
            for n in 1..=99 {
                let sizes = sizes.clone();
                scope.spawn(move || {
                    looks
                        .enter(entry(n), |group| {
                            sizes.send(group.len()).unwrap();
                            Ok(())
                        })
                        .unwrap();
                });
            }
            while looks.lock().waiting.len() < 99 {
                std::thread::yield_now();
            }
            release.send(()).unwrap();
        });
        assert_eq!(told.try_iter().collect::<Vec<_>>(), [1, 99]);
    }

    #[test]
    fn a_group_that_fails_gives_no_answer_and_leaves_the_turn() {
        let looks = Looks::default();
        let full = || Err(StoreError::Full("x".to_owned()));
        assert_eq!(looks.enter(entry(0), |_| full()), full());
        let broken = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            looks.enter(entry(1), |_| {
                std::panic::resume_unwind(Box::new("as intended"))
            })
        }));
        assert!(broken.is_err());
        assert_eq!(
            looks.enter(entry(2), |group| {
                assert_eq!(group.len(), 1);
                Ok(())
            }),
            Ok(())
        );
    }
}
