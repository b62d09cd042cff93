//! `containers/podman`: the containers of root's Podman, from the store it shares with Buildah and CRI-O
//! (`/var/lib/containers/storage`): `containers.json` names them, and the OCI configuration
//! (`userdata/config.json`) that was made for the last start tells their mounts and their control group.
//!
//! Podman's own database (Bolt, later SQLite) is not read; the restart policy stands only there, so it is not
//! told. Containers of ordinary users live in their homes and are not looked for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use patuh_protocol::inventory::Container;
use patuh_protocol::report::Reading;
use serde::Deserialize;

use super::{MAX_CONTAINERS, json, reading, short, volumes};
use crate::roots::lossy::name as shown;
use crate::roots::{Failure, Roots};
use crate::sensors::Settings;
use crate::sensors::{cgroups, salvage::salvage};

/// The store of root's Podman.
pub(in crate::sensors) const STORE: &str = "/var/lib/containers/storage";

#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    id: String,
    names: Option<Vec<String>>,
    /// The id of its image.
    image: String,
    /// JSON again, as Podman writes it.
    metadata: String,
    created: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    #[serde(rename = "image-name")]
    image_name: String,
    name: String,
}

/// What is used of an OCI runtime configuration (runtime-spec, config.md).
#[derive(Default, Deserialize)]
#[serde(default)]
struct Configuration {
    mounts: Option<Vec<Mount>>,
    linux: Linux,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Mount {
    destination: String,
    source: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Linux {
    #[serde(rename = "cgroupsPath")]
    cgroups_path: String,
}

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let names = roots.list(STORE)?.unwrap_or_default();
    // One for each storage driver: `overlay-containers`, `vfs-containers`.
    let stores = names.iter().filter(|name| name.ends_with("-containers"));
    let found = salvage(stores.map(|store| containers(roots, &Path::new(STORE).join(store))))?;
    Ok(reading(found.into_iter().flatten().collect()))
}

fn containers(roots: &Roots, store: &Path) -> Result<Vec<Container>, Failure> {
    let named: Vec<Named> = json(roots, &store.join("containers.json"))?.unwrap_or_default();
    let images = images(roots, store);
    Ok(named.into_iter().take(MAX_CONTAINERS).map(|it| container(roots, store, &images, it)).collect())
}

/// The first name of each image, by its id: `overlay-images/images.json` beside the containers.
fn images(roots: &Roots, store: &Path) -> BTreeMap<String, String> {
    let folder = store.to_string_lossy().replace("-containers", "-images");
    let images: Option<Vec<Named>> = json(roots, &PathBuf::from(folder).join("images.json")).ok().flatten();
    let named = |image: Named| Some((image.id, image.names?.into_iter().next()?));
    images.unwrap_or_default().into_iter().filter_map(named).collect()
}

fn container(roots: &Roots, store: &Path, images: &BTreeMap<String, String>, it: Named) -> Container {
    let told: Metadata = serde_json::from_str(&it.metadata).unwrap_or_default();
    let name = it.names.unwrap_or_default().into_iter().next().unwrap_or(told.name);
    let image = Some(told.image_name).filter(|name| !name.is_empty());
    let image = image.or_else(|| images.get(&it.image).cloned()).unwrap_or_default();
    let started = store.join(&it.id).join("userdata/config.json");
    let started: Option<Configuration> = json(roots, &started).ok().flatten();
    let created = it.created.and_then(|at| at.parse::<Timestamp>().ok());
    Container {
        engine: "podman".to_owned(),
        id: short(&it.id),
        name: shown(&name),
        image: shown(&image),
        image_id: Some(it.image).filter(|id| !id.is_empty()).map(|id| shown(&format!("sha256:{id}"))),
        running: started.as_ref().map_or(Some(false), |started| running(roots, &started.linux.cgroups_path)),
        restarts: None,
        created_at: created.and_then(|at| Timestamp::from_second(at.as_second()).ok()),
        volumes: volumes(started.unwrap_or_default().mounts.unwrap_or_default().into_iter().filter_map(
            |mount| {
                let is_stores = mount.source.starts_with(&*store.to_string_lossy());
                (mount.kind == "bind" && !is_stores).then_some((mount.source, mount.destination))
            },
        )),
    }
}

/// Whether the container's control group exists. systemd's form is `slice:prefix:name`.
fn running(roots: &Roots, path: &str) -> Option<bool> {
    let mut words = path.split(':');
    let path = match (words.next(), words.next(), words.next()) {
        (Some(slice), Some(prefix), Some(name)) => format!("{slice}/{prefix}-{name}.scope"),
        _ => path.to_owned(),
    };
    if path.is_empty() { None } else { cgroups::any_exists(roots, &[path]) }
}

#[cfg(test)]
mod tests {
    use super::super::laid::seen;
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[(&str, &str)], expected: Result<&[&str], &str>) {
        let expected = expected.map(|lines| lines.iter().map(|line| (*line).to_owned()).collect());
        assert_eq!(seen(read, files), expected.map_err(str::to_owned));
    }

