//! What is watched of what the host does for others.

use patuh_protocol::inventory::{DatabaseService, Listener, Site, Unit, UnitState};
use patuh_protocol::report::Reading;

use super::software::running;
use super::{Watched, joined};

/// The kind of a database.
pub(super) const DATABASE: &str = "database";

/// Ports from here on are given out by the kernel (`ip_local_port_range`), another one at every start.
const GIVEN_OUT: u16 = 32_768;

/// A service that starts with the host comes and goes; others are there with their package. Whether one runs
/// changes by itself (timers, one-shot services); that it failed does not.
pub(super) fn unit(it: &Unit) -> Vec<Watched> {
    let start = match it.enabled {
        Some(true) => Some(Watched::new("service", &it.name, "enabled")),
        Some(false) => Some(Watched::differs("service", &it.name, "disabled")),
        None => None,
    };
    let state = match it.state {
        UnitState::Failed => Some(Watched::new("service state", &it.name, "failed")),
        UnitState::Active | UnitState::Inactive => Some(Watched::differs("service state", &it.name, "ok")),
        UnitState::Unknown => None,
    };
    start.into_iter().chain(state).collect()
}

/// Where somebody can connect to. A program whose port the kernel chose counts once, whatever port it has now;
/// where the program may not be seen, such a port says nothing.
pub(super) fn listener(it: &Listener) -> Vec<Watched> {
    let place = format!("{} {}:", it.protocol, it.address);
    match &it.process {
        None if it.port >= GIVEN_OUT => Vec::new(),
        Some(process) if it.port >= GIVEN_OUT => {
            vec![Watched::comes_and_goes("listener", format!("{place}{GIVEN_OUT}+"), process).apart(process)]
        }
        process => {
            let subject = format!("{place}{}", it.port);
            let there = Watched::comes_and_goes("listener", &subject, process.clone().unwrap_or_default());
            let who = process.as_ref().map(|process| Watched::differs("listener process", &subject, process));
            std::iter::once(there).chain(who).collect()
        }
    }
}

/// A site under each name it answers to; one without a name under its folder.
pub(super) fn site(it: &Site) -> Vec<Watched> {
    let root = it.root.clone().unwrap_or_default();
    let application = it.application.as_ref().map(|name| joined(&[Some(name), it.version.as_deref()]));
    let names = if it.names.is_empty() { std::slice::from_ref(&root) } else { &it.names };
    let named = |name: &String| {
        let there = Watched::new("site", name, &root).apart(&it.server);
        let runs =
            application.as_ref().map(|runs| Watched::new("site application", name, runs).apart(&it.server));
        std::iter::once(there).chain(runs)
    };
    names.iter().filter(|name| !name.is_empty()).flat_map(named).collect()
}

/// A database server, and the databases in it.
pub(super) fn database(it: &DatabaseService) -> Vec<Watched> {
    let known = known(it);
    let there = Watched::comes_and_goes("database server", &known, it.version.clone().unwrap_or_default());
    let differs = [
        ("database server version", it.version.as_deref()),
        ("database server identity", it.system_id.as_deref()),
        ("database server place", it.data_dir.as_deref()),
        ("database server state", running(it.running)),
    ];
    let differs =
        differs.into_iter().filter_map(|(kind, value)| Some(Watched::differs(kind, &known, value?)));
    let inside = it.databases.iter().map(|database| {
        Watched::comes_and_goes(DATABASE, format!("{known}/{}", database.name), "").apart(&known)
    });
    std::iter::once(there).chain(differs).chain(inside).collect()
}

/// The database servers of a reading whose list of databases has holes: what is missing in it did not vanish.
pub(super) fn blind(reading: &Reading) -> Vec<String> {
    let Reading::Databases(all) = reading else { return Vec::new() };
    all.iter().filter(|it| it.note.is_some()).map(known).collect()
}

fn known(it: &DatabaseService) -> String {
    joined(&[Some(&format!("{:?}", it.engine)), Some(&it.name)])
}
