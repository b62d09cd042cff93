//! `units`: the services of systemd that start with the host, run, or failed.
//!
//! What starts with the host is in the links of the unit folders ([`links`]). What runs has a link in
//! `/run/systemd/units`, which systemd keeps for its journal, or (before version 236) a control group with
//! processes in it. What failed is known to systemd alone, which is asked ([`Roots::failed_units`]); when it
//! cannot be asked, the state of a service that does not run is not known, and that is what is said.
//!
//! Left out are units of another kind, and services that come and go with a login or a command.

use std::collections::BTreeSet;

use jiff::Timestamp;
use patuh_protocol::inventory::{Unit, UnitState};
use patuh_protocol::report::Reading;

use super::{Settings, listed, slices};
use crate::roots::lossy::name;
use crate::roots::{Failure, Roots};

mod links;

/// How many services are carried; a large server has about 150.
const MAX_UNITS: usize = 1000;
/// There only when systemd runs the host (sd_booted(3)).
const BOOTED: &str = "/run/systemd/system";
/// One link for each unit that runs, by the number of this run.
const RUNNING: &str = "/run/systemd/units";
const RUNNING_PREFIX: &str = "invocation:";
/// What belongs to a login (`user@1000.service`) or was started by systemd-run(1).
const PASSING: [&str; 5] = ["user@", "user-runtime-dir@", "run-r", "run-p", "run-u"];

pub(super) fn read(roots: &Roots, _: &Settings, _: Timestamp) -> Result<Option<Reading>, Failure> {
    if !roots.exists(BOOTED) {
        return Ok(None);
    }
    let links = links::read(roots)?;
    let active = active(roots)?;
    let failed = roots.failed_units();
    let failed_names = failed.as_deref().unwrap_or_default().iter();
    let mut names: BTreeSet<&str> = links.chosen.iter().map(String::as_str).collect();
    names.extend(active.iter().map(String::as_str));
    names.extend(failed_names.map(String::as_str));
    let units = names.into_iter().filter(|name| is_service(name)).take(MAX_UNITS).map(|unit| Unit {
        name: name(unit),
        enabled: Some(links.starts(unit)),
        state: state(unit, &active, failed.as_deref()),
    });
    Ok(listed(units.collect(), Reading::Units))
}

fn is_service(name: &str) -> bool {
    name.ends_with(".service") && !PASSING.iter().any(|prefix| name.starts_with(prefix))
}

/// The services that run, or did their work and count as active.
fn active(roots: &Roots) -> Result<BTreeSet<String>, Failure> {
    let links = roots.list(RUNNING)?.unwrap_or_default();
    let mut active: BTreeSet<String> =
        links.iter().filter_map(|link| link.strip_prefix(RUNNING_PREFIX)).map(str::to_owned).collect();
    for group in slices::read(roots) {
        if !active.contains(&group.unit) && group.is_populated(roots) {
            active.insert(group.unit);
        }
    }
    Ok(active)
}

fn state(unit: &str, active: &BTreeSet<String>, failed: Option<&[String]>) -> UnitState {
    match failed {
        _ if active.contains(unit) => UnitState::Active,
        Some(failed) if failed.iter().any(|name| name == unit) => UnitState::Failed,
        Some(_) => UnitState::Inactive,
        None => UnitState::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let host = fixture::host(files);
        let read = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH).unwrap();
        let units = match read {
            Some(Reading::Units(units)) => units,
            _ => Vec::new(),
        };
        let enabled = |unit: &Unit| if unit.enabled == Some(true) { "enabled" } else { "-" };
        let found: Vec<_> =
            units.iter().map(|unit| format!("{} {} {:?}", unit.name, enabled(unit), unit.state)).collect();
        assert_eq!(found, expected);
    }

    const HOST: &[(&str, &str)] = &[
        ("run/systemd/system/", ""),
        (
            "etc/systemd/system/multi-user.target.wants/nginx.service",
            "-> /usr/lib/systemd/system/nginx.service",
        ),
        (
            "etc/systemd/system/multi-user.target.wants/idle.service",
            "-> /usr/lib/systemd/system/idle.service",
        ),
        (
            "etc/systemd/system/multi-user.target.wants/broken.service",
            "-> /usr/lib/systemd/system/broken.service",
        ),
        ("usr/lib/systemd/system/nginx.service", ""),
        ("usr/lib/systemd/system/idle.service", ""),
        ("usr/lib/systemd/system/broken.service", ""),
        ("run/systemd/units/invocation:nginx.service", "-> 0f"),
        ("run/systemd/units/invocation:dbus.service", "-> 0e"),
        ("run/systemd/units/invocation:boot.mount", "-> 0d"),
        ("run/systemd/units/invocation:user@1000.service", "-> 0c"),
        ("run/systemd/units/log-level-max:dbus.service", "-> 7"),
    ];

    #[test]
    fn systemd_knows_what_failed() {
        let asked = [HOST, &[(".host/failed-units", "broken.service\nlost.service\nx.timer\n")]].concat();
        check(
            &asked,
            &[
                "broken.service enabled Failed",
                "dbus.service - Active",
                "idle.service enabled Inactive",
                "lost.service - Failed",
                "nginx.service enabled Active",
            ],
        );
    }

    #[test]
    fn without_it_what_does_not_run_is_not_known() {
        check(
            HOST,
            &[
                "broken.service enabled Unknown",
                "dbus.service - Active",
                "idle.service enabled Unknown",
                "nginx.service enabled Active",
            ],
        );
    }

    #[test]
    fn control_groups_tell_on_old_hosts() {
        let old = [
            HOST.get(..7).unwrap(),
            &[
                ("sys/fs/cgroup/systemd/system.slice/idle.service/cgroup.procs", "7\n"),
                ("sys/fs/cgroup/systemd/user.slice/user-0.slice/session-1.scope/cgroup.procs", "8\n"),
            ],
        ];
        check(
            &old.concat(),
            &[
                "broken.service enabled Unknown",
                "idle.service enabled Active",
                "nginx.service enabled Unknown",
            ],
        );
    }

    #[test]
    fn a_host_without_systemd_has_none() {
        check(HOST.get(1..).unwrap(), &[]);
        check(&[("etc/init.d/nginx", "")], &[]);
    }
}
