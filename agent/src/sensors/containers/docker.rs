//! `containers/docker`: the containers of Docker, from `containers/ID/config.v2.json` (what it is) and
//! `hostconfig.json` (how it is restarted) in its data folder.
//!
//! Docker writes a container's state as it changes, so it holds while the daemon runs; after a power cut it
//! is a word of yesterday, and then nothing is said of running. An image that was named by its id gets its
//! name from `repositories.json`.

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
use crate::sensors::salvage::salvage;

const DATA: &str = "/var/lib/docker";
/// Names another data folder (dockerd(8)).
const DAEMON: &str = "/etc/docker/daemon.json";
/// There while the daemon runs.
const PID: &str = "/run/docker.pid";

#[derive(Default, Deserialize)]
struct Daemon {
    #[serde(rename = "data-root")]
    data_root: Option<PathBuf>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Description {
    #[serde(rename = "ID")]
    id: String,
    name: String,
    created: Option<String>,
    image: String,
    config: Config,
    state: State,
    mount_points: Option<BTreeMap<String, Mount>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Config {
    image: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct State {
    running: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Mount {
    source: String,
    destination: String,
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct HostConfig {
    restart_policy: RestartPolicy,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct RestartPolicy {
    name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Repositories {
    repositories: BTreeMap<String, BTreeMap<String, String>>,
}

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let data = data(roots);
    let Some(ids) = roots.list(data.join("containers"))? else { return Ok(None) };
    let containers = ids.iter().take(MAX_CONTAINERS).filter_map(|id| container(roots, &data, id).transpose());
    let mut containers = salvage(containers)?;
    if containers.iter().any(|container| is_id(&container.image)) {
        name_images(&mut containers, &image_names(roots, &data));
    }
    Ok(reading(containers))
}

/// Where Docker keeps everything.
pub(in crate::sensors) fn data(roots: &Roots) -> PathBuf {
    let daemon: Option<Daemon> = json(roots, Path::new(DAEMON)).ok().flatten();
    daemon.and_then(|daemon| daemon.data_root).unwrap_or_else(|| PathBuf::from(DATA))
}

fn container(roots: &Roots, data: &Path, folder: &str) -> Result<Option<Container>, Failure> {
    let at = data.join("containers").join(folder);
    let Some(told): Option<Description> = json(roots, &at.join("config.v2.json"))? else { return Ok(None) };
    let host: Option<HostConfig> = json(roots, &at.join("hostconfig.json")).ok().flatten();
    let policy = host.and_then(|host| host.restart_policy.name);
    let created = told.created.and_then(|at| at.parse::<Timestamp>().ok());
    let mounts = told.mount_points.unwrap_or_default().into_values();
    Ok(Some(Container {
        engine: "docker".to_owned(),
        id: short(if told.id.is_empty() { folder } else { &told.id }),
        name: shown(told.name.trim_start_matches('/')),
        image: shown(&told.config.image),
        image_id: Some(shown(&told.image)).filter(|id| !id.is_empty()),
        running: told.state.running.filter(|running| !running || roots.exists(PID)),
        restarts: policy.map(|name| name == "always" || name == "unless-stopped"),
        created_at: created.and_then(|at| Timestamp::from_second(at.as_second()).ok()),
        volumes: volumes(mounts.map(|mount| (source(data, &mount), mount.destination))),
    }))
}

/// Where the data of a mount lie; a named volume of an old Docker does not say so itself.
fn source(data: &Path, mount: &Mount) -> String {
    if mount.source.is_empty() && !mount.name.is_empty() {
        return data.join("volumes").join(&mount.name).join("_data").to_string_lossy().into_owned();
    }
    mount.source.clone()
}

fn is_id(image: &str) -> bool {
    let digits = image.strip_prefix("sha256:").unwrap_or(image);
    digits.len() >= 12 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The names of the images, by their ids, of every storage driver that was ever used.
fn image_names(roots: &Roots, data: &Path) -> BTreeMap<String, String> {
    let folder = data.join("image");
    let drivers = roots.list(&folder).ok().flatten().unwrap_or_default();
    let names = drivers.iter().take(16).flat_map(|driver| named(roots, &folder.join(driver)));
    names.map(|(name, id)| (id, name)).collect()
}

/// The images that have names in the folder of a storage driver: name, id.
pub(in crate::sensors) fn named(
    roots: &Roots,
    driver: &Path,
) -> impl Iterator<Item = (String, String)> + use<> {
    let table: Option<Repositories> = json(roots, &driver.join("repositories.json")).ok().flatten();
    let names = table.unwrap_or_default().repositories.into_values().flatten();
    // `name@sha256:…` is there beside `name:tag`, and says less.
    names.filter(|(name, _)| !name.contains('@'))
}

fn name_images(containers: &mut [Container], names: &BTreeMap<String, String>) {
    for container in containers.iter_mut().filter(|container| is_id(&container.image)) {
        if let Some(name) = container.image_id.as_ref().and_then(|id| names.get(id)) {
            container.image = shown(name);
        }
    }
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

    const DATABASE: &str = r#"{"ID":"f2a1c8d9e0b7443322110099","Created":"2026-03-02T04:05:06.789012345Z",
        "Name":"/simpeg-db","Image":"sha256:aa11","State":{"Running":true,"Pid":1201},
        "Config":{"Image":"postgres:15","Env":["POSTGRES_PASSWORD=rahasia"]},
        "MountPoints":{"/var/lib/postgresql/data":{"Source":"","Destination":"/var/lib/postgresql/data","Name":"simpeg_db"},
        "/etc/x":{"Source":"/srv/x","Destination":"/etc/x","Name":""},"/tmp":{"Source":"","Destination":"/tmp"},
        "/var/run/docker.sock":{"Source":"/var/run/docker.sock","Destination":"/var/run/docker.sock"}}}"#;
    const ALWAYS: &str = r#"{"RestartPolicy":{"Name":"always","MaximumRetryCount":0}}"#;

    #[test]
    fn a_container_tells_what_it_is_and_what_it_keeps() {
        let files = [
            ("var/lib/docker/containers/f2a1c8d9/config.v2.json", DATABASE),
            ("var/lib/docker/containers/f2a1c8d9/hostconfig.json", ALWAYS),
            ("run/docker.pid", "812"),
        ];
        let volumes = "/srv/x:/etc/x /var/lib/docker/volumes/simpeg_db/_data:/var/lib/postgresql/data";
        let words =
            format!("f2a1c8d9e0b7 simpeg-db postgres:15 runs restarts 2026-03-02T04:05:06Z {volumes}");
        check(&files, Ok(&[&words]));
        let without_daemon = words.replace(" runs ", " ? ");
        check(files.get(..2).unwrap(), Ok(&[&without_daemon]));
        check(&[("etc/hostname", "x")], Ok(&["nothing"]));
    }

    #[test]
    fn an_image_that_was_called_by_its_id_has_a_name() {
        let id = "sha256:0123456789abcdef";
        let container = format!(
            r#"{{"ID":"1","Name":"/web","Image":"{id}","Config":{{"Image":"{id}"}},"MountPoints":null}}"#
        );
        let names = format!(r#"{{"Repositories":{{"app":{{"app:2":"{id}","app@sha256:77":"{id}"}}}}}}"#);
        check(
            &[
                ("etc/docker/daemon.json", r#"{"data-root":"/srv/docker"}"#),
                ("srv/docker/containers/1/config.v2.json", &container),
                ("srv/docker/image/overlay2/repositories.json", &names),
            ],
            Ok(&["1 web app:2 ?"]),
        );
    }

    #[test]
    fn a_broken_file_costs_itself_and_is_not_cited() {
        let broken = ("var/lib/docker/containers/0/config.v2.json", r#"{"Name":["rahasia"]}"#);
        let at = "/var/lib/docker/containers/0/config.v2.json: isinya bukan seperti yang ditulis Docker atau Podman";
        check(&[broken], Err(at));
        let good =
            ("var/lib/docker/containers/1/config.v2.json", r#"{"Name":"/web","State":{"Running":false}}"#);
        check(&[broken, good], Ok(&["1 web  rests"]));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, text in ".*") {
            let named = serde_json::json!({ "ID": text, "Name": text, "Created": text, "Config": { "Image": text },
                "MountPoints": { "x": { "Source": format!("/{text}"), "Destination": text } } });
            for json in [bytes, named.to_string().into_bytes()] {
                let host = fixture::host(&[("var/lib/docker/containers/x/config.v2.json", json)]);
                let _ = read(&host.roots, &Settings::default(), Timestamp::UNIX_EPOCH);
            }
        }
    }
}
