//! What the server says to its operator: lines on standard error.
//!
//! Warnings and errors, and the requests that a fault of ours ended, with the number their page
//! shows; `RUST_LOG` adds more. Addresses only: what people search for stays out of the log.

use std::io::{self, IsTerminal as _};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    subscriber::Interest,
};
use tracing_subscriber::{
    EnvFilter, Layer as _, fmt,
    layer::{Context, Filter, SubscriberExt as _},
    util::SubscriberInitExt as _,
};

/// Where `RUST_LOG` says nothing: warnings, errors, and our line at the start.
const USUAL: &str = "warn,xinheng::commands=info";
/// Who tells of each request that it was answered.
const REQUESTS: &str = "xinheng_web::around";
/// From here on a status is a fault of ours, but for the one that says "come again": what is
/// behind that has a line of its own, and a crowd at the door must not fill the log.
const FAULT: u64 = 500;
const COME_AGAIN: u64 = 503;

/// Begins to write; a second call changes nothing.
pub fn start() {
    let lines = fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_filter(WithFaults(
            EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(USUAL)),
        ));
    // It is set already: somebody else keeps the log.
    let _ = tracing_subscriber::registry().with(lines).try_init();
}

/// What the filter lets through, and every request that a fault ended.
struct WithFaults(EnvFilter);

impl<S: Subscriber> Filter<S> for WithFaults {
    fn enabled(&self, line: &Metadata<'_>, context: &Context<'_, S>) -> bool {
        line.target() == REQUESTS || Filter::<S>::enabled(&self.0, line, context)
    }

    fn callsite_enabled(&self, line: &'static Metadata<'static>) -> Interest {
        let known = Filter::<S>::callsite_enabled(&self.0, line);
        if line.target() == REQUESTS {
            Interest::sometimes()
        } else {
            known
        }
    }

    fn event_enabled(&self, event: &Event<'_>, context: &Context<'_, S>) -> bool {
        if Filter::<S>::enabled(&self.0, event.metadata(), context) {
            return true;
        }
        let mut status = Status(0);
        event.record(&mut status);
        status.0 >= FAULT && status.0 != COME_AGAIN
    }
}

/// The status in a line on a request.
struct Status(u64);

impl Visit for Status {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "status" {
            self.0 = value;
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}
