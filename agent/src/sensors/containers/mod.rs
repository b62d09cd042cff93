//! `containers/…`: application containers, one engine a file. They are read from the files that the engine
//! keeps, never through its socket: whoever may speak to that is root on the host, and the reading half of
//! the agent has no sockets at all. Variables of a container hold passwords and are not looked at.

use std::path::Path;

use patuh_protocol::inventory::Container;
use patuh_protocol::report::Reading;
use serde::de::DeserializeOwned;

use super::listed;
use crate::roots::lossy::name as shown;
use crate::roots::{Failure, Roots};

pub(super) mod docker;
pub(super) mod podman;

/// How many containers are carried.
const MAX_CONTAINERS: usize = 2_000;
/// How many volumes of one container are carried.
const MAX_VOLUMES: usize = 64;
/// The largest description of a container that is read.
const MAX_DESCRIPTION: u64 = 2 * 1024 * 1024;
/// What does not outlive the host's next start, and so is no data store.
const FLEETING: [&str; 5] = ["/dev/", "/proc/", "/run/", "/sys/", "/var/run/"];

/// The file at `path`; `None` when there is none. Why it is not understood stays unsaid: the parser would
/// cite the file.
pub(super) fn json<T: DeserializeOwned>(roots: &Roots, path: &Path) -> Result<Option<T>, Failure> {
    let Some(bytes) = roots.head(path, MAX_DESCRIPTION)? else { return Ok(None) };
    let parsed = serde_json::from_slice(&bytes);
    parsed.map(Some).map_err(|_| {
        Failure::malformed(&path.to_string_lossy(), "isinya bukan seperti yang ditulis Docker atau Podman")
    })
}

/// `containers` in a stable order.
fn reading(mut containers: Vec<Container>) -> Option<Reading> {
    containers.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    containers.truncate(MAX_CONTAINERS);
    listed(containers, Reading::Containers)
}

/// The twelve digits by which people call a container.
pub(super) fn short(id: &str) -> String {
    shown(id).chars().take(12).collect()
}

/// `source:destination` of what outlives the container, sorted.
fn volumes(mounts: impl Iterator<Item = (String, String)>) -> Vec<String> {
    let lasting =
        |source: &String| source.starts_with('/') && !FLEETING.iter().any(|at| source.starts_with(at));
    let mounts = mounts.filter(|(source, _)| lasting(source));
    let mut volumes: Vec<String> =
        mounts.map(|(source, destination)| shown(&format!("{source}:{destination}"))).collect();
    volumes.sort_unstable();
    volumes.dedup();
    volumes.truncate(MAX_VOLUMES);
    volumes
}

#[cfg(test)]
mod laid {
    use jiff::Timestamp;
    use patuh_protocol::inventory::Container;
    use patuh_protocol::report::Reading;

    use crate::roots::{Failure, Roots, fixture};
    use crate::sensors::Settings;

    type Read = fn(&Roots, &Settings, Timestamp) -> Result<Option<Reading>, Failure>;

    /// What `read` makes of a host with `files`, a container a line.
    pub(super) fn seen(read: Read, files: &[(&str, impl AsRef<[u8]>)]) -> Result<Vec<String>, String> {
        let host = fixture::host(files);
        match read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH) {
            Ok(None) => Ok(vec!["nothing".to_owned()]),
            Ok(Some(Reading::Containers(found))) => Ok(found.iter().map(words).collect()),
            Ok(Some(other)) => Err(format!("{other:?}")),
            Err(failure) => Err(failure.to_string()),
        }
    }

    fn words(it: &Container) -> String {
        let state = match it.running {
            Some(true) => "runs",
            Some(false) => "rests",
            None => "?",
        };
        let restarts = if it.restarts == Some(true) { " restarts" } else { "" };
        let made = it.created_at.map(|at| format!(" {at}")).unwrap_or_default();
        format!("{} {} {} {state}{restarts}{made} {}", it.id, it.name, it.image, it.volumes.join(" "))
            .trim()
            .to_owned()
    }
}
