//! How many files and connections the process may have open, and how many connections that makes.

/// Handles for all that is no connection: database, files that are received and checked, log.
const OWN: u64 = 256;

/// Raises the limit of open files as far as `wanted` connections need it, and says how many
/// there may be: below the limit, so that there is always a handle for the next visitor.
#[cfg(unix)]
pub(crate) fn connections(wanted: usize) -> usize {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else {
        return wanted;
    };
    let soft = match needed(wanted).min(hard) {
        more if more > soft => match setrlimit(Resource::RLIMIT_NOFILE, more, hard) {
            Ok(()) => more,
            Err(error) => {
                tracing::warn!(%error, "the limit of open files could not be raised");
                soft
            }
        },
        _ => soft,
    };
    let most = below(soft).min(wanted);
    if most < wanted {
        tracing::warn!(
            limit = soft,
            connections = most,
            "fewer connections than wanted: raise the limit of open files (LimitNOFILE)"
        );
    }
    most
}

/// Where there is no such limit.
#[cfg(not(unix))]
pub(crate) fn connections(wanted: usize) -> usize {
    wanted
}

/// Handles for so many connections: each may be sending a file as well.
fn needed(connections: usize) -> u64 {
    (connections as u64).saturating_mul(2).saturating_add(OWN)
}

/// Connections for so many handles; at least a few, however low the limit.
fn below(handles: u64) -> usize {
    let left = handles.saturating_sub(OWN) / 2;
    usize::try_from(left).unwrap_or(usize::MAX).max(16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_is_below_what_there_is() {
        assert_eq!(below(1024), 384);
        assert_eq!(below(needed(4096)), 4096);
        assert!(needed(below(20_000)) <= 20_000);
        assert_eq!(below(64), 16);
    }
}
