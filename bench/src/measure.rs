//! Processor time, memory, percentiles.

use std::time::Instant;

/// Processor time of this process in seconds, from `/proc` (in hundredths).
pub fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let mut fields = after.split_whitespace().skip(11);
    let mut next = || {
        fields
            .next()
            .and_then(|f| f.parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    (next() + next()) / 100.0
}

/// Most memory held so far, in MB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok())
        .unwrap_or(0)
        / 1024
}

/// Adds up the time of one kind of work.
pub struct Meter {
    what: &'static str,
    processor: f64,
    wall: f64,
}

impl Meter {
    /// A meter at zero.
    pub fn new(what: &'static str) -> Self {
        Self {
            what,
            processor: 0.0,
            wall: 0.0,
        }
    }

    /// Counts the time of `work`.
    pub fn run<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let (begin, start) = (processor(), Instant::now());
        let done = work();
        self.processor += processor() - begin;
        self.wall += start.elapsed().as_secs_f64();
        done
    }

    /// Processor time so far, in seconds.
    pub const fn used(&self) -> f64 {
        self.processor
    }

    /// Prints the sums for `count` things.
    pub fn report(&self, count: u64) {
        #[allow(clippy::cast_precision_loss, reason = "a count of things")]
        let rate = count as f64 / self.processor.max(0.01);
        println!(
            "{}: {:.1} CPU-s, {:.1} s, {rate:.0} per CPU-s, peak {} MB",
            self.what,
            self.processor,
            self.wall,
            peak()
        );
    }
}

/// Prints the usual percentiles.
pub fn percentiles(what: &str, times: &mut [f64]) {
    times.sort_by(f64::total_cmp);
    let at = |part: usize| times.get(times.len() * part / 1000).copied().unwrap_or(0.0);
    println!(
        "{what}: p50 {:.3}, p95 {:.3}, p99 {:.3}, most {:.3}",
        at(500),
        at(950),
        at(990),
        times.last().copied().unwrap_or(0.0)
    );
}