    const NAMED: &str = r#"[{"id":"aa11bb22cc33dd44","names":["web"],"image":"ee55","created":"2026-05-01T00:00:00.5Z",
        "metadata":"{\"image-name\":\"docker.io/library/nginx:1.27\",\"name\":\"web\"}"},
        {"id":"ff66","names":null,"image":"ee77","metadata":"odd"}]"#;
    const WEB: &str = r#"{"process":{"env":["TOKEN=rahasia"]},"linux":{"cgroupsPath":"machine.slice:libpod:aa11bb22cc33dd44"},
        "mounts":[{"destination":"/proc","type":"proc","source":"proc"},
        {"destination":"/usr/share/nginx/html","type":"bind","source":"/srv/web"},
        {"destination":"/etc/hosts","type":"bind","source":"/run/containers/storage/x/hosts"},
        {"destination":"/run/secrets","type":"bind","source":"/var/lib/containers/storage/overlay-containers/aa11/x"}]}"#;
    const IMAGES: &str = r#"[{"id":"ee77","names":["localhost/app:latest"]},{"id":"ee88"}]"#;
    const LAID: [(&str, &str); 4] = [
        ("var/lib/containers/storage/overlay-containers/containers.json", NAMED),
        ("var/lib/containers/storage/overlay-containers/aa11bb22cc33dd44/userdata/config.json", WEB),
        ("var/lib/containers/storage/overlay-images/images.json", IMAGES),
        ("sys/fs/cgroup/cgroup.procs", ""),
    ];

    #[test]
    fn the_store_names_the_containers() {
        let resting = "ff66  localhost/app:latest rests";
        let web = |state: &str| {
            let image = "docker.io/library/nginx:1.27";
            format!("aa11bb22cc33 web {image} {state} 2026-05-01T00:00:00Z /srv/web:/usr/share/nginx/html")
        };
        check(&LAID, Ok(&[resting, &web("rests")]));
        let scope = ("sys/fs/cgroup/machine.slice/libpod-aa11bb22cc33dd44.scope/cgroup.procs", "");
        check(&[LAID.as_slice(), &[scope]].concat(), Ok(&[resting, &web("runs")]));
        check(LAID.get(..3).unwrap(), Ok(&[resting, &web("?")]));
    }

    #[test]
    fn no_store_is_nothing_and_a_broken_one_a_failure() {
        check(&[("var/lib/containers/storage/storage.lock", "")], Ok(&["nothing"]));
        let at = "/var/lib/containers/storage/vfs-containers/containers.json: isinya bukan seperti yang ditulis Docker atau Podman";
        check(&[("var/lib/containers/storage/vfs-containers/containers.json", "{")], Err(at));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, text in ".*") {
            let named = serde_json::json!([{ "id": text, "names": [text], "metadata": text, "created": text }]);
            for json in [bytes, named.to_string().into_bytes()] {
                let file = "var/lib/containers/storage/overlay-containers/containers.json";
                let host = fixture::host(&[(file, json)]);
                let _ = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH);
                let _ = running(&host.roots, &text);
            }
        }
    }
}
