//! `images/podman`: the images of root's Podman, from `DRIVER-images/images.json` of the store that it shares with
//! Buildah and CRI-O.

use std::path::Path;

use jiff::Timestamp;
use patuh_protocol::inventory::Image;
use patuh_protocol::report::Reading;
use serde::Deserialize;

use super::{MAX_IMAGES, reading};
use crate::roots::lossy::name as shown;
use crate::roots::{Failure, Roots};
use crate::sensors::Settings;
use crate::sensors::containers::podman::STORE;
use crate::sensors::containers::{json, short};
use crate::sensors::salvage::salvage;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Stored {
    id: String,
    names: Option<Vec<String>>,
}

pub(in crate::sensors) fn read(
    roots: &Roots,
    _: &Settings,
    _: Timestamp,
) -> Result<Option<Reading>, Failure> {
    let names = roots.list(STORE)?.unwrap_or_default();
    let stores = names.iter().filter(|name| name.ends_with("-images"));
    let found = salvage(stores.map(|store| images(roots, &Path::new(STORE).join(store))))?;
    Ok(reading(found.into_iter().flatten().collect()))
}

fn images(roots: &Roots, store: &Path) -> Result<Vec<Image>, Failure> {
    let stored: Vec<Stored> = json(roots, &store.join("images.json"))?.unwrap_or_default();
    let image = |it: Stored| {
        let mut names: Vec<String> = it.names.unwrap_or_default().iter().map(|name| shown(name)).collect();
        names.sort_unstable();
        Image { engine: "podman".to_owned(), id: short(&it.id), names }
    };
    Ok(stored.into_iter().take(MAX_IMAGES).map(image).collect())
}

#[cfg(test)]
mod tests {
    use super::super::laid::check;
    use super::*;

    #[test]
    fn the_store_tells_its_images() {
        let images = r#"[{"id":"0123456789abcdef","names":["b:2","a:1"]},{"id":"ffff"}]"#;
        let at = "var/lib/containers/storage/overlay-images/images.json";
        check(read, &[(at, images)], &["podman ffff ", "podman 0123456789ab a:1,b:2"]);
        check(read, &[("etc/hostname", "x")], &["None"]);
    }
}
