//! How many files and connections the process may have open, and how many connections that makes.

/// Handles for all that is no connection: database, files that are received and checked, log. Where
/// there are few, a quarter of them, and at least so many.
const OWN: (u64, u64) = (64, 256);

/// Raises the limit of open files as far as so many connections need it, and lowers what the process
/// cannot hold open: connections stay below the limit, so that there is always a handle for the next
/// visitor; files that are sent keep theirs, so that some stay for pages.
pub(crate) fn fit(connections: &mut usize, uploads: &mut usize) {
    let (wanted, files) = (*connections, *uploads);
    let limit = raised(needed(wanted));
    *connections = below(limit).min(wanted);
    *uploads = files.min((*connections / 4).max(1));
    if (*connections, *uploads) != (wanted, files) {
        tracing::warn!(
            open_files = limit,
            connections = *connections,
            connections_wanted = wanted,
            uploads = *uploads,
            uploads_wanted = files,
            "connections were lowered to what the limit of open files holds: raise it to {} \
             (LimitNOFILE= of the unit, ulimit -n of the shell)",
            needed(wanted)
        );
    }
}

/// The limit of open files, raised to `needed` where it is lower and may be raised.
#[cfg(unix)]
fn raised(needed: u64) -> u64 {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else {
        return needed;
    };
    let more = needed.min(hard);
    if more <= soft {
        return soft;
    }
    match setrlimit(Resource::RLIMIT_NOFILE, more, hard) {
        Ok(()) => more,
        Err(error) => {
            tracing::warn!(%error, "the limit of open files could not be raised");
            soft
        }
    }
}

/// Where there is no such limit.
#[cfg(not(unix))]
const fn raised(needed: u64) -> u64 {
    needed
}

/// Handles for so many connections: each may be sending a file as well.
fn needed(connections: usize) -> u64 {
    (connections as u64).saturating_mul(2).saturating_add(OWN.1)
}

/// Connections for so many handles; at least a few, however low the limit.
fn below(handles: u64) -> usize {
    let own = (handles / 4).clamp(OWN.0, OWN.1);
    let left = handles.saturating_sub(own) / 2;
    usize::try_from(left).unwrap_or(usize::MAX).max(16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_is_below_what_there_is() {
        assert_eq!(below(1024), 384);
        assert_eq!(below(256), 96);
        assert_eq!(below(needed(4096)), 4096);
        assert!(needed(below(20_000)) <= 20_000);
        assert_eq!(below(64), 16);
    }

    #[test]
    fn what_fits_is_left_as_it_is() {
        let (mut connections, mut uploads) = (40, 8);
        fit(&mut connections, &mut uploads);
        assert_eq!((connections, uploads), (40, 8));
        // Those who send files leave places for pages.
        let (mut connections, mut uploads) = (8, 16);
        fit(&mut connections, &mut uploads);
        assert_eq!((connections, uploads), (8, 2));
    }
}
