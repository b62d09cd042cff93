//! Whether something runs, by its control group (cgroups(7)): the kernel's own account, which no stale file
//! of a manager contradicts. A group goes with its last process.

use crate::roots::Roots;

/// Where hierarchies are mounted: the unified one (version 2); systemd's own and, where there is no
/// systemd, that of a controller (version 1).
const HIERARCHIES: [&str; 4] =
    ["/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd", "/sys/fs/cgroup/pids"];

/// Whether one of the groups `paths` exists; `None` when no hierarchy is to be seen.
pub(super) fn any_exists(roots: &Roots, paths: &[String]) -> Option<bool> {
    let seen = HIERARCHIES.iter().filter(|at| roots.exists(format!("{at}/cgroup.procs")));
    seen.fold(None, |found, at| {
        let here = paths.iter().any(|path| roots.exists(format!("{at}/{}", path.trim_start_matches('/'))));
        Some(found.unwrap_or_default() || here)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[&str], expected: Option<bool>) {
        let files: Vec<(&str, &str)> = files.iter().map(|file| (*file, "")).collect();
        let host = fixture::host(&files);
        let paths = ["/lxc/101".to_owned(), "lxc.payload.web".to_owned()];
        assert_eq!(any_exists(&host.roots, &paths), expected, "{files:?}");
    }

    #[test]
    fn groups_tell_what_runs() {
        check(&["etc/hostname"], None);
        check(&["sys/fs/cgroup/cgroup.procs"], Some(false));
        check(&["sys/fs/cgroup/cgroup.procs", "sys/fs/cgroup/lxc/101/cgroup.procs"], Some(true));
        let version_1 = ["sys/fs/cgroup/systemd/cgroup.procs", "sys/fs/cgroup/pids/cgroup.procs"];
        check(&version_1, Some(false));
        check(
            &[version_1.as_slice(), &["sys/fs/cgroup/pids/lxc.payload.web/cgroup.procs"]].concat(),
            Some(true),
        );
    }
}
