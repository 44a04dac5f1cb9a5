//! What was found in texts and what was said of them, kept while it holds: both are asked for at
//! every page. With other rules there is another deployment object, and nothing of this is in it.

use super::Near;
use crate::AppResult;
use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use xinheng_domain::{finder::Reading, reading::TextReadings};
use xinheng_store::{Conn, reading};

/// Bytes of texts kept at once, about.
const MOST_BYTES: usize = 16 << 20; // no law: a bound for memory

/// What a text comes to when nobody has said anything of it.
pub(crate) struct Found {
    /// What the finder found in the original.
    pub reading: Reading,
    /// The wording; `None` where it is the original.
    pub text: Option<String>,
}

impl Found {
    pub fn withheld(&self) -> bool {
        self.reading.withhold.is_some()
    }
}

/// What is kept of texts.
#[derive(Default)]
pub(crate) struct Texts {
    found: Mutex<Kept>,
    said: Mutex<(u64, Arc<TextReadings>)>,
    read: AtomicU64,
}

#[derive(Default)]
struct Kept {
    by_text: HashMap<String, Arc<Found>>,
    bytes: usize,
}

impl Texts {
    /// What was found in a text beside these names, or is by `read`.
    pub fn found(&self, text: &str, near: &Near<'_>, read: impl FnOnce() -> Found) -> Arc<Found> {
        let key = key(text, near);
        let lock = || self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = lock().by_text.get(key.as_ref()) {
            return Arc::clone(found);
        }
        self.read.fetch_add(1, Ordering::Relaxed);
        let found = Arc::new(read());
        let bytes = key.len() * 2;
        let mut kept = lock();
        if kept.bytes + bytes > MOST_BYTES {
            *kept = Kept::default();
        }
        kept.bytes += bytes;
        kept.by_text.insert(key.into_owned(), Arc::clone(&found));
        found
    }

    /// How many texts the finder has read.
    pub fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// What is in force of what departments have said, as of the state that `conn` sees: another
    /// process may have recorded something a moment ago.
    pub fn said(&self, conn: &mut Conn) -> AppResult<Arc<TextReadings>> {
        let last = reading::last(conn)?;
        let lock = || self.said.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let said = lock();
            if said.0 == last {
                return Ok(Arc::clone(&said.1));
            }
        }
        let new = Arc::new(TextReadings::of(&reading::all(conn)?));
        *lock() = (last, Arc::clone(&new));
        Ok(new)
    }
}

/// The text with the names that bear on it: nothing else decides what is found.
fn key<'t>(text: &'t str, near: &Near<'_>) -> Cow<'t, str> {
    if near.persons.is_empty() && near.whole.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut key = text.to_owned();
    for (mark, names) in [('\u{1}', &near.persons), ('\u{2}', &near.whole)] {
        for name in names {
            key.push(mark);
            key.push_str(name);
        }
    }
    Cow::Owned(key)
}
