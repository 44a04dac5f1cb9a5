//! Stopping: who still sends is waited for, who has fallen silent is not.

use std::{pin::pin, time::Duration};
use tokio::{sync::watch, time::Instant};

/// Whether the site is asked to stop, and how long a sender may be silent then.
pub(crate) struct Stop {
    asked: watch::Sender<bool>,
    silence: Duration,
}

impl Stop {
    pub(crate) fn new(silence: Duration) -> Self {
        Self {
            asked: watch::Sender::new(false),
            silence,
        }
    }

    /// The site is asked to stop.
    pub(crate) fn ask(&self) {
        self.asked.send_replace(true);
    }

    /// What a sender sends next; `None` where it has been silent for too long when the site is
    /// asked to stop.
    pub(crate) async fn unless_silent<T>(&self, next: impl Future<Output = T>) -> Option<T> {
        let end = Instant::now() + self.silence;
        let mut asked = self.asked.subscribe();
        let silent = pin!(async move {
            // An error is impossible: the sender is ours and outlives this.
            let _ = asked.wait_for(|asked| *asked).await;
            tokio::time::sleep_until(end).await;
        });
        tokio::select! {
            biased;
            sent = next => Some(sent),
            () = silent => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};

    #[tokio::test]
    async fn only_a_silent_sender_is_left_and_only_when_stopping() {
        let stop = Stop::new(Duration::ZERO);
        let slow = async {
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            7
        };
        assert_eq!(stop.unless_silent(slow).await, Some(7), "nobody stops");
        stop.ask();
        assert_eq!(stop.unless_silent(ready(7)).await, Some(7));
        assert_eq!(stop.unless_silent(pending::<u8>()).await, None);
    }
}
