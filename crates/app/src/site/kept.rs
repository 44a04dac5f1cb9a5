//! A figure made once and kept while nothing has changed.

use crate::AppResult;
use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// No figure is looked at again sooner.
const SOONEST: Duration = Duration::from_secs(5);
/// A figure that is dear to make is kept so many times longer than it takes.
const TIMES: u32 = 20;
/// No figure is kept longer, changed or not.
const LONGEST: Duration = Duration::from_secs(600);

/// Time since some moment; another one in tests.
pub struct Watch(Box<dyn Fn() -> Duration + Send + Sync>);

impl Default for Watch {
    fn default() -> Self {
        let start = Instant::now();
        Self(Box::new(move || start.elapsed()))
    }
}

impl Watch {
    pub fn now(&self) -> Duration {
        (self.0)()
    }
}

/// Figures by key.
pub struct Kept<K, V> {
    places: Mutex<HashMap<K, Arc<Place<V>>>>,
    most: usize,
}

struct Place<V> {
    state: Mutex<State<V>>,
    made: Condvar,
}

struct State<V> {
    value: Option<Made<V>>,
    /// Somebody makes it now.
    making: bool,
}

struct Made<V> {
    at: Duration,
    /// When it was last found to be still right.
    looked: Duration,
    took: Duration,
    /// The mark of change before it was made.
    mark: u64,
    value: V,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives the place of the maker free, also when it fails.
struct Turn<'p, V>(&'p Place<V>);

impl<V> Drop for Turn<'_, V> {
    fn drop(&mut self) {
        lock(&self.0.state).making = false;
        self.0.made.notify_all();
    }
}

impl<K: Eq + Hash, V: Clone> Kept<K, V> {
    /// Keeps so many keys at most.
    pub fn new(most: usize) -> Self {
        Self {
            places: Mutex::default(),
            most,
        }
    }

    /// The figure of `key`. It is made anew where `mark` says that something has changed, not
    /// too often, by one at a time; the others get the old one meanwhile.
    pub fn get(
        &self,
        watch: &Watch,
        key: K,
        mark: impl Fn() -> AppResult<u64>,
        make: impl FnOnce() -> AppResult<V>,
    ) -> AppResult<V> {
        let place = self.place(key);
        let mut state = lock(&place.state);
        while state.value.is_none() && state.making {
            state = place
                .made
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        let making = state.making;
        if let Some(made) = state.value.as_mut() {
            let now = watch.now();
            let soonest = SOONEST.max(made.took * TIMES).min(LONGEST);
            let old = now.saturating_sub(made.at) >= LONGEST;
            let looked = now.saturating_sub(made.looked) < soonest;
            if making || looked && !old {
                return Ok(made.value.clone());
            }
            if !old && made.mark == mark()? {
                made.looked = now;
                return Ok(made.value.clone());
            }
        }
        state.making = true;
        drop(state);
        let turn = Turn(&place);
        // Before the figure: what changes while it is made is seen the next time.
        let mark = mark()?;
        let begun = watch.now();
        let value = make()?;
        let at = watch.now();
        lock(&place.state).value = Some(Made {
            at,
            looked: at,
            took: at.saturating_sub(begun),
            mark,
            value: value.clone(),
        });
        drop(turn);
        Ok(value)
    }

    fn place(&self, key: K) -> Arc<Place<V>> {
        let mut places = lock(&self.places);
        if places.len() >= self.most && !places.contains_key(&key) {
            places.clear();
        }
        let place = places.entry(key).or_insert_with(|| {
            Arc::new(Place {
                state: Mutex::new(State {
                    value: None,
                    making: false,
                }),
                made: Condvar::new(),
            })
        });
        Arc::clone(place)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "in tests")]
    use super::*;
    use std::sync::{
        Barrier,
        atomic::{AtomicU64, Ordering},
    };

    /// A site whose time and changes the test decides.
    struct World {
        seconds: Arc<AtomicU64>,
        mark: AtomicU64,
        made: AtomicU64,
        watch: Watch,
        kept: Kept<&'static str, u64>,
    }

    impl World {
        fn new() -> Self {
            let seconds = Arc::new(AtomicU64::new(0));
            let clock = Arc::clone(&seconds);
            Self {
                seconds,
                mark: AtomicU64::new(1),
                made: AtomicU64::new(0),
                watch: Watch(Box::new(move || {
                    Duration::from_secs(clock.load(Ordering::SeqCst))
                })),
                kept: Kept::new(2),
            }
        }

        fn later(&self, seconds: u64) {
            self.seconds.fetch_add(seconds, Ordering::SeqCst);
        }

        /// Asks; making it takes so many seconds. Gives how often it was made by then.
        fn ask(&self, key: &'static str, takes: u64) -> u64 {
            let mark = || Ok(self.mark.load(Ordering::SeqCst));
            self.kept
                .get(&self.watch, key, mark, || {
                    self.later(takes);
                    Ok(self.made.fetch_add(1, Ordering::SeqCst) + 1)
                })
                .unwrap()
        }
    }

    #[test]
    fn a_figure_is_kept_while_nothing_has_changed() {
        let world = World::new();
        assert_eq!(world.ask("a", 0), 1);
        world.later(590);
        assert_eq!(world.ask("a", 0), 1);
        world.later(10);
        assert_eq!(world.ask("a", 0), 2, "ten minutes at most");
        world.mark.store(2, Ordering::SeqCst);
        world.later(4);
        assert_eq!(world.ask("a", 0), 2, "not sooner than after five seconds");
        world.later(1);
        assert_eq!(world.ask("a", 0), 3);
        assert_eq!(world.ask("another day", 0), 4, "has a figure of its own");
    }

    #[test]
    fn a_dear_figure_is_made_less_often() {
        let world = World::new();
        assert_eq!(world.ask("a", 2), 1);
        world.mark.store(2, Ordering::SeqCst);
        world.later(39);
        assert_eq!(world.ask("a", 2), 1);
        world.later(1);
        assert_eq!(world.ask("a", 2), 2);
    }

    #[test]
    fn one_makes_it_while_the_others_get_the_old_one() {
        let world = World::new();
        let mark = || Ok(world.mark.load(Ordering::SeqCst));
        assert_eq!(world.ask("a", 0), 1);
        world.mark.store(2, Ordering::SeqCst);
        world.later(5);
        let new = world
            .kept
            .get(&world.watch, "a", mark, || {
                assert_eq!(world.ask("a", 0), 1, "the old one, at once");
                Ok(7)
            })
            .unwrap();
        assert_eq!((new, world.ask("a", 0)), (7, 7));
    }

    #[test]
    fn the_first_ones_wait_for_the_one_who_makes_it() {
        let world = World::new();
        let mark = || Ok(1);
        let start = Barrier::new(8);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    start.wait();
                    let got = world.kept.get(&world.watch, "a", mark, || {
                        Ok(world.made.fetch_add(1, Ordering::SeqCst) + 1)
                    });
                    assert_eq!(got.unwrap(), 1);
                });
            }
        });
    }

    #[test]
    fn a_maker_that_fails_leaves_its_place() {
        let world = World::new();
        let failed = world.kept.get(
            &world.watch,
            "a",
            || Ok(1),
            || Err(crate::AppError::Fault("x".to_owned())),
        );
        assert!(failed.is_err());
        assert_eq!(world.ask("a", 0), 1);
    }
}
