//! Whose act a command is, by the operating system. No variable decides it that anybody may set:
//! two people withhold and confirm (I11), and the audit names both.

/// Name of the account that acts: the one that called `sudo`, where `sudo` stands behind this
/// process, or else the real user of the process.
#[cfg(unix)]
pub(crate) fn account() -> String {
    use nix::unistd::{Uid, geteuid, getuid};
    let own = getuid();
    let said = std::env::var("SUDO_UID").ok();
    let caller = said
        .and_then(|uid| uid.parse().ok())
        .map(Uid::from_raw)
        .filter(|uid| *uid != geteuid())
        // Whoever is root may do anything, and has it from `sudo`; for everybody else the variable
        // counts only where `sudo` itself has set it.
        .filter(|_| own.is_root() || started_by_sudo());
    caller
        .and_then(named)
        .or_else(|| named(own))
        .unwrap_or_else(|| format!("uid-{own}"))
}

/// As [`account`], where the system has no user ids.
#[cfg(not(unix))]
pub(crate) fn account() -> String {
    "unknown".to_owned()
}

#[cfg(unix)]
fn named(uid: nix::unistd::Uid) -> Option<String> {
    let user = nix::unistd::User::from_uid(uid).ok().flatten()?;
    Some(user.name)
}

/// Whether a process named `sudo` that runs as root is above this one. Nobody else can start one.
#[cfg(unix)]
fn started_by_sudo() -> bool {
    // More than any shell in a shell; a circle would be a fault of the system.
    const ABOVE: usize = 64;
    let status = |of: &str| std::fs::read_to_string(format!("/proc/{of}/status")).ok();
    let mut above = status("self").and_then(|text| parent(&text));
    for _ in 0..ABOVE {
        let Some(text) = above.and_then(|pid| status(&pid.to_string())) else {
            return false;
        };
        if is_sudo(&text) {
            return true;
        }
        above = parent(&text);
    }
    false
}

/// The process above, by what the kernel says of one.
#[cfg(unix)]
fn parent(status: &str) -> Option<u32> {
    let pid = line(status, "PPid")?.trim().parse().ok()?;
    (pid > 0).then_some(pid)
}

#[cfg(unix)]
fn is_sudo(status: &str) -> bool {
    let effective = line(status, "Uid").and_then(|ids| ids.split_whitespace().nth(1));
    line(status, "Name").is_some_and(|name| name.trim() == "sudo") && effective == Some("0")
}

#[cfg(unix)]
fn line<'a>(status: &'a str, key: &str) -> Option<&'a str> {
    let of_key = |l: &'a str| l.strip_prefix(key)?.strip_prefix(':');
    status.lines().find_map(of_key)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn sudo_is_what_bears_its_name_and_runs_as_root() {
        let status = |name: &str, ids: &str| {
            format!("Name:\t{name}\nUmask:\t0022\nPid:\t41\nPPid:\t40\nUid:\t{ids}\n")
        };
        assert!(is_sudo(&status("sudo", "1000\t0\t0\t0")));
        assert!(!is_sudo(&status("sudo", "1000\t1000\t1000\t1000")));
        assert!(!is_sudo(&status("bash", "0\t0\t0\t0")));
        assert_eq!(parent(&status("sudo", "0\t0\t0\t0")), Some(40));
        assert_eq!(parent("Name:\tinit\nPPid:\t0\n"), None);
    }

    #[test]
    fn an_id_without_a_name_has_none() {
        assert_eq!(named(nix::unistd::Uid::from_raw(3_999_999_999)), None);
    }
}
